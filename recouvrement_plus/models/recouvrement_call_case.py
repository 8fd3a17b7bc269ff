"""`case.log_call`: one call, its place in the history, and its next step done."""
from itertools import takewhile

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, plaintext2html

from ..engine import replies
from .recouvrement_call import ATTEMPTS, RESULTS, UNANSWERED, UNREACHED

#: What `log_call` reads for every result, and for some.
COMMON_FACTS = {'date', 'contact_id', 'phone', 'said_by', 'note', 'reminder_id', 'key'}
RESULT_FACTS = {
    'promise': {'date_promised', 'amount', 'item_ids'},
    'announced': {'on'},
    'dispute': {'move_ids', 'reason', 'amount'},
    'not_received': {'move_ids'},
    'callback': {'on'},
}
#: What each looks like, see `_check_arguments`.
FACT_KINDS = {
    'words': ('phone', 'said_by', 'note', 'key', 'reason'), 'number': ('contact_id', 'reminder_id'),
    'numbers': ('item_ids', 'move_ids')}


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    call_ids = fields.One2many('recouvrement.call', 'case_id', string="Calls", readonly=True)

    def log_call(self, result, facts=None):
        """Record a phone call and do its next step: promise, dispute, hold, task. A reminder to be made by phone is made.

        The same call told twice (by its `key`, or with the same words on the same day) is kept once.

        :param result: `promise`, `announced`, `agreement`, `dispute`, `not_received`, `callback`, `refusal`, `informed`,
            `wrong_contact`, `voicemail` or `no_answer`
        :param facts: for all: `date` (today when left out, never later), `contact_id`, `phone`, `said_by`, `note`,
            `reminder_id` (the phone reminder that it answers; the one that waits when left out), `key`.
            `promise`: `date_promised`, `amount`, `item_ids`, as `promise_to_pay`. `announced`: `on`, the day the payment left
            or leaves. `callback`: `on`. `dispute`: `move_ids` (one invoice or more), `reason`, `amount`, as
            `recouvrement_dispute`. `not_received`: `move_ids`, all that is overdue when left out
        :return: {id, date, result, reached, next_step (words), next_date, reminder_id, promise_id, dispute_ids}
        :raises AccessError: without the officer role or for another company
        :raises UserError: an unknown result or fact, a call of tomorrow, what the next step refuses
        """
        run = self.env['recouvrement.run']
        run._check_records('officer', self, one=True)
        run._check_arguments(words={'result': result}, names={'facts': facts})
        facts = self._call_facts(result, dict(facts or {}))
        known = self._same_call(result, facts)
        if known:
            return known._plain()
        reminder = self._reminder_called(facts)
        if reminder:
            facts['reminder_id'] = reminder.id
        if reminder & self._waiting_for_call():
            reminder._refuse_or_refresh()  # before the next step: a promise made by this call is no reason against the call
        waiting = self.sudo().activity_ids.filtered(lambda task: task.activity_type_id.category == 'phonecall')
        step = getattr(self.with_context(recouvrement_call_of=reminder.ids), f'_call_{result}')(facts)
        call = self.env['recouvrement.call'].sudo().create({
            'case_id': self.id, 'result': result, 'reached': result not in UNREACHED, 'user_id': self.env.uid,
            'reminder_id': reminder.id, **{name: facts.get(name) or False for name in COMMON_FACTS - {'reminder_id'}}, **step})
        self.sudo()._close_call(call, reminder)
        self.sudo()._close_call_tasks(call, waiting.exists() - reminder.activity_id)
        return call._plain()

    # === FACTS === #

    def _call_facts(self, result, facts):
        """The facts, checked, with their dates as dates."""
        if result not in dict(RESULTS):
            raise UserError(self.env._("“%(result)s” is no result of a call; there are: %(known)s.", result=result,
                                       known=", ".join(code for code, _label in RESULTS)))
        unknown = set(facts) - COMMON_FACTS - RESULT_FACTS.get(result, set())
        if unknown:
            raise UserError(self.env._("A call with this result has no “%(names)s”.", names=", ".join(sorted(unknown))))
        self.env['recouvrement.run']._check_arguments(**{
            kind: {name: facts.get(name) for name in names} for kind, names in FACT_KINDS.items()})
        today, parse = self.company_id._recouvrement_today(), self.env['recouvrement.run']._parse_date
        facts['date'] = parse(facts['date']) if facts.get('date') else today
        if facts['date'] > today:
            raise UserError(self.env._("A call is recorded once it was made: %(day)s is to come.",
                                       day=format_date(self.env, facts['date'])))
        if facts.get('on'):
            facts['on'] = parse(facts['on'])
        self._check_not_before_invoices(facts['date'], self.item_ids)
        if result == 'announced' and facts.get('on'):
            self._check_not_before_invoices(facts['on'], self.open_item_ids)
        contact = self.env['res.partner'].sudo().browse(facts.get('contact_id') or []).exists()
        if facts.get('contact_id') and contact.commercial_partner_id != self.sudo().partner_id:
            raise UserError(self.env._("The contact called is one of another customer."))
        facts['phone'] = facts.get('phone') or contact.phone
        return facts

    def _check_not_before_invoices(self, day, items):
        """A call or a payment about invoices that did not exist yet is a slip."""
        moves = items.sudo().move_id
        first = min((move.invoice_date or move.date for move in moves), default=day)
        if day < first:
            raise UserError(self.env._("%(day)s is before the first invoice of this customer, of %(first)s.",
                                       day=format_date(self.env, day), first=format_date(self.env, first)))

    def _same_call(self, result, facts):
        """The call that these facts tell again, if any."""
        if facts.get('key'):
            known = self.env['recouvrement.call'].sudo().search(
                [('company_id', '=', self.company_id.id), ('key', '=', facts['key'])], limit=1)
            if known and (known.case_id != self or known.result != result):
                raise UserError(self.env._("The key “%(key)s” is that of another call: %(call)s. Give each call its own.",
                                           key=facts['key'], call=known.display_name))
            return known
        return self.sudo().call_ids.filtered(
            lambda call: not call.key and (call.result, call.date, call.user_id.id) == (result, facts['date'], self.env.uid)
            and (call.note or '', call.said_by or '', call.contact_id.id or 0)
            == (facts.get('note') or '', facts.get('said_by') or '', facts.get('contact_id') or 0))[:1]

    def _reminder_called(self, facts):
        """The reminder that waits for this call: the one named, else the first by phone that is on its way.

        One that was withdrawn while the call was made is named all the same: the call is noted on it.
        """
        waiting = self._waiting_for_call()
        if not facts.get('reminder_id'):
            return waiting.sorted('id')[:1]
        named = self.sudo().reminder_ids.filtered(lambda reminder: reminder.id == facts['reminder_id'] and (
            reminder in waiting or reminder.channel == 'phone' and reminder.state == 'withdrawn'))
        if not named:
            raise UserError(self.env._("No reminder of this customer waits for this call."))
        return named

    def _waiting_for_call(self):
        return self.sudo().reminder_ids.filtered(
            lambda reminder: reminder.channel == 'phone' and reminder.state in ('approved', 'queued'))

    # === NEXT STEPS: each returns what the call keeps of it === #

    def _call_promise(self, facts):
        if not facts.get('date_promised'):
            raise UserError(self.env._("Which day does the customer promise to pay?"))
        promise = self.promise_to_pay(
            facts['date_promised'], facts.get('amount'), facts.get('item_ids'), facts.get('said_by') or '', 'phone',
            facts.get('note') or '')
        record = self.env['recouvrement.promise'].sudo().browse(promise['id'])
        return {'promise_id': record.id, 'next_date': record.date_to,
                'next_step': self.env._("Promise to pay: %(promise)s", promise=record.display_name)}

    def _call_announced(self, facts):
        """Days of grace for a payment that a person heard of: nothing is left to confirm."""
        today = self.company_id._recouvrement_today()
        day = facts.get('on') or today
        longest = fields.Date.add(today, days=self.company_id.recouvrement_promise_max_days)
        if day > longest:
            raise UserError(self.env._("A payment that leaves after %(day)s is not announced, it is promised or agreed.",
                                       day=format_date(self.env, longest)))
        case = self.sudo()
        words = facts.get('note') or self.env._("Payment of %(day)s", day=format_date(self.env, day))
        case._propose_announced(replies.Announcement(day, words), today)
        hold = case.hold_ids.filtered(lambda hold: hold.kind == 'announced' and not hold.item_id and (
            not hold.date_to or hold.date_to >= today))[:1]
        hold.action_confirm()
        self._look_again_at_waiting()
        return {'next_step': self.env._("Check that the announced payment has arrived"),
                'next_date': fields.Date.add(hold.date_to, days=1) if hold.date_to else False}

    def _call_dispute(self, facts):
        moves = self._called_moves(facts)
        if not moves or not facts.get('move_ids'):
            raise UserError(self.env._("Which invoice does the customer dispute?"))
        found = moves.recouvrement_dispute(facts.get('reason') or 'other', facts.get('amount') or None, facts.get('note') or '')
        disputes = self.env['recouvrement.dispute'].sudo().browse([one['id'] for one in found])
        disputes._came_from('call', facts.get('contact_id'))
        return {'dispute_ids': [fields.Command.set(disputes.ids)], 'next_date': min(disputes.mapped('date_deadline')),
                'next_step': self.env._("Settle the dispute: %(names)s", names=", ".join(moves.mapped('name')))}

    def _call_not_received(self, facts):
        """Send the copies today; the customer is left the time to read them."""
        today, moves = self.company_id._recouvrement_today(), self._called_moves(facts)
        self.env['recouvrement.hold'].sudo().create({
            'case_id': self.id, 'kind': 'snoozed', 'date_from': today, 'user_id': self.env.uid,
            'date_to': fields.Date.add(today, days=self.company_id.recouvrement_reply_pause_days),
            'note': self.env._("Invoice not received: a copy is sent")})
        self._look_again_at_waiting()
        return self._call_task('mail.mail_activity_data_todo', self.env._(
            "Send a copy again: %(names)s", names=", ".join(moves.mapped('name'))), today, facts)

    def _call_callback(self, facts):
        if not facts.get('on') or facts['on'] < facts['date']:
            raise UserError(self.env._("Which day does the customer want to be called back?"))
        return self._call_task('mail.mail_activity_data_call', self.env._("Call back as agreed"), facts['on'], facts)

    def _call_agreement(self, facts):
        return self._call_task('mail.mail_activity_data_todo', self.env._("Propose an instalment agreement"), facts['date'], facts)

    def _call_refusal(self, facts):
        return self._call_task('mail.mail_activity_data_todo', self.env._(
            "Refuses to pay: decide on the formal notice"), facts['date'], facts)

    def _call_informed(self, facts):
        return {'next_step': self.env._("The reminder plan goes on")}

    def _call_wrong_contact(self, facts):
        return self._call_task('recouvrement_plus.mail_activity_type_address', self.env._(
            "Find who pays the invoices, and the number"), facts['date'], facts)

    def _call_voicemail(self, facts):
        """Once more on the next working day; after several in vain, another way."""
        day, vain = self._next_working_day(facts['date']), self._calls_in_vain() + 1
        if vain % ATTEMPTS == 0:
            return self._call_task('recouvrement_plus.mail_activity_type_address', self.env._(
                "%(count)s calls in vain: write, or find another contact", count=vain), day, facts)
        if self._waiting_for_call().filtered(lambda one: one.id == facts.get('reminder_id')).activity_id:
            return {'next_step': self.env._("Call again"), 'next_date': day}  # its own task is put off
        return self._call_task('mail.mail_activity_data_call', self.env._("Call again"), day, facts)

    _call_no_answer = _call_voicemail

    # === HELPERS === #

    def _calls_in_vain(self):
        """How many calls nobody answered since the last one that somebody did."""
        calls = self.sudo().call_ids.sorted(lambda call: (call.date, call.id), reverse=True)
        return len(list(takewhile(lambda call: call.result in UNANSWERED, calls)))

    def _called_moves(self, facts):
        """The invoices named, of this customer and company; those that are overdue when none is named."""
        case, today = self.sudo(), self.company_id._recouvrement_today()
        moves = case.open_item_ids.move_id
        if facts.get('move_ids'):
            named = moves.filtered(lambda move: move.id in facts['move_ids'])
            if len(named) != len(set(facts['move_ids'])):
                raise UserError(self.env._("%(customer)s: choose invoices of this customer that are still owed.",
                                           customer=self.display_name))
            return named.with_env(self.env)
        return case.open_item_ids.filtered(lambda item: item.date_maturity < today).move_id.with_env(self.env)

    def _call_task(self, kind, summary, day, facts):
        """A task of the case, once; what the call keeps of it."""
        case = self.sudo()
        activity_type = self.env.ref(kind)
        if not case.activity_ids.filtered(
                lambda task: task.activity_type_id == activity_type and task.summary == summary and task.date_deadline == day):
            note = plaintext2html(facts['note']) if facts.get('note') else False
            case.with_context(mail_activity_quick_update=True).activity_schedule(
                kind, date_deadline=day, summary=summary, note=note, user_id=case._collector().id)
        return {'next_step': summary, 'next_date': day}

    def _next_working_day(self, day):
        """The working day after a day, by the calendar of the company's address."""
        level = self.env['recouvrement.plan.level'].new({'grace_days': 1})
        return self.env['recouvrement.reminder'].sudo()._grace_date(self.company_id, level, day)

    def _close_call_tasks(self, call, tasks):
        """The calls that waited are made: all of them when somebody answered, else those of today; but for the one agreed now."""
        made = tasks.filtered(lambda task: (call.reached or task.date_deadline <= call.date) and (
            (task.summary, task.date_deadline) != (call.next_step, call.next_date)))
        if made:
            made.action_feedback(feedback=call.display_name)

    def _close_call(self, call, reminder):
        """Write the call in the histories; a reminder by phone is made, or waits for the next try."""
        label = call.display_name
        words = f"{label}: {call.note}" if call.note else label
        self._message_log(body=plaintext2html(self.env._("Phone call. %(words)s", words=words)))
        if not reminder:
            return
        reminder._log_event('call', words)
        if reminder not in self._waiting_for_call():
            return  # paid or held since: withdrawn with its reason, the call is noted all the same
        if call.result in UNANSWERED and self._calls_in_vain() % ATTEMPTS and reminder.activity_id:
            reminder.activity_id.date_deadline = call.next_date
        else:
            reminder._count_as_done(words)
