"""What is at stake with a customer, invoiced and ordered, against the limits that people set. It warns, it blocks nothing."""
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import formatLang

from ..engine import exposure

ACTIVITY = 'recouvrement_plus.mail_activity_type_limit'


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    exposure_orders = fields.Monetary(
        string="Orders to invoice", compute='_compute_exposure', help="Confirmed orders not invoiced yet, taxes included.")
    exposure_total = fields.Monetary(string="Exposure", compute='_compute_exposure', help="Outstanding and orders to invoice.")
    credit_limit = fields.Monetary(
        compute='_compute_exposure', help="The one in force among the solvency facts, else that of the contact.")
    has_credit_limit = fields.Boolean(compute='_compute_exposure')
    insured_limit = fields.Monetary(compute='_compute_exposure', help="Nothing when no policy is in force.")
    has_insured_limit = fields.Boolean(compute='_compute_exposure')
    exposure_excess = fields.Monetary(string="Beyond the limit", compute='_compute_exposure')
    exposure_uncovered = fields.Monetary(
        string="Not insured", compute='_compute_exposure', help="What no insurer would bear if nothing were paid.")
    over_limit = fields.Selection(
        [('credit', "Credit limit"), ('insured', "Insured limit"), ('both', "Both limits")], string="Over limit", readonly=True,
        index='btree_not_null', help="As of the last look, every day and whenever the case is refreshed.")
    over_limit_since = fields.Date(readonly=True)

    def _compute_exposure(self):
        for company, cases in self.grouped('company_id').items():
            facts = cases._exposure_facts(company)
            for case in cases:
                own = facts[case.id]
                found = exposure.assess(own)
                case.exposure_orders, case.exposure_total = float(own.orders), float(found.total)
                case.credit_limit, case.has_credit_limit = float(own.credit_limit or 0), own.credit_limit is not None
                case.insured_limit, case.has_insured_limit = float(own.insured_limit or 0), own.insured_limit is not None
                case.exposure_excess = float(max(found.excess.values(), default=Decimal(0)))
                case.exposure_uncovered = float(found.uncovered)

    # === COLLECT === #

    def _exposure_facts(self, company):
        """{case id: ExposureFacts} today, of cases of one company, in a fixed number of queries."""
        today, decimal = company._recouvrement_today(), self.env['recouvrement.engine']._decimal
        opened = self.env['recouvrement.ledger'].sudo()._open_totals(company, today, self.partner_id.ids)
        orders = self.env['recouvrement.case'].sudo()._orders_to_invoice(company, self.partner_id)
        limits = self._limits(company, today)
        return {case.id: exposure.ExposureFacts(
            invoiced=Decimal(str(opened.get(case.partner_id.id, (0, 0))[0])),
            orders=decimal(orders.get(case.partner_id.id, 0.0), company.currency_id), **limits[case.id]) for case in self}

    def _limits(self, company, day):
        """{case id: {credit_limit, insured_limit, coverage}}: the facts in force; core's own limit where no fact says one."""
        decimal = self.env['recouvrement.engine']._decimal
        facts = self.env['recouvrement.solvency.fact'].sudo()._in_force(self, day, ['credit_limit', 'insured_limit'])
        limits = {}
        for case in self:
            partner = case.partner_id.sudo().with_company(company)
            credit, insured = facts.get((case.id, 'credit_limit')), facts.get((case.id, 'insured_limit'))
            own = credit.amount if credit else partner.credit_limit or None
            limits[case.id] = {
                'credit_limit': None if own is None else decimal(own, company.currency_id),
                'insured_limit': decimal(insured.amount, company.currency_id) if insured else None,
                'coverage': Decimal(str(round(insured.coverage, 2))) if insured else Decimal(100)}
        return limits

    @api.model
    def _orders_to_invoice(self, company, partners):
        """{customer id: confirmed orders not invoiced yet, company currency}: none without the sales application."""
        return {}

    # === WARN === #

    @api.model
    def _refresh_over_limit(self, company, cases=None):
        """Note which limits are passed; one task when a customer passes one, closed when it no longer does."""
        day = company._recouvrement_today()
        cases = self._with_limits(company, day) if cases is None else cases.filtered(lambda case: case.company_id == company)
        facts = cases._exposure_facts(company)
        for case in cases:
            found = exposure.assess(facts[case.id])
            passed = found.passed or False
            if passed == (case.over_limit or False):
                continue
            new = passed and not case.over_limit
            case.write({'over_limit': passed, 'over_limit_since': (day if new else case.over_limit_since) if passed else False})
            if new:
                case._ask_about_limit(found, day)
            elif not passed:
                case._limit_tasks().action_feedback(feedback=self.env._("Within the limits again."))
        return cases

    @api.model
    def _with_limits(self, company, day):
        """Cases that have a limit, and those that were over one: the others cannot be."""
        partners = self.env['res.partner'].with_company(company).search([('credit_limit', '>', 0)])
        facts = self.env['recouvrement.solvency.fact'].search([
            ('company_id', '=', company.id), ('kind', 'in', ('credit_limit', 'insured_limit')),
            *self.env['recouvrement.solvency.fact']._state_domain('running', day)])
        return self.search([('company_id', '=', company.id), '|', '|', ('id', 'in', facts.case_id.ids),
                            ('partner_id', 'in', partners.ids), ('over_limit', '!=', False)])

    def _limit_tasks(self):
        return self.env['mail.activity'].search([
            ('activity_type_id', '=', self.env.ref(ACTIVITY).id), ('res_model', '=', self._name), ('res_id', 'in', self.ids)])

    def _ask_about_limit(self, found, day):
        self.env['mail.activity'].with_context(mail_activity_quick_update=True).create({
            'activity_type_id': self.env.ref(ACTIVITY).id, 'res_model_id': self.env['ir.model']._get_id(self._name),
            'res_id': self.id, 'user_id': self._collector().id, 'date_deadline': day,
            'summary': self.env._("Limit passed by %(amount)s: talk to sales before the next order", amount=formatLang(
                self.env, float(max(found.excess.values())), currency_obj=self.currency_id))})

    def action_sync(self):
        result = super().action_sync()
        for company, cases in self.sudo().grouped('company_id').items():
            cases._refresh_over_limit(company, cases)
        return result
