"""What a measure of the score says, in words and as a curve."""
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..engine.calibration import starting
from ..engine.habits import FACTORS

SIZE, EDGE = 220, 30  # of the curve and of its margin, in pixels


class RecouvrementScoreWeights(models.Model):
    _inherit = 'recouvrement.score.weights'

    verdict = fields.Char(string="In words", compute='_compute_words')
    gate = fields.Char(compute='_compute_words', help="Whether the grades may be shown.")
    curve = fields.Html(compute='_compute_curve', sanitize=False)
    weights_table = fields.Html(string="Table of the weights", compute='_compute_weights_table', sanitize=False)

    @api.depends('threshold', 'date')
    def _compute_display_name(self):
        for one in self:
            kind = self.env._("more than %(days)s days late", days=one.threshold) if one.threshold else self.env._("late")
            one.display_name = f"{format_date(self.env, one.date)}, {kind}"

    @api.depends('n', 'riskiest', 'late_rate', 'trusted', 'n_learned', 'state')
    @api.depends_context('lang')
    def _compute_words(self):
        for one in self:
            one.verdict = one.state == 'done' and one._verdict()
            one.gate = one.state == 'done' and one._gate()

    def _verdict(self):
        if not self.n:
            return self.env._("No outcome to measure yet.")
        figures = {'n': self.n, 'riskiest': round(100 * self.riskiest), 'rate': round(100 * self.late_rate)}
        if self.threshold:
            return self.env._(
                "Measured on your last %(n)s instalments: of the 20 %% judged riskiest, %(riskiest)s %% were more than "
                "%(days)s days late (%(rate)s %% of all).", days=self.threshold, **figures)
        return self.env._(
            "Measured on your last %(n)s instalments: of the 20 %% judged riskiest, %(riskiest)s %% were late "
            "(%(rate)s %% of all).", **figures)

    def _gate(self):
        if not self.trusted:
            return self.env._(
                "The history does not predict payment here: everybody is shown the rate of the portfolio, "
                "%(rate)s %%, and no grade.", rate=round(100 * self.rate))
        if not self.n_learned:
            outcomes, of_each = self._needs()
            return self.env._(
                "Too few outcomes to learn from (%(outcomes)s are needed, %(each)s of each kind): the starting weights are used.",
                outcomes=outcomes, each=of_each)
        return self.env._("Learned from your last %(n)s outcomes.", n=self.n_learned)

    @api.depends('bins')
    @api.depends_context('lang')
    def _compute_curve(self):
        for one in self:
            one.curve = one.bins and one._curve()

    def _curve(self):
        """Announced from left to right, observed upwards; the diagonal would be perfect."""
        side = SIZE - 2 * EDGE
        points = [(EDGE + side * announced, SIZE - EDGE - side * observed, number, announced, observed)
                  for number, announced, observed in self.bins]
        dots = Markup().join(
            Markup('<circle cx="%.1f" cy="%.1f" r="4" fill="#1f6feb"><title>%s</title></circle>') % (x, y, self.env._(
                "%(n)s instalments: %(announced)s %% announced, %(observed)s %% late", n=number,
                announced=round(100 * announced), observed=round(100 * observed))) for x, y, number, announced, observed in points)
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y, *_rest in points)
        low, high = EDGE, SIZE - EDGE
        return Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %(size)s %(size)s" width="320" role="img" aria-label="%(label)s" '
            'font-family="sans-serif" font-size="8" fill="currentColor">'
            '<rect x="%(low)s" y="%(low)s" width="%(side)s" height="%(side)s" fill="none" stroke="#999"/>'
            '<line x1="%(low)s" y1="%(high)s" x2="%(high)s" y2="%(low)s" stroke="#999" stroke-dasharray="3"/>'
            '<polyline points="%(line)s" fill="none" stroke="#1f6feb" stroke-width="1.5"/>%(dots)s'
            '<text x="%(low)s" y="%(under)s" text-anchor="middle">0 %%</text>'
            '<text x="%(high)s" y="%(under)s" text-anchor="middle">100 %%</text>'
            '<text x="%(left)s" y="%(top)s" text-anchor="end">100 %%</text>'
            '<text x="%(middle)s" y="%(bottom)s" text-anchor="middle">%(axis)s</text>'
            '<text x="%(middle)s" y="%(above)s" text-anchor="middle">%(upwards)s</text></svg>') % {
                'size': SIZE, 'side': side, 'low': low, 'high': high, 'line': line, 'dots': dots, 'under': high + 10,
                'left': low - 3, 'top': low + 3, 'middle': SIZE // 2, 'bottom': SIZE - 8, 'above': low - 8,
                'label': self.env._("Calibration"), 'axis': self.env._("announced →"), 'upwards': self.env._("were late ↑")}

    # === WEIGHTS === #

    @api.depends('weights', 'threshold')
    @api.depends_context('lang')
    def _compute_weights_table(self):
        for one in self:
            one.weights_table = bool(one.weights) and self.env['ir.qweb']._render(
                'recouvrement_plus.score_weights_table', {'rows': one._weight_rows()})

    def _weight_rows(self):
        """[{name, starting, learned, effect}], in the order of the explanations."""
        names, stored = self.env['recouvrement.case']._factor_names(), self.weights
        figures = [('base', 0.0, stored['constant']), *zip(FACTORS, starting(self.threshold), stored['factors'], strict=True)]
        rows = [{'name': names[code], 'starting': self._weight_text(start), 'learned': self._weight_text(learned),
                 'effect': self._weight_effect(learned) if code != 'base' else ''} for code, start, learned in figures]
        for code, table in (('weekday', stored['weekdays']), ('month_day', stored['month_days'][1:])):
            between = f"{self._weight_text(min(table))} … {self._weight_text(max(table))}"
            rows.append({'name': names[code], 'starting': self._weight_text(0.0), 'learned': between, 'effect': ''})
        return rows

    def _weight_text(self, weight):
        return formatLang(self.env, round(weight, 2) + 0.0, digits=2)

    def _weight_effect(self, weight):
        """What more of the factor does."""
        rounded = round(weight, 2)
        if not rounded:
            return ''
        return self.env._("raises the risk") if rounded > 0 else self.env._("lowers the risk")
