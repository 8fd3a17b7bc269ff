from odoo import api, fields, models

from ..engine import insolvency
from ..engine.insolvency_table import ALWAYS
from ..models.recouvrement_insolvency_codes import ACTIONS, CHANNELS, CLOSURES, KINDS, MISSIONS

DATES = ('sent_on', 'received_on', 'done_on', 'published_on')


class RecouvrementInsolvencyStep(models.TransientModel):
    """What a person states when taking a step in insolvency proceedings: the fields that the table asks for, typed."""

    _name = 'recouvrement.insolvency.step'
    _description = "Step in insolvency proceedings"

    insolvency_id = fields.Many2one('recouvrement.insolvency', required=True, ondelete='cascade')
    bodacc_id = fields.Many2one('recouvrement.bodacc', string="Announcement", readonly=True, ondelete='cascade')
    company_id = fields.Many2one(related='insolvency_id.company_id')
    currency_id = fields.Many2one(related='company_id.currency_id')
    action = fields.Selection(ACTIONS, required=True, readonly=True)
    asked = fields.Char(compute='_compute_row')
    required = fields.Char(compute='_compute_row')
    missing = fields.Char(string="Conditions not met", compute='_compute_row')
    source = fields.Char(string="Text", compute='_compute_row')
    sent_on = fields.Date(string="Sent on")
    received_on = fields.Date(string="Received or notified on")
    done_on = fields.Date(string="Date of the act")
    published_on = fields.Date(string="Published in the BODACC on")
    channel = fields.Selection(CHANNELS)
    kind = fields.Selection(KINDS, string="Kind of proceedings")
    closure = fields.Selection(CLOSURES, string="Closed because of")
    mission = fields.Selection(MISSIONS, string="Mission of the administrator")
    holder_id = fields.Many2one('res.partner', string="Office-holder")
    administrator_id = fields.Many2one('res.partner')
    reason = fields.Char()
    amount = fields.Monetary()
    reference = fields.Char(string="Reference or number")
    professional = fields.Char(string="Professional in charge", help="Lawyer, commissaire de justice.")
    cost = fields.Monetary()
    next_on = fields.Date(string="Next date")
    next_label = fields.Char(string="What the next date is for")
    document = fields.Binary()
    document_name = fields.Char()

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        record = self.env['recouvrement.insolvency'].browse(values.get('insolvency_id'))
        record.check_access('read')
        record = record.sudo()
        if record:
            today = record.company_id._recouvrement_today()
            for name in DATES[:3]:
                values.setdefault(name, today)
            values.setdefault('channel', 'registered_letter')
        return values

    @api.depends('action', 'insolvency_id')
    def _compute_row(self):
        for step in self:
            row = insolvency.ROWS.get((step.insolvency_id.state, step.action))
            step.asked = f",{','.join((*row.asks, *row.may_ask))}," if row else ','
            step.required = f",{','.join(row.asks)}," if row else ','
            step.source = row.source if row else False
            found = [one for one in step.insolvency_id.available_transitions() if one['action'] == step.action] if row else []
            label = step.insolvency_id._fact_label
            step.missing = ", ".join(label(name) for one in found for name in one['missing'] if name not in insolvency.STATED)

    def action_apply(self):
        self.ensure_one()
        self.bodacc_id._check_case(self.insolvency_id.case_id)
        row = insolvency.ROWS.get((self.insolvency_id.state, self.action))
        names = {*row.asks, *row.may_ask, *ALWAYS} - {'document'} if row else set()
        facts = {name: self[name].id if isinstance(self[name], models.BaseModel) else self[name] for name in names if self[name]}
        if self.document:
            facts['document'] = {'filename': self.document_name or self.env._("Document"), 'datas': self.document.decode()}
        self.insolvency_id.apply_transition(self.action, facts)
        if self.bodacc_id.state == 'proposed':
            self.bodacc_id.sudo()._decide('accepted', insolvency_id=self.insolvency_id.id)
        return {'type': 'ir.actions.act_window_close'}


class RecouvrementInsolvencyOption(models.TransientModel):
    """One row of what can be done now."""

    _name = 'recouvrement.insolvency.option'
    _description = "Possible step in insolvency proceedings"
    _order = 'id'

    insolvency_id = fields.Many2one('recouvrement.insolvency', required=True, ondelete='cascade')
    action = fields.Selection(ACTIONS, string="Step", required=True)
    target = fields.Char(string="Leads to")
    who = fields.Char(string="Who may")
    source = fields.Char(string="Text")

    def action_choose(self):
        self.ensure_one()
        return self.insolvency_id._open_step(self.action)


class RecouvrementInsolvencyConnect(models.TransientModel):
    """Credits that a person finds connected with earlier debts."""

    _name = 'recouvrement.insolvency.connect'
    _description = "Connected credits"

    insolvency_id = fields.Many2one('recouvrement.insolvency', required=True, readonly=True, ondelete='cascade')
    partner_id = fields.Many2one(related='insolvency_id.partner_id')
    company_id = fields.Many2one(related='insolvency_id.company_id')
    line_ids = fields.Many2many(
        'account.move.line', string="Credits", required=True,
        domain="[('partner_id', 'child_of', partner_id), ('company_id', '=', company_id), ('parent_state', '=', 'posted'), "
               "('account_type', '=', 'asset_receivable'), ('balance', '<', 0), ('reconciled', '=', False)]")
    reason = fields.Char(required=True)

    def action_connect(self):
        self.ensure_one()
        self.insolvency_id.connect_credits(self.line_ids.ids, self.reason)
        return {'type': 'ir.actions.act_window_close'}
