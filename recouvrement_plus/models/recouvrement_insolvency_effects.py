"""What a step of insolvency proceedings writes besides: hold, stays, deadlines with their tasks, documents, events."""
import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..engine import insolvency
from ..engine.insolvency_table import LIQUIDATIONS
from ..engine.proceeding_types import OPEN_STATES
from .recouvrement_proceeding_codes import RESUME_ACTIVITY

DEADLINE_ACTIVITY = 'recouvrement_plus.mail_activity_type_insolvency'


class RecouvrementInsolvency(models.Model):
    _inherit = 'recouvrement.insolvency'
    _deadline_activity = DEADLINE_ACTIVITY

    # === WHAT THE JUDGMENT FREEZES === #

    def _hold(self):
        """What was born before the judgment gets no message any more (C. com. art. L622-7, L622-21)."""
        self.hold_id = self.env['recouvrement.hold'].create({
            'case_id': self.case_id.id, 'kind': 'insolvency', 'date_from': self.date_judgment, 'insolvency_id': self.id,
            'note': self.display_name, 'user_id': self.env.uid})

    def _release(self):
        """As if the judgment had never been: its hold held no day."""
        for hold in self.env['recouvrement.hold'].search([('insolvency_id', '=', self.id)]):
            hold.date_to = fields.Date.subtract(hold.date_from, days=1)

    def _stay_proceedings(self):
        """Legal proceedings on earlier debts stop by law; the person who records the judgment records that too."""
        for proceeding in self.env['recouvrement.proceeding'].search([
                ('case_id', '=', self.case_id.id), ('state', 'in', OPEN_STATES), ('state', '!=', 'insolvency')]):
            if proceeding._facts({})['insolvent']:
                proceeding._take_step('stay_by_insolvency', {})

    # === DEADLINES === #

    def _set_deadlines(self, deadlines, facts=None):
        """Record the deadlines that a step sets, with a task on the day and one before it."""
        for line in deadlines:
            self._close_deadlines((line.code,) if line.code != 'next_step' else ())
            self._add_deadline(line, self._deadline_note(line, facts or {}))
            if line.code == 'declare':
                self.date_declare = line.date

    def _deadline_note(self, line, facts):
        if line.code == 'next_step':
            return facts.get('next_label') or False
        if line.code in ('declare', 'reclaim') and not line.confirmed:
            label = dict(self.env['recouvrement.proceeding.deadline']._fields['code']._description_selection(self.env))[line.code]
            return self.env._(
                "%(what)s: date counted from the judgment, until the publication in the BODACC is recorded", what=label)
        return False

    def _close_deadlines(self, codes=None):
        """Answered or replaced: their tasks go. All of them without codes."""
        answered = self._running_deadlines().filtered(lambda line: codes is None or line.code in codes)
        if answered:
            answered._close()

    # === FACTS KEPT, DOCUMENTS === #

    def _note_facts(self, action, facts):
        """What the record itself shows of the facts stated."""
        values = {name: facts[name] for name in ('kind', 'mission', 'closure') if name in facts}
        values |= {name: facts[name].id for name in ('holder_id', 'administrator_id') if facts.get(name)}
        dates = {'record_publication': 'date_published', 'convert': 'date_conversion', 'adopt_plan': 'date_plan',
                 'close_procedure': 'date_closed'}
        # Another form of liquidation is no new liquidation: the day that makes the claim irrecoverable stays.
        again = action == 'convert' and self.kind in LIQUIDATIONS and facts['kind'] in LIQUIDATIONS
        if action in dates and not again:
            values[dates[action]] = facts['published_on'] if action == 'record_publication' else facts['done_on']
        if action == 'record_publication' and facts.get('reference'):
            values['bodacc_reference'] = facts['reference']
        stages = {'adopt_plan': 'plan', 'close_procedure': 'closed', 'convert': 'open'}
        if action in stages:
            values['stage'] = stages[action]
        self.write(values)

    def _effects(self, action, facts):
        """What a step writes besides; returns the document it made, if any."""
        effect = getattr(self, f'_effect_{action}', None)
        return (effect(facts) if effect else None) or self.env['ir.attachment']

    def _effect_prepare_declaration(self, facts):
        self._keep_figures()

    def _effect_approve_declaration(self, facts):
        self.signatory_id = self.env['recouvrement.signatory']._of(self.company_id, self.env.user)
        return self._render('report_claim_declaration_document', lambda env: env._(
            "Declaration of claim %(customer)s.pdf", customer=self.partner_id.name))

    def _effect_reclaim_goods(self, facts):
        return self._render('report_goods_reclaim_document', lambda env: env._(
            "Request for the goods %(customer)s.pdf", customer=self.partner_id.name), sent_on=facts['sent_on'])

    def _effect_admit_claim(self, facts):
        self.amount_admitted = self.amount_declared

    def _effect_admit_claim_in_part(self, facts):
        amount = float(facts['amount'])
        if self.currency_id.compare_amounts(amount, self.amount_declared) > 0:
            raise UserError(self.env._("No more is admitted than was declared: %(declared)s.",
                                       declared=self.currency_id.format(self.amount_declared)))
        self.amount_admitted = amount

    def _effect_reject_claim(self, facts):
        self.amount_admitted = 0.0

    def _effect_close_procedure(self, facts):
        self._close_deadlines()

    def _effect_set_judgment_aside(self, facts):
        self._close_deadlines()
        self._release()
        self._ask_to_resume()

    def _ask_to_resume(self):
        """The proceedings that the judgment stayed: whether and how each goes on is the legal role's decision."""
        for proceeding in self.case_id.proceeding_ids.filtered(lambda one: one.state == 'insolvency'):
            proceeding.activity_schedule(
                RESUME_ACTIVITY, date_deadline=self.company_id._recouvrement_today(), user_id=self.env.uid,
                summary=self.env._("The opening judgment no longer stands: resume the proceeding, with the proof"))

    def _effect_cancel_record(self, facts):
        self._effect_set_judgment_aside(facts)

    def _render(self, template, filename, **values):
        """A document in French, made once, at its event."""
        lang = self._french()
        content = self.env['recouvrement.letter']._pdf(f'recouvrement_plus.{template}', 'insolvency', self, lang, **values)
        return self.env['ir.attachment'].create({
            'name': filename(self.with_context(lang=lang).env), 'datas': base64.b64encode(content), 'res_model': self._name,
            'res_id': self.id, 'mimetype': 'application/pdf'})

    # === EVENTS === #

    def _event(self, action, origin, target, facts, applied=None, attachment=None, document=None):
        """Append what happened: who, when, on which facts, with which documents."""
        kept = self._keep_document(document and self._parse_document('document', document))
        self.env['recouvrement.insolvency.event'].create({
            'insolvency_id': self.id, 'company_id': self.company_id.id, 'action': action, 'state_from': origin, 'state_to': target,
            'user_id': self.env.uid, 'facts': self._text_of_facts(insolvency.ROWS.get((origin, action)), facts),
            'day': next((facts[name] for name in ('done_on', 'sent_on', 'received_on') if facts.get(name)), facts['today'])
            if action != 'record_publication' else facts['published_on'],
            'deadlines': self._deadlines_text(applied.deadlines) if applied else self._deadline_rows(),
            'attachment_id': attachment.id if attachment else False, 'document_id': kept.id,
            'professional': facts.get('professional'), 'cost': float(facts.get('cost') or 0),
            'limitation_kind': applied.limitation if applied else False})
        self.invalidate_recordset(['event_ids'])
