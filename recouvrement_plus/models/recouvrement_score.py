from odoo import api, fields, models
from odoo.exceptions import UserError


class RecouvrementScore(models.Model):
    """One score of one customer on one day, with every point explained. Append-only: the history is the evidence."""

    _name = 'recouvrement.score'
    _description = "Payment risk score"
    _order = 'date desc, id desc'

    case_id = fields.Many2one('recouvrement.case', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True, index=True)
    date = fields.Date(required=True)
    score = fields.Float(
        digits=(5, 1), aggregator='avg', help="0 to 100; 50 is one chance in two of paying late; 10 points double the odds.")
    grade = fields.Selection(
        selection=[('A', "A"), ('B', "B"), ('C', "C"), ('D', "D"), ('E', "E")],
        help="Empty: not enough history to give a grade.")
    probability_late = fields.Float(string="Probability of late payment", digits=(6, 4), aggregator='avg')
    probability_late_30 = fields.Float(string="Probability of more than 30 days late", digits=(6, 4), aggregator='avg')
    evidence = fields.Float(digits=(4, 3), aggregator='avg')
    known_count = fields.Integer(string="Known outcomes")
    evening = fields.Date(help="What was known that evening counts.")
    factors = fields.Json(
        string="Points", help="[{code, value, points, max_points, keys}], their points sum to the score; keys: see instalments.")
    instalments = fields.Json(help="{known, late, overdue: ids of journal items; average_days, since}: what is behind the factors.")

    _one_per_day = models.Constraint('UNIQUE(case_id, date)', "This customer already has a score on that day.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("The score history is kept: it explains past decisions."))

    @api.model
    def _upsert(self, vals_list, date, **shared):
        """Add the scores of a day; the same day again replaces its own row, so that a night can run twice.

        :param shared: further columns that are the same for all
        """
        if not vals_list:
            return
        self.flush_model()
        rows = self.env['recouvrement.bulk']._insert(self, vals_list, replaces=('case_id', 'date'), date=date, **shared)
        rows.invalidate_recordset(flush=False)

    @api.model
    def _move_history(self, cases, target):
        """Give the history of merged cases to the one that stays, except days that it already has."""
        taken = set(target.score_ids.mapped('date'))
        rows = self.search([('case_id', 'in', cases.ids)]).filtered(lambda row: row.date not in taken)
        kept = {}
        for row in rows:
            kept.setdefault(row.date, row)
        for row in kept.values():
            row.case_id = target
