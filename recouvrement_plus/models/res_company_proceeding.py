from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_identity_required = fields.Boolean(
        string="Check the debtor's identity before a formal notice", default=True,
        help="SIREN, exact name, legal form, registered office and competent court are compared with an official source by "
             "a person before the letter is approved and before any legal step. A manager may go on all the same, with a reason.")
