"""Texts of reminders: refused when broken, unharmed by the editor, in the language and the tone of the level."""
from lxml import html

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, mute_logger, tagged
from odoo.tools.safe_eval import safe_eval

from .common import NOW, RecouvrementCommon, day

SHIPPED = ('predue', 'courteous', 'neutral', 'firm', 'last', 'formal_notice', 'thanks')


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestText(RecouvrementCommon):

    def _shipped(self, name):
        return self.env.ref(f'recouvrement_plus.mail_template_{name}')

    def test_every_text_is_in_the_list_of_texts(self):
        """The thanks and the correction too, and nothing of other applications."""
        action = self.env['ir.actions.act_window']._for_xml_id('recouvrement_plus.recouvrement_text_action')
        listed = self.env['mail.template'].search(safe_eval(action['domain']))
        for name in (*SHIPPED, 'correction'):
            self.assertIn(self._shipped(name), listed, name)
        self.assertNotIn('account.move', listed.mapped('model'))

    def test_lesson_26_a_broken_text_is_refused_at_save_naming_the_field(self):
        """lesson 26: a clear error at save, for each place where a name may stand."""
        for values, name in (
            ({'body_html': '<p t-out="object.partner_id.nom"/>'}, 'object.partner_id.nom'),
            ({'body_html': '<t t-if="object.amount_du">x</t>'}, 'object.amount_du'),
            ({'body_html': '<a t-attf-href="/x/{{ object.cas_id.id }}">x</a>'}, 'object.cas_id'),
            ({'body_html': '<a t-att-href="object.company_id.site">x</a>'}, 'object.company_id.site'),
            ({'subject': 'Hello {{ object.partner.name }}'}, 'object.partner'),
            ({'body_html': '<p t-out="object.partner_id."/>'}, 'is no expression'),
        ):
            with self.subTest(name), self.assertRaisesRegex(ValidationError, name), self.env.cr.savepoint():
                self.template.write(values)
        self.template.write({'body_html': '<p t-out="object.company_id.partner_id.name"/>', 'subject': "{{ object.amount_due }}"})

    def test_a_text_that_fails_when_written_is_refused_at_save(self):
        self._make_invoice(day(-20))
        self._night()
        with self.assertRaisesRegex(ValidationError, "division by zero"):
            self.template.body_html = '<p t-out="1 / 0"/>'

    def _tried_without_reminder(self):
        self.assertFalse(self.env['recouvrement.reminder'].search([]))

    def test_before_the_first_reminder_a_text_is_tried_on_a_sample(self):
        self._tried_without_reminder()
        cases = self.env['recouvrement.case'].search_count([])
        for body, words in (
            ('<t t-out="foo.bar"/>', "Message: "), ('<p t-out="1 / 0"/>', "Message: division by zero"),
            ('<t t-foreach="object.line_ids" t-as="line"><t t-out="line.bogus"/></t>', "bogus"),
            ('<p><t t-call="nope.nope"/></p>', "nope"),
        ):
            with self.subTest(body), self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                self.template.body_html = body
        for name in SHIPPED:
            self.assertEqual(self._shipped(name)._recouvrement_problem(render=True), '', name)
        self._tried_without_reminder()
        self.assertEqual(self.env['recouvrement.case'].search_count([]), cases, "the sample was undone")

    def test_an_empty_text_is_refused(self):
        for values, words in (({'body_html': ''}, "Message: it is empty"), ({'body_html': '<p><br></p>'}, "Message: it is empty"),
                              ({'subject': ' '}, "Subject: it is empty"), ({'subject': False}, "Subject: it is empty")):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                self.template.write(values)

    def test_a_level_takes_a_text_about_reminders_only(self):
        """A text about contacts would show the contact that has the number of the reminder."""
        partner = self.env['mail.template'].sudo().create({
            'name': "Hello", 'model_id': self.env['ir.model']._get_id('res.partner'), 'subject': "Hello",
            'body_html': "<p>Dear</p>"})
        with self.assertRaisesRegex(ValidationError, "Hello"), self.env.cr.savepoint():
            self._level(15).template_id = partner
        for model in (partner.model_id, self.env['ir.model']):
            with self.assertRaisesRegex(ValidationError, "Reminder"), self.env.cr.savepoint():
                self.template.model_id = model

    def _break(self, template, body=None, model=None):
        """As an upgrade or an older version left it: behind the back of the checks."""
        self.env.flush_all()
        if body:
            self.env.cr.execute("UPDATE mail_template SET body_html = jsonb_build_object('en_US', %s) WHERE id = %s",
                                [body, template.id])
        else:
            self.env.cr.execute("UPDATE mail_template SET model = %s WHERE id = %s", [model, template.id])
        self.env.invalidate_all()

    def test_a_text_about_something_else_in_the_database_holds_its_level_and_stops_no_night(self):
        fine, broken = self._make_debtor("Fine"), self._make_template("Later broken")
        self._make_invoice(day(-20))
        self._make_invoice(day(-4), partner=fine)
        self._level(15).template_id = broken
        for model in ('res.partner', None, 'gone.model'):
            self._break(broken, model=model)
            with self.subTest(model):
                self.assertEqual(self._simulate()['reason'], 'broken_text')
        self.assertEqual(self._night().reminder_ids.partner_id, fine)

    @mute_logger('odoo.addons.recouvrement_plus.models.recouvrement_night_chunks')
    def test_a_text_that_breaks_while_it_is_written_is_named_once_and_its_customers_are_held(self):
        fine, broken = self._make_debtor("Fine"), self._make_template("Later broken")
        others = [self._make_debtor(f"Other {number}") for number in range(3)]
        for partner in (self.debtor, *others):
            self._make_invoice(day(-20), partner=partner)
        self._make_invoice(day(-4), partner=fine)
        (self._level(15) + self._level(30)).template_id = broken
        self._make_invoice(day(-31), partner=others[0])
        self._break(broken, body='<p t-out="1 / 0"/>')
        run = self._night()
        self.assertEqual(run.reminder_ids.partner_id, fine)
        errors = run.line_ids.filtered(lambda line: line.kind == 'error')
        self.assertEqual(errors.mapped('message'), ["Text “Later broken” cannot be written. Message: division by zero"])
        self.assertEqual([self._case(partner).held_reason for partner in others], ['broken_text'] * 3)

    @mute_logger('odoo.addons.recouvrement_plus.models.recouvrement_night_chunks')
    def test_a_text_that_breaks_for_one_customer_holds_nobody_else(self):
        fine, template = self._make_debtor("Fine"), self._make_template("Divides")
        self._make_invoice(day(-20), 100.0)
        self._make_invoice(day(-20), 200.0, partner=fine)
        self._level(15).template_id = template
        template.body_html = '<p t-out="1 / (object.amount_due - 200)"/>'
        run = self._night()
        self.assertEqual(run.reminder_ids.partner_id, self.debtor)
        errors = run.line_ids.filtered(lambda line: line.kind == 'error')
        self.assertEqual(errors.partner_id, fine)
        self.assertIn("division by zero", errors.message)
        self.assertNotIn("Traceback", errors.message)

    def test_lesson_26_a_text_broken_in_the_database_stops_its_level_before_anything_leaves(self):
        """lesson 26: a field removed by an upgrade: the level waits, its reason is on the screen, the others leave."""
        fine = self._make_debtor("Fine")
        self._make_invoice(day(-20))
        self._make_invoice(day(-4), partner=fine)
        broken = self._make_template("Later broken")
        self._level(15).template_id = broken
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_template SET body_html = %s WHERE id = %s",
            ['{"en_US": "<p t-out=\\"object.removed_field\\"/>"}', broken.id])
        self.env.invalidate_all()
        self.assertEqual(self._simulate()['reason'], 'broken_text')
        run = self._night()
        self.assertEqual(run.reminder_ids.partner_id, fine)
        error = run.line_ids.filtered(lambda line: line.kind == 'error')
        self.assertIn('object.removed_field', error.message)
        self.assertIn('Second', error.message)

    def test_lesson_26_the_editor_does_not_break_a_text(self):
        """lesson 26: opened, parsed and saved by a person (the editor sanitizes and rewrites the markup), it says the same."""
        self._make_invoice(day(-20))
        reminder = self._night().reminder_ids
        user = self._make_user('manager')
        user.group_ids += self.env.ref('mail.group_mail_template_editor')
        for name in SHIPPED[:-1]:
            template = self._shipped(name)
            with self.subTest(name):
                before = reminder._content(template)['body_html']
                root = html.fragment_fromstring(template.body_html, create_parent='div')
                edited = ''.join(html.tostring(child, encoding='unicode') for child in root)
                template.with_user(user).write({'body_html': edited})
                self.env.invalidate_all()
                after = reminder._content(template)['body_html']
                self.assertEqual(' '.join(html.fromstring(after).text_content().split()),
                                 ' '.join(html.fromstring(before).text_content().split()))
                self.assertIn('INV/', after)

    def test_the_shipped_texts_can_be_written_in_both_languages(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.env['ir.module.module'].sudo().search([('name', '=', 'recouvrement_plus')])._update_translations(['fr_FR'])
        self._make_invoice(day(-20))
        reminder = self._night().reminder_ids
        case = self._case()
        for name in SHIPPED:
            template, record = self._shipped(name), case if name == 'thanks' else reminder
            self.assertEqual(template._recouvrement_problem(), '')
            texts = {}
            for lang in ('en_US', 'fr_FR'):
                localized = template.with_context(lang=lang)
                body = localized._render_field('body_html', record.ids, set_lang=lang)[record.id]
                texts[lang] = html.fromstring(body).text_content()
            with self.subTest(name):
                self.assertIn("Dear Sir or Madam", texts['en_US'])
                self.assertIn("Madame, Monsieur", texts['fr_FR'])
                self.assertNotIn("Dear", texts['fr_FR'])
                self.assertNotIn(" we ", texts['fr_FR'])

    def test_the_customer_reads_its_own_language(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.env['ir.module.module'].sudo().search([('name', '=', 'recouvrement_plus')])._update_translations(['fr_FR'])
        self._level(15).write({'template_id': self._shipped('neutral').id, 'grace_days': 5})
        self.debtor.lang = 'fr_FR'
        self._make_invoice(day(-20))
        reminder = self._night().reminder_ids
        self.assertIn("Madame, Monsieur", reminder.body_html)
        self.assertIn("23/03/2026", reminder.body_html, "the date to pay by")

    def test_a_level_without_text_is_named(self):
        self._level(15).template_id = False
        self._make_invoice(day(-20))
        run = self._night()
        self.assertFalse(run.reminder_ids)
        self.assertIn("has no text", run.line_ids.filtered(lambda line: line.kind == 'error').message)
