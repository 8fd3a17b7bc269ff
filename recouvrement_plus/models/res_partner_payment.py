"""How a customer pays and what it needs on an invoice: stated by people, read by reminders and by the invoicing check."""
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import invoice_checks

MEANS = [('transfer', "Transfer"), ('direct_debit', "Direct debit"), ('card', "Card"), ('cheque', "Cheque"),
         ('bill', "Bill of exchange"), ('mandate', "Public accountant's order")]


class ResPartner(models.Model):
    _inherit = 'res.partner'

    recouvrement_invoice_portal = fields.Char(
        string="Invoices deposited on", help="Portal where this customer wants its invoices: name or address. Reminders say it.")
    recouvrement_order_required = fields.Boolean(
        string="Order number required",
        help="Invoices without the customer's order number (Customer Reference) wait in its accounts.")
    recouvrement_payment_days = fields.Char(
        string="Payment runs", help="Days of the month on which it pays: 10, 25. The 31st is the last day of shorter months. "
                                      "The expected dates of payment move to the next of these days.")
    recouvrement_payment_means = fields.Selection(MEANS, string="Pays by")

    @api.constrains('recouvrement_payment_days')
    def _check_recouvrement_payment_days(self):
        for partner in self:
            parts = re.split(r'[,;\s]+', (partner.recouvrement_payment_days or '').strip())
            if parts != [''] and not all(part.isdigit() and 1 <= int(part) <= 31 for part in parts):
                raise ValidationError(self.env._("Payment runs of %(customer)s: give days of the month, 1 to 31, as “10, 25”.",
                                                 customer=partner.display_name))

    def _commercial_fields(self):
        return super()._commercial_fields() + [
            'recouvrement_invoice_portal', 'recouvrement_order_required', 'recouvrement_payment_days', 'recouvrement_payment_means']

    def _recouvrement_payment_run(self, day):
        """The next day on which this customer pays, False when it is not known."""
        days = self.commercial_partner_id._recouvrement_run_days().get(self.commercial_partner_id.id)
        return invoice_checks.payment_run(day, days) or False

    def _recouvrement_run_days(self):
        """{partner id: days of the month of its payment runs} of those that stated them."""
        self.fetch(['recouvrement_payment_days'])
        return {partner.id: [int(part) for part in re.findall(r'\d+', partner.recouvrement_payment_days)]
                for partner in self if partner.recouvrement_payment_days}

    def write(self, vals):
        """Other payment runs, other expected dates: the next night looks at the customer again."""
        if 'recouvrement_payment_days' in vals:
            self.env['recouvrement.case'].sudo().search([('partner_id', 'in', self.commercial_partner_id.ids)]).score_date = False
        return super().write(vals)
