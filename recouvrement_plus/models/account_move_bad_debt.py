"""The entries of bad debts in the books: who posts them, what they are matched with, and the VAT that they do not make due."""
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

ACCOUNTANTS = ('account.group_account_user', 'account.group_account_manager')


class AccountMove(models.Model):
    _inherit = 'account.move'

    # Set when the entry is prepared, never afterwards.
    recouvrement_bad_debt_id = fields.Many2one(
        'recouvrement.bad.debt', string="Bad debt", copy=False, readonly=True, index='btree_not_null', ondelete='set null',
        groups='recouvrement_plus.recouvrement_plus_group_officer')

    def _recouvrement_bad_debts(self):
        """The operations that these entries book or reverse."""
        moves = self.sudo()
        return moves.recouvrement_bad_debt_id | moves.reversed_entry_id.recouvrement_bad_debt_id

    def _post(self, soft=True):
        """Entries of bad debts are posted by an accountant; their matching follows their posting."""
        debts = self.filtered(lambda move: move.state == 'draft')._recouvrement_bad_debts()
        if debts and not any(self.env.user.has_group(group) for group in ACCOUNTANTS):
            raise AccessError(self.env._("Entries of doubtful and bad debts are posted by an accountant."))
        for debt in debts & self.sudo().recouvrement_bad_debt_id:
            debt._check_still_true()
        posted = super()._post(soft)
        debts._after_posting()
        return posted

    def button_draft(self):
        debts = self._recouvrement_bad_debts()
        result = super().button_draft()
        debts._align()
        return result

    def _compute_payments_widget_to_reconcile_info(self):  # pylint: disable=missing-return
        """What a doubtful transfer leaves on the customer's account is no credit to be spent on an invoice."""
        super()._compute_payments_widget_to_reconcile_info()
        for move in self:
            widget = move.invoice_outstanding_credits_debits_widget
            if not widget:
                continue
            lines = self.env['account.move.line'].browse([entry['id'] for entry in widget['content']])
            hidden = set(lines.filtered('recouvrement_doubtful').ids)
            if hidden:
                content = [entry for entry in widget['content'] if entry['id'] not in hidden]
                move.invoice_outstanding_credits_debits_widget = content and {**widget, 'content': content}
                move.invoice_has_outstanding = bool(content)


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    # The customer's side of a transfer to doubtful debts. The invoice stays open beside it: a later payment is matched
    # with the invoice, makes its VAT due, and only then is the same part brought back. Copied by a reversal.
    recouvrement_doubtful = fields.Boolean(string="Transfer to doubtful debts", readonly=True)


class AccountPartialReconcile(models.Model):
    _inherit = 'account.partial.reconcile'

    @api.constrains('debit_move_id', 'credit_move_id')
    def _check_recouvrement_doubtful(self):
        """A transfer is matched with its own way back only, or within one entry and its reversal: it pays no invoice."""
        for partial in self:
            debit, credit = partial.debit_move_id, partial.credit_move_id
            if bool(debit.recouvrement_doubtful) != bool(credit.recouvrement_doubtful) and not (
                    debit.move_id._recouvrement_bad_debts() & credit.move_id._recouvrement_bad_debts()):
                line = debit if debit.recouvrement_doubtful else credit
                raise UserError(self.env._(
                    "%(entry)s is a transfer to doubtful debts, not a payment: match the invoice with the money itself. "
                    "The case of the customer then brings the part paid back.", entry=line.move_id.name))

    def _create_tax_cash_basis_moves(self):
        """VAT on receipts falls due when money comes (CGI art. 269-2 c): a loss or a transfer brings none."""
        return super(AccountPartialReconcile, self.filtered(
            lambda partial: not (partial.debit_move_id | partial.credit_move_id).move_id._recouvrement_bad_debts()
        ))._create_tax_cash_basis_moves()
