"""The day simulator on the screen: who would get what, who is held and why, and what changed since the day before."""
from datetime import timedelta

from odoo import api, fields, models

# Rows shown; the totals are of all.
MOST_ROWS = 2000


class RecouvrementSimulation(models.TransientModel):
    _name = 'recouvrement.simulation'
    _description = "Day simulator"
    _transient_max_hours = 12

    company_id = fields.Many2one('res.company', required=True, readonly=True, default=lambda self: self.env.company)
    as_of = fields.Date(
        string="Day", required=True, default=lambda self: self.env.company._recouvrement_today(),
        help="A past day shows what was owed then; a day to come is simulated with the books of today.")
    line_ids = fields.One2many('recouvrement.simulation.line', 'simulation_id')

    @api.model
    def action_open_today(self):
        """Simulate today for the current company and show it."""
        self.env['recouvrement.run']._check_user('officer')
        return self.create({}).action_simulate()

    def action_simulate(self):
        """Fill the rows of the day and show them. Writes nothing but these rows."""
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.line_ids.unlink()
        rows = self._rows()
        self.env['recouvrement.simulation.line'].create([row | {'simulation_id': self.id} for row in rows[:MOST_ROWS]])
        action = self.env['ir.actions.act_window']._for_xml_id('recouvrement_plus.recouvrement_simulation_line_action')
        name = self.env._("Simulation of %(day)s", day=self.as_of.strftime('%d/%m/%Y'))
        if len(rows) > MOST_ROWS:
            name = self.env._("%(name)s: the %(shown)s largest of %(all)s", name=name, shown=MOST_ROWS, all=len(rows))
        return action | {'name': name, 'display_name': name, 'domain': [('simulation_id', '=', self.id)]}

    def _rows(self):
        Run = self.env['recouvrement.run']
        rows = Run.simulate(self.as_of, self.company_id.id, limit=None, with_items=False)
        before = self._decisions_of(self.as_of - timedelta(days=1))
        reminders = self._reminders_of(self.as_of)
        currencies = {currency.name: currency for currency in self.env['res.currency'].with_context(active_test=False).search([])}
        return [self._row(row, currencies[row['currency']], before, reminders) for row in rows]

    def _decisions_of(self, day):
        """{(case, currency name): (decision, level)} of another day: what was sent counts, else what would have been."""
        rows = self.env['recouvrement.run'].simulate(day, self.company_id.id, limit=None, with_items=False)
        decisions = {(row['case_id'], row['currency']): (row['decision'], row['level_id']) for row in rows}
        for (case_id, currency), reminder in self._reminders_of(day).items():
            decisions[case_id, currency] = ('remind', reminder.level_id.id)
        return decisions

    def _reminders_of(self, day):
        """{(case, currency name): reminder} that exist for a day."""
        reminders = self.env['recouvrement.reminder'].search([
            ('company_id', '=', self.company_id.id), ('date', '=', day), ('state', '!=', 'withdrawn')])
        return {(reminder.case_id.id, reminder.currency_id.name): reminder for reminder in reminders}

    def _row(self, row, currency, before, reminders):
        key = row['case_id'], row['currency']
        reminder = reminders.get(key)
        decision, reason = ('prepared', False) if reminder else (row['decision'], row['reason'] or False)
        level = reminder.level_id.id if reminder else row['level_id']
        return {
            'case_id': row['case_id'], 'partner_id': row['partner_id'], 'company_id': self.company_id.id,
            'currency_id': currency.id, 'level_id': level, 'channel': reminder.channel if reminder else row['channel'] or False,
            'amount_due': reminder.amount_due if reminder else float(row['amount_due']),
            'interest': reminder.interest if reminder else float(row['interest']),
            'indemnity': reminder.indemnity if reminder else float(row['indemnity']),
            'decision': decision, 'reason': reason, 'reminder_id': reminder.id if reminder else False,
            'change': self._change('remind' if reminder else decision, level, before.get(key)),
        }

    @api.model
    def _change(self, decision, level, before):
        """What is new against the day before: a code of `change`, False when nothing is."""
        if before is None:
            return 'new'
        if decision == before[0]:
            return 'level' if decision == 'remind' and level != before[1] else False
        return {'remind': 'leaves', 'hold': 'held'}.get(decision, 'silent')


class RecouvrementSimulationLine(models.TransientModel):
    _name = 'recouvrement.simulation.line'
    _description = "Day simulator line"
    _order = 'decision_rank, amount_due desc, id'
    _transient_max_hours = 12
    _rec_name = 'partner_id'

    simulation_id = fields.Many2one('recouvrement.simulation', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True)
    case_id = fields.Many2one('recouvrement.case', string="Customer case", ondelete='cascade')
    partner_id = fields.Many2one('res.partner', string="Customer", required=True, ondelete='cascade')
    currency_id = fields.Many2one('res.currency', required=True)
    user_id = fields.Many2one(related='case_id.user_id')
    level_id = fields.Many2one('recouvrement.plan.level', ondelete='cascade')
    formal_notice = fields.Boolean(related='level_id.formal_notice')
    channel = fields.Selection(lambda self: self.env['recouvrement.reminder']._fields['channel']._description_selection(self.env))
    amount_due = fields.Monetary(string="Claimed")
    interest = fields.Monetary(string="Accrued penalties")
    indemnity = fields.Monetary(string="Accrued indemnities")
    decision = fields.Selection([
        ('prepared', "Prepared"), ('remind', "Would leave"), ('hold', "Hold"), ('nothing', "Nothing to do")], required=True)
    decision_rank = fields.Integer(compute='_compute_decision_rank', store=True)
    reason = fields.Selection(lambda self: self.env['recouvrement.run']._fields['reason_code']._description_selection(self.env))
    change = fields.Selection([
        ('new', "New customer"), ('leaves', "Leaves now"), ('level', "Another level"), ('held', "Held now"),
        ('silent', "Nothing any more")], string="Since the day before")
    reminder_id = fields.Many2one('recouvrement.reminder', ondelete='set null')
    reminder_state = fields.Selection(related='reminder_id.state', string="Reminder status")
    items_html = fields.Html(string="Instalments", compute='_compute_items_html', sanitize=False)

    @api.depends('decision')
    def _compute_decision_rank(self):
        order = ('remind', 'prepared', 'hold', 'nothing')
        for line in self:
            line.decision_rank = order.index(line.decision)

    def _compute_items_html(self):
        """The instalments of the row with what is decided for each and why."""
        Run = self.env['recouvrement.run']
        for line in self:
            rows = Run.simulate(line.simulation_id.as_of, line.company_id.id, case_ids=line.case_id.ids) if line.case_id else []
            row = next((row for row in rows if row['currency'] == line.currency_id.name), {})
            claimed = line._words_of_prepared()
            items = [item | {
                'amount': float(item['amount_residual']),
                'words': claimed.get(item['move_line_id']) or Run._reason_label(item['decision'], item['reason']),
            } for item in row.get('items', ())]
            line.items_html = items and self.env['ir.qweb']._render(
                'recouvrement_plus.simulation_items', {'items': items, 'currency': line.currency_id})

    def _words_of_prepared(self):
        """{journal item id: what the message that is prepared already does with it}."""
        kinds = dict(self.env['recouvrement.reminder.line']._fields['kind']._description_selection(self.env))
        return {entry.move_line_id.id: kinds[entry.kind] for entry in self.reminder_id.line_ids if not entry.dropped_reason}

    def action_prepare(self):
        """Prepare the messages of the selected rows now: those of automatic levels go on their way."""
        prepared = self._prepare()
        return self.env['recouvrement.reminder']._tell(
            [{'state': reminder.state, 'reason': reminder.reason} for reminder in prepared],
            ('draft', 'approved', 'queued'), self.env._("%(count)s prepared"))

    def action_approve(self):
        """Prepare the messages of the selected rows and approve those that wait for a person."""
        prepared = self._prepare()
        waiting = prepared.filtered(lambda reminder: reminder.state == 'draft')
        results = waiting.approve() if waiting else []
        results += [{'id': one.id, 'state': one.state, 'reason': one.reason} for one in prepared - waiting]
        return prepared._tell_approved(results)

    def _prepare(self):
        """The reminders of the selected rows, prepared now when they are not yet."""
        Run = self.env['recouvrement.run']
        Run._check_user('manager', self.company_id)
        todo = self.filtered(lambda line: line.decision == 'remind')
        for (company, day), lines in todo.grouped(lambda line: (line.company_id, line.simulation_id.as_of)).items():
            Run.prepare(day, lines.case_id.ids, company.id)
        for simulation, lines in self.grouped('simulation_id').items():
            reminders = simulation._reminders_of(simulation.as_of)
            for line in lines:
                reminder = reminders.get((line.case_id.id, line.currency_id.name))
                if reminder:
                    line.write({'reminder_id': reminder.id, 'decision': 'prepared', 'reason': False})
        return self.reminder_id

    def action_open_reminder(self):
        """Open the message, prepared now if it is not yet, to read and edit it before it leaves."""
        self.ensure_one()
        reminder = self._prepare()
        if not reminder:
            return False
        return {'type': 'ir.actions.act_window', 'res_model': 'recouvrement.reminder', 'res_id': reminder.id, 'view_mode': 'form'}

    def action_open_case(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': 'recouvrement.case', 'res_id': self.case_id.id, 'view_mode': 'form'}
