"""What a step writes besides the state: dates, deadlines with their warnings, claims, documents."""
import base64

from odoo import fields, models
from odoo.exceptions import UserError

from .recouvrement_penalty import SHOWN

DEADLINE_ACTIVITY = 'recouvrement_plus.mail_activity_type_deadline'


class RecouvrementProceeding(models.Model):
    _inherit = 'recouvrement.proceeding'
    _deadline_activity = DEADLINE_ACTIVITY

    # === FACTS KEPT === #

    def _note_facts(self, action, facts, applied):
        """What the proceeding itself shows of the facts stated."""
        values = {name: facts[name] for name in ('court', 'professional') if facts.get(name)}
        if applied.title_kind:
            values |= {'title_kind': applied.title_kind, 'title_date': facts['done_on']}
        if action == 'record_deposit':
            values |= {'date_deposited': facts['done_on'], 'registered_number': facts['reference']}
        if action == 'record_receipt':
            values['date_received'] = facts['received_on']
        if action == 'approve_notice':
            values['signatory_id'] = self.env['recouvrement.signatory']._of(self.company_id, self.env.user).id
        self.write(values)

    # === DEADLINES === #

    def _set_deadlines(self, facts, applied):
        """Close what the step answers, open what it sets, each with its task and an early warning."""
        ended = applied.target in ('paid', 'withdrawn', 'irrecoverable', 'prescribed')
        codes = {line.code for line in applied.deadlines} | set(applied.closes)
        if self.state == 'mise_en_demeure' != applied.target:
            codes.add('pay_before')  # a step was taken: its date stays on the proceeding
        self._running_deadlines().filtered(lambda line: ended or line.code in codes)._close()
        if ended:
            self.activity_unlink([DEADLINE_ACTIVITY])
        for line in applied.deadlines:
            self._add_deadline(line, facts.get('next_label') if line.code == 'next_step' else False)

    # === EFFECTS === #

    def _effects(self, action, facts, applied):
        """What a step writes besides; returns the document it made, if any."""
        effect = getattr(self, f'_effect_{action}', None)
        return (effect(facts, applied) if effect else None) or self.env['ir.attachment']

    def _effect_prepare_notice(self, facts, applied):
        return self._render_letter()

    def _effect_send_notice(self, facts, applied):
        pay_before = applied.deadlines[0].date
        self.write({'date_notice': facts['sent_on'], 'date_pay_before': pay_before, 'notice_channel': facts['channel']})
        links = {'proceeding_id': self.id, 'reminder_id': self.reminder_id.id}
        if self._penalty_use() in ('claim', 'bill'):
            claims = self.env['recouvrement.penalty']._claim(self.case_id, self.item_ids.move_id, facts['sent_on'], links)
            if self._penalty_use() == 'bill':
                claims._ask_billing()
        return self._render_letter()

    def _effect_accelerate(self, facts, applied):
        """The instalments to come of the invoices claimed are claimed too (acceleration clause)."""
        later = self.env['recouvrement.item'].search([
            ('move_id', 'in', self.item_ids.move_id.ids), ('state', '=', 'open'), ('case_id', '=', self.case_id.id)])
        self.item_ids = [fields.Command.link(item.id) for item in later]

    def _effect_grant_time(self, facts, applied):
        return self._time_letter(facts, granted=True)

    def _effect_refuse_time(self, facts, applied):
        return self._time_letter(facts, granted=False)

    def _effect_prepare_order(self, facts, applied):
        return self._render(
            'report_order_request_document', self._in_french().env._("Request for a payment order %(customer)s.pdf",
                                                                       customer=self.partner_id.name), lang=self._french())

    def _effect_issue_release(self, facts, applied):
        return self._render('report_release_document', self._in_language().env._(
            "Release %(customer)s.pdf", customer=self.partner_id.name))

    # === DOCUMENTS === #

    def _time_letter(self, facts, granted):
        return self._render('report_time_letter_document', self._in_language().env._(
            "Time to pay %(customer)s.pdf", customer=self.partner_id.name), facts=facts, granted=granted)

    def _in_french(self):
        return self.with_context(lang=self._french())

    def _in_language(self):
        return self.with_context(lang=self.partner_id.lang or self.env.lang)

    def _render(self, template, filename, lang=None, **values):
        """A document as it is now, rendered once and kept with its event."""
        content = self.env['recouvrement.letter']._pdf(
            f'recouvrement_plus.{template}', 'proceeding', self, lang or self.partner_id.lang or self.env.lang, **values)
        return self.env['ir.attachment'].create({
            'name': filename, 'datas': base64.b64encode(content), 'res_model': self._name, 'res_id': self.id,
            'mimetype': 'application/pdf'})

    def _render_letter(self):
        """The letter as it is now, kept with the event."""
        return self._render('report_formal_notice_document', self._in_language().env._(
            "Formal notice %(customer)s.pdf", customer=self.partner_id.name))

    def _statement_rows(self, as_of=None):
        """What the letter states: each invoice with its principal, interest and indemnity, and the totals.

        :param as_of: day of the figures; without it the day of the formal notice, else today
        """
        self.ensure_one()
        as_of = as_of or self.date_notice or self.company_id._recouvrement_today()
        statements = self.env['recouvrement.engine'].sudo()._statements(self.item_ids.move_id, as_of)
        rows = []
        for move in self.item_ids.move_id:
            items = self.item_ids.filtered(lambda item, move=move: item.move_id == move)
            statement = statements[move.id]
            known = hasattr(statement, 'slices') and self._penalty_use() in SHOWN
            rows.append({
                'move': move, 'penalty_use': self._penalty_use(), 'date_maturity': min(items.mapped('date_maturity')),
                # What payments covered of the interest is still owed as principal (C. civ. art. 1343-1).
                'principal': sum(items.mapped('amount_asked')) + (float(statement.interest_paid) if known else 0.0),
                'interest': float(statement.interest) if known else 0.0,
                'indemnity': float(statement.indemnity) if known else 0.0,
                'sources': statement.sources if known else (),
                'slices': statement.slices if known else (),
            })
        return rows

    def _penalty_use(self):
        """What the letter does with penalties: as its message says, else as the case says; it claims them otherwise."""
        return self.reminder_id._use() if self.reminder_id else self.case_id.penalty_use or 'claim'

    # === REGISTERED MAIL === #

    def _notice_letter(self):
        """The letter as it left."""
        return self.event_ids.filtered(lambda event: event.action == 'send_notice').attachment_id[:1]

    def _with_letters_printed(self):
        """These proceedings, the letters of their notices printed by one process for all."""
        letters = self.env['recouvrement.letter']
        pages = [letters._noted(one, lambda notice: notice._leave_by_post()) for one in self] if len(self) > 1 else []
        return self.with_context(recouvrement_printed=letters._printed([page for page in pages if page]))

    def _leave_by_post(self):
        """Record the sending by registered letter today; returns why not, in words."""
        if self.state != 'notice_approved':
            return self.env._("the notice is not approved, or has left")
        if not self.partner_id._recouvrement_has_address():
            return self.env._("no address of the registered office")
        if not self._facts({})['identity_checked']:
            return self._fact_label('identity_checked')
        try:
            with self.env.cr.savepoint():
                if self.reminder_id:
                    # A letter leaves no machine: in this transaction, it and its mailing are recorded together or not at all.
                    self.reminder_id._send_one(commit=False)
                else:
                    self._take_step('send_notice', {
                        'sent_on': self.company_id._recouvrement_today(), 'channel': 'registered_letter'})
        except UserError as error:
            self.env.invalidate_all()
            return str(error)
        if self.state == 'mise_en_demeure':
            return ''
        return self.reminder_id.reason_label or self.env._("the message of the night did not leave")
