"""Credits that cover what is overdue ask for a person; reserved ones cover nothing; thanks to who paid."""
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, mute_logger, tagged

from .common import NOW, RecouvrementCommon, day

MATCH = 'recouvrement_plus.mail_activity_type_match'


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestCreditReserved(RecouvrementCommon):

    def _tasks(self, partner=None):
        return self._case(partner).activity_ids.filtered(lambda task: task.activity_type_id == self.env.ref(MATCH))

    def _reserve(self, payment, reason='deposit', **vals):
        return self.env['recouvrement.reserve'].create({
            'case_id': self._case().id, 'move_line_id': self._credit_line(payment).id, 'reason': reason, **vals})

    # === TASK === #

    def test_lesson_29_a_credit_that_covers_all_asks_for_matching_once_and_ages(self):
        """lesson 29: net <= 0 sends nothing; a task says so, once, and its date tells since when."""
        invoice = self._make_invoice(day(-20), 100.0)
        payment = self._receive(150.0, self.debtor)
        run = self._night()
        self.assertFalse(run.reminder_ids)
        task = self._tasks()
        self.assertEqual(len(task), 1)
        with freeze_time('2026-03-20 10:00:00'):
            self._night(day(4))
            self.assertEqual(self._tasks(), task)
            self.assertEqual(str(task.date_deadline), '2026-03-16')
            (self._credit_line(payment) + self._lines(invoice)).reconcile()
            self._make_invoice(day(-20), 90.0)
        with freeze_time('2026-03-21 10:00:00'):
            self._night(day(5))
            self.assertFalse(self._tasks(), "matched: 50 of credit no longer cover the 90 overdue")

    # === RESERVE === #

    def test_a_reserved_credit_hides_no_overdue_invoice(self):
        self._make_invoice(day(-20), 100.0)
        payment = self._receive(150.0, self.debtor)
        self._sync()
        self.assertEqual(self._simulate()['reason'], 'net_credit')
        reserve = self._reserve(payment, note="Order 12")
        row = self._simulate()
        self.assertEqual((row['decision'], row['amount_due']), ('remind', '100.00'))
        reminder = self._night().reminder_ids
        self.assertEqual(reminder.amount_due, 100.0)
        self.assertFalse(reminder.line_ids.filtered(lambda line: line.kind == 'credit'))
        reserve.action_free()
        self.assertEqual(reminder.send()[0]['reason'], 'net_credit', "freed before the message left")

    def test_a_reserve_of_a_past_day_explains_that_day(self):
        self._make_invoice(day(-20), 100.0)
        payment = self._receive(150.0, self.debtor, on=day(-10))
        self._sync()
        reserve = self._reserve(payment, date_from=day(-3))
        self.assertEqual(self._simulate(day(-4))['reason'], 'net_credit')
        self.assertEqual(self._simulate(day(-3))['decision'], 'remind')
        with self.assertRaises(UserError):
            reserve.sudo().unlink()

    def test_only_a_credit_of_this_customer_can_be_reserved(self):
        other = self._make_debtor("Other")
        invoice = self._make_invoice(day(-20), 100.0)
        self._sync()
        with self.assertRaises(ValidationError):
            self._reserve(self._receive(10.0, other))
        with self.assertRaises(ValidationError):
            self.env['recouvrement.reserve'].create({
                'case_id': self._case().id, 'move_line_id': self._lines(invoice).id, 'reason': 'other'})

    def test_who_may_read_and_write_what(self):
        self._make_invoice(day(-20), 100.0)
        payment = self._receive(10.0, self.debtor)
        self._sync()
        officer, manager, internal = (self._make_user(role) for role in ('officer', 'manager', 'internal'))
        reserve = self.env['recouvrement.reserve'].with_user(officer).create({
            'case_id': self._case().id, 'move_line_id': self._credit_line(payment).id, 'reason': 'rebate'})
        self.assertEqual(reserve.user_id, officer)
        for model in ('recouvrement.segment', 'recouvrement.quiet.period'):
            self.env[model].with_user(officer).check_access('read')
            self.env[model].with_user(manager).check_access('create')
            with self.assertRaises(AccessError):
                self.env[model].with_user(officer).check_access('write')
            with self.assertRaises(AccessError):
                self.env[model].with_user(internal).check_access('read')
        with self.assertRaises(AccessError):
            reserve.with_user(internal).read(['reason'])
        with self.assertRaises(AccessError):
            self.env['recouvrement.activation'].with_user(officer).check_access('create')
        other = self.env['res.company'].create({'name': "Other"})
        with self.assertRaises(AccessError):
            reserve.with_user(self._make_user('officer', other)).read(['reason'])

    # === THANKS === #

    def _thanks(self, partner=None):
        return self.env['mail.mail'].search([('model', '=', 'recouvrement.case'), ('res_id', '=', self._case(partner).id),
                                             ('subject', 'like', 'thank you')])

    def test_a_late_customer_who_pays_is_thanked_once_when_asked_to(self):
        self.company.recouvrement_thanks = True
        invoice = self._make_invoice(day(-20), 100.0)
        self._send(self._night().reminder_ids)
        with freeze_time('2026-03-18 10:00:00'):
            self._pay(invoice, on=day(2))
            self._night(day(2))
            self.assertEqual(self._thanks().recipient_ids, self.debtor)
            self._night(day(2))
        with freeze_time('2026-03-19 10:00:00'):
            self._night(day(3))
            self.assertEqual(len(self._thanks()), 1)

    def _paid_late(self, *partners):
        """These customers were reminded on the 16th and paid on the 18th."""
        self.company.recouvrement_thanks = True
        invoices = [self._make_invoice(day(-20), partner=partner) for partner in partners]
        self._send(self._night().reminder_ids)
        with freeze_time('2026-03-18 10:00:00'):
            for invoice in invoices:
                self._pay(invoice, on=day(2))

    def test_a_customer_under_a_judgment_is_not_thanked(self):
        """It may not pay what it owed before: whoever pays all the same is not thanked for it."""
        self._paid_late(self.debtor)
        self._hold('insolvency', date_from=day(1))
        with freeze_time('2026-03-19 10:00:00'):
            self._night(day(3))
        self.assertFalse(self._thanks())

    @mute_logger('odoo.addons.recouvrement_plus.models.recouvrement_night_chunks')
    def test_who_cannot_be_thanked_is_named_and_costs_the_others_nothing(self):
        good, bad = self._make_debtor("Bon payeur"), self._make_debtor("Casse tout")
        self._paid_late(good, bad)
        Thanks = self.env.registry['recouvrement.thanks']
        ordinary = Thanks._mail_vals

        def refuse(thanks, case, template):
            if case.partner_id == bad:
                raise ValueError("bad data")
            return ordinary(thanks, case, template)
        self.patch(Thanks, '_mail_vals', refuse)
        with freeze_time('2026-03-19 10:00:00'):
            run = self._night(day(3))
        self.assertEqual(self._thanks(good).recipient_ids, good)
        errors = run.line_ids.filtered(lambda line: line.kind == 'error')
        self.assertEqual(errors.partner_id, bad)
        self.assertIn("ValueError: bad data", errors.message)
        self.assertFalse(self._case(bad).date_thanked)

    def test_nobody_is_thanked_by_default_for_a_credit_note_or_while_late(self):
        invoice = self._make_invoice(day(-20), 100.0)
        self._send(self._night().reminder_ids)
        with freeze_time('2026-03-18 10:00:00'):
            self._credit(invoice, on=day(2))
            self._night(day(2))
            self.assertFalse(self._thanks(), "off")
            self.company.write({'recouvrement_thanks': True, 'recouvrement_thanks_since': day(0)})
            self._night(day(2))
            self.assertFalse(self._thanks(), "a credit note is no payment")

    def test_a_reserve_that_explained_nights_is_not_rewritten(self):
        self._make_invoice(day(-20), 100.0)
        payment = self._receive(150.0, self.debtor, on=day(-10))
        self._sync()
        officer = self._make_user('officer')
        reserve = self._reserve(payment, date_from=day(-5)).with_user(officer)
        for vals in ({'date_from': day(0)}, {'reason': 'other'}, {'case_id': reserve.case_id.id},
                     {'move_line_id': reserve.move_line_id.id}):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "explains past nights"):
                reserve.write(vals)
        reserve.write({'note': "Order 12", 'date_to': day(5)})
        today = self._reserve(self._receive(10.0, self.debtor)).with_user(officer)
        today.reason = 'other'
