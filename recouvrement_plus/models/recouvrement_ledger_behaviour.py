"""How each instalment was paid: what the score, the forecast and the backtest are made of. Money only.

What reduced an instalment is money, less owed, or a loss, by the entry on the other side:

* of a bank or cash journal, or with a line on a bank account: **money**, on the value date;
* of a sales journal (credit note), and what is left of the others (set-off against a supplier's account, sale of the
  debt to a factor, transfer to another customer): **less is owed**, and nothing is said about the customer;
* with a debit on a bills account: **money on the day on which the bank paid the bill**, and the due date is the bill's;
* with a debit on a doubtful account or an expense: a **loss**, so the instalment stays unpaid.

Instalments collected by direct debit are left out: their date is ours, not the customer's.
"""
from collections import defaultdict
from datetime import date, timedelta

from odoo import api, models
from odoo.tools import SQL

from .night_memo import once
from .sql_arrays import int_array

# At most so much may be missing: cents left over are no delay. One per cent, never more than one unit of the currency.
MOST_LEFT_OVER = 1
DIRECT_DEBIT = ('%sdd%', '%direct_debit%', '%prelevement%')
# Statements are imported when their lines fall on so many days out of so many.
STATEMENT_DAYS, STATEMENT_WINDOW = 5, 60


class RecouvrementLedger(models.AbstractModel):
    _inherit = 'recouvrement.ledger'

    @api.model
    def _evening(self, company, as_of):
        """The last evening of which the books tell what was paid: that before `as_of`, or of the last bank statement.

        Where statements are imported, what came since is not known yet: nobody is late because the bank file is.
        """
        return once(self, ('evening', company.id, as_of), lambda: self._last_evening(
            as_of, *self.env.execute_query(self._evening_query(company, as_of))[0]))

    @api.model
    def _evening_query(self, company, as_of):
        """Day of the last bank statement line before a day, and on how many days there were some lately."""
        self.env['account.bank.statement.line'].flush_model()
        self.env['account.move'].flush_model()
        return SQL(
            """
            SELECT MAX(move.date) AS last, COUNT(DISTINCT move.date) AS days
              FROM account_move move
             WHERE move.company_id = %s AND move.statement_line_id IS NOT NULL AND move.state = 'posted'
               AND move.date < %s AND move.date >= %s
            """, company.id, as_of, as_of - timedelta(days=STATEMENT_WINDOW))

    @api.model
    def _last_evening(self, as_of, last, days):
        return last if days >= STATEMENT_DAYS else as_of - timedelta(days=1)

    @api.model
    def _behaviour(self, company, as_of, partner_ids=None):
        """How each instalment was paid, as visible the evening before a date.

        Rows by customer (line id, partner, issued, due, amount in company currency, settled or None, move id), oldest
        first. A wholly credited instalment is left out.
        """
        if partner_ids is not None and not partner_ids:
            return []
        query = self._behaviour_query(company, self._evening(company, as_of), partner_ids)
        return self.env.execute_query(SQL(
            """SELECT id, partner_id, issued, due, amount, settled, move_id FROM (%s) AS history
                ORDER BY partner_id, issued, id::text""", query))

    @api.model
    def _behaviour_query(self, company, evening, partner_ids=None):
        """The statement behind: id, partner_id, move_id, issued, due, amount, settled of what was issued by an evening.

        Settled on the day of the last payment of more than one unit, once money and credits cover the amount less the
        tolerance. Of some customers each instalment is looked up, of all they are joined: two plans, the same answer.
        """
        self._flush()
        roles, (journals, methods) = self._roles(company), self._journals_and_methods()
        lateral = SQL("LATERAL") if partner_ids is not None else SQL()
        return SQL(
            """
            SELECT owed.id, owed.partner_id, owed.move_id, owed.issued,
                   GREATEST(owed.due, paid.bill_due, moved.due) AS due, owed.balance AS amount,
                   CASE WHEN paid.covered >= owed.enough THEN COALESCE(paid.last, paid.any_last) END AS settled
              FROM (%(owed)s) AS owed
              LEFT JOIN %(lateral)s (%(paid)s) AS paid ON paid.line_id = owed.id
              LEFT JOIN (%(moved)s) AS moved ON moved.move_line_id = owed.id
             WHERE COALESCE(paid.less, 0) < owed.enough AND paid.direct_debit IS NOT TRUE
            """,
            lateral=lateral, moved=self._moved_query(company, evening),
            owed=self._owed_query(company, roles, methods, journals['sale'], evening, partner_ids),
            paid=self._paid_query(roles, methods, journals, evening, partner_ids is not None))

    @api.model
    def _owed_query(self, company, roles, methods, journals, evening, partner_ids):
        """Debits of customer invoices issued by then: the lines of their due dates in a sales journal."""
        scope = SQL("TRUE")
        if partner_ids is not None:
            scope = SQL("partner.commercial_partner_id = ANY(%s)", int_array(partner_ids))
        if methods:
            scope = SQL(
                """%s AND NOT EXISTS (SELECT 1 FROM account_move move WHERE move.id = line.move_id
                                         AND move.preferred_payment_method_line_id = ANY(%s))""", scope, methods)
        return SQL(
            """
            SELECT line.id, line.move_id, partner.commercial_partner_id AS partner_id, line.balance::float AS balance,
                   COALESCE(line.invoice_date, line.date) AS issued, COALESCE(line.date_maturity, line.date) AS due,
                   line.amount_currency - LEAST(%(most)s, 0.01 * line.amount_currency) AS enough
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.account_id = ANY(%(accounts)s) AND line.company_id = %(company)s
               AND line.parent_state = 'posted' AND line.amount_currency > 0
               AND line.date <= %(evening)s AND (line.invoice_date IS NULL OR line.invoice_date <= %(evening)s)
               AND line.display_type = 'payment_term' AND line.journal_id = ANY(%(journals)s) AND %(scope)s
               AND NOT EXISTS (SELECT 1 FROM account_move penalty
                                WHERE penalty.id = line.move_id AND penalty.recouvrement_penalty_id IS NOT NULL)
            OFFSET 0 -- found first, then matched with payments: else the planner looks each customer up one by one
            """,
            accounts=[account for account, role in roles.items() if role == 'collect'], company=company.id, evening=evening,
            scope=scope, journals=journals, most=MOST_LEFT_OVER)

    @api.model
    def _journals_and_methods(self):
        """({type of journal: ids}, ids of the ways to pay by direct debit, whichever module brought them).

        Ids, not sub-selects, as PostgreSQL then knows how many entries they have, and plans by it.
        """
        for model in ('account.journal', 'account.payment.method', 'account.payment.method.line'):
            self.env[model].flush_model()
        found = defaultdict(list, self.env.execute_query(SQL(
            """
            SELECT type, ARRAY_AGG(id) FROM account_journal WHERE type IS NOT NULL GROUP BY type
             UNION ALL
            SELECT 'direct debit', ARRAY_AGG(line.id)
              FROM account_payment_method_line line JOIN account_payment_method method ON method.id = line.payment_method_id
             WHERE method.payment_type = 'inbound' AND method.code ILIKE ANY(%s)
            """, list(DIRECT_DEBIT))))
        return found, found.pop('direct debit') or []

    @api.model
    def _paid_query(self, roles, methods, journals, evening, one_by_one):
        """Sums of what reduced each instalment (`one_by_one`: `owed`) by an evening, in its own currency.

        Core matches lines of one account only: to say so spares the reading of all other entries, twice as many.
        """
        debited = SQL("FALSE") if not methods else SQL(
            """EXISTS (SELECT 1 FROM account_payment payment WHERE payment.id = other.payment_id
                          AND payment.payment_method_line_id = ANY(%s))""", methods)
        money = SQL("(other.journal_id = ANY(%s) OR nature.bank OR nature.bill AND nature.bill_paid <= %s)",
                    [*journals['bank'], *journals['cash'], *journals['credit']], evening)
        return SQL(
            """
            SELECT line_id, SUM(amount) FILTER (WHERE paid_on IS NOT NULL OR less) AS covered,
                   SUM(amount) FILTER (WHERE less) AS less,
                   MAX(paid_on) FILTER (WHERE amount > %(cents)s) AS last, MAX(paid_on) AS any_last, MAX(bill_due) AS bill_due,
                   BOOL_OR(direct_debit) AS direct_debit
              FROM (SELECT part.debit_move_id AS line_id, part.debit_amount_currency AS amount, nature.bill_due,
                           CASE WHEN %(money)s THEN %(day)s END AS paid_on, %(debited)s AS direct_debit,
                           other.journal_id = ANY(%(sale)s) OR NOT nature.bank AND NOT nature.bill AND NOT nature.loss AS less
                      FROM account_partial_reconcile part
                      JOIN account_move_line other ON other.id = part.credit_move_id AND other.account_id = ANY(%(accounts)s)
                      LEFT JOIN %(lateral)s (%(nature)s) AS nature ON nature.move_id = other.move_id
                     WHERE %(which)s AND other.date <= %(evening)s AND part.debit_amount_currency > 0
                    OFFSET 0) AS reduced -- each condition once
             GROUP BY line_id
            """, money=money, accounts=list(roles), sale=journals['sale'], debited=debited, cents=MOST_LEFT_OVER, evening=evening,
            day=SQL("CASE WHEN nature.bill AND NOT nature.bank THEN nature.bill_paid ELSE other.date END"),
            lateral=SQL("LATERAL") if one_by_one else SQL(), nature=self._nature_query(roles, journals, evening, one_by_one),
            which=SQL("part.debit_move_id = owed.id") if one_by_one else SQL("TRUE"))

    @api.model
    def _nature_query(self, roles, journals, evening, one_by_one):
        """What the entries of other journals that reduced a receivable were, by the accounts of their lines."""
        others = [*journals['general'], *journals['purchase']]
        which = SQL("side.move_id = other.move_id AND side.journal_id = ANY(%s)", others) if one_by_one else SQL(
            """side.journal_id = ANY(%(others)s) AND side.move_id IN (
                   SELECT credit.move_id FROM account_move_line credit
                    WHERE credit.account_id = ANY(%(accounts)s) AND credit.journal_id = ANY(%(others)s) AND credit.balance < 0)""",
            others=others, accounts=list(roles))
        return SQL(
            """
            SELECT side.move_id, BOOL_OR(account.account_type = 'asset_cash') AS bank,
                   BOOL_OR(COALESCE(account.recouvrement_role, '') = 'effect' AND side.balance > 0) AS bill,
                   BOOL_OR(side.balance > 0 AND (
                       COALESCE(account.recouvrement_role, '') = 'legal' OR account.account_type LIKE 'expense%%')) AS loss,
                   MAX(side.date_maturity) FILTER (WHERE account.recouvrement_role = 'effect') AS bill_due,
                   MAX(CASE WHEN account.recouvrement_role = 'effect' THEN (
                       SELECT MAX(bank.date) FROM account_partial_reconcile met
                         JOIN account_move_line bank ON bank.id = met.credit_move_id
                        WHERE met.debit_move_id = side.id AND bank.date <= %(evening)s) END) AS bill_paid
              FROM account_move_line side JOIN account_account account ON account.id = side.account_id
             WHERE %(which)s
             GROUP BY side.move_id
            """, evening=evening, which=which)

    @api.model
    def _moved_query(self, company, evening):
        """Instalments under an agreement that runs or was kept: their due date is that of its last payment."""
        for model in ('recouvrement.agreement', 'recouvrement.agreement.line', 'recouvrement.item'):
            self.env[model].flush_model()
        link = self.env['recouvrement.agreement']._fields['item_ids']
        return SQL(
            """
            SELECT item.move_line_id, MAX(line.date) AS due
              FROM recouvrement_agreement agreement
              JOIN recouvrement_agreement_line line ON line.agreement_id = agreement.id
              JOIN %(link)s AS link ON link.%(agreement)s = agreement.id
              JOIN recouvrement_item item ON item.id = link.%(item)s
             WHERE agreement.company_id = %(company)s AND agreement.state IN ('running', 'kept')
               AND agreement.date_signed <= %(evening)s AND item.move_line_id IS NOT NULL
             GROUP BY item.move_line_id
            """, link=SQL.identifier(link.relation), agreement=SQL.identifier(link.column1), item=SQL.identifier(link.column2),
            company=company.id, evening=evening)

    @api.model
    def _changed_behaviour(self, company, mark, evening):
        """Customers whose instalments may have changed since a mark of `_mark`: SELECT of their ids.

        Also those of entries that are older than the mark and whose day has come since.
        """
        since = date.fromisoformat(mark[2]) if len(mark) > 2 else evening - timedelta(days=1)
        return SQL(
            """%s UNION
            SELECT partner.commercial_partner_id
              FROM account_move_line line JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.company_id = %s AND line.date > %s AND line.date <= %s
            """, self._changed_since(company, mark), company.id, since, evening)
