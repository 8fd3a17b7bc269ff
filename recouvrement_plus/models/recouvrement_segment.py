from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import plan_choice

GRADES = [('A', "A"), ('B', "B"), ('C', "C"), ('D', "D"), ('E', "E")]


class RecouvrementSegment(models.Model):
    """A group of customers that share a reminder plan. Plans are chosen: invoice, deposits, customer, segment, company."""

    _name = 'recouvrement.segment'
    _description = "Customer segment"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="A customer in several segments follows the first.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', index=True, help="Empty: for every company.")
    plan_id = fields.Many2one('recouvrement.plan', string="Reminder plan", required=True, check_company=True, ondelete='restrict')
    grade_from = fields.Selection(GRADES, string="Best grade")
    grade_to = fields.Selection(GRADES, string="Worst grade", help="Both empty: any grade, and customers without history.")
    regime = fields.Selection(
        selection=[('b2b', "Professional"), ('b2c', "Consumer"), ('public', "Public body")], string="Debtor regime")
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id')
    amount_min = fields.Monetary(string="Owes at least", help="What is open, due or not, in the company's currency. 0: no bound.")
    amount_max = fields.Monetary(string="Owes less than", help="0: no bound.")
    tag_ids = fields.Many2many('res.partner.category', string="Tags", help="One of them is enough.")

    @api.depends('company_id')
    @api.depends_context('company')
    def _compute_currency_id(self):
        for segment in self:
            segment.currency_id = (segment.company_id or self.env.company).currency_id

    @api.constrains('grade_from', 'grade_to', 'amount_min', 'amount_max')
    def _check_bounds(self):
        for segment in self:
            grades = (segment.grade_from or 'A') <= (segment.grade_to or 'E')
            amounts = not segment.amount_max or segment.amount_min < segment.amount_max
            if not grades or not amounts:
                raise ValidationError(self.env._(
                    "Segment “%(segment)s” holds nobody: put the best grade and the lowest amount first.", segment=segment.name))

    @api.model
    def _usable(self, company):
        """Segments of a company and of its parents, in order; one whose plan is archived sends nobody anywhere."""
        return self.sudo().search_fetch([*self._check_company_domain(company), ('plan_id.active', '=', True)])

    def _rules(self):
        """As the engine reads them."""
        return tuple(plan_choice.Segment(
            key=segment.id, plan=segment.plan_id.id, sequence=position,
            grades=segment._grades(), regimes=frozenset([segment.regime] if segment.regime else ()),
            amount_min=segment._amount(segment.amount_min), amount_max=segment._amount(segment.amount_max),
            tags=frozenset(segment.tag_ids.ids),
        ) for position, segment in enumerate(self))

    def _grades(self):
        if not self.grade_from and not self.grade_to:
            return frozenset()
        return frozenset(grade for grade, _ in GRADES if (self.grade_from or 'A') <= grade <= (self.grade_to or 'E'))

    def _amount(self, value):
        return self.env['recouvrement.engine']._decimal(value, self.currency_id) if value else None
