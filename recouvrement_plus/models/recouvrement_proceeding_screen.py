"""What the screen of a proceeding says: what can be done, what is missing and by when, what has happened."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

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

    reference = fields.Char(compute='_compute_reference', help="Printed on the letters; the tracking file names it.")
    can_prepare_notice = fields.Boolean(compute='_compute_can')
    can_approve_notice = fields.Boolean(compute='_compute_can')
    can_send_notice = fields.Boolean(compute='_compute_can')
    can_record_receipt = fields.Boolean(compute='_compute_can')
    can_withdraw = fields.Boolean(compute='_compute_can')
    can_close_paid = fields.Boolean(compute='_compute_can')
    can_resume = fields.Boolean(compute='_compute_can')
    missing_text = fields.Char(string="What is missing", compute='_compute_can')
    doubts = fields.Char(string="To know before approving", compute='_compute_doubts')
    steps_html = fields.Html(string="Next steps", compute='_compute_can', sanitize=False)
    timeline_html = fields.Html(string="Timeline", compute='_compute_timeline', sanitize=False)
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
            steps = proceeding._steps({})
            by_action = {step['action']: step for step in steps}
            for action in NOTICE_ACTIONS:
                step = by_action.get(action)
                # What only a person can state is asked by the window that the button opens.
                proceeding[f'can_{action}'] = bool(step) and proceeding._is_open(step)
            blocking = {name for step in steps if step['action'] in NOTICE_ACTIONS[:3] for name in proceeding._blocking(step)}
            proceeding.missing_text = ", ".join(proceeding._fact_label(name) for name in sorted(blocking)) or False
            proceeding.steps_html = self.env['ir.qweb']._render(
                'recouvrement_plus.proceeding_steps', {'rows': proceeding._step_rows(steps)})

    @api.depends('state', 'item_ids')
    @api.depends_context('lang')
    def _compute_doubts(self):
        """The letter says nothing of our own doubts about its figures: who approves it reads them here."""
        documents = self.env['recouvrement.document']
        for proceeding in self:
            ours = proceeding.state in proceedings.NOTICE_STATES and proceeding._penalty_use() in SHOWN
            today = proceeding.company_id._recouvrement_today()
            proceeding.doubts = ours and documents._doubts(proceeding.item_ids.move_id, today) or False

    @api.model
    def _blocking(self, step):
        """What is missing that no window asks for."""
        return [name for name in step['missing'] if not set(name.split('|')) & set(proceedings.STATED)]

    @api.model
    def _is_open(self, step):
        """Whether a person can take the step by stating what it asks, with a reason where the table accepts one."""
        return not set(self._blocking(step)) - set(step['override'])

    def _step_rows(self, steps):
        """The steps in words: open ones first, those that lead on before the others, the usual ends last; routes of other
        kinds of debtors left out."""
        actions = dict(self.env['recouvrement.proceeding.event']._fields['action']._description_selection(self.env))
        states = dict(self._fields['state']._description_selection(self.env))
        roles = {'officer': self.env._("collector"), 'manager': self.env._("manager"), 'legal': self.env._("legal")}
        rows = []
        for step in steps:
            blocking = self._blocking(step)
            if set(blocking) & ROUTE_CONDITIONS:
                continue
            rows.append({
                'action': step['action'], 'label': actions[step['action']], 'open': self._is_open(step),
                'target': states[step['target']] if step['target'] != self.state else '', 'who': roles[step['who']],
                'missing': ", ".join(self._fact_label(name) for name in blocking), 'source': step['source'],
                'override': bool(step['override']) and self._is_open(step), 'confirmed': step['confirmed'],
                'last': step['action'] in LAST_ACTIONS})
        return sorted(rows, key=lambda row: (row['last'], not row['open'], not row['target']))

    @api.depends('event_ids', 'deadline_ids.state')
    @api.depends_context('lang')
    def _compute_timeline(self):
        labels = dict(self.env['recouvrement.proceeding.deadline']._fields['code']._description_selection(self.env))
        for proceeding in self:
            rows = [{'day': event.day or fields.Date.to_date(event.date), 'label': event._action_label(), 'kind': 'event',
                     'detail': event.summary, 'late': False} for event in proceeding.event_ids.sorted('id')]
            rows += [{'day': line.date, 'label': line.note or labels[line.code], 'kind': 'deadline', 'detail': line.source or '',
                      'late': line.is_late} for line in proceeding.deadline_ids.filtered(lambda line: line.state == 'open')]
            today = proceeding.company_id._recouvrement_today()
            rows.append({'day': today, 'label': self.env._("Today"), 'kind': 'today', 'detail': '', 'late': False})
            rows.sort(key=lambda row: (row['day'], ('event', 'today', 'deadline').index(row['kind'])))
            for row in rows:
                row['day'] = format_date(self.env, row['day'])
            proceeding.timeline_html = self.env['ir.qweb']._render('recouvrement_plus.proceeding_timeline', {'rows': rows})

    # === ACTIONS === #

    def action_open_case(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': 'recouvrement.case', 'res_id': self.case_id.id, 'view_mode': 'form'}

    def action_step(self):
        """Open the window of one step (its code is in the context key `recouvrement_step`)."""
        return self._open_step(self.env.context.get('recouvrement_step'))

    def _open_step(self, action):
        self.ensure_one()
        row = proceedings.ROWS.get((self.state, action))
        if not row:
            raise UserError(self.env._("“%(action)s” is not possible in this state (%(code)s).", action=action, code=self.state))
        labels = dict(self.env['recouvrement.proceeding.step']._fields['action']._description_selection(self.env))
        return {
            'type': 'ir.actions.act_window', 'res_model': 'recouvrement.proceeding.step', 'view_mode': 'form', 'target': 'new',
            'name': labels.get(action), 'context': {'default_proceeding_id': self.id, 'default_action': action}}

    def action_choose_step(self):
        """Open the list of what can be done now; each row opens the window of its step."""
        self.ensure_one()
        rows = [row for row in self._step_rows(self._steps({})) if row['open']]
        options = self.env['recouvrement.proceeding.option'].create([
            {'proceeding_id': self.id, 'action': row['action'], 'target': row['target'], 'who': row['who'],
             'source': row['source'], 'warning': "" if row['confirmed'] else self.env._("to be verified by counsel")}
            for row in rows])
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("What can be done now"), 'target': 'new', 'view_mode': 'list',
            'res_model': 'recouvrement.proceeding.option', 'domain': [('id', 'in', options.ids)],
            'context': {'dialog_size': 'extra-large'}}

    def action_check_identity(self):
        """The person compared the debtor's identity with an official source."""
        self.partner_id.recouvrement_check_identity()
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    def action_make_mailing(self):
        """Registered letters of the approved notices among these, in one mailing."""
        mailing = self.env['recouvrement.mailing'].browse(self.env['recouvrement.mailing'].make(self.ids)['mailing_id'])
        return {'type': 'ir.actions.act_window', 'res_model': 'recouvrement.mailing', 'res_id': mailing.id, 'view_mode': 'form'}
