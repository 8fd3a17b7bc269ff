"""The payment-delay table of the management report (C. com. art. L441-14, D441-6): collect, ask the engine, answer."""
from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError

from ..engine.delay_table import DelayInstalment, DelayQuestion, delay_table
from ..engine.money import round_cents, to_decimal
from ..engine.types import DELAY_OPTIONS, DELAY_REFERENCES, DELAY_TRANCHES
from .recouvrement_ledger_delays import SIDE_OF_TYPE

SIDES = ('received', 'issued')
BASES = ('ttc', 'ht')
# Cells in the order of the official model.
CELLS = (*DELAY_TRANCHES, 'total', 'disputed', 'unrecognised')


class RecouvrementDelayTable(models.AbstractModel):
    _name = 'recouvrement.delay.table'
    _description = "Payment-delay table of the management report"

    # === PUBLIC METHODS === #

    @api.model
    def compute(self, closing_date, company_id=None, basis='ttc', reference='contractual', legal_days=60, unpaid_too=False,
                purchases=None, turnover=None, with_entries=False):
        """Both options of the table, for invoices received and issued, as the books stood on the closing date.

        Disputed invoices and invoices not yet in the books are counted apart; documents that bill penalties are left out.

        :param closing_date: last day of the year reported, or 'YYYY-MM-DD'; the year is the company's fiscal year up to it
        :param basis: `ttc` (with tax) or `ht`
        :param reference: delays counted from the `contractual` due dates, or from `legal_days` after issue (`legal`)
        :param unpaid_too: under option II, count also what is unpaid and late at closing
        :param purchases, turnover: amounts that the percentages refer to, in company currency and on the same basis;
            by default the invoices of the year less its credit notes
        :param with_entries: add `entries` to each side: [{move_id, due, days, amount, cell}]
        :return: {company_id, date_from, closing_date, currency, basis, reference, legal_days, unpaid_too,
            options: {'unpaid' | 'paid_late': {'received' | 'issued': {cells: {on_time, 1_30, 31_60, 61_90, 91_more, total,
            disputed, unrecognised: {invoices, amount, percent, percent_invoices}}, base: {invoices, amount, stated},
            terms: [shortest, longest] days}}}}; money and percentages as strings, '' without a base
        :raises AccessError: without the officer role or for another company
        :raises UserError: for a date, a code or an amount that cannot be read
        """
        Run = self.env['recouvrement.run']
        Run._check_user('officer')
        company, closing = Run._company(company_id), Run._parse_date(closing_date)
        self._check_codes(basis, reference, legal_days)
        start = company.compute_fiscalyear_dates(closing)['date_from']
        question = {'start': start, 'closing': closing, 'reference': reference, 'legal_days': legal_days}
        bases = self._bases(company, start, closing, basis, {'received': purchases, 'issued': turnover})
        instalments = self._instalments(company, start, closing, basis)
        money = company.currency_id._recouvrement_text
        options = {}
        for option in DELAY_OPTIONS:
            options[option] = {side: self._side(delay_table(DelayQuestion(
                option=option, unpaid_too=bool(unpaid_too), base_invoices=bases[side]['invoices'],
                base_amount=bases[side]['amount'], **question), instalments[side]), bases[side], money, with_entries)
                for side in SIDES}
        return {
            'company_id': company.id, 'date_from': str(start), 'closing_date': str(closing), 'currency': company.currency_id.name,
            'basis': basis, 'reference': reference, 'legal_days': legal_days, 'unpaid_too': bool(unpaid_too), 'options': options}

    # === COLLECT === #

    @api.model
    def _check_codes(self, basis, reference, legal_days):
        for value, known in ((basis, BASES), (reference, DELAY_REFERENCES)):
            if value not in known:
                raise UserError(self.env._(
                    "“%(value)s” is not known; choose one of %(known)s.", value=value, known=", ".join(known)))
        if not isinstance(legal_days, int) or legal_days < 0:
            raise UserError(self.env._("The legal term is a number of days, 0 or more; “%(value)s” is not.", value=legal_days))

    @api.model
    def _bases(self, company, start, closing, basis, stated):
        """What percentages refer to: an amount stated by the caller, else the invoices of the year."""
        result = {}
        for side, (number, untaxed, total) in self.env['recouvrement.ledger'].sudo()._delay_year(company, start, closing).items():
            amount = total if basis == 'ttc' else untaxed
            if stated[side]:
                try:
                    amount = to_decimal(str(stated[side]))
                except Exception as error:
                    raise UserError(self.env._("“%(value)s” is not an amount.", value=stated[side])) from error
            result[side] = {'invoices': number, 'amount': amount, 'stated': bool(stated[side])}
        return result

    @api.model
    def _instalments(self, company, start, closing, basis):
        """{side: [DelayInstalment]} of a company, read in five queries whatever the size of the books."""
        ledger = self.env['recouvrement.ledger'].sudo()
        rows = ledger._delay_lines(company, start, closing)
        movements = ledger._delay_movements([row[0] for row in rows], closing)
        in_process = ledger._delay_payments_without_entry(company, closing)
        disputes = self._disputes(company, closing)
        digits = company.currency_id.decimal_places
        result = {side: [] for side in SIDES}
        for line, move, move_type, partner, issued, due, balance, in_currency, untaxed, total, since, until in rows:
            share = self._share(untaxed, total, basis)
            amount = round_cents(to_decimal(str(balance)) * share, digits)
            moved = self._movements(movements.get(line, ()), amount, to_decimal(str(in_currency)), digits)
            left = amount - sum((part for _day, part, _kind in moved), Decimal(0))
            moved += self._take(in_process.get(move, ()), left, share, digits)
            held = disputes['partner'][partner] + disputes['line'][line] if move_type == 'out_invoice' else []
            if since:
                held = [*held, (since, until)]
            result[SIDE_OF_TYPE[move_type]].append(
                DelayInstalment(move, issued, due, amount, tuple(moved), tuple(held)))
        for move, move_type, issued, due, untaxed, total in ledger._delay_unrecognised(company, closing):
            amount = abs(round_cents(to_decimal(str(total or 0)) * self._share(untaxed, total, basis), digits))
            result[SIDE_OF_TYPE[move_type]].append(DelayInstalment(move, issued, due, amount, recognised=False))
        return result

    @api.model
    def _share(self, untaxed, total, basis):
        """Part of an invoice's amount that counts: all of it, or what is left without tax."""
        return to_decimal(str(untaxed)) / to_decimal(str(total)) if basis == 'ht' and total else Decimal(1)

    @api.model
    def _movements(self, moved, amount, in_currency, digits):
        """Movements in company currency at the rate of the invoice: a fully paid one comes to nothing, to the cent."""
        result, reached, done = [], Decimal(0), Decimal(0)
        for day, part, kind in moved:
            reached += part
            upto = round_cents(amount * reached / in_currency, digits) if in_currency else amount
            result.append((day, upto - done, kind))
            done = upto
        return result

    @api.model
    def _take(self, payments, left, share, digits):
        """Payments without an entry pay what is open, oldest instalment first; what they gave is taken off them."""
        result = []
        for rank, (day, amount) in enumerate(payments):
            part = min(left, round_cents(amount * share, digits))
            if part > 0:
                payments[rank] = (day, amount - part / share)
                result.append((day, part, 'payment'))
                left -= part
        return result

    @api.model
    def _disputes(self, company, closing):
        """Disputes of customers begun up to the closing date: {'partner': {id: [(from, to)]}, 'line': {id: …}}."""
        result = {'partner': defaultdict(list), 'line': defaultdict(list)}
        for hold in self.env['recouvrement.hold'].sudo().search([
                ('company_id', '=', company.id), ('kind', '=', 'dispute'), ('date_from', '<=', closing)]):
            days = hold.date_from, hold.date_to or None
            if hold.item_id:
                result['line'][hold.item_id.move_line_id.id].append(days)
            else:
                result['partner'][hold.partner_id.id].append(days)
        return result

    # === ANSWER === #

    @api.model
    def _side(self, table, base, money, with_entries):
        """A side of the table as plain data."""
        def text(percent):
            return '' if percent is None else str(percent)

        answer = {
            'cells': {code: {
                'invoices': cell.invoices, 'amount': money(cell.amount), 'percent': text(cell.percent),
                'percent_invoices': text(cell.percent_invoices)} for code, cell in table.cells.items()},
            'base': {'invoices': base['invoices'], 'amount': money(base['amount']), 'stated': base['stated']},
            'terms': list(table.terms or ()),
        }
        if with_entries:
            answer['entries'] = [{
                'move_id': entry.invoice, 'due': str(entry.due), 'days': entry.days, 'amount': money(entry.amount),
                'cell': entry.cell} for entry in table.entries]
        return answer
