"""A notice that a person starts is held by the same facts as one that the night prepared."""
from odoo import models
from odoo.exceptions import UserError

from ..engine.proceedings import ROWS, RUNNING_STATES

# Steps towards the debtor, and what must not be true of him at that second.
STEPS = ('prepare_notice', 'approve_notice', 'send_notice')
#: A letter was made, or has left.
NOTIFIED = ('notice_prepared', 'notice_approved', *RUNNING_STATES)
GATES = ('agreement', 'promise', 'announced', 'payment_in_process', 'probable_receipt')


class RecouvrementProceeding(models.Model):
    _inherit = 'recouvrement.proceeding'

    def _take_step(self, action, stated):
        self._check_debtor(action)
        self._check_other_claim(action)
        if action in STEPS:
            self._check_gates(action)
        return super()._take_step(action, stated)

    def _check_debtor(self, action):
        """Refuse a step that needs a debt when an invoice has become another customer's since.

        :raises UserError: naming the invoices
        """
        row = ROWS.get((self.state, action))
        strangers = self.item_ids.filtered(lambda item: item.case_id != self.case_id)
        if strangers and row and 'amount_due' in row.needs:
            raise UserError(self.env._(
                "%(invoices)s: another customer owes this now. Withdraw the proceeding and open another one for what is owed here.",
                invoices=", ".join(strangers.mapped('display_name'))))

    def _check_other_claim(self, action):
        """Refuse a step that needs a debt while another proceeding has a notice of one of the instalments: nobody gets two
        formal notices of one invoice, nor two actions.

        :raises UserError: naming the other one and the instalments
        """
        row = ROWS.get((self.state, action))
        if not row or 'amount_due' not in row.needs:
            return
        other = self.sudo().search([
            ('id', '!=', self.id), ('item_ids', 'in', self.item_ids.ids), ('state', 'in', NOTIFIED)], order='id', limit=1)
        if other:
            labels = dict(self._fields['state']._description_selection(self.env))
            raise UserError(self.env._(
                "%(invoices)s: claimed already by proceeding %(reference)s (%(state)s). Go on with that one and withdraw this one, "
                "or the other way round.", invoices=", ".join((self.item_ids & other.item_ids).mapped('display_name')),
                reference=other.reference, state=labels[other.state]))

    def _check_gates(self, action):
        """Refuse a step towards a debtor who has promised, agreed, or whose payment is on its way.

        :raises UserError: naming the reason and the instalments
        """
        self.ensure_one()
        self = self.sudo()
        today = self.company_id._recouvrement_today()
        # The facts, not the decision: a promise hides behind a legal hold, and the notice itself is one.
        reasons = self.env['recouvrement.engine']._holds_of(self.company_id, today, self.item_ids)
        found = [reason for reason in GATES if reason in reasons]
        if self.amount_credit and self.currency_id.compare_amounts(self.amount_net, 0.0) <= 0:
            found.append('net_credit')
        if found:
            label = self.env['recouvrement.run']._any_reason_label
            raise UserError(self.env._("“%(action)s” is not possible now: %(reason)s.", action=self._action_labels()[action],
                                       reason=", ".join(label(reason) for reason in found)))
