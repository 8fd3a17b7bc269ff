"""Phone calls: each result does its next step, the reminder by phone is made, what was said stays."""
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import NOW, TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestCall(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._make_invoice(day(-20), 1000.0)
        cls.debtor.phone = '+33 4 72 00 00 01'
        cls._sync()
        cls.case = cls._case()

    def _log(self, result, **facts):
        done = self.case.log_call(result, facts)
        return self.env['recouvrement.call'].browse(done['id'])

    def _task(self, words):
        return self.case.activity_ids.filtered(lambda task: words in (task.summary or ''))

    def _by_phone(self):
        """A reminder of tonight to be made by phone, with its task."""
        level = self._level(15)
        level.channel = 'phone'
        self._night()
        reminder = self._reminders(channel='phone')
        self.assertEqual((reminder.state, len(reminder.activity_id)), ('queued', 1))
        return reminder

    # === RESULTS AND NEXT STEPS === #

    def test_the_words_of_a_call_are_no_markup_in_the_task_and_keep_their_lines(self):
        self._log('refusal', note="reste < 500 EUR\nligne 2 <b>x")
        note = self.case.activity_ids.note
        self.assertIn("reste &lt; 500 EUR<br", note)
        self.assertIn("ligne 2 &lt;b&gt;x", note)
        self.assertIn("500 EUR<br", self.case.message_ids[0].body)

    def test_a_promise_holds_the_instalments_until_its_day(self):
        call = self._log('promise', date_promised=str(day(5)), said_by="Mme Roux", note="Virement vendredi")
        self.assertEqual((call.promise_id.amount, call.promise_id.means, call.promise_id.said_by), (1000.0, 'phone', "Mme Roux"))
        self.assertEqual(call.next_date, day(8))
        self.assertEqual(self._reasons()[self.invoice.name], ('hold', 'promise'))

    def test_a_dispute_keeps_its_part_out_of_the_reminders(self):
        call = self._log('dispute', move_ids=self.invoice.ids, reason='quality', amount=400, note="Deux portes abîmées")
        self.assertEqual((call.dispute_ids.reason, call.dispute_ids.amount, call.dispute_ids.note),
                         ('quality', 400.0, "Deux portes abîmées"))
        self.assertEqual(self._night().reminder_ids.amount_due, 600.0)

    def test_an_announced_payment_gets_its_days_of_grace_and_is_checked(self):
        call = self._log('announced', on=str(day(-1)), note="Parti hier")
        hold = self.case.hold_ids
        self.assertEqual((hold.kind, hold.proposed, hold.date_to), ('announced', False, day(5)))
        self.assertEqual((call.next_date, self._task("Parti hier").date_deadline), (day(6), day(6)))
        self.assertEqual(self._simulate()['reason'], 'announced')

    def test_an_invoice_not_received_is_sent_again_and_the_customer_left_time(self):
        call = self._log('not_received')
        self.assertIn(self.invoice.name, call.next_step)
        self.assertEqual(self._task(self.invoice.name).date_deadline, TODAY)
        self.assertEqual(self._simulate()['reason'], 'snoozed')

    def test_who_wants_to_be_called_back_is(self):
        self._log('callback', on=str(day(3)))
        task = self._task("Call back")
        self.assertEqual((task.date_deadline, task.activity_type_id.category), (day(3), 'phonecall'))
        self.assertIn(self.case, self._to_call(day(3)))
        self.assertNotIn(self.case, self._to_call(day(2)))

    def _to_call(self, today):
        with freeze_time(today):
            return self.case.search(self.case._to_call_domain())

    def test_far_away_the_day_of_a_call_is_that_of_the_company(self):
        """Saturday morning in Nouméa: calls are on Monday, which begins on Sunday in UTC and in Paris."""
        self.company.partner_id.tz = 'Pacific/Noumea'
        self.company.write({'recouvrement_working_days': True, 'recouvrement_phone_from': 9, 'recouvrement_phone_to': 19})
        reminder = self._by_phone()
        with freeze_time('2026-03-20 19:00:00'):
            self.assertEqual(reminder._task_vals(self.env.user)['date_deadline'], day(7))
        reminder.activity_id.date_deadline = day(7)
        with freeze_time('2026-03-22 21:30:00'):  # 8:30 on Monday there
            self.env.user.tz = 'Europe/Paris'
            self.assertIn(self.case, self.case.with_context(tz='Europe/Paris').search(self.case._to_call_domain()))

    def test_the_other_results_leave_a_task(self):
        for result, words in (('agreement', "instalment agreement"), ('refusal', "formal notice"), ('wrong_contact', "who pays")):
            with self.subTest(result):
                self.assertIn(words, self._log(result).next_step)
                self.assertTrue(self._task(words))

    def test_three_calls_in_vain_and_another_way_is_tried(self):
        for key, words in (('a', "Call again"), ('b', "Call again"), ('c', "3 calls in vain")):
            call = self._log('voicemail', key=key)
            self.assertEqual((call.reached, call.next_date), (False, day(1)))
            self.assertIn(words, call.next_step)
        self._log('informed')
        self.assertIn("Call again", self._log('no_answer', key='d').next_step)

    def test_a_call_made_closes_those_that_waited(self):
        self._log('callback', on=str(day(3)))
        self._log('callback', on=str(day(5)), note="Plutôt samedi")
        self.assertEqual(self._task("Call back").mapped('date_deadline'), [day(5)], "the last agreed day")
        with freeze_time(day(5)):
            self._log('promise', date_promised=str(day(9)))
        self.assertFalse(self._task("Call back"))

    def test_calls_in_vain_leave_one_task(self):
        for offset in (0, 1):
            with freeze_time(day(offset)):
                self._log('voicemail')
        self.assertEqual(self._task("Call again").mapped('date_deadline'), [day(2)])

    # === THE REMINDER BY PHONE === #

    def test_a_call_makes_the_reminder_that_waited_for_it(self):
        reminder = self._by_phone()
        task = reminder.activity_id
        call = self._log('informed', note="Verra avec son comptable")
        self.assertEqual((call.reminder_id, reminder.state, task.active), (reminder, 'sent', False))
        self.assertEqual(reminder.event_ids.mapped('kind'), ['call'])
        self.assertIn("Verra avec son comptable", reminder.event_ids.note)
        self.assertEqual(self._items(self.invoice).level_days, 15)

    def test_a_promise_during_the_call_makes_the_reminder_too(self):
        reminder = self._by_phone()
        self._log('promise', date_promised=str(day(5)))
        self.assertEqual((reminder.state, reminder.event_ids.mapped('kind')), ('sent', ['call']))

    def test_what_is_promised_or_disputed_meanwhile_leaves_the_call_list_at_once(self):
        """Nobody calls in the afternoon who promised in the morning."""
        officer = self._make_user('officer')
        for happens in (lambda: self.case.promise_to_pay(str(day(5))), lambda: self.invoice.recouvrement_dispute('quality'),
                        lambda: self.env['recouvrement.hold'].with_user(officer).create({
                            'case_id': self.case.id, 'kind': 'snoozed', 'date_from': TODAY, 'date_to': day(5)})):
            with self.env.cr.savepoint() as undone:
                reminder = self._by_phone()
                self.assertIn(self.case, self._to_call(TODAY))
                happens()
                self.assertEqual(reminder.state, 'withdrawn')
                self.assertNotIn(self.case, self._to_call(TODAY))
                undone.rollback()
                self.env.invalidate_all()

    def test_a_reminder_by_phone_waits_for_the_next_try_then_counts(self):
        reminder = self._by_phone()
        self._log('voicemail', key='a')
        self.assertEqual((reminder.state, reminder.activity_id.date_deadline), ('queued', day(1)))
        self._log('no_answer', key='b')
        self._log('voicemail', key='c')
        self.assertEqual((reminder.state, len(reminder.event_ids)), ('sent', 3))

    def _partly_paid(self):
        """A call about two invoices; one is paid before it is made."""
        other = self._make_invoice(day(-20), 600.0)
        reminder = self._by_phone()
        self.assertEqual(reminder.amount_due, 1600.0)
        self._pay(other)
        return reminder

    def test_a_task_that_is_done_claims_what_is_owed_by_then(self):
        reminder = self._partly_paid()
        reminder.activity_id.action_feedback(feedback="Paie vendredi")
        self.assertEqual((reminder.state, reminder.amount_due), ('sent', 1000.0))
        self.assertEqual(reminder.with_context(active_test=False).line_ids.filtered(
            lambda line: not line.active).mapped('dropped_reason'), ['paid'])
        self.assertEqual((reminder.event_ids.kind, reminder.event_ids.note), ('call', "Paie vendredi"))

    def test_a_call_that_is_logged_claims_what_is_owed_by_then(self):
        reminder = self._partly_paid()
        self._log('informed')
        self.assertEqual((reminder.state, reminder.amount_due), ('sent', 1000.0))

    def test_a_call_about_what_was_paid_meanwhile_is_noted_and_claims_nothing(self):
        reminder = self._by_phone()
        task = reminder.activity_id
        self._pay(self.invoice)
        task.action_feedback()
        self.assertEqual((reminder.state, reminder.reason), ('withdrawn', 'paid'))
        self.assertEqual(reminder.event_ids.sorted('id').mapped('kind'), ['call', 'withdrawn'])
        self.assertTrue(task.exists() and not task.active, "the call was made")

    def test_a_call_about_what_was_disputed_meanwhile_is_noted_and_claims_nothing(self):
        for result in ('informed', 'voicemail'):
            with self.subTest(result):
                partner = self._make_debtor(result, phone='+33 4 72 00 00 09')
                invoice = self._make_invoice(day(-20), 500.0, partner=partner)
                level = self._level(15)
                level.channel = 'phone'
                self._night()
                reminder = self._reminders(partner)
                invoice.recouvrement_dispute('quality', None, "Abîmé")
                call = self._case(partner).log_call(result, {'reminder_id': reminder.id})
                self.assertEqual((reminder.state, reminder.reason), ('withdrawn', 'dispute'))
                self.assertEqual(call['reminder_id'], reminder.id)
                self.assertIn('call', reminder.event_ids.mapped('kind'))

    def test_a_promise_made_by_the_call_is_no_reason_against_it(self):
        reminder = self._by_phone()
        self._log('promise', date_promised=str(day(5)))
        self.assertEqual((reminder.state, reminder.amount_due), ('sent', 1000.0))

    def test_a_call_marked_as_made_from_the_list_leaves_its_trace(self):
        reminder = self._by_phone()
        reminder.send()
        self.assertEqual((reminder.state, reminder.event_ids.mapped('kind')), ('sent', ['call']))

    def test_a_call_to_no_reminder_is_refused(self):
        with self.assertRaisesRegex(UserError, "No reminder of this customer"):
            self._log('informed', reminder_id=self._by_phone().id + 1000)

    def test_who_was_spoken_with_is_left_in_peace_as_after_a_message(self):
        self.plan.min_interval_days = 5
        self._log('voicemail')
        self.assertEqual(self._simulate()['decision'], 'remind')
        self._log('informed')
        self.assertEqual(self._simulate()['reason'], 'recent_contact')

    # === EVIDENCE === #

    def test_the_same_call_told_twice_is_one(self):
        first = self._log('callback', on=str(day(3)), key='abc')
        self.assertEqual(self._log('callback', on=str(day(3)), key='abc'), first)
        self.assertEqual(self._log('informed', note="x"), self._log('informed', note="x"))
        self.assertEqual((len(self.case.call_ids), len(self._task("Call back"))), (2, 0))
        other = self._make_debtor("Other")
        self._make_invoice(day(-20), partner=other)
        self._sync()
        with self.assertRaisesRegex(UserError, "another call"):
            self._case(other).log_call('callback', {'on': str(day(3)), 'key': 'abc'})

    def test_what_was_said_stays(self):
        call = self._log('informed', note="Words")
        officer = self._make_user('officer')
        with self.assertRaises(AccessError):
            call.with_user(officer).write({'note': "Other words"})
        with self.assertRaises(UserError):
            call.unlink()
        self.assertEqual(call.with_user(officer).note, "Words")

    def test_wrong_facts_are_refused_in_words(self):
        other = self._make_debtor("Other")
        for result, facts, words in (
                ('shouted', {}, "no result of a call"), ('informed', {'amount': 5}, "amount"), ('promise', {}, "Which day"),
                ('informed', {'date': day(1)}, "is to come"), ('callback', {'on': day(-1)}, "Which day"),
                ('dispute', {}, "Which invoice"), ('informed', {'contact_id': other.id}, "another customer"),
                ('dispute', {'move_ids': [self.invoice.id + 1000]}, "still owed")):
            with self.subTest(result, facts=facts), self.assertRaisesRegex(UserError, words):
                self.case.log_call(result, facts)
        self.assertFalse(self.case.call_ids)

    def test_a_merged_customer_keeps_the_calls(self):
        kept = self._make_debtor("Kept")
        self._make_invoice(day(-3), partner=kept)
        self._sync()
        call = self._log('informed')
        self.case.sudo()._merge_into(self._case(kept))
        self.assertEqual(call.case_id, self._case(kept))

    # === THE SCREEN === #

    def _screen(self):
        action = self.case.action_call()
        return Form(self.env['recouvrement.call.step'].with_context(action['context']))

    def _words(self):
        return self.case._call_words(self.debtor, self.case._asked_by_phone())

    def test_the_screen_says_whom_to_call_what_to_say_and_what_was_said(self):
        contact = self.env['res.partner'].create({
            'name': "Mme Roux", 'parent_id': self.debtor.id, 'type': 'invoice', 'phone': '04 72 00 00 02'})
        self._log('voicemail', note="Rappeler lundi")
        screen = self._screen()
        self.assertEqual((screen.contact_id, screen.phone, screen.situation, screen.tone),
                         (contact, '04 72 00 00 02', 'late', 'courteous'))
        self.assertIn(self.invoice.name, screen.script)
        self.assertNotIn('{', screen.script)
        self.assertIn(self.invoice.name, screen.items_table)
        self.assertIn("Rappeler lundi", screen.history_table)
        self.assertIn("not received the invoice", screen.objections)

    def test_a_script_asks_only_for_what_nothing_holds_net_of_credits(self):
        disputed = self._make_invoice(day(-30), 600.0)
        self._credit(self.invoice, 100.0, match=False)
        disputed.recouvrement_dispute('quality')
        self._sync()
        words = self._words()
        self.assertEqual((words['amount'].replace('\xa0', ' '), words['invoices'], words['count']), ("$ 900.00".replace(
            '$', self.eur.symbol) if self.eur.position == 'before' else f"900.00 {self.eur.symbol}", self.invoice.name, 1))

    def test_a_call_asks_for_nothing_where_nothing_may_be_asked(self):
        """Disputed, promised, netted, seen at the bank, under a judgment, paid: the reason stands in place of the script."""
        stories = {
            "Dispute": lambda: self.invoice.recouvrement_dispute('quality'),
            "Promise to pay": lambda: self.case.promise_to_pay(str(day(5))),
            "Snoozed": lambda: self._hold('snoozed', date_to=day(5)),
            "Insolvency proceedings": lambda: self._hold('insolvency'),
            "Nothing owed net of credits": lambda: (self._receive(600.0), self._receive(700.0)),
            "Probable receipt": lambda: self.env['account.bank.statement.line'].create({
                'journal_id': self.bank_journal.id, 'amount': 300.0, 'payment_ref': "Transfer", 'date': day(-1),
                'partner_id': self.debtor.id}),
            "Paid": lambda: self._pay(self.invoice),
        }
        for reminded in (False, True):
            if reminded:
                self._night()  # no level is due any more: what holds the customer is asked for all the same
            for label, happens in stories.items():
                with self.subTest(label, reminded=reminded), self.env.cr.savepoint() as undone:
                    happens()
                    script = self._screen().script
                    self.assertIn("Ask for nothing today", script)
                    self.assertIn(label.lower()[:12], script.lower())
                    undone.rollback()
                    self.env.invalidate_all()

    def test_a_script_does_not_ask_for_money_that_is_under_way(self):
        self._pay_on_account_without_entry(400.0)
        self.assertIn("600.00", self._words()['amount'])
        self._pay_on_account_without_entry(600.0)
        self.assertIn("Nothing owed once credits are deducted", self._screen().script)

    def test_the_one_invoice_that_is_overdue_is_the_one_disputed(self):
        screen = self._screen()
        screen.result = 'dispute'
        self.assertEqual(screen.move_ids[:], self.invoice)

    def test_a_screen_without_result_says_so(self):
        step = self.env['recouvrement.call.step'].create({'case_id': self.case.id})
        with self.assertRaisesRegex(UserError, "Choose the result"):
            step.action_record()

    def test_the_screen_records_once(self):
        screen = self._screen()
        screen.result = 'promise'
        screen.date_promised = day(4)
        screen.amount = 600.0
        step = screen.save()
        step.action_record()
        step.action_record()
        self.assertEqual(self.case.call_ids.promise_id.amount, 600.0)

    def test_the_script_follows_tone_and_situation(self):
        Script = self.env['recouvrement.call.script']
        for tone, situation, xmlid in (
                ('firm', 'late', 'late_firm'), ('courteous', 'promise_broken', 'promise'),
                ('last', 'promise_broken', 'promise_last'),
                ('last', 'dispute', 'dispute'), ('neutral', 'predue', 'predue')):
            with self.subTest(f'{tone} {situation}'):
                self.assertEqual(Script._for(tone, situation), self.env.ref(f'recouvrement_plus.call_script_{xmlid}'))

    def test_the_situation_is_that_of_the_file(self):
        self.assertEqual(self.case._call_situation(), 'late')
        self._log('promise', date_promised=str(TODAY))
        with freeze_time(day(4)):
            self.env['recouvrement.promise'].sudo()._settle(self.company, day(4))
            self.assertEqual(self.case._call_situation(), 'promise_broken')
            self.assertIn("1,000.00", self.env.ref('recouvrement_plus.call_script_promise')._say(
                self._words()))

    def test_a_script_with_an_unknown_place_is_refused_naming_it(self):
        with self.assertRaisesRegex(ValidationError, "{amout}"):
            self.env.ref('recouvrement_plus.call_script_late_firm').body = "You owe {amout}"

    def test_what_a_script_quotes_is_no_markup(self):
        self.debtor.name = "<b>Bold</b> & Co"
        script = self.env['recouvrement.call.script'].create({'name': "Own", 'body': "For {customer}"})
        self.assertEqual(script._say(self._words()), "<p>For &lt;b&gt;Bold&lt;/b&gt; &amp; Co</p>")

    def test_the_next_one_on_the_list_opens_after_recording(self):
        other = self._make_debtor("Next", phone='+33 4 72 00 00 03')
        self._make_invoice(day(-20), 500.0, partner=other)
        self._by_phone()
        screen = self._screen()
        screen.result = 'informed'
        action = screen.save().action_record_and_next()
        self.assertEqual(action['context']['default_case_id'], self._case(other).id)
