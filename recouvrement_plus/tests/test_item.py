"""What an open item is: which lines of the ledger are collected, and which are not."""
from odoo.tests import tagged

from .common import TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestItem(RecouvrementCommon):

    def _followed(self, move):
        self._sync()
        return self._items(move).filtered(lambda item: item.state == 'open')

    # === ACCOUNT ROLES === #

    def test_the_french_chart_gets_its_roles(self):
        """411 collect, 413 bills, 4117 retention, 416 legal, and nothing on what is no receivable."""
        chart = self.env['account.chart.template'].with_company(self.company)
        roles = {xmlid: chart.ref(xmlid).recouvrement_role for xmlid in (
            'fr_pcg_recv', 'pcg_410', 'pcg_413', 'pcg_4117', 'pcg_416', 'pcg_4181', 'pcg_4191')}
        self.assertEqual(roles, {
            'fr_pcg_recv': 'collect', 'pcg_410': 'collect', 'pcg_413': 'effect', 'pcg_4117': 'retention',
            'pcg_416': 'legal', 'pcg_4181': False, 'pcg_4191': False})

    def test_a_foreign_company_does_not_get_french_roles(self):
        other = self.env['res.company'].create({'name': "Belgian", 'country_id': self.env.ref('base.be').id})
        account = self.env['account.account'].with_company(other).create({
            'name': "Other receivable", 'code': '413000', 'account_type': 'asset_receivable', 'company_ids': other.ids})
        self.assertEqual(account.recouvrement_role, 'collect')

    def test_the_role_is_a_setting(self):
        """A person may say that an account is not collected, and say it again."""
        invoice = self._make_invoice(day(-10))
        self.assertTrue(self._followed(invoice))
        self.receivable.recouvrement_role = 'retention'
        self.assertFalse(self._followed(invoice))
        self.receivable.recouvrement_role = 'collect'
        self.assertTrue(self._followed(invoice))

    def test_bills_retentions_and_doubtful_accounts_are_not_items(self):
        chart = self.env['account.chart.template'].with_company(self.company)
        for xmlid in ('pcg_413', 'pcg_4117', 'pcg_416'):
            with self.subTest(account=xmlid):
                move = self._make_entry(500.0, account=chart.ref(xmlid), on=day(-60), due=day(-30),
                                        journal=self.company_data['default_journal_sale'])
                move.line_ids.no_followup = False
                self.assertFalse(self._followed(move))

    # === FOLLOW-UP FLAG === #

    def test_general_entries_are_left_out_until_included(self):
        """Core sets `no_followup` on general journals (opening balances): one click includes them."""
        move = self._make_entry(500.0, on=day(-60), due=day(-30))
        line = self._lines(move)
        self.assertTrue(line.no_followup)
        self.assertFalse(self._followed(move))
        line.no_followup = False
        self.assertEqual(self._followed(move).move_line_id, line)

    def test_an_invoice_excluded_from_follow_up_is_no_item(self):
        invoice = self._make_invoice(day(-10))
        invoice.no_followup = True
        self.assertFalse(self._followed(invoice))

    def test_excluding_a_followed_invoice_holds_it(self):
        invoice = self._make_invoice(day(-10))
        self._sync()
        invoice.no_followup = True
        self._sync()
        self.assertEqual(self._reasons(), {invoice.name: ('hold', 'no_followup')})

    # === STATES OF MOVES === #

    def test_drafts_and_cancelled_invoices_never(self):
        draft = self._make_invoice(day(-10), post=False)
        cancelled = self._make_invoice(day(-10), post=False)
        cancelled.button_cancel()
        self.assertFalse(self._followed(draft) + self._followed(cancelled))
        self.assertEqual(self._simulate(), {})

    def test_an_invoice_reset_to_draft_is_closed_with_its_history(self):
        invoice = self._make_invoice(day(-20))
        self._night()
        item = self._items(invoice)
        invoice.button_draft()
        self._sync()
        self.assertEqual(item.state, 'closed')
        self.assertEqual(item.amount_residual, 0.0)
        self.assertEqual(item.level_days, 15)
        self.assertEqual(self._simulate(), {})

    def test_credit_notes_and_payments_are_no_items(self):
        invoice = self._make_invoice(day(-10))
        note = self._credit(invoice, 100.0, match=False)
        payment = self._receive(50.0)
        self.assertFalse(self._followed(note) + self._followed(payment.move_id))

    # === DATES AND AMOUNTS === #

    def test_without_due_date_the_date_of_the_entry_counts(self):
        move = self._make_entry(500.0, on=day(-12))
        line = self._lines(move)
        line.no_followup = False
        line.date_maturity = False
        self.assertEqual(self._followed(move).date_maturity, day(-12))
        self.assertEqual(self._simulate()['items'][0]['days_late'], 12)

    def test_one_item_for_each_instalment_with_its_amount(self):
        invoice = self._make_invoice(amount=900.0, instalments=[day(-40), day(-10), day(20)])
        items = self._followed(invoice)
        self.assertRecordValues(items, [
            {'rank': 1, 'date_maturity': day(-40), 'amount': 300.0, 'amount_residual': 300.0, 'days_late': 40},
            {'rank': 2, 'date_maturity': day(-10), 'amount': 300.0, 'amount_residual': 300.0, 'days_late': 10},
            {'rank': 3, 'date_maturity': day(20), 'amount': 300.0, 'amount_residual': 300.0, 'days_late': -20},
        ])

    def test_a_part_payment_leaves_the_rest(self):
        """Only what is left is asked, and the item says both figures."""
        invoice = self._make_invoice(day(-10), 1000.0)
        self._pay(invoice, 400.0)
        item = self._followed(invoice)
        self.assertEqual((item.amount, item.amount_residual), (1000.0, 600.0))
        self.assertEqual(self._simulate()['amount_due'], '600.00')

    def test_only_overdue_instalments_are_claimed(self):
        self._make_invoice(amount=900.0, instalments=[day(-40), day(-10), day(20)])
        self.assertEqual(self._simulate()['amount_due'], '600.00')

    def test_due_today_is_not_late(self):
        invoice = self._make_invoice(TODAY)
        self.assertEqual(self._followed(invoice).days_late, 0)
        self.assertEqual(self._case()._origin.amount_overdue, 0.0)

    # === PAYMENT IN PROCESS, DISPUTE === #

    def test_a_payment_without_entry_holds_the_invoice(self):
        """Without outstanding account: the customer has paid, the ledger does not know it yet."""
        invoice = self._make_invoice(day(-10))
        payment = self._pay_without_entry(invoice)
        self.assertEqual(payment.state, 'in_process')
        self.assertEqual(self._reasons(), {invoice.name: ('hold', 'payment_in_process')})
        self.assertFalse(self._night().reminder_ids)

    def test_a_rejected_payment_holds_no_more(self):
        invoice = self._make_invoice(day(-10))
        self._pay_without_entry(invoice).action_reject()
        self.assertEqual(self._simulate()['decision'], 'remind')

    def test_the_rest_of_a_confirmed_part_payment_is_reminded(self):
        """Once the bank line is there the payment is done with: what is left is owed."""
        invoice = self._make_invoice(day(-10), 1000.0)
        payment = self._pay_without_entry(invoice, 400.0)
        with self._bank_reconciliation():
            payment.action_validate()
            self._bank(400.0, invoice)
        self.assertEqual(self._lines(invoice).amount_residual, 600.0)
        self.assertEqual(self._reasons(), {invoice.name: ('remind', '')})

    def test_a_credit_note_does_not_make_a_validated_payment_forgotten(self):
        """Validated by hand, its money not yet on the invoice: the customer has paid, whatever else was matched."""
        invoice = self._make_invoice(day(-10), 1000.0)
        self._credit(invoice, 100.0)
        payment = self._pay_without_entry(invoice, 900.0)
        with self._bank_reconciliation():
            payment.action_validate()
        self.assertEqual((payment.state, self._lines(invoice).amount_residual), ('paid', 900.0))
        self.assertEqual(self._reasons(), {invoice.name: ('hold', 'payment_in_process')})

    def test_money_announced_without_invoice_is_deducted(self):
        self._make_invoice(day(-10), 1000.0)
        self._pay_on_account_without_entry(1000.0)
        self.assertEqual(self._simulate()['reason'], 'net_credit')

    def test_blocked_for_payment_is_a_dispute(self):
        invoice = self._make_invoice(day(-10))
        invoice.action_toggle_block_payment()
        self.assertEqual(self._reasons(), {invoice.name: ('hold', 'dispute')})

    # === ITEM SCREEN === #

    def test_hold_reason_is_what_the_night_would_do(self):
        invoice = self._make_invoice(day(-10))
        self._sync()
        item = self._items(invoice)
        self.assertFalse(item.hold_reason)
        self._hold('promise', item=item, date_to=day(3))
        item.invalidate_recordset()
        self.assertEqual(item.hold_reason, 'promise')

    def test_a_level_whose_message_has_not_left_says_so(self):
        """Nobody tells a customer of a message that waits."""
        item = self._followed(self._make_invoice(day(-20)))
        self.assertFalse(item.level_text)
        reminder = self._night().reminder_ids
        self.assertEqual(item.level_text, f"{item.level_id.name} (waiting to leave)")
        self._send(reminder)
        item.invalidate_recordset()
        self.assertEqual(item.level_text, item.level_id.name)

    def test_a_formal_notice_that_waits_for_approval_says_so(self):
        self.company.recouvrement_plan_id = self.env.ref('recouvrement_plus.plan_default')
        move = self._make_invoice(day(-50))
        self.assertEqual(self._night().reminder_ids.mapped('state'), ['draft'])
        self.assertEqual(self._items(move).level_text, "Formal notice (to approve)")

    def test_days_late_can_be_searched(self):
        late, early = self._make_invoice(day(-10)), self._make_invoice(day(10))
        self._sync()
        found = self.env['recouvrement.item'].search([('days_late', '>', 0), ('partner_id', '=', self.debtor.id)])
        self.assertEqual(found.move_id, late)
        found = self.env['recouvrement.item'].search([('days_late', '<=', -10), ('partner_id', '=', self.debtor.id)])
        self.assertEqual(found.move_id, early)
        for operator, expected in (('=', late), ('!=', early)):
            found = self.env['recouvrement.item'].search([('days_late', operator, 10), ('partner_id', '=', self.debtor.id)])
            self.assertEqual(found.move_id, expected, operator)
