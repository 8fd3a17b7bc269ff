from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    recouvrement_bad_debt_journal_id = fields.Many2one(related='company_id.recouvrement_bad_debt_journal_id', readonly=False)
    recouvrement_doubtful_account_id = fields.Many2one(related='company_id.recouvrement_doubtful_account_id', readonly=False)
    recouvrement_impairment_account_id = fields.Many2one(related='company_id.recouvrement_impairment_account_id', readonly=False)
    recouvrement_allowance_account_id = fields.Many2one(related='company_id.recouvrement_allowance_account_id', readonly=False)
    recouvrement_release_account_id = fields.Many2one(related='company_id.recouvrement_release_account_id', readonly=False)
    recouvrement_loss_account_id = fields.Many2one(related='company_id.recouvrement_loss_account_id', readonly=False)
