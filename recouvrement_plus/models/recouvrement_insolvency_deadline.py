"""The deadlines of insolvency proceedings stand in the same calendar as those of legal proceedings."""
from odoo import api, fields, models
from odoo.tools import format_date

from .recouvrement_insolvency_codes import DEADLINES, SANCTIONS


class RecouvrementProceedingDeadline(models.Model):
    _inherit = 'recouvrement.proceeding.deadline'

    proceeding_id = fields.Many2one(required=False)
    insolvency_id = fields.Many2one('recouvrement.insolvency', index='btree_not_null', ondelete='cascade')
    partner_id = fields.Many2one('res.partner', related=None, compute='_compute_partner_id', store=True, index=True)
    user_id = fields.Many2one('res.users', related=None, compute='_compute_user_id', string="Collector")
    code = fields.Selection(selection_add=DEADLINES, ondelete={code: 'cascade' for code, _label in DEADLINES})

    _of_one = models.Constraint(
        'CHECK((proceeding_id IS NULL) <> (insolvency_id IS NULL))', "A deadline is that of a proceeding or of an insolvency.")

    @api.depends('proceeding_id.partner_id', 'insolvency_id.partner_id')
    def _compute_partner_id(self):
        for line in self:
            line.partner_id = line.proceeding_id.partner_id or line.insolvency_id.partner_id

    def _compute_user_id(self):
        for line in self:
            line.user_id = (line.proceeding_id or line.insolvency_id).case_id.user_id

    def _summary(self):
        if not self.insolvency_id:
            return super()._summary()
        label = dict(self._fields['code']._description_selection(self.env))[self.code]
        parts = [self.note or label, format_date(self.env, self.date)]
        if self.sanction:
            parts.append(SANCTIONS[self.sanction]._translate(self.env.lang or ''))
        if self.source:
            parts.append(self.source)
        return ", ".join(parts)
