import base64

from odoo import api, fields, models


class RecouvrementBadDebtClosing(models.TransientModel):
    """The closing report on the screen; what is exported has the same figures."""

    _name = 'recouvrement.bad.debt.closing'
    _inherit = 'recouvrement.window'
    _description = "Doubtful and bad debts at closing"

    company_id = fields.Many2one('res.company', required=True, readonly=True, default=lambda self: self.env.company)
    as_of = fields.Date(string="Closing date", required=True, default=lambda self: self.env.company._recouvrement_today())
    html = fields.Html(string="Report", compute='_compute_html', sanitize=False)

    @api.depends('company_id')
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Doubtful and bad debts")

    @api.depends('as_of', 'company_id')
    def _compute_html(self):
        Debt = self.env['recouvrement.bad.debt']
        for wizard in self:
            result = Debt.closing_report(wizard.as_of, wizard.company_id.id) if wizard.as_of else None
            wizard.html = result and self.env['ir.qweb']._render('recouvrement_plus.bad_debt_closing_screen', {
                'blocks': Debt._grid(result), 'checks': Debt._checks(result), 'drafts': len(result['drafts']),
                'currency': wizard.company_id.currency_id, 'number': float, 'to_date': fields.Date.to_date})

    @api.model
    def action_open(self):
        wizard = self.create({})
        return {'type': 'ir.actions.act_window', 'name': self.env._("Doubtful and bad debts at closing"), 'res_model': self._name,
                'res_id': wizard.id, 'view_mode': 'form', 'target': 'current'}

    def action_refresh(self):
        """The button saves the date; the figures follow."""
        return True

    def action_export(self):
        self.ensure_one()
        result = self.env['recouvrement.bad.debt'].export_xlsx(self.as_of, self.company_id.id)
        attachment = self.env['ir.attachment'].create({
            'name': result['filename'], 'raw': base64.b64decode(result['content']), 'res_model': self._name, 'res_id': self.id,
            'mimetype': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'})
        return {'type': 'ir.actions.act_url', 'url': f'/web/content/{attachment.id}?download=true', 'target': 'self'}
