"""Once the safe date has passed no step goes to court, but with the legal role's reason; what the track does is proposed."""
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TODAY, day
from .test_limitation import PROOF, LimitationCommon


@tagged('post_install', '-at_install')
class TestLimitationCourt(LimitationCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.recouvrement_identity_required = False
        cls.jurist = cls._make_user('legal')

    def setUp(self):
        super().setUp()
        self._fake_pdf()

    def _noticed(self, days):
        """A proceeding whose formal notice has run out, on a claim that can be sued on for so many days more."""
        start = fields.Date.subtract(day(days), years=5)
        self._claim(None, start, start, start)
        self._sync()
        proceeding = self.env['recouvrement.proceeding'].browse(self._case().action_open_formal_notice()['res_id'])
        for action, facts in (('prepare_notice', {}), ('approve_notice', {}),
                              ('send_notice', {'sent_on': str(day(-20)), 'channel': 'registered_letter'})):
            proceeding.apply_transition(action, facts)
        return proceeding

    def _step(self, proceeding, action):
        return next(step for step in proceeding.available_transitions() if step['action'] == action)

    def _events(self, proceeding, **values):
        events = self.env['recouvrement.limitation.event'].search([('move_id', 'in', proceeding.item_ids.move_id.ids)])
        return events.filtered(lambda event: all(event[name] == value for name, value in values.items()))

    def _watch(self):
        self.env['recouvrement.limitation.event']._watch(self.company, TODAY)

    def test_passed_it_is_closed_and_says_why(self):
        proceeding = self._noticed(-1)
        step = self._step(proceeding, 'prepare_order')
        self.assertFalse(step['allowed'])
        self.assertIn('not_prescribed', step['missing'])
        with self.assertRaisesRegex(UserError, "limitation has passed"):
            proceeding.with_user(self.jurist).apply_transition('prepare_order', {'court': "TC Lyon"})
        self.assertEqual(proceeding.state, 'mise_en_demeure')

    def test_on_the_last_day_it_is_open(self):
        proceeding = self._noticed(0)
        proceeding.with_user(self.jurist).apply_transition('prepare_order', {'court': "TC Lyon"})
        self.assertEqual(proceeding.state, 'order_prepared')

    def test_the_override_takes_the_legal_role_a_reason_and_is_kept(self):
        proceeding = self._noticed(-1)
        facts = {'court': "TC Lyon", 'override_reason': "Acknowledged by letter, proof to come"}
        for role in ('officer', 'manager'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                proceeding.with_user(self._make_user(role)).apply_transition('prepare_order', facts)
        with self.assertRaises(UserError):
            proceeding.with_user(self.jurist).apply_transition('prepare_order', {**facts, 'override_reason': "  "})
        proceeding.with_user(self.jurist).apply_transition('prepare_order', facts)
        last = proceeding.event_ids.sorted('id')[-1]
        self.assertEqual((last.user_id, last.override, last.facts['override_reason']), (
            self.jurist, 'not_prescribed', "Acknowledged by letter, proof to come"))

    def test_no_fact_and_no_write_bypasses_it(self):
        proceeding = self._noticed(-1).with_user(self.jurist)
        with self.assertRaisesRegex(UserError, "cannot be passed"):
            proceeding.apply_transition('prepare_order', {'court': "TC Lyon", 'not_prescribed': True})
        for context in ({}, {'install_mode': True, 'recouvrement_step': 'prepare_order'}):
            with self.assertRaises(AccessError):
                proceeding.with_context(**context).write({'state': 'order_prepared'})

    def test_an_acknowledgement_recorded_opens_it_again(self):
        proceeding = self._noticed(-1)
        self._record(proceeding.item_ids.move_id, 'acknowledgement', day(-30))
        self.assertNotIn('not_prescribed', self._step(proceeding, 'prepare_order')['missing'])

    def test_the_service_of_an_order_is_proposed_its_request_is_not(self):
        """1re civ. 9/09/2020: only the service interrupts."""
        proceeding = self._noticed(100).with_user(self.jurist)
        proceeding.apply_transition('prepare_order', {'court': "TC Lyon"})
        proceeding.apply_transition('file_order', {'done_on': str(day(-10))})
        self._watch()
        self.assertFalse(self._events(proceeding))
        proceeding.apply_transition('record_order', {'done_on': str(day(-5))})
        proceeding.apply_transition('serve_order', {'done_on': str(day(-2)), 'professional': "Me Roy"})
        self._watch()
        self._watch()
        event = self._events(proceeding)
        self.assertRecordValues(event, [{
            'kind': 'payment_order_served', 'date': day(-2), 'state': 'proposed', 'origin': 'proceeding'}])
        safe = proceeding.item_ids.limitation_date
        event.record(PROOF)
        self.assertGreater(proceeding.item_ids.limitation_date, safe)

    def test_a_title_is_proposed_with_its_kind(self):
        proceeding = self._noticed(100).with_user(self.jurist)
        proceeding.apply_transition('record_title', {'done_on': str(day(-2)), 'title_kind': 'notarial_act'})
        self._watch()
        self.assertRecordValues(self._events(proceeding), [{'kind': 'title', 'title': 'notarial_act', 'date': day(-2)}])

    def test_closed_as_time_barred_only_when_it_is(self):
        open_claim, lost = self._noticed(100), None
        with self.assertRaises(UserError):
            open_claim.with_user(self.jurist).apply_transition('close_prescribed', {'reason': "Given up"})
        self.debtor = self._make_debtor("Ancien Client")
        start = fields.Date.subtract(day(-10), years=5)
        self._claim(self.debtor, start, start, start)
        self._sync()
        case = self._case(self.debtor)
        lost = self.env['recouvrement.proceeding'].browse(case.action_open_formal_notice()['res_id'])
        for action, facts in (('prepare_notice', {}), ('approve_notice', {}),
                              ('send_notice', {'sent_on': str(day(-20)), 'channel': 'registered_letter'})):
            lost.apply_transition(action, facts)
        lost.with_user(self.jurist).apply_transition('close_prescribed', {'reason': "Given up"})
        self.assertEqual(lost.state, 'prescribed')
