"""The bridge to the explanation of one open instalment: the score of its customer and what its term and its day add."""
from dataclasses import dataclass

from odoo import api, models
from odoo.tools import SQL

from ..engine.forecast import score_figures
from ..engine.habits import customer_factors
from ..engine.payment_dates import PaymentDates, dates_of, habits_of
from ..engine.replay import due_day
from ..engine.scoring import Score
from .recouvrement_engine_score import NO_SUMS


@dataclass(frozen=True)
class ExplainedInstalment:
    """What is expected of one instalment on an evening, and why.

    ``score``: its points; ``late``, ``late_30``: the chances that the list shows (certain once it has happened);
    ``expected``, ``most``: the dates, None where nobody ever paid so late; ``before_runs``: the dates before they moved to
    the customer's ``run_days``; ``facts``: instalments behind the points.
    """

    score: Score
    late: float
    late_30: float
    expected: object
    most: object
    before_runs: PaymentDates | None
    run_days: list
    facts: dict
    own: dict
    evening: object


class RecouvrementEngine(models.AbstractModel):
    _inherit = 'recouvrement.engine'

    @api.model
    def _explain_instalment(self, company, as_of, partner, line):
        """:class:`ExplainedInstalment` on a date, from what was visible the evening before; None of what was not there yet."""
        scores, basis = self._score_on(company, as_of, partner.ids)
        history = self.env['recouvrement.outcome'].sudo()._stage_history(company, basis.evening, partner.ids)
        rows = self.env['recouvrement.ledger']._one_instalment(history, line.id)
        if not rows:
            return None
        one, (_partner, issued, due, amount) = scores[partner.id], rows[0]
        late, late_30, expected, most, *_undrifted = self._forecasts(
            basis, history, scores, [(line.id, line.id, partner.id, issued, due, amount)])[line.id]
        return ExplainedInstalment(
            self._instalment_score(basis, history, one, line.id, issued, due, amount), late, late_30, expected, most,
            dates_of(habits_of(*one.facts['paid'], basis.delays), due, basis.evening, len(one.facts['paid'][0])),
            partner.sudo()._recouvrement_run_days().get(partner.id, []), one.facts, one.own, basis.evening)

    @api.model
    def _instalment_score(self, basis, source, one, line_id, issued, due, amount):
        """The engine's Score of an instalment: its points add up."""
        sums = self.env['recouvrement.ledger'].sudo()._instalment_figures(source, basis.evening, [line_id], basis.moments)
        values = (*customer_factors(one.own[0], basis.moments[0]),
                  *self._instalment_values(basis, one, sums.get(line_id, NO_SUMS), issued, due, amount, 0))
        return score_figures(one.own[0], basis.moments[0], basis.weights[0], values, basis.levels[0], 'known', 'overdue',
                             basis.weights[0].calendar(due_day(due.toordinal())))


class RecouvrementLedger(models.AbstractModel):
    _inherit = 'recouvrement.ledger'

    @api.model
    def _one_instalment(self, source, line_id):
        """[(customer, issued, due, amount)] of a journal item in a history, [] where it is not in it."""
        return self.env.execute_query(SQL(
            "SELECT partner_id, issued, due, amount FROM %s AS source WHERE id = %s", source, line_id))
