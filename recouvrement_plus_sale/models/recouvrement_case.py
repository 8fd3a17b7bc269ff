"""Confirmed orders that are not invoiced yet are at stake like invoices. Nothing is blocked: sales are told, not stopped."""
from collections import defaultdict

from odoo import api, fields, models


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    @api.model
    def _orders_to_invoice(self, company, partners):
        """As core's own credit warning counts them, whether or not that warning is switched on."""
        amounts = defaultdict(float, super()._orders_to_invoice(company, partners))
        orders = self.env['sale.order'].sudo().search([
            ('company_id', '=', company.id), ('state', '=', 'sale'),
            ('partner_invoice_id.commercial_partner_id', 'in', partners.ids),
            ('order_line', 'any', [('untaxed_amount_to_invoice', '>', 0)])])
        today = fields.Date.to_date(company._recouvrement_today())
        for order in orders:
            amounts[order.partner_invoice_id.commercial_partner_id.id] += order.currency_id._convert(
                order.amount_to_invoice, company.currency_id, company, today)
        return dict(amounts)
