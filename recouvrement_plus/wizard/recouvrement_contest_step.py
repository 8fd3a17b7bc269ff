from odoo import fields, models


class RecouvrementContestStep(models.TransientModel):
    """What a customer says of its score, or what a manager answers."""

    _name = 'recouvrement.contest.step'
    _inherit = 'recouvrement.window'
    _description = "Contest of a score"

    case_id = fields.Many2one('recouvrement.case', required=True)
    contest_id = fields.Many2one(
        'recouvrement.score.contest', string="To answer", domain="[('case_id', '=', case_id), ('result', '=', 'open')]")
    text = fields.Char(string="What the customer says")
    result = fields.Selection([
        ('corrected', "Corrected: the entries were put right"), ('kept', "Kept as it is"),
        ('set_aside', "Set aside: not used for this customer")])
    answer = fields.Char(string="Reasons")

    def action_apply(self):
        self.ensure_one()
        if self.contest_id:
            self.contest_id.answer_contest(self.result, self.answer)
        else:
            self.case_id.contest_score(self.text)
        return {'type': 'ir.actions.act_window_close'}
