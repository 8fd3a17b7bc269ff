from decimal import Decimal

from odoo import fields, models


class RecouvrementBadDebtLine(models.Model):
    """What an operation does with one instalment, as it was prepared; amounts in the company's currency."""

    _name = 'recouvrement.bad.debt.line'
    _description = "Instalment of a doubtful or bad debt"
    _order = 'debt_id, id'

    debt_id = fields.Many2one('recouvrement.bad.debt', required=True, readonly=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='debt_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='debt_id.currency_id')
    item_id = fields.Many2one(
        'recouvrement.item', string="Instalment", required=True, readonly=True, index=True, ondelete='restrict')
    invoice_id = fields.Many2one('account.move', readonly=True, index='btree_not_null', ondelete='set null')
    amount = fields.Monetary(string="Claim with tax", readonly=True)
    base_net = fields.Monetary(string="Claim net of tax", readonly=True)
    percent = fields.Float(string="%", digits=(5, 2), readonly=True)
    net = fields.Monetary(string="Loss", readonly=True)
    vat_recovered = fields.Monetary(string="VAT recovered", readonly=True)
    vat_cancelled = fields.Monetary(string="Pending VAT cancelled", readonly=True)
    doubtful_change = fields.Monetary(
        string="Doubtful", readonly=True, help="Above zero: transferred. Below: brought back, or written off.")
    provision_change = fields.Monetary(string="Impairment", readonly=True, help="Above zero: allowance. Below: release.")
    taxes = fields.Json(readonly=True, help="VAT of the part written off: [tax line, amount, pending].")

    def _decimal(self, name):
        return Decimal(self.currency_id._recouvrement_text(self[name]))

    def _pending_taxes(self):
        """(tax line of the invoice, amount) of the VAT on receipts that the write-off cancels."""
        return [(self.env['account.move.line'].browse(key), float(amount))
                for key, amount, pending in self.taxes or [] if pending]

    def _result(self):
        text = self.currency_id._recouvrement_text
        return {
            'item_id': self.item_id.id, 'invoice': self.item_id.move_name or '', 'percent': str(self.percent),
            **{name: text(self[name]) for name in (
                'amount', 'base_net', 'net', 'vat_recovered', 'vat_cancelled', 'doubtful_change', 'provision_change')}}
