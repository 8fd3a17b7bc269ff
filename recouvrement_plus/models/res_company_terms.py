"""What invoices say of late payment, and what a company is for the payment terms."""
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_large_company = fields.Boolean(
        string="Large company",
        help="What large companies buy for export keeps the general payment term (C. com. art. L441-12).")
    recouvrement_print_mentions = fields.Boolean(
        string="Print the legal mentions", default=True,
        help="On invoices to professionals: penalty rate, 40 euros, discount (C. com. art. L441-9, L441-10); to public bodies: "
             "ECB rate plus 8 points and 40 euros. Never on those of consumers, nor of customers who are not classified.")
    recouvrement_rate_wording = fields.Char(
        string="Wording of the penalty rate", translate=True,
        help="Replaces the sentence on the penalty rate, for professionals. Empty: the sentence made from the rate of the terms of "
             "sale, or the legal default.")
    recouvrement_discount_wording = fields.Char(
        string="Wording of the discount", translate=True,
        help="Conditions of the discount for early payment. Empty: “No discount for early payment”, or the discount of the "
             "payment term when it has one.")
