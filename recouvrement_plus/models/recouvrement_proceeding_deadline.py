from odoo import api, fields, models
from odoo.tools import format_date

from .recouvrement_proceeding_codes import DEADLINES, SANCTIONS


class RecouvrementProceedingDeadline(models.Model):
    """A date set by a step: what must be done by then, or may be done after it. In the calendar, with its tasks."""

    _name = 'recouvrement.proceeding.deadline'
    _description = "Deadline of a proceeding"
    _order = 'date, id'
    _rec_name = 'code'

    proceeding_id = fields.Many2one('recouvrement.proceeding', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True, index=True)
    partner_id = fields.Many2one(related='proceeding_id.partner_id', store=True, index=True)
    user_id = fields.Many2one(related='proceeding_id.case_id.user_id', string="Collector")
    code = fields.Selection(DEADLINES, string="Deadline", required=True)
    date = fields.Date(required=True, index=True)
    source = fields.Char(string="Text")
    wait = fields.Boolean(help="Something becomes possible after this date; without it, something must be done by it.")
    sanction = fields.Char()
    confirmed = fields.Boolean(string="Text read", default=True)
    note = fields.Char()
    state = fields.Selection([('open', "To come"), ('closed', "Done")], default='open', required=True, index=True)
    activity_ids = fields.Many2many('mail.activity', string="Tasks", copy=False)
    is_late = fields.Boolean(string="Missed", compute='_compute_is_late', search='_search_is_late')

    @api.depends('date', 'state', 'wait')
    def _compute_is_late(self):
        for line in self:
            line.is_late = line.state == 'open' and not line.wait and line.date < line.company_id._recouvrement_today()

    def _search_is_late(self, operator, value):
        if operator != 'in':
            return NotImplemented
        return [('state', '=', 'open'), ('wait', '=', False), ('date', '<', self.env.company._recouvrement_today())]

    @api.depends('code', 'date', 'partner_id')
    def _compute_display_name(self):
        labels = dict(self._fields['code']._description_selection(self.env))
        for line in self:
            line.display_name = f"{line.partner_id.name or ''} - {labels.get(line.code, '')}"

    def _summary(self):
        """The words of its task: what, for when, what happens else, on which text."""
        self.ensure_one()
        label = dict(self._fields['code']._description_selection(self.env))[self.code]
        if self.code == 'pay_before':
            return self.env._("Formal notice: date given to the debtor")
        parts = [self.note or label, format_date(self.env, self.date)]
        if self.sanction:
            parts.append(SANCTIONS[self.sanction]._translate(self.env.lang or ''))
        if self.source:
            parts.append(self.source)
        if not self.confirmed:
            parts.append(self.env._("to be verified by counsel"))
        return ", ".join(parts)

    def _close(self):
        """Answered, or of no use any more: its tasks go."""
        self.activity_ids.exists().unlink()
        self.write({'state': 'closed'})
