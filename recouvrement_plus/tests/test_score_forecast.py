"""What is expected of open instalments, the score in words, and who may see it."""
import json
import random
from datetime import timedelta
from decimal import Decimal

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestScoreForecast(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = cls._make_debtor("Late")
        for number in range(5):
            due = day(-200 + 30 * number)
            cls._pay(cls._make_invoice(due), on=due)
            cls._pay(cls._make_invoice(due, partner=cls.late), on=due + timedelta(days=40))
        cls.open_good, cls.open_late = cls._make_invoice(day(10)), cls._make_invoice(day(10), partner=cls.late)
        cls.overdue = cls._make_invoice(day(-12), 500.0, partner=cls.late)
        cls._night()
        cls.case = cls._case(cls.late)

    def _words(self, case, code):
        return next(row for row in case.score_view['rows'] if row['code'] == code)

    # === INSTALMENTS === #

    def test_the_bad_payer_is_expected_later(self):
        good, late = self._items(self.open_good), self._items(self.open_late)
        self.assertLess(good.probability_late, 0.35)
        self.assertGreater(late.probability_late, 0.65)
        self.assertLess(good.probability_late_30, late.probability_late_30)
        self.assertEqual(good.date_expected, day(10))
        self.assertEqual(late.date_expected, day(50))
        self.assertGreaterEqual(late.date_expected_most, late.date_expected)

    def test_what_has_happened_is_certain(self):
        item = self._items(self.overdue)
        self.assertEqual(item.probability_late, 1.0)
        self.assertGreaterEqual(item.probability_late_30, self._items(self.open_late).probability_late_30)
        self.assertGreater(item.date_expected, TODAY - timedelta(days=1))

    def test_stated_payment_runs_move_the_dates(self):
        """Expected 50 days from now: a customer who pays on the 10th pays on the 10th that follows."""
        item, other = self._items(self.open_late), self._items(self.open_good)
        before = (other.date_expected, other.date_expected_most)
        run = day(50).replace(day=10)
        if run < day(50):
            run = (run + timedelta(days=31)).replace(day=10)
        self.late.recouvrement_payment_days = "10"
        self.assertFalse(self.case.score_date, "the next night looks again")
        self._night()
        self.assertEqual(item.date_expected, run)
        self.assertEqual(item.date_expected_most.day, 10)
        self.assertEqual((other.date_expected, other.date_expected_most), before)
        self.late.recouvrement_payment_days = False
        self._night()
        self.assertEqual(item.date_expected, day(50))

    def test_no_date_where_nobody_ever_paid_so_late(self):
        forgotten = self._make_invoice(day(-300))
        self._night()
        item = self._items(forgotten)
        self.assertFalse(item.date_expected)
        self.assertEqual((item.probability_late, item.probability_late_30), (1.0, 1.0))

    def test_what_was_announced_first_stays(self):
        """The score is judged by what it said before the due date, whatever it says later."""
        history = self.env['recouvrement.outcome'].search([('move_line_id', '=', self._lines(self.open_late).id)])
        before = history.announced
        self.assertGreater(before, 0.5)
        self._pay(self.overdue, on=day(-1))
        self._night()
        self.assertEqual(history.announced, before)
        overdue = self.env['recouvrement.outcome'].search([('move_line_id', '=', self._lines(self.overdue).id)])
        self.assertFalse(overdue.announced, "nothing is announced of what is late already")

    def test_a_past_night_forecasts_nothing(self):
        item = self._items(self.open_late)
        before = (item.probability_late, item.date_expected)
        self._night(day(-3))
        self.assertEqual((item.probability_late, item.date_expected), before)

    # === EXPLANATION === #

    def test_points_sum_to_the_score_always(self):
        """On every customer that chance makes, whatever the weights."""
        chance = random.Random(5)
        partners = []
        for number in range(8):
            partner = self._make_debtor(f"Chance {number}")
            partners.append(partner)
            for _one in range(chance.randrange(4)):
                due = day(-chance.randrange(200))
                invoice = self._make_invoice(due, chance.choice((10.0, 5000.0)), partner=partner)
                if chance.random() < 0.7:
                    self._pay(invoice, on=min(TODAY, due + timedelta(days=chance.randrange(-5, 60))))
        self._sync()
        weights = self.env['recouvrement.score.weights'].sudo()
        for constant, trusted in ((None, True), (3.0, True), (-3.0, True), (0.0, False)):
            if constant is not None:
                weights.create({
                    'company_id': self.company.id, 'date': TODAY, 'threshold': 0, 'state': 'done', 'n_learned': 500,
                    'trusted': trusted, 'rate': 0.4, 'weights': {
                        'factors': [chance.uniform(-1, 2) for _one in range(10)], 'constant': constant,
                        'weekdays': [0.0] * 7, 'month_days': [0.0] * 32}})
            cases = self.env['recouvrement.case'].sudo()._get_or_create(
                self.company, {partner.id for partner in partners} | {self.late.id, self.debtor.id})
            for case in cases.values():
                breakdown = case.score_breakdown(TODAY)
                with self.subTest(constant=constant, customer=case.display_name):
                    points = sum(Decimal(factor['points']) for factor in breakdown['factors'])
                    self.assertEqual(points, Decimal(breakdown['score']))
                    self.assertTrue(trusted or not breakdown['grade'])

    def test_every_factor_opens_exactly_its_instalments(self):
        lines = {kind: self.env['recouvrement.outcome'].search(self.case.action_open_score_instalments(kind)['domain'])
                 for kind in ('known', 'late', 'overdue')}
        self.assertEqual(lines['overdue'].move_id, self.overdue)
        self.assertEqual(lines['late'], lines['known'])
        self.assertEqual(len(lines['known']), 6)
        self.assertNotIn(self.open_late, lines['known'].move_id)
        breakdown = self.case.score_breakdown(TODAY)
        for factor in breakdown['factors']:
            kind = {'overdue': 'overdue', 'base': None, 'moment': None, 'level': None}.get(factor['code'], 'known')
            expected = lines[kind].move_line_id.ids if kind else []
            self.assertEqual(sorted(factor['move_line_ids']), sorted(expected), factor['code'])
        with self.assertRaisesRegex(UserError, "known, late or overdue"):
            self.case.action_open_score_instalments('all')

    def test_the_sentences_say_what_was_counted(self):
        history = self._words(self.case, 'history')
        self.assertIn("Of 6 known instalments, 6 paid late", history['detail'])
        self.assertEqual([link['label'] for link in history['links']], ["see the 6 known", "the 6 late"])
        self.assertIn("1 instalment(s) overdue for", self._words(self.case, 'overdue')['detail'])
        self.assertIn("the oldest for 11 days", self._words(self.case, 'overdue')['detail'])
        self.assertIn("E: almost always late", self.case.score_view['meaning'])
        self.assertTrue(json.dumps(self.case.score_view))

    def test_a_new_customer_is_said_to_have_no_history(self):
        fresh = self._make_debtor("Fresh")
        self._make_invoice(day(20), partner=fresh, issued=day(-2))
        self._night()
        view = self._case(fresh).score_view
        self.assertEqual((view['grade'], view['meaning'], view['evidence']), ('', "Not enough history", 0))
        self.assertIn("No known outcome yet", self._words(self._case(fresh), 'history')['detail'])
        self.assertIn("Nothing paid or overdue yet", self._words(self._case(fresh), 'delay')['detail'])

    def test_the_curve_follows_the_history(self):
        self.assertFalse(self.case.score_view['trend'])
        self._pay(self.overdue, on=day(-1))
        self.case.sudo().score_ids.date = day(-9)
        self.case.sudo().score_date = False
        self._night()
        self.env.invalidate_all()
        self.assertEqual(len(self.case.score_ids), 2)
        self.assertIn("then", self.case.score_view['trend']['label'])

    def _detail(self, code, value, points):
        """What the screen says of a factor whose weight was learned: the points may go against what was seen."""
        factor = {'code': code, 'value': str(value), 'points': str(points), 'keys': ''}
        row = self.case.score_ids.new({'factors': [factor], 'known_count': 6})
        return self.case._factor_row(factor, row, {'overdue': self.overdue.line_ids.ids, 'average_days': 40 * value})['detail']

    def test_the_sentence_of_a_factor_says_what_its_points_do(self):
        """Whatever was learned: the last word is that of the points, and who reads the contrary in the fact is told why."""
        for code in ('history', 'recent', 'delay', 'moment', 'level', 'overdue', 'term', 'usual_term', 'payment_days', 'amount'):
            for value, points in ((0.9, 4.2), (0.9, -4.2), (0.1, 4.2), (0.1, -4.2)):
                seen = value if code in ('history', 'overdue') else 2 * value - 1  # a share, days: never below nought
                with self.subTest(code=code, value=seen, points=points):
                    detail = self._detail(code, seen, points)
                    against = (points > 0) != (seen > (0.5 if code == 'history' else 0))
                    self.assertEqual("all else being equal" in detail, against, detail)
                    if code != 'history' or against:
                        self.assertIn("raises the risk." if points > 0 else "lowers the risk.", detail)
                        self.assertNotIn("lowers the risk" if points > 0 else "raises the risk", detail)

    def test_what_gives_no_points_moves_no_risk(self):
        for code in ('term', 'recent', 'delay'):
            self.assertNotIn("the risk", self._detail(code, 0.8, 0.0))
            self.assertNotIn("all else", self._detail(code, 0.01, -0.7), "a difference that is hardly one goes against nothing")

    # === ONE INSTALMENT === #

    def test_the_points_of_an_instalment_sum_and_say_what_the_list_says(self):
        for invoice in (self.open_good, self.open_late, self.overdue):
            item = self._items(invoice)
            found = item.with_user(self._make_user('officer', login=f'officer_{item.id}')).score_breakdown(str(TODAY))
            with self.subTest(invoice=invoice.name):
                self.assertEqual(sum(Decimal(factor['points']) for factor in found['factors']), Decimal(found['score']))
                self.assertAlmostEqual(float(found['probability_late']), item.probability_late, 2)
                self.assertEqual((found['date_expected'], found['date_expected_most']),
                                 (str(item.date_expected), str(item.date_expected_most)))
                self.assertLessEqual({'history', 'term', 'payment_days', 'amount', 'weekday', 'month_day'},
                                     {factor['code'] for factor in found['factors']})
                self.assertEqual(json.loads(json.dumps(found)), found)

    def test_the_screen_of_an_instalment(self):
        self.late.recouvrement_payment_days = "10, 25"
        item = self._items(self.open_late)
        action = item.action_explain_forecast()
        self.assertEqual((action['res_model'], action['res_id'], action['target']), ('recouvrement.item', item.id, 'new'))
        view = item.forecast_view
        words = {row['code']: row['detail'] for row in view['rows']}
        self.assertIn("Of 6 known instalments, 6 paid late", words['history'])
        self.assertIn("10, 25", view['dates'][-1])
        self.assertNotIn("Kept within bounds", [row['label'] for row in view['rows'] if row['code'] == 'term'])
        late = self.env['recouvrement.outcome'].search(item.action_open_score_instalments('late')['domain'])
        self.assertEqual(len(late), 6)
        self.assertIn("late for certain", self._items(self.overdue).forecast_view['notes'][0])

    def test_an_instalment_of_nothing_known_says_so(self):
        fresh = self._make_invoice(day(20), issued=TODAY)
        self._sync()
        item = self._items(fresh)
        self.assertFalse(item.forecast_view)
        with self.assertRaisesRegex(UserError, "Nothing is expected"):
            item.score_breakdown(str(TODAY))

    # === WHO SEES IT === #

    def _grade(self, role, company=None):
        user = self._make_user(role, company, login=f'seller_{role}_{company and company.id}')
        partner = self.late.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
        return partner.payment_risk_grade

    def test_salespeople_see_the_grade_only_if_allowed(self):
        self.assertFalse(self._grade('internal'))
        self.assertEqual(self._grade('officer'), 'E')
        self.company.recouvrement_share_grade = True
        seller = self._make_user('internal', login='seller_two')
        self.assertEqual(self.late.with_user(seller).payment_risk_grade, 'E')
        with self.assertRaises(AccessError):
            self.case.with_user(seller).read(['score'])
        with self.assertRaises(AccessError):
            self.env['recouvrement.outcome'].with_user(seller).search([])

    def test_never_the_grade_of_another_company(self):
        other = self.setup_other_company(name="Second company")['company']
        (self.company | other).recouvrement_share_grade = True
        self.late.company_id = False
        self.assertFalse(self._grade('internal', other))
        self.assertFalse(self._grade('officer', other))

    def test_the_portal_never(self):
        self.company.recouvrement_share_grade = True
        portal = self._make_user('portal')
        portal.partner_id.parent_id = self.late
        with self.assertRaises(AccessError):
            self.late.with_user(portal).read(['payment_risk_grade'])
        with self.assertRaises(AccessError):
            self.env['recouvrement.score'].with_user(portal).search([])

    # === INVOICES === #

    def test_risky_and_due_this_week(self):
        """The filter of the invoice list, as the screen runs it."""
        view = self.env['account.move'].get_view(self.env.ref('account.view_account_invoice_filter').id, 'search')
        node = etree.fromstring(view['arch']).find('.//filter[@name="recouvrement_risky_soon"]')
        soon = self._make_invoice(day(3), partner=self.late)
        found = self.env['account.move'].search(
            [('id', 'in', (soon | self.open_late | self.open_good | self.overdue).ids), *safe_eval(node.get('domain'))])
        self.assertEqual(found, soon)
