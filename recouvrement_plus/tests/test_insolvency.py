"""A customer in insolvency proceedings: what is held, what is declared and until when, to whom letters go."""
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..engine import insolvency
from ..models import recouvrement_insolvency_codes as codes
from .common import TODAY, RecouvrementCommon, day


class InsolvencyCommon(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls._make_invoice(day(-60), 1000.0)
        cls.after = cls._make_invoice(day(-20), 400.0, issued=day(-25))
        cls._sync()
        cls.case = cls._case()
        cls.liquidator = cls.env['res.partner'].create({
            'name': "SELARL Durand", 'email': "durand@mj.example", 'street': "3 quai Nord", 'zip': "69001", 'city': "Lyon",
            'lang': 'en_US'})

    @classmethod
    def _record(cls, judgment=-30, kind='liquidation', case=None, **vals):
        result = cls.env['recouvrement.insolvency'].record(
            (case or cls.case).id, day(judgment), kind, "Tribunal des activités économiques de Lyon",
            **{'source': "Letter", 'holder_id': cls.liquidator.id, 'date_published': day(judgment + 8), **vals})
        return cls.env['recouvrement.insolvency'].browse(result['id'])

    def _open(self, record):
        return {line.code: line.date for line in record.deadline_ids if line.state == 'open'}

    def _declared(self, record, sent=TODAY):
        record.apply_transition('prepare_declaration')
        record.apply_transition('approve_declaration')
        record.apply_transition('send_declaration', {'sent_on': str(sent), 'channel': 'registered_letter', 'reference': "1A"})
        return record


@tagged('post_install', '-at_install')
class TestInsolvency(InsolvencyCommon):

    def setUp(self):
        super().setUp()
        self._fake_pdf()

    # === THE JUDGMENT === #

    def test_codes_and_words(self):
        self.assertEqual([code for code, _label in codes.STATES], list(insolvency.STATES))
        self.assertEqual([code for code, _label in codes.KINDS], list(insolvency.KINDS))
        self.assertEqual({code for code, _label in codes.ACTIONS} - {'record', 'connect_credits'}, set(insolvency.ACTIONS))
        for name, options in codes.SELECTIONS.items():
            self.assertEqual([code for code, _label in options], list(insolvency.CHOICES[name]))
        label = self.env['recouvrement.insolvency']._fact_label
        names = {name for row in insolvency.TRANSITIONS for name in (*row.needs, *row.asks, *row.may_ask)}
        self.assertFalse([name for name in names if label(name) == name], "each fact has its words")
        made = {code for row in insolvency.TRANSITIONS for code in (row.after, row.before, *row.closes) if code}
        self.assertLessEqual(made, set(dict(codes.DEADLINES)))

    def test_what_was_owed_before_is_held_and_later_debts_are_dunned(self):
        record = self._record()
        self.assertEqual(self._reasons(), {self.before.name: ('hold', 'insolvency'), self.after.name: ('remind', '')})
        self.assertEqual(self.case.state, 'insolvency')
        self.assertEqual(record.hold_id.date_from, day(-30))

    def test_delivered_before_the_judgment_and_invoiced_after_it_is_an_earlier_debt(self):
        self.after.delivery_date = day(-31)
        self._record()
        self.assertEqual(self._reasons()[self.after.name], ('hold', 'insolvency'))

    def test_interest_stops_on_the_eve(self):
        self._record()
        statement = self.before.recouvrement_penalty_statement(TODAY)
        self.assertEqual(statement['lines'][-1]['date_to'], str(day(-31)))
        self.assertIn('interest_stopped_by_insolvency', statement['warnings'])

    def test_a_contract_of_a_year_or_more_keeps_its_interest(self):
        self._record()
        self.env['recouvrement.interest.fact'].record(
            self.before.ids, 'long_contract', day(-300), {'filename': 'contract.pdf', 'datas': 'UERG'}, ground='contract')
        self.assertEqual(self.before.recouvrement_penalty_statement(TODAY)['lines'][-1]['date_to'], str(TODAY))

    def test_a_source_is_needed_and_days_must_be_possible(self):
        for vals in ({'source': ''}, {'date_published': day(-40)}, {'kind': 'moratorium'}, {'holder_id': 10 ** 8}, {'anything': 1}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self._record(**vals)
        with self.assertRaises(UserError):
            self._record(judgment=1, date_published=None)
        self._record(source='', document={'filename': "judgment.pdf", 'datas': 'UERG'})
        with self.assertRaisesRegex(UserError, "recorded already"):
            self._record()

    def test_legal_proceedings_on_earlier_debts_are_stayed(self):
        proceeding = self.env['recouvrement.proceeding'].browse(self.case.action_open_formal_notice()['res_id'])
        self._record()
        self.assertEqual(proceeding.state, 'insolvency')
        self.assertEqual(proceeding.event_ids[0].user_id, self.env.user)

    def test_a_formal_notice_for_later_debts_stays_possible(self):
        self._record()
        proceeding = self.env['recouvrement.proceeding'].browse(self.case.action_open_formal_notice()['res_id'])
        self.assertEqual(proceeding.item_ids.move_id, self.after)
        proceeding.apply_transition('prepare_notice')
        self.assertEqual(proceeding._addressee()[0], self.liquidator)

    def test_the_hold_of_a_judgment_is_not_lifted_by_hand(self):
        record = self._record()
        officer = self._make_user('officer')
        with self.assertRaisesRegex(UserError, "opening judgment"):
            record.hold_id.with_user(officer).action_lift()
        with self.assertRaisesRegex(UserError, "opening judgment"):
            record.hold_id.with_user(officer).date_to = TODAY

    def test_a_judgment_set_aside_had_no_effect(self):
        record = self._record()
        record.apply_transition('set_judgment_aside', {'done_on': str(TODAY), 'reason': "Appeal"})
        self.assertEqual(record.state, 'cancelled')
        self.assertNotIn('insolvency', dict(self._reasons().values()).values())
        self.assertEqual(self.before.recouvrement_penalty_statement(TODAY)['lines'][-1]['date_to'], str(TODAY))
        self.assertFalse(self._open(record))

    def test_a_closing_frees_nothing(self):
        """Closed for want of assets, earlier debts are not claimed again (C. com. art. L643-11)."""
        record = self._record()
        record.apply_transition('close_procedure', {'done_on': str(TODAY), 'closure': 'insufficient_assets'})
        self.assertEqual(self._reasons()[self.before.name], ('hold', 'insolvency'))
        self.assertFalse(self._open(record))
        with self.assertRaisesRegex(UserError, "closed"):
            record.apply_transition('prepare_declaration')

    # === DEADLINES === #

    def test_two_months_from_the_publication_with_an_early_warning(self):
        record = self._record()
        [line] = record.deadline_ids
        self.assertGreaterEqual(line.date, day(-22) + relativedelta(months=2))
        self.assertEqual((line.code, line.source, record.date_declare), ('declare', "C. com. art. R622-24", line.date))
        self.assertEqual(record.activity_ids.mapped('date_deadline'), sorted({line.date - timedelta(days=30), line.date})
                         if line.date - timedelta(days=30) > TODAY else [line.date])
        self.assertEqual(line.partner_id, self.debtor)

    def test_four_months_for_a_creditor_elsewhere(self):
        record = self._record(court_territory='974')
        self.assertGreaterEqual(self._open(record)['declare'], day(-22) + relativedelta(months=4))

    def test_without_publication_the_date_is_provisional_and_bars_nothing(self):
        record = self._record(judgment=-80, date_published=None)
        [line] = record.deadline_ids
        self.assertFalse(line.confirmed)
        self.assertLess(line.date, TODAY)
        with self.assertRaisesRegex(UserError, "BODACC"):
            record.apply_transition('record_foreclosure')
        record.apply_transition('record_publication', {'published_on': str(day(-20)), 'reference': "A2026"})
        self.assertRecordValues(record, [{'date_published': day(-20), 'bodacc_reference': "A2026"}])
        self.assertEqual(len(self._open(record)), 1)
        self.assertGreater(self._open(record)['declare'], TODAY)
        self._declared(record)

    def test_goods_under_retention_of_title(self):
        self.env['recouvrement.clause'].create({
            'case_id': self.case.id, 'kind': 'retention_of_title', 'date_accepted': day(-200), 'proof': "Signed order 12"})
        record = self._record()
        self.assertEqual(set(self._open(record)), {'declare', 'reclaim'})
        record.apply_transition('reclaim_goods', {'sent_on': str(day(-5)), 'channel': 'registered_letter'})
        self.assertTrue(record.event_ids[0].attachment_id)
        record.apply_transition('record_reclaim_receipt', {'received_on': str(day(-3))})
        self.assertEqual(set(self._open(record)), {'declare', 'reclaim_answer', 'reclaim_judge'})
        record.apply_transition('reclaim_accepted', {'done_on': str(TODAY)})
        self.assertEqual(set(self._open(record)), {'declare'})

    # === THE CLAIM === #

    def test_from_declaration_to_admission(self):
        record = self._record()
        record.apply_transition('prepare_declaration')
        [line] = record.line_ids
        self.assertEqual((line.move_id, line.principal, line.indemnity), (self.before, 1000.0, 40.0))
        self.assertGreater(line.interest, 0)
        self.assertEqual(record.amount_declared, line.principal + line.interest + line.indemnity)
        record.apply_transition('approve_declaration')
        document = record.event_ids[0].attachment_id
        self.assertTrue(document)
        record.apply_transition('send_declaration', {'sent_on': str(TODAY), 'channel': 'portal'})
        self.assertEqual(record.event_ids[0].limitation_kind, 'claim_declaration')
        self.assertFalse(self._open(record))
        record.apply_transition('contest_claim', {'received_on': str(TODAY), 'reason': "Amount", 'amount': '500'})
        self.assertEqual(set(self._open(record)), {'contest_answer'})
        record.apply_transition('answer_contest', {'sent_on': str(TODAY), 'reason': "Delivery notes"})
        record.apply_transition('admit_claim_in_part', {'received_on': str(TODAY), 'amount': '800.50', 'reason': "Returns"})
        self.assertRecordValues(record, [{'state': 'admitted_part', 'amount_admitted': 800.5}])
        self.assertEqual(record.event_ids.sorted('id').mapped('action'), [
            'record', 'prepare_declaration', 'approve_declaration', 'send_declaration', 'contest_claim', 'answer_contest',
            'admit_claim_in_part'])

    def test_a_payment_since_makes_it_prepare_again(self):
        record = self._record()
        record.apply_transition('prepare_declaration')
        self._pay(self.before, 300.0, on=day(-40))
        with self.assertRaisesRegex(UserError, "figures"):
            record.apply_transition('approve_declaration')
        record.apply_transition('prepare_declaration')
        self.assertEqual(record.line_ids.principal, 700.0)
        record.apply_transition('approve_declaration')

    def test_a_payment_of_after_the_judgment_changes_nothing_declared(self):
        record = self._record()
        self._pay(self.before, 300.0, on=day(-10))
        record.apply_transition('prepare_declaration')
        self.assertEqual(record.line_ids.principal, 1000.0)

    def test_what_falls_due_later_is_declared_with_its_due_date(self):
        later = self._make_invoice(day(40), 250.0, issued=day(-35))
        record = self._record()
        record.apply_transition('prepare_declaration')
        line = record.line_ids.filtered(lambda one: one.move_id == later)
        self.assertEqual((line.to_fall_due, line.principal, line.interest, line.indemnity), (True, 250.0, 0.0, 0.0))

    def test_the_indemnity_is_a_choice_of_the_company(self):
        self.company.recouvrement_insolvency_indemnity = False
        record = self._record()
        record.apply_transition('prepare_declaration')
        self.assertEqual(record.line_ids.indemnity, 0.0)

    def test_a_doubtful_account_is_declared_too(self):
        doubtful = self.receivable.copy({'code': '416999', 'name': "Doubtful"})
        doubtful.recouvrement_role = 'legal'
        self._make_entry(150.0, account=doubtful, on=day(-70), due=day(-65))
        record = self._record()
        record.apply_transition('prepare_declaration')
        self.assertEqual(sum(record.line_ids.mapped('principal')), 1150.0)

    def test_penalties_billed_before_are_not_declared_twice(self):
        penalty = self.env['recouvrement.penalty'].sudo()._claim(self.case.sudo(), self.before.sudo(), day(-40), {})
        penalty.bill()
        record = self._record()
        record.apply_transition('prepare_declaration')
        line = record.line_ids.filtered(lambda one: one.move_id == self.before)
        whole = self.before.recouvrement_penalty_statement(day(-31))
        self.assertEqual(line.indemnity, 0.0)
        self.assertAlmostEqual(line.interest, float(whole['interest']) - penalty.interest, 2)

    def test_forclusion_and_relief(self):
        record = self._record(judgment=-100, date_published=day(-90))
        old = self._make_invoice(day(-120), 90.0)
        self._sync()
        with self.assertRaisesRegex(UserError, "too late"):
            self._declared(record)
        record.apply_transition('record_foreclosure')
        self.assertEqual(record.state, 'foreclosed')
        self.assertGreater(self._open(record)['relief'], TODAY)
        record.apply_transition('ask_relief', {'done_on': str(TODAY), 'reason': "Left out of the debtor's list"})
        record.apply_transition('grant_relief', {'received_on': str(TODAY)})
        self.assertLess(self._open(record)['declare'], TODAY + relativedelta(months=1, days=6))
        self._declared(record)
        self.assertEqual((record.state, record.line_ids.move_id), ('declared', old))

    def test_only_the_table_moves_it(self):
        record = self._record()
        manager = self._make_user('manager')
        for vals in ({'state': 'admitted'}, {'date_published': TODAY}, {'amount_admitted': 1.0}):
            with self.assertRaises(AccessError):
                record.with_user(manager).write(vals)
        for facts in ({'holder_known': True}, {'done_on': str(TODAY)}):
            with self.assertRaises(UserError):
                record.apply_transition('prepare_declaration', facts)
        with self.assertRaises(UserError):
            record.event_ids.unlink()
        officer = self._make_user('officer')
        record.with_user(officer).apply_transition('prepare_declaration')
        with self.assertRaises(AccessError):
            record.with_user(officer).apply_transition('approve_declaration')
        record.with_user(self._make_user('legal')).apply_transition('approve_declaration')

    # === CREDITS === #

    def test_a_later_credit_reduces_later_debts_only(self):
        self._record()
        self._receive(150.0, on=day(-5))
        self.assertEqual(self._simulate()['amount_due'], '250.00')

    def test_an_earlier_credit_reduces_what_is_declared_and_no_later_message(self):
        self._receive(200.0, on=day(-45))
        record = self._record()
        self.assertEqual(self._simulate()['amount_due'], '400.00')
        record.apply_transition('prepare_declaration')
        self.assertEqual(sum(record.line_ids.filtered('is_credit').mapped('amount')), -200.0)

    def test_connected_credits_are_approved_by_the_legal_role(self):
        record = self._record()
        note = self._credit(self.before, 120.0, on=day(-5), match=False)
        line = self._lines(note)
        with self.assertRaises(AccessError):
            record.with_user(self._make_user('manager')).connect_credits(line.ids, "Return of goods")
        legal = record.with_user(self._make_user('legal'))
        for lines, reason in ((line, ''), (self._lines(self.before), "Debit"), (line.browse(), "None")):
            with self.assertRaises(UserError):
                legal.connect_credits(lines.ids, reason)
        self.assertEqual(self._simulate()['amount_due'], '280.00', "until then it reduces later debts")
        legal.connect_credits(line.ids, "Return of goods delivered before")
        self.assertEqual(self._simulate()['amount_due'], '400.00')
        record.apply_transition('prepare_declaration')
        self.assertEqual(sum(record.line_ids.filtered('is_credit').mapped('amount')), -120.0)

    # === LETTERS === #

    def test_messages_about_later_debts_go_to_the_liquidator(self):
        record = self._record()
        self._night()
        reminder = self._reminders()
        self.assertEqual((reminder.contact_id, reminder.email_to, reminder.insolvency_id),
                         (self.liquidator, self.liquidator.email, record))
        self._send(reminder)
        self.assertEqual(reminder.state, 'sent')
        self.assertIn("in the capacity of liquidator of Menuiserie Blanc", reminder.body_html)
        self.assertEqual(reminder.mail_id.recipient_ids or reminder.mail_message_id.notified_partner_ids, self.liquidator)

    def test_in_receivership_the_debtor_goes_on_answering(self):
        self._record(kind='redressement')
        self._night()
        self.assertEqual(self._reminders().contact_id, self.debtor)

    def test_a_judgment_between_preparation_and_sending(self):
        twin = self._make_debtor("Twin")
        later = self._make_invoice(day(-20), partner=twin, issued=day(-25))
        self._night()
        reminder = self._reminders(twin)
        self.assertEqual(reminder.contact_id, twin)
        self._record(case=self._case(twin))
        self._send(reminder)
        self.assertEqual((reminder.contact_id, reminder.state), (self.liquidator, 'sent'))
        self.assertEqual(reminder.item_ids.move_id, later)

    def test_a_prepared_message_about_earlier_debts_does_not_leave(self):
        twin = self._make_debtor("Twin")
        self._make_invoice(day(-20), partner=twin)
        self._night()
        reminder = self._reminders(twin)
        self._record(case=self._case(twin))
        self._send(reminder)
        self.assertEqual((reminder.state, reminder.reason), ('withdrawn', 'insolvency'))

    def test_a_conversion_changes_the_addressee(self):
        record = self._record(kind='redressement')
        record.apply_transition('convert', {'done_on': str(TODAY), 'kind': 'liquidation', 'holder_id': self.liquidator.id})
        self.assertEqual(record._addressee()[0], self.liquidator)
        self.assertEqual(record.date_conversion, TODAY)

    # === COMPANIES === #

    def test_another_company_sees_nothing_of_it(self):
        record = self._record()
        stranger = self._make_user('manager', self.setup_other_company(name="Second company")['company'])
        self.assertFalse(self.env['recouvrement.insolvency'].with_user(stranger).search([('id', '=', record.id)]))
        for call in (lambda: record.with_user(stranger).apply_transition('prepare_declaration'),
                     lambda: self.env['recouvrement.insolvency'].with_user(stranger).record(
                         self.case.id, day(-30), 'liquidation', "Court", source="Letter")):
            with self.assertRaises(AccessError):
                call()

    def test_merged_customers_keep_it(self):
        record = self._record()
        twin = self._make_debtor("Twin")
        self._make_invoice(day(-50), partner=twin)
        self._sync()
        target = self._case(twin)
        self.case.sudo()._merge_into(target)
        self.assertEqual(record.case_id, target)
