"""Choices that the law leaves open in the computation of interest, each at its default of docs/legal-sources.md."""
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_credit_note_date = fields.Selection(
        selection=[('own_date', "From its own date (a commercial gesture)"),
                   ('invoice_date', "As if the invoice had always been lower (it corrects an error)")],
        string="A credit note reduces what bears interest", default='own_date', required=True,
        help="A credit note is no payment: it never covers interest.")
    recouvrement_rounding = fields.Selection(
        selection=[('per_slice', "Each line of the statement"), ('cumulative', "The running total of the instalment")],
        string="Interest is rounded to the cent on", default='per_slice', required=True,
        help="No text says so: published examples round each line, halves up.")


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    recouvrement_credit_note_date = fields.Selection(
        related='company_id.recouvrement_credit_note_date', readonly=False, required=True)
    recouvrement_rounding = fields.Selection(related='company_id.recouvrement_rounding', readonly=False, required=True)
