"""Files that go with a message: its own invoices, the statement of account, the penalty statement, made when missing."""
import base64
import logging

from odoo import fields, models
from odoo.tools import format_date

_logger = logging.getLogger(__name__)


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    enclosure_ids = fields.Many2many('ir.attachment', string="Enclosed", readonly=True)

    def _refuse_or_refresh(self):
        if super()._refuse_or_refresh():
            return True
        return self.channel == 'email' and bool(self.mail_id) and not self._enclosed()

    def _send_letter(self):
        """The files are kept with the letter, to be printed with it."""
        result = super()._send_letter()
        if self.state == 'sent' and self.channel in ('letter', 'registered') and self._enclosed():
            self.mail_message_id.sudo().attachment_ids += self.enclosure_ids
        return result

    def _enclosed(self):
        """Make the files of the level and put them on the message; False when one cannot be made: nothing leaves then."""
        try:
            with self.env.cr.savepoint():
                files = self._enclosures()
                self.enclosure_ids = files
                if self.mail_id:
                    self.mail_id.attachment_ids = files
        except Exception as error:
            _logger.warning("A file of reminder %s cannot be made", self.id, exc_info=True)
            self.env.invalidate_all()
            self.write({'state': 'failed', 'reason': 'attachment_failed', 'note': str(error)[:200]})
            self._ask_collector(self.env._("A file to enclose could not be made: %(error)s", error=str(error)[:200]))
            return False
        return True

    def _enclosures(self):
        """The files of the level, in the customer's language, their names too."""
        lang = self._lang()
        self = self.with_context(lang=lang)
        level, files, letters = self.level_id, self.env['ir.attachment'], self.env['recouvrement.letter']
        moves, date = self._enclosed_moves(), format_date(self.env, self._as_of()).replace('/', '-')
        if level.attach_invoices:
            for move in moves:
                files += move._recouvrement_pdf(self.case_id)
        if level.attach_account:
            content = letters._pdf('recouvrement_plus.report_account_statement', 'reminder', self, lang)
            files += self._file(self.env._("Statement of account %(date)s", date=date), content)
        if level.attach_penalties:
            documents = moves._recouvrement_documents(self._as_of(), credits=self._credit_rows())
            if documents:
                files += self._file(self.env._("Penalty statement %(date)s", date=date), letters._statement_pdf(documents))
        return files

    def _enclosed_moves(self):
        """The invoices that the message claims or lists: this customer's, of this company, and no other."""
        moves = self.line_ids.filtered(lambda line: line.active and line.kind in ('moved', 'listed')).move_line_id.move_id
        return moves.filtered(
            lambda move: move.is_invoice() and move.company_id == self.company_id
            and move.commercial_partner_id == self.partner_id.commercial_partner_id)

    def _file(self, name, content):
        return self.env['ir.attachment'].create({
            'name': f"{name}.pdf", 'datas': base64.b64encode(content), 'mimetype': 'application/pdf',
            'res_model': 'recouvrement.case', 'res_id': self.case_id.id})

    def _account_rows(self):
        """What the statement of account lists: [{name, issued, due, amount, residual, late}], oldest due date first."""
        day = self._as_of()
        today = self.company_id._recouvrement_today()
        lines = self.env['recouvrement.ledger']._open_lines(self.company_id, day, today, self.partner_id.commercial_partner_id.ids)
        return [{
            'name': line.move_name, 'issued': line.issued, 'due': line.due, 'amount': float(line.amount),
            'residual': float(line.residual), 'late': line.residual > 0 and line.due < day,
        } for line in sorted(lines, key=lambda line: (line.due, line.id)) if line.currency_id == self.currency_id.id]


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _recouvrement_pdf(self, case):
        """The PDF of an invoice as it was sent; made now, and kept with the case, when there is none."""
        self.ensure_one()
        if self.invoice_pdf_report_id:
            return self.invoice_pdf_report_id
        return self.env['ir.attachment'].create({
            'name': self._get_invoice_report_filename(), 'datas': base64.b64encode(self._recouvrement_print()),
            'mimetype': 'application/pdf', 'res_model': 'recouvrement.case', 'res_id': case.id})

    def _recouvrement_print(self):
        """The invoice as PDF, by the report of its customer."""
        report = self.partner_id.invoice_template_pdf_report_id or self.env.ref('account.account_invoices')
        content, _kind = self.env['ir.actions.report'].with_context(force_report_rendering=True)._render_qweb_pdf(report, self.ids)
        return content
