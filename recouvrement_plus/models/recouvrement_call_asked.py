"""What a call may ask for: what is overdue and that nothing holds, net of the customer's credits."""
from typing import NamedTuple

from odoo import models
from odoo.tools import groupby

from ..engine.types import HOLD_REASONS
from .recouvrement_run_approval import TAKES_BACK

# What credits cover is worked out here: a call is not about the same instalments as a message.
HOLDS = frozenset(TAKES_BACK) - {'net_credit'}


class Asked(NamedTuple):
    """``items`` that may be asked for, ``amounts`` {currency: net amount}, the ``reason`` when nothing may ('' if it may)."""

    items: models.BaseModel
    amounts: dict
    reason: str


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    def _asked_by_phone(self):
        """:class:`Asked` as of now: of what is overdue when something is, else of what is to come.

        A person may call whatever the plan says of tonight, so the facts count, not whether a level is due.
        """
        self.ensure_one()
        today = self.company_id._recouvrement_today()
        outlooks = self.env['recouvrement.engine']._decide(self.company_id, today, self.partner_id.ids)
        late = any(line.due < today for outlook in outlooks for line in outlook.lines.values())
        items, amounts, reasons = self.env['recouvrement.item'], {}, set()
        for currency_id, own in groupby(outlooks, lambda outlook: outlook.currency_id):
            reasons |= HOLDS & {*own[0].holds, *(one.reason for outlook in own for one in outlook.decision.items)}
            free, amount = self._free_of(own, today, late)
            if amount > 0:
                items |= free
                amounts[self.env['res.currency'].browse(currency_id)] = float(amount)
            elif free:
                reasons.add('net_credit')
        return Asked(items, amounts, '' if amounts else min(reasons, key=HOLD_REASONS.index, default='paid'))

    def _free_of(self, outlooks, today, late):
        """(instalments of one currency that nothing holds, what is owed on them net of disputed parts and credits)."""
        [first, *_more], nothing = outlooks, self.env['recouvrement.item']
        if HOLDS.intersection(first.holds):
            return nothing, 0
        held = {one.key for outlook in outlooks for one in outlook.decision.items if one.reason in HOLDS}
        lines = [line for key, line in first.lines.items()
                 if key not in held and key in first.items and line.residual > 0 and (line.due < today or not late)]
        credits = sum(line.residual for line in first.deducted_from({line.id for line in lines}))  # they are negative
        free = nothing.browse([first.items[line.id].id for line in lines])
        return free, sum(line.residual - line.disputed for line in lines) + credits
