"""What counts as paid, from the entries of French books: money only, each on its day."""
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestScoreLedger(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger = cls.env['recouvrement.ledger']

    def _history(self, partner=None, as_of=TODAY, company=None):
        """[(due, settled, amount)] of a customer, oldest first."""
        rows = self.ledger._behaviour(company or self.company, as_of, (partner or self.debtor).ids)
        return [(row[3], row[5], row[4]) for row in rows]

    def _account(self, code, account_type, role=False):
        return self.env['account.account'].create({
            'code': code, 'name': code, 'account_type': account_type, 'recouvrement_role': role,
            'reconcile': account_type in ('asset_receivable', 'asset_current')})

    def _transfer(self, invoice, account, on, amount=None, **line):
        """The receivable moved to another account by an entry, matched with the invoice."""
        lines = self._lines(invoice)
        amount = amount or sum(lines.mapped('amount_residual'))
        move = self.env['account.move'].create({
            'move_type': 'entry', 'date': on, 'journal_id': self.company_data['default_journal_misc'].id, 'line_ids': [
                Command.create({'partner_id': self.debtor.id, 'account_id': self.receivable.id, 'credit': amount, 'name': "Out"}),
                Command.create({'partner_id': self.debtor.id, 'account_id': account.id, 'debit': amount, 'name': "In", **line})]})
        move.action_post()
        (move.line_ids.filtered(lambda line: line.account_id == self.receivable) + lines).reconcile()
        return move

    # === MONEY === #

    def test_partial_payments_settle_on_the_day_of_the_last_one(self):
        invoice = self._make_invoice(day(-60))
        self._pay(invoice, 400.0, on=day(-50))
        self.assertEqual(self._history(), [(day(-60), None, 1000.0)])
        self._pay(invoice, 600.0, on=day(-20))
        self.assertEqual(self._history(), [(day(-60), day(-20), 1000.0)])
        self.assertEqual(self._history(as_of=day(-30)), [(day(-60), None, 1000.0)], "as it was then")

    def test_cents_left_over_are_no_delay(self):
        invoice = self._make_invoice(day(-60))
        self._pay(invoice, 999.60, on=day(-55))
        self.assertEqual(self._history(), [(day(-60), day(-55), 1000.0)])
        self._pay(invoice, 0.40, on=day(-5))
        self.assertEqual(self._history(), [(day(-60), day(-55), 1000.0)], "the cents do not move the day")

    def test_a_real_remainder_is(self):
        self._pay(self._make_invoice(day(-60)), 950.0, on=day(-55))
        self.assertEqual(self._history(), [(day(-60), None, 1000.0)])

    def test_a_payment_taken_back_reopens(self):
        invoice = self._make_invoice(day(-60))
        payment = self._pay(invoice, on=day(-50))
        self._credit_line(payment).remove_move_reconcile()
        self.assertEqual(self._history(), [(day(-60), None, 1000.0)])

    def test_two_instalments_are_two_outcomes(self):
        invoice = self._make_invoice(amount=900.0, instalments=[day(-60), day(-30)])
        first = self._lines(invoice)[0]
        self._pay(invoice, 450.0, on=day(-58), line=first)
        self.assertEqual(self._history(), [(day(-60), day(-58), 450.0), (day(-30), None, 450.0)])

    def test_foreign_currency_is_compared_in_its_own(self):
        """The rate moved between invoice and payment: paid is paid, whatever the exchange difference."""
        dollar = self.setup_other_currency('USD', rates=[('2025-01-01', 2.0), (str(day(-20)), 1.5)])
        invoice = self._make_invoice(day(-60), 1000.0, currency_id=dollar.id)
        self._pay(invoice, 600.0, on=day(-30))
        self.assertEqual(self._history()[0][1], None)
        self._pay(invoice, 400.0, on=day(-10))
        self.assertEqual(self._history(), [(day(-60), day(-10), 500.0)])

    def test_a_misc_entry_on_the_bank_is_money(self):
        self._transfer(self._make_invoice(day(-60)), self.bank_journal.default_account_id, day(-40))
        self.assertEqual(self._history(), [(day(-60), day(-40), 1000.0)])

    # === LESS OWED === #

    def test_a_full_credit_note_leaves_no_outcome(self):
        self._credit(self._make_invoice(day(-60)), on=day(-50))
        self.assertEqual(self._history(), [])

    def test_a_partial_credit_note_lowers_what_is_owed(self):
        invoice = self._make_invoice(day(-60))
        self._credit(invoice, 300.0, on=day(-40))
        self.assertEqual(self._history(), [(day(-60), None, 1000.0)])
        self._pay(invoice, 700.0, on=day(-35))
        self.assertEqual(self._history(), [(day(-60), day(-35), 1000.0)])

    def test_a_set_off_or_a_factor_pays_nothing(self):
        payable = self.company_data['default_account_payable']
        self._transfer(self._make_invoice(day(-60)), payable, day(-50))
        self._transfer(self._make_invoice(day(-90)), self._account('467900', 'asset_current'), day(-85))
        self.assertEqual(self._history(), [])

    # === LOSSES === #

    def test_a_transfer_to_doubtful_is_no_payment(self):
        doubtful = self._account('416900', 'asset_receivable', 'legal')
        self._transfer(self._make_invoice(day(-90)), doubtful, day(-10))
        self.assertEqual(self._history(), [(day(-90), None, 1000.0)])

    def test_a_write_off_is_no_payment(self):
        invoice = self._make_invoice(day(-90))
        self._pay(invoice, 200.0, on=day(-80))
        self._transfer(invoice, self._account('654900', 'expense'), day(-10))
        self.assertEqual(self._history(), [(day(-90), None, 1000.0)])

    # === BILLS, DIRECT DEBITS === #

    def test_a_bill_is_paid_when_the_bank_pays_it(self):
        bills = self._account('413900', 'asset_receivable', 'effect')
        move = self._transfer(self._make_invoice(day(-90)), bills, day(-85), date_maturity=day(-30))
        self.assertEqual(self._history(), [(day(-30), None, 1000.0)], "accepted, not paid; due when the bill is")
        bill = move.line_ids.filtered(lambda line: line.account_id == bills)
        paid = self._make_entry(-1000.0, account=bills, on=day(-30), journal=self.bank_journal)
        (bill + paid.line_ids.filtered(lambda line: line.account_id == bills)).reconcile()
        self.assertEqual(self._history(), [(day(-30), day(-30), 1000.0)])

    def test_direct_debits_are_no_behaviour(self):
        method = self.env['account.payment.method'].sudo().create(
            {'name': "SEPA direct debit", 'code': 'sdd_test', 'payment_type': 'inbound'})
        line = self.env['account.payment.method.line'].create(
            {'name': "SDD", 'payment_method_id': method.id, 'journal_id': self.bank_journal.id})
        self._make_invoice(day(-60), preferred_payment_method_line_id=line.id)
        self.assertEqual(self._history(), [])
        invoice = self._make_invoice(day(-50))
        payment = self._pay(invoice, on=day(-50))
        self.assertEqual(len(self._history()), 1)
        payment.sudo().payment_method_line_id = line
        self.assertEqual(self._history(), [])

    # === DATES === #

    def test_a_due_date_moved_by_agreement(self):
        invoice = self._make_invoice(day(-20))
        self._sync()
        proof = {'filename': 'signed.pdf', 'datas': 'JVBERi0xLjQ='}
        agreement = self.env['recouvrement.agreement'].browse(self._case().propose_agreement(2, str(day(10)))['id'])
        agreement.sign(str(TODAY), "Mme Blanc", proof)
        self.assertEqual(self._history(as_of=day(1)), [(agreement.line_ids[-1].date, None, 1000.0)])
        self.assertEqual(self._history(), [(day(-20), None, 1000.0)], "not before it was signed")
        agreement.cancel("Changed his mind")
        self.assertEqual(self._history(as_of=day(1)), [(day(-20), None, 1000.0)])
        self.assertEqual(self._lines(invoice).date_maturity, day(-20), "the invoice stays as it is")

    def test_a_late_bank_file_makes_nobody_late(self):
        """Statements end ten days ago: what fell due since may have been paid."""
        for offset in (-30, -25, -20, -15, -10):
            self._bank(10.0, self._make_invoice(day(-80), 10.0, partner=self._make_debtor(f"Payer {offset}")), on=day(offset))
        self.assertEqual(self.ledger._evening(self.company, TODAY), day(-10))
        self._make_invoice(day(-5))
        self._night()
        self.assertEqual(self._case().score_known_count, 0)
        self.assertEqual(self._case().score_ids.evening, day(-10))

    def test_a_few_statement_lines_hold_nothing(self):
        self._bank(10.0, self._make_invoice(day(-80), 10.0), on=day(-40))
        self.assertEqual(self.ledger._evening(self.company, TODAY), day(-1))

    # === CUSTOMERS AND COMPANIES === #

    def test_contacts_count_for_their_company(self):
        buyer = self.env['res.partner'].create({'name': "Buyer", 'parent_id': self.debtor.id, 'type': 'contact'})
        self._make_invoice(day(-60), partner=buyer)
        self._make_invoice(day(-50))
        self.assertEqual(len(self._history()), 2)

    def test_merged_customers_have_one_history(self):
        twin = self._make_debtor("Menuiserie Blanc bis")
        self._pay(self._make_invoice(day(-60), partner=twin), on=day(-60))
        self._pay(self._make_invoice(day(-90)), on=day(-60))
        self._make_invoice(day(-40), partner=twin)
        self._make_invoice(day(-40))
        self._night(day(-1))
        self._allow_replay(False)
        self._night()
        self.assertEqual(self._case().score_known_count, 2)
        wizard = self.env['base.partner.merge.automatic.wizard'].create({})
        wizard._merge((twin | self.debtor).ids, self.debtor)
        self.env.invalidate_all()
        self.assertEqual(len(self._history()), 4)
        self._night()
        self.assertEqual(self._case().score_known_count, 4)
        self.assertEqual(self.env['recouvrement.outcome'].search_count([('partner_id', '=', self.debtor.id)]), 4)

    def test_a_branch_has_its_own_history(self):
        branch = self.env['res.company'].create({'name': "Lyon", 'parent_id': self.company.id})
        self.env.cr.precommit.run()
        self.env.user.company_ids += branch
        env = self.env(context=dict(self.env.context, allowed_company_ids=(self.company | branch).ids))
        move = env['account.move'].with_company(branch).create({
            'move_type': 'out_invoice', 'partner_id': self.debtor.id, 'invoice_date': day(-60), 'invoice_date_due': day(-50),
            'company_id': branch.id, 'invoice_line_ids': [
                Command.create({'name': "Work", 'price_unit': 70.0, 'tax_ids': [Command.clear()]})]})
        move.action_post()
        self._make_invoice(day(-40))
        self.assertEqual(self._history(), [(day(-40), None, 1000.0)])
        self.assertEqual(self._history(company=branch), [(day(-50), None, 70.0)])

    # === THE TABLE OF HISTORIES === #

    def _table(self):
        return sorted((row.move_line_id.id, row.due, row.settled) for row in self.env['recouvrement.outcome'].search(
            [('company_id', '=', self.company.id)]))

    def _read(self):
        return sorted((row[0], row[3], row[5] or False) for row in self.ledger._behaviour(self.company, TODAY))

    def test_the_table_follows_the_ledger(self):
        """Paid, credited, due date changed, taken back: after each night the history is what the ledger says."""
        paid, credited, moved, back = (
            self._make_invoice(day(-60), partner=self._make_debtor(name)) for name in ("Paid", "Credited", "Moved", "Back"))
        payment = self._pay(back, on=day(-50))
        self._night()
        self.assertEqual(self._table(), self._read())
        self._pay(paid, on=day(-2))
        self._credit(credited, on=day(-2))
        self._lines(moved).date_maturity = day(-20)
        self._credit_line(payment).remove_move_reconcile()
        self.env.cr.execute("UPDATE recouvrement_case SET score_time = score_time - interval '1 hour'")
        self._make_invoice(day(20), issued=day(-3))
        self._night()
        self.assertEqual(self._table(), self._read())

    def test_only_what_changed_is_written(self):
        for name in ("One", "Two"):
            self._make_invoice(day(-60), partner=self._make_debtor(name))
        self._night()
        rows = self.env.execute_query_dict
        before = rows(SQL("SELECT id, xmin::text FROM recouvrement_outcome ORDER BY id"))
        items = rows(SQL("SELECT id, xmin::text FROM recouvrement_item ORDER BY id"))
        self.env['recouvrement.outcome']._refresh(self.company, day(-1))
        self._night()
        self.assertEqual(rows(SQL("SELECT id, xmin::text FROM recouvrement_outcome ORDER BY id")), before)
        self.assertEqual(rows(SQL("SELECT id, xmin::text FROM recouvrement_item ORDER BY id")), items)

    def test_an_instalment_that_another_customer_had_moves(self):
        """Only one of the two is asked for: its row changes hands, what was announced stays with it."""
        Outcome, other = self.env['recouvrement.outcome'], self._make_debtor("Other")
        self._make_invoice(day(-60))
        self._make_invoice(day(-50))
        self._night()
        rows = Outcome.search([('company_id', '=', self.company.id)])
        given = SQL("UPDATE recouvrement_outcome SET partner_id = %s, announced = 0.4 WHERE id = %s", other.id, rows[0].id)
        self.env.cr.execute(given)
        Outcome._refresh(self.company, day(-1), self.debtor.ids)
        self.assertEqual(Outcome.search([('company_id', '=', self.company.id)]), rows)
        self.assertEqual((rows.partner_id, rows[0].announced), (self.debtor, 0.4))
        self.env.cr.execute(given)
        Outcome._refresh(self.company, day(-1), other.ids)
        self.assertEqual(Outcome.search([('company_id', '=', self.company.id)]), rows[1])
