"""Suggestions for a person to decide, the matrix of segments, natural persons, what an invoice lacks."""
import base64

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import NOW, TODAY, day
from .test_solvency import SolvencyCommon


class SuggestionCommon(SolvencyCommon):

    @classmethod
    def _history(cls, partner, late_by, count=7, term=45, amount=10000.0):
        """Invoices of the year, each paid so many days after its due date."""
        for rank in range(count):
            due = day(-300 + 30 * rank)
            cls._pay(cls._make_invoice(due, amount, partner=partner, issued=due - (TODAY - day(-term))),
                     on=due - (TODAY - day(late_by)))
        cls._make_invoice(day(40), 100.0, partner=partner)  # opens the case

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = cls._make_debtor("Always Late")
        cls.good = cls._make_debtor("Good Payer", zip='69001')
        cls._history(cls.late, 40)
        cls._history(cls.good, -3, term=30)
        cls._sync()
        cls._case(cls.late).sudo().write({'grade': 'E', 'score': 80.0})
        cls._case(cls.good).sudo().write({'grade': 'A', 'score': 10.0})
        cls._job()

    def _open(self, partner):
        return {one.kind: one for one in self._case(partner).open_suggestion_ids}


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestSuggestion(SuggestionCommon):

    def test_each_has_its_value_and_its_reason(self):
        found = self._open(self.late)
        self.assertEqual(set(found), {'credit_limit', 'payment_term', 'deposit', 'direct_debit', 'prevention_call'})
        self.assertIn("7 of 7", found['deposit'].reason_text)
        self.assertIn("30", found['deposit'].value_text)
        self.assertEqual(set(self._open(self.good)), {'credit_limit', 'payment_term', 'discount'})

    def test_looking_again_changes_nothing(self):
        before = self.env['recouvrement.suggestion'].search([])
        stamps = before.mapped('write_date')
        self._job()
        self.assertEqual(self.env['recouvrement.suggestion'].search([]), before)
        self.assertEqual(before.mapped('write_date'), stamps)

    def test_the_most_at_stake_comes_first(self):
        """What a customer owes, as of the last look: the list begins where a decision counts most."""
        Suggestion = self.env['recouvrement.suggestion'].with_user(self.officer)
        proposed = [('company_id', '=', self.company.id), ('state', '=', 'proposed')]
        self._make_invoice(day(30), 900.0, partner=self.good)
        self._make_invoice(day(-10), 50.0, partner=self.late)
        self._job()
        found = Suggestion.search(proposed)
        self.assertEqual(found.mapped('partner_id'), self.good | self.late)
        self.assertEqual({(one.partner_id, one.stake, one.amount_overdue) for one in found},
                         {(self.good, 1000.0, 0.0), (self.late, 150.0, 50.0)})
        self._make_invoice(day(30), 5000.0, partner=self.late)
        self._job()
        self.assertEqual(Suggestion.search(proposed).mapped('partner_id').ids, [self.late.id, self.good.id])
        self.env.cr.execute("UPDATE recouvrement_suggestion SET stake = NULL WHERE partner_id = %s", [self.late.id])
        self.env.invalidate_all()
        self.assertEqual(Suggestion.search(proposed).mapped('partner_id')[-1:], self.late, "nothing at stake comes last")

    def test_the_list_shows_what_is_at_stake_and_is_filtered_by_kind(self):
        Suggestion = self.env['recouvrement.suggestion'].with_user(self.officer)
        views = Suggestion.get_views([(False, 'list'), (False, 'search')])['views']
        columns = [node.get('name') for node in etree.fromstring(views['list']['arch']).iter('field')]
        self.assertLessEqual({'stake', 'amount_overdue', 'kind'}, set(columns))
        search = etree.fromstring(views['search']['arch'])
        self.assertEqual([node.get('name') for node in search.iterfind('searchpanel/field')], ['kind'])
        self.assertTrue(search.findall('.//filter[@name="by_kind"]'))
        counts = {row['id']: row['__count'] for row in Suggestion.search_panel_select_range('kind', enable_counters=True)['values']}
        self.assertGreaterEqual(counts['credit_limit'], 2)

    def test_nothing_is_applied_before_a_manager_accepts(self):
        limit = self._open(self.good)['credit_limit']
        self.assertFalse(self.good.credit_limit)
        with self.assertRaises(AccessError):
            limit.with_user(self.officer).accept()
        self.assertEqual(limit.with_user(self.manager).accept(), [{'id': limit.id, 'state': 'accepted'}])
        limit.with_user(self.manager).accept()
        self.assertEqual(self.good.credit_limit, limit.amount)
        case = self._case(self.good)
        self.assertEqual((case.credit_limit, case.solvency_fact_ids.user_id), (limit.amount, self.manager))
        self._job()
        self.assertNotIn('credit_limit', self._open(self.good))

    def test_a_manager_may_accept_another_limit_and_both_are_kept(self):
        limit = self._open(self.good)['credit_limit']
        proposed = limit.amount
        step = Form(self.env['recouvrement.suggestion.step'].with_user(self.manager).with_context(
            **limit.with_user(self.manager).action_accept()['context']))
        self.assertEqual((step.amount, step.value_text, step.partner_id), (proposed, limit.value_text, self.good))
        step.amount, step.note = 2 * proposed, "Guarantee of the parent"
        step.save().action_accept()
        self.assertEqual((limit.amount, limit.accepted_amount, limit.state), (proposed, 2 * proposed, 'accepted'))
        self.assertEqual((limit.decided_by_id, limit.decision_note), (self.manager, "Guarantee of the parent"))
        self.assertEqual((self.good.credit_limit, self._case(self.good).credit_limit), (2 * proposed, 2 * proposed))
        said = str(self._case(self.good).message_ids[:1].body).replace('&nbsp;', '\xa0')
        self.assertIn(limit.value_text, said)
        self.assertIn(limit.accepted_text, said)
        self._job()
        self.assertNotIn('credit_limit', self._open(self.good), "what a person replaced is not proposed again")

    def test_a_manager_may_accept_another_term(self):
        term, other = self._open(self.late)['payment_term'], self.env.ref('account.account_payment_term_15days')
        proposed = term.payment_term_id
        term.with_user(self.manager).accept(payment_term_id=other.id)
        self.assertEqual((term.payment_term_id, term.accepted_term_id), (proposed, other))
        self.assertEqual(self.late.property_payment_term_id, other)
        self.assertEqual(term.accepted_text, other.name)

    def test_what_cannot_be_accepted_instead(self):
        found = self._open(self.late)
        limit, deposit = (found[kind].with_user(self.manager) for kind in ('credit_limit', 'deposit'))
        elsewhere = self.env['account.payment.term'].create({
            'name': "Elsewhere", 'company_id': self.setup_other_company(name="Second company")['company'].id})
        for call in (lambda: limit.accept(amount=0.0), lambda: limit.accept(amount=-5.0), lambda: deposit.accept(amount=9.0),
                     lambda: (limit | deposit).accept(amount=9.0), lambda: limit.accept(payment_term_id=elsewhere.id),
                     lambda: found['payment_term'].with_user(self.manager).accept(payment_term_id=elsewhere.id)):
            with self.assertRaises(UserError):
                call()
        self.assertEqual(limit.state, 'proposed')
        with self.assertRaises(AccessError):
            self.env['recouvrement.suggestion.step'].with_user(self.officer).create({'suggestion_id': limit.id})

    def test_an_accepted_term_is_the_customer_s(self):
        term = self._open(self.late)['payment_term']
        self.assertEqual(term.payment_term_id.line_ids.nb_days, 30)
        term.with_user(self.manager).accept()
        self.assertEqual(self.late.property_payment_term_id, term.payment_term_id)

    def test_the_others_become_a_task(self):
        self._open(self.late)['deposit'].with_user(self.manager).accept()
        self.assertEqual(len(self._tasks('suggestion', self._case(self.late))), 1)

    def test_a_refusal_stands_while_the_ground_is_the_same(self):
        deposit = self._open(self.late)['deposit']
        with self.assertRaises(UserError):
            deposit.with_user(self.officer).refuse("")
        deposit.with_user(self.officer).refuse("Strategic customer")
        self._job()
        self.assertNotIn('deposit', self._open(self.late))
        self.assertEqual((deposit.decided_by_id, deposit.decision_note), (self.officer, "Strategic customer"))
        with self.assertRaises(UserError):
            deposit.with_user(self.manager).accept()

    def test_what_no_longer_holds_is_withdrawn(self):
        self._case(self.late).sudo().grade = 'B'
        self._job()
        self.assertNotIn('deposit', self._open(self.late))
        self.assertIn('withdrawn', self._case(self.late).suggestion_ids.mapped('state'))

    def test_a_sector_with_caps_of_its_own_gets_no_longer_term(self):
        self.company.recouvrement_sector = 'transport'
        self._job()
        self.assertNotIn('payment_term', self._open(self.good))

    def test_nobody_writes_one_by_hand(self):
        for user in (self.officer, self.manager):
            with self.assertRaises(AccessError):
                self._open(self.late)['deposit'].with_user(user).state = 'accepted'


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestMatrix(SuggestionCommon):

    def test_every_customer_is_counted_once_with_the_plan_of_its_segment(self):
        firm = self._make_plan((('Firm', 5),))
        segment = self.env['recouvrement.segment'].create({
            'name': "Late", 'plan_id': firm.id, 'grade_from': 'D', 'grade_to': 'E', 'company_id': self.company.id})
        rows = self.env['recouvrement.segment'].with_user(self.officer).matrix()
        row = next(row for row in rows if row['grade'] == 'E')
        self.assertEqual((row['plan_id'], row['rule'], row['segment_id'], row['customers'], row['regime'], row['owed']),
                         (firm.id, 'segment', segment.id, 1, 'b2b', '100.00'))
        ids = [case for row in rows for case in row['case_ids']]
        self.assertEqual(sorted(ids), sorted(set(ids)))
        owed = sum(self.env['recouvrement.case'].browse(ids).mapped('amount_open'))
        self.assertAlmostEqual(sum(float(row['owed']) for row in rows), owed, 2)
        overdue = sum(self.env['recouvrement.case'].browse(ids).mapped('amount_overdue'))
        self.assertAlmostEqual(sum(float(row['overdue']) for row in rows), overdue, 2)

    def test_the_screen_opens_the_customers_of_a_cell(self):
        action = self.env['recouvrement.matrix'].with_user(self.officer).action_open()
        lines = self.env['recouvrement.matrix'].with_user(self.officer).search(action['domain'])
        line = lines.filtered(lambda one: one.grade == 'A')
        self.assertEqual(line.action_open_cases()['domain'], [('id', 'in', self._case(self.good).ids)])


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestNaturalPerson(SuggestionCommon):

    def test_who_is_one_and_how_it_is_corrected(self):
        for vals, person in (({'recouvrement_regime': 'b2c'}, True), ({'recouvrement_legal_category': '1000'}, True),
                             ({'recouvrement_legal_category': '5710'}, False), ({'is_company': False}, True),
                             ({'is_company': False, 'recouvrement_regime': 'public'}, False),
                             ({'is_company': False, 'recouvrement_person_stated': 'no'}, False)):
            with self.subTest(vals=vals):
                self.assertIs(self._make_debtor("Somebody", **{'regime': 'b2b'} | {
                    'regime' if name == 'recouvrement_regime' else name: value for name, value in vals.items()},
                ).recouvrement_natural_person, person)

    def test_nothing_restrictive_is_proposed_on_a_person(self):
        self.late.recouvrement_person_stated = 'yes'
        self._job()
        self.assertFalse({'deposit', 'payment_term'} & set(self._open(self.late)))

    def test_a_contested_score_proposes_nothing_until_a_manager_answers(self):
        case = self._case(self.late)
        given = case.with_user(self.officer).contest_score("Two invoices were never received")
        self.assertEqual(case.with_user(self.officer).contest_score("Two invoices were never received"), given)
        self.assertFalse(self._open(self.late))
        self._job()
        self.assertFalse(self._open(self.late))
        contest = case.score_contest_ids
        with self.assertRaises(AccessError):
            contest.with_user(self.officer).answer_contest('kept', "No")
        contest.with_user(self.manager).answer_contest('kept', "The carrier's receipt is signed")
        self._job()
        self.assertTrue(self._open(self.late))
        with self.assertRaises(AccessError):
            contest.with_user(self.manager).text = "Nothing"

    def test_the_explanation_is_one_page_in_the_customer_s_language(self):
        pdf = self._case(self.late).with_user(self.officer).score_explanation_pdf(TODAY)
        content = base64.b64decode(pdf['content'])
        self.assertTrue(content.startswith(b'%PDF'))
        self.assertEqual(content.count(b'/Type /Page\n'), 1)

    def test_the_points_of_the_page_are_those_of_the_score(self):
        seen = {}
        self.patch(self.env.registry['recouvrement.letter'], '_pdf', lambda *args, **values: seen.update(values) or b'%PDF')
        self._case(self.late).score_explanation_pdf(TODAY)
        self.assertAlmostEqual(sum(row['amount'] for row in seen['rows'] if row['counts']), float(seen['breakdown']['score']), 6)


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestInvoicing(SolvencyCommon):

    def _draft(self, **vals):
        return self._make_invoice(day(30), issued=TODAY, post=False, **vals)

    def _complete(self):
        self.debtor.write({'street': "1 rue A", 'zip': '69001', 'city': "Lyon", 'vat': 'FR83404833048', 'child_ids': [
            (0, 0, {'name': "Accounts", 'type': 'invoice', 'email': 'compta@blanc.example'})]})
        self._fact('terms', document=base64.b64encode(b'signed'), document_name="cgv.pdf")

    def test_the_draft_says_what_is_missing_until_nothing_is(self):
        draft = self._draft()
        self.assertIn('no_terms', draft.with_user(self.officer).recouvrement_invoicing_check())
        self.assertIn('recouvrement_invoicing', draft.with_user(self.officer)._get_alerts())
        self._complete()
        self.assertEqual(draft.with_user(self.officer).recouvrement_invoicing_check(), [])
        self.assertNotIn('recouvrement_invoicing', draft.with_user(self.officer)._get_alerts())

    def test_an_order_number_only_where_the_customer_requires_one(self):
        self._complete()
        self.debtor.recouvrement_order_required = True
        draft = self._draft()
        self.assertEqual(draft.recouvrement_invoicing_check(), ['no_order_number'])
        draft.ref = "PO 123"
        self.assertEqual(draft.recouvrement_invoicing_check(), [])

    def test_the_banner_blocks_nothing_and_is_for_officers(self):
        draft = self._draft()
        self.assertNotIn('recouvrement_invoicing', draft.with_user(self._make_user('billing'))._get_alerts())
        draft.action_post()
        self.assertNotIn('recouvrement_invoicing', draft._get_alerts())

    def test_the_list_of_customers_to_complete(self):
        self._job()
        self.assertIn('no_terms', self.case.invoicing_gaps)
        self._complete()
        self.assertEqual(self.case.with_user(self.officer).check_invoicing(), [{'case_id': self.case.id, 'gaps': []}])
        self.assertFalse(self.case.invoicing_gaps)

    def test_invoiced_more_than_a_day_after_the_delivery(self):
        late = self._make_invoice(day(30), issued=TODAY, delivery_date=day(-2))
        self.assertTrue(late.recouvrement_invoiced_late)
        in_time = self._make_invoice(day(30), issued=TODAY, delivery_date=day(-1))
        self.assertFalse(in_time.recouvrement_invoiced_late)
        found = self.env['account.move'].search([('recouvrement_invoiced_late', '=', True)])
        self.assertIn(late, found)
        self.assertNotIn(in_time, found)
        late.recouvrement_periodic = True
        self.env.flush_all()
        self.assertNotIn(late, self.env['account.move'].search([('recouvrement_invoiced_late', '=', True)]))

    def test_reminders_say_how_this_customer_handles_invoices(self):
        self.debtor.write({'recouvrement_invoice_portal': "Portal of Blanc", 'recouvrement_order_required': True,
                           'recouvrement_payment_days': "20, 31"})
        self.invoice.ref = "PO 987"
        self._night()
        html = str(self._reminders().items_table)
        for text in ("Portal of Blanc", "PO 987", "payment run"):
            self.assertIn(text, html)

    def test_payment_runs_are_days_of_the_month(self):
        for wrong in ("32", "monday", "0"):
            with self.assertRaises(ValidationError):
                self.debtor.recouvrement_payment_days = wrong
        self.debtor.recouvrement_payment_days = "10, 25"
        self.assertEqual(self.case.payment_run_date, day(9))
