"""Sending the corrective invoices: by Odoo's own mail, or otherwise with a proof; who, when, to whom is kept."""
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .account_move_bad_debt import ACCOUNTANTS

CHANNELS = [
    ('email', "E-mail"), ('registered_letter', "Registered letter"), ('letter', "Letter"), ('platform', "Electronic invoicing")]


class RecouvrementBadDebt(models.Model):
    _name = 'recouvrement.bad.debt'
    _inherit = ['recouvrement.bad.debt', 'mail.thread']
    _mail_post_access = 'read'

    date_corrective_sent = fields.Date(string="Corrective invoices sent on", readonly=True)
    corrective_channel = fields.Selection(CHANNELS, string="Sent by", readonly=True)
    corrective_sent_by_id = fields.Many2one('res.users', string="Sending recorded by", readonly=True)
    corrective_message_id = fields.Many2one('mail.message', readonly=True, ondelete='set null')
    corrective_proof_id = fields.Many2one('ir.attachment', string="Proof of the sending", readonly=True, ondelete='restrict')
    corrective_failed = fields.Boolean(compute='_compute_corrective_failed', compute_sudo=True)

    @api.depends('corrective_message_id.notification_ids.notification_status')
    def _compute_corrective_failed(self):
        for debt in self:
            states = debt.corrective_message_id.notification_ids.mapped('notification_status')
            debt.corrective_failed = bool({'bounce', 'exception'} & set(states))

    # === PUBLIC METHODS === #

    def send_corrective_invoices(self):
        """Send the corrective invoices to the customer, or to the office-holder who acts for him. Called twice it sends once.

        The e-mail and its files stay in the history of the operation: with its date it is the proof (CGI art. 272-1).

        :return: {date, channel, partner_ids, message_id}
        :raises AccessError: for who is no accountant
        :raises UserError: before they are made, or when nobody has an e-mail address
        """
        self.ensure_one()
        debt = self._check_sending()
        if not debt.date_corrective_sent:
            contact, subject, body = debt._corrective_message()
            self.message_post(
                subject=subject, body=body, partner_ids=contact.ids, attachment_ids=debt.document_ids.ids,
                message_type='comment', subtype_xmlid='mail.mt_comment')
        return {'date': str(debt.date_corrective_sent), 'channel': debt.corrective_channel,
                'partner_ids': debt.corrective_message_id.partner_ids.ids, 'message_id': debt.corrective_message_id.id}

    def record_corrective_sent(self, date, channel, proof):
        """Record that they were handed over otherwise than by Odoo's mail.

        :param date: day of the sending or 'YYYY-MM-DD', today at the latest
        :param channel: registered_letter, letter, platform or email
        :param proof: {filename, datas (base64)}: receipt of the registered letter, e-mail, status of the platform
        :return: {date, channel, partner_ids, message_id}
        :raises AccessError: for who is no accountant
        :raises UserError: before they are made, without proof, for a day to come or before the entry
        """
        self.ensure_one()
        debt = self._check_sending()
        day = self.env['recouvrement.run']._parse_date(date)
        if not debt.date <= day <= debt.company_id._recouvrement_today():
            raise UserError(self.env._("They were sent between the date of the entry and today: check the day."))
        if channel not in dict(CHANNELS):
            raise UserError(self.env._("Say how the corrective invoices were sent."))
        if not debt.date_corrective_sent:
            found = debt._decode(proof)
            debt.corrective_proof_id = self.env['ir.attachment'].sudo().create({
                'name': found['filename'], 'datas': found['datas'], 'res_model': self._name, 'res_id': self.id})
            debt._keep_sending(day, channel)
        return {'date': str(debt.date_corrective_sent), 'channel': debt.corrective_channel, 'partner_ids': [], 'message_id': False}

    def action_send_corrective_invoices(self):
        """Odoo's own window to send an e-mail, with recipient, words and files: the accountant reads it and sends it."""
        self.ensure_one()
        contact, subject, body = self._check_sending()._corrective_message()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Send the corrective invoices"), 'target': 'new',
            'res_model': 'mail.compose.message', 'view_mode': 'form', 'context': {
                'default_model': self._name, 'default_res_ids': self.ids, 'default_composition_mode': 'comment',
                'default_subject': subject, 'default_body': body, 'default_partner_ids': contact.ids,
                'default_attachment_ids': self.sudo().document_ids.ids}}

    # === STEPS === #

    def _check_sending(self):
        """The operation with elevated rights, once its corrective invoices are made."""
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        self._check_accountant()
        debt = self.sudo()
        if debt.state != 'posted' or not debt.document_ids:
            raise UserError(self.env._("Make the corrective invoices first: a posted write-off that recovers VAT has them."))
        return debt

    def _corrective_contact(self):
        """The liquidator, or the administrator who represents the debtor; else whom invoices are sent to."""
        today = self.company_id._recouvrement_today()
        record = self.env['recouvrement.insolvency']._of_cases(self.case_id, today).get(self.case_id.id)
        holder = record._addressee()[0] if record else self.partner_id.browse()
        contact = holder or self.partner_id.browse(self.partner_id.address_get(['invoice'])['invoice'])
        if not contact.email:
            raise UserError(self.env._("%(contact)s has no e-mail address: send the corrective invoices by post, and record it.",
                                       contact=contact.display_name))
        return contact

    def _corrective_message(self):
        """(recipient, subject, body) of the e-mail, in the language of the recipient; the words of art. 272 in French."""
        contact = self._corrective_contact()
        env = self.with_context(lang=contact.lang or self.env.lang).env
        row = Markup("<li><b>%s</b>: %s</li>")
        rows = Markup().join(row % (one['invoice'].name, one['mention']) for one in self._corrective_rows())
        body = Markup("<p>%s</p><p>%s</p><ul>%s</ul><p>%s<br/>%s</p>") % (
            env._("Dear Sir or Madam,"),
            env._("Please find attached the duplicate of the invoices of %(customer)s that remained unpaid. Their VAT cannot be "
                  "deducted.", customer=self.partner_id.name), rows, env._("Kind regards,"), self.company_id.name)
        return contact, env._("%(company)s: duplicate of unpaid invoices (CGI art. 272)", company=self.company_id.name), body

    def _message_post_after_hook(self, message, msg_values):
        """An accountant's message to somebody with all the corrective invoices is their sending, whoever wrote its words."""
        debt = self.sudo()
        sent = debt.document_ids and debt.document_ids <= message.sudo().attachment_ids and message.sudo().partner_ids
        if sent and not debt.date_corrective_sent and any(self.env.user.has_group(group) for group in ACCOUNTANTS):
            debt.corrective_message_id = message.id
            debt._keep_sending(debt.company_id._recouvrement_today(), 'email')
        return super()._message_post_after_hook(message, msg_values)

    def _keep_sending(self, day, channel):
        self.write({'date_corrective_sent': day, 'corrective_channel': channel, 'corrective_sent_by_id': self.env.uid})
        self.case_id._message_log(body=self.env._(
            "%(operation)s: corrective invoices sent.", operation=self.display_name))
