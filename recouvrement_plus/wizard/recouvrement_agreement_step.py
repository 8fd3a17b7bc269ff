import base64

from odoo import api, fields, models


class RecouvrementAgreementStep(models.TransientModel):
    """Propose an instalment agreement: the payments are shown before anything is recorded."""

    _name = 'recouvrement.agreement.step'
    _inherit = ['recouvrement.overdue.step']
    _description = "Propose an instalment agreement"

    item_ids = fields.Many2many(string="Instalments of the invoices")
    total = fields.Monetary(string="Owed", compute='_compute_total', store=True)
    number = fields.Integer(string="Monthly payments", default=3, required=True)
    first_day = fields.Date(string="First payment on", required=True, default=lambda self: self._default_first_day())
    down_payment = fields.Monetary(string="Down payment on that day")
    interest_mode = fields.Selection(
        lambda self: self.env['recouvrement.agreement']._fields['interest_mode']._description_selection(self.env),
        string="Penalties", default='running', required=True)
    preview = fields.Html(compute='_compute_preview', sanitize=False)

    @api.model
    def _default_first_day(self):
        return fields.Date.add(self.env.company._recouvrement_today(), days=15)

    @api.depends('item_ids')
    def _compute_total(self):
        for wizard in self:
            wizard.total = sum(wizard.item_ids.mapped('amount_residual'))

    @api.depends('item_ids', 'number', 'first_day', 'down_payment')
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = wizard._payments() and self.env['ir.qweb']._render(
                'recouvrement_plus.agreement_payments', {'payments': wizard._payments(), 'currency': wizard.currency_id})

    def _payments(self):
        """The payments that would be proposed; none while the rules refuse them."""
        if not self.item_ids or not self.first_day or len(self.item_ids.currency_id) > 1:
            return []
        try:
            schedule = self.case_id._schedule(self.item_ids._origin, self.number, self.first_day, self.down_payment)
        except ValueError:  # a UserError: the button says it in words
            return []
        return [{'date': day, 'amount': float(amount)} for day, amount in schedule]

    def action_propose(self):
        self.ensure_one()
        result = self.case_id.propose_agreement(
            self.number, self.first_day, self.down_payment, self.item_ids.ids, self.interest_mode)
        return {'type': 'ir.actions.act_window', 'res_model': 'recouvrement.agreement', 'res_id': result['id'], 'view_mode': 'form'}


class RecouvrementAgreementSign(models.TransientModel):
    """The signed document of an agreement."""

    _name = 'recouvrement.agreement.sign'
    _inherit = 'recouvrement.window'
    _description = "Record the signature of an agreement"

    agreement_id = fields.Many2one('recouvrement.agreement', required=True, readonly=True, ondelete='cascade')
    date_signed = fields.Date(required=True, default=lambda self: self.env.company._recouvrement_today())
    signed_by = fields.Char(string="Signed by", required=True)
    document = fields.Binary(string="Signed document", required=True)
    filename = fields.Char()

    def action_sign(self):
        self.ensure_one()
        self.agreement_id.sign(self.date_signed, self.signed_by, {
            'filename': self.filename, 'datas': base64.b64encode(base64.b64decode(self.document)).decode()})
        return {'type': 'ir.actions.act_window_close'}
