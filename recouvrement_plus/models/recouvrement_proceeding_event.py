from odoo import api, fields, models
from odoo.exceptions import UserError

from .recouvrement_proceeding import ACTION_LABELS, STATES


class RecouvrementProceedingEvent(models.Model):
    """One step taken in a proceeding: who, when, on which facts, with which document. Append-only."""

    _name = 'recouvrement.proceeding.event'
    _description = "Proceeding event"
    _order = 'id desc'

    proceeding_id = fields.Many2one('recouvrement.proceeding', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True, index=True)
    date = fields.Datetime(default=fields.Datetime.now, required=True)
    action = fields.Selection(ACTION_LABELS, required=True)
    state_from = fields.Selection(STATES, required=True)
    state_to = fields.Selection(STATES, required=True)
    user_id = fields.Many2one('res.users', required=True)
    facts = fields.Json()
    deadlines = fields.Json()
    summary = fields.Char(compute='_compute_summary')
    attachment_id = fields.Many2one('ir.attachment', string="Document", ondelete='set null')

    @api.depends('facts', 'deadlines')
    def _compute_summary(self):
        for event in self:
            facts = [str(value) for value in (event.facts or {}).values()]
            deadlines = [line['date'] for line in event.deadlines or []]
            event.summary = " · ".join(facts + [f"→ {day}" for day in deadlines])

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("The events of a proceeding are evidence: they are never deleted."))
