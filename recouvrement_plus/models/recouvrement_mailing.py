"""Registered letters in one go: the letters as one PDF, the deposit slip, the tracking numbers that come back as a file."""
import base64
import csv
import io

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf

COLUMNS = ('reference', 'number', 'deposited_on', 'received_on')


class RecouvrementMailing(models.Model):
    _name = 'recouvrement.mailing'
    _description = "Mailing of registered letters"
    _inherit = ['mail.thread']
    _order = 'date desc, id desc'

    name = fields.Char(compute='_compute_name')
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    date = fields.Date(required=True, readonly=True)
    proceeding_ids = fields.One2many('recouvrement.proceeding', 'mailing_id', string="Letters", readonly=True)
    count = fields.Integer(string="Number of letters", compute='_compute_count')
    letters_id = fields.Many2one('ir.attachment', string="Letters (PDF)", readonly=True)
    slip_id = fields.Many2one('ir.attachment', string="Deposit slip", readonly=True)
    left_out = fields.Text(readonly=True)

    @api.depends('date')
    def _compute_name(self):
        for mailing in self:
            mailing.name = f"LR/{mailing.date:%Y%m%d}/{mailing.id}" if mailing.date and isinstance(mailing.id, int) else "/"

    @api.depends('proceeding_ids')
    def _compute_count(self):
        for mailing in self:
            mailing.count = len(mailing.proceeding_ids)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A mailing that was made is kept: its letters have left."))

    # === PUBLIC METHODS === #

    @api.model
    def make(self, proceeding_ids):
        """Record the sending of approved notices today, by registered letter, print them and their deposit slip.

        A letter that cannot leave (dispute since, paid, no address, identity not checked) is left out with its reason.

        :param proceeding_ids: ids of proceedings in the state `notice_approved`, of one company
        :return: {mailing_id, sent: [ids], left_out: [{id, reason}]}
        :raises AccessError: without the officer role
        :raises UserError: when none can leave, or for several companies
        """
        proceedings = self.env['recouvrement.proceeding'].browse(proceeding_ids).exists()
        self.env['recouvrement.run']._check_user('officer', proceedings.company_id)
        proceedings.check_access('read')
        if len(proceedings.company_id) != 1:
            raise UserError(self.env._("One mailing is of one company: choose approved notices of one company."))
        proceedings = proceedings.sudo()._with_letters_printed()
        sent, left_out = [], []
        for proceeding in proceedings:
            reason = proceeding._leave_by_post()
            if reason:
                left_out.append({'id': proceeding.id, 'reason': reason})
            else:
                sent.append(proceeding.id)
        if not sent:
            raise UserError("\n".join(self._left_out_lines(left_out)) or self.env._("No approved notice among these."))
        company = proceedings.company_id
        mailing = self.sudo().create({
            'company_id': company.id, 'date': company._recouvrement_today(), 'left_out': "\n".join(self._left_out_lines(left_out))})
        proceedings.browse(sent).write({'mailing_id': mailing.id})
        mailing._print_all()
        return {'mailing_id': mailing.id, 'sent': sent, 'left_out': left_out}

    @api.model
    def _left_out_lines(self, left_out):
        browse = self.env['recouvrement.proceeding'].sudo().browse
        return [f"{browse(row['id']).display_name}: {row['reason']}" for row in left_out]

    def _print_all(self):
        letters = [proceeding._notice_letter().raw for proceeding in self.proceeding_ids]
        self.letters_id = self._attach(self.env._("Letters %(name)s.pdf", name=self.name.replace('/', '-')), merge_pdf(letters))
        slip = self.env['recouvrement.letter']._pdf(
            'recouvrement_plus.report_deposit_slip_document', 'mailing', self, self.proceeding_ids[:1]._french())
        self.slip_id = self._attach(self.env._("Deposit slip %(name)s.pdf", name=self.name.replace('/', '-')), slip)

    def _attach(self, name, content):
        return self.env['ir.attachment'].create({
            'name': name, 'datas': base64.b64encode(content), 'res_model': self._name, 'res_id': self.id,
            'mimetype': 'application/pdf'})

    def import_tracking(self, content):
        """Read the tracking file of the post office: `reference;number;deposited_on;received_on`, one letter a line.

        :param content: text of the CSV file (semicolon or comma), days as YYYY-MM-DD or DD/MM/YYYY, empty when unknown
        :return: {updated: number of letters, errors: [{line, reason}]}
        :raises AccessError: without the officer role
        :raises UserError: for a file without these columns
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        rows = csv.DictReader(io.StringIO(content.lstrip('\ufeff')), delimiter=';' if ';' in content.split('\n')[0] else ',')
        if not set(COLUMNS[:2]) <= {(name or '').strip().lower() for name in rows.fieldnames or ()}:
            raise UserError(self.env._("The file needs the columns %(columns)s.", columns=", ".join(COLUMNS)))
        letters = {proceeding.reference: proceeding for proceeding in self.sudo().proceeding_ids}
        updated, errors = 0, []
        for number, row in enumerate(rows, 2):
            values = {(name or '').strip().lower(): (value or '').strip() for name, value in row.items() if isinstance(name, str)}
            try:
                with self.env.cr.savepoint():
                    updated += self._track(letters.get(values.get('reference')), values)
            except UserError as error:
                errors.append({'line': number, 'reason': str(error)})
        return {'updated': updated, 'errors': errors}

    def _track(self, proceeding, values):
        """The facts of one line become the steps that a person would record; what is known already changes nothing."""
        if not proceeding:
            raise UserError(self.env._("No letter of this mailing has the reference “%(ref)s”.", ref=values.get('reference') or ''))
        done = 0
        deposited = self._day(values.get('deposited_on')) or self.date
        if values.get('number') and proceeding.registered_number != values['number']:
            proceeding._take_step('record_deposit', {'done_on': deposited, 'reference': values['number']})
            done = 1
        received = self._day(values.get('received_on'))
        if received and proceeding.date_received != received:
            proceeding._take_step('record_receipt', {'received_on': received})
            done = 1
        return done

    def _day(self, text):
        """ISO or French day."""
        parts = (text or '').split('/')
        return '-'.join(reversed(parts)) if len(parts) == 3 else text

    def action_print_letters(self):
        return self._download(self.letters_id)

    def action_print_slip(self):
        return self._download(self.slip_id)

    def _download(self, attachment):
        self.check_access('read')
        return {'type': 'ir.actions.act_url', 'url': f'/web/content/{attachment.id}?download=true', 'target': 'self'}

    def action_import_tracking(self):
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Import tracking numbers"), 'target': 'new', 'view_mode': 'form',
            'res_model': 'recouvrement.tracking', 'context': {'default_mailing_id': self.id}}
