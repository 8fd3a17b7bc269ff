"""What happened to a reminder, with its proof: append-only."""
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ('sent', "Sent"),
    ('posted', "Given to the post"),
    ('call', "Phone call"),
    ('waiting', "Mail server not reached, tried again later"),
    ('failed', "Failed"),
    ('uncertain', "Uncertain"),
    ('withdrawn', "Withdrawn"),
    ('noted', "Said to be wrong, not corrected"),
    ('correction', "Correction to be sent"),
    ('corrected', "Correction sent"),
    ('uncorrected', "Correction not received"),
]


class RecouvrementReminderEvent(models.Model):
    _name = 'recouvrement.reminder.event'
    _description = "Event of a reminder"
    _order = 'date desc, id desc'

    reminder_id = fields.Many2one('recouvrement.reminder', required=True, readonly=True, index=True, ondelete='restrict')
    case_id = fields.Many2one(related='reminder_id.case_id', store=True, index=True)
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    user_id = fields.Many2one('res.users', string="By", readonly=True, default=lambda self: self.env.user)
    note = fields.Char(readonly=True, help="Answer of the mail server, tracking number, result of the call, or reason.")
    attachment_id = fields.Many2one('ir.attachment', string="Proof", readonly=True, ondelete='restrict')
    sha256 = fields.Char(string="Fingerprint (SHA-256)", readonly=True, help="Of the proof as it was kept.")

    @api.depends('kind', 'date')
    def _compute_display_name(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for event in self:
            event.display_name = labels.get(event.kind, '')

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("The history of a reminder is evidence: nothing is deleted from it."))


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    event_ids = fields.One2many('recouvrement.reminder.event', 'reminder_id', string="History", readonly=True)

    def _log_event(self, kind, note=False, attachment=None):
        """Append to the history of one reminder."""
        self.ensure_one()
        return self.env['recouvrement.reminder.event'].sudo().create({
            'reminder_id': self.id, 'company_id': self.company_id.id, 'kind': kind, 'note': note or False,
            'attachment_id': attachment.id if attachment else False,
            'sha256': hashlib.sha256(attachment.raw).hexdigest() if attachment else False,
        })

    def _keep_proof(self, watch):
        """Keep the message exactly as the mail server took it, with its answer."""
        text, answer = watch.accepted[-1] if watch and watch.accepted else (None, False)
        attachment = text and self.env['ir.attachment'].sudo().create({
            'name': f"{self.level_id.name} {self.date}.eml", 'raw': text, 'mimetype': 'message/rfc822',
            'res_model': 'recouvrement.case', 'res_id': self.case_id.id})
        self._log_event('sent', answer, attachment or None)

    def record_posting(self, tracking_number):
        """Record that letters were given to the post.

        :param tracking_number: of the registered letter, or any words; required
        :return: [{id, state, reason}]
        :raises AccessError: when the user is no collection officer or the company is not his
        :raises UserError: without a number, or for a message that is no letter or was not prepared
        """
        run = self.env['recouvrement.run']
        run._check_records('officer', self)
        run._check_arguments(line={'tracking_number': tracking_number})
        if not (tracking_number or '').strip():
            raise UserError(self.env._("Give the tracking number: it is the proof of the posting."))
        for reminder in self:
            if reminder.channel not in ('letter', 'registered') or reminder.state != 'sent':
                raise UserError(self.env._("Only a letter that was prepared can be posted; %(reminder)s is not one.",
                                           reminder=reminder.display_name))
            if tracking_number.strip() not in reminder.event_ids.filtered(lambda event: event.kind == 'posted').mapped('note'):
                reminder._log_event('posted', tracking_number.strip())
        return [{'id': reminder.id, 'state': reminder.state, 'reason': reminder.reason or ''} for reminder in self]

    def action_record_posting(self):
        """Open the window that asks for the number of each of these letters."""
        letters = self.filtered(lambda one: one.channel in ('letter', 'registered') and one.state == 'sent')
        if not letters:
            raise UserError(self.env._("None of these is a letter that was prepared."))
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Record the posting"), 'target': 'new', 'view_mode': 'form',
            'res_model': 'recouvrement.posting', 'context': {
                'default_line_ids': [fields.Command.create({'reminder_id': letter.id}) for letter in letters]}}


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    event_ids = fields.One2many('recouvrement.reminder.event', 'case_id', string="Events of reminders", readonly=True)
