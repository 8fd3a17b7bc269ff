"""What the screen of insolvency proceedings says: what can be done, what is missing and by when, what has happened."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine import insolvency

#: Shown only when they concern these proceedings: else they would be noise.
ROUTE_CONDITIONS = {'retention_clause', 'goods_reclaimed', 'unpublished', 'declaration_open'}
LAST_ACTIONS = ('name_holder', 'convert', 'adopt_plan', 'close_procedure', 'record_step', 'record_certificate',
                'set_judgment_aside', 'cancel_record')
BUTTONS = ('prepare_declaration', 'approve_declaration', 'send_declaration', 'record_publication')


class RecouvrementInsolvency(models.Model):
    _inherit = 'recouvrement.insolvency'

    can_prepare_declaration = fields.Boolean(compute='_compute_can')
    can_approve_declaration = fields.Boolean(compute='_compute_can')
    can_send_declaration = fields.Boolean(compute='_compute_can')
    can_record_publication = fields.Boolean(compute='_compute_can')
    doubts = fields.Char(string="To know before approving", compute='_compute_doubts')
    steps_html = fields.Html(string="Next steps", compute='_compute_can', sanitize=False)
    timeline_html = fields.Html(string="Timeline", compute='_compute_timeline', sanitize=False)
    headline = fields.Char(compute='_compute_timeline')
    late_text = fields.Char(compute='_compute_timeline')
    addressee_text = fields.Char(string="Letters about later debts", compute='_compute_addressee_text')

    @api.depends('state', 'stage', 'deadline_ids.state', 'event_ids', 'holder_id', 'date_published')
    @api.depends_context('lang')
    def _compute_can(self):
        for record in self:
            steps = record._steps()
            by_action = {step['action']: step for step in steps}
            for action in BUTTONS:
                step = by_action.get(action)
                record[f'can_{action}'] = bool(step) and not record._blocking(step)
            record.steps_html = self.env['ir.qweb']._render(
                'recouvrement_plus.proceeding_steps', {'rows': record._step_rows(steps)})

    @api.depends('state', 'line_ids')
    @api.depends_context('lang')
    def _compute_doubts(self):
        """What the declaration does not say of its own figures, for who approves it."""
        for record in self:
            prepared = record.state in ('prepared', 'approved')
            record.doubts = prepared and self.env['recouvrement.document']._doubts(
                record._statement_moves(), record._eve()) or False

    @api.model
    def _blocking(self, step):
        """What is missing that no window asks for."""
        return [name for name in step['missing'] if name not in insolvency.STATED]

    def _step_rows(self, steps):
        """The steps in words: open ones first, those of the life of the proceedings last."""
        actions = dict(self.env['recouvrement.insolvency.event']._fields['action']._description_selection(self.env))
        states = dict(self._fields['state']._description_selection(self.env))
        roles = {'officer': self.env._("collector"), 'manager': self.env._("manager"), 'legal': self.env._("legal")}
        rows = []
        for step in steps:
            blocking = self._blocking(step)
            if set(blocking) & ROUTE_CONDITIONS:
                continue
            rows.append({
                'action': step['action'], 'label': actions[step['action']], 'open': not blocking,
                'target': states[step['target']] if step['target'] != self.state else '', 'who': roles[step['who']],
                'missing': ", ".join(self._fact_label(name) for name in blocking), 'source': step['source'],
                'override': False, 'confirmed': True, 'last': step['action'] in LAST_ACTIONS})
        return sorted(rows, key=lambda row: (row['last'], not row['open'], not row['target']))

    @api.depends('event_ids', 'deadline_ids.state', 'state')
    @api.depends_context('lang')
    def _compute_timeline(self):
        labels = dict(self.env['recouvrement.proceeding.deadline']._fields['code']._description_selection(self.env))
        actions = dict(self.env['recouvrement.insolvency.event']._fields['action']._description_selection(self.env))
        for record in self:
            open_lines = record.deadline_ids.filtered(lambda line: line.state == 'open')
            rows = [{'day': event.day or fields.Date.to_date(event.date), 'label': actions[event.action], 'kind': 'event',
                     'detail': event.summary, 'late': False} for event in record.event_ids.sorted('id')]
            rows += [{'day': line.date, 'label': line.note or labels[line.code], 'kind': 'deadline', 'detail': line.source or '',
                      'late': line.is_late} for line in open_lines]
            rows.append({'day': record.company_id._recouvrement_today(), 'label': self.env._("Today"), 'kind': 'today',
                         'detail': '', 'late': False})
            rows.sort(key=lambda row: (row['day'], ('event', 'today', 'deadline').index(row['kind'])))
            for row in rows:
                row['day'] = format_date(self.env, row['day'])
            record.timeline_html = self.env['ir.qweb']._render('recouvrement_plus.proceeding_timeline', {'rows': rows})
            record.headline = record._headline()
            record.late_text = ", ".join(f"{labels[line.code]} ({format_date(self.env, line.date)})"
                                         for line in open_lines.filtered('is_late')) or False

    @api.depends('kind', 'mission', 'holder_id', 'administrator_id', 'partner_id')
    @api.depends_context('lang')
    def _compute_addressee_text(self):
        for record in self:
            contact, capacity = record.with_context(lang=self.env.lang)._addressee()
            record.addressee_text = f"{contact.display_name}, {capacity}" if contact else record.partner_id.display_name

    # === ACTIONS === #

    def action_step(self):
        """Open the window of one step (its code is in the context key `recouvrement_step`)."""
        return self._open_step(self.env.context.get('recouvrement_step'))

    def _open_step(self, action, context=None):
        self.ensure_one()
        if (self.state, action) not in insolvency.ROWS:
            raise UserError(self.env._("“%(action)s” is not possible in this state (%(code)s).", action=action, code=self.state))
        labels = dict(self.env['recouvrement.insolvency.step']._fields['action']._description_selection(self.env))
        return {
            'type': 'ir.actions.act_window', 'res_model': 'recouvrement.insolvency.step', 'view_mode': 'form', 'target': 'new',
            'name': labels.get(action),
            'context': {'default_insolvency_id': self.id, 'default_action': action, **(context or {})}}

    def action_choose_step(self):
        """Open the list of what can be done now; each row opens the window of its step."""
        self.ensure_one()
        rows = [row for row in self._step_rows(self._steps()) if row['open']]
        options = self.env['recouvrement.insolvency.option'].create([
            {'insolvency_id': self.id, 'action': row['action'], 'target': row['target'], 'who': row['who'], 'source': row['source']}
            for row in rows])
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("What can be done now"), 'target': 'new', 'view_mode': 'list',
            'res_model': 'recouvrement.insolvency.option', 'domain': [('id', 'in', options.ids)],
            'context': {'dialog_size': 'extra-large'}}

    def action_connect(self):
        """Choose the credits connected with earlier debts."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Connected credits"), 'target': 'new', 'view_mode': 'form',
            'res_model': 'recouvrement.insolvency.connect', 'context': {'default_insolvency_id': self.id}}

    def action_open_case(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': 'recouvrement.case', 'res_id': self.case_id.id, 'view_mode': 'form'}
