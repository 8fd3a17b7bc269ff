"""Plans, segments, calendars and reserved credits on their way to the engine; the rest of the bridge is `recouvrement_engine`."""
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..engine import calendar_days, ladder, plan_choice

# Days of delay from which no quiet period puts a message off: the shortest limitation (consumers, two years) nears.
URGENT_DAYS = 600


class RecouvrementEngine(models.AbstractModel):
    _inherit = 'recouvrement.engine'

    # === WHAT A BATCH NEEDS === #

    @api.model
    def _context(self, company, as_of, today, debits, without, *others):
        context = super()._context(company, as_of, today, debits, without, *others)
        partners = self.env['res.partner'].browse(sorted(context['regimes']))
        segments = self.env['recouvrement.segment']._usable(company)
        items = self.env['recouvrement.item'].browse([item.id for item in context['items'].values()])
        return context | {
            'segments': segments._rules(), 'profiles': self._profiles(context, partners, debits, segments),
            'choices': {}, 'rules': {},
            'deposits': self._deposits(company, debits),
            'reserved': self.env['recouvrement.reserve']._reserved(company, as_of),
            # A message that is leaving was prepared on an open day, or a person sends it: the calendar had its say.
            'days': {} if without else self._days(company, as_of, partners, context['cases']),
            'reached_on': self._reached_on(items, as_of, without),
            'broken': self._broken_promises(items, as_of, without),
        }

    @api.model
    def _profiles(self, context, partners, debits, segments):
        """{partner id: Profile}: what segments and announcements look at."""
        owed = defaultdict(Decimal)
        for (partner_id, _currency), lines in debits.items():
            owed[partner_id] += sum((line.residual_company for line in lines), Decimal(0))
        with_tags = bool(segments.tag_ids)
        profiles = {}
        for partner in partners:
            case = context['cases'].get(partner.id)
            profiles[partner.id] = plan_choice.Profile(
                grade=case.grade or '' if case else '', regime=context['regimes'][partner.id] or '', owed=owed[partner.id],
                tags=frozenset(partner.category_id.ids if with_tags else ()),
                known_outcomes=case.score_known_count if case else 0)
        return profiles

    @api.model
    def _deposits(self, company, debits):
        """Ids of the deposit invoices, when they have a plan of their own."""
        if not company._recouvrement_inherited('recouvrement_deposit_plan_id'):
            return set()
        moves = self.env['account.move'].browse({line.move_id for lines in debits.values() for line in lines})
        return {move.id for move in moves if move._is_downpayment()}

    @api.model
    def _days(self, company, as_of, partners, cases):
        """{partner id: (closed, quiet)} on a day, by the calendars and quiet periods of the company and of the customer."""
        own = company._recouvrement_day_rules()
        quiet = self.env['recouvrement.quiet.period']._of_cases(company, cases)
        answers, days = {}, {}
        for partner in partners:
            zone = partner._recouvrement_zone() if own.zones else None
            key = zone, quiet.get(partner.id, ())
            if key not in answers:
                rules = calendar_days.DayRules(
                    zones=own.zones + (() if zone is None else (zone,)), quiet=own.quiet + key[1])
                answers[key] = not calendar_days.is_open(as_of, rules), calendar_days.puts_off_firm(as_of, rules)
            days[partner.id] = answers[key]
        return days

    @api.model
    def _reached_on(self, items, as_of, without):
        """{item id: day of its last reminder}, read only when a level counts from it."""
        if not self.env['recouvrement.plan.level'].search_count([('count_from', '=', 'previous')], limit=1):
            return {}
        groups = self.env['recouvrement.reminder.line']._read_group(
            [('item_id', 'in', items.ids), ('kind', '=', 'moved'), ('date', '<=', as_of),
             ('reminder_id', 'not in', without.ids if without else [])], ['item_id', 'cycle'], ['date:max'])
        return {item.id: last for item, cycle, last in groups if cycle == item.cycle}

    @api.model
    def _broken_promises(self, items, as_of, without):
        """Ids of the items promised in vain since their last reminder, read only when a plan climbs for it."""
        if not self._some_plan_climbs():
            return set()
        promises = self.env['recouvrement.promise'].search_fetch(
            [('item_ids', 'in', items.ids), ('state', '=', 'broken'), ('date_state', '<=', as_of)], ['date_state', 'item_ids'])
        broken = {}
        for promise in promises:
            for item in promise.item_ids:
                broken[item.id] = max(promise.date_state, broken.get(item.id, promise.date_state))
        groups = self.env['recouvrement.reminder.line']._read_group(
            [('item_id', 'in', list(broken)), ('kind', '=', 'moved'), ('date', '<=', as_of),
             ('reminder_id', 'not in', without.ids if without else [])], ['item_id'], ['date:max'])
        reminded = {item.id: last for item, last in groups}
        return {item for item, day in broken.items() if item not in reminded or reminded[item] < day}

    @api.model
    def _some_plan_climbs(self):
        return bool(self.env['recouvrement.plan'].search_count([('climb_when_broken', '=', True)], limit=1))

    @api.model
    def _may_be_due(self, company, as_of):
        """A broken promise brings the next level forward, where a plan says so: look at who broke one."""
        by_days = super()._may_be_due(company, as_of)
        if not self._some_plan_climbs():
            return by_days
        self.env['recouvrement.promise'].flush_model()
        relation = self.env['recouvrement.promise']._fields['item_ids']
        return SQL(
            """((%(by_days)s) OR EXISTS (
                    SELECT 1 FROM %(relation)s AS promised JOIN recouvrement_promise promise ON promise.id = promised.%(promise)s
                     WHERE promised.%(item)s = item.id AND promise.state = 'broken'))""",
            by_days=by_days, relation=SQL.identifier(relation.relation), promise=SQL.identifier(relation.column1),
            item=SQL.identifier(relation.column2))

    @api.model
    def _last_contacts(self, case_ids, as_of, without):
        """Messages of one night to one customer, one for each level, do not keep each other back."""
        contacts = super()._last_contacts(case_ids, as_of, without)
        if without and without.level_id.plan_id.grouping == 'level' and without.run_id:
            alone = without | without.run_id.reminder_ids.filtered(lambda one: one.case_id in without.case_id)
            contacts = super()._last_contacts(case_ids, as_of, alone)
        return contacts

    # === WHICH PLAN === #

    @api.model
    def _customer_choice(self, context, partner_id):
        """The plan of a customer and the rule that chose it."""
        if partner_id not in context['choices']:
            case = context['cases'].get(partner_id)
            context['choices'][partner_id] = plan_choice.choose_plan(
                context['profiles'][partner_id], context['segments'], customer=case.plan_id if case else None,
                company=context['default_plan'].id)
        return context['choices'][partner_id]

    @api.model
    def _customer_plan(self, context, partner_id, case):
        return self.env['recouvrement.plan'].browse(self._customer_choice(context, partner_id).plan or [])

    @api.model
    def _own_choice(self, context, line):
        """The plan of an instalment when it has one of its own (its invoice's, or that of deposits), else None."""
        item = context['items'].get(line.id)
        deposit = line.move_id in context['deposits'] and context['company']._recouvrement_inherited('recouvrement_deposit_plan_id')
        if not deposit and not (item and item.plan_id):
            return None
        return plan_choice.choose_plan(
            context['profiles'][line.partner_id], (), invoice=item.plan_id if item else None, deposit=deposit and deposit.id)

    @api.model
    def _choices(self, context, partner_id, debits):
        """{journal item id: Choice} of the instalments; the key None has the customer's."""
        choices = {None: self._customer_choice(context, partner_id)}
        for line in debits:
            own = self._own_choice(context, line)
            if own:
                choices[line.id] = own
        return choices

    @api.model
    def _rule_of(self, context, plan_id, currency_id):
        key = plan_id, currency_id
        if key not in context['rules']:
            context['rules'][key] = self._plan_rule(
                self.env['recouvrement.plan'].browse(plan_id), self.env['res.currency'].browse(currency_id),
                context['company'], context['as_of'])
        return context['rules'][key]

    @api.model
    def _plan_rule(self, plan, currency, company, as_of):
        rule = super()._plan_rule(plan, currency, company, as_of)
        extras = plan.level_ids._rule_extras()
        return replace(rule, grouping=plan.grouping, climb_when_broken=plan.climb_when_broken, levels=tuple(
            replace(one, **extras[one.key]) for one in rule.levels))

    # === FACTS === #

    @api.model
    def _customer_extras(self, context, partner_id):
        closed, quiet = context['days'].get(partner_id, (False, False))
        return super()._customer_extras(context, partner_id) | {'closed': closed, 'quiet': quiet}

    @api.model
    def _item_extras(self, context, line, item, reached_days):
        own = self._own_choice(context, line)
        plan_id = own.plan if own else self._customer_choice(context, line.partner_id).plan
        entry_days, entry_date = item.entry(line.due, context['as_of']) if item else (None, None)
        days = [one for one in (reached_days, entry_days) if one is not None]
        dates = [one for one in (context['reached_on'].get(item.id) if item else None, entry_date) if one]
        return super()._item_extras(context, line, item, reached_days) | {
            'plan': self._rule_of(context, own.plan, line.currency_id) if own else None,
            'reached_days': max(days, default=None), 'reached_on': max(dates, default=None),
            'urgent': (context['as_of'] - line.due).days >= URGENT_DAYS,
            'announced': self._announced(context, line.partner_id, plan_id),
            'promise_broken': bool(item) and item.id in context['broken']}

    @api.model
    def _announced(self, context, partner_id, plan_id):
        """Whether a customer gets the messages before the due date of a plan."""
        key = 'announced', partner_id, plan_id
        if key not in context['choices']:
            scope, large = self._predue(context, plan_id)
            context['choices'][key] = not scope or plan_choice.announces(scope, context['profiles'][partner_id], large)
        return context['choices'][key]

    @api.model
    def _predue(self, context, plan_id):
        """(whom a plan tells before the due date, amount from which a debt is large); (None, None) without plan."""
        key = 'predue', plan_id
        if key not in context['choices']:
            plan = self.env['recouvrement.plan'].browse(plan_id or [])
            context['choices'][key] = plan.predue_scope or None, Decimal(str(plan.predue_amount)) if plan.predue_amount else None
        return context['choices'][key]

    # === CREDITS, SEVERAL MESSAGES === #

    @api.model
    def _free_credits(self, context, credits):
        """Credits that pay what is owed: those that a person reserved do not."""
        return [line for line in credits if line.id not in context['reserved']]

    @api.model
    def _spread(self, outlooks):
        """One outlook for each message of a plan with one message for each level."""
        result = []
        for outlook in outlooks:
            if self.env['recouvrement.plan'].browse(outlook.plan_id or []).grouping != 'level':
                result.append(outlook)
                continue
            decisions, outlook.more, used = (outlook.decision, *outlook.more), (), Decimal(0)
            for decision in decisions:
                slot = decision.level.key if decision.level else 0
                result.append(replace(outlook, decision=decision, slot=slot, credits=self._credits_left(outlook.credits, used)))
                used += sum((outlook.lines[item.key].residual for item in decision.items), Decimal(0))
        return result

    @api.model
    def _credits_left(self, credits, used):
        """What remains of credits once the messages before took `used` of them, oldest first."""
        left = []
        for line in credits:
            taken = min(used, -line.residual)
            used -= taken
            if taken < -line.residual:
                left.append(replace(line, residual=line.residual + taken) if taken else line)
        return left

    # === SCREENS === #

    @api.model
    def _entry_levels(self, outlook, as_of):
        """{journal item id: id of the level where the instalment would enter quietly, or False} of a customer."""
        result = {}
        for item in outlook.decision.items:
            choice = outlook.choices.get(item.key) or outlook.choices[None]
            plan = self.env['recouvrement.plan'].browse(choice.plan or [])
            rules = [ladder.LevelRule(level.id, level.days, level.channel, level.automatic, level.formal_notice)
                     for level in plan.level_ids]
            level = plan_choice.entry_level(rules, item.days_late)
            result[item.key] = level.key if level else False
        return result
