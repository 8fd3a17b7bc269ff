from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.limitation_rules import EVENT_KINDS
from .recouvrement_proceeding_codes import ACTION_LABELS, DONE_LABELS, STATES


class RecouvrementProceedingEvent(models.Model):
    """One step taken in a proceeding, with its cost and who bears it."""

    _name = 'recouvrement.proceeding.event'
    _inherit = 'recouvrement.track.event'
    _description = "Proceeding event"

    _track = 'recouvrement.proceeding'

    proceeding_id = fields.Many2one('recouvrement.proceeding', required=True, index=True, ondelete='cascade')
    action = fields.Selection(ACTION_LABELS, required=True)
    state_from = fields.Selection(STATES, required=True)
    state_to = fields.Selection(STATES, required=True)
    cost_recoverable = fields.Boolean(string="Recoverable from the debtor")
    override = fields.Char(string="Conditions set aside")
    interrupts_limitation = fields.Boolean(
        string="Interrupts the limitation", compute='_compute_interrupts_limitation',
        help="By its kind. The clock itself moves when the legal role has recorded it with its proof.")

    @api.depends('limitation_kind')
    def _compute_interrupts_limitation(self):
        for event in self:
            kind = EVENT_KINDS.get(event.limitation_kind or '')
            event.interrupts_limitation = bool(kind) and kind.effect == 'interrupts' and not kind.only_nature

    @api.depends('override')
    def _compute_summary(self):
        return super()._compute_summary()

    def _told_facts(self):
        """The days given to pay say something only where they set a date."""
        return {name: value for name, value in super()._told_facts().items() if name != 'notice_days' or self.deadlines}

    def _deadline_text(self, line):
        if line['code'] == 'pay_before':
            return self.env._("to be paid before %(date)s", date=self._day(line['date']))
        return super()._deadline_text(line)

    def _fact_text(self, name, value):
        if name == 'sent_on':
            return self.env._("sent on %(date)s", date=self._day(value))
        if name == 'received_on':
            return self.env._("received on %(date)s", date=self._day(value))
        if name == 'notice_days':
            return self.env._("%(days)s days to pay", days=value)
        if name == 'override_reason':
            value = f"{value} ({self._override_text()})"
        return super()._fact_text(name, value)

    def _override_text(self):
        """The conditions that were not met, in words."""
        label = self.env['recouvrement.proceeding']._fact_label
        return ", ".join(label(name) for name in (self.override or '').split(", ") if name)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("The events of a proceeding are evidence: they are never deleted."))

    def _action_label(self):
        if self.action in DONE_LABELS:
            return DONE_LABELS[self.action]._translate(self.env.lang or '')
        return super()._action_label()
