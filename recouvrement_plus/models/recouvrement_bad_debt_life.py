"""The life of an entry of bad debts: prepared, posted and matched by the accountant, taken back."""
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .account_move_bad_debt import ACCOUNTANTS


class RecouvrementBadDebt(models.Model):
    _inherit = 'recouvrement.bad.debt'

    # === PUBLIC METHODS === #

    def post(self):
        """Post the entries prepared. Called twice it posts once.

        :return: as `prepare_doubtful`, one for each operation
        :raises AccessError: for who is no accountant
        :raises UserError: when something was paid or matched since the entry was prepared, or the period is locked
        """
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        self._check_accountant()
        for debt in self.sudo().filtered(lambda debt: debt.state == 'draft'):
            debt.move_id.action_post()
        return [debt._result() for debt in self.sudo()]

    def cancel(self, reason, date=None):
        """Take operations back: a draft is deleted, a posted entry reversed, and the instalment is open as before.

        :param reason: words for the history, required
        :param date: of the reversal, today when left out
        :return: as `prepare_doubtful`, one for each operation
        :raises AccessError: for who is no manager, or no accountant when the entry is posted
        :raises UserError: without words, in a locked period, when a later operation builds on this one
        """
        self.env['recouvrement.run']._check_user('manager', self.company_id)
        self.check_access('read')
        if not (reason or '').strip():
            raise UserError(self.env._("Say why it is taken back: the reason stays in the history."))
        for debt in self.sudo():
            debt._cancel(reason, debt.company_id, date)
        return [debt._result() for debt in self.sudo()]

    def _check_accountant(self):
        if not any(self.env.user.has_group(group) for group in ACCOUNTANTS):
            raise AccessError(self.env._("Entries of doubtful and bad debts are posted by an accountant."))

    def _cancel(self, reason, company, date):
        self.lock_for_update()
        if self.state == 'cancelled':
            return
        move = self.move_id.with_company(company)
        self.write({'cancel_reason': reason, 'cancelled_by_id': self.env.uid})
        if self.state == 'posted':
            self._check_accountant()
            self._check_nothing_builds_on_it()
            day = self._open_day(company, date)
            if any(line._pending_taxes() or line.vat_recovered for line in self.line_ids):
                self._check_tax_lock(company, day)
            move._reverse_moves([{'date': day, 'ref': self.env._("Cancels %(entry)s", entry=move.name)}], cancel=True)
        else:
            if move.posted_before:
                move.button_cancel()
            else:
                move.unlink()
            self.case_id._message_log(body=self.env._("%(operation)s: draft taken back. %(reason)s",
                                                      operation=self.display_name, reason=reason))
        self._align()

    def _check_nothing_builds_on_it(self):
        positions = self._positions(self.line_ids.item_id)
        for line in self.line_ids:
            have = positions[line.item_id.id]
            if have['doubtful'] < line._decimal('doubtful_change') or have['provision'] < line._decimal('provision_change'):
                raise UserError(self.env._(
                    "%(invoice)s: a later entry (write-off, return, release) builds on this one. Cancel that one first.",
                    invoice=line.item_id.display_name))

    @api.model
    def _open_day(self, company, date):
        """The accounting day asked for, today by default.

        :raises UserError: for a day to come, or in a locked period
        """
        today = company._recouvrement_today()
        day = self.env['recouvrement.run']._parse_date(date) if date else today
        if day > today:
            raise UserError(self.env._("%(day)s is still to come.", day=format_date(self.env, day)))
        locked = company._get_user_fiscal_lock_date(company._recouvrement_bad_debt_journal())
        if day <= locked:
            raise UserError(self.env._(
                "The books are locked up to %(locked)s: choose a later accounting date.", locked=format_date(self.env, locked)))
        return day

    @api.model
    def _check_tax_lock(self, company, day):
        """The VAT of a return that is closed is not changed, whether or not core counts the entry among its taxes.

        :raises UserError: naming the day up to which the returns are closed
        """
        locked = company.user_tax_lock_date
        if locked and day <= locked:
            raise UserError(self.env._("The tax returns are locked up to %(locked)s and this entry has VAT: choose a later date.",
                                       locked=format_date(self.env, locked)))

    # === ENTRY === #

    @api.model
    def _create_operation(self, case, day, plan, vals, proof=None):
        """The record of a plan with its draft entry."""
        company = case.company_id
        debt = self.create({
            'case_id': case.id, 'company_id': company.id, 'date': day, 'kind': plan['kind'], 'warnings': plan['warnings'],
            'user_id': self.env.uid, 'line_ids': [fields.Command.create(row) for row in plan['rows']], **vals})
        if proof:
            debt.certificate_id = self.env['ir.attachment'].create({
                'name': proof['filename'], 'datas': proof['datas'], 'res_model': self._name, 'res_id': debt.id})
        self.env['account.move'].with_company(company).create({
            'move_type': 'entry', 'date': day, 'company_id': company.id, 'recouvrement_bad_debt_id': debt.id,
            'journal_id': company._recouvrement_bad_debt_journal().id,
            'ref': debt.display_name,
            'line_ids': [fields.Command.create(row) for row in plan['entry']]})
        case._message_log(body=self.env._("%(operation)s prepared: %(amount)s, entry to be posted by an accountant.",
                                          operation=debt.display_name, amount=company.currency_id.format(debt._shown_amount())))
        return debt

    def _shown_amount(self):
        return self[{'provision': 'provision_change', 'doubtful': 'doubtful_change'}.get(self.kind, 'amount')]

    def _check_still_true(self):
        """Before posting: what the entry moves is still there to be moved."""
        self.ensure_one()
        if any(line._pending_taxes() or line.vat_recovered for line in self.line_ids):
            self._check_tax_lock(self.company_id, self.move_id.date)
        positions, lines = self._positions(self.line_ids.item_id), self._residuals_at(self.case_id, self.date)
        for line in self.line_ids:
            item, have = line.item_id, positions[line.item_id.id]
            owed = lines.get(item.move_line_id.id, Decimal(0))
            stale = have['doubtful'] + line._decimal('doubtful_change') < 0 or (
                have['provision'] + line._decimal('provision_change') < 0) or (
                self.kind == 'doubtful' and line.doubtful_change > 0
                and have['doubtful'] + line._decimal('doubtful_change') > owed) or (
                self.kind == 'write_off' and line._decimal('amount') > Decimal(str(item.amount_residual)).quantize(Decimal('0.01')))
            if stale:
                raise UserError(self.env._(
                    "%(invoice)s has changed since this entry was prepared (a payment, another entry). "
                    "Cancel the operation on the case and prepare it again.", invoice=item.display_name))

    def _after_posting(self):
        """Match what was posted, open again what was reversed; then items, holds and the history of the case follow."""
        labels = dict(self._fields['state']._description_selection(self.env))
        for debt in self.sudo():
            if debt.state == 'posted':
                debt.date = debt.move_id.date  # the accountant's, or the first open day after a lock
                debt._match()
            elif debt.state == 'cancelled':
                debt._undo_matching()
            self.env['recouvrement.item']._sync(debt.company_id, debt.partner_id)
            debt._align()
            entry = debt.reversal_id or debt.move_id
            debt.case_id._message_log(body=f"{debt.display_name} : {labels[debt.state].lower()} ({entry.name})")

    def _match(self):
        """Letter a write-off with its invoices and its pending VAT, and the ways back with their transfers."""
        if self.kind == 'write_off':
            free = self.move_id.line_ids.filtered(lambda line: not line.recouvrement_doubtful and not line.reconciled)
            for line in self.line_ids:
                free -= self._match_one(line.item_id.move_line_id, free, -line.amount)
                for tax_line, amount in line._pending_taxes():
                    free -= self._match_one(tax_line, free, amount)
        marked = self.move_id.line_ids.filtered('recouvrement_doubtful')
        for account in marked.account_id:
            self._transfers(account).reconcile()

    def _transfers(self, account):
        """What is unmatched of the transfers of this customer."""
        return self.env['account.move.line'].search([
            ('recouvrement_doubtful', '=', True), ('company_id', '=', self.company_id.id), ('account_id', '=', account.id),
            ('partner_id', '=', self.partner_id.id), ('parent_state', '=', 'posted'), ('reconciled', '=', False)])

    def _match_one(self, target, free, balance):
        own = free.filtered(lambda line: line.account_id == target.account_id
                            and self.currency_id.compare_amounts(line.balance, balance) == 0)[:1]
        if not own:
            raise UserError(self.env._(
                "The entry no longer has its line of %(amount)s on %(account)s: cancel the operation and prepare it again.",
                amount=self.currency_id.format(balance), account=target.account_id.display_name))
        if target.account_id.reconcile and not target.reconciled:
            (target + own).reconcile()
        return own

    def _undo_matching(self):
        """A reversal made from the entry itself, without “cancel”: the invoice must be open again all the same."""
        move, reversal = self.move_id, self.reversal_id
        matched = (move.line_ids.matched_debit_ids.debit_move_id | move.line_ids.matched_credit_ids.credit_move_id).move_id
        if matched - move - reversal:
            (move | reversal).line_ids.remove_move_reconcile()
            move._reconcile_reversed_moves(reversal, True)

    def _align(self):
        """The holds follow the books: legal steps only while something of the instalment is on the doubtful account."""
        for debt in self.sudo():
            positions = self._positions(debt.line_ids.item_id)
            for item in debt.line_ids.item_id:
                item._align_doubtful_hold(positions[item.id]['doubtful'] > 0)
