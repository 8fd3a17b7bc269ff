"""Many statements at once, and what no machine does alone."""
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import NOW, TODAY, day
from .test_penalty import PenaltyCommon
from .test_penalty_use import UseCommon

COUNT = 1000


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestThousandStatements(PenaltyCommon):

    def _analyze(self):
        self.env.flush_all()
        self.env.cr.execute("ANALYZE account_move, account_move_line, account_partial_reconcile, res_partner")

    def test_a_thousand_invoices_in_under_forty_queries(self):
        """A thousand real invoices of two hundred customers, some paid in part, in dispute, with a notice or a judge's delay."""
        # A thousand rows of one transaction: without statistics core's queries are planned for none, row by row, for minutes.
        self.env.cr.execute("SET LOCAL enable_nestloop = off")
        partners = self.env['res.partner'].create([
            {'name': f"Client {number}", 'is_company': True, 'recouvrement_regime': ('b2b', 'public', 'b2c')[number % 3]}
            for number in range(200)])
        invoices = self.env['account.move'].with_context(
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True).create([{
                'move_type': 'out_invoice', 'partner_id': partners[number % 200].id, 'invoice_date': day(-300 + number % 100),
                'invoice_date_due': day(-270 + number % 100), 'invoice_payment_term_id': False,
                'invoice_line_ids': [Command.create({'name': "Work", 'price_unit': 100.0 + number, 'tax_ids': [Command.clear()]})],
            } for number in range(COUNT)])
        self._analyze()
        invoices.action_post()
        self._analyze()
        for invoice in invoices[:10]:
            self._pay(invoice, 40.0, day(-20))
        self.env.cr.execute("SET LOCAL enable_nestloop = on")
        self._sync()
        invoices[10].recouvrement_dispute('price', 50.0)
        invoices[11].recouvrement_dispute('quality')
        self.env['recouvrement.interest.fact'].record(
            invoices[12].ids, 'delay', day(-60), {'filename': "x.pdf", 'datas': 'eA=='}, date_to=day(-30))
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        rows = invoices.recouvrement_penalty_statements(TODAY)
        queries = self.env.cr.sql_log_count - start
        self.assertEqual((len(rows), {row['error'] for row in rows}), (COUNT, {''}))
        self.assertLess(queries, 40)
        self.assertEqual(rows[10]['disputed'], '50.00')
        self.assertEqual(rows[500], {'error': '', **self._statement(invoices[500])})


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestOnlyByAPerson(UseCommon):

    def test_nights_alone_bill_waive_and_notify_nothing(self):
        """Two months of nights with a plan that bills, a formal notice level and a lapsed concession: drafts only."""
        self.plan.level_ids.penalty_use = 'bill'
        self._make_invoice(day(-20), 5000.0)
        self._make_invoice(day(-70), 1000.0, partner=self._make_debtor("Second"))
        self._sync()
        self._case(self._make_debtor("Third"))
        self.env['recouvrement.case'].search([('partner_id.name', '=', "Second")]).offer_concession(3)
        for offset in range(0, 60, 5):
            on = day(offset)
            with freeze_time(f'{on} 10:00:00'), self.mock_mail_gateway():
                self.env['recouvrement.run'].sudo()._start(self.company, on)._work(deadline=None)
                self.env['mail.mail'].sudo().process_email_queue()
        documents = self.env['account.move'].search([('recouvrement_penalty_id', '!=', False)])
        claims = self.env['recouvrement.penalty'].search([('company_id', '=', self.company.id)])
        self.assertTrue(claims, "reminders that claim were sent")
        self.assertEqual(set(documents.mapped('state')), {'draft'})
        self.assertFalse(claims.filtered(lambda claim: claim.state not in ('claimed',)))
        notices = self.env['recouvrement.reminder'].search([('formal_notice', '=', True)])
        self.assertTrue(notices)
        self.assertEqual(set(notices.mapped('state')), {'draft'})

    # === CONCESSION === #

    def test_a_concession_drops_its_invoices_out_of_a_mixed_claim(self):
        first, second = self._make_invoice(day(-60), 1000.0), self._make_invoice(day(-40), 2000.0)
        (row,) = (first + second).recouvrement_claim(day(-10))
        mixed = self.env['recouvrement.penalty'].browse(row['id'])
        self._sync()
        concession = self.env['recouvrement.concession'].sudo().create({
            'case_id': self._case().id, 'date': TODAY, 'date_to': day(8), 'user_id': self.env.uid,
            'line_ids': [Command.set(self._lines(first).ids)]})
        kept = sum(mixed.line_ids.filtered(lambda line: line.move_id == second).mapped(lambda line: line.interest + line.indemnity))
        self._pay(first, on=TODAY)
        concession._settle(self.company, TODAY)
        self.assertEqual((mixed.state, concession.state), ('cancelled', 'kept'))
        live = self._case().penalty_ids.filtered(lambda claim: claim.state == 'claimed')
        self.assertEqual((live.line_ids.move_id, live.amount_total, live.date), (second, kept, day(-10)))
        waived = self._case().penalty_ids.filtered(lambda claim: claim.state == 'waived')
        self.assertEqual(waived.line_ids.move_id, first)
        self.assertFalse(first.recouvrement_claim(TODAY))

    def test_no_promise_to_drop_what_is_billed(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        claim = self.env['recouvrement.penalty'].browse(invoice.recouvrement_claim(TODAY)[0]['id'])
        claim.bill()
        with self.assertRaisesRegex(UserError, "billed already"):
            self._case().offer_concession()
        claim.waive("Commercial gesture")
        self.assertTrue(self._case().offer_concession())

    # === WHAT IS TIME-BARRED === #

    def test_what_a_case_claims_follows_the_period_of_its_regime(self):
        """Years back, and whether still claimed: companies five years, public bodies four from 1 January, consumers two."""
        for regime, due, claimed in (
            ('b2b', '2021-04-01', True), ('b2b', '2021-03-01', False),
            ('public', '2022-01-15', True), ('public', '2021-12-15', False),
            ('b2c', '2024-05-01', True), ('b2c', '2024-02-01', False),
        ):
            partner = self._make_debtor(f"{regime} {due}", regime=regime)
            self._late(1000.0, due, partner=partner)
            self._sync()
            with self.subTest(regime=regime, due=due):
                moves = self._case(partner)._late_invoices(TODAY)
                self.assertEqual(bool(moves), claimed)
