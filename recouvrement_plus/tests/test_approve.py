"""A draft is looked at again when it is approved."""
from unittest.mock import patch

from odoo.addons.recouvrement_plus.models import recouvrement_reminder_approve
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import GROUPS, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestApprove(RecouvrementCommon):
    """Several drafts approved at once: one that cannot be does not hold up the others."""

    def setUp(self):
        super().setUp()
        self.paid, self.good = self._make_debtor("Payé SARL"), self._make_debtor("Bon SARL")
        self.invoice = self._make_invoice(day(-60), partner=self.paid)
        self._make_invoice(day(-60), partner=self.good)
        self._night()
        self.drafts = self._reminders(self.paid) + self._reminders(self.good)

    def test_what_was_paid_since_is_withdrawn_and_the_other_approved(self):
        self._pay(self.invoice)
        results = {result['id']: (result['state'], result['reason']) for result in self.drafts.approve()}
        self.assertEqual(results, {
            self._reminders(self.paid).id: ('withdrawn', 'paid'), self._reminders(self.good).id: ('approved', '')})

    def test_one_that_cannot_be_approved_stays_a_draft_with_words(self):
        self._reminders(self.paid).sudo().level_id.template_id = False
        self._reminders(self.good).sudo().level_id = self.notice_level.copy({'days': 46, 'template_id': self.template.id})
        results = {result['id']: result['state'] for result in self.drafts.approve()}
        self.assertEqual(results, {self._reminders(self.paid).id: 'draft', self._reminders(self.good).id: 'approved'})

    def test_a_formal_notice_that_nobody_approved_is_no_contact(self):
        """The formal notice waits in a drawer: the customer's other invoice is reminded meanwhile, once."""
        self.plan.min_interval_days = 5
        young = self._make_invoice(day(-3), 200.0, partner=self.good)
        with freeze_time(f'{day(1)} 10:00:00'):
            reminder = self._night(day(1)).reminder_ids.filtered(lambda one: one.partner_id == self.good)
            self.assertEqual((reminder.level_id.name, reminder.item_ids.move_id), ("First", young))
            self._send(reminder)
        with freeze_time(f'{day(2)} 10:00:00'):
            self.assertEqual(self._simulate(day(2), self.good)['reason'], 'already_reminded', "neither is asked for twice")
            self.assertEqual(self._reminders(self.good)[0].approve()[0]['state'], 'approved', "what left since keeps no draft back")

    def test_a_reminder_to_approve_holds_what_it_lists_already(self):
        """It shows the other overdue invoices: a second message beside it would ask for them twice."""
        self.plan.min_interval_days = 5
        self._level(15).automatic = False
        partner = self._make_debtor("Liste SARL")
        self._make_invoice(day(-15), partner=partner)
        young = self._make_invoice(day(-2), 200.0, partner=partner)
        self._night()
        with freeze_time(f'{day(1)} 10:00:00'):
            self.assertEqual(self._simulate(day(1), partner)['reason'], 'recent_contact')
            draft = self._reminders(partner)
            self.assertEqual(draft.approve()[0]['state'], 'queued')
            self.assertEqual(draft.line_ids.filtered(lambda line: line.kind == 'listed' and line.active).item_id.move_id, young)

    def test_an_approved_letter_is_a_contact_though_it_has_not_left(self):
        self.plan.min_interval_days = 5
        self._reminders(self.good).approve()
        self._make_invoice(day(-3), 200.0, partner=self.good)
        with freeze_time(f'{day(1)} 10:00:00'):
            self.assertEqual(self._simulate(day(1), self.good)['reason'], 'recent_contact')

    def test_a_click_that_takes_too_long_keeps_what_it_did_and_says_what_is_left(self):
        more = [self._make_debtor(f"Encore {number}") for number in range(3)]
        for partner in more:
            self._make_invoice(day(-60), partner=partner)
        self._night()
        drafts = self.env['recouvrement.reminder'].search([('state', '=', 'draft')])
        with patch.object(recouvrement_reminder_approve, 'RPC_SECONDS', -1):
            message = drafts.action_approve()['params']['message']
        self.assertEqual(sorted(drafts.mapped('state')), ['approved', *['draft'] * 4])
        self.assertIn("approve the rest again (4)", message)
        with patch.object(recouvrement_reminder_approve, 'APPROVE_SLICE', 2):
            drafts.approve()
        self.assertEqual(set(drafts.mapped('state')), {'approved'})


@tagged('post_install', '-at_install')
class TestApprovalTasks(RecouvrementCommon):
    """One task for each person who may approve, whatever the number of drafts; it ends with the last of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref(GROUPS['manager']).all_user_ids.filtered(lambda user: user != cls.env.user).group_ids -= cls.env.ref(
            GROUPS['manager'])
        cls.manager = cls._make_user('manager', login='responsable')
        cls.officer = cls._make_user('officer', login='gestionnaire')
        cls.first, cls.second = cls._make_debtor("Un SARL"), cls._make_debtor("Deux SARL")
        for partner in cls.first + cls.second:
            cls._make_invoice(day(-60), partner=partner)
        cls._sync()

    def _tasks(self, user=None):
        tasks = self.env['mail.activity'].with_user(user or self.manager).search([
            ('activity_type_id', '=', self.env.ref('recouvrement_plus.mail_activity_type_approve').id)])
        return tasks.filtered(lambda task: task.user_id == user) if user else tasks

    def _collected_by(self, user):
        for partner in self.first + self.second:
            self._case(partner).user_id = user

    def test_a_collector_who_may_approve_has_one_task_for_all_of_his(self):
        self._collected_by(self.manager)
        run = self._night()
        task = self._tasks()
        self.assertEqual((task.user_id, task.res_model, task.res_id, task.date_deadline), (
            self.manager, 'recouvrement.run', run.id, run.date))
        self.assertIn('2', task.summary)
        self.assertFalse(self._case(self.first).activity_ids)

    def test_what_an_officer_collects_is_approved_by_the_managers(self):
        self._collected_by(self.officer)
        self._night()
        self.assertFalse(self._tasks(self.officer), "who may not approve is not asked to")
        self.assertIn('2', self._tasks(self.manager).summary)

    def test_it_ends_with_the_last_draft(self):
        self._collected_by(self.manager)
        self._night()
        self._reminders(self.first).with_user(self.manager).approve()
        self.assertIn('1', self._tasks(self.manager).summary)
        self._reminders(self.second).with_user(self.manager).withdraw("Known to the family")
        self.assertFalse(self._tasks())

    def test_the_next_night_adds_to_it_and_keeps_since_when_they_wait(self):
        self._collected_by(self.manager)
        self._night()
        third = self._make_debtor("Trois SARL")
        self._make_invoice(day(-44), partner=third)
        self._sync()
        self._case(third).user_id = self.manager
        with freeze_time(f'{day(1)} 04:00:00'):
            self._night(day(1))
        self.assertIn('3', self._tasks().summary)
        self.assertEqual(self._tasks().date_deadline, day(0))

    def test_a_night_closes_what_was_settled_otherwise(self):
        self._collected_by(self.manager)
        self._night()
        self._reminders(self.first).sudo().state = 'withdrawn'
        self._reminders(self.second).sudo().state = 'withdrawn'
        with freeze_time(f'{day(1)} 04:00:00'):
            self._night(day(1))
        self.assertFalse(self._tasks())

    def test_other_words_than_those_approved_are_asked_for_again(self):
        level = self._level(30)
        level.automatic = False
        partner = self._make_debtor("Quatre SARL")
        self._make_invoice(day(-31), partner=partner)
        self._collected_by(self.manager)
        self._night()
        for one in (self.first, self.second, partner):
            self._reminders(one).with_user(self.manager).approve()
        self.assertFalse(self._tasks())
        self._reminders(partner).with_user(self.officer).edit_text("Relance", "<p>Autre texte</p>")
        self.assertIn('1', self._tasks(self.manager).summary)

    def test_in_the_language_of_who_reads_it(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.manager.lang = 'fr_FR'
        self._collected_by(self.manager)
        self._night()
        self.assertEqual(self._tasks().summary, "Relances à approuver\u00a0: 2 (mises en demeure\u00a0: 2)")

    def test_managers_of_another_company_are_not_asked(self):
        other = self.setup_other_company(name="Autre société")['company']
        stranger = self._make_user('manager', company=other, login='etranger')
        self._collected_by(self.officer)
        self._night()
        self.assertFalse(self.env['mail.activity'].sudo().search([('user_id', '=', stranger.id)]))
        self.assertTrue(self._tasks(self.manager))
        self.env['recouvrement.run'].sudo()._ask_approval(other)
        self.assertTrue(self._tasks(self.manager), "what waits in one company is not closed by the other")

    def test_a_substitute_is_asked_during_an_absence(self):
        deputy = self._make_user('manager', login='suppleant')
        self._collected_by(self.manager)
        self.env['recouvrement.quiet.period'].create({
            'name': "Leave", 'date_from': day(-1), 'date_to': day(5), 'user_id': self.manager.id, 'substitute_id': deputy.id,
            'puts_off_firm': False})
        self._night()
        self.assertEqual(self._tasks().user_id, deputy)


@tagged('post_install', '-at_install')
class TestWhatWaitsIsLookedAtAgain(RecouvrementCommon):
    """A night takes back what waits for a person and is not owed, or held, by now: nobody calls who has paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._level(15).write({'channel': 'phone', 'template_id': False})
        cls.called, cls.noticed = cls._make_debtor("Appelé SARL"), cls._make_debtor("Mis en demeure SARL")
        cls.to_call = cls._make_invoice(day(-16), partner=cls.called)
        cls.first, cls.second = (cls._make_invoice(day(-60), amount, partner=cls.noticed) for amount in (1000.0, 200.0))

    def setUp(self):
        super().setUp()
        self._night()
        self.call, self.notice = self._reminders(self.called), self._reminders(self.noticed)

    def _next_night(self):
        with freeze_time(f'{day(1)} 04:00:00'):
            return self._night(day(1))

    def test_a_call_to_who_has_paid_is_taken_off_the_list(self):
        self.assertTrue(self.call.activity_id)
        self._pay(self.to_call)
        self._next_night()
        self.assertEqual((self.call.state, self.call.reason, self.call.activity_id.ids), ('withdrawn', 'paid', []))
        self.assertFalse(self._case(self.called).activity_ids)

    def test_a_call_about_what_is_disputed_since_too(self):
        self.env['recouvrement.hold'].create({
            'case_id': self._case(self.called).id, 'kind': 'dispute', 'date_from': day(0), 'note': "Faulty"})
        self._next_night()
        self.assertEqual((self.call.state, self.call.reason), ('withdrawn', 'dispute'))

    def test_a_call_that_is_still_due_stays(self):
        self._next_night()
        self.assertEqual(self.call.state, 'queued')
        self.assertTrue(self.call.activity_id)

    def test_a_call_whose_task_was_deleted_is_asked_for_again(self):
        """Who cancels the task did not call: without one, nobody sees the call again and its level counts as reached."""
        self.call.activity_id.unlink()
        self._next_night()
        self.assertEqual(self.call.state, 'queued')
        self.assertRecordValues(self.call.activity_id, [
            {'res_id': self._case(self.called).id, 'user_id': self._case(self.called)._collector().id, 'date_deadline': day(1)}])
        self.assertEqual(len(self._reminders(self.called)), 1)

    def test_unless_the_customer_has_paid(self):
        self.call.activity_id.unlink()
        self._pay(self.to_call)
        self._next_night()
        self.assertEqual((self.call.state, self.call.reason, self.call.activity_id.ids), ('withdrawn', 'paid', []))

    def test_a_draft_says_what_is_left(self):
        self._pay(self.first)
        self._next_night()
        self.assertEqual((self.notice.state, self.notice.amount_due), ('draft', 200.0))
        self._pay(self.second)
        with freeze_time(f'{day(2)} 04:00:00'):
            self._night(day(2))
        self.assertEqual(self.notice.state, 'withdrawn')

    def test_a_call_made_between_the_search_and_the_look_stays_as_it_was_made(self):
        """What has left is evidence: a collector calls while the night goes through its list."""
        self._pay(self.to_call)
        self.call.sudo().state = 'sent'
        self.env['recouvrement.run'].sudo()._look_again(self.call.ids)
        self.assertEqual((self.call.state, self.call.line_ids.mapped('active')), ('sent', [True]))

    def test_a_call_about_what_a_proceeding_claims_is_taken_back(self):
        proceeding = self.env['recouvrement.proceeding'].sudo().create({
            'case_id': self._case(self.called).id, 'company_id': self.company.id,
            'item_ids': [Command.set(self._items(self.to_call).ids)]})
        proceeding.state = 'mise_en_demeure'
        self._next_night()
        self.assertEqual((self.call.state, self.call.reason), ('withdrawn', 'proceeding'))

    def test_one_that_cannot_be_looked_at_is_named_and_stops_no_other(self):
        self._pay(self.to_call)
        self._pay(self.first)
        original = self.env.registry['recouvrement.reminder']._refuse_or_refresh
        bad = self.notice.id

        def broken(reminder):
            if reminder.id == bad:
                raise ValueError("bad data")
            return original(reminder)

        self.patch(self.env.registry['recouvrement.reminder'], '_refuse_or_refresh', broken)
        with mute_logger('odoo.addons.recouvrement_plus.models.recouvrement_night_chunks'):
            run = self._next_night()
        self.assertEqual(self.call.state, 'withdrawn')
        self.assertEqual(run.state, 'done')
        self.assertIn("bad data", run.line_ids.filtered(lambda line: line.kind == 'error').message)


@tagged('post_install', '-at_install')
class TestNoticesNotReady(RecouvrementCommon):
    """A formal notice to somebody whose identity nobody compared says so before, and at once when it is approved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.recouvrement_identity_required = True
        cls.strangers = [cls._make_debtor(f"Inconnu {number}") for number in range(2)]
        cls.known = cls._make_debtor("Connu SARL", regime='b2c', street="1 rue du Port", zip='69002', city="Lyon",
                                     recouvrement_court_kind='judicial', recouvrement_court="Lyon")
        cls.known.recouvrement_check_identity()
        cls.invoices = [cls._make_invoice(day(-60), partner=one) for one in [*cls.strangers, cls.known]]

    def setUp(self):
        super().setUp()
        self._fake_pdf()
        self._night()
        self.env.invalidate_all()
        self.drafts = self._reminders(self.strangers[0]) + self._reminders(self.strangers[1])

    def test_the_form_says_what_is_missing(self):
        self.assertIn("legal form", self.drafts[0].notice_missing)
        self.assertFalse(self._reminders(self.known).notice_missing)

    def test_several_refused_are_listed_each_with_its_reason(self):
        action = (self.drafts + self._reminders(self.known)).action_approve()
        self.assertEqual(action['domain'], [('id', 'in', self.drafts.ids)])
        self.assertIn("Not approved: 2", action['name'])
        self.assertIn("legal form", self.drafts[0].reason_label)
        self.assertEqual(set(self.drafts.mapped('reason')), {'approval_refused'}, "a code, for scripts")
        self.assertEqual(self._reminders(self.known).state, 'approved')

    def test_and_nothing_is_read_or_printed_for_them(self):
        def never(*args):
            raise AssertionError("the letter is made although it cannot be approved")
        self.patch(self.env.registry['recouvrement.reminder'], '_refuse_or_refresh', never)
        self.drafts.approve()
        self.assertEqual(set(self.drafts.mapped('state')), {'draft'})

    def test_what_was_paid_meanwhile_is_withdrawn_all_the_same(self):
        self._pay(self.invoices[0])
        self.drafts.approve()
        self.assertEqual(self.drafts.mapped('state'), ['withdrawn', 'draft'])

    def test_compared_on_the_form_of_the_draft(self):
        draft, partner = self.drafts[0], self.strangers[0]
        with self.assertRaisesRegex(UserError, "legal form"):
            draft.action_check_identity()
        partner.write({'recouvrement_legal_form': "SARL", 'company_registry': '732829320', 'street': "1 rue du Port",
                       'zip': '69002', 'city': "Lyon", 'recouvrement_court_kind': 'commercial', 'recouvrement_court': "Lyon"})
        draft.action_check_identity()
        self.assertFalse(draft.notice_missing)
        draft.approve()
        self.assertEqual((draft.state, draft.reason), ('approved', False))
