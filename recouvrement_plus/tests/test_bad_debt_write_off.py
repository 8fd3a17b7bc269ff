"""A claim given up: the loss, the VAT that comes back or never was due, and the way back."""
from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import TODAY, day
from .test_bad_debt import PROOF, BadDebtCommon


@tagged('post_install', '-at_install')
class TestWriteOff(BadDebtCommon):

    def test_vat_on_debits_comes_back(self):
        """CGI art. 272-1: 654 net of tax, the VAT deducted on line 21 of the return."""
        invoice = self._taxed(day(-20))
        debt = self._write_off(invoice)
        result = debt.post()[0]
        self.assertEqual((result['net'], result['vat_recovered'], result['vat_cancelled']), ('1000.00', '200.00', '0.00'))
        self.assertEqual(self._entry(result), {
            ('654100', '1000.00', '0.00'), ('445710', '200.00', '0.00'), ('411100', '0.00', '1200.00')})
        tax = debt.move_id.line_ids.filtered(lambda line: line.account_id.code == '445710')
        self.assertEqual(tax.tax_tag_ids.mapped('name'), ['21'])
        self.assertEqual((invoice.amount_residual, self._items(invoice).state, self._balance('411')), (0.0, 'closed', 0.0))
        self.assertEqual(debt.vat_deadline, date(2028, 12, 31))

    def test_an_older_invoice_is_a_loss_of_earlier_years(self):
        self._write_off(self._taxed(date(2025, 10, 1))).post()
        self.assertEqual(self._balance('6544'), 1000.0)

    def test_from_the_doubtful_account_with_its_impairment(self):
        """The textbook entry: 654 and the VAT by 416, the impairment released."""
        invoice = self._taxed()
        self._doubtful(invoice)
        self._prepared(self._case().prepare_provision({self._items(invoice).id: 60})).post()
        self._write_off(invoice).post()
        self.assertEqual(
            [self._balance(code) for code in ('411', '416', '491', '654', '445710', '681740', '781740')],
            [0.0, 0.0, 0.0, 1000.0, 0.0, 600.0, -600.0])
        transfers = self.env['account.move.line'].search([('recouvrement_doubtful', '=', True)])
        self.assertEqual(set(transfers.mapped('reconciled')), {True})

    def test_partial_write_off_of_a_doubtful_claim(self):
        invoice = self._taxed()
        self._doubtful(invoice)
        self._prepared(self._case().prepare_provision({self._items(invoice).id: 50})).post()
        debt = self._write_off(invoice, 300.0)
        debt.post()
        self.assertEqual((debt.net, debt.vat_recovered, debt.doubtful_change, debt.provision_change), (250.0, 50.0, -300.0, -125.0))
        self.assertEqual((self._balance('411'), self._balance('416'), self._balance('491')), (0.0, 900.0, -375.0))
        item = self._items(invoice)
        self.assertEqual((item.state, item.amount_residual, item.hold_reason), ('open', 900.0, 'doubtful'))
        self._write_off(invoice).post()
        self.assertEqual([self._balance(code) for code in ('411', '416', '491', '654', '445710')], [0.0, 0.0, 0.0, 1000.0, 0.0])

    def test_a_ground_that_does_not_prove_it_keeps_the_vat_a_loss(self):
        for ground in ('prescribed', 'abandoned'):
            invoice = self._taxed()
            debt = self._write_off(invoice, ground=ground)
            self.assertEqual((debt.net, debt.vat_recovered, debt.warnings), (1200.0, 0.0, ['vat_ground']))

    def test_the_vat_comes_back_until_the_end_of_the_second_year(self):
        late = self._write_off(self._taxed(date(2023, 1, 10)), event_date='2023-12-31')
        self.assertEqual((late.vat_recovered, late.warnings), (0.0, ['vat_too_late']))
        in_time = self._write_off(self._taxed(date(2023, 2, 10)), event_date='2024-01-01')
        self.assertEqual((in_time.vat_recovered, in_time.vat_deadline), (200.0, date(2026, 12, 31)))

    def test_proof_or_reason(self):
        item = self._items(self._taxed())
        with self.assertRaisesRegex(UserError, "Attach the certificate"):
            self._case().prepare_write_off('certificate', {item.id: 1200.0})
        result = self._case().prepare_write_off('certificate', {item.id: 1200.0}, event_date=TODAY, proof=PROOF)
        self.assertEqual(self._prepared(result).certificate_id.name, "certificat.pdf")

    def test_more_than_owed_is_refused(self):
        item = self._items(self._taxed())
        for amount in (1200.01, 0, -5):
            with self.assertRaises(UserError):
                self._case().prepare_write_off('certificate', {item.id: amount}, reason="x")
        with self.assertRaisesRegex(UserError, "not an amount"):
            self._case().prepare_write_off('certificate', {item.id: 'NaN'}, reason="x")

    def test_an_instalment_of_two(self):
        invoice = self._make_invoice(amount=1000.01, instalments=(day(-100), day(-50)), post=False)
        invoice.invoice_line_ids.tax_ids = [Command.set(self.on_debits.ids)]
        invoice.action_post()
        self._sync()
        items = self._items(invoice)
        first = self._prepared(self._case().prepare_write_off(
            'liquidation', {items[0].id: items[0].amount_residual}, event_date=TODAY, proof=PROOF))
        first.post()
        self.assertEqual(items.mapped('state'), ['closed', 'open'])
        second = self._prepared(self._case().prepare_write_off(
            'liquidation', {items[1].id: items[1].amount_residual}, event_date=TODAY, proof=PROOF))
        second.post()
        self.assertEqual(round(first.vat_recovered + second.vat_recovered, 2), invoice.amount_tax)
        self.assertEqual(self._balance('445710'), 0.0)

    def test_both_instalments_at_once(self):
        invoice = self._make_invoice(amount=1000.01, instalments=(day(-100), day(-50)), post=False)
        invoice.invoice_line_ids.tax_ids = [Command.set(self.on_receipts.ids)]
        invoice.action_post()
        self._sync()
        debt = self._prepared(self._case().prepare_write_off('liquidation', reason="Closed"))
        debt.post()
        self.assertEqual((debt.vat_cancelled, self._balance('445740'), invoice.amount_residual), (invoice.amount_tax, 0.0, 0.0))

    def test_taken_back_the_invoice_is_open_with_its_levels(self):
        invoice = self._taxed()
        self._night()
        item = self._items(invoice)
        level = item.level_id
        self._doubtful(invoice)
        debt = self._write_off(invoice)
        debt.post()
        self.assertEqual(item.state, 'closed')
        debt.cancel("The debtor paid after all")
        self.assertEqual((item.state, item.level_id, item.amount_residual, item.hold_reason), ('open', level, 1200.0, 'doubtful'))
        self.assertEqual([self._balance(code) for code in ('411', '416', '654', '445710')], [0.0, 1200.0, 0.0, -200.0])

    def test_reversed_from_the_entry_without_cancel_it_is_open_too(self):
        invoice = self._taxed()
        debt = self._write_off(invoice)
        debt.post()
        debt.move_id._reverse_moves([{'date': TODAY}]).action_post()
        self.assertEqual((debt.state, invoice.amount_residual, self._items(invoice).state), ('cancelled', 1200.0, 'open'))

    def test_a_transfer_that_was_written_off_is_not_taken_back_alone(self):
        invoice = self._taxed()
        debt = self._doubtful(invoice)
        self._write_off(invoice).post()
        with self.assertRaisesRegex(UserError, "later entry"):
            debt.cancel("Mistake")

    def test_it_is_no_payment_for_the_score_and_the_promise(self):
        invoice = self._taxed()
        rows = self.env['recouvrement.ledger']._behaviour(self.company, day(1), self.debtor.ids)
        self._write_off(invoice).post()
        self.assertEqual(self.env['recouvrement.ledger']._behaviour(self.company, day(1), self.debtor.ids), rows)
        self.assertFalse(self.env['recouvrement.ledger']._reductions(self._lines(invoice).ids, TODAY))

    def test_an_opening_entry_has_no_vat_to_recover(self):
        entry = self._make_entry(500.0, due=day(-100), on=day(-100))
        entry.line_ids.no_followup = False
        self._sync()
        item = self.env['recouvrement.item'].search([('move_id', '=', entry.id)])
        result = self._case().prepare_write_off('liquidation', {item.id: 500.0}, event_date=TODAY, proof=PROOF)
        self.assertEqual((result['net'], result['vat_recovered'], result['warnings']), ('500.00', '0.00', ['vat_unknown']))


@tagged('post_install', '-at_install')
class TestVatOnReceipts(BadDebtCommon):
    """CGI art. 269-2 c: the VAT on services falls due with the receipt. What is never received never was due."""

    def test_neither_the_transfer_nor_the_loss_makes_vat_due(self):
        invoice = self._taxed(tax=self.on_receipts)
        self.assertEqual(self._balance('445740'), -200.0)
        self._doubtful(invoice)
        self.assertFalse(self._caba(invoice))
        debt = self._write_off(invoice)
        result = debt.post()[0]
        self.assertEqual((result['net'], result['vat_recovered'], result['vat_cancelled']), ('1000.00', '0.00', '200.00'))
        self.assertFalse(self._caba(invoice), "no cash-basis entry")
        self.assertEqual((self._balance('445740'), self._balance('445710', False), invoice.amount_residual), (0.0, 0.0, 0.0))
        pending = invoice.line_ids.filtered('tax_line_id')
        self.assertTrue(pending.reconciled, "the pending VAT is lettered with its cancellation")
        with self.assertRaisesRegex(UserError, "recovers VAT paid on debits"):
            debt.make_corrective_invoices()

    def test_what_was_received_before_stays_due_and_only_the_rest_is_cancelled(self):
        invoice = self._taxed(tax=self.on_receipts)
        self._pay(invoice, 400.0)
        paid = self._caba(invoice)
        self.assertEqual(len(paid), 1)
        debt = self._write_off(invoice)
        debt.post()
        self.assertEqual((debt.vat_cancelled, self._caba(invoice)), (133.33, paid))
        self.assertEqual((self._balance('445740'), self._balance('445710', False)), (0.0, -66.67))

    def test_money_after_a_partial_loss_makes_its_own_part_due(self):
        invoice = self._taxed(tax=self.on_receipts)
        self._doubtful(invoice)
        self._write_off(invoice, 600.0).post()
        self.assertFalse(self._caba(invoice))
        self._pay(invoice)
        self.assertEqual((self._balance('445740'), self._balance('445710', False)), (0.0, -100.0))

    def test_taken_back_then_paid_the_whole_vat_is_due(self):
        invoice = self._taxed(tax=self.on_receipts)
        debt = self._write_off(invoice)
        debt.post()
        debt.cancel("The debtor paid after all")
        self.assertEqual((self._balance('445740'), invoice.amount_residual), (-200.0, 1200.0))
        self.assertFalse(self._caba(invoice))
        self._pay(invoice)
        self.assertEqual((self._balance('445740'), self._balance('445710', False)), (0.0, -200.0))

    def test_a_doubtful_claim_that_is_paid_makes_its_vat_due_on_the_day_of_the_money(self):
        invoice = self._taxed(tax=self.on_receipts)
        self._doubtful(invoice)
        self._pay(invoice, on=day(-1))
        entry = self._caba(invoice)
        self.assertEqual((entry.date, self._balance('445710', False)), (day(-1), -200.0))

    def test_a_time_barred_claim_cancels_its_pending_vat_without_a_ground_for_recovery(self):
        debt = self._write_off(self._taxed(tax=self.on_receipts), ground='prescribed', event_date=None)
        self.assertEqual((debt.net, debt.vat_cancelled, debt.warnings), (1000.0, 200.0, False))

    def test_both_regimes_on_one_invoice(self):
        invoice = self._make_invoice(day(-100), 1000.0, post=False)
        invoice.invoice_line_ids.tax_ids = [Command.set(self.on_debits.ids)]
        invoice.invoice_line_ids.copy({'move_id': invoice.id, 'tax_ids': [Command.set(self.on_receipts.ids)], 'price_unit': 500.0})
        invoice.action_post()
        self._sync()
        debt = self._write_off(invoice)
        debt.post()
        self.assertEqual((debt.net, debt.vat_recovered, debt.vat_cancelled), (1500.0, 200.0, 100.0))
        self.assertFalse(self._caba(invoice))
