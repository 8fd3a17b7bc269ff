import base64

from odoo import api, fields, models


class RecouvrementStatement(models.TransientModel):
    """The penalty statement on the screen, for the day that is asked; what is printed has the same figures."""

    _name = 'recouvrement.statement'
    _inherit = 'recouvrement.window'
    _description = "Penalty statement on the screen"

    move_ids = fields.Many2many('account.move', string="Invoices", required=True, readonly=True)
    as_of = fields.Date(string="Statement on", required=True)
    html = fields.Html(string="Statement", compute='_compute_html', sanitize=False)

    @api.depends('move_ids', 'as_of')
    def _compute_html(self):
        for wizard in self:
            moves = wizard.move_ids._origin
            wizard.html = wizard.as_of and moves and wizard._render(moves)

    def _render(self, moves):
        day = moves._recouvrement_check_statement(self.as_of)
        return self.env['ir.qweb']._render(
            'recouvrement_plus.statement_screen', {'documents': moves._recouvrement_documents(day)})

    def action_print(self):
        """The letter of the same day, kept as long as the window and downloaded."""
        self.ensure_one()
        result = self.move_ids.recouvrement_penalty_statement_pdf(self.as_of)
        attachment = self.env['ir.attachment'].create({
            'name': result['filename'], 'raw': base64.b64decode(result['content']), 'mimetype': 'application/pdf',
            'res_model': self._name, 'res_id': self.id})
        return {'type': 'ir.actions.act_url', 'url': f'/web/content/{attachment.id}?download=true', 'target': 'self'}
