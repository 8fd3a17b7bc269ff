"""The journal of personal data: what was given to a person, what was made anonymous, when, by whom."""
from odoo import api, fields, models
from odoo.exceptions import UserError


class RecouvrementPrivacyLog(models.Model):
    _name = 'recouvrement.privacy.log'
    _description = "Journal of personal data"
    _order = 'id desc'

    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    partner_id = fields.Many2one('res.partner', string="Person", readonly=True, index=True, ondelete='set null')
    kind = fields.Selection(
        selection=[('access', "Given to the person"), ('anonymised', "Made anonymous"), ('partner', "Contact made anonymous")],
        required=True, readonly=True)
    date = fields.Datetime(default=fields.Datetime.now, required=True, readonly=True)
    user_id = fields.Many2one('res.users', string="By", required=True, readonly=True)
    day = fields.Date(string="Last event", readonly=True)
    counts = fields.Json(readonly=True, help="Records changed, by model.")
    attachment_id = fields.Many2one('ir.attachment', string="Document", readonly=True, ondelete='restrict')
    sha256 = fields.Char(string="Fingerprint (SHA-256)", readonly=True)
    text = fields.Char(string="Records", compute='_compute_text')

    def _compute_text(self):
        names = {model.model: model.name for model in self.env['ir.model'].sudo().search([('model', 'like', 'recouvrement.%')])}
        for log in self:
            log.text = ", ".join(f"{names.get(name, name)}: {count}" for name, count in sorted((log.counts or {}).items()))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("The journal of personal data is append-only."))
