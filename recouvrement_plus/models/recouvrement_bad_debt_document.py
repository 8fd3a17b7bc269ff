"""The corrective invoice of CGI art. 272-1: a duplicate that tells the customer that the VAT cannot be deducted."""
import base64

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class RecouvrementBadDebt(models.Model):
    _inherit = 'recouvrement.bad.debt'

    def make_corrective_invoices(self):
        """Make the duplicates of the invoices whose VAT is recovered, once: PDF kept with the operation and on the invoice.

        Sending it to the customer is what allows the deduction (BOI-TVA-DED-40-10-20); VAT on receipts needs none.

        :return: [{attachment_id, filename, invoice, net, vat, mention}]
        :raises AccessError: for who is no manager
        :raises UserError: while the entry is not posted, or when no VAT is recovered
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('manager', self.company_id)
        self.check_access('read')
        debt = self.sudo()
        rows = debt._corrective_rows()
        if debt.state != 'posted' or not rows:
            raise UserError(self.env._("A corrective invoice is made for a posted write-off that recovers VAT paid on debits."))
        if not debt.document_ids:
            debt.lock_for_update()
            debt.document_ids = [(6, 0, [debt._render_corrective(row).id for row in rows])]
        text = debt.currency_id._recouvrement_text
        return [{
            'attachment_id': document.id, 'filename': document.name, 'invoice': row['invoice'].name, 'net': text(row['net']),
            'vat': text(row['vat']), 'mention': row['mention']}
            for document, row in zip(debt.document_ids.sorted('id'), rows, strict=True)]

    def _corrective_rows(self):
        """One row for each invoice whose VAT comes back."""
        rows = []
        for invoice, lines in self.line_ids.filtered('vat_recovered').grouped('invoice_id').items():
            net, vat = sum(lines.mapped('amount')) - sum(lines.mapped('vat_recovered')), sum(lines.mapped('vat_recovered'))
            rows.append({'invoice': invoice, 'net': net, 'vat': vat, 'mention': self._mention_272(net, vat)})
        return rows

    def _mention_272(self, net, vat):
        """The words of the administration, in French whatever the language of the customer."""
        french = self.with_context(lang='fr_FR').env
        net, vat = (formatLang(french, amount, currency_obj=self.currency_id) for amount in (net, vat))
        return (f"Facture demeurée impayée pour la somme de {net} (prix net) et {vat} (TVA correspondante) "
                "qui ne peut faire l'objet d'une déduction (art. 272 du CGI)")

    def _render_corrective(self, row):
        lang = self.partner_id.lang or self.env.lang
        invoice = row['invoice'].with_context(lang=lang)
        content = self.env['recouvrement.letter']._pdf(
            'recouvrement_plus.report_corrective_invoice_document', 'debt', self, lang, invoice=invoice, mention=row['mention'])
        return self.env['ir.attachment'].create({
            'name': invoice.env._("%(invoice)s - duplicate, unpaid.pdf", invoice=invoice.name.replace('/', '-')),
            'datas': base64.b64encode(content), 'res_model': 'account.move', 'res_id': invoice.id, 'mimetype': 'application/pdf'})

    def action_corrective_invoices(self):
        self.make_corrective_invoices()
        return True
