"""Items follow the ledger: created, closed, reopened, linked again, moved, always with their history."""
from odoo.addons.recouvrement_plus import post_init_hook
from odoo.tests import tagged

from .common import TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestSync(RecouvrementCommon):

    def _snapshot(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env['recouvrement.item'].search([('company_id', '=', self.company.id)]).read([
            'case_id', 'move_line_id', 'state', 'cycle', 'level', 'level_days', 'date_maturity', 'amount', 'rank'])

    # === IDEMPOTENCE === #

    def test_twice_is_once(self):
        self._make_invoice(day(-10))
        self._make_invoice(amount=900.0, instalments=[day(-40), day(20)])
        self._sync()
        first = self._snapshot()
        self.assertEqual(len(first), 3)
        self._sync()
        self.assertEqual(self._snapshot(), first)

    def test_a_partial_sync_touches_only_its_customers(self):
        other = self._make_debtor("Other")
        mine, theirs = self._make_invoice(day(-10)), self._make_invoice(day(-10), partner=other)
        self._sync()
        self._pay(mine)
        self._pay(theirs)
        self._sync(self.debtor)
        self.assertEqual(self._items(mine).state, 'closed')
        self.assertEqual(self._items(theirs).state, 'open')

    def test_a_past_date_closes_nothing_that_is_open_and_opens_nothing_that_is_paid(self):
        """Replaying a past night adds the items that were open then; open or paid tells the ledger of now."""
        paid, owed = self._make_invoice(day(-60)), self._make_invoice(day(-60))
        self._pay(paid, on=day(-5))
        self._sync(as_of=day(-20))
        self.assertEqual(self._items(paid).state, 'closed')
        self.assertEqual(self._items(owed).state, 'open')

    # === CLOSE AND REOPEN === #

    def test_paid_closes_and_unmatching_reopens_the_same_item_with_its_level(self):
        invoice = self._make_invoice(day(-20))
        self._night()
        item = self._items(invoice)
        self.assertEqual(item.level_days, 15)
        payment = self._pay(invoice)
        self._sync()
        self.assertEqual(item.state, 'closed')
        self._credit_line(payment).remove_move_reconcile()
        self._sync()
        self.assertEqual(self._items(invoice), item)
        self.assertEqual((item.state, item.level_days, item.cycle), ('open', 15, 1))

    def test_a_reopened_instalment_is_not_reminded_twice_at_its_level(self):
        invoice = self._make_invoice(day(-20))
        self._night()
        payment = self._pay(invoice)
        self._sync()
        self._credit_line(payment).remove_move_reconcile()
        self.assertEqual(self._reasons(), {invoice.name: ('hold', 'probable_receipt')}, "the money is there, unmatched")
        payment.action_draft()
        self.assertEqual(self._reasons(), {invoice.name: ('nothing', 'already_reminded')})

    # === DRAFT, NEW TERMS, POSTED AGAIN === #

    def _repost(self, invoice, **vals):
        invoice.button_draft()
        self._sync()
        invoice.write(vals)
        invoice.action_post()
        self._sync()

    def test_other_terms_after_level_two_keep_the_history_and_start_a_new_cycle(self):
        """30 days more: the level reached no longer fits the age, so the reminders start again, in a new cycle."""
        invoice = self._make_invoice(day(-20))
        self._night()
        item = self._items(invoice)
        reminder = self._reminders()
        self._repost(invoice, invoice_payment_term_id=False, invoice_date_due=day(10))
        self.assertEqual(self._items(invoice), item)
        self.assertEqual(item.move_line_id, self._lines(invoice))
        self.assertRecordValues(item, [{
            'state': 'open', 'date_maturity': day(10), 'cycle': 2, 'level': 0, 'level_days': 0}])
        self.assertEqual(reminder.line_ids.item_id, item, "the history stays")
        self.assertEqual(reminder.line_ids.mapped('date_maturity'), [day(-20)], "as it was claimed")

    def test_other_terms_that_leave_the_level_right_keep_it(self):
        invoice = self._make_invoice(day(-20))
        self._night()
        item = self._items(invoice)
        self._repost(invoice, invoice_payment_term_id=False, invoice_date_due=day(-18))
        self.assertRecordValues(item, [{'state': 'open', 'date_maturity': day(-18), 'cycle': 1, 'level_days': 15}])

    def test_split_in_instalments_after_a_reminder(self):
        """The first instalment inherits the history, the second starts its own."""
        invoice = self._make_invoice(day(-20), 1000.0)
        self._night()
        item = self._items(invoice)
        term = self._make_term(invoice.invoice_date, [day(-20), day(40)])
        self._repost(invoice, invoice_payment_term_id=term.id)
        items = self._items(invoice)
        self.assertRecordValues(items, [
            {'id': item.id, 'state': 'open', 'date_maturity': day(-20), 'amount': 500.0, 'level_days': 15, 'rank': 1},
            {'id': items[1].id, 'state': 'open', 'date_maturity': day(40), 'amount': 500.0, 'level_days': 0, 'rank': 2},
        ])
        self.assertEqual(items.move_line_id, self._lines(invoice))

    def test_instalments_joined_again(self):
        """The instalment that is left keeps its history; the other stays in the history, closed."""
        invoice = self._make_invoice(amount=1000.0, instalments=[day(-40), day(-20)])
        self._night()
        first, second = self._items(invoice)
        self._repost(invoice, invoice_payment_term_id=False, invoice_date_due=day(-40))
        self.assertEqual(first.move_line_id, self._lines(invoice))
        self.assertEqual((first.state, first.amount, first.level_days), ('open', 1000.0, 30))
        self.assertEqual((second.state, second.move_line_id.id), ('closed', False))

    def test_deleted_lines_are_found_again_by_due_date_then_by_rank(self):
        """Core may delete and create instalment lines: the invoice and the due date, then the rank, identify them."""
        invoice = self._make_invoice(amount=1000.0, instalments=[day(-40), day(-20)])
        self._night()
        first, second = self._items(invoice)
        lines = self._lines(invoice)
        self.env.cr.execute('UPDATE recouvrement_item SET move_line_id = NULL WHERE id IN %s', [(first | second)._ids])
        self.env.invalidate_all()
        self._sync()
        self.assertEqual((first.move_line_id, second.move_line_id), (lines[0], lines[1]))
        self.env.cr.execute('UPDATE recouvrement_item SET move_line_id = NULL WHERE id IN %s', [(first | second)._ids])
        self.env.invalidate_all()
        lines[0].date_maturity = day(-30)
        self._sync()
        self.assertEqual((first.move_line_id, second.move_line_id), (lines[0], lines[1]))
        self.assertEqual(len(self._items(invoice)), 2)

    # === DUE DATE, DELETION, NUMBER === #

    def test_a_due_date_changed_on_the_journal_item_counts(self):
        """`date_maturity` rules: core lets it be changed on a posted invoice."""
        invoice = self._make_invoice(day(-20))
        self._night()
        self._lines(invoice).date_maturity = day(15)
        self._sync()
        self.assertRecordValues(self._items(invoice), [{'date_maturity': day(15), 'cycle': 2, 'level': 0}])
        self.assertEqual(self._simulate()['decision'], 'nothing')

    def test_a_new_cycle_is_reminded_again(self):
        invoice = self._make_invoice(day(-20))
        self._night(day(-1))
        self._lines(invoice).date_maturity = day(-3)
        run = self._night()
        self.assertRecordValues(run.reminder_ids.line_ids, [{'cycle': 2, 'level_days': 3}])

    def test_a_deleted_invoice_leaves_a_closed_item_with_its_number(self):
        invoice = self._make_invoice(day(-20))
        self._night()
        name, item = invoice.name, self._items(invoice)
        invoice.button_draft()
        invoice.with_context(force_delete=True).unlink()
        self._sync()
        item.invalidate_recordset()
        self.assertRecordValues(item, [{'state': 'closed', 'move_name': name, 'move_id': False, 'move_line_id': False}])
        self.assertEqual(item.amount_residual, 0.0)

    def test_an_item_that_was_reminded_cannot_be_deleted(self):
        invoice = self._make_invoice(day(-20))
        self._night()
        with self.assertRaisesRegex(Exception, "kept with its history"):
            self._items(invoice).sudo().unlink()

    # === CUSTOMER MOVED === #

    def test_a_contact_that_gets_a_parent_takes_its_items_along(self):
        """Core rewrites the commercial partner: open items follow, sent reminders keep whom they were sent to."""
        invoice = self._make_invoice(day(-20))
        self._night()
        reminder, item = self._reminders(), self._items(invoice)
        group = self._make_debtor("Group")
        self.debtor.parent_id = group
        self.debtor.is_company = False
        self._sync()
        self.assertEqual(item.case_id.partner_id, group)
        self.assertEqual((item.state, item.level_days), ('open', 15))
        self.assertEqual(reminder.partner_id, self.debtor)
        self.assertFalse(self._case(group).company_id - self.company)

    def test_an_invoice_posted_to_another_customer_starts_afresh(self):
        """What the wrong customer was told does not count for the right one; it stays in the history of the wrong one."""
        right = self._make_debtor("Right")
        invoice = self._make_invoice(day(-20))
        reminder = self._night(day(-1)).reminder_ids
        self._send(reminder)
        item = self._items(invoice)
        self._repost(invoice, partner_id=right.id, invoice_payment_term_id=False, invoice_date_due=day(-4))
        self.assertRecordValues(item, [{'case_id': self._case(right).id, 'cycle': 2, 'level': 0, 'level_days': 0}])
        self.assertEqual(self._night().reminder_ids.level_id.name, "First")
        self.assertEqual((reminder.case_id, reminder.partner_id), (self._case(), self.debtor))
        self.assertEqual(reminder.line_ids.item_id, item, "the history stays on the instalment")

    def test_what_held_the_wrong_customer_does_not_hold_the_right_one(self):
        """A snooze of the former customer is about him; a dispute is about the invoice, and goes with it."""
        right = self._make_debtor("Right")
        invoice, disputed = self._make_invoice(day(-20)), self._make_invoice(day(-20))
        self._sync()
        self._hold('snoozed')
        self._hold('dispute', item=self._items(disputed))
        for one in (invoice, disputed):
            self._repost(one, partner_id=right.id, invoice_payment_term_id=False, invoice_date_due=day(-20))
        self.assertEqual(self._reasons(partner=right), {invoice.name: ('remind', ''), disputed.name: ('hold', 'dispute')})

    def test_a_quiet_start_is_not_handed_on_to_another_customer(self):
        right = self._make_debtor("Right")
        invoice = self._make_invoice(day(-20))
        self._sync()
        self._items(invoice)._enter(self._level(15), day(-1))
        self._repost(invoice, partner_id=right.id, invoice_payment_term_id=False, invoice_date_due=day(-20))
        self.assertFalse(self._items(invoice).entry_level_id)
        self.assertEqual(self._night().reminder_ids.level_id.name, "Second", "the level of its age")

    def test_a_dispute_follows_its_instalment_to_the_new_customer(self):
        invoice = self._make_invoice(day(-20))
        self._sync()
        item = self._items(invoice)
        self._hold('dispute', item=item)
        group = self._make_debtor("Group")
        self.debtor.is_company = False
        self.debtor.parent_id = group
        self._sync()
        self.assertEqual(item.case_id.partner_id, group)
        self.assertEqual(self._reasons(partner=group), {invoice.name: ('hold', 'dispute')})
        self.assertFalse(self._night().reminder_ids)

    def test_a_contact_that_leaves_its_parent_leaves_its_debts_where_the_books_have_them(self):
        """Core keeps the entries with the former commercial partner: so does the case, level included."""
        group = self._make_debtor("Group")
        self.debtor.is_company = False
        self.debtor.parent_id = group
        invoice = self._make_invoice(day(-20))
        self._night()
        item = self._items(invoice)
        self.assertEqual(item.case_id, self._case(group))
        self.debtor.parent_id = False
        self._sync(group)
        self._sync()
        self.assertEqual(self._lines(invoice).partner_id, group)
        self.assertRecordValues(item, [{'case_id': self._case(group).id, 'state': 'open', 'level_days': 15}])
        self.assertEqual(self._reasons(partner=group), {invoice.name: ('nothing', 'already_reminded')})

    # === INSTALLATION === #

    def test_installing_on_books_that_exist(self):
        """The hook makes cases and items of what is owed, and sends nothing; again, it changes nothing."""
        self._make_invoice(amount=900.0, instalments=[day(-40), day(20)])
        self._pay(self._make_invoice(day(-10)))
        self._make_entry(100.0, on=day(-60))
        post_init_hook(self.env)
        self.assertEqual(len(self._case().item_ids), 2)
        self.assertEqual(set(self._case().item_ids.mapped('state')), {'open'})
        self.assertFalse(self._reminders())
        first = self._snapshot()
        post_init_hook(self.env)
        self.assertEqual(self._snapshot(), first)

    def test_the_night_is_installed_asleep(self):
        cron = self.env.ref('recouvrement_plus.ir_cron_recouvrement_run_night')
        xmlids = self.env['ir.model.data'].sudo().search([('model', '=', 'ir.cron'), ('res_id', '=', cron.id)])
        self.assertTrue(xmlids.noupdate, "a person's switch survives an update")
        self.assertFalse(cron.sudo().active)

    # === CASE === #

    def test_case_figures_are_those_of_the_ledger(self):
        self._make_invoice(day(-40), 1000.0)
        self._make_invoice(day(10), 300.0)
        self._receive(250.0)
        self._sync()
        case = self._case()
        self.assertRecordValues(case, [{
            'amount_overdue': 1000.0, 'amount_not_due': 300.0, 'amount_credit': 250.0, 'amount_open': 1050.0,
            'days_late_max': 40}])
        ledger = sum(self.env['account.move.line'].search([
            ('account_id', '=', self.receivable.id), ('partner_id', '=', self.debtor.id)]).mapped('amount_residual'))
        self.assertEqual(case.amount_open, ledger)

    def test_a_customer_has_one_case_in_a_company(self):
        self._make_invoice(day(-40))
        self._sync()
        self._make_invoice(day(-30))
        self._sync()
        self.assertEqual(len(self._case()), 1)
        self.assertEqual(self._case().company_id, self.company)

    def test_the_stage_is_the_worst_of_the_instalments(self):
        invoice = self._make_invoice(day(10))
        states = []
        self._sync()
        case = self._case()
        for change in (lambda: None, lambda: self._make_invoice(day(-2)), lambda: self._make_invoice(day(-20))):
            change()
            self._night()
            states.append(case.state)
        self.assertEqual(states, ['current', 'overdue', 'amicable'])
        self._hold('insolvency')
        self._night()
        self.assertEqual(case.state, 'insolvency')
        self.assertTrue(invoice)
        self.assertEqual(TODAY, self.company._recouvrement_today())
