from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from .recouvrement_insolvency_codes import ACTIONS, SELECTIONS, STATES

DATES = ('sent_on', 'received_on', 'done_on', 'published_on', 'next_on')


class RecouvrementInsolvencyEvent(models.Model):
    """One step taken in insolvency proceedings: who, when, on which facts, with which document. Append-only."""

    _name = 'recouvrement.insolvency.event'
    _description = "Event of insolvency proceedings"
    _order = 'id desc'

    insolvency_id = fields.Many2one('recouvrement.insolvency', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True, index=True)
    date = fields.Datetime(string="Recorded on", default=fields.Datetime.now, required=True)
    day = fields.Date(string="Date of the act")
    action = fields.Selection(ACTIONS, required=True)
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
    limitation_kind = fields.Char(
        string="For the limitation", help="Code of the kind of event that the step is for the limitation clock.")

    @api.depends('facts', 'deadlines')
    @api.depends_context('lang')
    def _compute_summary(self):
        labels = dict(self.env['recouvrement.proceeding.deadline']._fields['code']._description_selection(self.env))
        for event in self:
            facts = [event._fact_text(name, value) for name, value in (event.facts or {}).items()]
            dates = [f"{labels.get(line['code'], line['code'])} {event._day(line['date'])}" for line in event.deadlines or []]
            event.summary = " · ".join(facts + dates)

    def _fact_text(self, name, value):
        """What a person stated, in words."""
        label = self.env['recouvrement.insolvency']._fact_label(name)
        if name in SELECTIONS:
            field = self.env['recouvrement.insolvency.step']._fields[name]
            return dict(field._description_selection(self.env)).get(value, value)
        if name in DATES:
            return f"{label} {self._day(value)}"
        if name in ('amount', 'cost'):
            return f"{label} {formatLang(self.env, float(value), currency_obj=self.company_id.currency_id)}"
        return value if name == 'reason' else self.env._("%(label)s: %(value)s", label=label, value=value)

    @api.model
    def _day(self, text):
        return format_date(self.env, fields.Date.to_date(text))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("The events of insolvency proceedings are evidence: they are never deleted."))
