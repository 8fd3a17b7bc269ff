"""Where records meet the engine: the only file that turns records into engine types and back."""
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ..engine import insolvency, ladder, rates
from ..engine.errors import MissingRate
from ..engine.rates import semester_start
from .night_memo import once

_lt = LazyTranslate(__name__)

# One label for each hold reason of the engine; a test compares the two lists.
HOLD_SELECTION = [
    ('insolvency', "Insolvency proceedings"),
    ('proceeding', "Legal proceeding under way"),
    ('doubtful', "Doubtful: legal steps only"),
    ('no_followup', "Excluded from follow-up"),
    ('agreement', "Instalment agreement"),
    ('promise', "Promise to pay"),
    ('announced', "Payment announced by the customer"),
    ('dispute', "Dispute"),
    ('replied', "The customer replied"),
    ('snoozed', "Snoozed"),
    ('payment_in_process', "Payment in process"),
    ('probable_receipt', "Probable receipt, not matched"),
    ('stale_bank', "Bank data too old"),
    ('regime_unknown', "Customer to classify"),
    ('rate_unknown', "Legal rate unknown"),
    ('sensitive_period', "Quiet period: firm levels wait"),
    ('no_plan', "No reminder plan"),
    ('broken_text', "The text of the level is broken"),
    ('no_contact', "No reachable contact"),
    ('net_credit', "Nothing owed once credits are deducted"),
    ('below_threshold', "Below the minimum amount"),
    ('closed_day', "Not a working day"),
    ('recent_contact', "Contacted recently"),
]
NOTHING_SELECTION = [
    ('listed', "Listed with a higher level"),
    ('already_reminded', "Already reminded at this level"),
    ('last_level', "Last level reached"),
    ('not_due', "No level of the plan reached yet"),
    ('paid', "Paid"),
]
DECISION_SELECTION = [('remind', "Remind"), ('hold', "Hold"), ('nothing', "Nothing to do")]


# Days of delay from which no quiet period puts a message off: the shortest limitation (consumers, two years) nears.
URGENT_DAYS = 600


@dataclass(slots=True)
class Outlook:
    """What the night thinks of one customer in one currency, with the records needed to act on it."""

    partner_id: int
    currency_id: int
    case_id: int
    plan_id: int
    decision: ladder.Decision
    lines: dict                                   # {journal item id: LedgerLine} of the instalments
    items: dict                                   # {journal item id: FollowedItem} of its batch, missing before a sync
    credits: list = field(default_factory=list)   # LedgerLine of unallocated credits; what a message deducts: `deducted_from`
    penalty_block: str = ''
    holds: tuple = ()                             # codes of what holds the customer in this currency, the bank's among them
    case: object = None                           # FollowedCase, None before a sync
    more: tuple = ()                              # further decisions of a plan with one message for each level
    choices: dict = field(default_factory=dict)   # {journal item id: plan_choice.Choice}; None: the customer's
    slot: int = 0                                 # see `recouvrement.reminder`
    claimed: dict = field(default_factory=dict)   # {journal item id of a credit: those of the claim that deducts it already}

    def deducted_from(self, keys):
        """The credits that a message about these journal items deducts, see `CustomerFacts.credits_beside`."""
        return [line for line in self.credits if line.id not in self.claimed or self.claimed[line.id] & keys]

    @property
    def shown(self):
        """The journal items that the message of the decision carries."""
        return {item.key for item in self.decision.items if item.moved or item.reason == 'listed'}


class RecouvrementEngine(models.AbstractModel):
    _name = 'recouvrement.engine'
    _description = "Bridge between records and the collection engine"

    # === RATES AND PLANS === #

    @api.model
    def _rate_book(self):
        """All known rates as the engine reads them."""
        return once(self, 'rates', self._read_rates)

    @api.model
    def _read_rates(self):
        self.env['recouvrement.rate'].flush_model()
        return rates.RateBook(tuple(rates.RatePeriod(*row) for row in self.env.execute_query(SQL(
            "SELECT code, date_from, date_to, ROUND(percent::numeric, 2)::text, COALESCE(source, ''), COALESCE(confirmed, FALSE) "
            "FROM recouvrement_rate"))))

    @api.model
    def _plan_rule(self, plan, currency, company, as_of):
        """A plan with its minimum amounts expressed in the currency of the debt on that day."""
        def converted(amount):
            if not amount or company.currency_id == currency:
                return self._decimal(amount or 0.0, currency)
            return self._decimal(company.currency_id._convert(amount, currency, company, as_of), currency)

        floor = converted(plan.min_amount)
        return ladder.PlanRule(
            key=plan.id, min_interval_days=plan.min_interval_days, entry=plan.entry,
            levels=tuple(
                ladder.LevelRule(
                    key=level.id, days=level.days, channel=level.channel, automatic=level.automatic,
                    formal_notice=level.formal_notice, needs_statement=level.needs_statement,
                    min_amount=max(floor, converted(level.min_amount)),
                ) for level in plan.level_ids))

    @api.model
    def _decimal(self, amount, currency):
        """A float of the ORM as an exact number at the precision of its currency."""
        return Decimal(f'{amount:.{currency.decimal_places}f}')

    # === DECIDE === #

    @api.model
    def _decide(self, company, as_of, partner_ids=None, without=None, lines=None, horizon=None):
        """Collect the facts of a company's customers on a date and ask the ladder: list of `Outlook`.

        Reads only; one row for each (customer, currency) that has an instalment open on that date.

        :param without: a reminder to forget: asks what would be decided had it not been prepared
        :param lines: their open lines, when the caller has read them already
        :param horizon: last due date that a level of some plan reaches tonight: what is due later is left out, unless it is held
        """
        self = self.sudo().with_company(company)
        today = company._recouvrement_today()
        if lines is None:
            lines = self.env['recouvrement.ledger']._open_lines(company, as_of, today, partner_ids)
        customers = self._customers(company, {line.partner_id for line in lines})
        debits, credits = self._by_side(self._with_public_periods(lines, as_of, customers))
        if not debits:
            return []
        context = self._context(company, as_of, today, debits, credits, customers, without)
        return self._spread(context, [
            self._outlook(context, partner_id, currency_id, self._within(context, debits[partner_id, currency_id], horizon),
                          self._free_credits(context, credits, (partner_id, currency_id)))
            for partner_id, currency_id in sorted(debits)
        ])

    @api.model
    def _within(self, context, debits, horizon):
        """The instalments on which the night has something to say: due up to the horizon, or held. All when there are none,
        or when their customer is held."""
        case = context['cases'].get(debits[0].partner_id)
        if horizon is None or case and case.id in context['holds'][0]:
            return debits
        items = context['items']
        return [line for line in debits if line.due <= horizon or (item := items.get(line.id)) and item.held_reason
                or self._item_holds(context, line, items.get(line.id))] or debits

    @api.model
    def _by_side(self, lines):
        """({(customer id, currency id): [instalments]}, the same of credits)."""
        debits, credits = defaultdict(list), defaultdict(list)
        for line in lines:
            key = line.partner_id, line.currency_id
            if line.residual < 0:
                credits[key].append(line)
            elif line.amount > 0:
                debits[key].append(line)
        return debits, credits

    @api.model
    def _with_public_periods(self, lines, as_of, customers):
        """The open lines with what else is known of their due dates on that day."""
        return lines

    @api.model
    def _may_be_due(self, company, as_of, traits):
        """SQL condition on `open` (a staged line) and `item`: false only when the ladder would answer "nothing" for it.

        An instalment is due when its age reached a level above the one it reached (`ladder._levels_for`). The days of the
        levels of every plan count here, so which plan a customer has does not matter; a rule that makes an instalment due
        otherwise than by its days must widen this condition. On a past date, or without plan, everybody is looked at.

        :param traits: PlanTraits
        """
        if as_of < company._recouvrement_today() or not company._recouvrement_plan() or not traits.days:
            return SQL("TRUE")
        return SQL(
            """open.residual > 0 AND EXISTS (
                    SELECT 1 FROM unnest(%(days)s) AS level (days)
                     WHERE level.days <= %(as_of)s - open.due AND (%(announced)s <= open.due OR level.days >= 0)
                       AND (COALESCE(item.level, 0) = 0 OR level.days > item.level_days))""",
            days=traits.days, as_of=as_of, announced=self._announced_from(company, as_of))

    @api.model
    def _announced_from(self, company, as_of):
        """First due date that levels before it may still announce: tomorrow's."""
        return as_of + timedelta(days=1)

    @api.model
    def _penalty_block(self, context, regime, debits):
        """Code of what keeps the penalties of a customer from being computed, or None.

        The rate must be known on the first day of each delay and, but for public bodies whose rate is frozen then
        (CCP art. R2192-31), today; between the two nothing is missing.
        """
        if not regime:
            return 'regime_unknown'
        days = {line.due + timedelta(days=1) for line in debits if line.due < context['as_of'] and not line.is_penalty}
        if days and regime != 'public':
            days.add(context['as_of'])
        for start in sorted({semester_start(day) for day in days}):
            if (regime, start) not in context['blocks']:
                context['blocks'][regime, start] = self._rate_block(context['book'], regime, start)
            if context['blocks'][regime, start]:
                return context['blocks'][regime, start]
        return None

    @api.model
    def _rate_block(self, book, regime, day):
        rate = {'b2b': rates.b2b_default_rate, 'public': rates.public_rate, 'b2c': rates.legal_rate}[regime]
        try:
            rate(book, day)
        except MissingRate as error:
            return error.code
        return None

    @api.model
    def _outlook(self, context, partner_id, currency_id, debits, credits):
        case = context['cases'].get(partner_id)
        choices = self._choices(context, partner_id, debits)
        plan_id = choices[None].plan
        currency = context['currencies'][currency_id]
        if context['tied_credits']:
            credits = [line for line in credits if line.id not in context['tied_credits']]
        if context['disputed']:
            debits = [replace(line, disputed=context['disputed'][line.id]) if line.id in context['disputed'] else line
                      for line in debits]
        frozen, credits = self._credits_by_side(context, credits)
        facts = self._facts(context, case, partner_id, currency, debits, credits, choices)
        if frozen:
            facts = replace(facts, frozen_credits=-sum((line.residual for line in frozen), Decimal(0)))
        rule = self._rule_of(context, plan_id, currency_id) if plan_id else None
        decision, *more = ladder.decide_all(facts, rule, context['as_of'])
        return Outlook(
            partner_id=partner_id, currency_id=currency_id, case_id=case.id if case else False, plan_id=plan_id or False,
            case=case, decision=decision, more=tuple(more), choices=choices,
            lines={line.id: line for line in debits}, items=context['items'],
            credits=credits, claimed=context['claimed'], penalty_block=facts.penalty_block or '', holds=facts.holds)

    @api.model
    def _facts(self, context, case, partner_id, currency, debits, credits, choices):
        holds = [hold.kind for hold in context['holds'][0].get(case.id, ()) if hold.kind != 'insolvency'] if case else []
        days = context['days'].get(partner_id, {})
        return ladder.CustomerFacts(
            key=partner_id, currency=currency.name,
            items=tuple([self._item_facts(context, line, choices) for line in debits]),
            credits=-sum([line.residual for line in credits], Decimal(0)) if credits else Decimal(0),
            claimed_credits=tuple([(context['claimed'][line.id], -line.residual) for line in credits
                                   if line.id in context['claimed']]) if context['claimed'] else (),
            holds=(*holds, *self._bank_holds(context, partner_id, currency.id)),
            last_contact=context['contacts'].get(case.id) if case else None,
            penalty_block=self._penalty_block(context, context['regimes'].get(partner_id), debits),
            unreached=context['unreached'].get(partner_id, frozenset()), **days)

    @api.model
    def _credits_by_side(self, context, credits):
        """(credits that reduce only what an opening judgment freezes, the others); without a judgment all are the others."""
        judgments = context['judgments'].get(credits[0].partner_id) if credits else ()
        if not judgments:
            return [], list(credits)
        frozen = [line for line in credits
                  if insolvency.nets_with_prior(line.issued, max(judgments), line.id in context['connected'])]
        return frozen, [line for line in credits if line not in frozen]

    @api.model
    def _item_facts(self, context, line, choices):
        item, as_of, own = context['items'].get(line.id), context['as_of'], choices.get(line.id)
        reached, reached_on, levels = self._reached(item, line.due, as_of) if item else (None, None, ())
        return ladder.ItemFacts(
            key=line.id, due_date=line.due, residual=line.residual, disputed=line.disputed,
            holds=self._item_holds(context, line, item),
            plan=self._rule_of(context, own.plan, line.currency_id) if own else None,
            reached_days=reached, reached_on=reached_on, reached_levels=levels, unreached=item is not None and item.unreached,
            urgent=(as_of - line.due).days >= URGENT_DAYS,
            announced=line.due < as_of or self._announced(context, line.partner_id, (own or choices[None]).plan),
            promise_broken=item is not None and item.id in context['broken'])

    @api.model
    def _reached(self, item, due, as_of):
        """(days of the highest level reached, day of the last reminder, ids of the levels), a quiet start among them."""
        if not item.entry_level_id:
            return item.reached_days, item.reached_on, item.reached_levels
        entered, entry_day = item.entry(due, as_of)
        levels = item.reached_levels if entered is None else [*item.reached_levels, item.entry_level_id]
        return _latest(item.reached_days, entered), _latest(item.reached_on, entry_day), levels

    @api.model
    def _item_holds(self, context, line, item):
        own = context['holds'][1].get(item.id, ()) if item else ()
        holds = [hold.kind for hold in own if not hold.amount]
        if item and item.id in context['in_proceeding']:
            holds.append('proceeding')
        # Only debts born before the opening judgment are frozen; later ones are paid when due (C. com. L622-17).
        judgments = context['judgments'].get(line.partner_id)
        if judgments and any(insolvency.is_prior(line.born, day) for day in judgments):
            holds.append('insolvency')
        if line.no_followup:
            holds.append('no_followup')
        if line.blocked:
            holds.append('dispute')
        if line.in_process:
            holds.append('payment_in_process')
        if line.id in context['expected_lines']:
            holds.append('probable_receipt')
        return tuple(holds)


def _latest(one, other):
    """The greater of two values of which either may be None."""
    if one is None or other is None:
        return one if other is None else other
    return max(one, other)
