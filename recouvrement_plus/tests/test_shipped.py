"""What the product ships: an update brings back nothing that a person deleted, and changes nothing that he changed."""
from odoo.exceptions import UserError
from odoo.modules import Manifest
from odoo.tests import tagged
from odoo.tools import convert_file

from .common import RecouvrementCommon

MODULE = 'recouvrement_plus'
# In this order: what refers to others first.
DELETABLE = ('recouvrement.plan.level', 'recouvrement.plan', 'recouvrement.quiet.period', 'recouvrement.call.script',
             'recouvrement.call.objection', 'recouvrement.solvency.point', 'ir.config_parameter', 'mail.template')
NEEDED = ('mail.activity.type', 'ir.cron', 'ir.sequence')


@tagged('post_install', '-at_install')
class TestShipped(RecouvrementCommon):

    def _update(self, *folders):
        """What `-u` does with the data files."""
        for name in Manifest.for_addon(MODULE)['data']:
            if name.startswith(folders) and name.endswith('.xml'):
                convert_file(self.env(su=True), MODULE, name, {}, mode='update')

    def _shipped(self, model):
        data = self.env['ir.model.data'].sudo().search([('module', '=', MODULE), ('model', '=', model)])
        return self.env[model].sudo().with_context(active_test=False).browse(data.mapped('res_id')).exists()

    def test_what_was_deleted_stays_deleted(self):
        self.env['res.company'].sudo().search([]).recouvrement_plan_id = self.plan
        needed = self.env.ref('recouvrement_plus.mail_template_correction') + self.env.ref('recouvrement_plus.mail_template_thanks')
        for model in DELETABLE:
            records = self._shipped(model)
            self.assertTrue(records, model)
            (records - needed if model == 'mail.template' else records).unlink()
        self._update('data/')
        for model in DELETABLE:
            with self.subTest(model=model):
                self.assertEqual(self._shipped(model), needed if model == 'mail.template' else self.env[model])

    def test_a_level_of_one_s_own_takes_the_day_of_a_shipped_one(self):
        shipped = self.env.ref('recouvrement_plus.plan_default_first').sudo()
        plan, days = shipped.plan_id, shipped.days
        shipped.unlink()
        self.env['recouvrement.plan.level'].create({
            'plan_id': plan.id, 'name': "My own", 'days': days, 'template_id': self.template.id})
        self._update('data/')
        self.assertEqual(plan.level_ids.filtered(lambda level: level.days == days).name, "My own")

    def test_what_was_changed_stays_changed(self):
        level = self.env.ref('recouvrement_plus.plan_default_first').sudo()
        level.name = "My words"
        self._update('data/')
        self.assertEqual(level.name, "My words")

    def test_what_the_product_needs_is_not_deleted(self):
        for model in NEEDED:
            records = self._shipped(model)
            self.assertTrue(records, model)
            for record in records:
                with self.subTest(model=model, name=record.display_name), self.assertRaisesRegex(UserError, "cannot work without"):
                    record.unlink()
        for name in ('mail_template_correction', 'mail_template_thanks'):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, "cannot work without"):
                self.env.ref(f'{MODULE}.{name}').unlink()

    def test_what_a_person_made_is_deleted_as_before(self):
        kind = self.env['mail.activity.type'].create({'name': "Mine"})
        template = self._make_template("Mine")
        (kind.unlink(), template.unlink())
        self.assertFalse(kind.exists() or template.exists())

    def test_a_corrected_record_rule_arrives_with_an_update(self):
        rules = self.env['ir.model.data'].sudo().search([('module', '=', MODULE), ('model', '=', 'ir.rule')])
        self.assertTrue(rules)
        rules.noupdate = True  # as versions before left them
        rule = self.env.ref('recouvrement_plus.recouvrement_case_rule_company').sudo()
        right = rule.domain_force
        rule.domain_force = "[(1, '=', 1)]"
        self._update('security/')
        self.assertEqual(rule.domain_force, right)
        self.assertNotIn(True, rules.mapped('noupdate'))
