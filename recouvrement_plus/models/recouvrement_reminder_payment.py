"""How a customer pays from a reminder: the account, a reference of its own, the QR code and the link that core can make."""
import base64
import logging
from urllib.parse import urlsplit

from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models, tools
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class ResCompany(models.Model):
    _inherit = 'res.company'

    def _recouvrement_bank_account(self, currency=None):
        """Where to pay an amount in a currency (that of the company when left out): the one account that all documents print.

        An account in the currency comes first, a branch's own before its parent's; without any, the first account there is.
        """
        self.ensure_one()
        currency = currency or self.currency_id
        line = (self | self.sudo().parent_ids).sudo().sorted(lambda one: -len(one.parent_path or ''))
        found = [company._recouvrement_accounts(currency) for company in line]
        for fits in (True, False):
            for matching, others in found:
                account = matching if fits else others
                if account:
                    return account[:1]
        return self.env['res.partner.bank'].sudo()

    def _recouvrement_accounts(self, currency):
        """(accounts in a currency, all accounts) of this company, those of its bank journals first.

        An account is in the currency of its journal, else in its own; one without either is good for any.
        """
        journals = self.env['account.journal'].sudo().search([('company_id', '=', self.id), ('type', '=', 'bank')])
        fitting = journals.filtered(lambda journal: (journal.currency_id or self.currency_id) == currency)
        loose = (self.partner_id.bank_ids - journals.bank_account_id).sorted(lambda account: not account.currency_id)
        matching = fitting.bank_account_id | loose.filtered(
            lambda account: not account.currency_id or account.currency_id == currency)
        return matching, journals.bank_account_id | self.partner_id.bank_ids

    def _recouvrement_bank_accounts(self, currencies):
        """{account: currencies} for the amounts of a document, usually one account."""
        return currencies.grouped(self._recouvrement_bank_account)

    def _recouvrement_transfer_code(self, currency, amount, partner, reference, words):
        """The QR code of a transfer as a picture for a printed letter, '' when core cannot make one.

        :param reference: structured reference, empty when there is none: then the words are quoted
        """
        bank = self._recouvrement_bank_account(currency)
        if not bank or amount <= 0:
            return ''
        return self.env['recouvrement.reminder']._drawn_code(bank, (
            currency.round(amount), words, reference or '', currency, partner))


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    payment_reference = fields.Char(
        compute='_compute_payment_reference',
        help="Structured reference (ISO 11649) of this message: a receipt that quotes it is recognised.")

    payment_bank_id = fields.Many2one('res.partner.bank', compute='_compute_payment_bank_id', compute_sudo=True)

    @api.depends('company_id', 'currency_id')
    def _compute_payment_bank_id(self):
        """Where to pay, looked up once for all messages of a company in a currency."""
        for (company, currency), reminders in self.grouped(lambda reminder: (reminder.company_id, reminder.currency_id)).items():
            reminders.payment_bank_id = company._recouvrement_bank_account(currency)

    def _compute_payment_reference(self):
        for reminder in self:
            reminder.payment_reference = self.env['recouvrement.engine']._payment_reference(reminder._origin.id)

    def _reference_text(self):
        """The reference in groups of four, as banks print it."""
        text = self.payment_reference
        return ' '.join(text[start:start + 4] for start in range(0, len(text), 4))

    def _amount_asked(self):
        """The last total of the message: with penalties where it states them."""
        return self.currency_id.round(self.amount_due + (self.interest + self.indemnity if self._shows_penalties() else 0.0))

    def _payment_qr(self):
        """Address of the QR code of a transfer of the amount asked, '' when core cannot make one.

        In an e-mail an address (mail clients drop images that are inside the text), in a letter the image itself.
        """
        bank = self.sudo().payment_bank_id
        amount = self._amount_asked()
        if not bank or amount <= 0:
            return ''
        arguments = (amount, self.payment_reference, self.payment_reference, self.currency_id, self.partner_id)
        if self.channel == 'email':
            path = self._can_draw() and bank.build_qr_code_url(*arguments)
            return f"{self.company_id.get_base_url()}{path}" if path else ''
        return self._drawn_code(bank, arguments)

    @api.model
    @tools.ormcache()
    def _can_draw(self):
        """Whether this server can draw a barcode: reportlab needs a renderer that not every installation has."""
        try:
            return bool(self.env['ir.actions.report'].barcode('QR', 'test'))
        except Exception:  # whatever is missing, a reminder without its code is better than no reminder
            _logger.warning("Payment QR codes are left out of e-mails: reportlab has no renderer (rlPyCairo)", exc_info=True)
            return False

    @api.model
    def _drawn_code(self, bank, arguments):
        """The code that core describes, drawn as SVG: sharp on paper, and no renderer is needed."""
        values = bank._build_qr_code_vals(*arguments)
        params = values and bank._get_qr_code_generation_params(**values)
        if not params or params.get('barcode_type') != 'QR':
            return ''
        drawing = createBarcodeDrawing('QR', value=params['value'], format='svg', width=params['width'], height=params['height'])
        return f"data:image/svg+xml;base64,{base64.b64encode(drawing.asString('svg').encode()).decode()}"

    # === LINKS === #

    def _shown_moves(self):
        return self.sudo().line_ids.filtered(lambda line: line.active and line.kind != 'credit').move_line_id.move_id

    def _ensure_tokens(self):
        """Give the invoices of these messages the token of their portal page.

        In SQL: a write on an invoice is slow and flags it as modified. Called just before sending, never by the night.
        """
        missing = self._shown_moves().filtered(lambda move: not move.access_token)
        if missing:
            self.env.cr.execute(SQL(
                "UPDATE account_move SET access_token = gen_random_uuid()::text "
                "WHERE id = ANY(%s) AND access_token IS NULL", missing.ids))
            missing.invalidate_recordset(['access_token'])

    def _document_links(self):
        """{reminder line id: portal page of its document}, where the document has one already."""
        return {
            line.id: f"{self.company_id.get_base_url()}{line.move_line_id.move_id.get_portal_url()}"
            for line in self.sudo().line_ids if line.active and self._has_page(line.move_line_id.move_id)}

    @api.model
    def _has_page(self, move):
        return bool(move.access_token) and move.is_sale_document()

    def _payment_link(self):
        """Where to see and pay online: core's payment link of one invoice, else its portal page.

        For several invoices the list of them, where each recipient can log in; each line has the page of its own anyway.
        """
        moves = self._shown_moves().filtered(self._has_page)
        if len(moves) == 1:
            # The methods of module `account_payment`, when it is there and has a provider.
            if hasattr(moves, '_has_to_be_paid') and moves._has_to_be_paid():
                link = urlsplit(moves._get_portal_payment_link())
                return link._replace(path=f"/{link.path.lstrip('/')}").geturl()  # core doubles the slash
            return f"{self.company_id.get_base_url()}{moves.get_portal_url()}"
        if not moves or not self._recipients_log_in():
            return ''
        online = hasattr(moves, '_get_portal_payment_link')
        return f"{self.company_id.get_base_url()}{'/my/invoices/overdue' if online else '/my/invoices'}"

    def _recipients_log_in(self):
        """Whether each recipient has a login: to the others a page of the customer's portal does not open."""
        contacts = self.sudo().contact_ids or self.sudo().contact_id
        return bool(contacts) and all(contact.user_ids for contact in contacts)
