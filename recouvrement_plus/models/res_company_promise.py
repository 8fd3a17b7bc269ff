"""Patience: how long a promise may be, how an instalment agreement may be cut."""
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_promise_max_days = fields.Integer(
        string="Longest promise (days)", default=45, help="For a longer time an instalment agreement is made.")
    recouvrement_promise_grace_days = fields.Integer(
        string="Days of grace after a promise", default=3, help="Time for the money to arrive before the reminders go on.")
    recouvrement_agreement_max_months = fields.Integer(
        string="Longest agreement (months)", default=12, help="From the first payment to the last one.")
    recouvrement_agreement_grace_days = fields.Integer(
        string="Days of grace of an agreement", default=5, help="After a missed payment and these days the agreement lapses.")

    _recouvrement_patience = models.Constraint(
        'CHECK(recouvrement_promise_max_days >= 0 AND recouvrement_promise_grace_days >= 0'
        ' AND recouvrement_agreement_max_months >= 0 AND recouvrement_agreement_grace_days >= 0)',
        "Days and months of patience are 0 or more.")


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    recouvrement_promise_max_days = fields.Integer(related='company_id.recouvrement_promise_max_days', readonly=False)
    recouvrement_promise_grace_days = fields.Integer(related='company_id.recouvrement_promise_grace_days', readonly=False)
    recouvrement_agreement_max_months = fields.Integer(related='company_id.recouvrement_agreement_max_months', readonly=False)
    recouvrement_agreement_grace_days = fields.Integer(related='company_id.recouvrement_agreement_grace_days', readonly=False)
