"""What comes back to a reminder: answers of people, answers of robots, bounces."""
from odoo import fields
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import TODAY, RecouvrementCommon, day

ANSWER = """From: {sender}
To: {recipient}
Subject: Re: Reminder
Message-Id: <{id}@client.example>
In-Reply-To: {reference}
References: {reference}
{headers}Content-Type: text/plain; charset=utf-8

{body}
"""


@tagged('post_install', '-at_install')
class TestReply(RecouvrementCommon):

    def setUp(self):
        super().setUp()
        self._make_invoice(due=day(-4))
        self.env['recouvrement.run'].execute(TODAY)
        self.reminder = self.env['recouvrement.reminder'].search([('partner_id', '=', self.debtor.id)])
        self.reminder.sudo()._after_sending(True, False)
        self.case = self.reminder.case_id

    def _receive_mail(self, body="We will pay on Friday.", headers="", number=1):
        self.env['mail.thread'].message_process(False, ANSWER.format(
            sender=self.debtor.email, recipient='catchall@atelier.example', id=number, headers=headers, body=body,
            reference=self.reminder.mail_message_id.message_id))

    def test_an_answer_lands_on_the_case_and_pauses_it(self):
        self._receive_mail()
        self.assertIn("We will pay on Friday", self.case.message_ids[0].body)
        hold = self.case.hold_ids
        self.assertEqual((hold.kind, hold.date_from), ('replied', TODAY))
        self.assertEqual(hold.date_to, fields.Date.add(TODAY, days=self.company.recouvrement_reply_pause_days))
        self.assertTrue(self.case.activity_ids, "someone is asked to read it")

    def test_the_night_after_an_answer_leaves_the_customer_in_peace(self):
        self._receive_mail()
        self._make_invoice(due=day(-20))
        row = self.env['recouvrement.run'].simulate(TODAY, case_ids=self.case.ids)[0]
        self.assertEqual((row['decision'], row['reason']), ('hold', 'replied'))

    def test_robots_do_not_pause(self):
        for number, headers in enumerate((
                "Auto-Submitted: auto-replied\n", "Auto-Submitted: auto-generated; owner-email=\"x\"\n", "Precedence: bulk\n",
                "X-Autoreply: yes\n")):
            self._receive_mail("I am out of the office.", headers, number=10 + number)
        self.assertFalse(self.case.hold_ids)

    def test_a_person_whose_mailer_says_not_automatic_pauses(self):
        self._receive_mail(headers="Auto-Submitted: no\n")
        self.assertEqual(self.case.hold_ids.kind, 'replied')

    def test_a_bounce_marks_the_reminder_and_asks_for_another_address(self):
        self.env['mail.thread'].message_process(False, f"""From: MAILER-DAEMON@client.example
To: bounce@atelier.example
Subject: Undelivered Mail Returned to Sender
Message-Id: <bounce-1@client.example>
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

The address does not exist.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; client.example

Final-Recipient: rfc822; {self.debtor.email}
Action: failed
Status: 5.1.1

--B
Content-Type: message/rfc822

Message-Id: {self.reminder.mail_message_id.message_id}
Subject: Reminder
To: {self.debtor.email}

Hello

--B--
""")
        self.assertEqual((self.reminder.state, self.reminder.reason), ('failed', 'bounced'))
        self.assertTrue(self.case.activity_ids)

    def _receive_at(self, recipient, body="We will pay on Friday.", subject="Re: Reminder", sender=None, reference=None, number=90):
        """A message to any address, with or without a reference to the reminder."""
        text = ANSWER.format(sender=sender or self.debtor.email, recipient=recipient, id=number, headers="", body=body,
                             reference=reference or '').replace("Re: Reminder", subject)
        if not reference:
            text = '\n'.join(line for line in text.split('\n') if not line.startswith(('In-Reply-To', 'References')))
        return self.env['mail.thread'].message_process(False, text)

    def test_an_answer_to_the_shared_mailbox_lands_on_the_case(self):
        """lesson 27: even when that mailbox feeds something else."""
        Domain = self.env['mail.alias.domain']
        domain = Domain.search([], limit=1) or Domain.create({'name': 'atelier.example'})
        self.env['mail.alias'].create({
            'alias_name': 'compta', 'alias_domain_id': domain.id, 'alias_model_id': self.env['ir.model']._get_id('res.partner')})
        mailbox = f'compta@{domain.name}'
        self.company.recouvrement_reply_to = mailbox
        self._receive_at(mailbox, reference=self.reminder.mail_message_id.message_id)
        self.assertIn("We will pay on Friday", self.case.message_ids[0].body)
        self.assertEqual(self.case.hold_ids.kind, 'replied')

    def test_reminders_say_where_to_answer(self):
        self.company.recouvrement_reply_to = 'compta@atelier.example'
        other = self._make_debtor("Other")
        self._make_invoice(day(-20), partner=other)
        reminder = self._night().reminder_ids.filtered(lambda one: one.partner_id == other)
        self.assertEqual(reminder.mail_id.reply_to, 'compta@atelier.example')

    def test_a_new_message_that_quotes_the_reference_lands_on_the_case_if_the_customer_wrote_it(self):
        self.company.recouvrement_reply_to = 'compta@atelier.example'
        words = f"About {self.reminder._reference_text()}: which invoice?"
        self._receive_at('compta@atelier.example', words, "Question", number=91)
        self.assertEqual(self.case.hold_ids.kind, 'replied')
        self.case.hold_ids.date_to = day(-1)
        with self.assertRaises(ValueError), mute_logger('odoo.addons.mail.models.mail_thread'):
            self._receive_at('compta@atelier.example', words, "Question", sender='stranger@else.example', number=92)
        self.assertEqual(len(self.case.hold_ids), 1)

    def test_a_payment_said_to_have_left_is_proposed_as_announced(self):
        self._receive_mail("Bonjour, virement effectué ce jour.\n\nLe 15/03/2026, Atelier a écrit :\n> Relance", number=93)
        announced = self.case.hold_ids.filtered(lambda hold: hold.kind == 'announced')
        self.assertTrue(announced.proposed)
        self.assertEqual((announced.date_from, announced.date_to, announced.note), (
            TODAY, day(self.company.recouvrement_grace_days), "Bonjour, virement effectué ce jour."))
        task = self.case.activity_ids.filtered(
            lambda one: one.activity_type_id == self.env.ref('recouvrement_plus.mail_activity_type_announced'))
        self.assertEqual(task.date_deadline, day(self.company.recouvrement_grace_days + 1), "looked at once the grace is over")
        announced.action_confirm()
        self.assertFalse(announced.proposed)

    def test_a_second_announcement_does_not_prolong_the_first(self):
        for number in (94, 95):
            self._receive_mail("Payment sent today.", number=number)
        self.assertEqual(len(self.case.hold_ids.filtered(lambda hold: hold.kind == 'announced')), 1)

    def test_what_we_wrote_ourselves_announces_nothing(self):
        self._receive_mail("Vu.\n\nLe 15/03/2026, Atelier a écrit :\n> virement effectué ce jour ?", number=96)
        self.assertEqual(self.case.hold_ids.mapped('kind'), ['replied'])

    def test_a_robot_s_answer_in_plain_words_does_not_pause(self):
        subjects = "Réponse automatique : relance", "[Ticket#4521] Votre demande a été enregistrée", "Lu : relance"
        for number, subject in enumerate(subjects):
            self._receive_at('catchall@atelier.example', "Bonjour", subject, number=100 + number,
                             reference=self.reminder.mail_message_id.message_id)
        self.assertFalse(self.case.hold_ids)
        received = self.case.message_ids.filtered(lambda message: message.message_type == 'email')
        self.assertEqual(len(received), 3, "kept all the same")

    # === FOR WHOM HE WRITES === #

    def _answer_from(self, sender, body="Oui, virement effectué le 15/03/2026", message=None, number=120):
        reference = (message or self.reminder.mail_message_id).message_id
        self._receive_at('catchall@atelier.example', body, sender=sender, reference=reference, number=number)

    def test_a_colleague_s_mail_about_a_note_of_the_case_is_no_answer_of_the_customer(self):
        colleague = self._make_user('officer', login='colleague')
        colleague.email = 'colleague@atelier.example'
        note = self.case.message_post(body="Can you look?", subtype_xmlid='mail.mt_note', partner_ids=colleague.partner_id.ids)
        self._answer_from('colleague@atelier.example', message=note)
        self.assertEqual(self.case.message_ids[0].author_id, colleague.partner_id, "kept all the same")
        self.assertFalse(self.case.hold_ids)
        self.assertFalse(self.case.activity_ids)

    def test_nor_is_what_our_own_mailboxes_write(self):
        self.company.recouvrement_reply_to = 'relances@atelier.example'
        for number, sender in enumerate(('compta@atelier.example', 'relances@atelier.example')):
            self._answer_from(sender, number=130 + number)
        self.assertFalse(self.case.hold_ids)

    def test_a_colleague_of_the_customer_who_answers_announces_a_payment(self):
        self._answer_from('direction@client.example')
        self.assertEqual(set(self.case.hold_ids.mapped('kind')), {'replied', 'announced'})

    def test_a_stranger_who_answers_is_read_and_announces_nothing(self):
        """He has our message, so he may well be the customer's; his word holds nothing beyond the pause."""
        self.company.recouvrement_reply_to = 'relances@atelier.example'
        self._receive_at('relances@atelier.example', "Virement effectué le 15/03/2026", sender='mallory@else.example',
                         reference=self.reminder.mail_message_id.message_id, number=140)
        self.assertEqual(self.case.hold_ids.mapped('kind'), ['replied'])
        self.assertEqual(self.case.activity_ids.activity_type_id, self.env.ref('recouvrement_plus.mail_activity_type_reply'))
        self.assertIn("unknown address", self.case.activity_ids.summary)

    def test_an_address_at_a_public_provider_makes_nobody_a_colleague_of_the_customer(self):
        self.debtor.email = 'menuiserie.blanc@gmail.com'
        self._answer_from('someone.else@gmail.com', number=150)
        self.assertEqual(self.case.hold_ids.mapped('kind'), ['replied'])
        self._answer_from('menuiserie.blanc@gmail.com', number=151)
        self.assertIn('announced', self.case.hold_ids.mapped('kind'))

    def test_a_bounce_is_in_the_history(self):
        self.reminder.sudo()._bounced('x@client.example')
        self.assertIn('failed', self.reminder.event_ids.mapped('kind'))

    # === FROM THE ANSWER TO THE DISPUTE === #

    def _open_dispute(self, **vals):
        """The window of the answer, as an officer fills it in."""
        officer = self._make_user('officer')
        action = self.case.with_user(officer).action_dispute_answer()
        form = Form(self.env[action['res_model']].with_user(officer).with_context(**action['context']))
        form.reason = 'delivery'
        for name, value in vals.items():
            form[name] = value
        step = form.save()
        step.action_apply()
        return self.env['recouvrement.dispute'].search([('partner_id', '=', self.debtor.id)])

    def test_an_answer_becomes_a_dispute_of_the_invoices_reminded(self):
        """Prefilled with the reminder answered and the customer's words; the answer is its document."""
        later = self._make_invoice(due=day(20))
        self._sync()
        self._receive_mail("Two pallets are missing.\n\n> Reminder", number=110)
        self.assertTrue(self.case.has_answer)
        self.assertEqual(self.case.hold_ids.reminder_id, self.reminder)
        dispute = self._open_dispute(amount=250.0)
        self.assertRecordValues(dispute, [{
            'move_id': self.reminder.item_ids.move_id.id, 'amount': 250.0, 'reason': 'delivery', 'origin': 'reply',
            'note': "Two pallets are missing."}])
        self.assertNotEqual(dispute.move_id, later)
        document = self.env['ir.attachment'].search([('res_model', '=', dispute._name), ('res_id', '=', dispute.id)])
        self.assertIn(b'Two pallets are missing.', document.raw)
        self.assertIn(self.debtor.email.encode(), document.raw)

    def test_a_second_dispute_from_the_same_answer_is_the_same(self):
        self._receive_mail("Two pallets are missing.", number=111)
        first = self._open_dispute(amount=250.0)
        action = self.case.action_dispute_answer()
        step = self.env[action['res_model']].with_context(**action['context']).create({'reason': 'delivery', 'amount': 250.0})
        step.action_apply()
        self.assertEqual(self.env['recouvrement.dispute'].search([('partner_id', '=', self.debtor.id)]), first)

    def test_without_an_answer_the_case_asks_for_the_invoice(self):
        self.assertFalse(self.case.has_answer)
        self.assertEqual(self.case.action_dispute_answer()['res_model'], 'recouvrement.dispute')
