"""One message to one customer: what it claims, how it leaves, what became of it."""
import psycopg2
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .mail_template import BrokenText, root_of
from .recouvrement_plan_level import CHANNEL_SELECTION

STATES = [
    ('draft', "To approve"),
    ('approved', "Approved"),
    ('queued', "Waiting to leave"),
    ('sending', "Leaving"),
    ('sent', "Sent"),
    ('uncertain', "Uncertain"),
    ('failed', "Failed"),
    ('withdrawn', "Withdrawn"),
]


class RecouvrementReminder(models.Model):
    _name = 'recouvrement.reminder'
    _description = "Reminder"
    _order = 'date desc, id desc'

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    partner_id = fields.Many2one('res.partner', string="Customer", required=True, readonly=True, index=True,
                                 help="The customer it was sent to, kept if the contact is re-parented later.")
    collector_id = fields.Many2one(related='case_id.user_id', string="Collector")
    contact_id = fields.Many2one('res.partner', string="Recipient", readonly=True)
    email_to = fields.Char(string="Address used", readonly=True)
    run_id = fields.Many2one('recouvrement.run', string="Night", readonly=True, index='btree_not_null', ondelete='set null')
    slot = fields.Integer(readonly=True, help="0; the level in plans that send one message for each level.")
    merged = fields.Boolean(readonly=True, help="Came with the case of a contact that was merged into this customer.")
    date = fields.Date(required=True, readonly=True, index=True)
    level_id = fields.Many2one('recouvrement.plan.level', required=True, readonly=True, ondelete='restrict', index=True)
    level = fields.Integer(string="Rank", readonly=True)
    tone = fields.Selection(related='level_id.tone')
    formal_notice = fields.Boolean(
        string="Formal notice", compute='_compute_formal_notice', store=True,
        help="As its level was when the message was prepared.")
    channel = fields.Selection(CHANNEL_SELECTION, required=True, readonly=True)
    state = fields.Selection(STATES, default='draft', required=True, readonly=True, index=True, group_expand=True)
    reason = fields.Char(string="Reason code", readonly=True, help="Code of what held, withdrew or failed it.")
    reason_label = fields.Char(string="Reason", compute='_compute_reason_label')
    note = fields.Char(readonly=True, help="Words of the person who withdrew it, or of what refused its approval.")
    line_ids = fields.One2many('recouvrement.reminder.line', 'reminder_id', string="Lines", readonly=True)
    item_ids = fields.Many2many(
        'recouvrement.item', string="Instalments claimed", compute='_compute_item_ids', search='_search_item_ids')
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    amount_due = fields.Monetary(
        string="Amount claimed", readonly=True, help="Instalments less unallocated credits, without penalties.")
    interest = fields.Monetary(readonly=True)
    indemnity = fields.Monetary(string="Recovery indemnity", readonly=True)
    penalty_block = fields.Char(readonly=True, help="Why penalties are left out: code of the missing fact.")
    subject = fields.Char(readonly=True)
    body_html = fields.Html(string="Message", readonly=True, sanitize=False)
    items_table = fields.Html(compute='_compute_items_table', sanitize=False)
    mail_id = fields.Many2one('mail.mail', readonly=True, ondelete='set null', index='btree_not_null')
    mail_message_id = fields.Many2one('mail.message', string="Proof", readonly=True, ondelete='set null')
    attachment_id = fields.Many2one('ir.attachment', string="Letter", readonly=True, ondelete='set null')
    date_approved = fields.Datetime(readonly=True)
    approved_by_id = fields.Many2one('res.users', readonly=True)
    date_sent = fields.Datetime(readonly=True)
    sent_by_id = fields.Many2one('res.users', readonly=True)

    _one_a_night = models.UniqueIndex(
        "(run_id, case_id, currency_id, slot) WHERE run_id IS NOT NULL AND merged IS NOT TRUE",
        "This customer already has a reminder of that night.")

    # === COMPUTE === #

    @api.depends('level_id', 'partner_id', 'date')
    def _compute_display_name(self):
        for reminder in self:
            day = format_date(self.env, reminder.date)
            reminder.display_name = f"{reminder.level_id.name} - {reminder.partner_id.name} ({day})"

    @api.depends('level_id')
    def _compute_formal_notice(self):
        """A level that becomes a formal notice later, or no longer is one, changes nothing of what was prepared."""
        for reminder in self:
            reminder.formal_notice = reminder.level_id.formal_notice

    @api.depends('line_ids.active', 'line_ids.kind')
    def _compute_item_ids(self):
        for reminder in self:
            reminder.item_ids = reminder.line_ids.filtered(lambda line: line.kind == 'moved').item_id

    def _search_item_ids(self, operator, value):
        if operator not in ('in', 'any'):
            return NotImplemented
        lines = self.env['recouvrement.reminder.line'].search([('kind', '=', 'moved'), ('item_id', operator, value)])
        return [('id', 'in', lines.reminder_id.ids)]

    @api.depends('reason', 'note')
    @api.depends_context('lang')
    def _compute_reason_label(self):
        for reminder in self:
            refused = reminder.reason == 'approval_refused' and reminder.note
            reminder.reason_label = refused or self.env['recouvrement.run']._any_reason_label(reminder.reason)

    @api.depends('line_ids', 'line_ids.amount_residual', 'line_ids.active', 'amount_due', 'interest', 'indemnity')
    def _compute_items_table(self):
        for reminder in self:
            lang = reminder._lang()
            table = self.env['ir.qweb'].with_context(lang=lang)._render(
                'recouvrement_plus.reminder_items_table', {'reminder': reminder.with_context(lang=lang)})
            # The class marks what is the ledger's: a text in own words gets it anew when it leaves.
            reminder.items_table = Markup('<div class="o_recouvrement_live">%s</div>') % table

    # === CONSTRAINTS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A reminder is evidence: it is withdrawn, never deleted."))

    # === LINES === #

    @api.model
    def _recipient(self, partner):
        """Who gets reminders: the invoice contact that has an e-mail, else the company itself, else the invoice contact."""
        contact = self.env['res.partner'].browse(partner.address_get(['invoice'])['invoice']).with_prefetch(partner._prefetch_ids)
        if contact.email or not partner.email:
            return contact
        return partner

    def _line_head(self):
        """What all lines of a message have in common."""
        return {
            'reminder_id': self.id, 'date': self.date, 'level_id': self.level_id.id, 'level': self.level,
            'level_days': self.level_id.days}

    @api.model
    def _line_vals(self, head, line, kind):
        return {
            **head, 'kind': kind, 'move_line_id': line.id, 'name': line.move_name, 'date_issued': line.issued,
            'date_maturity': line.due, 'amount_residual': float(line.asked), 'amount_disputed': float(line.disputed)}

    @api.model
    def _line_penalty(self, line, statements, penalised):
        """Interest of one instalment, and the indemnity of its invoice on its first line only."""
        statement = statements.get(line.move_id)
        if not hasattr(statement, 'interest_of'):
            return 0.0, 0.0
        interest = statement.interest_of(line.id)
        first = line.move_id not in penalised
        penalised.add(line.move_id)
        return float(interest), float(statement.indemnity) if first else 0.0

    def _sum_up(self):
        """Totals of the message from its active lines."""
        self.ensure_one()
        lines = self.line_ids.filtered('active')
        self.write({
            'amount_due': sum(lines.mapped('amount_residual')),
            'interest': sum(lines.mapped('interest')), 'indemnity': sum(lines.mapped('indemnity')),
        })

    # === TEXT === #

    def _lang(self):
        return self.contact_id.lang or self.partner_id.lang or self.env.lang

    def _render_content(self):
        """Write subject and body from the template of each level, in the customer's language; one rendering for all alike."""
        for (template, lang), alike in self.grouped(lambda reminder: (reminder.level_id.template_id, reminder._lang())).items():
            if not template:
                raise UserError(self.env._(
                    "Level “%(level)s” has no text: choose a template in its plan.", level=alike[0].level_id.name))
            contents = alike._contents(template, lang)
            self.env['recouvrement.bulk']._update(self, ['subject', 'body_html'], [
                (reminder.id, contents[reminder.id]['subject'], contents[reminder.id]['body_html']) for reminder in alike])

    def _contents(self, template, lang):
        """{id: {subject, body_html}} of messages alike, as they would leave now."""
        localized, rendered = template.sudo().with_context(lang=lang), {}
        for name in ('subject', 'body_html'):
            try:
                rendered[name] = localized._render_field(name, self.ids, set_lang=lang)
            except psycopg2.OperationalError:
                raise  # serialization or lost connection: tried again
            except Exception as error:
                problem = template._recouvrement_problem_words(name, root_of(error))
                raise BrokenText(template._recouvrement_broken_words(problem), template.id) from error
        return {id_: {name: values[id_] for name, values in rendered.items()} for id_ in self.ids}

    def _content(self, template):
        """{subject, body_html} of the message as it would leave now, in the customer's language."""
        self.ensure_one()
        return self._contents(template, self._lang())[self.id]
