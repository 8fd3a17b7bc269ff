"""Who is who among the contacts of a customer, and by which calendar it works."""
from collections import defaultdict
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import SQL

from ..engine import calendar_days
from ..engine.recipients import Contact
from .sql_arrays import int_array

# Conditions on the row `contact` of a partner, for each statement that asks who can be reached: what it has …
HAS = {
    'email': SQL(r"COALESCE(contact.email ~ '\S@\S', FALSE)"),
    'phone': SQL(r"COALESCE(contact.phone ~ '\S', FALSE)"),
    'address': SQL(r"(COALESCE(contact.street ~ '\S', FALSE) OR COALESCE(contact.city ~ '\S', FALSE))"),
}
# … whether it is a contact of its parent that may be written to, or a customer itself …
IS_CONTACT = SQL(
    "contact.active AND contact.is_company IS NOT TRUE "
    "AND (contact.type IN ('contact', 'invoice', 'other') OR contact.recouvrement_role > '')")
RECEIVES = SQL(
    "(contact.active AND (contact.id = contact.commercial_partner_id "
    "OR contact.parent_id = contact.commercial_partner_id AND %s))", IS_CONTACT)
# … and what it is like, in one text: its role, whether a billing contact, what it has.
KIND = SQL(
    "CONCAT_WS('|', COALESCE(NULLIF(contact.recouvrement_role, ''), "
    "CASE WHEN contact.id = contact.commercial_partner_id THEN 'company' ELSE '' END), "
    "COALESCE(contact.type = 'invoice', FALSE)::int, %s::int, %s::int, %s::int)", *HAS.values())


def contact_of(kind, mobile=False):
    """A contact as the engine reads it, from its `KIND`; `mobile`: its telephone, if any, gets SMS."""
    role, billing, *has = kind.split('|')
    known = {need for need, one in zip(HAS, has, strict=True) if one == '1'}
    return Contact(key=kind, role=role, billing=billing == '1', has=frozenset(
        known | {'mobile'} if mobile and 'phone' in known else known))


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
        """Who may be written to, by customer: itself and its contacts, by number, without who is archived; a subsidiary is a
        customer of its own, no contact. One statement for all.

        :return: ({customer id: (Person, …)}, {customer id: regime or None})
        """
        self.flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT link.customer, contact.id, contact.active, contact.email, contact.recouvrement_role, contact.type = 'invoice',
                   %(email)s, %(phone)s, %(address)s, contact.recouvrement_regime
              FROM (SELECT id, id FROM unnest(%(ids)s) AS customer (id)
                     UNION ALL
                    SELECT contact.parent_id, contact.id FROM res_partner contact
                     WHERE contact.parent_id = ANY(%(ids)s) AND %(is_contact)s) AS link (customer, contact)
              JOIN res_partner contact ON contact.id = link.contact
             ORDER BY contact.id
            """, ids=int_array({*self.ids}), is_contact=IS_CONTACT, **HAS))
        people, regimes = defaultdict(tuple), {}
        for customer, contact, active, email, role, billing, *has, regime in rows:
            if customer == contact:
                regimes[customer] = regime
                role = role or 'company'
            if active:
                people[customer] += (Person(contact, email or '', (role or '', bool(billing), *has)),)
        return people, regimes

    def _recouvrement_has_address(self):
        """Whether a letter can be addressed: a street or a town."""
        return any((part or '').strip() for part in (self.street, self.city))

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
