"""What comes back to a reminder: answers of people, answers of robots, bounces."""
from odoo import fields
from odoo.tests import tagged

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
