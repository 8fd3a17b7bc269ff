"""Each night: what the records show is proposed, dates are kept in step, what nears its end is told once."""
from datetime import date, timedelta

from odoo import fields
from odoo.tests import tagged

from .common import TODAY, day
from .test_limitation import PROOF, LimitationCommon


@tagged('post_install', '-at_install')
class TestLimitationWatch(LimitationCommon):

    def _watch(self, as_of=TODAY):
        self._sync()
        self.env['recouvrement.limitation.event']._watch(self.company, as_of)
        self.env.invalidate_all()

    def _ending_in(self, days, amount=1000.0, partner=None):
        """A claim that can be sued on for so many days more."""
        start = fields.Date.subtract(day(days), years=5)
        return self._claim(partner, start, start, start, amount)

    def _events(self, invoice):
        return invoice.recouvrement_limitation_event_ids

    def _tasks(self, partner=None):
        kind = self.env.ref('recouvrement_plus.mail_activity_type_limitation')
        return self._case(partner).activity_ids.filtered(lambda task: task.activity_type_id == kind)

    # === PROPOSALS === #

    def test_a_payment_on_account_is_proposed_once_and_moves_nothing(self):
        invoice = self._claim()
        self._sync()
        self._pay(invoice, 200.0, on=date(2024, 6, 12))
        self._watch()
        self._watch()
        event = self._events(invoice)
        self.assertRecordValues(event, [{
            'kind': 'part_payment', 'date': date(2024, 6, 12), 'state': 'proposed', 'origin': 'payment', 'proposed_by_id': False}])
        self.assertEqual(self._items(invoice).limitation_date, date(2027, 3, 10))
        event.record(PROOF)
        self.assertEqual(self._items(invoice).limitation_date, date(2029, 6, 12), "kept in step at once")
        self._watch()
        self.assertEqual(len(self._events(invoice)), 1)

    def test_the_latest_payment_then_the_one_before_it_when_refused(self):
        invoice = self._claim()
        self._pay(invoice, 200.0, on=date(2024, 6, 12))
        self._pay(invoice, 100.0, on=date(2025, 6, 12))
        self._watch()
        self.assertEqual(self._events(invoice).mapped('date'), [date(2025, 6, 12)])
        self._events(invoice).refuse("Paid by his insurer")
        self._watch()
        self.assertEqual(self._events(invoice).filtered(lambda one: one.state == 'proposed').mapped('date'), [date(2024, 6, 12)])

    def test_what_admits_nothing_is_not_proposed(self):
        """A credit note, a set-off entry, a third party's money; and nothing is left to admit when all is paid."""
        credited, offset, factored, paid = (self._claim() for _count in range(4))
        self._credit(credited, 100.0)
        entry = self._make_entry(-100.0)
        (self._lines(entry) + self._lines(offset)).reconcile()
        payment = self._receive(100.0, self._make_debtor("Factor"))
        (self._credit_line(payment) + self._lines(factored)).reconcile()
        self._pay(paid)
        self._watch()
        self.assertFalse(self._events(credited + offset + factored + paid))

    def test_a_payment_matched_no_more_is_not_recorded(self):
        invoice = self._claim()
        payment = self._pay(invoice, 200.0, on=date(2024, 6, 12))
        self._watch()
        self._credit_line(payment).remove_move_reconcile()
        with self.assertRaisesRegex(Exception, "matched"):
            self._events(invoice).record(PROOF)

    def test_an_agreement_is_proposed_for_the_debts_born_before_it(self):
        invoice, later = self._claim(), self._make_invoice(day(20), issued=day(-1))
        self._sync()
        self._hold('agreement', date_from=day(-10))
        self._watch()
        self._watch()
        self.assertRecordValues(self._events(invoice), [
            {'kind': 'payment_plan', 'date': day(-10), 'origin': 'agreement', 'state': 'proposed'}])
        self.assertFalse(self._events(later))

    def test_a_signed_agreement_is_proposed_with_its_document(self):
        invoice = self._claim()
        self._sync()
        self._case().propose_agreement(2, day(10))
        agreement = self.env['recouvrement.agreement'].search([('case_id', '=', self._case().id)])
        agreement.sign(str(TODAY), "Madame Blanc", PROOF)
        self._watch()
        event = self._events(invoice)
        self.assertRecordValues(event, [{
            'kind': 'payment_plan', 'date': TODAY, 'state': 'proposed', 'attachment_id': agreement.proof_id.id}])
        event.record()
        self.assertEqual(self._items(invoice).limitation_date, date(2031, 3, 16))

    def test_a_registered_notice_is_proposed_in_insurance_alone(self):
        self._fake_pdf()
        invoice = self._claim()
        self._sync()
        proceeding = self.env['recouvrement.proceeding'].browse(self._case().action_open_formal_notice()['res_id'])
        for action, facts in (('prepare_notice', {}), ('approve_notice', {}),
                              ('send_notice', {'sent_on': str(day(-2)), 'channel': 'registered_letter'})):
            proceeding.apply_transition(action, facts)
        self._watch()
        self.assertFalse(self._events(invoice))
        self.company.recouvrement_limitation_nature = 'insurance'
        self._watch()
        self._watch()
        self.assertRecordValues(self._events(invoice), [{
            'kind': 'registered_formal_notice', 'date': day(-2), 'origin': 'proceeding', 'state': 'proposed'}])

    # === DATES === #

    def test_dates_are_written_only_when_they_change(self):
        invoice = self._claim()
        self._watch()
        item = self._items(invoice)
        self.assertRecordValues(item, [{
            'limitation_date': date(2027, 3, 10), 'limitation_arguable_date': date(2027, 4, 30), 'limitation_status': 'running'}])
        written = item.write_date
        self.env.flush_all()
        self._watch()
        self.assertEqual(item.write_date, written)
        self.debtor.recouvrement_regime = False
        self._watch()
        self.assertRecordValues(item, [{'limitation_date': False, 'limitation_status': 'unknown'}])

    def test_a_case_in_court_stops_the_time(self):
        invoice = self._claim()
        self._sync()
        self._record(invoice, 'court_action', '2025-02-01')
        self.assertRecordValues(self._items(invoice), [{'limitation_date': False, 'limitation_status': 'stopped'}])

    def test_a_night_over_many_is_a_handful_of_queries(self):
        for _count in range(30):
            self._claim()
        self._watch()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(25):
            self.env['recouvrement.item']._refresh_limitation(self.company)

    # === ALERTS === #

    def test_a_task_at_180_90_and_30_days_each_once(self):
        collector = self._make_user('officer')
        self._ending_in(181)
        self._sync()
        self._case().user_id = collector
        self._watch()
        self.assertFalse(self._tasks())
        seen = []
        for passed in range(1, 185):
            before = set(self._tasks().ids)
            self.env['recouvrement.limitation.event']._watch(self.company, day(passed))
            self.env.invalidate_all()
            new = self._tasks().filtered(lambda task, before=before: task.id not in before)
            if new:
                seen.append((181 - passed, len(new.filtered(lambda task: task.user_id == collector))))
        self.assertEqual(seen, [(180, 1), (90, 1), (30, 1)])

    def test_the_legal_role_is_told_when_it_is_close_or_nobody_collects(self):
        collector, jurist = self._make_user('officer'), self._make_user('legal')
        other = self._make_debtor("Sans gestionnaire")
        self._ending_in(100)
        self._ending_in(100, partner=other)
        self._sync()
        self._case().user_id = collector
        self._watch()
        self.assertEqual(self._tasks().user_id, collector)
        self.assertIn(jurist, self._tasks(other).user_id)
        self._watch(day(71))
        self.assertLessEqual(collector | jurist, self._tasks().user_id)

    def test_one_task_for_all_the_claims_of_a_customer(self):
        self._case_user = self._make_user('officer')
        first, second = self._ending_in(20, 700.0), self._ending_in(25, 300.0)
        self._sync()
        self._case().user_id = self._case_user
        self._watch()
        task = self._tasks().filtered(lambda one: one.user_id == self._case_user)
        self.assertEqual(len(task), 1)
        self.assertIn('1,000.00', task.summary)
        for invoice in (first, second):
            self.assertIn(invoice.name, task.note)
        self.assertEqual(task.date_deadline, day(14))

    def test_the_task_goes_when_the_claim_is_saved(self):
        invoice = self._ending_in(20)
        self._watch()
        self.assertTrue(self._tasks())
        self._record(invoice, 'acknowledgement', TODAY)
        self._watch()
        self.assertFalse(self._tasks())
        self.assertFalse(self._items(invoice).limitation_alert)

    def test_what_has_passed_is_marked_and_told_no_more(self):
        invoice = self._ending_in(-1)
        self._watch()
        self.assertEqual(self._items(invoice).limitation_alert, '0')
        self.assertFalse(self._tasks())

    def test_the_scheduled_action_works_every_company(self):
        invoice = self._ending_in(20)
        self.env['recouvrement.limitation.event']._cron_watch()
        self.assertEqual(self._items(invoice).limitation_alert, '30')

    # === THE LIST === #

    def test_the_list_is_the_largest_first(self):
        small, large, far = self._ending_in(20, 100.0), self._ending_in(170, 900.0), self._ending_in(400, 5000.0)
        passed = self._ending_in(-5, 50.0)
        self._watch()
        mine = [('case_id', '=', self._case().id), ('state', '=', 'open')]
        Item = self.env['recouvrement.item'].with_user(self._make_user('officer'))
        found = Item.search([*mine, ('limitation_date', '>=', TODAY), ('limitation_date', '<=', TODAY + timedelta(days=180))],
                            order='amount_at_stake desc, limitation_date, id')
        self.assertEqual(found.move_id, large + small)
        self.assertEqual(found.move_id.ids, (large + small).ids)
        self.assertEqual(found.mapped('amount_at_stake'), [900.0, 100.0])
        self.assertEqual(found.mapped('limitation_days'), [171, 21], "the last day is one of them")
        self._pay(large, 840.0)
        self.assertEqual(Item.search(mine, order='amount_at_stake desc').move_id.ids, (far + small + large + passed).ids)

    # === THE LEGAL TRACK === #

    def test_the_track_knows_what_has_passed(self):
        self._ending_in(-1)
        self._sync()
        proceeding = self.env['recouvrement.proceeding'].browse(self._case().action_open_formal_notice()['res_id'])
        facts = proceeding._facts({})
        self.assertEqual((facts['not_prescribed'], facts['prescribed']), (False, True))
        for invoice in proceeding.item_ids.move_id:
            event = self._record(invoice, 'acknowledgement', day(-30))
        facts = proceeding._facts({})
        self.assertEqual((facts['not_prescribed'], facts['prescribed']), (True, False))
        event.revoke("Mistake")
        self.assertFalse(proceeding._facts({})['not_prescribed'])

    def test_what_cannot_be_told_is_not_taken_for_sure(self):
        self._ending_in(100)
        self._sync()
        proceeding = self.env['recouvrement.proceeding'].browse(self._case().action_open_formal_notice()['res_id'])
        self.debtor.recouvrement_regime = False
        facts = proceeding._facts({})
        self.assertEqual((facts['not_prescribed'], facts['prescribed']), (False, False))
