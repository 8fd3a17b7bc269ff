from odoo import api, fields, models

from ..models.recouvrement_insolvency_codes import KINDS, MISSIONS, TERRITORIES


class RecouvrementInsolvencyRecord(models.TransientModel):
    """An opening judgment as a person records it, from a letter or from an announcement of the BODACC."""

    _name = 'recouvrement.insolvency.record'
    _inherit = 'recouvrement.window'
    _description = "Record insolvency proceedings"

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, ondelete='cascade')
    partner_id = fields.Many2one(related='case_id.partner_id', string="Customer")
    bodacc_id = fields.Many2one('recouvrement.bodacc', string="Announcement", readonly=True, ondelete='cascade')
    kind = fields.Selection(KINDS, string="Kind of proceedings", required=True)
    date_judgment = fields.Date(string="Opening judgment of", required=True)
    court = fields.Char(required=True)
    court_territory = fields.Selection(TERRITORIES, string="Overseas territory of the court")
    court_reference = fields.Char(string="Number of the case")
    holder_id = fields.Many2one('res.partner', string="Office-holder", help="Mandataire judiciaire or liquidator.")
    administrator_id = fields.Many2one('res.partner')
    mission = fields.Selection(MISSIONS, string="Mission of the administrator")
    date_published = fields.Date(string="Published in the BODACC on", help="Empty when it is not known yet.")
    bodacc_reference = fields.Char(string="BODACC announcement")
    date_warned = fields.Date(string="Personal warning received on", help="Creditors with a published security or contract only.")
    security = fields.Char(string="Privilege or security", help="Empty: an ordinary (unsecured) claim.")
    source = fields.Char(string="Read in", help="Where the judgment was read, when there is no file.")
    document = fields.Binary()
    document_name = fields.Char()

    @api.model
    def default_get(self, fields):
        """What the announcement says."""
        values = super().default_get(fields)
        notice = self.env['recouvrement.bodacc'].browse(values.get('bodacc_id'))
        if notice:
            values |= {
                'kind': notice.kind, 'date_judgment': notice.date_judgment, 'court': notice.court,
                'date_published': notice.date_published, 'bodacc_reference': notice.reference,
                'source': notice.address or notice.reference}
        return values

    def action_record(self):
        self.ensure_one()
        self.bodacc_id._check_case(self.case_id)
        document = self.document and {
            'filename': self.document_name or self.env._("Document"), 'datas': self.document.decode()}
        names = ('kind', 'court', 'court_territory', 'court_reference', 'mission', 'bodacc_reference', 'security')
        vals = {name: self[name] for name in names if self[name]}
        vals |= {name: self[name].id for name in ('holder_id', 'administrator_id') if self[name]}
        result = self.env['recouvrement.insolvency'].record(
            self.case_id.id, self.date_judgment, document=document, source=self.source or '', date_published=self.date_published,
            date_warned=self.date_warned, **vals)
        record = self.env['recouvrement.insolvency'].browse(result['id'])
        if self.bodacc_id.state == 'proposed':
            self.bodacc_id.sudo()._decide('accepted', insolvency_id=record.id)
        return record._open_form()
