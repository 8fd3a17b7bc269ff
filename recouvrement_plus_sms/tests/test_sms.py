"""Reminders by SMS: who gets one, what it says, and what the operator answers. Only the operator's server is played."""
from odoo.addons.recouvrement_plus.tests.common import NOW, RecouvrementCommon, day
from odoo.addons.sms.tests.common import MockSMS
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestSms(RecouvrementCommon, MockSMS):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.level = cls._level(15)
        cls.level.channel = 'sms'
        cls.debtor.write({'phone': '06 12 34 56 78', 'country_id': cls.env.ref('base.fr').id})
        cls.invoice = cls._make_invoice(day(-20), 1000.0)

    def _reminder(self):
        self._night()
        return self._reminders()

    def _sent(self, reminder, **answer):
        with self.mockSMSGateway(**answer):
            reminder.send()
        return self._sms

    def test_it_leaves_with_the_figures_of_the_second(self):
        reminder = self._reminder()
        self.assertEqual((reminder.channel, reminder.state), ('sms', 'queued'))
        self._pay(self.invoice, 400.0)
        sent = self._sent(reminder)
        self.assertEqual([one['number'] for one in sent], ['+33612345678'])
        self.assertIn("600.00", sent[0]['body'])
        self.assertIn(reminder._reference_text(), sent[0]['body'])
        self.assertRecordValues(reminder, [{'state': 'sent', 'amount_due': 600.0, 'sms_number': '+33612345678'}])
        self.assertIn("600.00", reminder.event_ids.note)
        self.assertEqual(self._items(self.invoice).level_days, 15)

    def test_who_has_only_a_mobile_is_reached(self):
        self.debtor.email = False
        self.assertEqual(self._simulate()['channel'], 'sms')
        self.debtor.phone = '04 72 00 00 02'
        self.assertEqual(self._simulate()['reason'], 'no_contact', "a land line gets no SMS")

    def test_a_level_by_sms_needs_no_text_of_an_email(self):
        """Its own words are enough; who has no mobile reads them by e-mail."""
        self.level.write({'template_id': False, 'sms_text': "Please pay {amount}"})
        other = self._make_debtor("Sans mobile")
        self._make_invoice(day(-20), 50.0, partner=other)
        self.assertEqual(self._reminder().state, 'queued')
        mail = self._reminders(other)
        self.assertEqual((mail.channel, mail.state), ('email', 'queued'))
        self.assertIn("Please pay", mail.body_html)

    def test_what_was_paid_does_not_leave(self):
        reminder = self._reminder()
        self._pay(self.invoice)
        self.assertFalse(self._sent(reminder))
        self.assertEqual((reminder.state, reminder.reason), ('withdrawn', 'paid'))

    def test_sent_twice_it_leaves_once(self):
        reminder = self._reminder()
        self._sent(reminder)
        self.assertFalse(self._sent(reminder))

    def test_refused_by_the_operator_it_failed_and_somebody_is_told(self):
        reminder = self._reminder()
        self._sent(reminder, sim_error='credit')
        self.assertEqual((reminder.state, reminder.reason, reminder.note), ('failed', 'sms_failed', "Insufficient Credit"))
        self.assertIn("SMS", self._case().activity_ids.summary)
        self._sent(reminder)
        self.assertEqual(reminder.state, 'sent', "once there is credit it is sent again by hand")

    def test_without_an_answer_it_is_uncertain_and_not_sent_again(self):
        reminder = self._reminder()
        self._sent(reminder, sim_error='jsonrpc_exception')
        self.assertEqual(reminder.state, 'uncertain')
        self.assertFalse(self._sent(reminder))

    def test_delivery_reports_come_back(self):
        reminder = self._reminder()
        self._sent(reminder)
        tracker = self.env['sms.tracker'].search([('sms_uuid', '=', reminder.sms_uuid)])
        tracker._action_update_from_sms_state('sent')
        self.assertIn("Delivered", reminder.event_ids.mapped('note'))
        tracker._action_update_from_provider_error('not_delivered')
        self.assertEqual((reminder.state, reminder.reason), ('failed', 'bounced'))

    def test_a_land_line_gets_the_next_channel(self):
        self.debtor.phone = '01 23 45 67 89'
        self.assertEqual(self._reminder().channel, 'email')

    def test_a_number_on_the_blacklist_is_not_written_to(self):
        reminder = self._reminder()
        self.env['phone.blacklist'].sudo().create({'number': '+33612345678'})
        self.assertFalse(self._sent(reminder))
        self.assertEqual((reminder.state, reminder.reason), ('failed', 'blacklisted'))

    def test_in_the_night_it_waits_for_the_morning(self):
        self.company.write({'recouvrement_phone_from': 9, 'recouvrement_phone_to': 18})
        reminder = self._reminder()
        with self.mockSMSGateway():
            with freeze_time('2026-03-16 20:00:00'):
                self.env['recouvrement.reminder']._cron_send_sms()
            self.assertEqual((reminder.state, self._sms), ('queued', []))
            with freeze_time('2026-03-17 10:00:00'):
                self.env['recouvrement.reminder']._cron_send_sms()
        self.assertEqual((reminder.state, len(self._sms)), ('sent', 1))

    def test_words_with_an_unknown_place_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "{amout}"):
            self.level.sms_text = "You owe {amout}"

    def test_own_words_or_the_usual_ones_in_the_customer_s_language(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.env['ir.module.module'].search([('name', '=', 'recouvrement_plus_sms')])._update_translations(['fr_FR'])
        self.debtor.lang = 'fr_FR'
        reminder = self._reminder()
        self.assertIn("Merci de régler par virement", reminder._sms_body())
        self.level.with_context(lang='fr_FR').sms_text = "Il reste {amount}, {company}"
        self.assertIn("Il reste 1 000,00", reminder._sms_body(), "plain spaces: others make an SMS twice as dear")

    def test_a_text_in_own_words_is_what_leaves(self):
        self.level.automatic = False
        reminder = self._reminder()
        reminder.edit_text("Subject", "<p>Bonjour Paul,</p><p>il reste {amount}.</p>")
        self.assertIn("Bonjour Paul", reminder.body_html)
        self.assertEqual(reminder._text_to_edit()['body'].count("{amount}"), 1)
        self._pay(self.invoice, 400.0)
        reminder.approve()
        sent = self._sent(reminder)[0]['body']
        self.assertTrue(sent.startswith("Bonjour Paul,"))
        self.assertIn("600.00", sent)
        self.assertNotIn("overdue", sent)

    def test_own_words_with_an_unknown_place_are_refused(self):
        reminder = self._reminder()
        with self.assertRaisesRegex(ValidationError, "{amout}"):
            reminder.edit_text(body="<p>You owe {amout}</p>")

    def test_without_own_words_the_words_of_the_level_come_back(self):
        reminder = self._reminder()
        self.assertIn("{reference}", reminder._text_to_edit()['body'])
        reminder.edit_text(body="<p>Paul, please call.</p>")
        reminder.edit_text()
        self.assertIn("are overdue", reminder._sms_body())

    def test_a_company_without_telephone_offers_none(self):
        reminder = self._reminder()
        self.company.phone = False
        self.assertFalse("A question" in reminder._sms_body())
        self.company.phone = '01 23 45 67 89'
        self.assertIn(f"A question: {self.company.phone}", reminder._sms_body())
