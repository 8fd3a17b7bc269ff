from odoo import fields, models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    recouvrement_case_ids = fields.One2many(
        'recouvrement.case', 'partner_id', string="Collection cases", groups='recouvrement_plus.recouvrement_plus_group_officer')

    def action_recouvrement_open_case(self):
        """Open the customer's case in the current company, created from the ledger if it has none yet."""
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer')
        company, partner = self.env.company, self.commercial_partner_id
        self.env['recouvrement.item']._sync(company, partner)
        case = self.env['recouvrement.case'].sudo()._get_or_create(company, {partner.id})[partner.id]
        return {'type': 'ir.actions.act_window', 'res_model': 'recouvrement.case', 'res_id': case.id, 'view_mode': 'form'}
