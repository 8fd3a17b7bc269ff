"""The plan of one invoice, the rule that chose it, and the level where an old debt entered quietly."""
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import plan_choice

RULE_SELECTION = [
    ('invoice', "The invoice's own plan"), ('deposit', "Plan of deposit invoices"), ('customer', "The customer's own plan"),
    ('segment', "Segment"), ('company', "Plan of the company"), ('none', "No plan")]


class RecouvrementItem(models.Model):
    _inherit = 'recouvrement.item'

    plan_id = fields.Many2one('recouvrement.plan', string="Own plan", readonly=True, ondelete='restrict', index='btree_not_null',
                              help="Of this invoice alone. Empty: as its customer.")
    plan_used_id = fields.Many2one('recouvrement.plan', string="Plan followed", compute='_compute_plan_used')
    plan_rule = fields.Selection(RULE_SELECTION, string="Chosen by", compute='_compute_plan_used')
    plan_rule_label = fields.Char(string="Plan chosen by", compute='_compute_plan_used')
    entry_level_id = fields.Many2one(
        'recouvrement.plan.level', string="Entered quietly at", readonly=True, ondelete='set null',
        help="Level that counts as reached although nothing was sent: the start of the follow-up.")
    entry_level_days = fields.Integer(readonly=True)
    entry_date = fields.Date(readonly=True)
    entry_due = fields.Date(readonly=True, help="Due date at that time: a postponed one starts afresh.")

    def _compute_plan_used(self):
        Engine = self.env['recouvrement.engine']
        choices = {}
        for company, items in self.grouped('company_id').items():
            for outlook in Engine._decide(company, company._recouvrement_today(), items.partner_id.ids) if company else ():
                choices |= {key: outlook.choices.get(key) or outlook.choices[None] for key in outlook.lines}
        for item in self:
            choice = choices.get(item.move_line_id.id)
            item.plan_used_id = choice and choice.plan
            item.plan_rule = choice and choice.rule
            item.plan_rule_label = item._rule_label(choice, {
                'invoice': item.plan_id, 'customer': item.case_id.plan_id, 'company': item.company_id.recouvrement_plan_id})

    @api.model
    def _rule_label(self, choice, named):
        """Which rule chose a plan, in words; the segment by its name, and the plans that it passed over.

        :param named: {rule: the plan that it names}
        """
        if not choice:
            return False
        label = dict(self._fields['plan_rule']._description_selection(self.env))[choice.rule]
        if choice.segment:
            segment = self.env['recouvrement.segment'].sudo().browse(choice.segment)
            label = self.env._("Segment “%(segment)s”", segment=segment.name)
        before = plan_choice.PLAN_RULES[:plan_choice.PLAN_RULES.index(choice.rule) + 1]
        archived = [plan.name for rule, plan in named.items() for plan in plan.sudo() if rule in before and not plan.active]
        if not archived:
            return label
        return self.env._("%(rule)s; archived and not followed: %(plans)s", rule=label, plans=", ".join(archived))

    def _vals_of_new_debtor(self):
        """A quiet start was the former customer's too."""
        return super()._vals_of_new_debtor() | {
            'entry_level_id': False, 'entry_level_days': 0, 'entry_date': False, 'entry_due': False}

    def _enter(self, level, as_of):
        """Count a level as reached from a day, without sending anything."""
        for item in self.sudo():
            item.write({'entry_level_id': level.id, 'entry_level_days': level.days, 'entry_date': as_of,
                        'entry_due': item.date_maturity})


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    plan_used_id = fields.Many2one('recouvrement.plan', string="Plan followed", compute='_compute_plan_used')
    plan_rule_label = fields.Char(string="Plan chosen by", compute='_compute_plan_used')

    def _compute_plan_used(self):
        choices = {}
        for company, cases in self.grouped('company_id').items():
            for outlook in self.env['recouvrement.engine']._decide(company, company._recouvrement_today(), cases.partner_id.ids):
                choices[outlook.case_id] = outlook.choices[None]
        for case in self:
            choice = choices.get(case.id)
            case.plan_used_id = (
                choice.plan if choice else case.plan_id.filtered('active') or case.company_id._recouvrement_plan())
            case.plan_rule_label = self.env['recouvrement.item']._rule_label(choice, {
                'customer': case.plan_id, 'company': case.company_id.recouvrement_plan_id})


class AccountMove(models.Model):
    _inherit = 'account.move'

    @api.model
    def _recouvrement_plan_of(self, plan_id):
        """The plan that a script named, none for False."""
        plan = self.env['recouvrement.plan'].browse(plan_id if type(plan_id) is int and plan_id > 0 else ()).exists()
        if plan_id and not plan:
            raise UserError(self.env._("“%(name)s”: there is no such plan.", name='plan_id'))
        return plan

    def recouvrement_set_plan(self, plan_id):
        """Give invoices a reminder plan of their own, before any other rule.

        :param plan_id: id of a `recouvrement.plan`, or False: as their customer again
        :return: {items: number of instalments concerned}
        :raises AccessError: without the officer role or for another company
        :raises UserError: when there is no such plan, or it belongs to another company
        """
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        plan = self._recouvrement_plan_of(plan_id)
        for company, moves in self.grouped('company_id').items():
            if plan.company_id and plan.company_id not in company.sudo() | company.sudo().parent_ids:
                raise UserError(self.env._("Plan “%(plan)s” belongs to another company.", plan=plan.name))
            self.env['recouvrement.item']._sync(company, moves.commercial_partner_id)
        items = self.env['recouvrement.item'].sudo().search([('move_id', 'in', self.ids)])
        items.plan_id = plan
        return {'items': len(items)}
