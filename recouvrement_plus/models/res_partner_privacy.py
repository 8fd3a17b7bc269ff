"""What is known of a person, given to that person: every fact and document of collections, in one file."""
import hashlib
import json

from odoo import models
from odoo.exceptions import UserError

from ..exchange.archive import file_name, zip_bytes

#: {model: (how it belongs to a case, fields given)}: what the person is entitled to read, no more.
GIVEN = {
    'recouvrement.item': ('case_id', ('move_name', 'date_maturity', 'amount_residual', 'level', 'state')),
    'recouvrement.reminder': ('case_id', ('date', 'channel', 'state', 'email_to', 'subject', 'body_html', 'amount_due', 'interest',
                                          'indemnity', 'date_sent')),
    'recouvrement.reminder.event': ('reminder_id.case_id', ('date', 'kind', 'note')),
    'recouvrement.promise': ('case_id', ('date', 'date_promised', 'amount', 'said_by', 'means', 'note', 'state')),
    'recouvrement.agreement': ('case_id', ('date', 'total', 'state', 'signed_by', 'date_signed')),
    'recouvrement.dispute': ('case_id', ('date', 'reason', 'note', 'amount', 'state', 'outcome', 'outcome_note')),
    'recouvrement.hold': ('case_id', ('kind', 'date_from', 'date_to', 'note')),
    'recouvrement.score': ('case_id', ('date', 'score', 'grade', 'factors')),
    'recouvrement.penalty': ('case_id', ('name', 'date', 'state', 'amount_total')),
    'recouvrement.clause': ('case_id', ('kind', 'date_accepted', 'proof', 'percent', 'amount', 'guarantor')),
    'recouvrement.proceeding': ('case_id', ('reference', 'state', 'date_notice', 'court', 'professional')),
    'recouvrement.proceeding.event': ('proceeding_id.case_id', ('day', 'action', 'summary', 'professional')),
    'recouvrement.handoff.line': ('proceeding_id.case_id', ('date', 'kind', 'amount', 'name', 'state')),
}
IDENTITY = ('name', 'street', 'street2', 'zip', 'city', 'email', 'phone', 'vat', 'company_registry', 'lang',
            'recouvrement_regime', 'recouvrement_regime_origin', 'recouvrement_regime_fact', 'recouvrement_legal_form')


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def recouvrement_person_export(self):
        """All that collections know of a natural person, for that person (access, rectification: GDPR art. 15, 16).

        One zip: `data.json`, a page to read, and the letters and messages that were sent. Given out by a manager, noted in the
        journal of personal data. The companies are those in which the user works.

        :return: {attachment_id, filename, sha256, size in bytes}
        :raises AccessError: without the manager role
        :raises UserError: for a company, or a contact without file
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('manager')
        self.check_access('read')
        if not self._recouvrement_is_person():
            raise UserError(self.env._("This is no natural person: companies have no right of access to personal data."))
        cases = self.env['recouvrement.case'].search([
            ('partner_id', '=', self.commercial_partner_id.id), ('company_id', 'in', self.env.companies.ids)])
        if not cases:
            raise UserError(self.env._("Collections know nothing of this person."))
        return self.sudo()._recouvrement_person_file(cases.sudo())

    def action_recouvrement_person_export(self):
        """Make the file of the person and download it."""
        answer = self.recouvrement_person_export()
        return {'type': 'ir.actions.act_url', 'url': f"/web/content/{answer['attachment_id']}?download=true", 'target': 'self'}

    def _recouvrement_person_file(self, cases):
        data = {'person': self._recouvrement_given(self.commercial_partner_id, IDENTITY),
                'companies': [self._recouvrement_case_data(case) for case in cases]}
        page = self.env['recouvrement.letter']._pdf(
            'recouvrement_plus.report_person_document', 'person', self.commercial_partner_id, self.lang or self.env.lang,
            cases=cases, data=data)
        files = [('data.json', json.dumps(data, ensure_ascii=False, indent=1, default=str).encode()), ('summary.pdf', page),
                 *self._recouvrement_letters(cases)]
        content = zip_bytes(files)
        digest = hashlib.sha256(content).hexdigest()
        # On no record: only who made it reads it. It may hold what several companies know, a journal is of one.
        attachment = self.env['ir.attachment'].create({
            'name': file_name(self.env._("Personal data %(name)s", name=self.name), 'zip'), 'raw': content})
        self.env['recouvrement.privacy.log'].create([{
            'company_id': case.company_id.id, 'partner_id': case.partner_id.id, 'kind': 'access', 'user_id': self.env.uid,
            'attachment_id': attachment.id, 'sha256': digest} for case in cases])
        return {'attachment_id': attachment.id, 'filename': attachment.name, 'sha256': digest, 'size': len(content)}

    def _recouvrement_case_data(self, case):
        data = {'company': case.company_id.name, 'score': case.score, 'grade': case.grade, 'state': case.state,
                'decisions': "none is taken by machine alone: the score is advisory, letters and steps are approved by people",
                'kept_until': case._retention_end() or '',
                'given_to': sorted(set(case.proceeding_ids.mapped('event_ids.professional')) - {False})}
        for name, (path, names) in GIVEN.items():
            records = self.env[name].with_context(active_test=False).search([(path, '=', case.id)], order='id')
            data[name.removeprefix('recouvrement.')] = [self._recouvrement_given(record, names) for record in records]
        return data

    def _recouvrement_given(self, record, names):
        return {name: str(record[name]) if record[name] is not False else '' for name in names if name in record._fields}

    def _recouvrement_letters(self, cases):
        attachments = (cases.reminder_ids.attachment_id | cases.reminder_ids.event_ids.attachment_id
                       | cases.proceeding_ids.event_ids.attachment_id).sorted('id')
        rows = []
        for number, attachment in enumerate(attachments, 1):
            stem, _dot, extension = attachment.name.rpartition('.')
            name = file_name(stem or attachment.name, file_name(extension)[:5] if stem else 'bin')
            rows.append((f"documents/{number:03d}-{name}", attachment.raw or b''))
        return rows
