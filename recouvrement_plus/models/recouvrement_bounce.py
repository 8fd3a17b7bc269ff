"""Reports of mail servers: a reminder that did not arrive is told apart from one that is late, delivered or read."""
from odoo import models
from odoo.tools import email_normalize

from ..engine import replies


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    def _routing_handle_bounce(self, email_message, message_dict):
        """A reminder that bounced was not received: say so on it, and ask the collector for another address.

        Core takes every report for a bounce. One about our messages that tells of no failure changes nothing.
        """
        bounced = message_dict.get('bounced_message')
        if not bounced or bounced.model != 'recouvrement.case':
            return super()._routing_handle_bounce(email_message, message_dict)
        recipients = self._recouvrement_report(email_message)
        kind = email_message.get_param('report-type') or ''
        if not replies.is_bounce(kind, [(one['action'], one['status']) for one in recipients], message_dict['email_from'] or ''):
            return None
        result = super()._routing_handle_bounce(email_message, message_dict)
        failed = [one['address'] for one in recipients if replies.delivery_failed(one['action'], one['status'])]
        reminders = self.env['recouvrement.reminder'].sudo()
        for reminder in reminders._of_corrections(bounced.sudo()).values():
            reminder._correction_lost(message_dict.get('bounced_email'))
        for address in failed or [message_dict.get('bounced_email')]:
            reminders.search([
                ('mail_message_id', '=', bounced.id), ('state', 'in', ('sent', 'uncertain'))])._bounced(
                    address or message_dict.get('bounced_email'))
        return result

    def _recouvrement_report(self, email_message):
        """What a report says of each recipient: [{address, action, status}]; empty when it cannot be taken apart."""
        parts = [part for part in email_message.walk() if part.get_content_type() == 'message/delivery-status']
        fields = [block for part in parts if part.is_multipart() for block in part.get_payload()]
        return [{
            'address': self._recouvrement_reported_address(block), 'action': str(block.get('Action') or ''),
            'status': str(block.get('Status') or ''),
        } for block in fields if block.get('Action') or block.get('Status')]

    def _recouvrement_reported_address(self, block):
        """The address that we wrote to, else the one that it was forwarded to."""
        for name in ('Original-Recipient', 'Final-Recipient'):
            address = email_normalize(str(block.get(name) or '').rpartition(';')[2].strip())
            if address:
                return address
        return False
