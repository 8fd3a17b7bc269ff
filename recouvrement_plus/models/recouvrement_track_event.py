from odoo import api, fields, models
from odoo.tools import format_date, formatLang


class RecouvrementTrackEvent(models.AbstractModel):
    """One step taken on a track of legal steps: who, when, on which facts, with which document. Append-only."""

    _name = 'recouvrement.track.event'
    _description = "Event of a track of legal steps"
    _order = 'id desc'

    #: Model of the track.
    _track = ''

    company_id = fields.Many2one('res.company', required=True, index=True)
    date = fields.Datetime(string="Recorded on", default=fields.Datetime.now, required=True)
    day = fields.Date(string="Date of the act")
    user_id = fields.Many2one('res.users', required=True)
    facts = fields.Json()
    deadlines = fields.Json()
    summary = fields.Char(compute='_compute_summary')
    attachment_id = fields.Many2one('ir.attachment', string="Document", ondelete='restrict')
    document_id = fields.Many2one('ir.attachment', string="Document received", ondelete='restrict')
    professional = fields.Char(string="Professional in charge")
    currency_id = fields.Many2one(related='company_id.currency_id')
    cost = fields.Monetary()
    limitation_kind = fields.Char(
        string="For the limitation", help="Code of the kind of event that the step is for the limitation clock.")

    @api.depends('facts', 'deadlines')
    @api.depends_context('lang')
    def _compute_summary(self):
        for event in self:
            facts = [event._fact_text(name, value) for name, value in event._told_facts().items()]
            event.summary = " · ".join(facts + [event._deadline_text(line) for line in event.deadlines or []])

    def _told_facts(self):
        """The facts that the summary tells: {name: code, ISO date or text}."""
        return self.facts or {}

    def _deadline_text(self, line):
        """The date that the step set: what it is for, and when."""
        labels = dict(self.env['recouvrement.proceeding.deadline']._fields['code']._description_selection(self.env))
        return f"{labels.get(line['code'], line['code'])} {self._day(line['date'])}"

    def _fact_text(self, name, value):
        """What a person stated, in words: facts are kept as codes and ISO dates, typed as the window that asked for them."""
        if name == 'reason':
            return value
        field = self.env[f'{self._track}.step']._fields.get(name)
        kind = field.type if field else 'char'
        if kind == 'selection':
            return dict(field._description_selection(self.env)).get(value, value)
        label = self.env[self._track]._fact_label(name)
        if kind == 'date':
            return f"{label} {self._day(value)}"
        if kind == 'monetary':
            return f"{label} {formatLang(self.env, float(value), currency_obj=self.company_id.currency_id)}"
        return label if kind == 'boolean' else self.env._("%(label)s: %(value)s", label=label, value=value)

    @api.model
    def _day(self, text):
        return format_date(self.env, fields.Date.to_date(text))

    def _action_label(self):
        """The step as a thing done."""
        return dict(self._fields['action']._description_selection(self.env))[self.action]
