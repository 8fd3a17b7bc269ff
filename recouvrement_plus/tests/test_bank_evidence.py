"""What the bank already shows is compared with the customer before anything leaves."""
from odoo import fields
from odoo.tests import tagged

from .common import TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestBankEvidence(RecouvrementCommon):

    def setUp(self):
        super().setUp()
        self.invoice = self._make_invoice(day(-20), 1000.0)

    def _statement(self, amount, label="Transfer", on=None, **vals):
        return self.env['account.bank.statement.line'].create({
            'journal_id': self.bank_journal.id, 'amount': amount, 'payment_ref': label, 'date': on or day(-1), **vals})

    def _decision(self):
        row = self._simulate()
        return row['decision'], row['reason']

    # === PROBABLE RECEIPTS === #

    def test_an_unmatched_line_of_the_customer_holds_him(self):
        self._statement(300.0, partner_id=self.debtor.id)
        self.assertEqual(self._decision(), ('hold', 'probable_receipt'))

    def test_a_label_that_names_an_invoice_holds_that_one_and_the_others_are_claimed(self):
        other = self._make_invoice(day(-20), 400.0)
        self._statement(1000.0, f"VIR {self.invoice.name.replace('/', ' ')} MERCI")
        self.assertEqual(self._reasons(), {self.invoice.name: ('hold', 'probable_receipt'), other.name: ('remind', '')})
        self.assertEqual(self._simulate()['amount_due'], '400.00')
        self.assertIn("Match a receipt", self._night() and self._case().activity_ids.activity_type_id.name)

    def test_the_customer_s_bank_account_is_enough(self):
        self.env['res.partner.bank'].create({'acc_number': 'FR7630004000031234567890143', 'partner_id': self.debtor.id})
        self._statement(77.0, account_number='FR76 3000 4000 0312 3456 7890 143')
        self.assertEqual(self._decision(), ('hold', 'probable_receipt'))

    def test_the_name_with_the_exact_amount(self):
        self._statement(999.0, "VIR DE MENUISERIE BLANC")
        self.assertEqual(self._decision(), ('remind', ''))
        self._statement(1000.0, "VIR DE MENUISERIE BLANC")
        self.assertEqual(self._decision(), ('hold', 'probable_receipt'))

    def test_the_reference_of_a_reminder(self):
        reminder = self._night(day(-10)).reminder_ids
        self._statement(10.0, f"VIR SEPA {reminder.payment_reference}")
        self._make_invoice(day(-40), 50.0)
        self.assertEqual(self._reasons()[self.invoice.name], ('hold', 'probable_receipt'))

    def test_money_of_somebody_else_or_too_old_or_matched_holds_nothing(self):
        self._statement(1000.0, partner_id=self._make_debtor("Other").id)
        self._statement(300.0, partner_id=self.debtor.id, on=day(-60))
        self._statement(-1000.0, partner_id=self.debtor.id)
        self._bank(200.0, self._make_invoice(day(-20), 200.0), on=day(-2))
        self.assertEqual(self._decision(), ('remind', ''))

    def test_a_line_whose_payment_was_entered_by_hand_is_the_same_money(self):
        """Without bank reconciliation statements stay unmatched for ever: the payment says that they are known."""
        self._pay(self._make_invoice(day(-30), 300.0), on=day(-3))
        self._statement(300.0, partner_id=self.debtor.id, on=day(-1))
        self.assertEqual(self._decision(), ('remind', ''))

    def test_one_payment_is_the_money_of_one_line_only(self):
        """Who pays the same amount each month: the second transfer is not taken for the first one, entered by hand."""
        self._pay(self._make_invoice(day(-40), 1000.0), on=day(-8))
        self._statement(1000.0, "Transfer", on=day(-7), partner_id=self.debtor.id)
        self.assertEqual(self._decision(), ('remind', ''), "the line of the payment")
        self._statement(1000.0, "Transfer", on=day(-2), partner_id=self.debtor.id)
        self.assertEqual(self._decision(), ('hold', 'probable_receipt'))

    def test_a_line_that_names_another_invoice_than_the_payment_paid_is_other_money(self):
        paid = self._make_invoice(day(-40), 1000.0)
        self._pay(paid, on=day(-8))
        line = self._statement(1000.0, f"VIR {self.invoice.name}", on=day(-2), partner_id=self.debtor.id)
        self.assertEqual(self._decision(), ('hold', 'probable_receipt'))
        line.payment_ref = f"VIR {paid.name}"
        self.assertEqual(self._decision(), ('remind', ''))

    def test_a_part_payment_entered_by_hand_does_not_hold_the_rest(self):
        self._pay(self.invoice, 400.0, on=day(-3))
        self._statement(400.0, f"VIR {self.invoice.name}", on=day(-2), partner_id=self.debtor.id)
        self.assertEqual(self._decision(), ('remind', ''))

    def test_a_payment_that_has_its_own_line_accounts_for_no_other(self):
        paid = self._make_invoice(day(-40), 1000.0)
        self._bank(1000.0, paid, on=day(-6))
        self.assertEqual(self._decision(), ('remind', ''))
        self._statement(1000.0, on=day(-2), partner_id=self.debtor.id)
        self.assertEqual(self._decision(), ('hold', 'probable_receipt'))

    def test_a_payment_in_another_company_accounts_for_no_line_of_this_one(self):
        self._statement(1000.0, on=day(-2), partner_id=self.debtor.id)
        other = self.setup_other_company()
        self.env['account.payment'].with_company(other['company']).create({
            'amount': 1000.0, 'date': day(-2), 'payment_type': 'inbound', 'partner_type': 'customer',
            'partner_id': self.debtor.id, 'journal_id': other['default_journal_bank'].id}).action_post()
        self.assertEqual(self._decision(), ('hold', 'probable_receipt'))

    def test_an_invoice_in_dollars_paid_into_the_account_in_euros(self):
        line = self._statement(5000.0, "Transfer", partner_id=self.debtor.id)
        usd = self.setup_other_currency('USD', rates=[('2020-01-01', 1.1)])
        foreign = self._make_invoice(day(-20), 700.0, currency_id=usd.id)
        self._sync()
        self.assertEqual(self._of(usd), ('remind', ''), "the money is for what is owed in euros")
        line.payment_ref = f"VIR {foreign.name}"
        self.assertEqual((self._of(usd), self._of(self.eur)), (('hold', 'probable_receipt'), ('hold', 'probable_receipt')))
        line.payment_ref = "Transfer"
        self._pay(self.invoice)
        self.assertEqual(self._of(usd), ('hold', 'probable_receipt'), "he owes nothing in euros")

    def _of(self, currency):
        [row] = [row for row in self.env['recouvrement.run'].simulate(TODAY, case_ids=self._case().ids)
                 if row['currency'] == currency.name]
        return row['decision'], row['reason']

    def test_a_line_that_quotes_what_the_invoice_asks_to_quote(self):
        for asked, label, held in (
                ('RF18 5390 0754 7034', "VIR SEPA RF18539007547034", True), ('COMMANDE 4711', "VIR COMMANDE 4711", True),
                ('COMMANDE 4711', "VIR COMMANDE 4712", False)):
            with self.subTest(asked=asked, label=label), self.env.cr.savepoint() as undone:
                self.invoice.payment_reference = asked
                self._statement(1000.0, label)
                self.assertEqual(self._decision(), ('hold', 'probable_receipt') if held else ('remind', ''))
                undone.rollback()

    def test_a_line_dated_after_the_night_counts_too(self):
        self._statement(300.0, on=day(1), partner_id=self.debtor.id)
        self.assertEqual(self._decision(), ('hold', 'probable_receipt'))

    def test_a_reserved_deposit_does_not_hide_an_invoice_of_its_amount(self):
        payment = self._receive(1000.0)
        self.assertEqual(self._decision(), ('hold', 'probable_receipt'))
        self._sync()
        self.env['recouvrement.reserve'].create({
            'case_id': self._case().id, 'move_line_id': self._credit_line(payment).id, 'reason': 'deposit'})
        self.assertEqual(self._decision(), ('remind', ''))

    def test_the_setting_switches_it_off(self):
        self._statement(300.0, partner_id=self.debtor.id)
        self.company.recouvrement_receipt_days = 0
        self.assertEqual(self._decision(), ('remind', ''))

    def test_money_on_account_equal_to_an_instalment_holds_it_and_is_deducted_from_nothing_else(self):
        other = self._make_invoice(day(-20), 400.0)
        self._receive(400.0)
        self.assertEqual(self._reasons(), {other.name: ('hold', 'probable_receipt'), self.invoice.name: ('remind', '')})
        self.assertEqual(self._simulate()['amount_due'], '1000.00')
        reminder = self._night().reminder_ids
        self._send(reminder)
        self.assertEqual((reminder.amount_due, reminder.line_ids.filtered('active').mapped('kind')), (1000.0, ['moved']))

    def test_money_that_arrives_after_the_night_withdraws_the_message(self):
        reminder = self._night().reminder_ids
        self._statement(1000.0, f"VIR {self.invoice.name}", on=TODAY)
        self._send(reminder)
        self.assertRecordValues(reminder, [{'state': 'withdrawn', 'reason': 'probable_receipt'}])

    def test_the_task_closes_by_itself_once_matched(self):
        line = self._statement(300.0, partner_id=self.debtor.id)
        self._night()
        task = self._case().activity_ids
        self.assertEqual(task.activity_type_id, self.env.ref('recouvrement_plus.mail_activity_type_match'))
        self._night()
        self.assertEqual(self._case().activity_ids, task, "one task, that ages")
        line.partner_id = self._make_debtor("Other")
        self._night()
        self.assertFalse(self._case().activity_ids)

    def test_a_credit_that_covers_everything_opens_a_task(self):
        """lesson 29: nothing is sent when nothing is owed net, but the credit must not hide the invoice for ever."""
        self._receive(600.0)
        self._receive(700.0)
        self.assertEqual(self._decision(), ('hold', 'net_credit'))
        self._night()
        self.assertEqual(self._case().activity_ids.activity_type_id, self.env.ref('recouvrement_plus.mail_activity_type_match'))

    # === FRESHNESS === #

    def test_old_statements_block_or_warn_or_neither(self):
        self._statement(5.0, "Interest", on=day(-9))
        self.company.recouvrement_bank_check = 'block'
        self.assertEqual(self._decision(), ('hold', 'stale_bank'))
        for check, said in (('off', False), ('warn', True)):
            self.company.recouvrement_bank_check = check
            run = self._night()
            self.assertEqual(run.bank_stale, said)
        self.assertEqual((run.bank_date, len(run.reminder_ids)), (day(-9), 1))

    def test_fresh_statements_block_nothing(self):
        self.company.recouvrement_bank_check = 'block'
        self._statement(5.0, "Interest", on=day(-7))
        self.assertEqual(self._decision(), ('remind', ''))

    def test_without_statements_the_last_receipt_says_how_fresh_the_books_are(self):
        self.company.recouvrement_bank_check = 'block'
        self.assertEqual(self._decision(), ('hold', 'stale_bank'), "no news at all is old news")
        self._receive(20.0, self._make_debtor("Other"), on=day(-8))
        self.assertEqual(self._decision(), ('hold', 'stale_bank'))
        self._receive(20.0, self._make_debtor("Third"), on=day(-3))
        self.assertEqual(self._decision(), ('remind', ''))

    def test_a_receipt_entered_as_an_entry_of_the_bank_journal_is_news_too(self):
        self.company.recouvrement_bank_check = 'block'
        receivable = self.invoice.line_ids.filtered(lambda line: line.display_type == 'payment_term').account_id
        entry = self.env['account.move'].create({'journal_id': self.bank_journal.id, 'date': day(-2), 'line_ids': [
            fields.Command.create({'account_id': self.bank_journal.default_account_id.id, 'debit': 20.0}),
            fields.Command.create({
                'account_id': receivable.id, 'credit': 20.0, 'partner_id': self._make_debtor("Other").id})]})
        self.assertEqual(self._decision(), ('hold', 'stale_bank'), "a draft says nothing")
        entry.action_post()
        self.assertEqual(self._decision(), ('remind', ''))

    def test_a_statement_counts_more_than_a_receipt(self):
        self.company.recouvrement_bank_check = 'block'
        self._receive(20.0, self._make_debtor("Other"), on=TODAY)
        self._statement(5.0, "Interest", on=day(-30))
        self.assertEqual(self._decision(), ('hold', 'stale_bank'))

    def test_another_account_s_news_say_nothing_of_the_one_that_customers_pay_to(self):
        self.company.recouvrement_bank_check = 'block'
        self.bank_journal.bank_account_id = self.env['res.partner.bank'].create({
            'acc_number': 'FR7630001007941234567890185', 'partner_id': self.company.partner_id.id})
        self._statement(5.0, "Interest", on=day(-60))
        online = self.env['account.journal'].create({
            'name': "Online", 'type': 'bank', 'code': 'ONL', 'company_id': self.company.id})
        self._statement(9.0, "Card", on=day(-1), journal_id=online.id)
        self.assertEqual(self._decision(), ('hold', 'stale_bank'))
        self.bank_journal.active = False
        self.assertEqual(self._decision(), ('remind', ''))

    def test_books_that_grew_old_since_the_night_are_seen_at_the_second_of_sending(self):
        reminder = self._night().reminder_ids
        self.company.recouvrement_bank_check = 'block'
        self._send(reminder)
        self.assertRecordValues(reminder, [{'state': 'withdrawn', 'reason': 'stale_bank'}])
