from odoo import fields, models
from odoo.exceptions import UserError


class RecouvrementPosting(models.TransientModel):
    """Letters that were given to the post, with the number of each."""

    _name = 'recouvrement.posting'
    _inherit = 'recouvrement.window'
    _description = "Posting of letters"

    line_ids = fields.One2many('recouvrement.posting.line', 'posting_id', string="Letters")

    def action_record(self):
        """Record the letters that have a number; the others are asked for another time."""
        self.ensure_one()
        numbered = self.line_ids.filtered('number')
        if not numbered:
            raise UserError(self.env._("Give the tracking number: it is the proof of the posting."))
        for line in numbered:
            line.reminder_id.record_posting(line.number)
        return {'type': 'ir.actions.act_window_close'}


class RecouvrementPostingLine(models.TransientModel):
    _name = 'recouvrement.posting.line'
    _inherit = 'recouvrement.window'
    _description = "Letter to be posted"

    posting_id = fields.Many2one('recouvrement.posting', required=True, ondelete='cascade')
    reminder_id = fields.Many2one('recouvrement.reminder', string="Letter", required=True, ondelete='cascade')
    contact_id = fields.Many2one(related='reminder_id.contact_id')
    number = fields.Char(string="Tracking number", help="Of the registered letter; for an ordinary letter any words.")
