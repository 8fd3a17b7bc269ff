import base64

from odoo import api, fields, models
from odoo.exceptions import UserError


class RecouvrementSolvencyImport(models.TransientModel):
    """The file of an insurer or of an agency: looked at first, then recorded."""

    _name = 'recouvrement.solvency.import'
    _inherit = 'recouvrement.window'
    _description = "Import of solvency facts"

    company_id = fields.Many2one('res.company', required=True, readonly=True, default=lambda self: self.env.company)
    file = fields.Binary(help="Columns: customer;kind;date, then date_end;amount;policy;coverage;agency;rating;source;turnover;"
                              "equity;year;note as needed.")
    filename = fields.Char()
    line_ids = fields.One2many('recouvrement.solvency.import.line', 'import_id', readonly=True)
    summary = fields.Char(readonly=True)

    @api.model
    def action_open(self):
        self.env['recouvrement.run']._check_user('officer')
        return self.create({})._reopen()

    def action_preview(self):
        """Show what the file would do, line by line. Records nothing."""
        return self._read(True)

    def action_import(self):
        """Record the facts; lines with an error are left out and stay on the screen."""
        return self._read(False)

    def _read(self, dry_run):
        self.ensure_one()
        if not self.file:
            raise UserError(self.env._("Choose the file first."))
        result = self.env['recouvrement.solvency.fact'].import_csv(
            base64.b64decode(self.file).decode('utf-8-sig', 'replace'), self.company_id.id, dry_run)
        reasons = {error['line']: error['reason'] for error in result['errors']}
        self.line_ids.unlink()
        self.env['recouvrement.solvency.import.line'].create([
            {**row, 'import_id': self.id, 'reason': reasons.get(row['line'])} for row in result['rows']])
        values = {'created': result['created'], 'known': result['known'], 'errors': len(result['errors'])}
        self.summary = self.env._("To record: %(created)s. Known already: %(known)s. Errors: %(errors)s.", **values) if dry_run \
            else self.env._("Recorded: %(created)s. Known already: %(known)s. Errors: %(errors)s.", **values)
        return self._reopen()

    def _reopen(self):
        return {'type': 'ir.actions.act_window', 'name': self.env._("Import solvency facts"), 'res_model': self._name,
                'res_id': self.id, 'view_mode': 'form', 'target': 'new'}


class RecouvrementSolvencyImportLine(models.TransientModel):
    _name = 'recouvrement.solvency.import.line'
    _inherit = 'recouvrement.window'
    _description = "Line of an import of solvency facts"
    _order = 'line'

    import_id = fields.Many2one('recouvrement.solvency.import', required=True, index=True, ondelete='cascade')
    line = fields.Integer()
    customer = fields.Char()
    kind = fields.Char()
    value = fields.Char()
    result = fields.Selection([('created', "New"), ('known', "Known already"), ('error', "Error")])
    reason = fields.Char()
