"""The legal track of a claim. The table of steps is in the engine; here are the roles, the steps and the history.

Facts: `recouvrement_proceeding_facts`; what a step writes: `recouvrement_proceeding_effects`; screen: `…_screen`.
"""
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import proceedings
from ..engine.errors import EngineError
from .recouvrement_proceeding_codes import ACTION_LABELS, CHANNELS, STATES, TITLES

#: Facts that a person states; every other fact is read from the records and cannot be passed in.
STATED_FACTS = tuple(proceedings.STATED)
__all__ = ['ACTION_LABELS', 'STATED_FACTS', 'STATES']


class RecouvrementProceeding(models.Model):
    _name = 'recouvrement.proceeding'
    _description = "Legal proceeding"
    _inherit = ['recouvrement.track', 'mail.thread', 'mail.activity.mixin']
    _order = 'create_date desc, id desc'

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id', store=True, index=True)
    item_ids = fields.Many2many('recouvrement.item', string="Instalments", readonly=True)
    credit_ids = fields.Many2many(
        'account.move.line', 'recouvrement_proceeding_credit_rel', string="Credits deducted", readonly=True, copy=False,
        help="Credit notes and payments that nobody matched: deducted from this claim, and from no other message meanwhile.")
    reminder_id = fields.Many2one('recouvrement.reminder', readonly=True, index='btree_not_null', ondelete='restrict')
    state = fields.Selection(STATES, default='draft', required=True, readonly=True, index=True, copy=False, group_expand=True)
    event_ids = fields.One2many('recouvrement.proceeding.event', 'proceeding_id', string="Events", readonly=True)
    deadline_ids = fields.One2many('recouvrement.proceeding.deadline', 'proceeding_id', string="Deadlines", readonly=True)
    currency_id = fields.Many2one('res.currency', compute='_compute_amounts')
    amount_due = fields.Monetary(string="Principal", compute='_compute_amounts')
    amount_credit = fields.Monetary(
        string="Credits to deduct", compute='_compute_amounts', help="What is left of the credits that this claim deducts.")
    amount_net = fields.Monetary(
        string="Amount claimed", compute='_compute_amounts', help="The principal less the credits, without penalties.")
    company_currency_id = fields.Many2one(related='company_id.currency_id', string="Currency of the company")
    cost_total = fields.Monetary(string="Costs", compute='_compute_costs', currency_field='company_currency_id')
    cost_recoverable = fields.Monetary(
        string="Recoverable costs", compute='_compute_costs', currency_field='company_currency_id')
    date_notice = fields.Date(string="Formal notice sent on", readonly=True)
    date_deposited = fields.Date(string="Deposited on", readonly=True)
    date_received = fields.Date(string="Received on", readonly=True)
    date_pay_before = fields.Date(string="To be paid before", readonly=True)
    registered_number = fields.Char(string="Registered letter number", readonly=True)
    court = fields.Char(readonly=True)
    professional = fields.Char(string="Professional in charge", readonly=True)
    title_kind = fields.Selection(TITLES, string="Kind of title", readonly=True)
    title_date = fields.Date(string="Title of", readonly=True)
    signatory_id = fields.Many2one('recouvrement.signatory', readonly=True, ondelete='restrict')
    mailing_id = fields.Many2one('recouvrement.mailing', readonly=True, index='btree_not_null', ondelete='restrict')
    notice_channel = fields.Selection(selection=CHANNELS, readonly=True)

    # === COMPUTE === #

    def _creation_message(self):
        return self.env._("Proceeding opened")

    @api.depends('case_id', 'state')
    def _compute_display_name(self):
        labels = dict(self._fields['state']._description_selection(self.env))
        for proceeding in self:
            proceeding.display_name = f"{proceeding.partner_id.name or ''} - {labels.get(proceeding.state, '')}"

    @api.depends('item_ids.amount_residual', 'item_ids.currency_id', 'credit_ids.amount_residual_currency')
    def _compute_amounts(self):
        for proceeding in self:
            proceeding.currency_id = proceeding.item_ids.currency_id[:1] or proceeding.company_id.currency_id
            proceeding.amount_due = sum(proceeding.item_ids.mapped('amount_asked'))
            proceeding.amount_credit = sum(row['amount'] for row in proceeding._credit_rows())
            proceeding.amount_net = proceeding.amount_due - proceeding.amount_credit

    @api.depends('event_ids.cost', 'event_ids.cost_recoverable')
    def _compute_costs(self):
        for proceeding in self:
            events = proceeding.event_ids
            proceeding.cost_total = sum(events.mapped('cost'))
            proceeding.cost_recoverable = sum(events.filtered('cost_recoverable').mapped('cost'))

    # === CONSTRAINTS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A proceeding is kept with its events: it is withdrawn, never deleted."))

    # === STEPS === #

    def _take_step(self, action, stated):
        if not self.try_lock_for_update():
            raise UserError(self.env._("Someone is working on this proceeding at this moment. Try again."))
        facts = self._facts(stated)
        origin = self.state
        try:
            applied = proceedings.apply(origin, action, facts)
        except EngineError as error:
            raise UserError(self._refusal_text(action, error)) from error
        self._check_facts_asked(origin, action, stated)
        deadlines = self._deadlines_text(applied.deadlines)
        self._note_facts(action, facts, applied)
        self._set_deadlines(facts, applied)
        attachment = self._effects(action, facts, applied)
        self.write({'state': applied.target})
        self._record(origin, action, facts, applied, deadlines, attachment)
        self.case_id._refresh_state(self.company_id._recouvrement_today())
        return {'state': self.state, 'deadlines': deadlines}

    def _record(self, origin, action, facts, applied, deadlines, attachment):
        """The event: who, when, on which facts and documents, at which cost, and what it is for the limitation clock."""
        document = self._keep_document(facts.get('document'))
        self.env['recouvrement.proceeding.event'].create({
            'proceeding_id': self.id, 'company_id': self.company_id.id, 'action': action, 'state_from': origin,
            'state_to': applied.target, 'user_id': self.env.uid, 'deadlines': deadlines,
            'attachment_id': attachment.id, 'document_id': document.id,
            'facts': self._text_of_facts(proceedings.ROWS[origin, action], facts),
            'day': facts.get('done_on') or facts.get('received_on') or facts.get('sent_on') or facts['today'],
            'professional': facts.get('professional'), 'cost': float(facts.get('cost') or 0),
            'cost_recoverable': self._is_recoverable(applied, facts), 'limitation_kind': applied.limitation or False,
            'override': ", ".join(applied.overridden) or False,
        })
        self.invalidate_recordset(['event_ids'])  # newest first again

    def _is_recoverable(self, applied, facts):
        """Enforcement is at the debtor's charge, the amicable steps at the creditor's (CPCE L111-8); the rest as stated,
        never on a consumer before a court is seised."""
        if not facts.get('cost') or applied.bearer == 'creditor':
            return False
        amicable = applied.limitation in ('', 'formal_notice', 'request_for_time', 'mediation', 'conciliation')
        if amicable and self.partner_id.recouvrement_regime == 'b2c' and applied.bearer != 'debtor':
            return False
        return applied.bearer == 'debtor' or bool(facts.get('cost_recoverable'))

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
        for proceeding in self.search([('reminder_id', '=', reminder.id), ('state', 'in', proceedings.NOTICE_STATES)]):
            proceeding._take_step('withdraw', {'reason': reason})
