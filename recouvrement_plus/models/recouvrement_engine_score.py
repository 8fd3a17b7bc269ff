"""The bridge to the score: figures summed by PostgreSQL, weights learned from the books, points added by the engine."""
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from odoo import api, models
from odoo.tools import SQL

from ..engine.calibration import Weights, starting
from ..engine.forecast import chance, customer_odds, factors_json, late_for_good, score_figures, score_in_brief
from ..engine.habits import LATEST, Own, customer_factors, instalment_values
from ..engine.payment_dates import dates_of, habits_of, on_payment_runs
from ..engine.portfolio import DRIFT_OUTCOMES, DRIFT_RIDGE
from .recouvrement_ledger_figures import THRESHOLDS

NO_HISTORY = dict.fromkeys(THRESHOLDS, Own())
NO_SUMS = dict.fromkeys(THRESHOLDS, (0.0, 0.0, 0.0))
NO_FACTS = {'known': [], 'late': [], 'overdue': [], 'since': None, 'paid': ([], []), 'number': 0}


@dataclass(frozen=True)
class ScoreBasis:
    """What everybody's score of an evening rests on: the portfolio and the weights, for each threshold."""

    evening: object
    moments: dict            # {threshold: Moment}
    delays: tuple            # days late of the portfolio at ten percentiles
    weights: dict            # {threshold: Weights}
    levels: dict             # {threshold: log odds of Drift}
    runs: dict               # {customer id: days of the month of its payment runs}


@dataclass
class CustomerScore:
    """The score of a customer with the chance of more than 30 days and the instalments behind it."""

    basis: ScoreBasis
    own: dict                # {threshold: Own}
    facts: dict              # see recouvrement.ledger._customer_figures
    values: tuple            # the customer's factors at the threshold 0
    odds: dict               # {threshold: log odds before anything is said of one instalment}
    brief: tuple             # (score, grade, probability late, evidence), floats, as in `score`
    probability_late_30: float

    @cached_property
    def score(self):
        """The engine's Score with every point explained: few are asked for, and it costs most."""
        return score_figures(*self._figures(), 'known', 'overdue')

    def factors_json(self):
        """The same explanation as it is kept in the history."""
        return factors_json(*self._figures(), 'known', 'overdue')

    def _figures(self):
        basis = self.basis
        return self.own[0], basis.moments[0], basis.weights[0], self.values, basis.levels[0]


class RecouvrementEngine(models.AbstractModel):
    _inherit = 'recouvrement.engine'

    @api.model
    def _score_basis(self, company, as_of, source):
        """:class:`ScoreBasis` of a date, from a relation that holds the history of all customers."""
        Ledger = self.env['recouvrement.ledger'].sudo()
        evening = Ledger._evening(company, as_of)
        moments, delays = Ledger._moments(source, evening)
        learned = self.env['recouvrement.score.weights'].sudo()._latest_of_each(company, as_of)
        weights = {threshold: learned[threshold]._weights() if threshold in learned else Weights(starting(threshold))
                   for threshold in THRESHOLDS}
        levels = {threshold: self._score_level(company, evening, threshold, weights[threshold]) for threshold in THRESHOLDS}
        return ScoreBasis(evening, moments, delays, weights, levels, self._run_days())

    @api.model
    def _score_level(self, company, evening, threshold, weights):
        """By how much the latest outcomes were later than announced (log odds); 0 before anything was learned."""
        if not weights.n:
            return 0.0
        errors, spread = self.env['recouvrement.ledger'].sudo()._surprise(company, evening, threshold, DRIFT_OUTCOMES)
        return errors / (spread + DRIFT_RIDGE)

    @api.model
    def _scores(self, basis, source, partner_ids):
        """{partner id: CustomerScore} of customers; those without any history get the portfolio's."""
        figures = self.env['recouvrement.ledger'].sudo()._customer_figures(source, basis.evening, partner_ids)
        return {partner_id: self._score_one(basis, *figures.get(partner_id, (None, NO_FACTS))) for partner_id in partner_ids}

    @api.model
    def _score_one(self, basis, own, facts):
        own = own or NO_HISTORY
        values = {threshold: customer_factors(own[threshold], basis.moments[threshold]) for threshold in THRESHOLDS}
        odds = {threshold: customer_odds(values[threshold], basis.weights[threshold]) for threshold in THRESHOLDS}
        brief = score_in_brief(own[0], basis.weights[0], values[0], basis.levels[0])
        by_30, _undrifted = chance(odds[30], basis.weights[30], basis.levels[30])
        return CustomerScore(basis, own, facts, values[0], odds, brief, min(brief[2], round(by_30, 4)))

    @api.model
    def _score_on(self, company, as_of, partner_ids):
        """({partner id: CustomerScore}, ScoreBasis) on any date, read from the ledger as it was visible then.

        Today, the portfolio is the one that the last night summed.
        """
        Outcome, Ledger = self.env['recouvrement.outcome'].sudo(), self.env['recouvrement.ledger'].sudo()
        evening = Ledger._evening(company, as_of)
        if as_of == company._recouvrement_today() and not Outcome._is_empty(company):
            basis = self._score_basis(company, as_of, Outcome._source(company))
        else:
            basis = self._score_basis(company, as_of, Outcome._stage_history(company, evening))
        return self._scores(basis, Outcome._stage_history(company, evening, partner_ids), partner_ids), basis

    # === INSTALMENTS === #

    @api.model
    def _forecasts(self, basis, source, scores, rows):
        """What is to be expected of open instalments.

        :param rows: [(key, journal item id, partner id, issued, due, amount)]
        :return: {key: (probability late, late by more than 30, expected date, date of 80 %, undrifted, undrifted 30)};
            the dates are None where nobody ever paid as late as it is already, the undrifted ones where all has happened
        """
        expected = self._forecast_dates(basis, scores, rows)
        happened = basis.evening - timedelta(days=THRESHOLDS[-1])  # due before: both chances are certainties
        asked = [row for row in rows if row[4] >= happened]
        customers = {row[2] for row in asked}
        sums = self.env['recouvrement.ledger'].sudo()._instalment_figures(
            source, basis.evening, [row[1] for row in asked], basis.moments, customers,
            latest=any(scores[partner_id].facts['number'] > LATEST for partner_id in customers))
        result = {row[0]: (1.0, 1.0, *expected[row[0]], None, None) for row in rows}
        for key, line_id, partner_id, issued, due, amount in asked:
            (announced, undrifted), (announced_30, undrifted_30) = self._chances(
                basis, scores[partner_id], sums.get(line_id, NO_SUMS), issued, due, amount)
            late, late_30 = late_for_good(announced, announced_30, (basis.evening - due).days, THRESHOLDS[1])
            result[key] = (round(late, 2), round(late_30, 2), *expected[key], undrifted, undrifted_30)
        return result

    @api.model
    def _forecast_dates(self, basis, scores, rows):
        """{key: (expected date, date of 80 %)} of the rows of :meth:`_forecasts`; those of a customer ask its habits once."""
        habits, result = {}, {}
        for key, _line_id, partner_id, _issued, due, _amount in rows:
            paid = scores[partner_id].facts['paid']
            if partner_id not in habits:
                habits[partner_id] = habits_of(*paid, basis.delays)
            dates = on_payment_runs(dates_of(habits[partner_id], due, basis.evening, len(paid[0])), basis.runs.get(partner_id))
            result[key] = (dates.expected, dates.most) if dates else (None, None)
        return result

    @api.model
    def _run_days(self):
        """{customer id: days of its payment runs}: few stated any, and they are looked for once in a night."""
        Partner = self.env['res.partner'].sudo()
        Partner.flush_model(['recouvrement_payment_days'])
        stated = self.env.execute_query(SQL("SELECT id FROM res_partner WHERE recouvrement_payment_days <> ''"))
        return Partner.browse(row[0] for row in stated)._recouvrement_run_days()

    @api.model
    def _chances(self, basis, one, sums, issued, due, amount):
        """[(announced, undrifted)] of one instalment for each threshold."""
        day = (due.weekday(), due.day)
        return [
            chance(one.odds[threshold], basis.weights[threshold], basis.levels[threshold],
                   self._instalment_values(basis, one, sums, issued, due, amount, threshold), day)
            for threshold in THRESHOLDS]

    @api.model
    def _instalment_values(self, basis, one, sums, issued, due, amount, threshold):
        """The factors of one instalment, in the order of the engine's FACTORS."""
        own = one.own[threshold]
        return instalment_values(
            own, basis.moments[threshold], (due - issued).days + threshold, (own.weight, *sums[threshold]), amount)
