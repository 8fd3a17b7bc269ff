"""What is to be expected of an open instalment: how likely it is to be late, and when the money will come."""
from odoo import api, fields, models
from odoo.tools import SQL

from .sql_arrays import int_array

FORECAST = ('probability_late', 'probability_late_30', 'date_expected', 'date_expected_most')


class RecouvrementItem(models.Model):
    _inherit = 'recouvrement.item'

    probability_late = fields.Float(
        string="Probability of late payment", digits=(4, 2), readonly=True, aggregator='avg',
        help="As of the last night that scored the customer; 100 % once it is overdue.")
    probability_late_30 = fields.Float(
        string="Probability of more than 30 days late", digits=(4, 2), readonly=True, aggregator='avg')
    date_expected = fields.Date(
        string="Expected payment", readonly=True,
        help="Paid by then in half of the cases, by what this customer and the others did. Empty: nobody ever paid so late.")
    date_expected_most = fields.Date(
        string="Paid by (4 in 5)", readonly=True, help="Paid in full by then in four cases of five.")

    @api.model
    def _apply_forecasts(self, company, basis, source, scores):
        """Write what is expected of the open instalments of the scored customers, where it changed.

        What is announced before the due date is kept in the history as it was said first: the score is judged by it.
        """
        rows = self._forecast_rows(company, list(scores))
        if not rows:
            return
        found = self.env['recouvrement.engine']._forecasts(basis, source, scores, [row[:6] for row in rows])
        changed, announced = [], []
        for row in rows:
            forecast = found[row[0]]
            if forecast[:4] != row[6:10]:
                changed.append((row[0], *forecast[:4]))
            if row[10] and row[3] <= basis.evening < row[4]:
                announced.append((row[1], *forecast[4:]))
        self.env['recouvrement.bulk']._update(self, FORECAST, changed)
        self._announce(announced)

    @api.model
    def _forecast_rows(self, company, partner_ids):
        """(item, journal item, customer, issued, due, amount, the four forecasts as they are, nothing announced yet)."""
        self.flush_model()
        return self.env.execute_query(SQL(
            """
            SELECT item.id, outcome.move_line_id, outcome.partner_id, outcome.issued, outcome.due, outcome.amount,
                   item.probability_late::float, item.probability_late_30::float, item.date_expected, item.date_expected_most,
                   outcome.announced IS NULL
              FROM recouvrement_item item JOIN recouvrement_outcome outcome ON outcome.move_line_id = item.move_line_id
             WHERE item.company_id = %s AND item.state = 'open' AND outcome.settled IS NULL AND outcome.partner_id = ANY(%s)
            """, company.id, int_array(partner_ids)))

    @api.model
    def _announce(self, rows):
        """Note the probabilities that were announced first: (journal item id, late, late by more than 30 days)."""
        for start in range(0, len(rows), 5000):
            self.env.cr.execute(SQL(
                """UPDATE recouvrement_outcome row SET announced = new.late, announced_30 = new.late_30
                     FROM (VALUES %s) AS new (line_id, late, late_30)
                    WHERE row.move_line_id = new.line_id AND row.announced IS NULL""",
                SQL(", ").join(rows[start:start + 5000])))
