"""What the screen of a proceeding says and offers besides that of every track."""
from odoo import api, fields, models

from ..engine import proceedings
from .recouvrement_penalty import SHOWN

NOTICE_ACTIONS = ('prepare_notice', 'approve_notice', 'send_notice', 'record_receipt', 'withdraw', 'close_paid', 'resume')
#: Ends and postal facts: always there, never what a person is looking for.
LAST_ACTIONS = ('record_deposit', 'record_receipt', 'grant_time', 'refuse_time', 'withdraw', 'close_paid', 'close_irrecoverable',
                'close_prescribed', 'stay_by_insolvency')
#: Whose conditions are shown only when they concern the debtor: the other routes would be noise.
ROUTE_CONDITIONS = {'private_debtor', 'public_debtor', 'late_opposition_open', 'seizure_made', 'attachment_made',
                    'insolvent', 'prescribed', 'acceleration_clause', 'retention_clause', 'guarantee_clause', 'nothing_owed'}


class RecouvrementProceeding(models.Model):
    _inherit = 'recouvrement.proceeding'

    _last_actions = LAST_ACTIONS
    _route_conditions = ROUTE_CONDITIONS

    reference = fields.Char(compute='_compute_reference', help="Printed on the letters; the tracking file names it.")
    can_prepare_notice = fields.Boolean(compute='_compute_can')
    can_approve_notice = fields.Boolean(compute='_compute_can')
    can_send_notice = fields.Boolean(compute='_compute_can')
    can_record_receipt = fields.Boolean(compute='_compute_can')
    can_withdraw = fields.Boolean(compute='_compute_can')
    can_close_paid = fields.Boolean(compute='_compute_can')
    can_resume = fields.Boolean(compute='_compute_can')
    missing_text = fields.Char(string="What is missing", compute='_compute_can')
    clause_ids = fields.One2many(related='case_id.clause_ids', string="Contract clauses")
    identity_missing = fields.Char(related='partner_id.recouvrement_identity_missing')
    identity_checked = fields.Boolean(related='partner_id.recouvrement_identity_checked')
    identity_date = fields.Date(related='partner_id.recouvrement_identity_date')

    @api.depends('create_date')
    def _compute_reference(self):
        for proceeding in self:
            proceeding.reference = f"P{proceeding.id:06d}" if isinstance(proceeding.id, int) else False

    @api.depends('state', 'item_ids', 'deadline_ids', 'event_ids')
    @api.depends_context('lang')
    def _compute_can(self):
        for proceeding in self:
            steps = proceeding._steps()
            by_action = {step['action']: step for step in steps}
            for action in NOTICE_ACTIONS:
                step = by_action.get(action)
                # What only a person can state is asked by the window that the button opens.
                proceeding[f'can_{action}'] = bool(step) and proceeding._is_open(step)
            blocking = {name for step in steps if step['action'] in NOTICE_ACTIONS[:3] for name in proceeding._blocking(step)}
            proceeding.missing_text = ", ".join(proceeding._fact_label(name) for name in sorted(blocking)) or False
            proceeding.steps_html = proceeding._steps_page(steps)

    @api.depends('state', 'item_ids')
    @api.depends_context('lang')
    def _compute_doubts(self):
        """The letter says nothing of our own doubts about its figures: who approves it reads them here."""
        documents = self.env['recouvrement.document']
        for proceeding in self:
            ours = proceeding.state in proceedings.NOTICE_STATES and proceeding._penalty_use() in SHOWN
            today = proceeding.company_id._recouvrement_today()
            proceeding.doubts = ours and documents._doubts(proceeding.item_ids.move_id, today) or False

    # === ACTIONS === #

    def action_check_identity(self):
        """The person compared the debtor's identity with an official source."""
        self.partner_id.recouvrement_check_identity()
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    def action_make_mailing(self):
        """Registered letters of the approved notices among these, in one mailing."""
        mailing = self.env['recouvrement.mailing'].browse(self.env['recouvrement.mailing'].make(self.ids)['mailing_id'])
        return {'type': 'ir.actions.act_window', 'res_model': 'recouvrement.mailing', 'res_id': mailing.id, 'view_mode': 'form'}
