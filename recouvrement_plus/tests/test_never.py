"""What must never happen, tried by a hostile hand: a reminder to who owes nothing, one sent twice, data of another
company, a night lost for one customer."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import NOW, TODAY, RecouvrementCommon, day


class NeverCommon(RecouvrementCommon):

    def _queued(self, due=None, **vals):
        invoice = self._make_invoice(due or day(-20), **vals)
        reminder = self._night().reminder_ids.filtered(lambda one: invoice in one.line_ids.move_line_id.move_id)
        self.assertEqual(reminder.state, 'queued')
        return invoice, reminder

    def _assert_withdrawn(self, reminder, reason=None):
        self._send(reminder)
        self.assertEqual(reminder.state, 'withdrawn')
        if reason:
            self.assertEqual(reminder.reason, reason)


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestNeverToWhoOwesNothing(NeverCommon):
    """Between the night and the second of sending anything may happen."""

    def test_an_invoice_back_in_draft_or_cancelled(self):
        for change in ('button_draft', 'button_cancel'):
            invoice, reminder = self._queued()
            invoice.button_draft()
            if change == 'button_cancel':
                invoice.button_cancel()
            self._assert_withdrawn(reminder, 'not_posted')
            self.env['recouvrement.run'].sudo().search([('date', '=', TODAY)]).write({'date': day(-len(change))})

    def test_a_payment_of_each_kind(self):
        invoice, reminder = self._queued()
        self._pay(invoice)
        self._assert_withdrawn(reminder, 'paid')

    def test_a_payment_in_process(self):
        invoice, reminder = self._queued()
        self._pay_without_entry(invoice)
        self._assert_withdrawn(reminder, 'payment_in_process')

    def test_a_credit_note(self):
        invoice, reminder = self._queued()
        self._credit(invoice)
        self._assert_withdrawn(reminder, 'paid')

    def test_a_refund_larger_than_the_invoice(self):
        invoice, reminder = self._queued()
        self._credit(invoice, 5000.0, match=False)
        self._assert_withdrawn(reminder, 'net_credit')

    def test_an_exclusion_from_follow_up(self):
        invoice, reminder = self._queued()
        invoice.no_followup = True
        self._assert_withdrawn(reminder, 'no_followup')

    def test_an_opening_judgment(self):
        _invoice, reminder = self._queued()
        self.env['recouvrement.insolvency'].record(self._case().id, day(-3), 'redressement', "Lyon", source="Letter")
        self._assert_withdrawn(reminder, 'insolvency')

    def test_the_part_not_disputed_was_paid(self):
        invoice, reminder = self._queued()
        invoice.recouvrement_dispute('price', 300.0)
        self._pay(invoice, 700.0)
        self._assert_withdrawn(reminder, 'dispute')

    def test_more_than_the_part_not_disputed_was_paid(self):
        invoice, reminder = self._queued()
        invoice.recouvrement_dispute('price', 300.0)
        self._pay(invoice, 800.0)
        self._assert_withdrawn(reminder, 'dispute')

    def test_a_promise_for_today_and_its_grace(self):
        self.company.recouvrement_promise_grace_days = 2
        _invoice, reminder = self._queued()
        self._case().promise_to_pay(TODAY)
        self._assert_withdrawn(reminder, 'promise')
        with freeze_time('2026-03-18 10:00:00'):
            self.assertFalse(self._night(day(2)).reminder_ids, "the last day of grace is held")
        with freeze_time('2026-03-19 10:00:00'):
            self.assertTrue(self._night(day(3)).reminder_ids)

    def test_another_promise_for_a_part_keeps_the_first_for_the_rest(self):
        """P1 on two invoices, then P2 on one of them: the other is still promised."""
        first, second = self._make_invoice(day(-20), 100.0), self._make_invoice(day(-20), 50.0)
        self._sync()
        self._case().promise_to_pay(day(5))
        self._case().promise_to_pay(day(2), item_ids=self._items(first).ids)
        self.assertEqual(self._reasons(), {first.name: ('hold', 'promise'), second.name: ('hold', 'promise')})
        with freeze_time('2026-03-20 10:00:00'):
            self.assertEqual(self._reasons(day(4))[second.name], ('hold', 'promise'))

    def test_another_plan_since_the_night(self):
        """The plan was made gentler: the firm text of the old one does not leave."""
        _invoice, reminder = self._queued(day(-31))
        self.assertEqual(reminder.level_id.days, 30)
        self._case().plan_id = self._make_plan([('Gentle', 20)])
        self._assert_withdrawn(reminder)
        self._case().plan_id = self._make_plan([('Late', 90)])
        self.assertEqual(self._simulate()['decision'], 'nothing')

    def test_a_level_taken_out_of_the_plan_since_the_night(self):
        _invoice, reminder = self._queued(day(-31))
        self._level(30).active = False
        self._assert_withdrawn(reminder, 'plan_changed')

    def test_a_contact_archived_since_the_night(self):
        """Somebody who left, or died, gets nothing; the company does."""
        contact = self.env['res.partner'].create({
            'name': "Jean", 'parent_id': self.debtor.id, 'type': 'invoice', 'email': 'jean@client.example'})
        _invoice, reminder = self._queued()
        self.assertEqual(reminder.contact_id, contact)
        contact.active = False
        self._send(reminder)
        self.assertEqual((reminder.state, reminder.email_to), ('sent', self.debtor.email))
        self.assertEqual({address for mail in self._mails for address in mail['email_to']}, {self.debtor.email_formatted})

    def test_a_contact_who_went_to_another_customer(self):
        contact = self.env['res.partner'].create({
            'name': "Jean", 'parent_id': self.debtor.id, 'type': 'invoice', 'email': 'jean@client.example'})
        _invoice, reminder = self._queued()
        contact.parent_id = self._make_debtor("Competitor")
        self._send(reminder)
        self.assertEqual({address for mail in self._mails for address in mail['email_to']}, {self.debtor.email_formatted})

    def test_an_address_corrected_since_the_night(self):
        _invoice, reminder = self._queued()
        self.debtor.email = 'new@client.example'
        self._send(reminder)
        self.assertEqual((reminder.state, reminder.email_to), ('sent', 'new@client.example'))

    def test_a_customer_archived_since_the_night(self):
        _invoice, reminder = self._queued()
        self.debtor.active = False
        self._assert_withdrawn(reminder, 'no_contact')

    def test_a_subsidiary_is_not_written_to_for_its_parent(self):
        self.env['res.partner'].create({
            'name': "Subsidiary", 'is_company': True, 'parent_id': self.debtor.id, 'type': 'invoice',
            'email': 'sub@client.example', 'recouvrement_role': 'reminder'})
        _invoice, reminder = self._queued()
        self.assertEqual(reminder.contact_id, self.debtor)

    def test_a_customer_merged_with_one_in_insolvency(self):
        other = self._make_debtor("Twin")
        self._make_invoice(day(-20), partner=other)
        _invoice, reminder = self._queued()
        self.env['recouvrement.insolvency'].record(self._case(other).id, day(-3), 'redressement', "Lyon", source="Letter")
        self.env['base.partner.merge.automatic.wizard'].sudo()._merge((self.debtor | other).ids, self.debtor)
        self.env.invalidate_all()
        self._assert_withdrawn(reminder, 'insolvency')

    def test_money_on_account_in_another_currency(self):
        """A dollar invoice paid in euros that nobody matched yet: the customer has paid."""
        dollar = self.env.ref('base.USD')
        dollar.active = True
        self._queued(currency_id=dollar.id)
        reminder = self._reminders()
        self.assertEqual(reminder.currency_id, dollar)
        self._receive(3000.0, self.debtor)
        self._assert_withdrawn(reminder, 'probable_receipt')

    def test_a_person_in_insolvency_who_joins_a_company(self):
        person = self._make_debtor("Paul Roux", is_company=False)
        invoice = self._make_invoice(day(-20), partner=person)
        self._sync()
        self.env['recouvrement.insolvency'].record(self._case(person).id, day(-3), 'redressement', "Lyon", source="Letter")
        person.parent_id = self.debtor
        self.assertFalse(self._night().reminder_ids)
        self.assertEqual(self._reasons()[invoice.name], ('hold', 'insolvency'))

    def test_a_snoozed_person_who_joins_a_company(self):
        person = self._make_debtor("Paul Roux", is_company=False)
        invoice = self._make_invoice(day(-20), partner=person)
        self._sync()
        self._hold('snoozed', person, date_to=day(9))
        person.parent_id = self.debtor
        self.assertFalse(self._night().reminder_ids)
        self.assertEqual(self._reasons()[invoice.name], ('hold', 'snoozed'))

    def _branch(self):
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        self.env.cr.precommit.run()  # the chart of accounts of the branch
        self.env.user.company_ids += branch
        return branch

    def _invoice_of(self, company):
        invoice = self.env['account.move'].with_company(company).create({
            'move_type': 'out_invoice', 'partner_id': self.debtor.id, 'invoice_date': day(-50), 'invoice_date_due': day(-20),
            'invoice_payment_term_id': False,
            'invoice_line_ids': [Command.create({'name': "Work", 'price_unit': 1000.0, 'tax_ids': [Command.clear()]})]})
        invoice.action_post()
        return invoice

    def test_a_judgment_that_another_company_recorded(self):
        """An opening judgment is public, and binds every creditor."""
        branch = self._branch()
        self._make_invoice(day(-20))
        self._sync()
        self.env['recouvrement.insolvency'].record(self._case().id, day(-3), 'redressement', "Lyon", source="Letter")
        invoice = self._invoice_of(branch)
        run = self._night(company=branch)
        self.assertFalse(run.reminder_ids)
        self.assertEqual(self._items(invoice).held_reason, 'insolvency')

    def test_money_in_the_parent_of_a_branch(self):
        branch = self._branch()
        self._invoice_of(branch)
        self._receive(1000.0, self.debtor)
        self.assertFalse(self._night(company=branch).reminder_ids)
        self.assertEqual(self._case(company=branch).held_reason, 'probable_receipt')


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestNeverTwice(NeverCommon):

    def test_around_midnight_the_day_is_that_of_the_company(self):
        """22:30 UTC in summer is half past midnight in Paris: two runs of one day, whatever the server's clock says."""
        self._make_invoice(self._dates('2026-06-11')[0])
        runs = self.env['recouvrement.run']
        for moment in ('2026-06-30 22:30:00', '2026-07-01 09:00:00', '2026-07-01 21:30:00'):
            with freeze_time(moment):
                runs |= self._night(self.company._recouvrement_today())
        self.assertEqual(runs.mapped('date'), self._dates('2026-07-01'))
        self.assertEqual(len(runs.reminder_ids), 1)

    def test_two_customers_of_one_address_get_one_each(self):
        twin = self._make_debtor("Twin", email=self.debtor.email)
        self._make_invoice(day(-20))
        self._make_invoice(day(-20), partner=twin)
        reminders = self._night().reminder_ids
        self._send(reminders)
        self.assertEqual(reminders.mapped('state'), ['sent', 'sent'])
        self.assertEqual(len(self._mails), 2)

    def test_one_of_two_addresses_comes_back(self):
        """The other one received it: sending again would be a second time."""
        other = self.env['res.partner'].create({
            'name': "Second", 'parent_id': self.debtor.id, 'type': 'invoice', 'email': 'second@client.example'})
        self.env['res.partner'].create({
            'name': "Third", 'parent_id': self.debtor.id, 'type': 'invoice', 'email': 'third@client.example'})
        self._level(15).recipient = 'all_billing'
        _invoice, reminder = self._queued()
        self._send(reminder)
        self.assertEqual(reminder.state, 'sent')
        self.assertIn('third@client.example', reminder.email_to)
        reminder.sudo()._bounced(other.email)
        self.assertEqual(reminder.state, 'sent', "the third address has it")
        reminder.sudo()._bounced('third@client.example')
        self.assertEqual(reminder.state, 'failed', "now nobody has it")

    def test_a_blacklisted_address_gets_nothing_though_another_does(self):
        for name in ('second', 'third'):
            self.env['res.partner'].create({
                'name': name, 'parent_id': self.debtor.id, 'type': 'invoice', 'email': f'{name}@client.example'})
        self._level(15).recipient = 'all_billing'
        self.env['mail.blacklist'].create({'email': 'third@client.example'})
        _invoice, reminder = self._queued()
        self._send(reminder)
        self.assertEqual(reminder.state, 'sent')
        self.assertEqual({address for mail in self._mails for address in mail['email_to']}, {'"second" <second@client.example>'})


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestNeverUnapproved(NeverCommon):

    def test_an_officer_cannot_free_an_insolvent_customer(self):
        self._make_invoice(day(-20))
        self._sync()
        self.env['recouvrement.insolvency'].record(self._case().id, day(-3), 'redressement', "Lyon", source="Letter")
        hold = self._case().hold_ids.with_user(self._make_user('officer'))
        for vals in ({'insolvency_id': False}, {'date_to': day(-1)}, {'kind': 'snoozed'}, {'date_from': day(-30)}):
            with self.assertRaises(UserError):
                hold.write(vals)
        with self.assertRaises(UserError):
            hold.action_lift()

    def test_a_hold_over_long_ago_is_not_lifted_again(self):
        """What it said about past nights stays."""
        self._make_invoice(day(-20))
        self._sync()
        hold = self._hold('snoozed', date_from=day(-40), date_to=day(-30))
        hold.action_lift()
        self.assertEqual(hold.date_to, day(-30))

    def test_a_level_that_becomes_a_formal_notice_changes_no_message(self):
        """What was prepared as a reminder neither becomes a legal act nor leaves as one."""
        _invoice, reminder = self._queued(day(-31))
        self._level(30).write({'automatic': False, 'channel': 'letter', 'formal_notice': True})
        self.assertFalse(reminder.formal_notice)
        self._send(reminder)
        self.assertNotEqual(reminder.state, 'sent')

    def test_a_level_that_needs_approval_since_the_night(self):
        _invoice, reminder = self._queued()
        self._level(15).automatic = False
        self._send(reminder)
        self.assertEqual((reminder.state, reminder.reason), ('withdrawn', 'plan_changed'))

    def test_words_changed_after_the_approval_are_approved_again(self):
        self._level(15).automatic = False
        self._make_invoice(day(-20))
        reminder = self._night().reminder_ids
        reminder.approve()
        officer = self._make_user('officer')
        reminder.with_user(officer).edit_text("Pay", "<p>Or else</p>")
        self.assertEqual(reminder.state, 'draft')
        self.assertEqual(reminder.with_user(officer).send()[0]['reason'], 'approval_needed')


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestNeverAnotherCompany(NeverCommon):

    def test_windows_belong_to_who_opened_them(self):
        """Transient rows hold amounts, words and files: nobody else reads them, whatever his company."""
        other = self._make_user('manager', self.env['res.company'].create({'name': "Other"}))
        other.group_ids += self.env.ref('recouvrement_plus.recouvrement_plus_group_legal')
        for name, model in self.env.registry.items():
            if name.startswith('recouvrement.') and model._transient:
                rules = self.env['ir.rule'].with_user(other)._compute_domain(name, 'read')
                self.assertRegex(str(rules), 'create_uid|user_id', name)
