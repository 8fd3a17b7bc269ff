"""Where records meet the engine: the only file that turns records into engine types and back."""
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ..engine import insolvency, ladder, rates
from ..engine.errors import MissingRate
from ..engine.proceeding_types import RUNNING_STATES
from ..engine.rates import semester_start

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


class FollowedCase(NamedTuple):
    """What the decisions look at of a case: plain values, as records of the ORM cost ten times as much to read."""

    id: int
    plan_id: int | None
    grade: str | None
    score_known_count: int
    user_id: int | None


class FollowedItem(NamedTuple):
    """What the decisions look at of an open item."""

    id: int
    level: int
    level_days: int
    cycle: int
    plan_id: int | None
    entry_level_id: int | None
    entry_level_days: int
    entry_date: date | None
    entry_due: date | None

    def entry(self, due, as_of):
        """(days of the level entered, day) of a quiet start that still counts on a day, or (None, None)."""
        if self.entry_level_id and self.entry_due == due and self.entry_date <= as_of:
            return self.entry_level_days, self.entry_date
        return None, None


@dataclass
class Outlook:
    """What the night thinks of one customer in one currency, with the records needed to act on it."""

    partner_id: int
    currency_id: int
    case_id: int
    plan_id: int
    decision: ladder.Decision
    lines: dict                                   # {journal item id: LedgerLine} of the instalments
    items: dict                                   # {journal item id: FollowedItem}, missing before a sync
    credits: list = field(default_factory=list)   # LedgerLine of unallocated credits
    penalty_block: str = ''
    more: tuple = ()                              # further decisions of a plan with one message for each level
    choices: dict = field(default_factory=dict)   # {journal item id: plan_choice.Choice}; None: the customer's
    slot: int = 0                                 # see `recouvrement.reminder`


class RecouvrementEngine(models.AbstractModel):
    _name = 'recouvrement.engine'
    _description = "Bridge between records and the collection engine"

    # === RATES AND PLANS === #

    @api.model
    def _rate_book(self):
        """All known rates as the engine reads them."""
        return rates.RateBook(tuple(
            rates.RatePeriod(rate.code, rate.date_from, rate.date_to, f'{rate.percent:.2f}', rate.source, rate.confirmed)
            for rate in self.env['recouvrement.rate'].sudo().search_fetch(
                [], ['code', 'date_from', 'date_to', 'percent', 'source', 'confirmed'])
        ))

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
    def _decide(self, company, as_of, partner_ids=None, without=None, lines=None):
        """Collect the facts of a company's customers on a date and ask the ladder: list of `Outlook`.

        Reads only; one row for each (customer, currency) that has an instalment open on that date.

        :param without: a reminder to forget: asks what would be decided had it not been prepared
        :param lines: their open lines, when the caller has read them already
        """
        self = self.sudo().with_company(company)
        today = company._recouvrement_today()
        if lines is None:
            lines = self.env['recouvrement.ledger']._open_lines(company, as_of, today, partner_ids)
        debits, credits = defaultdict(list), defaultdict(list)
        for line in self._with_public_periods(company, lines, as_of):
            key = line.partner_id, line.currency_id
            if line.residual < 0:
                credits[key].append(line)
            elif line.amount > 0:
                debits[key].append(line)
        if not debits:
            return []
        context = self._context(company, as_of, today, debits, without, credits)
        return self._spread([
            self._outlook(context, partner_id, currency_id, debits[partner_id, currency_id],
                          self._free_credits(context, credits[partner_id, currency_id]))
            for partner_id, currency_id in sorted(debits)
        ])

    @api.model
    def _with_public_periods(self, company, lines, as_of):
        """The open lines with what else is known of their due dates on that day."""
        return lines

    @api.model
    def _may_be_due(self, company, as_of):
        """SQL condition on `open` (a staged line) and `item`: false only when the ladder would answer "nothing" for it.

        An instalment is due when its age reached a level above the one it reached (`ladder._levels_for`). The levels of
        every plan count here, so which plan a customer has does not matter; a rule that makes an instalment due
        otherwise than by its days must widen this condition. On a past date, or without plan, everybody is looked at.
        """
        days = [row[0] for row in self.env.execute_query(SQL("SELECT DISTINCT days FROM recouvrement_plan_level"))]
        if as_of < company._recouvrement_today() or not company._recouvrement_plan() or not days:
            return SQL("TRUE")
        return SQL(
            """open.residual > 0 AND EXISTS (
                    SELECT 1 FROM unnest(%(days)s) AS level (days)
                     WHERE level.days <= %(as_of)s - open.due AND (%(as_of)s < open.due OR level.days >= 0)
                       AND (COALESCE(item.level, 0) = 0 OR level.days > item.level_days))""", days=days, as_of=as_of)

    @api.model
    def _context(self, company, as_of, today, debits, without, credits):
        """Everything the decisions of a batch need, read once."""
        partner_ids = list({partner for partner, _currency in debits})
        line_ids = [line.id for group in debits.values() for line in group]
        cases, items = self._followed_cases(company, partner_ids), self._followed_items(company, line_ids)
        case_ids = [case.id for case in cases.values()]
        partners = self.env['res.partner'].browse(partner_ids)
        partners.fetch(['recouvrement_regime'])
        return {
            'company': company, 'as_of': as_of, 'cases': cases, 'items': items,
            'plans': {}, 'default_plan': company._recouvrement_plan(),
            'holds': self.env['recouvrement.hold']._active(company, as_of, case_ids),
            'connected': self.env['recouvrement.insolvency']._connected_lines(case_ids),
            'judgments': self._judgments_of(partners, as_of),
            'contacts': self._last_contacts(case_ids, as_of, without),
            'reached': self._reached(items, as_of, without) if without or as_of < today else None,
            'in_proceeding': self._in_proceeding(company, items),
            'in_process': self.env['recouvrement.ledger']._payments_in_process(company, as_of, partner_ids),
            **self._bank_evidence(company, as_of, debits, credits, items),
            # addresses have no history: a replayed night takes everybody as reachable
            'reachable': self._reachable(partner_ids) if as_of >= today else set(partner_ids),
            'regimes': {partner.id: partner.recouvrement_regime for partner in partners},
            'book': self._rate_book(), 'blocks': {},
        }

    @api.model
    def _followed_cases(self, company, partner_ids):
        """{customer id: FollowedCase}."""
        self.env['recouvrement.case'].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT partner_id, id, plan_id, grade, COALESCE(score_known_count, 0), user_id
              FROM recouvrement_case WHERE company_id = %s AND partner_id = ANY(%s)
            """, company.id, partner_ids))
        return {row[0]: FollowedCase(*row[1:]) for row in rows}

    @api.model
    def _followed_items(self, company, line_ids):
        """{journal item id: FollowedItem}."""
        self.env['recouvrement.item'].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT move_line_id, id, COALESCE(level, 0), COALESCE(level_days, 0), COALESCE(cycle, 0), plan_id, entry_level_id,
                   COALESCE(entry_level_days, 0), entry_date, entry_due
              FROM recouvrement_item WHERE company_id = %s AND move_line_id = ANY(%s)
            """, company.id, line_ids))
        return {row[0]: FollowedItem(*row[1:]) for row in rows}

    @api.model
    def _last_contacts(self, case_ids, as_of, without):
        """{case id: date of the last reminder up to a date}, whatever its channel; withdrawn ones do not count."""
        groups = self.env['recouvrement.reminder']._read_group(
            [('case_id', 'in', case_ids), ('date', '<=', as_of), ('state', 'not in', ('withdrawn', 'failed')),
             ('id', 'not in', without.ids if without else [])],
            ['case_id'], ['date:max'])
        return {case.id: last for case, last in groups}

    @api.model
    def _reached(self, items, as_of, without):
        """{item id: days of the highest level reached up to a date}, ignoring later reminders."""
        ids = [item.id for item in items.values()]
        lines = self.env['recouvrement.reminder.line'].search_fetch(
            [('item_id', 'in', ids), ('kind', '=', 'moved'), ('date', '<=', as_of),
             ('reminder_id', 'not in', without.ids if without else [])], ['item_id', 'cycle', 'level_days'])
        reached = {}
        for line in lines:
            if line.cycle == line.item_id.cycle:
                reached[line.item_id.id] = max(line.level_days, reached.get(line.item_id.id, line.level_days))
        return reached

    @api.model
    def _in_proceeding(self, company, items):
        """Ids of the items that a running legal proceeding claims: they get no more ordinary reminders."""
        proceedings = self.env['recouvrement.proceeding'].search(
            [('company_id', '=', company.id), ('state', 'in', RUNNING_STATES)])
        return set(proceedings.item_ids.ids) & {item.id for item in items.values()}

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
        plan = self._customer_plan(context, partner_id, case)
        currency = self.env['res.currency'].browse(currency_id)
        credits = [line for line in credits if line.id not in context['tied_credits']]
        disputed = {line.id: part for line in debits if (part := self._disputed_part(context, line, currency))}
        debits = [replace(line, disputed=disputed[line.id]) if line.id in disputed else line for line in debits]
        frozen, credits = self._credits_by_side(context, credits)
        facts = self._facts(context, case, partner_id, currency, debits, credits)
        if frozen:
            facts = replace(facts, frozen_credits=-sum((line.residual for line in frozen), Decimal(0)))
        if plan:
            key = plan.id, currency_id
            if key not in context['plans']:
                context['plans'][key] = self._plan_rule(plan, currency, context['company'], context['as_of'])
            rule = context['plans'][key]
        else:
            rule = None
        decision, *more = ladder.decide_all(facts, rule, context['as_of'])
        return Outlook(
            partner_id=partner_id, currency_id=currency_id, case_id=case.id if case else False, plan_id=plan.id or False,
            decision=decision, more=tuple(more), choices=self._choices(context, partner_id, debits),
            lines={line.id: line for line in debits},
            items={line.id: context['items'][line.id] for line in debits if line.id in context['items']},
            credits=credits, penalty_block=facts.penalty_block or '')

    @api.model
    def _facts(self, context, case, partner_id, currency, debits, credits):
        holds = context['holds'][0].get(case.id, []) if case else []
        insolvent_since = context['judgments'].get(partner_id, ())
        in_process = context['in_process'].get((partner_id, currency.id), Decimal(0))
        return ladder.CustomerFacts(
            key=partner_id, currency=currency.name,
            items=tuple(self._item_facts(context, line, insolvent_since) for line in debits),
            credits=-sum((line.residual for line in credits), Decimal(0)) + in_process,
            holds=(*(hold.kind for hold in holds if hold.kind != 'insolvency'),
                   *self._bank_holds(context, partner_id, currency.id)),
            last_contact=context['contacts'].get(case.id) if case else None,
            penalty_block=self._penalty_block(context, context['regimes'].get(partner_id), debits),
            reachable=partner_id in context['reachable'], **self._customer_extras(context, partner_id),
        )

    @api.model
    def _customer_extras(self, context, partner_id):
        """Further fields of `CustomerFacts`."""
        return {}

    @api.model
    def _item_extras(self, context, line, item, reached_days):
        """Further fields of `ItemFacts`; `item` may be None."""
        return {'reached_days': reached_days}

    @api.model
    def _credits_by_side(self, context, credits):
        """(credits that reduce only what an opening judgment freezes, the others); without a judgment all are the others."""
        judgments = context['judgments'].get(credits[0].partner_id) if credits else ()
        if not judgments:
            return [], credits
        frozen = [line for line in credits
                  if insolvency.nets_with_prior(line.issued, max(judgments), line.id in context['connected'])]
        return frozen, [line for line in credits if line not in frozen]

    @api.model
    def _disputed_part(self, context, line, currency):
        """The part of an instalment that disputes keep out of every message; a dispute of the whole is a plain hold."""
        item = context['items'].get(line.id)
        holds = context['holds'][1].get(item.id) if item else None
        if not holds:
            return Decimal(0)
        return sum((self._decimal(hold.amount, currency) for hold in holds if hold.amount), Decimal(0))

    @api.model
    def _item_facts(self, context, line, insolvent_since):
        item = context['items'].get(line.id)
        holds = []
        if item:
            holds += [hold.kind for hold in context['holds'][1].get(item.id, ()) if not hold.amount]
            if item.id in context['in_proceeding']:
                holds.append('proceeding')
        # Only debts born before the opening judgment are frozen; later ones are paid when due (C. com. L622-17).
        if any(insolvency.is_prior(line.born, day) for day in insolvent_since):
            holds.append('insolvency')
        if line.no_followup:
            holds.append('no_followup')
        if line.blocked:
            holds.append('dispute')
        if line.in_process:
            holds.append('payment_in_process')
        if line.id in context['expected_lines']:
            holds.append('probable_receipt')
        return ladder.ItemFacts(
            key=line.id, due_date=line.due, residual=line.residual, holds=tuple(holds), disputed=line.disputed,
            **self._item_extras(context, line, item, self._reached_days(context, item)))

    @api.model
    def _reached_days(self, context, item):
        if not item:
            return None
        if context['reached'] is not None:
            return context['reached'].get(item.id)
        return item.level_days if item.level else None
