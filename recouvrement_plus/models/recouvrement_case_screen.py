"""The score of a case in words: each point with what it comes from, as of the last night."""
from odoo import api, fields, models
from odoo.tools import formatLang


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    score_table = fields.Html(string="Points of the score", compute='_compute_score_table', sanitize=False)

    @api.depends('score_ids.factors')
    @api.depends_context('lang')
    def _compute_score_table(self):
        for case in self:
            factors = case.score_ids[:1].factors or []
            rows = [case._factor_row(factor) for factor in factors]
            case.score_table = rows and self.env['ir.qweb']._render('recouvrement_plus.score_table', {'rows': rows})

    @api.model
    def _factor_row(self, factor):
        label, detail = self._factor_words(factor['code'], float(factor['value']))
        points, most = float(factor['points']), float(factor['max_points'])
        return {'label': label, 'detail': detail, 'points': points, 'counts': bool(points or most)}

    @api.model
    def _factor_words(self, code, value):
        """(name, what was seen) of a factor of the engine's score."""
        percent, number = round(100 * value), round(value)
        words = {
            'base': (self.env._("Starting point"), self.env._("all customers together pay %(percent)s%% late", percent=percent)),
            'history': (
                self.env._("Payment history"),
                self.env._("this customer pays %(percent)s%% late (recent ones weigh more)", percent=percent)),
            'overdue': (self.env._("Overdue now"), self.env._("%(days)s days for the oldest", days=number)),
            'disputes': (self.env._("Disputes"), self.env._("%(count)s invoices disputed", count=number)),
            'average_days_late': (
                self.env._("Average delay"),
                self.env._("%(days)s days, weighted by amount", days=formatLang(self.env, value, digits=1))),
        }
        return words.get(code, (self.env._("Kept within bounds"), ''))
