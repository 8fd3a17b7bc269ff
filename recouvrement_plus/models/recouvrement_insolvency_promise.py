"""After an opening judgment nobody promises what was owed before it: its payment is forbidden (C. com. art. L622-7)."""
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine.insolvency import is_prior


class RecouvrementItem(models.Model):
    _inherit = 'recouvrement.item'

    def _frozen_by(self, as_of):
        """{instalment: day of the judgment that freezes it}, whichever company recorded the judgment."""
        judgments = self.env['recouvrement.engine']._judgments_of(self.partner_id.ids, as_of)
        frozen = {}
        for item in self.sudo():
            born = item.move_id._recouvrement_born()
            # what came from another customer brought the hold of that customer's judgment along
            own = item.hold_ids.filtered(lambda hold: hold.kind == 'insolvency' and (not hold.date_to or hold.date_to >= as_of))
            days = [day for day in judgments.get(item.partner_id.id, ()) if is_prior(born, day)] + own.mapped('date_from')
            if days:
                frozen[item.with_env(self.env)] = min(days)
        return frozen

    def _check_not_frozen(self, as_of):
        """:raises UserError: naming the invoices that a judgment freezes, and its day"""
        frozen = self._frozen_by(as_of)
        if frozen:
            raise UserError(self.env._(
                "Opening judgment of %(day)s: what was owed before it may not be paid, so it is neither promised nor paid by "
                "instalments (C. com. art. L622-7): %(invoices)s. It is declared as a claim; only later debts can be promised.",
                day=format_date(self.env, min(frozen.values())),
                invoices=", ".join(sorted({item.move_id.name or item.display_name for item in frozen}))))


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    def _items_to_promise(self, item_ids, today):
        """Of what is overdue only what a judgment leaves free; whoever asks for more is refused."""
        items = super()._items_to_promise(item_ids, today)
        free = items if item_ids else items - items.browse([item.id for item in items._frozen_by(today)])
        (free or items)._check_not_frozen(today)
        return free or items


class RecouvrementAgreement(models.Model):
    _inherit = 'recouvrement.agreement'

    def _sign(self, day, signed_by, proof):
        """A proposal of before the judgment is not signed from its day on; what was signed before it is a fact."""
        today = self.company_id._recouvrement_today()
        frozen = self.item_ids._frozen_by(today)
        if frozen and day >= min(frozen.values()):
            self.item_ids._check_not_frozen(today)
        return super()._sign(day, signed_by, proof)
