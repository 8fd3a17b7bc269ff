"""The simulator on the screen: what it shows is what leaves, and approving from it sends nothing twice."""
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestSimulator(RecouvrementCommon):

    def _simulator(self, as_of=TODAY, user=None):
        """The rows of a day, by customer name."""
        env = self.env(user=user) if user else self.env
        simulation = env['recouvrement.simulation'].create({'as_of': as_of})
        simulation.action_simulate()
        return {line.partner_id.name: line for line in simulation.line_ids}

    def test_who_would_get_what_and_who_is_held(self):
        self._make_invoice(day(-20), 1000.0)
        self._credit(self._make_invoice(day(-20), 100.0, self._make_debtor("Credited")), match=False)
        self._sync()
        before = self.env['recouvrement.reminder'].search_count([])
        lines = self._simulator()
        debtor, credited = lines["Menuiserie Blanc"], lines["Credited"]
        self.assertEqual((debtor.decision, debtor.level_id, debtor.amount_due), ('remind', self._level(15), 1000.0))
        self.assertEqual((credited.decision, credited.reason), ('hold', 'net_credit'))
        self.assertIn("Second", debtor.level_id.name)
        self.assertEqual(self.env['recouvrement.reminder'].search_count([]), before, "simulating prepares nothing")

    def test_what_changed_since_the_day_before(self):
        self._make_invoice(day(-3), partner=self._make_debtor("Reaches a level"))
        self._make_invoice(day(-20), partner=self._make_debtor("As yesterday"))
        self._make_invoice(day(-10), partner=self._make_debtor("New"), issued=TODAY, date=TODAY)
        self._sync()
        changes = {name: line.change for name, line in self._simulator().items()}
        self.assertEqual(changes, {"Reaches a level": 'leaves', "As yesterday": False, "New": 'new'})

    def test_an_instalment_of_a_prepared_message_is_claimed_not_finished(self):
        self._make_invoice(day(-20))
        self._night()
        html = self._simulator()["Menuiserie Blanc"].items_html
        self.assertIn("Claimed", html)
        self.assertNotIn("Nothing to do", html)

    def test_each_instalment_says_why(self):
        self._make_invoice(instalments=[day(-20), day(40)], amount=1000.0)
        self._sync()
        html = self._simulator()["Menuiserie Blanc"].items_html
        self.assertIn("Remind", html)
        self.assertIn("Nothing to do: no level of the plan reached yet", html)

    def test_approving_some_leaves_the_others_to_the_night(self):
        """Lesson 1: whoever asks first, one message for each customer and night."""
        self._make_invoice(day(-20), 1000.0)
        self._make_invoice(day(-20), 500.0, self._make_debtor("Other"))
        self._sync()
        lines = self._simulator()
        lines["Menuiserie Blanc"].action_approve()
        self.assertEqual(self._reminders().state, 'queued')
        self.assertFalse(self._reminders(lines["Other"].partner_id))
        self.assertEqual(lines["Menuiserie Blanc"].decision, 'prepared')
        lines["Menuiserie Blanc"].action_approve()
        run = self._night()
        self.assertEqual((len(self._reminders()), len(self._reminders(lines["Other"].partner_id)), run.state), (1, 1, 'done'))

    def test_opening_a_message_to_edit_it_sends_nothing(self):
        """The level is automatic: the message waits all the same until its reader approves it."""
        self._make_invoice(day(-20), 1000.0)
        self._sync()
        line = self._simulator()["Menuiserie Blanc"]
        action = line.action_open_reminder()
        reminder = self._reminders()
        self.assertEqual((action['res_id'], reminder.state, bool(reminder.mail_id)), (reminder.id, 'draft', False))
        self._night()
        self.assertEqual(self._reminders().mapped('state'), ['draft'], "the night passes over it")
        reminder.approve()
        self.assertEqual(reminder.state, 'queued')

    def test_prepare_prepares_and_approve_lets_go(self):
        self._make_invoice(day(-20), 1000.0)
        self._sync()
        line = self._simulator()["Menuiserie Blanc"]
        self.assertIn("1 prepared", line.action_prepare()['params']['message'])
        self.assertEqual(self._reminders().state, 'draft')
        line.action_approve()
        self.assertEqual(self._reminders().state, 'queued')

    def test_rows_that_ask_for_nothing_have_nothing_to_approve(self):
        self._make_invoice(day(20), 1000.0)
        self._sync()
        with self.assertRaisesRegex(UserError, "nothing to prepare"):
            self._simulator()["Menuiserie Blanc"].action_approve()

    # === ONE ROW, ONE MESSAGE === #

    def _rows(self, as_of=TODAY):
        simulation = self.env['recouvrement.simulation'].create({'as_of': as_of})
        simulation.action_simulate()
        return simulation.line_ids

    def test_only_the_currency_that_was_chosen_is_prepared(self):
        dollar = self.env.ref('base.USD')
        dollar.active = True
        self.plan.min_interval_days = 5
        self._make_invoice(day(-20), 1000.0)
        self._make_invoice(day(-20), 500.0, currency_id=dollar.id)
        self._sync()
        self.assertEqual(self.env['recouvrement.run'].simulate_summary(TODAY)['customers'], 1)
        self._rows().filtered(lambda line: line.currency_id == self.eur).action_approve()
        self.assertEqual(self._reminders().currency_id, self.eur)
        self._night()
        self.assertEqual(self._reminders().currency_id, self.eur | dollar, "the night prepares the other one")
        with freeze_time('2026-03-17 10:00:00'):
            sent = self._send(self._reminders())
        self.assertEqual([one['state'] for one in sent], ['sent', 'sent'])

    def test_each_level_has_its_row_and_its_message(self):
        self.plan.grouping = 'level'
        young, old = self._make_invoice(day(-5), 100.0), self._make_invoice(day(-20), 200.0)
        self._sync()
        rows = {line.level_id: line for line in self._rows()}
        first, second = rows[self._level(3)], rows[self._level(15)]
        self.assertEqual((young.name in first.items_html, old.name in first.items_html), (True, False))
        self.assertEqual((young.name in second.items_html, old.name in second.items_html), (False, True))
        first.action_prepare()
        self.assertEqual((self._reminders().level_id, first.reminder_id), (self._level(3), self._reminders()))
        self.assertIn("2 approved", (first | second).action_approve()['params']['message'])
        self.assertEqual((first.reminder_id.amount_due, second.reminder_id.amount_due), (100.0, 200.0))
        again = self._rows().filtered(lambda line: line.decision == 'prepared')
        self.assertEqual(again.reminder_id, first.reminder_id | second.reminder_id)
        for line in again:
            invoice = young if line.level_id == self._level(3) else old
            self.assertIn(invoice.name, line.items_html)

    # === FIRST USE, AND WHAT CHANGED === #

    def test_before_any_night_the_rows_have_a_case_and_can_be_approved(self):
        self._make_invoice(day(-20), 1000.0)
        self._make_invoice(day(-20), 300.0, self._make_debtor("Other"))
        self.assertFalse(self._case())
        lines = self._simulator()
        self.assertTrue(all(line.case_id for line in lines.values()))
        self.assertEqual([line.change for line in lines.values()], [False, False], "as the day before")
        lines["Menuiserie Blanc"].action_approve()
        self.assertEqual(self._reminders().state, 'queued')

    def test_who_cannot_be_reached_is_not_news_each_day(self):
        self._make_invoice(day(-20), partner=self._make_debtor("No address", email=False))
        self._sync()
        line = self._simulator()["No address"]
        self.assertEqual((line.decision, line.reason, line.change), ('hold', 'no_contact', False))

    def test_what_changed_by_level(self):
        self.plan.grouping = 'level'
        self._make_invoice(day(-3), 100.0)
        self._make_invoice(day(-20), 200.0)
        self._sync()
        changes = {line.level_id: line.change for line in self._rows()}
        self.assertEqual(changes, {self._level(3): 'leaves', self._level(15): False})

    def test_a_day_begun_by_hand_does_not_go_on_by_itself(self):
        self._make_invoice(day(-20), 1000.0)
        self._make_invoice(day(-20), 500.0, self._make_debtor("Other"))
        self._sync()
        self.env['recouvrement.run'].prepare(TODAY, self._case().ids)
        self.env['recouvrement.run']._cron_finish_nights()
        self.assertFalse(self._reminders(self.env['res.partner'].search([('name', '=', "Other")])))

    def test_a_formal_notice_is_approved_by_a_person(self):
        self._fake_pdf()
        self._make_invoice(day(-50), 1000.0)
        self._sync()
        line = self._simulator()["Menuiserie Blanc"]
        line.action_prepare()
        self.assertEqual(self._reminders().state, 'draft')
        line.action_approve()
        self.assertEqual(self._reminders().state, 'approved')

    def test_prepare_answers_in_plain_data_and_twice_the_same(self):
        self._make_invoice(day(-20), 1000.0)
        self._sync()
        first = self.env['recouvrement.run'].prepare(str(TODAY), self._case().ids)
        self.assertEqual(first, [{'case_id': self._case().id, 'reminder_ids': self._reminders().ids}])
        self.assertEqual(self.env['recouvrement.run'].prepare(str(TODAY), self._case().ids), first)

    def test_a_day_to_come_is_shown_and_not_prepared(self):
        self._make_invoice(day(-20), 1000.0)
        self._sync()
        line = self._simulator(day(30))["Menuiserie Blanc"]
        with self.assertRaisesRegex(UserError, "before its day"):
            line.action_prepare()

    def test_officers_look_and_managers_prepare(self):
        self._make_invoice(day(-20), 1000.0)
        self._sync()
        line = self._simulator(user=self._make_user('officer'))["Menuiserie Blanc"]
        with self.assertRaises(AccessError):
            line.action_approve()
        for role in ('billing', 'internal', 'portal'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._simulator(user=self._make_user(role))

    def test_nobody_reads_the_simulation_of_another(self):
        self._make_invoice(day(-20), 1000.0)
        self._sync()
        line = self._simulator(user=self._make_user('officer'))["Menuiserie Blanc"]
        with self.assertRaises(AccessError):
            line.with_user(self._make_user('manager')).read(['partner_id'])
