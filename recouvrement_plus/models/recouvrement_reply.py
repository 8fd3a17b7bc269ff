"""Answers to reminders: they land on the case, wherever they were sent; a person's answer pauses it, a robot's never does."""
import lxml.html

from odoo import api, fields, models
from odoo.tools import email_normalize, email_split, escape_psql, html2plaintext

from ..engine import replies, senders


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_reply_to = fields.Char(
        string="Mailbox for answers",
        help="Answers to reminders go to this address, shared by the team and collected by Odoo. They land on the customer's case "
             "all the same. Empty: the address that Odoo makes for each message.")
    recouvrement_grace_days = fields.Integer(
        string="Days of grace for an announced payment", default=5,
        help="A customer who says that the transfer has left is left in peace for this many days after it.")


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        """An answer to a reminder belongs to the case: one that went to the company's mailbox, whatever that mailbox feeds,
        and one that nothing else wants."""
        if message_dict.get('is_bounce'):
            return super().message_route(message, message_dict, model, thread_id, custom_values)
        case = self._recouvrement_answered_case(message_dict)
        if not case:
            try:
                return super().message_route(message, message_dict, model, thread_id, custom_values)
            except ValueError:
                case = self._recouvrement_unrouted_case(message_dict)
                if not case:
                    raise
        self._routing_reset_bounce(message, message_dict)
        user_id = self._mail_find_user_for_gateway(message_dict['email_from']).id or self.env.uid
        return [('recouvrement.case', case.id, custom_values or {}, user_id, None)]

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Tell the case who wrote: the headers are not in what core passes on."""
        kind = 'human'
        if any(route[0] == 'recouvrement.case' for route in routes or ()):
            kind = replies.reply_kind(
                dict(message.items()), message_dict.get('subject'), self._recouvrement_answer_text(message_dict.get('body')))
        thread = self.with_context(recouvrement_automatic_answer=kind != 'human')
        return super(MailThread, thread)._message_route_process(message, message_dict, routes)

    @api.model
    def _recouvrement_answer_text(self, body):
        """Plain text of what the sender wrote, without the quotations that his mailer marks."""
        if not (body or '').strip():
            return ''
        tree = lxml.html.fragment_fromstring(str(body), create_parent='div')
        for quote in tree.xpath('.//blockquote | .//*[@data-o-mail-quote="1"] | .//*[contains(@class, "gmail_quote")]'):
            quote.drop_tree()
        return replies.answer_text(html2plaintext(lxml.html.tostring(tree, encoding='unicode')))


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    def message_update(self, msg_dict, update_vals=None):
        """A customer's answer pauses the reminders of the case and asks the collector to read it.

        Automatic answers (out of office, receipts, ticket acknowledgements) and mails of our own people change nothing.
        """
        result = super().message_update(msg_dict, update_vals=update_vals)
        if not self.env.context.get('recouvrement_automatic_answer'):
            text = self.env['mail.thread']._recouvrement_answer_text(msg_dict.get('body'))
            self.sudo()._pause_after_reply(text, msg_dict)
        return result

    def _writer(self, sender):
        """For whom an address writes on this case: see `senders.writer`."""
        self.ensure_one()
        address = email_normalize(sender) or ''
        contacts = self.env['res.partner'].sudo().search([
            ('commercial_partner_id', '=', self.partner_id.id), ('email', '!=', False)])
        written_to = email_split(', '.join(self.sudo().reminder_ids.mapped(lambda reminder: reminder.email_to or '')))
        return senders.writer(address, self._own_addresses(address), contacts._recouvrement_addresses() | {
            email_normalize(one) for one in written_to})

    def _own_addresses(self, sender):
        """The company's mailboxes, and `sender` when it is the address or the login of somebody who works here."""
        company = self.company_id.sudo()
        mailboxes = {email_normalize(address) for address in (
            company.email, company._recouvrement_inherited('recouvrement_reply_to'))}
        users = self.env['res.users'].sudo().search_count([
            ('share', '=', False), '|', ('email_normalized', '=', sender), ('login', '=ilike', escape_psql(sender))], limit=1)
        return (mailboxes | {sender} if users else mailboxes) - {False, ''}

    def _pause_after_reply(self, text='', message=None):
        for case in self:
            writer = case._writer(message.get('email_from')) if message else 'customer'
            if writer == 'colleague':
                continue
            company, today = case.company_id, case.company_id._recouvrement_today()
            case = company._recouvrement_spoken(case)
            case.env['recouvrement.hold'].create({
                'case_id': case.id, 'kind': 'replied', 'date_from': today, 'note': case.env._("Answer to a reminder"),
                **case._answered(message or {}), 'date_to': fields.Date.add(today, days=company.recouvrement_reply_pause_days)})
            announced = replies.announced_payment(text, today)
            if announced and writer == 'customer':
                case._propose_announced(announced, today)
            case.activity_schedule(
                'recouvrement_plus.mail_activity_type_reply', date_deadline=today, user_id=case._collector().id,
                summary=announced and case._announced_words(announced, writer))

    def _announced_words(self, announced, writer):
        if writer == 'customer':
            return self.env._("Announces a payment: %(words)s", words=announced.words)
        return self.env._("An unknown address announces a payment (not recorded): %(words)s", words=announced.words)

    def _propose_announced(self, announced, today, items=None):
        """Hold the case for the days of grace after a payment that the answer announces; a person confirms or lifts it.

        :param items: the instalments that it pays, when the customer said which
        """
        self.ensure_one()
        until = fields.Date.add(max(announced.day, today), days=self.company_id.recouvrement_grace_days)
        items = items or self.env['recouvrement.item']
        running = self.hold_ids.filtered(
            lambda hold: hold.kind == 'announced' and hold.item_id <= items and (hold.date_to or until) >= today)
        if running:
            return
        self.env['recouvrement.hold'].create([{
            'case_id': self.id, 'kind': 'announced', 'date_from': today, 'date_to': until, 'item_id': item_id,
            'note': announced.words, 'proposed': True} for item_id in items.ids or [False]])
        self.activity_schedule(
            'recouvrement_plus.mail_activity_type_announced', date_deadline=fields.Date.add(until, days=1),
            user_id=self._collector().id, summary=self.env._("Announced: %(words)s", words=announced.words))
