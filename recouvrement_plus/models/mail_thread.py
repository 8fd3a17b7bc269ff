from odoo import api, models

# What out-of-office replies, receipts and ticket robots say of themselves (RFC 3834 and its elders).
AUTOMATIC_PRECEDENCE = ('auto_reply', 'bulk', 'junk', 'list')


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Tell the case whether a person wrote: the headers are not in what core passes on."""
        thread = self.with_context(recouvrement_automatic_answer=self._recouvrement_is_automatic(message))
        return super(MailThread, thread)._message_route_process(message, message_dict, routes)

    @api.model
    def _recouvrement_is_automatic(self, message):
        submitted = (message.get('Auto-Submitted') or 'no').split(';')[0].strip().lower()
        precedence = (message.get('Precedence') or '').strip().lower()
        return submitted != 'no' or precedence in AUTOMATIC_PRECEDENCE or bool(
            message.get('X-Autoreply') or message.get('X-Autorespond') or message.get('X-Auto-Response-Suppress'))

    def _routing_handle_bounce(self, email_message, message_dict):
        """A reminder that bounced was not received: say so on it, and ask the collector for another address."""
        result = super()._routing_handle_bounce(email_message, message_dict)
        bounced = message_dict.get('bounced_message')
        if bounced:
            self.env['recouvrement.reminder'].sudo().search([
                ('mail_message_id', '=', bounced.id), ('state', 'in', ('sent', 'uncertain'))])._bounced(
                    message_dict.get('bounced_email'))
        return result
