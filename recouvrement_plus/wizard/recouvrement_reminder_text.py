from odoo import api, fields, models


class RecouvrementReminderText(models.TransientModel):
    """The text of one reminder, to be put in a person's own words."""

    _name = 'recouvrement.reminder.text'
    _inherit = 'recouvrement.window'
    _description = "Edit the text of a reminder"

    reminder_id = fields.Many2one('recouvrement.reminder', required=True, readonly=True, ondelete='cascade')
    channel = fields.Selection(related='reminder_id.channel')
    subject = fields.Char(compute='_compute_text', store=True, readonly=False)
    body = fields.Html(compute='_compute_text', store=True, readonly=False, sanitize_style=False)

    @api.depends('reminder_id')
    def _compute_text(self):
        for wizard in self:
            self.env['recouvrement.run']._check_user('officer', wizard.reminder_id.company_id)
            text = wizard.reminder_id.sudo()._text_to_edit() if wizard.reminder_id else {}
            wizard.subject, wizard.body = text.get('subject'), text.get('body')

    def action_save(self):
        self.ensure_one()
        self.reminder_id.edit_text(self.subject, self.body)
        return {'type': 'ir.actions.act_window_close'}

    def action_reset(self):
        """Back to the text of the level."""
        self.ensure_one()
        self.reminder_id.edit_text()
        return {'type': 'ir.actions.act_window_close'}
