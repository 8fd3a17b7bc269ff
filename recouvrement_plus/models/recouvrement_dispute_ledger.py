"""What the ledger does to disputes, and where people open them: an invoice, a customer's case, a public method."""
import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .recouvrement_dispute import FOUND, REASONS

# A dispute that the ledger closed is looked at again for this time: a payment may be unmatched.
LOOKED_AT_AGAIN_DAYS = 60


class RecouvrementDispute(models.Model):
    _inherit = 'recouvrement.dispute'

    @api.model
    def _refresh(self, company, partners=None):
        """Close what was paid or credited, hold less of what was credited in part, reopen what was unmatched."""
        recent = fields.Date.subtract(company._recouvrement_today(), days=LOOKED_AT_AGAIN_DAYS)
        domain = Domain('company_id', '=', company.id) & (Domain('state', '!=', 'closed') | (
            Domain('outcome', 'in', [code for code, _label in FOUND]) & Domain('date_closed', '>=', recent)))
        if partners is not None:
            domain &= Domain('partner_id', 'in', partners.commercial_partner_id.ids)
        disputes = self.search_fetch(domain, order='id')
        if not disputes:
            return
        found = self._credits_and_unpaid(company, disputes.move_id)
        for dispute in disputes:
            dispute._follow_ledger(*found[dispute.move_id.id], disputes)

    def _follow_ledger(self, credits, unpaid, currency_id, disputes):
        """Bring one dispute in step with what its invoice owes now."""
        same = self.env['res.currency'].browse(currency_id).compare_amounts
        before = self.amount_credited
        found = max(min(credits - self.credit_at_opening, self.amount), 0.0)
        if same(found, before):
            self.amount_credited = found
            # a credit note answers one dispute: it is no credit for the others of the invoice
            for other in disputes.filtered(lambda other: other.move_id == self.move_id and other != self):
                other.credit_at_opening += found - before
        ended = 'credited' if same(found, self.amount) >= 0 else 'paid' if same(unpaid, 0.0) <= 0 else False
        if ended and self.state != 'closed':
            self._close(ended)
        elif not ended and self.state == 'closed':
            self._reopen()
        elif not ended and same(found, before) and not self.whole:
            self._hold_again()

    def _reopen(self):
        self.write({'state': 'open', 'outcome': False, 'date_closed': False, 'closed_by_id': False, 'days_open': 0})
        self._hold()
        self._plan_activity()

    def _hold_again(self):
        """Other parts from today: the nights before stay as they were."""
        self.hold_ids.filtered(lambda hold: not hold.date_to)._end()
        self._hold()


class AccountMove(models.Model):
    _inherit = 'account.move'

    recouvrement_dispute_ids = fields.One2many(
        'recouvrement.dispute', 'move_id', string="Disputes", groups='recouvrement_plus.recouvrement_plus_group_officer')

    def recouvrement_dispute(self, reason, amount=None, note='', user_id=None, deadline=None, documents=None):
        """Open a dispute on each of these invoices: its part is not asked any more and bears no penalty meanwhile.

        Called twice with the same reason while the dispute is open, it answers the open one.

        :param reason: `price`, `quality`, `delivery`, `order_number`, `not_received`, `identity` or `other`
        :param amount: in the invoice's currency (number or text), all that is unpaid when left out
        :param note: what the customer says
        :param user_id: who settles it; the collector of the customer when left out
        :param deadline: date or 'YYYY-MM-DD', 15 days when left out
        :param documents: [{filename, datas (base64)}]
        :return: [{id, move_id, move_name, state, reason, outcome, currency, amount, user_id, deadline}]
        :raises AccessError: without the officer role or for another company
        :raises UserError: an unknown reason, an amount above what is unpaid, anything but a posted customer invoice
        """
        Run, Dispute = self.env['recouvrement.run'], self.env['recouvrement.dispute']
        Run._check_user('officer', self.company_id)
        self.check_access('read')
        if reason not in dict(REASONS):
            raise UserError(self.env._("“%(reason)s” is no reason of a dispute.", reason=reason))
        vals = {'reason': reason, 'note': note or False, 'amount': self._recouvrement_disputed_amount(amount)}
        if user_id:
            vals['user_id'] = user_id
        if deadline:
            vals['date_deadline'] = Run._parse_date(deadline)
        files = self._recouvrement_files(documents)
        for move in self:
            dispute = Dispute._open_of(move).filtered(lambda dispute: dispute.reason == reason)[:1].sudo(False)
            if not dispute:
                dispute = Dispute.create({**vals, 'move_id': move.id})
                dispute.sudo()._attach(files)
            Dispute |= dispute
        return Dispute._results()

    @api.model
    def _recouvrement_disputed_amount(self, amount):
        if amount is None or amount is False:
            return 0.0
        try:
            value = float(amount)
        except (TypeError, ValueError):
            value = 0.0
        if not 0.0 < value < float('inf'):
            raise UserError(self.env._("The amount in dispute is a number above 0."))
        return value

    @api.model
    def _recouvrement_files(self, documents):
        """[(name, content)] of files handed over as base64."""
        try:
            return [(document['filename'], base64.b64decode(document['datas'], validate=True)) for document in documents or []]
        except (TypeError, KeyError, binascii.Error):
            raise UserError(self.env._("A document is {filename, datas}, its content in base64.")) from None

    def action_recouvrement_dispute(self):
        """Open a dispute from the invoice."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Open a dispute"), 'res_model': 'recouvrement.dispute',
            'view_mode': 'form', 'context': {'default_move_id': self.id}}


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    dispute_ids = fields.One2many('recouvrement.dispute', 'case_id', string="Disputes", readonly=True)
    interest_fact_ids = fields.One2many(
        'recouvrement.interest.fact', 'case_id', string="Decisions and clauses on interest", readonly=True)

    def action_open_dispute(self):
        """Open a dispute on one of the customer's invoices, the oldest overdue one proposed."""
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.action_sync()
        free = self.open_item_ids.filtered(lambda item: not item.amount_disputed and not item.move_id.recouvrement_penalty_id)
        if not free:
            raise UserError(self.env._("%(customer)s owes nothing that is not in dispute already.", customer=self.display_name))
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Open a dispute"), 'res_model': 'recouvrement.dispute',
            'view_mode': 'form', 'context': {'default_move_id': free[0].move_id.id, 'recouvrement_partner_id': self.partner_id.id}}

    def _merge_into(self, target):
        for name in ('recouvrement.dispute', 'recouvrement.interest.fact'):
            self.env[name].sudo().search([('case_id', 'in', self.ids)]).write(
                {'case_id': target.id, 'partner_id': target.partner_id.id})
        return super()._merge_into(target)
