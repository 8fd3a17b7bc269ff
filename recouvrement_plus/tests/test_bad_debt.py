"""Doubtful and bad debts on the French chart: entries that balance, survive their reversal, and never lose the open item."""
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..engine import bad_debts
from .common import TODAY, RecouvrementCommon, day

PROOF = {'filename': "certificat.pdf", 'datas': 'UERG'}


class BadDebtCommon(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        chart = cls.env['account.chart.template'].with_company(cls.company)
        cls.on_debits = chart.ref('tva_normale')
        cls.on_receipts = chart.ref('tva_normale_encaissement', raise_if_not_found=False) or cls._tax_on_receipts(chart)
        cls.company.tax_exigibility = True
        cls.env.flush_all()

    @classmethod
    def _tax_on_receipts(cls, chart):
        return cls.on_debits.copy({
            'name': "20% on receipts", 'tax_exigibility': 'on_payment',
            'cash_basis_transition_account_id': chart.ref('pcg_44574').id})

    @classmethod
    def _taxed(cls, due=None, net=1000.0, tax=None, **vals):
        invoice = cls._make_invoice(due or day(-100), net, post=False, **vals)
        invoice.invoice_line_ids.tax_ids = [Command.set((tax or cls.on_debits).ids)]
        invoice.action_post()
        cls._sync()
        return invoice

    def _prepared(self, result):
        return self.env['recouvrement.bad.debt'].browse(result['id'])

    def _doubtful(self, *invoices, **kwargs):
        items = self.env['recouvrement.item'].union(*(self._items(invoice) for invoice in invoices))
        debt = self._prepared(self._case().prepare_doubtful(items.ids, **kwargs))
        debt.post()
        return debt

    def _write_off(self, invoice, amount=None, ground='liquidation', event_date=TODAY, **kwargs):
        item = self._items(invoice)
        amounts = {item.id: amount if amount is not None else item.amount_residual}
        return self._prepared(self._case().prepare_write_off(ground, amounts, event_date=event_date, proof=PROOF, **kwargs))

    def _balance(self, code, partner=True):
        domain = [('account_id.code', '=like', f'{code}%'), ('parent_state', '=', 'posted'), ('company_id', '=', self.company.id)]
        domain += [('partner_id', '=', self.debtor.id)] if partner else []
        return round(sum(self.env['account.move.line'].search(domain).mapped('balance')), 2)

    def _caba(self, invoice):
        return self.env['account.move'].search([('tax_cash_basis_origin_move_id', '=', invoice.id)])

    def _entry(self, result):
        return {(line['account'], line['debit'], line['credit']) for line in result['entry']}


@tagged('post_install', '-at_install')
class TestDoubtful(BadDebtCommon):

    def test_transfer_is_a_draft_until_the_accountant_posts_it(self):
        invoice = self._taxed()
        result = self._case().prepare_doubtful(self._items(invoice).ids)
        self.assertEqual((result['state'], result['doubtful_change']), ('draft', '1200.00'))
        self.assertEqual(self._entry(result), {('416000', '1200.00', '0.00'), ('411100', '0.00', '1200.00')})
        self.assertEqual((self._balance('416'), self._items(invoice).hold_reason), (0.0, False))
        self._prepared(result).post()
        self.assertEqual((self._balance('411'), self._balance('416')), (0.0, 1200.0))

    def test_preview_writes_nothing_and_says_the_same(self):
        item = self._items(self._taxed())
        preview = self._case().prepare_doubtful(item.ids, preview=True)
        self.assertFalse(self.env['recouvrement.bad.debt'].search([]))
        self.assertEqual(self._entry(preview), self._entry(self._case().prepare_doubtful(item.ids)))

    def test_the_item_stays_open_on_its_case_for_the_lawyers_only(self):
        """416 is not a receivable account in Odoo: the claim must not vanish with the transfer."""
        invoice = self._taxed(day(-20))
        self._night()
        item = self._items(invoice)
        level = item.level_id
        self.assertTrue(level)
        self._doubtful(invoice)
        self._sync()
        self.assertEqual((item.state, item.amount_residual, item.level_id, item.hold_reason), ('open', 1200.0, level, 'doubtful'))
        case = self._case()
        case.invalidate_recordset()
        self.assertEqual((case.amount_overdue, case.amount_credit, case.amount_doubtful), (1200.0, 0.0, 1200.0))
        self.assertEqual(invoice.payment_state, 'not_paid')
        row = self._simulate(day(15))
        self.assertEqual((row['decision'], row['reason']), ('hold', 'doubtful'))

    def test_it_is_still_claimed_in_a_proceeding(self):
        self._fake_pdf()
        invoice = self._taxed()
        self._doubtful(invoice)
        action = self._case().action_open_formal_notice()
        proceeding = self.env['recouvrement.proceeding'].browse(action['res_id'])
        self.assertEqual((proceeding.item_ids, proceeding.amount_due), (self._items(invoice), 1200.0))

    def test_penalties_and_score_do_not_take_it_for_a_payment(self):
        invoice = self._taxed()
        before = invoice.recouvrement_penalty_statement(TODAY)
        score = self._case().score_breakdown(day(1))
        self._doubtful(invoice, date=day(-50))
        self.assertEqual(invoice.recouvrement_penalty_statement(TODAY), before)
        self.assertEqual(self._case().score_breakdown(day(1)), score)

    def test_no_other_open_invoice_is_netted_with_it(self):
        first, second = self._taxed(), self._taxed(day(-50))
        self._doubtful(first)
        row = self._simulate()
        self.assertEqual((row['decision'], row['amount_due']), ('remind', '1200.00'))
        self.assertEqual(self._items(second).hold_reason, False)

    def test_the_transfer_is_offered_to_nobody_and_pays_no_invoice(self):
        first, second = self._taxed(), self._taxed(day(-50))
        debt = self._doubtful(first)
        self.assertFalse(second.invoice_has_outstanding)
        with self.assertRaisesRegex(UserError, "transfer to doubtful debts, not a payment"):
            (debt.move_id.line_ids.filtered('recouvrement_doubtful') + self._lines(second)).reconcile()

    def test_a_payment_is_matched_with_the_invoice_and_its_part_is_brought_back(self):
        invoice = self._taxed()
        self._doubtful(invoice)
        self._pay(invoice, 300.0)
        self._sync()
        self.assertEqual(self._balance('416'), 1200.0)
        back = self._doubtful(invoice)
        self.assertEqual((back.doubtful_change, self._balance('416'), self._balance('411')), (-300.0, 900.0, 0.0))
        self._pay(invoice)
        self._doubtful(invoice)
        self._sync()
        self.assertEqual((self._balance('416'), self._balance('411'), self._items(invoice).state), (0.0, 0.0, 'closed'))
        transfers = self.env['account.move.line'].search([('recouvrement_doubtful', '=', True)])
        self.assertEqual(set(transfers.mapped('reconciled')), {True})

    def test_the_debtor_pays_again(self):
        invoice = self._taxed()
        self._doubtful(invoice)
        self._doubtful(invoice, back=True)
        self.assertEqual((self._balance('416'), self._balance('411')), (0.0, 1200.0))
        self.assertFalse(self._items(invoice).hold_reason)

    def test_taken_back_the_item_is_as_before(self):
        invoice = self._taxed()
        self._night()
        level = self._items(invoice).level_id
        debt = self._doubtful(invoice)
        result = debt.cancel("Mistake")[0]
        self.assertEqual((result['state'], bool(result['reversal_id'])), ('cancelled', True))
        self.assertEqual((self._balance('416'), self._balance('411')), (0.0, 1200.0))
        item = self._items(invoice)
        self.assertEqual((item.level_id, item.hold_reason, self._case().amount_doubtful), (level, False, 0.0))
        self.assertEqual(debt.cancel("Again")[0]['reversal_id'], result['reversal_id'], "called twice it is taken back once")

    def test_a_draft_is_deleted_and_frees_its_items(self):
        item = self._items(self._taxed())
        debt = self._prepared(self._case().prepare_doubtful(item.ids))
        with self.assertRaisesRegex(UserError, "waits to be posted"):
            self._case().prepare_doubtful(item.ids)
        debt.cancel("Not yet")
        self.assertEqual((debt.state, debt.move_id.id), ('cancelled', False))
        self.assertTrue(self._case().prepare_doubtful(item.ids)['id'])

    def test_what_the_accountant_does_in_the_books_is_what_happened(self):
        invoice = self._taxed()
        first = self._prepared(self._case().prepare_doubtful(self._items(invoice).ids))
        first.move_id.unlink()
        self.assertEqual(first.state, 'cancelled')
        second = self._doubtful(invoice)
        second.move_id._reverse_moves([{'date': TODAY}], cancel=True)
        self.assertEqual((second.state, self._items(invoice).hold_reason), ('cancelled', False))
        third = self._doubtful(invoice)
        third.move_id.button_draft()
        self.assertEqual((third.state, self._items(invoice).hold_reason), ('draft', False))

    def test_a_payment_since_the_preparation_stops_the_posting(self):
        invoice = self._taxed()
        debt = self._prepared(self._case().prepare_doubtful(self._items(invoice).ids))
        self._pay(invoice, 300.0)
        with self.assertRaisesRegex(UserError, "has changed since this entry was prepared"):
            debt.post()

    def test_a_locked_period_is_refused_with_its_date(self):
        invoice = self._taxed()
        self.company.fiscalyear_lock_date = day(-10)
        with self.assertRaisesRegex(UserError, "locked up to"):
            self._case().prepare_doubtful(self._items(invoice).ids, day(-20))
        self._doubtful(invoice, date=day(-5))

    def test_a_draft_of_a_period_locked_since_is_not_posted_there(self):
        item = self._items(self._taxed())
        debt = self._prepared(self._case().prepare_doubtful(item.ids, day(-20)))
        self.company.fiscalyear_lock_date = day(-10)
        debt.post()
        self.assertGreater(debt.move_id.date, day(-10))
        self.assertEqual(debt.date, debt.move_id.date)
        for on in (day(-10), TODAY):
            self.assertEqual(self.env['recouvrement.bad.debt'].closing_report(on)['differences']['doubtful'], '0.00')

    def test_an_entry_edited_so_that_it_no_longer_closes_the_invoice_is_refused(self):
        invoice = self._taxed()
        debt = self._write_off(invoice)
        for line in debt.move_id.line_ids.filtered(lambda line: line.account_id.code in ('411100', '654400')):
            line.with_context(check_move_validity=False).balance += 10.0 if line.credit else -10.0
        with self.assertRaisesRegex(UserError, "no longer has its line"):
            debt.post()

    def test_a_locked_entry_is_reversed_in_the_open_period(self):
        invoice = self._taxed()
        debt = self._doubtful(invoice, date=day(-20))
        self.company.fiscalyear_lock_date = day(-10)
        with self.assertRaisesRegex(UserError, "locked up to"):
            debt.cancel("Mistake", day(-15))
        debt.cancel("Mistake")
        self.assertEqual((debt.reversal_id.date, self._balance('411')), (TODAY, 1200.0))

    def test_a_foreign_currency_is_refused(self):
        usd = self.setup_other_currency('USD', rates=[('2020-01-01', 1.2)])
        invoice = self._taxed(currency_id=usd.id)
        with self.assertRaisesRegex(UserError, "USD"):
            self._case().prepare_doubtful(self._items(invoice).ids)

    def test_the_payment_delay_table_is_unchanged(self):
        invoice = self._taxed()
        before = self.env['recouvrement.delay.table'].compute(TODAY)
        self._doubtful(invoice)
        self.assertEqual(self.env['recouvrement.delay.table'].compute(TODAY), before)

    def test_accounts_are_settings(self):
        account = self.env['account.account'].create({'name': "Doubtful", 'code': '416900', 'account_type': 'asset_current'})
        self.company.recouvrement_doubtful_account_id = account
        self._doubtful(self._taxed())
        self.assertEqual(self._balance('416900'), 1200.0)


@tagged('post_install', '-at_install')
class TestProvision(BadDebtCommon):

    def test_proposed_by_age_on_the_amount_net_of_tax(self):
        old, recent = self._taxed(day(-200)), self._taxed(day(-20))
        rows = {row['item_id']: row for row in self._case().propose_provision()}
        row = rows[self._items(old).id]
        self.assertEqual((row['owed'], row['net'], row['percent'], row['proposed']), ('1200.00', '1000.00', '50', '500.00'))
        self.assertEqual(rows[self._items(recent).id]['proposed'], '0.00')

    def test_insolvency_proposes_everything(self):
        invoice = self._taxed(day(-20))
        self._hold('insolvency')
        row = next(row for row in self._case().propose_provision() if row['item_id'] == self._items(invoice).id)
        self.assertEqual((row['percent'], row['proposed']), ('100', '1000.00'))

    def test_booked_adjusted_released(self):
        invoice = self._taxed(day(-200))
        item = self._items(invoice)
        steps = ((50, 500.0, '681740'), (80, 300.0, '681740'), (30, -500.0, '781740'), (0, -300.0, '781740'))
        total = 0.0
        for percent, change, account in steps:
            result = self._case().prepare_provision({item.id: percent})
            self._prepared(result).post()
            total += change
            self.assertEqual(result['provision_change'], f'{change:.2f}')
            self.assertIn(account, {line['account'] for line in result['entry']})
            self.assertEqual(-self._balance('491'), total)
        self.assertEqual(self._case().prepare_provision({item.id: 0}), {}, "nothing is left to release")

    def test_a_paid_instalment_proposes_its_release(self):
        invoice = self._taxed(day(-200))
        self._prepared(self._case().prepare_provision({self._items(invoice).id: 50})).post()
        self._pay(invoice)
        self._sync()
        row = next(row for row in self._case().propose_provision() if row['item_id'] == self._items(invoice).id)
        self.assertEqual((row['owed'], row['change']), ('0.00', '-500.00'))

    def test_out_of_bounds(self):
        item = self._items(self._taxed())
        with self.assertRaisesRegex(UserError, "between 0 and 100"):
            self._case().prepare_provision({item.id: 120})


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


@tagged('post_install', '-at_install')
class TestBadDebtReport(BadDebtCommon):

    def test_closing_report_agrees_with_the_books_on_each_date(self):
        first, second = self._taxed(), self._taxed(day(-200))
        self._doubtful(first, second, date=day(-20))
        self._prepared(self._case().prepare_provision({self._items(second).id: 50}, day(-20))).post()
        self._write_off(first).post()
        Debt = self.env['recouvrement.bad.debt']
        before, now = Debt.closing_report(day(-10)), Debt.closing_report(TODAY)
        self.assertEqual(before['totals'], {
            'doubtful': '2400.00', 'provision': '500.00', 'loss': '0.00', 'vat_recovered': '0.00', 'vat_cancelled': '0.00'})
        self.assertEqual(now['totals'], {
            'doubtful': '1200.00', 'provision': '500.00', 'loss': '1000.00', 'vat_recovered': '200.00', 'vat_cancelled': '0.00'})
        for report in (before, now):
            self.assertEqual(set(report['differences'].values()), {'0.00'})
        self.assertEqual([row['invoice'] for row in now['doubtful']], [second.name])
        self.assertEqual([(row['invoice'], row['document']) for row in now['losses']], [(first.name, 'missing')])

    def test_a_reversal_of_later_leaves_the_past_closing_as_it_was(self):
        debt = self._doubtful(self._taxed(), date=day(-20))
        debt.cancel("Mistake")
        Debt = self.env['recouvrement.bad.debt']
        self.assertEqual(Debt.closing_report(day(-10))['totals']['doubtful'], '1200.00')
        self.assertEqual(Debt.closing_report(TODAY)['totals']['doubtful'], '0.00')
        self.assertEqual(Debt.closing_report(day(-10))['differences']['doubtful'], '0.00')

    def test_what_others_book_shows_as_a_difference(self):
        self._make_entry(100.0, account=self.company._recouvrement_bad_debt_account('doubtful'))
        self.assertEqual(self.env['recouvrement.bad.debt'].closing_report(TODAY)['differences']['doubtful'], '100.00')

    def test_paid_since_is_to_be_brought_back(self):
        invoice = self._taxed()
        self._doubtful(invoice)
        self._pay(invoice, 300.0)
        row = self.env['recouvrement.bad.debt'].closing_report(TODAY)['doubtful'][0]
        self.assertEqual((row['owed'], row['doubtful'], row['to_return']), ('900.00', '1200.00', '300.00'))

    def test_workbook_and_screen(self):
        self._doubtful(self._taxed())
        result = self.env['recouvrement.bad.debt'].export_xlsx(TODAY)
        self.assertTrue(result['filename'].endswith('.xlsx'))
        self.assertTrue(result['content'].startswith('UEsD'), "a zip")
        wizard = self.env['recouvrement.bad.debt.closing'].create({})
        self.assertIn("Menuiserie Blanc", wizard.html)
        self.assertEqual(wizard.action_export()['type'], 'ir.actions.act_url')

    def test_corrective_invoice_has_the_words_of_the_law_once(self):
        pages = []
        self.patch(self.env.registry['recouvrement.letter'], '_print', lambda letter, docs: pages.extend(docs) or b'%PDF-1.4')
        invoice = self._taxed()
        debt = self._write_off(invoice)
        with self.assertRaisesRegex(UserError, "posted write-off"):
            debt.make_corrective_invoices()
        debt.post()
        result = debt.make_corrective_invoices()
        mention = ("Facture demeurée impayée pour la somme de 1\u202f000,00\xa0€ (prix net) et 200,00\xa0€ (TVA correspondante) "
                   "qui ne peut faire l'objet d'une déduction (art. 272 du CGI)")
        self.assertEqual(result[0]['mention'].replace('\xa0', ' ').replace('\u202f', ' '),
                         mention.replace('\xa0', ' ').replace('\u202f', ' '))
        self.assertEqual(len(pages), 1)
        for text in (invoice.name, "(TVA correspondante)", "art. 272 du CGI", self.debtor.name):
            self.assertIn(text, pages[0])
        self.assertEqual(debt.make_corrective_invoices()[0]['attachment_id'], result[0]['attachment_id'])
        self.assertEqual(len(pages), 1, "rendered once")


@tagged('post_install', '-at_install')
class TestIrrecoverableProceeding(BadDebtCommon):

    def test_a_proceeding_that_ends_irrecoverable_proposes_the_write_off(self):
        item = self._items(self._taxed())
        proceeding = self.env['recouvrement.proceeding'].sudo().create({
            'case_id': self._case().id, 'company_id': self.company.id, 'item_ids': [Command.set(item.ids)],
            'state': 'enforcement'}).with_env(self.env)
        proceeding.apply_transition('close_irrecoverable', {'done_on': TODAY, 'reason': "Nothing to seize"})
        self.assertEqual(proceeding.state, 'irrecoverable')
        self.assertIn("Irrecoverable: prepare the write-off", self._case().activity_ids.mapped('summary'))
        proposed = proceeding.propose_write_off()
        self.assertEqual((proposed['state'], proposed['ground'], proposed['amount']), ('preview', 'enforcement', '1200.00'))
        action = proceeding.action_prepare_write_off()
        step = self.env['recouvrement.bad.debt.step'].with_context(**action['context']).create({'reason': "Report of the officer"})
        debt = self.env['recouvrement.bad.debt'].browse(step.action_prepare()['res_id'])
        self.assertEqual((debt.proceeding_id, debt.amount, debt.state), (proceeding, 1200.0, 'draft'))


@tagged('post_install', '-at_install')
class TestBadDebtCodes(BadDebtCommon):

    def test_grounds_and_warnings_are_those_of_the_engine(self):
        Debt = self.env['recouvrement.bad.debt']
        self.assertEqual([code for code, _label in Debt._fields['ground'].selection], list(bad_debts.GROUNDS))
        for code in bad_debts.WARNINGS:
            self.assertTrue(Debt._warning_sentences([code]))


@tagged('post_install', '-at_install')
class TestBadDebtAccess(BadDebtCommon):

    def _as(self, user, record):
        return record.with_user(user).with_context(allowed_company_ids=self.company.ids)

    def test_managers_prepare_accountants_post(self):
        item = self._items(self._taxed())
        officer, manager = self._make_user('officer'), self._make_user('manager')
        accountant = new_test_user(
            self.env, 'accountant', groups='account.group_account_user,account.group_account_invoice',
            company_id=self.company.id, company_ids=[Command.set(self.company.ids)])
        case = self._case()
        for prepare in (lambda who: self._as(who, case).prepare_doubtful(item.ids),
                        lambda who: self._as(who, case).prepare_provision({item.id: 50}),
                        lambda who: self._as(who, case).prepare_write_off('abandoned', {item.id: 5}, reason="x")):
            with self.assertRaises(AccessError):
                prepare(officer)
        self.assertTrue(self._as(officer, case).propose_provision())
        debt = self._prepared(self._as(manager, case).prepare_doubtful(item.ids))
        self.assertEqual(debt.user_id, manager)
        with self.assertRaises(AccessError):
            self._as(manager, debt).post()
        with self.assertRaises(AccessError):
            self._as(manager, debt.move_id).action_post()
        with self.assertRaises(AccessError):
            self._as(accountant, debt).post()
        self._as(accountant, debt.move_id).action_post()
        self.assertEqual((debt.state, item.hold_reason), ('posted', 'doubtful'))
        with self.assertRaises(AccessError):
            self._as(manager, debt).cancel("Because")
        with self.assertRaises(AccessError):
            self._as(officer, debt).cancel("Because")

    def test_another_company_and_evidence(self):
        item = self._items(self._taxed())
        debt = self._prepared(self._case().prepare_doubtful(item.ids))
        other = self.setup_other_company()['company']
        stranger = new_test_user(self.env, 'stranger', groups='recouvrement_plus.recouvrement_plus_group_manager',
                                 company_id=other.id, company_ids=[Command.set(other.ids)])
        foreign = debt.with_user(stranger).with_context(allowed_company_ids=other.ids)
        for call in (lambda: foreign.cancel("x"), lambda: foreign.post(), lambda: foreign.read(['amount']),
                     lambda: foreign.line_ids.read(['amount'])):
            with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
                call()
        manager = self._make_user('manager')
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_model'):
            self._as(manager, debt).write({'reason': "x"})
        with self.assertRaises(UserError):
            debt.unlink()

    def test_the_case_tells_what_happened(self):
        invoice = self._taxed()
        debt = self._doubtful(invoice)
        debt.cancel("Mistake")
        bodies = " ".join(self._case().message_ids.mapped('body'))
        for words in ("prepared", "posted", "cancelled"):
            self.assertIn(words, bodies)

    def test_the_window_shows_the_entry_and_prepares_it(self):
        invoice = self._taxed(day(-200))
        step = self.env['recouvrement.bad.debt.step'].create({'case_id': self._case().id, 'kind': 'provision'})
        self.assertEqual((step.line_ids.percent, step.line_ids.item_id), (50.0, self._items(invoice)))
        self.assertIn("681740", step.preview_html)
        step.write({'kind': 'write_off', 'ground': 'certificate', 'event_date': TODAY, 'proof': 'UERG', 'proof_name': "c.pdf"})
        self.assertIn("654400", step.preview_html)
        debt = self.env['recouvrement.bad.debt'].browse(step.action_prepare()['res_id'])
        self.assertEqual((debt.kind, debt.state, debt.certificate_id.name), ('write_off', 'draft', "c.pdf"))
