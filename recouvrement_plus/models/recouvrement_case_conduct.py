"""What the letters of a third-party collector say, and whether a person may be called now."""
from datetime import timedelta

import pytz

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..engine import calling

_lt = LazyTranslate(__name__)

CALL_REASONS = {
    'call_weekend': _lt("Persons are not called on Saturdays and Sundays."),
    'call_holiday': _lt("Persons are not called on public holidays."),
    'call_hours': _lt("Persons are called from 10 to 13 and from 14 to 20 hours."),
    'call_limit': _lt("This person was called often enough in thirty days."),
}


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    call_warning = fields.Char(string="May be called", compute='_compute_call_warning')

    def _compute_call_warning(self):
        for case in self:
            reasons = case._call_refusals(fields.Datetime.now())
            case.call_warning = " ".join(CALL_REASONS[code]._translate(self.env.lang or '') for code in reasons) or False

    def call_check(self, at=None):
        """Whether the customer may be called: a default of conduct for natural persons, a person decides.

        :param at: 'YYYY-MM-DD HH:MM:SS' in UTC, now by default
        :return: {allowed, person, calls: number in the last thirty days, reasons: [{code, text}]}
        :raises AccessError: without the officer role, or for another company
        :raises UserError: for what is no date and time
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        try:
            moment = fields.Datetime.to_datetime(at) if at else fields.Datetime.now()
        except ValueError as error:
            raise UserError(self.env._("“%(value)s” is no date and time (YYYY-MM-DD HH:MM:SS).", value=at)) from error
        reasons = self.sudo()._call_refusals(moment)
        return {
            'allowed': not reasons, 'person': self.partner_id._recouvrement_is_person(),
            'calls': calling.called(self._local(moment).date(), self.sudo()._call_days()),
            'reasons': [{'code': code, 'text': CALL_REASONS[code]._translate(self.env.lang or '')} for code in reasons]}

    def _call_refusals(self, moment):
        company = self.company_id
        if not company.recouvrement_person_calls or not self.partner_id._recouvrement_is_person():
            return ()
        zone = self.partner_id._recouvrement_zone()
        return calling.refusals(self._local(moment), self._call_days(), zone or '', company.recouvrement_person_calls_max)

    def _local(self, moment):
        """The time on the debtor's clock: that of his contact, else of the company, else of Paris."""
        zone = self.partner_id.tz or self.company_id.partner_id.tz or 'Europe/Paris'
        return pytz.utc.localize(moment).astimezone(pytz.timezone(zone)).replace(tzinfo=None)

    def _call_days(self):
        events = self.env['recouvrement.reminder.event'].search([
            ('case_id', 'in', self.ids), ('kind', '=', 'call'), ('date', '>=', fields.Datetime.now() - timedelta(days=400))])
        return [self._local(event.date).date() for event in events]

    # === FOR OTHERS === #

    def _third_party(self):
        """What a letter says of the creditor for whom the company collects; empty when it collects its own invoices."""
        company = self.company_id
        if not company.recouvrement_third_party:
            return {}
        first = self.env['recouvrement.reminder'].sudo().search(
            [('case_id', '=', self.id), ('state', '=', 'sent')], order='date, id', limit=1)
        return {'collector': company, 'creditor': company.recouvrement_creditor_id,
                'mandate': company.recouvrement_creditor_mandate, 'reference': f"D{self.id:06d}", 'first': first.date}
