"""The end of what is known of a person: names, words and documents go, amounts, dates and fingerprints stay. By a person."""
from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine.proceeding_types import END_STATES

BLANK = '-'
ACCOUNTS_YEARS = 10
#: Entries of bad debts and what proves them are accounting documents, kept ten years (C. com. art. L123-22): not here.
#: {model: (how it belongs to a case, what is blanked)}; what is required gets a dash.
PERSONAL = {
    'recouvrement.reminder': ('case_id', {'subject': False, 'body_html': False, 'custom_subject': False, 'custom_body': False,
                                          'email_to': False, 'note': False, 'contact_id': False}),
    'recouvrement.reminder.event': ('reminder_id.case_id', {'note': False}),
    'recouvrement.promise': ('case_id', {'said_by': False, 'note': False}),
    'recouvrement.agreement': ('case_id', {'signed_by': False}),
    'recouvrement.dispute': ('case_id', {'note': False, 'outcome_note': False, 'contact_id': False}),
    'recouvrement.hold': ('case_id', {'note': False, 'answer_ref': False}),
    'recouvrement.clause': ('case_id', {'proof': BLANK, 'guarantor': BLANK, 'guarantor_id': False}),
    'recouvrement.guarantee.notice': ('case_id', {'name': BLANK}),
    'recouvrement.interest.fact': ('case_id', {'note': False, 'cancel_reason': False}),
    # Through the invoice: an event of the whole invoice names no instalment.
    'recouvrement.limitation.event': ('move_id.recouvrement_item_ids.case_id', {'note': False, 'reason': False}),
    'recouvrement.call': ('case_id', {'said_by': False, 'note': False, 'phone': False, 'next_step': False, 'contact_id': False}),
    'recouvrement.reserve': ('case_id', {'note': False}),
    'recouvrement.solvency.fact': ('case_id', {'note': False, 'document': False, 'document_name': False, 'end_reason': False}),
    'recouvrement.score.contest': ('case_id', {'text': BLANK, 'answer': False}),
    'recouvrement.suggestion': ('case_id', {'decision_note': False}),
    'recouvrement.insolvency': ('case_id', {'note': False}),
    'recouvrement.insolvency.event': ('insolvency_id.case_id', {}),
    'recouvrement.bodacc': ('case_id', {'name_published': False, 'text': False, 'refuse_reason': False}),
    'recouvrement.penalty': ('case_id', {'waive_reason': False, 'cancel_reason': False}),
    'recouvrement.proceeding': ('case_id', {}),
    'recouvrement.proceeding.event': ('proceeding_id.case_id', {}),
    'recouvrement.proceeding.deadline': ('proceeding_id.case_id', {'note': False}),
    'recouvrement.handoff.line': ('proceeding_id.case_id', {'name': False, 'external_id': False, 'reason': False}),
    'recouvrement.case': ('id', {}),
}
#: What a person wrote in free text when taking a step.
FREE_FACTS = ('reason', 'override_reason', 'third_party', 'next_label', 'reference')


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    anonymised_on = fields.Date(string="Anonymous since", readonly=True, copy=False)

    # === PUBLIC METHODS === #

    def retention_check(self):
        """Whether the personal data of these customers have to go: nothing is decided, nothing is written.

        :return: [{case_id, customer, last_event, due_on, due, reason}]; `reason`: why it is not due, in words
        :raises AccessError: without the manager role, or for another company
        """
        self._check_retention_role()
        return [{
            'case_id': case.id, 'customer': case.partner_id.name, 'last_event': fields.Date.to_string(case._last_event()) or '',
            'due_on': fields.Date.to_string(case._retention_end()) or '', 'due': not case._retention_reason(),
            'reason': case._retention_reason()} for case in self.sudo()]

    def anonymise(self):
        """Blank names, words and documents of customers whose time is over, each with a line in the journal.

        :return: {anonymised: [case ids], left_out: [{case_id, reason}]}
        :raises AccessError: without the manager role, or for another company
        """
        self._check_retention_role()
        done, left_out = [], []
        for case in self.sudo():
            reason = case._retention_reason()
            if reason:
                left_out.append({'case_id': case.id, 'reason': reason})
            else:
                case._anonymise()
                done.append(case.id)
        return {'anonymised': done, 'left_out': left_out}

    def action_anonymise(self):
        """Anonymise the chosen customers and say what was left out."""
        result = self.anonymise()
        message = self.env._("%(count)s customers made anonymous.", count=len(result['anonymised']))
        for row in result['left_out'][:5]:
            message += f" {self.browse(row['case_id']).partner_id.name}: {row['reason']}"
        return {'type': 'ir.actions.client', 'tag': 'display_notification', 'params': {
            'message': message, 'type': 'warning' if result['left_out'] else 'success', 'sticky': bool(result['left_out'])}}

    def _check_retention_role(self):
        self.env['recouvrement.run']._check_user('manager', self.company_id)
        self.check_access('read')

    # === WHEN === #

    def _last_event(self):
        """The last day on which something happened with this customer."""
        self.ensure_one()
        partials = self.item_ids.move_line_id.matched_credit_ids
        days = [*self.item_ids.mapped('date_maturity'), *self.reminder_ids.mapped('date'), *partials.mapped('max_date'),
                *self.proceeding_ids.event_ids.mapped('day'), *self.hold_ids.mapped('date_to')]
        return max((day for day in days if day), default=False)

    def _retention_end(self):
        last = self._last_event()
        return last and last + relativedelta(months=self.company_id.recouvrement_retention_months)

    def _retention_reason(self):
        """Why the data of this customer stay, in words; empty when their time is over."""
        end = self._retention_end()
        if not self.partner_id._recouvrement_is_person():
            return self.env._("not a natural person")
        if self.anonymised_on:
            return self.env._("anonymous already")
        if self.item_ids.filtered(lambda item: item.state == 'open'):
            return self.env._("something is still owed")
        if self.proceeding_ids.filtered(lambda one: one.state not in END_STATES):
            return self.env._("a proceeding is open")
        if self.env['recouvrement.dispute'].search_count([('case_id', '=', self.id), ('state', '!=', 'closed')], limit=1):
            return self.env._("a dispute is open")
        if end and end > self.company_id._recouvrement_today():
            return self.env._("kept until %(day)s", day=format_date(self.env, end))
        return ''

    # === HOW === #

    def _anonymise(self):
        """Blank what identifies the person. Amounts, dates, states and fingerprints stay: they explain the books."""
        self.ensure_one()
        counts, day = {}, self._last_event()
        for name, (path, values) in PERSONAL.items():
            records = self.env[name].with_context(active_test=False, tracking_disable=True).search([(path, '=', self.id)])
            if values:
                records.write(values)
            self._blank_thread(records)
            if records:
                counts[name] = len(records)
        insolvencies = self.env['recouvrement.insolvency'].search([('case_id', '=', self.id)])
        for event in [*self.proceeding_ids.event_ids.filtered('facts'), *insolvencies.event_ids.filtered('facts')]:
            event.facts = {key: BLANK if key in FREE_FACTS else value for key, value in event.facts.items()}
        counts['ir.attachment'] = self._blank_documents(counts)
        self.anonymised_on = self.company_id._recouvrement_today()
        self._log_privacy('anonymised', day, counts)
        self._anonymise_partner()

    def _log_privacy(self, kind, day, counts):
        self.env['recouvrement.privacy.log'].create({
            'company_id': self.company_id.id, 'partner_id': self.partner_id.id, 'kind': kind, 'user_id': self.env.uid, 'day': day,
            'counts': counts})

    def _blank_thread(self, records):
        """Messages and tasks on our own records."""
        owned = [('res_id', 'in', records.ids)]
        messages = self.env['mail.message'].search([('model', '=', records._name), *owned])
        self.env['mail.mail'].search([('mail_message_id', 'in', messages.ids)]).write({
            'body_html': False, 'email_to': False, 'email_cc': False, 'headers': False, 'recipient_ids': [fields.Command.clear()]})
        messages.write({'body': False, 'subject': False, 'email_from': False, 'reply_to': False})
        self.env['mail.activity'].search([('res_model', '=', records._name), *owned]).unlink()

    def _blank_documents(self, counts):
        """The documents of our own records: the row stays as a trace, its content goes."""
        domains = []
        for name, (path, _values) in PERSONAL.items():
            if counts.get(name):
                ids = self.env[name].with_context(active_test=False).search([(path, '=', self.id)]).ids
                domains.append((name, ids))
        found = self.env['ir.attachment']
        for name, ids in domains:
            found |= found.search([('res_model', '=', name), ('res_id', 'in', ids), '|', ('res_field', '=', False),
                                   ('res_field', '!=', False)])
        found |= self.reminder_ids.attachment_id | self.reminder_ids.event_ids.attachment_id | self._shared_documents()
        found |= self.env['recouvrement.privacy.log'].search([('partner_id', '=', self.partner_id.id)]).attachment_id
        found.write({'raw': b'-', 'mimetype': 'text/plain', 'name': BLANK})
        return len(found)

    def _shared_documents(self):
        """Files that name several customers: they go with the last of them."""
        handoffs = self.env['recouvrement.handoff'].search([('proceeding_ids.case_id', '=', self.id)])
        over = handoffs.filtered(lambda one: all(case == self or case.anonymised_on for case in one.proceeding_ids.case_id))
        mailings = self.proceeding_ids.mailing_id.filtered(
            lambda one: all(case == self or case.anonymised_on for case in one.proceeding_ids.case_id))
        return over.attachment_id | over.line_ids.return_id.attachment_id | mailings.letters_id | mailings.slip_id

    def _anonymise_partner(self):
        """The contact itself belongs to the accounts: it goes when its last entry is more than ten years old."""
        partner = self.partner_id
        limit = self.company_id._recouvrement_today() - relativedelta(years=ACCOUNTS_YEARS)
        entries = self.env['account.move.line'].search_count(
            [('partner_id', 'child_of', partner.id), ('date', '>', limit)], limit=1)
        others = self.search_count([('partner_id', '=', partner.id), ('anonymised_on', '=', False)], limit=1)
        if entries or others or partner.with_context(active_test=False).user_ids:
            return
        self._blank_thread(partner)
        partner.with_context(tracking_disable=True).write({
            'name': self.env._("Anonymous %(number)s", number=partner.id), 'street': False, 'street2': False, 'zip': False,
            'city': False, 'email': False, 'phone': False, 'vat': False, 'comment': False, 'company_registry': False,
            'active': False})
        self._log_privacy('partner', self._last_event(), {'res.partner': 1})

    def write(self, vals):
        if 'anonymised_on' in vals and not self.env.su:
            raise UserError(self.env._("A case is made anonymous by its own action."))
        return super().write(vals)
