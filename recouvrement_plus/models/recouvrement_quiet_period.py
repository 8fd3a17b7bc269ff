from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import calendar_days


class RecouvrementQuietPeriod(models.Model):
    """Days during which firm levels wait: a season, a customer's closure, a collector's absence. Deadlines of law go on."""

    _name = 'recouvrement.quiet.period'
    _description = "Quiet period"
    _check_company_auto = True
    _order = 'date_from, id'

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', index=True, help="Empty: every company.")
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True, help="Last day.")
    yearly = fields.Boolean(string="Every year", help="Only the day and the month count.")
    partner_id = fields.Many2one(
        'res.partner', string="Customer closed", index='btree_not_null', ondelete='cascade',
        domain="[('parent_id', '=', False)]", help="Empty: all customers.")
    user_id = fields.Many2one(
        'res.users', string="Collector away", index='btree_not_null', ondelete='cascade',
        help="For the customers of this collector.")
    substitute_id = fields.Many2one('res.users', help="Gets the tasks meanwhile.")
    puts_off_firm = fields.Boolean(
        string="Firm levels wait", default=True, help="Untick when the substitute follows the firm levels too.")

    @api.constrains('date_from', 'date_to')
    def _check_dates(self):
        for period in self:
            if period.date_to < period.date_from:
                raise ValidationError(self.env._("Period “%(period)s” ends before it starts.", period=period.name))

    @api.constrains('user_id', 'substitute_id')
    def _check_substitute(self):
        for period in self.filtered('substitute_id'):
            if period.substitute_id == period.user_id:
                raise ValidationError(self.env._("The substitute is somebody else than the person who is away."))

    def _engine_period(self):
        return calendar_days.Period(self.date_from, self.date_to, self.yearly)

    @api.model
    def _of_night(self, company, cases):
        """(periods that concern every customer of a company, {partner id: periods} of customers that are closed or whose
        collector is away); `cases` is {partner id: FollowedCase}."""
        everybody, by_partner, by_user = [], defaultdict(tuple), defaultdict(tuple)
        periods = self.sudo().search_fetch(
            [('company_id', 'in', (False, company.id)), ('puts_off_firm', '=', True)],
            ['date_from', 'date_to', 'yearly', 'partner_id', 'user_id'])
        for period in periods:
            one = period._engine_period()
            if period.partner_id:
                by_partner[period.partner_id.commercial_partner_id.id] += (one,)
            elif period.user_id:
                by_user[period.user_id.id] += (one,)
            else:
                everybody.append(one)
        own = {partner: by_partner[partner] + by_user[cases[partner].user_id if partner in cases else None]
               for partner in {*cases, *by_partner}} if by_partner or by_user else {}
        return tuple(everybody), own

    @api.model
    def _substitutes(self, company, day):
        """{user: who gets its tasks} of those who are away on a day."""
        absences = self.sudo().search([
            ('user_id', '!=', False), ('substitute_id', '!=', False), ('company_id', 'in', (False, company.id))])
        found = {}
        for period in absences.filtered(lambda period: period._engine_period().holds(day)):
            found.setdefault(period.user_id, period.substitute_id)
        return found


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    def _collectors(self):
        """{case id: who gets its tasks today}: its collector, the substitute during an absence, else the administrator."""
        administrator, found = self.env.ref('base.user_admin'), {}
        for company, cases in self.grouped('company_id').items():
            away = self.env['recouvrement.quiet.period']._substitutes(company, company._recouvrement_today())
            for case in cases:
                user = case.user_id or administrator
                found[case.id] = away.get(user, user)
        return found

    def _collector(self):
        self.ensure_one()
        return self._collectors()[self.id]
