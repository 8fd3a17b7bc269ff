"""Windows that ask for words: how a dispute ends, what a judge or a contract says, why it is taken back."""
from odoo import fields, models

from ..models.recouvrement_dispute import DECISIONS
from ..models.recouvrement_interest_fact import GROUNDS, KINDS


class RecouvrementDisputeStep(models.TransientModel):
    _name = 'recouvrement.dispute.step'
    _inherit = 'recouvrement.window'
    _description = "Resolve a dispute"

    dispute_id = fields.Many2one('recouvrement.dispute', required=True)
    outcome = fields.Selection(DECISIONS, required=True)
    note = fields.Char(string="How it ended", required=True)

    def action_apply(self):
        self.ensure_one()
        self.dispute_id.resolve(self.outcome, self.note)
        return {'type': 'ir.actions.act_window_close'}


class RecouvrementInterestFactStep(models.TransientModel):
    """Records a fact, or takes one back when `fact_id` is set."""

    _name = 'recouvrement.interest.fact.step'
    _inherit = 'recouvrement.window'
    _description = "Record what changes the interest"

    fact_id = fields.Many2one('recouvrement.interest.fact')
    reason = fields.Char()
    case_id = fields.Many2one('recouvrement.case')
    partner_id = fields.Many2one(related='case_id.partner_id')
    company_id = fields.Many2one(related='case_id.company_id')
    move_ids = fields.Many2many('account.move', string="Invoices", domain=(
        "[('commercial_partner_id', '=', partner_id), ('company_id', '=', company_id), ('move_type', '=', 'out_invoice'), "
        "('state', '=', 'posted'), ('recouvrement_penalty_id', '=', False)]"))
    kind = fields.Selection(KINDS, default='decision')
    ground = fields.Selection(GROUNDS, default='decision')
    date = fields.Date(string="Date or first day")
    date_to = fields.Date(string="Last day")
    surcharge_remitted = fields.Boolean(string="Five points remitted")
    note = fields.Char()
    proof = fields.Binary(attachment=False)
    proof_name = fields.Char()

    def action_apply(self):
        self.ensure_one()
        if self.fact_id:
            self.fact_id.cancel(self.reason)
        else:
            proof = {'filename': self.proof_name or self.env._("Proof"), 'datas': self.with_context(bin_size=False).proof}
            self.env['recouvrement.interest.fact'].record(
                self.move_ids.ids, self.kind, self.date, proof, date_to=self.date_to, ground=self.ground,
                surcharge_remitted=self.surcharge_remitted, note=self.note)
        return {'type': 'ir.actions.act_window_close'}
