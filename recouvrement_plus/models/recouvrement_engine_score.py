"""The bridge to the score: figures summed by PostgreSQL, weights learned from the books, points added by the engine."""
from dataclasses import dataclass

from odoo import api, models

from ..engine.calibration import Weights, starting
from ..engine.forecast import chance, customer_odds, late_for_good, score_figures
from ..engine.habits import LATEST, Own, customer_factors, instalment_values
from ..engine.payment_dates import dates_of, habits_of, on_payment_runs
from ..engine.portfolio import DRIFT_OUTCOMES, DRIFT_RIDGE
from ..engine.replay import due_day
from ..engine.scoring import Score
from .recouvrement_ledger_figures import THRESHOLDS

NO_HISTORY = dict.fromkeys(THRESHOLDS, Own())
NO_FACTS = {'known': [], 'late': [], 'overdue': [], 'since': None, 'paid': [], 'number': 0}


@dataclass(frozen=True)
class ScoreBasis:
    """What everybody's score of an evening rests on: the portfolio and the weights, for each threshold."""

    evening: object
    moments: dict            # {threshold: Moment}
    delays: tuple            # days late of the portfolio at ten percentiles
    weights: dict            # {threshold: Weights}
    levels: dict             # {threshold: log odds of Drift}


@dataclass(frozen=True)
class CustomerScore:
    """The score of a customer with the chance of more than 30 days and the instalments behind it."""

    score: Score
    probability_late_30: float
    own: dict                # {threshold: Own}
    facts: dict              # see recouvrement.ledger._customer_figures
    odds: dict               # {threshold: log odds before anything is said of one instalment}


class RecouvrementEngine(models.AbstractModel):
    _inherit = 'recouvrement.engine'

    @api.model
    def _score_basis(self, company, as_of, source):
        """:class:`ScoreBasis` of a date, from a relation that holds the history of all customers."""
        Ledger = self.env['recouvrement.ledger'].sudo()
        evening = Ledger._evening(company, as_of)
        moments, delays = Ledger._moments(source, evening)
        weights = {threshold: self._score_weights(company, as_of, threshold) for threshold in THRESHOLDS}
        levels = {threshold: self._score_level(company, evening, threshold, weights[threshold]) for threshold in THRESHOLDS}
        return ScoreBasis(evening, moments, delays, weights, levels)

    @api.model
    def _score_weights(self, company, as_of, threshold):
        learned = self.env['recouvrement.score.weights'].sudo()._latest(company, as_of, threshold)
        return learned._weights() if learned else Weights(starting(threshold))

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
        score = score_figures(own[0], basis.moments[0], basis.weights[0], values[0], basis.levels[0], 'known', 'overdue')
        by_30, _undrifted = chance(odds[30], basis.weights[30], basis.levels[30])
        return CustomerScore(score, min(float(score.probability_late), round(by_30, 4)), own, facts, odds)

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
            the dates are None where nobody ever paid as late as it is already
        """
        customers = {row[2] for row in rows}
        sums = self.env['recouvrement.ledger'].sudo()._instalment_figures(
            source, basis.evening, [row[1] for row in rows], basis.moments, customers,
            latest=any(scores[partner_id].facts['number'] > LATEST for partner_id in customers))
        habits, result = {}, {}
        runs = self.env['res.partner'].sudo().browse({row[2] for row in rows})._recouvrement_run_days()
        for key, line_id, partner_id, issued, due, amount in rows:
            one = scores[partner_id]
            if partner_id not in habits:
                habits[partner_id] = habits_of(one.facts['paid'], basis.delays)
            dates = dates_of(habits[partner_id], due, basis.evening, len(one.facts['paid']))
            dates = on_payment_runs(dates, runs.get(partner_id))
            chances = self._chances(basis, one, sums.get(line_id, {}), issued, due, amount)
            (announced, undrifted), (announced_30, undrifted_30) = chances
            late, late_30 = late_for_good(announced, announced_30, (basis.evening - due).days, THRESHOLDS[1])
            result[key] = (round(late, 2), round(late_30, 2), dates and dates.expected, dates and dates.most,
                           undrifted, undrifted_30)
        return result

    @api.model
    def _chances(self, basis, one, sums, issued, due, amount):
        """[(announced, undrifted)] of one instalment for each threshold."""
        for threshold in THRESHOLDS:
            values = self._instalment_values(basis, one, sums, issued, due, amount, threshold)
            yield chance(
                one.odds[threshold], basis.weights[threshold], basis.levels[threshold], values, due_day(due.toordinal()))

    @api.model
    def _instalment_values(self, basis, one, sums, issued, due, amount, threshold):
        """The factors of one instalment, in the order of the engine's FACTORS."""
        own = one.own[threshold]
        term_late, day_late, day_weight = sums.get(threshold, (0.0, 0.0, 0.0))
        return instalment_values(own, basis.moments[threshold], (due - issued).days + threshold,
                                 (own.weight, term_late, day_late, day_weight), amount)
