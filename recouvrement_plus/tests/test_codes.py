"""Codes are closed lists: the engine, the fields and the French words know the same ones."""
from odoo.addons.recouvrement_plus.engine import proceedings, types
from odoo.addons.recouvrement_plus.models import recouvrement_engine, recouvrement_proceeding, recouvrement_proceeding_codes
from odoo.tests import tagged

from .common import RecouvrementCommon

# The same word in both languages, or a French term of art.
NOT_TRANSLATED = {'A', 'B', 'C', 'D', 'E', "E-mail", "SMS", "Segment", "Commissaire de justice", "Conciliation",
                  "Guadeloupe", "Martinique", "Mayotte", "Saint-Pierre-et-Miquelon", "Saint-Barthélemy", "Saint-Martin"}


@tagged('post_install', '-at_install')
class TestCodes(RecouvrementCommon):

    def test_hold_reasons(self):
        self.assertEqual([code for code, _label in recouvrement_engine.HOLD_SELECTION], list(types.HOLD_REASONS))
        self.assertEqual([code for code, _label in recouvrement_engine.NOTHING_SELECTION], list(types.NOTHING_REASONS))
        self.assertEqual([code for code, _label in recouvrement_engine.DECISION_SELECTION], list(types.DECISIONS))

    def test_hold_kinds_are_hold_reasons(self):
        kinds = {code for code, _label in self.env['recouvrement.hold']._fields['kind'].selection}
        self.assertLessEqual(kinds, set(types.HOLD_REASONS))

    def test_regimes_and_rates(self):
        self.assertEqual(
            [code for code, _ in self.env['res.partner']._fields['recouvrement_regime'].selection], list(types.REGIMES))
        self.assertEqual({code for code, _ in self.env['recouvrement.rate']._fields['code'].selection}, set(types.SERIES))

    def test_proceedings(self):
        self.assertEqual([code for code, _label in recouvrement_proceeding.STATES], list(proceedings.STATES))
        self.assertEqual(
            {code for code, _label in recouvrement_proceeding.ACTION_LABELS}, {row.action for row in proceedings.TRANSITIONS})
        self.assertLessEqual({row.who for row in proceedings.TRANSITIONS}, set(types.ROLES))
        needs = {name for row in proceedings.TRANSITIONS for name in row.needs} - set(recouvrement_proceeding.STATED_FACTS)
        labels = {name: self.env['recouvrement.proceeding']._fact_label(name) for name in needs}
        labels |= {name: self.env['recouvrement.proceeding']._fact_label(name) for name in proceedings.STATED}
        self.assertFalse([name for name, label in labels.items() if label == name], "each fact has its words")
        made = {code for row in proceedings.TRANSITIONS for code in (row.after, row.before, *row.closes) if code}
        self.assertLessEqual(made, set(dict(recouvrement_proceeding_codes.DEADLINES)))
        for name, options in recouvrement_proceeding_codes.SELECTIONS.items():
            self.assertEqual([code for code, _label in options], list(proceedings.CHOICES[name]), name)

    def test_every_code_has_its_words(self):
        label = self.env['recouvrement.run']._any_reason_label
        for code in (*types.HOLD_REASONS, *types.NOTHING_REASONS, *types.DECISIONS):
            self.assertNotIn(label(code), (code, ''), code)

    def test_every_code_has_its_french_words(self):
        """No English on a French screen: each selection of ours differs in French (or is the same word, listed here)."""
        self.env['res.lang']._activate_lang('fr_FR')
        self.env['ir.module.module'].sudo().search([('name', '=', 'recouvrement_plus')])._update_translations(['fr_FR'])
        for name, model in self.env.registry.items():
            if not name.startswith('recouvrement.'):
                continue
            for field in model._fields.values():
                if field.type != 'selection' or field.related or set(field._modules) != {'recouvrement_plus'}:
                    continue
                english = dict(field._description_selection(self.env(context={'lang': 'en_US'})))
                french = dict(field._description_selection(self.env(context={'lang': 'fr_FR'})))
                left = {label for code, label in english.items() if french[code] == label} - NOT_TRANSLATED
                with self.subTest(field=str(field)):
                    self.assertFalse(left)
