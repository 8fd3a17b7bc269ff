"""The history of every instalment in a narrow table, kept in step with the ledger: scores are summed from it."""
from odoo import api, fields, models
from odoo.tools import SQL

from .sql_arrays import int_array

HISTORY = SQL("pg_temp.recouvrement_history")
KEPT = SQL("partner_id, issued, due, settled, amount")
MANY = 5000  # rows written after which the statistics of the table are taken again


class RecouvrementOutcome(models.Model):
    """One instalment that was invoiced to a customer: due, and settled once money had covered it. Found by the nights."""

    _name = 'recouvrement.outcome'
    _description = "Payment history"
    _order = 'issued desc, id desc'
    _log_access = False

    company_id = fields.Many2one('res.company', required=True, readonly=True)
    partner_id = fields.Many2one('res.partner', string="Customer", required=True, readonly=True, ondelete='cascade')
    move_line_id = fields.Many2one('account.move.line', string="Journal item", required=True, readonly=True, ondelete='cascade')
    move_id = fields.Many2one(related='move_line_id.move_id', string="Invoice")
    issued = fields.Date(string="Invoiced on", required=True, readonly=True)
    due = fields.Date(string="Due date", required=True, readonly=True)
    settled = fields.Date(string="Paid on", readonly=True, help="The day on which the money had covered it; empty while unpaid.")
    amount = fields.Float(readonly=True, help="In the currency of the company.")
    days_late = fields.Integer(compute='_compute_days_late')
    announced = fields.Float(
        readonly=True, help="Probability of being late, as it was said before the due date.")
    announced_30 = fields.Float(string="Announced (30 days)", readonly=True)

    _line_unique = models.Constraint('UNIQUE(move_line_id)', "This instalment is already in the history.")
    _customer_idx = models.Index("(company_id, partner_id)")
    _open_idx = models.Index("(company_id, partner_id) WHERE settled IS NULL")

    @api.depends('due', 'settled')
    def _compute_days_late(self):
        for outcome in self:
            until = outcome.settled or outcome.company_id._recouvrement_today()
            outcome.days_late = (until - outcome.due).days if outcome.due else 0

    # === KEEPING IN STEP === #

    @api.model
    def _source(self, company):
        """The history of a company as a relation for `recouvrement.ledger`; its ids are those of the journal items."""
        return SQL(
            "(SELECT move_line_id AS id, partner_id, issued, due, amount, settled FROM recouvrement_outcome WHERE company_id = %s)",
            company.id)

    @api.model
    def _stage_history(self, company, evening, partner_ids=None):
        """Read the ledger as of an evening into a temporary table, with its statistics; returns the relation."""
        self.env.cr.execute(SQL(
            "DROP TABLE IF EXISTS %s; CREATE TEMP TABLE %s ON COMMIT DROP AS %s; ANALYZE %s", HISTORY, HISTORY,
            self.env['recouvrement.ledger']._behaviour_query(company, evening, partner_ids), HISTORY))
        return HISTORY

    @api.model
    def _is_empty(self, company):
        return not self.env.execute_query(SQL("SELECT 1 FROM recouvrement_outcome WHERE company_id = %s LIMIT 1", company.id))

    @api.model
    def _refresh(self, company, evening, partner_ids=None, empty=None):
        """Bring the history of some customers, or of all, in step with the ledger; only what differs is written.

        :param empty: whether there is no history yet, when the caller knows
        """
        self.flush_model()
        if partner_ids is not None and not partner_ids:
            return
        ledger = self.env['recouvrement.ledger']._behaviour_query(company, evening, partner_ids)
        if self._is_empty(company) if empty is None else empty:
            # a customer's rows side by side: who is scored is read from a few pages
            self.env.cr.execute(SQL(
                "INSERT INTO recouvrement_outcome (company_id, move_line_id, %s) SELECT %s, id, %s FROM (%s) AS history "
                "ORDER BY partner_id", KEPT, company.id, KEPT, ledger))
        else:
            self._write_what_differs(company, ledger, partner_ids)
        if self.env.cr.rowcount > MANY:
            self.env.cr.execute("ANALYZE recouvrement_outcome")
        self.invalidate_model(flush=False)

    @api.model
    def _write_what_differs(self, company, ledger, partner_ids):
        """Delete what the ledger does not show any more, correct what differs, add what is new: each is read once.

        An instalment that came from another customer or company has a row already, outside of what is compared: it moves.
        """
        scope = SQL("company_id = %s", company.id)
        if partner_ids is not None:
            scope = SQL("%s AND partner_id = ANY(%s)", scope, int_array(partner_ids))
        self.env.cr.execute(SQL(
            """
            WITH different AS MATERIALIZED (
                SELECT row.id AS row_id, history.*
                  FROM (SELECT id, %(kept)s FROM (%(ledger)s) AS read) AS history
                  FULL JOIN (SELECT id, move_line_id, %(kept)s FROM recouvrement_outcome WHERE %(scope)s) AS row
                    ON row.move_line_id = history.id
                 WHERE (row.partner_id, row.issued, row.due, row.settled, row.amount) IS DISTINCT FROM
                       (history.partner_id, history.issued, history.due, history.settled, history.amount)),
            gone AS (
                DELETE FROM recouvrement_outcome WHERE id IN (SELECT row_id FROM different WHERE id IS NULL))
            INSERT INTO recouvrement_outcome (company_id, move_line_id, %(kept)s)
            SELECT %(company)s, id, %(kept)s FROM different WHERE id IS NOT NULL
                ON CONFLICT (move_line_id) DO UPDATE
               SET (company_id, %(kept)s) = (EXCLUDED.company_id, EXCLUDED.partner_id, EXCLUDED.issued, EXCLUDED.due,
                                             EXCLUDED.settled, EXCLUDED.amount)
            """, kept=KEPT, ledger=ledger, scope=scope, company=company.id))

    @api.model
    def _catch_up(self, company, evening, mark, partner_ids):
        """The nightly step: customers whose ledger changed since the mark of the last night, and those of `partner_ids`."""
        if mark is None:
            return self._refresh(company, evening)
        # an empty row says that there is no history yet
        rows = self.env.execute_query(SQL(
            "%s UNION ALL SELECT NULL WHERE NOT EXISTS (SELECT 1 FROM recouvrement_outcome WHERE company_id = %s)",
            self.env['recouvrement.ledger']._changed_behaviour(company, mark, evening), company.id))
        changed = {row[0] for row in rows}
        if None in changed:
            return self._refresh(company, evening, empty=True)
        return self._refresh(company, evening, sorted(changed | set(partner_ids)), empty=False)

    # === PUBLIC ACTIONS === #

    def action_open_invoice(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': 'account.move', 'res_id': self.move_id.id, 'view_mode': 'form'}
