"""What is claimed, line by line, and the clauses that add to it."""
from odoo import models


class RecouvrementProceeding(models.Model):
    _inherit = 'recouvrement.proceeding'

    def _clauses(self, kind=None):
        """Clauses in force for every invoice claimed here."""
        clauses = self.env['recouvrement.clause'].search([('case_id', '=', self.case_id.id)])
        moves = self.item_ids.move_id
        return clauses.filtered(
            lambda clause: (not kind or clause.kind == kind) and bool(moves) and all(clause._covers(move) for move in moves))

    def _penalty_clause(self):
        """The penalty clause that may be claimed: never on a consumer unless the legal role said so, one at most.

        None against a public body: the code fixes what its delay costs (CCP art. R2192-31).
        """
        regime = self.partner_id.recouvrement_regime
        if regime == 'public':
            return self.env['recouvrement.clause']
        consumer = regime == 'b2c'
        return self._clauses('penalty').filtered(lambda clause: clause.consumer_ok or not consumer)[:1]

    def _penalty_clause_amount(self, principal):
        """What the clause adds to the principal, in the currency of the claim."""
        clause = self._penalty_clause()
        if not clause:
            return 0.0
        fixed = clause.currency_id._convert(
            clause.amount, self.currency_id, self.company_id, self.company_id._recouvrement_today())
        return self.currency_id.round(principal * clause.percent / 100 + fixed)

    def _claim_lines(self, as_of=None):
        """The claim to date: [{code, label, amount}] with `total`; what is not owed has no line.

        Credits that nobody matched reduce the principal; they are named one by one in `credit_rows`.
        The penalty clause runs from the formal notice (C. civ. art. 1231-5): it has its own line, once it was sent.
        """
        rows = self._statement_rows(as_of)
        credits = self._credit_rows()
        sums = {'principal': sum(row['principal'] for row in rows), 'credits': -sum(row['amount'] for row in credits)}
        sums |= {name: sum(row[name] for row in rows) for name in ('interest', 'indemnity')}
        net = sums['principal'] + sums['credits']
        sums['penalty_clause'] = self._penalty_clause_amount(net) if self.date_notice else 0.0
        professional = self.partner_id.recouvrement_regime == 'b2b'
        labels = {
            'principal': self.env._("Principal, taxes included"),
            'credits': self.env._("Credits to deduct"),
            'interest': self.env._("Late-payment penalties") if professional else self.env._("Late-payment interest"),
            'indemnity': self.env._("Fixed indemnity for collection costs"),
            'penalty_clause': self.env._("Penalty clause (the judge may reduce it)")}
        lines = [{'code': code, 'label': labels[code], 'amount': amount} for code, amount in sums.items() if amount]
        return {'rows': rows, 'credit_rows': credits, 'lines': lines, 'total': sum(line['amount'] for line in lines), **sums}

    def _papers(self):
        """The documents to hand in, in order (bordereau): [(what it is, its date)]."""
        papers = [(self.env._("Invoice %(number)s", number=move.name), move.invoice_date or move.date)
                  for move in self.item_ids.move_id.sorted(lambda move: (move.invoice_date or move.date, move.id))]
        papers.append((self.env._("Statement of the claim"), self.company_id._recouvrement_today()))
        papers += [(self.env._("%(clause)s: %(proof)s", clause=clause._kind_label(), proof=clause.proof), clause.date_accepted)
                   for clause in self._clauses().sorted('date_accepted')]
        if self.date_notice:
            number = f" {self.registered_number}" if self.registered_number else ""
            papers.append((self.env._("Formal notice, registered letter%(number)s", number=number), self.date_notice))
        if self.date_received:
            papers.append((self.env._("Acknowledgement of receipt"), self.date_received))
        return papers

    def _court_name(self, action=None):
        """The court to propose: for a payment order the debtor's own, whatever a clause says (CPC art. 1406)."""
        own = self._in_french().partner_id._recouvrement_court_name()
        chosen = self._clauses('jurisdiction')[:1].court if action in ('assign', 'assign_refere') else ''
        return chosen or self.court or own
