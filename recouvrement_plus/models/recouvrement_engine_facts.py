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
        line_ids = [line.id for group in debits.values() for line in group]
        cases, items = self._followed_cases(company, partner_ids), self._followed_items(company, line_ids)
        case_ids, judgments = [case.id for case in cases.values()], self._judgments_of(partner_ids, as_of)
        return {
            'company': company, 'as_of': as_of, 'cases': cases, 'items': items,
            'plans': {}, 'default_plan': company._recouvrement_plan().id, 'currencies': self._currencies(debits),
            'holds': self.env['recouvrement.hold']._active(company, as_of, case_ids),
            'judgments': judgments,
            'connected': self.env['recouvrement.insolvency']._connected_lines(case_ids) if judgments else set(),
            'contacts': self._last_contacts(case_ids, as_of, without),
            'reached': self._reached(items, as_of, without) if without or as_of < today else None,
            'in_proceeding': self._in_proceeding(company),
            'in_process': self.env['recouvrement.ledger']._payments_in_process(company, as_of, partner_ids),
            **self._bank_evidence(company, as_of, debits, credits, items),
            # addresses have no history: a replayed night takes everybody as reachable
            'reachable': {one for one, (_regime, reachable) in customers.items() if reachable or as_of < today},
            'regimes': {one: regime for one, (regime, _reachable) in customers.items()},
            'book': self._rate_book(), 'blocks': {},
        }

    @api.model
    def _customers(self, partner_ids):
        """{customer id: (regime or None, whether something can be sent: an e-mail or a postal address, its own or a contact's)}."""
        self.env['res.partner'].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT commercial_partner_id, MAX(recouvrement_regime) FILTER (WHERE id = commercial_partner_id),
                   BOOL_OR(active AND (email > '' OR street > '' OR city > ''))
              FROM res_partner WHERE commercial_partner_id = ANY(%s) GROUP BY commercial_partner_id
            """, int_array(partner_ids)))
        return dict.fromkeys(partner_ids, (None, False)) | {row[0]: (row[1], bool(row[2])) for row in rows}

    @api.model
    def _currencies(self, keys):
        """{currency id: Money} of (customer, currency) keys."""
        currencies = self.env['res.currency'].browse({currency for _partner, currency in keys})
        return {currency.id: Money(currency.id, currency.name, currency.decimal_places) for currency in currencies}

    @api.model
    def _followed_cases(self, company, partner_ids):
        """{customer id: FollowedCase}."""
        self.env['recouvrement.case'].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT partner_id, id, plan_id, grade, COALESCE(score_known_count, 0), user_id, penalty_use, held_reason
              FROM recouvrement_case WHERE company_id = %s AND partner_id = ANY(%s)
            """, company.id, int_array(partner_ids)))
        return {row[0]: FollowedCase(*row[1:]) for row in rows}

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

        Withdrawn reminders do not count, nor those of `without`.
        """
        for model in ('recouvrement.reminder', 'recouvrement.call'):
            self.env[model].flush_model()
        return dict(self.env.execute_query(SQL(
            """
            SELECT case_id, MAX(date) FROM (
                   SELECT case_id, date FROM recouvrement_reminder
                    WHERE case_id = ANY(%(cases)s) AND state NOT IN ('withdrawn', 'failed') AND id <> ALL(%(without)s)
                     UNION ALL
                    SELECT case_id, date FROM recouvrement_call WHERE case_id = ANY(%(cases)s) AND reached) AS contact
             WHERE date <= %(as_of)s GROUP BY case_id
            """, cases=int_array(case_ids), without=without.ids if without else [], as_of=as_of)))

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
        Proceeding = self.env['recouvrement.proceeding']
        Proceeding.flush_model()
        relation = Proceeding._fields['item_ids']
        rows = self.env.execute_query(SQL(
            """
            SELECT link.%(item)s FROM recouvrement_proceeding proceeding JOIN %(relation)s link
                   ON link.%(proceeding)s = proceeding.id
             WHERE proceeding.company_id = %(company)s AND proceeding.state = ANY(%(running)s)
            """, item=SQL.identifier(relation.column2), relation=SQL.identifier(relation.relation),
            proceeding=SQL.identifier(relation.column1), company=company.id, running=list(RUNNING_STATES)))
        return {row[0] for row in rows}
