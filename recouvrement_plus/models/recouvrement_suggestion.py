"""What a person could decide about a customer: proposed with reasons, accepted or refused by somebody, never applied alone."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

KINDS = [
    ('credit_limit', "Credit limit"), ('payment_term', "Payment term"), ('deposit', "Ask for a deposit"),
    ('direct_debit', "Propose direct debit"), ('prevention_call', "Call before the due date"),
    ('discount', "Discount for early payment")]
STATES = [('proposed', "Proposed"), ('accepted', "Accepted"), ('refused', "Refused"), ('withdrawn', "No longer proposed")]
EDITED = ('credit_limit', 'payment_term')  # kinds whose value a person may change before accepting
ACTIVITY = 'recouvrement_plus.mail_activity_type_suggestion'


class RecouvrementSuggestion(models.Model):
    _name = 'recouvrement.suggestion'
    _description = "Suggestion about a customer"
    _order = 'state, stake desc nulls last, date desc, id desc'

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='case_id.company_id', store=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    grade = fields.Selection(related='case_id.grade')
    stake = fields.Monetary(
        string="Exposure", readonly=True, aggregator=None,  # a customer with two suggestions is not at stake twice
        help="Outstanding and orders to invoice, as of the last look: the list begins where a decision counts most.")
    amount_overdue = fields.Monetary(related='case_id.amount_overdue')
    kind = fields.Selection(KINDS, required=True, readonly=True, index=True)
    date = fields.Date(string="Proposed on", required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    days = fields.Integer(readonly=True)
    percent = fields.Float(digits=(5, 2), readonly=True)
    payment_term_id = fields.Many2one('account.payment.term', readonly=True, ondelete='set null',
                                      help="The company's payment term that comes nearest. Empty: none fits, create it first.")
    reasons = fields.Json(readonly=True, help="[[code, figure], …]")
    signature = fields.Char(readonly=True, help="What was proposed and on which ground: a refusal stands while it is the same.")
    accepted_amount = fields.Monetary(readonly=True, help="What the person decided; the proposal is kept beside it.")
    accepted_term_id = fields.Many2one('account.payment.term', string="Accepted term", readonly=True, ondelete='set null')
    state = fields.Selection(STATES, default='proposed', required=True, readonly=True, index=True)
    decided_by_id = fields.Many2one('res.users', string="Decided by", readonly=True)
    decided_on = fields.Date(readonly=True)
    decision_note = fields.Char(readonly=True)
    value_text = fields.Char(string="Proposal", compute='_compute_texts')
    accepted_text = fields.Char(string="Accepted value", compute='_compute_accepted_text')
    reason_text = fields.Char(string="Why", compute='_compute_texts')

    _one_proposed = models.UniqueIndex(
        "(case_id, kind) WHERE state = 'proposed'", "This is already proposed for the customer.")

    # === WORDS === #

    @api.depends('kind', 'amount', 'days', 'percent', 'payment_term_id', 'reasons')
    @api.depends_context('lang')
    def _compute_texts(self):
        for one in self:
            one.value_text = one._value_words()
            one.reason_text = " ".join(one._reason_words(code, value) for code, value in one.reasons or ())

    @api.depends('state', 'accepted_amount', 'accepted_term_id')
    @api.depends_context('lang')
    def _compute_accepted_text(self):
        for one in self:
            one.accepted_text = one.state == 'accepted' and one._accepted_words()

    @api.depends('kind', 'partner_id')
    def _compute_display_name(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for one in self:
            one.display_name = f"{one.partner_id.name or ''}: {labels.get(one.kind, '')}"

    def _value_words(self):
        percent = formatLang(self.env, self.percent, digits=0)
        return {
            'credit_limit': lambda: formatLang(self.env, self.amount, currency_obj=self.currency_id),
            'payment_term': lambda: self.payment_term_id.name or self.env._("%(days)s days (no such term yet)", days=self.days),
            'deposit': lambda: self.env._("%(percent)s %% with the order", percent=percent),
            'direct_debit': lambda: self.env._("A mandate, so that the due date is kept by itself"),
            'prevention_call': lambda: self.env._("%(days)s days before each due date", days=self.days),
            'discount': lambda: self.env._("%(percent)s %% if paid within %(days)s days", percent=percent, days=self.days),
        }[self.kind]()

    def _accepted_words(self):
        if self.kind == 'credit_limit':
            return formatLang(self.env, self.accepted_amount, currency_obj=self.currency_id)
        return self.accepted_term_id.name if self.kind == 'payment_term' else self.value_text

    def _reason_words(self, code, value):
        def money():
            return formatLang(self.env, float(value), currency_obj=self.currency_id)

        late = {'count': value.split('/')[0], 'all': value.split('/')[-1]}
        return {
            'invoiced': lambda: self.env._("Due over twelve months: %(amount)s.", amount=money()),
            'credit_days': lambda: self.env._("Credit really taken: %(days)s days.", days=value),
            'grade': lambda: self.env._("Grade %(grade)s.", grade=value),
            'insured_cap': lambda: self.env._("Not beyond what is insured: %(amount)s.", amount=money()),
            'current_limit': lambda: self.env._("Limit today: %(amount)s.", amount=money()),
            'always_late': lambda: self.env._("%(count)s of %(all)s instalments of the year paid late.", **late),
            'average_delay': lambda: self.env._("%(days)s days late on average.", days=value),
            'usual_term': lambda: self.env._("Usual term: %(days)s days.", days=value),
            'good_payer': lambda: self.env._("%(count)s of %(all)s instalments of the year paid in time.", **late),
            'lawful_term': lambda: self.env._("Longest lawful term: %(days)s days.", days=value),
            'next_due': lambda: self.env._("A call %(days)s days before costs less than reminders after.", days=value),
        }[code]()

    # === PUBLIC METHODS === #

    def accept(self, note=None, amount=None, payment_term_id=None):
        """Accept: a limit becomes a solvency fact and the contact's limit, a term the customer's; the others become a task.

        Accepted ones stay as they are, so that it can be called twice. The proposal is kept beside what was accepted.

        :param amount: another credit limit than the one proposed, in the currency of the company
        :param payment_term_id: id of another payment term than the one proposed
        :return: [{id, state}]
        :raises AccessError: without the manager role or for another company
        :raises UserError: for one that is no longer proposed, a term that the company does not have, a limit that is not
            above zero, or a value given for several suggestions or for another kind
        """
        self.env['recouvrement.run']._check_user('manager', self.company_id)
        self.check_access('read')
        self._check_edited(amount, payment_term_id)
        for one in self.sudo().filtered(lambda one: one.state != 'accepted'):
            one._check_proposed()
            one._keep_accepted(amount, payment_term_id)
            getattr(one, f'_accept_{one.kind}', one._accept_by_task)()
            one._decide('accepted', note)
        return [{'id': one.id, 'state': one.state} for one in self]

    def refuse(self, reason):
        """Refuse: the same proposal on the same ground does not come back.

        :return: [{id, state}]
        :raises AccessError: without the officer role or for another company
        :raises UserError: without a reason, or for one already accepted
        """
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        if not (reason or '').strip():
            raise UserError(self.env._("Say why: the reason is kept with the refusal."))
        for one in self.sudo().filtered(lambda one: one.state != 'refused'):
            one._check_proposed()
            one._decide('refused', reason)
        return [{'id': one.id, 'state': one.state} for one in self]

    def action_accept(self):
        """Limit and term open a window in which the value can be changed; the others, and several together, are accepted."""
        if len(self) == 1 and self.kind in EDITED and self.state == 'proposed':
            return {
                'type': 'ir.actions.act_window', 'res_model': 'recouvrement.suggestion.step', 'view_mode': 'form',
                'target': 'new', 'name': self.env._("Accept the suggestion"), 'context': {'default_suggestion_id': self.id}}
        self.accept()
        return True

    def action_refuse(self):
        self.refuse(self.env._("Refused on the screen"))
        return True

    # === DECIDING === #

    def _check_edited(self, amount, payment_term_id):
        for value, kind in ((amount, 'credit_limit'), (payment_term_id, 'payment_term')):
            if value is not None and (len(self) != 1 or self.kind != kind):
                raise UserError(self.env._("A value can be changed for one limit or one term at a time."))
        if amount is not None and amount <= 0:
            raise UserError(self.env._(
                "A credit limit is above zero. To grant no credit, refuse the suggestion and ask for a deposit."))
        term = self.env['account.payment.term'].browse(payment_term_id or ()).exists()
        if payment_term_id is not None and (not term or term.company_id not in (self.env['res.company'], *self._term_companies())):
            raise UserError(self.env._("This payment term does not exist in the company of the customer."))

    def _term_companies(self):
        return self.company_id | self.company_id.sudo().parent_ids

    def _keep_accepted(self, amount, payment_term_id):
        if self.kind == 'credit_limit':
            self.accepted_amount = self.amount if amount is None else amount
        elif self.kind == 'payment_term':
            self.accepted_term_id = payment_term_id or self.payment_term_id

    def _check_proposed(self):
        if self.state != 'proposed':
            raise UserError(self.env._("“%(suggestion)s” was decided or is no longer proposed.", suggestion=self.display_name))

    def _decide(self, state, note):
        self.write({'state': state, 'decided_by_id': self.env.uid, 'decision_note': (note or '').strip() or False,
                    'decided_on': self.company_id._recouvrement_today()})
        what = dict(self._fields['kind']._description_selection(self.env))[self.kind]
        self.case_id._message_log(body=self._decision_words(state, what))

    def _decision_words(self, state, what):
        if state != 'accepted':
            return self.env._("Refused: %(what)s (%(value)s)", what=what, value=self.value_text)
        if self._is_edited():
            return self.env._("Accepted: %(what)s (%(value)s, proposed: %(proposed)s)", what=what, value=self.accepted_text,
                              proposed=self.value_text)
        return self.env._("Accepted: %(what)s (%(value)s)", what=what, value=self.value_text)

    def _is_edited(self):
        """Whether a person accepted another value than the one proposed."""
        return self.state == 'accepted' and (
            self.kind == 'credit_limit' and self.currency_id.compare_amounts(self.accepted_amount, self.amount) != 0
            or self.kind == 'payment_term' and self.accepted_term_id != self.payment_term_id)

    def _accept_credit_limit(self):
        """The limit before is ended; core's own warning on orders and invoices reads the contact's."""
        today = self.company_id._recouvrement_today()
        Fact = self.env['recouvrement.solvency.fact']
        before = Fact.search([
            ('case_id', '=', self.case_id.id), ('kind', '=', 'credit_limit'), *Fact._state_domain('running', today)])
        before.write({
            'ended_on': today, 'ended_by_id': self.env.uid, 'end_reason': self.env._("Replaced by a suggestion accepted")})
        Fact.create({'case_id': self.case_id.id, 'kind': 'credit_limit', 'date': today, 'amount': self.accepted_amount,
                     'user_id': self.env.uid, 'source': self.reason_text})
        self.partner_id.with_company(self.company_id).credit_limit = self.accepted_amount

    def _accept_payment_term(self):
        if not self.accepted_term_id:
            raise UserError(self.env._(
                "No payment term of %(days)s days exists: create it first, then look at the suggestions again.", days=self.days))
        self.partner_id.with_company(self.company_id).property_payment_term_id = self.accepted_term_id

    def _accept_by_task(self):
        self.env['mail.activity'].with_context(mail_activity_quick_update=True).create({
            'activity_type_id': self.env.ref(ACTIVITY).id, 'res_model_id': self.env['ir.model']._get_id('recouvrement.case'),
            'res_id': self.case_id.id, 'user_id': self.case_id._collector().id,
            'date_deadline': self.company_id._recouvrement_today(),
            'summary': f"{dict(self._fields['kind']._description_selection(self.env))[self.kind]}: {self.value_text}"})

    def _withdraw(self):
        self.sudo().filtered(lambda one: one.state == 'proposed').state = 'withdrawn'


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    suggestion_ids = fields.One2many('recouvrement.suggestion', 'case_id', string="Suggestions", readonly=True)
    open_suggestion_ids = fields.One2many(
        'recouvrement.suggestion', 'case_id', string="Proposed", domain=[('state', '=', 'proposed')], readonly=True)

    def _merge_into(self, target):
        """What was proposed for one of them was proposed from its figures alone."""
        self.suggestion_ids._withdraw()
        self.env.flush_all()
        return super()._merge_into(target)
