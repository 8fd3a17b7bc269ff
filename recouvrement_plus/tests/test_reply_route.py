"""Answers that quote no message of ours: whose case are they about?"""
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..engine.receipt_words import reference
from .common import TODAY, RecouvrementCommon, day

MESSAGE = """From: {sender}
To: {recipient}
Subject: {subject}
Message-Id: <{id}@blanc.example>
{headers}Content-Type: text/plain; charset=utf-8

{body}
"""
MAILBOX = 'recouvrement@atelier.example'


@tagged('post_install', '-at_install')
class TestReplyRoute(RecouvrementCommon):

    def setUp(self):
        super().setUp()
        self.debtor.email = 'compta@blanc.example'
        self.invoice = self._make_invoice(due=day(-4))
        self.env['recouvrement.run'].execute(TODAY)
        self.reminder = self._reminders()
        self.reminder.sudo()._after_sending(True, False)
        self.case = self.reminder.case_id
        self.reference = self.reminder._reference_text()
        self.company.recouvrement_reply_to = MAILBOX
        self.number = 0

    def _receive(self, body="Bonjour.", subject="Question", sender='compta@blanc.example', to=MAILBOX, headers=""):
        self.number += 1
        self.env['mail.thread'].message_process(False, MESSAGE.format(
            sender=sender, recipient=to, subject=subject, id=self.number, headers=headers, body=body))

    def _assert_answered(self, **message):
        """The message is on the case, and pauses it."""
        before = len(self.case.hold_ids)
        self._receive(**message)
        self.assertEqual(len(self.case.hold_ids), before + 1)

    def _assert_left_to_core(self, **message):
        before = self.case.message_ids
        with self.assertRaises(ValueError), mute_logger('odoo.addons.mail.models.mail_thread'):
            self._receive(**message)
        self.assertEqual(self.case.message_ids, before)

    def test_the_customer_writes_a_new_message_to_the_mailbox(self):
        self._assert_answered()
        self._assert_answered(body=f"La facture {self.invoice.name} ?")

    def test_one_address_among_several_of_a_contact_is_known(self):
        self.debtor.email = 'compta@blanc.example, direction@blanc.example'
        self._assert_answered(sender='direction@blanc.example')

    def test_a_colleague_of_the_customer_quotes_the_reference_or_an_invoice(self):
        for body in (f"Au sujet de {self.reference}", f"La facture {self.invoice.name} est en litige."):
            self._assert_answered(sender='dupont@blanc.example', body=body)
        self._assert_answered(sender='dupont@blanc.example', subject=f"Facture {self.invoice.name}")
        self._assert_left_to_core(sender='dupont@blanc.example')

    def test_another_person_of_the_customer_forwards_the_reminder(self):
        self._assert_answered(
            sender='chef@blanc.example', subject="TR: relance",
            body=f"Pour suite.\n\n-----Message transféré-----\nDe : compta@atelier.example\nRéférence : {self.reference}")

    def test_a_message_to_the_collector_that_nothing_else_wants(self):
        collector = self._make_user('officer')
        collector.email = 'julie@atelier.example'
        self._assert_answered(to=collector.email, body=f"Au sujet de {self.reference}")
        self._assert_answered(to=collector.email)
        self._assert_answered(to='contact@atelier.example', body=f"Au sujet de {self.reference}")
        self._assert_left_to_core(to='contact@atelier.example')

    def test_a_stranger_is_not_believed(self):
        """Anybody may quote a number; two addresses of a public provider have nothing in common."""
        self.env['res.partner'].create({'name': "Blanc", 'parent_id': self.debtor.id, 'email': 'blanc@orange.fr'})
        for sender in ('a@else.example', 'somebody@orange.fr'):
            for body in ("Bonjour.", self.invoice.name, self.reference):
                self._assert_left_to_core(sender=sender, body=body)
        self._assert_answered(sender='blanc@orange.fr')

    def test_a_contact_of_two_customers_is_asked_which(self):
        """What it quotes tells; without that core decides, as before."""
        twin = self._make_debtor("Twin", email=self.debtor.email)
        theirs = self._make_invoice(day(-20), partner=twin)
        self._sync()
        self._assert_left_to_core()
        self._assert_left_to_core(body=f"{self.invoice.name} et {theirs.name}")
        self._assert_answered(body=f"La facture {self.invoice.name} ?")
        self._receive(body=f"La facture {theirs.name} ?")
        self.assertEqual(self._case(twin).hold_ids.kind, 'replied')

    def test_a_namesake_who_is_nobody_s_customer_does_not_hide_the_customer(self):
        self.env['res.partner'].create({'name': "compta@blanc.example", 'email': self.debtor.email})
        self._assert_answered()

    def test_a_message_to_one_company_is_never_shown_to_another(self):
        other = self.env['res.company'].create({'name': "Other", 'recouvrement_reply_to': 'compta@other.example'})
        self.assertTrue(other)
        for body in ("Bonjour.", self.invoice.name, self.reference):
            self._assert_left_to_core(to='compta@other.example', body=body)

    def test_what_the_mailbox_feeds_keeps_what_quotes_nothing(self):
        """A supplier's bill from an address of a customer stays a bill."""
        Domain = self.env['mail.alias.domain']
        domain = Domain.search([('name', '=', 'atelier.example')]) or Domain.create({'name': 'atelier.example'})
        self.env['mail.alias'].create({
            'alias_name': 'recouvrement', 'alias_domain_id': domain.id,
            'alias_model_id': self.env['ir.model']._get_id('res.partner')})
        self._receive(subject="Notre facture")
        self.assertFalse(self.case.hold_ids)
        self._assert_answered(body=f"La facture {self.invoice.name} ?")

    def test_our_own_people_are_nobody_s_contact(self):
        user = self._make_user('internal')
        user.partner_id.write({'parent_id': self.debtor.id, 'email': 'julie@blanc.example'})
        self._assert_left_to_core(sender='julie@blanc.example')

    def test_a_number_too_long_to_be_a_reminder_is_something_else(self):
        self._assert_answered(body=f"{self.reference} 06 12 34 56 78 90 12 34")
        self._assert_answered(body=reference('REL999999999999999'))
