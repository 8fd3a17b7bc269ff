"""Settings of the plans: deposits, working days, hours, thanks."""
import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import calendar_days


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_deposit_plan_id = fields.Many2one(
        'recouvrement.plan', string="Plan of deposit invoices",
        domain="['|', ('company_id', '=', False), ('company_id', 'parent_of', id)]",
        help="Down payments of orders. Empty: they follow the plan of their customer.")
    recouvrement_working_days = fields.Boolean(
        string="Only on working days",
        help="Nothing is prepared on week-ends and on public holidays of the company or of the customer (Alsace-Moselle and "
             "overseas by the postcode); it goes on the next working day.")
    recouvrement_email_from = fields.Integer(string="E-mails from", default=0, help="Hour, where the company is.")
    recouvrement_email_to = fields.Integer(string="E-mails until", default=24)
    recouvrement_phone_from = fields.Integer(string="Calls and SMS from", default=9)
    recouvrement_phone_to = fields.Integer(string="Calls and SMS until", default=19)
    recouvrement_thanks = fields.Boolean(
        string="Thank late customers who pay", help="Once everything overdue that was reminded is paid, a short thank-you leaves.")
    recouvrement_thanks_since = fields.Date(readonly=True, help="Payments of reminders sent before are not thanked for.")

    @api.constrains('recouvrement_email_from', 'recouvrement_email_to', 'recouvrement_phone_from', 'recouvrement_phone_to')
    def _check_recouvrement_hours(self):
        for company in self:
            for opens, closes in ((company.recouvrement_email_from, company.recouvrement_email_to),
                                  (company.recouvrement_phone_from, company.recouvrement_phone_to)):
                if not 0 <= opens < closes <= 24:
                    raise ValidationError(self.env._(
                        "Hours of messages: from %(opens)s to %(closes)s leaves no time. Give hours from 0 to 24.",
                        opens=opens, closes=closes))

    def write(self, vals):
        if vals.get('recouvrement_thanks'):
            for company in self.filtered(lambda company: not company.recouvrement_thanks and not company.parent_id):
                company.recouvrement_thanks_since = company._recouvrement_today()
        return super().write(vals)

    def _recouvrement_chosen_plan(self, name):
        """The plan of a setting of the company, else of its nearest parent; an archived one counts as none."""
        self, archived = self.sudo(), self.env['recouvrement.engine']._plan_traits().archived
        for company in (self | self.parent_ids).sorted(lambda one: -len(one.parent_path or '')):
            if company[name] and company[name].id not in archived:
                return company[name]
        return self.env['recouvrement.plan'].sudo()

    def _recouvrement_inherited(self, name):
        """A setting of the company, else of its nearest parent."""
        self = self.sudo()
        for company in (self | self.parent_ids).sorted(lambda one: -len(one.parent_path or '')):
            if company[name]:
                return company[name]
        return self[name]

    def _recouvrement_zones(self):
        """The calendar whose holidays close the company, none when every day is open."""
        if not self.recouvrement_working_days:
            return ()
        return (self._recouvrement_zone() or calendar_days.METROPOLE,)

    def _recouvrement_next_moment(self, channel, partner=None, after=None):
        """The next moment at which a message of a channel may leave, as a UTC datetime; False: now, or at once `after`.

        :param partner: its customer, whose public holidays count too where the company works on working days only
        """
        hours = {'email': ('recouvrement_email_from', 'recouvrement_email_to')}.get(
            channel, ('recouvrement_phone_from', 'recouvrement_phone_to'))
        zones = self._recouvrement_zones()
        if not zones and (self[hours[0]], self[hours[1]]) == (0, 24):
            return False
        own = partner._recouvrement_zone() if zones and partner else None
        zones += () if own is None else (own,)
        zone = self._recouvrement_timezone()
        now = pytz.utc.localize(after or fields.Datetime.now()).astimezone(zone).replace(tzinfo=None)
        moment = calendar_days.next_open_moment(
            now, self[hours[0]], self[hours[1]], calendar_days.DayRules(zones=zones))
        return zone.localize(moment).astimezone(pytz.utc).replace(tzinfo=None) if moment > now else False


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    recouvrement_deposit_plan_id = fields.Many2one(related='company_id.recouvrement_deposit_plan_id', readonly=False)
    recouvrement_working_days = fields.Boolean(related='company_id.recouvrement_working_days', readonly=False)
    recouvrement_email_from = fields.Integer(related='company_id.recouvrement_email_from', readonly=False)
    recouvrement_email_to = fields.Integer(related='company_id.recouvrement_email_to', readonly=False)
    recouvrement_phone_from = fields.Integer(related='company_id.recouvrement_phone_from', readonly=False)
    recouvrement_phone_to = fields.Integer(related='company_id.recouvrement_phone_to', readonly=False)
    recouvrement_thanks = fields.Boolean(related='company_id.recouvrement_thanks', readonly=False)
