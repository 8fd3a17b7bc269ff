"""Which companies collect by themselves each night: each is switched on by its own manager, a branch with its parent too."""
from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_night = fields.Boolean(
        string="Nightly run", help="The company, and its branches with it, are looked at each night.")

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        if any(vals.get('recouvrement_night') for vals in vals_list):
            self._recouvrement_wake_night()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if 'recouvrement_night' in vals:
            self._recouvrement_wake_night()
        return result

    def _recouvrement_night_on(self):
        """Whether the scheduled night collects for this company: switched on for it, or for one of its parents."""
        self.ensure_one()
        return any(self.sudo().parent_ids.mapped('recouvrement_night'))

    @api.model
    def _recouvrement_of_the_night(self):
        """The companies for which the scheduled night collects."""
        started = self.sudo().search([('recouvrement_night', '=', True)])
        return self.sudo().search([('id', 'child_of', started.ids)])

    @api.model
    def _recouvrement_wake_night(self):
        """The scheduled action is awake as long as one company is switched on."""
        started = self.sudo().search_count([('recouvrement_night', '=', True)], limit=1)
        self._recouvrement_night_cron().active = bool(started)

    @api.model
    def _recouvrement_night_cron(self):
        return self.env.ref('recouvrement_plus.ir_cron_recouvrement_run_night').sudo()

    @api.model
    def _recouvrement_keep_nights(self):
        """Once, in a database of before, where one switch was for all: companies that had nights keep them, all if none had."""
        if not self._recouvrement_night_cron().active:
            return
        roots = self.sudo().search([('parent_id', '=', False)])
        had = self.env['recouvrement.run'].sudo().search([('replay', '=', False)]).company_id or roots
        # a branch whose parent keeps its nights goes on with it
        had.filtered(lambda company: not (company.parent_ids - company) & had).recouvrement_night = True
