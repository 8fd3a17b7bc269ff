from odoo import api, fields, models


class RecouvrementOverdueStep(models.AbstractModel):
    """A step on overdue instalments of one customer: those of one currency, free of a judgment, are proposed; some are kept."""

    _name = 'recouvrement.overdue.step'
    _inherit = 'recouvrement.window'
    _description = "Step on overdue instalments"

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, ondelete='cascade')
    item_ids = fields.Many2many(
        'recouvrement.item', string="Instalments", compute='_compute_item_ids', store=True, readonly=False,
        domain="[('case_id', '=', case_id), ('state', '=', 'open')]")
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id', store=True)

    @api.depends('case_id')
    def _compute_item_ids(self):
        for wizard in self:
            today = wizard.case_id.company_id._recouvrement_today() if wizard.case_id else False
            items = wizard.case_id.open_item_ids.filtered(lambda item, today=today: item.date_maturity < today)
            frozen = items._frozen_by(today) if today else {}
            items = items.filtered(lambda item, frozen=frozen: item not in frozen)
            wizard.item_ids = items.filtered(lambda item, items=items: item.currency_id == items[0].currency_id)

    @api.depends('item_ids')
    def _compute_currency_id(self):
        for wizard in self:
            wizard.currency_id = wizard.item_ids.currency_id[:1] or wizard.case_id.currency_id
