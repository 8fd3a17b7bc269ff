"""The part of an instalment that a hold takes: a dispute of 300 of 1,000 leaves 700 to be claimed."""
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class RecouvrementHold(models.Model):
    _inherit = 'recouvrement.hold'

    currency_id = fields.Many2one(related='item_id.currency_id')
    amount = fields.Monetary(
        string="Part held", help="Part of the instalment that is held, in its currency; the rest is still claimed. 0: all of it.")
    dispute_id = fields.Many2one('recouvrement.dispute', index='btree_not_null', readonly=True, ondelete='restrict')

    _amount_not_negative = models.Constraint('CHECK(COALESCE(amount, 0) >= 0)', "The part held is not negative.")

    @api.constrains('amount', 'kind', 'item_id')
    def _check_amount(self):
        for hold in self.filtered('amount'):
            if hold.kind != 'dispute' or not hold.item_id:
                raise ValidationError(self.env._("Only a dispute holds a part, and it is the part of one instalment."))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.get('dispute_id') for vals in vals_list):
            raise UserError(self.env._("The holds of a dispute are made by the dispute."))
        return super().create(vals_list)

    def write(self, vals):
        """The dispute alone ends its holds; the part held is a fact of past nights like the rest."""
        if not self.env.su:
            if self.dispute_id and {'date_to', 'amount', 'dispute_id', 'kind', 'item_id', 'case_id', 'date_from'} & set(vals):
                raise UserError(self.env._("This hold belongs to a dispute: resolve the dispute instead."))
            if 'dispute_id' in vals:
                raise UserError(self.env._("The holds of a dispute are made by the dispute."))
            if 'amount' in vals and any(hold.date_from < hold.company_id._recouvrement_today() for hold in self):
                raise UserError(self.env._("This hold explains past nights: end it and record a new one instead."))
        return super().write(vals)

    def _in_force(self):
        """Whether it holds today."""
        today = self.company_id._recouvrement_today()
        return self.date_from <= today and (not self.date_to or self.date_to >= today)

    def _end(self):
        """Its last day is yesterday: today is looked at without it."""
        for hold in self:
            yesterday = fields.Date.subtract(hold.company_id._recouvrement_today(), days=1)
            hold.date_to = max(yesterday, fields.Date.subtract(hold.date_from, days=1))
