"""Which limitation period the claims of a company have, besides what the customer is."""
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_limitation_nature = fields.Selection(
        selection=[('general', "Goods and services in general"), ('transport', "Carriage of goods (1 year)"),
                   ('freight_forwarding', "Freight forwarding (1 year)"), ('insurance', "Insurance (2 years)")],
        string="What is invoiced", default='general', required=True,
        help="Some contracts have a shorter limitation of their own (C. com. art. L133-6, C. assur. art. L114-1).")
    recouvrement_limitation_years = fields.Integer(
        string="Limitation agreed (years)",
        help="1 to 10 years when your terms of sale fix one; 0: the law. Between professionals only (C. civ. art. 2254).")

    @api.constrains('recouvrement_limitation_years')
    def _check_recouvrement_limitation_years(self):
        if any(not 0 <= company.recouvrement_limitation_years <= 10 for company in self):
            raise ValidationError(self.env._(
                "A contract fixes a limitation of 1 to 10 years (C. civ. art. 2254); 0: the period of the law."))

    def _recouvrement_past_day(self, value):
        """The day of something that has happened, from a date or 'YYYY-MM-DD'.

        :raises UserError: for a day to come, or for what is no date
        """
        day = self.env['recouvrement.run']._parse_date(value)
        if day > self._recouvrement_today():
            raise UserError(self.env._("%(day)s is still to come: record what has happened.", day=day))
        return day


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    recouvrement_limitation_nature = fields.Selection(
        related='company_id.recouvrement_limitation_nature', readonly=False, required=True)
    recouvrement_limitation_years = fields.Integer(related='company_id.recouvrement_limitation_years', readonly=False)
