"""What an operation would book: rows by instalment and the lines of the entry. Reads, never writes."""
from collections import defaultdict
from decimal import Decimal, InvalidOperation

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine import bad_debts
from ..engine.errors import EngineError
from ..engine.money import round_cents

ZERO = Decimal(0)


class RecouvrementBadDebt(models.Model):
    _inherit = 'recouvrement.bad.debt'

    # === FACTS === #

    @api.model
    def _residuals_at(self, case, day):
        """{journal item: owed on a day} of one customer."""
        company = case.company_id
        lines = self.env['recouvrement.ledger']._open_lines(company, day, company._recouvrement_today(), case.partner_id.ids)
        return {line.id: line.residual_company for line in lines}

    @api.model
    def _checked_items(self, case, item_ids, kind):
        """The instalments asked for, of this case and in the company's currency; without any, all the overdue ones.

        :raises UserError: for another customer's, a foreign currency, or when a draft already does something with one
        """
        items = self.env['recouvrement.item'].browse(item_ids or []).exists() if item_ids else case.open_item_ids.filtered(
            lambda item: item.days_late > 0)
        if not items or items.case_id != case:
            raise UserError(self.env._("Choose overdue instalments of %(customer)s.", customer=case.display_name))
        foreign = items.filtered(lambda item: item.currency_id != case.company_id.currency_id)
        if foreign:
            raise UserError(self.env._(
                "%(invoice)s is in %(currency)s: bad debts in a foreign currency are booked by hand, at the rate of closing.",
                invoice=foreign[0].display_name, currency=foreign[0].currency_id.name))
        pending = self.env['recouvrement.bad.debt.line'].search(
            [('item_id', 'in', items.ids), ('debt_id.state', '=', 'draft')], limit=1)
        if pending:
            raise UserError(self.env._(
                "%(invoice)s: “%(operation)s” waits to be posted. Post it or take it back first.",
                invoice=pending.item_id.display_name, operation=pending.debt_id.display_name))
        return items

    @api.model
    def _tax_lines(self, invoice):
        """VAT lines of an invoice: (tax line, waits for the receipt). Empty for what has no tax detail."""
        if not invoice.is_invoice():
            return []
        return [(line, line.tax_line_id.tax_exigibility == 'on_payment')
                for line in invoice.line_ids.filtered('tax_line_id') if line.balance < 0]

    @api.model
    def _split(self, invoice, amount, owed, taken=None):
        """`amount` of what an invoice still owes, cut into net and VAT.

        :param taken: {tax line id: amount} of the pending VAT that other rows of the same plan take
        """
        if not invoice.is_invoice():
            return bad_debts.Split(amount, ZERO, ())
        total = self._number(invoice.company_currency_id, abs(invoice.amount_total_signed))
        taxes = []
        for line, pending in self._tax_lines(invoice):
            whole = self._number(line.company_currency_id, -line.balance)
            left = whole - bad_debts.gone(whole, total - owed, total)
            if pending and line.account_id.reconcile:
                left = self._number(line.company_currency_id, -line.amount_residual) - (taken or {}).get(line.id, ZERO)
            taxes.append(bad_debts.Tax(line.id, whole, left))
        try:
            return bad_debts.split(amount, total, tuple(taxes), last=amount == owed, owed=owed)
        except EngineError as error:
            raise UserError(self.env._("%(invoice)s: more than the invoice itself.", invoice=invoice.name)) from error

    @api.model
    def _number(self, currency, amount):
        return Decimal(currency._recouvrement_text(amount))

    # === PLANS === #

    @api.model
    def _plan_doubtful(self, case, items, day, back=False):
        """Bring the doubtful account in line with what each instalment owes; `back`: bring it to nothing."""
        company, owed, positions = case.company_id, self._residuals_at(case, day), self._positions(items)
        rows, entry = [], []
        for item in items:
            line = item.move_line_id
            amount = ZERO if back else max(owed.get(line.id, ZERO), ZERO)
            change = amount - positions[item.id]['doubtful']
            if change:
                rows.append(self._row(item, amount=float(abs(change)), doubtful_change=float(change)))
                entry += self._transfer_lines(item, company, change)
        return {'kind': 'doubtful', 'rows': rows, 'entry': entry, 'warnings': []}

    @api.model
    def _plan_provision(self, case, items, day, percents):
        """Bring the impairment of each instalment to a percentage of what it owes net of tax."""
        company, owed, positions = case.company_id, self._residuals_at(case, day), self._positions(items)
        rows, entry, warnings = [], [], []
        for item in items:
            amount = max(owed.get(item.move_line_id.id, ZERO), ZERO)
            base = self._split(item.move_id, amount, self._owed_of(item.move_id, owed)).net
            percent = self._percent(percents.get(item.id, 0))
            if percent is None:
                raise UserError(self.env._("%(invoice)s: a percentage is between 0 and 100.", invoice=item.display_name))
            change = round_cents(base * percent / 100) - positions[item.id]['provision']
            warnings += [] if item.move_id.is_invoice() else ['vat_unknown']
            if change:
                rows.append(self._row(item, amount=float(amount), base_net=float(base), percent=float(percent),
                                      provision_change=float(change)))
                entry += self._provision_lines(item, company, change)
        return {'kind': 'provision', 'rows': rows, 'entry': entry, 'warnings': sorted(set(warnings))}

    @api.model
    def _percent(self, value):
        """A percentage from 0 to 100, None for anything else."""
        try:
            percent = Decimal(str(value))
        except InvalidOperation:
            return None
        return percent if percent.is_finite() and 0 <= percent <= 100 else None

    @api.model
    def _plan_write_off(self, case, amounts, day, ground, event):
        """Write amounts off: loss, VAT by its regime, and the way back of what was doubtful or impaired.

        :param amounts: {item: amount with tax}
        """
        items = self.env['recouvrement.item'].union(*amounts)
        owed, positions = self._residuals_at(case, case.company_id._recouvrement_today()), self._positions(items)
        warning = bad_debts.vat_warning(ground, event, day)
        rows, entry, warnings, taken = [], [], set(), defaultdict(Decimal)
        for item, amount in amounts.items():
            left = owed.get(item.move_line_id.id, ZERO)
            if not ZERO < amount <= left:
                raise UserError(self.env._(
                    "%(invoice)s: between 0 and what it still owes, %(owed)s.", invoice=item.display_name,
                    owed=item.currency_id.format(float(max(left, ZERO)))))
            if day < item.move_id.date:
                raise UserError(self.env._("%(invoice)s is of %(day)s: nothing is lost before it exists.",
                                           invoice=item.display_name, day=format_date(self.env, item.move_id.date)))
            split = self._split(item.move_id, amount, self._owed_of(item.move_id, owed), taken)
            taxes = self._taxes_of(item, split, warning)
            if taxes:
                self._check_tax_lock(case.company_id, day)
            for line, value, _pending in taxes:
                taken[line.id] += value
            warnings |= self._vat_warnings(item, taxes, split, warning)
            recovered = sum((value for _line, value, pending in taxes if not pending), ZERO)
            cancelled = sum((value for _line, value, pending in taxes if pending), ZERO)
            have = positions[item.id]
            back = min(ZERO, left - amount - have['doubtful'])
            release = -round_cents(have['provision'] * amount / left)
            rows.append(self._row(
                item, amount=float(amount), net=float(amount - recovered - cancelled), vat_recovered=float(recovered),
                vat_cancelled=float(cancelled), doubtful_change=float(back), provision_change=float(release),
                base_net=float(split.net), taxes=[[line.id, str(value), pending] for line, value, pending in taxes]))
            entry += self._write_off_lines(item, case.company_id, day, amount, amount - recovered - cancelled, taxes)
            entry += self._transfer_lines(item, case.company_id, back) if back else []
            entry += self._provision_lines(item, case.company_id, release) if release else []
            owed[item.move_line_id.id] = left - amount
        return {'kind': 'write_off', 'rows': rows, 'entry': entry, 'warnings': sorted(warnings)}

    @api.model
    def _taxes_of(self, item, split, warning):
        """(tax line, amount, pending) that the write-off moves: what waits for a receipt always, what was paid if it comes back."""
        lines = dict(self._tax_lines(item.move_id))
        by_id = {line.id: line for line in lines}
        found = [(by_id[key], value, lines[by_id[key]]) for key, value in split.taxes if value]
        return [(line, value, pending) for line, value, pending in found if pending or not warning]

    @api.model
    def _vat_warnings(self, item, taxes, split, warning):
        if not item.move_id.is_invoice():
            return {'vat_unknown'}
        lost = split.vat - sum((value for _line, value, _pending in taxes), ZERO)
        return {warning} if lost and warning else set()

    @api.model
    def _owed_of(self, invoice, owed):
        """What all instalments of an invoice owe together."""
        return sum((owed.get(line.id, ZERO) for line in invoice.line_ids if line.account_id.recouvrement_role), ZERO)

    # === LINES === #

    @api.model
    def _row(self, item, **vals):
        return {'item_id': item.id, 'invoice_id': item.move_id.id, **vals}

    @api.model
    def _entry_line(self, item, account, balance, label, **vals):
        """`balance` above zero: a debit."""
        amount = float(balance)
        return {
            'account_id': account.id, 'partner_id': item.partner_id.id, 'name': f"{label} {item.move_name or ''}".strip(),
            'debit': max(amount, 0.0), 'credit': max(-amount, 0.0), **vals}

    @api.model
    def _transfer_lines(self, item, company, change):
        label = self.env._("Doubtful customer") if change > 0 else self.env._("Back from doubtful")
        receivable = item.move_line_id.account_id
        return [
            self._entry_line(item, company._recouvrement_bad_debt_account('doubtful'), change, label),
            self._entry_line(item, receivable, -change, label, recouvrement_doubtful=True, date_maturity=item.date_maturity)]

    @api.model
    def _provision_lines(self, item, company, change):
        kind = 'allowance' if change > 0 else 'release'
        label = self.env._("Impairment") if change > 0 else self.env._("Release of impairment")
        return [
            self._entry_line(item, company._recouvrement_bad_debt_account(kind), change, label),
            self._entry_line(item, company._recouvrement_bad_debt_account('impairment'), -change, label)]

    @api.model
    def _write_off_lines(self, item, company, day, amount, loss, taxes):
        label = self.env._("Bad debt")
        old = (item.move_id.invoice_date or item.move_id.date) < company.compute_fiscalyear_dates(day)['date_from']
        account = company._recouvrement_bad_debt_account('old_loss' if old else 'loss')
        rows = [self._entry_line(item, account, loss, label)]
        for line, value, pending in taxes:
            tags = [] if pending else self._recovery_tags(company)
            words = self.env._("Pending VAT, never due:") if pending else self.env._("VAT recovered, CGI art. 272:")
            rows.append(self._entry_line(item, line.account_id, value, words, **({'tax_tag_ids': [(6, 0, tags)]} if tags else {})))
        return [*rows, self._entry_line(item, item.move_line_id.account_id, -amount, label, date_maturity=item.date_maturity)]

    @api.model
    def _recovery_tags(self, company):
        """Line 21 “Autre TVA à déduire” of the French return, when the report is installed."""
        country = company.account_fiscal_country_id
        return self.env['account.account.tag']._get_tax_tags('21', country.id).ids if country.code == 'FR' else []
