from odoo import fields, models

from ..models.recouvrement_bad_debt_sending import CHANNELS


class RecouvrementBadDebtSent(models.TransientModel):
    """Ask when and how the corrective invoices were handed over, with the proof."""

    _name = 'recouvrement.bad.debt.sent'
    _inherit = 'recouvrement.window'
    _description = "Corrective invoices sent otherwise"

    debt_id = fields.Many2one('recouvrement.bad.debt', required=True, readonly=True, ondelete='cascade')
    date = fields.Date(string="Sent on", required=True, default=lambda self: self.env.company._recouvrement_today())
    channel = fields.Selection(CHANNELS, string="Sent by", required=True, default='registered_letter')
    proof = fields.Binary(required=True, attachment=False)
    proof_name = fields.Char()

    def action_record(self):
        self.ensure_one()
        proof = {'filename': self.proof_name or self.env._("Proof"), 'datas': self.with_context(bin_size=False).proof}
        self.debt_id.record_corrective_sent(self.date, self.channel, proof)
        return {'type': 'ir.actions.act_window_close'}
