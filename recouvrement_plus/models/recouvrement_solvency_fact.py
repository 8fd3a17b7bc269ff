"""What people know of a customer's solvency: dated, sourced, beside the score and never in it."""
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, formatLang

KINDS = [
    ('credit_limit', "Credit limit"), ('insured_limit', "Insured limit"), ('rating', "External rating"),
    ('balance_sheet', "Balance sheet"), ('reference', "Commercial reference"), ('guarantee', "Guarantee held"),
    ('dgccrf', "DGCCRF sanction"), ('terms', "Terms of sale signed")]
# Days before the end of a fact on which somebody is asked to renew it.
WARNING_DAYS = 30
ACTIVITY = 'recouvrement_plus.mail_activity_type_solvency'
# What makes a fact the same one when it is recorded or imported again.
IDENTITY = ('kind', 'date', 'date_end', 'amount', 'policy', 'coverage', 'agency', 'rating', 'source', 'turnover', 'equity', 'year',
            'note')


class RecouvrementSolvencyFact(models.Model):
    _name = 'recouvrement.solvency.fact'
    _description = "Solvency fact"
    _order = 'date desc, id desc'

    case_id = fields.Many2one('recouvrement.case', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='case_id.company_id', store=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    kind = fields.Selection(KINDS, required=True, index=True)
    date = fields.Date(string="As of", required=True, default=lambda self: self.env.company._recouvrement_today())
    date_end = fields.Date(string="Valid until", help="Last day. A month before, a task asks to renew it. Empty: no end.")
    amount = fields.Monetary(help="Credit limit, insured limit or amount guaranteed.")
    policy = fields.Char(help="Number of the credit insurance policy.")
    coverage = fields.Float(
        string="Covered (%)", digits=(5, 2), default=100, help="Share of an insured loss that the insurer bears.")
    agency = fields.Char(help="Who rates: agency, bank, insurer.")
    rating = fields.Char()
    source = fields.Char(help="Where it was read: report, register, letter, web page.")
    turnover = fields.Monetary()
    equity = fields.Monetary(help="May be negative.")
    year = fields.Integer(string="Financial year")
    note = fields.Char()
    document = fields.Binary(attachment=True)
    document_name = fields.Char()
    user_id = fields.Many2one('res.users', string="Recorded by", default=lambda self: self.env.user, readonly=True, required=True)
    ended_on = fields.Date(readonly=True, help="Ended before its time.")
    ended_by_id = fields.Many2one('res.users', string="Ended by", readonly=True)
    end_reason = fields.Char(readonly=True)
    warned_for = fields.Date(readonly=True, help="End for which a task was given.")
    state = fields.Selection(
        [('running', "In force"), ('coming', "To come"), ('expired', "Expired"), ('ended', "Ended")], compute='_compute_state',
        search='_search_state')
    value_text = fields.Char(string="Value", compute='_compute_value_text')

    _dates_in_order = models.Constraint('CHECK(date_end IS NULL OR date_end >= date)', "A fact cannot end before its date.")
    _amounts = models.Constraint(
        'CHECK(amount >= 0 AND coverage >= 0 AND coverage <= 100)', "Amounts are not negative; a coverage is from 0 to 100 %.")

    # === COMPUTE === #

    @api.depends('date', 'date_end', 'ended_on')
    def _compute_state(self):
        for fact in self:
            today = (fact.company_id or self.env.company)._recouvrement_today()
            if fact.ended_on:
                fact.state = 'ended'
            elif fact.date and fact.date > today:
                fact.state = 'coming'
            else:
                fact.state = 'expired' if fact.date_end and fact.date_end < today else 'running'

    def _search_state(self, operator, value):
        if operator != 'in':
            return NotImplemented
        today = self.env.company._recouvrement_today()
        return ['|'] * (len(value) - 1) + [one for state in value for one in self._state_domain(state, today)]

    @api.model
    def _state_domain(self, state, day):
        live = [('ended_on', '=', False)]
        return {
            'ended': [('ended_on', '!=', False)],
            'coming': ['&', *live, ('date', '>', day)],
            'expired': ['&', '&', *live, ('date', '<=', day), ('date_end', '<', day)],
            'running': ['&', '&', *live, ('date', '<=', day), '|', ('date_end', '=', False), ('date_end', '>=', day)],
        }[state]

    @api.depends('kind')
    def _compute_display_name(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for fact in self:
            fact.display_name = f"{labels.get(fact.kind, '')} {fact.partner_id.name or ''}".strip()

    @api.depends(*IDENTITY)
    @api.depends_context('lang')
    def _compute_value_text(self):
        for fact in self:
            fact.value_text = " · ".join(part for part in fact._value_parts() if part)

    def _value_parts(self):
        def money(value):
            return formatLang(self.env, value, currency_obj=self.currency_id)

        return {
            'credit_limit': lambda: [money(self.amount)],
            'insured_limit': lambda: [money(self.amount), f"{formatLang(self.env, self.coverage, digits=0)} %", self.policy],
            'rating': lambda: [self.rating, self.agency],
            'balance_sheet': lambda: [
                str(self.year or ''), self.env._("turnover %(amount)s", amount=money(self.turnover)) if self.turnover else '',
                self.env._("equity %(amount)s", amount=money(self.equity)) if self.equity else ''],
            'guarantee': lambda: [money(self.amount) if self.amount else '', self.note],
            'dgccrf': lambda: [money(self.amount) if self.amount else '', self.source, self.note],
        }.get(self.kind, lambda: [self.note or self.document_name])()

    # === CONSTRAINTS === #

    @api.constrains('kind', 'policy', 'rating', 'agency', 'year', 'note', 'source', 'document', 'amount')
    def _check_content(self):
        for fact in self:
            wanted = fact._missing()
            if wanted:
                raise ValidationError(self.env._("%(kind)s: say %(what)s.", what=wanted, kind=dict(
                    self._fields['kind']._description_selection(self.env))[fact.kind]))

    def _missing(self):
        """What this kind of fact needs and lacks, in words."""
        return {
            'insured_limit': not self.policy and self.env._("the policy"),
            'rating': not (self.rating and self.agency and self.source) and self.env._("the rating, who rates and the source"),
            'balance_sheet': not self.year and self.env._("the financial year"),
            'reference': not self.note and self.env._("who said what"),
            'guarantee': not (self.note or self.amount) and self.env._("what is held"),
            'dgccrf': not self.source and self.env._("where the decision was read"),
            'terms': not self.document and self.env._("which document was signed: attach it"),
        }.get(self.kind)

    @api.model_create_multi
    def create(self, vals_list):
        """Who records and whether it is ended are not for the caller to say."""
        if not self.env.su:
            forged = {'user_id', 'ended_on', 'ended_by_id', 'end_reason', 'warned_for'}
            vals_list = [{name: value for name, value in vals.items() if name not in forged} for vals in vals_list]
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A solvency fact stays in the file: end it instead."))

    # === PUBLIC METHODS === #

    def end(self, reason):
        """End facts before their time: they stay in the file with who ended them and why. Twice changes nothing.

        :return: [{id, state}]
        :raises AccessError: without the officer role or for another company
        :raises UserError: without a reason
        """
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        if not (reason or '').strip():
            raise UserError(self.env._("Say why the fact no longer holds."))
        for fact in self.sudo().filtered(lambda one: not one.ended_on):
            fact.write({
                'ended_on': fact.company_id._recouvrement_today(), 'ended_by_id': self.env.uid, 'end_reason': reason.strip()})
        self.sudo()._close_tasks()
        return [{'id': fact.id, 'state': fact.state} for fact in self]

    def action_end(self):
        return self.end(self.env._("Replaced or no longer true"))

    # === WHAT HOLDS === #

    @api.model
    def _in_force(self, cases, day, kinds=None):
        """{(case id, kind): the latest fact in force on a day}, one query."""
        domain = [('case_id', 'in', cases.ids), *self._state_domain('running', day)]
        if kinds:
            domain.append(('kind', 'in', kinds))
        found = {}
        for fact in self.search(domain):
            found.setdefault((fact.case_id.id, fact.kind), fact)
        return found

    # === RENEWAL === #

    @api.model
    def _warn_expiring(self, company, day):
        """One task for each fact in force that ends within a month, once for each end."""
        facts = self.search([
            ('company_id', '=', company.id), *self._state_domain('running', day),
            ('date_end', '!=', False), ('date_end', '<=', fields.Date.add(day, days=WARNING_DAYS))])
        facts = facts.filtered(lambda fact: fact.warned_for != fact.date_end)
        self.env['mail.activity'].with_context(mail_activity_quick_update=True).create([{
            'activity_type_id': self.env.ref(ACTIVITY).id, 'res_model_id': self.env['ir.model']._get_id('recouvrement.case'),
            'res_id': fact.case_id.id, 'user_id': fact.case_id._collector().id, 'date_deadline': fact.date_end,
            'summary': fact._renewal_summary()} for fact in facts])
        for fact in facts:
            fact.warned_for = fact.date_end
        return facts

    def _renewal_summary(self):
        return self.env._("Renew before %(day)s: %(fact)s", day=format_date(self.env, self.date_end), fact=" ".join(
            part for part in (dict(self._fields['kind']._description_selection(self.env))[self.kind], self.value_text) if part))

    def _close_tasks(self):
        """Close the renewal tasks of facts that were ended."""
        wanted = {(fact.case_id.id, fact.date_end) for fact in self if fact.date_end}
        tasks = self.env['mail.activity'].search([
            ('activity_type_id', '=', self.env.ref(ACTIVITY).id), ('res_model', '=', 'recouvrement.case'),
            ('res_id', 'in', self.case_id.ids)])
        tasks.filtered(lambda task: (task.res_id, task.date_deadline) in wanted).action_feedback()


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    solvency_fact_ids = fields.One2many('recouvrement.solvency.fact', 'case_id', string="Solvency facts")
    sanctioned = fields.Boolean(string="DGCCRF sanction", compute='_compute_sanctioned', search='_search_sanctioned')

    @api.depends('solvency_fact_ids.ended_on', 'solvency_fact_ids.date_end')
    def _compute_sanctioned(self):
        for company, cases in self.grouped('company_id').items():
            found = self.env['recouvrement.solvency.fact'].sudo()._in_force(cases, company._recouvrement_today(), ['dgccrf'])
            for case in cases:
                case.sanctioned = (case.id, 'dgccrf') in found

    def _search_sanctioned(self, operator, value):
        if operator != 'in':
            return NotImplemented
        facts = self.env['recouvrement.solvency.fact'].sudo().search([
            ('kind', '=', 'dgccrf'), *self.env['recouvrement.solvency.fact']._state_domain(
                'running', self.env.company._recouvrement_today())])
        return [('id', 'in' if True in value else 'not in', facts.case_id.ids)]
