"""The grade of a customer for those who sell to him, where the company allows it."""
from odoo import api, fields, models

OFFICER = 'recouvrement_plus.recouvrement_plus_group_officer'


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_share_grade = fields.Boolean(
        string="Salespeople see the grade",
        help="The grade (A to E) on the customer, for every internal user of the company. The score, its points and the history "
             "stay with collections. A sole trader's grade is personal data.")


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    recouvrement_share_grade = fields.Boolean(related='company_id.recouvrement_share_grade', readonly=False)


class ResPartner(models.Model):
    _inherit = 'res.partner'

    payment_risk_grade = fields.Selection(
        selection=[('A', "A"), ('B', "B"), ('C', "C"), ('D', "D"), ('E', "E")], string="Payment risk",
        compute='_compute_payment_risk_grade', groups='base.group_user',
        help="As this company's own books tell. A pays on time, E almost always pays late. "
             "Empty: not enough history, or not shown.")

    @api.depends_context('uid', 'company')
    def _compute_payment_risk_grade(self):
        """Of the current company only, and only for those who may see it; never stored on the contact."""
        company, grades = self.env.company, {}
        if company.sudo().recouvrement_share_grade or self.env.user.has_group(OFFICER):
            cases = self.env['recouvrement.case'].sudo().search_fetch(
                [('company_id', '=', company.id), ('partner_id', 'in', self.commercial_partner_id.ids)], ['partner_id', 'grade'])
            grades = {case.partner_id.id: case.grade for case in cases}
        for partner in self:
            partner.payment_risk_grade = grades.get(partner.commercial_partner_id.id, False)
