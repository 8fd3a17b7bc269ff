from odoo import api, fields, models

from ..models.recouvrement_proceeding_codes import ACTION_LABELS, CHANNELS, ENFORCEMENT_ACTS, EXEMPT_GROUNDS, TALKS, TITLES


class RecouvrementProceedingStep(models.TransientModel):
    _name = 'recouvrement.proceeding.step'
    _inherit = 'recouvrement.track.step'
    _description = "Step of a proceeding"
    _link = 'proceeding_id'

    proceeding_id = fields.Many2one('recouvrement.proceeding', required=True, ondelete='cascade')
    company_id = fields.Many2one(related='proceeding_id.company_id')
    action = fields.Selection(ACTION_LABELS, required=True, readonly=True)
    received_on = fields.Date(string="Received on")
    until = fields.Date(string="Time granted until")
    hearing_on = fields.Date(string="Hearing on")
    channel = fields.Selection(CHANNELS)
    talks_kind = fields.Selection(TALKS, string="Kind of talks")
    title_kind = fields.Selection(TITLES, string="Kind of title")
    enforcement_act = fields.Selection(ENFORCEMENT_ACTS, string="Act of enforcement")
    exempt_ground = fields.Selection(EXEMPT_GROUNDS, string="Without authorisation, because of")
    notice_days = fields.Integer(string="Days given to pay", help="8 to 15 days is the custom; no text fixes it.")
    court = fields.Char()
    third_party = fields.Char(string="Third party")
    served_in_person = fields.Boolean(string="Handed to the debtor in person")
    professional = fields.Char(string="Professional in charge", help="Lawyer, commissaire de justice, agency, mediator.")
    cost_recoverable = fields.Boolean(
        string="Recoverable from the debtor",
        help="Costs of enforcement are, unless plainly needless. Without a title they stay with the creditor, but for acts that "
             "the law prescribes and what a judge decides (CPCE art. L111-8).")
    override_reason = fields.Char(string="Reason to go on all the same")

    @api.model
    def default_get(self, fields):
        """Today's date, the known court and professional, the days of the company."""
        values = super().default_get(fields)
        proceeding = self.env['recouvrement.proceeding'].browse(values.get('proceeding_id'))
        proceeding.check_access('read')
        proceeding = proceeding.sudo()
        if proceeding:
            today = proceeding.company_id._recouvrement_today()
            values |= {
                'sent_on': today, 'done_on': today, 'channel': 'registered_letter', 'professional': proceeding.professional,
                'notice_days': proceeding.company_id.recouvrement_notice_days,
                'court': proceeding._court_name(values.get('action'))}
        return values

    def _stated(self):
        """No day at all to pay is stated too: the step refuses it."""
        days = {'notice_days': self.notice_days} if ',notice_days,' in self.asked else {}
        return super()._stated() | days


class RecouvrementProceedingOption(models.TransientModel):
    _name = 'recouvrement.proceeding.option'
    _inherit = 'recouvrement.track.option'
    _description = "Possible step of a proceeding"
    _link = 'proceeding_id'

    proceeding_id = fields.Many2one('recouvrement.proceeding', required=True, ondelete='cascade')
    action = fields.Selection(ACTION_LABELS, string="Step", required=True)
