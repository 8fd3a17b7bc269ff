"""Who is who among the contacts of a customer, and by which calendar it works."""
from odoo import fields, models

from ..engine import calendar_days
from ..engine.recipients import Contact

ADDRESS = ('street', 'city')


class ResPartner(models.Model):
    _inherit = 'res.partner'

    recouvrement_role = fields.Selection(
        selection=[
            ('reminder', "Reminders"), ('accounting', "Accounting"), ('manager', "Manager"), ('robot', "Robot: no reminders")],
        string="Role for reminders",
        help="Who gets reminders: the contact for reminders, else accounting or the invoice address, else a manager, else the "
             "company. A robot (a mailbox that only reads invoices) never does.")

    def _recouvrement_zone(self):
        """The calendar of public holidays at this address, None outside France."""
        self.ensure_one()
        return calendar_days.zone_of(self.country_id.code or '', self.zip or '')

    def _recouvrement_contacts(self, needs):
        """The customer and its contacts as the engine reads them; a subsidiary is a customer of its own, no contact.

        `needs`: what is asked of each, of `recipients.NEEDS`.
        """
        self.ensure_one()
        people = self.child_ids.filtered(
            lambda contact: not contact.is_company
            and (contact.type in ('contact', 'invoice', 'other') or contact.recouvrement_role))
        return (self._recouvrement_contact(needs, 'company'), *(contact._recouvrement_contact(needs) for contact in people))

    def _recouvrement_contact(self, needs, role=''):
        return Contact(
            key=self.id, role=self.recouvrement_role or role, billing=self.type == 'invoice',
            has=frozenset(need for need in needs if self._recouvrement_has(need)))

    def _recouvrement_has(self, need):
        if need == 'address':
            return any(self[name] for name in ADDRESS)
        return bool(self.email if need == 'email' else self.phone)
