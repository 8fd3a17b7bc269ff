"""Plans, segments, calendars and reserved credits on their way to the engine; the rest of the bridge is `recouvrement_engine`."""
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..engine import calendar_days, ladder, plan_choice
from .night_memo import once


class PlanTraits(NamedTuple):
    """What some plan of the database asks for; what none asks for is not read."""

    climbs: bool
    days: list
    groupings: dict  # {plan id: grouping}
    archived: frozenset  # ids of plans that nobody follows any more


class RecouvrementEngine(models.AbstractModel):
    _inherit = 'recouvrement.engine'

    # === WHAT A BATCH NEEDS === #

    @api.model
    def _context(self, company, as_of, today, debits, credits, customers, without=None):
        context = super()._context(company, as_of, today, debits, credits, customers, without)
        segments = self.env['recouvrement.segment']._usable(company)
        items, traits = [item.id for item in context['items'].values()], self._plan_traits()
        reserved, claimed = self.env['recouvrement.reserve']._set_apart(company, as_of)
        return context | {
            'segments': segments._rules(), 'profiles': self._profiles(context, debits, segments),
            'choices': {}, 'alike': {}, 'rules': {}, 'groupings': traits.groupings, 'archived': traits.archived,
            'deposits': self._deposits(company, debits),
            'reserved': reserved, 'claimed': claimed,
            'days': self._days(company, as_of, context['cases'], customers, leaving=bool(without)),
            'broken': self._broken_promises(items, as_of, without) if traits.climbs else set(),
        }

    @api.model
    def _plan_traits(self):
        """:class:`PlanTraits` of all plans together."""
        return once(self, 'plan traits', self._read_plan_traits)

    @api.model
    def _read_plan_traits(self):
        for model in ('recouvrement.plan', 'recouvrement.plan.level'):
            self.env[model].flush_model()
        [[climbs, days, groupings, archived]] = self.env.execute_query(SQL(
            """
            SELECT (SELECT BOOL_OR(climb_when_broken) FROM recouvrement_plan WHERE active),
                   (SELECT ARRAY_AGG(DISTINCT days) FROM recouvrement_plan_level),
                   (SELECT JSON_OBJECT_AGG(id, grouping) FROM recouvrement_plan),
                   (SELECT ARRAY_AGG(id) FROM recouvrement_plan WHERE active IS NOT TRUE)
            """))
        return PlanTraits(bool(climbs), days or [], {int(key): name for key, name in (groupings or {}).items()},
                          frozenset(archived or ()))

    @api.model
    def _profiles(self, context, debits, segments):
        """{partner id: Profile}: what segments and announcements look at."""
        owed = defaultdict(Decimal)
        for (partner_id, _currency), lines in debits.items():
            owed[partner_id] += sum([line.residual_company for line in lines], Decimal(0))
        tags = self._tags(owed) if segments.tag_ids else {}
        profiles = {}
        for partner_id, amount in owed.items():
            case = context['cases'].get(partner_id)
            profiles[partner_id] = plan_choice.Profile(
                grade=case.grade or '' if case else '', regime=context['regimes'][partner_id] or '', owed=amount,
                tags=tags.get(partner_id, frozenset()), known_outcomes=case.score_known_count if case else 0)
        return profiles

    @api.model
    def _tags(self, partner_ids):
        """{customer id: ids of its tags}."""
        partners = self.env['res.partner'].browse(partner_ids)
        return {partner.id: frozenset(partner.category_id.ids) for partner in partners}

    @api.model
    def _deposits(self, company, debits):
        """Ids of the deposit invoices, when they have a plan of their own."""
        if not company._recouvrement_chosen_plan('recouvrement_deposit_plan_id'):
            return set()
        moves = self.env['account.move'].browse({line.move_id for lines in debits.values() for line in lines})
        return {move.id for move in moves if move._is_downpayment()}

    @api.model
    def _days(self, company, as_of, cases, partner_ids, leaving=False):
        """{partner id: facts of `CustomerFacts` about a day} by the calendars and quiet periods of the company and of the
        customer.

        :param leaving: for a message that leaves: it was prepared on an open day, or a person sends it; the calendar had its
            say, and tells only which level is due
        """
        quiet, of_cases = self.env['recouvrement.quiet.period']._of_night(company, cases)
        zones = company._recouvrement_zones()
        partners = self.env['res.partner'].browse(partner_ids if zones else ())
        zone_of = {partner.id: partner._recouvrement_zone() for partner in partners}
        answers, days = {}, {}
        for partner_id in partner_ids:
            key = zone_of.get(partner_id), of_cases.get(partner_id, ())
            if key not in answers:
                rules = calendar_days.DayRules(zones=zones + (() if key[0] is None else (key[0],)), quiet=quiet + key[1])
                answers[key] = self._day_facts(as_of, rules, leaving)
            days[partner_id] = answers[key]
        return days

    @api.model
    def _day_facts(self, as_of, rules, leaving):
        return {
            'closed': not leaving and not calendar_days.is_open(as_of, rules),
            'quiet': not leaving and calendar_days.puts_off_firm(as_of, rules),
            'closed_before': calendar_days.closed_days_before(as_of, rules), 'quiet_periods': rules.quiet}

    @api.model
    def _broken_promises(self, item_ids, as_of, without):
        """Ids of the items promised in vain since their last reminder, read only when a plan climbs for it."""
        promises = self.env['recouvrement.promise'].search_fetch(
            [('item_ids', 'in', item_ids), ('state', '=', 'broken'), ('date_state', '<=', as_of)], ['date_state', 'item_ids'])
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
    def _may_be_due(self, company, as_of, traits):
        """A broken promise brings the next level forward, where a plan says so: look at who broke one."""
        by_days = super()._may_be_due(company, as_of, traits)
        if not traits.climbs:
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
    def _announced_from(self, company, as_of):
        """Today's after a day that was closed: what should have left then leaves on the due date."""
        if company._recouvrement_zones() and calendar_days.may_be_closed(as_of - timedelta(days=1)):
            return as_of
        return super()._announced_from(company, as_of)

    # === WHICH PLAN === #

    @api.model
    def _followed(self, context, plan_id):
        """A plan that a customer or an invoice names; an archived one counts as none, and the next rule chooses."""
        return None if plan_id in context['archived'] else plan_id

    @api.model
    def _customer_choice(self, context, partner_id):
        """The plan of a customer and the rule that chose it."""
        if partner_id not in context['choices']:
            case = context['cases'].get(partner_id)
            context['choices'][partner_id] = plan_choice.choose_plan(
                context['profiles'][partner_id], context['segments'], company=context['default_plan'],
                customer=self._followed(context, case.plan_id) if case else None)
        return context['choices'][partner_id]

    @api.model
    def _own_choice(self, context, line, item):
        """The plan of an instalment that has one of its own: its invoice's, or that of deposits."""
        deposit = line.move_id in context['deposits'] and context['company']._recouvrement_chosen_plan(
            'recouvrement_deposit_plan_id')
        return plan_choice.choose_plan(
            context['profiles'][line.partner_id], (), deposit=deposit and deposit.id,
            invoice=self._followed(context, item.plan_id) if item else None)

    @api.model
    def _choices(self, context, partner_id, debits):
        """{journal item id: Choice} of the instalments; the key None has the customer's."""
        own = {}
        for line in debits:
            item = context['items'].get(line.id)
            if item and self._followed(context, item.plan_id) or line.move_id in context['deposits']:
                own[line.id] = self._own_choice(context, line, item)
        choice = self._customer_choice(context, partner_id)
        if own:
            return {None: choice, **own}
        return context['alike'].setdefault(choice, {None: choice})  # few choices, shared by thousands of customers

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
    def _free_credits(self, context, credits, key):
        """Credits of a (customer, currency) that pay what is owed: not those that a person reserved, but payments in process."""
        booked = [line for line in credits[key] if line.id not in context['reserved']] if key in credits else []
        return booked + context['in_process'][key] if key in context['in_process'] else booked

    @api.model
    def _spread(self, context, outlooks):
        """One outlook for each message of a plan with one message for each level."""
        if 'level' not in context['groupings'].values():
            return outlooks
        result = []
        for outlook in outlooks:
            if context['groupings'].get(outlook.plan_id) != 'level':
                result.append(outlook)
                continue
            decisions, outlook.more, used = (outlook.decision, *outlook.more), (), Decimal(0)
            free = outlook.deducted_from({item.key for decision in decisions for item in decision.items if item.moved})
            for decision in decisions:
                slot = decision.level.key if decision.level else 0
                result.append(replace(outlook, decision=decision, slot=slot, credits=self._credits_left(free, used), claimed={}))
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
