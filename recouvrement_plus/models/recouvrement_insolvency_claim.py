"""What is declared: everything owed on the eve of the judgment, due or to fall due, interest stopped (C. com. L622-25, L622-28)."""
from datetime import timedelta

from odoo import fields, models
from odoo.tools import float_compare

from ..engine.insolvency import is_prior, nets_with_prior

#: Accounts of all roles: a bill in hand, a retention or a doubtful debt is owed as well as an invoice.
ALL_ROLES = ('collect', 'effect', 'retention', 'legal')


class RecouvrementInsolvencyLine(models.Model):
    """One instalment, or one credit that reduces the claim, as it was declared; amounts in the currency of the company."""

    _name = 'recouvrement.insolvency.line'
    _description = "Line of a declared claim"
    _order = 'insolvency_id, is_credit, date_maturity, id'

    insolvency_id = fields.Many2one('recouvrement.insolvency', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    move_line_id = fields.Many2one('account.move.line', index='btree_not_null', ondelete='set null')
    move_id = fields.Many2one('account.move', string="Invoice", index='btree_not_null', ondelete='set null')
    name = fields.Char(string="Document", required=True)
    date_issued = fields.Date(string="Date", required=True)
    date_maturity = fields.Date(string="Due date", required=True)
    to_fall_due = fields.Boolean(string="To fall due", help="Not due yet on the day of the judgment.")
    is_credit = fields.Boolean(string="Credit")
    amount_total = fields.Monetary(string="Amount of the document")
    principal = fields.Monetary(help="Still owed on the eve of the judgment; foreign currencies at the rate of the judgment's day.")
    interest = fields.Monetary(help="Up to the eve of the judgment, which stops it (C. com. art. L622-28).")
    indemnity = fields.Monetary(string="Recovery indemnity")
    amount = fields.Monetary()


class RecouvrementInsolvency(models.Model):
    _inherit = 'recouvrement.insolvency'

    def _eve(self):
        return self.date_judgment - timedelta(days=1)

    def _figures(self):
        """[values of `recouvrement.insolvency.line`] of what is owed on the eve of the judgment; [] when nothing is."""
        if not self.date_judgment:
            return []
        debits, credits = self._prior_lines()
        if not debits:
            return []
        penalties = self._prior_penalties(debits)
        rows = [self._debit_row(line, *penalties.get(line.id, (0.0, 0.0))) for line in debits]
        return rows + [self._row(line, line.residual) | {'is_credit': True} for line in credits]

    def _prior_lines(self):
        """(debts of before the judgment, credits that reduce them) as the ledger shows them on its eve.

        Of what is dated later: invoices of what was delivered before, and credits found connected.
        """
        company, today, partners = self.company_id, self.company_id._recouvrement_today(), self.partner_id.ids
        ledger = self.env['recouvrement.ledger'].sudo()
        eve = ledger._open_lines(company, min(self._eve(), today), today, partners, roles=ALL_ROLES)
        now = ledger._open_lines(company, today, today, partners, roles=ALL_ROLES)
        known = {line.id for line in eve}
        late = [line for line in now if line.id not in known and line.amount > 0 and is_prior(line.born, self.date_judgment)]
        debits = [line for line in eve if line.amount > 0] + late
        connected = set(self.connected_line_ids.ids)
        credits = [line for line in eve if line.residual < 0]
        credits += [line for line in now if line.id not in known and line.residual < 0
                    and nets_with_prior(line.issued, self.date_judgment, line.id in connected)]
        return debits, credits

    def _prior_penalties(self, debits):
        """{line id: (interest, indemnity)} up to the eve, less what was billed or waived: that has its own line, or none."""
        moves = self.env['account.move'].browse({line.move_id for line in debits if not line.is_penalty})
        statements = self.env['recouvrement.engine'].sudo()._statements(moves, self._eve()) if moves else {}
        taken = self._penalties_taken(moves)
        found, seen = {}, set()
        for line in debits:
            interest, indemnity = self.env['recouvrement.reminder']._line_penalty(line, statements, seen)
            billed, fixed = taken.pop(line.move_id, (0.0, 0.0))
            indemnity = indemnity if self.company_id.recouvrement_insolvency_indemnity else 0.0
            found[line.id] = max(interest - billed, 0.0), max(indemnity - fixed, 0.0)
        return found

    def _penalties_taken(self, moves):
        groups = self.env['recouvrement.penalty.line'].sudo()._read_group(
            [('move_id', 'in', moves.ids), ('state', 'in', ('billed', 'collected', 'waived'))],
            ['move_id'], ['interest:sum', 'indemnity:sum'])
        return {move.id: (interest, indemnity) for move, interest, indemnity in groups}

    def _debit_row(self, line, interest, indemnity):
        row = self._row(line, line.residual)
        row |= {'interest': self._converted(line, interest), 'indemnity': self._converted(line, indemnity)}
        row['amount'] = row['principal'] + row['interest'] + row['indemnity']
        return row

    def _row(self, line, residual):
        principal = self._converted(line, residual)
        return {
            'company_id': self.company_id.id, 'move_line_id': line.id, 'move_id': line.move_id, 'name': line.move_name or '/',
            'date_issued': line.issued, 'date_maturity': line.due, 'to_fall_due': line.due >= self.date_judgment,
            'is_credit': False, 'amount_total': self._converted(line, line.amount), 'principal': principal, 'interest': 0.0,
            'indemnity': 0.0, 'amount': principal}

    def _converted(self, line, amount):
        """Foreign currencies are declared at the rate of the day of the judgment (C. com. art. L622-25)."""
        currency = self.env['res.currency'].browse(line.currency_id)
        return currency._convert(float(amount), self.currency_id, self.company_id, self.date_judgment)

    def _is_current(self, figures):
        """Whether what was prepared is what the ledger says now."""
        digits = self.currency_id.decimal_places
        kept = {(line.move_line_id.id, line.is_credit): line.amount for line in self.line_ids}
        now = {(row['move_line_id'], row['is_credit']): row['amount'] for row in figures}
        return bool(now) and kept.keys() == now.keys() and all(
            not float_compare(kept[key], amount, precision_digits=digits) for key, amount in now.items())

    def _keep_figures(self):
        """Freeze the figures of now as the lines of the declaration."""
        self.line_ids.unlink()
        self.env['recouvrement.insolvency.line'].create([{**row, 'insolvency_id': self.id} for row in self._figures()])

    def _totals(self):
        """{principal_due, principal_to_fall_due, credits, interest, indemnity, total} of the declaration."""
        debits = self.line_ids.filtered(lambda line: not line.is_credit)
        return {
            'principal_due': sum(debits.filtered(lambda line: not line.to_fall_due).mapped('principal')),
            'principal_to_fall_due': sum(debits.filtered('to_fall_due').mapped('principal')),
            'credits': sum((self.line_ids - debits).mapped('amount')),
            'interest': sum(debits.mapped('interest')), 'indemnity': sum(debits.mapped('indemnity')),
            'total': self.amount_declared,
        }

    def _papers(self):
        """The documents to hand in, in order (bordereau, C. com. art. R622-23): [(what it is, its date)]."""
        papers = [(self.env._("Invoice %(number)s", number=line.name), line.date_issued)
                  for line in self.line_ids.filtered(lambda line: not line.is_credit).sorted('date_issued')]
        papers = list(dict.fromkeys(papers))
        papers.append((self.env._("Statement of interest"), self._eve()))
        papers += [(self.env._("%(clause)s: %(proof)s", clause=clause._kind_label(), proof=clause.proof), clause.date_accepted)
                   for clause in self._retention_clauses()]
        return papers

    def _lawsuits(self):
        """Courts seised before the judgment (C. com. art. R622-23 3°): [name]."""
        stayed = self.case_id.proceeding_ids.filtered(lambda proceeding: proceeding.state == 'insolvency' and proceeding.court)
        return stayed.mapped('court')

    def _statement_moves(self):
        """Invoices whose interest or indemnity is declared."""
        return self.line_ids.filtered(lambda line: line.interest or line.indemnity).move_id

    def _running_interest(self):
        """Numbers of the invoices whose interest no judgment stops (contract of a year or more, C. com. art. L622-28)."""
        moves = self.line_ids.move_id
        events = self.env['recouvrement.engine'].sudo()._debtor_events(self.company_id, moves) if moves else {}
        return [move.name for move in moves if events[move.id].get('interest_goes_on')]

    def _retained_moves(self):
        """Unpaid invoices of before the judgment that a retention-of-title clause covers."""
        ids = {row['move_id'] for row in self._figures() if not row['is_credit']}
        moves = self.env['account.move'].browse(ids).sorted(lambda move: (move.invoice_date or move.date, move.id))
        clauses = self._retention_clauses()
        return moves.filtered(lambda move: any(clause._covers(move) for clause in clauses))
