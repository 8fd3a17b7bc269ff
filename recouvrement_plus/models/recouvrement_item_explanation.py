"""Why an open instalment is expected in time or late: its probability and its dates, point by point."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .recouvrement_case_screen import INSTALMENT_FACTORS


class RecouvrementItem(models.Model):
    _inherit = 'recouvrement.item'

    forecast_view = fields.Json(string="Points of the forecast", compute='_compute_forecast_view')

    @api.depends('state', 'move_line_id')
    @api.depends_context('lang')
    def _compute_forecast_view(self):
        for item in self:
            found = item.state == 'open' and item._explained(item.company_id._recouvrement_today())
            item.forecast_view = item._forecast_words(found) if found else False

    def _explained(self, day):
        """What the engine says of this instalment on a day, None when it was not in the history then."""
        partner = self.sudo().case_id.partner_id
        return self.env['recouvrement.engine'].sudo()._explain_instalment(self.company_id, day, partner, self.sudo().move_line_id)

    # === WORDS === #

    def _forecast_words(self, found):
        """The sentences of the customer's score, with what the instalment adds and the dates on top."""
        case = self.case_id
        row = self.env['recouvrement.score'].new({
            'case_id': case.id, 'date': self.company_id._recouvrement_today(), 'evening': found.evening,
            'score': float(found.score.score), 'grade': found.score.grade or False, 'probability_late': found.late,
            'probability_late_30': found.late_30, 'evidence': float(found.score.evidence),
            'known_count': found.score.n_known, 'factors': case._factors(found.score), 'instalments': case._behind(found)})
        words = case._score_words(row)
        words['rows'] = [one for one in words['rows'] if one['counts'] or one['code'] not in INSTALMENT_FACTORS]
        # the grade is the customer's: in its place stands which instalment this is about
        return words | {'trend': False, 'grade': '', 'meaning': self.display_name, 'dates': self._date_words(found),
                        'total_label': self.env._("Score of the instalment"), 'notes': self._forecast_notes(found) + words['notes']}

    def _date_words(self, found):
        """What is said of the payment dates, and why they are those."""
        if not found.expected:
            return [self.env._("No expected date: nobody, neither this customer nor another, ever paid as late as this.")]
        words = [self.env._("Expected on %(expected)s; paid by %(most)s in four cases of five.",
                            expected=format_date(self.env, found.expected), most=format_date(self.env, found.most))]
        if found.before_runs.n:
            words.append(self.env._("From the %(count)s payments of this customer, and the habits of all of them.",
                                    count=found.before_runs.n))
        else:
            words.append(self.env._("This customer has paid nothing yet: the dates are the habits of all customers."))
        if found.run_days:
            words.append(self.env._(
                "The customer pays on these days of the month: %(days)s. Without that: %(expected)s and %(most)s.",
                days=", ".join(map(str, sorted(found.run_days))), expected=format_date(self.env, found.before_runs.expected),
                most=format_date(self.env, found.before_runs.most)))
        return words

    def _forecast_notes(self, found):
        if (found.evening - self.date_maturity).days <= 0:
            return []
        return [self.env._("The due date has passed: late for certain. The points say what was to be expected of it.")]

    # === PUBLIC METHODS === #

    def score_breakdown(self, as_of):
        """Explain what is expected of one open instalment on a date, point by point.

        :param as_of: date or 'YYYY-MM-DD'; only what was visible the evening before counts (of the last bank statement,
            where statements are imported)
        :return: {score, grade, probability_late, probability_late_30, evidence, known_count, evening, date_expected,
            date_expected_most, payment_days, factors: [{code, value, points, max_points, move_line_ids}]}; numbers as strings,
            the points sum to the score; the dates are False where nobody ever paid so late; `payment_days`: days of the month
            on which the customer pays, both dates have moved to the next of them
        :raises AccessError: when the user is no collection officer or the instalment is of another company
        :raises UserError: for an instalment that was not invoiced yet on that evening, or is no receivable to score
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        found = self._explained(self.env['recouvrement.run']._parse_date(as_of))
        if not found:
            raise UserError(self.env._(
                "Nothing is expected of %(instalment)s on that day: it was not invoiced yet, or it is paid by direct debit or "
                "was credited.", instalment=self.display_name))
        return self.case_id._breakdown(found.score, found.late_30, found.facts, found.evening) | {
            'probability_late': f'{found.late:.4f}', 'payment_days': found.run_days,
            'date_expected': fields.Date.to_string(found.expected) if found.expected else False,
            'date_expected_most': fields.Date.to_string(found.most) if found.most else False}

    def action_explain_forecast(self):
        """Open the explanation of what is expected of this instalment."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'res_model': 'recouvrement.item', 'res_id': self.id, 'target': 'new',
            'views': [(self.env.ref('recouvrement_plus.recouvrement_item_view_form_forecast').id, 'form')],
            'name': self.env._("Forecast of %(instalment)s", instalment=self.display_name)}

    def action_open_score_instalments(self, kind):
        """Open exactly the instalments behind a factor of the forecast, as of now.

        :param kind: 'known', 'late' or 'overdue', as in the explanation
        :raises AccessError: without the officer role or for another company
        :raises UserError: for another kind
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        found = self._explained(self.company_id._recouvrement_today())
        return self.case_id._instalments_action(kind, found.facts if found else {})
