from odoo import fields, models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    recouvrement_large_company = fields.Boolean(
        string="Large company",
        help="What large companies buy for export keeps the general payment term (C. com. art. L441-12).")
