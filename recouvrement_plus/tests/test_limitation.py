"""Until when an invoice may be sued on: the published vectors through the books, and events that only the legal role records."""
from datetime import date

from odoo.addons.recouvrement_plus.engine.limitation_rules import EVENT_KINDS, NATURES, OWN_PERIOD_TITLES, TEN_YEAR_TITLES
from odoo.addons.recouvrement_plus.models import recouvrement_limitation_event
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TODAY, RecouvrementCommon, day

PROOF = {'filename': "reconnaissance.pdf", 'datas': 'JVBERi0xLjQ='}


class LimitationCommon(RecouvrementCommon):

    @classmethod
    def _claim(cls, partner=None, delivered=date(2022, 3, 10), issued=date(2022, 3, 31), due=date(2022, 4, 30), amount=1000.0):
        """By default: service completed 10/03/2022, invoice 31/03/2022, due 30/04/2022."""
        return cls._make_invoice(due, amount, partner=partner, issued=issued, delivery_date=delivered)

    def _dates(self, invoice):
        data = invoice.recouvrement_limitation()
        return data['safe_expiry'], data['arguable_expiry']

    def _propose(self, invoice, kind, on, **facts):
        result = invoice.recouvrement_propose_limitation_event(kind, str(on), facts)
        return self.env['recouvrement.limitation.event'].browse(result['id'])

    def _record(self, invoice, kind, on, **facts):
        event = self._propose(invoice, kind, on, **facts)
        event.record(PROOF)
        return event


@tagged('post_install', '-at_install')
class TestLimitation(LimitationCommon):

    # === THE VECTORS === #

    def test_from_the_performance_or_from_the_due_date(self):
        data = self._claim().recouvrement_limitation()
        self.assertEqual((data['safe_expiry'], data['arguable_expiry']), ('2027-03-10', '2027-04-30'))
        self.assertEqual(data['period'] | {'source': ''}, {'code': 'commercial', 'years': 5, 'source': '', 'confirmed': True})
        self.assertIn('L110-4', data['period']['source'])
        self.assertEqual((data['regime'], data['starts_on'], data['amount_residual']), ('b2b', '2022-03-10', '1000.00'))
        self.assertEqual((data['interruptions'], data['suspensions'], data['warnings']), ([], [], []))

    def test_a_part_payment_restarts_the_whole_period(self):
        invoice = self._claim()
        event = self._record(invoice, 'part_payment', '2024-06-12')
        data = invoice.recouvrement_limitation()
        self.assertEqual((data['safe_expiry'], data['arguable_expiry']), ('2029-06-12', '2029-06-12'))
        self.assertEqual([(row['id'], row['kind'], row['date'], row['safe']) for row in data['interruptions']],
                         [(event.id, 'part_payment', '2024-06-12', True)])
        self.assertIn("C. civ. art. 2240", data['sources'])

    def test_a_registered_formal_notice_changes_nothing(self):
        """Com. 18/05/2022 n° 20-23.204: recorded with its receipt, it moves neither date."""
        invoice = self._claim()
        for kind in ('registered_formal_notice', 'formal_notice', 'reminder', 'payment_order_request'):
            with self.subTest(kind=kind):
                self._record(invoice, kind, TODAY)
                self.assertEqual(self._dates(invoice), ('2027-03-10', '2027-04-30'))
        self.assertEqual({row['reason'] for row in invoice.recouvrement_limitation()['ignored']}, {'no_legal_effect'})

    def test_a_consumer_two_years(self):
        person = self._make_debtor("Anne Martin", regime='b2c')
        invoice = self._claim(person, date(2025, 1, 15), date(2025, 1, 20), date(2025, 2, 20))
        self.assertEqual(self._dates(invoice), ('2027-01-15', '2027-02-20'))

    def test_carriage_one_year_to_the_last_day_of_february(self):
        self.company.recouvrement_limitation_nature = 'transport'
        invoice = self._claim(delivered=date(2024, 2, 29), issued=date(2024, 2, 29), due=date(2024, 2, 29))
        self.assertEqual(self._dates(invoice), ('2025-02-28', '2025-02-28'))

    def test_a_public_body_four_years_from_january(self):
        commune = self._make_debtor("Commune", regime='public')
        data = self._claim(commune).recouvrement_limitation()
        self.assertEqual((data['starts_on'], data['safe_expiry']), ('2023-01-01', '2026-12-31'))
        self.assertEqual((data['warnings'], data['period']['confirmed']), (['rule_unconfirmed'], False))

    def test_unknown_performance_the_invoice_date_and_a_warning(self):
        data = self._claim(delivered=False).recouvrement_limitation()
        self.assertEqual((data['safe_expiry'], data['warnings']), ('2027-03-31', ['performance_date_unknown']))

    def test_a_clause_of_the_terms_of_sale_between_professionals_only(self):
        self.company.recouvrement_limitation_years = 3
        person = self._make_debtor("Anne Martin", regime='b2c')
        self.assertEqual(self._dates(self._claim())[0], '2025-03-10')
        self.assertEqual(self._dates(self._claim(person))[0], '2024-03-10')
        with self.assertRaises(UserError):
            self.company.recouvrement_limitation_years = 11

    def test_each_instalment_from_its_own_due_date_the_first_lost_is_shown(self):
        invoice = self._make_invoice(instalments=[date(2022, 2, 1), date(2022, 6, 1)], issued=date(2022, 4, 1),
                                     delivery_date=date(2022, 4, 1))
        rows = invoice.recouvrement_limitation()['instalments']
        self.assertEqual([(row['due_date'], row['safe_expiry'], row['arguable_expiry']) for row in rows], [
            ('2022-02-01', '2027-02-01', '2027-04-01'), ('2022-06-01', '2027-04-01', '2027-06-01')])
        self.assertEqual(self._dates(invoice)[0], '2027-02-01')
        self._pay(invoice, line=self._lines(invoice)[0])
        self.assertEqual(self._dates(invoice)[0], '2027-04-01', "what is paid is not lost any more")

    # === EVENTS === #

    def test_a_proposed_event_moves_nothing_and_says_what_it_would_give(self):
        invoice = self._claim()
        event = self._propose(invoice, 'acknowledgement', '2024-06-12')
        data = invoice.recouvrement_limitation()
        self.assertEqual(data['safe_expiry'], '2027-03-10')
        self.assertEqual(data['proposals'], [
            {'id': event.id, 'kind': 'acknowledgement', 'date': '2024-06-12', 'safe_expiry': '2029-06-12'}])
        self.assertIn('06/12/2029', event.effect_text)

    def test_proposing_twice_gives_one_event(self):
        invoice = self._claim()
        self.assertEqual(self._propose(invoice, 'mediation', day(-3)), self._propose(invoice, 'mediation', day(-3)))

    def test_recording_takes_the_legal_role_and_the_proof(self):
        invoice = self._claim()
        event = self._propose(invoice, 'acknowledgement', '2024-06-12')
        for role in ('officer', 'manager'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                event.with_user(self._make_user(role)).record(PROOF)
        jurist = self._make_user('legal')
        for proof in (None, {}, {'filename': 'x.pdf', 'datas': ''}, {'datas': '%%%'}):
            with self.subTest(proof=proof), self.assertRaisesRegex(UserError, "proof"):
                event.with_user(jurist).record(proof)
        self.assertEqual((event.state, self._dates(invoice)[0]), ('proposed', '2027-03-10'))
        result = event.with_user(jurist).record(PROOF)
        self.assertEqual(result, [{'id': event.id, 'state': 'recorded', 'move_id': invoice.id, 'safe_expiry': '2029-06-12'}])
        self.assertRecordValues(event, [{'decided_by_id': jurist.id, 'proposed_by_id': self.env.uid}])
        self.assertTrue(event.decided_on and event.attachment_id.raw)
        self.assertEqual(event.with_user(jurist).record(PROOF), result, "asked twice, it is recorded once")

    def test_a_proof_given_with_the_proposal_is_enough(self):
        event = self._propose(self._claim(), 'acknowledgement', '2024-06-12', proof=PROOF)
        self.assertEqual(event.record()[0]['state'], 'recorded')

    def test_refused_with_a_reason_it_never_counts(self):
        invoice = self._claim()
        event = self._propose(invoice, 'part_payment', '2024-06-12')
        for reason in ('', "  ", None, 3):
            with self.subTest(reason=reason), self.assertRaises(UserError):
                event.refuse(reason)
        event.refuse("Paid by the factor")
        self.assertRecordValues(event, [{'state': 'refused', 'reason': "Paid by the factor", 'decided_by_id': self.env.uid}])
        with self.assertRaises(UserError):
            event.record(PROOF)
        self.assertEqual(self._dates(invoice)[0], '2027-03-10')

    def test_revoked_it_counts_no_more(self):
        invoice = self._claim()
        event = self._record(invoice, 'part_payment', '2024-06-12')
        with self.assertRaises(UserError):
            event.refuse("Mistake")
        event.revoke("Another customer's letter")
        self.assertEqual((event.state, self._dates(invoice)[0]), ('revoked', '2027-03-10'))

    def test_a_case_in_court_until_its_end(self):
        """C. civ. art. 2242; and as if it had not been when it comes to nothing (2243)."""
        invoice = self._claim()
        event = self._record(invoice, 'court_action', '2025-02-01')
        data = invoice.recouvrement_limitation()
        self.assertEqual((data['safe_expiry'], data['safe_expiry_if_void']), ('', '2027-03-10'))
        with self.assertRaises(UserError):
            event.end('2025-01-31', proof=PROOF)
        with self.assertRaises(UserError):
            event.end(str(day(1)), proof=PROOF)
        with self.assertRaisesRegex(UserError, "proof"):
            event.end('2025-12-15')
        self.assertEqual(event.end('2025-12-15', proof=PROOF)[0]['safe_expiry'], '2030-12-15')
        with self.assertRaises(UserError):
            event.end('2025-12-20', proof=PROOF)
        lost = self._claim()
        event = self._record(lost, 'court_action', '2025-02-01')
        self.assertEqual(event.end('2025-12-15', void=True, proof=PROOF)[0]['safe_expiry'], '2027-03-10')

    def test_a_mediation_stops_the_time(self):
        invoice = self._claim()
        event = self._record(invoice, 'mediation', '2025-02-01', date_end='2025-04-03')
        data = invoice.recouvrement_limitation()
        self.assertEqual((data['safe_expiry'], [row['id'] for row in data['suspensions']]), ('2027-05-10', [event.id]))

    def test_inability_to_act_is_for_the_arguable_date_only(self):
        invoice = self._claim()
        event = self._record(invoice, 'inability', '2025-02-01', date_end='2025-04-03')
        self.assertEqual(self._dates(invoice), ('2027-03-10', '2027-06-30'))
        self.assertEqual(event.effect_text, "Arguable date only: the time stops or is added")

    def test_a_title_lives_ten_years_when_the_law_says_so(self):
        judged, notarial = self._claim(), self._claim()
        self._record(judged, 'title', '2023-03-01', title='court_decision')
        self._record(notarial, 'title', '2023-03-01', title='notarial_act')
        data = judged.recouvrement_limitation()
        self.assertEqual((data['period']['code'], data['safe_expiry']), ('title', '2033-03-01'))
        data = notarial.recouvrement_limitation()
        self.assertEqual((data['safe_expiry'], data['warnings']), ('2027-03-10', ['title_keeps_claim_period']))

    def test_a_proven_delivery_counts(self):
        invoice = self._claim(delivered=False)
        event = self._propose(invoice, 'performance', '2022-04-15')
        self.assertEqual(self._dates(invoice)[0], '2027-03-31')
        event.record(PROOF)
        self.assertEqual(self._dates(invoice), ('2027-04-15', '2027-04-30'))

    def test_an_event_of_one_instalment_moves_no_other(self):
        invoice = self._make_invoice(instalments=[date(2022, 4, 1), date(2022, 6, 1)], issued=date(2022, 4, 1),
                                     delivery_date=date(2022, 4, 1))
        self._sync()
        first, second = self._items(invoice)
        self._record(invoice, 'part_payment', '2024-06-12', item_id=second.id)
        rows = invoice.recouvrement_limitation()['instalments']
        self.assertEqual([row['safe_expiry'] for row in rows], ['2027-04-01', '2029-06-12'])
        self.assertEqual((first.limitation_date, second.limitation_date), (date(2027, 4, 1), date(2029, 6, 12)))

    def test_bad_proposals_are_refused_in_words(self):
        invoice, other = self._claim(), self._claim()
        self._sync()
        for kind, on, facts in (
                ('prayer', TODAY, {}), ('part_payment', day(1), {}), ('part_payment', 'soon', {}), ('title', TODAY, {}),
                ('title', TODAY, {'title': 'memo'}), ('part_payment', TODAY, {'title': 'court_decision'}),
                ('part_payment', TODAY, {'state': 'recorded'}), ('part_payment', TODAY, {'item_id': self._items(other).id}),
                ('mediation', TODAY, {'date_end': day(-1)})):
            with self.subTest(kind=kind, on=on, facts=facts), self.assertRaises(UserError):
                invoice.recouvrement_propose_limitation_event(kind, on, facts)
        self.assertFalse(invoice.recouvrement_limitation_event_ids)

    def test_events_are_never_deleted_nor_written(self):
        event = self._record(self._claim(), 'acknowledgement', '2024-06-12')
        with self.assertRaisesRegex(UserError, "never deleted"):
            event.sudo().unlink()
        for role in ('officer', 'manager', 'legal'):
            mine = event.with_user(self._make_user(role))
            for context in ({}, {'install_mode': True, 'tracking_disable': True}):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    mine.with_context(**context).write({'date': '2026-01-01'})
            with self.subTest(role=role), self.assertRaises(AccessError):
                mine.create({'company_id': self.company.id, 'kind': 'acknowledgement', 'date': TODAY, 'state': 'recorded'})

    # === REFUSALS, ROLES, MANY === #

    def test_an_unclassified_customer_is_named_with_the_field(self):
        unknown = self._make_debtor("Inconnu SARL", regime=False)
        invoice = self._claim(unknown)
        with self.assertRaisesRegex(UserError, "Inconnu SARL.*Penalty regime"):
            invoice.recouvrement_limitation()
        self.assertIn("Inconnu SARL", invoice.recouvrement_limitation_text)
        self.assertEqual(invoice.recouvrement_limitation_alert, 'unknown')

    def test_only_posted_customer_invoices(self):
        for move in (self._credit(self._claim()), self._make_invoice(TODAY, post=False)):
            with self.subTest(move=move.move_type), self.assertRaises(UserError):
                move.recouvrement_limitation()

    def test_many_at_once_in_a_handful_of_queries(self):
        unknown = self._make_debtor("Inconnu SARL", regime=False)
        invoices = self._claim() + self._claim(unknown) + self._claim(delivered=False)
        self.assertEqual([bool(row['error']) for row in invoices.recouvrement_limitations()], [False, True, False])
        self.assertEqual([row['move_id'] for row in invoices.recouvrement_limitations()], invoices.ids)
        many = self.env['account.move'].browse()
        for _count in range(30):
            many += self._claim()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(20):
            many.recouvrement_limitations()

    def test_roles_and_companies(self):
        invoice = self._claim()
        other = self.setup_other_company(name="Second company")['company']
        for user in (self._make_user('billing'), self._make_user('internal'), self._make_user('portal'),
                     self._make_user('legal', other)):
            for method, args in (('recouvrement_limitation', ()), ('recouvrement_limitations', ()),
                                 ('recouvrement_propose_limitation_event', ('acknowledgement', TODAY))):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    getattr(invoice.with_user(user), method)(*args)
        self.assertTrue(invoice.with_user(self._make_user('officer')).recouvrement_limitation()['safe_expiry'])

    def test_the_invoice_shows_both_dates(self):
        invoice = self._claim().with_user(self._make_user('officer'))
        self.assertEqual((invoice.recouvrement_limitation_safe, invoice.recouvrement_limitation_arguable),
                         (date(2027, 3, 10), date(2027, 4, 30)))
        self.assertEqual(invoice.recouvrement_limitation_alert, 'running')
        self.assertIn("L110-4", invoice.recouvrement_limitation_text)

    def test_the_window_states_what_the_person_says(self):
        invoice = self._claim()
        Step = self.env['recouvrement.limitation.step']
        action = invoice.action_recouvrement_propose_limitation()
        step = Step.browse(action['res_id'])
        step.write({'kind': 'acknowledgement', 'date': '2024-06-12', 'proof': PROOF['datas'], 'proof_name': PROOF['filename']})
        step.action_apply()
        event = invoice.recouvrement_limitation_event_ids
        self.assertRecordValues(event, [{'kind': 'acknowledgement', 'state': 'proposed', 'origin': 'person'}])
        step = Step.browse(event.with_context(recouvrement_step='record').action_step()['res_id'])
        self.assertTrue(step.proven)
        step.action_apply()
        self.assertEqual((event.state, event.attachment_id.name), ('recorded', PROOF['filename']))

    # === CODES === #

    def test_codes_are_those_of_the_engine(self):
        kinds = [code for code, _label in recouvrement_limitation_event.KINDS]
        self.assertEqual(set(kinds) - {'performance', 'title'}, set(EVENT_KINDS))
        self.assertEqual({code for code, _label in recouvrement_limitation_event.TITLES}, {*TEN_YEAR_TITLES, *OWN_PERIOD_TITLES})
        self.assertEqual([code for code, _ in self.company._fields['recouvrement_limitation_nature'].selection], list(NATURES))
