"""Legal rates: confirmed by someone, changed with a history, corrected by a proposal once a claim stands on them."""
from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import tagged

from .common import TODAY, RecouvrementCommon, day


class RateCommon(RecouvrementCommon):

    @classmethod
    def _rate(cls, start, code='ecb_mro'):
        return cls.env['recouvrement.rate'].search([('code', '=', code), ('date_from', '=', start)])

    def _events(self, rate, **filters):
        return self.env['recouvrement.rate.event'].search(
            [('rate_id', '=', rate.id), *((name, '=', value) for name, value in filters.items())], order='id')

    def _correct(self, rate, percent, **vals):
        return self.env['recouvrement.rate.proposal'].create({
            'code': rate.code, 'date_from': rate.date_from, 'date_to': rate.date_to, 'percent': percent, 'source': "JORF", **vals})


@tagged('post_install', '-at_install')
class TestRateHistory(RateCommon):

    def test_confirmed_by_whom_and_when(self):
        rate, manager = self._rate('2026-06-17'), self._make_user('manager')
        self.assertFalse(rate.confirmed_by_id, "shipped: nobody here read it")
        self.assertEqual(rate.with_user(manager).confirm(), [{'id': rate.id, 'confirmed': True}])
        self.assertRecordValues(rate, [{'confirmed': True, 'confirmed_by_id': manager.id}])
        self.assertTrue(rate.confirmed_on)
        self.assertRecordValues(self._events(rate), [
            {'kind': 'changed', 'user_id': manager.id, 'changes': {'confirmed': ['', 'yes']}}])
        rate.with_user(manager).confirm()
        self.assertEqual(len(self._events(rate)), 1, "confirmed once")

    def test_nobody_states_that_someone_else_confirmed(self):
        rate, officer = self._rate('2026-06-17'), self._make_user('officer')
        rate.write({'confirmed': True, 'confirmed_by_id': officer.id})
        self.assertEqual(rate.confirmed_by_id, self.env.user)

    def test_an_officer_reads_and_does_not_confirm(self):
        rate, officer = self._rate('2026-06-17'), self._make_user('officer')
        self.assertTrue(rate.with_user(officer).percent)
        for method in ('confirm', 'action_confirm', 'look_up', 'action_look_up'):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(rate.with_user(officer), method)()

    def test_another_value_is_no_longer_the_one_that_was_read(self):
        rate = self._rate('2025-06-11')
        rate.percent = 2.25
        self.assertRecordValues(rate, [{'confirmed': False, 'confirmed_by_id': False}])
        self.assertEqual(self._events(rate).changes, {'percent': ['2.15', '2.25'], 'confirmed': ['yes', '']})

    def test_the_same_value_written_again_is_no_change(self):
        rate = self._rate('2025-06-11')
        rate.write({'percent': 2.15, 'date_from': '2025-06-11'})
        self.assertTrue(rate.confirmed)
        self.assertFalse(self._events(rate))

    def test_what_a_person_enters_is_in_the_journal(self):
        rate = self.env['recouvrement.rate'].create({
            'code': 'legal_professional', 'date_from': '2027-01-01', 'date_to': '2027-06-30', 'percent': 2.8, 'source': "JORF"})
        event = self._events(rate)
        self.assertRecordValues(event, [{'kind': 'created', 'user_id': self.env.uid}])
        self.assertEqual(event.changes['percent'], ['', '2.80'])
        self.assertIn("2.80", event.description)

    def test_nothing_is_deleted_and_the_journal_is_not_rewritten(self):
        rate = self._rate('2026-06-17')
        rate.confirm()
        proposal = self._correct(rate, 2.5)
        for record in (rate, self._events(rate), proposal):
            with self.subTest(model=record._name), self.assertRaisesRegex(UserError, "kept"):
                record.sudo().unlink()
        for record in (self._events(rate), proposal):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self._make_user('manager', login=record._name)).write({'create_date': '2020-01-01'})


@tagged('post_install', '-at_install')
class TestRateCorrection(RateCommon):

    def _claim(self, invoice, as_of=TODAY):
        self._sync()
        case = self._case(invoice.partner_id).sudo()
        return self.env['recouvrement.penalty'].sudo()._claim(case, invoice.sudo(), as_of, {})

    def test_a_value_that_a_claim_stands_on_is_not_typed_over(self):
        """Due in February 2026: the half-year uses the ECB rate of 1 January, in the row of June 2025."""
        self._claim(self._make_invoice(day(-30)))
        rate = self._rate('2025-06-11')
        for vals in ({'percent': 2.2}, {'date_from': '2025-06-12'}):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "1 penalty claims.*proposal"):
                rate.write(vals)
        rate.write({'date_to': '2026-06-16', 'source': "Read again", 'percent': 2.15})
        self._rate('2026-06-17').percent = 2.5  # nothing stands on it

    def test_a_correction_states_its_source_and_leaves_the_claim(self):
        claim = self._claim(self._make_invoice(day(-30)))
        rate, interest = self._rate('2025-06-11'), claim.interest
        proposal = self._correct(rate, 2.25)
        self.assertRecordValues(proposal, [
            {'kind': 'change', 'rate_id': rate.id, 'current_percent': 2.15, 'claim_count': 1, 'state': 'proposed'}])
        self.assertEqual(rate.percent, 2.15, "a proposal counts for nothing")
        proposal.confirm()
        self.assertRecordValues(rate, [{'percent': 2.25, 'source': "JORF", 'confirmed': True, 'confirmed_by_id': self.env.uid}])
        self.assertRecordValues(proposal, [{'state': 'accepted', 'decided_by_id': self.env.uid}])
        self.assertEqual(self._events(rate).claims, 1)
        self.assertEqual(claim.interest, interest)

    def test_a_public_delay_stands_on_the_rate_of_its_first_day(self):
        """Due on 30 June 2025 and claimed in March 2026: one rate, that of 1 July 2025."""
        town = self._make_debtor("Commune", regime='public')
        claim = self._claim(self._make_invoice(Date.to_date('2025-06-30'), partner=town))
        self.assertEqual(set(claim.line_ids.filtered('date_from').mapped('rate')), {10.15})
        self.assertEqual(self._rate('2025-06-11')._claims(), claim)
        self.assertFalse(self._rate('2024-12-18')._claims())

    def test_the_legal_rate_stands_behind_its_own_half_year(self):
        claim = self._claim(self._make_invoice(day(-30)))
        self.assertEqual(self._rate('2026-01-01', 'legal_professional')._claims(), claim)
        self.assertFalse(self._rate('2025-07-01', 'legal_professional')._claims())

    def test_a_proposal_is_decided_once_and_by_a_manager(self):
        proposal = self._correct(self._rate('2026-06-17'), 2.5)
        for method in ('confirm', 'refuse', 'action_confirm', 'action_refuse'):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(proposal.with_user(self._make_user('officer', login=method)), method)()
        self.assertEqual(proposal.refuse(), [{'id': proposal.id, 'state': 'refused'}])
        self.assertEqual(self._rate('2026-06-17').percent, 2.4)
        with self.assertRaisesRegex(UserError, "decided already"):
            proposal.confirm()

    def test_a_person_does_not_create_a_decided_proposal(self):
        proposal = self._correct(self._rate('2026-06-17'), 2.5, state='accepted', kind='extend')
        self.assertRecordValues(proposal, [{'state': 'proposed', 'kind': 'change'}])

    def test_a_new_rate_ends_the_running_one(self):
        running = self._rate('2026-09-16')
        running.date_to = '2027-06-30'
        proposal = self.env['recouvrement.rate.proposal'].create({
            'code': 'ecb_mro', 'date_from': '2026-12-16', 'date_to': '2027-01-01', 'percent': 2.9, 'source': "ECB"})
        proposal.confirm()
        self.assertEqual(running.date_to, Date.to_date('2026-12-15'))
        self.assertRecordValues(self._rate('2026-12-16'), [
            {'percent': 2.9, 'date_to': Date.to_date('2027-01-01'), 'confirmed': True}])

    def test_a_proposal_that_no_longer_fits_is_not_applied(self):
        proposal = self._correct(self._rate('2026-06-17'), 2.4)
        self.assertEqual(proposal.kind, 'confirm')
        self._rate('2026-06-17').percent = 2.5
        with self.assertRaisesRegex(UserError, "changed since"):
            proposal.confirm()
