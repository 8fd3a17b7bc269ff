"""The call screen: what to say, what is owed, what was said before, and what came of it."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..engine import recipients
from ..models.recouvrement_call import RESULTS
from ..models.recouvrement_call_script import SITUATIONS, TONES
from ..models.recouvrement_dispute import REASONS

HISTORY = 8


class RecouvrementCallStep(models.TransientModel):
    _name = 'recouvrement.call.step'
    _inherit = 'recouvrement.overdue.step'
    _description = "Make a call"

    company_id = fields.Many2one(related='case_id.company_id')
    partner_id = fields.Many2one(related='case_id.partner_id')
    reminder_id = fields.Many2one('recouvrement.reminder', string="Reminder by phone", compute='_compute_call', store=True)
    contact_id = fields.Many2one(
        'res.partner', string="Call", compute='_compute_call', store=True, readonly=False,
        domain="[('commercial_partner_id', '=', partner_id)]")
    phone = fields.Char(string="Number", compute='_compute_phone', store=True, readonly=False)
    tone = fields.Selection(TONES, compute='_compute_call', store=True, readonly=False)
    situation = fields.Selection(SITUATIONS, compute='_compute_call', store=True, readonly=False)
    script = fields.Html(compute='_compute_script', sanitize=False)
    objections = fields.Html(compute='_compute_objections', sanitize=False)
    items_table = fields.Html(compute='_compute_tables', sanitize=False)
    history_table = fields.Html(compute='_compute_tables', sanitize=False)

    result = fields.Selection(RESULTS)
    said_by = fields.Char(string="Spoke with")
    note = fields.Text(string="What was said")
    amount = fields.Monetary(string="Amount promised", compute='_compute_amount', store=True, readonly=False)
    date_promised = fields.Date(string="Promised for")
    on_day = fields.Date(string="On")
    move_ids = fields.Many2many(
        'account.move', string="Invoices", compute='_compute_move_ids', store=True, readonly=False,
        domain="[('commercial_partner_id', '=', partner_id), ('company_id', '=', company_id), "
        "('move_type', '=', 'out_invoice'), ('state', '=', 'posted'), ('payment_state', 'in', ('not_paid', 'partial', 'blocked'))]")
    reason = fields.Selection(REASONS, default='other')
    amount_disputed = fields.Monetary(string="Amount in dispute", help="0: all that is unpaid.")

    # === THE SCREEN === #

    @api.depends('case_id')
    def _compute_call(self):
        for step in self:
            case = step.case_id
            step.reminder_id = case.sudo()._reminder_called({}) if case else False
            step.contact_id = case and (step.reminder_id.contact_id.filtered('phone') or step._who_to_call())
            step.tone = case.sudo()._call_tone() if case else False
            step.situation = case.sudo()._call_situation() if case else False

    def _who_to_call(self):
        """The first contact of the ladder that has a number, else the customer."""
        partner = self.case_id.partner_id
        _channel, keys = recipients.route(partner._recouvrement_contacts({'phone'}), 'phone', 'ladder', ('phone',))
        return partner.browse(keys[:1]) or partner

    @api.depends('contact_id')
    def _compute_phone(self):
        for step in self:
            step.phone = step.contact_id.phone

    @api.depends('case_id', 'contact_id', 'tone', 'situation')
    def _compute_script(self):
        for step in self:
            case = step.case_id.sudo()
            asked = case and case._asked_by_phone()
            step.script = case and (step._not_to_be_asked(asked.reason) if asked.reason else step._what_to_say(asked))

    def _what_to_say(self, asked):
        script = self.env['recouvrement.call.script']._for(self.tone, self.situation)
        return script and script._say(self.case_id.sudo()._call_words(self.contact_id, asked))

    def _not_to_be_asked(self, reason):
        """In place of a script, when the call may ask for nothing."""
        return self.env['ir.qweb']._render('recouvrement_plus.call_nothing_asked', {
            'reason': self.env['recouvrement.run']._any_reason_label(reason), 'insolvency': reason == 'insolvency'})

    @api.depends('case_id')
    def _compute_objections(self):
        objections = self.env['recouvrement.call.objection'].search([('active', '=', True)])
        for step in self:
            professional = step.partner_id.recouvrement_regime == 'b2b'
            shown = objections.filtered(lambda one, professional=professional: professional or not one.between_professionals)
            step.objections = self.env['ir.qweb']._render('recouvrement_plus.call_objections', {'objections': shown})

    @api.depends('case_id')
    def _compute_tables(self):
        for step in self:
            case = step.case_id.sudo()
            items = case.open_item_ids.sorted('date_maturity')
            step.items_table = self.env['ir.qweb']._render('recouvrement_plus.call_items', {
                'items': items, 'label': self.env['recouvrement.run']._any_reason_label})
            step.history_table = self.env['ir.qweb']._render('recouvrement_plus.call_history', {'rows': case._contact_history()})

    @api.depends('item_ids')
    def _compute_amount(self):
        for step in self:
            step.amount = sum(step.item_ids.mapped('amount_residual'))

    @api.depends('case_id', 'result')
    def _compute_move_ids(self):
        """The one invoice that is overdue; which of several the customer means, a person says."""
        for step in self:
            today = step.company_id._recouvrement_today() if step.case_id else False
            overdue = step.case_id.open_item_ids.filtered(lambda item, today=today: item.date_maturity < today).move_id
            step.move_ids = overdue if len(overdue) == 1 and step.result == 'dispute' else False

    # === RECORD === #

    def _facts(self):
        """What `log_call` wants to know for the result."""
        self.ensure_one()
        facts = {
            'contact_id': self.contact_id.id, 'phone': self.phone, 'said_by': self.said_by, 'note': self.note,
            'reminder_id': self.reminder_id.id, 'key': f'screen-{self.id}'}
        own = {
            'promise': {'date_promised': self.date_promised, 'amount': self.amount, 'item_ids': self.item_ids.ids},
            'announced': {'on': self.on_day}, 'callback': {'on': self.on_day},
            'dispute': {'move_ids': self.move_ids.ids, 'reason': self.reason, 'amount': self.amount_disputed or None},
            'not_received': {'move_ids': self.move_ids.ids or None},
        }
        return facts | own.get(self.result, {})

    def action_record(self):
        """Record the call; say what comes next."""
        self.ensure_one()
        if not self.result:
            raise UserError(self.env._("Choose the result of the call."))
        done = self.case_id.log_call(self.result, self._facts())
        return {'type': 'ir.actions.client', 'tag': 'display_notification', 'params': {
            'type': 'success', 'message': self.env._("Call recorded. Next: %(step)s", step=done['next_step']),
            'next': {'type': 'ir.actions.act_window_close'}}}

    def action_record_and_next(self):
        """Record the call and open the screen of the next customer to call."""
        self.action_record()
        return self.case_id._next_to_call().action_call() if self.case_id._next_to_call() else {
            'type': 'ir.actions.act_window_close'}


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    def action_call(self):
        """Open the call screen, on figures of this second."""
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.action_sync()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Call %(customer)s", customer=self.display_name),
            'res_model': 'recouvrement.call.step', 'view_mode': 'form', 'target': 'new',
            'context': {'default_case_id': self.id, 'dialog_size': 'extra-large'}}

    @api.model
    def _to_call_domain(self):
        """Customers to call today, where their company is: a reminder by phone waits, or a call that is due."""
        days = self.env.companies.grouped(lambda company: company._recouvrement_today())
        return list(Domain.OR(self._to_call_on(companies, today) for today, companies in days.items()))

    @api.model
    def _to_call_on(self, companies, today):
        return Domain([
            ('company_id', 'in', companies.ids), '|',
            ('reminder_ids', 'any', [('channel', '=', 'phone'), ('state', 'in', ('approved', 'queued')),
                                     ('activity_id.date_deadline', '<=', today)]),
            ('activity_ids', 'any', [('activity_type_id.category', '=', 'phonecall'), ('date_deadline', '<=', today)])])

    def _next_to_call(self):
        """The next customer of the call list, the most pressing first; those called today are done."""
        called = self.env['recouvrement.call'].search([('date', '=', self.company_id._recouvrement_today())]).case_id
        return self.search([*self._to_call_domain(), ('id', 'not in', (called | self).ids)], limit=1)

    def _contact_history(self):
        """The last contacts, newest first: [{date, what, detail}]; reminders, calls, promises, answers."""
        self.ensure_one()
        labels = {name: dict(self.env[model]._fields[name]._description_selection(self.env)) for model, name in (
            ('recouvrement.call', 'result'), ('recouvrement.reminder', 'channel'), ('recouvrement.promise', 'state'))}
        rows = [{'date': call.date, 'what': labels['result'][call.result], 'icon': 'fa-phone',
                 'detail': " · ".join(filter(None, (call.said_by, call.note)))} for call in self.call_ids[:HISTORY]]
        rows += [{'date': one.date, 'what': one.level_id.name, 'icon': 'fa-paper-plane-o', 'detail': labels['channel'][one.channel]}
                 for one in self.reminder_ids.filtered(lambda one: one.state == 'sent' and one.channel != 'phone')[:HISTORY]]
        rows += [{'date': one.date, 'what': self.env._("Promise to pay"), 'icon': 'fa-handshake-o',
                  'detail': f"{one.display_name} · {labels['state'][one.state]}"} for one in self.promise_ids[:HISTORY]]
        answers = self.hold_ids.filtered(lambda hold: hold.kind in ('replied', 'announced'))
        rows += [{'date': hold.date_from, 'what': self.env._("Answer of the customer"), 'icon': 'fa-reply',
                  'detail': hold.note or ''} for hold in answers[:HISTORY]]
        return sorted(rows, key=lambda row: row['date'], reverse=True)[:HISTORY]
