"""How the company behaves towards debtors: for whom it collects, when persons are called, how long personal data are kept."""
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_third_party = fields.Boolean(
        string="Collects for others",
        help="The company recovers amicably, as a habit, what is owed to others (CPCE art. R124-1): its letters then carry the "
             "content of art. R124-4. Not for a company that collects its own invoices.")
    recouvrement_creditor_id = fields.Many2one('res.partner', string="Creditor", help="For whom this company collects.")
    recouvrement_creditor_mandate = fields.Char(
        string="Mandate", help="Reference and date of the written mandate (CPCE art. R124-3).")
    recouvrement_person_calls = fields.Boolean(
        string="Hours of calls to persons", default=True,
        help="Monday to Friday, 10 to 13 and 14 to 20 hours, no public holiday: the hours of marketing calls (C. conso. art. "
             "D223-9), as a good default. No text fixes hours for collection.")
    recouvrement_person_calls_max = fields.Integer(string="Calls in 30 days", default=4, help="0: no limit.")
    recouvrement_retention_months = fields.Integer(
        string="Personal data kept (months)", default=60,
        help="After the last event of a settled customer who is a natural person. Accounting documents are kept ten years "
             "(C. com. art. L123-22) whatever is said here.")

    @api.constrains('recouvrement_third_party', 'recouvrement_creditor_id', 'recouvrement_creditor_mandate')
    def _check_third_party(self):
        for company in self:
            if company.recouvrement_third_party and not (
                    company.recouvrement_creditor_id and company.recouvrement_creditor_mandate):
                raise ValidationError(company.env._(
                    "Who collects for others names the creditor and the written mandate (CPCE art. R124-3, R124-4)."))

    @api.constrains('recouvrement_retention_months', 'recouvrement_person_calls_max')
    def _check_conduct(self):
        for company in self:
            if company.recouvrement_retention_months < 1 or company.recouvrement_person_calls_max < 0:
                raise ValidationError(company.env._("Personal data are kept at least a month; a number of calls is not negative."))


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    recouvrement_third_party = fields.Boolean(related='company_id.recouvrement_third_party', readonly=False)
    recouvrement_creditor_id = fields.Many2one(related='company_id.recouvrement_creditor_id', readonly=False)
    recouvrement_creditor_mandate = fields.Char(related='company_id.recouvrement_creditor_mandate', readonly=False)
    recouvrement_person_calls = fields.Boolean(related='company_id.recouvrement_person_calls', readonly=False)
    recouvrement_person_calls_max = fields.Integer(related='company_id.recouvrement_person_calls_max', readonly=False)
    recouvrement_retention_months = fields.Integer(related='company_id.recouvrement_retention_months', readonly=False)


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def _recouvrement_is_person(self):
        """A natural person: a consumer, a sole trader or a contact, never what is recorded as a company."""
        self.ensure_one()
        return not self.is_company and self.recouvrement_regime != 'public'
