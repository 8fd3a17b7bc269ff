from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

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
    @api.depends_context('lang')
    def _compute_summary(self):
        for event in self:
            deadlines = [
                self.env._("to be paid before %(date)s", date=self._day(line['date'])) for line in event.deadlines or []]
            facts = [(name, value) for name, value in (event.facts or {}).items() if name != 'notice_days' or deadlines]
            event.summary = " · ".join([self._fact_text(name, value) for name, value in facts] + deadlines)

    @api.model
    def _fact_text(self, name, value):
        """What a person stated, in words: facts are kept as codes and ISO dates."""
        if name == 'channel':
            field = self.env['recouvrement.proceeding']._fields['notice_channel']
            return dict(field._description_selection(self.env)).get(value, value)
        if name == 'sent_on':
            return self.env._("sent on %(date)s", date=self._day(value))
        if name == 'received_on':
            return self.env._("received on %(date)s", date=self._day(value))
        if name == 'notice_days':
            return self.env._("%(days)s days to pay", days=value)
        return str(value)

    @api.model
    def _day(self, text):
        return format_date(self.env, fields.Date.to_date(text))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("The events of a proceeding are evidence: they are never deleted."))
