"""From the formal notice to the enforced title: conditions nobody can go around, deadlines as tasks, costs, clauses, letters."""
import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from ..models.recouvrement_proceeding_codes import ACTION_LABELS, DONE_LABELS
from .common import TODAY, day
from .test_proceeding import ProceedingCommon

LED = {'professional': "Me Martin"}


class TrackCommon(ProceedingCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.recouvrement_identity_required = True
        cls._identify(cls.debtor)

    @classmethod
    def _identify(cls, partner, **values):
        partner.write({
            'company_registry': '55210055400013', 'recouvrement_legal_form': "SAS", 'street': "1 rue du Port", 'zip': '69002',
            'city': "Lyon", 'recouvrement_court_kind': 'commercial', 'recouvrement_court': "Lyon", **values})
        partner.recouvrement_check_identity()

    def _ripe(self, partner=None):
        """A notice sent twenty days ago, received, whose date has passed."""
        proceeding = self._open(partner)
        proceeding.apply_transition('prepare_notice')
        proceeding.apply_transition('approve_notice')
        proceeding.apply_transition('send_notice', {'sent_on': str(day(-20)), 'channel': 'registered_letter'})
        proceeding.apply_transition('record_receipt', {'received_on': str(day(-18))})
        return proceeding

    def _do(self, proceeding, *steps):
        for action, facts in steps:
            proceeding.apply_transition(action, facts)
        return proceeding

    def _granted(self, on=None):
        return self._do(
            self._ripe(), ('prepare_order', {'court': "Lyon"}), ('file_order', {'done_on': str(day(-12))}),
            ('record_order', {'done_on': str(on or day(-10))}))

    def _dates(self, proceeding):
        return {line.code: str(line.date) for line in proceeding.deadline_ids if line.state == 'open'}


@tagged('post_install', '-at_install')
class TestTrack(TrackCommon):

    def test_track_unpaid_invoice_to_enforced_title(self):
        proceeding = self._granted()
        self.assertEqual(self._dates(proceeding)['order_service'], '2026-09-07', "six months to 6 September, a Sunday")
        proceeding.apply_transition('serve_order', {'done_on': str(day(-5)), 'served_in_person': True, **LED})
        self.assertEqual({**self._dates(proceeding), 'pay_before': ''}, {
            'pay_before': '', 'opposition': '2026-04-13', 'enforceable_from': '2026-04-13'})
        with self.assertRaisesRegex(UserError, "waits for: Enforceable without opposition"):
            proceeding.apply_transition('order_final', {'done_on': str(TODAY)})
        with freeze_time('2026-04-14 10:00:00'):
            self._do(proceeding, ('order_final', {'done_on': '2026-04-14'}), ('enforce', {
                'done_on': '2026-04-14', 'enforcement_act': 'account_attachment', 'cost': '180.50', **LED}))
            self.assertRecordValues(proceeding, [{
                'state': 'enforcement', 'title_kind': 'court_decision', 'cost_total': 180.5, 'cost_recoverable': 180.5}])
            self.assertEqual(self._dates(proceeding)['title_expiry'], '2036-04-14')
            self.assertEqual(self._dates(proceeding)['attachment_denounce'], '2026-04-22')
            self._pay(self.invoice)
            self._do(proceeding, ('close_paid', {}), ('issue_release', {}))
        self.assertEqual(proceeding.state, 'paid')
        self.assertFalse(proceeding.deadline_ids.filtered(lambda line: line.state == 'open'))
        self.assertFalse(proceeding.activity_ids)
        kinds = {event.action: (event.limitation_kind, event.interrupts_limitation) for event in proceeding.event_ids}
        self.assertEqual(kinds['serve_order'], ('payment_order_served', True))
        self.assertEqual(kinds['file_order'], ('payment_order_request', False))
        self.assertEqual(kinds['send_notice'], ('formal_notice', False))

    def test_track_what_was_done_is_said_as_done(self):
        """The timeline and the file for the court tell facts, not orders; the court has its French name."""
        self.env['res.lang']._activate_lang('fr_FR')
        proceeding = self._granted().with_context(lang='fr_FR')
        timeline = str(proceeding.timeline_html)
        for words in ("Mise en demeure envoyée", "Lettre reçue par le débiteur", "requête déposée", "Ordonnance à signifier"):
            self.assertIn(words, timeline)
        self.assertNotIn("Enregistrer", timeline)
        for seat, name in (("Lyon", "de Lyon"), ("Évry", "d'Évry"), ("Le Mans", "du Mans"), ("Les Sables", "des Sables")):
            self.debtor.recouvrement_court = seat
            self.assertEqual(proceeding.partner_id._recouvrement_court_name(), f"Tribunal de commerce {name}")
        self.assertLessEqual(set(DONE_LABELS), {action for action, _label in ACTION_LABELS})

    def test_track_an_order_not_served_in_time_is_lost(self):
        proceeding = self._granted()
        with freeze_time('2026-09-09 10:00:00'):
            with self.assertRaisesRegex(UserError, "too late"):
                proceeding.apply_transition('serve_order', {'done_on': '2026-09-08', **LED})
            proceeding.apply_transition('order_lapsed')
        self.assertEqual(proceeding.state, 'mise_en_demeure')

    def test_track_an_order_of_september_has_three_months(self):
        with freeze_time('2026-09-02 10:00:00'):
            proceeding = self._ripe()
            self._do(proceeding, ('prepare_order', {'court': "Lyon"}), ('file_order', {'done_on': '2026-08-25'}))
            proceeding.apply_transition('record_order', {'done_on': '2026-09-01'})
        self.assertEqual(self._dates(proceeding)['order_service'], '2026-12-01')
        self.assertFalse(proceeding.deadline_ids.filtered(lambda line: line.code == 'order_service').confirmed)

    def test_track_deadlines_are_tasks_with_an_early_warning(self):
        proceeding = self._granted()
        tasks = proceeding.activity_ids.filtered(lambda task: 'Order to be served' in task.summary)
        self.assertEqual(sorted(map(str, tasks.mapped('date_deadline'))), ['2026-08-08', '2026-09-07'])
        self.assertIn('non avenue', tasks[0].summary)
        proceeding.apply_transition('serve_order', {'done_on': str(TODAY), **LED})
        self.assertFalse(tasks.exists(), "answered: the tasks go")

    def test_track_opposition_goes_to_the_court(self):
        proceeding = self._do(
            self._granted(), ('serve_order', {'done_on': str(day(-5)), **LED}), ('record_opposition', {'done_on': str(TODAY)}))
        self.assertEqual((proceeding.state, self._dates(proceeding)['opposition_fee']), ('opposed', '2026-03-31'))
        proceeding.apply_transition('record_judgment', {'done_on': str(TODAY), 'court': "Lyon"})
        with self.assertRaisesRegex(UserError, "has not been served"):
            proceeding.apply_transition('enforce', {'done_on': str(TODAY), 'enforcement_act': 'other', **LED})
        self._do(proceeding, ('serve_title', {'done_on': str(TODAY), **LED}), (
            'enforce', {'done_on': str(TODAY), 'enforcement_act': 'other', **LED}))

    # === NOBODY GOES AROUND === #

    def test_track_no_write_reaches_the_state(self):
        proceeding = self._ripe()
        for role in ('officer', 'manager', 'legal'):
            user = self._make_user(role)
            for record, vals in ((proceeding, {'state': 'title'}), (proceeding, {'title_kind': 'court_decision'}),
                                 (proceeding.event_ids[:1], {'action': 'enforce'}), (proceeding.deadline_ids[:1], {'date': TODAY})):
                with self.subTest(role=role, vals=vals), self.assertRaises(AccessError):
                    record.with_user(user).write(vals)
            with self.assertRaises(AccessError):
                self.env['recouvrement.proceeding.event'].with_user(user).create({
                    'proceeding_id': proceeding.id, 'company_id': self.company.id, 'action': 'enforce', 'user_id': user.id,
                    'state_from': 'title', 'state_to': 'enforcement'})
            with self.assertRaises(UserError):
                proceeding.with_user(user).with_context(recouvrement_step='enforce', force=True).apply_transition('enforce', {})

    def test_track_identity_is_checked_before_approval(self):
        partner = self._make_debtor("Sans Numéro")
        self._make_invoice(day(-40), partner=partner)
        self._sync()
        proceeding = self._open(partner)
        proceeding.apply_transition('prepare_notice')
        with self.assertRaisesRegex(UserError, "check the customer's identity"):
            proceeding.apply_transition('approve_notice')
        with self.assertRaisesRegex(UserError, "legal form"):
            partner.recouvrement_check_identity()
        self._identify(partner)
        proceeding.apply_transition('approve_notice')
        partner.street = "2 rue Haute"
        self.assertFalse(partner.recouvrement_identity_checked, "what was checked has changed")

    def test_track_an_override_is_the_tables_and_leaves_its_reason(self):
        partner = self._make_debtor("Sans Numéro")
        self._make_invoice(day(-40), partner=partner)
        self._sync()
        proceeding = self._open(partner)
        proceeding.apply_transition('prepare_notice')
        proceeding.apply_transition('approve_notice', {'override_reason': "Old customer, known office"})
        event = proceeding.event_ids[0]
        self.assertEqual((event.override, event.facts['override_reason']), ('identity_checked', "Old customer, known office"))
        self.assertIn("Old customer", event.summary)
        self._hold('dispute', partner)
        with self.assertRaisesRegex(UserError, "dispute"):
            proceeding.apply_transition('send_notice', {
                'sent_on': str(TODAY), 'channel': 'letter', 'override_reason': "No matter"})

    def test_track_identity_stamp_is_not_written_by_hand(self):
        partner = self._make_debtor("Faux")
        partner.write({'recouvrement_identity_print': 'x', 'recouvrement_identity_date': TODAY})
        self.assertFalse(partner.recouvrement_identity_print)

    def test_track_only_the_jurist_goes_to_court(self):
        proceeding = self._ripe()
        for role in ('officer', 'manager'):
            with self.assertRaises(AccessError):
                proceeding.with_user(self._make_user(role)).apply_transition('prepare_order', {'court': "Lyon"})
        proceeding.with_user(self._make_user('legal')).apply_transition('prepare_order', {'court': "Lyon"})

    def test_track_facts_that_the_step_does_not_ask_are_refused(self):
        with self.assertRaisesRegex(UserError, "does not ask for"):
            self._ripe().apply_transition('prepare_order', {'court': "Lyon", 'exempt_ground': 'cheque'})

    # === ROUTES === #

    def _partner(self, regime, amount=1000.0, **identity):
        partner = self._make_debtor(f"Debtor {regime}", regime=regime)
        self._make_invoice(day(-60), amount, partner=partner)
        self._identify(partner, **identity)
        self._sync()
        return partner

    def _open_actions(self, proceeding):
        return {step['action'] for step in proceeding.available_transitions() if proceeding._is_open(step)}

    def test_track_a_public_body_is_not_seized(self):
        proceeding = self._ripe(self._partner('public', recouvrement_court_kind='administrative'))
        actions = self._open_actions(proceeding)
        self.assertFalse(actions & {'prepare_order', 'seize', 'assign', 'authorise_seizure', 'send_small_claims'})
        self.assertTrue({'ask_public_accountant', 'file_public_refere'} <= actions)
        self.assertIn("to be verified by counsel", str(proceeding.steps_html))

    def test_track_a_consumer_before_the_civil_court(self):
        """Up to 5,000 euros an attempt comes first (CPC 750-1); above, not."""
        for amount, first in ((1000.0, True), (6000.0, False)):
            partner = self._partner('b2c', amount, recouvrement_court_kind='judicial')
            proceeding = self._ripe(partner)
            step = self._step(proceeding, 'assign')
            self.assertEqual('prior_step_done' in step['missing'], first, amount)
            self.assertEqual('within_small_claims' in self._step(proceeding, 'send_small_claims')['missing'], not first)
            if first:
                self._do(proceeding, ('send_small_claims', {
                    'done_on': str(day(-3)), 'cost': '60', 'cost_recoverable': True, **LED}),
                         ('small_claims_refused', {'done_on': str(TODAY)}))
                self.assertNotIn('prior_step_done', self._step(proceeding, 'assign')['missing'])
                self.assertEqual((proceeding.cost_total, proceeding.cost_recoverable), (60.0, 0.0), "its costs are the creditor's")

    def test_track_the_l126_route_is_closed_and_says_why(self):
        proceeding = self._ripe()
        self.assertIn('l126_enabled', self._step(proceeding, 'serve_commandement')['missing'])
        self.assertIn("its decree is not known", str(proceeding._step_rows(proceeding._steps())))

    def test_track_insolvency_closes_every_step_towards_the_debtor(self):
        proceeding = self._granted()
        self._hold('insolvency')
        with self.assertRaisesRegex(UserError, "insolvency"):
            proceeding.apply_transition('serve_order', {'done_on': str(TODAY), **LED})
        proceeding.apply_transition('stay_by_insolvency')
        self.assertEqual(proceeding.state, 'insolvency')

    def test_track_a_claim_in_court_gets_no_reminder(self):
        self._granted()
        self.assertEqual(self._reasons(), {self.invoice.name: ('hold', 'proceeding')})
        self.assertEqual(self._case().state, 'mise_en_demeure')
        self.assertEqual(self.invoice.recouvrement_stage, 'mise_en_demeure')

    def test_track_a_seizure_and_its_eight_days(self):
        proceeding = self._ripe()
        with self.assertRaisesRegex(UserError, "authorisation of the judge"):
            proceeding.apply_transition('seize', {'done_on': str(TODAY), **LED})
        self._do(proceeding, ('authorise_seizure', {'done_on': str(day(-3)), 'court': "Lyon"}),
                 ('seize', {'done_on': str(TODAY), 'third_party': "Banque", **LED}))
        self.assertEqual({code: when for code, when in self._dates(proceeding).items() if code.startswith('seizure')}, {
            'seizure_suit': '2026-04-16', 'seizure_denounce': '2026-03-24'})
        self._do(proceeding, ('denounce_seizure', {'done_on': str(TODAY)}), ('prepare_order', {'court': "Lyon"}),
                 ('file_order', {'done_on': str(TODAY)}))
        self.assertEqual({code for code in self._dates(proceeding) if code.startswith('seizure')}, {'seizure_third_party'})

    # === CLAUSES === #

    def _clause(self, kind, **values):
        return self.env['recouvrement.clause'].create({
            'case_id': self._case().id, 'kind': kind, 'date_accepted': day(-300), 'proof': "Order 12, signed", **values})

    def test_track_a_penalty_clause_is_a_line_of_its_own_from_the_notice(self):
        self._clause('penalty', percent=10.0)
        proceeding = self._open()
        self.assertEqual(proceeding._claim_lines()['penalty_clause'], 0.0)
        proceeding = self._ripe()
        claim = proceeding._claim_lines(TODAY)
        self.assertEqual(claim['penalty_clause'], 100.0)
        self.assertEqual([line['code'] for line in claim['lines']], ['principal', 'interest', 'indemnity', 'penalty_clause'])
        self.assertEqual(claim['total'], sum(line['amount'] for line in claim['lines']))

    def test_track_no_penalty_clause_on_a_consumer_by_itself(self):
        partner = self._partner('b2c')
        values = {'case_id': self._case(partner).id, 'kind': 'penalty', 'percent': 10.0, 'date_accepted': day(-300), 'proof': "X"}
        self.env['recouvrement.clause'].create(values)
        proceeding = self._ripe(partner)
        self.assertEqual(proceeding._claim_lines(TODAY)['penalty_clause'], 0.0)

    def test_track_a_clause_accepted_after_the_invoice_opens_nothing(self):
        self._clause('acceleration', date_accepted=TODAY)
        self.assertIn('acceleration_clause', self._step(self._ripe(), 'accelerate')['missing'])

    def test_track_acceleration_claims_what_is_to_come(self):
        partner = self._make_debtor("Deux échéances")
        invoice = self._make_invoice(partner=partner, instalments=[day(-40), day(60)], amount=2000.0)
        self._identify(partner)
        self._sync()
        self.env['recouvrement.clause'].create({
            'case_id': self._case(partner).id, 'kind': 'acceleration', 'date_accepted': day(-300), 'proof': "Signed terms"})
        proceeding = self._ripe(partner)
        self.assertEqual(proceeding.amount_due, 1000.0)
        proceeding.apply_transition('accelerate', {'done_on': str(TODAY)})
        self.assertEqual((proceeding.amount_due, proceeding.item_ids), (2000.0, self._items(invoice)))

    def test_track_a_court_clause_counts_for_a_summons_only(self):
        """For a payment order the court is the debtor's, any clause to the contrary is void (CPC 1406)."""
        self._clause('jurisdiction', court="Tribunal de commerce de Paris")
        proceeding = self._ripe().sudo()
        self.assertEqual(proceeding._court_name('assign'), "Tribunal de commerce de Paris")
        self.assertIn("Lyon", proceeding._court_name('prepare_order'))

    def test_track_a_clause_stays_as_it_is(self):
        clause = self._clause('acceleration')
        with self.assertRaisesRegex(UserError, "stays as it is"):
            clause.proof = "Another"
        with self.assertRaises(UserError):
            clause.sudo().unlink()
        clause.date_end = TODAY

    # === SCREEN === #

    def test_track_the_window_asks_what_the_table_asks(self):
        proceeding = self._ripe()
        action = proceeding._open_step('assign')
        form = Form(self.env['recouvrement.proceeding.step'].with_context(**action['context']))
        form.court, form.professional = "Lyon", "Me Roy"
        form.hearing_on = day(40)
        step = form.save()
        step.write({'document': base64.b64encode(b'%PDF summons'), 'document_name': 'summons.pdf'})
        step.action_apply()
        self.assertEqual((proceeding.state, proceeding.professional), ('lawsuit', "Me Roy"))
        self.assertEqual(proceeding.event_ids[0].document_id.name, 'summons.pdf')
        self.assertIn("Hearing", str(proceeding.timeline_html))

    def test_track_the_list_of_steps_opens_their_window(self):
        proceeding = self._ripe()
        action = proceeding.action_choose_step()
        options = self.env['recouvrement.proceeding.option'].search(action['domain'])
        self.assertIn('prepare_order', options.mapped('action'))
        self.assertNotIn('serve_commandement', options.mapped('action'))
        window = options.filtered(lambda row: row.action == 'prepare_order').action_choose()
        self.assertEqual(window['context']['default_action'], 'prepare_order')
