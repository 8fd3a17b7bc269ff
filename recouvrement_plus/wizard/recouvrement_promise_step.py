from odoo import api, fields, models


class RecouvrementPromiseStep(models.TransientModel):
    """What the customer promised, as the collector notes it."""

    _name = 'recouvrement.promise.step'
    _description = "Record a promise to pay"

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, ondelete='cascade')
    item_ids = fields.Many2many(
        'recouvrement.item', string="Instalments", compute='_compute_item_ids', store=True, readonly=False,
        domain="[('case_id', '=', case_id), ('state', '=', 'open')]")
    currency_id = fields.Many2one('res.currency', compute='_compute_amount', store=True)
    amount = fields.Monetary(string="Amount promised", compute='_compute_amount', store=True, readonly=False)
    date_promised = fields.Date(string="Payment promised for")
    means = fields.Selection(
        lambda self: self.env['recouvrement.promise']._fields['means']._description_selection(self.env), default='phone')
    said_by = fields.Char(string="Said by", help="Who promised, at the customer's.")
    note = fields.Char()

    @api.depends('case_id')
    def _compute_item_ids(self):
        for wizard in self:
            today = wizard.case_id.company_id._recouvrement_today() if wizard.case_id else False
            items = wizard.case_id.open_item_ids.filtered(lambda item, today=today: item.date_maturity < today)
            wizard.item_ids = items.filtered(lambda item, items=items: item.currency_id == items[0].currency_id)

    @api.depends('item_ids')
    def _compute_amount(self):
        for wizard in self:
            wizard.currency_id = wizard.item_ids.currency_id[:1] or wizard.case_id.currency_id
            wizard.amount = sum(wizard.item_ids.mapped('amount_residual'))

    def action_record(self):
        self.ensure_one()
        self.case_id.promise_to_pay(
            self.date_promised, self.amount, self.item_ids.ids, self.said_by or '', self.means, self.note or '')
        return {'type': 'ir.actions.act_window_close'}
