"""The corrective invoices of art. 272 leave by Odoo's mail or otherwise, by an accountant, with date and proof."""
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import TODAY, day
from .test_bad_debt import PROOF, BadDebtCommon


@tagged('post_install', '-at_install')
class TestBadDebtSending(BadDebtCommon):

    def setUp(self):
        super().setUp()
        self._fake_pdf()
        self.debt = self._write_off(self._taxed())
        self.debt.post()
        self.debt.make_corrective_invoices()

    def test_it_leaves_with_the_words_and_the_file_once(self):
        with self.mock_mail_gateway():
            sent = self.debt.send_corrective_invoices()
            self.assertEqual(self.debt.send_corrective_invoices(), sent)
        (mail,) = self._mails
        self.assertIn(self.debtor.email, mail['email_to'][0])
        self.assertIn("qui ne peut faire l'objet d'une déduction (art. 272 du CGI)", mail['body'].replace('&#39;', "'"))
        self.assertEqual([name for name, _content, _type in mail['attachments']], self.debt.document_ids.mapped('name'))
        self.assertEqual((self.debt.date_corrective_sent, self.debt.corrective_channel, self.debt.corrective_sent_by_id),
                         (TODAY, 'email', self.env.user))
        self.assertEqual(self.debt.corrective_message_id.attachment_ids, self.debt.document_ids)
        self.assertIn("corrective invoices sent", self._case().message_ids[0].body)

    def test_the_window_of_odoo_is_filled_in_and_its_sending_counts(self):
        action = self.debt.action_send_corrective_invoices()
        with self.mock_mail_gateway():
            form = Form(self.env['mail.compose.message'].with_context(**action['context']))
            self.assertEqual(form.subject, f"{self.company.name}: duplicate of unpaid invoices (CGI art. 272)")
            form.save()._action_send_mail()
        self.assertEqual(len(self._mails), 1)
        self.assertEqual(self.debt.date_corrective_sent, TODAY)

    def test_to_the_liquidator_of_a_customer_in_liquidation(self):
        liquidator = self.env['res.partner'].create({'name': "SELARL Durand", 'email': "durand@mj.example"})
        self.env['recouvrement.insolvency'].record(
            self._case().id, day(-30), 'liquidation', "Lyon", source="Letter", holder_id=liquidator.id)
        with self.mock_mail_gateway():
            self.assertEqual(self.debt.send_corrective_invoices()['partner_ids'], liquidator.ids)

    def test_a_note_is_no_sending(self):
        self.debt.message_post(body="To do", attachment_ids=self.debt.document_ids.ids)
        self.assertFalse(self.debt.date_corrective_sent)

    def test_by_post_with_its_proof(self):
        self.debtor.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self.debt.send_corrective_invoices()
        for arguments in ((day(1), 'letter', PROOF), (day(-900), 'letter', PROOF), (TODAY, 'pigeon', PROOF),
                          (TODAY, 'letter', None)):
            with self.subTest(arguments=arguments), self.assertRaises(UserError):
                self.debt.record_corrective_sent(*arguments)
        form = Form(self.env['recouvrement.bad.debt.sent'].with_context(default_debt_id=self.debt.id))
        form.proof = 'UERG'
        form.save().action_record()
        self.assertEqual((self.debt.corrective_channel, self.debt.corrective_proof_id.raw), ('registered_letter', b'PDF'))

    def test_by_an_accountant_once_they_are_made(self):
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_model'):
            self.debt.with_user(self._make_user('manager')).send_corrective_invoices()
        other = self._write_off(self._taxed())
        other.post()
        with self.assertRaisesRegex(UserError, "Make the corrective invoices first"):
            other.send_corrective_invoices()
