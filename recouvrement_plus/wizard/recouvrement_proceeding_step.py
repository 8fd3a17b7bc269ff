from odoo import api, fields, models

from ..engine import proceedings
from ..models.recouvrement_proceeding_codes import ACTION_LABELS, CHANNELS, ENFORCEMENT_ACTS, EXEMPT_GROUNDS, TALKS, TITLES


class RecouvrementProceedingStep(models.TransientModel):
    """What a person states when taking a step of a proceeding: the fields that the table asks for, typed."""

    _name = 'recouvrement.proceeding.step'
    _description = "Step of a proceeding"

    proceeding_id = fields.Many2one('recouvrement.proceeding', required=True, ondelete='cascade')
    company_id = fields.Many2one(related='proceeding_id.company_id')
    currency_id = fields.Many2one(related='company_id.currency_id')
    action = fields.Selection(ACTION_LABELS, required=True, readonly=True)
    asked = fields.Char(compute='_compute_row')
    required = fields.Char(compute='_compute_row')
    missing = fields.Char(string="Conditions not met", compute='_compute_row')
    source = fields.Char(string="Text", compute='_compute_row')
    unconfirmed = fields.Boolean(compute='_compute_row')
    sent_on = fields.Date(string="Sent on")
    received_on = fields.Date(string="Received on")
    done_on = fields.Date(string="Date of the act")
    until = fields.Date(string="Time granted until")
    hearing_on = fields.Date(string="Hearing on")
    channel = fields.Selection(CHANNELS)
    talks_kind = fields.Selection(TALKS, string="Kind of talks")
    title_kind = fields.Selection(TITLES, string="Kind of title")
    enforcement_act = fields.Selection(ENFORCEMENT_ACTS, string="Act of enforcement")
    exempt_ground = fields.Selection(EXEMPT_GROUNDS, string="Without authorisation, because of")
    notice_days = fields.Integer(string="Days given to pay", help="8 to 15 days is the custom; no text fixes it.")
    reason = fields.Char()
    court = fields.Char()
    third_party = fields.Char(string="Third party")
    served_in_person = fields.Boolean(string="Handed to the debtor in person")
    professional = fields.Char(string="Professional in charge", help="Lawyer, commissaire de justice, agency, mediator.")
    reference = fields.Char(string="Reference or number")
    cost = fields.Monetary()
    cost_recoverable = fields.Boolean(
        string="Recoverable from the debtor",
        help="Costs of enforcement are, unless plainly needless. Without a title they stay with the creditor, but for acts that "
             "the law prescribes and what a judge decides (CPCE art. L111-8).")
    next_on = fields.Date(string="Next date")
    next_label = fields.Char(string="What the next date is for")
    document = fields.Binary()
    document_name = fields.Char()
    override_reason = fields.Char(string="Reason to go on all the same")

    @api.model
    def default_get(self, fields):
        """Today's date, the known court and professional, the days of the company."""
        values = super().default_get(fields)
        proceeding = self.env['recouvrement.proceeding'].browse(values.get('proceeding_id'))
        proceeding.check_access('read')
        proceeding = proceeding.sudo()
        if proceeding:
            today = proceeding.company_id._recouvrement_today()
            values |= {
                'sent_on': today, 'done_on': today, 'channel': 'registered_letter', 'professional': proceeding.professional,
                'notice_days': proceeding.company_id.recouvrement_notice_days,
                'court': proceeding._court_name(values.get('action'))}
        return values

    @api.depends('action', 'proceeding_id')
    def _compute_row(self):
        for step in self:
            row = proceedings.ROWS.get((step.proceeding_id.state, step.action))
            step.asked = f",{','.join((*row.asks, *row.may_ask))}," if row else ','
            step.required = f",{','.join(row.asks)}," if row else ','
            step.source, step.unconfirmed = (row.source, not row.confirmed) if row else (False, False)
            found = [one for one in step.proceeding_id.available_transitions() if one['action'] == step.action] if row else []
            label = step.proceeding_id._fact_label
            step.missing = ", ".join(label(name) for one in found for name in one['missing'] if name not in proceedings.STATED)

    def action_apply(self):
        self.ensure_one()
        row = proceedings.ROWS.get((self.proceeding_id.state, self.action))
        names = {*row.asks, *row.may_ask, *proceedings.ALWAYS} - {'document'} if row else set()
        facts = {name: self[name] for name in names if self[name]}
        if 'notice_days' in names:
            facts['notice_days'] = self.notice_days
        if self.document:
            facts['document'] = {
                'filename': self.document_name or self.env._("Document"), 'datas': self.document.decode()}
        self.proceeding_id.apply_transition(self.action, facts)
        return {'type': 'ir.actions.act_window_close'}
