"""Promises to pay: they hold the instalments, the money says whether they were kept, and the plan goes on when not."""
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestPromise(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._make_invoice(day(-20), 1000.0)
        cls.other = cls._make_invoice(day(-20), 300.0)
        cls._sync()
        cls.case = cls._case()

    def _promise(self, offset=5, amount=None, invoice=None, **kwargs):
        items = self._items(invoice or self.invoice)
        result = self.case.promise_to_pay(str(day(offset)), amount, items.ids, **kwargs)
        return self.env['recouvrement.promise'].browse(result['id'])

    def _settle(self, offset):
        self.assertEqual(self.env['recouvrement.promise'].sudo()._settle(self.company, day(offset)), {})

    def test_what_is_promised_is_left_in_peace_and_the_rest_is_reminded(self):
        self._promise()
        reasons = self._reasons()
        self.assertEqual(reasons[self.invoice.name], ('hold', 'promise'))
        self.assertEqual(self._night().reminder_ids.amount_due, 300.0)

    def test_until_the_day_and_the_grace(self):
        promise = self._promise(5)
        self.assertEqual(promise.date_to, day(8))
        self.assertEqual(self._reasons(day(8))[self.invoice.name], ('hold', 'promise'))
        self.assertEqual(self._reasons(day(9))[self.invoice.name][0], 'remind')

    def test_money_keeps_it(self):
        promise = self._promise()
        self._pay(self.invoice)
        self._settle(0)
        self.assertEqual((promise.state, promise.amount_received), ('kept', 1000.0))

    def test_a_part_keeps_a_part(self):
        promise = self._promise(5, 800)
        self._pay(self.invoice, 300.0)
        self._settle(8)
        self.assertEqual(promise.state, 'running')
        self._settle(9)
        self.assertEqual(promise.state, 'partly_kept')
        self.assertEqual(self.case.activity_ids.activity_type_id, self.env.ref('recouvrement_plus.mail_activity_type_promise'))

    def test_a_night_tells_it_in_the_language_of_the_company(self):
        """A scheduled action has no language of its own: who reads the task in the morning has one."""
        self.env['res.lang']._activate_lang('fr_FR')
        self.company.partner_id.lang = 'fr_FR'
        promise = self._promise()
        with freeze_time(f'{day(9)} 04:00:00'):
            self.env['recouvrement.run'].with_context(lang=None).sudo()._start(self.company, day(9))._work(deadline=None)
        self.assertEqual(promise.state, 'broken')
        self.assertIn('Promesse non tenue', self.case.activity_ids.note)
        self.assertTrue(any('Promesse non tenue' in body for body in self.case.message_ids.mapped('body')))

    def test_nobody_is_asked_to_call_any_more_once_all_is_paid(self):
        """The money came late: the promise stays broken, but who has paid is not called about it."""
        self._promise()
        for offset in (9, 10):
            with freeze_time(f'{day(offset)} 04:00:00'):
                self._night(day(offset))
            self.assertTrue(self._calls(), "what is overdue is called about")
        for invoice in (self.invoice, self.other):
            self._pay(invoice, on=day(11))
        with freeze_time(f'{day(12)} 04:00:00'):
            self._night(day(12))
        self.assertFalse(self._calls())

    def _calls(self):
        return self.case.activity_ids.filtered(
            lambda task: task.activity_type_id == self.env.ref('recouvrement_plus.mail_activity_type_promise'))

    def test_a_broken_promise_is_told_once(self):
        promise = self._promise()
        for offset in (9, 9, 10):
            self._settle(offset)
        self.assertEqual((promise.state, promise.date_state, len(self.case.activity_ids)), ('broken', day(9), 1))
        notes = [note for note in self.case.message_ids.mapped('body') if 'Promise not kept' in note]
        self.assertEqual(len(notes), 1)
        self.assertEqual(self.case.promise_broken_count, 1)

    def test_a_payment_booked_late_counts_for_its_day(self):
        promise = self._promise()
        self._settle(10)
        self.assertEqual(promise.state, 'broken')
        self._pay(self.invoice, on=day(5))
        self._settle(12)
        self.assertEqual(promise.state, 'kept')

    # === A PAYMENT THAT COMES BACK === #

    def _kept_then_back(self, offset, **kwargs):
        """A promise for day 5, kept on day 2; the payment is rejected on another day."""
        promise = self._promise(5, **kwargs)
        payment = self._pay(self.invoice, promise.amount, on=day(2))
        self._settle(3)
        self.assertEqual(promise.state, 'kept')
        self._reject(payment)
        self._settle(offset)
        return promise

    def test_a_payment_that_comes_back_breaks_the_promise_that_it_kept(self):
        promise = self._kept_then_back(20)
        self._settle(21)
        self.assertEqual((promise.state, promise.date_state, promise.amount_received), ('broken', day(20), 0.0))
        self.assertEqual(len(self.case.activity_ids), 1)
        self.assertIn("came back", self.case.activity_ids.note)
        self.assertIn("came back", self.case.message_ids[0].body)
        self.assertEqual(self._reasons(day(20))[self.invoice.name][0], 'remind')

    def test_it_still_runs_when_its_day_has_not_passed(self):
        """The instalment is held again until the day that was promised, and the collector knows."""
        promise = self._kept_then_back(4)
        self._settle(5)
        self.assertEqual((promise.state, promise.date_state, len(self.case.activity_ids)), ('running', False, 1))
        self.assertEqual(self._reasons(day(4))[self.invoice.name], ('hold', 'promise'))
        self.assertEqual(self._reasons(day(9))[self.invoice.name][0], 'remind')
        self._pay(self.invoice, on=day(6))
        self._settle(7)
        self.assertEqual(promise.state, 'kept')

    def test_a_part_that_stays_keeps_a_part(self):
        promise = self._promise(5)
        self._pay(self.invoice, 400.0, on=day(1))
        payment = self._pay(self.invoice, 600.0, on=day(2))
        self._settle(3)
        self._reject(payment)
        self._settle(10)
        self.assertEqual((promise.state, promise.amount_received), ('partly_kept', 400.0))

    def test_the_promise_made_since_stands_alone(self):
        promise = self._promise(5)
        payment = self._pay(self.invoice, on=day(2))
        self._settle(3)
        self._reject(payment)
        later = self._promise(12)
        self._settle(4)
        self.assertEqual((promise.state, later.state), ('cancelled', 'running'))
        self.assertFalse(self.case.activity_ids)

    def test_only_what_is_open_again_and_was_kept_lately_is_looked_at(self):
        promise = self._promise(5)
        payment = self._pay(self.invoice, on=day(2))
        self._settle(3)
        self._sync()
        back = self.env['recouvrement.promise']._to_settle
        self.assertFalse(back(self.company, day(4)), "paid")
        self._reject(payment)
        self.assertEqual(back(self.company, day(63)), promise)
        self.assertFalse(back(self.company, day(64)), "long ago: the instalment is followed by its own days")
        self.assertFalse(back(self.company, day(-1)), "a replayed night changes nothing")

    def test_what_was_paid_before_is_not_what_was_promised(self):
        """The same morning 400 had come; the promise is on the 600 that were left."""
        self._pay(self.invoice, 400.0)
        promise = self._promise()
        self.assertEqual(promise.amount, 600.0)
        self._settle(9)
        self.assertEqual((promise.state, promise.amount_received), ('broken', 0.0))

    def test_when_it_is_kept_before_its_day_what_is_left_is_reminded(self):
        promise = self._promise(20, 600)
        self._pay(self.invoice, 600.0)
        self._settle(1)
        self.assertEqual(promise.state, 'kept')
        self.assertEqual(self._reasons(day(1))[self.invoice.name][0], 'remind')

    def test_a_new_promise_replaces_the_one_that_runs(self):
        first = self._promise(3)
        second = self._promise(10)
        self.assertEqual((first.state, second.state), ('cancelled', 'running'))
        self._settle(7)
        self.assertEqual(second.state, 'running')
        self.assertEqual(self._reasons(day(7))[self.invoice.name], ('hold', 'promise'))

    def test_recorded_twice_it_is_one(self):
        self.assertEqual(self._promise(), self._promise())
        self.assertEqual(len(self.case.promise_ids), 1)

    def test_cancelling_needs_words_and_frees_the_instalments(self):
        promise = self._promise()
        with self.assertRaisesRegex(UserError, "Say why"):
            promise.cancel(" ")
        promise.cancel("Entered on the wrong customer")
        self.assertEqual(promise.state, 'cancelled')
        self.assertEqual(self._reasons()[self.invoice.name][0], 'remind')

    def test_what_cannot_be_promised(self):
        stranger = self._make_debtor("Stranger")
        self._make_invoice(day(-20), 50.0, stranger)
        self._sync()
        foreign = self._case(stranger).open_item_ids.ids
        for arguments, words in (
                ((str(day(-1)),), "from today"), ((str(day(100)),), "instalment agreement"), (("soon",), "not a date"),
                ((str(day(5)), 0), "nought"), ((str(day(5)), 5000), "nought"), ((str(day(5)), "much"), "no amount"),
                ((str(day(5)), None, foreign), "this customer")):
            with self.subTest(arguments=arguments), self.assertRaisesRegex(UserError, words):
                self.case.promise_to_pay(*arguments)

    def test_a_message_on_its_way_is_held_at_the_second_of_sending(self):
        reminder = self._night().reminder_ids
        self._promise()
        self._promise(invoice=self.other)
        self._send(reminder)
        self.assertEqual((reminder.state, reminder.reason), ('withdrawn', 'promise'))

    def test_one_bad_promise_does_not_stop_the_night(self):
        promise = self._promise()
        stranger = self._make_debtor("Stranger")
        self._make_invoice(day(-20), 50.0, stranger)
        self._sync()
        promise.sudo().grace_days = -1   # what the engine refuses
        run = self._night()
        self.assertEqual(run.state, 'done')
        self.assertEqual(run.line_ids.filtered(lambda line: line.kind == 'error').partner_id, self.debtor)
        self.assertTrue(self._reminders(stranger))

    def test_who_may(self):
        for role in ('billing', 'internal', 'portal'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.case.with_user(self._make_user(role)).promise_to_pay(str(TODAY))
        officer = self._make_user('officer')
        promise = self.env['recouvrement.promise'].browse(self.case.with_user(officer).promise_to_pay(str(TODAY))['id'])
        self.assertEqual(promise.user_id, officer)
        with self.assertRaises(AccessError):
            promise.with_user(officer).write({'state': 'kept'})

    # === ONE LEVEL UP === #

    def _broken(self, climb):
        """The second reminder is four days away; a promise made after the first one is broken. The night of that day."""
        self.plan.climb_when_broken = climb
        debtor = self._make_debtor("Promising")
        invoice = self._make_invoice(day(-5), 500.0, partner=debtor)
        self._night()
        self._send(self._reminders(debtor))
        case = self._case(debtor)
        case.promise_to_pay(str(day(2)), None, self._items(invoice).ids)
        with freeze_time(day(6)):
            self.env['recouvrement.run'].execute(day(6), self.company.id)
            self.env['recouvrement.run'].execute(day(6), self.company.id)
        return debtor

    def test_after_a_broken_promise_one_level_up_when_the_plan_says_so(self):
        """The night that finds it looks at the customer although no level has come by its days, and climbs once."""
        debtor = self._broken(True)
        self.assertEqual(self._reminders(debtor).level_id.mapped('days'), [3, 15])
        with freeze_time(day(7)):
            self.env['recouvrement.run'].execute(day(7), self.company.id)
            self._send(self._reminders(debtor))
            self.env['recouvrement.run'].execute(day(7), self.company.id)
        self.assertEqual(self._reminders(debtor).level_id.mapped('days'), [3, 15])

    def test_after_a_broken_promise_the_days_count_as_before_by_default(self):
        self.assertEqual(self._reminders(self._broken(False)).level_id.mapped('days'), [3])
