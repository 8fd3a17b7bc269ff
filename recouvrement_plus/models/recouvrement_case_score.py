"""The score of a customer: kept on the case, explained, with its history."""
import json

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.gc import disabling_gc

from .sql_arrays import int_array

SCORED_AT_A_TIME = 2000  # customers: more of them would fill the memory, fewer cost more statements
SCORE_FIELDS = ('score', 'grade', 'probability_late', 'probability_late_30', 'score_evidence', 'score_known_count')


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    probability_late_30 = fields.Float(
        string="Probability of more than 30 days late", digits=(6, 4), readonly=True, aggregator='avg')
    score_evidence = fields.Float(
        string="Evidence", digits=(4, 3), readonly=True, aggregator='avg',
        help="Share of the score that comes from this customer's own payments; the rest is the average of all customers.")

    @api.model
    def _score_night(self, company, as_of, partner_ids, mark, replay, apart=True):
        """Score these customers and their open instalments; a past night reads the ledger of then and forecasts nothing.

        :param apart: each part alone, to leave out who cannot be scored; else the first of them stops it
        :return: {partner id: error} of the customers whose data is bad; their score stays as it was
        """
        Outcome, Engine = self.env['recouvrement.outcome'], self.env['recouvrement.engine']
        evening = self.env['recouvrement.ledger']._evening(company, as_of)
        if replay:
            source = Outcome._stage_history(company, evening)
        else:
            Outcome._catch_up(company, evening, mark, partner_ids)
            source = Outcome._source(company)
        errors = {}
        if partner_ids:
            basis = Engine._score_basis(company, as_of, source)
            for _done in self._score_chunks(company, as_of, basis, source, partner_ids, errors, not replay, apart):
                pass  # the night commits when all are scored
        return errors

    @api.model
    def _score_chunks(self, company, as_of, basis, source, partner_ids, errors, forecast=True, apart=True):
        """Score some customers at a time; yields how many, for who commits in between. ``errors`` gets {partner id: error}."""
        for start in range(0, len(partner_ids), SCORED_AT_A_TIME):
            part = partner_ids[start:start + SCORED_AT_A_TIME]
            score = self._score_apart if apart else self._score_part
            # nothing in a part refers to itself, and all of it is dropped at its end: to look for that costs a fifth of the time
            with disabling_gc():
                errors.update(score(company, as_of, basis, source, part, forecast) or {})
            yield len(part)

    @api.model
    def _score_apart(self, company, as_of, basis, source, partner_ids, forecast):
        """Score some customers in one go; if that fails their halves, down to those whose data is bad: {partner id: error}."""
        error = self.env['recouvrement.run']._guarded(
            lambda: self._score_part(company, as_of, basis, source, partner_ids, forecast))
        if error is None:
            return {}
        if len(partner_ids) == 1:
            return {partner_ids[0]: error}
        middle = len(partner_ids) // 2
        return (self._score_apart(company, as_of, basis, source, partner_ids[:middle], forecast)
                | self._score_apart(company, as_of, basis, source, partner_ids[middle:], forecast))

    @api.model
    def _score_part(self, company, as_of, basis, source, partner_ids, forecast):
        scores = self.env['recouvrement.engine']._scores(basis, source, partner_ids)
        self._apply_scores(company, scores, as_of, basis.evening)
        if forecast:
            self.env['recouvrement.item']._apply_forecasts(company, basis, source, scores)
        self.env.flush_all()
        for model in ('recouvrement.case', 'recouvrement.item', 'res.partner'):  # what is done with must not fill the memory
            self.env[model].invalidate_model(flush=False)

    @api.model
    def _apply_scores(self, company, scores, as_of, evening):
        """Store the scores of the day; the history gets a row only when score, grade or number of outcomes changed."""
        updates, history = [], []
        for case_id, partner_id, *known in self._stored_scores(company, list(scores)):
            found = scores[partner_id]
            vals = self._score_vals(found)
            updates.append((case_id, *vals))
            if known != [vals[0], vals[1], vals[5]]:
                history.append({'case_id': case_id, **self._history_vals(found, vals)})
        self.env['recouvrement.bulk']._update(self, SCORE_FIELDS, updates, score_date=as_of, score_time=self.env.cr.now())
        self.env['recouvrement.score']._upsert(history, company_id=company.id, date=as_of, evening=evening)

    @api.model
    def _stored_scores(self, company, partner_ids):
        """(case, customer, score, grade, known outcomes) as they are stored."""
        self.flush_model()
        return self.env.execute_query(SQL(
            """SELECT id, partner_id, score::float, grade, score_known_count FROM recouvrement_case
                WHERE company_id = %s AND partner_id = ANY(%s)""", company.id, int_array(partner_ids)))

    @api.model
    def _score_vals(self, found):
        """Values of the columns, in the order of SCORE_FIELDS."""
        score, grade, probability_late, evidence = found.brief
        return (score, grade or None, probability_late, found.probability_late_30, evidence, found.own[0].known)

    @api.model
    def _history_vals(self, found, vals):
        score, grade, probability_late, probability_late_30, evidence, known_count = vals
        return {
            'score': score, 'grade': grade, 'probability_late': probability_late, 'probability_late_30': probability_late_30,
            'evidence': evidence, 'known_count': known_count, 'factors': found.factors_json(),
            'instalments': json.dumps(self._behind(found)),
        }

    @api.model
    def _behind(self, found):
        """The instalments behind the points, and what is told beside them."""
        own, since = found.own[0], found.facts['since']
        return {
            **{name: found.facts[name] for name in ('known', 'late', 'overdue')},
            'average_days': round(own.delay / own.delay_weight, 1) if own.delay_weight else 0.0,
            'since': fields.Date.to_string(since) if since else False}

    @api.model
    def _factors(self, score):
        return [{
            'code': factor.code, 'value': str(factor.value), 'points': str(factor.points),
            'max_points': str(factor.max_points), 'keys': factor.keys or '',
        } for factor in score.factors]

    def _merge_into(self, target):
        """Two histories became one: the next night scores it again, though nothing was entered."""
        result = super()._merge_into(target)
        target.sudo().score_date = False
        return result

    # === PUBLIC METHODS === #

    def score_breakdown(self, as_of):
        """Explain the score of one customer on a date, point by point.

        :param as_of: date or 'YYYY-MM-DD'; only what was visible the evening before counts (of the last bank statement,
            where statements are imported)
        :return: {score, grade, probability_late, probability_late_30, evidence, known_count, evening,
            factors: [{code, value, points, max_points, move_line_ids}]}; numbers as strings, the points sum to the score;
            grade is '' without enough history
        :raises AccessError: when the user is no collection officer or the case is of another company
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        day = self.env['recouvrement.run']._parse_date(as_of)
        scores, basis = self.env['recouvrement.engine'].sudo()._score_on(self.company_id, day, self.partner_id.ids)
        found = scores[self.partner_id.id]
        return self._breakdown(found.score, found.probability_late_30, found.facts, basis.evening)

    @api.model
    def _breakdown(self, score, probability_late_30, facts, evening):
        """The plain data of an explanation: of a customer, or of one instalment."""
        factors = self._factors(score)
        for factor in factors:
            factor['move_line_ids'] = facts.get(factor.pop('keys') or '', [])
        return {
            'score': str(score.score), 'grade': score.grade or '', 'probability_late': str(score.probability_late),
            'probability_late_30': f'{probability_late_30:.4f}', 'evidence': str(score.evidence),
            'known_count': score.n_known, 'evening': fields.Date.to_string(evening), 'factors': factors,
        }
