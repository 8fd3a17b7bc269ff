"""After an opening judgment nobody promises what was owed before it: its payment is forbidden (C. com. art. L622-7).

Nor does what was promised before it break, or an agreement lapse, for a payment that fell under the judgment: nobody is asked
to call about it, and no letter says that all is due.
"""
from datetime import timedelta

from odoo import api, fields, models
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

    def _judged_on(self, partner, as_of):
        """Day of the first judgment that freezes one of these instalments of a customer, or None."""
        held = self.env['recouvrement.hold'].sudo().search_count([
            ('kind', '=', 'insolvency'), ('date_from', '<=', as_of), '|', ('date_to', '=', False), ('date_to', '>=', as_of),
            '|', ('partner_id', '=', partner.id), ('item_id', 'in', self.ids)], limit=1)
        return min(self._frozen_by(as_of).values(), default=None) if held else None

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


class RecouvrementPromise(models.Model):
    _inherit = 'recouvrement.promise'

    def _change_to(self, state, as_of):
        """A promise that a judgment forbids to keep is over, not broken; nobody presses for one that was broken before it."""
        pressing = self.state == 'kept' or state in ('partly_kept', 'broken')
        judgment = self.item_ids._judged_on(self.partner_id, as_of) if pressing else None
        if not judgment:
            return super()._change_to(state, as_of)
        if judgment <= self.date_to:
            return self._end_by_judgment(judgment, as_of)
        self._end(state, as_of)
        return self.case_id._message_log(body=self._outcome_words(state))

    def _end_by_judgment(self, judgment, as_of):
        self._end('cancelled', as_of)
        self.case_id._message_log(body=self.env._(
            "Promise over: %(promise)s. Since the opening judgment of %(day)s what was owed before it may not be paid "
            "(C. com. art. L622-7).", promise=self.display_name, day=format_date(self.env, judgment)))


class RecouvrementInsolvency(models.Model):
    _inherit = 'recouvrement.insolvency'

    def _stay_proceedings(self):  # pylint: disable=missing-return
        """What was promised of what the judgment freezes is over at once, and what waits for a person is looked at again."""
        super()._stay_proceedings()
        self._end_promises()
        self.case_id._look_again_at_waiting()

    def _end_promises(self):
        today = self.company_id._recouvrement_today()
        for promise in self.case_id.promise_ids.filtered(lambda promise: promise.state == 'running'):
            judgment = promise.item_ids._judged_on(promise.partner_id, today)
            if judgment and judgment <= promise.date_to:
                promise._end_by_judgment(judgment, today)


class RecouvrementAgreement(models.Model):
    _inherit = 'recouvrement.agreement'

    date_judgment = fields.Date(
        string="Opening judgment", compute='_compute_date_judgment', compute_sudo=True,
        help="Day of the judgment that forbids the payments still to come (C. com. art. L622-7).")

    @api.depends('state', 'item_ids.hold_ids.date_to')
    def _compute_date_judgment(self):
        for agreement in self:
            today = agreement.company_id._recouvrement_today()
            agreement.date_judgment = agreement.state == 'running' and agreement.item_ids._judged_on(agreement.partner_id, today)

    def _change_to(self, state, as_of):
        """A payment that a judgment forbids is not missed: nothing lapses for it."""
        judgment = self.item_ids._judged_on(self.partner_id, as_of) if state == 'lapsed' else None
        if not judgment:
            return super()._change_to(state, as_of)
        missed = self._missed_line()
        if missed and missed.date + timedelta(days=self.grace_days) < judgment:
            self._end('lapsed', as_of)
            self._log_end('lapsed')
        return None

    def _sign(self, day, signed_by, proof):
        """A proposal of before the judgment is not signed from its day on; what was signed before it is a fact."""
        today = self.company_id._recouvrement_today()
        frozen = self.item_ids._frozen_by(today)
        if frozen and day >= min(frozen.values()):
            self.item_ids._check_not_frozen(today)
        return super()._sign(day, signed_by, proof)
