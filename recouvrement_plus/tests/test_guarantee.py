"""The guarantor's file: what the deed says, the notices due with their proofs, and the case file that holds them."""
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import TODAY, day
from .test_case_file import CaseFileCommon

PROOF = {'filename': "letter.pdf", 'datas': 'UERG'}


@tagged('post_install', '-at_install')
class TestGuarantee(CaseFileCommon):

    def _guarantee(self, **vals):
        return self.env['recouvrement.clause'].create({
            'case_id': self._case().id, 'kind': 'guarantee', 'guarantor': "Mme Roux", 'guarantee_kind': 'joint', 'amount': 5000.0,
            'date_accepted': day(-400), 'proof': "Deed of 9 February", **vals})

    def _notice(self, guarantee, **vals):
        return self.env['recouvrement.guarantee.notice'].create({
            'clause_id': guarantee.id, 'name': "Yearly information", 'source': "Counsel, 3 March", 'date_due': day(15), **vals})

    def test_a_guarantee_that_may_no_longer_be_called_opens_no_step(self):
        proceeding = self._ripe()
        guarantee = self._guarantee(date_expiry=day(-1))
        self.assertIn('guarantee_clause', self._step(proceeding, 'call_guarantor')['missing'])
        guarantee.sudo().date_expiry = TODAY
        self.assertNotIn('guarantee_clause', self._step(proceeding, 'call_guarantor')['missing'])

    def test_kind_and_last_day_are_those_of_a_guarantee(self):
        for vals in ({'kind': 'acceleration'}, {'date_expiry': day(-500)}):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self._guarantee(**vals)

    def test_a_notice_is_a_task_until_it_was_given(self):
        notice = self._notice(self._guarantee())
        task = notice.activity_id
        self.assertEqual((task.res_model, task.res_id, task.date_deadline), ('recouvrement.case', self._case().id, day(15)))
        self.assertIn("Mme Roux", task.summary)
        notice.date_due = day(20)
        self.assertEqual(notice.activity_id.date_deadline, day(20))
        action = notice.action_mark_given()
        form = Form(self.env[action['res_model']].with_context(**action['context']))
        form.proof = 'UERG'
        form.save().action_apply()
        self.assertEqual((notice.date_given, notice.attachment_id.res_id), (TODAY, notice.id))
        self.assertFalse(notice.activity_id)

    def test_what_was_given_stays(self):
        notice = self._notice(self._guarantee())
        with self.assertRaisesRegex(UserError, "still to come"):
            notice.mark_given(day(1), PROOF)
        with self.assertRaisesRegex(UserError, "proof is a file"):
            notice.mark_given(TODAY, None)
        with self.assertRaisesRegex(UserError, "Given"):
            notice.date_given = TODAY
        notice.mark_given(day(-1), PROOF)
        notice.mark_given(TODAY, PROOF)
        self.assertEqual(notice.date_given, day(-1))
        with self.assertRaisesRegex(UserError, "Given"):
            notice.name = "Another"
        with self.assertRaises(UserError):
            notice.unlink()

    def test_the_legal_role_alone(self):
        notice = self._notice(self._guarantee())
        for role in ('officer', 'manager'):
            user = self._make_user(role)
            self.assertTrue(notice.with_user(user).name)
            with self.subTest(role=role), self.assertRaises(AccessError):
                notice.with_user(user).mark_given(TODAY, PROOF)

    def test_it_is_in_the_case_file_with_its_proofs(self):
        proceeding = self._ripe()
        without = proceeding.export_file()
        self.assertNotIn('guarantees.csv', self._zip(without))
        notice = self._notice(self._guarantee())
        notice.mark_given(day(-1), PROOF)
        content = self._zip(proceeding.export_file())
        (row,) = self._rows(content['guarantees.csv'])
        self.assertEqual((row['guarantor'], row['amount'], row['notice'], row['given']),
                         ("Mme Roux", '5000.00', "Yearly information", str(day(-1))))
        kinds = [one['kind'] for one in self._rows(content['index.csv'])]
        self.assertIn('guarantee', kinds)
        self.assertEqual(proceeding.export_file(), proceeding.export_file())
