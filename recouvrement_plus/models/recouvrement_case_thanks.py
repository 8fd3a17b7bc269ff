from odoo import fields, models


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    date_thanked = fields.Date(string="Thanked on", readonly=True, copy=False)

    def _thanks_contact(self):
        """Who read the last reminder, else who would read the next one."""
        self.ensure_one()
        sent = self.reminder_ids.filtered(lambda one: one.state == 'sent' and one.channel == 'email')[:1]
        return sent.contact_id or self.env['recouvrement.reminder']._recipient(self.partner_id)
