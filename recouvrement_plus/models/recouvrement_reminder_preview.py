"""The message of a reminder as the customer reads it, on the screen, before and after it left."""
import re

from markupsafe import Markup

from odoo import api, fields, models

from .recouvrement_penalty import SHOWN

CODE_ELSEWHERE = re.compile(r'src="https?://[^"/]+/report/barcode/')


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    preview_subject = fields.Char(string="Subject of the message", compute='_compute_preview')
    preview_html = fields.Html(string="Message as the customer reads it", compute='_compute_preview', sanitize=False)

    doubts = fields.Char(string="To know before approving", compute='_compute_doubts')

    @api.depends('state', 'line_ids.active')
    @api.depends_context('lang')
    def _compute_doubts(self):
        """Neither the message nor its statement says that we doubt a rate: who approves reads it here."""
        documents = self.env['recouvrement.document']
        for reminder in self:
            ours = reminder.state in ('draft', 'approved', 'queued') and reminder._use() in SHOWN
            moves = reminder.sudo().line_ids.filtered(lambda line: line.active and line.kind == 'moved').move_line_id.move_id
            reminder.doubts = ours and documents._doubts(moves, reminder._figures_day()) or False

    @api.depends('state', 'subject', 'body_html', 'level_id', 'line_ids.active', 'amount_due', 'interest', 'indemnity')
    def _compute_preview(self):
        for reminder in self:
            template = reminder.level_id.template_id
            if reminder.formal_notice:
                reminder.preview_subject = reminder.level_id.name
                reminder.preview_html = reminder._notice_preview()
            elif reminder.body_html or not template:
                reminder.preview_subject, reminder.preview_html = reminder.subject, reminder._seen_here(reminder.body_html)
            else:
                content = reminder._content(template)
                reminder.preview_subject, reminder.preview_html = content['subject'], reminder._seen_here(content['body_html'])

    @api.model
    def _seen_here(self, html):
        """The code to scan by the address of who looks at the screen: that of the customers, or of the day, may be another one."""
        return html and Markup(CODE_ELSEWHERE.sub('src="/report/barcode/', str(html)))

    def _notice_preview(self):
        """The letter of a formal notice with the figures of the reminder: its proceeding exists only once approved."""
        lang = self._lang()
        return self.env['ir.qweb'].with_context(lang=lang)._render(
            'recouvrement_plus.reminder_notice_preview', {'reminder': self.with_context(lang=lang)})

    def _credit_rows(self):
        """[{name, date, amount}] of the credits that the message deducts, as positive amounts."""
        lines = self.sudo().line_ids.filtered(lambda line: line.active and line.kind == 'credit')
        return [{'name': line.name, 'date': line.date_issued, 'amount': -line.amount_residual} for line in lines]

    def _notice_rows(self):
        """What the letter states, one row for each instalment claimed, in the form of a proceeding's `_statement_rows`."""
        lines = self.sudo().line_ids.filtered(lambda line: line.active and line.kind == 'moved')
        moves = lines.move_line_id.move_id
        statements = self.env['recouvrement.engine'].sudo()._statements(moves, self._figures_day()) if moves else {}
        shown = self._use() in SHOWN
        return [{
            'move': line.move_line_id.move_id, 'date_maturity': line.date_maturity, 'principal': line.amount_residual,
            'penalty_use': self._use(), 'interest': line.interest if shown else 0.0, 'indemnity': line.indemnity if shown else 0.0,
            'slices': [
                part for part in getattr(statements.get(line.move_line_id.move_id.id), 'slices', ())
                if shown and part.instalment_key == line.move_line_id.id],
        } for line in lines]
