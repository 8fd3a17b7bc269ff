"""Disputes: their part is not asked and bears no penalty; the rest is; the ledger closes them, or a person does."""
import base64

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOW, TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestDispute(RecouvrementCommon):

    def _dispute(self, invoice, amount=None, reason='quality', **kwargs):
        (row,) = invoice.recouvrement_dispute(reason, amount, **kwargs)
        return self.env['recouvrement.dispute'].browse(row['id'])

    # === THE PART HELD === #

    def test_the_rest_is_still_claimed(self):
        """300 of 1,000 in dispute: the reminder asks 700 and says why."""
        invoice = self._make_invoice(day(-20), 1000.0)
        self._dispute(invoice, 300.0)
        row = self._simulate()
        self.assertEqual((row['decision'], row['amount_due']), ('remind', '700.00'))
        self.assertEqual((row['items'][0]['amount_residual'], row['items'][0]['amount_disputed']), ('1000.00', '300.00'))
        self._night()
        (line,) = self._reminders().line_ids
        self.assertEqual((line.amount_residual, line.amount_disputed, line.reminder_id.amount_due), (700.0, 300.0, 700.0))
        self.assertIn("300.00", str(line.reminder_id.items_table))
        item = self._items(invoice)
        self.assertEqual((item.amount_disputed, item.amount_asked, item.hold_reason), (300.0, 700.0, False))

    def test_all_of_it_is_a_hold(self):
        invoice = self._make_invoice(day(-20), 1000.0)
        dispute = self._dispute(invoice)
        self.assertEqual((dispute.amount, dispute.whole), (1000.0, True))
        self.assertEqual(self._simulate()['reason'], 'dispute')
        self._night()
        self.assertFalse(self._reminders())

    def test_two_parts_that_make_the_whole_hold_it(self):
        invoice = self._make_invoice(day(-20), 1000.0)
        self._dispute(invoice, 300.0)
        self.assertEqual(self._simulate()['decision'], 'remind')
        self._dispute(invoice, 700.0, reason='price')
        self.assertEqual((self._simulate()['decision'], self._simulate()['reason']), ('hold', 'dispute'))
        with self.assertRaisesRegex(UserError, "0.00.* can be disputed"):
            self._dispute(invoice, 1.0, reason='delivery')

    def test_the_last_instalments_are_held_first(self):
        invoice = self._make_invoice(amount=900.0, instalments=[day(-40), day(-20), day(10)])
        self._dispute(invoice, 400.0)
        first, second, third = self._items(invoice)
        self.assertEqual([item.amount_disputed for item in first + second + third], [0.0, 100.0, 300.0])
        self.assertEqual(self._simulate()['amount_due'], '500.00')

    def test_payment_of_what_is_not_disputed_leaves_nothing_to_ask(self):
        invoice = self._make_invoice(day(-20), 1000.0)
        self._dispute(invoice, 300.0)
        self._pay(invoice, 700.0)
        self._sync()
        self.assertEqual(self._simulate()['reason'], 'dispute')

    def test_a_dispute_opened_before_the_message_left_changes_it(self):
        invoice = self._make_invoice(day(-20), 1000.0)
        self._night()
        reminder = self._reminders()
        self.assertEqual(reminder.amount_due, 1000.0)
        self._dispute(invoice, 300.0)
        self._send(reminder)
        self.assertEqual((reminder.state, reminder.amount_due), ('sent', 700.0))

    def test_a_whole_dispute_opened_before_the_message_left_stops_it(self):
        invoice = self._make_invoice(day(-20), 1000.0)
        self._night()
        reminder = self._reminders()
        self._dispute(invoice)
        self._send(reminder)
        self.assertEqual((reminder.state, reminder.reason), ('withdrawn', 'dispute'))

    def test_a_formal_notice_claims_the_rest(self):
        """A partial dispute leaves the notice of the rest possible, a whole one forbids it."""
        self._fake_pdf()
        invoice = self._make_invoice(day(-50), 1000.0)
        dispute = self._dispute(invoice, 300.0)
        action = self._case().action_open_formal_notice()
        proceeding = self.env['recouvrement.proceeding'].browse(action['res_id'])
        self.assertEqual(proceeding.amount_due, 700.0)
        self.assertTrue(proceeding._facts({})['no_dispute'])
        self.assertEqual([row['principal'] for row in proceeding._statement_rows()], [700.0])
        dispute.resolve('withdrawn', "Letter")
        self._dispute(invoice)
        self.assertFalse(proceeding._facts({})['no_dispute'])

    # === PENALTIES === #

    def test_the_disputed_part_bears_no_penalty(self):
        """D1's first slice: 12,000 for 31 days at 12.15 % is 123.83; with 3,000 in dispute 9,000 bear 92.87."""
        invoice = self._make_invoice(day(-106), 12000.0)
        self._dispute(invoice, 3000.0)
        statement = invoice.recouvrement_penalty_statement(TODAY)
        self.assertEqual({line['base'] for line in statement['lines']}, {'9000.00'})
        self.assertEqual((statement['principal'], statement['disputed']), ('12000.00', '3000.00'))
        self.assertIn('disputed_part', statement['warnings'])

    def test_wholly_disputed_neither_interest_nor_forty_euros(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        self._dispute(invoice)
        statement = invoice.recouvrement_penalty_statement(TODAY)
        self.assertEqual((statement['interest'], statement['indemnity']), ('0.00', '0.00'))

    def test_penalties_of_an_unfounded_dispute_run_from_the_due_date(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        before = invoice.recouvrement_penalty_statement(TODAY)
        dispute = self._dispute(invoice, 500.0)
        self.assertNotEqual(invoice.recouvrement_penalty_statement(TODAY)['interest'], before['interest'])
        dispute.resolve('unfounded', "Delivery note signed")
        self.assertEqual(invoice.recouvrement_penalty_statement(TODAY), before)

    def test_core_block_is_honoured(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        self._sync()
        invoice.payment_state = 'blocked'
        self.assertEqual(self._simulate()['reason'], 'dispute')
        self.assertEqual(invoice.recouvrement_penalty_statement(TODAY)['interest'], '0.00')
        self.assertEqual(self._items(invoice).amount_disputed, 1000.0)

    def test_a_past_day_does_not_know_the_dispute(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        self._dispute(invoice, 300.0)
        self.assertEqual(self._simulate(day(-1))['amount_due'], '1000.00')

    # === CLOSING === #

    def test_paid_in_full_closes_it(self):
        invoice = self._make_invoice(day(-20), 1000.0)
        dispute = self._dispute(invoice, 300.0)
        self._pay(invoice)
        self._sync()
        self.assertEqual((dispute.state, dispute.outcome, dispute.date_closed), ('closed', 'paid', TODAY))
        self.assertFalse(dispute.activity_ids)

    def test_unmatched_payment_opens_it_again(self):
        invoice = self._make_invoice(day(-20), 1000.0)
        dispute = self._dispute(invoice, 300.0)
        self._pay(invoice)
        self._sync()
        self._lines(invoice).remove_move_reconcile()
        self._sync()
        self.assertEqual((dispute.state, self._items(invoice).amount_disputed), ('open', 300.0))

    def test_credit_note_of_the_disputed_part_closes_it(self):
        invoice = self._make_invoice(day(-20), 1000.0)
        dispute = self._dispute(invoice, 300.0)
        self._credit(invoice, 300.0)
        self._sync()
        self.assertEqual((dispute.state, dispute.outcome), ('closed', 'credited'))
        self.assertEqual(self._simulate()['amount_due'], '700.00')

    def test_credit_note_of_a_part_leaves_the_rest_in_dispute(self):
        invoice = self._make_invoice(day(-20), 1000.0)
        dispute = self._dispute(invoice, 300.0)
        self._credit(invoice, 100.0)
        self._sync()
        self.assertEqual((dispute.state, dispute.amount_credited), ('open', 100.0))
        self.assertEqual(self._items(invoice).amount_disputed, 200.0)
        self.assertEqual(self._simulate()['amount_due'], '700.00')

    def test_an_older_credit_note_has_nothing_to_do_with_it(self):
        invoice = self._make_invoice(day(-20), 1000.0)
        self._credit(invoice, 400.0)
        dispute = self._dispute(invoice, 300.0)
        self._sync()
        self.assertEqual((dispute.state, self._simulate()['amount_due']), ('open', '300.00'))

    def test_one_credit_note_answers_one_dispute(self):
        invoice = self._make_invoice(day(-20), 1000.0)
        first, second = self._dispute(invoice, 200.0), self._dispute(invoice, 200.0, reason='price')
        self._credit(invoice, 200.0)
        self._sync()
        self.assertEqual((first.state, second.state), ('closed', 'open'))
        self.assertEqual(self._simulate()['amount_due'], '600.00')

    def test_founded_stays_held_until_the_credit_note(self):
        invoice = self._make_invoice(day(-20), 1000.0)
        dispute = self._dispute(invoice, 300.0)
        dispute.resolve('founded', "We agree")
        self.assertEqual((dispute.state, self._simulate()['amount_due']), ('accepted', '700.00'))
        self._credit(invoice, 300.0)
        self._sync()
        self.assertEqual((dispute.state, dispute.outcome, dispute.outcome_note), ('closed', 'credited', "We agree"))

    def test_resolved_by_a_person_with_words(self):
        dispute = self._dispute(self._make_invoice(day(-20), 1000.0), 300.0)
        with self.assertRaisesRegex(UserError, "how the dispute ended"):
            dispute.resolve('unfounded', " ")
        with self.assertRaisesRegex(UserError, "no outcome"):
            dispute.resolve('paid', "No")
        result = dispute.resolve('unfounded', "Signed delivery note")
        self.assertEqual(dispute.resolve('settled', "Twice"), result)
        self.assertEqual((dispute.outcome, dispute.closed_by_id, dispute.days_open), ('unfounded', self.env.user, 0))
        self.assertEqual(self._simulate()['amount_due'], '1000.00')

    # === OPENING === #

    def test_called_twice_is_one(self):
        invoice = self._make_invoice(day(-20), 1000.0)
        self.assertEqual(invoice.recouvrement_dispute('price', '120.50'), invoice.recouvrement_dispute('price', '120.50'))

    def test_owner_deadline_documents(self):
        officer = self._make_user('officer')
        paper = base64.b64encode(b'photo').decode()
        dispute = self._dispute(self._make_invoice(day(-20)), user_id=officer.id, deadline='2026-04-01',
                                documents=[{'filename': "photo.jpg", 'datas': paper}])
        self.assertEqual((dispute.activity_ids.user_id, str(dispute.activity_ids.date_deadline)), (officer, '2026-04-01'))
        self.assertEqual(self.env['ir.attachment'].search(
            [('res_model', '=', 'recouvrement.dispute'), ('res_id', '=', dispute.id)]).raw, b'photo')
        dispute.date_deadline = '2026-05-01'
        self.assertEqual([str(activity.date_deadline) for activity in dispute.activity_ids], ['2026-05-01'])

    def test_what_cannot_be_disputed(self):
        invoice = self._make_invoice(day(-20), 1000.0)
        for arguments, message in ((('sulking',), "no reason"), (('price', 1000.01), "can be disputed"), (('price', -1), "above 0"),
                                   (('price', 'nan'), "above 0")):
            with self.subTest(arguments=arguments), self.assertRaisesRegex(UserError, message):
                invoice.recouvrement_dispute(*arguments)
        with self.assertRaisesRegex(UserError, "posted customer invoice"):
            self._make_entry(10.0).recouvrement_dispute('price')
        self._pay(invoice)
        with self.assertRaisesRegex(UserError, "can be disputed"):
            invoice.recouvrement_dispute('price')

    def test_from_the_case_and_from_the_invoice(self):
        invoice = self._make_invoice(day(-20), 1000.0)
        self._sync()
        for action in (self._case().action_open_dispute(), invoice.action_recouvrement_dispute()):
            self.assertEqual(action['context']['default_move_id'], invoice.id)
        with Form(self.env['recouvrement.dispute'].with_context(default_move_id=invoice.id)) as form:
            form.reason = 'order_number'
        self.assertEqual(form.record.case_id.dispute_ids, form.record)
        self.assertEqual(form.record.amount, 1000.0)

    # === EVIDENCE AND ROLES === #

    def test_facts_are_not_rewritten(self):
        dispute = self._dispute(self._make_invoice(day(-20), 1000.0), 300.0)
        for vals in ({'amount': 1.0}, {'state': 'closed'}, {'outcome': 'paid'}, {'case_id': False}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                dispute.write(vals)
        with self.assertRaisesRegex(UserError, "resolve the dispute"):
            dispute.hold_ids.action_lift()
        with self.assertRaises(UserError):
            dispute.unlink()
        with self.assertRaises(AccessError):
            self.env['recouvrement.dispute'].create(
                {'move_id': dispute.move_id.id, 'reason': 'price', 'amount': 1.0, 'state': 'closed'})

    def test_a_part_is_held_by_disputes_of_one_instalment_only(self):
        self._make_invoice(day(-20), 1000.0)
        self._sync()
        with self.assertRaisesRegex(ValidationError, "part of one instalment"):
            self.env['recouvrement.hold'].create(
                {'case_id': self._case().id, 'kind': 'dispute', 'date_from': TODAY, 'amount': 10.0})

    @mute_logger('odoo.addons.base.models.ir_model')
    def test_roles(self):
        invoice = self._make_invoice(day(-20), 1000.0)
        for role in ('officer', 'manager', 'legal', 'billing', 'internal', 'portal'):
            user = self._make_user(role)
            with self.subTest(role=role):
                if role in ('officer', 'manager', 'legal'):
                    (row,) = invoice.with_user(user).recouvrement_dispute('price', 10.0)
                    self.env['recouvrement.dispute'].with_user(user).browse(row['id']).resolve('withdrawn', "Call")
                else:
                    with self.assertRaises(AccessError):
                        invoice.with_user(user).recouvrement_dispute('price', 10.0)
                    with self.assertRaises(AccessError):
                        self.env['recouvrement.dispute'].with_user(user).search([])

    def test_another_company_sees_nothing(self):
        dispute = self._dispute(self._make_invoice(day(-20), 1000.0), 300.0)
        other = self.setup_other_company()['company']
        foreigner = self._make_user('officer', company=other)
        self.assertFalse(self.env['recouvrement.dispute'].with_user(foreigner).search([]))
        with self.assertRaises(AccessError):
            dispute.with_user(foreigner).resolve('settled', "Mine now")

    def test_causes_can_be_counted(self):
        for amount, reason in ((100.0, 'price'), (50.0, 'price'), (30.0, 'delivery')):
            self._dispute(self._make_invoice(day(-20), 1000.0), amount, reason=reason)
        groups = self.env['recouvrement.dispute']._read_group(
            [('partner_id', '=', self.debtor.id)], ['reason'], ['__count', 'amount_company:sum'])
        self.assertEqual(sorted(groups), [('delivery', 1, 30.0), ('price', 2, 150.0)])

    def test_causes_by_the_main_category_of_the_invoice(self):
        """The category that weighs most on the invoice; none without a product."""
        timber, iron = self.env['product.category'].create([{'name': "Timber"}, {'name': "Iron"}])
        products = self.env['product.product'].create([
            {'name': "Board", 'categ_id': timber.id}, {'name': "Nail", 'categ_id': iron.id}])
        invoice = self._make_invoice(day(-20), 1000.0, post=False)
        invoice.invoice_line_ids = [(5,)] + [
            (0, 0, {'product_id': product.id, 'price_unit': price, 'tax_ids': [(5,)]})
            for product, price in zip(products, (700.0, 300.0), strict=True)]
        invoice.action_post()
        self.assertEqual(self._dispute(invoice).product_categ_id, timber)
        without = self._make_invoice(day(-20), 1000.0)
        without.line_ids.product_id = False
        self.assertFalse(self._dispute(without).product_categ_id)

    def test_merged_customers_keep_their_disputes(self):
        twin = self._make_debtor("Menuiserie Blanc SARL")
        dispute = self._dispute(self._make_invoice(day(-20), 1000.0, partner=twin), 300.0)
        self._make_invoice(day(-10), 10.0)
        self._sync()
        self.env['base.partner.merge.automatic.wizard'].create({})._merge((twin + self.debtor).ids, self.debtor)
        self.assertEqual(dispute.case_id, self._case())
