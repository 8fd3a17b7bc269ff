"""What closing needs on a date: doubtful claims, impairments, losses and VAT of the year, and whether the books agree."""
from collections import defaultdict
from decimal import Decimal

from odoo import api, models

SUMS = ('doubtful', 'provision', 'loss', 'vat_recovered', 'vat_cancelled')


class RecouvrementBadDebt(models.Model):
    _inherit = 'recouvrement.bad.debt'

    @api.model
    def closing_report(self, as_of, company_id=None):
        """Doubtful and bad debts as the books stood on a date.

        :param as_of: closing date, or 'YYYY-MM-DD'; losses and VAT are those of its fiscal year up to it
        :return: {as_of, year_from, company_id, currency, doubtful: [rows], losses: [rows], totals: {doubtful, provision, loss,
            vat_recovered, vat_cancelled}, books: {doubtful, provision, loss}, differences: the same, drafts: [ids]}; a row of
            `doubtful` is an instalment {item_id, partner_id, partner, invoice, due, owed, doubtful, net, provision, to_return},
            one of `losses` a line {debt_id, partner, invoice, date, ground, amount, loss, vat_recovered, vat_cancelled, document}
        :raises AccessError: for who is no officer of the company
        """
        Run = self.env['recouvrement.run']
        Run._check_user('officer')
        company, day = Run._company(company_id), Run._parse_date(as_of)
        self = self.sudo().with_company(company)
        year_from = company.compute_fiscalyear_dates(day)['date_from']
        lines = self.env['recouvrement.bad.debt.line'].search(
            [('company_id', '=', company.id), *self._domain_at(day)], order='id')
        text = company.currency_id._recouvrement_text
        doubtful = self._closing_positions(company, day, lines)
        losses = self._closing_losses(lines, year_from)
        totals = {
            'doubtful': sum((Decimal(row['doubtful']) for row in doubtful), Decimal(0)),
            'provision': sum((Decimal(row['provision']) for row in doubtful), Decimal(0)),
            **{name: sum((Decimal(row[name]) for row in losses), Decimal(0)) for name in SUMS[2:]}}
        books = self._closing_books(company, day, year_from)
        return {
            'as_of': str(day), 'year_from': str(year_from), 'company_id': company.id, 'currency': company.currency_id.name,
            'doubtful': doubtful, 'losses': losses, 'totals': {name: text(totals[name]) for name in SUMS},
            'books': {name: text(amount) for name, amount in books.items()},
            'differences': {name: text(amount - totals[name]) for name, amount in books.items()},
            'drafts': self.search([('company_id', '=', company.id), ('state', '=', 'draft'), ('date', '<=', day)]).ids}

    @api.model
    def _closing_positions(self, company, day, lines):
        """Instalments with something on the doubtful or the impairment account that day."""
        positions = defaultdict(lambda: {'doubtful': Decimal(0), 'provision': Decimal(0)})
        for line in lines:
            positions[line.item_id]['doubtful'] += line._decimal('doubtful_change')
            positions[line.item_id]['provision'] += line._decimal('provision_change')
        held = {item: have for item, have in positions.items() if any(have.values())}
        partners = {item.partner_id.id for item in held}
        owed = {line.id: line.residual_company for line in self.env['recouvrement.ledger']._open_lines(
            company, day, company._recouvrement_today(), list(partners))}
        return [self._closing_row(item, held[item], owed) for item in sorted(
            held, key=lambda item: (item.partner_id.name or '', item.date_maturity, item.id))]

    @api.model
    def _closing_row(self, item, have, owed):
        text = item.currency_id._recouvrement_text
        left = max(owed.get(item.move_line_id.id, Decimal(0)), Decimal(0))
        return {
            'item_id': item.id, 'partner_id': item.partner_id.id, 'partner': item.partner_id.name or '',
            'invoice': item.move_name or '', 'due': str(item.date_maturity), 'owed': text(left), 'doubtful': text(have['doubtful']),
            'net': text(self._split(item.move_id, left, self._owed_of(item.move_id, owed)).net),
            'provision': text(have['provision']), 'to_return': text(max(have['doubtful'] - left, Decimal(0)))}

    @api.model
    def _closing_losses(self, lines, year_from):
        rows = []
        for line in lines.filtered(lambda line: line.debt_id.kind == 'write_off' and line.debt_id.date >= year_from):
            debt, text = line.debt_id, line.currency_id._recouvrement_text
            rows.append({
                'debt_id': debt.id, 'partner': debt.partner_id.name or '', 'invoice': line.item_id.move_name or '',
                'date': str(debt.date), 'ground': debt.ground, 'amount': text(line.amount), 'loss': text(line.net),
                'vat_recovered': text(line.vat_recovered), 'vat_cancelled': text(line.vat_cancelled),
                'vat_deadline': str(debt.vat_deadline or ''),
                'document': 'none' if not line.vat_recovered else 'made' if debt.document_ids else 'missing'})
        return rows

    @api.model
    def _closing_books(self, company, day, year_from):
        """Balances of the accounts themselves, other people's entries included: what does not agree shows."""
        def balance(kinds, start=None):
            accounts = self.env['account.account'].union(*(company._recouvrement_bad_debt_account(kind) for kind in kinds))
            domain = [('account_id', 'in', accounts.ids), ('company_id', '=', company.id), ('parent_state', '=', 'posted'),
                      ('date', '<=', day)]
            domain += [('date', '>=', start)] if start else []
            total = self.env['account.move.line']._read_group(domain, [], ['balance:sum'])[0][0]
            return Decimal(company.currency_id._recouvrement_text(total or 0.0))
        return {'doubtful': balance(['doubtful']), 'provision': -balance(['impairment']),
                'loss': balance(['loss', 'old_loss'], year_from)}
