"""The choices that the law leaves open, and what a judge or a contract says, through real invoices."""
import base64

from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .test_penalty import PenaltyCommon

PROOF = {'filename': "jugement.pdf", 'datas': base64.b64encode(b'%PDF judgment').decode()}


@tagged('post_install', '-at_install')
class TestInterestSettings(PenaltyCommon):

    def test_defaults_are_those_of_the_sources(self):
        company = self.company
        self.assertEqual(
            (company.recouvrement_credit_note_date, company.recouvrement_rounding, company.recouvrement_denominator,
             company.recouvrement_semester_method, company.recouvrement_imputation, company.recouvrement_contract_floor),
            ('own_date', 'per_slice', '365', 'per_semester', 'principal_first', 'raise'))

    def test_they_are_written_on_the_settings_screen(self):
        values = {'recouvrement_credit_note_date': 'invoice_date', 'recouvrement_rounding': 'cumulative',
                  'recouvrement_denominator': 'actual', 'recouvrement_semester_method': 'fixed_at_start'}
        with Form(self.env['res.config.settings']) as form:
            for name, value in values.items():
                form[name] = value
        form.record.execute()
        self.assertEqual({name: self.company[name] for name in values}, values)

    def test_a_credit_note_from_its_own_date_or_from_the_invoice(self):
        """10,000 due 31/01/2024 at 14.50 %, 4,000 credited on 1/03: 30 days on all, 30 on the rest; or 60 on the rest."""
        invoice = self._late(10000.0, '2024-01-31')
        self._credit(invoice, 4000.0, on=Date.to_date('2024-03-01'))
        statement = self._statement(invoice, '2024-03-31')
        self.assertEqual(self._figures(statement), [(30, '14.50', '119.18'), (30, '14.50', '71.51')])
        self.company.recouvrement_credit_note_date = 'invoice_date'
        self.assertEqual(self._figures(self._statement(invoice, '2024-03-31')), [(60, '14.50', '143.01')])

    def test_a_credit_note_never_covers_interest(self):
        """Even when payments cover interest first (C. civ. 1343-1)."""
        self.company.recouvrement_imputation = 'interest_first'
        invoice = self._late(10000.0, '2024-01-31')
        self._credit(invoice, 4000.0, on=Date.to_date('2024-03-01'))
        statement = self._statement(invoice, '2024-03-31')
        self.assertEqual((statement['interest_paid'], statement['principal']), ('0.00', '6000.00'))

    def test_d3_days_of_the_year(self):
        invoice = self._late(10000.0, '2024-01-31', '2024-03-31')
        self.company.recouvrement_denominator = 'actual'
        self.assertEqual(self._figures(self._statement(invoice)), [(60, '14.50', '237.70')])

    def test_d4_one_rate_for_the_whole_delay(self):
        invoice = self._late(10000.0, '2022-12-15', '2023-01-15')
        self.company.recouvrement_semester_method = 'fixed_at_start'
        self.assertEqual(self._figures(self._statement(invoice)), [(31, '10.00', '84.93')])

    def test_rounding_of_each_line_or_of_the_running_total(self):
        """2.25 at 12.15 % for 6 days is 0.0045, twice: nothing by line, one cent in all."""
        invoice = self._late(2.25, '2025-12-25')
        self.assertEqual([line['amount'] for line in self._statement(invoice, '2026-01-06')['lines']], ['0.00', '0.00'])
        self.company.recouvrement_rounding = 'cumulative'
        statement = self._statement(invoice, '2026-01-06')
        self.assertEqual([line['amount'] for line in statement['lines']], ['0.00', '0.01'])
        self.assertEqual(statement['interest'], '0.01')


@tagged('post_install', '-at_install')
class TestInterestFacts(PenaltyCommon):

    def _record(self, invoices, kind, on, **kwargs):
        return self.env['recouvrement.interest.fact'].record(invoices.ids, kind, on, PROOF, **kwargs)

    def _consumer_invoice(self):
        """5,000 due 30/09/2025, formal notice received that day: legal rate 2.76, then 2.62 in 2026."""
        person = self._make_debtor("Mme Noir", regime='b2c', is_company=False)
        invoice = self._late(5000.0, '2025-09-30', partner=person)
        self._sync(person)
        self.env['recouvrement.proceeding'].sudo().create({
            'case_id': self._case(person).id, 'company_id': self.company.id, 'item_ids': [(6, 0, self._items(invoice).ids)],
            'date_received': '2025-09-30'})
        return invoice

    def test_five_points_two_months_after_the_decision_against_a_consumer(self):
        """Enforceable on 10/12/2025: 2.62 % until 10/02/2026, 7.62 % from 11/02 (CMF L313-3)."""
        invoice = self._consumer_invoice()
        self._record(invoice, 'decision', '2025-12-10')
        statement = self._statement(invoice, '2026-03-16')
        self.assertEqual(self._figures(statement), [(92, '2.76', '34.78'), (41, '2.62', '14.72'), (34, '7.62', '35.49')])
        self.assertIn('CMF art. L313-3', statement['sources'])

    def test_not_when_the_judge_remitted_them(self):
        invoice = self._consumer_invoice()
        self._record(invoice, 'decision', '2025-12-10', surcharge_remitted=True)
        self.assertEqual([line['rate'] for line in self._statement(invoice)['lines']], ['2.76', '2.62'])

    def test_between_professionals_the_five_points_do_not_touch_the_penalty_rate(self):
        """They raise the legal rate; ECB + 10 is no legal rate."""
        invoice = self._late(12000.0, '2025-11-30')
        before = self._figures(self._statement(invoice))
        self._record(invoice, 'decision', '2025-12-01')
        self.assertEqual(self._figures(self._statement(invoice)), before)

    def test_time_to_pay_bears_no_penalty(self):
        """12,000 due 30/11/2025; a judge grants 1/01 to 28/02/2026: 31 days, then 1 to 15 March."""
        invoice = self._late(12000.0, '2025-11-30')
        self._record(invoice, 'delay', '2026-01-01', date_to='2026-02-28')
        statement = self._statement(invoice, '2026-03-15')
        self.assertEqual(self._figures(statement), [(31, '12.15', '123.83'), (15, '12.15', '59.92')])
        self.assertIn('penalties_suspended_by_court', statement['warnings'])

    def test_interest_compounds_only_when_it_is_stated(self):
        """10,000 due 31/12/2024, 2025: 13.15 then 12.15 %: 652.10 + 612.49 = 1,264.59; the year after on 11,264.59."""
        invoice = self._late(10000.0, '2024-12-31')
        plain = self._statement(invoice, '2026-01-31')
        self.assertEqual({line['base'] for line in plain['lines']}, {'10000.00'})
        self._record(invoice, 'compounding', '2024-12-31', ground='contract')
        statement = self._statement(invoice, '2026-01-31')
        self.assertEqual(self._figures(statement), [(181, '13.15', '652.10'), (184, '12.15', '612.49'), (31, '12.15', '116.24')])
        self.assertEqual(statement['lines'][-1]['base'], '11264.59')
        self.assertIn('interest_compounded', statement['warnings'])
        self.assertIn('C. civ. art. 1343-2', statement['sources'])
        self.assertEqual(statement['principal'], '10000.00')

    def test_not_before_a_whole_year(self):
        invoice = self._late(10000.0, '2024-12-31')
        before = self._statement(invoice, '2025-12-31')
        self._record(invoice, 'compounding', '2024-12-31', ground='contract')
        self.assertEqual(self._statement(invoice, '2025-12-31'), before)

    def test_a_clause_does_not_bind_a_consumer_nor_a_public_body(self):
        for regime in ('b2c', 'public', False):
            partner = self._make_debtor("Debtor", regime=regime)
            invoice = self._late(100.0, '2025-12-31', partner=partner)
            with self.subTest(regime=regime), self.assertRaisesRegex(UserError, "between professionals only"):
                self._record(invoice, 'compounding', '2025-12-31', ground='contract')
            self.assertTrue(self._record(invoice, 'compounding', '2025-12-31'))

    def test_refused(self):
        invoice = self._late(100.0, '2025-12-31')
        fact = self.env['recouvrement.interest.fact']
        for arguments, kwargs, message in (
            (('delay', '2026-01-01', PROOF), {}, "two|2 years"),
            (('delay', '2026-01-01', PROOF), {'date_to': '2028-01-03'}, "2 years"),
            (('delay', '2026-01-01', PROOF), {'date_to': '2025-12-01'}, "2 years"),
            (('delay', '2026-01-01', PROOF), {'date_to': '2026-02-01', 'ground': 'contract'}, "court decision"),
            (('decision', '2026-01-01', {}), {}, "Attach"),
            (('decision', '2026-01-01', None), {}, "Attach"),
            (('mood', '2026-01-01', PROOF), {}, "no fact"),
        ):
            with self.subTest(arguments=arguments, kwargs=kwargs), self.assertRaisesRegex(UserError, message):
                fact.record(invoice.ids, *arguments, **kwargs)
        with self.assertRaisesRegex(UserError, "one customer"):
            self._record(invoice + self._late(1.0, '2025-12-31', partner=self._make_debtor("Other")), 'decision', '2026-01-01')

    def test_recorded_twice_is_one_and_taken_back_is_none(self):
        invoice = self._late(12000.0, '2025-11-30')
        before = self._statement(invoice)
        first = self._record(invoice, 'delay', '2026-01-01', date_to='2026-02-28')
        self.assertEqual(self._record(invoice, 'delay', '2026-01-01', date_to='2026-02-28'), first)
        fact = self.env['recouvrement.interest.fact'].browse(first['id'])
        with self.assertRaisesRegex(UserError, "why"):
            fact.cancel('')
        self.assertEqual(fact.cancel("Wrong debtor"), [{'id': fact.id, 'active': False}])
        self.assertEqual(self._statement(invoice), before)
        self.assertEqual((fact.cancel_reason, fact.cancelled_by_id), ("Wrong debtor", self.env.user))
        with self.assertRaises(UserError):
            fact.unlink()

    @mute_logger('odoo.addons.base.models.ir_model')
    def test_only_the_legal_role_records(self):
        invoice = self._late(12000.0, '2025-11-30')
        Fact = self.env['recouvrement.interest.fact']
        for role in ('officer', 'manager', 'billing', 'internal', 'portal'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                Fact.with_user(self._make_user(role)).record(invoice.ids, 'decision', '2025-12-01', PROOF)
        legal = self._make_user('legal')
        fact = Fact.with_user(legal).browse(Fact.with_user(legal).record(invoice.ids, 'decision', '2025-12-01', PROOF)['id'])
        for change in ({'date': '2025-01-01'}, {'active': False}):
            with self.assertRaises(AccessError):
                fact.write(change)
        stranger = self._make_user('legal', company=self.setup_other_company()['company'])
        self.assertFalse(Fact.with_user(stranger).search([]))

    @freeze_time('2026-03-16 10:00:00')
    def test_from_the_window(self):
        invoice = self._late(12000.0, '2025-11-30')
        self._sync()
        step = self.env['recouvrement.interest.fact.step'].create({
            'case_id': self._case().id, 'move_ids': [(6, 0, invoice.ids)], 'kind': 'delay', 'date': '2026-01-01',
            'date_to': '2026-02-28', 'proof': PROOF['datas'], 'proof_name': "ordonnance.pdf"})
        step.action_apply()
        fact = self._case().interest_fact_ids
        self.assertEqual((fact.attachment_id.name, fact.attachment_id.raw, fact.attachment_id.res_id),
                         ("ordonnance.pdf", b'%PDF judgment', fact.id))
        self.env['recouvrement.interest.fact.step'].create({'fact_id': fact.id, 'reason': "Reversed"}).action_apply()
        self.assertFalse(fact.active)
