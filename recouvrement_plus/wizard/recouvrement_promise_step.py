from odoo import api, fields, models


class RecouvrementPromiseStep(models.TransientModel):
    """What the customer promised, as the collector notes it."""

    _name = 'recouvrement.promise.step'
    _inherit = ['recouvrement.overdue.step']
    _description = "Record a promise to pay"

    amount = fields.Monetary(string="Amount promised", compute='_compute_amount', store=True, readonly=False)
    date_promised = fields.Date(string="Payment promised for")
    means = fields.Selection(
        lambda self: self.env['recouvrement.promise']._fields['means']._description_selection(self.env), default='phone')
    said_by = fields.Char(string="Said by", help="Who promised, at the customer's.")
    note = fields.Char()

    @api.depends('item_ids')
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = sum(wizard.item_ids.mapped('amount_residual'))

    def action_record(self):
        self.ensure_one()
        self.case_id.promise_to_pay(
            self.date_promised, self.amount, self.item_ids.ids, self.said_by or '', self.means, self.note or '')
        return {'type': 'ir.actions.act_window_close'}
