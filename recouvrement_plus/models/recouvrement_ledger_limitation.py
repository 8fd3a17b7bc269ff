"""What the books say of the limitation of a claim: where it starts, and the payments that may move it."""
from odoo import api, models
from odoo.tools import SQL


class RecouvrementLedger(models.AbstractModel):
    _inherit = 'recouvrement.ledger'

    @api.model
    def _claim_dates(self, company, line_ids=None, move_ids=None):
        """What the limitation of each instalment starts from, by journal item or by invoice.

        Rows (line id, move id, debtor, regime or None, issued, due, delivered or None), by due date.
        """
        if not (line_ids if move_ids is None else move_ids):
            return []
        self._flush()
        scope = SQL("line.id = ANY(%s)", list(line_ids)) if move_ids is None else SQL(
            "line.move_id = ANY(%s) AND line.account_id = ANY(%s) AND line.amount_currency > 0",
            list(move_ids), list(self._roles(company)))
        return self.env.execute_query(SQL(
            """
            SELECT line.id, line.move_id, debtor.id, debtor.recouvrement_regime, COALESCE(move.invoice_date, line.date),
                   COALESCE(line.date_maturity, line.date), move.delivery_date
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN res_partner partner ON partner.id = line.partner_id
              JOIN res_partner debtor ON debtor.id = COALESCE(partner.commercial_partner_id, partner.id)
             WHERE line.company_id = %s AND %s
             ORDER BY COALESCE(line.date_maturity, line.date), line.id
            """, company.id, scope))

    @api.model
    def _debtor_part_payments(self, company):
        """Money of the debtor himself that covers a part of an open instalment: rows (item id, move id, line id, day).

        The latest one of each instalment that nobody has looked at. Not a factor's, an insurer's or a guarantor's money
        (another payer), a set-off or a credit note (another journal): none of them admits the debt (C. civ. art. 2240).
        """
        self._flush()
        return self.env.execute_query(SQL(
            """
            SELECT DISTINCT ON (item.id) item.id, item.move_id, other.id, other.date
              FROM recouvrement_item item
              JOIN account_move_line line ON line.id = item.move_line_id
              JOIN account_partial_reconcile part ON part.debit_move_id = line.id
              JOIN account_move_line other ON other.id = part.credit_move_id
              JOIN account_journal journal ON journal.id = other.journal_id AND journal.type IN ('bank', 'cash')
              JOIN res_partner payer ON payer.id = other.partner_id
              JOIN res_partner debtor ON debtor.id = line.partner_id
             WHERE item.company_id = %s AND item.state = 'open' AND payer.commercial_partner_id = debtor.commercial_partner_id
               AND NOT EXISTS (
                   SELECT 1 FROM recouvrement_limitation_event event
                    WHERE event.item_id = item.id
                      AND (event.source_line_id = other.id OR event.kind = 'part_payment' AND event.date >= other.date
                           AND event.state IN ('proposed', 'recorded')))
             ORDER BY item.id, other.date DESC, other.id DESC
            """, company.id))

    @api.model
    def _still_matched(self, line, source):
        """Does the credit line `source` still cover a part of the debit `line`?"""
        return bool(self.env['account.partial.reconcile'].sudo().search_count(
            [('debit_move_id', '=', line.id), ('credit_move_id', '=', source.id)], limit=1))
