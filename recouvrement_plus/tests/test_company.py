"""Several companies, and branches: each has its own cases; plans are shared down the tree."""
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestCompany(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env['res.company'].create({'name': "Lyon", 'parent_id': cls.company.id})
        cls.env.cr.precommit.run()  # the chart of accounts of the branch
        cls.other = cls.setup_other_company(name="Second company")['company']
        cls.env.user.company_ids += cls.branch
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=(cls.company | cls.branch | cls.other).ids))

    def _invoice_of(self, company, due, amount=1000.0, partner=None):
        invoice = self.env['account.move'].with_company(company).create({
            'move_type': 'out_invoice', 'partner_id': (partner or self.debtor).id, 'invoice_date': day(
                -100), 'invoice_date_due': due,
            'invoice_payment_term_id': False,
            'invoice_line_ids': [Command.create({'name': "Work", 'price_unit': amount, 'tax_ids': [Command.clear()]})]})
        invoice.action_post()
        self.assertEqual(invoice.company_id, company)
        return invoice

    def test_a_branch_has_its_own_cases(self):
        self._make_invoice(day(-20), 100.0)
        invoice = self._invoice_of(self.branch, day(-20), 10.0)
        for company in (self.company, self.branch):
            self._sync(company=company)
        self.assertEqual(self._case(company=self.branch), self._items(invoice).case_id)
        self.assertNotEqual(self._case(), self._case(company=self.branch))
        self.assertEqual((self._case().amount_overdue, self._case(company=self.branch).amount_overdue), (100.0, 10.0))

    def test_a_branch_uses_the_plan_of_its_parent(self):
        self.plan.company_id = self.company
        self._invoice_of(self.branch, day(-20))
        run = self._night(company=self.branch)
        self.assertEqual((run.reminder_ids.company_id, run.reminder_ids.level_id.plan_id), (self.branch, self.plan))
        case = self._case(company=self.branch)
        case.plan_id = self.plan
        self.assertEqual(case.plan_id, self.plan)

    def test_a_branch_may_have_its_own_plan(self):
        own = self._make_plan([('Own', 10)], self.branch)
        self.branch.recouvrement_plan_id = own
        self._invoice_of(self.branch, day(-20))
        self.assertEqual(self._night(company=self.branch).reminder_ids.level_id, own.level_ids)
        self._make_invoice(day(-20))
        with self.assertRaises(UserError):
            self._sync()
            self._case().plan_id = own

    def test_the_plan_of_another_company_is_not_used(self):
        self.env['recouvrement.plan'].search([('id', '!=', self.plan.id)]).active = False
        self.plan.company_id = self.company
        self._invoice_of(self.other, day(-20))
        self.assertEqual(self.env['recouvrement.run'].simulate(TODAY, self.other.id)[0]['reason'], 'no_plan')

    def test_someone_who_works_in_the_branch_only(self):
        """He reads and simulates his branch with the plan of the parent, and sees nothing of the parent."""
        self.plan.company_id = self.company
        mine, theirs = self._invoice_of(self.branch, day(-20)), self._make_invoice(day(-20))
        for company in (self.company, self.branch):
            self._night(company=company)
        manager = self._make_user('manager', self.branch)
        self.env.invalidate_all()
        Run = self.env['recouvrement.run'].with_user(manager).with_context(allowed_company_ids=self.branch.ids)
        rows = Run.simulate(TODAY)
        self.assertEqual([item['move_name'] for row in rows for item in row['items']], [mine.name])
        case = self._case(company=self.branch).with_user(manager).with_context(allowed_company_ids=self.branch.ids)
        self.assertEqual(case.amount_overdue, 1000.0)
        self.assertTrue(case.next_step)
        self.assertTrue(case.score_breakdown(TODAY))
        self.assertEqual(Run.execute(TODAY)['state'], 'done')
        with self.assertRaises(AccessError):
            Run.execute(TODAY, self.company.id)
        self.assertFalse(Run.env['recouvrement.item'].search([('move_id', '=', theirs.id)]))

    def test_each_company_has_its_own_run_of_a_day(self):
        self._make_invoice(day(-20))
        self._invoice_of(self.other, day(-20))
        runs = self._night() | self._night(company=self.other)
        self.assertEqual(len(runs), 2)
        self.assertEqual(
            {run.company_id: run.reminder_ids.company_id for run in runs}, {self.company: self.company, self.other: self.other})

    def test_the_scheduled_night_runs_every_company_that_is_switched_on(self):
        self._make_invoice(day(-20))
        self._invoice_of(self.branch, day(-20))
        self._invoice_of(self.other, day(-20))
        self._scheduled_night(self.company, self.branch, self.other)
        self.assertEqual(self._reminded(), self.company | self.branch | self.other)

    def _reminded(self):
        """The companies that sent something to the debtor."""
        return self.env['recouvrement.reminder'].sudo().search([('case_id.partner_id', '=', self.debtor.id)]).company_id

    # === THE SWITCH OF THE NIGHT === #

    def test_starting_the_follow_up_of_one_company_starts_no_other(self):
        """A manager of the second company starts it: nothing leaves to the customers of the first one, whom he cannot see."""
        self._make_invoice(day(-20))
        self._invoice_of(self.other, day(-20))
        manager = self._make_user('manager', self.other)
        wizard = self.env['recouvrement.activation'].with_user(manager).with_context(
            allowed_company_ids=self.other.ids).create({'quiet': False})
        wizard.action_start()
        self.env['recouvrement.run']._cron_run_night()
        self.assertEqual(self._reminded(), self.other)
        self.assertFalse(self.env['recouvrement.run'].search([('company_id', '=', self.company.id)]))

    def test_a_branch_goes_on_with_its_root_or_is_started_alone(self):
        self._make_invoice(day(-20))
        self._invoice_of(self.branch, day(-20))
        self._scheduled_night(self.branch)
        self.assertEqual(self._reminded(), self.branch)
        self.branch.recouvrement_night = False
        self._reminders().withdraw("for the test")
        self.env['recouvrement.run'].search([]).sudo().unlink()
        self._scheduled_night(self.company)
        self.assertEqual(self._reminders(state='queued').company_id, self.company | self.branch)

    def test_switching_one_company_off_leaves_the_others_on(self):
        cron = self.env.ref('recouvrement_plus.ir_cron_recouvrement_run_night')
        for company in (self.company, self.other):
            self._settings(company).recouvrement_night_active = True
        self._settings(self.other).recouvrement_night_active = False
        self.assertTrue(cron.active)
        self.assertEqual([self._settings(one).recouvrement_night_active for one in (self.company, self.branch, self.other)],
                         [True, True, False])
        self._settings(self.company).recouvrement_night_active = False
        self.assertFalse(cron.active)

    def test_the_settings_of_a_branch_saved_as_they_are_do_not_start_it_by_itself(self):
        self.company.recouvrement_night = True
        settings = self._settings(self.branch)
        self.assertEqual(settings.recouvrement_night_parent_id, self.company)
        settings.recouvrement_night_active = settings.recouvrement_night_active
        self.assertFalse(self.branch.recouvrement_night)

    def _settings(self, company):
        return self.env['res.config.settings'].with_company(company).create({'company_id': company.id})

    def test_a_database_of_before_keeps_the_nights_that_it_had(self):
        """One switch was for every company: those that had nights keep them, and no other begins."""
        cron = self.env.ref('recouvrement_plus.ir_cron_recouvrement_run_night').sudo()
        Company = self.env['res.company']
        Company._recouvrement_keep_nights()
        self.assertFalse(Company.search([('recouvrement_night', '=', True)]), "the night was asleep")
        self._night()
        self._night(company=self.branch)
        cron.active = True
        Company._recouvrement_keep_nights()
        self.assertEqual(Company.search([('recouvrement_night', '=', True)]), self.company)
        self.assertEqual(Company._recouvrement_of_the_night(), self.company | self.branch)

    def test_a_database_of_before_whose_first_night_is_to_come_keeps_it(self):
        self.env['recouvrement.run'].sudo().search([]).unlink()
        self.env.ref('recouvrement_plus.ir_cron_recouvrement_run_night').sudo().active = True
        self.env['res.company']._recouvrement_keep_nights()
        self.assertEqual(self.env['res.company']._recouvrement_of_the_night(), self.env['res.company'].search([]))

    # === THE SETTINGS OF A BRANCH === #

    def test_the_days_and_hours_of_the_root_are_those_of_its_branches(self):
        self.company.write({'recouvrement_working_days': True, 'recouvrement_email_from': 9, 'recouvrement_email_to': 17})
        self._invoice_of(self.branch, day(-20))
        with freeze_time('2026-03-15 10:00:00'):  # a Sunday
            [row] = self.env['recouvrement.run'].simulate('2026-03-15', self.branch.id)
        self.assertEqual((row['decision'], row['reason']), ('hold', 'closed_day'))
        with freeze_time('2026-03-16 18:00:00'):
            self.assertTrue(self.branch._recouvrement_next_moment('email'))

    def test_a_branch_keeps_no_days_of_its_own(self):
        self.company.recouvrement_bank_check = 'block'
        new = self.env['res.company'].create({'name': "Nantes", 'parent_id': self.company.id})
        self.assertEqual((new.recouvrement_bank_check, self.branch.recouvrement_bank_check), ('block', 'block'))
        with self.assertRaisesRegex(UserError, "its branches follow"):
            self.branch.recouvrement_bank_check = 'off'

    def test_branches_of_a_database_of_before_take_the_settings_of_their_root(self):
        self.env.cr.execute("UPDATE res_company SET recouvrement_working_days = TRUE WHERE id = %s", [self.company.id])
        self.env.invalidate_all()
        self.env['res.company']._recouvrement_align_branches()
        self.assertEqual((self.branch.recouvrement_working_days, self.other.recouvrement_working_days), (True, False))

    def test_the_quiet_periods_of_the_root_are_those_of_its_branches(self):
        self.env['recouvrement.quiet.period'].create({
            'name': "Closed", 'company_id': self.company.id, 'date_from': day(-6), 'date_to': day(4)})
        self._level(15).tone = 'firm'
        self.other.recouvrement_plan_id = self.plan
        for company in (self.branch, self.other):
            self._invoice_of(company, day(-20))
        for company, level in ((self.branch, "First"), (self.other, "Second")):
            self.assertEqual(self.env['recouvrement.run'].simulate(TODAY, company.id)[0]['level_name'], level)

    def test_answers_to_a_branch_go_to_the_mailbox_of_its_root(self):
        self.company.recouvrement_reply_to = 'relances@atelier.example'
        self._invoice_of(self.branch, day(-20))
        self.assertEqual(self._night(company=self.branch).reminder_ids.mail_id.reply_to, 'relances@atelier.example')
        self.branch.recouvrement_reply_to = 'lyon@atelier.example'
        self.assertEqual(self._reminders()._reply_to(), 'lyon@atelier.example')

    def test_the_sender_is_the_company_of_the_debt(self):
        self.other.email = 'second@company.example'
        self._invoice_of(self.other, day(-20))
        mail = self._night(company=self.other).reminder_ids.mail_id
        self.assertIn('second@company.example', mail.email_from)
        self.assertEqual(mail.author_id, self.other.partner_id)

    def test_an_unknown_company_is_refused(self):
        for company_id in (self.env['res.company'].search([], order='id desc', limit=1).id + 1000, -1):
            with self.subTest(company_id=company_id), self.assertRaises(AccessError):
                self.env['recouvrement.run'].simulate(TODAY, company_id)

    def test_a_case_stays_in_its_company(self):
        """A hold or a proceeding of one company cannot be put on the case of another."""
        self._make_invoice(day(-20))
        self._sync()
        manager = self._make_user('manager', self.other)
        with self.assertRaises(AccessError):
            self.env['recouvrement.hold'].with_user(manager).with_context(allowed_company_ids=self.other.ids).create({
                'case_id': self._case().id, 'kind': 'dispute', 'date_from': TODAY})

    def test_who_to_call_is_never_a_contact_of_another_company(self):
        """The ladder of who has a number is read in one statement: what the user may not see is not in it."""
        theirs = self.env['res.partner'].create({
            'name': "Contact of the other company", 'parent_id': self.debtor.id, 'company_id': self.other.id,
            'phone': '+33 1 99 00 00 01', 'recouvrement_role': 'reminder'})
        ours = self.env['res.partner'].create({
            'name': "Our contact", 'parent_id': self.debtor.id, 'phone': '+33 1 99 00 00 02', 'recouvrement_role': 'accounting'})
        officer = self._make_user('officer')
        debtor = self.debtor.with_user(officer).with_context(allowed_company_ids=self.company.ids)
        keys = [contact.key for contact in debtor._recouvrement_contacts({'phone'})]
        self.assertIn(ours.id, keys)
        self.assertNotIn(theirs.id, keys)
