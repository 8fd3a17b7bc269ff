"""From the legal track to the books: what ends as irrecoverable proposes its write-off; a person prepares it."""
from odoo import models


class RecouvrementProceeding(models.Model):
    _inherit = 'recouvrement.proceeding'

    def _take_step(self, action, stated):
        result = super()._take_step(action, stated)
        if self.state == 'irrecoverable':
            self._propose_write_off()
        return result

    def _propose_write_off(self):
        """A task on the case: look at the write-off of what this proceeding claimed."""
        self.case_id.activity_schedule(
            'recouvrement_plus.mail_activity_type_bad_debt', date_deadline=self.company_id._recouvrement_today(),
            summary=self.env._("Irrecoverable: prepare the write-off"), user_id=(self.case_id.user_id or self.env.user).id)

    def action_prepare_write_off(self):
        """The window of the case, for what this proceeding claimed."""
        self.ensure_one()
        self.env['recouvrement.run']._check_user('manager', self.company_id)
        action = self.env['ir.actions.act_window']._for_xml_id('recouvrement_plus.recouvrement_bad_debt_step_action')
        return action | {'context': {
            'default_case_id': self.case_id.id, 'default_proceeding_id': self.id, 'default_kind': 'write_off',
            'default_ground': self._bad_debt_ground()}}

    def _bad_debt_ground(self):
        """What the history shows; the person who prepares the write-off may say otherwise."""
        today = self.company_id._recouvrement_today()
        return 'liquidation' if any(item._is_insolvent(today) for item in self.sudo().item_ids) else 'enforcement'

    def propose_write_off(self):
        """What writing off the claim of this proceeding would book, with the ground that its history shows. Writes nothing.

        :return: as `recouvrement.case.prepare_write_off`, with `ground` and `proceeding_id`; {} when nothing is owed
        :raises AccessError: for who is no manager of the company
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('manager', self.company_id)
        self.check_access('read')
        items = self.sudo().item_ids.filtered(lambda item: item.amount_residual > 0)
        if not items:
            return {}
        ground = self._bad_debt_ground()
        preview = self.case_id.prepare_write_off(ground, {item.id: item.amount_residual for item in items}, preview=True)
        return {**preview, 'ground': ground, 'proceeding_id': self.id}
