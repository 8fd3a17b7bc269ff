"""What the books say on a date: the only queries on the ledger. Reads, never writes, never decides."""
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from .night_memo import once
from .sql_arrays import int_array

# The table of `_stage`, and the columns of `LedgerLine` in its order; amounts as text, exact.
STAGED = SQL("pg_temp.recouvrement_open")
STAGED_OPEN = SQL("%s AS open", STAGED)
OPEN_COLUMNS = SQL(
    """open.id, open.move_id, open.move_name, open.move_type, open.partner_id, open.currency_id, open.issued, open.due,
       open.amount::text, open.residual::text, open.residual_company::text, open.no_followup, open.blocked, open.in_process,
       open.is_penalty, open.born""")


@dataclass(slots=True)
class LedgerLine:
    """One receivable journal item that is open on the date asked: an instalment (residual > 0) or a credit (< 0)."""

    id: int | None           # None: a payment that the books do not have yet, see `_payments_in_process`
    move_id: int | None
    move_name: str
    move_type: str
    partner_id: int          # commercial entity
    currency_id: int
    role: str
    issued: date
    due: date
    amount: Decimal          # in the line's currency, signed
    residual: Decimal        # idem, on the date asked
    residual_company: Decimal
    no_followup: bool
    blocked: bool            # core's "blocked for payment" on the invoice
    in_process: bool         # a payment covers the invoice whose bank line has not come yet (as core's payment state)
    is_penalty: bool = False  # a document that bills penalties: it bears none itself
    disputed: Decimal = Decimal(0)  # the part in dispute, known once the holds are read
    born: date | None = None  # for an opening judgment: delivery when it came before the invoice, else the issue

    @property
    def asked(self):
        """What a message may ask of it: the residual without its disputed part; all of it when the whole is held."""
        return self.residual - self.disputed if self.disputed < self.residual else self.residual


class RecouvrementLedger(models.AbstractModel):
    _name = 'recouvrement.ledger'
    _description = "Reading the receivables ledger"

    @api.model
    def _flush(self):
        """Write pending changes of what the queries below read."""
        for model in ('account.move.line', 'account.move', 'account.partial.reconcile', 'account.payment',
                      'account.account', 'res.partner'):
            self.env[model].flush_model()

    @api.model
    def _roles(self, company):
        """Return {account id: collection role} of the accounts whose lines count in the company's receivables.

        Bills of exchange in progress, retentions and doubtful accounts are left out: they are neither dunned nor netted.
        """
        return once(self, ('roles', company.id), lambda: self._read_roles(company))

    @api.model
    def _read_roles(self, company):
        accounts = self.env['account.account'].sudo().with_context(active_test=False).search_fetch([
            *self.env['account.account']._check_company_domain(company),
            ('recouvrement_role', '!=', False),
        ], ['recouvrement_role'], order='id')
        return {account.id: account.recouvrement_role for account in accounts}

    @api.model
    def _open_lines(self, company, as_of, today, partner_ids=None, move_ids=None, roles=('collect',)):
        """Open lines of the accounts of a company that have one of the roles on a date, debits and credits.

        `as_of` before `today` rebuilds residuals from the reconciliations whose other line is dated up to `as_of`;
        otherwise the live residual is read (a reconciled post-dated payment counts as paid). The customer's side of a
        transfer to doubtful debts is no credit: the invoice beside it is owed.

        :rtype: list[LedgerLine]
        """
        if partner_ids == [] or move_ids == []:
            return []
        return self._fetch_lines(SQL("(%s) AS open", self._open_query(company, as_of, today, partner_ids, move_ids, roles)))

    @api.model
    def _fetch_lines(self, source, condition=None):
        rows = self.env.execute_query(SQL(
            "SELECT %s FROM %s WHERE %s ORDER BY open.id", OPEN_COLUMNS, source, condition or SQL("TRUE")))
        return [self._line(row) for row in rows]

    @api.model
    def _stage(self, company, as_of, today):
        """Read the open lines of a company once into a temporary table of the session, with its statistics.

        A night asks five questions of them; a table with statistics is planned well whatever the size (a common table
        expression is not). Today, core's index on what is not reconciled must be used: the planner, who takes most entries for
        open, would read the whole books, and the night would grow with the history.

        :return: SQL that names it in a FROM clause, as `open`
        """
        self.env.cr.execute(SQL(
            """
            DROP TABLE IF EXISTS %(staged)s;
            SET LOCAL enable_seqscan = %(past)s;
            CREATE TEMP TABLE %(staged)s ON COMMIT PRESERVE ROWS AS %(open)s;
            SET LOCAL enable_seqscan TO DEFAULT;
            CREATE INDEX ON %(staged)s (partner_id);
            ANALYZE %(staged)s (id, partner_id, due)
            """, staged=STAGED, open=self._open_query(company, as_of, today), past=as_of < today))
        return STAGED_OPEN

    @api.model
    def _unstage(self):
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", STAGED))

    @api.model
    def _staged_lines(self, partner_ids):
        """Open lines of some customers, from the temporary table of `_stage`."""
        return self._fetch_lines(STAGED_OPEN, SQL("open.partner_id = ANY(%s)", int_array(partner_ids)))

    @api.model
    def _open_query(self, company, as_of, today, partner_ids=None, move_ids=None, roles=('collect',)):
        """The statement behind `_open_lines`; its columns are named as the fields of `LedgerLine`."""
        self._flush()
        account_ids = [account for account, role in self._roles(company).items() if role in roles]
        past = as_of < today
        return SQL(
            """
            SELECT line.id, line.move_id, COALESCE(move.name, '') AS move_name, move.move_type,
                   COALESCE(partner.commercial_partner_id, partner.id) AS partner_id, line.currency_id,
                   COALESCE(move.invoice_date, line.date) AS issued, COALESCE(line.date_maturity, line.date) AS due,
                   line.amount_currency AS amount, open.residual, open.residual_company,
                   COALESCE(line.no_followup, FALSE) AS no_followup, move.payment_state = 'blocked' AS blocked,
                   line.move_id IN (
                       SELECT link.invoice_id FROM account_payment payment
                         JOIN account_move__account_payment link ON link.payment_id = payment.id
                         JOIN account_move invoice ON invoice.id = link.invoice_id AND invoice.amount_residual <> 0
                        WHERE payment.move_id IS NULL AND payment.date <= %(as_of)s AND payment.company_id = %(company)s
                          AND payment.state IN ('in_process', 'paid')
                        GROUP BY link.invoice_id
                       -- validated by hand, but its money has not reached the invoice yet
                       HAVING BOOL_OR(payment.state = 'in_process') OR SUM(payment.amount_company_currency_signed) > (
                              SELECT COALESCE(SUM(part.amount), 0) FROM account_partial_reconcile part
                                JOIN account_move_line own ON own.id = part.debit_move_id
                                JOIN account_move_line money ON money.id = part.credit_move_id
                                JOIN account_journal journal ON journal.id = money.journal_id
                               WHERE own.move_id = link.invoice_id AND journal.type IN ('bank', 'cash', 'credit'))) AS in_process,
                   move.recouvrement_penalty_id IS NOT NULL AS is_penalty,
                   LEAST(COALESCE(move.invoice_date, line.date), move.delivery_date) AS born
              FROM account_move_line line
              -- OFFSET 0: the planner takes ten times too many lines for open, and would read every entry of the books
              JOIN LATERAL (
                   SELECT name, move_type, invoice_date, delivery_date, payment_state, recouvrement_penalty_id
                     FROM account_move WHERE id = line.move_id OFFSET 0) AS move ON TRUE
              JOIN res_partner partner ON partner.id = line.partner_id
              JOIN res_currency currency ON currency.id = line.currency_id
              CROSS JOIN LATERAL (%(residual)s) AS open (residual, residual_company)
             WHERE line.account_id = ANY(%(accounts)s)
               AND line.company_id = %(company)s
               AND line.parent_state = 'posted' AND line.recouvrement_doubtful IS NOT TRUE
               AND %(scope)s
               AND ROUND(open.residual, currency.decimal_places) <> 0
            """,
            as_of=as_of, accounts=account_ids, company=company.id,
            residual=self._residual_at(as_of) if past else SQL(
                "SELECT line.amount_residual_currency, line.amount_residual"),
            scope=self._scope(as_of, past, partner_ids, move_ids),
        )

    @api.model
    def _rank_query(self):
        """Position of the line `open` among the receivable debits of its entry, from 1, by due date."""
        return SQL(
            """
            SELECT COUNT(*) FROM account_move_line line JOIN account_account account ON account.id = line.account_id
             WHERE line.move_id = open.move_id AND account.recouvrement_role IS NOT NULL AND line.amount_currency > 0
               AND (COALESCE(line.date_maturity, 'infinity'), line.id)
                   <= (COALESCE((SELECT own.date_maturity FROM account_move_line own WHERE own.id = open.id), 'infinity'), open.id)
            """)

    @api.model
    def _scope(self, as_of, past, partner_ids, move_ids):
        # The residual tells the planner how few lines are open (by the flag alone it takes most entries for open); what is
        # rounded to nothing is left out above as well.
        parts = [SQL("line.date <= %s", as_of) if past else SQL(
            "line.reconciled IS NOT TRUE AND line.amount_residual_currency <> 0")]
        if partner_ids is not None:
            parts.append(SQL("partner.commercial_partner_id = ANY(%s)", list(partner_ids)))
        if move_ids is not None:
            parts.append(SQL("line.move_id = ANY(%s)", list(move_ids)))
        return SQL(" AND ").join(parts)

    @api.model
    def _residual_at(self, as_of):
        """Residual of `line` on a past date, from the reconciliations whose other line is dated up to then."""
        return SQL(
            """
            SELECT line.amount_currency - COALESCE(SUM(part.in_currency), 0),
                   line.balance - COALESCE(SUM(part.in_company), 0)
              FROM (SELECT p.debit_amount_currency AS in_currency, p.amount AS in_company
                      FROM account_partial_reconcile p JOIN account_move_line other ON other.id = p.credit_move_id
                     WHERE p.debit_move_id = line.id AND other.date <= %(as_of)s
                     UNION ALL
                    SELECT -p.credit_amount_currency, -p.amount
                      FROM account_partial_reconcile p JOIN account_move_line other ON other.id = p.debit_move_id
                     WHERE p.credit_move_id = line.id AND other.date <= %(as_of)s) part
            """, as_of=as_of)

    @api.model
    def _line(self, row):
        residual = Decimal(row[9])  # mostly the amount itself, in company currency: one object for the three
        return LedgerLine(
            *row[:6], 'collect', row[6], row[7],
            residual if row[8] == row[9] else Decimal(row[8]), residual,
            residual if row[10] == row[9] else Decimal(row[10]), row[11], bool(row[12]), *row[13:15], Decimal(0), row[15])

    @api.model
    def _payments_in_process(self, company, as_of, partner_ids):
        """Receipts registered without a journal entry and without invoice, as credits: {(partner, currency): [LedgerLine]}.

        Core keeps them out of the ledger until the bank statement arrives; the customer has paid all the same.
        """
        self._flush()
        rows = self.env.execute_query(SQL(
            """
            SELECT partner.commercial_partner_id, payment.currency_id, COALESCE(payment.name, payment.memo, ''), payment.date,
                   payment.amount::text, payment.amount_company_currency_signed::text
              FROM account_payment payment JOIN res_partner partner ON partner.id = payment.partner_id
             WHERE payment.company_id = %s AND payment.move_id IS NULL AND payment.state = 'in_process'
               AND payment.payment_type = 'inbound' AND payment.partner_type = 'customer' AND payment.date <= %s
               AND partner.commercial_partner_id = ANY(%s)
               AND NOT EXISTS (SELECT 1 FROM account_move__account_payment link WHERE link.payment_id = payment.id)
             ORDER BY payment.date, payment.id
            """, company.id, as_of, int_array(partner_ids)))
        found = defaultdict(list)
        for partner, currency, name, day, amount, in_company in rows:
            paid = -Decimal(amount)
            found[partner, currency].append(LedgerLine(
                None, None, name, 'entry', partner, currency, 'collect', day, day, paid, paid, -Decimal(in_company),
                no_followup=False, blocked=False, in_process=True, born=day))
        return found

    @api.model
    def _reductions(self, line_ids, as_of):
        """What reduced each instalment up to a date: {line id: [(date, amount, kind, move id)]}, oldest first.

        kind is `credit_note` (of a sales journal: it lowers the principal and is never imputed on interest) or `payment`
        (anything else: money, a set-off; what came late was late). A write-off is not there: the books give the claim up,
        the debtor owes it still. Amounts are in the currency of the instalment. The date is that of the other line (value
        date of the bank line), not of the reconciliation.
        """
        if not line_ids:
            return {}
        self._flush()
        rows = self.env.execute_query(SQL(
            """
            SELECT part.debit_move_id, other.date, part.debit_amount_currency, other.move_id,
                   CASE WHEN journal.type = 'sale' THEN 'credit_note' ELSE 'payment' END
              FROM account_partial_reconcile part
             CROSS JOIN LATERAL ( -- one by one: for some thousand the planner reads the whole books
                   SELECT date, move_id, journal_id FROM account_move_line WHERE id = part.credit_move_id OFFSET 0) AS other
              JOIN account_move entry ON entry.id = other.move_id AND entry.recouvrement_bad_debt_id IS NULL
              JOIN account_journal journal ON journal.id = other.journal_id
             WHERE part.debit_move_id = ANY(%s) AND other.date <= %s AND part.debit_amount_currency <> 0
             ORDER BY other.date, part.id
            """, int_array(line_ids), as_of))
        result = defaultdict(list)
        for line_id, day, amount, move_id, kind in rows:
            result[line_id].append((day, Decimal(str(amount)), kind, move_id))
        return result

    @api.model
    def _mark(self, company, as_of):
        """How far the ledger has come: highest ids of its entries and of its reconciliations, and the last evening that counts."""
        self._flush()
        [[line_id, partial_id, *last]] = self.env.execute_query(SQL(
            """SELECT (SELECT MAX(id) FROM account_move_line), (SELECT MAX(id) FROM account_partial_reconcile), evening.*
                 FROM (%s) AS evening""", self._evening_query(company, as_of)))
        evening = once(self, ('evening', company.id, as_of), lambda: self._last_evening(as_of, *last))
        return [line_id, partial_id, fields.Date.to_string(evening)]

    @api.model
    def _changed_since(self, company, mark):
        """Customers with an entry or a reconciliation later than a mark of `_mark`: SELECT of their ids."""
        line_id, partial_id = mark[:2]
        return SQL(
            """
            SELECT partner.commercial_partner_id
              FROM account_move_line line JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.company_id = %(company)s AND line.id > %(line)s
             UNION
            SELECT partner.commercial_partner_id
              FROM account_partial_reconcile part JOIN account_move_line line ON line.id = part.debit_move_id
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE part.company_id = %(company)s AND part.id > %(partial)s
            """, company=company.id, line=line_id or 0, partial=partial_id or 0)
