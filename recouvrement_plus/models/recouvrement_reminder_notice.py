"""What a formal notice that the night prepared still lacks: told on its form and in the list, before anything is rendered."""
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.proceedings import ROWS

#: The steps that its approval takes.
STEPS = (('draft', 'prepare_notice'), ('notice_prepared', 'approve_notice'))


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    notice_missing = fields.Char(string="Missing before it can be approved", compute='_compute_notice_missing')
    identity_missing = fields.Char(related='partner_id.recouvrement_identity_missing')
    identity_checked = fields.Boolean(related='partner_id.recouvrement_identity_checked')

    @api.depends('state', 'formal_notice', 'partner_id.recouvrement_regime', 'partner_id.recouvrement_identity_print')
    @api.depends_context('lang')
    def _compute_notice_missing(self):
        for reminder in self:
            waits = reminder.state == 'draft' and reminder.formal_notice
            reminder.notice_missing = waits and reminder._notice_missing_words() or False

    def _notice_missing_words(self):
        """What is not known of the debtor and has to be, in words; '' when nothing is missing."""
        proceeding = self.env['recouvrement.proceeding'].sudo().new({
            'case_id': self.case_id.id, 'company_id': self.company_id.id})
        facts = proceeding._debtor_facts()
        missing = [name for step in STEPS for name in ROWS[step].needs if facts.get(name) is False]
        words = [proceeding._fact_label(name) for name in dict.fromkeys(missing)]
        gaps = self.sudo().partner_id.recouvrement_identity_missing if 'identity_checked' in missing else False
        return ", ".join(words + ([self.env._("missing: %(gaps)s", gaps=gaps)] if gaps else []))

    def _approve_or_refuse(self, alone):
        """What the debtor's identity refuses is refused before the ledger is read and the letter is made; what was paid is
        withdrawn all the same."""
        owed = any(line.item_id.amount_residual > 0 for line in self._claimed())
        missing = self.formal_notice and owed and self._notice_missing_words()
        if missing and alone:
            raise UserError(self.env._("The formal notice to %(customer)s cannot be approved yet: %(missing)s.",
                                       customer=self.partner_id.display_name, missing=missing))
        refusal = missing or super()._approve_or_refuse(alone)
        if refusal:
            self.write({'reason': 'approval_refused', 'note': refusal})  # read in the list of those that were not approved
        return refusal

    # === ACTIONS === #

    def _tell_approved(self, results):
        """How many were approved; of several, those that were not as a list, each with its reason; what is left to click again."""
        good = ('approved', 'queued')
        refused = [result['id'] for result in results if result['state'] not in good]
        left = any(result['reason'] == self._late_words() for result in results)
        if len(results) < 2 or not refused or left:
            return self._tell(results, good, self.env._("%(count)s approved"))
        action = self.env['ir.actions.act_window']._for_xml_id('recouvrement_plus.recouvrement_reminder_action')
        return action | {'domain': [('id', 'in', refused)], 'context': {}, 'path': False, 'name': self.env._(
            "Approved: %(approved)s. Not approved: %(refused)s", approved=len(results) - len(refused), refused=len(refused))}

    def action_check_identity(self):
        """The person compared the debtor's identity with an official source."""
        self.ensure_one()
        self.partner_id.recouvrement_check_identity()
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    def action_open_customer(self):
        """The customer, where the regime, the legal form and the court are stated."""
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': 'res.partner', 'res_id': self.partner_id.commercial_partner_id.id,
                'view_mode': 'form'}
