from odoo import api, fields, models
from odoo.exceptions import UserError


class RecouvrementAgreementLine(models.Model):
    """One payment of an instalment agreement."""

    _name = 'recouvrement.agreement.line'
    _description = "Payment of an instalment agreement"
    _order = 'agreement_id, rank'

    agreement_id = fields.Many2one('recouvrement.agreement', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='agreement_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='agreement_id.currency_id')
    rank = fields.Integer(required=True)
    date = fields.Date(string="To be paid by", required=True)
    amount = fields.Monetary(required=True)
    amount_paid = fields.Monetary(string="Paid", help="Money counts for the oldest payment first.")
    state = fields.Selection(
        selection=[('due', "To come"), ('late', "Late"), ('paid', "Payment made")], compute='_compute_state')

    @api.depends('date', 'amount', 'amount_paid')
    def _compute_state(self):
        for line in self:
            late = line.date and line.date < line.company_id._recouvrement_today()
            line.state = 'paid' if line._is_paid() else 'late' if late else 'due'

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("The payments of an agreement are kept with it."))

    def _is_paid(self):
        return self.currency_id.compare_amounts(self.amount_paid, self.amount) >= 0
