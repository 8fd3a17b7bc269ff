"""The start of the follow-up on books with a past: who is late, where each enters, quietly; entries that the books leave out."""
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import NOW, RecouvrementCommon, day


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestActivation(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = [cls._make_debtor(f"Client {days}") for days in (2, 5, 20, 300)]
        for partner, days in zip(cls.partners, (2, 5, 20, 300), strict=True):
            cls._make_invoice(day(-days), 100.0 * days, partner=partner)
        cls._make_invoice(day(10), 40.0)

    def _survey(self):
        return self.env['recouvrement.activation'].survey(self.company.id)

    def test_lesson_50_who_is_late_and_where_each_would_enter(self):
        """lesson 50: the invoices that were overdue before the tool was switched on are counted, level by level."""
        survey = self._survey()
        self.assertEqual((survey['customers'], survey['amount']), (4, '32700.00'))
        self.assertEqual([(row['partner_name'], row['level_name'], row['days_late']) for row in survey['rows']], [
            ("Client 300", "Firm", 300), ("Client 20", "Second", 20), ("Client 5", "First", 5), ("Client 2", "", 2)])
        self.assertFalse(self._reminders(self.partners[0]))

    def test_lesson_50_everyone_starts_quietly(self):
        """lesson 50, 51: nothing is sent for what was late before; the next level comes at its own day."""
        result = self.env['recouvrement.activation'].start_quietly(self.company.id)
        self.assertEqual(result, {'customers': 3, 'items': 3})
        self.assertEqual(self.env['recouvrement.activation'].start_quietly(self.company.id)['items'], 3, "the same again")
        run = self._night()
        self.assertEqual(run.reminder_ids.partner_id, self.partners[3], "only the formal notice, which a person approves")
        self.assertEqual(run.reminder_ids.mapped('state'), ['draft'])
        with freeze_time('2026-03-26 10:00:00'):
            leaving = self._night(day(10)).reminder_ids
            self.assertEqual({one.partner_id.name: one.level_id.name for one in leaving},
                             {"Client 2": "First", "Client 5": "Second", "Client 20": "Firm"})

    def test_the_window_says_how_fresh_the_bank_is(self):
        for receipt, words in ((None, "no receipt in the books"), (day(-1), "last receipt recorded: 03/15/2026")):
            if receipt:
                self._receive(20.0, self.partners[0], on=receipt)
            with Form(self.env['recouvrement.activation']) as window:
                self.assertIn(words, window.check_table)

    def test_the_window_says_where_customers_pay_and_whether_they_can_open_a_link(self):
        def look():
            checks = self.env['recouvrement.activation']._checks(self.company)
            return {check['label']: (check['ok'], check['detail']) for check in checks}

        self.company.bank_journal_ids.bank_account_id = False
        self.company.partner_id.bank_ids.unlink()
        self.assertEqual(look()["Account to pay to"], (False, "no bank account: reminders cannot say where to pay"))
        self.env['res.partner.bank'].create({'acc_number': 'FR7630001007941234567890185', 'partner_id': self.company.partner_id.id})
        self.assertEqual(look()["Account to pay to"], (True, 'FR76 3000 1007 9412 3456 7890 185'))
        for address, opens in (('http://localhost:8069', False), ('http://127.0.0.1', False), ('http://192.168.1.4:8069', False),
                               ('http://erp', False), ('https://erp.exemple.fr', True)):
            self.env['ir.config_parameter'].set_param('web.base.url', address)
            ok, detail = look()["Links in the messages"]
            self.assertEqual(ok, opens, address)
            self.assertIn(address, detail)

    def test_a_start_chosen_by_hand(self):
        self._sync()
        case = self._case(self.partners[2])
        self.env['recouvrement.activation'].start_quietly(self.company.id, {str(case.id): self._level(3).id})
        self.assertEqual(case.item_ids.entry_level_id, self._level(3))
        self.assertEqual(self._simulate(partner=self.partners[2])['level_name'], "Second")

    def _start(self, partner, level):
        self._sync()
        return self.env['recouvrement.activation'].start_quietly(self.company.id, {str(self._case(partner).id): level.id})

    def test_a_higher_start_keeps_the_customer_in_peace_until_the_level_after_it(self):
        """20 days late, started at the level of 30 days: nothing leaves before the 45th day."""
        self._start(self.partners[2], self._level(30))
        self.assertEqual(self._case(self.partners[2]).item_ids.entry_level_id, self._level(30))
        for offset in (1, 11):
            with freeze_time(f'{day(offset)} 10:00:00'):
                self.assertNotIn(self.partners[2], self._night(day(offset)).reminder_ids.partner_id)

    def test_a_lower_start_leaves_a_younger_invoice_at_its_own_level(self):
        old, young = self._make_invoice(day(-40)), self._make_invoice(day(-10))
        self._start(self.debtor, self._level(15))
        self.assertEqual((self._items(old).entry_level_id, self._items(young).entry_level_id), (self._level(15), self._level(3)))

    def test_nobody_starts_at_a_formal_notice_nor_in_the_plan_of_another(self):
        other = self._make_plan([('Other', 10)])
        self._sync()
        for level in (self.notice_level, other.level_ids, self._level(-7), self.notice_level.browse(99999999)):
            with self.subTest(level=level), self.assertRaisesRegex(UserError, "cannot start at"):
                self._start(self.partners[3], level)
        self.assertFalse(self.env['recouvrement.item'].search([('company_id', '=', self.company.id)]).entry_level_id)

    def test_a_postponed_invoice_forgets_its_quiet_start(self):
        self.env['recouvrement.activation'].start_quietly(self.company.id)
        line = self._case(self.partners[2]).item_ids.move_line_id
        line.date_maturity = day(-4)
        self.assertEqual(self._simulate(partner=self.partners[2])['level_name'], "First")

    def test_lesson_45_opening_balances_are_followed_in_one_click(self):
        """lesson 45: general entries are left out by the books; they are listed, and included when a manager says so."""
        entry = self._make_entry(500.0, partner=self.partners[0], due=day(-40))
        survey = self._survey()
        self.assertEqual(survey['opening_ids'], self._lines(entry).ids)
        self.assertEqual(self.env['recouvrement.activation'].include_entries(survey['opening_ids']), {'entries': 1})
        self.assertFalse(self._lines(entry).no_followup)
        self.assertTrue(self._items(entry))
        self.assertFalse(self._survey()['opening_ids'])
        invoice = self._lines(self._make_invoice(day(-9)))
        self.assertEqual(self.env['recouvrement.activation'].include_entries(invoice.ids), {'entries': 0}, "nothing to include")

    def test_the_screen(self):
        self.company.partner_id.email = False
        wizard = Form(self.env['recouvrement.activation']).save()
        self.assertEqual((wizard.late_count, wizard.amount_late), (4, 32700.0))
        self.assertIn("Firm", wizard.level_table)
        self.assertIn("has no e-mail address", wizard.check_table)
        wizard.action_start()
        self.assertTrue(self.env.ref('recouvrement_plus.ir_cron_recouvrement_run_night').active)
        self.assertTrue(self.company.recouvrement_night)
        self.assertEqual(self._case(self.partners[3]).item_ids.entry_level_id, self._level(30))
        self.assertTrue(self.company.recouvrement_working_days)
        self.assertEqual((self.company.recouvrement_email_from, self.company.recouvrement_email_to), (8, 19))

    def test_only_a_manager_starts(self):
        officer = self._make_user('officer')
        for call in (lambda env: env['recouvrement.activation'].survey(),
                     lambda env: env['recouvrement.activation'].start_quietly(),
                     lambda env: env['recouvrement.activation'].include_entries([])):
            with self.assertRaises(AccessError):
                call(self.env(user=officer))

    def test_levels_and_entries_that_are_none_are_refused_by_name(self):
        activation = self.env['recouvrement.activation']
        for wrong in ({'abc': 1}, [1], 'abc', {'1': 'x'}, {'1': [2]}):
            with self.subTest(wrong), self.assertRaisesRegex(UserError, 'levels'):
                activation.start_quietly(levels=wrong)
        for wrong in (['x'], 'abc', None, 5):
            with self.subTest(wrong), self.assertRaisesRegex(UserError, 'move_line_ids'):
                activation.include_entries(wrong)
