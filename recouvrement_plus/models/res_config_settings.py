from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    recouvrement_plan_id = fields.Many2one(related='company_id.recouvrement_plan_id', readonly=False)
    recouvrement_contract_rate = fields.Float(related='company_id.recouvrement_contract_rate', readonly=False)
    recouvrement_imputation = fields.Selection(related='company_id.recouvrement_imputation', readonly=False, required=True)
    recouvrement_contract_floor = fields.Selection(related='company_id.recouvrement_contract_floor', readonly=False, required=True)
    recouvrement_denominator = fields.Selection(related='company_id.recouvrement_denominator', readonly=False, required=True)
    recouvrement_semester_method = fields.Selection(
        related='company_id.recouvrement_semester_method', readonly=False, required=True)
    recouvrement_end_of_month_method = fields.Selection(
        related='company_id.recouvrement_end_of_month_method', readonly=False, required=True)
    recouvrement_sector = fields.Selection(related='company_id.recouvrement_sector', readonly=False)
    recouvrement_accept_unconfirmed_cap = fields.Boolean(related='company_id.recouvrement_accept_unconfirmed_cap', readonly=False)
    recouvrement_notice_days = fields.Integer(related='company_id.recouvrement_notice_days', readonly=False)
    recouvrement_reply_pause_days = fields.Integer(related='company_id.recouvrement_reply_pause_days', readonly=False)
    recouvrement_reply_to = fields.Char(related='company_id.recouvrement_reply_to', readonly=False)
    recouvrement_grace_days = fields.Integer(related='company_id.recouvrement_grace_days', readonly=False)
    recouvrement_bank_check = fields.Selection(related='company_id.recouvrement_bank_check', readonly=False, required=True)
    recouvrement_bank_days = fields.Integer(related='company_id.recouvrement_bank_days', readonly=False)
    recouvrement_receipt_days = fields.Integer(related='company_id.recouvrement_receipt_days', readonly=False)
    recouvrement_penalty_journal_id = fields.Many2one(related='company_id.recouvrement_penalty_journal_id', readonly=False)
    recouvrement_interest_account_id = fields.Many2one(related='company_id.recouvrement_interest_account_id', readonly=False)
    recouvrement_indemnity_account_id = fields.Many2one(related='company_id.recouvrement_indemnity_account_id', readonly=False)
    recouvrement_concession_days = fields.Integer(related='company_id.recouvrement_concession_days', readonly=False)
    recouvrement_night_active = fields.Boolean(
        string="Nightly run", compute='_compute_recouvrement_night', inverse='_inverse_recouvrement_night',
        help="Each night: look at the ledger, score, prepare the reminders of the day, put the automatic ones on their way.")
    recouvrement_night_next = fields.Datetime(string="Next night", compute='_compute_recouvrement_night')
    recouvrement_night_parent_id = fields.Many2one('res.company', compute='_compute_recouvrement_night')
    recouvrement_rate_address = fields.Char(
        string="Address of the ECB's series", config_parameter='recouvrement_plus.rate_address',
        help="Main refinancing operations, rate level, as SDMX (CSV or XML). Only https.")
    recouvrement_rate_fetch_active = fields.Boolean(
        string="Look the ECB's rate up each month", compute='_compute_recouvrement_rate_fetch',
        inverse='_inverse_recouvrement_rate_fetch')

    @api.depends('company_id')
    def _compute_recouvrement_rate_fetch(self):
        for settings in self:
            settings.recouvrement_rate_fetch_active = self._recouvrement_rate_cron().active

    def _inverse_recouvrement_rate_fetch(self):
        for settings in self:
            self._recouvrement_rate_cron().active = settings.recouvrement_rate_fetch_active

    @api.model
    def _recouvrement_rate_cron(self):
        return self.env.ref('recouvrement_plus.ir_cron_recouvrement_rate_fetch').sudo()

    @api.depends('company_id')
    def _compute_recouvrement_night(self):
        cron = self.env['res.company']._recouvrement_night_cron()
        for settings in self:
            company = settings.company_id.sudo()
            settings.recouvrement_night_active = cron.active and company._recouvrement_night_on()
            settings.recouvrement_night_next = cron.nextcall
            # the parent that a branch follows is switched on and off there
            settings.recouvrement_night_parent_id = (company.parent_ids - company).filtered('recouvrement_night')[:1]

    def _inverse_recouvrement_night(self):
        cron = self.env['res.company']._recouvrement_night_cron()
        for settings in self:
            if settings.recouvrement_night_active != (cron.active and settings.company_id._recouvrement_night_on()):
                settings.company_id.recouvrement_night = settings.recouvrement_night_active
