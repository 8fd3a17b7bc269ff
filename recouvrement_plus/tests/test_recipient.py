"""Who receives a reminder, who gets a copy, which files go with it."""
import io

from odoo.addons.recouvrement_plus.engine import recipients
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, mute_logger, tagged
from odoo.tools.pdf import PdfFileReader

from .common import NOW, RecouvrementCommon, day


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestRecipient(RecouvrementCommon):

    def _contact(self, name, partner=None, **vals):
        return self.env['res.partner'].create({
            'name': name, 'parent_id': (partner or self.debtor).id, 'email': f'{name}@client.example'.lower(), **vals})

    def _late(self, partner=None, amount=1000.0):
        return self._make_invoice(day(-20), amount, partner=partner)

    # === WHO === #

    def test_lesson_12_reminder_contact_then_accounting_then_manager_then_company(self):
        """lesson 12, 13, 62141: the ladder, from the contact for reminders down to the company."""
        self._late()
        names = ('Relance', 'Compta', 'Patron')
        relance, compta, patron = (self._contact(name, recouvrement_role=role) for name, role in zip(
            names, ('reminder', 'accounting', 'manager'), strict=True))
        route = self.env['recouvrement.reminder']._route
        for gone, expected in ((None, relance), (relance, compta), (compta, patron), (patron, self.debtor)):
            if gone:
                gone.email = False
            self.assertEqual(route(self._level(15), self.debtor), ('email', expected))

    def test_lesson_14_a_robot_receives_no_reminder(self):
        """lesson 14: the invoice mailbox is a robot, reminders go to somebody else."""
        robot = self._contact("Robot", type='invoice')
        self._late()
        self.assertEqual(self.env['recouvrement.reminder']._route(self._level(15), self.debtor)[1], robot)
        robot.recouvrement_role = 'robot'
        reminder = self._night().reminder_ids
        self.assertEqual((reminder.contact_id, reminder.email_to), (self.debtor, self.debtor.email))

    def test_lesson_16_every_billing_contact_receives(self):
        """lesson 16: two billing contacts, both receive, and the history says so."""
        one, two = (self._contact(name, type='invoice') for name in ("One", "Two"))
        self._level(15).recipient = 'all_billing'
        self._late()
        reminder = self._night().reminder_ids
        self._send(reminder)
        self.assertEqual(reminder.contact_ids, one | two)
        self.assertEqual(reminder.mail_id.recipient_ids, one | two)
        self.assertEqual(reminder.email_to, 'one@client.example, two@client.example')

    def test_customers_alike_each_get_their_own_message(self):
        """Who has the same kinds of contacts is routed alike in one batch: to its own contact, never to the other's."""
        other = self._make_debtor("Autre client")
        pairs = [(partner, self._contact(f"Compta {partner.id}", partner, recouvrement_role='accounting'))
                 for partner in (self.debtor, other)]
        for partner, _contact in pairs:
            self._late(partner)
        reminders = self._night().reminder_ids
        for partner, contact in pairs:
            reminder = reminders.filtered(lambda one, partner=partner: one.partner_id == partner)
            self.assertEqual((reminder.contact_id, reminder.email_to), (contact, contact.email))

    def test_archived_contacts_and_subsidiaries_receive_nothing(self):
        self._contact("Parti", recouvrement_role='reminder').active = False
        self._contact("Filiale", is_company=True, recouvrement_role='reminder')
        self._contact("Livraison", type='delivery')
        self._late()
        self.assertEqual(self._night().reminder_ids.contact_id, self.debtor)

    def test_a_manager_receives_the_levels_that_say_so(self):
        self._contact("Compta", recouvrement_role='reminder')
        patron = self._contact("Patron", recouvrement_role='manager')
        self._level(15).recipient = 'manager'
        self._late()
        self.assertEqual(self._night().reminder_ids.contact_id, patron)

    def test_lesson_18_copies_leave_once_the_customer_has_the_message(self):
        """lesson 18: the salesperson and a colleague outside the customer get a copy, in a message of their own."""
        self._level(15).write({'cc_salesperson': True, 'cc_emails': 'audit@atelier.example, chef@atelier.example'})
        seller = self._make_user('billing')
        seller.email = 'vendeur@atelier.example'
        self._late().invoice_user_id = seller
        reminder = self._night().reminder_ids
        copies = [('email_to', 'like', 'audit@atelier.example')]
        self.assertFalse(self.env['mail.mail'].search(copies))
        self._send(reminder)
        copy = self.env['mail.mail'].search(copies)
        self.assertIn('vendeur@atelier.example', copy.email_to)
        self.assertEqual(copy.subject, reminder.subject)
        self.assertEqual(reminder.mail_id.recipient_ids, self.debtor, "the customer sees no colleague")

    def test_an_address_for_copies_that_is_none_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "nobody"):
            self._level(15).cc_emails = 'audit@atelier.example, nobody'

    # === WHO WRITES === #

    def test_a_company_without_address_writes_by_its_collector_or_not_at_all(self):
        """Never in the name of OdooBot: without the address of anybody it fails, with a task, and leaves once there is one."""
        self.company.email = False
        self._late()
        self._sync()
        case, anne = self._case(), self._make_user('officer')
        anne.email = False
        case.user_id = anne
        reminder = self._night().reminder_ids
        self.assertFalse(reminder.mail_id.email_from)
        self._send(reminder)
        self.assertRecordValues(reminder, [{'state': 'failed', 'reason': 'no_sender'}])
        self.assertIn("no sender", case.activity_ids.filtered('summary')[0].summary)
        anne.email = 'anne@atelier.example'
        self._send(reminder)
        self.assertEqual(reminder.state, 'sent')
        self.assertIn('anne@atelier.example', reminder.mail_id.email_from)
        self.assertNotIn('odoobot', reminder.mail_id.reply_to)

    def test_the_address_of_the_company_may_come_after_the_night(self):
        self.company.email = False
        self._late()
        reminder = self._night().reminder_ids
        self.company.email = 'compta@atelier.example'
        self._send(reminder)
        self.assertEqual(reminder.state, 'sent')
        self.assertIn('compta@atelier.example', reminder.mail_id.email_from)

    # === NOBODY === #

    def _unreachable(self, **vals):
        """The customer without any address, but for these values."""
        self.debtor.write({'email': False, 'phone': False, 'street': False, 'city': False, 'zip': False, **vals})
        self._late()

    def _reason(self):
        row = self._simulate()
        return row['reason'] or row['channel']

    def test_a_call_takes_a_telephone_and_a_visit_nothing(self):
        self._unreachable(phone='+33 6 12 34 56 78', type=False)
        self.assertEqual(self._reason(), 'no_contact')
        self._level(15).channel = 'phone'
        self.assertEqual(self._reason(), 'phone')
        self.debtor.phone = False
        self.assertEqual(self._reason(), 'no_contact')
        self._level(15).channel = 'activity'
        self.assertEqual(self._reason(), 'activity')

    def test_no_letter_leaves_for_a_country(self):
        """Neither street nor town, and a delivery contact that reminders never go to: held, with a task."""
        self._contact("Quai", type='delivery', city="Nice")
        self._unreachable(country_id=self.env.ref('base.fr').id)
        self.assertFalse(self._night().reminder_ids)
        self.assertEqual(self._case().held_reason, 'no_contact')

    def test_an_address_lost_since_the_night_fails_the_letter(self):
        self._unreachable(street="3 rue Haute", city="Lyon", country_id=self.env.ref('base.fr').id)
        letter = self._night().reminder_ids
        self.debtor.write({'street': False, 'city': False, 'email': 'new@client.example'})
        letter.send()
        self.assertRecordValues(letter, [{'channel': 'letter', 'state': 'failed', 'reason': 'no_contact'}])

    def test_a_robot_alone_is_nobody(self):
        self._contact("Robot", recouvrement_role='robot')
        self._unreachable()
        self.assertEqual(self._reason(), 'no_contact')

    def test_what_is_no_email_address_gives_a_letter(self):
        self._unreachable(street="3 rue Haute", city="Lyon")
        for text in ("-", "not an address", "foo@"):
            self.debtor.email = text
            with self.subTest(text):
                self.assertEqual(self._reason(), 'letter')

    def test_an_archived_customer_receives_nothing(self):
        """Its contact for invoices goes on receiving; without one it is held."""
        contact = self._contact("Compta", type='invoice')
        self._unreachable(email='archive@client.example')
        reminder = self._night().reminder_ids
        contact.email = False
        self.debtor.active = False
        reminder.sudo()._refuse_address()
        self.assertRecordValues(reminder, [{'state': 'failed', 'reason': 'no_contact', 'email_to': False}])
        other = self._make_debtor("Autre", active=False)
        self._late(other)
        self.assertEqual(self._simulate(partner=other)['reason'], 'no_contact')
        contact.email = 'compta@client.example'
        self.assertEqual(self.env['recouvrement.reminder']._route(self._level(15), self.debtor), ('email', contact))

    # === FILES === #

    def _print(self):
        """Invoices printed without a web server, each naming itself."""
        letter = self.env['recouvrement.letter']
        self.patch(self.env.registry['account.move'], '_recouvrement_print',
                   lambda move: letter._print([f'<html><body>Facture {move.name}</body></html>']))

    def _text(self, attachment):
        pages = PdfFileReader(io.BytesIO(attachment.raw)).pages
        return ' '.join(' '.join(page.extract_text() for page in pages).split())

    def test_lesson_02_each_message_carries_only_its_own_files(self):
        """lesson 2, 4, 23, 24: five customers; the missing PDF is made; each mail has its customer's invoices, readable."""
        self._print()
        self._level(15).attach_invoices = True
        invoices = [self._late(self._make_debtor(f"Client {number}")) for number in range(5)]
        invoices.append(self._late(invoices[0].partner_id, 300.0))
        reminders = self._night().reminder_ids
        self._send(reminders)
        self.assertEqual(set(reminders.mapped('state')), {'sent'})
        for reminder in reminders:
            own = [invoice for invoice in invoices if invoice.partner_id == reminder.partner_id]
            files = reminder.mail_id.attachment_ids
            self.assertEqual(len(files), len(own))
            self.assertEqual(set(files.mapped('mimetype')), {'application/pdf'})
            texts = ' '.join(self._text(file) for file in files)
            for invoice in invoices:
                self.assertEqual(invoice.name in texts, invoice in own)

    def test_an_invoice_paid_meanwhile_is_not_enclosed(self):
        self._print()
        self._level(15).attach_invoices = True
        paid, owed = self._late(amount=100.0), self._late(amount=200.0)
        reminder = self._night().reminder_ids
        self._pay(paid)
        self._send(reminder)
        self.assertIn(owed.name, self._text(reminder.enclosure_ids))

    def test_the_statements_of_account_and_of_penalties(self):
        self._level(15).write({'attach_account': True, 'attach_penalties': True})
        late, future = self._late(amount=1000.0), self._make_invoice(day(20), 77.0)
        self._receive(10.0, self.debtor)
        reminder = self._night().reminder_ids
        self._send(reminder)
        account, penalties = (self._text(file) for file in reminder.mail_id.attachment_ids.sorted('id'))
        for word in (late.name, future.name, '1,067.00', '1,000.00'):
            self.assertIn(word, account)
        self.assertIn("late-payment penalties", penalties)

    @mute_logger('odoo.addons.recouvrement_plus.models.recouvrement_reminder_enclosure')
    def test_lesson_23_without_its_file_nothing_leaves(self):
        """lesson 23: a file that cannot be made fails the message with its reason and a task, it does not leave bare."""
        def refuse(_move):
            raise ValueError("no printer")
        self.patch(self.env.registry['account.move'], '_recouvrement_print', refuse)
        self._level(15).attach_invoices = True
        self._late()
        reminder = self._night().reminder_ids
        self._send(reminder)
        self.assertRecordValues(reminder, [{'state': 'failed', 'reason': 'attachment_failed'}])
        self.assertIn("no printer", self._case().activity_ids.mapped('summary')[0])

    def test_files_of_a_letter_are_kept_with_it(self):
        self._print()
        self.debtor.write({'email': False, 'street': "3 rue Haute", 'city': "Lyon"})
        self._level(15).attach_invoices = True
        invoice = self._late()
        reminder = self._night().reminder_ids
        reminder.send()
        self.assertEqual(reminder.state, 'sent')
        self.assertIn(invoice.name, self._text(reminder.enclosure_ids))
        self.assertLessEqual(reminder.enclosure_ids, reminder.mail_message_id.attachment_ids)

    def test_lesson_15_a_contact_receives_and_the_company_keeps_the_history(self):
        """lesson 15: the invoice contact receives, the message stands on the case of the company."""
        contact = self._contact("Facture", type='invoice')
        self._late()
        reminder = self._night().reminder_ids
        self._send(reminder)
        self.assertEqual(reminder.mail_message_id.model, 'recouvrement.case')
        self.assertEqual(self._case().partner_id, self.debtor)
        self.assertEqual(reminder.mail_id.recipient_ids, contact)

    def test_two_invoices_two_legal_entities_two_messages(self):
        """Netting never crosses legal entities: the credit of one is not that of the other, even under one parent."""
        branch = self.env['res.partner'].create({
            'name': "Subsidiary", 'is_company': True, 'parent_id': self.debtor.id, 'email': 'sub@client.example',
            'recouvrement_regime': 'b2b', 'lang': 'en_US'})
        self._late(amount=100.0)
        self._receive(500.0, branch)
        reminder = self._night().reminder_ids
        self.assertEqual((reminder.partner_id, reminder.amount_due), (self.debtor, 100.0))

    def test_roles_of_contacts_are_a_selection_the_ladder_knows(self):
        self.assertEqual([code for code, _ in self.env['res.partner']._fields['recouvrement_role'].selection],
                         list(recipients.CONTACT_ROLES))
        level = self.env['recouvrement.plan.level']
        self.assertEqual([code for code, _ in level._fields['recipient'].selection], list(recipients.LADDERS))
        self.assertEqual([code for code, _ in level._fields['channel'].selection], list(recipients.CHANNELS))
