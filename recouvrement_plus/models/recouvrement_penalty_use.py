"""What a message does with penalties: most creditors never bill them, they use them as leverage."""
from odoo import api, fields, models
from odoo.exceptions import UserError

from .recouvrement_penalty import SHOWN, USES

HELP = ("Not mentioned; mentioned with the articles of law; amount shown; claimed (shown, and frozen as a penalty claim when "
        "the message leaves); billed (claimed, and a draft document waits for a manager). Consumers never read of penalties "
        "in ordinary reminders.")


class RecouvrementPlanLevel(models.Model):
    _inherit = 'recouvrement.plan.level'

    penalty_use = fields.Selection(
        USES, string="Penalties", compute='_compute_penalty_use', store=True, readonly=False, precompute=True, required=True,
        help=HELP)

    @api.depends('tone', 'formal_notice', 'needs_statement')
    def _compute_penalty_use(self):
        """Mentioned from the firm tone, claimed with their amount from the formal notice."""
        for level in self:
            if level.formal_notice or level.needs_statement:
                level.penalty_use = 'claim'
            else:
                level.penalty_use = 'mention' if level.tone in ('firm', 'last') else 'none'


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    penalty_use = fields.Selection(
        USES, string="Use of penalties", tracking=True,
        help="For this customer, at the levels whose plan uses penalties. Empty: as the plan says. " + HELP)


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    penalty_use = fields.Selection(USES, string="Use of penalties", readonly=True)

    @api.model
    def _penalty_use(self, level, case):
        """The use of a message of a level to the customer of a case."""
        return self._penalty_use_of(level, case.partner_id.recouvrement_regime, case.penalty_use)

    @api.model
    def _penalty_use_of(self, level, regime, own):
        """The level's use, or that of the case (`own`) where the level has one. Consumers: only a formal notice claims, what
        the law gives after it; and who is not classified may be a consumer."""
        if regime not in ('b2b', 'public') and not level.formal_notice:
            return 'none'
        return level.penalty_use if level.penalty_use == 'none' else own or level.penalty_use

    def _use(self):
        """The use frozen with the message; of messages older than this field, that of their level."""
        return self.penalty_use or self._penalty_use(self.level_id, self.case_id)

    def _shows_penalties(self):
        return self._use() in SHOWN and bool(self.interest or self.indemnity)


class RecouvrementPenalty(models.Model):
    _inherit = 'recouvrement.penalty'

    def _ask_billing(self):
        """Prepare the draft document of each claim and ask a manager to look at it: nothing is billed without a person."""
        for claim in self.filtered(lambda claim: claim.state == 'claimed' and claim.amount_total > 0):
            summary = self.env._("Penalties to bill: %(claim)s", claim=claim.name)
            try:
                claim._prepare_document()
            except UserError as refusal:  # an account is missing: the message has left all the same
                summary += f" ({refusal})"
            claim.case_id.activity_schedule(
                'recouvrement_plus.mail_activity_type_check', summary=summary,
                user_id=(claim.case_id.user_id or self.env.ref('base.user_admin')).id,
                date_deadline=claim.company_id._recouvrement_today())
