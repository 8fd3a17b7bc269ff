"""What a call may ask for: what is overdue and that nothing holds, net of the customer's credits."""
from typing import NamedTuple

from odoo import models
from odoo.tools import groupby

from ..engine.types import HOLD_REASONS
from .recouvrement_run_approval import TAKES_BACK

# Reasons that the engine finds itself, for the whole of a customer.
FOUND = ('probable_receipt', 'net_credit', 'payment_in_process')


class Asked(NamedTuple):
    """``items`` that may be asked for, ``amounts`` {currency: net amount}, the ``reason`` when nothing may ('' if it may)."""

    items: models.BaseModel
    amounts: dict
    reason: str


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    def _asked_by_phone(self):
        """:class:`Asked` as of now: of what is overdue when something is, else of what is to come."""
        self.ensure_one()
        today = self.company_id._recouvrement_today()
        outlooks = self.env['recouvrement.engine']._decide(self.company_id, today, self.partner_id.ids)
        late = any(line.due < today for outlook in outlooks for line in outlook.lines.values())
        items, amounts = self.env['recouvrement.item'], {}
        for currency_id, own in groupby(outlooks, lambda outlook: outlook.currency_id):
            free, amount = self._free_of(own, today, late)
            if amount > 0:
                items |= free
                amounts[self.env['res.currency'].browse(currency_id)] = float(amount)
        reason = self._held_whole(today) or ('' if amounts else self._held_parts(outlooks))
        return Asked(items, amounts, reason)

    def _free_of(self, outlooks, today, late):
        """(instalments of one currency that nothing holds, what is owed on them net of disputed parts and credits)."""
        decisions, [first, *_more] = [outlook.decision for outlook in outlooks], outlooks
        if any(decision.reason in FOUND for decision in decisions):
            return self.env['recouvrement.item'], 0
        held = {one.key for decision in decisions for one in decision.items if one.reason in TAKES_BACK}
        lines = [line for key, line in first.lines.items()
                 if key not in held and key in first.items and line.residual > 0 and (line.due < today or not late)]
        credits = sum(line.residual for line in first.credits)  # they are negative
        free = self.env['recouvrement.item'].browse([first.items[line.id].id for line in lines])
        return free, sum(line.residual - line.disputed for line in lines) + credits

    def _held_whole(self, today):
        """Code of what holds the whole customer, '' when nothing does."""
        holds = self.hold_ids.filtered(lambda hold: not hold.item_id and hold.date_from <= today and (
            not hold.date_to or hold.date_to >= today))
        return min(holds.mapped('kind'), key=HOLD_REASONS.index, default='')

    def _held_parts(self, outlooks):
        """Code of what holds each of the instalments, 'paid' when nothing is open."""
        reasons = {one.reason for outlook in outlooks for one in outlook.decision.items} | {
            outlook.decision.reason for outlook in outlooks}
        return min(reasons & set(TAKES_BACK), key=HOLD_REASONS.index, default='paid')
