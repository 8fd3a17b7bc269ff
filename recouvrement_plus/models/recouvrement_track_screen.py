"""What the screen of a track of legal steps says: what can be done, what is missing and by when, what has happened."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class RecouvrementTrack(models.AbstractModel):
    _inherit = 'recouvrement.track'

    #: Steps shown last: always there, never what a person is looking for.
    _last_actions = ()
    #: Steps that lack one of these are not shown: the route concerns other debtors.
    _route_conditions = frozenset()

    doubts = fields.Char(string="To know before approving", compute='_compute_doubts')
    steps_html = fields.Html(string="Next steps", compute='_compute_can', sanitize=False)
    timeline_html = fields.Html(string="Timeline", compute='_compute_timeline', sanitize=False)

    def _compute_doubts(self):
        raise NotImplementedError

    def _compute_can(self):
        """`steps_html`, and the buttons of the screen."""
        raise NotImplementedError

    @api.model
    def _blocking(self, step):
        """What is missing that no window asks for."""
        return [name for name in step['missing'] if not set(name.split('|')) & set(self._rules.STATED)]

    @api.model
    def _is_open(self, step):
        """Whether a person can take the step by stating what it asks, with a reason where the table accepts one."""
        return not set(self._blocking(step)) - set(step['override'])

    def _steps_page(self, steps):
        return self.env['ir.qweb']._render('recouvrement_plus.proceeding_steps', {'rows': self._step_rows(steps)})

    def _step_rows(self, steps):
        """The steps in words: open ones first, those that lead on before the others, the last ones last."""
        actions = self._action_labels()
        states = dict(self._fields['state']._description_selection(self.env))
        roles = {'officer': self.env._("collector"), 'manager': self.env._("manager"), 'legal': self.env._("legal")}
        rows = []
        for step in steps:
            blocking = self._blocking(step)
            if set(blocking) & self._route_conditions:
                continue
            rows.append({
                'action': step['action'], 'label': actions[step['action']], 'open': self._is_open(step),
                'target': states[step['target']] if step['target'] != self.state else '', 'who': roles[step['who']],
                'missing': ", ".join(self._fact_label(name) for name in blocking), 'source': step['source'],
                'override': bool(step['override']) and self._is_open(step), 'confirmed': step['confirmed'],
                'last': step['action'] in self._last_actions})
        return sorted(rows, key=lambda row: (row['last'], not row['open'], not row['target']))

    @api.depends('event_ids', 'deadline_ids.state')
    @api.depends_context('lang')
    def _compute_timeline(self):
        for record in self:
            record.timeline_html = self.env['ir.qweb']._render(
                'recouvrement_plus.proceeding_timeline', {'rows': record._timeline_rows()})

    def _timeline_rows(self):
        """What happened, today, and what is to come, by day."""
        labels = dict(self.env['recouvrement.proceeding.deadline']._fields['code']._description_selection(self.env))
        rows = [{'day': event.day or fields.Date.to_date(event.date), 'label': event._action_label(), 'kind': 'event',
                 'detail': event.summary, 'late': False} for event in self.event_ids.sorted('id')]
        rows += [{'day': line.date, 'label': line.note or labels[line.code], 'kind': 'deadline', 'detail': line.source or '',
                  'late': line.is_late} for line in self._running_deadlines()]
        rows.append({'day': self.company_id._recouvrement_today(), 'label': self.env._("Today"), 'kind': 'today', 'detail': '',
                     'late': False})
        rows.sort(key=lambda row: (row['day'], ('event', 'today', 'deadline').index(row['kind'])))
        return [{**row, 'day': format_date(self.env, row['day'])} for row in rows]

    # === ACTIONS === #

    def action_open_case(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': 'recouvrement.case', 'res_id': self.case_id.id, 'view_mode': 'form'}

    def action_step(self):
        """Open the window of one step (its code is in the context key `recouvrement_step`)."""
        return self._open_step(self.env.context.get('recouvrement_step'))

    def _open_step(self, action, context=None):
        """The window of a step; `context`: further values for it.

        :raises UserError: when the step does not exist in this state
        """
        self.ensure_one()
        if (self.state, action) not in self._rules.ROWS:
            raise UserError(self.env._("“%(action)s” is not possible in this state (%(code)s).", action=action, code=self.state))
        labels = dict(self.env[f'{self._name}.step']._fields['action']._description_selection(self.env))
        return {
            'type': 'ir.actions.act_window', 'res_model': f'{self._name}.step', 'view_mode': 'form', 'target': 'new',
            'name': labels.get(action),
            'context': {f'default_{self._link}': self.id, 'default_action': action, **(context or {})}}

    def action_choose_step(self):
        """Open the list of what can be done now; each row opens the window of its step."""
        self.ensure_one()
        rows = [row for row in self._step_rows(self._steps()) if row['open']]
        options = self.env[f'{self._name}.option'].create([
            {self._link: self.id, 'action': row['action'], 'target': row['target'], 'who': row['who'], 'source': row['source'],
             'warning': "" if row['confirmed'] else self.env._("to be verified by counsel")}
            for row in rows])
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("What can be done now"), 'target': 'new', 'view_mode': 'list',
            'res_model': options._name, 'domain': [('id', 'in', options.ids)], 'context': {'dialog_size': 'extra-large'}}
