"""What was printed of a proceeding, once for each state of its facts: the same facts give the same bytes for ever."""
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError


class RecouvrementProceedingPaper(models.Model):
    _name = 'recouvrement.proceeding.paper'
    _description = "Paper of a proceeding"
    _order = 'id desc'

    proceeding_id = fields.Many2one('recouvrement.proceeding', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='proceeding_id.company_id', store=True, index=True)
    kind = fields.Selection(
        selection=[('file', "Case file"), ('statement', "Statement of the claim"), ('slip', "List of documents"),
                   ('invoice', "Copy of an invoice")],
        required=True, readonly=True)
    key = fields.Char(required=True, readonly=True, help="Of what it is the print: the invoice, or the fingerprint of the facts.")
    day = fields.Date(string="Figures of", readonly=True)
    attachment_id = fields.Many2one('ir.attachment', string="Document", required=True, readonly=True, ondelete='restrict')
    sha256 = fields.Char(string="Fingerprint (SHA-256)", required=True, readonly=True)
    user_id = fields.Many2one('res.users', string="By", required=True, readonly=True)

    _once = models.Constraint('UNIQUE(proceeding_id, kind, key)', "This document was already printed for the same facts.")

    @api.depends('kind', 'day')
    def _compute_display_name(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for paper in self:
            paper.display_name = " ".join(filter(None, (labels.get(paper.kind, ''), fields.Date.to_string(paper.day))))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("What was printed of a proceeding is evidence: it is never deleted."))

    @api.model
    def _find(self, proceeding, kind, key):
        return self.search([('proceeding_id', '=', proceeding.id), ('kind', '=', kind), ('key', '=', key)], limit=1)

    @api.model
    def _keep(self, proceeding, kind, key, day, filename, content):
        """Keep a print that did not exist yet."""
        attachment = self.env['ir.attachment'].create({
            'name': filename, 'raw': content, 'res_model': proceeding._name, 'res_id': proceeding.id})
        return self.create({
            'proceeding_id': proceeding.id, 'kind': kind, 'key': key, 'day': day, 'attachment_id': attachment.id,
            'sha256': hashlib.sha256(content).hexdigest(), 'user_id': self.env.uid})
