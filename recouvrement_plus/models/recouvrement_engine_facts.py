"""What a batch of decisions needs, read once for all its customers, as plain values: a field of a record is slow to read."""
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..engine import recipients
from ..engine.proceeding_types import RUNNING_STATES
from .res_partner_contact import HAS, KIND, RECEIVES, contact_of
from .sql_arrays import int_array

# Why a message failed, where what is missing is a good address.
UNREACHED = ('no_contact', 'blacklisted', 'bounced')


class FollowedCase(NamedTuple):
    """What the decisions look at of a case."""

    id: int
    plan_id: int | None
    grade: str | None
    score_known_count: int
    user_id: int | None
    penalty_use: str | None
    held_reason: str | None
    name: str  # of the customer


class Customer(NamedTuple):
    """What the decisions look at of a customer."""

    regime: str | None
    case: FollowedCase | None
    kinds: tuple = ()   # what those who may be written to are like, see `KIND`
    phones: tuple = ()  # ids of those who have a telephone


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
    held_reason: str | None
    reached_days: int | None  # days of the highest level reminded in this cycle
    reached_on: date | None  # day of the last of these reminders
    reached_levels: list  # of all of them
    unreached: bool  # the highest one failed for want of a good address

    def entry(self, due, as_of):
        """(days of the level entered, day) of a quiet start that still counts on a day, or (None, None)."""
        if self.entry_level_id and self.entry_due == due and self.entry_date <= as_of:
            return self.entry_level_days, self.entry_date
        return None, None


class Money(NamedTuple):
    """What the decisions look at of a currency."""

    id: int
    name: str
    digits: int

    def decimal(self, amount):
        """A float of the ORM as an exact number."""
        return Decimal(f'{amount:.{self.digits}f}')


class RecouvrementEngine(models.AbstractModel):
    _inherit = 'recouvrement.engine'

    @api.model
    def _context(self, company, as_of, today, debits, credits, customers, without=None):
        """Everything the decisions of a batch need, read once.

        :param debits: {(customer id, currency id): [LedgerLine]}; `credits` alike
        :param customers: what `_customers` says of them
        """
        partner_ids = list(customers)
        cases = {partner_id: customer.case for partner_id, customer in customers.items() if customer.case}
        items = self._followed_items(company, [line.id for group in debits.values() for line in group], as_of, without)
        case_ids = [case.id for case in cases.values()]
        *holds, judgments = self.env['recouvrement.hold']._in_force_on(company, as_of, case_ids, partner_ids)
        return {
            'company': company, 'as_of': as_of, 'cases': cases, 'items': items,
            'plans': {}, 'default_plan': company._recouvrement_plan().id, 'currencies': self._currencies(debits),
            'holds': holds, 'disputed': self._disputed_parts(holds[1], items, debits),
            'judgments': judgments,
            'connected': self.env['recouvrement.insolvency']._connected_lines(case_ids) if judgments else set(),
            'contacts': self._last_contacts(case_ids, as_of, without),
            'in_proceeding': self._in_proceeding(company),
            'in_process': self.env['recouvrement.ledger']._payments_in_process(company, as_of, partner_ids),
            **self._bank_evidence(company, as_of, debits, credits),
            # addresses have no history: a replayed night takes everybody as reachable
            'unreached': self._unreached(customers) if as_of >= today else {},
            'regimes': {one: customer.regime for one, customer in customers.items()},
            'book': self._rate_book(), 'blocks': {},
        }

    @api.model
    def _customers(self, company, partner_ids):
        """{customer id: Customer}."""
        for model in ('res.partner', 'recouvrement.case'):
            self.env[model].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT contact.commercial_partner_id,
                   MAX(contact.recouvrement_regime) FILTER (WHERE contact.id = contact.commercial_partner_id),
                   ARRAY_AGG(DISTINCT %(kind)s) FILTER (WHERE %(receives)s),
                   ARRAY_AGG(contact.id) FILTER (WHERE %(phone)s AND %(receives)s),
                   found.id, found.plan_id, found.grade, COALESCE(found.score_known_count, 0), found.user_id, found.penalty_use,
                   found.held_reason, MAX(contact.complete_name) FILTER (WHERE contact.id = contact.commercial_partner_id)
              FROM res_partner contact
              LEFT JOIN recouvrement_case found
                     ON found.partner_id = contact.commercial_partner_id AND found.company_id = %(company)s
             WHERE contact.commercial_partner_id = ANY(%(customers)s) GROUP BY contact.commercial_partner_id, found.id
            """, company=company.id, customers=int_array(partner_ids), kind=KIND, receives=RECEIVES, phone=HAS['phone']))
        return dict.fromkeys(partner_ids, Customer(None, None)) | {
            partner_id: Customer(regime, FollowedCase(*case) if case[0] else None, tuple(kinds or ()), tuple(phones or ()))
            for partner_id, regime, kinds, phones, *case in rows}

    @api.model
    def _unreached(self, customers):
        """{customer id: channels whose levels find nobody there}; customers alike get the same answer."""
        available, answers = self.env['recouvrement.reminder']._available_channels(), {}
        mobiles = self._mobiles(customers) if 'sms' in available else set()
        result = {}
        for partner_id, customer in customers.items():
            key = customer.kinds, partner_id in mobiles
            if key not in answers:
                answers[key] = recipients.unreached([contact_of(kind, key[1]) for kind in key[0]], available)
            result[partner_id] = answers[key]
        return result

    @api.model
    def _mobiles(self, customers):
        """Ids of the customers that an SMS reaches, of those that nothing but a telephone does."""
        asked = [customer for customer in customers.items() if customer[1].phones and not any(
            contact_of(kind).has & {'email', 'address'} for kind in customer[1].kinds)]
        mobiles = self.env['res.partner'].browse([phone for _id, one in asked for phone in one.phones])._recouvrement_mobiles()
        return {partner_id for partner_id, customer in asked if mobiles.intersection(customer.phones)}

    @api.model
    def _disputed_parts(self, holds, items, debits):
        """{journal item id: the part that disputes keep out of every message}; a dispute of the whole is a plain hold."""
        parts = {item_id: [hold.amount for hold in some if hold.amount] for item_id, some in holds.items()}
        lines = {items[line.id].id: line for group in debits.values() for line in group if line.id in items} if any(
            parts.values()) else {}
        currencies = self._currencies(debits)
        return {lines[item_id].id: sum(map(currencies[lines[item_id].currency_id].decimal, some), Decimal(0))
                for item_id, some in parts.items() if some and item_id in lines}

    @api.model
    def _currencies(self, keys):
        """{currency id: Money} of (customer, currency) keys."""
        currencies = self.env['res.currency'].browse({currency for _partner, currency in keys})
        return {currency.id: Money(currency.id, currency.name, currency.decimal_places) for currency in currencies}

    @api.model
    def _followed_items(self, company, line_ids, as_of, without=None):
        """{journal item id: FollowedItem}, with what it was reminded up to a date, ignoring the reminders of `without`.

        The levels are read from the lines that are the evidence: a level whose days were changed since is still the one
        that was sent. Who was never reminded costs no look at them.
        """
        for model in ('recouvrement.item', 'recouvrement.reminder', 'recouvrement.reminder.line'):
            self.env[model].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT item.move_line_id, item.id, COALESCE(item.level, 0), COALESCE(item.level_days, 0), COALESCE(item.cycle, 0),
                   item.plan_id, item.entry_level_id, COALESCE(item.entry_level_days, 0), item.entry_date, item.entry_due,
                   item.held_reason, past.days, past.day, COALESCE(past.levels, '{}'), COALESCE(past.unreached, FALSE)
              FROM recouvrement_item item
              LEFT JOIN LATERAL (
                    SELECT MAX(line.level_days) AS days, MAX(line.date) AS day, ARRAY_AGG(line.level_id) AS levels,
                           (ARRAY_AGG(reminder.state = 'failed' AND reminder.reason = ANY(%(unreached)s)
                                      ORDER BY line.level_days DESC, line.id))[1] AS unreached
                      FROM recouvrement_reminder_line line JOIN recouvrement_reminder reminder ON reminder.id = line.reminder_id
                     WHERE item.level_id IS NOT NULL AND line.item_id = item.id AND line.cycle = item.cycle
                       AND line.kind = 'moved' AND line.active AND line.date <= %(as_of)s
                       AND line.reminder_id <> ALL(%(without)s)) AS past ON TRUE
             WHERE item.company_id = %(company)s AND item.move_line_id = ANY(%(lines)s)
            """, unreached=list(UNREACHED), as_of=as_of, without=without.ids if without else [], company=company.id,
            lines=int_array(line_ids)))
        return {row[0]: FollowedItem(*row[1:]) for row in rows}

    @api.model
    def _last_contacts(self, case_ids, as_of, without):
        """{case id: date of the last contact up to a date}: a reminder, whatever its channel, or a call that reached somebody.

        What left counts, what is about to leave, and a message that waits for approval: it lists what else is overdue, which
        another one would ask a second time. Not so a formal notice that waits: it lists nothing else, may wait for weeks or
        never leave, and once approved is not kept back by what left meanwhile. What failed does not count, nor what was
        withdrawn before it left; nor `without`, nor what a night prepares beside it for the same customer: another currency,
        another level.
        """
        notices = without.filtered('formal_notice') if without else ()
        for model in ('recouvrement.reminder', 'recouvrement.call'):
            self.env[model].flush_model()
        return dict(self.env.execute_query(SQL(
            """
            SELECT case_id, MAX(date) FROM (
                   SELECT case_id, date FROM recouvrement_reminder
                    WHERE case_id = ANY(%(cases)s) AND state <> 'failed' AND id <> ALL(%(without)s)
                      AND (state <> 'withdrawn' OR date_sent IS NOT NULL) -- read, then corrected
                      AND (run_id IS NULL OR merged OR date <> %(as_of)s AND run_id <> %(night)s)
                      AND NOT (state = 'draft' AND formal_notice IS TRUE) AND date <= %(prepared)s
                     UNION ALL
                    SELECT case_id, date FROM recouvrement_call WHERE case_id = ANY(%(cases)s) AND reached) AS contact
             WHERE date <= %(as_of)s GROUP BY case_id
            """, cases=int_array(case_ids), without=without.ids if without else [], as_of=as_of,
            night=without.run_id.id or 0 if without else 0, prepared=min(notices.mapped('date')) if notices else as_of)))

    @api.model
    def _in_proceeding(self, company):
        """Ids of the items that a running legal proceeding claims: they get no more ordinary reminders."""
        return {row[0] for row in self.env.execute_query(self._in_proceeding_query(company))}

    @api.model
    def _in_proceeding_query(self, company):
        Proceeding = self.env['recouvrement.proceeding']
        Proceeding.flush_model()
        relation = Proceeding._fields['item_ids']
        return SQL(
            """
            SELECT link.%(item)s FROM recouvrement_proceeding proceeding JOIN %(relation)s link
                   ON link.%(proceeding)s = proceeding.id
             WHERE proceeding.company_id = %(company)s AND proceeding.state = ANY(%(running)s)
            """, item=SQL.identifier(relation.column2), relation=SQL.identifier(relation.relation),
            proceeding=SQL.identifier(relation.column1), company=company.id, running=list(RUNNING_STATES))
