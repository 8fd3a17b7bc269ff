"""Letters by Snailmail: what leaves, and what the service answers. Only the service is played: nothing asks the network."""
import base64
import io
from unittest.mock import patch

from odoo.addons.recouvrement_plus.tests.common import NOW, RecouvrementCommon, day
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools.pdf import PdfFileWriter

SERVICE = 'odoo.addons.snailmail.models.snailmail_letter.iap_tools.iap_jsonrpc'


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestSnailmail(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.recouvrement_snailmail = True
        cls._level(15).channel = 'letter'
        cls.debtor.write({'street': "3 rue Haute", 'zip': '75011', 'city': "Paris", 'country_id': cls.env.ref('base.fr').id})
        cls.invoice = cls._make_invoice(day(-20), 1000.0)

    def setUp(self):
        super().setUp()
        writer, stream = PdfFileWriter(), io.BytesIO()
        writer.add_blank_page(width=595, height=842)
        writer.write(stream)
        self.patch(self.env.registry['recouvrement.letter'], '_pdf', lambda *args, **kwargs: stream.getvalue())
        self.asked = []

    def _reminder(self):
        self._night()
        return self._reminders()

    def _answer(self, _address, params=None, **kwargs):
        self.asked.append(params)
        error = {'error': self.error} if self.error else {'sent': True, 'send_id': '42'}
        return {'request_code': 200, 'request': {'documents': [one | error for one in params['documents']]}}

    def _sent(self, reminder, error='', answer=None):
        self.error = error
        with patch(SERVICE, answer or self._answer):
            reminder.send()
        return self.asked

    def test_it_is_posted_with_its_number(self):
        reminder = self._reminder()
        self.assertEqual((reminder.channel, reminder.state), ('letter', 'queued'))
        asked = self._sent(reminder)
        document = asked[0]['documents'][0]
        self.assertEqual((len(asked), document['address']['city']), (1, "Paris"))
        self.assertTrue(base64.b64decode(document['pdf_bin']).startswith(b'%PDF'))
        self.assertEqual((reminder.state, reminder.snailmail_ids.state), ('sent', 'sent'))
        self.assertIn("42", reminder.event_ids.filtered(lambda event: event.kind == 'posted').note)
        self.assertEqual(len(self._sent(reminder)), 1, "sent twice it is posted once")

    def test_what_was_paid_is_not_posted(self):
        reminder = self._reminder()
        self._pay(self.invoice)
        self.assertFalse(self._sent(reminder))
        self.assertEqual((reminder.state, reminder.reason), ('withdrawn', 'paid'))

    def test_refused_it_failed_and_core_never_tries_again_by_itself(self):
        reminder = self._reminder()
        self._sent(reminder, 'CREDIT_ERROR')
        self.assertEqual((reminder.state, reminder.reason), ('failed', 'snailmail_failed'))
        self.assertTrue(reminder.note and self._case().activity_ids)
        self.assertEqual(reminder.snailmail_ids.state, 'canceled')
        with patch(SERVICE, self._answer):
            reminder.snailmail_ids.snailmail_print()
            self.env['snailmail.letter']._snailmail_cron(autocommit=False)
        self.assertEqual(len(self.asked), 1)
        self._sent(reminder)
        self.assertEqual((reminder.state, len(self.asked)), ('sent', 2), "once there is credit a person sends it again")

    def test_a_refusal_tells_no_secret_and_no_letter_is_said_to_be_sent(self):
        """The service's own words link to a page that buys credit, with the token of our account."""
        reminder = self._reminder()
        self._sent(reminder, 'CREDIT_ERROR')
        self.assertEqual(reminder.event_ids.mapped('kind'), ['failed'])
        told = [reminder.note, *reminder.event_ids.mapped('note')]
        for task in self._case().activity_ids:
            told += [task.summary or '', str(task.note or '')]
        for words in told:
            self.assertNotIn('account_token', words)
            self.assertNotIn('http', words)
        self._sent(reminder)
        self.assertEqual(reminder.event_ids.sorted('id').mapped('kind'), ['failed', 'sent', 'posted'])

    def test_without_an_answer_it_is_uncertain_and_not_posted_again(self):
        def silence(*args, **kwargs):
            raise AccessError("no answer")
        reminder = self._reminder()
        self._sent(reminder, answer=silence)
        self.assertEqual(reminder.state, 'uncertain')
        self.assertFalse(self._sent(reminder))

    def test_an_address_that_the_service_cannot_use(self):
        self.debtor.zip = False
        reminder = self._reminder()
        self.assertFalse(self._sent(reminder))
        self.assertEqual(reminder.state, 'failed')

    def test_penalties_are_claimed_once_the_service_has_taken_it(self):
        self._level(15).needs_statement = True
        self.company.recouvrement_contract_rate = 12.0
        reminder = self._reminder()
        self._sent(reminder, 'CREDIT_ERROR')
        self.assertFalse(self._case().penalty_ids)
        self._sent(reminder)
        self.assertEqual(bool(self._case().penalty_ids), reminder._use() == 'claim')

    def test_switched_off_the_letter_is_for_a_person_to_post(self):
        self.company.recouvrement_snailmail = False
        reminder = self._reminder()
        self.assertFalse(self._sent(reminder))
        self.assertEqual((reminder.state, reminder.snailmail_ids.ids), ('sent', []))
