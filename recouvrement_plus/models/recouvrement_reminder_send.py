"""The second at which a reminder leaves: look again, drop or refuse, render, send. By e-mail: `recouvrement_reminder_email`."""
import base64
import logging

import psycopg2

from odoo import fields, models, modules

_logger = logging.getLogger(__name__)


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    def send(self):
        """Send approved or waiting messages now, each after a fresh look at every fact.

        :return: [{id, state, reason}]; state `sent`, `withdrawn` (with the reason why nothing is owed any more, or is
            held), `failed`, or unchanged with reason `approval_needed` or `locked`
        :raises AccessError: when the user is no collection officer or the company is not his
        """
        self.env['recouvrement.run']._check_records('officer', self)
        ready = self._print_together()
        return [reminder.with_context(recouvrement_printed=ready)._send_among(len(self)) for reminder in self]

    def _send_among(self, count):
        """Send one of several; one that cannot be sent says why, and the others leave."""
        if count == 1:
            return self._send_isolated()
        try:
            with self.env.cr.savepoint():
                return self._send_isolated()
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            _logger.warning("Reminder %s cannot be sent", self.id, exc_info=True)
            self.env.invalidate_all()
            return {'id': self.id, 'state': self.state, 'reason': str(error)[:200]}

    def _print_together(self):
        """{page: PDF} of the letters among these messages, printed by a few processes instead of one each.

        Each page is made as it would leave now, and the work undone: the last look comes after, alone for each message,
        and takes the PDF only when its page is the same to the letter.
        """
        letters = self.sudo().filtered(
            lambda one: one.channel in ('letter', 'registered') and one.state in ('approved', 'queued', 'failed'))
        noted = self.env['recouvrement.letter']._noted
        pages = [noted(letter, lambda one: one._make_letter()) for letter in letters] if len(letters) > 1 else []
        return self.env['recouvrement.letter']._printed([page for page in pages if page])

    def _make_letter(self):
        """Make the letter as it would leave now, unless nothing justifies it any more."""
        if not self._refuse_or_refresh():
            self._print_letter()

    def _print_letter(self):
        return self._send_formal_notice() if self.formal_notice else self._render_letter()

    def _send_isolated(self):
        """Run `_send_one` in a transaction of its own, so that it sees the latest facts and commits alone."""
        if modules.module.current_test:
            return self.sudo()._send_one(commit=False)
        with self.env.registry.cursor() as cr:
            result = self.with_env(self.env(cr=cr)).sudo()._send_one(commit=True)
        self.invalidate_recordset()
        return result

    def _send_one(self, commit):
        self.ensure_one()
        locked = self.try_lock_for_update()
        if not locked:
            return {'id': self.id, 'state': self.state, 'reason': 'locked'}
        if self.state == 'draft':
            return {'id': self.id, 'state': 'draft', 'reason': 'approval_needed'}
        if self.state not in ('approved', 'queued', 'failed'):
            return {'id': self.id, 'state': self.state, 'reason': self.reason or ''}
        if self.channel == 'email':
            self._send_email(commit)
        else:
            self._send_letter()
        return {'id': self.id, 'state': self.state, 'reason': self.reason or ''}

    # === LETTER === #

    def _send_letter(self):
        """Make the PDF, keep it with the case; printing and posting it is the person's part."""
        if self._refuse_or_refresh():
            return
        if self._lacks_address():
            self._fail('no_contact', False, self.env._("A letter has no postal address: complete the customer's contact."))
            return
        attachment = self._print_letter()
        message = self.case_id._message_log(
            body=self.env._("Letter prepared: %(level)s", level=self.level_id.name), attachment_ids=attachment.ids)
        self.write({
            'state': 'sent', 'reason': False, 'date_sent': fields.Datetime.now(), 'sent_by_id': self.env.uid,
            'attachment_id': attachment.id, 'mail_message_id': message.id if message else False})
        self._log_letter(attachment)
        self._claim_penalties()

    def _log_letter(self, attachment):
        self._log_event('sent', attachment.name, attachment)

    def _send_formal_notice(self):
        """The proceeding records the sending and keeps the letter with the figures of this second."""
        proceeding = self.env['recouvrement.proceeding']._send_notice(self, 'registered_letter')
        return proceeding.event_ids[:1].attachment_id.copy({'res_model': 'recouvrement.case', 'res_id': self.case_id.id})

    def _render_letter(self):
        content = self.env['recouvrement.letter']._pdf(
            'recouvrement_plus.report_reminder_document', 'reminder', self, self._lang())
        return self.env['ir.attachment'].create({
            'name': f"{self.level_id.name} {self._figures_day()}.pdf", 'datas': base64.b64encode(content),
            'res_model': 'recouvrement.case', 'res_id': self.case_id.id, 'mimetype': 'application/pdf'})

    # === THE LAST LOOK === #

    def _as_of(self):
        """The day the facts are read for: that of a replayed night, today otherwise."""
        return self.date if self.run_id.replay else self.company_id._recouvrement_today()

    def _figures_day(self):
        """The day of the amounts: each line says how late it was when they were read, at the latest when the message left."""
        self.ensure_one()
        line = self.sudo().line_ids.filtered(lambda line: line.active and line.kind != 'credit' and line.date_maturity)[:1]
        return fields.Date.add(line.date_maturity, days=line.days_late) if line else self.date

    def _refuse_or_refresh(self):
        """Read every fact again. Withdraw the message and return True when nothing justifies it any more; otherwise
        bring its lines, amounts and text to this second and return False."""
        self.ensure_one()
        as_of = self._as_of()
        self.env['recouvrement.item']._sync(self.company_id, self.partner_id, as_of)
        outlook = self._outlook_now(as_of)
        reason = self._refusal(outlook)
        if reason:
            self._withdraw_one(reason)
            return True
        self.penalty_use = self._penalty_use(self.level_id, self.case_id)
        self._refresh_lines(outlook, as_of)
        self._render_content()
        if self.mail_id:
            self.mail_id.write({'subject': self.subject, 'body_html': self.body_html, 'body': self.body_html})
        return False

    def _outlook_now(self, as_of):
        outlooks = self.env['recouvrement.engine'].with_company(self.company_id)._decide(
            self.company_id, as_of, self.partner_id.commercial_partner_id.ids, without=self)
        own = set(self._claimed().item_id.move_line_id.ids)
        outlooks = [outlook for outlook in outlooks if outlook.currency_id == self.currency_id.id]
        # Of several messages of one night, that of these instalments.
        return max(outlooks, key=lambda one: len(own & {item.key for item in one.decision.items}), default=None)

    def _refusal(self, outlook):
        """Code of what forbids the message now, or ''."""
        if outlook is None:
            return next((self._why_gone(line) for line in self._claimed()), 'paid')
        dropped = self._dropped(outlook)
        if not self._claimed().filtered(lambda line: line.id not in dropped):
            return next(iter(dropped.values()), 'paid')
        if outlook.decision.decision == 'hold':
            return outlook.decision.reason
        return '' if self._is_of_plan(outlook) else 'plan_changed'

    def _is_of_plan(self, outlook):
        """Whether the level is still one of the plan of what it claims, and the kind of message that it was; one that
        nobody approved leaves as long as its level needs no approval."""
        level = self.level_id
        if not (self.state == 'draft' or level.automatic or self.date_approved):
            return False
        lines = self._kept_lines(outlook).item_id.move_line_id
        plans = {(outlook.choices.get(line.id) or outlook.choices[None]).plan for line in lines}
        return level.active and level.plan_id.id in plans and level.formal_notice == self.formal_notice

    def _kept_lines(self, outlook):
        """Claimed lines whose instalment is still owed, still due at this level, and free of any hold of its own."""
        dropped = self._dropped(outlook)
        return self._claimed().filtered(lambda line: line.id not in dropped)

    def _claimed(self):
        return self.line_ids.filtered(lambda line: line.active and line.kind == 'moved')

    def _dropped(self, outlook):
        """{line id: code of why it leaves the message} of the claimed lines that no longer belong to it."""
        decisions = {item.key: item for item in outlook.decision.items}
        dropped = {}
        for line in self._claimed():
            item = decisions.get(line.item_id.move_line_id.id)
            if item is None:
                dropped[line.id] = self._why_gone(line)
            elif self._item_is_out(outlook, item):
                dropped[line.id] = item.reason
        return dropped

    def _why_gone(self, line):
        """Code of why a claimed line is owed no more."""
        return 'paid' if line.item_id.move_id.state == 'posted' else 'not_posted'

    def _item_is_out(self, outlook, item):
        """Held by itself (a hold of the whole customer refuses the message instead), or no longer due at any level."""
        held = item.decision == 'hold' and item.reason != outlook.decision.reason
        return held or (item.decision == 'nothing' and item.reason != 'listed')

    def _refresh_lines(self, outlook, as_of):
        """Amounts of this second; what is no longer owed or is held now leaves the message with its reason."""
        kept, moved = self._kept_lines(outlook), self._claimed()
        for line_id, reason in self._dropped(outlook).items():
            self.env['recouvrement.reminder.line'].browse(line_id).write({'active': False, 'dropped_reason': reason})
        (self.line_ids - moved).write({'active': False, 'dropped_reason': 'refreshed'})
        listed = [item for item in outlook.decision.items
                  if item.decision != 'hold' and item.days_late > 0 and item.key not in kept.item_id.move_line_id.ids]
        lines = [outlook.lines[key] for key in kept.item_id.move_line_id.ids + [item.key for item in listed]]
        statements = self.env['recouvrement.engine']._statements(
            self.env['account.move'].browse({line.move_id for line in lines}), as_of)
        self._write_lines(outlook, kept, [] if self.formal_notice else listed, statements)
        self._sum_up()
        (moved - kept).item_id._refresh_level()

    def _write_lines(self, outlook, kept, listed, statements):
        penalised = set()
        days = {item.key: item.days_late for item in outlook.decision.items}
        for line in kept:
            fact = outlook.lines[line.item_id.move_line_id.id]
            interest, indemnity = self._line_penalty(fact, statements, penalised)
            line.write({'amount_residual': float(fact.asked), 'amount_disputed': float(fact.disputed),
                        'days_late': days.get(fact.id, line.days_late), 'interest': interest, 'indemnity': indemnity,
                        'date_maturity': fact.due})
        vals_list, head = [], self._line_head()
        for item in listed:
            fact = outlook.lines[item.key]
            interest, indemnity = self._line_penalty(fact, statements, penalised)
            followed = outlook.items.get(fact.id)
            vals_list.append(self._line_vals(head, fact, 'listed') | {
                'item_id': followed and followed.id, 'days_late': item.days_late, 'interest': interest, 'indemnity': indemnity})
        shown = {*kept.item_id.move_line_id.ids, *(item.key for item in listed)}
        vals_list += [self._line_vals(head, credit, 'credit') for credit in outlook.deducted_from(shown)]
        self.env['recouvrement.reminder.line'].create(vals_list)

    def _claim_penalties(self):
        """A message that claims penalties freezes its figures as a penalty claim; see `penalty_use`."""
        for reminder in self.filtered(lambda reminder: reminder._use() in ('claim', 'bill')):
            claims = self.env['recouvrement.penalty']._claim_from_reminder(reminder)
            if reminder._use() == 'bill':
                claims._ask_billing()
