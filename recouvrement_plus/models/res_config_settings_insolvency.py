from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    recouvrement_insolvency_indemnity = fields.Boolean(related='company_id.recouvrement_insolvency_indemnity', readonly=False)
    recouvrement_bodacc_address = fields.Char(
        string="Address of the BODACC's open data", config_parameter='recouvrement_plus.bodacc_address',
        help="Records of the data set annonces-commerciales. Only https.")
    recouvrement_bodacc_active = fields.Boolean(
        string="Look the BODACC up each day", compute='_compute_recouvrement_bodacc_active',
        inverse='_inverse_recouvrement_bodacc_active')

    @api.depends('company_id')
    def _compute_recouvrement_bodacc_active(self):
        for settings in self:
            settings.recouvrement_bodacc_active = self._recouvrement_bodacc_cron().active

    def _inverse_recouvrement_bodacc_active(self):
        for settings in self:
            self._recouvrement_bodacc_cron().active = settings.recouvrement_bodacc_active

    @api.model
    def _recouvrement_bodacc_cron(self):
        return self.env.ref('recouvrement_plus.ir_cron_recouvrement_bodacc').sudo()
