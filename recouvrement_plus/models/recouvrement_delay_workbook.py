"""The payment-delay table as a workbook: one sheet for each option, the invoices behind the figures, the method."""
import base64
import io

import xlsxwriter

from odoo import api, fields, models

WIDTHS = {'label': 62, 'value': 17}


class RecouvrementDelayTable(models.AbstractModel):
    _inherit = 'recouvrement.delay.table'

    # === PUBLIC METHODS === #

    @api.model
    def export_xlsx(self, closing_date, company_id=None, **options):
        """The table of `compute`, with the same options, as a workbook in French (the language of the management report).

        :return: {filename, content (base64)}
        :raises AccessError, UserError: as `compute`
        """
        self = self._in_french()
        result = self.compute(closing_date, company_id, **{**options, 'with_entries': True})
        return {'filename': self.env._("Payment delays %(day)s.xlsx", day=result['closing_date']),
                'content': base64.b64encode(self._workbook(result)).decode()}

    # === SHEETS === #

    @api.model
    def _in_french(self):
        """This model in French when the language is installed, else in the user's."""
        known = dict(self.env['res.lang'].sudo().get_installed())
        return self.with_context(lang='fr_FR') if 'fr_FR' in known else self

    @api.model
    def _workbook(self, result):
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {'in_memory': True, 'default_date_format': 'dd/mm/yyyy'})
        formats = self._formats(book)
        for number, block in enumerate(self._grid(result)):
            sheet = book.add_worksheet(("Option I", "Option II")[number])
            self._write_option(sheet, block, result, formats)
        self._write_invoices(book.add_worksheet(self.env._("Invoices")), result, formats)
        notes = book.add_worksheet(self.env._("Method"))
        notes.set_column(0, 0, 120, formats['text'])
        for row, note in enumerate(self._method_notes(result)):
            notes.write_string(row, 0, note)
        book.close()
        return stream.getvalue()

    @api.model
    def _formats(self, book):
        return {
            'title': book.add_format({'bold': True, 'font_size': 14}),
            'section': book.add_format({'bold': True, 'bg_color': '#E7E6E6', 'border': 1}),
            'header': book.add_format({'bold': True, 'text_wrap': True, 'align': 'center', 'valign': 'vcenter', 'border': 1}),
            'label': book.add_format({'text_wrap': True, 'border': 1}), 'text': book.add_format({'text_wrap': True}),
            'count': book.add_format({'num_format': '#,##0', 'border': 1}),
            'amount': book.add_format({'num_format': '#,##0.00', 'border': 1}),
            'percent': book.add_format({'num_format': '0.00%', 'border': 1}),
            'blank': book.add_format({'border': 1, 'bg_color': '#D9D9D9'}), 'date': book.add_format({'num_format': 'dd/mm/yyyy'}),
        }

    @api.model
    def _write_option(self, sheet, block, result, formats):
        company = self.env['res.company'].browse(result['company_id']).sudo()
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, 0, WIDTHS['label'])
        sheet.set_column(1, 6, WIDTHS['value'])
        sheet.write_string(0, 0, f"{company.name} ({result['currency']})", formats['title'])
        sheet.write_string(1, 0, block['title'], formats['title'])
        row = 3
        for side in block['sides']:
            sheet.write_string(row, 0, side['title'], formats['section'])
            for column, title in enumerate(self._column_titles(), 1):
                sheet.write_string(row, column, title, formats['header'])
            for line in side['rows']:
                row += 1
                self._write_row(sheet, row, line, formats)
            row += 2

    @api.model
    def _write_row(self, sheet, row, line, formats):
        if line['kind'] in ('section', 'text'):
            look = formats['section' if line['kind'] == 'section' else 'label']
            sheet.merge_range(row, 0, row, len(line['values']), line['label'], look)
            return
        sheet.write_string(row, 0, line['label'], formats['label'])
        for column, value in enumerate(line['values'], 1):
            if value == '':
                sheet.write_blank(row, column, None, formats['blank'])
            else:
                number = float(value) / 100 if line['kind'] == 'percent' else float(value)
                sheet.write_number(row, column, number, formats[line['kind']])

    @api.model
    def _write_invoices(self, sheet, result, formats):
        """What is late or left out, one line for each amount; what is on time is only counted."""
        headers = [self.env._("Option"), self.env._("Side"), self.env._("Tranche"), self.env._("Invoice"), self.env._("Partner"),
                   self.env._("Invoice date"), self.env._("Term"), self.env._("Days late"), self.env._("Amount"),
                   self.env._("Left out because")]
        for column, header in enumerate(headers):
            sheet.write_string(0, column, header, formats['header'])
        sheet.set_column(0, len(headers) - 1, 18)
        sheet.freeze_panes(1, 0)
        entries = [(option, side, entry) for option, sides in result['options'].items() for side, block in sides.items()
                   for entry in block['entries'] if entry['cell'] != 'on_time']
        moves = self.env['account.move'].sudo().browse({entry['move_id'] for _option, _side, entry in entries}).grouped('id')
        for row, (option, side, entry) in enumerate(entries, 1):
            move = moves[entry['move_id']]
            excluded = entry['cell'] in ('disputed', 'unrecognised')
            sheet.write_string(row, 0, "I" if option == 'unpaid' else "II")
            sheet.write_string(row, 1, self._side_title('unpaid', side))
            sheet.write_string(row, 2, '' if excluded else self._cell_title(entry['cell']))
            sheet.write_string(row, 3, move.name if move.state == 'posted' else move.ref or self.env._("Draft"))
            sheet.write_string(row, 4, move.commercial_partner_id.display_name or '')
            sheet.write_datetime(row, 5, fields.Datetime.to_datetime(move.invoice_date or move.date), formats['date'])
            sheet.write_datetime(row, 6, fields.Datetime.to_datetime(entry['due']), formats['date'])
            sheet.write_number(row, 7, entry['days'])
            sheet.write_number(row, 8, float(entry['amount']), formats['amount'])
            sheet.write_string(row, 9, self._cell_title(entry['cell']) if excluded else '')
        sheet.autofilter(0, 0, max(len(entries), 1), len(headers) - 1)
