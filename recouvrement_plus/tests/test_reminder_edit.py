"""A reminder in a person's own words: the amounts stay those of the ledger."""
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestReminderEdit(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.body_html = '<div><p>Dear customer</p><t t-out="object.items_table"/><p>Regards</p></div>'
        cls.small = cls._make_invoice(day(-20), 400.0)
        cls.large = cls._make_invoice(day(-20), 1000.0)
        cls.reminder = cls._night().reminder_ids

    def _window(self):
        return self.env['recouvrement.reminder.text'].create({'reminder_id': self.reminder.id})

    def test_the_window_shows_the_text_without_the_figures(self):
        window = self._window()
        self.assertIn("Dear customer", window.body)
        self.assertIn("Regards", window.body)
        self.assertNotIn("1,400", window.body)
        self.assertIn("o_recouvrement_live", window.body)

    def test_own_words_leave_with_the_amounts_of_that_moment(self):
        window = self._window()
        window.body = window.body.replace("Dear customer", "As agreed on the phone")
        window.subject = "Our call of this morning"
        window.action_save()
        self._pay(self.small)
        self._send(self.reminder)
        self.assertEqual((self.reminder.state, self.reminder.subject), ('sent', "Our call of this morning"))
        self.assertIn("As agreed on the phone", self.reminder.body_html)
        self.assertIn("1,000.00", self.reminder.body_html)
        self.assertNotIn("400.00", self.reminder.body_html)
        self.assertEqual(self.reminder.mail_id.body_html, self.reminder.body_html)

    def test_without_its_mark_the_table_comes_at_the_end(self):
        self.reminder.edit_text("Hello", "<p>Only words</p>")
        body = self.reminder.body_html
        self.assertLess(body.index("Only words"), body.index("1,400.00"))

    def test_a_mark_that_was_copied_gives_one_table(self):
        mark = '<p class="o_recouvrement_live">[table]</p>'
        self.reminder.edit_text("Hello", f"{mark}<p>Words</p>{mark}")
        self.assertEqual(self.reminder.body_html.count("1,400.00"), 1)

    def test_words_of_a_person_are_not_code(self):
        self.reminder.edit_text("Hello", '<p>{{ object.company_id.name }}<t t-out="1+1"/><script>alert(1)</script></p>')
        self.assertIn("{{ object.company_id.name }}", self.reminder.body_html)
        self.assertNotIn("script", self.reminder.body_html)

    def test_the_text_of_the_level_comes_back(self):
        before = self.reminder.body_html
        self.reminder.edit_text("Hello", "<p>Only words</p>")
        self._window().action_reset()
        self.assertEqual(self.reminder.body_html, before)
        self.assertFalse(self.reminder.edited_by_id)

    def test_what_has_left_is_evidence(self):
        self._send(self.reminder)
        with self.assertRaisesRegex(UserError, "evidence"):
            self.reminder.edit_text("Hello", "<p>Other</p>")

    def test_a_formal_notice_keeps_its_text(self):
        self._make_invoice(day(-50), 100.0, self._make_debtor("Silence"))
        notice = self._night().reminder_ids.filtered('formal_notice')
        with self.assertRaisesRegex(UserError, "is fixed"):
            notice.edit_text("Hello", "<p>Other</p>")

    def test_only_collectors_edit(self):
        for role in ('billing', 'internal', 'portal'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.reminder.with_user(self._make_user(role)).edit_text("Hello", "<p>Other</p>")
        self.reminder.with_user(self._make_user('officer')).edit_text("Hello", "<p>Other</p>")
        self.assertEqual(self.reminder.edited_by_id.login, f'officer_{self.company.id}')
