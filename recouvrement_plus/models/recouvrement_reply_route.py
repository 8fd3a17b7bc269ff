"""Which case a message is about, when nothing but what it quotes and who wrote it tells."""
from odoo import api, models
from odoo.tools import email_normalize, email_split, html2plaintext

from ..engine import receipt_words, senders

# The largest number that a record can have: a longer one in a text is something else.
LARGEST_ID = 2**31 - 1


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    @api.model
    def _recouvrement_answered_case(self, message_dict):
        """The case that a message to a company's mailbox answers: by its references, else by what it quotes."""
        companies = self._recouvrement_mailbox_companies(message_dict)
        if not companies:
            return self.env['recouvrement.case']
        quoted = (message_dict.get('references') or '').split() + (message_dict.get('in_reply_to') or '').split()
        answered = self.env['mail.message'].sudo().search(
            [('message_id', 'in', quoted[-32:]), ('model', '=', 'recouvrement.case')], limit=1, order='id desc')
        case = self.env['recouvrement.case'].browse(answered.res_id).exists()
        return case or self._recouvrement_quoted_case(message_dict, companies)

    @api.model
    def _recouvrement_unrouted_case(self, message_dict):
        """The case that a message without a place is about: by what it quotes, wherever it went; by who wrote it, when it
        went to a company's mailbox or to one of its people."""
        companies = self._recouvrement_mailbox_companies(message_dict) or self._recouvrement_people_companies(message_dict)
        everywhere = companies or self.env['res.company'].sudo().search([('active', '=', True)])
        return self._recouvrement_quoted_case(message_dict, everywhere) or self._recouvrement_senders_case(
            message_dict, companies)

    # === TO WHOM === #

    @api.model
    def _recouvrement_recipients(self, message_dict):
        to = message_dict.get('recipients') or message_dict.get('to') or ''
        return {email_normalize(address) for address in email_split(to)} - {False}

    @api.model
    def _recouvrement_mailbox_companies(self, message_dict):
        """Companies to whose mailbox a message went: it is shown to no other."""
        received = self._recouvrement_recipients(message_dict)
        mailboxes = self.env['res.company'].sudo().search([('recouvrement_reply_to', '!=', False)])
        return mailboxes.filtered(lambda company: email_normalize(company.recouvrement_reply_to) in received)

    @api.model
    def _recouvrement_people_companies(self, message_dict):
        """Companies of the people to whom a message went."""
        received = list(self._recouvrement_recipients(message_dict))
        return self.env['res.users'].sudo().search([('email_normalized', 'in', received), ('share', '=', False)]).company_ids

    # === ABOUT WHAT === #

    @api.model
    def _recouvrement_quoted_case(self, message_dict, companies):
        """The case whose payment reference or invoice number a message quotes, when somebody of its customer wrote it.

        A number alone is not enough: anybody may quote one.
        """
        sender = email_normalize(message_dict.get('email_from')) or ''
        text = f"{message_dict.get('subject') or ''} {html2plaintext(message_dict.get('body') or '')}"
        numbers = [int(found[7:]) for found in receipt_words.references(text) if found[4:7] == 'REL' and found[7:].isdigit()]
        reminders = self.env['recouvrement.reminder'].sudo().browse([one for one in numbers if one <= LARGEST_ID]).exists()
        reminders = reminders.filtered(lambda one: one.company_id in companies and one.case_id._writer(sender) == 'customer')
        return reminders.case_id[:1] or self._recouvrement_invoiced_case(sender, text, companies)

    @api.model
    def _recouvrement_invoiced_case(self, sender, text, companies):
        """The one case of the sender's customers that has an invoice whose number is in the text."""
        domain = senders.company_domain(sender)
        customers = self._recouvrement_customers(f'@{domain}' if domain else sender, lambda known: senders.is_of(sender, known))
        items = self.env['recouvrement.item'].sudo().search([
            ('case_id.partner_id', 'in', customers.ids), ('case_id.company_id', 'in', companies.ids)])
        words = receipt_words.plain(text)
        cases = items.filtered(lambda item: receipt_words.names(words, item.move_name or '')).case_id
        return cases if len(cases) == 1 else cases.browse()

    # === FROM WHOM === #

    @api.model
    def _recouvrement_senders_case(self, message_dict, companies):
        """The case of the only customer that a sender is a contact of; none when it may be about another."""
        sender = email_normalize(message_dict.get('email_from')) or ''
        customers = self._recouvrement_customers(sender, lambda known: sender in known)
        if len(customers) != 1:
            return self.env['recouvrement.case']
        cases = self.env['recouvrement.case'].sudo().search([
            ('partner_id', '=', customers.id), ('company_id', 'in', companies.ids)])
        return cases if len(cases) == 1 else cases.browse()

    @api.model
    def _recouvrement_customers(self, part, is_known):
        """Customers with a contact whose addresses contain `part` and are known; our own people are nobody's contact."""
        if '@' not in part:
            return self.env['res.partner']
        contacts = self.env['res.partner'].sudo().search([('email', 'ilike', part)]).filtered(
            lambda contact: is_known(contact._recouvrement_addresses()))
        customers = contacts.filtered(lambda contact: not any(not user.share for user in contact.user_ids)).commercial_partner_id
        followed = self.env['recouvrement.case'].sudo().search([('partner_id', 'in', customers.ids)]).partner_id
        return customers.filtered(lambda customer: customer.customer_rank or customer in followed)


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def _recouvrement_addresses(self):
        """E-mail addresses of these contacts: a field may hold several."""
        addresses = {email_normalize(address) for contact in self for address in email_split(contact.email or '')}
        return addresses - {False}
