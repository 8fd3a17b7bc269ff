"""The payment-delay table in words: the rows of the official model, the same on the screen and in the workbook."""
from odoo import api, models
from odoo.tools import format_date, formatLang

from ..engine.types import DELAY_TRANCHES

# Columns of the official model: the tranches, then the total.
COLUMNS = (*DELAY_TRANCHES, 'total')


class RecouvrementDelayTable(models.AbstractModel):
    _inherit = 'recouvrement.delay.table'

    @api.model
    def _grid(self, result):
        """The answer of `compute` as blocks to show: [{option, title, sides: [{side, title, rows}]}].

        A row is {label, kind, values}: kind `section`, `count`, `amount`, `percent` or `text`; one value for each of COLUMNS,
        '' where the model has none (invoices are numbered in the first and the last column only).
        """
        return [{
            'option': option, 'title': title, 'sides': [{
                'side': side, 'title': self._side_title(option, side),
                'rows': self._rows(result, option, side)} for side in result['options'][option]]}
            for option, title in self._option_titles(result).items()]

    @api.model
    def _option_titles(self, result):
        day = format_date(self.env, result['closing_date'])
        return {
            'unpaid': self.env._("Option I: invoices unpaid on %(day)s whose term has passed", day=day),
            'paid_late': self.env._("Option II: invoices paid late during the year ended on %(day)s", day=day)
            if not result['unpaid_too'] else self.env._(
                "Option II: invoices late during the year ended on %(day)s, paid or not", day=day)}

    @api.model
    def _side_title(self, option, side):
        if option == 'unpaid':
            return self.env._("Invoices received (suppliers)") if side == 'received' else self.env._("Invoices issued (customers)")
        return (self.env._("Invoices received (suppliers) in the year") if side == 'received'
                else self.env._("Invoices issued (customers) in the year"))

    @api.model
    def _column_titles(self):
        return [self.env._("0 days (indicative)"), self.env._("1 to 30 days"), self.env._("31 to 60 days"),
                self.env._("61 to 90 days"), self.env._("91 days and more"), self.env._("Total (1 day and more)")]

    @api.model
    def _rows(self, result, option, side):
        block = result['options'][option][side]
        cells, basis = block['cells'], self._basis_text(result)
        blank = [''] * len(COLUMNS)
        numbers = [cells[code]['invoices'] if code in (COLUMNS[0], COLUMNS[-1]) else '' for code in COLUMNS]
        rows = [
            {'label': self.env._("(A) Tranches of late payment"), 'kind': 'section', 'values': blank},
            {'label': self.env._("Number of invoices"), 'kind': 'count', 'values': numbers},
            {'label': self.env._("Total amount of the invoices (%(basis)s)", basis=basis), 'kind': 'amount',
             'values': [cells[code]['amount'] for code in COLUMNS]},
            {'label': self._percent_label(option, side, basis), 'kind': 'percent',
             'values': [cells[code]['percent'] for code in COLUMNS]},
        ]
        if option == 'paid_late':
            rows.append({'label': self.env._("Percentage of the number of invoices of the year"), 'kind': 'percent', 'values': [
                cells[code]['percent_invoices'] if code in (COLUMNS[0], COLUMNS[-1]) else '' for code in COLUMNS]})
        return rows + self._excluded_rows(cells, basis) + self._reference_rows(result, block)

    @api.model
    def _excluded_rows(self, cells, basis):
        def row(label, kind, value):
            return {'label': label, 'kind': kind, 'values': [''] * (len(COLUMNS) - 1) + [value]}

        return [
            {'label': self.env._("(B) Invoices left out of (A): disputed or not in the books"), 'kind': 'section',
             'values': [''] * len(COLUMNS)},
            row(self.env._("Number of disputed invoices"), 'count', cells['disputed']['invoices']),
            row(self.env._("Total amount of the disputed invoices (%(basis)s)", basis=basis), 'amount',
                cells['disputed']['amount']),
            row(self.env._("Number of invoices not in the books"), 'count', cells['unrecognised']['invoices']),
            row(self.env._("Total amount of the invoices not in the books (%(basis)s)", basis=basis), 'amount',
                cells['unrecognised']['amount']),
        ]

    @api.model
    def _reference_rows(self, result, block):
        return [
            {'label': self.env._("(C) Reference payment terms used"), 'kind': 'section', 'values': [''] * len(COLUMNS)},
            {'label': self._reference_text(result, block), 'kind': 'text', 'values': [''] * len(COLUMNS)},
        ]

    @api.model
    def _basis_text(self, result):
        return self.env._("incl. tax") if result['basis'] == 'ttc' else self.env._("excl. tax")

    @api.model
    def _percent_label(self, option, side, basis):
        if option == 'paid_late':
            return self.env._("Percentage of the total amount of the invoices of the year (%(basis)s)", basis=basis)
        if side == 'received':
            return self.env._("Percentage of the purchases of the year (%(basis)s)", basis=basis)
        return self.env._("Percentage of the turnover of the year (%(basis)s)", basis=basis)

    @api.model
    def _reference_text(self, result, block):
        """(C): the contractual terms found, from the shortest to the longest, or the legal one that was used."""
        if result['reference'] == 'legal':
            return self.env._("Legal terms: %(days)s days after issue", days=result['legal_days'])
        if not block['terms']:
            return self.env._("Contractual terms: those of each invoice")
        shortest, longest = block['terms']
        if shortest == longest:
            return self.env._("Contractual terms: those of each invoice, %(days)s days after issue", days=shortest)
        return self.env._("Contractual terms: those of each invoice, from %(shortest)s to %(longest)s days after issue",
                          shortest=shortest, longest=longest)

    @api.model
    def _cell_title(self, code):
        """A cell in the words of the list of invoices."""
        return {**dict(zip(COLUMNS, self._column_titles(), strict=True)),
                'disputed': self.env._("Disputed"), 'unrecognised': self.env._("Not in the books")}[code]

    @api.model
    def _method_notes(self, result):
        """How the figures were made: printed with them, for the statutory auditor."""
        notes = [
            self.env._("Source: customer and supplier invoices of the books as they stood on the closing date, "
                       "C. com. art. D441-6."),
            self.env._("Column “0 days”: not late, for information; it is not part of the total."),
            self.env._("The delay runs to the closing date, or to the date of each payment; a part paid counts in the tranche of "
                       "its own payment, and an invoice counts once in the total."),
            self.env._("Credit notes lower the invoices that they are matched with; those that are not matched are not deducted."),
            self.env._("Documents that bill penalties are left out."),
        ]
        labels = {'received': self.env._("purchases")}
        labels['issued'] = self.env._("turnover")
        for side, label in labels.items():
            base = result['options']['unpaid'][side]['base']
            origin = self.env._("amount stated") if base['stated'] else self.env._("invoices of the year less credit notes")
            notes.append(self.env._(
                "Reference of the percentages, %(what)s: %(amount)s %(currency)s (%(basis)s, %(origin)s).", what=label,
                amount=formatLang(self.env, float(base['amount']), digits=2), currency=result['currency'],
                basis=self._basis_text(result), origin=origin))
        return notes
