"""Return files: looked at first, then recorded as notes and proposals. The same line never counts twice."""
import base64
import binascii
import hashlib

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..exchange import returns

_lt = LazyTranslate(__name__)

WHY = {
    'size': _lt("The file is too large: two megabytes at most."),
    'lines': _lt("The file has too many lines: five thousand at most."),
    'encoding': _lt("The file is no text: save it as UTF-8."),
    'columns': _lt("The file needs the columns reference, kind and date (and amount, label, id)."),
    'csv': _lt("The CSV file cannot be read."),
    'xml': _lt("The XML file cannot be read."),
    'doctype': _lt("An XML file with a document type or entities is refused."),
    'schema': _lt("The XML file is not a return file: see its schema, return-1.xsd."),
}
FAULTS = {
    'reference': _lt("“%(value)s” is no reference of a file handed over to this professional"),
    'kind': _lt("“%(value)s” is not one of: action, receipt, commission, withdrawal"),
    'date': _lt("“%(value)s” is no date: YYYY-MM-DD or DD/MM/YYYY"),
    'future': _lt("%(value)s is still to come"),
    'amount': _lt("“%(value)s” is no amount: more than zero, two decimals at most"),
    'no_amount': _lt("“%(value)s”: an action or a file given back has no amount"),
    'text': _lt("the text or the number is too long"),
    'label': _lt("say what was done"),
    'twice': _lt("the number “%(value)s” is there twice"),
}


class RecouvrementHandoffReturn(models.Model):
    _name = 'recouvrement.handoff.return'
    _description = "Return file"
    _order = 'id desc'

    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    professional_id = fields.Many2one('res.partner', string="Received from", required=True, readonly=True, ondelete='restrict')
    name = fields.Char(string="File", required=True, readonly=True)
    date = fields.Datetime(default=fields.Datetime.now, required=True, readonly=True)
    user_id = fields.Many2one('res.users', string="By", required=True, readonly=True)
    attachment_id = fields.Many2one('ir.attachment', string="Document", readonly=True, ondelete='restrict')
    sha256 = fields.Char(string="Fingerprint (SHA-256)", required=True, readonly=True)
    line_ids = fields.One2many('recouvrement.handoff.line', 'return_id', string="Lines", readonly=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A return file that was recorded is kept."))

    # === PUBLIC METHODS === #

    @api.model
    def preview(self, professional_id, content, company_id=None):
        """What a return file says, without writing anything.

        :param professional_id: id of the contact who sent it: only references handed over to him are accepted
        :param content: the file, CSV or XML of the documented schema, in base64
        :param company_id: the current company by default
        :return: {lines: [{line, reference, customer, kind, date, amount, label, id, known}], errors: [{line, code, reason}],
            totals: {kind: amount or count, as text}}; `known`: recorded already
        :raises AccessError: without the officer role, or for another company
        :raises UserError: for a file that cannot be read at all
        """
        company, found, faults, _raw = self._read(professional_id, content, company_id)
        known = self._known(company, found)
        proceedings = self._handed(company, professional_id)
        totals = {kind: sum((line.amount or 1 for line in found if line.kind == kind), 0) for kind in returns.KINDS}
        return {
            'lines': [{
                'line': line.number, 'reference': line.reference, 'customer': proceedings[line.reference][0].partner_id.name,
                'kind': line.kind, 'date': str(line.day), 'amount': str(line.amount or ''), 'label': line.label,
                'id': line.external_id, 'known': line.digest in known} for line in found],
            'errors': self._error_rows(faults), 'totals': {kind: str(total) for kind, total in totals.items() if total}}

    @api.model
    def record(self, professional_id, filename, content, company_id=None):
        """Record what a return file says: actions as notes, the rest as proposals for a person. Nothing is booked.

        Lines with an error are reported and left out; lines recorded before are counted as known: a corrected file can be
        imported again.

        :param professional_id, content, company_id: as for `preview`
        :param filename: name of the file
        :return: {return_id (False when nothing was new), recorded, known, errors: [{line, code, reason}]}
        :raises AccessError: without the officer role, or for another company
        :raises UserError: for a file that cannot be read at all
        """
        company, found, faults, raw = self._read(professional_id, content, company_id)
        self = self.sudo()
        known = self._known(company, found)
        fresh = [line for line in found if line.digest not in known]
        answer = {'return_id': False, 'recorded': len(fresh), 'known': len(found) - len(fresh), 'errors': self._error_rows(faults)}
        if fresh:
            answer['return_id'] = self._record(company, professional_id, filename, raw, fresh).id
        return answer

    # === READ === #

    def _read(self, professional_id, content, company_id):
        self.env['recouvrement.run']._check_user('officer')
        company = self.env['recouvrement.run']._company(company_id)
        self.env['recouvrement.run']._check_user('officer', company)
        try:
            raw = base64.b64decode(content or '', validate=True)
        except (binascii.Error, ValueError, TypeError) as error:
            raise UserError(self.env._("The file is given as base64.")) from error
        try:
            found, faults = returns.read(raw, set(self._handed(company, professional_id)), company._recouvrement_today())
        except returns.UnreadableReturn as error:
            raise UserError(WHY[error.why]._translate(self.env.lang or '')) from error
        return company, found, faults, raw

    def _handed(self, company, professional_id):
        """{reference: (proceeding, last handover)} of what that professional was given by this company."""
        handoffs = self.env['recouvrement.handoff'].sudo().search([
            ('company_id', '=', company.id), ('professional_id', '=', professional_id)], order='id')
        return {proceeding.reference: (proceeding, handoff) for handoff in handoffs for proceeding in handoff.proceeding_ids}

    def _known(self, company, found):
        lines = self.env['recouvrement.handoff.line'].sudo().search([
            ('company_id', '=', company.id), ('digest', 'in', [line.digest for line in found])])
        return set(lines.mapped('digest'))

    def _error_rows(self, faults):
        return [{'line': fault.number, 'code': fault.code,
                 'reason': FAULTS[fault.code]._translate(self.env.lang or '') % {'value': fault.value}} for fault in faults]

    # === RECORD === #

    def _record(self, company, professional_id, filename, raw, fresh):
        name = (filename or '').replace('\\', '/').rsplit('/', 1)[-1][:100] or self.env._("Return file")
        record = self.create({
            'company_id': company.id, 'professional_id': professional_id, 'name': name, 'user_id': self.env.uid,
            'sha256': hashlib.sha256(raw).hexdigest()})
        # Kept as plain bytes: nothing that came from outside is shown as a page.
        record.attachment_id = self.env['ir.attachment'].create({
            'name': name, 'raw': raw, 'mimetype': 'application/octet-stream', 'res_model': self._name, 'res_id': record.id})
        handed = self._handed(company, professional_id)
        lines = self.env['recouvrement.handoff.line'].create([self._line_vals(record, handed, line) for line in fresh])
        for proceeding, own in lines.grouped('proceeding_id').items():
            own._tell(proceeding)
        return record

    def _line_vals(self, record, handed, line):
        proceeding, handoff = handed[line.reference]
        return {
            'handoff_id': handoff.id, 'return_id': record.id, 'proceeding_id': proceeding.id, 'company_id': record.company_id.id,
            'kind': line.kind, 'date': line.day, 'currency_id': proceeding.currency_id.id, 'amount': float(line.amount or 0),
            'name': line.label or False, 'external_id': line.external_id or False, 'digest': line.digest,
            'state': 'noted' if line.kind == 'action' else 'proposed'}


class RecouvrementHandoffLine(models.Model):
    _inherit = 'recouvrement.handoff.line'

    def _tell(self, proceeding):
        """A note on the proceeding, and one task for what a person has to decide."""
        for line in self:
            proceeding._message_log(body=line._words())
        waiting = self.filtered(lambda line: line.state == 'proposed')
        if waiting:
            proceeding.activity_schedule(
                'mail.mail_activity_data_todo', date_deadline=proceeding.company_id._recouvrement_today(),
                summary=self.env._("Reported by %(name)s: look at it", name=self.handoff_id[:1].professional_id.name),
                note=Markup("<br/>").join(line._words() for line in waiting),
                user_id=(proceeding.case_id.user_id or self.env.user).id)
