"""Natural persons: consumers and sole traders. What is computed about them only advises."""
from odoo import api, fields, models

from .res_partner_regime import OFFICER


class ResPartner(models.Model):
    _inherit = 'res.partner'

    recouvrement_person_stated = fields.Selection(
        [('yes', "Yes"), ('no', "No")], string="Stated", tracking=True, groups=OFFICER,
        help="Corrects what is deduced: consumers, sole traders (legal category 1xxx), contacts that are no company.")
    recouvrement_natural_person = fields.Boolean(
        string="Natural person", compute='_compute_recouvrement_natural_person', groups=OFFICER,
        help="Consumers and sole traders: their score is personal data. It advises, is explained, can be contested, and nothing "
             "restrictive is proposed from it.")

    @api.depends('recouvrement_person_stated', 'recouvrement_regime', 'recouvrement_legal_category', 'is_company', 'parent_id')
    def _compute_recouvrement_natural_person(self):
        for partner in self:
            if partner.recouvrement_person_stated:
                partner.recouvrement_natural_person = partner.recouvrement_person_stated == 'yes'
            else:
                category = partner.recouvrement_legal_category or ''
                partner.recouvrement_natural_person = partner.recouvrement_regime != 'public' and (
                    partner.recouvrement_regime == 'b2c' or category.startswith('1')
                    or not partner.is_company and not partner.parent_id)
