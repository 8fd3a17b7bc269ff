"""Doubtful and bad debts on the French chart: entries that balance, survive their reversal, and never lose the open item."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

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
