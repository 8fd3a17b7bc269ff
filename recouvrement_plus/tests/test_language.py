"""French where a Frenchman reads, the customer's language where the customer reads."""
from odoo.tests import tagged

from .common import GROUPS, TODAY, RecouvrementCommon, day


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
