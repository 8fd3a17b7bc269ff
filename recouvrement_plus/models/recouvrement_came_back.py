"""A promise or an agreement was kept, then its payment came back: rejected by the bank, or taken off the invoice again."""
from odoo import api, fields, models
from odoo.fields import Domain

from .recouvrement_promise import LATE_BOOKING_DAYS


def _came_back(day, company, as_of):
    """Domain of promises or agreements kept lately (on their `day`) of which something is owed now. A replayed night looks at
    none: the money was there that day."""
    if as_of < company._recouvrement_today():
        return Domain.FALSE
    recent = fields.Date.subtract(as_of, days=LATE_BOOKING_DAYS)
    return Domain([
        ('company_id', '=', company.id), ('state', '=', 'kept'), (day, '>=', recent),
        ('item_ids', 'any', [('state', '=', 'open')])])


class RecouvrementPromise(models.Model):
    _inherit = 'recouvrement.promise'

    _kept_idx = models.Index("(company_id, date_state) WHERE state = 'kept'")

    @api.model
    def _settle_domain(self, company, as_of):
        return super()._settle_domain(company, as_of) | _came_back('date_state', company, as_of)

    def _change_to(self, state, as_of):
        """Kept no more: broken if its day has passed, else it runs and holds again; one made since stands in its place."""
        if self.state != 'kept':
            return super()._change_to(state, as_of)
        if self.case_id.promise_ids.filtered(lambda other: other.state == 'running' and other.item_ids & self.item_ids):
            state = 'cancelled'
        self._end(state, as_of)
        if state == 'running':
            self._run_again(as_of)
        note = self.env._("The payment that kept this promise came back: %(promise)s", promise=self.display_name)
        self.case_id._message_log(body=note)
        return state != 'cancelled' and self._ask_to_call(note)

    def _run_again(self, as_of):
        open_items = self.item_ids.filtered(lambda item: item.state == 'open')
        self.write({'date_state': False, 'hold_ids': [
            fields.Command.link(hold.id) for hold in self.case_id._hold_promised(open_items, as_of, self.date_to)]})


class RecouvrementAgreement(models.Model):
    _inherit = 'recouvrement.agreement'

    _kept_idx = models.Index("(company_id, date_end) WHERE state = 'kept'")

    @api.model
    def _settle_domain(self, company, as_of):
        return super()._settle_domain(company, as_of) | _came_back('date_end', company, as_of)

    def _change_to(self, state, as_of):
        """Kept no more: it runs and holds again, or lapses when the patience for that payment is over."""
        if self.state != 'kept':
            return super()._change_to(state, as_of)
        note = self._came_back_words()
        self.case_id._message_log(body=note)
        if self.case_id.agreement_ids.filtered(lambda other: other.state == 'running' and other.item_ids & self.item_ids):
            return self._end('cancelled', as_of)
        if state == 'lapsed':
            return super()._change_to(state, as_of)
        self.write({'state': 'running', 'date_end': False, 'hold_ids': [
            fields.Command.link(hold.id) for hold in self._hold(as_of)]})
        return self._ask_to_look(note)

    def _came_back_words(self):
        note = self.env._("A payment that kept this agreement came back: %(agreement)s.", agreement=self.display_name)
        if self.interest_mode != 'waived':
            return note
        return note + " " + self.env._("The penalties dropped when it was kept are not claimed again by themselves.")
