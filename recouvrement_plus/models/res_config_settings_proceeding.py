from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    recouvrement_identity_required = fields.Boolean(related='company_id.recouvrement_identity_required', readonly=False)
