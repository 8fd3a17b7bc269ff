"""French where a Frenchman reads, the customer's language where the customer reads."""
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GROUPS, TODAY, RecouvrementCommon, day
from .smtp_server import mail_server


@tagged('post_install', '-at_install')
class TestLanguage(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('fr_FR')
        cls.company.recouvrement_plan_id = cls.env.ref('recouvrement_plus.plan_default')

    def test_language_the_shipped_plan_is_french(self):
        """Records that an update leaves alone (noupdate) are translated when the language is there at installation."""
        plan = self.env.ref('recouvrement_plus.plan_default').with_context(lang='fr_FR')
        self.assertEqual(plan.name, "Relances standard")
        self.assertEqual(plan.level_ids.sorted('days').mapped('name'), [
            "Avant l'échéance", "Première relance", "Deuxième relance", "Relance ferme", "Mise en demeure"])
        for level in plan.level_ids:
            self.assertIn("Madame, Monsieur", str(level.template_id.body_html), level.name)

    def test_language_of_the_customer_decides(self):
        """Whatever the language of the user who prepares or reads it."""
        french = self._make_debtor("Client français", lang='fr_FR')
        english = self._make_debtor("English customer", lang='en_US')
        for customer in (french, english):
            self._make_invoice(day(-16), partner=customer)
        for lang in ('fr_FR', 'en_US'):
            self.env.user.lang = lang
            run = self.env['recouvrement.run'].with_context(lang=lang)
            run.execute(TODAY, self.company.id)
            message = self._reminders(french).with_context(lang=lang)
            self.assertIn("factures échues, deuxième relance", message.subject)
            self.assertIn("Madame, Monsieur", str(message.preview_html))
            self.assertIn("Jours de retard", str(message.body_html))
            message = self._reminders(english).with_context(lang=lang)
            self.assertIn("second reminder", message.subject)
            self.assertIn("Dear Sir or Madam", str(message.preview_html))
            self.assertIn("Days late", str(message.body_html))

    def test_language_of_a_formal_notice_before_its_approval(self):
        french = self._make_debtor("Client français", lang='fr_FR')
        self._make_invoice(day(-50), partner=french)
        self._night()
        reminder = self._reminders(french)
        self.assertEqual(reminder.state, 'draft')
        text = str(reminder.with_context(lang='en_US').preview_html)
        self.assertIn("nous vous mettons en demeure de payer cette somme sous", text)
        self.assertIn("L441-10", text)
        self.assertIn("Décompte de pénalités de retard au", text)
        self.assertIn("16/03/2026", text)

    def test_language_what_was_paid_and_what_is_to_collect_are_two_words(self):
        """One English word would have one French word: a claim that was paid must not read as still to be collected."""
        def french(model, field, code):
            return dict(self.env[model]._fields[field]._description_selection(self.env(context={'lang': 'fr_FR'})))[code]
        self.assertEqual(french('account.account', 'recouvrement_role', 'collect'), "À recouvrer")
        self.assertEqual(french('recouvrement.penalty', 'state', 'collected'), "Encaissé")

    def test_language_every_reason_has_words(self):
        """No code on a screen: each reason that a night or a sending may give is translated."""
        field = self.env['recouvrement.run']._fields['reason_code']
        french = dict(field._description_selection(self.env(context={'lang': 'fr_FR'})))
        for code, label in field._description_selection(self.env(context={'lang': 'en_US'})):
            if label not in ("Dispute",):
                self.assertNotEqual(french[code], label, code)

    def test_language_menus_of_an_officer(self):
        user = self._make_user('officer', login='gestionnaire')
        user.lang = 'fr_FR'
        self.assertTrue(user.has_group(GROUPS['officer']))
        menus = self.env['ir.ui.menu'].with_user(user).with_context(lang='fr_FR')
        root = menus.browse(self.env.ref('recouvrement_plus.recouvrement_menu_root').id)
        self.assertEqual(root.name, "Recouvrement")
        seen = menus.search([('parent_id', '=', root.id), ('id', 'in', list(menus._visible_menu_ids()))])
        self.assertEqual(seen.mapped('name'), [
            "Dossiers clients", "Liste d'appels", "Simulateur", "Relances", "Échéances", "Prévention",
                                               "Contentieux", "Suivi"])

    def test_language_files_enclosed_speak_as_the_message_does(self):
        """A French customer of a company whose users read English: statements and the names of the files in French too."""
        french = self._make_debtor("Client français", lang='fr_FR')
        self._make_invoice(day(-16), partner=french)
        self._night()
        message = self._reminders(french).with_context(lang='en_US')
        message.level_id.write({'attach_account': True, 'attach_penalties': True})
        pages = []
        self.patch(self.env.registry['recouvrement.letter'], '_run', lambda _self, bodies: pages.extend(bodies) or b'%PDF-1.4')
        self._send(message)
        self.assertEqual(sorted(message.enclosure_ids.mapped('name')), [
            "Décompte des pénalités 16-03-2026.pdf", "Relevé de compte 16-03-2026.pdf"])
        account, penalties = pages
        self.assertIn("Relevé de compte", account)
        self.assertIn("pénalités de retard", penalties)
        for page in pages:
            self.assertIn("16/03/2026", page)
            self.assertNotIn("03/16/2026", page)


@tagged('post_install', '-at_install')
class TestLanguageOfTasks(RecouvrementCommon):
    """The mail queue, the mailbox and scheduled actions have no language: their tasks are read in that of the company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('fr_FR')
        cls.company.partner_id.lang = 'fr_FR'
        cls._make_invoice(day(-20))

    def setUp(self):
        super().setUp()
        reminders = self._night().reminder_ids.filtered(lambda one: one.partner_id == self.debtor)
        self.reminder = reminders.sudo().with_context(lang=None)
        self.case = self.reminder.case_id

    def _words(self):
        return ' '.join(filter(None, self.case.activity_ids.mapped('summary')))

    def test_of_a_reminder_that_the_mail_queue_could_not_send(self):
        server = self.enterContext(mail_server())
        server.refuse.add(self.debtor.email)
        self.env['ir.mail_server'].search([]).active = False
        self.env['ir.mail_server'].create({
            'name': "refuses", 'smtp_host': '127.0.0.1', 'smtp_port': server.port, 'smtp_encryption': 'none'})
        self.enterContext(patch.object(type(self.env['ir.mail_server']), '_disable_send', lambda model: False))
        with mute_logger('odoo.addons.mail.models.mail_mail', 'odoo.addons.base.models.ir_mail_server'):
            self.reminder.mail_id.send()
        self.assertEqual(self.reminder.state, 'failed')
        self.assertIn("Une relance n'a pas pu être envoyée", self._words())

    def test_of_a_reminder_whose_sender_died(self):
        self.reminder.state = 'sending'
        self.reminder._mark_uncertain()
        self.assertEqual(self.reminder.state, 'uncertain')
        self.assertIn("Vérifiez", self._words())

    def test_of_a_mail_that_was_cancelled(self):
        self.reminder.mail_id.cancel()
        self.assertIn("a été annulé", self._words())

    def test_of_a_message_that_came_back(self):
        self.reminder._after_sending(True, False)
        self.reminder._bounced(self.debtor.email)
        self.assertIn("cherchez une autre adresse", self._words())

    def test_of_an_answer(self):
        self.case._pause_after_reply("Le virement est parti ce matin.")
        self.assertEqual(self.case.hold_ids.filtered(lambda hold: hold.kind == 'replied').note, "Réponse à une relance")
        self.assertIn("Annonce un paiement", self._words())
