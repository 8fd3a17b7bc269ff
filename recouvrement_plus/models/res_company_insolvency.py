from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_insolvency_indemnity = fields.Boolean(
        string="Declare the 40 euros born before the judgment", default=True,
        help="Of invoices whose due date had passed before the judgment. Those due later bear none (C. com. art. L441-10).")
