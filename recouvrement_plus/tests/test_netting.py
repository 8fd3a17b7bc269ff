"""What is deducted from what is owed: every open receivable of the customer, in the company and the currency of the debt."""
from odoo.tests import tagged

from .common import TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestNetting(RecouvrementCommon):

    def test_an_open_credit_note_is_deducted(self):
        self._make_invoice(day(-10), 1000.0)
        note = self._make_invoice(day(-60), 300.0)
        self._credit(note, on=day(-5), match=False)
        self._pay(note)
        row = self._simulate()
        self.assertEqual((row['decision'], row['amount_due']), ('remind', '700.00'))
        reminder = self._night().reminder_ids
        self.assertEqual(reminder.amount_due, 700.0)
        self.assertEqual(reminder.line_ids.filtered(lambda line: line.kind == 'credit').amount_residual, -300.0)

    def test_nothing_owed_net_of_a_credit_note_means_silence(self):
        invoice = self._make_invoice(day(-10), 1000.0)
        self._credit(invoice, match=False)
        self.assertEqual((self._simulate()['decision'], self._simulate()['reason']), ('hold', 'net_credit'))
        self.assertFalse(self._night().reminder_ids)

    def test_a_cancelled_credit_note_is_no_credit(self):
        invoice = self._make_invoice(day(-10), 1000.0)
        note = self._credit(invoice, match=False)
        note.button_draft()
        note.button_cancel()
        self.assertEqual(self._simulate()['amount_due'], '1000.00')

    def test_money_not_yet_matched_is_deducted(self):
        self._make_invoice(day(-10), 1000.0)
        self._receive(250.0)
        self.assertEqual(self._simulate()['amount_due'], '750.00')
        self._receive(750.0)
        self.assertEqual(self._simulate()['reason'], 'net_credit')

    def test_credits_excluded_from_follow_up_are_deducted_all_the_same(self):
        """A general entry carries `no_followup` by default: it is money of the customer nevertheless."""
        self._make_invoice(day(-10), 1000.0)
        credit = self._make_entry(-400.0)
        self.assertTrue(self._lines(credit).no_followup)
        self.assertEqual(self._simulate()['amount_due'], '600.00')

    def test_debts_excluded_from_follow_up_are_not_claimed(self):
        self._make_invoice(day(-10), 1000.0)
        self._make_invoice(day(-20), 500.0).no_followup = True
        self.assertEqual(self._simulate()['amount_due'], '1000.00')

    def test_another_currency_is_not_deducted(self):
        usd = self.setup_other_currency('USD', rates=[('2020-01-01', 1.2)])
        self._make_invoice(day(-10), 1000.0)
        invoice = self._make_invoice(day(-60), 5000.0, currency_id=usd.id)
        self._credit(invoice, on=day(-5), match=False)
        rows = {row['currency']: row for row in self.env['recouvrement.run'].simulate(TODAY, self.company.id)}
        self.assertEqual((rows['EUR']['decision'], rows['EUR']['amount_due']), ('remind', '1000.00'))
        self.assertEqual(rows['USD']['reason'], 'net_credit')

    def test_one_message_for_each_currency(self):
        usd = self.setup_other_currency('USD', rates=[('2020-01-01', 1.2)])
        self._make_invoice(day(-10), 1000.0)
        self._make_invoice(day(-10), 600.0, currency_id=usd.id)
        reminders = self._night().reminder_ids
        self.assertEqual({(reminder.currency_id.name, reminder.amount_due) for reminder in reminders},
                         {('EUR', 1000.0), ('USD', 600.0)})

    def test_another_company_is_not_deducted(self):
        other = self.setup_other_company(name="Second company")
        self._make_invoice(day(-10), 1000.0)
        note = self.env['account.move'].with_company(other['company']).create({
            'move_type': 'out_refund', 'partner_id': self.debtor.id, 'invoice_date': day(-5),
            'invoice_line_ids': [self._prepare_invoice_line(price_unit=5000.0, tax_ids=[(5,)])]})
        note.action_post()
        self.assertEqual(note.company_id, other['company'])
        self.assertEqual(self._simulate()['amount_due'], '1000.00')

    def test_contacts_of_a_company_are_one_customer(self):
        """Invoices and credits of a contact belong to the commercial entity: one case, one message."""
        buyer = self.env['res.partner'].create({'name': "Buyer", 'parent_id': self.debtor.id, 'type': 'contact'})
        shop = self.env['res.partner'].create({'name': "Shop", 'parent_id': self.debtor.id, 'type': 'invoice'})
        self._make_invoice(day(-10), 1000.0, partner=buyer)
        self._make_invoice(day(-10), 500.0, partner=shop)
        self._credit(self._make_invoice(day(-12), 200.0, partner=shop), on=day(-5), match=False)
        self._receive(200.0, shop)
        reminders = self._night().reminder_ids
        self.assertEqual(reminders.case_id, self._case())
        self.assertEqual(reminders.amount_due, 1500.0 + 200.0 - 200.0 - 200.0)

    def test_bills_and_retentions_are_not_deducted(self):
        """What is not dunned is not netted either: a credit on a bill account belongs to the bill."""
        self._make_invoice(day(-10), 1000.0)
        bills = self.env['account.chart.template'].with_company(self.company).ref('pcg_413')
        self._make_entry(-400.0, account=bills)
        self.assertEqual(self._simulate()['amount_due'], '1000.00')

    def test_credits_that_cover_the_oldest_debt_do_not_silence_the_others(self):
        """The formal notice of a debt that credits cover is not sent; what is owed beside it is reminded, net."""
        self._make_invoice(day(-50), 200.0)
        self._make_invoice(day(-10), 1500.0)
        self._receive(400.0)
        row = self._simulate()
        self.assertEqual((row['decision'], row['level_name'], row['amount_due']), ('remind', "First", '1300.00'))
