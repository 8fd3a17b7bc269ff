"""Several companies, and branches: each has its own cases; plans are shared down the tree."""
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

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

    def test_the_scheduled_night_runs_every_company(self):
        self._make_invoice(day(-20))
        self._invoice_of(self.branch, day(-20))
        self._invoice_of(self.other, day(-20))
        self.env['recouvrement.run']._cron_run_night()
        reminders = self.env['recouvrement.reminder'].sudo().search([('case_id.partner_id', '=', self.debtor.id)])
        self.assertEqual(reminders.company_id, self.company | self.branch | self.other)

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
