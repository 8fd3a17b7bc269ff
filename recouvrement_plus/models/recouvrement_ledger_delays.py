"""What the books say of invoices received and issued, for the payment-delay table: reads, never decides."""
from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

SIDE_OF_TYPE = {'out_invoice': 'issued', 'out_refund': 'issued', 'in_invoice': 'received', 'in_refund': 'received'}


class RecouvrementLedger(models.AbstractModel):
    _inherit = 'recouvrement.ledger'

    @api.model
    def _delay_lines(self, company, start, closing):
        """Instalments of posted invoices recognised up to `closing` and not settled before `start`.

        Rows (line, move, move type, partner, issued, due, amount in company currency, amount in currency,
        untaxed total, total, disputed from, disputed to); penalty documents and receipts are no invoices.
        """
        self._flush()
        return self.env.execute_query(SQL(
            """
            SELECT line.id, move.id, move.move_type, COALESCE(partner.commercial_partner_id, partner.id),
                   COALESCE(move.invoice_date, move.date), COALESCE(line.date_maturity, line.date),
                   ABS(line.balance), ABS(line.amount_currency), move.amount_untaxed_signed, move.amount_total_signed,
                   move.recouvrement_disputed_from, move.recouvrement_disputed_to
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              LEFT JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.company_id = %(company)s AND line.display_type = 'payment_term' AND line.parent_state = 'posted'
               AND line.date <= %(closing)s AND line.balance <> 0
               AND move.move_type IN ('out_invoice', 'in_invoice') AND move.recouvrement_penalty_id IS NULL
               AND (line.reconciled IS NOT TRUE
                    OR EXISTS (SELECT 1 FROM account_partial_reconcile part JOIN account_move_line other
                                   ON other.id = part.credit_move_id AND other.date >= %(start)s
                                WHERE part.debit_move_id = line.id)
                    OR EXISTS (SELECT 1 FROM account_partial_reconcile part JOIN account_move_line other
                                   ON other.id = part.debit_move_id AND other.date >= %(start)s
                                WHERE part.credit_move_id = line.id))
             ORDER BY line.date_maturity, line.id
            """, company=company.id, start=start, closing=closing))

    @api.model
    def _delay_movements(self, line_ids, closing):
        """What reduced each line up to `closing`: {line: [(date, amount in currency, 'payment' or 'credit')]}, oldest first.

        The date is that of the other line (value date), a credit is a document of a sales or purchase journal, or a write-off.
        """
        if not line_ids:
            return {}
        halves = [self._delay_half(own, other, line_ids, closing) for own, other in (('debit', 'credit'), ('credit', 'debit'))]
        rows = self.env.execute_query(SQL(
            "SELECT line, day, amount, kind FROM (%s) AS found ORDER BY day, part", SQL(" UNION ALL ").join(halves)))
        result = defaultdict(list)
        for line, day, amount, kind in rows:
            result[line].append((day, Decimal(str(amount)), kind))
        return result

    @api.model
    def _delay_half(self, own, other, line_ids, closing):
        """Reconciliations of lines on the `own` side (debit or credit)."""
        return SQL(
            """
            SELECT %(line)s AS line, other.date AS day, %(amount)s AS amount,
                   CASE WHEN journal.type IN ('sale', 'purchase') OR entry.recouvrement_bad_debt_id IS NOT NULL
                        THEN 'credit' ELSE 'payment' END AS kind, part.id AS part
              FROM account_partial_reconcile part
              JOIN account_move_line other ON other.id = %(other)s
              JOIN account_move entry ON entry.id = other.move_id
              JOIN account_journal journal ON journal.id = other.journal_id
             WHERE %(line)s = ANY(%(lines)s) AND other.date <= %(closing)s AND %(amount)s <> 0
            """, line=SQL.identifier('part', f'{own}_move_id'), amount=SQL.identifier('part', f'{own}_amount_currency'),
            other=SQL.identifier('part', f'{other}_move_id'), lines=list(line_ids), closing=closing)

    @api.model
    def _delay_payments_without_entry(self, company, closing):
        """Payments of invoices that have no journal entry yet: {move: [(date, amount in company currency)]}."""
        rows = self.env.execute_query(SQL(
            """
            SELECT link.invoice_id, payment.date, ABS(payment.amount_company_currency_signed)
              FROM account_move__account_payment link JOIN account_payment payment ON payment.id = link.payment_id
             WHERE payment.company_id = %s AND payment.move_id IS NULL AND payment.state IN ('in_process', 'paid')
               AND payment.date <= %s
             ORDER BY payment.date, payment.id
            """, company.id, closing))
        result = defaultdict(list)
        for move, day, amount in rows:
            result[move].append((day, Decimal(str(amount))))
        return result

    @api.model
    def _delay_unrecognised(self, company, closing):
        """Invoices dated up to `closing` that the books did not hold that day: drafts, or posted at a later date.

        Rows (move, move type, issued, due, untaxed total, total), in company currency.
        """
        return self.env.execute_query(SQL(
            """
            SELECT id, move_type, invoice_date, COALESCE(invoice_date_due, invoice_date), amount_untaxed_signed, amount_total_signed
              FROM account_move
             WHERE company_id = %(company)s AND move_type IN ('out_invoice', 'in_invoice') AND recouvrement_penalty_id IS NULL
               AND invoice_date <= %(closing)s AND (state = 'draft' OR state = 'posted' AND date > %(closing)s)
             ORDER BY invoice_date, id
            """, company=company.id, closing=closing))

    @api.model
    def _delay_year(self, company, start, closing):
        """Invoices of the year: {side: (number of invoices, untaxed total, total)}, credit notes deducted from the totals."""
        rows = self.env.execute_query(SQL(
            """
            SELECT move_type, COUNT(*), SUM(amount_untaxed_signed), SUM(amount_total_signed)
              FROM account_move
             WHERE company_id = %s AND state = 'posted' AND date BETWEEN %s AND %s AND recouvrement_penalty_id IS NULL
               AND move_type IN ('out_invoice', 'out_refund', 'in_invoice', 'in_refund')
             GROUP BY move_type
            """, company.id, start, closing))
        result = {side: (0, Decimal(0), Decimal(0)) for side in ('issued', 'received')}
        for move_type, number, untaxed, total in rows:
            side = SIDE_OF_TYPE[move_type]
            sign = 1 if side == 'issued' else -1
            before = result[side]
            result[side] = (
                before[0] + (number if move_type.endswith('invoice') else 0),
                before[1] + sign * Decimal(str(untaxed or 0)), before[2] + sign * Decimal(str(total or 0)))
        return result
