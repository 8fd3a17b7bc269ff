"""The day simulator on the screen: who would get what, who is held and why, and what changed since the day before."""
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# Rows shown; the totals are of all.
MOST_ROWS = 2000


class RecouvrementSimulation(models.TransientModel):
    _name = 'recouvrement.simulation'
    _inherit = 'recouvrement.window'
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
        """Fill the rows of the day and show them. Writes nothing but these rows, and the cases that are missing."""
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
        """The values of the rows: what is decided for each (customer, currency, slot), or the message that exists for it."""
        before, reminders, currencies = self._decisions_before(), self._reminders_of(self.as_of), self._currencies()
        rows = []
        for row in self._decisions():
            reminder = reminders.pop((row['case_id'], currencies[row['currency']].id, row['slot']), None)
            vals = self._reminder_vals(reminder) if reminder else self._decision_vals(row, currencies[row['currency']])
            rows.append(vals | {'change': self._change(vals, before)})
        for reminder in reminders.values():  # of a level whose turn is over, once it is prepared
            vals = self._reminder_vals(reminder)
            rows.append(vals | {'change': self._change(vals, before)})
        return rows

    @api.model
    def _currencies(self):
        return {currency.name: currency for currency in self.env['res.currency'].with_context(active_test=False).search([])}

    def _decisions(self):
        """The rows of `simulate`; who has no case yet gets one, so that there is something to approve and to open."""
        def simulate():
            return self.env['recouvrement.run'].simulate(self.as_of, self.company_id.id, limit=None, with_items=False)

        rows = simulate()
        if all(row['case_id'] for row in rows):
            return rows
        self.env['recouvrement.item']._sync(self.company_id)
        return simulate()

    def _decisions_before(self):
        """{(customer id, currency id): {slot: (decision, level id)}} of the day before; `sent` counts as what would have been."""
        day = self.as_of - timedelta(days=1)
        rows = self.env['recouvrement.run'].simulate(day, self.company_id.id, limit=None, with_items=False)
        before, currencies = defaultdict(dict), self._currencies()
        for row in rows:
            before[row['partner_id'], currencies[row['currency']].id][row['slot']] = row['decision'], row['level_id']
        for (_case, currency, slot), reminder in self._reminders_of(day).items():
            before[reminder.case_id.partner_id.id, currency][slot] = 'sent', reminder.level_id.id
        return before

    def _reminders_of(self, day):
        """{(case id, currency id, slot): reminder} that exist for a day."""
        reminders = self.env['recouvrement.reminder'].search([
            ('company_id', '=', self.company_id.id), ('date', '=', day), ('state', '!=', 'withdrawn')])
        return {(reminder.case_id.id, reminder.currency_id.id, reminder.slot): reminder for reminder in reminders}

    def _decision_vals(self, row, currency):
        return {
            'case_id': row['case_id'], 'partner_id': row['partner_id'], 'company_id': self.company_id.id,
            'currency_id': currency.id, 'slot': row['slot'], 'level_id': row['level_id'], 'channel': row['channel'] or False,
            'amount_due': float(row['amount_due']), 'interest': float(row['interest']), 'indemnity': float(row['indemnity']),
            'decision': row['decision'], 'reason': row['reason'] or False}

    def _reminder_vals(self, reminder):
        return {
            'case_id': reminder.case_id.id, 'partner_id': reminder.case_id.partner_id.id, 'company_id': self.company_id.id,
            'currency_id': reminder.currency_id.id, 'slot': reminder.slot, 'level_id': reminder.level_id.id,
            'channel': reminder.channel, 'amount_due': reminder.amount_due, 'interest': reminder.interest,
            'indemnity': reminder.indemnity, 'decision': 'prepared', 'reason': False, 'reminder_id': reminder.id}

    @api.model
    def _change(self, vals, before):
        """What is new against the day before: a code of `change`, False when nothing is."""
        decision = 'remind' if vals['decision'] == 'prepared' else vals['decision']
        known = before.get((vals['partner_id'], vals['currency_id']))
        if known is None:
            return 'new'
        was, level = known.get(vals['slot'], (None, None))
        if vals['reason'] == 'no_contact' and was == 'remind':
            was = 'hold'  # addresses have no history: the day before takes everybody as reachable
        was = 'remind' if was == 'sent' else was
        if decision == was:
            return 'level' if decision == 'remind' and vals['level_id'] != level else False
        return {'remind': 'leaves', 'hold': 'held'}.get(decision, 'silent')


class RecouvrementSimulationLine(models.TransientModel):
    _name = 'recouvrement.simulation.line'
    _inherit = 'recouvrement.window'
    _description = "Day simulator line"
    _order = 'decision_rank, amount_due desc, id'
    _transient_max_hours = 12
    _rec_name = 'partner_id'

    simulation_id = fields.Many2one('recouvrement.simulation', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True)
    case_id = fields.Many2one('recouvrement.case', string="Customer case", ondelete='cascade')
    partner_id = fields.Many2one('res.partner', string="Customer", required=True, ondelete='cascade')
    currency_id = fields.Many2one('res.currency', required=True)
    slot = fields.Integer(help="See the slot of reminders: plans with one message for each level have a row for each.")
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
        ('new', "New customer"), ('leaves', "Leaves today"), ('level', "Another level"), ('held', "Held now"),
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
            rows = [row for row in rows if row['currency'] == line.currency_id.name]
            claimed = line._words_of_prepared()
            row = next((row for row in rows if row['slot'] == line.slot), {
                'items': [item for row in rows for item in row['items'] if item['move_line_id'] in claimed]})
            items = [item | {
                'amount': float(item['amount_residual']),
                'words': claimed.get(item['move_line_id']) or Run._reason_label(item['decision'], item['reason']),
            } for item in row['items']]
            line.items_html = items and self.env['ir.qweb']._render(
                'recouvrement_plus.simulation_items', {'items': items, 'currency': line.currency_id})

    def _words_of_prepared(self):
        """{journal item id: what the message that is prepared already does with it}."""
        kinds = dict(self.env['recouvrement.reminder.line']._fields['kind']._description_selection(self.env))
        return {entry.move_line_id.id: kinds[entry.kind] for entry in self.reminder_id.line_ids if not entry.dropped_reason}

    def action_prepare(self):
        """Prepare the messages of the selected rows now: each waits for a person to read and approve it."""
        prepared = self._prepare(waits=True)
        return prepared._tell([
            {'state': reminder.state, 'reason': reminder.reason} for reminder in prepared], ('draft', 'approved', 'queued'),
            self.env._("%(count)s prepared"))

    def action_approve(self):
        """Prepare the messages of the selected rows and approve those that wait for a person."""
        prepared = self._prepare()
        waiting = prepared.filtered(lambda reminder: reminder.state == 'draft')
        results = waiting.approve() if waiting else []
        results += [{'id': one.id, 'state': one.state, 'reason': one.reason} for one in prepared - waiting]
        return prepared._tell_approved(results)

    def _prepare(self, waits=False):
        """The reminders of the selected rows, prepared now when they are not yet, of these rows only.

        :param waits: they wait for a person, whatever their level says
        """
        Run = self.env['recouvrement.run']
        Run._check_user('manager', self.company_id)
        todo = self.filtered(lambda line: line.decision == 'remind')
        for (company, day), lines in todo.grouped(lambda line: (line.company_id, line.simulation_id.as_of)).items():
            Run._check_executable(company, day)
            Run.sudo()._prepare_by_hand(
                company, day, lines.case_id.partner_id, only={line._key() for line in lines}, waits=waits)
        for simulation, lines in self.grouped('simulation_id').items():
            reminders = simulation._reminders_of(simulation.as_of)
            for line in lines:
                reminder = reminders.get(line._key())
                if reminder:
                    line.write({'reminder_id': reminder.id, 'decision': 'prepared', 'reason': False})
        if not self.reminder_id:
            raise UserError(self.env._("Nothing leaves that day to the customers of these rows: there is nothing to prepare."))
        return self.reminder_id

    def _key(self):
        """What tells a message from the others of its night."""
        return self.case_id.id, self.currency_id.id, self.slot

    def action_open_reminder(self):
        """Open the message, prepared now if it is not yet, to read and edit it: nothing leaves before it is approved."""
        self.ensure_one()
        reminder = self._prepare(waits=True)
        return {'type': 'ir.actions.act_window', 'res_model': 'recouvrement.reminder', 'res_id': reminder.id, 'view_mode': 'form'}

    def action_open_case(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': 'recouvrement.case', 'res_id': self.case_id.id, 'view_mode': 'form'}
