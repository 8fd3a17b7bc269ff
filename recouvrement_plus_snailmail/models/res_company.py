from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_snailmail = fields.Boolean(
        string="Letters by Snailmail", help="Each letter that is sent is printed and posted by the service, which is paid for.")


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    recouvrement_snailmail = fields.Boolean(related='company_id.recouvrement_snailmail', readonly=False)
