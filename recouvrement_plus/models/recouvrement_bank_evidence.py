"""Before anything leaves, the customer is compared with what the bank already shows."""
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import receipt_words, receipts
from .sql_arrays import int_array

# Money in another currency is the same money within what rates and bank charges take.
SAME_MONEY = Decimal('0.95')


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_bank_check = fields.Selection(
        selection=[('off', "Not looked at"), ('warn', "Said on the night's journal"), ('block', "Nothing leaves")],
        string="When the bank data is old", default='warn', required=True)
    recouvrement_bank_days = fields.Integer(
        string="Bank data is old after", default=7,
        help="Days since the last line of a bank statement or, where no statement is imported, since the last receipt.")
    recouvrement_receipt_days = fields.Integer(
        string="Days of unmatched receipts looked at", default=45,
        help="Money at the bank since this many days that nobody matched holds the reminders that it probably pays. 0: never.")

    def _recouvrement_bank_stale(self, as_of, news=None):
        """Whether the last news of the bank is too old to be sure that nobody has paid; nothing ever is too old."""
        news = news or self.env['recouvrement.ledger'].sudo()._bank_news(self, as_of)
        return news.day is None or (as_of - news.day).days > self.recouvrement_bank_days


class RecouvrementRun(models.Model):
    _inherit = 'recouvrement.run'

    bank_date = fields.Date(string="Last news of the bank", readonly=True)
    bank_stale = fields.Boolean(string="Bank data too old", readonly=True)

    def _note_bank_news(self):
        """Say on the journal how fresh the bank's news were, unless the company does not look."""
        company = self.company_id
        if company.recouvrement_bank_check != 'off':
            news = self.env['recouvrement.ledger']._bank_news(company, self.date)
            self.write({'bank_date': news.day, 'bank_stale': company._recouvrement_bank_stale(self.date, news)})


class RecouvrementEngine(models.AbstractModel):
    _inherit = 'recouvrement.engine'

    @api.model
    def _bank_evidence(self, company, as_of, debits, credits):
        """What the bank says of a batch of customers, for the context of their decisions:

        `expected_lines`: ids of the instalments that unmatched money probably pays; `expected_from`: the (partner,
        currency) it comes from when one cannot say what it pays; `tied_credits`: ids of the receipts on account that are
        set against an instalment of `expected_lines`, and deducted from nothing else; `stale_bank`.
        """
        evidence = {'expected_lines': set(), 'expected_from': set(), 'tied_credits': set(), 'stale_bank': (
            company.recouvrement_bank_check == 'block' and company._recouvrement_bank_stale(as_of))}
        at_bank, on_account = self._unmatched_money(company, as_of, debits, credits)
        debtors = self._debtors(
            list(debits) if at_bank else [key for key in debits if key in on_account], debits)
        found = receipts.probable_receipts(
            [*at_bank, *(one for key, some in on_account.items() if key in debtors for one in some)], debtors.values())
        for key, findings in found.items():
            for finding in findings:
                evidence['expected_lines'].update(finding.debts)
                if not finding.debts:
                    evidence['expected_from'].add(key)
                if finding.posted:
                    evidence['tied_credits'].add(finding.receipt)
        evidence['expected_from'] |= self._paid_elsewhere(company, as_of, debits, credits)
        return evidence

    @api.model
    def _unmatched_money(self, company, as_of, debits, credits):
        """What nobody matched: [Receipt] at the bank, {(partner, currency): [Receipt]} on account, what is reserved left out."""
        at_bank, Ledger = [], self.env['recouvrement.ledger']
        if company.recouvrement_receipt_days:
            since = as_of - timedelta(days=company.recouvrement_receipt_days)
            at_bank = Ledger._bank_receipts(company, since, as_of if as_of < company._recouvrement_today() else None)
        on_account = Ledger._receipts_on_account([line for key, group in credits.items() if key in debits for line in group])
        if on_account:
            reserved, _claimed = self.env['recouvrement.reserve']._set_apart(company, as_of)
            on_account = {key: [one for one in some if one.key not in reserved] for key, some in on_account.items()}
        return at_bank, on_account

    @api.model
    def _paid_elsewhere(self, company, as_of, debits, credits):
        """The (partner, currency) whose smallest instalment money on account may pay that netting does not see: money in
        another currency, or in the books of a company above this branch."""
        found = set()
        here = self._spare_money(company, as_of, debits, credits)
        above = self._spare_money_above(company, as_of, {partner for partner, _currency in debits})
        for (partner, currency), group in debits.items():
            spare = above.get(partner, 0) + sum(
                amount for (payer, other), amount in here.items() if payer == partner and other != currency)
            smallest = min((line.residual_company for line in group if line.residual > 0), default=0)
            if spare and spare >= smallest * SAME_MONEY:
                found.add((partner, currency))
        return found

    @api.model
    def _spare_money(self, company, as_of, debits, credits):
        """{(partner, currency): money on account beyond what is owed in that currency}, in company currency."""
        money = self.env['recouvrement.ledger']._receipts_on_account([line for group in credits.values() for line in group])
        if not money:
            return {}
        reserved, _claimed = self.env['recouvrement.reserve']._set_apart(company, as_of)
        amounts = {line.id: -line.residual_company for group in credits.values() for line in group if line.id not in reserved}
        spare = {key: sum((amounts.get(one.key, 0) for one in some), Decimal(0))
                 - sum((line.residual_company for line in debits.get(key, ()) if line.residual > 0), Decimal(0))
                 for key, some in money.items()}
        return {key: amount for key, amount in spare.items() if amount > 0}

    @api.model
    def _spare_money_above(self, company, as_of, partner_ids):
        """{partner: money on account in the books of the parents of a branch beyond what is owed there}."""
        spare = defaultdict(Decimal)
        for parent in company.sudo().parent_ids - company:
            debits, credits = defaultdict(list), defaultdict(list)
            for line in self.env['recouvrement.ledger']._open_lines(
                    parent, as_of, parent._recouvrement_today(), list(partner_ids)):
                (credits if line.residual < 0 else debits)[line.partner_id, line.currency_id].append(line)
            for (partner, _currency), amount in self._spare_money(parent, as_of, debits, credits).items():
                spare[partner] += amount
        return spare

    @api.model
    def _debtors(self, keys, debits):
        """{(partner, currency): engine Debtor}, read in one go."""
        if not keys:
            return {}
        partners = {partner.id: partner for partner in self.env['res.partner'].browse({partner for partner, _currency in keys})}
        accounts = defaultdict(list)
        for bank in self.env['res.partner.bank'].search_fetch(
                [('partner_id.commercial_partner_id', 'in', list(partners))], ['acc_number', 'partner_id']):
            accounts[bank.partner_id.commercial_partner_id.id].append(bank.acc_number)
        asked = self._asked_to_quote([line.id for key in keys for line in debits[key]])
        owed = defaultdict(set)
        for (partner, currency), group in debits.items():
            if any(line.residual > 0 for line in group):
                owed[partner].add(currency)
        return {key: receipts.Debtor(
            key=key[0], currency=key[1], others=frozenset(owed[key[0]] - {key[1]}), name=partners[key[0]].name or '',
            accounts=tuple(accounts[key[0]]), debts=tuple(
                self._debt(line, *asked[line.id])
                for line in debits[key] if line.residual > 0),
        ) for key in keys}

    @api.model
    def _debt(self, line, words, quoted):
        """An instalment as the bank may name it; the reference of its invoice is structured or any words."""
        structured = receipt_words.squeezed(words)
        if receipt_words.valid_reference(structured):
            quoted, words = [*quoted, structured], ''
        return receipts.Debt(
            line.id, line.move_name, line.residual, references=tuple(quoted), words=words, invoice=line.move_id)

    @api.model
    def _asked_to_quote(self, line_ids):
        """{journal item id: (what its invoice asks to quote, where that is not its number, references of the reminders that
        claimed it)}, of those that have one or the other."""
        for model in ('recouvrement.reminder.line', 'recouvrement.item', 'account.move'):
            self.env[model].flush_model()
        return {row[0]: (row[1] or '', [self._payment_reference(number) for number in row[2] or ()]) for row in (
            self.env.execute_query(SQL(
                """
                SELECT line.id, NULLIF(move.payment_reference, move.name), quoted.ids
                  FROM account_move_line line JOIN account_move move ON move.id = line.move_id
                  LEFT JOIN recouvrement_item item ON item.move_line_id = line.id
                  LEFT JOIN LATERAL (
                       SELECT ARRAY_AGG(DISTINCT claimed.reminder_id) AS ids FROM recouvrement_reminder_line claimed
                        WHERE claimed.item_id = item.id AND claimed.active AND claimed.kind <> 'credit') AS quoted ON TRUE
                 WHERE line.id = ANY(%s)
                """, int_array(line_ids))))}

    @api.model
    def _payment_reference(self, reminder_id):
        """The structured reference (ISO 11649) that a reminder asks to quote."""
        return receipt_words.reference(f'REL{reminder_id:07d}')

    @api.model
    def _bank_holds(self, context, partner_id, currency_id):
        """Codes of what the bank's news hold for a whole customer."""
        holds = ['probable_receipt'] if (partner_id, currency_id) in context['expected_from'] else []
        return holds + ['stale_bank'] if context['stale_bank'] else holds

    @api.model
    def _holds_of(self, company, as_of, items):
        """Codes of everything that holds these instalments on a date, their customers' own holds included."""
        self = self.sudo().with_company(company)
        today = company._recouvrement_today()
        lines = self.env['recouvrement.ledger']._open_lines(company, as_of, today, items.partner_id.commercial_partner_id.ids)
        wanted, holds = set(items.move_line_id.ids), set()
        debits, credits = self._by_side(lines)
        if not debits:
            return holds
        customers = self._customers(company, {line.partner_id for line in lines})
        context = self._context(company, as_of, today, debits, credits, customers)
        for (partner_id, currency_id), group in debits.items():
            own = [line for line in group if line.id in wanted]
            if own:
                case, choices = context['cases'].get(partner_id), self._choices(context, partner_id, own)
                facts = self._facts(context, case, partner_id, context['currencies'][currency_id], own, [], choices)
                holds.update(facts.holds, *(item.holds for item in facts.items))
                if context['in_process'].get((partner_id, currency_id)):
                    holds.add('payment_in_process')  # nobody can say yet what it pays
        return holds
