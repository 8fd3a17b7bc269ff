"""A formal notice claims what is owed: credits that nobody matched are named and deducted, each from one claim only."""
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TODAY, RecouvrementCommon, day


class NoticeCommon(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor.write({'street': "1 rue du Port", 'zip': '69002', 'city': "Lyon"})
        cls.first = cls._make_invoice(day(-60), 1000.0)

    def setUp(self):
        super().setUp()
        self._fake_pdf()

    def _open(self):
        self.env.invalidate_all()
        action = self._case().action_open_formal_notice()
        return self.env[action['res_model']].browse(action['res_id'])

    def _letter(self, proceeding, template='report_formal_notice_document', **values):
        page = self.env['ir.qweb']._render(
            f'recouvrement_plus.{template}', {'proceeding': proceeding.sudo(), 'lang': 'en_US', **values})
        return " ".join(str(page).replace('\xa0', ' ').replace('&nbsp;', ' ').replace('\ufeff', '').split())

    def _send_by_hand(self, proceeding):
        for action in ('prepare_notice', 'approve_notice'):
            proceeding.apply_transition(action)
        proceeding.apply_transition('send_notice', {'sent_on': str(TODAY), 'channel': 'registered_letter'})


@tagged('post_install', '-at_install')
class TestNoticeCredits(NoticeCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.note = cls._credit(cls.first, 150.0, match=False)

    def _notice(self):
        self._night()
        return self._reminders()

    # === ONE AMOUNT === #

    def test_what_is_read_before_approving_names_the_credit_and_deducts_it(self):
        notice = self._notice()
        self.assertEqual((notice.formal_notice, notice.amount_due), (True, 850.0))
        page = str(notice.preview_html)
        self.assertIn(self.note.name, page)
        self.assertIn("850.00", page)
        total = 850.0 + notice.interest + notice.indemnity
        self.assertIn(f"{total:.2f}", page)

    def test_the_letter_that_leaves_and_its_proceeding_claim_the_same(self):
        notice = self._notice()
        notice.approve()
        notice.send()
        proceeding = self.env['recouvrement.proceeding'].search([('reminder_id', '=', notice.id)])
        self.assertEqual((proceeding.state, proceeding.amount_due, proceeding.amount_credit, proceeding.amount_net),
                         ('mise_en_demeure', 1000.0, 150.0, 850.0))
        page = self._letter(proceeding)
        self.assertIn(self.note.name, page)
        self.assertIn(f"{850.0 + notice.interest + notice.indemnity:.2f}", page)

    def test_one_begun_by_hand_too_and_its_statement(self):
        self._sync()
        proceeding = self._open()
        self.assertEqual((proceeding.amount_due, proceeding.amount_net), (1000.0, 850.0))
        self._send_by_hand(proceeding)
        document = proceeding._statement_documents(TODAY)[0]
        figures = document['totals'][0]
        self.assertEqual(float(document['payable']['total']), float(figures['total']) - 150.0)
        self.assertIn(f"{float(document['payable']['total']):,.2f}", self._letter(proceeding).replace("€", ""))

    def test_a_petition_names_it_and_asks_for_the_rest(self):
        self._sync()
        proceeding = self._open()
        self._send_by_hand(proceeding)
        claim = proceeding._claim_lines(TODAY)
        self.assertEqual((claim['principal'], claim['credits']), (1000.0, -150.0))
        self.assertEqual(claim['total'], sum(line['amount'] for line in claim['lines']))
        self.assertIn(self.note.name, self._letter(proceeding, 'report_order_request_document'))

    def test_a_credit_matched_since_is_deducted_no_more(self):
        self._sync()
        proceeding = self._open()
        self._send_by_hand(proceeding)
        (self._lines(self.note) + self._lines(self.first)).reconcile()
        self.env.invalidate_all()
        self.assertEqual((proceeding.amount_due, proceeding.amount_credit, proceeding.amount_net), (850.0, 0.0, 850.0))

    def test_no_notice_leaves_once_credits_cover_it(self):
        self._sync()
        proceeding = self._open()
        proceeding.apply_transition('prepare_notice')
        self._receive(900.0)
        with self.assertRaisesRegex(UserError, "credits are deducted|Probable receipt"):
            proceeding.apply_transition('approve_notice')

    # === EACH CREDIT ONCE === #

    def _second(self):
        self._make_invoice(day(-46), 300.0)
        self.env.invalidate_all()
        return self._simulate()

    def test_a_second_notice_does_not_deduct_it_again(self):
        notice = self._notice()
        self.assertEqual(self._second()['amount_due'], '300.00')
        notice.withdraw("Sent to the wrong customer")
        self.env.invalidate_all()
        self.assertEqual(self._simulate()['amount_due'], '1150.00')

    def test_nor_a_reminder_while_the_proceeding_runs(self):
        self._sync()
        proceeding = self._open()
        self._send_by_hand(proceeding)
        self._make_invoice(day(-5), 300.0)
        self.assertEqual(self._simulate()['amount_due'], '300.00')
        proceeding.apply_transition('withdraw', {'reason': "Agreement found"})
        self.assertEqual(self._simulate()['amount_due'], '850.00', "a notice again, with its credit")

    def test_a_reminder_that_lists_what_the_notice_claims_deducts_it(self):
        self._notice()
        self._make_invoice(day(-5), 300.0)
        row = self._simulate()
        self.assertEqual((row['level_name'], row['amount_due']), ('First', '1150.00'))
