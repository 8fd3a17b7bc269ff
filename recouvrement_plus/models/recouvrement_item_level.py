"""The level that an instalment reached, said so that nobody takes what waits for what has left."""
from odoo import api, fields, models


class RecouvrementItem(models.Model):
    _inherit = 'recouvrement.item'

    level_text = fields.Char(
        string="Level", compute='_compute_level_text',
        help="The highest level reached since the reminders started; in brackets when its message has not left, and why.")

    @api.depends('level_id', 'cycle')  # not the state of reminders: each one that is sent would look for its instalments
    @api.depends_context('lang')
    def _compute_level_text(self):
        labels = dict(self.env['recouvrement.reminder']._fields['state']._description_selection(self.env))
        reminders = self._level_reminders()
        for item in self:
            name, reminder = item.level_id.name or '', reminders.get((item.id, item.level_id.id, item.cycle))
            if name and reminder and reminder.state != 'sent':
                label = labels[reminder.state]
                name = self.env._("%(level)s (%(state)s)", level=name, state=label[:1].lower() + label[1:])
            item.level_text = name

    def _level_reminders(self):
        """{(item id, level id, cycle): the last reminder that moved the instalment there}."""
        lines = self.env['recouvrement.reminder.line'].sudo().search_fetch(
            [('item_id', 'in', self.ids), ('kind', '=', 'moved'), ('active', '=', True)],
            ['item_id', 'level_id', 'cycle', 'reminder_id'], order='id')
        return {(line.item_id.id, line.level_id.id, line.cycle): line.reminder_id for line in lines}
