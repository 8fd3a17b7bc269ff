"""Until when an invoice may be sued on: asked by the public method, shown on the invoice."""
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine.limitation_rules import EVENT_KINDS
from .recouvrement_limitation_event import KINDS, TITLES

OFFICER = 'recouvrement_plus.recouvrement_plus_group_officer'
# What a person states of an event, besides its kind and its day.
STATED = ('item_id', 'date_end', 'title', 'note', 'proof')


class AccountMove(models.Model):
    _inherit = 'account.move'

    recouvrement_limitation_event_ids = fields.One2many(
        'recouvrement.limitation.event', 'move_id', string="Limitation events", groups=OFFICER)
    recouvrement_limitation_safe = fields.Date(
        string="Safe limitation date", compute='_compute_recouvrement_limitation', groups=OFFICER,
        help="Last day to sue by the cautious reading: from the performance or the due date, whichever comes first.")
    recouvrement_limitation_arguable = fields.Date(
        string="Arguable limitation date", compute='_compute_recouvrement_limitation', groups=OFFICER,
        help="Last day to sue by the reading that a lawyer may defend: from the later of the two. Do not wait for it.")
    recouvrement_limitation_text = fields.Char(
        string="Limitation rule", compute='_compute_recouvrement_limitation', groups=OFFICER)
    recouvrement_limitation_alert = fields.Selection(
        [('passed', "Passed"), ('near', "Near"), ('stopped', "Stopped"), ('running', "Running"), ('unknown', "Unknown")],
        string="Limitation", compute='_compute_recouvrement_limitation', groups=OFFICER)

    # === COMPUTE === #

    @api.depends('line_ids.date_maturity', 'delivery_date', 'partner_id', 'state', 'recouvrement_limitation_event_ids.state')
    def _compute_recouvrement_limitation(self):
        followed = self.filtered(lambda move: move.id and move.move_type == 'out_invoice' and move.state == 'posted')
        answers = followed._recouvrement_limitation_by_invoice()
        for move in self:
            answer = answers.get(move._origin.id)
            known = hasattr(answer, 'safe')
            move.recouvrement_limitation_safe = known and answer.safe.expiry
            move.recouvrement_limitation_arguable = known and answer.arguable.expiry
            move.recouvrement_limitation_alert = move._recouvrement_limitation_badge(answer)
            move.recouvrement_limitation_text = answer is not None and (
                move._recouvrement_limitation_words(answer) if known else move._recouvrement_limitation_refusal(answer))

    def _recouvrement_limitation_badge(self, answer):
        if answer is None:
            return False
        if not hasattr(answer, 'safe'):
            return 'unknown'
        if answer.safe.expiry is None:
            return 'stopped'
        left = (answer.safe.expiry - self.company_id._recouvrement_today()).days
        return 'passed' if left < 0 else 'near' if left <= 180 else 'running'

    def _recouvrement_limitation_words(self, answer):
        """The period, its text and its start in one line, with what to look at."""
        rules = {
            'commercial': self.env._("Between professionals"), 'consumer': self.env._("Against a consumer"),
            'public': self.env._("Against a public body"), 'transport': self.env._("Carriage of goods"),
            'freight_forwarding': self.env._("Freight forwarding"), 'insurance': self.env._("Insurance"),
            'title': self.env._("Enforceable title")}
        warnings = {
            'performance_date_unknown': self.env._("delivery date unknown: the invoice date stands for it"),
            'rule_unconfirmed': self.env._("the text of this period is to be confirmed"),
            'title_keeps_claim_period': self.env._("this title keeps the period of the claim"),
            'title_unconfirmed': self.env._("the life of this title is to be confirmed")}
        words = [self.env._(
            "%(rule)s: %(years)s years from %(start)s (%(article)s)", rule=rules[answer.rule], years=answer.years,
            start=format_date(self.env, answer.safe.starts_on), article=answer.source)]
        if answer.safe.pending:
            words.append(self.env._("the time stands still; %(date)s if what stops it comes to nothing",
                                    date=format_date(self.env, answer.safe.expiry_if_void)))
        return " · ".join(words + [warnings[code] for code in answer.warnings])

    def _recouvrement_limitation_refusal(self, error):
        if error.code == 'regime_unknown':
            return self.env._(
                "%(customer)s is not classified: the limitation is 5 years between professionals, 2 against a consumer, 4 against "
                "a public body. Set the field “Penalty regime” on the customer.",
                customer=self.commercial_partner_id.display_name)
        return self._recouvrement_refusal_text(error)

    # === ENGINE === #

    def _recouvrement_limitation_by_invoice(self):
        """{move id: Limitation of the instalment that is lost first, or the error that refused it}, read together."""
        result = {}
        for company, moves in self.grouped('company_id').items():
            answers = self.env['recouvrement.engine']._limitations(company, move_ids=moves._origin.ids)
            lines = self.env['account.move.line'].sudo().browse(answers)
            for move, own in lines.grouped('move_id').items():
                result[move.id] = answers[self._recouvrement_first_lost(own, answers).id]
        return result

    @api.model
    def _recouvrement_first_lost(self, lines, answers):
        """The instalment of an invoice that is lost first, among those still owed if any; a clock that stands still is last."""
        def expiry(line):
            clock = getattr(answers[line.id], 'safe', None)
            return clock.expiry or date.max if clock else date.min
        return min(lines.filtered(lambda line: not line.reconciled) or lines, key=expiry)

    def _recouvrement_limitation_of_invoice(self):
        return self._recouvrement_limitation_by_invoice().get(self.id)

    # === PUBLIC METHODS === #

    def recouvrement_limitation(self):
        """Until when an invoice may be sued on, by the safe reading and by the arguable one.

        The dates are those of the instalment that is lost first; `instalments` has each. Only recorded events count.

        :return: {move_id, name, regime, nature, period: {code, years, source, confirmed}, starts_on, safe_expiry ('' while
            the time stands still), safe_expiry_if_void, arguable_starts_on, arguable_expiry, long_stop, currency,
            amount_residual (text), interruptions, suspensions: [{id, kind, date, date_end, void, source, safe, arguable}],
            ignored: [{id, kind, date, reason}], proposals: [{id, kind, date, safe_expiry}], warnings, sources,
            instalments: [{move_line_id, due_date, amount_residual, starts_on, safe_expiry, arguable_expiry}]}
        :raises AccessError: without the officer role or for another company
        :raises UserError: for anything but one posted customer invoice, or an unclassified customer
            (C. com. art. L110-4; C. conso. art. L218-2; C. civ. art. 2219 to 2254)
        """
        self.ensure_one()
        [data] = self._recouvrement_limitations()
        if data['error']:
            raise UserError(data['error'])
        return {name: value for name, value in data.items() if name != 'error'}

    def recouvrement_limitations(self):
        """Limitation of many invoices at once: what `recouvrement_limitation` gives for each.

        :return: [{move_id, name, error, …}] in the order of the records; `error` is empty, or the words of the refusal
            (customer not classified) and then no date is there
        :raises AccessError: without the officer role or for another company
        :raises UserError: when one of them is no posted customer invoice
        """
        return self._recouvrement_limitations()

    def _recouvrement_limitations(self):
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        for move in self:
            if move.move_type != 'out_invoice' or move.state != 'posted':
                raise UserError(self.env._(
                    "Limitation is told for a posted customer invoice; %(name)s is not one.", name=move.display_name))
        answers, by_move = {}, {}
        for company, moves in self.sudo().grouped('company_id').items():
            answers |= self.env['recouvrement.engine']._limitations(company, move_ids=moves.ids)
        for line in self.env['account.move.line'].sudo().browse(answers):
            by_move[line.move_id.id] = by_move.get(line.move_id.id, line.browse()) | line
        return [move._recouvrement_limitation_data(by_move.get(move.id, []), answers) for move in self.sudo()]

    def _recouvrement_limitation_data(self, lines, answers):
        """The plain data of one invoice, or the words of its refusal."""
        base = {'move_id': self.id, 'name': self.name, 'error': ''}
        if not lines:
            return base | {'error': self.env._("%(name)s has no customer entry to sue on.", name=self.display_name)}
        answer = answers[self._recouvrement_first_lost(lines, answers).id]
        if not hasattr(answer, 'safe'):
            return base | {'error': self._recouvrement_limitation_refusal(answer)}
        money, day = self.currency_id._recouvrement_text, fields.Date.to_string
        moved = self._recouvrement_moving_events(answer)
        return base | {
            'regime': self.commercial_partner_id.recouvrement_regime, 'nature': self.company_id.recouvrement_limitation_nature,
            'period': {'code': answer.rule, 'years': answer.years, 'source': answer.source, 'confirmed': answer.confirmed},
            'starts_on': day(answer.safe.starts_on), 'safe_expiry': day(answer.safe.expiry) or '',
            'safe_expiry_if_void': day(answer.safe.expiry_if_void) or '',
            'arguable_starts_on': day(answer.arguable.starts_on), 'arguable_expiry': day(answer.arguable.expiry) or '',
            'long_stop': day(answer.long_stop), 'currency': self.currency_id.name, 'amount_residual': money(self.amount_residual),
            'interruptions': [row for row in moved if EVENT_KINDS[row['kind']].effect == 'interrupts'],
            'suspensions': [row for row in moved if EVENT_KINDS[row['kind']].effect == 'suspends'],
            'ignored': [{'id': int(event.proof), 'kind': event.kind, 'date': day(event.day), 'reason': reason}
                        for event, reason in answer.safe.ignored if event not in answer.arguable.applied],
            'proposals': [{'id': int(one.event.proof), 'kind': one.event.kind, 'date': day(one.event.day),
                           'safe_expiry': day(one.safe_expiry) or ''} for one in answer.proposals],
            'warnings': list(answer.warnings), 'sources': sorted({answer.source, *(row['source'] for row in moved)}),
            'instalments': [self._recouvrement_limitation_row(line, answers[line.id]) for line in lines],
        }

    @api.model
    def _recouvrement_moving_events(self, answer):
        """The recorded events that move one of the two dates, with which."""
        safe, arguable = answer.safe.applied, answer.arguable.applied
        return [{
            'id': int(event.proof), 'kind': event.kind, 'date': fields.Date.to_string(event.day),
            'date_end': fields.Date.to_string(event.ended_on) or '', 'void': event.void, 'source': EVENT_KINDS[event.kind].source,
            'safe': event in safe, 'arguable': event in arguable,
        } for event in sorted({*safe, *arguable}, key=lambda event: (event.day, int(event.proof)))]

    @api.model
    def _recouvrement_limitation_row(self, line, answer):
        day = fields.Date.to_string
        return {
            'move_line_id': line.id, 'due_date': day(line.date_maturity or line.date),
            'amount_residual': line.currency_id._recouvrement_text(line.amount_residual_currency),
            'starts_on': day(answer.safe.starts_on), 'safe_expiry': day(answer.safe.expiry) or '',
            'arguable_expiry': day(answer.arguable.expiry) or ''}

    def recouvrement_propose_limitation_event(self, kind, day, facts=None):
        """Propose what may have moved the limitation of an invoice. Nothing moves before the legal role records it.

        Proposing the same thing twice gives the same event.

        :param kind: `part_payment`, `acknowledgement`, `court_action`, … (field `kind` of `recouvrement.limitation.event`)
        :param day: date or 'YYYY-MM-DD' on which it happened
        :param facts: {item_id: one instalment only, date_end, title (for `title`), note, proof (id of an attachment, or
            {filename, datas})}
        :return: {id, state, move_id, safe_expiry}
        :raises AccessError: without the officer role or for another company
        :raises UserError: for an unknown kind, a day to come, or facts that do not belong together
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        if self.move_type != 'out_invoice' or self.state != 'posted':
            raise UserError(self.env._(
                "Limitation is told for a posted customer invoice; %(name)s is not one.", name=self.display_name))
        facts = facts or {}
        vals = self._recouvrement_event_vals(kind, day, facts)
        Event = self.env['recouvrement.limitation.event']
        found = Event.sudo().search([
            *((name, '=', vals[name]) for name in ('move_id', 'item_id', 'kind', 'date')),
            ('state', 'in', ('proposed', 'recorded'))], limit=1)
        event = found or Event.sudo().create(vals)
        if facts.get('proof') and not event.attachment_id:
            event.attachment_id = event.with_user(self.env.user)._proof(facts['proof'])
        return event._result()

    def _recouvrement_event_vals(self, kind, day, facts):
        unknown = sorted(set(facts) - set(STATED))
        if unknown or kind not in dict(KINDS):
            raise UserError(self.env._("This is not known of a limitation event: %(names)s.", names=", ".join(unknown) or kind))
        if (kind == 'title') != bool(facts.get('title')) or (facts.get('title') or 'court_decision') not in dict(TITLES):
            raise UserError(self.env._("Say which kind of title it is, for a title and for nothing else."))
        item = self.sudo().recouvrement_item_ids.filtered(lambda one: one.id == facts.get('item_id'))
        if facts.get('item_id') and not item:
            raise UserError(self.env._("The instalment is not one of %(invoice)s.", invoice=self.display_name))
        happened, company = self.company_id._recouvrement_past_day(day), self.company_id
        end = company._recouvrement_past_day(facts['date_end']) if facts.get('date_end') else False
        if end and end < happened:
            raise UserError(self.env._("It cannot end before it began."))
        return {
            'move_id': self.id, 'move_name': self.name, 'item_id': item.id, 'company_id': company.id, 'kind': kind,
            'title': facts.get('title') or False, 'date': happened, 'date_end': end, 'note': facts.get('note') or False,
            'origin': 'person', 'proposed_by_id': self.env.uid}

    def action_recouvrement_propose_limitation(self):
        """Open the window that proposes an event of the limitation."""
        self.ensure_one()
        return self.env['recouvrement.limitation.step']._open('propose', move=self)
