from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    recouvrement_plan_id = fields.Many2one(related='company_id.recouvrement_plan_id', readonly=False)
    recouvrement_contract_rate = fields.Float(related='company_id.recouvrement_contract_rate', readonly=False)
    recouvrement_imputation = fields.Selection(related='company_id.recouvrement_imputation', readonly=False, required=True)
    recouvrement_contract_floor = fields.Selection(related='company_id.recouvrement_contract_floor', readonly=False, required=True)
    recouvrement_denominator = fields.Selection(related='company_id.recouvrement_denominator', readonly=False, required=True)
    recouvrement_semester_method = fields.Selection(related='company_id.recouvrement_semester_method', readonly=False, required=True)
    recouvrement_notice_days = fields.Integer(related='company_id.recouvrement_notice_days', readonly=False)
    recouvrement_reply_pause_days = fields.Integer(related='company_id.recouvrement_reply_pause_days', readonly=False)
