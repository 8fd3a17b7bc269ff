"""The legal track of a claim. The table of steps is in the engine; here are the facts, the roles and the history."""
import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import proceedings
from ..engine.errors import EngineError
from .recouvrement_penalty import SHOWN

STATES = [
    ('draft', "Draft"),
    ('notice_prepared', "Formal notice prepared"),
    ('notice_approved', "Formal notice approved"),
    ('mise_en_demeure', "Formal notice sent"),
    ('paid', "Paid"),
    ('withdrawn', "Withdrawn"),
]
ACTION_LABELS = [
    ('prepare_notice', "Prepare the formal notice"),
    ('approve_notice', "Approve the formal notice"),
    ('send_notice', "Record the sending"),
    ('record_receipt', "Record the receipt"),
    ('withdraw', "Withdraw"),
    ('close_paid', "Close as paid"),
]
# Facts that a person states; every other fact is read from the records and cannot be passed in.
STATED_DATES = ('sent_on', 'received_on')
STATED_FACTS = (*STATED_DATES, 'channel', 'reason', 'notice_days')


class RecouvrementProceeding(models.Model):
    _name = 'recouvrement.proceeding'
    _description = "Legal proceeding"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'create_date desc, id desc'

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id', store=True, index=True)
    item_ids = fields.Many2many('recouvrement.item', string="Instalments", readonly=True)
    reminder_id = fields.Many2one('recouvrement.reminder', readonly=True, index='btree_not_null', ondelete='restrict')
    state = fields.Selection(STATES, default='draft', required=True, readonly=True, index=True, copy=False, group_expand=True)
    event_ids = fields.One2many('recouvrement.proceeding.event', 'proceeding_id', string="Events", readonly=True)
    currency_id = fields.Many2one('res.currency', compute='_compute_amounts')
    amount_due = fields.Monetary(string="Principal", compute='_compute_amounts')
    date_notice = fields.Date(string="Formal notice sent on", readonly=True)
    date_received = fields.Date(string="Received on", readonly=True)
    date_pay_before = fields.Date(string="To be paid before", readonly=True)
    notice_channel = fields.Selection(
        selection=[('registered_letter', "Registered letter"), ('electronic_registered', "Electronic registered letter"),
                   ('bailiff', "Commissaire de justice"), ('letter', "Letter"), ('email', "E-mail")], readonly=True)
    can_prepare_notice = fields.Boolean(compute='_compute_can')
    can_approve_notice = fields.Boolean(compute='_compute_can')
    can_send_notice = fields.Boolean(compute='_compute_can')
    can_record_receipt = fields.Boolean(compute='_compute_can')
    can_withdraw = fields.Boolean(compute='_compute_can')
    can_close_paid = fields.Boolean(compute='_compute_can')
    missing_text = fields.Char(string="What is missing", compute='_compute_can')

    # === COMPUTE === #

    @api.depends('case_id', 'state')
    def _compute_display_name(self):
        labels = dict(self._fields['state']._description_selection(self.env))
        for proceeding in self:
            proceeding.display_name = f"{proceeding.partner_id.name or ''} - {labels.get(proceeding.state, '')}"

    @api.depends('item_ids.amount_residual', 'item_ids.currency_id')
    def _compute_amounts(self):
        for proceeding in self:
            proceeding.currency_id = proceeding.item_ids.currency_id[:1] or proceeding.company_id.currency_id
            proceeding.amount_due = sum(proceeding.item_ids.mapped('amount_asked'))

    @api.depends('state', 'item_ids')
    def _compute_can(self):
        for proceeding in self:
            steps = {step['action']: step for step in proceeding._steps({})}
            for action, _label in ACTION_LABELS:
                step = steps.get(action)
                # What only a person can state is asked by the window that the button opens.
                proceeding[f'can_{action}'] = bool(step) and not set(step['missing']) - set(STATED_FACTS)
            blocking = {name for step in steps.values() if step['action'] != 'close_paid' for name in step['missing']}
            blocking -= set(STATED_FACTS)
            proceeding.missing_text = ", ".join(proceeding._fact_label(name) for name in sorted(blocking)) or False

    def _fact_label(self, name):
        return {
            'regime_known': self.env._("classify the customer (company, consumer, public body)"),
            'no_dispute': self.env._("a dispute is open"),
            'not_insolvent': self.env._("the customer is in insolvency proceedings"),
            'amount_due': self.env._("nothing overdue is owed"),
            'letter_prepared': self.env._("the letter is not prepared"),
        }.get(name, name)

    # === CONSTRAINTS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A proceeding is kept with its events: it is withdrawn, never deleted."))

    # === FACTS === #

    def _facts(self, stated):
        """What is true of the claim now, from the records, with what the person states added."""
        self.ensure_one()
        self = self.sudo()
        today = self.company_id._recouvrement_today()
        holds = self.env['recouvrement.hold']._active(self.company_id, today, self.case_id.ids)
        kinds = {hold.kind for hold in holds[0].get(self.case_id.id, [])}
        kinds |= {kind for item in self.item_ids for kind in item._held_by(holds[1].get(item.id, []))}
        blocked = any(item.move_id.payment_state == 'blocked' for item in self.item_ids)
        return {
            'regime_known': bool(self.partner_id.recouvrement_regime),
            'no_dispute': 'dispute' not in kinds and not blocked,
            'not_insolvent': 'insolvency' not in kinds,
            'amount_due': any(item.amount_residual > 0 and item.date_maturity < today for item in self.item_ids),
            'nothing_owed': not any(item.amount_residual > 0 for item in self.item_ids),
            'letter_prepared': 'prepare_notice' in self.event_ids.mapped('action'),
            'notice_days': self.company_id.recouvrement_notice_days,
            **self._stated(stated),
        }

    def _stated(self, stated):
        """The facts a person may state, dates parsed; anything else is refused."""
        unknown = sorted(set(stated) - set(STATED_FACTS))
        if unknown:
            raise UserError(
                self.env._("These facts are read from the records and cannot be passed: %(names)s", names=", ".join(unknown)))
        facts = {name: value for name, value in stated.items() if value}
        for name in STATED_DATES:
            if name in facts:
                facts[name] = self._past_day(facts[name])
        if 'channel' in facts and facts['channel'] not in dict(self._fields['notice_channel'].selection):
            raise UserError(self.env._("“%(channel)s” is not a way to send a formal notice.", channel=facts['channel']))
        if 'received_on' in facts and self.date_notice:
            facts.setdefault('sent_on', self.date_notice)
        return facts

    def _past_day(self, value):
        """The day of something that has happened.

        :raises UserError: for a day to come, or for what is no date
        """
        day = self.env['recouvrement.run']._parse_date(value)
        if day > self.company_id._recouvrement_today():
            raise UserError(self.env._("%(day)s is still to come: record what has happened.", day=day))
        return day

    def _steps(self, stated):
        return [{
            'action': step.action, 'target': step.target, 'allowed': step.allowed, 'missing': list(step.missing),
            'who': step.who, 'source': step.source,
        } for step in proceedings.available(self.state, self._facts(stated))]

    # === PUBLIC METHODS === #

    def available_transitions(self):
        """What can be done now, and what is missing for the rest.

        :return: [{action, target, allowed, missing: [codes], who, source}]
        :raises AccessError: when the user is no collection officer or the company is not his
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        return self._steps({})

    def apply_transition(self, action, facts=None):
        """Take one step. Only the facts of `STATED_FACTS` can be passed; the others are read from the records.

        :param action: code of the step, as `available_transitions` gives it
        :param facts: {sent_on, received_on (dates), channel, reason, notice_days}, what the step asks for
        :return: {state, deadlines: [{code, date, source}]}
        :raises AccessError: without the role that the step asks for
        :raises UserError: when the step does not exist in this state, or facts are missing
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        step = next((step for step in self._steps(facts or {}) if step['action'] == action), None)
        if step:
            self._check_role(step['who'])
        return self.sudo()._take_step(action, facts or {})

    def _check_role(self, who):
        """The role of the table; the legal role may take a manager's step."""
        if who == 'manager' and self.env.user.has_group('recouvrement_plus.recouvrement_plus_group_legal'):
            return
        self.env['recouvrement.run']._check_user(who, self.company_id)

    def _take_step(self, action, stated):
        if not self.try_lock_for_update():
            raise UserError(self.env._("Someone is working on this proceeding at this moment. Try again."))
        facts = self._facts(stated)
        origin = self.state
        try:
            applied = proceedings.apply(origin, action, facts)
        except EngineError as error:
            raise UserError(self._refusal_text(action, error)) from error
        deadlines = [
            {'code': line.code, 'date': fields.Date.to_string(line.date), 'source': line.source} for line in applied.deadlines]
        attachment = self._effects(action, facts, applied)
        self.write({'state': applied.target})
        self.env['recouvrement.proceeding.event'].create({
            'proceeding_id': self.id, 'company_id': self.company_id.id, 'action': action, 'state_from': origin,
            'state_to': applied.target, 'user_id': self.env.uid, 'deadlines': deadlines, 'attachment_id': attachment.id,
            'facts': {name: str(value) for name, value in facts.items() if name in STATED_FACTS and value},
        })
        self.case_id._refresh_state(self.company_id._recouvrement_today())
        return {'state': self.state, 'deadlines': deadlines}

    def _refusal_text(self, action, error):
        label = dict(ACTION_LABELS).get(action, action)
        missing = error.params.get('missing') or ()
        if missing:
            return self.env._("“%(action)s” is not possible yet: %(missing)s.", action=label,
                              missing=", ".join(self._fact_label(name) for name in missing))
        return self.env._("“%(action)s” is not possible in this state (%(code)s).", action=label, code=error.code)

    # === EFFECTS === #

    def _effects(self, action, facts, applied):
        """What a step writes besides the state; returns the document it made, if any."""
        if action == 'prepare_notice':
            return self._render_letter()
        if action == 'send_notice':
            return self._notice_sent(facts, applied)
        if action == 'record_receipt':
            self.date_received = facts['received_on']
        if action in ('withdraw', 'close_paid'):
            self.activity_unlink(['recouvrement_plus.mail_activity_type_deadline'])
        return self.env['ir.attachment']

    def _notice_sent(self, facts, applied):
        pay_before = applied.deadlines[0].date
        self.write({'date_notice': facts['sent_on'], 'date_pay_before': pay_before, 'notice_channel': facts['channel']})
        links = {'proceeding_id': self.id, 'reminder_id': self.reminder_id.id}
        if self._penalty_use() in ('claim', 'bill'):
            claims = self.env['recouvrement.penalty']._claim(self.case_id, self.item_ids.move_id, facts['sent_on'], links)
            if self._penalty_use() == 'bill':
                claims._ask_billing()
        self.activity_schedule(
            'recouvrement_plus.mail_activity_type_deadline', date_deadline=pay_before,
            summary=self.env._("Formal notice: date given to the debtor"),
            user_id=(self.case_id.user_id or self.env.user).id)
        return self._render_letter()

    def _render_letter(self):
        """The letter as it is now, kept with the event."""
        lang = self.partner_id.lang or self.env.lang
        content = self.env['recouvrement.letter']._pdf('recouvrement_plus.report_formal_notice_document', 'proceeding', self, lang)
        return self.env['ir.attachment'].create({
            'name': self.with_context(lang=lang).env._("Formal notice %(customer)s.pdf", customer=self.partner_id.name),
            'datas': base64.b64encode(content), 'res_model': self._name, 'res_id': self.id, 'mimetype': 'application/pdf'})

    def _statement_rows(self):
        """What the letter states: each invoice with its principal, interest and indemnity, and the totals."""
        self.ensure_one()
        as_of = self.date_notice or self.company_id._recouvrement_today()
        statements = self.env['recouvrement.engine'].sudo()._statements(self.item_ids.move_id, as_of)
        rows = []
        for move in self.item_ids.move_id:
            items = self.item_ids.filtered(lambda item, move=move: item.move_id == move)
            statement = statements[move.id]
            known = hasattr(statement, 'slices') and self._penalty_use() in SHOWN
            rows.append({
                'move': move, 'penalty_use': self._penalty_use(), 'date_maturity': min(items.mapped('date_maturity')),
                # What payments covered of the interest is still owed as principal (C. civ. art. 1343-1).
                'principal': sum(items.mapped('amount_asked')) + (float(statement.interest_paid) if known else 0.0),
                'interest': float(statement.interest) if known else 0.0,
                'indemnity': float(statement.indemnity) if known else 0.0,
                'sources': statement.sources if known else (),
                'slices': statement.slices if known else (),
            })
        return rows

    def _penalty_use(self):
        """What the letter does with penalties: as its message says, else as the case says; it claims them otherwise."""
        return self.reminder_id._use() if self.reminder_id else self.case_id.penalty_use or 'claim'

    # === REMINDERS === #

    @api.model
    def _approve_notice(self, reminder):
        """A person approves a prepared formal notice: its proceeding is opened, prepared and approved in his name."""
        proceeding = self.search([('reminder_id', '=', reminder.id), ('state', '!=', 'withdrawn')], limit=1)
        if not proceeding:
            proceeding = self.create({
                'case_id': reminder.case_id.id, 'company_id': reminder.company_id.id, 'reminder_id': reminder.id,
                'item_ids': [fields.Command.set(reminder.item_ids.ids)]})
        for action in ('prepare_notice', 'approve_notice'):
            proceeding._take_step(action, {})
        return proceeding

    @api.model
    def _send_notice(self, reminder, channel):
        """The approved notice leaves with the amounts of this second."""
        proceeding = self.search([('reminder_id', '=', reminder.id), ('state', '=', 'notice_approved')], limit=1)
        proceeding.item_ids = [fields.Command.set(reminder.item_ids.ids)]
        proceeding._take_step('send_notice', {'sent_on': reminder._as_of(), 'channel': channel})
        return proceeding

    @api.model
    def _abandon_notice(self, reminder, reason):
        """The message of a notice that has not left is withdrawn: so is its proceeding."""
        for proceeding in self.search(
            [('reminder_id', '=', reminder.id), ('state', 'in', ('draft', 'notice_prepared', 'notice_approved'))]):
            proceeding._take_step('withdraw', {'reason': reason})

    # === PUBLIC ACTIONS === #

    def action_step(self):
        """Open the window of one step (its code is in the context key `recouvrement_step`)."""
        self.ensure_one()
        action = self.env.context.get('recouvrement_step')
        return {
            'type': 'ir.actions.act_window', 'res_model': 'recouvrement.proceeding.step', 'view_mode': 'form', 'target': 'new',
            'name': dict(self.env['recouvrement.proceeding.step']._fields['action']._description_selection(self.env)).get(action),
            'context': {'default_proceeding_id': self.id, 'default_action': action}}
