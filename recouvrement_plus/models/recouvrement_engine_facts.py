"""What a batch of decisions needs, read once for all its customers, as plain values: a field of a record is slow to read."""
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..engine.proceeding_types import RUNNING_STATES
from .sql_arrays import int_array


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
    reachable: bool  # something can be sent: an e-mail or a postal address, its own or a contact's
    case: FollowedCase | None


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
        items = self._followed_items(company, [line.id for group in debits.values() for line in group])
        case_ids = [case.id for case in cases.values()]
        *holds, judgments = self.env['recouvrement.hold']._in_force_on(company, as_of, case_ids, partner_ids)
        return {
            'company': company, 'as_of': as_of, 'cases': cases, 'items': items,
            'plans': {}, 'default_plan': company._recouvrement_plan().id, 'currencies': self._currencies(debits),
            'holds': holds, 'disputed': self._disputed_parts(holds[1], items, debits),
            'judgments': judgments,
            'connected': self.env['recouvrement.insolvency']._connected_lines(case_ids) if judgments else set(),
            'contacts': self._last_contacts(case_ids, as_of, without),
            'reached': self._reached(items, as_of, without) if without or as_of < today else None,
            'in_proceeding': self._in_proceeding(company),
            'in_process': self.env['recouvrement.ledger']._payments_in_process(company, as_of, partner_ids),
            **self._bank_evidence(company, as_of, debits, credits, items),
            # addresses have no history: a replayed night takes everybody as reachable
            'reachable': {one for one, customer in customers.items() if customer.reachable or as_of < today},
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
            SELECT partner.commercial_partner_id,
                   MAX(partner.recouvrement_regime) FILTER (WHERE partner.id = partner.commercial_partner_id),
                   BOOL_OR(partner.active AND (partner.email > '' OR partner.street > '' OR partner.city > '')),
                   found.id, found.plan_id, found.grade, COALESCE(found.score_known_count, 0), found.user_id, found.penalty_use,
                   found.held_reason, MAX(partner.complete_name) FILTER (WHERE partner.id = partner.commercial_partner_id)
              FROM res_partner partner
              LEFT JOIN recouvrement_case found
                     ON found.partner_id = partner.commercial_partner_id AND found.company_id = %s
             WHERE partner.commercial_partner_id = ANY(%s) GROUP BY partner.commercial_partner_id, found.id
            """, company.id, int_array(partner_ids)))
        return dict.fromkeys(partner_ids, Customer(None, False, None)) | {
            partner_id: Customer(regime, bool(reachable), FollowedCase(*case) if case[0] else None)
            for partner_id, regime, reachable, *case in rows}

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
    def _followed_items(self, company, line_ids):
        """{journal item id: FollowedItem}."""
        self.env['recouvrement.item'].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT move_line_id, id, COALESCE(level, 0), COALESCE(level_days, 0), COALESCE(cycle, 0), plan_id, entry_level_id,
                   COALESCE(entry_level_days, 0), entry_date, entry_due, held_reason
              FROM recouvrement_item WHERE company_id = %s AND move_line_id = ANY(%s)
            """, company.id, int_array(line_ids)))
        return {row[0]: FollowedItem(*row[1:]) for row in rows}

    @api.model
    def _last_contacts(self, case_ids, as_of, without):
        """{case id: date of the last contact up to a date}: a reminder, whatever its channel, or a call that reached somebody.

        Withdrawn reminders do not count, nor those of `without`, nor those of the same night: its messages to one customer,
        one for each currency or level, do not keep each other back, in whatever order they are prepared and leave.
        """
        for model in ('recouvrement.reminder', 'recouvrement.call'):
            self.env[model].flush_model()
        return dict(self.env.execute_query(SQL(
            """
            SELECT case_id, MAX(date) FROM (
                   SELECT case_id, date FROM recouvrement_reminder
                    WHERE case_id = ANY(%(cases)s) AND state NOT IN ('withdrawn', 'failed') AND id <> ALL(%(without)s)
                      AND (run_id IS NULL OR date <> %(as_of)s AND run_id <> ALL(%(nights)s))
                     UNION ALL
                    SELECT case_id, date FROM recouvrement_call WHERE case_id = ANY(%(cases)s) AND reached) AS contact
             WHERE date <= %(as_of)s GROUP BY case_id
            """, cases=int_array(case_ids), without=without.ids if without else [],
            nights=without.run_id.ids if without else [], as_of=as_of)))

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
