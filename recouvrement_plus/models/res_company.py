import pytz

from odoo import fields, models

from .night_memo import once

DEFAULT_TIMEZONE = 'Europe/Paris'
# Sectors with payment terms of their own (C. com. art. L441-11): codes of data/law/payment_term_caps.csv.
SECTORS = [
    ('perishable_food', "Perishable food"), ('seasonal_plants', "Seasonal plants"),
    ('livestock', "Livestock and fresh meat"),
    ('alcohol', "Spirits"), ('wine', "Wine"), ('transport', "Transport, vehicle hire, freight"),
    ('agricultural_machinery', "Agricultural machinery"), ('green_space_equipment', "Green-space equipment"),
    ('winter_sports', "Winter-sport articles"), ('leather', "Leather"), ('watches_jewellery', "Watches and jewellery"),
    ('toys', "Toys")]


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_plan_id = fields.Many2one(
        'recouvrement.plan', string="Reminder plan",
        domain="['|', ('company_id', '=', False), ('company_id', 'parent_of', id)]",
        help="Plan of the customers who have none of their own.")
    recouvrement_contract_rate = fields.Float(
        string="Penalty rate of the terms of sale (%)", digits=(6, 2),
        help="Annual rate stipulated in your terms of sale. 0: the legal default, ECB rate plus 10 points "
             "(C. com. art. L441-10). A rate below three times the legal interest rate is "
             "raised to it, unless you choose otherwise.")
    recouvrement_imputation = fields.Selection(
        selection=[
            ('principal_first', "On the principal first"), ('interest_first', "On the interest first (C. civ. art. 1343-1)")],
        string="Partial payments count", default='principal_first', required=True)
    recouvrement_contract_floor = fields.Selection(
        selection=[
            ('raise', "Raised to three times the legal rate"), ('fallback', "Replaced by the legal default"),
            ('ignore', "Applied as it is")],
        string="A stipulated rate below the floor is", default='raise', required=True,
        help="The law forbids a rate below three times the legal interest rate without saying what then applies.")
    recouvrement_denominator = fields.Selection(
        selection=[('365', "365 days"), ('actual', "Days of the year (366 in leap years)")],
        string="A year counts", default='365', required=True)
    recouvrement_semester_method = fields.Selection(
        selection=[('per_semester', "The rate of each half-year"), ('fixed_at_start', "The rate of the half-year of the due date")],
        string="Between professionals, interest bears",
        default='per_semester', required=True,
        help="Public bodies: one rate for the whole delay, whatever this choice (CCP art. R2192-31).")
    recouvrement_end_of_month_method = fields.Selection(
        selection=[('A', "Days first, then the end of that month"), ('B', "End of the month first, then the days")],
        string="End-of-month terms are counted", default='B', required=True,
        help="Both readings of “45 days end of month” are lawful; the contract must say which one it means.")
    recouvrement_sector = fields.Selection(
        selection=SECTORS,
        string="Sector with its own payment terms", help="C. com. art. L441-11. Empty: the general rule.")
    recouvrement_accept_unconfirmed_cap = fields.Boolean(
        string="Accept caps not read in their own text",
        help="Some sector caps are known from secondary sources only; without this they are refused.")
    recouvrement_notice_days = fields.Integer(
        string="Days given by a formal notice", default=8,
        help="Days between the sending of a formal notice and the date before which it asks to be paid. Custom, not law.")
    recouvrement_reply_pause_days = fields.Integer(
        string="Days of pause after a reply", default=7,
        help="When a customer answers a reminder, nothing more is sent for this many days.")

    _recouvrement_rate_not_negative = models.Constraint(
        'CHECK(recouvrement_contract_rate >= 0)', "The penalty rate of the terms of sale is not negative.")

    def _recouvrement_today(self):
        """Today where the company is (its address' timezone, else Paris), never the timezone of the user or of the cron."""
        return self._recouvrement_day(fields.Datetime.now())

    def _recouvrement_day(self, moment):
        """The day where the company is, at a moment in UTC."""
        return pytz.utc.localize(moment).astimezone(self._recouvrement_timezone()).date()

    def _recouvrement_timezone(self):
        """Where the company is; a name that the server does not know (old data) counts as Paris: nothing stops for it."""
        return once(self, ('timezone', self.id), self._read_timezone)

    def _recouvrement_zone(self):
        """The calendar of public holidays where the company is, None outside France."""
        return once(self, ('zone', self.id), lambda: self.sudo().partner_id._recouvrement_zone())

    def _read_timezone(self):
        try:
            return pytz.timezone(self.sudo().partner_id.tz or DEFAULT_TIMEZONE)
        except pytz.UnknownTimeZoneError:
            return pytz.timezone(DEFAULT_TIMEZONE)

    def _recouvrement_lang(self):
        """The language in which a night notes what it did: of the company's address while it is installed, else of who asks."""
        return once(self, ('lang', self.id), self._read_lang)

    def _read_lang(self):
        lang = self.sudo().partner_id.lang
        return lang if lang in dict(self.env['res.lang'].get_installed()) else self.env.lang

    def _ask_for_a_night(self):
        """Ask at once what a night wants to know of the address of its company: a commit forgets what was read, `once` does not."""
        self._recouvrement_timezone()
        self._recouvrement_zone()
        self._recouvrement_lang()

    def _recouvrement_spoken(self, records):
        """`records` in the language of who asks; where nobody does (mail queue, mailbox, scheduled action), of the company."""
        return records if records.env.lang else records.with_context(lang=self._recouvrement_lang())

    def _recouvrement_sender(self):
        """The address that reminders come from: of the company, else of its nearest parent that has one, else ''."""
        self = self.sudo()
        for company in (self | self.parent_ids).sorted(lambda one: -len(one.parent_path or '')):
            if company.email:
                return company.email_formatted
        return ''

    def _recouvrement_plan(self):
        """The plan of customers without their own: of the company, else of its nearest parent, else the first one usable."""
        found = once(self, ('plan', self.id), lambda: self._find_plan().id)
        return self.env['recouvrement.plan'].sudo().browse(found or ())

    def _find_plan(self):
        self = self.sudo()  # who works in a branch may not read its parent
        return self._recouvrement_chosen_plan('recouvrement_plan_id') or self.env['recouvrement.plan'].sudo().search_fetch(
            self.env['recouvrement.plan']._check_company_domain(self), limit=1)
