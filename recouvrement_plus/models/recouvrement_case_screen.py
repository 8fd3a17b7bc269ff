"""The score of a case in words: each point with the instalments that it comes from, as of the last night."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ..engine.forecast import LOW_EVIDENCE

TREND_POINTS = 60
TREND_WIDTH, TREND_HEIGHT = 240, 48
INSTALMENT_FACTORS = ('term', 'usual_term', 'payment_days', 'amount', 'weekday', 'month_day')
# what a reader takes for good or bad news, whatever weight was learned for it
SIGNED_FACTORS = (*INSTALMENT_FACTORS, 'recent', 'moment', 'level', 'delay', 'overdue')
SLIGHT = 0.05  # log odds below which nothing is said to have moved


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    score_view = fields.Json(string="Points of the score", compute='_compute_score_view')

    @api.depends('score_ids.factors')
    @api.depends_context('lang')
    def _compute_score_view(self):
        for case in self:
            row = case.score_ids[:1]
            case.score_view = case._score_words(row) if row.factors else False

    def _score_words(self, row):
        behind = row.instalments or {}
        rows = [self._factor_row(factor, row, behind) for factor in row.factors]
        return {
            'rows': rows + self._context_rows(behind), 'grade': row.grade or '', 'meaning': self._meaning(row),
            'low_evidence': row.known_count <= LOW_EVIDENCE,
            'chance': self.env._("%(percent)s %% likely to be late", percent=round(100 * row.probability_late)),
            'chance_30': self.env._("%(percent)s %% by more than 30 days", percent=round(100 * row.probability_late_30)),
            'evidence': round(100 * row.evidence),
            'evidence_label': self.env._("Evidence: %(percent)s %%", percent=round(100 * row.evidence)),
            'evidence_help': self.env._("Share of the score that comes from this customer's own payments."),
            'total': formatLang(self.env, row.score, digits=1), 'total_label': self.env._("Score"),
            'trend': self._trend(), 'notes': self._score_notes(row),
        }

    @api.model
    def _meaning(self, row):
        if not row.grade:
            return self.env._("Not enough history")
        return {
            'A': self.env._("A: pays on time, less than 20 % likely to be late"),
            'B': self.env._("B: 20 to 33 % likely to be late"),
            'C': self.env._("C: 33 to 50 % likely to be late"), 'D': self.env._("D: 50 to 74 % likely to be late"),
            'E': self.env._("E: almost always late, more than 74 % likely")}[row.grade]

    def _score_notes(self, row):
        """How to read the points, as of when, and what the score is worth on the books of the company."""
        score = round(row.score / 10) * 10
        notes = [self.env._("10 points more = the odds of being late double. A score of 60: 2 to 1; this one: %(odds)s.",
                            odds=self._odds(score))]
        if row.evening:
            notes.append(self.env._("Seen: what was known on the evening of %(day)s.", day=format_date(self.env, row.evening)))
        measured = self.env['recouvrement.score.weights']._latest(self.company_id, row.date, 0)
        return notes + [text for text in (measured.verdict, measured.gate) if text]

    @api.model
    def _odds(self, score):
        steps = (score - 50) / 10
        if steps >= 0:
            return self.env._("about %(late)s to 1 for late", late=round(2 ** steps))
        return self.env._("about %(good)s to 1 for on time", good=round(2 ** -steps))

    def _trend(self):
        """The score of the last nights that changed it, as points of a curve; 50 is the line in the middle."""
        rows = self.score_ids[:TREND_POINTS].sorted('date')
        if len(rows) < 2:
            return False
        first, span = rows[0].date, max((rows[-1].date - rows[0].date).days, 1)
        points = [(TREND_WIDTH * (row.date - first).days / span, TREND_HEIGHT * (1 - row.score / 100)) for row in rows]
        return {'points': " ".join(f"{x:.1f},{y:.1f}" for x, y in points), 'label': self.env._(
            "Score from %(start)s to %(end)s: %(before)s, then %(after)s", start=format_date(self.env, first),
            end=format_date(self.env, rows[-1].date), before=rows[0].score, after=rows[-1].score)}

    @api.model
    def _factor_row(self, factor, row, behind):
        code, value = factor['code'], float(factor['value'])
        points = float(factor['points'])
        label, detail = self._factor_names()[code], self._factor_detail(code, value, row, behind)
        effect = self._effect_words(code, value, points)
        kinds = ('known', 'late') if code == 'history' else (factor.get('keys'),)
        return {'code': code, 'label': label, 'detail': f"{detail} {effect}".strip(),
                'points': formatLang(self.env, points, digits=1), 'counts': bool(points),
                'links': [self._link(kind, behind) for kind in kinds if behind.get(kind)]}

    @api.model
    def _effect_words(self, code, value, points):
        """What the points do, last in the sentence: a weight learned from the books may turn them against what was seen."""
        news = value - 0.5 if code == 'history' else value if code in SIGNED_FACTORS and abs(value) > SLIGHT else 0
        if points * news < 0:
            return self.env._(
                "Yet in the books of the company, all else being equal, this goes with more payments in time: it lowers the risk."
            ) if points < 0 else self.env._(
                "Yet in the books of the company, all else being equal, this goes with more late payments: it raises the risk.")
        if not points or code not in SIGNED_FACTORS:  # how the history counts is said by its own sentence
            return ""
        return self.env._("This raises the risk.") if points > 0 else self.env._("This lowers the risk.")

    @api.model
    def _link(self, kind, behind):
        count = len(behind[kind])
        return {'kind': kind, 'label': {
            'known': self.env._("see the %(count)s known", count=count), 'late': self.env._("the %(count)s late", count=count),
            'overdue': self.env._("see the %(count)s overdue", count=count)}[kind]}

    @api.model
    def _factor_names(self):
        """{code: name} of the factors of the engine's score."""
        return {
            'base': self.env._("Starting point"), 'portfolio_rate': self.env._("All customers"),
            'history': self.env._("Payment history"), 'recent': self.env._("Recent change"),
            'delay': self.env._("Length of the delays"), 'evidence': self.env._("Evidence"),
            'moment': self.env._("All customers of late"), 'overdue': self.env._("Overdue now"),
            'level': self.env._("Latest surprises"), 'term': self.env._("Term of this instalment"),
            'usual_term': self.env._("Term, by the habits of all"),
            'payment_days': self.env._("Day of the month of the due date"), 'amount': self.env._("Size of the amount"),
            'weekday': self.env._("Day of the week of the due date"), 'month_day': self.env._("Time of the month"),
            'score_cap': self.env._("Kept within bounds")}

    def _factor_detail(self, code, value, row, behind):
        """What was seen of a factor."""
        percent = round(100 * value)
        if code == 'base':
            return self.env._("Where every customer starts: 50 is one chance in two. Of the year's instalments of all customers, "
                              "%(percent)s %% were paid late.", percent=percent)
        if code == 'portfolio_rate':
            return self.env._("The rate of the portfolio, %(percent)s %% late.", percent=percent)
        if code == 'history':
            return self._history_words(percent, row, behind)
        if code == 'evidence':
            return self.env._("The average of all customers counts for %(percent)s %% of the history.", percent=100 - percent)
        if code == 'overdue':
            return self._overdue_words(round(value), behind.get('overdue', ()))
        if code == 'delay':
            return self._delay_words(row, behind)
        if code in ('recent', 'moment', 'level'):
            return self._movement_words(code, value)
        if code in INSTALMENT_FACTORS:
            return self._instalment_words(code, value)
        return self.env._("A score goes from 0 to 100.")

    def _delay_words(self, row, behind):
        if not row.known_count:
            return self.env._("Nothing paid or overdue yet.")
        return self.env._("%(days)s days late on average.", days=formatLang(
            self.env, behind.get('average_days') or 0.0, digits=1))

    def _history_words(self, percent, row, behind):
        base = next((round(100 * float(one['value'])) for one in row.factors if one['code'] == 'base'), 0)
        if not row.known_count:
            return self.env._("No known outcome yet: the average of all customers counts, %(base)s %% late.", base=base)
        return self.env._(
            "Of %(known)s known instalments, %(late)s paid late (%(percent)s %% weighing the recent ones more; "
            "average of all customers %(base)s %%).", known=row.known_count, late=len(behind.get('late', ())),
            percent=percent, base=base)

    @api.model
    def _instalment_words(self, code, value):
        """What was seen of the term, the due date and the size of one instalment."""
        worse = {
            'term': self.env._("The customer takes longer than this term more often than it is late as a rule."),
            'usual_term': self.env._("All customers take longer than this term more often than they are late as a rule."),
            'payment_days': self.env._("What fell due on near days of the month was paid late more often."),
            'amount': self.env._("Larger than the usual invoice of the company."),
            'weekday': self.env._("What falls due on this day of the week is paid late more often, by all."),
            'month_day': self.env._("What falls due at this time of the month is paid late more often, by all.")}
        better = {
            'term': self.env._("The customer takes longer than this term less often than it is late as a rule."),
            'usual_term': self.env._("All customers take longer than this term less often than they are late as a rule."),
            'payment_days': self.env._("What fell due on near days of the month was paid late less often."),
            'amount': self.env._("Smaller than the usual invoice of the company."),
            'weekday': self.env._("What falls due on this day of the week is paid late less often, by all."),
            'month_day': self.env._("What falls due at this time of the month is paid late less often, by all.")}
        words = worse if value > SLIGHT else better if value < -SLIGHT else {}
        return words.get(code) or self.env._("Hardly any difference.")

    @api.model
    def _overdue_words(self, days, line_ids):
        if not line_ids:
            return self.env._("Nothing overdue.")
        lines = self.env['recouvrement.outcome'].search([('move_line_id', 'in', line_ids)])
        currency = lines.company_id[:1].currency_id
        return self.env._("%(count)s instalment(s) overdue for %(amount)s, the oldest for %(days)s days.", count=len(line_ids),
                          amount=formatLang(self.env, sum(lines.mapped('amount')), currency_obj=currency), days=days)

    @api.model
    def _movement_words(self, code, value):
        words = {
            'recent': (self.env._("The last two months were worse."), self.env._("The last two months were better.")),
            'moment': (self.env._("All customers pay later than in the year."),
                       self.env._("All customers pay earlier than in the year.")),
            'level': (self.env._("The latest outcomes were later than announced."),
                      self.env._("The latest outcomes were earlier than announced."))}
        worse, better = words[code]
        return worse if value > SLIGHT else better if value < -SLIGHT else self.env._("Hardly any change.")

    @api.model
    def _context_rows(self, behind):
        """What is told beside the score and carries no points."""
        if not behind.get('since'):
            return []
        since = format_date(self.env, fields.Date.to_date(behind['since']), date_format='MMMM yyyy')
        return [{'code': 'context', 'label': self.env._("For information"), 'counts': False, 'points': '', 'links': [],
                 'detail': self.env._("Customer since %(month)s.", month=since)}]

    # === PUBLIC ACTIONS === #

    def action_open_score_instalments(self, kind):
        """Open exactly the instalments behind a factor of the last score.

        :param kind: 'known', 'late' or 'overdue', as in the explanation
        :raises AccessError: without the officer role or for another company
        :raises UserError: for another kind
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        return self._instalments_action(kind, self.score_ids[:1].instalments or {})

    def _instalments_action(self, kind, behind):
        names = {'known': self.env._("Known instalments"), 'late': self.env._("Paid late"), 'overdue': self.env._("Overdue")}
        if kind not in names:
            raise UserError(self.env._("“%(kind)s” is no part of a score: known, late or overdue.", kind=kind))
        return {
            'type': 'ir.actions.act_window', 'res_model': 'recouvrement.outcome', 'view_mode': 'list,form',
            'views': [(False, 'list')], 'name': f"{self.display_name}: {names[kind]}",
            'domain': [('move_line_id', 'in', behind.get(kind, []))]}
