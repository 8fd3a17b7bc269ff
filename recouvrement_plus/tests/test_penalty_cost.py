"""Costs above the indemnity, each with its proof, and what is billed and not collected at the closing."""
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TODAY, day
from .test_penalty_bill import ClaimCommon


@tagged('post_install', '-at_install')
class TestPenaltyCost(ClaimCommon):
    """C. com. art. L441-10 II: more than the 40 euros only on justification, never of a consumer."""

    PROOF = {'filename': "facture-avocat.pdf", 'datas': 'JVBERi0xLjQ='}

    def test_proven_costs_are_claimed_and_billed(self):
        claim = self._claimed(self._make_invoice(day(-60), 1000.0))
        before = claim.amount_total
        claim.add_cost('250.00', "Lawyer", self.PROOF)
        line = claim.line_ids.filtered('cost')
        self.assertEqual((claim.cost, claim.amount_total), (250.0, before + 250.0))
        self.assertEqual((line.attachment_id.res_model, line.attachment_id.res_id), ('recouvrement.penalty', claim.id))
        claim.bill()
        self.assertAlmostEqual(claim.move_id.amount_total, before + 250.0)
        self.assertIn("Lawyer", claim.move_id.invoice_line_ids.mapped('name')[-1])

    def test_no_proof_no_costs(self):
        claim = self._claimed(self._make_invoice(day(-60), 1000.0))
        empty = self.env['ir.attachment'].create({'name': "empty"})
        for proof in (None, False, {}, {'filename': "x.pdf"}, {'filename': "x.pdf", 'datas': "***"}, empty.id, 999999999):
            with self.subTest(proof=proof), self.assertRaisesRegex(UserError, "attach the proof"):
                claim.add_cost(250.0, "Lawyer", proof)
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            claim.line_ids[0].sudo().cost = 250.0
            self.env.flush_all()

    def test_an_attachment_of_the_user_is_copied(self):
        claim = self._claimed(self._make_invoice(day(-60), 1000.0))
        mine = self.env['ir.attachment'].create({'name': "proof.pdf", 'raw': b'%PDF'})
        claim.add_cost(250.0, "Agency", mine.id)
        kept = claim.line_ids.attachment_id
        mine.unlink()
        self.assertEqual(kept.raw, b'%PDF')

    def test_an_amount_is_a_number_above_zero(self):
        claim = self._claimed(self._make_invoice(day(-60), 1000.0))
        for amount in (0, -5.0, 'many', None, 'nan', 'inf'):
            with self.subTest(amount=amount), self.assertRaisesRegex(UserError, "above 0"):
                claim.add_cost(amount, "Lawyer", self.PROOF)

    def test_never_of_a_consumer_nor_of_an_unclassified_customer(self):
        claim = self._claimed(self._make_invoice(day(-60), 1000.0))
        for regime in ('b2c', False):
            self.debtor.recouvrement_regime = regime
            with self.subTest(regime=regime), self.assertRaisesRegex(UserError, "L111-8"):
                claim.add_cost(250.0, "Lawyer", self.PROOF)

    def test_not_after_billing(self):
        claim = self._billed(self._make_invoice(day(-60), 1000.0))
        with self.assertRaisesRegex(UserError, "before the claim is billed"):
            claim.add_cost(250.0, "Lawyer", self.PROOF)

    def test_the_window_adds_them(self):
        claim = self._claimed(self._make_invoice(day(-60), 1000.0))
        self.env['recouvrement.penalty.step'].create({
            'penalty_id': claim.id, 'action': 'cost', 'amount': 90.0, 'nature': "Agency", 'proof': self.PROOF['datas'],
            'proof_name': self.PROOF['filename']}).action_apply()
        self.assertEqual(claim.cost, 90.0)


@tagged('post_install', '-at_install')
class TestPenaltyClosing(ClaimCommon):
    """CGI art. 237 sexies: penalties are taxed when received; at closing one needs those that were not."""

    def test_billed_and_not_received_on_the_date(self):
        paid, unpaid, later = (self._claimed(self._make_invoice(day(-60), 1000.0)) for _number in range(3))
        (paid | unpaid).bill(str(day(-20)))
        later.bill(str(TODAY))
        self._pay(paid.move_id, on=day(-5))
        rows = self.env['recouvrement.penalty'].uncollected(str(day(-10)))
        self.assertEqual([row['claim_id'] for row in rows], (paid | unpaid).ids)
        rows = self.env['recouvrement.penalty'].uncollected(day(-1))
        self.assertEqual([row['claim_id'] for row in rows], unpaid.ids)
        self.assertEqual(rows[0], {
            'claim_id': unpaid.id, 'claim': unpaid.name, 'state': 'billed', 'move_id': unpaid.move_id.id,
            'move_name': unpaid.move_id.name, 'partner_id': self.debtor.id, 'date': str(day(-20)), 'currency': 'EUR',
            'amount': f'{unpaid.amount_total:.2f}', 'amount_residual': f'{unpaid.amount_total:.2f}',
            'amount_residual_company': f'{unpaid.amount_total:.2f}'})

    def test_the_screen_lists_what_is_billed_and_not_collected(self):
        action = self.env['ir.actions.act_window']._for_xml_id('recouvrement_plus.recouvrement_penalty_closing_action')
        self.assertEqual(action['domain'], "[('state', '=', 'billed')]")
        claim = self._billed(self._make_invoice(day(-60), 1000.0))
        self.assertEqual(
            self.env['recouvrement.penalty'].search([('state', '=', 'billed'), ('partner_id', '=', self.debtor.id)]), claim)
