from odoo import fields, models


class RecouvrementGuaranteeStep(models.TransientModel):
    """Ask when a notice was given to the guarantor, with the proof."""

    _name = 'recouvrement.guarantee.step'
    _inherit = 'recouvrement.window'
    _description = "Notice given to a guarantor"

    notice_id = fields.Many2one('recouvrement.guarantee.notice', required=True, ondelete='cascade')
    date = fields.Date(string="Given on", required=True, default=lambda self: self.env.company._recouvrement_today())
    proof = fields.Binary(required=True, attachment=False)
    proof_name = fields.Char()

    def action_apply(self):
        self.ensure_one()
        proof = {'filename': self.proof_name or self.env._("Proof"), 'datas': self.with_context(bin_size=False).proof}
        self.notice_id.mark_given(self.date, proof)
        return {'type': 'ir.actions.act_window_close'}
