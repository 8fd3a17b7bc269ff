"""From a customer's answer to a dispute: which reminder it answers, and the answer kept as a document."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, html2plaintext


class RecouvrementHold(models.Model):
    _inherit = 'recouvrement.hold'

    reminder_id = fields.Many2one(
        'recouvrement.reminder', string="Reminder answered", readonly=True, index='btree_not_null', ondelete='set null')
    answer_ref = fields.Char(string="Message-Id of the answer", readonly=True)

    def _answer(self):
        """The message of the customer, empty when it is no longer there."""
        if not self.answer_ref:
            return self.env['mail.message']
        return self.env['mail.message'].sudo().search([
            ('message_id', '=', self.answer_ref), ('model', '=', 'recouvrement.case'), ('res_id', '=', self.case_id.id)], limit=1)

    def action_open_dispute(self):
        """Open the dispute that this answer states, prefilled with the invoices of the reminder that it answers."""
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        if not self._answer():
            raise UserError(self.env._("The answer is no longer there: open the dispute from the case."))
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Dispute in an answer"), 'res_model': 'recouvrement.reply.step',
            'view_mode': 'form', 'target': 'new', 'context': {'default_hold_id': self.id}}


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    has_answer = fields.Boolean(compute='_compute_has_answer')

    @api.depends('hold_ids.answer_ref', 'hold_ids.date_to')
    def _compute_has_answer(self):
        for case in self:
            case.has_answer = bool(case._last_answer())

    def _last_answer(self):
        """The hold of the last answer that still pauses the reminders."""
        return self.hold_ids.filtered(lambda hold: hold.answer_ref and hold._in_force()).sorted('id')[-1:]

    def action_dispute_answer(self):
        """Open the dispute that the last answer states."""
        self.ensure_one()
        hold = self._last_answer()
        return hold.action_open_dispute() if hold._answer() else self.action_open_dispute()

    def _answered(self, message):
        """What the hold of an answer keeps: the message, and the reminder that it answers (the last one sent, in doubt)."""
        self.ensure_one()
        sent = self.reminder_ids.filtered('date_sent').sorted(lambda reminder: (reminder.date_sent, reminder.id))
        quoted = sent.filtered(lambda reminder: message.get('parent_id') and reminder.mail_message_id.id == message['parent_id'])
        return {'answer_ref': message.get('message_id'), 'reminder_id': (quoted or sent)[-1:].id}


class MailMessage(models.Model):
    _inherit = 'mail.message'

    def _recouvrement_document(self):
        """The message as documents: its text with who, when and to whom, then what was attached: [(name, content)]."""
        self.ensure_one()
        head = (
            self.env._("From: %(sender)s", sender=self.email_from or ''),
            self.env._("Received on: %(day)s", day=fields.Datetime.context_timestamp(self, self.date).strftime('%d/%m/%Y %H:%M')),
            self.env._("Subject: %(subject)s", subject=self.subject or ''),
            f"Message-Id: {self.message_id}", "", html2plaintext(self.body or ''))
        name = self.env._("Answer of %(day)s", day=format_date(self.env, self.date))
        return [(f"{name}.txt", "\n".join(head).encode()), *((one.name, one.raw or b'') for one in self.attachment_ids)]
