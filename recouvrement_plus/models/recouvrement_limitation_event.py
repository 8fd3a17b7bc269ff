"""What happened to a claim and may move its limitation: proposed with its proof, recorded by the legal role, never rewritten."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine.limitation_rules import EVENT_KINDS
from .recouvrement_engine_limitation import FACT_KINDS

KINDS = [
    ('part_payment', "Part payment by the debtor"),
    ('acknowledgement', "Written acknowledgement of the debt"),
    ('request_for_time', "Request for time to pay"),
    ('payment_plan', "Signed instalment agreement"),
    ('court_action', "Action in court"),
    ('payment_order_served', "Order to pay served on the debtor"),
    ('claim_declaration', "Declaration of claim in insolvency"),
    ('conservatory_measure', "Conservatory measure"),
    ('enforcement_act', "Act of enforcement"),
    ('mediation', "Mediation agreed"),
    ('conciliation', "Conciliation agreed"),
    ('participative_procedure', "Participative procedure agreed"),
    ('small_claims_accord', "Debtor's accord to the small-claims procedure"),
    ('inability', "Inability to act"),
    ('registered_formal_notice', "Registered formal notice (insurance only)"),
    ('performance', "Date of delivery or completion"),
    ('title', "Enforceable title"),
    # Known to the law for moving nothing: kept so that nobody has to wonder.
    ('formal_notice', "Formal notice"),
    ('reminder', "Reminder"),
    ('invoice', "Invoice sent again"),
    ('agency_contact', "Contact by a collection agency"),
    ('payment_order_request', "Request for an order to pay"),
    ('third_party_payment', "Payment by a third party"),
    ('seizure_proceeds', "Proceeds of a seizure"),
    ('offset', "Set-off"),
    ('credit_note', "Credit note"),
    ('own_allocation', "Our own allocation of money"),
]
TITLES = [
    ('court_decision', "Court decision"),
    ('recognised_decision', "Foreign decision or award made enforceable"),
    ('judge_signed_agreement', "Agreement signed by the judge"),
    ('notarial_act', "Notarial act"),
    ('bailiff_title', "Title of the commissaire de justice"),
    ('countersigned_settlement', "Settlement countersigned by lawyers"),
    ('uncontested_claim', "Uncontested commercial claim"),
]
ORIGINS = [
    ('person', "A person"), ('payment', "A payment matched"), ('agreement', "An agreement in force"),
    ('proceeding', "A step of a proceeding"), ('declaration', "A declaration of claim")]
STATES = [('proposed', "Proposed"), ('recorded', "Recorded"), ('refused', "Refused"), ('revoked', "Revoked")]


class RecouvrementLimitationEvent(models.Model):
    _name = 'recouvrement.limitation.event'
    _description = "Limitation event"
    _order = 'date desc, id desc'

    move_id = fields.Many2one('account.move', string="Invoice", readonly=True, index=True, ondelete='set null')
    move_name = fields.Char(string="Number", readonly=True, help="Kept even if the invoice is deleted.")
    item_id = fields.Many2one(
        'recouvrement.item', string="Instalment", readonly=True, index='btree_not_null', ondelete='set null',
        help="Empty: every instalment of the invoice.")
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    partner_id = fields.Many2one(related='move_id.commercial_partner_id', string="Customer", store=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    title = fields.Selection(TITLES, string="Kind of title", readonly=True)
    date = fields.Date(required=True, readonly=True, help="The day on which it happened.")
    date_end = fields.Date(string="Ended on", readonly=True, help="End of the case or of the suspension; empty while it lasts.")
    void = fields.Boolean(
        string="Came to nothing", readonly=True, help="Withdrawn, lapsed or finally dismissed (C. civ. art. 2243).")
    note = fields.Char(readonly=True)
    state = fields.Selection(STATES, default='proposed', required=True, readonly=True, index=True)
    origin = fields.Selection(ORIGINS, string="Proposed because of", default='person', required=True, readonly=True)
    source_line_id = fields.Many2one(
        'account.move.line', string="Payment", readonly=True, index='btree_not_null', ondelete='set null')
    source_hold_id = fields.Many2one(
        'recouvrement.hold', string="Agreement", readonly=True, index='btree_not_null', ondelete='set null')
    source_event_id = fields.Many2one(
        'recouvrement.proceeding.event', string="Step", readonly=True, index='btree_not_null', ondelete='set null')
    attachment_id = fields.Many2one('ir.attachment', string="Proof", readonly=True, ondelete='restrict')
    end_attachment_id = fields.Many2one('ir.attachment', string="Proof of the end", readonly=True, ondelete='restrict')
    proposed_by_id = fields.Many2one('res.users', readonly=True, help="Empty: the software.")
    proposed_on = fields.Datetime(default=fields.Datetime.now, required=True, readonly=True)
    decided_by_id = fields.Many2one('res.users', string="Decided by", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    ended_by_id = fields.Many2one('res.users', string="End recorded by", readonly=True)
    reason = fields.Char(readonly=True, help="Why it was refused or revoked.")
    effect_text = fields.Char(string="Effect", compute='_compute_effect_text')

    _one_payment = models.UniqueIndex(
        '(item_id, source_line_id) WHERE source_line_id IS NOT NULL', "This payment is already proposed for the instalment.")
    _one_hold = models.UniqueIndex(
        '(item_id, source_hold_id) WHERE source_hold_id IS NOT NULL', "This agreement is already proposed for the instalment.")
    _one_step = models.UniqueIndex(
        '(item_id, source_event_id) WHERE source_event_id IS NOT NULL', "This step is already proposed for the instalment.")

    # === COMPUTE === #

    @api.depends('kind', 'date')
    def _compute_display_name(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for event in self:
            event.display_name = f"{labels.get(event.kind, '')} ({format_date(self.env, event.date)})"

    def _compute_effect_text(self):
        """What it does to the safe date of its first instalment, asked of the engine."""
        for company, events in self.grouped('company_id').items():
            answers = self.env['recouvrement.engine']._limitations(company, move_ids=events.move_id.ids)
            lines = self.env['account.move.line'].sudo().browse(answers)
            for event in events:
                line = event.sudo().item_id.move_line_id or lines.filtered(lambda one, move=event.move_id: one.move_id == move)[:1]
                event.effect_text = event._effect_words(answers.get(line.id))

    def _effect_words(self, answer):
        if self.state in ('refused', 'revoked') or not hasattr(answer, 'safe'):
            return False
        if self.kind in FACT_KINDS:
            return self.env._("Counts from this date") if self.state == 'recorded' else self.env._("Nothing before it is recorded")
        if self.state == 'proposed':
            given = next((one.safe_expiry for one in answer.proposals if one.event.proof == str(self.id)), None)
            if given is None:
                return self.env._("If recorded: the time stops")
            if given == answer.safe.expiry:
                return self.env._("If recorded: no change")
            return self.env._("If recorded: %(date)s", date=format_date(self.env, given))
        if any(one.proof == str(self.id) for one in answer.safe.applied):
            return self._applied_words()
        if any(one.proof == str(self.id) for one in answer.arguable.applied):
            return self.env._("Arguable date only: %(effect)s", effect=self._applied_words())
        return self._ignored_words(next(
            (why for one, why in answer.safe.ignored if one.proof == str(self.id)), 'superseded'))

    def _applied_words(self):
        return self.env._("the time stops or is added") if EVENT_KINDS[self.kind].effect == 'suspends' else self.env._(
            "the whole period runs again")

    def _ignored_words(self, reason):
        return {
            'no_legal_effect': self.env._("No effect in law"),
            'void': self.env._("Void: it came to nothing"),
            'before_start': self.env._("No effect: before the period began"),
            'after_expiry': self.env._("No effect: after the expiry"),
            'arguable_only': self.env._("Arguable date only"),
            'superseded': self.env._("Overtaken by a later event"),
        }[reason]

    # === CONSTRAINTS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("The events of a limitation are evidence: they are refused or revoked, never deleted."))

    # === PROOF === #

    def _proof(self, proof):
        """The proof, kept with the event: a copy of an attachment that the user may read, or the file handed over.

        :raises UserError: when there is none
        """
        name, content = self.env['ir.attachment']._recouvrement_proof(proof)
        if not content:
            raise UserError(self.env._("Attach the proof: without it nothing moves the limitation."))
        return self.env['ir.attachment'].sudo().create({
            'name': name or self.env._("Proof"), 'raw': content, 'res_model': self._name, 'res_id': self.id})
