"""The messages of a night, made by the thousand from its decisions: what they share is read once, as plain values."""
from dataclasses import dataclass, field
from typing import NamedTuple

from odoo import api, models

from ..engine import penalties, recipients
from .recouvrement_plan_level_rules import WRITTEN


class LevelFacts(NamedTuple):
    """What a message looks at of its level: a field of a record costs ten times as much to read."""

    id: int
    rank: int
    days: int
    formal_notice: bool
    channel: str
    recipient: str
    penalty_use: str
    grace_date: object  # date or False


@dataclass(slots=True)
class Preparation:
    """What the messages of one batch have in common."""

    levels: dict      # {level id: LevelFacts}
    people: dict      # {customer id: (Person, …)}, see `res.partner._recouvrement_people`
    regimes: dict     # {customer id: regime}
    holders: dict     # {case id: insolvency proceedings in force}
    statements: dict  # {move id: penalties.Amounts, or the EngineError that refused them}
    currencies: dict  # {currency id: Money}
    routes: dict = field(default_factory=dict)  # answers of `_way` for contacts alike


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    @api.model
    def _prepare(self, outlooks, run, as_of):
        """Create the reminders that the decisions ask for: messages with their lines, as drafts."""
        if not outlooks:
            return self.browse()
        common = self._preparation(outlooks, run, as_of)
        vals_list, groups = [], []
        for outlook in outlooks:
            group = self._lines_vals(common, outlook)
            currency = common.currencies[outlook.currency_id]
            vals_list.append(self._message_vals(common, outlook) | self._totals(group, currency.digits))
            groups.append(group)
        Bulk = self.env['recouvrement.bulk']
        reminders = Bulk._insert(self, vals_list, run_id=run.id, company_id=run.company_id.id, date=as_of)
        for number, group in zip(reminders._ids, groups, strict=True):
            for vals in group:
                vals['reminder_id'] = number
        lines = [vals for group in groups for vals in group]
        Bulk._insert(self.env['recouvrement.reminder.line'], lines, date=as_of)
        self.env['recouvrement.item'].browse({vals['item_id'] for vals in lines if vals['kind'] == 'moved'})._refresh_level()
        return reminders.with_company(run.company_id)

    @api.model
    def _preparation(self, outlooks, run, as_of):
        """:class:`Preparation` of the messages of some decisions."""
        company = run.company_id
        levels = self.env['recouvrement.plan.level'].browse({outlook.decision.level.key for outlook in outlooks})
        customers = [outlook.partner_id for outlook in outlooks]
        cases = self.env['recouvrement.case'].browse({outlook.case_id for outlook in outlooks})
        people, regimes = self.env['res.partner'].browse(customers)._recouvrement_people()
        return Preparation(
            people=people, regimes=regimes,
            levels={level.id: self._level_facts(level, company, as_of) for level in levels},
            holders=self.env['recouvrement.insolvency']._of_cases(cases, as_of),
            statements=self._amounts(outlooks, as_of),
            currencies=self.env['recouvrement.engine']._currencies({(0, outlook.currency_id) for outlook in outlooks}))

    @api.model
    def _amounts(self, outlooks, as_of):
        """{move id: penalties.Amounts} of the instalments that the messages show."""
        moves = self.env['account.move'].browse({
            outlook.lines[item.key].move_id
            for outlook in outlooks for item in outlook.decision.items if item.reason in ('', 'listed')})
        return self.env['recouvrement.engine']._statements(moves, as_of, penalties.penalty_amounts) if moves else {}

    @api.model
    def _level_facts(self, level, company, as_of):
        return LevelFacts(
            level.id, level.rank, level.days, level.formal_notice, level._way_out(), level.recipient, level.penalty_use,
            self._grace_date(company, level, as_of))

    # === A MESSAGE === #

    @api.model
    def _message_vals(self, common, outlook):
        level = common.levels[outlook.decision.level.key]
        channel, contacts, emails = self._route_of(common, level, outlook.partner_id)
        vals = {
            'case_id': outlook.case_id, 'partner_id': outlook.partner_id,
            'level_id': level.id, 'level': level.rank, 'slot': outlook.slot,
            'currency_id': outlook.currency_id, 'penalty_block': outlook.penalty_block or None,
            'formal_notice': level.formal_notice, 'grace_date': level.grace_date or None,
            'channel': channel, 'contact_id': contacts[0] if contacts else None,
            'contact_ids': contacts if len(contacts) > 1 else [],
            'email_to': ', '.join(emails) if channel == 'email' else None, 'insolvency_id': None,
            'penalty_use': self._penalty_use_of(level, common.regimes[outlook.partner_id], outlook.case.penalty_use) or None,
        }
        if outlook.case_id in common.holders:
            vals |= self._office_holder_vals(common.holders[outlook.case_id], channel)
        return vals

    @api.model
    def _route_of(self, common, level, customer_id):
        """(channel, ids of the contacts, their addresses); who has the same kinds of contacts gets the same answer."""
        people = common.people[customer_id]
        # a number says itself whether it gets an SMS
        key = level.id, customer_id if level.channel == 'sms' else tuple(person.traits for person in people)
        if key not in common.routes:
            common.routes[key] = self._way(people, level.channel, level.recipient)
        channel, ranks = common.routes[key]
        if not ranks:
            contact = self._recipient(self.env['res.partner'].browse(customer_id))
            return channel, contact.ids, contact.mapped('email')
        return channel, [people[rank].id for rank in ranks], [people[rank].email for rank in ranks]

    @api.model
    def _way(self, people, channel, ladder):
        """(channel, ranks of the contacts) of a message: the first of the fallback chain that reaches somebody."""
        available = self._available_channels()
        needs = recipients.needs(channel, available)
        mobiles = self.env['res.partner'].browse([
            person.id for person in people])._recouvrement_mobiles() if 'mobile' in needs else ()
        contacts = [person.contact(rank, needs, person.id in mobiles) for rank, person in enumerate(people)]
        found, ranks = recipients.route(contacts, channel, ladder, available)
        if found == 'activity' and channel in WRITTEN:
            # Nobody can be reached in writing: the letter waits, with a task to find an address (`_ask_tasks`).
            found = 'registered' if channel == 'registered' else 'letter'
        return found, ranks

    # === ITS LINES === #

    @api.model
    def _lines_vals(self, common, outlook):
        """The lines of a message about to be made."""
        level = common.levels[outlook.decision.level.key]
        head = {'reminder_id': None, 'level_id': level.id, 'level': level.rank, 'level_days': level.days}
        penalised, result = set(), []
        for item in outlook.decision.items:
            if item.moved or item.reason == 'listed':
                line = outlook.lines[item.key]
                followed = outlook.items.get(line.id)
                vals = self._line_vals(head, line, 'moved' if item.moved else 'listed')
                vals['item_id'], vals['cycle'] = (followed.id, followed.cycle or 1) if followed else (None, 1)
                vals['interest'], vals['indemnity'] = self._line_penalty(line, common.statements, penalised)
                vals['days_late'] = item.days_late
                result.append(vals)
        nothing = {'item_id': None, 'cycle': 1, 'days_late': 0, 'interest': 0.0, 'indemnity': 0.0}
        return result + [self._line_vals(head, line, 'credit') | nothing for line in outlook.deducted_from(outlook.shown)]

    @api.model
    def _totals(self, lines, digits):
        """What lines add up to, in the decimals of their currency: the totals of their message."""
        names = {'amount_due': 'amount_residual', 'interest': 'interest', 'indemnity': 'indemnity'}
        return {total: round(sum(vals[name] for vals in lines), digits) for total, name in names.items()}
