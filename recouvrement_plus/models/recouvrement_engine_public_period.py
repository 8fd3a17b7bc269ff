"""A public body owes nothing for a delay before its payment period is over, whatever the invoice says."""
from dataclasses import replace
from datetime import timedelta

from odoo import api, models

from ..engine.errors import EngineError


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _recouvrement_public_period_end(self, as_of):
        """Last day of the payment period as it was known on a day, the day after that one while the period is interrupted.

        None when no fact of the period is stated on the invoice, or when they do not tell it: the due date of the invoice
        then stands (CCP art. R2192-10 to R2192-29).
        """
        stated = self.recouvrement_receipt_date or self.recouvrement_receipt_uncertain or self.recouvrement_interruption_date
        if not stated or not self.invoice_date or self.commercial_partner_id.recouvrement_regime != 'public':
            return None
        try:
            check = self._recouvrement_term_check(as_of)
        except EngineError:
            return None
        return check.latest_due_date or as_of + timedelta(days=1)


class RecouvrementEngine(models.AbstractModel):
    _inherit = 'recouvrement.engine'

    @api.model
    def _with_public_periods(self, lines, as_of, customers):
        """The open lines, those of a public body whose period is stated falling due at its end: nothing is reminded before."""
        lines = super()._with_public_periods(lines, as_of, customers)
        # by their open lines, not by customer: core has no index on the customer, and would read every entry of the books
        moves = {line.move_id for line in lines if customers[line.partner_id].regime == 'public'}
        stated = moves and self.env['account.move'].search([
            ('id', 'in', list(moves)), ('move_type', '=', 'out_invoice'),
            '|', '|', ('recouvrement_receipt_date', '!=', False), ('recouvrement_receipt_uncertain', '=', True),
            ('recouvrement_interruption_date', '!=', False)])
        ends = self._public_period_ends(stated or (), as_of)
        if not ends:
            return lines
        return [replace(line, due=max(line.due, ends[line.move_id])) if line.move_id in ends else line for line in lines]

    @api.model
    def _public_period_ends(self, moves, as_of):
        """{move id: day before which neither interest nor indemnity is due} (CCP art. L2192-13), where that is known."""
        return {move.id: end for move in moves if (end := move._recouvrement_public_period_end(as_of))}
