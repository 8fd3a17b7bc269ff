"""What the books say of invoices, for their penalty statements: reads, never decides."""
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from .sql_arrays import int_array


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """An instalment as invoiced, in the currency of the journal item."""

    id: int
    due: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """An invoice, its debtor and its instalments, by due date."""

    id: int
    name: str
    currency_id: int
    currency: str
    partner_id: int  # commercial entity
    regime: str | None
    is_penalty: bool  # it bills penalties: it bears none itself
    blocked: bool  # core's payment block: a dispute
    in_period: bool  # of a public body, with facts of its payment period
    lines: list = field(default_factory=list)


class RecouvrementLedger(models.AbstractModel):
    _inherit = 'recouvrement.ledger'

    @api.model
    def _invoices(self, move_ids):
        """([InvoiceFacts], company id) of entries of one company, read in one statement.

        :raises ValueError: entries of several companies, or none
        """
        invoices, companies = {}, set()
        for row in self._invoice_rows(move_ids):
            companies.add(row[0])
            invoice = invoices.get(row[1]) or invoices.setdefault(row[1], InvoiceFacts(*row[1:10]))
            if row[10]:
                invoice.lines.append(InvoiceLine(row[10], row[11], Decimal(row[12])))
        if len(companies) != 1:
            raise ValueError("Statements are made for the invoices of one company at a time.")
        return list(invoices.values()), companies.pop()

    @api.model
    def _invoice_rows(self, move_ids):
        """One row for each instalment (a debit of an account with a role); an entry without any has one row without it."""
        self._flush()
        return self.env.execute_query(SQL(
            """
            SELECT move.company_id, move.id, COALESCE(move.name, ''), move.currency_id, currency.name, partner.id,
                   partner.recouvrement_regime, move.recouvrement_penalty_id IS NOT NULL, move.payment_state = 'blocked',
                   partner.recouvrement_regime = 'public' AND (
                       move.recouvrement_receipt_date IS NOT NULL OR move.recouvrement_receipt_uncertain
                       OR move.recouvrement_interruption_date IS NOT NULL),
                   line.id, line.due, line.amount
              FROM account_move move
              JOIN res_currency currency ON currency.id = move.currency_id
              LEFT JOIN res_partner partner ON partner.id = move.commercial_partner_id
              LEFT JOIN (
                   SELECT owed.id, owed.move_id, COALESCE(owed.date_maturity, owed.date) AS due,
                          ROUND(owed.amount_currency, own.decimal_places)::text AS amount
                     FROM account_move_line owed JOIN res_currency own ON own.id = owed.currency_id
                    WHERE owed.move_id = ANY(%(ids)s) AND owed.amount_currency > 0
                      AND owed.account_id IN (SELECT id FROM account_account WHERE recouvrement_role IS NOT NULL)
                   ) AS line ON line.move_id = move.id
             WHERE move.id = ANY(%(ids)s)
             ORDER BY move.id, line.due, line.id
            """, ids=int_array(move_ids)))
