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

REPORT = """From: MAILER-DAEMON@client.example
To: {to}
Subject: Delivery Status Notification
Message-Id: <report-{number}@client.example>
{headers}Content-Type: multipart/report; report-type={kind}; boundary="B"

--B
Content-Type: text/plain

What became of your message.

--B
Content-Type: message/{kind}

Reporting-MTA: dns; client.example

Final-Recipient: rfc822; {address}
{fields}

--B
Content-Type: message/rfc822

Message-Id: {reference}
Subject: Reminder
To: {address}

Hello

--B--
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

    def _receive_report(self, fields, kind='delivery-status', to='bounce@atelier.example', address=None, headers='', number=1):
        """A report of a mail server about the reminder."""
        self.env['mail.thread'].message_process(False, REPORT.format(
            address=address or self.debtor.email, reference=self.reminder.mail_message_id.message_id, fields=fields, kind=kind,
            to=to, headers=headers, number=number))

    def test_a_message_that_is_late_delivered_or_read_is_no_bounce(self):
        """A late one is still on its way, a delivered or read one has arrived: sending again would be a second time."""
        contact, before = self.debtor, len(self.case.activity_ids)
        for number, fields_ in enumerate((
                "Action: delayed\nStatus: 4.4.1\nWill-Retry-Until: Mon, 16 Mar 2026 12:00:00 +0100",
                "Action: delivered\nStatus: 2.0.0", "Action: relayed\nStatus: 2.0.0", "Action: expanded\nStatus: 2.0.0")):
            self._receive_report(fields_, number=200 + number)
        for to in ('catchall@atelier.example', 'bounce@atelier.example'):
            number += 1
            self._receive_report(
                "Disposition: manual-action/MDN-sent-manually; displayed", 'disposition-notification', to=to, number=200 + number,
                headers=f"References: {self.reminder.mail_message_id.message_id}\n")
        self.assertEqual((self.reminder.state, self.reminder.reason), ('sent', False))
        self.assertEqual((len(self.case.activity_ids), contact.message_bounce), (before, 0))
        self.assertFalse(self.case.hold_ids)

    def test_a_report_without_action_bounces_when_its_status_is_final(self):
        self._receive_report("Status: 5.1.1", number=210)
        self.assertEqual((self.reminder.state, self.reminder.reason), ('failed', 'bounced'))

    def test_a_report_that_nobody_can_read_is_a_bounce_when_a_mail_server_wrote_it(self):
        self._receive_report("X-Nothing: known", number=211)
        self.assertEqual((self.reminder.state, self.reminder.reason), ('failed', 'bounced'))

    def test_after_a_second_sending_only_what_came_back_from_it_counts(self):
        """One address was put right and the other received it this time: nothing leaves a third time."""
        self.reminder.sudo().email_to = 'first@client.example, second@client.example'
        for address in ('first@client.example', 'second@client.example'):
            self._receive_report("Action: failed\nStatus: 5.2.2", address=address, number=220 + len(address))
        self.assertEqual(self.reminder.state, 'failed')
        self.reminder.sudo().email_to = 'right@client.example, second@client.example'
        self.reminder.sudo()._after_sending(True, False)
        self._receive_report("Action: failed\nStatus: 5.1.1", address='right@client.example', number=230)
        self.assertEqual(self.reminder.state, 'sent', "the second address has it")
        self.assertEqual(self._send(self.reminder)[0]['state'], 'sent')
        self.assertFalse(self._mails)

    def test_a_report_about_two_addresses_speaks_of_the_one_that_failed(self):
        self.reminder.sudo().email_to = 'first@client.example, second@client.example'
        self._receive_report(
            "Action: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; second@client.example\nAction: failed\nStatus: 5.1.1",
            address='first@client.example', number=240)
        self.assertEqual(self.reminder.state, 'sent')
        event = self.reminder.event_ids.filtered(lambda event: event.kind == 'failed')
        self.assertEqual(event.note, 'second@client.example')

    def test_a_bounce_marks_the_reminder_and_asks_for_another_address(self):
        self._receive_report("Action: failed\nStatus: 5.1.1")
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

    def test_what_outlook_quotes_announces_nothing(self):
        """The head of the quotation is in bold, without any mark of its own."""
        self.env['mail.thread'].message_process(False, f"""From: {self.debtor.email}
To: catchall@atelier.example
Subject: RE: Reminder
Message-Id: <outlook@client.example>
References: {self.reminder.mail_message_id.message_id}
Content-Type: text/html; charset=utf-8

<div><p class=MsoNormal>Bonjour,<br>je transmets.</p><div><p class=MsoNormal><b>De :</b> Atelier &lt;compta@atelier.example&gt;<br>
<b>Envoyé :</b> lundi 16 mars 2026 10:00<br><b>Objet :</b> Reminder</p></div>
<p class=MsoNormal>Votre règlement fait le 12/03/2026 a bien été imputé.</p></div>
""")
        self.assertEqual(self.case.hold_ids.mapped('kind'), ['replied'])

    def test_a_dispute_in_the_words_of_a_robot_pauses(self):
        self._receive_at('catchall@atelier.example', "Nous contestons la facture.",
                         "Dossier 2026-445 : marchandise reçue endommagée",
                         reference=self.reminder.mail_message_id.message_id, number=97)
        self.assertEqual(self.case.hold_ids.kind, 'replied')

    def test_an_absence_told_in_the_text_only_does_not_pause(self):
        self._receive_mail("Je suis actuellement en congés jusqu'au 30 novembre.", number=98)
        self.assertFalse(self.case.hold_ids)

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
