"""The guarantors in the case file: a list, and the proofs of the notices given to them."""
from odoo import models

from ..exchange.archive import csv_bytes

GUARANTEE_COLUMNS = ('guarantor', 'kind', 'amount', 'currency', 'accepted', 'call_by', 'proof', 'notice', 'due', 'given')


class RecouvrementProceeding(models.Model):
    _inherit = 'recouvrement.proceeding'

    def _guarantees(self):
        """Guarantees in force for every invoice claimed; those that may no longer be called stay in the file."""
        return self._clauses('guarantee').sorted('id')

    def _guarantee_facts(self):
        """One row for each guarantee, one more for each further notice."""
        kinds = dict(self.env['recouvrement.clause']._fields['guarantee_kind']._description_selection(self.env))
        rows = []
        for clause in self._guarantees():
            own = {
                'guarantor': clause.guarantor, 'kind': kinds.get(clause.guarantee_kind, ''),
                'amount': clause.currency_id._recouvrement_text(clause.amount) if clause.amount else '',
                'currency': clause.currency_id.name, 'accepted': clause.date_accepted, 'call_by': clause.date_expiry or '',
                'proof': clause.proof}
            notices = [{'notice': notice.name, 'due': notice.date_due, 'given': notice.date_given or ''}
                       for notice in clause.notice_ids.sorted('id')]
            rows += [{**own, **notice} for notice in notices or [{'notice': '', 'due': '', 'given': ''}]]
        return rows

    def _guarantee_files(self, facts):
        rows = facts.get('guarantees')
        return [('guarantees.csv', csv_bytes(GUARANTEE_COLUMNS, rows))] if rows else []

    def _guarantee_documents(self):
        return [(f"{notice.clause_id.guarantor}: {notice.name}", notice.date_given, notice.attachment_id)
                for notice in self._guarantees().notice_ids.sorted('id')]
