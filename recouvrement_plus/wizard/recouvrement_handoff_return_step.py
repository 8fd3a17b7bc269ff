from odoo import api, fields, models


class RecouvrementHandoffReturnStep(models.TransientModel):
    """A return file, looked at before it is recorded."""

    _name = 'recouvrement.handoff.return.step'
    _inherit = 'recouvrement.window'
    _description = "Import a return file"

    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)
    professional_id = fields.Many2one('res.partner', string="Received from", required=True)
    file = fields.Binary(required=True, help="CSV or XML, as docs/handoff.md says.")
    filename = fields.Char()
    preview_html = fields.Html(string="What the file says", compute='_compute_preview', sanitize=False)

    @api.depends('file', 'professional_id')
    def _compute_preview(self):
        kinds = dict(self.env['recouvrement.handoff.line']._fields['kind']._description_selection(self.env))
        for step in self:
            step.preview_html = False
            # Before it is saved, the web client sends the size of a file in place of its content.
            content = step.with_context(bin_size=False).file
            if content and step.professional_id:
                found = self.env['recouvrement.handoff.return'].preview(step.professional_id.id, content, step.company_id.id)
                step.preview_html = self.env['ir.qweb']._render(
                    'recouvrement_plus.handoff_return_preview', {'found': found, 'kinds': kinds})

    def action_record(self):
        """Record the file and open what waits for a decision."""
        self.ensure_one()
        result = self.env['recouvrement.handoff.return'].record(
            self.professional_id.id, self.filename, self.with_context(bin_size=False).file, self.company_id.id)
        message = self.env._("%(recorded)s lines recorded, %(known)s known already, %(errors)s with an error.",
                             recorded=result['recorded'], known=result['known'], errors=len(result['errors']))
        for row in result['errors'][:5]:
            message += " " + self.env._("Line %(line)s: %(reason)s", line=row['line'], reason=row['reason'])
        return {'type': 'ir.actions.client', 'tag': 'display_notification', 'params': {
            'message': message, 'type': 'warning' if result['errors'] else 'success', 'sticky': bool(result['errors']),
            'next': {'type': 'ir.actions.act_window_close'}}}
