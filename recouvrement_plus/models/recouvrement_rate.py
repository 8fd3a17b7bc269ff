import csv

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import file_open

from ..engine.rates import ONE_DAY, semester_end, semester_start

# What of a rate has a history, and what a claim stands on.
TRACKED = ('code', 'date_from', 'date_to', 'percent', 'confirmed', 'source')
STATED = ('code', 'date_from', 'percent')
SHIPPED_FILES = ('ecb_mro.csv', 'legal_interest_fr.csv')


class RecouvrementRate(models.Model):
    """A legal rate, the period for which it is known to hold, and where it was read.

    Every change is written to `recouvrement.rate.event`. What a claim was computed with is corrected by a proposal that
    names its source (`recouvrement.rate.proposal`); the claim keeps its frozen figures.
    """

    _name = 'recouvrement.rate'
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _description = "Legal rate"
    _order = 'code, date_from desc'

    code = fields.Selection(
        selection=[
            ('ecb_mro', "ECB main refinancing rate"),
            ('legal_professional', "Legal interest rate, professional creditor"),
            ('legal_consumer', "Legal interest rate, private creditor"),
        ],
        required=True)  # found by the unique index that begins with it
    date_from = fields.Date(required=True, help="First day on which the rate is in force.")
    date_to = fields.Date(
        required=True,
        help="Last day for which the rate is known to be in force. After it nothing is assumed: what needs the rate "
             "waits until this date is confirmed further or the next rate is entered.")
    percent = fields.Float(string="Rate (%)", digits=(6, 2), required=True, aggregator=None)
    confirmed = fields.Boolean(help="Read on the official publication. Unticked: known from secondary sources only.")
    confirmed_by_id = fields.Many2one('res.users', string="Confirmed by", readonly=True, copy=False)
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    source = fields.Char(required=True, help="Where the figure was read.")
    event_ids = fields.One2many('recouvrement.rate.event', 'rate_id', string="History", readonly=True)

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

    # === HISTORY === #

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._stamped(vals) for vals in vals_list]
        rates = super().create(vals_list)
        if self.env.uid != SUPERUSER_ID:  # what the module ships has its source, and no author
            for rate in rates:
                self._log('created', rate_id=rate.id, changes={name: ['', rate._text(name)] for name in TRACKED})
        self._close_warnings()
        return rates

    def write(self, vals):
        if not self.env.su and any(name in vals for name in STATED):
            self.filtered(lambda rate: rate._differs(vals))._check_not_claimed()
        if 'percent' in vals and 'confirmed' not in vals and any(rate._differs({'percent': vals['percent']}) for rate in self):
            vals = {**vals, 'confirmed': False}  # the other value was read, not this one
        before = [{name: rate._text(name) for name in TRACKED if name in vals} for rate in self]
        claims = [len(rate._claims()) if 'percent' in vals else 0 for rate in self]
        result = super().write(self._stamped(vals))
        for rate, old, number in zip(self, before, claims, strict=True):
            rate._log_changes(old, number)
        if before and any(before):
            self._close_warnings()
        return result

    @api.model
    def _stamped(self, vals):
        """The values with who confirmed and when, which nobody states for himself."""
        vals = {name: value for name, value in vals.items() if name not in ('confirmed_by_id', 'confirmed_on')}
        if 'confirmed' in vals and self.env.uid != SUPERUSER_ID:
            done = bool(vals['confirmed'])
            vals |= {'confirmed_by_id': done and self.env.uid, 'confirmed_on': done and fields.Datetime.now()}
        return vals

    def _differs(self, vals):
        """Whether the values would change what a claim stands on."""
        self.ensure_one()
        new = self.new({name: vals[name] for name in STATED if name in vals})
        return any(new._text(name) != self._text(name) for name in STATED if name in vals)

    def _text(self, name):
        """A value as the history keeps it."""
        value = self[name]
        if name == 'percent':
            return f'{value:.2f}'
        return {True: 'yes', False: ''}.get(value) if isinstance(value, bool) else str(value or '')

    def _log_changes(self, before, claims):
        changes = {name: [old, self._text(name)] for name, old in before.items() if old != self._text(name)}
        if changes:
            self._log('changed', rate_id=self.id, changes=changes, claims=claims if 'percent' in changes else 0)

    @api.model
    def _log(self, kind, **vals):
        """Write to the journal of the rates under the name of the present user."""
        return self.env['recouvrement.rate.event'].sudo().create({'kind': kind, **vals})

    # === WHAT STANDS ON A RATE === #

    def _claims(self):
        """Penalty claims whose interest may have been computed with this row (those of a clause included: its floor)."""
        self.ensure_one()
        return self.env['recouvrement.penalty.line'].sudo().search(self._claim_domain()).penalty_id

    def _claim_domain(self):
        if self.code != 'ecb_mro':
            return [('date_from', '>=', self.date_from), ('date_from', '<=', self.date_to)]
        start, spans = semester_start(self.date_from), []
        while start <= self.date_to:
            if start >= self.date_from:
                spans.append((start, semester_end(start)))
            start = semester_end(start) + ONE_DAY
        # The rate of a public body is that of the half-year in which the delay began, the day after the due date.
        return Domain.OR([
            Domain('date_from', '>=', first) & Domain('date_from', '<=', last)
            | Domain('date_from', '!=', False) & Domain('penalty_id.partner_id.recouvrement_regime', '=', 'public')
            & Domain('move_line_id.date_maturity', '>=', first - ONE_DAY) & Domain('move_line_id.date_maturity', '<', last)
            for first, last in spans])

    def _check_not_claimed(self):
        for rate in self:
            if claims := rate._claims():
                raise UserError(self.env._(
                    "%(rate)s: %(number)s penalty claims were made with this value. Correct it with a proposal "
                    "(Collections / Configuration / Rate proposals), which states where the right value was read. "
                    "The claims keep their figures.", rate=rate.display_name, number=len(claims)))

    def confirm(self):
        """Confirm rates as read on the official publication; who and when are kept. Managers only.

        :return: [{id, confirmed}]
        """
        self.env['recouvrement.run']._check_user('manager')
        self.check_access('write')
        self.filtered(lambda rate: not rate.confirmed).write({'confirmed': True})
        return [{'id': rate.id, 'confirmed': rate.confirmed} for rate in self]

    def action_confirm(self):
        """The button of `confirm`."""
        self.confirm()
        return True

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
        self.with_context(tracking_disable=True).create({
            'code': key[0], 'date_from': key[1], 'date_to': date_to, 'percent': row['rate_percent'],
            'confirmed': row['confirmed'] == '1', 'source': row['source'],
        })
