"""The journal of a night on the screen: what it prepared by level, what it held and why, whom it had to leave out."""
from odoo import api, fields, models
from odoo.tools import format_date


class RecouvrementRun(models.Model):
    _inherit = 'recouvrement.run'

    currency_id = fields.Many2one(related='company_id.currency_id')
    held_line_ids = fields.One2many(
        'recouvrement.run.line', 'run_id', string="Customers held", domain=[('kind', '=', 'held')], readonly=True)
    error_line_ids = fields.One2many(
        'recouvrement.run.line', 'run_id', string="Customers left out", domain=[('kind', '=', 'error')], readonly=True)
    level_table = fields.Html(string="Reminders by level", compute='_compute_level_table', sanitize=False)

    taken_over_words = fields.Char(compute='_compute_taken_over_words')

    @api.depends('state')
    def _compute_taken_over_words(self):
        for run in self:
            run.taken_over_words = run.state == 'taken_over' and run._taken_over_words()

    def _taken_over_words(self):
        """Which night did what this one left undone."""
        later = self.search([
            ('company_id', '=', self.company_id.id), ('date', '>', self.date), ('replay', '=', False), ('state', '=', 'done'),
        ], order='date', limit=1)
        if not later:
            return self.env._("It did not come to its end. What it left undone is done by the next night.")
        return self.env._(
            "It did not come to its end. What it left undone was done by the night of %(day)s.",
            day=format_date(self.env, later.date))

    def _compute_level_table(self):
        for run in self:
            rows = run._level_rows()
            run.level_table = rows and self.env['ir.qweb']._render('recouvrement_plus.run_level_table', {'rows': rows})

    def _level_rows(self):
        """Messages of the night by level and channel: [{level, channel, currency, count, amount, waiting}]."""
        self.ensure_one()
        channels = dict(self.env['recouvrement.reminder']._fields['channel']._description_selection(self.env))
        keys = ['level_id', 'channel', 'currency_id']
        domain = [('run_id', '=', self._origin.id), ('state', '!=', 'withdrawn')]
        waiting = {tuple(row[:3]): row[3] for row in self.env['recouvrement.reminder']._read_group(
            [*domain, ('state', '=', 'draft')], keys, ['__count'])}
        rows = [{
            'level': level, 'channel': channels.get(channel, channel), 'currency': currency, 'count': count, 'amount': amount,
            'waiting': waiting.get((level, channel, currency), 0),
        } for level, channel, currency, count, amount in self.env['recouvrement.reminder']._read_group(
            domain, keys, ['__count', 'amount_due:sum'])]
        return sorted(rows, key=lambda row: (row['level'].days, row['channel'], row['currency'].name))
