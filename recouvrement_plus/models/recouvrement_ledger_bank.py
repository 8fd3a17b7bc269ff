"""What the bank shows and the ledger does not know yet: money that nobody matched, and how old the last news is."""
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from odoo import api, models
from odoo.tools import SQL

from ..engine.receipts import Payment, Receipt

# Days between a receipt entered by hand and its line of the statement for the two to be the same money.
SAME_MONEY_DAYS = 10


@dataclass(frozen=True)
class BankNews:
    """The last thing the bank said: its ``day`` (None: never anything) and its ``source``, `statement` or `receipt`."""

    day: date | None
    source: str


class RecouvrementLedger(models.AbstractModel):
    _inherit = 'recouvrement.ledger'

    @api.model
    def _bank_companies(self, company):
        """A branch is paid into its own bank account or into that of its parents."""
        return (company | company.sudo().parent_ids).ids

    @api.model
    def _bank_news(self, company, as_of):
        """Day of the last statement line up to a date; where no statement is ever imported, of the last posted receipt.

        Of several banks the one counts that customers pay to: the first journal with an account in the company's currency.
        A receipt is a payment, or an entry of a bank or cash journal that credits a customer's account.
        """
        companies = self._bank_companies(company)
        for model in ('account.bank.statement.line', 'account.journal'):
            self.env[model].flush_model()
        self._flush()
        # The latest line of each journal and company, by core's index: what was imported years ago is not read.
        [[statement, receipt]] = self.env.execute_query(SQL(
            """
            SELECT statement.day, CASE WHEN statement.day IS NULL THEN GREATEST(
                       (SELECT MAX(date) FROM account_payment
                         WHERE company_id = ANY(%(companies)s) AND payment_type = 'inbound'
                           AND state IN ('in_process', 'paid') AND date <= %(as_of)s),
                       (SELECT line.date FROM account_move_line line JOIN account_journal journal ON journal.id = line.journal_id
                         WHERE line.account_id = ANY(%(accounts)s) AND line.date <= %(as_of)s AND line.parent_state = 'posted'
                           AND line.balance < 0 AND line.company_id = ANY(%(companies)s)
                           AND journal.type IN ('bank', 'cash', 'credit')
                         ORDER BY line.date DESC LIMIT 1)) END
              FROM (SELECT COALESCE( -- of the account that customers pay to, where it is imported: others say nothing of it
                           (ARRAY_AGG(latest.date ORDER BY journal.company_id <> %(company)s, journal.sequence, journal.type,
                                      journal.code, latest.date DESC) FILTER (
                                WHERE journal.active AND journal.type = 'bank' AND journal.bank_account_id IS NOT NULL
                                  AND COALESCE(journal.currency_id, %(currency)s) = %(currency)s))[1],
                           MAX(latest.date)) AS day
                      FROM account_journal journal CROSS JOIN unnest(%(companies)s) AS company (id)
                     CROSS JOIN LATERAL (
                           SELECT move.date FROM account_bank_statement_line line JOIN account_move move ON move.id = line.move_id
                            WHERE line.journal_id = journal.id AND line.company_id = company.id
                              AND move.state = 'posted' AND move.date <= %(as_of)s
                            ORDER BY line.internal_index DESC LIMIT 1) latest
                     WHERE journal.company_id = ANY(%(companies)s)) AS statement
            """, companies=companies, as_of=as_of, accounts=list(self._roles(company)), company=company.id,
            currency=company.currency_id.id))
        return BankNews(statement, 'statement') if statement else BankNews(receipt, 'receipt')

    @api.model
    def _bank_receipts(self, company, since, until=None):
        """Money in at the bank since a day that is matched with nothing, of any currency: [Receipt].

        Where payments are entered by hand and statements imported besides, the same money is seen twice: a line brings the
        payments of its customer and amount around its day along, but for those that are matched with a line of their own.

        :param until: the last day that counts; what bears a later date is in the books all the same
        """
        self.env['account.bank.statement.line'].flush_model()
        self._flush()
        companies = self._bank_companies(company)
        rows = self.env.execute_query(SQL(
            """
            SELECT line.id, COALESCE(line.foreign_currency_id, line.currency_id),
                   CASE WHEN line.foreign_currency_id IS NULL THEN line.amount ELSE line.amount_currency END,
                   COALESCE(line.payment_ref, ''), COALESCE(line.account_number, ''), COALESCE(line.partner_name, ''),
                   partner.commercial_partner_id, (%(entered)s)
              FROM account_bank_statement_line line
              JOIN account_move move ON move.id = line.move_id
              LEFT JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.company_id = ANY(%(companies)s) AND line.amount > 0 AND line.is_reconciled IS NOT TRUE
               AND move.state = 'posted' AND move.date >= %(since)s AND move.date <= %(until)s
             ORDER BY line.id
            """, companies=companies, since=since, until=until or date.max, entered=self._entered_query(companies)))
        return [self._bank_receipt(*row) for row in rows]

    @api.model
    def _entered_query(self, companies):
        """The payments that may be the money of the statement line `line`, as JSON: [[id, days between, [invoice id]]]."""
        return SQL(
            """
            SELECT JSONB_AGG(JSONB_BUILD_ARRAY(payment.id, ABS(payment.date - move.date), ARRAY(
                       SELECT link.invoice_id FROM account_move__account_payment link WHERE link.payment_id = payment.id
                        UNION
                       SELECT debit.move_id FROM account_move_line own
                         JOIN account_partial_reconcile part ON part.credit_move_id = own.id
                         JOIN account_move_line debit ON debit.id = part.debit_move_id WHERE own.move_id = payment.move_id)))
              FROM account_payment payment JOIN res_partner payer ON payer.id = payment.partner_id
             WHERE payer.commercial_partner_id = partner.commercial_partner_id AND payment.payment_type = 'inbound'
               AND payment.company_id = ANY(%(companies)s) AND payment.state IN ('in_process', 'paid')
               AND payment.date BETWEEN move.date - %(same)s AND move.date + %(same)s
               AND (payment.currency_id, payment.amount)
                   IN ((line.currency_id, line.amount), (line.foreign_currency_id, line.amount_currency))
               AND NOT EXISTS ( -- it has its own line of a statement
                   SELECT FROM account_move_line own JOIN account_partial_reconcile part ON part.debit_move_id = own.id
                     JOIN account_move_line bank ON bank.id = part.credit_move_id
                    WHERE own.move_id = payment.move_id AND bank.statement_line_id IS NOT NULL)
               AND NOT EXISTS ( -- or, without an entry of its own, its invoice has
                   SELECT FROM account_move__account_payment link
                     JOIN account_move_line debit ON debit.move_id = link.invoice_id
                     JOIN account_partial_reconcile part ON part.debit_move_id = debit.id
                     JOIN account_move_line bank ON bank.id = part.credit_move_id
                     JOIN account_bank_statement_line matched ON matched.id = bank.statement_line_id
                    WHERE payment.move_id IS NULL AND link.payment_id = payment.id AND matched.amount = payment.amount)
            """, companies=companies, same=SAME_MONEY_DAYS)

    @api.model
    def _bank_receipt(self, line_id, currency_id, amount, label, account, name, partner_id, entered):
        currency = self.env['res.currency'].browse(currency_id)
        return Receipt(
            key=('bank', line_id), amount=self.env['recouvrement.engine']._decimal(amount, currency), label=label,
            account=account, name=name, partner=partner_id, currency=currency_id,
            payments=tuple(Payment(number, days, tuple(invoices)) for number, days, invoices in entered or ()))

    @api.model
    def _receipts_on_account(self, lines):
        """The credits that are money, not credit notes: {(partner, currency): [Receipt]} from `LedgerLine`s."""
        receipts = defaultdict(list)
        money = {line.id: line for line in lines if line.move_type == 'entry'}
        if not money:
            return receipts
        rows = self.env.execute_query(SQL(
            """
            SELECT line.id, CONCAT_WS(' ', line.name, move.ref, payment.memo)
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN account_journal journal ON journal.id = line.journal_id
              LEFT JOIN account_payment payment ON payment.id = move.origin_payment_id
             WHERE line.id = ANY(%s) AND journal.type IN ('bank', 'cash', 'credit')
            """, list(money)))
        for line_id, label in rows:
            line = money[line_id]
            receipts[line.partner_id, line.currency_id].append(Receipt(
                key=line_id, amount=-line.residual, label=label, partner=line.partner_id, posted=True,
                currency=line.currency_id))
        return receipts
