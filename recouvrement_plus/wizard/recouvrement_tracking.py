import base64

from odoo import fields, models


class RecouvrementTracking(models.TransientModel):
    """The tracking file of a mailing of registered letters."""

    _name = 'recouvrement.tracking'
    _inherit = 'recouvrement.window'
    _description = "Import of tracking numbers"

    mailing_id = fields.Many2one('recouvrement.mailing', required=True, ondelete='cascade')
    file = fields.Binary(required=True, help="Columns: reference;number;deposited_on;received_on")
    filename = fields.Char()

    def action_import(self):
        self.ensure_one()
        result = self.mailing_id.import_tracking(base64.b64decode(self.file).decode('utf-8-sig', 'replace'))
        message = self.env._("%(count)s letters updated.", count=result['updated'])
        if result['errors']:
            message += " " + " ".join(
                self.env._("Line %(line)s: %(reason)s", line=row['line'], reason=row['reason']) for row in result['errors'][:5])
        return {'type': 'ir.actions.client', 'tag': 'display_notification', 'params': {
            'message': message, 'type': 'warning' if result['errors'] else 'success', 'sticky': bool(result['errors']),
            'next': {'type': 'ir.actions.act_window_close'}}}
