"""A year of each customer in one query: what suggestions are made from."""
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL


class RecouvrementLedger(models.AbstractModel):
    _inherit = 'recouvrement.ledger'

    @api.model
    def _year(self, company, as_of):
        """{customer: (known, late, average delay, invoiced, usual term, overdue)} of the instalments due in the year before.

        Late by more than no day, open ones counted up to `as_of`; a delay counts for -30 to 90 days. Money only: credited
        instalments and penalty documents are left out. Amounts in company currency, as floats rounded by the caller.
        """
        self._flush()
        accounts = [account for account, role in self._roles(company).items() if role == 'collect']
        rows = self.env.execute_query(SQL(
            """
            WITH year AS MATERIALIZED (
                SELECT partner.commercial_partner_id AS partner_id, line.balance AS amount, line.amount_residual AS residual,
                       line.reconciled, COALESCE(line.date_maturity, line.date) AS due,
                       COALESCE(line.date_maturity, line.date) - COALESCE(move.invoice_date, line.date) AS term,
                       (SELECT MAX(other.date) FROM account_partial_reconcile part
                          JOIN account_move_line other ON other.id = part.credit_move_id
                          JOIN account_journal journal ON journal.id = other.journal_id
                         WHERE part.debit_move_id = line.id AND journal.type <> 'sale') AS paid
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.account_id = ANY(%(accounts)s) AND line.company_id = %(company)s AND line.parent_state = 'posted'
                   AND line.balance > 0 AND move.move_type = 'out_invoice' AND move.recouvrement_penalty_id IS NULL
                   AND COALESCE(line.date_maturity, line.date) > %(since)s AND COALESCE(line.date_maturity, line.date) < %(as_of)s
            )
            SELECT partner_id, COUNT(*),
                   COUNT(*) FILTER (WHERE CASE WHEN reconciled THEN paid ELSE %(as_of)s END > due),
                   COALESCE(AVG(LEAST(GREATEST(CASE WHEN reconciled THEN paid ELSE %(as_of)s END - due, -30), 90)), 0),
                   SUM(amount), COALESCE(ROUND(AVG(term)), 0)::int,
                   COALESCE(SUM(residual) FILTER (WHERE reconciled IS NOT TRUE), 0)
              FROM year WHERE reconciled IS NOT TRUE OR paid IS NOT NULL GROUP BY partner_id
            """, accounts=accounts, company=company.id, as_of=as_of, since=as_of - timedelta(days=365)))
        return {row[0]: tuple(row[1:]) for row in rows}

    @api.model
    def _open_totals(self, company, as_of, partner_ids=None):
        """{customer: (open less credits, overdue)} today, in company currency, summed by the database."""
        if partner_ids is not None and not partner_ids:
            return {}
        rows = self.env.execute_query(SQL(
            """SELECT open.partner_id, SUM(open.residual_company),
                      COALESCE(SUM(open.residual_company) FILTER (WHERE open.residual > 0 AND open.due < %s), 0)
                 FROM (%s) AS open GROUP BY open.partner_id""",
            as_of, self._open_query(company, as_of, as_of, partner_ids)))
        return {partner: (owed, overdue) for partner, owed, overdue in rows}
