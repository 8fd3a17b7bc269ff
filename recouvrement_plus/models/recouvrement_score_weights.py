"""What was learned from the company's own outcomes, month after month, and what the score was worth: dated, never rewritten."""
import logging
from datetime import timedelta

from odoo import api, fields, models, modules
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.backtest import measure
from ..engine.calibration import LEAST_OF_EACH, LEAST_OUTCOMES, Weights
from ..engine.replay import Entry, is_late, replay_and_learn
from .recouvrement_ledger_figures import THRESHOLDS

_logger = logging.getLogger(__name__)

# A larger ledger is learned from and measured on a part of its customers, chosen by their number.
MOST_INSTALMENTS = 40000
# The last part of the time tests, what came before teaches; the outcomes of the last days are not all known.
TRAIN_SHARE = 0.7
PROGRESS_STEP = 0.05


class RecouvrementScoreWeights(models.Model):
    """One measure of the score on the books of a company: weights for the nights that follow, and how good it was."""

    _name = 'recouvrement.score.weights'
    _description = "Measure of the score"
    _order = 'date desc, id desc'

    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    date = fields.Date(required=True, readonly=True)
    threshold = fields.Integer(
        string="Late by more than (days)", required=True, readonly=True, aggregator=None)
    state = fields.Selection(
        selection=[('waiting', "Waiting"), ('running', "Running"), ('done', "Done"), ('failed', "Failed")],
        default='waiting', required=True, readonly=True, index=True)
    progress = fields.Float(readonly=True, aggregator=None, help="0 to 1")
    message = fields.Char(readonly=True)
    instalment_count = fields.Integer(string="Instalments read", readonly=True)
    n_learned = fields.Integer(string="Outcomes learned from", readonly=True)
    weights = fields.Json(readonly=True, help="Log odds of each factor, constant, weekdays, days of the month.")
    rate = fields.Float(string="Portfolio's rate", digits=(6, 4), readonly=True, aggregator=None)
    trusted = fields.Boolean(default=True, readonly=True, help="Off: the history does not predict payment here.")
    date_from = fields.Date(string="Tested from", readonly=True)
    date_to = fields.Date(string="Tested until", readonly=True)
    n = fields.Integer(string="Outcomes tested", readonly=True)
    late_rate = fields.Float(string="Paid late", digits=(6, 4), readonly=True, aggregator=None)
    announced = fields.Float(string="Announced on average", digits=(6, 4), readonly=True, aggregator=None)
    auc = fields.Float(string="AUC", digits=(6, 3), readonly=True, aggregator=None,
                       help="Chance that one who paid late had been judged riskier than one on time. 0.5: chance; 1: perfect.")
    skill = fields.Float(string="Brier skill", digits=(6, 4), readonly=True, aggregator=None,
                         help="Share of the error of announcing the same rate to everybody that the score avoids.")
    error = fields.Float(string="Calibration error", digits=(6, 4), readonly=True, aggregator=None,
                         help="Mean distance between what was announced and what happened.")
    riskiest = fields.Float(string="Late among the riskiest 20 %", digits=(6, 4), readonly=True, aggregator=None)
    bins = fields.Json(readonly=True, help="[[outcomes, announced, observed]]: the calibration curve.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("The measures of the score are kept: they explain past grades."))

    # === READING === #

    @api.model
    def _latest(self, company, as_of, threshold):
        """The measure that counts on a date, if any."""
        return self._latest_of_each(company, as_of).get(threshold, self.browse())

    @api.model
    def _latest_of_each(self, company, as_of):
        """{threshold: the measure that counts on a date}, of those that were measured."""
        self.flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT DISTINCT ON (threshold) threshold, id FROM recouvrement_score_weights
             WHERE company_id = %s AND state = 'done' AND date <= %s ORDER BY threshold, date DESC, id DESC
            """, company.id, as_of))
        return {threshold: self.browse(number) for threshold, number in rows}

    def _weights(self):
        """The engine's weights of this measure."""
        stored = self.weights
        return Weights(
            tuple(stored['factors']), stored['constant'], tuple(stored['weekdays']), tuple(stored['month_days']),
            self.n_learned, self.trusted, self.rate or None)

    # === PUBLIC METHODS === #

    @api.model
    def measure(self, company_id=None):
        """Ask for the score to be learned again and measured on the company's books, in the background.

        :param company_id: the user's company when left out
        :return: [{id, threshold, state}]: one measure for each threshold; what waits already is not asked twice
        :raises AccessError: without the manager role, or for another company
        """
        company = self.env['res.company'].browse(company_id or self.env.company.id)
        self.env['recouvrement.run']._check_user('manager', company)
        waiting = self.sudo()._ask(company)
        self.env.ref('recouvrement_plus.ir_cron_recouvrement_score_measure').sudo()._trigger()
        return [{'id': one.id, 'threshold': one.threshold, 'state': one.state} for one in waiting.sorted('threshold')]

    def action_measure(self):
        """The button of the list: ask, and say so."""
        self.measure()
        return {'type': 'ir.actions.client', 'tag': 'display_notification', 'params': {
            'type': 'info', 'message': self.env._("The score is being measured in the background."),
            'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'}}}

    # === WORK === #

    @api.model
    def _ask(self, company):
        waiting = self.search([('company_id', '=', company.id), ('state', 'in', ('waiting', 'running'))])
        missing = set(THRESHOLDS) - set(waiting.mapped('threshold'))
        return waiting | self.create([
            {'company_id': company.id, 'date': company._recouvrement_today(), 'threshold': threshold}
            for threshold in sorted(missing)])

    @api.model
    def _cron_measure(self):
        """What waits; and once a month every company that has customers."""
        Run = self.env['recouvrement.run']
        for company in self.env['res.company'].search([('active', '=', True)]):
            month = company._recouvrement_today().replace(day=1)
            fresh = self.search_count([('company_id', '=', company.id), ('date', '>=', month), ('state', '!=', 'failed')], limit=1)
            if not fresh and self.env['recouvrement.case'].search_count([('company_id', '=', company.id)], limit=1):
                self._ask(company)
        Run._commit()
        # One that runs already was cut, or another process is at it: the lock of the scheduled action excludes the latter.
        for one in self.search([('state', 'in', ('waiting', 'running'))], order='id'):
            try:
                one._measure()
            except Exception as error:
                _logger.exception("The score of %s could not be measured", one.company_id.name)
                Run._rollback()
                one.write({'state': 'failed', 'message': Run._error_words(error)})
            Run._commit()

    def _measure(self):
        """Live through the ledger once, each instalment announced from what was visible then; keep what it taught."""
        self.ensure_one()
        self.write({'state': 'running', 'progress': 0.0, 'message': False})
        self.env['recouvrement.run']._commit()
        company = self.company_id
        evening = self.env['recouvrement.ledger']._evening(company, company._recouvrement_today())
        ids, entries = self._read_entries(evening)
        announced, weights, _matured, _drift = replay_and_learn(
            entries, self.threshold, until=evening.toordinal(), progress=self._tell)
        self._note_announced(ids, announced)
        self.write({
            'state': 'done', 'progress': 1.0, 'instalment_count': len(entries), 'n_learned': weights.n,
            'trusted': weights.trusted, 'rate': weights.rate or 0.0, 'weights': {
                'factors': weights.factors, 'constant': weights.constant, 'weekdays': weights.weekdays,
                'month_days': weights.month_days},
            **self._quality(entries, announced, evening.toordinal())})

    def _read_entries(self, evening):
        """([journal item id], [engine Entry]) of the history, of a part of the customers when it is large."""
        Outcome = self.env['recouvrement.outcome']
        if Outcome._is_empty(self.company_id):
            Outcome._refresh(self.company_id, evening)
        number = Outcome.search_count([('company_id', '=', self.company_id.id)])
        rows = self.env['recouvrement.ledger']._entries(
            Outcome._source(self.company_id), evening, 1 + number // MOST_INSTALMENTS)
        return [row[0] for row in rows], [
            Entry(partner, issued.toordinal(), due.toordinal(), settled and settled.toordinal(), True, amount)
            for _line, partner, issued, due, settled, amount in rows]

    def _tell(self, share):
        """Show how far it is, in a transaction of its own so that the screen sees it."""
        if modules.module.current_test or share - self.progress < PROGRESS_STEP or share >= 1:
            return
        self.progress = share
        self.env['recouvrement.run']._commit()

    def _note_announced(self, ids, announced):
        """What would have been announced, for the outcomes of before the first night."""
        column = SQL.identifier('announced' if not self.threshold else f'announced_{self.threshold}')
        rows = [(line_id, one.undrifted) for line_id, one in zip(ids, announced, strict=True)]
        for start in range(0, len(rows), 5000):
            self.env.cr.execute(SQL(
                """UPDATE recouvrement_outcome row SET %(column)s = new.late FROM (VALUES %(rows)s) AS new (line_id, late)
                    WHERE row.move_line_id = new.line_id AND row.%(column)s IS NULL""",
                column=column, rows=SQL(", ").join(rows[start:start + 5000])))
        self.env['recouvrement.outcome'].invalidate_model(flush=False)

    def _quality(self, entries, announced, evening):
        """Figures of the last part of the time, whose outcomes have all matured."""
        if not entries:
            return {'n': 0}
        first, last = entries[0].issued, max(evening - self.threshold - 1, entries[0].issued)
        cut = first + int(TRAIN_SHARE * (last - first))
        tested = [(one.probability, is_late(entry, self.threshold)) for entry, one in zip(entries, announced, strict=True)
                  if entry.issued >= cut and entry.due + self.threshold < evening]
        quality = measure([chance for chance, _late in tested], [late for _chance, late in tested])
        if quality is None:
            return {'n': 0}
        start = fields.Date.to_date('0001-01-01')
        return {
            'date_from': start + timedelta(days=cut - 1), 'date_to': start + timedelta(days=evening - 1), 'n': quality.n,
            'late_rate': quality.late_rate, 'announced': quality.announced, 'auc': quality.auc or 0.0,
            'skill': quality.skill or 0.0, 'error': quality.error, 'riskiest': quality.riskiest,
            'bins': [[one.n, one.announced, one.observed] for one in quality.bins]}

    def _needs(self):
        """What is missing for the books to teach anything: (outcomes, of each kind) they must hold."""
        return LEAST_OUTCOMES, LEAST_OF_EACH
