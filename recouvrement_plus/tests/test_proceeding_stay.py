"""A proceeding stayed by a judgment that no longer stands goes on where it stood, by the legal role, with its proof."""
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import NOW, TODAY, day
from .test_proceeding_track import LED, TrackCommon

PROOF = {'filename': "appeal.pdf", 'datas': 'UERG'}
RESUMED = {'done_on': str(TODAY), 'reason': "Judgment set aside on appeal", 'document': PROOF}


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestProceedingStay(TrackCommon):

    def setUp(self):
        super().setUp()
        self.proceeding = self._granted()
        self.before = self._dates(self.proceeding)
        given = self.env['recouvrement.insolvency'].record(
            self._case().id, day(-5), 'redressement', "Tribunal des activités économiques de Lyon", source="Letter")
        self.insolvency = self.env['recouvrement.insolvency'].browse(given['id'])

    def _set_aside(self):
        self.insolvency.apply_transition('set_judgment_aside', {'done_on': str(TODAY), 'reason': "Appeal"})

    def test_the_stay_stops_what_was_to_be_done(self):
        self.assertIn('order_service', self.before)
        self.assertEqual(self.proceeding.state, 'insolvency')
        self.assertNotIn('order_service', self._dates(self.proceeding), "nobody is asked to serve an order that is stayed")

    def test_it_resumes_where_it_stood_with_its_deadlines(self):
        self._set_aside()
        task = self.proceeding.activity_ids.filtered(lambda one: "no longer stands" in (one.summary or ''))
        self.assertEqual(task.user_id, self.env.user)
        result = self.proceeding.apply_transition('resume', RESUMED)
        self.assertEqual(result['state'], 'order_granted')
        self.assertEqual(self._dates(self.proceeding), self.before)
        line = self.proceeding.deadline_ids.filtered(lambda line: line.state == 'open' and line.code == 'order_service')
        self.assertFalse(line.confirmed)
        self.assertIn("to be verified by counsel", line._summary())
        self.assertTrue(line.activity_ids, "the task is there again")
        self.assertFalse(task.exists())
        event = self.proceeding.event_ids[0]
        self.assertEqual((event.action, event.state_from, event.state_to), ('resume', 'insolvency', 'order_granted'))
        self.assertEqual((event.document_id.name, event.facts['reason']), ("appeal.pdf", "Judgment set aside on appeal"))
        self.assertIn('order_service', [one['code'] for one in event.deadlines])
        self.proceeding.apply_transition('serve_order', {'done_on': str(TODAY), **LED})

    def test_recorded_by_mistake_as_well(self):
        self.insolvency.apply_transition('cancel_record', {'reason': "Another company"})
        self.assertEqual(self.proceeding.apply_transition('resume', RESUMED)['state'], 'order_granted')

    def test_the_screen_offers_it_to_the_legal_role_and_asks_for_the_proof(self):
        self.assertFalse(self.proceeding.can_resume)
        self._set_aside()
        self.env.invalidate_all()
        self.assertTrue(self.proceeding.can_resume)
        action = self.proceeding.with_context(recouvrement_step='resume').action_step()
        form = Form(self.env[action['res_model']].with_context(**action['context']))
        form.reason = "Appeal"
        self.assertTrue(form.unconfirmed)
        with self.assertRaises(AssertionError):
            form.save()  # without the proof

    def test_not_while_the_judgment_stands(self):
        with self.assertRaisesRegex(UserError, "insolvency proceedings"):
            self.proceeding.apply_transition('resume', RESUMED)

    def test_a_closing_of_the_proceedings_resumes_nothing(self):
        """What a closing gives back to creditors is not written in the sources: refused."""
        self.insolvency.apply_transition('close_procedure', {'done_on': str(TODAY), 'closure': 'insufficient_assets'})
        with self.assertRaisesRegex(UserError, "insolvency proceedings"):
            self.proceeding.apply_transition('resume', RESUMED)

    def test_neither_without_reason_nor_proof_nor_by_another_role(self):
        self._set_aside()
        for name in RESUMED:
            with self.subTest(name=name), self.assertRaises(UserError):
                self.proceeding.apply_transition('resume', {**RESUMED, name: None})
        for role in ('officer', 'manager'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.proceeding.with_user(self._make_user(role)).apply_transition('resume', RESUMED)

    def test_a_notice_not_sent_goes_on_too(self):
        self._set_aside()
        other = self._make_debtor("Scierie Noir")
        self._make_invoice(day(-40), partner=other)
        self._sync()
        proceeding = self._open(other)
        given = self.env['recouvrement.insolvency'].record(self._case(other).id, day(-5), 'redressement', "Lyon", source="Letter")
        self.env['recouvrement.insolvency'].browse(given['id']).apply_transition('cancel_record', {'reason': "Twin"})
        self.assertEqual(proceeding.apply_transition('resume', RESUMED)['state'], 'draft')
