"""The night: what leaves, once; what a second run, a missed week or a broken customer change (nothing)."""
from unittest.mock import patch

from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo.addons.recouvrement_plus.models import recouvrement_night
from odoo.addons.recouvrement_plus.models.night_memo import KEY, for_a_night
from odoo.addons.recouvrement_plus.models.recouvrement_night import LOCK_CLASS
from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import LEVELS, TODAY, RecouvrementCommon, day

NIGHT_LOG = 'odoo.addons.recouvrement_plus.models.recouvrement_night'
CHUNKS_LOG = 'odoo.addons.recouvrement_plus.models.recouvrement_night_chunks'


@tagged('post_install', '-at_install')
class TestNight(RecouvrementCommon):

    # === LEVELS === #

    def test_the_sign_of_the_days(self):
        """-7 is before the due date, +3 after it, and the boundary days belong to the level."""
        expected = {8: 0, 7: -7, 1: -7, 0: 0, -2: 0, -3: 3, -14: 3, -15: 15, -29: 15, -30: 30, -44: 30, -45: 45}
        found = {}
        for offset in expected:
            partner = self._make_debtor(f"Due {offset}")
            self._make_invoice(day(offset), partner=partner)
            row = self._simulate(partner=partner)
            level = self.env['recouvrement.plan.level'].browse(row['level_id'])
            found[offset] = level.days if row['decision'] == 'remind' else 0
        self.assertEqual(found, expected)

    def test_levels_made_in_any_order_give_the_same(self):
        plan = self._make_plan(LEVELS[::-1])
        self._sync()
        invoice = self._make_invoice(day(-20))
        self._sync()
        self._case().plan_id = plan
        row = self._simulate()
        self.assertEqual((row['level_name'], row['level']), ("Second", 3))
        self.assertEqual(self._night().reminder_ids.level_id, self._level(15, plan))
        self.assertEqual(self._items(invoice).level, 3)

    def test_two_levels_on_one_day_are_refused(self):
        with self.assertRaisesRegex(UserError, "two levels on the same day"):
            self._make_plan([('One', 3), ('Two', 3)])

    def test_an_automatic_formal_notice_is_refused(self):
        with self.assertRaisesRegex(UserError, "cannot be automatic"):
            self.notice_level.automatic = True

    def test_an_old_invoice_enters_at_the_level_of_its_age(self):
        self._make_invoice(day(-35))
        self.assertEqual(self._night().reminder_ids.level_id.days, 30)

    def test_or_at_the_first_level_when_the_plan_says_so(self):
        self.plan.entry = 'first'
        self._make_invoice(day(-35))
        self.assertEqual(self._night().reminder_ids.level_id.days, 3)

    def test_an_old_invoice_at_the_first_level_climbs_level_by_level(self):
        """70 days late, reminded courteously first: then the days between two levels, never the formal notice at once."""
        self.plan.entry = 'first'
        self._make_invoice(day(-30))
        for offset in range(40, 90):
            with freeze_time(f'{day(offset)} 10:00:00'):
                self._night(day(offset))
        self.assertEqual([(reminder.level_id.days, reminder.date) for reminder in self._reminders()],
                         [(3, day(40)), (15, day(52)), (30, day(67)), (45, day(82))])

    def test_the_formal_notice_is_prepared_and_waits(self):
        self._make_invoice(day(-50))
        reminder = self._night().reminder_ids
        self.assertRecordValues(reminder, [{'state': 'draft', 'formal_notice': True}])
        self.assertFalse(reminder.mail_id)
        self.assertEqual(reminder.send(), [{'id': reminder.id, 'state': 'draft', 'reason': 'approval_needed'}])

    def test_one_message_with_the_highest_level_lists_the_rest(self):
        old, young = self._make_invoice(day(-35), 100.0), self._make_invoice(day(-5), 10.0)
        reminder = self._night().reminder_ids
        self.assertEqual(len(reminder), 1)
        self.assertEqual(reminder.amount_due, 110.0)
        lines = {line.item_id.move_id: line.kind for line in reminder.line_ids}
        self.assertEqual(lines, {old: 'moved', young: 'listed'})
        self.assertEqual((self._items(old).level_days, self._items(young).level_days), (30, 0))

    def test_a_customer_is_left_in_peace_between_two_messages(self):
        self.plan.min_interval_days = 5
        self._make_invoice(day(-33), 100.0)
        self._night(day(-3))
        self._make_invoice(day(-3), 10.0)
        self.assertEqual((self._simulate()['decision'], self._simulate()['reason']), ('hold', 'recent_contact'))
        with freeze_time(f'{day(2)} 10:00:00'):
            self.assertEqual(self._simulate(day(2))['decision'], 'remind')

    def test_below_the_minimum_nothing_is_sent(self):
        self.plan.min_amount = 50.0
        self._make_invoice(day(-10), 49.99)
        self.assertEqual(self._simulate()['reason'], 'below_threshold')
        self._make_invoice(day(-10), 0.01)
        self.assertEqual(self._simulate()['decision'], 'remind')

    # === ONCE === #

    def test_the_same_night_twice_adds_nothing(self):
        self._make_invoice(day(-20))
        self._hold_on_other_customer()
        first = self.env['recouvrement.run'].execute(TODAY)
        second = self.env['recouvrement.run'].execute(TODAY)
        self.assertEqual(first, second)
        self.assertEqual((first['reminders'], first['held'], first['errors'], first['state']), (1, 1, 0, 'done'))
        self.assertEqual(len(self._reminders()), 1)

    def test_the_journal_keeps_when_the_night_was_and_says_that_it_was_gone_through_again(self):
        self._make_invoice(day(-20))
        run = self._night()
        before = run.date_start, run.date_end, run.duration
        run.sudo().write({'date_start': '2026-03-16 03:00:00', 'date_end': '2026-03-16 03:02:00', 'duration': 120.0})
        self.assertTrue(all(before[:2]))
        self.assertFalse(run.date_again)
        self._hold_on_other_customer()
        self._night()
        self.assertEqual((str(run.date_start), str(run.date_end), run.duration), (
            '2026-03-16 03:00:00', '2026-03-16 03:02:00', 120.0))
        self.assertEqual((run.state, run.held_count), ('done', 1), "what is held is as of the last look")
        self.assertTrue(run.date_again)

    def _hold_on_other_customer(self):
        other = self._make_debtor("Other")
        self._make_invoice(day(-20), partner=other)
        self._sync()
        self._hold('promise', partner=other, date_to=day(5))

    def test_what_is_new_the_same_day_is_added(self):
        self._make_invoice(day(-20))
        self._night()
        other = self._make_debtor("Other")
        self._make_invoice(day(-20), partner=other)
        run = self._night()
        self.assertEqual(run.reminder_ids.partner_id, self.debtor | other)

    def test_a_night_after_the_other_climbs_once_at_each_level(self):
        """Each level once, on its day, over forty nights."""
        invoice = self._make_invoice(day(-40))
        for offset in range(-50, 1):
            self._night(day(offset))
        lines = self.env['recouvrement.reminder.line'].search([('item_id', '=', self._items(invoice).id)], order='date')
        self.assertEqual([(line.level_days, line.date) for line in lines],
                         [(-7, day(-47)), (3, day(-37)), (15, day(-25)), (30, day(-10))])

    def test_a_missed_week_is_caught_up_without_doubling(self):
        invoice = self._make_invoice(day(-20))
        self._night(day(-16))
        self.assertEqual(self._items(invoice).level_days, 3)
        self._night(TODAY)
        self.assertEqual(self._reminders().mapped('level_id.days'), [3, 15])
        self._night(TODAY)
        self.assertEqual(len(self._reminders()), 2)

    def test_levels_skipped_while_nothing_ran_are_not_sent_afterwards(self):
        invoice = self._make_invoice(day(-31))
        self._night(day(-27))
        self._night(TODAY)
        self.assertEqual(self._reminders().mapped('level_id.days'), [3, 30])
        self.assertEqual(self._items(invoice).level_days, 30)

    def test_a_cut_night_goes_on_after_the_last_customer_done(self):
        """The journal knows how far it came; those before are not looked at again, those after are."""
        others = [self._make_debtor(f"Debtor {number}") for number in range(3)]
        for partner in others:
            self._make_invoice(day(-20), partner=partner)
        run = self._night()
        run.sudo().write({'state': 'running', 'last_partner_id': max(partner.id for partner in others[:2])})
        late = self._make_debtor("Late")
        self._make_invoice(day(-20), partner=late)
        result = self.env['recouvrement.run'].execute(TODAY)
        self.assertEqual((result['run_id'], result['state'], result['reminders']), (run.id, 'done', 4))

    def test_a_night_that_someone_else_works_on_is_left_alone(self):
        """A second call while it runs answers `running` and does nothing."""
        self._make_invoice(day(-20))
        run = self.env['recouvrement.run'].sudo()._start(self.company, TODAY)
        elsewhere = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(elsewhere.close)
        elsewhere.execute('SELECT pg_advisory_lock(%s, %s)', [LOCK_CLASS, run.id])
        result = self.env['recouvrement.run'].execute(TODAY)
        self.assertEqual((result['state'], result['reminders']), ('running', 0))
        elsewhere.execute('SELECT pg_advisory_unlock(%s, %s)', [LOCK_CLASS, run.id])
        self.assertEqual(self.env['recouvrement.run'].execute(TODAY)['reminders'], 1)

    def _cut(self, offset, **vals):
        """A night of before that did not come to its end."""
        return self.env['recouvrement.run'].sudo().create({
            'company_id': self.company.id, 'date': day(offset), 'date_start': f'{day(offset)} 01:00:00', **vals})

    def test_a_night_that_was_cut_is_closed_by_the_next_one(self):
        """What it left undone is done by then: it does not run for ever in the journal."""
        self._make_invoice(day(-20))
        cut, by_hand, replay = self._cut(-3), self._cut(-2, state='by_hand'), self._cut(-1, replay=True)
        run = self._night()
        self.assertEqual([one.state for one in cut + by_hand + replay + run], ['taken_over', 'taken_over', 'running', 'done'])
        self.assertIn("03/16/2026", cut.taken_over_words)
        self.assertFalse(run.taken_over_words)

    def test_unless_a_process_is_still_at_work_on_it(self):
        cut = self._cut(-1)
        elsewhere = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(elsewhere.close)
        elsewhere.execute('SELECT pg_advisory_lock(%s, %s)', [LOCK_CLASS, cut.id])
        self._night()
        self.assertEqual(cut.state, 'running')

    # === SOMEBODY ELSE AT THE SAME ROWS === #

    def _conflict(self, method, times):
        """PostgreSQL refuses so many times what this part of the night writes, as when a colleague saved the same row."""
        Run, left = self.env.registry['recouvrement.run'], [times]
        original = getattr(Run, method)

        def refused(run, *arguments, **options):
            result = original(run, *arguments, **options)
            if left[0]:
                left[0] -= 1
                raise SerializationFailure("could not serialize access due to concurrent update")
            return result

        self.patch(Run, method, refused)
        self.patch(recouvrement_night, 'WAIT_SECONDS', 0)
        return left

    def test_a_chunk_in_which_a_colleague_saved_is_done_again(self):
        self._make_invoice(day(-20))
        self._conflict('_chunk', 2)
        self.env['recouvrement.run'].sudo()._night_of(self.company)
        run = self.env['recouvrement.run'].search([('company_id', '=', self.company.id)])
        self.assertEqual((run.state, run.reminder_count, run.error_count), ('done', 1, 0))

    def test_so_are_its_beginning_and_its_end(self):
        self._make_invoice(day(-20))
        for method in ('_catch_up', '_finish'):
            left = self._conflict(method, 1)
            run = self._night()
            self.assertEqual((run.state, run.reminder_count, run.error_count, left), ('done', 1, 0, [0]))

    @mute_logger(NIGHT_LOG)
    def test_after_several_tries_the_night_goes_on_a_little_later(self):
        self._make_invoice(day(-20))
        left = self._conflict('_chunk', 5)
        triggers = self.env['ir.cron.trigger'].search_count([])
        self.env['recouvrement.run'].sudo()._night_of(self.company)
        run = self.env['recouvrement.run'].search([('company_id', '=', self.company.id)])
        self.assertEqual((run.state, left), ('running', [0]))
        self.assertEqual(self.env['ir.cron.trigger'].search_count([]), triggers + 1)
        self.env['recouvrement.run']._cron_finish_nights()
        self.assertEqual(run.state, 'done')

    # === KEYS === #

    def test_the_database_refuses_the_same_level_twice(self):
        invoice = self._make_invoice(day(-20))
        line = self._night().reminder_ids.line_ids
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            line.sudo().copy({'reminder_id': line.reminder_id.id})
            self.env.flush_all()
        line.sudo().copy({'reminder_id': line.reminder_id.id, 'cycle': 2})
        line.sudo().copy({'reminder_id': line.reminder_id.id, 'kind': 'listed'})
        self.env.flush_all()
        self.assertTrue(invoice)

    def test_the_database_refuses_two_runs_of_one_night(self):
        self._night()
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            self.env['recouvrement.run'].sudo().create({'company_id': self.company.id, 'date': TODAY})
            self.env.flush_all()

    def test_an_invoice_reset_to_draft_was_not_paid(self):
        invoice, other = self._make_invoice(day(-20)), self._make_debtor("Several")
        kept, reset = (self._make_invoice(day(-20), partner=other) for _number in range(2))
        reminders = self._night().reminder_ids
        (invoice + reset).button_draft()
        self._send(reminders)
        alone, several = self._reminders(), self._reminders(other)
        self.assertEqual((alone.state, alone.reason), ('withdrawn', 'not_posted'))
        self.assertEqual((several.state, several.amount_due), ('sent', 1000.0))
        dropped = several.with_context(active_test=False).line_ids.filtered('dropped_reason')
        self.assertEqual(dropped.item_id.move_id, reset)
        self.assertEqual(dropped.dropped_reason, 'not_posted')
        self.assertTrue(kept)

    def test_withdrawing_frees_the_level(self):
        invoice = self._make_invoice(day(-20))
        reminder = self._night(day(-1)).reminder_ids
        self.assertEqual(self._items(invoice).level_days, 15)
        reminder.withdraw("Wrong text")
        self.assertRecordValues(reminder, [{'state': 'withdrawn', 'reason': 'withdrawn_by_user'}])
        self.assertEqual((self._items(invoice).level_days, self._items(invoice).level), (0, 0))
        self.assertEqual(self._night().reminder_ids.level_id.days, 15)

    def test_withdrawing_goes_back_to_the_level_before(self):
        invoice = self._make_invoice(day(-20))
        self._night(day(-16))
        self._night(TODAY).reminder_ids.withdraw("Wrong")
        self.assertEqual((self._items(invoice).level_days, self._items(invoice).level), (3, 2))

    def test_a_withdrawn_message_is_not_replaced_the_same_night(self):
        self._make_invoice(day(-20))
        self._night().reminder_ids.withdraw("Called the customer")
        self.assertEqual(self._night().reminder_ids.mapped('state'), ['withdrawn'])

    def test_withdrawing_asks_for_words(self):
        self._make_invoice(day(-20))
        reminder = self._night().reminder_ids
        for words in ('', '  ', False):
            with self.assertRaisesRegex(UserError, "Say why"):
                reminder.withdraw(words)

    def test_a_message_that_left_stays_as_it_was_sent(self):
        """Withdrawing afterwards is noted on the case: the customer has received it, the history says so."""
        self._make_invoice(day(-20))
        reminder = self._night(day(-1)).reminder_ids
        self._send(reminder)
        self.assertEqual(reminder.state, 'sent')
        reminder.withdraw("Sent by mistake")
        self.assertEqual(reminder.state, 'sent')
        self.assertFalse(self._night().reminder_ids, "what was received is not sent again")

    # === EVIDENCE === #

    def test_reminders_and_lines_are_never_deleted(self):
        self._make_invoice(day(-20))
        reminder = self._night().reminder_ids.sudo()
        with self.assertRaisesRegex(UserError, "never deleted"):
            reminder.unlink()
        with self.assertRaisesRegex(UserError, "never deleted"):
            reminder.line_ids.unlink()

    def test_a_level_that_was_used_cannot_be_deleted(self):
        self._make_invoice(day(-20))
        self._night()
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            self._level(15).unlink()

    # === THE JOURNAL: ONE BAD CUSTOMER, ONE BAD COMPANY === #

    def _break(self, partner, company=None):
        """Give a customer a plan of his own whose text cannot be rendered for him; one that fails for everybody is not saved."""
        broken = self._make_plan(LEVELS, company)
        broken.level_ids.template_id = self._make_template(
            "Broken", body=f'<p t-out="object.partner_id.id != {partner.id} or object.partner_id.name.no_such_field"/>')
        self._case(partner, company).plan_id = broken

    @mute_logger(CHUNKS_LOG, 'odoo.addons.mail.models.mail_render_mixin')
    def test_a_broken_text_stops_its_customer_only(self):
        partners = [self._make_debtor(f"Debtor {number}") for number in range(3)]
        for partner in partners:
            self._make_invoice(day(-20), partner=partner)
        self._sync()
        self._break(partners[1])
        run = self._night()
        self.assertEqual(run.state, 'done')
        self.assertEqual(run.reminder_ids.partner_id, partners[0] | partners[2])
        self.assertEqual(run.reminder_ids.mapped('state'), ['queued', 'queued'])
        error = run.line_ids.filtered(lambda line: line.kind == 'error')
        self.assertRecordValues(error, [{'partner_id': partners[1].id, 'case_id': self._case(partners[1]).id}])
        self.assertIn('no_such_field', error.message)
        self.assertEqual(run._result()['errors'], 1)

    @mute_logger('odoo.addons.recouvrement_plus.models.recouvrement_night_tasks')
    def test_texts_that_cannot_be_looked_at_cost_nobody_the_night(self):
        """Whatever is wrong with them: the journal says so, the messages leave."""
        self._make_invoice(day(-20))
        with patch.object(self.env.registry['recouvrement.run'], '_broken_texts', side_effect=RecursionError("a text in itself")):
            run = self._night()
        self.assertEqual((run.state, run.reminder_ids.mapped('state'), run.error_count), ('done', ['queued'], 1))
        self.assertIn("a text in itself", run.line_ids.filtered(lambda line: line.kind == 'error').message)

    def test_what_waits_is_looked_at_with_what_the_night_has_changed(self):
        """Nothing that the night read at its beginning decides about a message again: its own notices claim credits since."""
        run, memos = for_a_night(self._night()), []
        with patch.object(self.env.registry['recouvrement.reminder'], '_look_again',
                          lambda reminder: memos.append(reminder.env.context.get(KEY))):
            run.sudo()._look_again([1])
        self.assertEqual(memos, [None])

    @mute_logger(CHUNKS_LOG)
    def test_the_journal_speaks_to_who_reads_it(self):
        """Words written for people stay as they are; what only an administrator understands says so first."""
        for error, words in ((UserError("No address."), "No address."), (
                KeyError('abc'), "Unexpected error; everything else was done. Give this to your administrator: KeyError: 'abc'")):
            partner = self._make_debtor(f"Debtor {words[:2]}")
            self._make_invoice(day(-20), partner=partner)
            with patch.object(self.env.registry['recouvrement.run'], '_work_out', side_effect=error):
                run = self._night()
            self.assertIn((partner, words), [(line.partner_id, line.message) for line in run.line_ids])

    @mute_logger(CHUNKS_LOG, 'odoo.addons.mail.models.mail_render_mixin')
    def test_the_repaired_customer_is_caught_up_by_the_same_night(self):
        self._make_invoice(day(-20))
        self._sync()
        self._break(self.debtor)
        self.assertFalse(self._night().reminder_ids)
        self._case().plan_id.level_ids.template_id = self.template
        run = self._night()
        self.assertEqual((run.reminder_ids.state, run.error_count), ('queued', 0))

    @mute_logger(NIGHT_LOG)
    def test_one_company_does_not_cost_another_its_night(self):
        other = self.setup_other_company(name="Second company")['company']
        other.recouvrement_plan_id = self.plan
        self._make_invoice(day(-20))
        Run = self.env.registry['recouvrement.run']
        prepare = Run._prepare_ledger

        def broken(run, company, as_of):
            if company == self.company:
                raise ValueError("broken books")
            return prepare(run, company, as_of)

        self.patch(Run, '_prepare_ledger', broken)
        self._scheduled_night(self.company, other)
        states = {run.company_id: run.state for run in self.env['recouvrement.run'].sudo().search([('date', '=', TODAY)])}
        self.assertEqual(states[other], 'done')
        self.assertEqual(states[self.company], 'running')

    def test_a_company_without_plan_holds(self):
        self.env['recouvrement.plan'].search([]).active = False
        self.company.recouvrement_plan_id = False
        self._make_invoice(day(-20))
        self.assertEqual((self._simulate()['decision'], self._simulate()['reason']), ('hold', 'no_plan'))

    def test_the_journal_counts_by_reason(self):
        for number, kind in enumerate(('promise', 'promise', 'snoozed')):
            partner = self._make_debtor(f"Debtor {number}")
            self._make_invoice(day(-20), 100.0, partner=partner)
            self._sync()
            self._hold(kind, partner=partner, date_to=day(3))
        lines = self._night().line_ids
        self.assertEqual({(line.reason, line.count, line.amount) for line in lines}, {('promise', 2, 200.0), ('snoozed', 1, 100.0)})

    # === HOLDS === #

    def test_holds_are_dated(self):
        invoice = self._make_invoice(day(-20))
        self._sync()
        self._hold('promise', item=self._items(invoice), date_from=day(-10), date_to=day(-1))
        self.assertEqual(self._simulate(day(-1))['reason'], 'promise')
        self.assertEqual(self._simulate(day(-11))['decision'], 'remind')
        self.assertEqual(self._simulate()['decision'], 'remind')

    def test_a_lifted_hold_no_longer_holds_tonight_and_stays_in_the_history(self):
        self._make_invoice(day(-20))
        self._sync()
        hold = self._hold('dispute', date_from=day(-5))
        hold.action_lift()
        self.assertEqual(self._simulate()['decision'], 'remind')
        self.assertEqual(self._simulate(day(-2))['reason'], 'dispute')
        with self.assertRaisesRegex(UserError, "never deleted"):
            hold.sudo().unlink()

    def test_a_held_instalment_does_not_hold_the_others(self):
        held, free = self._make_invoice(day(-20), 100.0), self._make_invoice(day(-20), 10.0)
        self._sync()
        self._hold('dispute', item=self._items(held))
        self.assertEqual(self._reasons(), {held.name: ('hold', 'dispute'), free.name: ('remind', '')})
        self.assertEqual(self._night().reminder_ids.amount_due, 10.0)

    def test_insolvency_freezes_what_was_owed_before_the_judgment(self):
        """C. com. L622-17: what is born after the opening judgment is paid when due, and is reminded."""
        before, after = self._make_invoice(day(-40), 100.0), self._make_invoice(day(-5), 10.0, issued=day(-8))
        self._sync()
        self._hold('insolvency', date_from=day(-10))
        self.assertEqual(self._reasons(), {before.name: ('hold', 'insolvency'), after.name: ('remind', '')})

    def test_a_hold_belongs_to_its_customer(self):
        other = self._make_debtor("Other")
        theirs = self._make_invoice(day(-20), partner=other)
        self._make_invoice(day(-20))
        self._sync()
        with self.assertRaisesRegex(UserError, "another customer"):
            self.env['recouvrement.hold'].create({
                'case_id': self._case().id, 'item_id': self._items(theirs).id, 'kind': 'dispute', 'date_from': TODAY})

    # === CHANNEL === #

    def test_without_address_the_message_becomes_a_letter(self):
        self.debtor.write({'email': False, 'street': "3 rue du Port", 'city': "Nantes"})
        self._make_invoice(day(-20))
        self.assertEqual(self._night().reminder_ids.channel, 'letter')

    def test_the_invoice_contact_receives_then_the_company(self):
        contact = self.env['res.partner'].create({
            'name': "Accounts", 'parent_id': self.debtor.id, 'type': 'invoice', 'email': 'accounts@client.example'})
        self._make_invoice(day(-20))
        reminder = self._night(day(-1)).reminder_ids
        self.assertEqual((reminder.contact_id, reminder.email_to), (contact, 'accounts@client.example'))
        contact.email = False
        self._make_invoice(day(-3))
        reminder = self._night().reminder_ids
        self.assertEqual((reminder.contact_id, reminder.email_to), (self.debtor, self.debtor.email))

    def test_each_customer_gets_its_own_mail(self):
        partners = [self._make_debtor(f"Debtor {number}") for number in range(5)]
        numbers = {partner: self._make_invoice(day(-20), partner=partner).name for partner in partners}
        self.template.body_html = '<div><t t-out="object.items_table"/></div>'
        for reminder in self._night().reminder_ids:
            self.assertEqual(reminder.mail_id.recipient_ids, reminder.partner_id)
            shown = {name for name in numbers.values() if name in reminder.mail_id.body_html}
            self.assertEqual(shown, {numbers[reminder.partner_id]})

    def test_a_name_is_text_whatever_it_holds(self):
        """Names come from outside: markup and template syntax in them are shown, never executed."""
        self.debtor.name = '<b onclick="x()">Blanc</b> {{ object.env }} & fils'
        self.template.body_html = '<div><p t-out="object.partner_id.name"/><t t-out="object.items_table"/></div>'
        self.template.subject = '{{ object.partner_id.name }}'
        self._make_invoice(day(-20), ref="<script>x()</script>")
        reminder = self._night().reminder_ids
        self.assertNotIn('<b onclick', reminder.mail_id.body_html)
        self.assertNotIn('<script', reminder.mail_id.body_html)
        self.assertIn('{{ object.env }}', reminder.mail_id.body_html)
        self.assertIn('{{ object.env }}', reminder.subject)
        reminder.withdraw('<img src="x" onerror="x()">')
        self.assertNotIn('<img', ''.join(self._case().message_ids.mapped('body')))
