"""Each reason that holds a reminder is seen on the instalment, the case and the invoice, and can be filtered."""
from odoo.tests import freeze_time, tagged

from .common import TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestHeld(RecouvrementCommon):

    def setUp(self):
        super().setUp()
        self.invoice = self._make_invoice(day(-20), 1000.0)
        self._sync()

    def _assert_held(self, reason):
        """On the three screens, and found by their filters."""
        item = self._items(self.invoice)
        self.assertEqual((item.held_reason, self._case().held_reason, self.invoice.recouvrement_held_reason), (reason,) * 3)
        for model, field, record in (('recouvrement.item', 'held_reason', item), ('recouvrement.case', 'held_reason', self._case()),
                                     ('account.move', 'recouvrement_held_reason', self.invoice)):
            self.assertIn(record, self.env[model].search([(field, '=', reason)]))
            self.assertIn(record, self.env[model].search([(field, '!=', False)]))
            self.assertNotIn(record, self.env[model].search([(field, '=', False), ('company_id', '=', self.company.id)]))

    def test_holds_that_a_person_records_are_seen_at_once(self):
        for kind in ('dispute', 'promise', 'agreement', 'snoozed', 'replied', 'announced', 'insolvency', 'proceeding'):
            with self.subTest(kind=kind):
                hold = self._hold(kind, date_from=day(-1))
                self._assert_held(kind)
                hold.action_lift()
                self.assertFalse(self._items(self.invoice).held_reason)

    def test_a_hold_between_two_levels_is_seen_at_once(self):
        """The invoice was reminded and the next level is days away: the hold is told all the same, until it is lifted."""
        self._night(day(-3))
        for kind in ('dispute', 'promise', 'agreement', 'snoozed', 'replied', 'announced', 'insolvency', 'doubtful'):
            with self.subTest(kind=kind):
                hold = self._hold(kind)
                self._assert_held(kind)
                self._items(self.invoice).invalidate_recordset(['hold_reason'])
                self.assertEqual(self._items(self.invoice).hold_reason, kind)
                self.assertEqual((self._simulate()['decision'], self._simulate()['reason']), ('hold', kind))
                hold.action_lift()
                self.assertFalse(self._items(self.invoice).held_reason or self._case().held_reason)
                self.assertEqual(self._simulate()['reason'], 'already_reminded')

    def test_a_hold_between_two_levels_is_told_until_it_ends(self):
        self._night()
        hold = self._hold('snoozed', date_from=day(1), date_to=day(2))
        self.assertFalse(self._case().held_reason, "it begins tomorrow")
        for offset, reason in ((1, 'snoozed'), (2, 'snoozed'), (3, False)):
            with self.subTest(offset=offset), freeze_time(f'{day(offset)} 10:00:00'):
                later = self._make_invoice(day(90), 10.0)
                self._night(day(offset))
                self.assertEqual((self._case().held_reason, self._items(self.invoice).held_reason), (reason, reason))
                self.assertEqual(self._items(later).held_reason, reason, "an invoice of meanwhile, due in three months")
        self.assertEqual(hold.date_to, day(2))

    def test_an_invoice_paid_since_the_last_look_is_not_said_held(self):
        hold = self._hold('dispute', item=self._items(self.invoice))
        self._pay(self.invoice)
        self.assertEqual((hold.item_id.held_reason, self.invoice.recouvrement_held_reason), ('dispute', False))
        Move = self.env['account.move']
        self.assertNotIn(self.invoice, Move.search([('recouvrement_held_reason', '=', 'dispute')]))
        self.assertIn(self.invoice, Move.search([('recouvrement_held_reason', '=', False)]))

    def test_a_payment_on_its_way(self):
        self._pay_without_entry(self.invoice)
        self._night()
        self._assert_held('payment_in_process')

    def test_nothing_to_write_to(self):
        self.debtor.email = False
        self._night()
        self._assert_held('no_contact')
        self.assertEqual(self._case().activity_ids.activity_type_id, self.env.ref('recouvrement_plus.mail_activity_type_address'))

    def test_a_message_that_reached_nobody(self):
        """A blacklisted address: the screens say so at once, the night still does, until it is sent again."""
        self.env['mail.blacklist'].create({'email': self.debtor.email})
        reminder = self._night(day(-1)).reminder_ids
        self._send(reminder)
        self.assertRecordValues(reminder, [{'state': 'failed', 'reason': 'blacklisted'}])
        self._assert_held('no_contact')
        self.assertEqual(self._reasons(), {self.invoice.name: ('hold', 'no_contact')})
        self._night()
        self._assert_held('no_contact')
        self.debtor.email = 'new@client.example'
        self._send(reminder)
        self.assertEqual(reminder.state, 'sent')
        self.assertEqual(self._reasons(), {self.invoice.name: ('nothing', 'already_reminded')})
        with freeze_time(f'{day(1)} 10:00:00'):
            self._night(day(1))
        self.assertFalse(self._case().held_reason)

    def test_below_the_minimum(self):
        self.plan.min_amount = 5000.0
        self._night()
        self._assert_held('below_threshold')

    def test_contacted_recently(self):
        self._night(day(-1))
        self.plan.min_interval_days = 8
        invoice, self.invoice = self.invoice, self._make_invoice(day(-4), 50.0)
        self._night()
        self._assert_held('recent_contact')
        self.assertFalse(invoice.recouvrement_held_reason, "its own turn has not come")

    def test_excluded_from_follow_up(self):
        """lesson 45: core's flag, set after the instalment was followed."""
        self.invoice.no_followup = True
        self._night()
        self.assertEqual(self.invoice.recouvrement_held_reason, 'no_followup')
        self.assertIn(self.invoice, self.env['account.move'].search([('recouvrement_held_reason', '=', 'no_followup')]))

    def test_snoozed_until_a_day_then_reminded(self):
        self._hold('snoozed', date_from=day(-3), date_to=day(-1))
        self.assertEqual(self._simulate(day(-1))['reason'], 'snoozed')
        self.assertEqual(self._simulate()['decision'], 'remind')

    def test_what_is_paid_is_held_no_longer(self):
        self._hold('dispute')
        self._assert_held('dispute')
        self._pay(self.invoice)
        self._night()
        self.assertFalse(self._case().held_reason or self._items(self.invoice).held_reason or self.invoice.recouvrement_held_reason)

    def test_what_is_not_due_yet_says_why_it_is_held(self):
        """No level looks so far ahead; the night says the reason all the same, and takes it back."""
        later = self._make_invoice(day(90))
        self._sync()
        later.no_followup = True
        self._night()
        self.assertEqual(self._items(later).held_reason, 'no_followup')
        later.no_followup = False
        self._night()
        self.assertFalse(self._items(later).held_reason)

    def test_a_night_without_any_level_is_no_error(self):
        """Every level was deleted: nothing leaves, and nobody is named in the journal as bad data."""
        self.env['recouvrement.plan.level'].with_context(active_test=False).search([]).unlink()
        self._night()
        run = self.env['recouvrement.run'].search([('company_id', '=', self.company.id)])
        self.assertEqual((run.state, run.error_count, run.reminder_ids.ids), ('done', 0, []))

    def test_reasons_of_a_batch_are_written_in_few_statements(self):
        partners = [self._make_debtor(f"Client {number}") for number in range(12)]
        for partner in partners:
            self._make_invoice(day(-20), partner=partner)
        self._sync()
        self.plan.min_amount = 9999999.0
        outlooks = self.env['recouvrement.engine']._decide(self.company, TODAY)
        Case = self.env['recouvrement.case']
        Case._store_held(outlooks)
        with self.assertQueryCount(2):
            Case._store_held(outlooks)
        self.assertEqual(len(Case.search([('held_reason', '=', 'below_threshold')])), 13)


@tagged('post_install', '-at_install')
class TestNoticeGate(RecouvrementCommon):
    """A formal notice that a person starts from a case obeys the same facts as one of the night, at each step."""

    def setUp(self):
        super().setUp()
        self._fake_pdf()
        self.invoice = self._make_invoice(day(-60), 5000.0)
        self._sync()
        action = self._case().action_open_formal_notice()
        self.proceeding = self.env['recouvrement.proceeding'].browse(action['res_id'])

    def _refused(self, action, facts=None):
        with self.assertRaisesRegex(Exception, "is not possible now"):
            self.proceeding.apply_transition(action, facts or {})

    def test_a_promise_an_agreement_an_announcement_or_a_payment_stops_each_step(self):
        send = {'sent_on': TODAY, 'channel': 'registered_letter'}
        for action, facts in (('prepare_notice', {}), ('approve_notice', {}), ('send_notice', send)):
            for kind in ('promise', 'agreement', 'announced'):
                with self.subTest(action=action, kind=kind):
                    hold = self._hold(kind, date_from=day(-1))
                    self._refused(action, facts)
                    hold.action_lift()
            self.proceeding.apply_transition(action, facts)
        self.assertEqual(self.proceeding.state, 'mise_en_demeure')

    def test_a_payment_that_came_after_the_approval_stops_the_sending(self):
        self.proceeding.apply_transition('prepare_notice', {})
        self.proceeding.apply_transition('approve_notice', {})
        self._pay_without_entry(self.invoice)
        self._refused('send_notice', {'sent_on': TODAY, 'channel': 'registered_letter'})

    def test_a_promise_on_the_instalment_alone_stops_it_too(self):
        self._hold('promise', item=self._items(self.invoice))
        self._refused('prepare_notice')
