"""To whom a message goes at the second of sending, and what comes back: who may be written to, at which addresses."""
from odoo import fields, models
from odoo.tools import email_normalize, email_split


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    def _refuse_address(self):
        """Fail the message whose address is missing or blacklisted; return whether it was refused."""
        self._renew_recipients()
        if not self._renew_sender():
            self._fail('no_sender', False, self.env._(
                "A reminder has no sender: give the company an e-mail address, or the customer's collector."))
            return True
        addresses = [email_normalize(address) for address in email_split(self.email_to or '')]
        refused = set(self.env['mail.blacklist'].sudo().search([('email', 'in', addresses)]).mapped('email'))
        if not addresses:
            self._fail('no_contact', False, self.env._("A reminder has no e-mail address: complete the customer's contact."))
        elif refused >= set(addresses):
            self._fail('blacklisted', self.email_to, self.env._(
                "%(address)s is on the list of addresses not to write to: use another one, or a letter.", address=self.email_to))
        elif refused:
            self._leave_out(refused)
        return self.state == 'failed'

    def _renew_sender(self):
        """Who writes: the address with which it was queued, else that of now; '' when nobody could be answered."""
        mail = self.mail_id
        if not mail.email_from or mail.email_from == self.env.ref('base.user_root').email_formatted:
            mail.write({'email_from': self._sender(), 'reply_to': self._reply_to()})
            return self._sender()
        return mail.email_from

    def _renew_recipients(self):
        """Contacts archived or gone to another customer since the night get nothing, and addresses are those of now."""
        contacts = self.contact_ids or self.contact_id
        customer = self.partner_id.commercial_partner_id
        still = contacts if self.insolvency_id else contacts.filtered(
            lambda contact: contact.active and contact.commercial_partner_id == customer)
        if not still:
            channel, still = self._route(self.level_id, customer)
            still = still if channel == 'email' else still.browse()
        addresses = ', '.join(filter(None, still.mapped('email'))) or False
        if still != contacts or addresses != (self.email_to or False):
            self.write({'contact_id': still[:1].id, 'contact_ids': [fields.Command.set(still.ids)], 'email_to': addresses})
            self.mail_id.recipient_ids = [fields.Command.set(still.ids)]

    def _leave_out(self, refused):
        """Write to the other addresses only: those of contacts that keep them all, and one by one those of the others."""
        def good(contact):
            return [address for address in email_split(contact.email or '') if email_normalize(address) not in refused]
        contacts = self.contact_ids or self.contact_id
        whole = contacts.filtered(lambda contact: len(good(contact)) == len(email_split(contact.email or '')))
        single = [address for contact in contacts - whole for address in good(contact)]
        self.email_to = ', '.join([*whole.mapped('email'), *single])
        self.mail_id.write({'recipient_ids': [fields.Command.set(whole.ids)], 'email_to': ', '.join(single)})

    # === WHAT COMES BACK === #

    def _bounced(self, address):
        """The customer's mail server sent the message back."""
        for reminder in self:
            reminder = reminder.company_id._recouvrement_spoken(reminder)
            words = reminder.env._("A reminder came back from %(address)s: find another address.", address=address or '')
            if reminder._somebody_has_it(address):
                reminder._log_event('failed', address)
                reminder._ask_collector(words)
            else:
                reminder._fail('bounced', address, words)

    def _somebody_has_it(self, bounced):
        """Whether another address of several did not come back: sending again would be a second time for it.

        What came back from an earlier sending, before the address was put right, says nothing of this one.
        """
        addresses = {email_normalize(address) for address in email_split(self.email_to or '')}
        left = max(self.event_ids.filtered(lambda event: event.kind in ('sent', 'uncertain')).ids, default=0)
        failed = self.event_ids.filtered(lambda event: event.kind == 'failed' and event.id > left)
        back = {email_normalize(note or '') for note in failed.mapped('note')}
        return len(addresses) > 1 and bool(addresses - back - {email_normalize(bounced or '')})
