import csv

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import file_open

SHIPPED_FILES = ('ecb_mro.csv', 'legal_interest_fr.csv')


class RecouvrementRate(models.Model):
    """A legal rate, the period for which it is known to hold, and where it was read."""

    _name = 'recouvrement.rate'
    _description = "Legal rate"
    _order = 'code, date_from desc'

    code = fields.Selection(
        selection=[
            ('ecb_mro', "ECB main refinancing rate"),
            ('legal_professional', "Legal interest rate, professional creditor"),
            ('legal_consumer', "Legal interest rate, private creditor"),
        ],
        required=True, index=True)
    date_from = fields.Date(required=True, help="First day on which the rate is in force.")
    date_to = fields.Date(
        required=True,
        help="Last day for which the rate is known to be in force. After it nothing is assumed: what needs the rate "
             "waits until this date is confirmed further or the next rate is entered.")
    percent = fields.Float(string="Rate (%)", digits=(6, 2), required=True, aggregator=None)
    confirmed = fields.Boolean(help="Read on the official publication. Unticked: known from secondary sources only.")
    source = fields.Char(required=True, help="Where the figure was read.")

    _unique_start = models.Constraint('UNIQUE(code, date_from)', "This rate already has a value from that day on.")
    _dates_in_order = models.Constraint('CHECK(date_to >= date_from)', "A rate cannot end before it starts.")
    _not_negative = models.Constraint('CHECK(percent >= 0)', "A legal rate is not negative.")

    @api.depends('code', 'date_from', 'percent')
    def _compute_display_name(self):
        labels = dict(self._fields['code']._description_selection(self.env))
        for rate in self:
            rate.display_name = f"{labels.get(rate.code, '')} {rate.percent:.2f} %"

    @api.constrains('code', 'date_from', 'date_to')
    def _check_overlap(self):
        for rate in self:
            other = self.search([
                ('id', '!=', rate.id), ('code', '=', rate.code),
                ('date_from', '<=', rate.date_to), ('date_to', '>=', rate.date_from),
            ], limit=1)
            if other:
                raise ValidationError(self.env._(
                    "Two values of the same rate overlap: “%(rate)s” from %(start)s to %(end)s is already known. "
                    "Shorten it first.", rate=other.display_name, start=other.date_from, end=other.date_to))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        raise UserError(self.env._("Rates are kept: a statement made with them must stay explainable. Correct the value instead."))

    @api.model
    def _load_shipped(self):
        """Create the rates that the module ships; never overwrite what a person entered or extended."""
        known = {(rate.code, rate.date_from): rate for rate in self.search([])}
        for name in SHIPPED_FILES:
            with file_open(f'recouvrement_plus/data/rates/{name}', 'r') as stream:
                for row in csv.DictReader(stream):
                    self._load_row(row, known)

    @api.model
    def _load_row(self, row, known):
        key = row['code'], fields.Date.to_date(row['date_from'])
        date_to = fields.Date.to_date(row['date_to'])
        rate = known.get(key)
        if rate:
            return
        self.create({
            'code': key[0], 'date_from': key[1], 'date_to': date_to, 'percent': row['rate_percent'],
            'confirmed': row['confirmed'] == '1', 'source': row['source'],
        })
