"""The bridge to the penalty engine: what the books, the holds and the judges say of invoices, read together."""
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..engine import insolvency, penalties
from ..engine.errors import EngineError
from .sql_arrays import int_array

NOTHING = Decimal(0)


class PenaltyDocument(EngineError):
    """The invoice bills penalties itself: penalties bear no penalties."""

    code = 'penalty_document'


class DebtorEvent(NamedTuple):
    """Something that changes what an invoice bears; what `other_day` and `flag` mean depends on the kind."""

    move_id: int
    kind: str
    day: date
    other_day: date | None
    flag: bool
    source: int  # id of the record that says so


class RecouvrementEngine(models.AbstractModel):
    _inherit = 'recouvrement.engine'

    @api.model
    def _statements(self, moves, as_of, figure=penalties.penalty_statement):
        """Penalty statements of invoices of one company on a date: {move id: Statement, or the EngineError that refused it}.

        :param figure: what is made of each claim; `penalties.penalty_amounts` when nobody reads the grounds
        """
        moves = moves.sudo()
        Ledger = self.env['recouvrement.ledger']
        invoices, company_id = Ledger._invoices(moves.ids)
        company, book = self.env['res.company'].browse(company_id), self._rate_book()
        reductions = Ledger._reductions([line.id for invoice in invoices for line in invoice.lines], as_of)
        events = self._debtor_events(company, moves)
        disputed = self._disputed_lines(company, invoices, as_of)
        ends = self._public_period_ends(moves.browse([one.id for one in invoices if one.in_period]), as_of)
        rate = company.recouvrement_contract_rate
        rate = Decimal(f'{rate:.2f}') if rate else None
        options = {currency.id: self._options(company, currency) for currency in self.env['res.currency'].browse(
            {invoice.currency_id for invoice in invoices})}
        result = {}
        for invoice in invoices:
            if invoice.is_penalty:
                result[invoice.id] = PenaltyDocument(invoice=invoice.name)
                continue
            try:
                claim = self._claim(invoice, rate, reductions, events[invoice.id], disputed)
                claim = self._due_from(claim, ends.get(invoice.id))
                result[invoice.id] = figure(claim, as_of, book, options[invoice.currency_id])
            except EngineError as error:
                result[invoice.id] = error.with_traceback(None)  # it would keep all the facts of the batch in memory
        return result

    @api.model
    def _claim(self, invoice, rate, reductions, events, disputed):
        """The engine's claim of one `InvoiceFacts`; `rate`: of the contract clause, or None.

        :raises EngineError: when the facts are refused (unclassified debtor, contradictory amounts)
        """
        return penalties.Claim(
            reference=invoice.name, regime=invoice.regime, currency=invoice.currency, contract_rate=rate,
            instalments=tuple([self._instalment(line, reductions.get(line.id, ()), disputed.get(line.id, NOTHING))
                               for line in invoice.lines]), **events)

    @api.model
    def _due_from(self, claim, day):
        """The claim, nothing of it due before a day; as it is when there is no such day."""
        if day is None:
            return claim
        return replace(claim, instalments=tuple(
            replace(instalment, due_date=max(instalment.due_date, day)) for instalment in claim.instalments))

    @api.model
    def _instalment(self, line, reductions, disputed):
        """One instalment for the engine; `disputed`: its part in dispute, None for all that is unpaid."""
        if not reductions and disputed == 0:
            return penalties.Instalment(line.id, line.due, line.amount)
        paid = sum((reduction[1] for reduction in reductions), Decimal(0))
        return penalties.Instalment(
            key=line.id, due_date=line.due, amount=line.amount,
            payments=tuple(penalties.Payment(day, part, kind) for day, part, kind, _move in reductions),
            disputed=max(line.amount - paid if disputed is None else min(disputed, line.amount - paid), Decimal(0)))

    @api.model
    def _disputed_lines(self, company, invoices, as_of):
        """{journal item id: part in dispute on a date, None for all}: a dispute hold on it or on its customer, or core's
        payment block."""
        holds = self.env['recouvrement.hold'].sudo().search([
            ('company_id', '=', company.id), ('partner_id', 'in', list({invoice.partner_id for invoice in invoices})),
            ('kind', '=', 'dispute'), ('date_from', '<=', as_of), '|', ('date_to', '=', False), ('date_to', '>=', as_of)])
        partners = set(holds.filtered(lambda hold: not hold.item_id).partner_id.ids)
        disputed = {line.id: None for invoice in invoices if invoice.blocked or invoice.partner_id in partners
                    for line in invoice.lines}
        for hold in holds.filtered('item_id'):
            line = hold.item_id.move_line_id
            if not hold.amount:
                disputed[line.id] = None
            elif disputed.get(line.id, Decimal(0)) is not None:
                disputed[line.id] = disputed.get(line.id, Decimal(0)) + self._decimal(hold.amount, line.currency_id)
        return disputed

    @api.model
    def _options(self, company, currency):
        return penalties.Options(
            imputation=company.recouvrement_imputation, contract_floor=company.recouvrement_contract_floor,
            denominator=company.recouvrement_denominator, semester_method=company.recouvrement_semester_method or None,
            credit_note_date=company.recouvrement_credit_note_date, rounding=company.recouvrement_rounding,
            digits=currency.decimal_places)

    @api.model
    def _debtor_events(self, company, moves):
        """Dates that change what an invoice bears: {move id: {insolvency_date, formal_notice_date, …}} (fields of `Claim`).

        An opening judgment concerns the invoices issued before it (C. com. L622-28); a formal notice those it claims,
        from the day the debtor received it; what a judge or a clause says is in `recouvrement.interest.fact`. All of it is
        read in one statement, the earliest first.
        """
        rows = self.env.execute_query(SQL(
            "SELECT * FROM (%s) AS event ORDER BY day, source",
            SQL(" UNION ALL ").join(self._event_queries(company, int_array(moves.ids)))))
        events = {move_id: {} for move_id in moves.ids}
        self._add_events(events, [DebtorEvent(*row) for row in rows])
        return events

    @api.model
    def _event_queries(self, company, move_ids):
        """Statements whose columns are those of `DebtorEvent`; `move_ids`: an array."""
        return [
            self._judgments_query(move_ids), self._notices_query(move_ids),
            self.env['recouvrement.interest.fact']._events_query(company, move_ids)]

    @api.model
    def _judgments_query(self, move_ids):
        """Opening judgments, whichever company recorded them; one that was set aside holds no day and is not there."""
        for model in ('recouvrement.hold', 'account.move'):
            self.env[model].flush_model()
        return SQL(
            """
            SELECT move.id AS move_id, 'judgment' AS kind, hold.date_from AS day,
                   LEAST(COALESCE(move.invoice_date, move.date), move.delivery_date) AS other_day, FALSE AS flag, hold.id AS source
              FROM account_move move JOIN recouvrement_hold hold ON hold.partner_id = move.commercial_partner_id
             WHERE move.id = ANY(%s) AND hold.kind = 'insolvency' AND hold.item_id IS NULL
               AND (hold.date_to IS NULL OR hold.date_to >= hold.date_from)
            """, move_ids)

    @api.model
    def _notices_query(self, move_ids):
        """Formal notices that the debtor received."""
        for model in ('recouvrement.proceeding', 'recouvrement.item'):
            self.env[model].flush_model()
        link = self.env['recouvrement.proceeding']._fields['item_ids']
        return SQL(
            """
            SELECT item.move_id, 'notice', notice.date_received, NULL, FALSE, notice.id
              FROM recouvrement_proceeding notice JOIN %(link)s link ON link.%(notice)s = notice.id
              JOIN recouvrement_item item ON item.id = link.%(item)s
             WHERE notice.date_received IS NOT NULL AND item.move_id = ANY(%(moves)s)
            """, link=SQL.identifier(link.relation), notice=SQL.identifier(link.column1), item=SQL.identifier(link.column2),
            moves=move_ids)

    @api.model
    def _add_events(self, events, found):
        """Add what was found, the earliest first, to the fields of each `Claim`."""
        for event in found:
            fields = events[event.move_id]
            if event.kind == 'notice':
                fields.setdefault('formal_notice_date', event.day)
            elif event.kind != 'judgment':
                self.env['recouvrement.interest.fact']._add_event(fields, event)
            elif insolvency.is_prior(event.other_day, event.day):
                fields.setdefault('insolvency_date', event.day)

    @api.model
    def _judgments_of(self, partner_ids, as_of):
        """{customer id: days of its opening judgments in force on a day}, whichever company recorded them."""
        return self.env['recouvrement.hold']._in_force_on(self.env['res.company'], as_of, [], partner_ids)[2]
