"""What was claimed is frozen: periods never overlap, one indemnity for each invoice, a waiver says who and why."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TODAY, day
from .test_penalty import PenaltyCommon


@tagged('post_install', '-at_install')
class TestPenaltyClaim(PenaltyCommon):
    """Claims are frozen figures: what was claimed once is not claimed again, what is waived stays waived."""

    def _claim(self, invoice, as_of):
        self._sync()
        case = self._case(invoice.commercial_partner_id)
        return self.env['recouvrement.penalty'].sudo()._claim(case, invoice, as_of, {})

    def test_a_claim_freezes_the_statement(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        statement = self._statement(invoice)
        claim = self._claim(invoice, TODAY)
        self.assertEqual((f'{claim.interest:.2f}', f'{claim.indemnity:.2f}'), (statement['interest'], statement['indemnity']))
        self.assertEqual(sum(claim.line_ids.mapped('days')), 60)

    def test_the_next_claim_starts_where_the_last_ended(self):
        invoice = self._late(6000.0, '2025-05-31')
        first = self._claim(invoice, Date.to_date('2025-12-10'))
        second = self._claim(invoice, Date.to_date('2026-07-31'))
        self.assertEqual(min(second.line_ids.filtered('date_from').mapped('date_from')), Date.to_date('2025-12-11'))
        self.assertAlmostEqual(first.interest + second.interest, 857.04)
        self.assertEqual((first.indemnity, second.indemnity), (40.0, 0.0))
        self.assertFalse(self._claim(invoice, Date.to_date('2026-07-31')), "nothing is left to claim")

    def test_a_payment_booked_later_with_an_earlier_date_is_not_claimed_twice(self):
        """Claimed up to day 40; then a payment of day 20 is booked: the second claim covers the days after day 40."""
        invoice = self._make_invoice(day(-60), 1000.0)
        self._claim(invoice, day(-20))
        self._pay(invoice, 500.0, on=day(-40))
        second = self._claim(invoice, TODAY)
        self.assertEqual(second.line_ids.mapped('days'), [20])
        self.assertAlmostEqual(second.interest, round(500 * 0.1215 * 20 / 365, 2))

    def test_periods_never_overlap(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        claim = self._claim(invoice, day(-20))
        line = claim.line_ids.filtered('date_from')[:1]
        with self.assertRaisesRegex(UserError, "already claimed"):
            line.copy({'penalty_id': claim.id, 'date_from': line.date_to, 'date_to': day(5)})

    def test_one_live_indemnity_for_each_invoice(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        claim = self._claim(invoice, day(-20))
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            claim.line_ids.filtered('indemnity').copy({'penalty_id': claim.id})
            self.env.flush_all()

    def test_one_indemnity_for_each_of_several_invoices(self):
        first, second = self._make_invoice(day(-60), 1000.0), self._make_invoice(day(-60), 10.0)
        self.assertEqual(self._claim(first | second, TODAY).indemnity, 80.0)

    def test_what_was_waived_is_not_claimed_again(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        self._claim(invoice, day(-20)).with_env(self.env).waive("Good customer")
        second = self._claim(invoice, TODAY)
        self.assertEqual((second.line_ids.mapped('days'), second.indemnity), ([20], 0.0))

    def test_a_waiver_says_who_and_why(self):
        claim = self._claim(self._make_invoice(day(-60), 1000.0), TODAY).with_env(self.env)
        for words in ('', ' ', False):
            with self.assertRaisesRegex(UserError, "Say why"):
                claim.waive(words)
        self.assertEqual(claim.waive("Good customer"), [{'id': claim.id, 'state': 'waived'}])
        self.assertRecordValues(claim, [{'waived_by_id': self.env.uid, 'waive_reason': "Good customer"}])
        self.assertTrue(claim.amount_total, "the figures stay")

    def test_a_public_body_cannot_be_let_off(self):
        town = self._make_debtor("Commune", regime='public')
        claim = self._claim(self._make_invoice(day(-60), 1000.0, partner=town), TODAY).with_env(self.env)
        with self.assertRaisesRegex(UserError, "L2192-14"):
            claim.waive("Good customer")
        self.assertEqual(claim.state, 'claimed')

    def test_an_officer_does_not_waive(self):
        claim = self._claim(self._make_invoice(day(-60), 1000.0), TODAY)
        with self.assertRaises(AccessError):
            claim.with_user(self._make_user('officer')).waive("Good customer")

    def test_a_claim_is_never_deleted(self):
        claim = self._claim(self._make_invoice(day(-60), 1000.0), TODAY)
        with self.assertRaisesRegex(UserError, "never deleted"):
            claim.unlink()
        with self.assertRaisesRegex(UserError, "never deleted"):
            claim.line_ids.unlink()

    def test_nothing_is_claimed_while_it_cannot_be_computed(self):
        nobody = self._make_debtor("Inconnu", regime=False)
        self.assertFalse(self._claim(self._make_invoice(day(-60), 1000.0, partner=nobody), TODAY))

    # === IN REMINDERS === #

    def test_penalties_never_stop_the_principal(self):
        """Unknown regime: the reminder leaves without penalties and says why; the level with a statement waits."""
        self.debtor.recouvrement_regime = False
        invoice = self._make_invoice(day(-20))
        reminder = self._night().reminder_ids
        self.assertRecordValues(reminder, [{'interest': 0.0, 'indemnity': 0.0, 'penalty_block': 'regime_unknown'}])
        with freeze_time('2026-04-30 10:00:00'):
            self.env['recouvrement.run'].execute('2026-04-30')
            self.assertEqual(self._items(invoice).level_days, 30, "the formal notice waits, the firm reminder does not")

    def test_a_notice_waits_for_the_rate_of_its_own_days(self):
        """Penalties of this debt cannot be computed (no rate for its first days): no statement, no formal notice."""
        self.debtor.recouvrement_regime = 'public'
        invoice = self._late(1000.0, '2012-01-10')
        with self.assertRaises(UserError):
            self._statement(invoice)
        row = self._simulate()
        self.assertNotEqual(row['level_name'], "Notice")

    def test_the_rate_of_2027_holds_companies_and_not_delays_of_public_bodies_begun_before(self):
        """Between companies the rate of each half-year is needed; of a public body only that of the first day."""
        blocks = {}
        for regime in ('b2b', 'public', 'b2c'):
            partner = self._make_debtor(regime, regime=regime)
            self._late(1000.0, '2026-12-01', partner=partner, issued=day(-1))
            blocks[regime] = self._simulate('2027-01-10', partner)['penalty_block']
        self.assertEqual(blocks, {'b2b': 'rate_unknown', 'public': '', 'b2c': 'rate_unknown'})

    def test_the_message_states_what_the_statement_states(self):
        invoice = self._make_invoice(amount=2000.0, instalments=[day(-33), day(-31)])
        statement = self._statement(invoice)
        reminder = self._night().reminder_ids
        self.assertEqual((f'{reminder.interest:.2f}', f'{reminder.indemnity:.2f}'), (statement['interest'], statement['indemnity']))
        row = self._simulate()
        self.assertEqual(row['reason'], 'already_reminded')

    def test_the_simulation_states_the_same_penalties(self):
        invoice = self._make_invoice(day(-33), 1000.0)
        statement, row = self._statement(invoice), self._simulate()
        self.assertEqual((row['interest'], row['indemnity']), (statement['interest'], statement['indemnity']))

    # === MESSAGES THAT CLAIM === #

    def _claiming_message(self):
        """A message with a statement, prepared five days ago, approved and sent today; it lists a second invoice."""
        self._level(30).write({'needs_statement': True, 'automatic': False})
        self._make_invoice(day(-40), 1000.0)
        self._make_invoice(day(-10), 500.0)
        with freeze_time(f'{day(-5)} 10:00:00'):
            reminder = self._night(day(-5)).reminder_ids
        reminder.approve()
        self._send(reminder)
        self.assertEqual(reminder.state, 'sent')
        return reminder

    def test_a_message_claims_what_it_states(self):
        reminder = self._claiming_message()
        claim = self.env['recouvrement.penalty'].search([('reminder_id', '=', reminder.id)])
        self.assertEqual(claim.date, TODAY)
        self.assertAlmostEqual(claim.interest, reminder.interest)
        self.assertAlmostEqual(claim.indemnity, reminder.indemnity)

    def test_a_message_claims_once(self):
        reminder = self._claiming_message()
        claims = self.env['recouvrement.penalty'].search([('reminder_id', '=', reminder.id)])
        reminder.sudo()._claim_penalties()
        self.assertEqual(self.env['recouvrement.penalty'].search([('reminder_id', '=', reminder.id)]), claims)
