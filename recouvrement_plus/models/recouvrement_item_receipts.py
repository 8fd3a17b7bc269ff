"""What reduced some instalments since a promise or an agreement was made."""
from decimal import Decimal

from odoo import models


class RecouvrementItem(models.Model):
    _inherit = 'recouvrement.item'

    def _reduced(self, last_day):
        """Everything that reduced these instalments (of one currency) with a value date up to a day, as a float."""
        return float(sum((amount for _day, amount in self._reductions_in_order(last_day)), Decimal(0)))

    def _receipts(self, before, last_day):
        """((value date, amount), …) of what came on top of `before`, the oldest first, up to a day.

        Counted by amount and not from the day of the promise: a payment of the same morning was known, one that is
        booked late was not.
        """
        receipts = []
        for day, amount in self._reductions_in_order(last_day):
            known = min(amount, before)
            before -= known
            if amount > known:
                receipts.append((day, amount - known))
        return tuple(receipts)

    def _reductions_in_order(self, last_day):
        reductions = self.env['recouvrement.ledger'].sudo()._reductions(self.move_line_id.ids, last_day)
        return sorted((day, amount) for parts in reductions.values() for day, amount, _kind, _move in parts)
