"""Letters through Odoo's `snailmail`: same facts, same last look, same states; the service prints and posts them."""
import base64

from odoo import api, fields, models, modules
from odoo.tools import html2plaintext


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    snailmail_ids = fields.One2many('snailmail.letter', 'recouvrement_reminder_id', readonly=True)

    def _by_snailmail(self):
        """Ordinary letters only: a registered letter and a formal notice need a proof of posting that the service has not."""
        return self.channel == 'letter' and not self.formal_notice and self.company_id.recouvrement_snailmail

    def _send_letter(self):
        if not self._by_snailmail():
            return super()._send_letter()
        if not self._hold_sending():
            return None
        try:
            # What the letter claims is claimed once the service has taken it.
            result = super(RecouvrementReminder, self.with_context(recouvrement_posting=True))._send_letter()
            if self.state == 'sent':
                self._post(commit=not modules.module.current_test)
            return result
        finally:
            self._release_sending()

    def _claim_penalties(self):  # pylint: disable=missing-return
        if not self.env.context.get('recouvrement_posting'):
            super()._claim_penalties()

    def _log_letter(self, attachment):  # pylint: disable=missing-return
        """A letter has left once the service has taken it."""
        if not self.env.context.get('recouvrement_posting'):
            super()._log_letter(attachment)

    def _post(self, commit):
        """`sending` is committed first: if the process dies, a person decides, nothing is posted again."""
        letter = self._make_snailmail()
        self.write({'state': 'sending'})
        self._commit_point(commit)
        self._after_posting(letter, letter._recouvrement_post())
        self._commit_point(commit)

    def _make_snailmail(self):
        letter = self.env['snailmail.letter'].sudo().with_company(self.company_id).create({
            'model': 'recouvrement.case', 'res_id': self.case_id.id, 'partner_id': self.contact_id.id, 'user_id': self.env.uid,
            'company_id': self.company_id.id, 'recouvrement_reminder_id': self.id, 'cover': True})
        # The service wants white margins and the address on a page of its own.
        pages = letter._append_cover_page(letter._overwrite_margins(self.attachment_id.raw))
        letter.attachment_id = self.env['ir.attachment'].create({
            'name': self.attachment_id.name, 'datas': base64.b64encode(pages), 'mimetype': 'application/pdf',
            'res_model': 'recouvrement.case', 'res_id': self.case_id.id})
        return letter

    def _after_posting(self, letter, answer):
        """What the service answered. A letter that it refused is cancelled: sent again, the reminder makes another one."""
        # without its links: one that buys credit carries the secret of our account
        words = html2plaintext(letter.info_msg or '', include_references=False).strip()
        if answer == 'sent':
            self.write({'state': 'sent', 'reason': False})
            self.with_context(recouvrement_posting=False)._log_letter(self.attachment_id)
            self._log_event('posted', words)
            self.with_context(recouvrement_posting=False)._claim_penalties()
        elif answer == 'unknown':
            self._turn_uncertain('no_answer', self.env._("Snailmail did not answer."))
        else:
            self._fail('snailmail_failed', words, self.env._(
                "A reminder by letter could not be posted: %(failure)s", failure=words))
            letter.cancel()


class RecouvrementRun(models.Model):
    _inherit = 'recouvrement.run'

    @api.model
    def _any_reason_label(self, reason):
        return self.env._("Refused by Snailmail") if reason == 'snailmail_failed' else super()._any_reason_label(reason)
