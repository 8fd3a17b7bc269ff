"""Files handed over to a collection agency or to a commissaire de justice: to whom, on which terms, with which papers."""
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_repr

from ..exchange.archive import zip_bytes

KINDS = [('agency', "Collection agency"), ('officer', "Commissaire de justice")]
STEPS = {'agency': 'hand_to_agency', 'officer': 'hand_to_officer'}


class RecouvrementHandoff(models.Model):
    _name = 'recouvrement.handoff'
    _description = "Handed over files"
    _inherit = ['mail.thread']
    _order = 'date desc, id desc'

    name = fields.Char(compute='_compute_name', string="Reference")
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    professional_id = fields.Many2one('res.partner', string="Handed over to", required=True, readonly=True, index=True,
                                      ondelete='restrict')
    date = fields.Date(required=True, readonly=True)
    commission_percent = fields.Float(string="Commission (%)", digits=(6, 3), readonly=True)
    mandate = fields.Char(readonly=True, help="The written mandate: its reference and its date (CPCE art. R124-3).")
    proceeding_ids = fields.Many2many('recouvrement.proceeding', string="Proceedings", readonly=True)
    attachment_id = fields.Many2one('ir.attachment', string="File", readonly=True, ondelete='restrict')
    sha256 = fields.Char(string="Fingerprint (SHA-256)", readonly=True)
    user_id = fields.Many2one('res.users', string="By", required=True, readonly=True)
    line_ids = fields.One2many('recouvrement.handoff.line', 'handoff_id', string="What came back", readonly=True)
    left_out = fields.Text(readonly=True)

    @api.depends('date')
    def _compute_name(self):
        for handoff in self:
            handoff.name = f"R{handoff.id:06d}" if isinstance(handoff.id, int) else "/"

    @api.depends('professional_id', 'date')
    def _compute_display_name(self):
        for handoff in self:
            handoff.display_name = f"{handoff.name} - {handoff.professional_id.name or ''}"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("Files that were handed over stay recorded."))

    # === PUBLIC METHODS === #

    @api.model
    def make(self, proceeding_ids, professional_id, kind='agency', commission='0', mandate='', done_on=None):
        """Hand proceedings over: the step is recorded in each, one zip is made (XML, CSV, and the papers of each file).

        A proceeding that cannot be handed over (dispute, insolvency, date to pay not passed …) is left out with its reason.

        :param proceeding_ids: ids of proceedings of one company
        :param professional_id: id of the agency's or commissaire's contact
        :param kind: 'agency' or 'officer' (commissaire de justice)
        :param commission: per cent of what is recovered, as text, from 0 to 100
        :param mandate: reference and date of the written mandate; required for an agency (CPCE art. R124-3)
        :param done_on: day of the handover, today by default
        :return: {handoff_id, attachment_id, filename, sha256, size, handed: [ids], left_out: [{id, reason}]}
        :raises AccessError: without the manager or legal role, or for another company
        :raises UserError: when none can be handed over, without a mandate, for several companies
        """
        proceedings = self.env['recouvrement.proceeding'].browse(proceeding_ids).exists()
        if not self.env.user.has_group('recouvrement_plus.recouvrement_plus_group_legal'):
            self.env['recouvrement.run']._check_user('manager', proceedings.company_id)
        self.env['recouvrement.run']._check_user('officer', proceedings.company_id)
        proceedings.check_access('read')
        professional = self.env['res.partner'].browse(professional_id).exists()
        professional.check_access('read')
        vals = self._checked(proceedings, professional, kind, commission, mandate, done_on)
        return self.sudo()._make(proceedings.sudo(), vals)

    def _checked(self, proceedings, professional, kind, commission, mandate, done_on):
        """The values of the handover, each refused with its reason."""
        if len(proceedings.company_id) != 1:
            raise UserError(self.env._("Files are handed over for one company at a time: choose proceedings of one company."))
        if kind not in STEPS:
            raise UserError(self.env._("“%(value)s” is not one of: %(choices)s.", value=kind, choices=", ".join(STEPS)))
        if not professional:
            raise UserError(self.env._("Choose the contact to whom the files are handed over."))
        percent = float(proceedings[:1]._parse_money('cost', commission or '0'))
        if percent > 100:
            raise UserError(self.env._("A commission is a percentage from 0 to 100."))
        if kind == 'agency' and not (mandate or '').strip():
            raise UserError(self.env._("An agency acts on a written mandate: give its reference and its date (CPCE art. R124-3)."))
        today = proceedings.company_id._recouvrement_today()
        day = proceedings[:1]._parse_past_date('done_on', done_on) if done_on else today
        return {'company_id': proceedings.company_id.id, 'kind': kind, 'professional_id': professional.id, 'date': day,
                'commission_percent': percent, 'mandate': (mandate or '').strip() or False, 'user_id': self.env.uid}

    def _make(self, proceedings, vals):
        handoff, handed, left_out = self.create(vals), proceedings.browse(), []
        for proceeding in proceedings:
            reason = handoff._hand_over(proceeding)
            if reason:
                left_out.append({'id': proceeding.id, 'reason': reason})
            else:
                handed += proceeding
        words = "\n".join(f"{proceedings.browse(row['id']).display_name}: {row['reason']}" for row in left_out)
        if not handed:
            raise UserError(words or self.env._("No proceeding among these."))
        handoff.write({'proceeding_ids': [fields.Command.set(handed.ids)], 'left_out': words or False})
        content = zip_bytes(handoff._files())
        attachment = self.env['ir.attachment'].create({
            'name': f"{handoff.name}.zip", 'raw': content, 'res_model': self._name, 'res_id': handoff.id})
        handoff.write({'attachment_id': attachment.id, 'sha256': hashlib.sha256(content).hexdigest()})
        return {'handoff_id': handoff.id, 'attachment_id': attachment.id, 'filename': attachment.name, 'sha256': handoff.sha256,
                'size': len(content), 'handed': handed.ids, 'left_out': left_out}

    def _hand_over(self, proceeding):
        """Take the step; returns why it cannot be, in words."""
        try:
            with self.env.cr.savepoint():
                proceeding._take_step(STEPS[self.kind], {
                    'done_on': fields.Date.to_string(self.date), 'professional': self.professional_id.name, 'reference': self.name})
        except UserError as error:
            self.env.invalidate_all()
            return str(error)
        return ''

    def _commission_text(self):
        return float_repr(self.commission_percent, 3)

    def action_download(self):
        self.check_access('read')
        return {'type': 'ir.actions.act_url', 'url': f'/web/content/{self.attachment_id.id}?download=true', 'target': 'self'}

    def action_import_return(self):
        """Open the window that reads a return file."""
        self.check_access('read')
        return {'type': 'ir.actions.act_window', 'name': self.env._("Import a return file"), 'target': 'new', 'view_mode': 'form',
                'res_model': 'recouvrement.handoff.return.step', 'context': {
                    'default_professional_id': self.professional_id.id, 'default_company_id': self.company_id.id}}
