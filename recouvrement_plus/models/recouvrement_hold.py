from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..engine import insolvency
from .sql_arrays import int_array


class HoldFacts(NamedTuple):
    """What the decisions look at of a hold; `amount`: the part of the instalment that it holds, 0: all of it."""

    kind: str
    amount: float


class RecouvrementHold(models.Model):
    """A dated reason not to remind a customer, or one of its instalments. Past nights stay explainable by it."""

    _name = 'recouvrement.hold'
    _description = "Collection hold"
    _order = 'date_from desc, id desc'

    case_id = fields.Many2one('recouvrement.case', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='case_id.company_id', store=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id', store=True, index=True)
    item_id = fields.Many2one(
        'recouvrement.item', string="Instalment", index='btree_not_null', ondelete='cascade',
        domain="[('case_id', '=', case_id)]", help="Empty: the whole customer is held.")
    kind = fields.Selection(
        selection=[
            ('dispute', "Dispute"),
            ('promise', "Promise to pay"),
            ('agreement', "Instalment agreement"),
            ('announced', "Payment announced"),
            ('snoozed', "Snoozed"),
            ('replied', "Customer replied"),
            ('proceeding', "Legal proceeding"),
            ('insolvency', "Insolvency proceedings"),
            ('doubtful', "Doubtful: legal steps only"),
        ], required=True)
    date_from = fields.Date(required=True, help="First day held.")
    date_to = fields.Date(string="Until", help="Last day held. Empty: until someone lifts it.")
    note = fields.Char()
    proposed = fields.Boolean(
        readonly=True, help="Read by machine in an answer of the customer: it holds, and waits for a person to confirm or lift it.")
    user_id = fields.Many2one('res.users', string="Recorded by", default=lambda self: self.env.user, readonly=True)

    _dates_in_order = models.Constraint('CHECK(date_to IS NULL OR date_to >= date_from - 1)', "A hold cannot end before it starts.")

    @api.constrains('case_id', 'item_id')
    def _check_item(self):
        for hold in self:
            if hold.item_id and hold.item_id.case_id != hold.case_id:
                raise ValidationError(self.env._("The instalment held belongs to another customer."))

    @api.model_create_multi
    def create(self, vals_list):
        """What a person holds is left in peace at once; what the software holds says so where it is recorded."""
        holds = super().create(vals_list)
        if not self.env.su:
            holds.case_id._look_again_at_waiting()
        return holds

    def write(self, vals):
        """What a hold said about past nights stays: only its end and its words can change once it has begun."""
        frozen = {'case_id', 'item_id', 'kind', 'date_from'} & set(vals)
        if frozen and not self.env.su and any(hold.date_from < hold.company_id._recouvrement_today() for hold in self):
            raise UserError(self.env._("This hold explains past nights: end it and record a new one instead."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A hold explains why nothing was sent: it is ended (its last day), never deleted."))

    @api.depends('kind', 'date_from', 'date_to')
    def _compute_display_name(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for hold in self:
            hold.display_name = labels.get(hold.kind, '')

    def action_confirm(self):
        """A person has read the answer: the announcement is right."""
        self.check_access('write')
        self.sudo().write({'proposed': False, 'user_id': self.env.uid})
        return True

    def action_lift(self):
        """End the hold: its last day is yesterday, so tonight the customer is looked at again."""
        self.check_access('write')
        for hold in self:
            yesterday = fields.Date.subtract(hold.company_id._recouvrement_today(), days=1)
            if hold.date_to and hold.date_to <= yesterday:
                continue  # over already: what it says about past nights stays
            hold.date_to = max(yesterday, fields.Date.subtract(hold.date_from, days=1))
            hold.case_id.message_post(body=self.env._("Hold lifted: %(kind)s", kind=hold.display_name))
        return True

    def _follow_item(self, item, line):
        """An instalment that goes to another customer takes along what held the whole of the former one.

        :param line: the `LedgerLine` of the instalment; a judgment freezes what was born before it only
        """
        today = item.company_id._recouvrement_today()
        running = self.filtered(lambda hold: not hold.item_id and (not hold.date_to or hold.date_to >= today) and (
            hold.kind != 'insolvency' or insolvency.is_prior(line.born or line.issued, hold.date_from)))
        return self.create([{
            'case_id': item.case_id.id, 'item_id': item.id, 'kind': hold.kind, 'date_from': hold.date_from,
            'date_to': hold.date_to, 'note': hold.note, 'user_id': hold.user_id.id, 'insolvency_id': hold.insolvency_id.id,
        } for hold in running])

    @api.model
    def _active(self, company, as_of, case_ids):
        """Holds in force on a day: ({case id: [HoldFacts]}, {item id: [HoldFacts]}), customer-wide and by instalment."""
        return self._in_force_on(company, as_of, case_ids, [])[:2]

    @api.model
    def _in_force_on(self, company, as_of, case_ids, partner_ids):
        """`_active`, and {customer id: days of its opening judgments}, those that other companies recorded too.

        A judgment is published and binds every creditor (C. com. art. L622-7, L622-21); an instalment held by one on its
        own came from another customer and is not among them.
        """
        self.flush_model()
        by_case, by_item, judgments = {}, {}, defaultdict(list)
        for own, case_id, item_id, kind, amount, partner_id, day in self.env.execute_query(SQL(
                """
                SELECT company_id = %(company)s AND case_id = ANY(%(cases)s), case_id, item_id, kind, COALESCE(amount, 0)::float,
                       partner_id, date_from
                  FROM recouvrement_hold
                 WHERE (company_id = %(company)s AND case_id = ANY(%(cases)s)
                        OR kind = 'insolvency' AND item_id IS NULL AND partner_id = ANY(%(partners)s))
                   AND date_from <= %(as_of)s AND (date_to IS NULL OR date_to >= %(as_of)s) ORDER BY id
                """, company=company.id or None, cases=int_array(case_ids), partners=int_array(partner_ids), as_of=as_of)):
            if own:
                known, key = (by_item, item_id) if item_id else (by_case, case_id)
                known.setdefault(key, []).append(HoldFacts(kind, amount))
            if kind == 'insolvency' and not item_id:
                judgments[partner_id].append(day)
        return by_case, by_item, judgments
