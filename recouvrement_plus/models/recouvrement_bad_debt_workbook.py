"""The closing report as a workbook, and its rows as the screen shows them."""
import base64
import io

import xlsxwriter

from odoo import api, fields, models

DOUBTFUL_COLUMNS = ('partner', 'invoice', 'due', 'owed', 'doubtful', 'net', 'provision', 'to_return')
LOSS_COLUMNS = ('partner', 'invoice', 'date', 'ground', 'amount', 'loss', 'vat_recovered', 'vat_cancelled', 'document')
KINDS_OF_COLUMN = {
    'partner': 'text', 'invoice': 'text', 'due': 'date', 'date': 'date', 'ground': 'text', 'document': 'text'}


class RecouvrementBadDebt(models.Model):
    _inherit = 'recouvrement.bad.debt'

    @api.model
    def export_xlsx(self, as_of, company_id=None):
        """The report of `closing_report` as a workbook in French.

        :return: {filename, content (base64)}
        """
        self = self.env['recouvrement.delay.table']._in_french().env[self._name]
        result = self.closing_report(as_of, company_id)
        return {'filename': self.env._("Doubtful and bad debts %(day)s.xlsx", day=result['as_of']),
                'content': base64.b64encode(self._workbook(result)).decode()}

    @api.model
    def _grid(self, result):
        """The two tables of the report: [{title, columns: [(key, label, kind)], rows, total}]."""
        grounds = dict(self._fields['ground']._description_selection(self.env))
        documents = {'none': '', 'made': self.env._("Made"), 'missing': self.env._("To be made")}
        losses = [{**row, 'ground': grounds.get(row['ground'], ''), 'document': documents[row['document']]}
                  for row in result['losses']]
        labels = self._labels()
        return [
            {'title': title, 'rows': rows, 'columns': [(key, labels[key], KINDS_OF_COLUMN.get(key, 'amount')) for key in keys]}
            for title, rows, keys in (
                (self.env._("Doubtful claims and impairment"), result['doubtful'], DOUBTFUL_COLUMNS),
                (self.env._("Losses of the year and their VAT"), losses, LOSS_COLUMNS))]

    @api.model
    def _labels(self):
        return {
            'partner': self.env._("Customer"), 'invoice': self.env._("Invoice"), 'due': self.env._("Due date"),
            'owed': self.env._("Still owed"), 'doubtful': self.env._("On the doubtful account"), 'net': self.env._("Net of tax"),
            'provision': self.env._("Impairment"), 'to_return': self.env._("Paid since, to bring back"), 'date': self.env._("Date"),
            'ground': self.env._("Ground"), 'amount': self.env._("With tax"), 'loss': self.env._("Loss"),
            'vat_recovered': self.env._("VAT recovered"), 'vat_cancelled': self.env._("Pending VAT cancelled"),
            'document': self.env._("Corrective invoice")}

    @api.model
    def _checks(self, result):
        """Report and books side by side: [(label, report, books, difference)]."""
        labels = {'doubtful': self.env._("Doubtful customers (416)"), 'provision': self.env._("Impairment (491)"),
                  'loss': self.env._("Losses of the year (654)")}
        return [(label, *(result[part][name] for part in ('totals', 'books', 'differences'))) for name, label in labels.items()]

    @api.model
    def _workbook(self, result):
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {'in_memory': True})
        formats = self.env['recouvrement.delay.table']._formats(book)
        for number, block in enumerate(self._grid(result)):
            self._write_block(book.add_worksheet((self.env._("Doubtful"), self.env._("Losses"))[number]), block, result, formats)
        sheet = book.add_worksheet(self.env._("Agreement with the books"))
        sheet.set_column(0, 3, 28)
        labels = (self.env._("Account"), self.env._("This report"), self.env._("Books"), self.env._("Difference"))
        for column, label in enumerate(labels):
            sheet.write_string(0, column, label, formats['header'])
        for row, (label, *amounts) in enumerate(self._checks(result), 1):
            sheet.write_string(row, 0, label, formats['label'])
            for column, amount in enumerate(amounts, 1):
                sheet.write_number(row, column, float(amount), formats['amount'])
        book.close()
        return stream.getvalue()

    @api.model
    def _write_block(self, sheet, block, result, formats):
        company = self.env['res.company'].browse(result['company_id']).sudo()
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, len(block['columns']) - 1, 20)
        sheet.write_string(0, 0, f"{company.name} - {block['title']} - {result['as_of']} ({result['currency']})", formats['title'])
        for column, (key, label, kind) in enumerate(block['columns']):
            sheet.write_string(2, column, label, formats['header'])
            for row, values in enumerate(block['rows'], 3):
                self._write_cell(sheet, row, column, values[key], kind, formats)
            if kind == 'amount' and block['rows']:
                last = 3 + len(block['rows'])
                sheet.write_number(last, column, sum(float(values[key]) for values in block['rows']), formats['amount'])

    @api.model
    def _write_cell(self, sheet, row, column, value, kind, formats):
        if kind == 'amount':
            sheet.write_number(row, column, float(value), formats['amount'])
        elif kind == 'date':
            sheet.write_datetime(row, column, fields.Datetime.to_datetime(value), formats['date'])
        else:
            sheet.write_string(row, column, value)
