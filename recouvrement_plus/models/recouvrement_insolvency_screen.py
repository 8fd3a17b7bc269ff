"""What the screen of insolvency proceedings says and offers besides that of every track."""
from odoo import api, fields, models
from odoo.tools import format_date

#: Shown only when they concern these proceedings: else they would be noise.
ROUTE_CONDITIONS = {'retention_clause', 'goods_reclaimed', 'unpublished', 'declaration_open'}
LAST_ACTIONS = ('name_holder', 'convert', 'adopt_plan', 'close_procedure', 'record_step', 'record_certificate',
                'set_judgment_aside', 'cancel_record')
BUTTONS = ('prepare_declaration', 'approve_declaration', 'send_declaration', 'record_publication')


class RecouvrementInsolvency(models.Model):
    _inherit = 'recouvrement.insolvency'

    _last_actions = LAST_ACTIONS
    _route_conditions = ROUTE_CONDITIONS

    can_prepare_declaration = fields.Boolean(compute='_compute_can')
    can_approve_declaration = fields.Boolean(compute='_compute_can')
    can_send_declaration = fields.Boolean(compute='_compute_can')
    can_record_publication = fields.Boolean(compute='_compute_can')
    headline = fields.Char(compute='_compute_headline')
    late_text = fields.Char(compute='_compute_headline')
    addressee_text = fields.Char(string="Letters about later debts", compute='_compute_addressee_text')

    @api.depends('state', 'stage', 'deadline_ids.state', 'event_ids', 'holder_id', 'date_published')
    @api.depends_context('lang')
    def _compute_can(self):
        for record in self:
            steps = record._steps()
            by_action = {step['action']: step for step in steps}
            for action in BUTTONS:
                step = by_action.get(action)
                record[f'can_{action}'] = bool(step) and not record._blocking(step)
            record.steps_html = record._steps_page(steps)

    @api.depends('state', 'line_ids')
    @api.depends_context('lang')
    def _compute_doubts(self):
        """What the declaration does not say of its own figures, for who approves it."""
        for record in self:
            prepared = record.state in ('prepared', 'approved')
            record.doubts = prepared and self.env['recouvrement.document']._doubts(
                record._statement_moves(), record._eve()) or False

    @api.depends('event_ids', 'deadline_ids.state', 'state')
    @api.depends_context('lang')
    def _compute_headline(self):
        labels = dict(self.env['recouvrement.proceeding.deadline']._fields['code']._description_selection(self.env))
        for record in self:
            record.headline = record._headline()
            record.late_text = ", ".join(f"{labels[line.code]} ({format_date(self.env, line.date)})"
                                         for line in record._running_deadlines().filtered('is_late')) or False

    @api.depends('kind', 'mission', 'holder_id', 'administrator_id', 'partner_id')
    @api.depends_context('lang')
    def _compute_addressee_text(self):
        for record in self:
            contact, capacity = record.with_context(lang=self.env.lang)._addressee()
            record.addressee_text = f"{contact.display_name}, {capacity}" if contact else record.partner_id.display_name

    # === ACTIONS === #

    def action_connect(self):
        """Choose the credits connected with earlier debts."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Connected credits"), 'target': 'new', 'view_mode': 'form',
            'res_model': 'recouvrement.insolvency.connect', 'context': {'default_insolvency_id': self.id}}
