"""The penalty statement (décompte) of invoices as data, as a page, as a letter: one source of figures for all three."""
import base64
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.money import round_cents

AMOUNTS = ('principal', 'interest', 'indemnity')


class AccountMove(models.Model):
    _inherit = 'account.move'

    # === DATA === #

    def _recouvrement_statement_data(self, statement, as_of, rates=None):
        """The plain data of one invoice, with payments, what they covered, and totals in the company's currency."""
        data = super()._recouvrement_statement_data(statement, as_of, rates)
        money = self.currency_id._recouvrement_text
        due_dates = self._recouvrement_due_dates(statement)
        for line, part in zip(data['lines'], statement.slices, strict=True):
            line.update(basis=part.basis, due_date=due_dates.get(part.instalment_key, ''), imputed=money(sum(
                (piece.amount for piece in statement.imputations
                 if piece.instalment_key == part.instalment_key and part.date_from <= piece.date <= part.date_to), Decimal(0))))
        return data | {
            'move_id': self.id, 'name': self.name, 'as_of': fields.Date.to_string(as_of),
            'interest_accrued': money(statement.interest + statement.interest_paid),
            'interest_paid': money(statement.interest_paid), 'disputed': money(statement.disputed),
            'payments': [{
                'date': fields.Date.to_string(piece.date), 'kind': piece.kind, 'amount': money(piece.amount),
                'on_interest': money(piece.on_interest), 'on_principal': money(piece.on_principal),
                'due_date': due_dates.get(piece.instalment_key, ''),
            } for piece in statement.imputations],
            'company': self._recouvrement_company_totals(
                statement, (rates or self._recouvrement_rates_of_day(as_of))[self.currency_id, self.company_id]),
        }

    def _recouvrement_due_dates(self, statement):
        """{journal item id: due date as text} of the instalments that the statement names."""
        keys = {part.instalment_key for part in (*statement.slices, *statement.imputations)}
        return {line.id: fields.Date.to_string(line.date_maturity or line.date) for line in self.line_ids if line.id in keys}

    def _recouvrement_company_totals(self, statement, rate):
        """The same amounts in the company's currency at the rate of the day; the total is the sum of the three."""
        currency = self.company_id.currency_id
        parts = {name: round_cents(getattr(statement, name) * rate, currency.decimal_places) for name in AMOUNTS}
        return {
            'currency': currency.name, 'rate': str(rate),
            **{name: currency._recouvrement_text(amount) for name, amount in parts.items()},
            'total': currency._recouvrement_text(sum(parts.values()))}

    def _recouvrement_rates_of_day(self, as_of):
        """{(currency, company): units of the company's currency for one unit on that day} of these invoices."""
        get_rate = self.env['res.currency']._get_conversion_rate
        return {
            (currency, company): Decimal(1) if currency == company.currency_id else Decimal(str(
                get_rate(currency, company.currency_id, company, as_of)))
            for currency, company in {(move.currency_id, move.company_id) for move in self}}

    # === PUBLIC METHODS === #

    def recouvrement_penalty_statements(self, as_of):
        """Penalty statements of many invoices at once: what `recouvrement_penalty_statement` gives for each.

        :param as_of: date or 'YYYY-MM-DD'
        :return: [{move_id, name, error, …}] in the order of the records; `error` is empty, or the words of the refusal
            (customer not classified, rate unknown) and then no figure is there
        :raises AccessError: without the officer role or for another company
        :raises UserError: when one of them is no posted customer invoice
        """
        day = self._recouvrement_check_statement(as_of)
        statements, rates = self._recouvrement_statements(day), self._recouvrement_rates_of_day(day)
        return [self._recouvrement_one_of_many(move, statements[move.id], day, rates) for move in self.sudo()]

    @api.model
    def _recouvrement_one_of_many(self, move, statement, day, rates):
        if hasattr(statement, 'slices'):
            return {'error': '', **move._recouvrement_statement_data(statement, day, rates)}
        return {'move_id': move.id, 'name': move.name, 'error': move._recouvrement_refusal_text(statement)}

    def _recouvrement_statements(self, day):
        """{move id: Statement or EngineError}, the invoices of each company read together."""
        engine, result = self.env['recouvrement.engine'], {}
        for moves in self.sudo().grouped('company_id').values():
            result |= engine._statements(moves, day)
        return result

    def _recouvrement_check_statement(self, as_of):
        """Role, companies, kind of document; the day asked for."""
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        for move in self:
            if move.move_type != 'out_invoice' or move.state != 'posted':
                raise UserError(self.env._(
                    "Penalties are computed on a posted customer invoice; %(name)s is not one.", name=move.display_name))
        return self.env['recouvrement.run']._parse_date(as_of)

    def recouvrement_penalty_statement_pdf(self, as_of):
        """The statement as a letter: one for each customer, in his language, with a subtotal for each currency.

        :param as_of: date or 'YYYY-MM-DD'
        :return: {filename, content}, the PDF in base64
        :raises AccessError: without the officer role or for another company
        :raises UserError: when one of them is no posted customer invoice
        """
        day = self._recouvrement_check_statement(as_of)
        documents = self._recouvrement_documents(day, in_language_of_customer=True)
        content = self.env['recouvrement.letter']._statement_pdf(documents)
        name = self.name if len(self) == 1 else self.commercial_partner_id[:1].name if len(documents) == 1 else len(documents)
        filename = self.env._("Penalty statement %(name)s %(day)s.pdf", name=str(name).replace('/', '-'), day=day)
        return {'filename': filename, 'content': base64.b64encode(content).decode()}

    def _recouvrement_documents(self, day, in_language_of_customer=False, credits=()):
        """What the page and the letter show: one document for each (company, customer).

        :param credits: [{name, date, amount}] that what these are enclosed with deducts; of one customer and currency
        """
        statements = self._recouvrement_statements(day)
        builder = self.env['recouvrement.document'].sudo()
        return [
            builder._document(moves, statements, day, in_language_of_customer, credits)
            for moves in self.sudo().grouped(lambda move: (move.company_id, move.commercial_partner_id)).values()]

    def action_recouvrement_statement(self):
        """Open the statement of these invoices on the screen, as of today."""
        company = self.company_id[:1] or self.env.company
        self._recouvrement_check_statement(company._recouvrement_today())
        wizard = self.env['recouvrement.statement'].create({
            'move_ids': [fields.Command.set(self.ids)], 'as_of': company._recouvrement_today()})
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Penalty statement"), 'res_model': 'recouvrement.statement',
            'res_id': wizard.id, 'view_mode': 'form', 'target': 'new', 'context': {'dialog_size': 'extra-large'}}
