"""What closing needs: penalties booked as income and not received (CGI art. 237 sexies: taxed when they are received)."""
from odoo import api, models


class RecouvrementPenalty(models.Model):
    _inherit = 'recouvrement.penalty'

    @api.model
    def uncollected(self, as_of, company_id=None):
        """Penalty documents that the books show unpaid on a date, to take out of the taxable result of that closing.

        Read from the ledger as it stood that day: what was received or cancelled later is still in the list.

        :param as_of: closing date, or 'YYYY-MM-DD'
        :return: [{claim_id, claim, state, move_id, move_name, partner_id, date, currency, amount, amount_residual,
            amount_residual_company}], oldest first; money as strings
        """
        Run = self.env['recouvrement.run']
        Run._check_user('officer')
        company, day = Run._company(company_id), Run._parse_date(as_of)
        documents = self.env['account.move'].sudo().search([
            ('company_id', '=', company.id), ('recouvrement_penalty_id', '!=', False), ('move_type', '=', 'out_invoice'),
            ('state', '=', 'posted'), ('date', '<=', day)], order='invoice_date, id')
        lines = self.env['recouvrement.ledger'].sudo()._open_lines(
            company, day, company._recouvrement_today(), move_ids=documents.ids)
        rows = []
        for line in sorted(lines, key=lambda line: (line.issued, line.id)):
            move = documents.browse(line.move_id)
            claim, money = move.recouvrement_penalty_id, move.currency_id._recouvrement_text
            rows.append({
                'claim_id': claim.id, 'claim': claim.name, 'state': claim.state, 'move_id': move.id, 'move_name': move.name,
                'partner_id': line.partner_id, 'date': str(line.issued), 'currency': move.currency_id.name,
                'amount': money(line.amount), 'amount_residual': money(line.residual),
                'amount_residual_company': company.currency_id._recouvrement_text(line.residual_company)})
        return rows
