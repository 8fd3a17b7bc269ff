"""The road to the formal notice: what is open, what is missing, who may, and what stays as proof."""
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TODAY, RecouvrementCommon, day


class ProceedingCommon(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._make_invoice(day(-40), 1000.0)
        cls._sync()

    def setUp(self):
        super().setUp()
        self._fake_pdf()

    def _open(self, partner=None):
        self.env.invalidate_all()  # a new click is a new transaction
        action = self._case(partner).action_open_formal_notice()
        return self.env['recouvrement.proceeding'].browse(action['res_id'])

    def _approved(self):
        proceeding = self._open()
        proceeding.apply_transition('prepare_notice')
        proceeding.apply_transition('approve_notice')
        return proceeding

    def _sent(self, **facts):
        proceeding = self._approved()
        proceeding.apply_transition('send_notice', {'sent_on': str(TODAY), 'channel': 'registered_letter', **facts})
        return proceeding

    def _step(self, proceeding, action):
        return next(step for step in proceeding.available_transitions() if step['action'] == action)


@tagged('post_install', '-at_install')
class TestProceeding(ProceedingCommon):

    # === THE ROAD === #

    def test_the_whole_road(self):
        proceeding = self._open()
        self.assertEqual((proceeding.state, proceeding.amount_due), ('draft', 1000.0))
        self.assertEqual(proceeding.apply_transition('prepare_notice'), {'state': 'notice_prepared', 'deadlines': []})
        self.assertEqual(proceeding.apply_transition('approve_notice'), {'state': 'notice_approved', 'deadlines': []})
        result = proceeding.apply_transition('send_notice', {'sent_on': '2026-03-16', 'channel': 'registered_letter'})
        self.assertEqual(result, {'state': 'mise_en_demeure', 'deadlines': [
            {'code': 'pay_before', 'date': '2026-03-24', 'source': result['deadlines'][0]['source']}]})
        self.assertRecordValues(proceeding, [{
            'date_notice': TODAY, 'date_pay_before': day(8), 'notice_channel': 'registered_letter'}])
        self._pay(self.invoice)
        self.assertEqual(proceeding.apply_transition('close_paid')['state'], 'paid')
        self.assertEqual([step['action'] for step in proceeding.available_transitions()], ['issue_release'])

    def test_each_step_leaves_an_event(self):
        proceeding = self._sent()
        self.assertRecordValues(proceeding.event_ids.sorted('id'), [
            {'action': 'prepare_notice', 'state_from': 'draft', 'state_to': 'notice_prepared', 'user_id': self.env.uid},
            {'action': 'approve_notice', 'state_from': 'notice_prepared', 'state_to': 'notice_approved', 'user_id': self.env.uid},
            {'action': 'send_notice', 'state_from': 'notice_approved', 'state_to': 'mise_en_demeure', 'user_id': self.env.uid}])
        last = proceeding.event_ids.sorted('id')[-1]
        self.assertEqual(last.facts['sent_on'], '2026-03-16')
        self.assertTrue(last.attachment_id.raw.startswith(b'%PDF'))
        self.assertIn('03/24/2026', last.summary)

    def test_events_and_proceedings_are_never_deleted(self):
        proceeding = self._sent().sudo()
        with self.assertRaisesRegex(UserError, "never deleted"):
            proceeding.event_ids.unlink()
        with self.assertRaisesRegex(UserError, "never deleted"):
            proceeding.unlink()

    def test_sending_claims_the_penalties_of_that_day(self):
        proceeding = self._sent()
        claim = self.env['recouvrement.penalty'].search([('proceeding_id', '=', proceeding.id)])
        statement = self.invoice.recouvrement_penalty_statement(TODAY)
        self.assertEqual((f'{claim.interest:.2f}', f'{claim.indemnity:.2f}'), (statement['interest'], statement['indemnity']))

    def test_a_task_waits_at_the_date_given(self):
        proceeding = self._sent()
        self.assertEqual(proceeding.activity_ids.mapped('date_deadline'), [day(8)])
        proceeding.apply_transition('withdraw', {'reason': "Agreement found"})
        self.assertFalse(proceeding.activity_ids)

    def test_no_ordinary_reminder_while_the_notice_runs(self):
        self._sent()
        self.assertEqual(self._reasons(), {self.invoice.name: ('hold', 'proceeding')})
        self.assertEqual(self._case().state, 'mise_en_demeure')

    def test_the_receipt_has_its_date(self):
        proceeding = self._sent()
        with self.assertRaises(UserError):
            proceeding.apply_transition('record_receipt', {'received_on': str(day(-1))})
        proceeding.apply_transition('record_receipt', {'received_on': TODAY})
        self.assertEqual((proceeding.state, proceeding.date_received), ('mise_en_demeure', TODAY))

    def test_a_consumer_owes_interest_from_the_receipt(self):
        """C. civ. art. 1231-6: from the formal notice, which reaches him the day he receives it."""
        person = self._make_debtor("Madame Petit", regime='b2c')
        invoice = self._make_invoice(day(-60), 1000.0, partner=person)
        self._sync()
        proceeding = self._open(person)
        proceeding.apply_transition('prepare_notice')
        proceeding.apply_transition('approve_notice')
        proceeding.apply_transition('send_notice', {'sent_on': str(day(-20)), 'channel': 'registered_letter'})
        self.assertEqual(invoice.recouvrement_penalty_statement(TODAY)['lines'], [])
        proceeding.apply_transition('record_receipt', {'received_on': str(day(-17))})
        line = invoice.recouvrement_penalty_statement(TODAY)['lines'][0]
        self.assertEqual((line['date_from'], line['days']), (str(day(-16)), 17))

    def test_the_days_given_are_a_setting_and_a_choice(self):
        self.company.recouvrement_notice_days = 15
        self.assertEqual(self._sent().date_pay_before, day(15))

    def test_or_stated_with_the_step(self):
        self.assertEqual(self._sent(notice_days=10).date_pay_before, day(10))

    # === CONDITIONS === #

    def test_what_is_missing_is_named(self):
        nobody = self._make_debtor("Inconnu", regime=False)
        self._make_invoice(day(-40), partner=nobody)
        self._sync()
        proceeding = self._open(nobody)
        step = self._step(proceeding, 'prepare_notice')
        self.assertEqual((step['allowed'], step['missing']), (False, ['regime_known']))
        with self.assertRaisesRegex(UserError, "classify the customer"):
            proceeding.apply_transition('prepare_notice')
        nobody.recouvrement_regime = 'b2b'
        self.assertTrue(self._step(proceeding, 'prepare_notice')['allowed'])

    def test_who_approves_reads_that_a_rate_is_not_confirmed(self):
        """On the proceeding and on the reminder that prepares it; no longer once it has left."""
        proceeding = self._open()
        self.assertFalse(proceeding.doubts)
        self.env['recouvrement.rate'].search([('code', '=', 'ecb_mro')]).confirmed = False
        proceeding.apply_transition('prepare_notice')
        proceeding.invalidate_recordset(['doubts'])
        self.assertIn("has not been confirmed", proceeding.doubts)
        letter = self.env['recouvrement.letter']._page(
            'recouvrement_plus.report_formal_notice_document', {'proceeding': proceeding}, 'en_US')
        self.assertNotIn("confirmed", letter)
        for action, facts in (('approve_notice', {}), ('send_notice', {'sent_on': str(TODAY), 'channel': 'registered_letter'})):
            proceeding.apply_transition(action, facts)
        self.assertFalse(proceeding.doubts)

    def test_the_night_shows_the_same_doubt_on_its_notice(self):
        self.env['recouvrement.rate'].search([('code', '=', 'ecb_mro')]).confirmed = False
        self._make_invoice(day(-50), 500.0, partner=self._make_debtor("Second"))
        self._night()
        [notice] = self.env['recouvrement.reminder'].search([('formal_notice', '=', True), ('partner_id.name', '=', "Second")])
        self.assertIn("has not been confirmed", notice.doubts)

    def test_a_dispute_stops_each_step(self):
        proceeding = self._open()
        item = self._items(self.invoice)
        for action, facts in (('prepare_notice', {}), ('approve_notice', {}),
                              ('send_notice', {'sent_on': TODAY, 'channel': 'registered_letter'})):
            hold = self._hold('dispute', item=item)
            with self.subTest(action=action):
                self.assertEqual(self._step(proceeding, action)['missing'][-1 if action != 'send_notice' else 2], 'no_dispute')
                with self.assertRaisesRegex(UserError, "dispute"):
                    proceeding.apply_transition(action, facts)
            hold.action_lift()
            proceeding.apply_transition(action, facts)

    def test_blocked_for_payment_is_a_dispute(self):
        proceeding = self._open()
        self.invoice.action_toggle_block_payment()
        self.assertIn('no_dispute', self._step(proceeding, 'prepare_notice')['missing'])

    def test_insolvency_stops_it(self):
        proceeding = self._open()
        self._hold('insolvency')
        with self.assertRaisesRegex(UserError, "insolvency"):
            proceeding.apply_transition('prepare_notice')

    def test_paid_meanwhile_stops_it(self):
        proceeding = self._approved()
        self._pay(self.invoice)
        with self.assertRaisesRegex(UserError, "nothing overdue"):
            proceeding.apply_transition('send_notice', {'sent_on': TODAY, 'channel': 'registered_letter'})
        self.assertTrue(self._step(proceeding, 'close_paid')['allowed'])

    def test_not_paid_is_not_closed_as_paid(self):
        proceeding = self._approved()
        self._pay(self.invoice, 999.0)
        with self.assertRaises(UserError):
            proceeding.apply_transition('close_paid')

    def test_steps_are_taken_in_order_and_once(self):
        proceeding = self._open()
        for action in ('approve_notice', 'send_notice', 'record_receipt', 'no_such_step', ''):
            with self.subTest(action=action), self.assertRaises(UserError):
                proceeding.apply_transition(action, {})
        proceeding.apply_transition('prepare_notice')
        with self.assertRaises(UserError):
            proceeding.apply_transition('prepare_notice')
        self.assertEqual(len(proceeding.event_ids), 1, "a refused step leaves nothing")

    def test_withdrawing_needs_a_reason_and_frees_the_instalments(self):
        proceeding = self._sent()
        with self.assertRaises(UserError):
            proceeding.apply_transition('withdraw', {'reason': ''})
        proceeding.apply_transition('withdraw', {'reason': "Agreement found"})
        self.assertEqual(proceeding.state, 'withdrawn')
        self.assertNotEqual(self._simulate()['reason'], 'proceeding')

    def test_nothing_to_give_notice_of(self):
        partner = self._make_debtor("Early")
        self._make_invoice(day(10), partner=partner)
        self._sync()
        with self.assertRaisesRegex(UserError, "nothing to give notice of"):
            self._open(partner)

    def test_opening_twice_opens_one(self):
        self.assertEqual(self._open(), self._open())

    def test_a_notice_claims_one_currency(self):
        usd = self.setup_other_currency('USD', rates=[('2020-01-01', 1.2)])
        foreign = self._make_invoice(day(-40), 600.0, currency_id=usd.id)
        self._sync()
        proceeding = self._open()
        self.assertEqual((proceeding.amount_due, proceeding.currency_id.name), (1000.0, 'EUR'))
        proceeding.apply_transition('prepare_notice')
        proceeding.apply_transition('approve_notice')
        proceeding.apply_transition('send_notice', {'sent_on': TODAY, 'channel': 'registered_letter'})
        other = self._open()
        self.assertEqual((other.amount_due, other.currency_id, other.item_ids.move_id), (600.0, usd, foreign))

    # === FACTS === #

    def test_facts_of_the_records_cannot_be_stated(self):
        proceeding = self._open()
        self._hold('dispute')
        for name in ('no_dispute', 'not_insolvent', 'amount_due', 'regime_known', 'letter_prepared', 'nothing_owed', 'anything'):
            with self.subTest(fact=name), self.assertRaisesRegex(UserError, "cannot be passed"):
                proceeding.apply_transition('prepare_notice', {name: True})
        self.assertFalse(proceeding.event_ids)

    def test_stated_facts_are_checked(self):
        """Dates as text or dates; a day to come, another channel or days that are none are refused in plain words."""
        proceeding = self._approved()
        good = {'sent_on': '2026-03-16', 'channel': 'registered_letter'}
        for bad in ({'sent_on': '16/03/2026'}, {'sent_on': str(day(1))}, {'channel': 'pigeon'}, {'notice_days': -3},
                    {'notice_days': 'eight'}, {'channel': ''}, {'sent_on': False}):
            with self.subTest(facts=bad), self.assertRaises(UserError):
                proceeding.apply_transition('send_notice', good | bad)
        self.assertEqual(proceeding.state, 'notice_approved')
        proceeding.apply_transition('send_notice', good)
        with self.assertRaises(UserError):
            proceeding.apply_transition('record_receipt', {'received_on': str(day(2))})

    # === ROLES === #

    def test_an_officer_prepares_a_manager_or_jurist_approves(self):
        proceeding = self._open()
        officer, legal = self._make_user('officer'), self._make_user('legal')
        proceeding.with_user(officer).apply_transition('prepare_notice')
        with self.assertRaises(AccessError):
            proceeding.with_user(officer).apply_transition('approve_notice')
        proceeding.with_user(legal).apply_transition('approve_notice')
        self.assertEqual(proceeding.event_ids.sorted('id').user_id, officer | legal)

    # === FROM THE NIGHT === #

    def _prepared(self):
        self._make_invoice(day(-50), 500.0)
        return self._night().reminder_ids

    def test_approving_the_reminder_opens_and_approves_the_proceeding(self):
        reminder = self._prepared()
        reminder.approve()
        proceeding = self.env['recouvrement.proceeding'].search([('reminder_id', '=', reminder.id)])
        self.assertEqual((proceeding.state, proceeding.item_ids), ('notice_approved', reminder.item_ids))
        self.assertEqual(reminder.state, 'approved')

    def test_sending_the_reminder_records_the_notice(self):
        self.debtor.write({'street': "1 rue du Port", 'zip': '69002', 'city': "Lyon"})
        reminder = self._prepared()
        reminder.approve()
        self.assertEqual(reminder.send()[0]['state'], 'sent')
        proceeding = self.env['recouvrement.proceeding'].search([('reminder_id', '=', reminder.id)])
        self.assertRecordValues(proceeding, [{'state': 'mise_en_demeure', 'date_notice': TODAY}])
        self.assertEqual(len(self.env['recouvrement.penalty'].search([('case_id', '=', proceeding.case_id.id)])), 1)

    def test_a_dispute_recorded_after_the_night_stops_the_approval(self):
        reminder = self._prepared()
        self._hold('dispute', item=reminder.item_ids)
        self.assertEqual(reminder.approve(), [{'id': reminder.id, 'state': 'withdrawn', 'reason': 'dispute'}])
        self.assertFalse(self.env['recouvrement.proceeding'].search([('reminder_id', '=', reminder.id)]))

    def test_withdrawing_the_reminder_withdraws_its_proceeding(self):
        reminder = self._prepared()
        reminder.approve()
        reminder.withdraw("Called, pays tomorrow")
        proceeding = self.env['recouvrement.proceeding'].search([('reminder_id', '=', reminder.id)])
        self.assertEqual(proceeding.state, 'withdrawn')


@tagged('post_install', '-at_install')
class TestNoticeLetter(ProceedingCommon):

    def setUp(self):
        super(ProceedingCommon, self).setUp()

    def test_the_letter_is_a_real_pdf_kept_with_its_event(self):
        self.debtor.write({'street': "1 rue du Port", 'zip': '69002', 'city': "Lyon"})
        with self.allow_pdf_render():
            proceeding = self._open()
            proceeding.apply_transition('prepare_notice')
        document = proceeding.event_ids.attachment_id
        self.assertTrue(document.raw.startswith(b'%PDF-'))
        self.assertGreater(len(document.raw), 5000)
