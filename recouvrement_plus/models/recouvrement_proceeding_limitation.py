"""Whether the claim of a proceeding may still be sued on: one fact, read from the records, for the steps that need it."""
from odoo import models


class RecouvrementProceeding(models.Model):
    _inherit = 'recouvrement.proceeding'

    def _facts(self, stated):
        return {**super()._facts(stated), **self.sudo()._limitation_facts()}

    def _limitation_facts(self):
        """`not_prescribed`: each instalment still owed may be sued on today, by the safe date. `prescribed`: none may.

        What cannot be told (customer not classified) is neither.
        """
        today = self.company_id._recouvrement_today()
        lines = self.item_ids.filtered(lambda item: item.amount_residual > 0).move_line_id
        answers = self.env['recouvrement.engine']._limitations(self.company_id, line_ids=lines.ids).values()
        known = [answer.safe.expiry for answer in answers if hasattr(answer, 'safe')]
        passed = [expiry is not None and expiry < today for expiry in known]
        return {'not_prescribed': len(known) == len(lines) and not any(passed), 'prescribed': bool(passed) and all(passed)}

    def _fact_label(self, name):
        labels = {
            'not_prescribed': self.env._("the limitation has passed, or cannot be told (see the invoice)"),
            'prescribed': self.env._("the limitation has not passed")}
        return labels.get(name) or super()._fact_label(name)
