import base64

from odoo import api, fields, models
from odoo.tools import format_date

# What makes the figures: a change of one of them makes them again.
QUESTION = ('closing_date', 'company_id', 'basis', 'reference', 'legal_days', 'unpaid_too', 'purchases', 'turnover')
CELLS = [
    ('on_time', "0 days (indicative)"), ('1_30', "1 to 30 days"), ('31_60', "31 to 60 days"), ('61_90', "61 to 90 days"),
    ('91_more', "91 days and more"), ('total', "Total (1 day and more)"), ('disputed', "Disputed"),
    ('unrecognised', "Not in the books")]


class RecouvrementDelayWizard(models.TransientModel):
    """The payment-delay table on the screen; what is exported has the same figures."""

    _name = 'recouvrement.delay.wizard'
    _inherit = 'recouvrement.window'
    _description = "Payment-delay table on the screen"

    company_id = fields.Many2one('res.company', required=True, readonly=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    closing_date = fields.Date(string="Closing date", required=True, default=lambda self: self._default_closing_date())
    option = fields.Selection([
        ('unpaid', "I: unpaid at closing"), ('paid_late', "II: paid late in the year")], required=True, default='unpaid')
    basis = fields.Selection([('ttc', "Including tax"), ('ht', "Excluding tax")], string="Amounts", required=True, default='ttc')
    reference = fields.Selection(
        [('contractual', "Contractual terms"), ('legal', "Legal terms")], string="Delays counted from", required=True,
        default='contractual')
    legal_days = fields.Integer(string="Legal term (days after issue)", default=60)
    unpaid_too = fields.Boolean(
        string="Count what is still unpaid", help="Under option II, add what is unpaid and late at closing.")
    purchases = fields.Monetary(
        string="Purchases of the year", help="Amount that the percentages refer to. 0: the suppliers' invoices of the year.")
    turnover = fields.Monetary(
        string="Turnover of the year", help="Amount that the percentages refer to. 0: the customers' invoices of the year.")
    html = fields.Html(string="Table", compute='_compute_html', sanitize=False)
    line_ids = fields.One2many('recouvrement.delay.line', 'wizard_id', string="Invoices behind the figures", readonly=True)

    @api.model
    def _default_closing_date(self):
        """The last day of the last fiscal year that is over."""
        company = self.env.company
        return fields.Date.subtract(company.compute_fiscalyear_dates(company._recouvrement_today())['date_from'], days=1)

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard._refresh()
        return wizards

    def write(self, vals):
        result = super().write(vals)
        if {*QUESTION, 'option'} & set(vals):
            for wizard in self:
                wizard._refresh()
        return result

    @api.depends('closing_date')
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Payment delays on %(day)s", day=format_date(self.env, wizard.closing_date))

    # === FIGURES === #

    def _compute_result(self, **more):
        """The public method's answer for what this window asks."""
        self.ensure_one()
        return self.env['recouvrement.delay.table'].compute(
            self.closing_date, self.company_id.id, **self._options(), **more)

    def _options(self):
        return {'basis': self.basis, 'reference': self.reference, 'legal_days': self.legal_days, 'unpaid_too': self.unpaid_too,
                'purchases': self._stated(self.purchases), 'turnover': self._stated(self.turnover)}

    def _stated(self, amount):
        return self.currency_id._recouvrement_text(amount) if amount else None

    @api.depends('option', *QUESTION)
    def _compute_html(self):
        for wizard in self:
            wizard.html = wizard.closing_date and wizard._render()

    def _render(self):
        table = self.env['recouvrement.delay.table']
        result = self._compute_result()
        block = next(block for block in table._grid(result) if block['option'] == self.option)
        return self.env['ir.qweb']._render('recouvrement_plus.delay_table_screen', {
            'block': block, 'columns': table._column_titles(), 'notes': table._method_notes(result),
            'currency': self.currency_id, 'number': float})

    def _refresh(self):
        """One line for each figure, from which its invoices are opened."""
        sides = self._compute_result()['options'][self.option]
        self.line_ids.unlink()
        self.env['recouvrement.delay.line'].create([{
            'wizard_id': self.id, 'side': side, 'cell': cell, 'invoices': figures['invoices'], 'amount': float(figures['amount']),
            'percent': float(figures['percent'] or 0)}
            for side, block in sides.items() for cell, figures in block['cells'].items() if figures['invoices']])

    # === ACTIONS === #

    @api.model
    def action_open(self):
        """The table of the last year that is over, ready to read."""
        return self.create({})._window()

    def action_refresh(self):
        """The button saves what was changed; the figures follow."""
        self._refresh()
        return self._window()

    def _window(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Payment delays (management report)"), 'res_model': self._name,
            'res_id': self.id, 'view_mode': 'form', 'target': 'current'}

    def action_export(self):
        """The workbook of the same question, kept as long as the window and downloaded."""
        self.ensure_one()
        result = self.env['recouvrement.delay.table'].export_xlsx(self.closing_date, self.company_id.id, **self._options())
        attachment = self.env['ir.attachment'].create({
            'name': result['filename'], 'raw': base64.b64decode(result['content']), 'res_model': self._name, 'res_id': self.id,
            'mimetype': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'})
        return {'type': 'ir.actions.act_url', 'url': f'/web/content/{attachment.id}?download=true', 'target': 'self'}


class RecouvrementDelayLine(models.TransientModel):
    """One figure of the table, with the way to its invoices."""

    _name = 'recouvrement.delay.line'
    _inherit = 'recouvrement.window'
    _description = "Figure of the payment-delay table"
    _order = 'id'

    wizard_id = fields.Many2one('recouvrement.delay.wizard', string="Table", required=True, ondelete='cascade', index=True)
    currency_id = fields.Many2one(related='wizard_id.currency_id')
    side = fields.Selection([('received', "Invoices received"), ('issued', "Invoices issued")], required=True)
    cell = fields.Selection(CELLS, string="Tranche", required=True)
    invoices = fields.Integer(string="Number of invoices")
    amount = fields.Monetary()
    percent = fields.Float(string="%", digits=(16, 2))

    def action_open_invoices(self):
        """The invoices behind the figure."""
        self.ensure_one()
        result = self.wizard_id._compute_result(with_entries=True)
        entries = result['options'][self.wizard_id.option][self.side]['entries']
        late = [cell for cell, _label in CELLS if cell not in ('on_time', 'disputed', 'unrecognised')]
        wanted = late if self.cell == 'total' else [self.cell]
        moves = list(dict.fromkeys(entry['move_id'] for entry in entries if entry['cell'] in wanted))
        title = dict(self._fields['side']._description_selection(self.env))[self.side]
        cell = dict(self._fields['cell']._description_selection(self.env))[self.cell]
        return {
            'type': 'ir.actions.act_window', 'name': f"{title} – {cell}", 'res_model': 'account.move', 'view_mode': 'list,form',
            'domain': [('id', 'in', moves)], 'context': {'create': False}}
