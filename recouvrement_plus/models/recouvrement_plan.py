from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RecouvrementPlan(models.Model):
    """The reminder plan: ordered steps that a customer's overdue instalments go through."""

    _name = 'recouvrement.plan'
    _description = "Reminder plan"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', index=True, help="Empty: usable by every company.")
    level_ids = fields.One2many('recouvrement.plan.level', 'plan_id', string="Levels", copy=True)
    min_interval_days = fields.Integer(
        string="Days between two contacts", default=5, required=True,
        help="A customer who was reminded is left in peace for this many days, whatever the level.")
    min_amount = fields.Monetary(
        string="Minimum amount", currency_field='currency_id',
        help="Below this amount (in the company's currency) nothing is sent; the instalments wait.")
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id')
    entry = fields.Selection(
        selection=[('by_age', "At the level of its age"), ('first', "At the first level")],
        string="An old invoice enters", default='by_age', required=True,
        help="How an invoice that is already late when it is first seen (at activation, for example) starts.")

    _interval_not_negative = models.Constraint('CHECK(min_interval_days >= 0)', "The interval is a number of days, 0 or more.")

    @api.depends('company_id')
    def _compute_currency_id(self):
        for plan in self:
            plan.currency_id = (plan.company_id or self.env.company).currency_id

    def action_archive(self):
        """Say who named the plan: from now on they follow the next rule."""
        used = self.filtered('active')._used_by()
        result = super().action_archive()
        if not any(used.values()):
            return result
        return {'type': 'ir.actions.client', 'tag': 'display_notification', 'params': {
            'type': 'warning', 'sticky': True, 'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            'message': self.env._(
                "An archived plan is no longer followed. Still named by: companies %(companies)s, segments %(segments)s, "
                "customers %(customers)s, instalments %(items)s. They follow the next rule: see “Plan followed” on the case.",
                **used)}}

    def _used_by(self):
        """{kind: how many name one of these plans}."""
        def count(model, *domain):
            return self.env[model].sudo().search_count(domain)

        return {
            'companies': count('res.company', '|', ('recouvrement_plan_id', 'in', self.ids),
                               ('recouvrement_deposit_plan_id', 'in', self.ids)),
            'segments': count('recouvrement.segment', ('plan_id', 'in', self.ids)),
            'customers': count('recouvrement.case', ('plan_id', 'in', self.ids)),
            'items': count('recouvrement.item', ('plan_id', 'in', self.ids), ('state', '=', 'open'))}

    @api.constrains('level_ids')
    def _check_levels(self):
        for plan in self:
            days = plan.level_ids.mapped('days')
            if len(days) != len(set(days)):
                raise ValidationError(self.env._(
                    "Plan “%(plan)s” has two levels on the same day. Give each level its own number of days.", plan=plan.name))
