from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    recouvrement_large_company = fields.Boolean(related='company_id.recouvrement_large_company', readonly=False)
    recouvrement_print_mentions = fields.Boolean(related='company_id.recouvrement_print_mentions', readonly=False)
    recouvrement_rate_wording = fields.Char(related='company_id.recouvrement_rate_wording', readonly=False)
    recouvrement_discount_wording = fields.Char(related='company_id.recouvrement_discount_wording', readonly=False)
