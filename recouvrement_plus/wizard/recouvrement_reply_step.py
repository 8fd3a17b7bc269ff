"""The dispute that a customer's answer states: invoices of the reminder answered, his words, the answer as a document."""
import base64

from odoo import api, fields, models
from odoo.tools import html2plaintext

from ..engine import replies
from ..models.recouvrement_dispute import REASONS


class RecouvrementReplyStep(models.TransientModel):
    _name = 'recouvrement.reply.step'
    _inherit = 'recouvrement.window'
    _description = "Dispute in an answer"

    hold_id = fields.Many2one('recouvrement.hold', required=True, readonly=True, ondelete='cascade')
    case_id = fields.Many2one(related='hold_id.case_id')
    partner_id = fields.Many2one(related='hold_id.case_id.partner_id')
    company_id = fields.Many2one(related='hold_id.company_id')
    reminder_id = fields.Many2one(related='hold_id.reminder_id')
    message_body = fields.Html(compute='_compute_message_body')
    move_ids = fields.Many2many(
        'account.move', string="Invoices", compute='_compute_from_answer', store=True, readonly=False, required=True,
        domain="[('commercial_partner_id', '=', partner_id), ('company_id', '=', company_id), ('move_type', '=', 'out_invoice'), "
        "('state', '=', 'posted'), ('payment_state', 'in', ('not_paid', 'partial', 'blocked')), "
        "('recouvrement_penalty_id', '=', False)]")
    one_invoice = fields.Boolean(compute='_compute_one_invoice')
    currency_id = fields.Many2one('res.currency', compute='_compute_one_invoice')
    reason = fields.Selection(REASONS, required=True)
    amount = fields.Monetary(string="Amount in dispute", help="0: all that is unpaid.")
    note = fields.Text(string="What the customer says", compute='_compute_from_answer', store=True, readonly=False)

    @api.depends('hold_id')
    def _compute_message_body(self):
        for step in self:
            step.message_body = step.hold_id._answer().body if step.hold_id else False

    @api.depends('hold_id')
    def _compute_from_answer(self):
        """What is unpaid of the reminder answered, and not in dispute; else of the customer."""
        for step in self:
            items = step.case_id.open_item_ids.filtered('amount_asked')
            reminded = items & step.reminder_id.line_ids.item_id
            step.move_ids = (reminded or items).move_id.filtered(
                lambda move: move.move_type == 'out_invoice' and not move.recouvrement_penalty_id)
            step.note = replies.answer_text(html2plaintext(step.hold_id._answer().body or '')) if step.hold_id else False

    @api.depends('move_ids')
    def _compute_one_invoice(self):
        for step in self:
            step.one_invoice = len(step.move_ids) == 1
            step.currency_id = step.move_ids.currency_id[:1]

    def action_apply(self):
        """One dispute for each invoice, each with the answer."""
        self.ensure_one()
        answer = self.hold_id._answer()
        documents = [{'filename': name, 'datas': base64.b64encode(content).decode()}
                     for name, content in answer._recouvrement_document() if content]
        found = self.move_ids.recouvrement_dispute(
            self.reason, self.amount if self.one_invoice and self.amount else None, self.note or '', documents=documents)
        disputes = self.env['recouvrement.dispute'].browse([one['id'] for one in found])
        disputes.sudo()._came_from('reply', answer.author_id.id)
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Disputes"), 'res_model': 'recouvrement.dispute',
            'view_mode': 'form' if len(disputes) == 1 else 'list,form', 'res_id': disputes[:1].id,
            'domain': [('id', 'in', disputes.ids)]}
