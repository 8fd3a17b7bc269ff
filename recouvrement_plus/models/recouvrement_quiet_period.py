from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

from ..engine import calendar_days
from .night_memo import once


class Quiet(NamedTuple):
    """A quiet period as the nights read it."""

    period: calendar_days.Period
    partner_id: int | bool  # the customer that is closed
    user_id: int | bool  # the collector who is away
    substitute_id: int | bool
    puts_off_firm: bool


class RecouvrementQuietPeriod(models.Model):
    """Days during which firm levels wait: a season, a customer's closure, a collector's absence. Deadlines of law go on."""

    _name = 'recouvrement.quiet.period'
    _description = "Quiet period"
    _check_company_auto = True
    _order = 'date_from, id'

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', index=True, help="Its branches too. Empty: every company.")
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

    @api.model
    def _of_company(self, company):
        """The `Quiet` periods of a company, those of its parents and of every company among them, in order."""
        return once(self, ('quiet periods', company.id), lambda: [
            Quiet(calendar_days.Period(period.date_from, period.date_to, period.yearly),
                  period.partner_id.commercial_partner_id.id, period.user_id.id, period.substitute_id.id, period.puts_off_firm)
            for period in self.sudo().search_fetch([('company_id', 'in', (False, *company.sudo().parent_ids.ids))])])

    @api.model
    def _of_night(self, company, cases):
        """(periods that concern every customer of a company, {partner id: periods} of customers that are closed or whose
        collector is away); `cases` is {partner id: FollowedCase}."""
        everybody, by_partner, by_user = [], defaultdict(tuple), defaultdict(tuple)
        for quiet in self._of_company(company):
            if not quiet.puts_off_firm:
                continue
            if quiet.partner_id:
                by_partner[quiet.partner_id] += (quiet.period,)
            elif quiet.user_id:
                by_user[quiet.user_id] += (quiet.period,)
            else:
                everybody.append(quiet.period)
        own = {partner: by_partner[partner] + by_user[cases[partner].user_id if partner in cases else None]
               for partner in {*cases, *by_partner}} if by_partner or by_user else {}
        return tuple(everybody), own

    @api.model
    def _substitutes(self, company, day):
        """{user id: id of who gets its tasks, or False} of those who are away on a day."""
        found = {}
        for quiet in self._of_company(company):
            if quiet.user_id and quiet.period.holds(day):
                found[quiet.user_id] = found.get(quiet.user_id) or quiet.substitute_id
        return found


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    @api.model
    def _who_gets_tasks(self, company, collectors, others=()):
        """{case id: id of the user who gets its tasks today}: its collector, the substitute during an absence, else the
        administrator; `collectors` is {case id: id of its collector, or None}; `others` get tasks next: read in one go."""
        administrator = self.env['ir.model.data']._xmlid_to_res_id('base.user_admin', raise_if_not_found=True)
        away = self.env['recouvrement.quiet.period']._substitutes(company, company._recouvrement_today())
        users = {administrator, *collectors.values(), *away.values(), *others} - {None, False}
        active = {user for user, person in self.env['mail.activity']._recouvrement_people(users).items() if person.active}
        last = self._stands_in(administrator, away, active) or administrator
        answers = {user: self._stands_in(user, away, active) or last for user in set(collectors.values())}
        return {case: answers[user] for case, user in collectors.items()}

    @api.model
    def _stands_in(self, user, away, active):
        """A user who is there; else the substitute, the substitute's own, and so on; False when none of them is there.

        Who is away and named nobody keeps the tasks, but gets none of anybody else's.
        """
        if user in active and not away.get(user):
            return user
        asked = set()
        while user and user not in asked:
            asked.add(user)
            user = away.get(user)
            if user in active and user not in away:
                return user
        return False

    def _collectors(self):
        """{case id: who gets its tasks today}."""
        found = {}
        for company, cases in self.grouped('company_id').items():
            found |= self._who_gets_tasks(company, {case.id: case.user_id.id for case in cases})
        return {case: self.env['res.users'].browse(user) for case, user in found.items()}

    def _collector(self):
        self.ensure_one()
        return self._collectors()[self.id]

    def _recouvrement_sender(self):
        """Who writes to the customer: the company; where it has no address, who looks after the case; '' when nobody can be
        answered. The addresses that a new database gives to its users are nobody's."""
        address = self.company_id._recouvrement_sender()
        if address:
            return address
        user = self._collector()
        normalized = email_normalize(user.email or '') or '@example.com'
        return '' if normalized.endswith('@example.com') else user.email_formatted
