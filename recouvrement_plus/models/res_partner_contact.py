"""Who is who among the contacts of a customer, and by which calendar it works."""
from collections import defaultdict
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import SQL

from ..engine import calendar_days
from ..engine.recipients import Contact
from .sql_arrays import int_array


class Person(NamedTuple):
    """Someone who may be written to; `traits`: role, whether a billing contact, whether it has e-mail, telephone, address."""

    id: int
    email: str
    traits: tuple

    def contact(self, key, needs, mobile=False):
        """As the engine reads it."""
        role, billing, *has = self.traits
        known = {'email': has[0], 'phone': has[1], 'address': has[2], 'mobile': mobile}
        return Contact(key=key, role=role, billing=billing, has=frozenset(need for need in needs if known[need]))


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

    def _recouvrement_people(self):
        """Who may be written to, by customer: itself and its contacts, by number; a subsidiary is a customer of its own, no
        contact. One statement for all.

        :return: ({customer id: (Person, …)}, {customer id: regime or None})
        """
        self.flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT link.customer, contact.id, contact.email, contact.recouvrement_role, contact.type = 'invoice',
                   contact.phone > '', contact.street > '' OR contact.city > '', contact.recouvrement_regime
              FROM (SELECT id, id FROM unnest(%(ids)s) AS customer (id)
                     UNION ALL
                    SELECT parent_id, id FROM res_partner
                     WHERE parent_id = ANY(%(ids)s) AND active AND is_company IS NOT TRUE
                       AND (type IN ('contact', 'invoice', 'other') OR recouvrement_role > '')) AS link (customer, contact)
              JOIN res_partner contact ON contact.id = link.contact
             ORDER BY contact.id
            """, ids=int_array({*self.ids})))
        people, regimes = defaultdict(tuple), {}
        for customer, contact, email, role, billing, phone, address, regime in rows:
            if customer == contact:
                regimes[customer] = regime
                role = role or 'company'
            traits = role or '', bool(billing), bool(email), bool(phone), bool(address)
            people[customer] += (Person(contact, email or '', traits),)
        return people, regimes

    def _recouvrement_mobiles(self):
        """Ids of those who can get an SMS."""
        return set(self.filtered('phone').ids)

    def _recouvrement_contacts(self, needs):
        """The customer and those of its contacts that the user may see, as the engine reads them, by their ids.

        `needs`: what is asked of each, of `recipients.NEEDS` but a mobile.
        """
        self.ensure_one()
        people = self._recouvrement_people()[0][self.id]
        seen = set(self.browse([person.id for person in people])._filtered_access('read')._ids)
        return tuple(person.contact(person.id, needs) for person in people if person.id in seen)
