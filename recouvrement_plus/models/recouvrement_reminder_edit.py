"""A message in a person's own words. What is claimed stays the ledger's: the table is renewed at the second of sending."""
from lxml import etree, html
from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import html_sanitize, is_html_empty

from .recouvrement_run import ROLE_GROUPS

LIVE_CLASS = 'o_recouvrement_live'
EDITABLE = ('draft', 'approved', 'queued', 'failed')


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    custom_subject = fields.Char(string="Subject in own words", readonly=True)
    custom_body = fields.Html(string="Text in own words", readonly=True, help="Empty: the text of the level.")
    edited_by_id = fields.Many2one('res.users', readonly=True)

    def edit_text(self, subject=None, body=None):
        """Replace the text of a message that has not left; without arguments the text of the level comes back.

        The table of what is owed is not a part of the text: it stays where the mark of it is (at the end when the mark is
        gone), with the amounts of the moment the message leaves.

        An approved message whose level asks for a manager's approval becomes a draft again when another person edits it.

        :param subject: words, no markup
        :param body: HTML; scripts and the like are taken out
        :return: {id, state, subject}
        :raises UserError: for a message that has left, and for a formal notice, whose text is the legal one
        """
        run = self.env['recouvrement.run']
        run._check_records('officer', self, one=True)
        run._check_arguments(line={'subject': subject}, words={'body': body})
        reminder = self.sudo()
        if reminder.state not in EDITABLE:
            raise UserError(self.env._("This reminder has left or was withdrawn: its text is evidence."))
        if reminder.formal_notice:
            raise UserError(self.env._("The text of a formal notice is fixed: it is not edited."))
        reminder.write({
            'custom_subject': (subject or '').strip() or False,
            'custom_body': False if not body or is_html_empty(body) else html_sanitize(body),
            'edited_by_id': self.env.uid if subject or body else False})
        if reminder.state != 'draft' and not reminder.level_id.automatic and not self.env.user.has_group(ROLE_GROUPS['manager']):
            reminder._ask_approval_again()
        reminder._render_content()
        if reminder.mail_id.state == 'outgoing':
            reminder.mail_id.write({'subject': reminder.subject, 'body_html': reminder.body_html, 'body': reminder.body_html})
        return {'id': reminder.id, 'state': reminder.state, 'subject': reminder.subject}

    def _ask_approval_again(self):
        """A manager approved other words: the message is a draft again."""
        self.write({'state': 'draft', 'reason': False, 'date_approved': False, 'approved_by_id': False})
        self.mail_id.filtered(lambda mail: mail.state in ('outgoing', 'exception')).cancel()
        self.mail_id = False
        self._renew_approval_tasks()

    def _text_to_edit(self):
        """{subject, body}: the text as a person edits it, the table replaced by its mark."""
        self.ensure_one()
        if self.custom_body:
            return {'subject': self.custom_subject or self.preview_subject, 'body': self.custom_body}
        content = self._content(self.level_id.template_id)
        tree = html.fragment_fromstring(str(content['body_html']), create_parent='div')
        for live in tree.find_class(LIVE_CLASS):
            tail = live.tail
            live.clear()
            live.set('class', LIVE_CLASS)
            live.text, live.tail = f"[{self._table_words()}]", tail
        return {'subject': content['subject'], 'body': Markup(etree.tostring(tree, encoding='unicode', method='html'))}

    def _table_words(self):
        return self.env._("here: the table of what is owed, with the amounts of the moment it leaves")

    def _contents(self, template, lang):
        contents = super()._contents(template, lang)
        for reminder in self.filtered(lambda reminder: reminder.custom_subject or reminder.custom_body):
            if reminder.custom_subject:
                contents[reminder.id]['subject'] = reminder.custom_subject
            if reminder.custom_body:
                contents[reminder.id]['body_html'] = reminder._with_live_table(reminder.custom_body)
        return contents

    def _with_live_table(self, body):
        """Own words with the table of now in its place."""
        tree = html.fragment_fromstring(str(body), create_parent='div')
        table = html.fragment_fromstring(str(self.items_table), create_parent='div')
        table.set('class', LIVE_CLASS)
        marks = tree.find_class(LIVE_CLASS)
        for mark in marks[1:]:
            mark.drop_tree()
        if marks:
            table.tail = marks[0].tail
            marks[0].getparent().replace(marks[0], table)
        else:
            tree.append(table)
        return Markup(etree.tostring(tree, encoding='unicode', method='html'))

    def action_edit_text(self):
        """Open the window in which the text is edited."""
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Edit the text"), 'res_model': 'recouvrement.reminder.text',
            'view_mode': 'form', 'target': 'new', 'context': {'default_reminder_id': self.id}}
