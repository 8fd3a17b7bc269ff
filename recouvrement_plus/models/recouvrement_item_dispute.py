"""What of an instalment is in dispute, and what is still asked."""
from odoo import api, fields, models


class RecouvrementItem(models.Model):
    _inherit = 'recouvrement.item'

    amount_disputed = fields.Monetary(
        string="In dispute", compute='_compute_amount_disputed', help="Part of what is still owed that nothing asks today.")
    amount_asked = fields.Monetary(
        string="Claimed", compute='_compute_amount_disputed', help="Still owed, without the part in dispute.")

    @api.depends('amount_residual', 'hold_ids.amount', 'hold_ids.date_from', 'hold_ids.date_to', 'hold_ids.kind')
    def _compute_amount_disputed(self):
        for item in self:
            residual = max(item.amount_residual, 0.0)
            holds = item.sudo().hold_ids.filtered(lambda hold: hold.kind == 'dispute' and hold._in_force())
            whole = any(not hold.amount for hold in holds) or item.sudo().move_id.payment_state == 'blocked'
            item.amount_disputed = residual if whole else min(residual, sum(holds.mapped('amount')))
            # What is wholly held keeps its amount: that it is not asked is said by the hold.
            whole = not item.currency_id or item.currency_id.compare_amounts(item.amount_disputed, residual) >= 0
            item.amount_asked = item.amount_residual if whole else residual - item.amount_disputed

    def _held_by(self, holds):
        """Kinds among these holds of the instalment that keep all of it from being claimed."""
        self.ensure_one()
        kinds = {hold.kind for hold in holds if not hold.amount}
        part = sum(hold.amount for hold in holds)
        if part and self.currency_id.compare_amounts(part, self.amount_residual) >= 0:
            kinds.add('dispute')
        return kinds

    @api.model
    def _sync(self, company, partners=None, as_of=None, live=None):
        """After the items, the disputes: what was paid or credited closes them, before anybody decides."""
        result = super()._sync(company, partners, as_of, live)
        self.env['recouvrement.dispute'].sudo()._refresh(company, partners)
        return result
