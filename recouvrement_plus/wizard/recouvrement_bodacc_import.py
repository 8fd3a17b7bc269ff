from odoo import fields, models


class RecouvrementBodaccImport(models.TransientModel):
    """A file of announcements exported from the BODACC's open data."""

    _name = 'recouvrement.bodacc.import'
    _inherit = 'recouvrement.window'
    _description = "Import BODACC announcements"

    file = fields.Binary(required=True, help="JSON, as the open data exports it.")
    filename = fields.Char()

    def action_import(self):
        self.ensure_one()
        self.env['recouvrement.bodacc'].import_file(self.file.decode(), self.filename or '')
        return self.env['ir.actions.act_window']._for_xml_id('recouvrement_plus.recouvrement_bodacc_action')


class RecouvrementBodaccRefuse(models.TransientModel):
    """Why announcements are turned down."""

    _name = 'recouvrement.bodacc.refuse'
    _inherit = 'recouvrement.window'
    _description = "Refuse BODACC announcements"

    bodacc_ids = fields.Many2many('recouvrement.bodacc', required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_refuse(self):
        self.ensure_one()
        self.bodacc_ids.refuse(self.reason)
        return {'type': 'ir.actions.act_window_close'}
