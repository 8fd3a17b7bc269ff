from odoo import api, fields, models

from ..models.recouvrement_insolvency_codes import ACTIONS, CHANNELS, CLOSURES, KINDS, MISSIONS


class RecouvrementInsolvencyStep(models.TransientModel):
    _name = 'recouvrement.insolvency.step'
    _inherit = 'recouvrement.track.step'
    _description = "Step in insolvency proceedings"
    _link = 'insolvency_id'

    insolvency_id = fields.Many2one('recouvrement.insolvency', required=True, ondelete='cascade')
    bodacc_id = fields.Many2one('recouvrement.bodacc', string="Announcement", readonly=True, ondelete='cascade')
    company_id = fields.Many2one(related='insolvency_id.company_id')
    action = fields.Selection(ACTIONS, required=True, readonly=True)
    received_on = fields.Date(string="Received or notified on")
    published_on = fields.Date(string="Published in the BODACC on")
    channel = fields.Selection(CHANNELS)
    kind = fields.Selection(KINDS, string="Kind of proceedings")
    closure = fields.Selection(CLOSURES, string="Closed because of")
    mission = fields.Selection(MISSIONS, string="Mission of the administrator")
    holder_id = fields.Many2one('res.partner', string="Office-holder")
    administrator_id = fields.Many2one('res.partner')
    amount = fields.Monetary()
    professional = fields.Char(string="Professional in charge", help="Lawyer, commissaire de justice.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        record = self.env['recouvrement.insolvency'].browse(values.get('insolvency_id'))
        record.check_access('read')
        record = record.sudo()
        if record:
            today = record.company_id._recouvrement_today()
            for name in ('sent_on', 'received_on', 'done_on'):
                values.setdefault(name, today)
            values.setdefault('channel', 'registered_letter')
        return values

    def action_apply(self):
        """Take the step; the announcement that it came from is answered."""
        self.bodacc_id._check_case(self.insolvency_id.case_id)
        closed = super().action_apply()
        if self.bodacc_id.state == 'proposed':
            self.bodacc_id.sudo()._decide('accepted', insolvency_id=self.insolvency_id.id)
        return closed


class RecouvrementInsolvencyOption(models.TransientModel):
    _name = 'recouvrement.insolvency.option'
    _inherit = 'recouvrement.track.option'
    _description = "Possible step in insolvency proceedings"
    _link = 'insolvency_id'

    insolvency_id = fields.Many2one('recouvrement.insolvency', required=True, ondelete='cascade')
    action = fields.Selection(ACTIONS, string="Step", required=True)


class RecouvrementInsolvencyConnect(models.TransientModel):
    """Credits that a person finds connected with earlier debts."""

    _name = 'recouvrement.insolvency.connect'
    _inherit = 'recouvrement.window'
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
