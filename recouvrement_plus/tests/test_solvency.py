"""What people know of a customer, beside its score: facts, imports, checks, limits."""
import base64

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..engine import exposure, invoice_checks, suggestions
from .common import NOW, TODAY, RecouvrementCommon, day

HEAD = "customer;kind;date;date_end;amount;policy;coverage;agency;rating;source;turnover;equity;year;note\n"


class SolvencyCommon(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer, cls.manager = cls._make_user('officer'), cls._make_user('manager')
        cls.invoice = cls._make_invoice(day(-20), 1000.0)
        cls._sync()
        cls.case = cls._case()

    @classmethod
    def _fact(cls, kind='credit_limit', case=None, **vals):
        return cls.env['recouvrement.solvency.fact'].with_user(cls.officer).create({
            'case_id': (case or cls.case).id, 'kind': kind, 'date': TODAY, **vals})

    @classmethod
    def _tasks(cls, kind, case=None):
        return cls.env['mail.activity'].search([
            ('activity_type_id', '=', cls.env.ref(f'recouvrement_plus.mail_activity_type_{kind}').id),
            ('res_id', '=', (case or cls.case).id)])

    @classmethod
    def _job(cls):
        cls.env['recouvrement.suggestion'].sudo()._refresh_company(cls.company)


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestSolvencyFact(SolvencyCommon):

    def test_a_fact_is_recorded_by_an_officer_and_never_changed_or_deleted(self):
        fact = self._fact(amount=5000.0, user_id=self.manager.id, ended_on=day(-1))
        self.assertEqual((fact.user_id, fact.ended_on, fact.state), (self.officer, False, 'running'))
        for call in (lambda: fact.write({'amount': 9000.0}), fact.unlink):
            with self.assertRaises(AccessError):
                call()
        with self.assertRaises(UserError):
            fact.sudo().unlink()

    def test_an_ended_fact_stays_with_who_and_why(self):
        fact = self._fact(amount=5000.0)
        with self.assertRaises(UserError):
            fact.end(" ")
        self.assertEqual(fact.end("Insurer withdrew"), [{'id': fact.id, 'state': 'ended'}])
        fact.end("Again")
        self.assertEqual((fact.ended_by_id, fact.ended_on, fact.end_reason), (self.officer, TODAY, "Insurer withdrew"))
        self.assertFalse(self.case.has_credit_limit)

    def test_each_kind_says_what_it_lacks(self):
        for kind, vals in (('insured_limit', {'amount': 1.0}), ('rating', {'rating': "7/10"}), ('balance_sheet', {}),
                           ('reference', {}), ('guarantee', {}), ('dgccrf', {}), ('terms', {})):
            with self.subTest(kind=kind), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self._fact(kind, **vals)

    def test_states_by_date_and_their_filters_agree(self):
        facts = {
            'running': self._fact(date_end=TODAY), 'expired': self._fact(date=day(-60), date_end=day(-1)),
            'coming': self._fact(date=day(3)), 'ended': self._fact()}
        facts['ended'].end("Because")
        for state, fact in facts.items():
            self.assertEqual(fact.state, state)
            self.assertEqual(self.case.solvency_fact_ids.filtered_domain([]).search([
                ('state', '=', state), ('case_id', '=', self.case.id)]), fact.with_env(self.env))
        self.assertEqual(len(self.case.solvency_fact_ids.search([
            ('state', 'in', ['running', 'expired']), ('case_id', '=', self.case.id)])), 2)

    def test_the_task_of_a_fact_that_expires_is_in_the_language_of_the_company(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.company.partner_id.lang = 'fr_FR'
        self._fact(date_end=day(20), amount=5000.0)
        self.env['recouvrement.suggestion'].sudo().with_context(lang=None)._refresh_company(self.company)
        self.assertIn("À renouveler avant le", self._tasks('solvency').summary)

    def test_a_task_once_before_a_fact_expires(self):
        fact = self._fact('insured_limit', amount=8000.0, policy="P-77", date_end=day(20))
        self._fact('insured_limit', amount=8000.0, policy="P-78", date_end=day(60))
        self._job()
        self._job()
        task = self._tasks('solvency')
        self.assertEqual((len(task), task.date_deadline), (1, day(20)))
        self.assertIn("P-77", task.summary)
        fact.end("Renewed")
        self.assertFalse(self._tasks('solvency'))

    def test_facts_never_move_the_score(self):
        before = self.case.score_breakdown(TODAY)
        self._fact('rating', rating="1/10", agency="Agency", source="Report")
        self._fact('dgccrf', source="Press release", amount=100000.0)
        self.assertEqual(self.case.score_breakdown(TODAY), before)
        self.assertTrue(self.case.sanctioned)
        self.assertIn(self.case, self.case.search([('sanctioned', '=', True)]))

    def test_merged_customers_keep_all_facts(self):
        other = self._make_debtor("Menuiserie Blanc bis")
        self._make_invoice(day(-10), 10.0, partner=other)
        self._sync()
        fact = self._fact(case=self._case(other), amount=10.0)
        self._case(other).sudo()._merge_into(self.case.sudo())
        self.assertEqual(fact.case_id.id, self.case.id)


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestSolvencyImport(SolvencyCommon):

    def _import(self, text, **kwargs):
        return self.env['recouvrement.solvency.fact'].with_user(self.officer).import_csv(HEAD + text, **kwargs)

    def test_each_line_alone_and_the_same_file_twice(self):
        self.debtor.write({'company_registry': '552 100 554', 'ref': 'C42'})
        text = (
            "552 100 554;insured_limit;01/03/2026;2027-02-28;12 000,50;POL1;90;;;Insurer;;;;\n"
            "C42;rating;2026-02-01;;;;;Agency;6/10;Report;;;;\n"
            "Menuiserie Blanc;balance_sheet;2026-01-15;;;;;;;Registry;1,250,000.00;-30 000;2025;\n"
            "Nobody;credit_limit;2026-03-01;;100;;;;;;;;;\n"
            "C42;credit_limit;2026-13-01;;100;;;;;;;;;\n"
            "C42;color;2026-03-01;;;;;;;;;;;\n"
            "C42;credit_limit;2026-03-01;;abc;;;;;;;;;\n"
            "C42;rating;2026-02-01;;;;;;6/10;;;;;\n")
        seen = self._import(text, dry_run=True)
        self.assertEqual((seen['created'], len(seen['errors'])), (3, 5))
        self.assertFalse(self.case.solvency_fact_ids)
        done = self._import(text)
        self.assertEqual((done['created'], done['known'], [one['line'] for one in done['errors']]), (3, 0, [5, 6, 7, 8, 9]))
        insured = self.case.solvency_fact_ids.filtered(lambda fact: fact.kind == 'insured_limit')
        self.assertEqual((insured.amount, insured.coverage, insured.date, insured.user_id),
                         (12000.5, 90.0, day(-15), self.officer))
        sheet = self.case.solvency_fact_ids.filtered(lambda fact: fact.kind == 'balance_sheet')
        self.assertEqual((sheet.turnover, sheet.equity, sheet.year), (1250000.0, -30000.0, 2025))
        again = self._import(text)
        self.assertEqual((again['created'], again['known'], len(again['errors'])), (0, 3, 5))

    def test_two_customers_of_one_name_are_not_chosen_between(self):
        self._make_debtor("Menuiserie Blanc")
        result = self._import("Menuiserie Blanc;reference;2026-03-01;;;;;;;;;;;Pays well\n")
        self.assertIn("2", result['errors'][0]['reason'])

    def test_a_file_without_the_columns_is_refused(self):
        with self.assertRaises(UserError):
            self.env['recouvrement.solvency.fact'].import_csv("name;amount\nx;1\n")

    def test_the_screen_previews_then_records(self):
        wizard = self.env['recouvrement.solvency.import'].with_user(self.officer).create({
            'file': base64.b64encode((HEAD + "Menuiserie Blanc;reference;2026-03-01;;;;;;;;;;;Pays well\n").encode())})
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.mapped('result'), ['created'])
        self.assertFalse(self.case.solvency_fact_ids)
        wizard.action_import()
        self.assertEqual(self.case.solvency_fact_ids.note, "Pays well")


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestSolvencyCheck(SolvencyCommon):

    def test_who_did_which_point_and_the_new_customers_left(self):
        case = self.case.with_user(self.officer)
        left = [('is_new_customer', '=', True), ('solvency_checked_on', '=', False), ('id', '=', case.id)]
        self.assertEqual(case.search(left), case)
        points = case.start_solvency_check()[0]['points']
        self.assertEqual(case.start_solvency_check()[0]['points'], points)
        for check in case.solvency_check_ids[1:]:
            check.mark_done("Seen")
        self.assertFalse(case.solvency_checked_on)
        case.solvency_check_ids[0].mark_done()
        self.assertEqual(case.solvency_checked_on, TODAY)
        self.assertEqual(case.solvency_check_ids.done_by_id, self.officer)
        self.assertFalse(case.search(left))
        with self.assertRaises(AccessError):
            case.solvency_checked_on = False

    def test_a_consumer_has_no_registers_to_look_at(self):
        person = self._make_debtor("Anne Roy", regime='b2c', is_company=False)
        self._make_invoice(day(-3), partner=person)
        self._sync()
        self.case.start_solvency_check()
        self._case(person).start_solvency_check()
        self.assertLess(len(self._case(person).solvency_check_ids), len(self.case.solvency_check_ids))


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestExposure(SolvencyCommon):

    def test_over_the_limit_once_and_within_again(self):
        self._fact(amount=900.0)
        self._job()
        self._job()
        self.assertEqual((self.case.over_limit, self.case.over_limit_since, self.case.exposure_excess), ('credit', TODAY, 100.0))
        self.assertEqual(len(self._tasks('limit')), 1)
        self.assertIn(self.case, self.case.search([('over_limit', '!=', False)]))
        self._pay(self.invoice, 500.0)
        self._job()
        self.assertFalse(self.case.over_limit or self.case.over_limit_since or self._tasks('limit'))

    def test_the_insured_limit_of_an_expired_policy_covers_nothing(self):
        self._fact('insured_limit', amount=5000.0, policy="P1", coverage=90.0, date_end=TODAY)
        self.assertEqual((self.case.insured_limit, self.case.exposure_uncovered), (5000.0, 100.0))
        with freeze_time('2026-03-17 10:00:00'):
            self.case.invalidate_recordset()
            self.assertFalse(self.case.has_insured_limit)
            self.assertEqual(self.case.exposure_uncovered, 1000.0)

    def test_core_s_limit_counts_where_no_fact_says_one(self):
        self.debtor.credit_limit = 400.0
        self.assertEqual(self.case.exposure_excess, 600.0)
        self._fact(amount=2000.0)
        self.case.invalidate_recordset()
        self.assertEqual(self.case.exposure_excess, 0.0)

    def test_nothing_is_blocked(self):
        self._fact(amount=1.0)
        self._job()
        self.assertEqual(self._make_invoice(day(10), 5000.0).state, 'posted')

    def test_the_other_company_has_its_own_limits(self):
        other = self.setup_other_company(name="Second company")['company']
        case = self.env['recouvrement.case'].sudo()._get_or_create(other, {self.debtor.id})[self.debtor.id]
        self._fact(amount=1.0)
        self.assertFalse(case.has_credit_limit)
        self.assertEqual(case.exposure_total, 0.0)


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestCodesOfSolvency(SolvencyCommon):

    def test_every_code_of_the_engine_has_words(self):
        self.assertEqual(set(suggestions.KINDS), set(dict(self.env['recouvrement.suggestion']._fields['kind'].selection)))
        self.assertEqual(set(invoice_checks.GAPS), set(self.env['account.move']._recouvrement_gap_labels()))
        self.assertEqual({*exposure.LIMITS, 'both'}, set(dict(self.env['recouvrement.case']._fields['over_limit'].selection)))
        one = self.env['recouvrement.suggestion'].new({'kind': 'deposit', 'case_id': self.case.id})
        for code in suggestions.REASONS:
            self.assertTrue(one._reason_words(code, '1'))
