from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ..engine.limitation_rules import EVENT_KINDS
from .recouvrement_proceeding_codes import ACTION_LABELS, DONE_LABELS, SELECTIONS, STATES

DATES = ('sent_on', 'received_on', 'done_on', 'until', 'hearing_on', 'next_on')


class RecouvrementProceedingEvent(models.Model):
    """One step taken in a proceeding: who, when, on which facts, with which document. Append-only."""

    _name = 'recouvrement.proceeding.event'
    _description = "Proceeding event"
    _order = 'id desc'

    proceeding_id = fields.Many2one('recouvrement.proceeding', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True, index=True)
    date = fields.Datetime(string="Recorded on", default=fields.Datetime.now, required=True)
    day = fields.Date(string="Date of the act")
    action = fields.Selection(ACTION_LABELS, required=True)
    state_from = fields.Selection(STATES, required=True)
    state_to = fields.Selection(STATES, required=True)
    user_id = fields.Many2one('res.users', required=True)
    facts = fields.Json()
    deadlines = fields.Json()
    summary = fields.Char(compute='_compute_summary')
    attachment_id = fields.Many2one('ir.attachment', string="Document", ondelete='restrict')
    document_id = fields.Many2one('ir.attachment', string="Document received", ondelete='restrict')
    professional = fields.Char(string="Professional in charge")
    currency_id = fields.Many2one(related='company_id.currency_id')
    cost = fields.Monetary()
    cost_recoverable = fields.Boolean(string="Recoverable from the debtor")
    override = fields.Char(string="Conditions set aside")
    limitation_kind = fields.Char(
        string="For the limitation", help="Code of the kind of event that the step is for the limitation clock.")
    interrupts_limitation = fields.Boolean(
        string="Interrupts the limitation", compute='_compute_interrupts_limitation',
        help="By its kind. The clock itself moves when the legal role has recorded it with its proof.")

    @api.depends('limitation_kind')
    def _compute_interrupts_limitation(self):
        for event in self:
            kind = EVENT_KINDS.get(event.limitation_kind or '')
            event.interrupts_limitation = bool(kind) and kind.effect == 'interrupts' and not kind.only_nature

    @api.depends('facts', 'deadlines', 'override')
    @api.depends_context('lang')
    def _compute_summary(self):
        for event in self:
            deadlines = [event._deadline_text(line) for line in event.deadlines or []]
            facts = [(name, value) for name, value in (event.facts or {}).items() if name != 'notice_days' or deadlines]
            event.summary = " · ".join([event._fact_text(name, value) for name, value in facts] + deadlines)

    def _deadline_text(self, line):
        """The date that the step set: what it is for, and when."""
        if line['code'] == 'pay_before':
            return self.env._("to be paid before %(date)s", date=self._day(line['date']))
        labels = dict(self.env['recouvrement.proceeding.deadline']._fields['code']._description_selection(self.env))
        return f"{labels.get(line['code'], line['code'])} {self._day(line['date'])}"

    def _fact_text(self, name, value):
        """What a person stated, in words: facts are kept as codes and ISO dates."""
        if name in SELECTIONS:
            field = self.env['recouvrement.proceeding.step']._fields[name]
            return dict(field._description_selection(self.env)).get(value, value)
        if name == 'sent_on':
            return self.env._("sent on %(date)s", date=self._day(value))
        if name == 'received_on':
            return self.env._("received on %(date)s", date=self._day(value))
        if name == 'notice_days':
            return self.env._("%(days)s days to pay", days=value)
        label = self.env['recouvrement.proceeding']._fact_label(name)
        if name in DATES:
            return f"{label} {self._day(value)}"
        if name == 'cost':
            return f"{label} {formatLang(self.env, float(value), currency_obj=self.company_id.currency_id)}"
        if value == 'True':
            return label
        if name == 'override_reason':
            value = f"{value} ({self._override_text()})"
        return self.env._("%(label)s: %(value)s", label=label, value=value) if name != 'reason' else value

    def _override_text(self):
        """The conditions that were not met, in words."""
        label = self.env['recouvrement.proceeding']._fact_label
        return ", ".join(label(name) for name in (self.override or '').split(", ") if name)

    @api.model
    def _day(self, text):
        return format_date(self.env, fields.Date.to_date(text))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("The events of a proceeding are evidence: they are never deleted."))

    def _action_label(self):
        """The step as a thing done."""
        if self.action in DONE_LABELS:
            return DONE_LABELS[self.action]._translate(self.env.lang or '')
        return dict(self._fields['action']._description_selection(self.env))[self.action]
