"""The night and its journal: simulate what would leave on a day, or make it so."""
import time
from collections import defaultdict
from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .recouvrement_engine import DECISION_SELECTION, HOLD_SELECTION, NOTHING_SELECTION

ROLE_GROUPS = {
    'officer': 'recouvrement_plus.recouvrement_plus_group_officer',
    'manager': 'recouvrement_plus.recouvrement_plus_group_manager',
    'legal': 'recouvrement_plus.recouvrement_plus_group_legal',
}
RPC_SECONDS = 30


class RecouvrementRun(models.Model):
    _name = 'recouvrement.run'
    _description = "Collection night"
    _order = 'date desc, id desc'

    # found by the unique index that begins with it
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    replay = fields.Boolean(readonly=True, help="Night of a past date, played again for a test.")
    state = fields.Selection(selection=[('running', "Running"), ('done', "Done")], default='running', required=True, readonly=True)
    last_partner_id = fields.Integer(
        readonly=True, help="Customers up to this one are done; a night that was cut goes on after it.")
    ledger_mark = fields.Json(readonly=True, help="How far the ledger had come when this night scored the customers.")
    date_start = fields.Datetime(readonly=True)
    date_again = fields.Datetime(
        string="Gone through again on", readonly=True,
        help="What is held, and the customers left out, are as of then; the rest is of the night itself.")
    date_end = fields.Datetime(readonly=True)
    duration = fields.Float(string="Duration (s)", digits=(12, 2), readonly=True)
    reminder_ids = fields.One2many('recouvrement.reminder', 'run_id', readonly=True)
    line_ids = fields.One2many('recouvrement.run.line', 'run_id', readonly=True)
    reminder_count = fields.Integer(string="Reminders", compute='_compute_counts')
    held_count = fields.Integer(string="Held", compute='_compute_counts')
    error_count = fields.Integer(string="Errors", compute='_compute_counts')

    # Not stored: it carries the words of every code that a screen may show, so that they are translated in one place.
    reason_code = fields.Selection(
        DECISION_SELECTION + HOLD_SELECTION + NOTHING_SELECTION + [
            ('withdrawn_by_user', "Withdrawn by a person"),
            ('mail_failed', "Refused by the mail server"),
            ('no_sender', "No address to send from"),
            ('server_unreachable', "The mail server cannot be reached: it is tried again"),
            ('bounced', "Returned by the customer's mail server"),
            ('interrupted', "Interrupted while leaving"),
            ('attachment_failed', "A file to enclose could not be made"),
            ('no_answer', "The mail server did not answer after taking the message"),
            ('mail_cancelled', "Its e-mail was cancelled"),
            ('blacklisted', "The address is on the list not to write to"),
            ('approval_needed', "Waits for approval"),
            ('approval_refused', "Cannot be approved yet"),
            ('locked', "In use elsewhere"),
            ('refreshed', "Replaced by the figures of the day it left"),
            ('not_corrected', "Has left and was not corrected: it stays as it was sent"),
            ('not_posted', "The invoice is no longer posted: reset to draft, or cancelled"),
            ('plan_changed', "Its level is no longer in the customer's plan"),
        ], compute='_compute_reason_code')

    _one_a_day = models.Constraint('UNIQUE(company_id, date)', "This night already exists.")

    # === COMPUTE === #

    @api.depends('date', 'company_id')
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._("Night of %(date)s", date=format_date(self.env, run.date))

    @api.depends('reminder_ids', 'line_ids.count')
    def _compute_counts(self):
        for run in self:
            run.reminder_count = len(run.reminder_ids)
            run.held_count = sum(run.line_ids.filtered(lambda line: line.kind == 'held').mapped('count'))
            run.error_count = len(run.line_ids.filtered(lambda line: line.kind == 'error'))

    def _compute_reason_code(self):
        self.reason_code = False

    # === CHECKS SHARED BY THE PUBLIC METHODS === #

    @api.model
    def _check_user(self, role, companies=None):
        """First line of each public method: the role, then the companies the user works in.

        :raises AccessError: without the role, or for a company outside the user's allowed ones
        """
        if not self.env.su and not self.env.user.has_group(ROLE_GROUPS[role]):
            names = {
                'officer': self.env._("Collection officer"), 'manager': self.env._("Collection manager"),
                'legal': self.env._("Legal")}
            raise AccessError(self.env._("This takes the role “%(role)s”. Ask your administrator.", role=names[role]))
        foreign = companies and companies - self.env.companies
        if foreign:
            raise AccessError(self.env._("You do not work in the company of these records."))

    @api.model
    def _company(self, company_id):
        """The company asked for, the current one by default.

        :raises AccessError: for a company that the user has not
        :raises UserError: for what is no number
        """
        self._check_arguments(number={'company_id': company_id})
        company = self.env['res.company'].browse(company_id) if company_id else self.env.company
        if company not in self.env.companies and company not in self.env.user.company_ids:
            raise AccessError(self.env._("You do not work in this company."))
        return company

    @api.model
    def _parse_date(self, value):
        """A date from a date or from 'YYYY-MM-DD'.

        :raises UserError: for anything else, and for a year that can only be a slip
        """
        try:
            day = fields.Date.to_date(value) if isinstance(value, date) else date.fromisoformat(value)
            if isinstance(value, str) and day.isoformat() != value:
                raise ValueError(value)
        except (TypeError, ValueError):
            raise UserError(self.env._("“%(value)s” is not a date. Write it as YYYY-MM-DD.", value=value)) from None
        if not 1900 <= day.year <= 2200:
            raise UserError(self.env._("%(day)s: give a day between 1900 and 2200.", day=day.isoformat()))
        return day

    @api.model
    def _check_page(self, case_ids, **numbers):
        """What a script asks of a simulation: a list of ids or nothing, and numbers that are not negative.

        :raises UserError: naming the one that is wrong
        """
        self._check_arguments(numbers={'case_ids': case_ids})
        for name, value in numbers.items():
            if value and not (isinstance(value, int) and value > 0):
                raise UserError(self.env._("“%(name)s”: give a number that is not negative.", name=name))

    @api.model
    def _reason_label(self, decision, reason):
        """A decision and its reason in the words of the screen."""
        label = self._any_reason_label(decision)
        if not reason:
            return label
        words = self._any_reason_label(reason)
        return self.env._("%(decision)s: %(reason)s", decision=label, reason=words[:1].lower() + words[1:])

    @api.model
    def _any_reason_label(self, reason):
        """A code of a decision, of a hold or of a refusal to send, in the user's language."""
        return dict(self._fields['reason_code']._description_selection(self.env)).get(reason, reason or '')

    # === SIMULATE === #

    @api.model
    def simulate(self, as_of, company_id=None, case_ids=None, limit=1000, offset=0, with_items=True):
        """What would leave on a day, and what is held and why. Writes nothing.

        One row for each (customer, currency) with something open that day, largest amount first.

        :param as_of: date or 'YYYY-MM-DD'; a past date rebuilds what was owed then, a future one uses today's ledger
        :param company_id: the current company by default
        :param case_ids: restrict to these cases
        :return: [{case_id, partner_id, partner_name, currency, slot, level, level_id, level_name, channel, amount_due, interest,
            indemnity, penalty_block, decision, reason, items: [{move_line_id, move_name, days_late, amount_residual,
            amount_disputed, decision, reason}]}], money as strings, `level` the position in the plan from 1 (0: none),
            `slot` 0 but in plans with one message for each level, which have a row for each
        :raises AccessError: without the officer role or for another company
        :raises UserError: for what is no date, no list of ids, no number
        """
        self._check_user('officer')
        self._check_page(case_ids, limit=limit, offset=offset)
        company, day = self._company(company_id), self._parse_date(as_of)
        outlooks = self._outlooks(company, day, case_ids)
        page = outlooks[offset or 0:(offset or 0) + limit if limit else None]
        return self._simulation_rows(company, day, page, with_items)

    @api.model
    def simulate_summary(self, as_of, company_id=None, case_ids=None):
        """Totals of `simulate`: {customers, remind, hold, nothing, amount_due, by_reason, by_level}.

        `remind`, `hold` and `nothing` count its rows; `amount_due` is {currency: string}; `by_reason` {reason code:
        customers}; `by_level` {level id: customers}: who owes in two currencies is one customer.
        """
        self._check_user('officer')
        self._check_page(case_ids)
        company, day = self._company(company_id), self._parse_date(as_of)
        counts, amounts = {'remind': 0, 'hold': 0, 'nothing': 0}, defaultdict(Decimal)
        by_reason, by_level = defaultdict(set), defaultdict(set)
        outlooks = self._outlooks(company, day, case_ids)
        for outlook in outlooks:
            decision = outlook.decision
            counts[decision.decision] += 1
            if decision.decision == 'remind':
                by_level[str(decision.level.key)].add(outlook.partner_id)
                amounts[self.env['res.currency'].browse(outlook.currency_id)] += decision.amount_due
            else:
                by_reason[decision.reason].add(outlook.partner_id)
        return counts | {
            'customers': len({outlook.partner_id for outlook in outlooks}),
            'amount_due': {currency.name: currency._recouvrement_text(amount) for currency, amount in amounts.items()},
            'by_reason': {reason: len(customers) for reason, customers in by_reason.items()},
            'by_level': {level: len(customers) for level, customers in by_level.items()}}

    @api.model
    def _outlooks(self, company, as_of, case_ids):
        partner_ids = None
        if case_ids is not None:
            cases = self.env['recouvrement.case'].search([('id', 'in', case_ids), ('company_id', '=', company.id)])
            partner_ids = cases.partner_id.ids
        outlooks = self.env['recouvrement.engine']._decide(company, as_of, partner_ids)
        return sorted(outlooks, key=lambda outlook: (-outlook.decision.amount_due, outlook.partner_id, outlook.currency_id))

    @api.model
    def _simulation_rows(self, company, as_of, outlooks, with_items):
        moves = self.env['account.move'].sudo().browse({
            outlook.lines[item.key].move_id for outlook in outlooks for item in outlook.decision.items if item.days_late > 0})
        statements = self.env['recouvrement.engine'].sudo()._statements(moves, as_of) if moves else {}
        levels = self.env['recouvrement.plan.level'].sudo().browse(
            {outlook.decision.level.key for outlook in outlooks if outlook.decision.level})
        ranks = {level.id: level for level in levels}
        partners = self.env['res.partner'].sudo().browse({outlook.partner_id for outlook in outlooks})
        customers = {partner.id: partner for partner in partners}
        return [self._simulation_row(outlook, customers[outlook.partner_id], ranks, statements, with_items) for outlook in outlooks]

    @api.model
    def _simulation_row(self, outlook, partner, levels, statements, with_items):
        decision = outlook.decision
        level = levels.get(decision.level.key) if decision.level else None
        moves = {outlook.lines[item.key].move_id for item in decision.items if item.moved or item.reason == 'listed'}
        known = [statements[move] for move in sorted(moves) if hasattr(statements.get(move), 'slices')]
        money = self.env['res.currency'].browse(outlook.currency_id)._recouvrement_text
        row = {
            'case_id': outlook.case_id, 'partner_id': outlook.partner_id, 'partner_name': partner.display_name,
            'currency': decision.currency, 'slot': outlook.slot,
            'level': level.rank if level else 0, 'level_id': level.id if level else False,
            'level_name': level.name if level else '',
            'channel': self.env['recouvrement.reminder']._channel(level, partner) if level else '',
            'amount_due': money(decision.amount_due), 'interest': money(sum((one.interest for one in known), 0)),
            'indemnity': money(sum((one.indemnity for one in known), 0)), 'penalty_block': outlook.penalty_block,
            'decision': decision.decision, 'reason': decision.reason,
        }
        if with_items:
            row['items'] = [{
                'move_line_id': item.key, 'move_name': outlook.lines[item.key].move_name, 'days_late': item.days_late,
                'amount_residual': money(outlook.lines[item.key].residual),
                'amount_disputed': money(outlook.lines[item.key].disputed), 'decision': item.decision, 'reason': item.reason,
            } for item in decision.items]
        return row

    # === EXECUTE === #

    @api.model
    def execute(self, as_of, company_id=None):
        """Make the night of a day: create its reminders and put the automatic ones on their way.

        Safe to call again: a finished night is gone through again and adds only what is new; a night that is running
        answers `running`; one that was cut goes on. Works for up to 30 seconds, then the scheduled action goes on.

        :param as_of: date or 'YYYY-MM-DD'; not in the future, and today unless replay is allowed (system parameter
            `recouvrement_plus.allow_replay`)
        :return: {run_id, state, reminders, held, errors}
        :raises AccessError: without the manager role or for another company
        :raises UserError: for a date that cannot be executed
        """
        self._check_user('manager')
        company, day = self._company(company_id), self._parse_date(as_of)
        self._check_executable(company, day)
        self.sudo()._look_after_sending()
        run = self.sudo()._start(company, day)
        finished = run._work(deadline=time.monotonic() + RPC_SECONDS)
        if not finished:
            self.env.ref('recouvrement_plus.ir_cron_recouvrement_finish_night').sudo()._trigger()
        return run._result()

    @api.model
    def _check_executable(self, company, day):
        today = company._recouvrement_today()
        if day > today:
            raise UserError(self.env._("A night cannot be executed before its day (%(day)s). Simulate it instead.", day=day))
        allowed = self.env['ir.config_parameter'].sudo().get_param('recouvrement_plus.allow_replay')
        if day < today and str(allowed).lower() not in ('1', 'true'):
            raise UserError(self.env._(
                "Nights are executed on their day; %(day)s is past. What was missed is caught up by tonight's run.", day=day))

    def _result(self):
        self.invalidate_recordset()
        return {
            'run_id': self.id, 'state': self.state, 'reminders': self.reminder_count, 'held': self.held_count,
            'errors': self.error_count}

    # === SCREEN === #

    def action_open_reminders(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('recouvrement_plus.recouvrement_reminder_action')
        return action | {'domain': [('run_id', '=', self.id)], 'context': {}}

    def action_execute_today(self):
        """Run the night of today now, for the current company, whichever nights are ticked in the list."""
        result = self.execute(self.env.company._recouvrement_today())
        return {'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': result['run_id'], 'view_mode': 'form'}
