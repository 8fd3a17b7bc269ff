"""The date of a night: a past one is rebuilt from the books, today is where the company is, the future is only simulated."""
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestAsOf(RecouvrementCommon):

    def _due(self, as_of):
        return self._simulate(as_of).get('amount_due')

    # === THE PAST IS REBUILT === #

    def test_part_payments_count_from_their_date(self):
        invoice = self._make_invoice(day(-40), 1000.0)
        self._pay(invoice, 300.0, on=day(-20))
        self._pay(invoice, 200.0, on=day(-10))
        self.assertEqual([self._due(day(offset)) for offset in (-21, -20, -11, -10, 0)],
                         ['1000.00', '700.00', '700.00', '500.00', '500.00'])

    def test_paid_since_then_was_owed_then(self):
        invoice = self._make_invoice(day(-40), 1000.0)
        self._pay(invoice, on=day(-5))
        self.assertEqual(self._due(day(-6)), '1000.00')
        self.assertIsNone(self._due(day(-5)))
        self.assertIsNone(self._due(TODAY))

    def test_instalments_each_at_its_date(self):
        invoice = self._make_invoice(amount=900.0, instalments=[day(-60), day(-30), day(30)])
        first, second, _third = self._lines(invoice)
        self._pay(invoice, 300.0, on=day(-20), line=first)
        self._pay(invoice, 100.0, on=day(-10), line=second)
        self.assertEqual([self._due(day(offset)) for offset in (-40, -25, -15, -5)],
                         ['300.00', '600.00', '300.00', '200.00'])

    def test_credit_notes_and_money_not_matched_count_from_their_date(self):
        invoice = self._make_invoice(day(-40), 1000.0)
        self._credit(invoice, 100.0, on=day(-15))
        self._receive(200.0, on=day(-10))
        self.assertEqual([self._due(day(offset)) for offset in (-20, -15, -10)], ['1000.00', '900.00', '700.00'])

    def test_money_received_then_and_matched_since_was_a_credit_then(self):
        """The night of then saw money without invoice: the net is the same, the invoice was open."""
        invoice = self._make_invoice(day(-40), 1000.0)
        other = self._make_invoice(day(-40), 500.0)
        self._pay(invoice, on=day(-10))
        row = self._simulate(day(-10))
        self.assertEqual(row['amount_due'], '500.00')
        self.assertEqual([item['move_name'] for item in row['items']], [other.name])

    def test_an_invoice_of_later_did_not_exist(self):
        self._make_invoice(day(-2), issued=day(-5))
        self.assertIsNone(self._due(day(-6)))

    def test_a_foreign_invoice_paid_in_part_is_rebuilt_in_its_currency(self):
        usd = self.setup_other_currency('USD', rates=[('2020-01-01', 1.0), (str(day(-20)), 2.0)])
        invoice = self._make_invoice(day(-40), 1000.0, currency_id=usd.id, issued=day(-80))
        self._pay(invoice, 400.0, on=day(-10))
        self._pay(invoice, 600.0, on=day(-3))
        self.assertEqual([self._due(day(offset)) for offset in (-15, -10, -4)], ['1000.00', '600.00', '600.00'])
        self.assertIsNone(self._due(day(-3)))

    def test_reminders_and_holds_of_later_do_not_count(self):
        invoice = self._make_invoice(day(-40))
        self._night(day(-10))
        self._hold('dispute', item=self._items(invoice), date_from=day(-5))
        row = self._simulate(day(-24))
        self.assertEqual((row['decision'], row['level_name']), ('remind', "Second"))
        self.assertEqual(self._reasons(TODAY), {invoice.name: ('hold', 'dispute')})

    def test_a_past_simulation_writes_nothing(self):
        self._make_invoice(day(-40))
        before = {name: self.env[name].search_count([]) for name in (
            'recouvrement.item', 'recouvrement.case', 'recouvrement.reminder', 'recouvrement.run')}
        for as_of in (day(-20), TODAY, day(30)):
            self.assertTrue(self._simulate(as_of))
        self.env['recouvrement.run'].simulate_summary(TODAY)
        self.assertEqual({name: self.env[name].search_count([]) for name in before}, before)

    def test_a_replayed_night_sends_what_was_owed_then(self):
        invoice = self._make_invoice(day(-40), 1000.0)
        paid = self._make_invoice(day(-40), 50.0)
        self._pay(invoice, on=day(-5))
        self._pay(paid, on=day(-30))
        run = self._night(day(-20))
        self.assertTrue(run.replay)
        self.assertEqual(run.reminder_ids.amount_due, 1000.0)
        self.assertEqual(run.reminder_ids.line_ids.item_id.move_id, invoice)

    # === THE LEDGER OF NOW === #

    def test_a_post_dated_payment_that_is_matched_counts_as_paid(self):
        """A cheque for the end of the month: reading the live books, the customer has paid."""
        invoice = self._make_invoice(day(-10), 1000.0)
        self._pay(invoice, on=day(10))
        self.assertIsNone(self._due(TODAY))
        self.assertFalse(self._night().reminder_ids)

    def test_the_future_is_simulated_with_todays_books(self):
        self._make_invoice(day(-10), 1000.0)
        self.assertEqual(self._simulate(TODAY)['level_name'], "First")
        self.assertEqual(self._simulate(day(6))['level_name'], "Second")
        self.assertEqual(self._simulate(day(22))['level_name'], "Firm")

    # === WHAT MAY BE EXECUTED === #

    def test_the_future_is_not_executed(self):
        self._allow_replay()
        with self.assertRaisesRegex(UserError, "before its day"):
            self.env['recouvrement.run'].execute(day(1))

    def test_the_past_is_not_executed(self):
        self._allow_replay(False)
        with self.assertRaisesRegex(UserError, "is past"):
            self.env['recouvrement.run'].execute(day(-1))
        self.env['ir.config_parameter'].sudo().set_param('recouvrement_plus.allow_replay', 'False')
        with self.assertRaisesRegex(UserError, "is past"):
            self.env['recouvrement.run'].execute(day(-1))

    def test_unless_replay_is_allowed(self):
        self._allow_replay()
        self.assertEqual(self.env['recouvrement.run'].execute(str(day(-1)))['state'], 'done')

    def test_the_replay_parameter_is_on_no_screen(self):
        fields = self.env['res.config.settings']._fields.values()
        self.assertNotIn('recouvrement_plus.allow_replay', [getattr(field, 'config_parameter', '') for field in fields])

    def test_what_is_no_date_is_said_so(self):
        for value in ('16/03/2026', '2026-13-01', '', None, 7, '2026-03-16T10:00:00'):
            with self.subTest(value=value), self.assertRaisesRegex(UserError, "is not a date"):
                self.env['recouvrement.run'].simulate(value)

    # === TODAY === #

    def test_today_is_where_the_company_is(self):
        """23:30 UTC is already tomorrow in Paris, whatever the timezone of the user or of the cron."""
        with freeze_time('2026-03-16 23:30:00'):
            for timezone in ('UTC', 'America/New_York', 'Asia/Tokyo', False):
                self.env.user.tz = timezone
                self.assertEqual(self.company.with_context(tz=timezone)._recouvrement_today(), day(1), timezone)
            self.company.partner_id.tz = 'America/Martinique'
            self.assertEqual(self.company._recouvrement_today(), TODAY)

    def test_the_night_of_2330_utc_is_that_of_paris(self):
        invoice = self._make_invoice(day(-2))
        with freeze_time('2026-03-16 23:30:00'):
            self.assertEqual(self.env['recouvrement.run'].execute(day(1))['reminders'], 1)
            with self.assertRaises(UserError):
                self.env['recouvrement.run'].execute(TODAY)
            self.assertEqual(self._items(invoice).days_late, 3)

    def test_the_scheduled_night_runs_the_day_of_each_company(self):
        other = self.setup_other_company(name="Martinique")['company']
        other.partner_id.tz = 'America/Martinique'
        other.recouvrement_plan_id = self.plan
        with freeze_time('2026-03-16 23:30:00'):
            self._scheduled_night(self.company, other)
        runs = self.env['recouvrement.run'].sudo().search([('company_id', 'in', (self.company | other).ids)])
        self.assertEqual({run.company_id: run.date for run in runs}, {self.company: day(1), other: TODAY})
