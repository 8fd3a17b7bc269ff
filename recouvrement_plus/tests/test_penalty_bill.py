"""The claim's life: claimed by hand, billed once, collected by its payment, waived or cancelled with its reversal."""
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TODAY, day
from .test_penalty import PenaltyCommon


class ClaimCommon(PenaltyCommon):

    def _claimed(self, *invoices, as_of=TODAY):
        """The claim made by hand on these invoices."""
        moves = self.env['account.move'].browse([invoice.id for invoice in invoices])
        results = moves.recouvrement_claim(as_of)
        return self.env['recouvrement.penalty'].browse([result['id'] for result in results])

    def _billed(self, *invoices):
        claim = self._claimed(*invoices)
        claim.bill()
        return claim


@tagged('post_install', '-at_install')
class TestPenaltyByHand(ClaimCommon):

    def test_a_case_claims_open_and_paid_late_and_not_paid_in_time(self):
        unpaid = self._make_invoice(day(-60), 1000.0)
        paid_late = self._late(1000.0, '2026-01-10', '2026-02-09')
        self._late(1000.0, '2026-01-10', '2026-01-10')
        self._make_invoice(day(10), 1000.0)
        self._sync()
        result = self._case().claim(str(TODAY))
        claim = self.env['recouvrement.penalty'].browse(result[0]['id'])
        self.assertEqual(claim.line_ids.move_id, unpaid | paid_late)
        self.assertEqual(result, [{
            'id': claim.id, 'name': claim.name, 'state': 'claimed', 'currency': 'EUR', 'amount': f'{claim.amount_total:.2f}',
            'move_id': False, 'move_name': '', 'reversal_id': False}])
        self.assertEqual(self._case().claim(TODAY), [], "claimed once")

    def test_debts_older_than_five_years_are_left_out_of_the_case(self):
        self._late(1000.0, '2020-12-01')
        self._sync()
        self.assertEqual(self._case().claim(TODAY), [])

    def test_an_old_debt_that_was_acknowledged_is_claimed(self):
        """The legal role recorded an acknowledgement: the period starts again (C. civ. art. 2240)."""
        invoice = self._late(1000.0, '2020-12-01')
        self._sync()
        proof = {'filename': "admission.pdf", 'datas': 'JVBERi0xLjQ='}
        event = invoice.recouvrement_propose_limitation_event('acknowledgement', '2024-05-01', {'proof': proof})
        self.assertEqual(self._case().claim(TODAY), [], "proposed, it moves nothing")
        self.env['recouvrement.limitation.event'].browse(event['id']).record()
        self.assertTrue(self._case().claim(TODAY))

    def test_one_claim_for_each_currency(self):
        usd = self.setup_other_currency('USD', rates=[('2020-01-01', 1.2)])
        claims = self._claimed(self._make_invoice(day(-60), 1000.0), self._make_invoice(day(-60), 1000.0, currency_id=usd.id))
        self.assertEqual(set(claims.mapped('currency_id.name')), {'EUR', 'USD'})

    def test_days_to_come_and_what_cannot_be_computed_are_refused(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        with self.assertRaisesRegex(UserError, "days to come"):
            invoice.recouvrement_claim(day(1))
        self.debtor.recouvrement_regime = False
        with self.assertRaisesRegex(UserError, "not classified"):
            invoice.recouvrement_claim(TODAY)
        with self.assertRaisesRegex(UserError, "posted customer invoice"):
            self._make_entry(100.0).recouvrement_claim(TODAY)

    def test_a_consumer_owes_no_forty_euros(self):
        """Before a formal notice there is nothing at all to claim (C. civ. art. 1231-6)."""
        person = self._make_debtor("Mme Petit", regime='b2c')
        self.assertFalse(self._claimed(self._make_invoice(day(-60), 1000.0, partner=person)))


@tagged('post_install', '-at_install')
class TestPenaltyBill(ClaimCommon):

    def test_the_document_is_the_claim_without_tax(self):
        self.company.account_sale_tax_id = self.env['account.tax'].create({'name': "20", 'amount': 20.0})
        first, second = self._make_invoice(day(-60), 1000.0), self._make_invoice(day(-30), 500.0)
        claim = self._billed(first, second)
        document = claim.move_id
        self.assertRecordValues(document, [{
            'state': 'posted', 'move_type': 'out_invoice', 'partner_id': self.debtor.id, 'amount_tax': 0.0, 'no_followup': False,
            'amount_total': claim.amount_total, 'amount_residual': claim.amount_total, 'invoice_date': TODAY}])
        self.assertEqual(claim.state, 'billed')
        codes = {line.account_id.code: line.balance for line in document.invoice_line_ids.sorted('id')}
        self.assertEqual(set(codes), {'763100', '758100'})
        self.assertAlmostEqual(sum(document.line_ids.mapped('balance')), 0.0)
        self.assertAlmostEqual(sum(line.credit for line in document.line_ids if line.account_id.code == '763100'), claim.interest)
        self.assertAlmostEqual(sum(line.credit for line in document.line_ids if line.account_id.code == '758100'), 80.0)
        for invoice in (first, second):
            self.assertEqual(len(document.invoice_line_ids.filtered(lambda line, name=invoice.name: name in line.name)), 2)
        self.assertFalse(document.debit_origin_id, "several invoices: none is the origin")
        self.assertEqual(self._lines(document).partner_id, self.debtor, "on the partner ledger")

    def test_of_a_single_invoice_it_is_a_debit_note(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        document = self._billed(invoice).move_id
        self.assertEqual(invoice.debit_note_ids, document)

    def test_one_journal_and_one_numbering(self):
        first = self._billed(self._make_invoice(day(-60), 1000.0)).move_id
        second = self._billed(self._make_invoice(day(-60), 1000.0), self._make_invoice(day(-50), 1000.0)).move_id
        self.assertEqual(first.journal_id, second.journal_id)
        self.assertEqual(first.journal_id.name, "Note de pénalités")
        self.assertEqual((first.sequence_prefix, second.sequence_number), (second.sequence_prefix, first.sequence_number + 1))

    def test_billing_again_bills_nothing(self):
        claim = self._billed(self._make_invoice(day(-60), 1000.0))
        first = claim.bill()
        self.assertEqual(claim.bill(), first)
        self.assertEqual(len(claim.document_ids), 1)
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            claim.move_id.copy({'recouvrement_penalty_id': claim.id})
            self.env.flush_all()
        self.assertFalse(claim.move_id.copy().recouvrement_penalty_id, "a copy is another document")

    def test_a_draft_is_posted_not_made_twice(self):
        claim = self._claimed(self._make_invoice(day(-60), 1000.0)).sudo()
        draft = claim._prepare_document()
        self.assertEqual((draft.state, claim.state), ('draft', 'claimed'))
        claim.bill()
        self.assertEqual((claim.move_id, draft.state, claim.state), (draft, 'posted', 'billed'))

    def test_a_deleted_draft_can_be_billed_again(self):
        claim = self._claimed(self._make_invoice(day(-60), 1000.0)).sudo()
        claim._prepare_document().unlink()
        claim.bill()
        self.assertEqual(claim.state, 'billed')

    def test_a_document_taken_back_to_draft_is_claimed_again(self):
        claim = self._billed(self._make_invoice(day(-60), 1000.0))
        claim.move_id.button_draft()
        self.assertEqual(claim.state, 'claimed')
        claim.move_id.action_post()
        self.assertEqual(claim.state, 'billed')

    def test_payment_collects_and_unpaying_uncollects(self):
        claim = self._billed(self._make_invoice(day(-60), 1000.0))
        self._pay(claim.move_id, 10.0)
        self.assertEqual(claim.state, 'billed')
        self.assertAlmostEqual(claim.amount_residual, claim.amount_total - 10.0)
        self._pay(claim.move_id)
        self.assertEqual((claim.state, claim.amount_residual), ('collected', 0.0))
        self.assertEqual(set(claim.line_ids.mapped('state')), {'collected'})
        self._lines(claim.move_id).remove_move_reconcile()
        self.assertEqual(claim.state, 'billed')

    def test_principal_and_penalties_by_one_payment(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        claim = self._billed(invoice)
        payment = self._receive(1000.0 + claim.amount_total)
        (self._credit_line(payment) + self._lines(invoice) + self._lines(claim.move_id)).reconcile()
        self.assertEqual((invoice.amount_residual, claim.state), (0.0, 'collected'))

    def test_accounts_and_journal_are_settings(self):
        account = self.company_data['default_account_revenue'].copy()
        journal = self.company_data['default_journal_sale'].copy()
        self.company.write({'recouvrement_interest_account_id': account.id, 'recouvrement_penalty_journal_id': journal.id})
        document = self._billed(self._make_invoice(day(-60), 1000.0)).move_id
        self.assertIn(account, document.invoice_line_ids.account_id)
        self.assertEqual(document.journal_id, journal)

    def test_without_an_account_the_setting_is_named(self):
        self.env.ref(f'account.{self.company.id}_pcg_7631').sudo().unlink()
        claim = self._claimed(self._make_invoice(day(-60), 1000.0))
        with self.assertRaisesRegex(UserError, "Income account of penalty interest"):
            claim.bill()

    def test_a_locked_period_gets_no_entry(self):
        claim = self._claimed(self._make_invoice(day(-60), 1000.0))
        self.company.sale_lock_date = day(-10)
        claim.bill(str(day(-20)))
        self.assertEqual(claim.state, 'billed')
        self.assertGreater(claim.move_id.date, day(-10))
        self.company.sale_lock_date = TODAY
        before = self.env['account.move'].search_count([('date', '<=', TODAY)])
        try:
            claim.cancel("Wrong customer")
        except UserError as refusal:
            self.assertIn("Lock Date", str(refusal))
        self.assertEqual(self.env['account.move'].search_count([('date', '<=', TODAY)]), before)

    def test_a_public_body_has_forty_five_days(self):
        """CCP art. R2192-36."""
        town = self._make_debtor("Commune", regime='public')
        document = self._billed(self._make_invoice(day(-60), 1000.0, partner=town)).move_id
        self.assertEqual(document.invoice_date_due, day(45))

    def test_another_currency_is_billed_in_it(self):
        usd = self.setup_other_currency('USD', rates=[('2020-01-01', 2.0)])
        claim = self._billed(self._make_invoice(day(-60), 1000.0, currency_id=usd.id))
        self.assertEqual((claim.move_id.currency_id, claim.move_id.amount_total), (usd, claim.amount_total))
        self.assertAlmostEqual(sum(claim.move_id.line_ids.mapped('balance')), 0.0)

    def test_a_branch_bills_in_its_own_journal_on_the_accounts_of_the_group(self):
        branch = self.env['res.company'].create(
            {'name': "Agence", 'parent_id': self.company.id, 'country_id': self.company.country_id.id})
        self.env.cr.precommit.run()  # core loads the accounts of a branch there
        self.env.user.company_ids += branch
        env = self.env(context=dict(self.env.context, allowed_company_ids=[branch.id, self.company.id]))
        journal = self.env['account.journal'].create({'name': "Ventes", 'code': 'VAG', 'type': 'sale', 'company_id': branch.id,
                                                      'default_account_id': self.company_data['default_account_revenue'].id})
        invoice = env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': self.debtor.id, 'invoice_date': day(-90), 'invoice_date_due': day(-60),
            'invoice_payment_term_id': False, 'journal_id': journal.id, 'company_id': branch.id,
            'invoice_line_ids': [Command.create({'name': "Work", 'price_unit': 1000.0, 'tax_ids': [Command.clear()]})]})
        invoice.action_post()
        claim = self.env['recouvrement.penalty'].with_env(env).browse(invoice.recouvrement_claim(TODAY)[0]['id'])
        claim.bill()
        self.assertEqual((claim.company_id, claim.move_id.company_id), (branch, branch))
        self.assertEqual(claim.move_id.journal_id.company_id, branch)
        self.assertEqual(set(claim.move_id.invoice_line_ids.account_id.mapped('code')), {'763100', '758100'})

    # === WHAT A DOCUMENT OF PENALTIES IS NOT === #

    def test_penalties_bear_no_penalties(self):
        document = self._billed(self._make_invoice(day(-60), 1000.0)).move_id
        for refused in (lambda: document.recouvrement_penalty_statement(day(30)), lambda: document.recouvrement_claim(TODAY)):
            with self.assertRaisesRegex(UserError, "1343-2"):
                refused()
        statements = self.env['recouvrement.engine']._statements(document, day(90))
        self.assertFalse(hasattr(statements[document.id], 'slices'))

    def test_the_document_is_followed_on_the_same_case(self):
        document = self._billed(self._make_invoice(day(-60), 1000.0)).move_id
        self._sync()
        self.assertEqual(self._items(document).case_id, self._case())
        row = self._simulate(day(10))
        self.assertIn(document.name, [item['move_name'] for item in row['items']])

    def test_the_document_alone_may_be_reminded_without_penalties(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        document = self._billed(invoice).move_id
        self._pay(invoice)
        row = self._simulate(day(10))
        self.assertEqual((row['decision'], row['interest'], row['indemnity']), ('remind', '0.00', '0.00'))
        self.assertEqual(row['amount_due'], f'{document.amount_total:.2f}')

    def test_the_document_does_not_count_in_the_score(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        document = self._billed(invoice).move_id
        rows = self.env['recouvrement.ledger']._behaviour(self.company, day(90))
        lines = {row[0] for row in rows}
        self.assertIn(self._lines(invoice).id, lines)
        self.assertNotIn(self._lines(document).id, lines)

    # === WAIVED, CANCELLED === #

    def test_cancelling_reverses_and_frees_days_and_indemnity(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        claim = self._billed(invoice)
        document = claim.move_id
        result = claim.cancel("Wrong customer")
        reversal = self.env['account.move'].browse(result[0]['reversal_id'])
        self.assertEqual((claim.state, document.payment_state, reversal.state), ('cancelled', 'reversed', 'posted'))
        self.assertRecordValues(claim, [{'cancelled_by_id': self.env.uid, 'cancel_reason': "Wrong customer"}])
        self.assertAlmostEqual(sum((document | reversal).line_ids.filtered(
            lambda line: line.account_id.code == '763100').mapped('balance')), 0.0)
        again = self._claimed(invoice)
        self.assertEqual((again.interest, again.indemnity), (claim.interest, 40.0))
        again.bill()
        self.assertEqual(again.state, 'billed')
        with self.assertRaisesRegex(UserError, "not billed"):
            claim.bill()

    def test_cancelling_what_was_paid_leaves_the_money_to_the_customer(self):
        claim = self._billed(self._make_invoice(day(-60), 1000.0))
        payment = self._pay(claim.move_id)
        claim.cancel("Agreed with the customer")
        self.assertEqual(claim.state, 'cancelled')
        self.assertAlmostEqual(self._credit_line(payment).amount_residual, -claim.amount_total)

    def test_waiving_what_was_billed_reverses_it_and_claims_it_no_more(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        claim = self._billed(invoice)
        document = claim.move_id
        claim.waive("Good customer")
        self.assertEqual((claim.state, document.payment_state), ('waived', 'reversed'))
        self.assertFalse(self._claimed(invoice))

    def test_waiving_deletes_the_draft(self):
        claim = self._claimed(self._make_invoice(day(-60), 1000.0)).sudo()
        draft = claim._prepare_document()
        claim.waive("Good customer")
        self.assertFalse(draft.exists())
        self.assertEqual(claim.state, 'waived')

    def test_what_is_collected_is_not_waived(self):
        claim = self._billed(self._make_invoice(day(-60), 1000.0))
        self._pay(claim.move_id)
        with self.assertRaisesRegex(UserError, "nothing left to waive"):
            claim.waive("Good customer")

    def test_a_public_body_is_not_claimed_rather_than_let_off(self):
        town = self._make_debtor("Commune", regime='public')
        invoice = self._make_invoice(day(-60), 1000.0, partner=town)
        claim = self._billed(invoice)
        with self.assertRaisesRegex(UserError, "L2192-14"):
            claim.waive("Good customer")
        self.assertEqual((claim.state, claim.move_id.payment_state), ('billed', 'not_paid'))
        claim.cancel("Not claimed for now")
        self.assertTrue(self._claimed(invoice), "the right to them stays")

    def test_a_document_reversed_by_hand_is_not_reversed_again(self):
        claim = self._billed(self._make_invoice(day(-60), 1000.0))
        claim.move_id._reverse_moves([{'invoice_date': TODAY}], cancel=True)
        self.assertEqual(claim.state, 'billed', "who reversed it says nothing of the claim")
        claim.cancel("Reversed in the books")
        self.assertEqual(len(claim.document_ids.reversal_move_ids), 1)

    def test_officers_claim_and_managers_bill(self):
        officer = self._make_user('officer')
        invoice = self._make_invoice(day(-60), 1000.0)
        result = invoice.with_user(officer).recouvrement_claim(TODAY)
        claim = self.env['recouvrement.penalty'].with_user(officer).browse(result[0]['id'])
        for call in (lambda: claim.bill(), lambda: claim.cancel("Because"), lambda: claim.waive("Because")):
            with self.assertRaises(AccessError):
                call()
        claim.with_user(self._make_user('manager')).bill()
        self.assertEqual(claim.state, 'billed')
