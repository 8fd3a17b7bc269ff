"""Two contacts that were one customer: their cases become one, nothing is lost, nothing is sent twice."""
from odoo.tests import tagged

from .common import TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestMerge(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.double = cls._make_debtor("Menuiserie Blanc SARL")

    def _merge(self, source, target):
        wizard = self.env['base.partner.merge.automatic.wizard'].sudo()
        wizard._merge((source | target).ids, target)
        self.env.invalidate_all()

    def _two_with_reminders(self):
        """Both customers were reminded in the same night, at the same level."""
        mine, theirs = self._make_invoice(day(-20), 100.0), self._make_invoice(day(-20), 10.0, partner=self.double)
        self._night(day(-1))
        self.assertEqual(len(self._reminders() | self._reminders(self.double)), 2)
        return mine, theirs

    def test_both_have_cases_with_reminders_of_the_same_night_and_level(self):
        mine, theirs = self._two_with_reminders()
        case, reminders = self._case(), self._reminders() | self._reminders(self.double)
        lines = reminders.line_ids
        self._merge(self.double, self.debtor)
        self.assertEqual(self._case(), case)
        self.assertFalse(self.double.exists())
        self.assertEqual(self._items(mine).case_id | self._items(theirs).case_id, case)
        self.assertEqual(reminders.exists().case_id, case)
        self.assertEqual(lines.exists(), lines)
        self.assertEqual(sum(lines.mapped('amount_residual')), 110.0)
        self.assertEqual(self._simulate()['reason'], 'already_reminded')
        self.assertFalse(self._night().reminder_ids)

    def test_the_case_of_the_one_that_goes_is_kept_when_the_other_has_none(self):
        invoice = self._make_invoice(day(-20), partner=self.double)
        self._night(day(-1))
        case = self._case(self.double)
        case.message_post(body="Promised to pay on Friday")
        self._merge(self.double, self.debtor)
        self.assertEqual(case.partner_id, self.debtor)
        self.assertEqual(self._items(invoice).case_id, case)
        self.assertIn("Friday", ''.join(case.message_ids.mapped('body')))
        self._sync()
        self.assertEqual(self._case(), case, "no second case appears")

    def test_without_cases_nothing_happens(self):
        self._merge(self.double, self.debtor)
        self.assertFalse(self.double.exists())
        self.assertFalse(self._case())

    def test_everything_moves(self):
        """Holds, claims, proceedings, scores, notes and tasks of the case that goes are on the one that stays."""
        self._fake_pdf()
        self._make_invoice(day(-40), 100.0)
        theirs = self._make_invoice(day(-40), 10.0, partner=self.double)
        self._night(day(-1))
        old = self._case(self.double)
        hold = self._hold('promise', item=self._items(theirs), date_to=day(5))
        claim = self.env['recouvrement.penalty'].sudo()._claim(old.sudo(), theirs, TODAY, {})
        self._hold('snoozed', partner=self.double, date_from=day(-9), date_to=day(-8))
        proceeding = self.env['recouvrement.proceeding'].sudo().create({
            'case_id': old.id, 'company_id': self.company.id, 'item_ids': [(6, 0, self._items(theirs).ids)]})
        old.activity_schedule('mail.mail_activity_data_call', user_id=self.env.uid)
        scores = len(old.score_ids)
        self.assertTrue(scores)
        self._merge(self.double, self.debtor)
        case = self._case()
        self.assertEqual((hold.case_id, claim.case_id, proceeding.case_id), (case, case, case))
        self.assertEqual((claim.partner_id, proceeding.partner_id, hold.partner_id), (self.debtor, self.debtor, self.debtor))
        self.assertEqual(len(case.hold_ids), 2)
        self.assertTrue(case.activity_ids)
        self.assertEqual(self._reasons()[theirs.name], ('hold', 'promise'))

    def test_errors_in_the_journal_survive(self):
        self._two_with_reminders()
        run = self._reminders().run_id
        line = self.env['recouvrement.run.line'].sudo().create({
            'run_id': run.id, 'company_id': self.company.id, 'kind': 'error', 'message': "Broken",
            'partner_id': self.double.id, 'case_id': self._case(self.double).id})
        self._merge(self.double, self.debtor)
        self.assertRecordValues(line.exists(), [{'partner_id': self.debtor.id, 'case_id': self._case().id}])

    def test_three_at_once(self):
        third = self._make_debtor("Blanc")
        invoices = self._two_with_reminders() + (self._make_invoice(day(-20), 1.0, partner=third),)
        self._night(TODAY)
        self._merge(self.double | third, self.debtor)
        self.assertEqual(self.env['recouvrement.item'].search([
            ('move_id', 'in', [invoice.id for invoice in invoices])]).case_id, self._case())

    def test_company_by_company(self):
        """In each company the cases are merged by themselves; a case in one company only stays."""
        other = self.setup_other_company(name="Second company")
        self._two_with_reminders()
        invoice = self.env['account.move'].with_company(other['company']).create({
            'move_type': 'out_invoice', 'partner_id': self.double.id, 'invoice_date': day(-50), 'invoice_date_due': day(-20),
            'invoice_payment_term_id': False, 'invoice_line_ids': [self._prepare_invoice_line(price_unit=10.0, tax_ids=[(5,)])]})
        invoice.action_post()
        self._sync(company=other['company'])
        there = self._case(self.double, other['company'])
        self.assertTrue(there)
        self._merge(self.double, self.debtor)
        self.assertEqual(self._case(company=other['company']), there)
        self.assertEqual(len(self._case()), 1)

    def test_merging_contacts_of_the_same_customer_keeps_the_case(self):
        buyers = self.env['res.partner'].create([
            {'name': "Buyer", 'parent_id': self.debtor.id, 'type': 'contact'},
            {'name': "Buyer", 'parent_id': self.debtor.id, 'type': 'contact'}])
        invoice = self._make_invoice(day(-20), partner=buyers[0])
        self._night(day(-1))
        case, reminder = self._case(), self._reminders()
        self._merge(buyers[0], buyers[1])
        self._sync()
        self.assertEqual((self._items(invoice).case_id, reminder.case_id), (case, case))
        self.assertFalse(self._night().reminder_ids)

    def test_the_recipient_that_goes_is_replaced(self):
        contact, other = self.env['res.partner'].create([
            {'name': "Accounts", 'parent_id': self.debtor.id, 'type': 'invoice', 'email': 'accounts@client.example'},
            {'name': "Comptabilité", 'parent_id': self.debtor.id, 'type': 'contact', 'email': 'accounts@client.example'}])
        self._make_invoice(day(-20))
        reminder = self._night(day(-1)).reminder_ids
        self.assertEqual(reminder.contact_id, contact)
        self._merge(contact, other)
        self.assertEqual(reminder.contact_id, other)
        self.assertEqual(reminder.email_to, 'accounts@client.example', "where it was sent stays written")
