"""Which plan is followed and by which rule; one message or several; waits and tasks of levels."""
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import LEVELS, NOW, TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestPlanRules(RecouvrementCommon):

    def _segment(self, plan, **vals):
        return self.env['recouvrement.segment'].create({'name': "Segment", 'plan_id': plan.id, **vals})

    # === PRECEDENCE === #

    def test_invoice_then_customer_then_segment_then_company(self):
        """The screen says which rule chose; taking each away leaves the next."""
        invoice = self._make_invoice(day(-20))
        self._sync()
        plans = {name: self._make_plan(LEVELS, name=name) for name in ('invoice', 'customer', 'segment')}
        item, case = self._items(invoice), self._case()
        segment = self._segment(plans['segment'], name="Professionals", regime='b2b')
        case.plan_id = plans['customer']
        invoice.recouvrement_set_plan(plans['invoice'].id)

        def followed():
            item.invalidate_recordset()
            case.invalidate_recordset()
            return item.plan_used_id, item.plan_rule, case.plan_rule_label

        self.assertEqual(followed(), (plans['invoice'], 'invoice', "The customer's own plan"))
        invoice.recouvrement_set_plan(False)
        self.assertEqual(followed()[:2], (plans['customer'], 'customer'))
        case.plan_id = False
        self.assertEqual(followed(), (plans['segment'], 'segment', "Segment “Professionals”"))
        segment.active = False
        self.assertEqual(followed(), (self.plan, 'company', "Plan of the company"))

    def test_an_archived_plan_counts_as_none(self):
        """Whoever named it: the next rule chooses, and the screen says why."""
        invoice = self._make_invoice(day(-20))
        self._sync()
        plans = {name: self._make_plan(LEVELS, name=name) for name in ('invoice', 'customer', 'segment', 'next')}
        item, case = self._items(invoice), self._case()
        self._segment(plans['segment'], name="Professionals", regime='b2b')
        case.plan_id = plans['customer']
        invoice.recouvrement_set_plan(plans['invoice'].id)

        def followed():
            self.env.invalidate_all()
            return item.plan_used_id, self.env['recouvrement.plan.level'].browse(self._simulate()['level_id']).plan_id

        plans['invoice'].active = False
        self.assertEqual(followed(), (plans['customer'],) * 2)
        self.assertEqual(item.plan_rule_label, "The customer's own plan; archived and not followed: invoice")
        plans['customer'].active = False
        self.assertEqual(followed(), (plans['segment'],) * 2)
        self.assertEqual(case.plan_rule_label, "Segment “Professionals”; archived and not followed: customer")
        plans['segment'].active = False
        self.assertEqual(followed(), (self.plan,) * 2)
        self.plan.active = False
        self.assertEqual(followed()[0].active, True)
        self.assertIn("archived and not followed: customer, Plan", case.plan_rule_label)

    def test_nothing_is_prepared_when_the_only_plan_is_archived(self):
        self._make_invoice(day(-20))
        self.env['recouvrement.plan'].search([]).active = False
        self.assertEqual(self._simulate()['reason'], 'no_plan')
        self.assertFalse(self._night().reminder_ids)

    def test_what_waits_of_a_plan_archived_since_does_not_leave(self):
        self._make_plan(LEVELS, name="Next")
        self._make_invoice(day(-20))
        reminder = self._night().reminder_ids
        self.plan.active = False
        self._send(reminder)
        self.assertEqual((reminder.state, reminder.reason), ('withdrawn', 'plan_changed'))

    def test_who_archives_a_plan_is_told_who_named_it(self):
        self.assertIn("companies 1", self.plan.action_archive()['params']['message'])
        self.assertFalse(self._make_plan(LEVELS).action_archive())

    def test_segments_in_the_order_of_the_list(self):
        first, second = (self._make_plan(LEVELS, name=name) for name in ('first', 'second'))
        self._segment(second, sequence=2)
        self._segment(first, sequence=1, amount_min=500.0)
        self._make_invoice(day(-20), 600.0)
        self._sync()
        self.assertEqual(self._case().plan_used_id, first)
        small = self._make_debtor("Small")
        self._make_invoice(day(-20), 400.0, partner=small)
        self._sync()
        self.assertEqual(self._case(small).plan_used_id, second)

    def test_a_segment_by_tag_and_by_grade(self):
        tag = self.env['res.partner.category'].create({'name': "Chain"})
        plan = self._make_plan(LEVELS)
        self._segment(plan, tag_ids=[Command.set(tag.ids)], grade_from='D')
        self._make_invoice(day(-20))
        self._sync()
        case = self._case()
        self.assertEqual(case.plan_used_id, self.plan)
        self.debtor.category_id = tag
        case.sudo().grade = 'E'
        case.invalidate_recordset()
        self.assertEqual(case.plan_used_id, plan)

    def test_a_segment_that_holds_nobody_is_refused(self):
        with self.assertRaises(ValidationError):
            self._segment(self.plan, grade_from='D', grade_to='B')

    def test_the_plan_of_another_company_is_refused(self):
        other = self.env['res.company'].create({'name': "Other"})
        plan = self._make_plan(LEVELS, other)
        with self.assertRaises(UserError):
            self._make_invoice(day(-20)).recouvrement_set_plan(plan.id)
        with self.assertRaises(AccessError):
            self._make_invoice(day(-20)).with_user(self._make_user('internal')).recouvrement_set_plan(self.plan.id)

    def test_deposit_invoices_have_their_own_plan(self):
        """A down payment follows the plan of deposits, the customer's other invoices theirs."""
        deposit, invoice = self._make_invoice(day(-6), 300.0), self._make_invoice(day(-6), 700.0)
        self.company.recouvrement_deposit_plan_id = self._make_plan([("Deposit", 5)])
        with patch.object(self.env.registry['account.move'], '_is_downpayment', lambda move: move == deposit):
            self._sync()
            items = self._items(deposit) + self._items(invoice)
            self.assertEqual(items.mapped('plan_rule'), ['deposit', 'company'])
            reminder = self._night().reminder_ids
        self.assertEqual(reminder.level_id.name, "Deposit")
        self.assertEqual(reminder.item_ids.move_id, deposit)
        self.assertEqual(reminder.amount_due, 1000.0, "the other one is listed")

    def test_what_is_overdue_is_not_announced_as_falling_due(self):
        """An announcement names what is overdue already under its own heading, and does not call the total due."""
        late, soon = self._make_invoice(day(-5), 300.0), self._make_invoice(day(10), 700.0)
        self._night()
        with freeze_time(f'{day(3)} 10:00:00'):
            reminder = self._night(day(3)).reminder_ids
        self.assertEqual(reminder.item_ids.move_id, soon)
        table = str(reminder.items_table)
        places = [table.index(part) for part in (soon.name, "Already overdue", late.name, "Total to pay")]
        self.assertEqual(places, sorted(places))
        self.assertNotIn("Total due", table)

    def test_nothing_is_said_of_overdue_where_nothing_is(self):
        self._make_invoice(day(7))
        self.assertNotIn("Already overdue", self._night().reminder_ids.items_table)

    def test_lesson_48_the_order_of_creation_never_matters(self):
        """lesson 48: levels created in any order, in a plan of a segment, give the same level."""
        plan = self._make_plan([("Third", 30), ("First", 3), ("Second", 15)])
        self._segment(plan)
        self._make_invoice(day(-20))
        self.assertEqual(self._night().reminder_ids.level_id.name, "Second")

    # === BEFORE THE DUE DATE === #

    def test_lesson_49_who_is_written_to_before_the_due_date(self):
        """lesson 49: by default a customer who is known, small and pays well is left in peace; a new one is not."""
        self.plan.predue_scope = 'targeted'
        self._make_invoice(day(5))
        self.assertEqual(self._simulate()['decision'], 'remind', "new")
        self._sync()
        self._case().sudo().write({'grade': 'A', 'score_known_count': 12})
        self.assertEqual(self._simulate()['decision'], 'nothing')
        self.plan.predue_amount = 1000.0
        self.assertEqual(self._simulate()['decision'], 'remind', "large")
        self.plan.predue_scope = 'nobody'
        self.assertEqual(self._simulate()['decision'], 'nothing')

    # === SEVERAL MESSAGES === #

    def test_one_message_for_each_level_then_switched_back(self):
        """lesson 51: the mode may change later, nothing is sent twice."""
        self.plan.grouping = 'level'
        old, young = self._make_invoice(day(-20), 100.0), self._make_invoice(day(-4), 50.0)
        reminders = self._night().reminder_ids.sorted('level')
        self.assertEqual([(one.level_id.name, one.amount_due) for one in reminders], [("First", 50.0), ("Second", 100.0)])
        self.assertEqual(reminders[0].item_ids.move_id, young)
        self.assertEqual(reminders[1].item_ids.move_id, old)
        self._send(reminders)
        self.assertEqual(reminders.mapped('state'), ['sent', 'sent'], "they do not keep each other back")
        self.plan.grouping = 'customer'
        self._night()
        self.assertEqual(self._reminders(), reminders, "the same night again adds nothing")

    def _both_leave(self):
        """The two messages that the night prepared for the customer leave."""
        reminders = self._reminders()
        self._send(reminders)
        self.assertEqual([(one.state, one.reason) for one in reminders], [('sent', False)] * 2)

    def test_messages_of_one_night_in_two_currencies_both_leave(self):
        self.plan.min_interval_days = 7
        dollar = self.env.ref('base.USD')
        dollar.active = True
        self._make_invoice(day(-20), 100.0)
        self._make_invoice(day(-20), 200.0, currency_id=dollar.id)
        self._night()
        self._both_leave()

    def test_messages_of_one_night_both_leave_after_the_grouping_was_switched(self):
        self.plan.write({'min_interval_days': 7, 'grouping': 'level'})
        self._make_invoice(day(-20), 100.0)
        self._make_invoice(day(-4), 50.0)
        self._night()
        self.plan.grouping = 'customer'
        self._both_leave()

    def test_an_invoice_with_its_own_plan_and_the_others_both_leave(self):
        self.plan.write({'min_interval_days': 7, 'grouping': 'level'})
        own = self._make_plan((("Own", 3),), min_interval_days=7)
        self._make_invoice(day(-20), 100.0)
        invoice = self._make_invoice(day(-4), 50.0)
        self._sync()
        invoice.recouvrement_set_plan(own.id)
        self._night()
        self._both_leave()

    def test_a_message_of_the_night_before_is_a_recent_contact(self):
        self.plan.min_interval_days = 7
        with freeze_time('2026-03-15 10:00:00'):
            self._make_invoice(day(-20), 100.0)
            self._send(self._night(day(-1)).reminder_ids)
        dollar = self.env.ref('base.USD')
        dollar.active = True
        self._make_invoice(day(-20), 200.0, currency_id=dollar.id)
        self.assertEqual(self._night().reminder_ids, self.env['recouvrement.reminder'])

    def test_an_unknown_plan_is_refused_and_the_invoice_keeps_its_own(self):
        own = self._make_plan((("Own", 3),))
        invoice = self._make_invoice(day(-4), 50.0)
        self._sync()
        invoice.recouvrement_set_plan(own.id)
        for wrong in ('abc', 99999999, -1, [own.id], True):
            with self.subTest(wrong), self.assertRaisesRegex(UserError, 'plan_id'):
                invoice.recouvrement_set_plan(wrong)
        self.assertEqual(self._items(invoice).plan_id, own)
        invoice.recouvrement_set_plan(False)
        self.assertFalse(self._items(invoice).plan_id)

    def test_ids_that_are_none_are_refused_by_name(self):
        run = self.env['recouvrement.run']
        for wrong in ('abc', None, ['x'], 5, [True]):
            with self.subTest(wrong), self.assertRaisesRegex(UserError, 'case_ids'):
                run.prepare(TODAY, wrong)
        self.assertFalse(run.search([('company_id', '=', self.company.id)]))

    def test_totals_are_written_in_the_decimals_of_their_currency(self):
        self._make_invoice(day(-4), 0.1)
        self._make_invoice(day(-5), 0.2)
        reminder = self._night().reminder_ids
        self.env.flush_all()
        self.env.cr.execute("SELECT amount_due::text FROM recouvrement_reminder WHERE id = %s", [reminder.id])
        self.assertEqual(self.env.cr.fetchone()[0], '0.3')

    def test_credits_count_once_with_several_messages(self):
        self.plan.grouping = 'level'
        self._make_invoice(day(-20), 100.0)
        self._make_invoice(day(-4), 50.0)
        self._receive(30.0, self.debtor)
        reminders = self._night().reminder_ids.sorted('level')
        self.assertEqual(reminders.mapped('amount_due'), [50.0, 70.0])

    # === LEVELS === #

    def test_a_level_counted_from_the_previous_reminder(self):
        self._level(15).write({'count_from': 'previous', 'wait_days': 10})
        self._level(30).unlink()
        self.notice_level.unlink()
        self._make_invoice(day(-20))
        first = self._night().reminder_ids
        self.assertEqual(first.level_id.name, "First", "nothing to count from yet")
        with freeze_time('2026-03-25 10:00:00'):
            self.assertFalse(self._night(day(9)).reminder_ids)
        with freeze_time('2026-03-26 10:00:00'):
            self.assertEqual(self._night(day(10)).reminder_ids.level_id.name, "Second")

    def test_a_level_with_its_own_interval(self):
        self.plan.min_interval_days = 20
        self._make_invoice(day(-14))
        self._send(self._night().reminder_ids)
        with freeze_time('2026-03-18 10:00:00'):
            self.assertEqual(self._simulate(day(2))['reason'], 'recent_contact')
            self._level(15).min_interval_days = 2
            self.assertEqual(self._simulate(day(2))['decision'], 'remind')

    def test_a_minimum_in_company_currency_is_converted_the_right_way(self):
        """The probe's first case: 20 EUR at 1 EUR = 2 USD spares 30 USD, not 50."""
        usd = self.env.ref('base.USD')
        usd.active = True
        self.env['res.currency.rate'].search([('currency_id', '=', usd.id)]).unlink()
        self.env['res.currency.rate'].create({
            'currency_id': usd.id, 'name': '2026-01-01', 'rate': 2.0, 'company_id': self.company.id})
        self._level(15).min_amount = 20.0
        self._make_invoice(day(-20), 30.0, currency_id=usd.id)
        self.assertEqual(self._simulate()['reason'], 'below_threshold')
        self._make_invoice(day(-20), 20.0, currency_id=usd.id)
        self.assertEqual(self._simulate()['decision'], 'remind')

    def test_a_call_is_a_task_and_its_end_the_sending(self):
        collector = self._make_user('officer')
        self._level(15).write({'channel': 'phone', 'template_id': False, 'task_summary': "Ask for the date of payment"})
        self.debtor.phone = '+33 1 23 45 67 89'
        self._make_invoice(day(-20))
        self._sync()
        self._case().user_id = collector
        reminder = self._night().reminder_ids
        self.assertRecordValues(reminder, [{'channel': 'phone', 'state': 'queued'}])
        self.assertRecordValues(reminder.activity_id, [{
            'user_id': collector.id, 'summary': "Ask for the date of payment", 'res_id': self._case().id}])
        reminder.activity_id.action_feedback(feedback="Pays on Friday")
        self.assertEqual(reminder.state, 'sent')

    def test_a_call_that_is_not_needed_any_more_leaves_no_task(self):
        self._level(15).write({'channel': 'activity', 'template_id': False})
        invoice = self._make_invoice(day(-20))
        reminder = self._night().reminder_ids
        activity = reminder.activity_id
        self._pay(invoice)
        self.assertEqual(reminder.send()[0]['state'], 'withdrawn')
        self.assertFalse(activity.exists())

    def test_neither_a_call_nor_a_visit_is_a_message_that_waits_to_be_sent(self):
        for channel in ('phone', 'activity'):
            partner = self._make_debtor(channel, phone='+33 4 72 00 00 00')
            self._level(15).write({'channel': channel, 'template_id': False})
            self._make_invoice(day(-20), partner=partner)
            self.assertEqual(self._night().reminder_ids.filtered(lambda one, to=partner: one.partner_id == to).channel, channel)
            self.assertFalse(self._case(partner).reminder_waiting_id, "it is done from its own button or task")

    def test_without_any_address_it_is_held_with_a_task(self):
        """The end of the chain: no e-mail, so a letter; no postal address either, so it is held, with a task to find one."""
        self.debtor.email = False
        self._make_invoice(day(-20))
        run = self._night()
        self.assertFalse(run.reminder_ids)
        self.assertEqual(self._case().held_reason, 'no_contact')
        self.assertEqual(self._case().activity_ids.activity_type_id, self.env.ref('recouvrement_plus.mail_activity_type_address'))

    def test_a_task_beside_the_message(self):
        self._level(15).write({'task': True, 'task_summary': "Call the day after"})
        self._make_invoice(day(-20))
        reminder = self._night().reminder_ids
        self.assertRecordValues(reminder, [{'channel': 'email', 'state': 'queued'}])
        self.assertEqual(reminder.activity_id.summary, "Call the day after")

    def test_lesson_63_the_date_to_pay_by_is_printed_and_a_working_day(self):
        """lesson 63: days between a reminder and the next step, a date in the message. 24 March + 0 week-end."""
        self._level(15).write({'grace_days': 5})
        self._make_invoice(day(-20))
        reminder = self._night().reminder_ids
        self.assertEqual(str(reminder.grace_date), '2026-03-23', "21 March 2026 is a Saturday")
        self.assertIn('03/23/2026', reminder.items_table)

    # === PLANS THAT ARE EDITED === #

    def test_a_level_with_other_days_reminds_nobody_twice_and_costs_nobody_the_night(self):
        """The first level at 3 days has left; at 8 days it is the same one. What else the customer owes is reminded."""
        reminded = self._make_invoice(day(-3))
        self._send(self._night().reminder_ids)
        self._level(3).days = 8
        older = self._make_invoice(day(-12), 500.0)
        with freeze_time(f'{day(5)} 10:00:00'):
            run = self._night(day(5))
            self.assertFalse(run.error_count)
            self.assertEqual((run.reminder_ids.level_id.name, run.reminder_ids.item_ids.move_id), ("Second", older))
            self.assertEqual(self._reasons(day(5))[reminded.name], ('nothing', 'already_reminded'))
        with freeze_time(f'{day(12)} 10:00:00'):
            self.assertEqual(self._night(day(12)).reminder_ids.item_ids.move_id, reminded, "its second one, on its day")

    def test_two_levels_that_change_places_are_sent_once(self):
        self._make_invoice(day(-15))
        self._night()
        first, second = self._level(3), self._level(15)
        first.days = 20
        second.days = 3
        first.days = 15
        with freeze_time(f'{day(5)} 10:00:00'):
            run = self._night(day(5))
            self.assertFalse(run.error_count + len(run.reminder_ids))

    def test_a_level_that_moves_to_another_plan_is_the_same_there(self):
        self._make_invoice(day(-4))
        self._night()
        other = self._make_plan([("Later", 40)])
        self._case().plan_id = other
        self._level(3).write({'plan_id': other.id, 'days': 4})
        with freeze_time(f'{day(1)} 10:00:00'):
            self.assertEqual(self._simulate(day(1))['reason'], 'already_reminded')
            self.assertFalse(self._night(day(1)).error_count)

    def test_a_quiet_start_at_a_level_whose_days_change_stays_reached(self):
        invoice = self._make_invoice(day(-6))
        self._sync()
        self._items(invoice)._enter(self._level(3), day(-1))
        self._level(3).days = 6
        self.assertEqual(self._simulate()['reason'], 'already_reminded')

    # === WHAT BELONGS TO A PLAN === #

    def test_the_days_between_contacts_are_those_of_the_invoice_s_own_plan(self):
        invoice = self._make_invoice(day(-3))
        self._sync()
        invoice.recouvrement_set_plan(self._make_plan([("Own 3", 3), ("Own 6", 6)], min_interval_days=20).id)
        self._send(self._night().reminder_ids)
        with freeze_time(f'{day(3)} 10:00:00'):
            self.assertEqual(self._simulate(day(3))['reason'], 'recent_contact')
        with freeze_time(f'{day(20)} 10:00:00'):
            self.assertEqual(self._simulate(day(20))['level_name'], "Own 6")

    def test_a_deposit_waits_its_own_days_not_its_customer_s(self):
        self.plan.min_interval_days = 20
        deposit = self._make_invoice(day(-1), 300.0)
        self.company.recouvrement_deposit_plan_id = self._make_plan([("Deposit 1", 1), ("Deposit 4", 4)])
        with patch.object(self.env.registry['account.move'], '_is_downpayment', lambda move: move == deposit):
            self._send(self._night().reminder_ids)
            late = self._make_invoice(day(-15), 700.0)
            with freeze_time(f'{day(3)} 10:00:00'):
                reminder = self._night(day(3)).reminder_ids
                self.assertEqual((reminder.level_id.name, reminder.item_ids.move_id), ("Deposit 4", deposit))
                self.assertEqual(reminder.amount_due, 1000.0, "the other one waits, and is listed")
                self._send(reminder)
                self.assertEqual((reminder.state, self._items(late).level), ('sent', 0))

    def test_the_minimum_of_a_level_holds_its_own_invoices_only(self):
        self._level(30).min_amount = 500.0
        firm = self._make_invoice(day(-34), 100.0)
        young = self._make_invoice(day(-4), 300.0)
        reminder = self._night().reminder_ids
        self.assertEqual((reminder.level_id.name, reminder.item_ids.move_id, reminder.amount_due), ("First", young, 400.0))
        self._send(reminder)
        self.assertEqual((reminder.state, self._items(firm).level), ('sent', 0))

    def test_a_first_level_counted_from_the_previous_reminder_counts_from_the_due_date(self):
        self._level(-7).unlink()
        self._level(3).write({'count_from': 'previous', 'wait_days': 5})
        self._make_invoice(day(-4))
        self.assertEqual(self._night().reminder_ids.level_id.name, "First")
