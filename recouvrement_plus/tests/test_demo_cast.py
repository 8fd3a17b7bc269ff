"""Each customer of the cast gets tonight what its story says, on a real ledger."""

from collections import Counter
from datetime import date

from odoo import Command
from odoo.tests import freeze_time, tagged

from ..demo import cast, followup, ledger, loader, names
from ..demo.records import Ledger
from .companies import FrenchCompany

AS_OF = date(2026, 3, 17)


@freeze_time('2026-03-17 20:00:00')
@tagged('post_install', '-at_install')
class TestDemoCast(FrenchCompany):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref('recouvrement_plus.recouvrement_plus_group_manager')
        cls.env.user.group_ids |= cls.env.ref('recouvrement_plus.recouvrement_plus_group_legal')
        cls.counts = loader.load_cast(cls.env, AS_OF)
        cls.members = {member.code: member for member in cast.cast(AS_OF)}
        cls.partners = {partner.ref: partner for partner in cls._find_partners()}
        cls.env['recouvrement.item']._sync(cls.env.company)
        cls.rows = {}
        for row in cls.env['recouvrement.run'].simulate(AS_OF):
            cls.rows.setdefault(row['partner_id'], []).append(row)

    @classmethod
    def _find_partners(cls):
        domain = [('ref', 'in', list(cls.members)), ('company_id', '=', cls.env.company.id)]
        return cls.env['res.partner'].search(domain)

    def _tonight(self, code):
        """(decision, reason or days of the level) of a member tonight; ('absent', '') without a row."""
        rows = self.rows.get(self.partners[code].id, [])
        self.assertLessEqual(len(rows), 1, code)
        if not rows:
            return ('absent', '')
        row = rows[0]
        if row['decision'] == 'remind':
            return ('remind', self.env['recouvrement.plan.level'].browse(row['level_id']).days)
        return (row['decision'], row['reason'])

    def test_each_story_ends_as_expected(self):
        for code, member in self.members.items():
            with self.subTest(code=code, situation=member.situation):
                self.assertEqual(self._tonight(code), member.expected)

    def test_cast_covers_the_situations_of_the_product(self):
        self.assertLessEqual(
            {
                'pays_on_time',
                'forgets',
                'always_20_days_late',
                'disputes_an_invoice',
                'broken_promise',
                'in_agreement',
                'formal_notice_expired',
                'in_insolvency',
                'net_zero_credit_note',
                'paid_this_morning',
                'pre_due',
                'no_email',
                'public_body',
                'consumer',
            },
            set(self.members),
        )

    def test_formal_notice_expired_was_really_sent_and_its_time_is_over(self):
        case = self.env['recouvrement.case'].search([('partner_id', '=', self.partners['formal_notice_expired'].id)])
        proceeding = case.proceeding_ids
        self.assertEqual(proceeding.state, 'mise_en_demeure')
        self.assertLess(proceeding.date_pay_before, AS_OF)
        self.assertEqual(
            proceeding.event_ids.sorted('id').mapped('action'),
            ['prepare_notice', 'approve_notice', 'send_notice', 'record_deposit', 'record_receipt'],
        )

    def _case(self, code):
        return self.env['recouvrement.case'].search([('partner_id', '=', self.partners[code].id)])

    def test_the_stories_are_real_records_each_of_its_day(self):
        """Whoever opens the demo sees what the add-on makes of a promise, an agreement, a dispute, a judgment, an order."""
        self.env['recouvrement.run'].execute(AS_OF)
        dispute = self._case('disputes_an_invoice').dispute_ids
        self.assertEqual((dispute.state, dispute.reason, str(dispute.date)), ('open', 'quality', '2026-03-07'))
        states = {code: self._case(code).promise_ids.state for code in ('broken_promise', 'keeps_time')}
        self.assertEqual(states, {'broken_promise': 'broken', 'keeps_time': 'running'})
        states = {code: self._case(code).agreement_ids.state for code in ('in_agreement', 'lapsed_agreement')}
        self.assertEqual(states, {'in_agreement': 'running', 'lapsed_agreement': 'lapsed'})
        self.assertTrue(self._case('lapsed_agreement').agreement_ids.lapse_letter_id)
        insolvency = self._case('in_insolvency').insolvency_ids
        self.assertEqual((insolvency.state, str(insolvency.date_published)), ('declared', '2026-02-27'))
        self.assertTrue(insolvency.amount_declared)
        order = self._case('court_order').proceeding_ids
        self.assertEqual((order.state, bool(order.date_next)), ('order_served', True))

    def test_what_a_customer_reads_on_its_invoice(self):
        """An order number and a salesperson with a name: neither the code of a story nor the robot that loaded it."""
        customers = [partner.id for partner in self.partners.values()]
        invoices = self.env['account.move'].search(
            [('partner_id', 'in', customers), ('move_type', 'in', ('out_invoice', 'out_refund'))])
        for invoice in invoices:
            self.assertRegex(invoice.invoice_origin, r'^BC\d{5}$')
        sellers = invoices.invoice_user_id
        self.assertEqual(set(sellers.mapped('name')), {name for _login, name in names.SALESPEOPLE})
        self.assertFalse([user for user in sellers if user.share or not user.active])
        self.assertTrue(all(len(moves.invoice_user_id) == 1 for moves in invoices.grouped('partner_id').values()))

    def test_two_collectors_share_the_customers(self):
        followup.assign_collectors(self.env)
        users = self.env['recouvrement.case'].search([('company_id', '=', self.env.company.id)]).user_id
        self.assertEqual(set(users.mapped('login')), {'camille', 'louis'})

    def test_always_late_scores_worse_than_on_time(self):
        grades = {}
        for code in ('pays_on_time', 'always_20_days_late'):
            case = self.env['recouvrement.case'].search([('partner_id', '=', self.partners[code].id)])
            grades[code] = case.score_breakdown(AS_OF)['grade']
        self.assertEqual(grades['pays_on_time'], 'A')
        self.assertIn(grades['always_20_days_late'], ('D', 'E'))

    def test_loading_again_does_nothing(self):
        before = self.env['account.move'].search_count([])
        again = loader.load_cast(self.env, AS_OF)
        self.assertEqual(set(again.values()), {0})
        self.assertEqual(self.env['account.move'].search_count([]), before)
        self.assertEqual(self.counts['customers'], len(self.members))

    def test_nothing_is_written_to_customers(self):
        partner_ids = [partner.id for partner in self.partners.values()]
        self.assertFalse(self.env['mail.mail'].search([('recipient_ids', 'in', partner_ids)]))
        self.assertFalse(self.env['mail.mail'].search([('email_to', 'like', '.example')]))

    def test_ledger_and_books_agree(self):
        """What the generator says is open is what the books say."""
        expected = Counter()
        for (key, _rank), amount in cast.cast_ledger(AS_OF).open_amounts().items():
            expected[key] += amount
        moves = self.env['account.move'].search(
            [('company_id', '=', self.env.company.id), ('move_type', '=', 'out_invoice'), ('amount_residual', '>', 0)]
        )
        self.assertEqual(
            {move.invoice_origin: move.amount_residual for move in moves}, {key: float(v) for key, v in expected.items()}
        )

    def test_invoice_numbers_have_no_hole(self):
        moves = self.env['account.move'].search(
            [('company_id', '=', self.env.company.id), ('move_type', 'in', ('out_invoice', 'out_refund', 'entry'))]
        )
        self.assertFalse(moves.filtered('made_sequence_gap'))
        self.assertEqual(len(set(moves.mapped('name'))), len(moves))

    def test_entries_are_those_that_core_derives(self):
        """An instalment invoice, a credit note and a foreign invoice, against the same documents made line by line."""
        part = self._some_documents()
        loader.write(self.env, part)
        for document in part.documents:
            ours = self.env['account.move'].search(
                [('invoice_origin', '=', document.key), ('company_id', '=', self.env.company.id)]
            )
            self.assertEqual(self._signature(ours), self._signature(self._made_by_core(ours)), document.key)

    def _some_documents(self):
        """Four documents of a generated ledger, unpaid: by instalments, foreign, credit note, consumer."""
        whole = ledger.generate(AS_OF, size=60)
        wanted = [
            next(d for d in whole.documents if d.term == 'thirds'),
            next(d for d in whole.documents if d.term == 'halves'),
            next(d for d in whole.documents if not d.vat_rate and d.kind == 'invoice'),
            next(d for d in whole.documents if d.kind == 'credit_note' and not d.allocations),
        ]
        codes = {document.customer for document in wanted}
        return Ledger(AS_OF, tuple(c for c in whole.customers if c.code in codes), tuple(wanted))

    def _made_by_core(self, move):
        line = move.invoice_line_ids
        copy = self.env['account.move'].create(
            {
                'move_type': move.move_type,
                'partner_id': move.partner_id.id,
                'currency_id': move.currency_id.id,
                'invoice_date': move.invoice_date,
                'invoice_payment_term_id': move.invoice_payment_term_id.id,
                'invoice_line_ids': [
                    Command.create(
                        {
                            'name': line.name,
                            'account_id': line.account_id.id,
                            'price_unit': line.price_unit,
                            'tax_ids': [Command.set(line.tax_ids.ids)],
                        }
                    )
                ],
            }
        )
        copy.action_post()
        return copy

    def _signature(self, move):
        """What the books remember of an entry, number aside."""
        return sorted(
            (
                line.display_type,
                line.account_id.code,
                line.balance,
                line.amount_currency,
                line.currency_id.name,
                str(line.date_maturity or ''),
                line.tax_tag_ids.ids,
                line.tax_base_amount,
                line.partner_id.id,
                line.tax_repartition_line_id.id,
                str(line.date),
            )
            for line in move.line_ids
        ) + [move.amount_total, move.amount_tax, str(move.invoice_date_due)]
