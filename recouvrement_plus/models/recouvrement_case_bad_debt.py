"""From the case: prepare a doubtful transfer, a provision, a write-off. Nothing is posted here."""
from decimal import Decimal, InvalidOperation

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import bad_debts
from .recouvrement_bad_debt import GROUNDS, MONEY

ZERO = Decimal(0)


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    bad_debt_ids = fields.One2many('recouvrement.bad.debt', 'case_id', string="Doubtful and bad debts", readonly=True)
    amount_doubtful = fields.Monetary(string="Doubtful", compute='_compute_amount_doubtful', compute_sudo=True,
                                      help="Of what is still owed, what the books show on the doubtful account.")

    @api.depends('bad_debt_ids.state', 'bad_debt_ids.doubtful_change')
    def _compute_amount_doubtful(self):
        groups = dict(self.env['recouvrement.bad.debt']._read_group(
            [('case_id', 'in', self.ids), ('state', '=', 'posted')], ['case_id'], ['doubtful_change:sum']))
        for case in self:
            case.amount_doubtful = groups.get(case, 0.0)

    # === PUBLIC METHODS === #

    def prepare_doubtful(self, item_ids=None, date=None, back=False, preview=False):
        """Prepare the draft entry that brings the doubtful account (416) in line with what these instalments owe.

        Above what is doubtful already: a transfer. Below (a payment came since): the way back. The invoice stays open, is
        followed on the case and its payments are matched with it as before; only the amicable reminders stop.

        :param item_ids: instalments; without any, all the overdue ones of the case
        :param date: accounting date or 'YYYY-MM-DD', today when left out; what was owed that day counts
        :param back: bring everything back (the debtor pays again)
        :param preview: write nothing, answer what would be booked
        :return: {id, kind, state, date, case_id, partner_id, currency, amount, net, vat_recovered, vat_cancelled, doubtful_change,
            provision_change, warnings, move_id, move_name, lines: [...], entry: [{account, label, debit, credit}]}; {} when
            there is nothing to book
        :raises AccessError: for who is no manager of the company
        :raises UserError: in a locked period, for a foreign currency, while another draft waits
        """
        case, day = self._bad_debt_start(date, preview)
        items = self.env['recouvrement.bad.debt'].sudo()._checked_items(case, item_ids, 'doubtful')
        plan = case.env['recouvrement.bad.debt']._plan_doubtful(case, items, day, back)
        return self._bad_debt_finish(case, day, plan, {}, preview)

    def propose_provision(self, date=None, item_ids=None):
        """What impairment a person may look at, by age and insolvency: a proposal on the amount net of tax, nothing is booked.

        The tax law asks for a probable loss assessed one by one (CGI art. 39-1-5): the percentages are a start, not a ground.

        :return: [{item_id, invoice, due, days_late, owed, net, doubtful, provision, percent, proposed, change}]
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        case, Debt = self.sudo(), self.env['recouvrement.bad.debt'].sudo()
        day = self.env['recouvrement.run']._parse_date(date) if date else case.company_id._recouvrement_today()
        items = case.env['recouvrement.item'].browse(item_ids) if item_ids else case._provision_items(day)
        owed, positions = Debt._residuals_at(case, day), Debt._positions(items)
        return [self._provision_row(item, day, owed, positions[item.id]) for item in items if item.currency_id == case.currency_id]

    def prepare_provision(self, percents, date=None, preview=False):
        """Prepare the draft entry that brings the impairment (491) of instalments to percentages of their amount net of tax.

        :param percents: {item id: percentage}; 0 releases what is left
        :return: as `prepare_doubtful`
        :raises UserError: as `prepare_doubtful`; for a percentage out of bounds
        """
        case, day = self._bad_debt_start(date, preview)
        chosen = {int(key): value for key, value in (percents or {}).items()}
        if not chosen:
            raise UserError(self.env._("Give a percentage for at least one instalment."))
        Debt = case.env['recouvrement.bad.debt']
        items = Debt._checked_items(case, list(chosen), 'provision')
        return self._bad_debt_finish(case, day, Debt._plan_provision(case, items, day, chosen), {}, preview)

    def prepare_write_off(self, ground, amounts=None, date=None, event_date=None, proof=None, reason=None, proceeding_id=None,
                          preview=False):
        """Prepare the draft entry that writes instalments off as a loss (654).

        VAT on debits comes back when the claim is definitively irrecoverable (CGI art. 272-1) until 31 December of the second
        year after `event_date`; VAT on receipts was never due: what is pending is cancelled.

        :param ground: liquidation, certificate, enforcement, disappeared, prescribed or abandoned
        :param amounts: {item id: amount with tax}; without it, all that the overdue instalments owe
        :param event_date: day since which it is irrecoverable (judgment, certificate); needed for the VAT
        :param proof: {filename, datas (base64)}; without it a `reason` in words is needed
        :return: as `prepare_doubtful`
        :raises UserError: as `prepare_doubtful`; without proof or reason; for more than is owed
        """
        case, day = self._bad_debt_start(date, preview)
        Debt = case.env['recouvrement.bad.debt']
        if ground not in dict(GROUNDS):
            raise UserError(self.env._("“%(ground)s” is no ground for giving a claim up.", ground=ground))
        if not (proof or (reason or '').strip()) and not preview:
            raise UserError(self.env._("Attach the certificate or the proof, or say in words why there is none."))
        event = self.env['recouvrement.run']._parse_date(event_date) if event_date else None
        if event and event > day:
            raise UserError(self.env._("The claim became irrecoverable after the accounting date: check the dates."))
        chosen = {int(key): self._bad_debt_number(value) for key, value in (amounts or {}).items()}
        items = Debt._checked_items(case, list(chosen), 'write_off')
        owed = Debt._residuals_at(case, case.company_id._recouvrement_today())
        wanted = {item: chosen.get(item.id, owed.get(item.move_line_id.id, ZERO)) for item in items}
        proceeding = case.env['recouvrement.proceeding'].browse(proceeding_id or []).exists()
        if proceeding.case_id - case:
            raise UserError(self.env._("The proceeding is about another customer."))
        vals = {'ground': ground, 'date_event': event, 'reason': reason or False, 'proceeding_id': proceeding.id}
        return self._bad_debt_finish(
            case, day, Debt._plan_write_off(case, wanted, day, ground, event), vals, preview, proof and Debt._decode(proof))

    # === STEPS === #

    def _bad_debt_start(self, date, preview):
        """The case with elevated rights and in step with the ledger, and the accounting day."""
        self.ensure_one()
        self.env['recouvrement.run']._check_user('manager', self.company_id)
        self.check_access('read')
        case = self.sudo().with_company(self.company_id)
        if not preview:
            case.lock_for_update()
            case.env['recouvrement.item']._sync(case.company_id, case.partner_id)
        return case, case.env['recouvrement.bad.debt']._open_day(case.company_id, date)

    def _bad_debt_finish(self, case, day, plan, vals, preview, proof=None):
        if not plan['rows']:
            return {}
        Debt = case.env['recouvrement.bad.debt']
        if not preview:
            return Debt._create_operation(case, day, plan, vals, proof)._result()
        text = case.currency_id._recouvrement_text
        total = {name: text(sum(row.get(name, 0.0) for row in plan['rows'])) for name in MONEY}
        accounts = {account.id: account.code for account in case.env['account.account'].browse(
            [row['account_id'] for row in plan['entry']])}
        return {
            'id': False, 'kind': plan['kind'], 'state': 'preview', 'date': str(day), 'case_id': case.id,
            'partner_id': case.partner_id.id, 'currency': case.currency_id.name, **total, 'warnings': plan['warnings'],
            'lines': [{'item_id': row['item_id'], **{name: text(row.get(name, 0.0)) for name in (*MONEY, 'base_net')}}
                      for row in plan['rows']],
            'entry': [{'account': accounts[row['account_id']], 'label': row['name'], 'debit': text(row['debit']),
                       'credit': text(row['credit'])} for row in plan['entry']]}

    def _bad_debt_number(self, value):
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite():
            raise UserError(self.env._("“%(value)s” is not an amount.", value=value))
        return Decimal(self.currency_id._recouvrement_text(number))

    # === PROVISION === #

    def _provision_items(self, day):
        """Overdue instalments, and those that carry an impairment, paid ones included: it is to be released."""
        carried = self.env['recouvrement.bad.debt.line'].search([
            ('debt_id.case_id', '=', self.id), ('debt_id.state', '=', 'posted'), ('provision_change', '!=', 0)]).item_id
        return (self.open_item_ids.filtered(lambda item: item.date_maturity < day) | carried).sorted(
            lambda item: (item.date_maturity, item.id))

    def _provision_row(self, item, day, owed, have):
        Debt, text = self.env['recouvrement.bad.debt'].sudo(), item.currency_id._recouvrement_text
        left = max(owed.get(item.move_line_id.id, ZERO), ZERO)
        net = Debt._split(item.move_id, left, Debt._owed_of(item.move_id, owed)).net
        percent = bad_debts.provision_percent((day - item.date_maturity).days, insolvent=item._is_insolvent(day)) if left else ZERO
        proposed = Decimal(text(net * percent / 100))
        return {
            'item_id': item.id, 'invoice': item.move_name or '', 'due': str(item.date_maturity),
            'days_late': (day - item.date_maturity).days, 'owed': text(left), 'net': text(net), 'doubtful': text(have['doubtful']),
            'provision': text(have['provision']), 'percent': str(percent), 'proposed': text(proposed),
            'change': text(proposed - have['provision'])}


class RecouvrementItem(models.Model):
    _inherit = 'recouvrement.item'

    amount_doubtful = fields.Monetary(string="Doubtful", compute='_compute_amount_doubtful', compute_sudo=True)

    def _compute_amount_doubtful(self):
        positions = self.env['recouvrement.bad.debt']._positions(self)
        for item in self:
            item.amount_doubtful = float(positions[item.id]['doubtful'])

    def _is_insolvent(self, day):
        by_case, by_item = self.env['recouvrement.hold']._active(self.company_id, day, self.case_id.ids)
        return any(hold.kind == 'insolvency' for hold in [*by_case.get(self.case_id.id, []), *by_item.get(self.id, [])])

    def _align_doubtful_hold(self, doubtful):
        """Legal steps only while doubtful: the hold begins and ends with what the books say."""
        today = self.company_id._recouvrement_today()
        hold = self.env['recouvrement.hold'].search([
            ('item_id', '=', self.id), ('kind', '=', 'doubtful'), ('date_to', '=', False)])
        if doubtful and not hold:
            self.env['recouvrement.hold'].create({
                'case_id': self.case_id.id, 'item_id': self.id, 'kind': 'doubtful', 'date_from': today,
                'note': self.env._("On the doubtful account")})
        elif hold and not doubtful:
            hold.date_to = fields.Date.subtract(today, days=1)
