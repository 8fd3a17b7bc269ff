"""Grade by regime by amount, with the plan that each gets: where the customers are, and whether the plans fit."""
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import formatLang

from ..engine import plan_choice
from ..models.recouvrement_segment import GRADES

REGIMES = [('b2b', "Professional"), ('b2c', "Consumer"), ('public', "Public body"), ('none', "Not classified")]
RULES = [('customer', "Customer"), ('segment', "Segment"), ('company', "Company"), ('none', "No plan")]
# Bounds of the amounts while no segment has any of its own, company currency.
BOUNDS = (Decimal(1000), Decimal(10000))


class RecouvrementSegment(models.Model):
    _inherit = 'recouvrement.segment'

    @api.model
    def matrix(self, company_id=None):
        """Customers who owe something, by grade, debtor regime and amount owed, with the plan that each follows.

        :return: [{grade ('' without history), regime ('' unclassified), amount_from, amount_to ('' without), plan_id, rule,
            segment_id, case_ids, customers, owed, overdue}]; amounts as strings, company currency
        :raises AccessError: without the officer role or for another company
        """
        self.env['recouvrement.run']._check_user('officer')
        company = self.env['recouvrement.run']._company(company_id)
        return self.sudo().with_company(company)._matrix(company)

    @api.model
    def _matrix(self, company):
        currency, segments = company.currency_id, self._usable(company)
        rules, default = segments._rules(), company._recouvrement_plan()
        totals = self.env['recouvrement.ledger']._open_totals(company, company._recouvrement_today())
        bounds, cells = self._bounds(rules), {}
        cases = self.env['recouvrement.case'].search([('company_id', '=', company.id), ('partner_id', 'in', list(totals))])
        for case in cases:
            owed, overdue = (Decimal(str(value)) for value in totals[case.partner_id.id])
            profile = plan_choice.Profile(
                grade=case.grade or '', regime=case.partner_id.recouvrement_regime or '', owed=max(owed, Decimal(0)),
                tags=frozenset(case.partner_id.category_id.ids if segments.tag_ids else ()), known_outcomes=case.score_known_count)
            choice = plan_choice.choose_plan(profile, rules, customer=case.plan_id.filtered('active').id, company=default.id)
            key = (profile.grade, profile.regime, self._band(bounds, profile.owed), choice.plan, choice.rule, choice.segment)
            cell = cells.setdefault(key, [[], Decimal(0), Decimal(0)])
            cell[0].append(case.id)
            cell[1] += owed
            cell[2] += overdue
        return [self._cell(key, cell, bounds, currency) for key, cell in sorted(
            cells.items(), key=lambda one: (one[0][0] or 'F', one[0][1] or 'z', *map(str, one[0][2:])))]

    @api.model
    def _bounds(self, rules):
        """Where the amounts are cut: as the segments cut them, so that a cell has one answer."""
        own = {bound for rule in rules for bound in (rule.amount_min, rule.amount_max) if bound}
        return sorted(own) or list(BOUNDS)

    @api.model
    def _band(self, bounds, owed):
        return sum(1 for bound in bounds if owed >= bound)

    @api.model
    def _cell(self, key, cell, bounds, currency):
        grade, regime, band, plan, rule, segment = key
        return {
            'grade': grade, 'regime': regime, 'amount_from': currency._recouvrement_text(bounds[band - 1]) if band else '0',
            'amount_to': currency._recouvrement_text(bounds[band]) if band < len(bounds) else '',
            'plan_id': plan or False, 'rule': rule, 'segment_id': segment or False, 'case_ids': cell[0], 'customers': len(cell[0]),
            'owed': currency._recouvrement_text(cell[1]), 'overdue': currency._recouvrement_text(cell[2])}


class RecouvrementMatrix(models.TransientModel):
    _name = 'recouvrement.matrix'
    _inherit = 'recouvrement.window'
    _description = "Segment matrix"
    _order = 'grade, regime, amount_from'

    user_id = fields.Many2one('res.users', default=lambda self: self.env.user, required=True)
    company_id = fields.Many2one('res.company', required=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    grade = fields.Selection([*GRADES, ('none', "Not enough history")])
    regime = fields.Selection(REGIMES, string="Debtor regime")
    amount_from = fields.Monetary()
    band = fields.Char(string="Owes")
    plan_id = fields.Many2one('recouvrement.plan', string="Reminder plan")
    rule = fields.Selection(RULES, string="Chosen by")
    segment_id = fields.Many2one('recouvrement.segment')
    customers = fields.Integer()
    owed = fields.Monetary(string="Outstanding")
    overdue = fields.Monetary()
    case_ids = fields.Many2many('recouvrement.case')

    @api.model
    def action_open(self):
        """The matrix of the current company, as of now."""
        company = self.env.company
        rows = self.env['recouvrement.segment'].matrix(company.id)
        self.sudo().search([('user_id', '=', self.env.uid)]).unlink()
        lines = self.create([self._vals(row, company) for row in rows])
        action = self.env['ir.actions.act_window']._for_xml_id('recouvrement_plus.recouvrement_matrix_action')
        return action | {'domain': [('id', 'in', lines.ids)]}

    @api.model
    def _vals(self, row, company):
        def money(text):
            return formatLang(self.env, float(text), digits=0)

        if not row['amount_to']:
            band = self.env._("%(from)s %(currency)s and more", currency=company.currency_id.symbol, **{
                'from': money(row['amount_from'])})
        else:
            band = self.env._("%(from)s to %(to)s %(currency)s", currency=company.currency_id.symbol, **{
                'from': money(row['amount_from']), 'to': money(row['amount_to'])})
        return {
            'company_id': company.id, 'grade': row['grade'] or 'none', 'regime': row['regime'] or 'none', 'band': band,
            'amount_from': float(row['amount_from']), 'plan_id': row['plan_id'], 'rule': row['rule'],
            'segment_id': row['segment_id'], 'customers': row['customers'], 'owed': float(row['owed']),
            'overdue': float(row['overdue']), 'case_ids': [fields.Command.set(row['case_ids'])]}

    def action_open_cases(self):
        """The customers of one cell."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('recouvrement_plus.recouvrement_case_action')
        return action | {'domain': [('id', 'in', self.case_ids.ids)], 'context': {}}
