"""What reduced some instalments since a promise or an agreement was made."""
from decimal import Decimal

from odoo import models


class RecouvrementItem(models.Model):
    _inherit = 'recouvrement.item'

    def _reduced(self, last_day):
        """Everything that reduced these instalments (of one currency) with a value date up to a day, as a float."""
        return float(sum((amount for _day, amount in self._reductions_in_order(last_day)), Decimal(0)))

    def _line_ids(self):
        """Ids of their journal items."""
        self.fetch(['move_line_id'])
        return self.move_line_id.ids

    def _receipts(self, before, last_day, known):
        """((value date, amount), …) of what came on top of `before`, the oldest first, up to a day.

        `known`: what reduced them up to that day or a later one, see `recouvrement.ledger._reductions`.

        Counted by amount and not from the day of the promise: a payment of the same morning was known, one that is
        booked late was not.
        """
        receipts = []
        for day, amount in self._in_order(known, last_day):
            taken = min(amount, before)
            before -= taken
            if amount > taken:
                receipts.append((day, amount - taken))
        return tuple(receipts)

    def _reductions_in_order(self, last_day):
        return self._in_order(self.env['recouvrement.ledger'].sudo()._reductions(self._line_ids(), last_day), last_day)

    def _in_order(self, known, last_day):
        return sorted((day, amount) for line_id in self._line_ids() for day, amount, _kind, _move in known.get(line_id, ())
                      if day <= last_day)
