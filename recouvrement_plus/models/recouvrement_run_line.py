from odoo import fields, models

from .recouvrement_engine import HOLD_SELECTION


class RecouvrementRunLine(models.Model):
    """What a night held, counted by reason, and the customers whose data stopped it."""

    _name = 'recouvrement.run.line'
    _description = "Night journal line"
    _order = 'run_id, kind, count desc, id'

    run_id = fields.Many2one('recouvrement.run', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True, index=True)
    kind = fields.Selection(selection=[('held', "Held"), ('error', "Error")], required=True)
    reason = fields.Selection(HOLD_SELECTION)
    count = fields.Integer(string="Customers", default=1)
    currency_id = fields.Many2one(related='company_id.currency_id')
    amount = fields.Monetary(string="Overdue", help="Overdue amount concerned, in company currency.")
    case_id = fields.Many2one('recouvrement.case', ondelete='cascade', index='btree_not_null')
    partner_id = fields.Many2one('res.partner', string="Customer", ondelete='cascade', index='btree_not_null')
    message = fields.Text()

    _one_by_reason = models.UniqueIndex("(run_id, reason) WHERE kind = 'held'")
