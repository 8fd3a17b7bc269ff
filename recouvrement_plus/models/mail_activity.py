"""Tasks that a night opens by the hundred."""
from odoo import api, fields, models


class MailActivity(models.Model):
    _inherit = 'mail.activity'

    @api.model
    def _recouvrement_open(self, vals_list):
        """Open tasks on cases, many at once: what core's `create` does, without its cost or an e-mail for each.

        Who is responsible follows the case, and the counter of the tasks on that person's screen moves. Only for the
        machine: there is no check of access.

        :param vals_list: dicts with the same keys: activity_type_id, res_id (a case), user_id, date_deadline and others
        """
        if not vals_list:
            return self.browse()
        cases = self.env['recouvrement.case'].browse([vals['res_id'] for vals in vals_list])
        users = self.env['res.users'].browse([vals['user_id'] for vals in vals_list])
        cases.fetch(['partner_id'])
        cases.partner_id.fetch(['complete_name'])
        tasks = self.env['recouvrement.bulk']._insert(self, [vals | {
            'res_model_id': self.env['ir.model']._get_id(cases._name), 'res_model': cases._name,
            'res_name': case.partner_id.complete_name,  # the name of a case, as it is stored
            'user_tz': user.tz, 'date_done': False,
        } for vals, case, user in zip(vals_list, cases, users, strict=True)])
        stale = [name for name in self.env['mail.activity.mixin']._fields if 'activity' in name]
        cases.invalidate_model([*stale, 'message_follower_ids', 'message_partner_ids'], flush=False)
        for user, own in tasks.grouped('user_id').items():
            own._recouvrement_subscribe(user)
            today = len(own.filtered(lambda task: task.date_deadline <= fields.Date.today()))
            if today:
                user._bus_send('mail.activity/updated', {'activity_created': True, 'count_diff': today})
        return tasks

    def _recouvrement_subscribe(self, user):
        """Who is responsible follows the cases, by core's own choice of what is told to followers."""
        Followers = self.env['mail.followers']
        new, _known = Followers._add_default_followers(
            'recouvrement.case', list(set(self.mapped('res_id'))), user.partner_id.filtered('active').ids)
        rows = [vals | {'res_id': case_id, 'subtype_ids': vals['subtype_ids'][0][2]}
                for case_id, followers in new.items() for vals in followers]
        if rows:
            self.env['recouvrement.bulk']._insert(Followers, rows)
