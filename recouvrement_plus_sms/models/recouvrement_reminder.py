"""Reminders by SMS: same facts, same last look, same states as an e-mail; the message leaves through Odoo's `sms`."""
from odoo import api, fields, models, modules
from odoo.addons.recouvrement_plus.engine import recipients
from odoo.tools import formatLang, html2plaintext, plaintext2html

from .recouvrement_plan_level import PLACE

#: States of `sms.sms` in which the operator has taken the message.
TAKEN = ('process', 'pending', 'sent')
#: One space that does not break, and the whole SMS is paid in the alphabet of 70 signs instead of 160.
PLAIN_SPACES = str.maketrans('\u00a0\u202f\u2009', '   ')


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    sms_number = fields.Char(string="SMS to", readonly=True)
    sms_uuid = fields.Char(readonly=True, help="Name of the SMS in delivery reports.")

    @api.model
    def _available_channels(self):
        known = (*super()._available_channels(), 'sms')
        return tuple(channel for channel in recipients.CHANNELS if channel in known)

    # === TEXT === #

    def _render_content(self):  # pylint: disable=missing-return
        """The words of the level, short enough for a telephone."""
        by_sms = self.filtered(lambda reminder: reminder._is_sms_text())
        super(RecouvrementReminder, self - by_sms)._render_content()
        for reminder in by_sms:
            reminder.write({'subject': reminder.level_id.name, 'body_html': plaintext2html(reminder._sms_body())})

    def _content(self, template):
        if self._is_sms_text():
            return {'subject': self.level_id.name, 'body_html': plaintext2html(self._sms_body())}
        return super()._content(template)

    def _is_sms_text(self):
        return self.channel == 'sms' or self.level_id._sms_alone()

    def edit_text(self, subject=None, body=None):
        """As for an e-mail, without a subject; what changes is written as in the words of a level: {amount} and the others."""
        result = super().edit_text(subject, body)
        if self.channel == 'sms':
            self.level_id._check_sms_places(self.sudo()._sms_words())
        return result

    def _text_to_edit(self):
        if self.channel != 'sms':
            return super()._text_to_edit()
        words = self.with_context(lang=self._lang())._sms_words()
        return {'subject': self.level_id.name, 'body': plaintext2html(words)}

    def _sms_words(self):
        """What a person wrote for this customer, else the words of the level; figures are added when it leaves."""
        own = html2plaintext(self.custom_body or '', include_references=False).strip()
        return own or self.level_id._sms_words(self.company_id)

    def _sms_body(self):
        """The SMS of this second, in the customer's language."""
        self.ensure_one()
        reminder = self.with_context(lang=self._lang())
        lines = reminder.line_ids.filtered(lambda line: line.active and line.kind != 'credit')
        words = {
            'company': reminder.company_id.name, 'reference': reminder._reference_text(), 'count': len(lines.move_line_id.move_id),
            'amount': formatLang(reminder.env, reminder._amount_asked(), currency_obj=reminder.currency_id),
            'days': max(lines.mapped('days_late'), default=0), 'phone': reminder.company_id.phone or '',
            'link': reminder._payment_link()}
        text = PLACE.sub(lambda found: str(words.get(found.group(1), '')), reminder._sms_words()).strip()
        return text.translate(PLAIN_SPACES)

    # === THE WAY OUT === #

    def _queue(self):  # pylint: disable=missing-return
        super()._queue()
        by_sms = self.filtered(lambda reminder: reminder.channel == 'sms')
        for moment in {reminder._next_moment('sms') for reminder in by_sms}:
            self.env.ref('recouvrement_plus_sms.ir_cron_send_sms')._trigger(at=moment or None)

    def _approve_one(self):  # pylint: disable=missing-return
        super()._approve_one()
        if self.channel == 'sms' and self.state == 'approved':
            self._queue()

    @api.model
    def _cron_send_sms(self):
        """Send the SMS that wait, in the hours of their company; each alone, so that one that fails stops no other."""
        waiting = self.search([('channel', '=', 'sms'), ('state', '=', 'queued')], order='id')
        ready = waiting.filtered(lambda reminder: not reminder._next_moment('sms'))
        for number, reminder in enumerate(ready, 1):
            reminder = reminder.company_id._recouvrement_spoken(reminder)
            reminder._send_among(len(ready) + 1)  # one that fails stops none, be it alone
            if not modules.module.current_test:
                self.env['ir.cron']._commit_progress(1, remaining=len(ready) - number)

    def _send_letter(self):
        if self.channel != 'sms':
            return super()._send_letter()
        commit = not modules.module.current_test
        if self.state != 'queued':
            self._queue()
        if self._refuse_or_refresh() or self._refuse_number():
            return None
        if not self._hold_sending():
            return None
        try:
            return self._send_sms(commit)
        finally:
            self._release_sending()

    def _refuse_number(self):
        """Fail the message that no telephone can get; return whether it was refused."""
        number = self.contact_id._recouvrement_mobile()
        if not number:
            self._fail('no_contact', False, self.env._("A reminder by SMS has no mobile number: complete the customer's contact."))
        elif self.env['phone.blacklist'].sudo().search_count([('number', '=', number)], limit=1):
            self._fail('blacklisted', number, self.env._("%(number)s is on the list of numbers not to write to.", number=number))
        else:
            self.sms_number = number
        return self.state == 'failed'

    def _send_sms(self, commit):
        """`sending` is committed first: if the process dies, a person decides, nothing is sent again."""
        self.write({'state': 'sending'})
        self._commit_point(commit)
        text = self._sms_body()
        sms = self.env['sms.sms'].sudo().with_company(self.company_id).create(
            {'number': self.sms_number, 'body': text, 'partner_id': self.contact_id.id})
        self.env['sms.tracker'].sudo().create({'sms_uuid': sms.uuid, 'recouvrement_reminder_id': self.id})
        self.sms_uuid = sms.uuid
        sms.send(unlink_sent=True)
        self._after_sms(sms, text)
        self._commit_point(commit)

    def _after_sms(self, sms, text):
        """What the operator answered. A server that did not answer may have taken the message: uncertain."""
        if sms.state in TAKEN:
            message = self.case_id._message_log(body=plaintext2html(text), message_type='sms')
            self.write({
                'state': 'sent', 'reason': False, 'date_sent': fields.Datetime.now(), 'sent_by_id': self.env.uid,
                'mail_message_id': message.id if message else False})
            self._log_event('sent', f"{self.sms_number}: {text}")
            self._claim_penalties()
        elif sms.failure_type == 'sms_server':
            self._turn_uncertain('no_answer', self.env._("The SMS service did not answer."))
        else:
            labels = dict(sms._fields['failure_type']._description_selection(self.env))
            why = labels.get(sms.failure_type, sms.failure_type or '')
            self._fail('sms_failed', why, self.env._("A reminder by SMS could not be sent: %(failure)s", failure=why))

    def _sms_delivered(self):
        for reminder in self.filtered(lambda one: one.state in ('sent', 'uncertain')):
            reminder = reminder.company_id._recouvrement_spoken(reminder)
            reminder.write({'state': 'sent', 'reason': False})
            reminder._log_event('sent', reminder.env._("Delivered"))

    def _sms_not_delivered(self, why):
        for reminder in self.filtered(lambda one: one.state in ('sent', 'uncertain')):
            reminder = reminder.company_id._recouvrement_spoken(reminder)
            reminder._fail('bounced', why, reminder.env._(
                "A reminder by SMS did not reach %(number)s: find another number.", number=reminder.sms_number))


class RecouvrementRun(models.Model):
    _inherit = 'recouvrement.run'

    @api.model
    def _any_reason_label(self, reason):
        return self.env._("Refused by the SMS service") if reason == 'sms_failed' else super()._any_reason_label(reason)
