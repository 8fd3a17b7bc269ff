"""After the declaration: the interruption that it proposes, and what makes the claim irrecoverable."""
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOW, TODAY, day
from .test_insolvency import InsolvencyCommon

CERTIFICATE = {'filename': "certificate.pdf", 'datas': 'UERG'}


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestInsolvencyAfter(InsolvencyCommon):

    def setUp(self):
        super().setUp()
        self._fake_pdf()

    # === WHAT IS OWED FROM BEFORE IS NOT PROMISED === #

    def _refused(self, ask, *args, **kwargs):
        """Refused by name of the judgment, with nothing written."""
        records = [self.env[model].sudo() for model in ('recouvrement.promise', 'recouvrement.agreement', 'recouvrement.hold')]
        before = [model.search_count([]) for model in records]
        with self.assertRaisesRegex(UserError, f"judgment of 02/14/2026.*L622-7.*{self.before.name}"):
            ask(*args, **kwargs)
        self.assertEqual([model.search_count([]) for model in records], before)

    def test_debts_of_before_the_judgment_are_not_promised_nor_paid_by_instalments(self):
        self._record()
        officer = self._make_user('officer')
        case, prior = self.case.with_user(officer), self._items(self.before)
        for items in (prior, prior | self._items(self.after)):
            self._refused(case.promise_to_pay, str(day(5)), None, items.ids)
            self._refused(case.propose_agreement, 2, str(day(10)), 0, items.ids)
        self._refused(case.log_call, 'promise', {'date_promised': str(day(5)), 'item_ids': prior.ids})

    def test_later_debts_are_promised_as_ever(self):
        self._record()
        promise = self.env['recouvrement.promise'].browse(self.case.promise_to_pay(str(day(5)))['id'])
        self.assertEqual((promise.item_ids.move_id, promise.amount), (self.after, 400.0))
        self.assertEqual(self.env['recouvrement.promise.step'].new({'case_id': self.case.id}).item_ids._origin.move_id, self.after)
        self.assertTrue(self.case.propose_agreement(2, str(day(10))))

    def test_with_nothing_later_nothing_is_promised(self):
        self._pay(self.after)
        self._record()
        self._refused(self.case.promise_to_pay, str(day(5)))

    def test_a_judgment_that_no_longer_stands_forbids_nothing(self):
        self._record().apply_transition('set_judgment_aside', {'done_on': str(TODAY), 'reason': "Appeal"})
        self.assertEqual(self.case.promise_to_pay(str(day(5)))['amount'], '1400.00')

    def test_a_proposal_of_before_is_not_signed_after(self):
        proposal = self.env['recouvrement.agreement'].browse(
            self.case.propose_agreement(2, str(day(10)), 0, self._items(self.before).ids)['id'])
        self._record()
        proof = {'filename': "signed.pdf", 'datas': 'UERG'}
        self._refused(proposal.sign, str(day(-30)), "Mme Blanc", proof)
        proposal.sign(str(day(-31)), "Mme Blanc", proof)
        self.assertEqual(proposal.state, 'running', "what was signed before the judgment acknowledges the debt")

    # === WHAT WAS PROMISED BEFORE === #

    def _night_on(self, offset):
        with freeze_time(f'{day(offset)} 04:00:00'):
            self._night(day(offset))

    def _judged(self, offset):
        """A judgment of a day to come, as its hold tells it, whoever recorded it."""
        self.env['recouvrement.hold'].sudo().create({
            'case_id': self.case.id, 'kind': 'insolvency', 'date_from': day(offset), 'note': "Opening judgment"})

    def _asked(self, kind):
        return self.case.activity_ids.filtered(
            lambda task: task.activity_type_id == self.env.ref(f'recouvrement_plus.mail_activity_type_{kind}'))

    def _told(self, words):
        return any(words in body for body in self.case.message_ids.mapped('body'))

    def _promised(self, invoice, offset=5):
        return self.env['recouvrement.promise'].browse(
            self.case.promise_to_pay(str(day(offset)), None, self._items(invoice).ids)['id'])

    def test_a_promise_that_the_judgment_forbids_to_keep_is_not_broken(self):
        """Nobody is asked to call a customer in insolvency about a payment that the law forbids (C. com. art. L622-7)."""
        promise = self._promised(self.before)
        self._record(judgment=-1, date_published=False)
        self.assertEqual(promise.state, 'cancelled')
        self.assertTrue(self._told("L622-7"))
        self.assertEqual(self._reasons()[self.before.name], ('hold', 'insolvency'))
        self._night_on(10)
        self.assertEqual(promise.state, 'cancelled')
        self.assertFalse(self._asked('promise'))

    def test_what_waits_for_an_approval_is_taken_back_with_the_judgment(self):
        """The case does not go on asking for the approval of a formal notice that may not leave."""
        self._night()
        notice = self._reminders(self.case.partner_id)
        self.assertEqual(notice.state, 'draft')
        self._pay(self.after)
        self._record()
        self.assertEqual((notice.state, notice.reason), ('withdrawn', 'insolvency'))

    def test_a_message_that_cannot_be_looked_at_keeps_no_judgment_from_being_recorded(self):
        self._night()
        def broken(reminder):
            raise ValueError("bad data")
        self.patch(self.env.registry['recouvrement.reminder'], '_refuse_or_refresh', broken)
        with mute_logger('odoo.addons.recouvrement_plus.models.recouvrement_night_chunks'):
            self.assertTrue(self._record().exists())

    def test_the_case_tells_the_day_of_the_judgment_as_the_reader_writes_days(self):
        self._record()
        self.assertTrue(self._told("judgment of 02/14/2026"))

    def test_what_was_promised_before_is_over_or_broken_by_the_day_of_the_judgment(self):
        """Read by the night, as where another company recorded the judgment; in neither case does anybody call."""
        for judgment, state in ((2, 'cancelled'), (8, 'cancelled'), (9, 'broken')):
            with self.subTest(judgment=judgment), self.env.cr.savepoint() as undone:
                promise = self._promised(self.before)
                self._judged(judgment)
                self._night_on(10)
                self.assertEqual(promise.state, state)
                self.assertFalse(self._asked('promise'))
                undone.rollback()
                self.env.invalidate_all()

    def test_a_promise_of_later_debts_is_looked_at_as_ever(self):
        self._record()
        promise = self._promised(self.after)
        self._night_on(10)
        self.assertEqual(promise.state, 'broken')
        self.assertTrue(self._asked('promise'))

    def _agreed(self):
        agreement = self.env['recouvrement.agreement'].browse(
            self.case.propose_agreement(2, str(day(10)), 0, self._items(self.before).ids)['id'])
        agreement.sign(str(day(0)), "Mme Blanc", {'filename': "signed.pdf", 'datas': 'UERG'})
        return agreement

    def test_an_agreement_does_not_lapse_for_payments_that_the_judgment_forbids(self):
        """No letter says that all is due at once to a customer who may not pay."""
        agreement = self._agreed()
        self._judged(5)
        self._night_on(40)
        self.assertEqual((agreement.state, agreement.lapse_letter_id.ids), ('running', []))
        self.assertFalse(agreement.date_judgment, "the judgment is of a day to come")
        with freeze_time(day(5)):
            agreement.invalidate_recordset(['date_judgment'])
            self.assertEqual(agreement.date_judgment, day(5), "the screen says why it goes on")
        self.assertFalse(self._asked('agreement'))

    def test_an_agreement_that_lapsed_before_the_judgment_lapses_without_a_letter(self):
        agreement = self._agreed()
        self._judged(39)
        self._night_on(40)
        self.assertEqual((agreement.state, agreement.lapse_letter_id.ids), ('lapsed', []))
        self.assertFalse(self._asked('agreement'))

    # === THE INTERRUPTION === #

    def _watch(self):
        self.env['recouvrement.limitation.event']._watch(self.company, TODAY)
        self.env.invalidate_all()

    def test_a_declaration_proposes_an_interruption_with_its_document(self):
        """Once, for the debts declared; nothing moves before the legal role records it."""
        self._watch()
        item = self._items(self.before)
        before = item.limitation_date
        self.assertTrue(before)
        record = self._declared(self._record(), day(-2))
        self._watch()
        self._watch()
        event = self.before.recouvrement_limitation_event_ids
        approved = record.event_ids.filtered(lambda one: one.action == 'approve_declaration')
        self.assertRecordValues(event, [{
            'kind': 'claim_declaration', 'date': day(-2), 'state': 'proposed', 'origin': 'declaration', 'item_id': item.id,
            'attachment_id': approved.attachment_id.id}])
        self.assertIn("verified by counsel", event.note)
        self.assertFalse(self.after.recouvrement_limitation_event_ids, "not declared")
        self.assertEqual(item.limitation_date, before)
        with self.assertRaises(AccessError):
            event.with_user(self._make_user('manager')).record()
        event.record()
        self.assertEqual(event.state, 'recorded')
        self.assertNotEqual(item.limitation_date, before)

    def test_the_proof_of_the_sending_is_the_better_document(self):
        record = self._record()
        record.apply_transition('prepare_declaration')
        record.apply_transition('approve_declaration')
        record.apply_transition('send_declaration', {
            'sent_on': str(TODAY), 'channel': 'registered_letter', 'document': {'filename': "receipt.pdf", 'datas': 'UERG'}})
        self._watch()
        self.assertEqual(self.before.recouvrement_limitation_event_ids.attachment_id.name, "receipt.pdf")

    def test_not_when_the_judgment_was_set_aside(self):
        record = self._declared(self._record())
        record.apply_transition('set_judgment_aside', {'done_on': str(TODAY), 'reason': "Appeal"})
        self._watch()
        self.assertFalse(self.before.recouvrement_limitation_event_ids)

    # === WHAT MAKES IT IRRECOVERABLE === #

    def _ended(self):
        """A proceeding on the earlier debt that ended as irrecoverable."""
        return self.env['recouvrement.proceeding'].sudo().create({
            'case_id': self.case.id, 'company_id': self.company.id, 'item_ids': [Command.set(self._items(self.before).ids)],
            'state': 'irrecoverable'}).with_env(self.env)

    def _ground(self):
        proposed = self._ended().propose_write_off()
        return proposed['ground'], proposed['event_date']

    def test_a_liquidation_from_its_judgment(self):
        self._record(kind='liquidation')
        self.assertEqual(self._ground(), ('liquidation', str(day(-30))))
        context = self._ended().action_prepare_write_off()['context']
        self.assertIn("Judgment of liquidation", context['default_reason'])

    def test_a_receivership_alone_makes_nothing_irrecoverable(self):
        self._record(kind='redressement')
        self.assertEqual(self._ground(), ('abandoned', ''))

    def test_a_receivership_converted_from_the_conversion(self):
        record = self._record(kind='redressement')
        record.apply_transition('convert', {'done_on': str(day(-3)), 'kind': 'liquidation'})
        self.assertEqual(self._ground(), ('liquidation', str(day(-3))))

    def test_a_certificate_from_its_day(self):
        record = self._record(kind='redressement')
        with self.assertRaises(UserError):
            record.apply_transition('record_certificate', {'done_on': str(day(-1))})
        with self.assertRaises(AccessError):
            record.with_user(self._make_user('officer')).apply_transition(
                'record_certificate', {'done_on': str(day(-1)), 'document': CERTIFICATE})
        record.apply_transition('record_certificate', {'done_on': str(day(-1)), 'document': CERTIFICATE})
        self.assertEqual(record.event_ids[0].document_id.name, "certificate.pdf")
        self.assertEqual(self._ground(), ('certificate', str(day(-1))))

    def test_without_insolvency_only_an_enforcement_shows_it(self):
        self.assertEqual(self._ground(), ('abandoned', ''))
        proceeding = self._ended()
        proceeding.sudo().state = 'enforcement'
        proceeding.apply_transition('close_irrecoverable', {'done_on': str(day(-4)), 'reason': "Nothing to seize"})
        self.assertEqual(proceeding.propose_write_off()['ground'], 'enforcement')

    def test_a_hold_of_insolvency_without_its_judgment_is_no_liquidation(self):
        self._hold('insolvency')
        self.assertEqual(self._ground(), ('abandoned', ''))
