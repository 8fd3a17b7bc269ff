"""The limitation dates of open instalments, kept for lists and alerts: found by the watch, written only when they change."""
from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.limitation import ALERT_DAYS, alert

STATUSES = [('running', "Running"), ('stopped', "Stopped (case or suspension)"), ('unknown', "Unknown: customer to classify")]
ALERTS = [('180', "Within 180 days"), ('90', "Within 90 days"), ('30', "Within 30 days"), ('0', "Passed")]


class RecouvrementItem(models.Model):
    _inherit = 'recouvrement.item'

    limitation_date = fields.Date(
        string="Limitation (safe)", readonly=True, index='btree_not_null',
        help="Last day to sue by the cautious reading, as of the last look. Empty: the time stands still, or is unknown.")
    limitation_arguable_date = fields.Date(
        string="Limitation (arguable)", readonly=True,
        help="Last day to sue by the reading that a lawyer may defend. Do not wait for it.")
    limitation_status = fields.Selection(STATUSES, string="Limitation", readonly=True, index=True)
    limitation_alert = fields.Selection(
        ALERTS, string="Horizon", readonly=True, help="The nearest threshold that was told, by a task on the customer's case.")
    limitation_days = fields.Integer(
        string="Days left", compute='_compute_limitation_days',
        help="Days in which the claim may still be sued on, today included.")
    company_currency_id = fields.Many2one(related='company_id.currency_id', string="Company currency")
    amount_at_stake = fields.Monetary(
        string="At stake", compute='_compute_amount_at_stake', currency_field='company_currency_id', aggregator='sum',
        help="Still owed, in the currency of the company, read from the journal item now.")

    # === COMPUTE === #

    @api.depends('limitation_date')
    def _compute_limitation_days(self):
        for item in self:
            today = item.company_id._recouvrement_today()
            item.limitation_days = (item.limitation_date - today).days + 1 if item.limitation_date else 0

    @api.depends('move_line_id.amount_residual', 'move_line_id.parent_state')
    def _compute_amount_at_stake(self):
        for item in self:
            line = item.sudo().move_line_id
            item.amount_at_stake = line.amount_residual if line.parent_state == 'posted' else 0.0

    def _field_to_sql(self, alias, field_expr, query=None):
        """What is at stake as SQL: the list of claims about to be lost sorts on it, largest first."""
        if field_expr != 'amount_at_stake':
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], 'read')
        self.env['account.move.line'].flush_model(['amount_residual', 'parent_state'])
        return SQL(
            "COALESCE((SELECT line.amount_residual FROM account_move_line line "
            "WHERE line.id = %s AND line.parent_state = 'posted'), 0)", SQL.identifier(alias, 'move_line_id'))

    # === REFRESH === #

    @api.model
    def _refresh_limitation(self, company, move_ids=None):
        """Bring the dates of the open instalments (of these invoices, or of all) in step with what is known now.

        Set-based, idempotent: one reading of the books, a write for each date that changed.
        """
        domain = [('company_id', '=', company.id), ('state', '=', 'open'), ('move_line_id', '!=', False)]
        if move_ids is not None:
            domain.append(('move_id', 'in', move_ids))
        names = ['limitation_date', 'limitation_arguable_date', 'limitation_status']
        items = self.sudo().search_fetch(domain, ['move_line_id', *names])
        answers = self.env['recouvrement.engine']._limitations(company, line_ids=items.move_line_id.ids)
        changed = defaultdict(list)
        for item in items:
            found = self._limitation_values(answers.get(item.move_line_id.id))
            if found != (item.limitation_date, item.limitation_arguable_date, item.limitation_status):
                changed[found].append(item.id)
        for found, ids in changed.items():
            self.sudo().browse(ids).write(dict(zip(names, found, strict=True)))

    @api.model
    def _limitation_values(self, answer):
        """(safe date, arguable date, status) of an answer of the engine."""
        if not hasattr(answer, 'safe'):
            return False, False, 'unknown'
        safe, arguable = answer.safe.expiry or False, answer.arguable.expiry or False
        return safe, arguable, 'running' if safe else 'stopped'

    # === ALERTS === #

    @api.model
    def _mark_limitation_alerts(self, company, as_of):
        """Note which threshold each open instalment has reached; return {case: items} that reached one just now.

        A threshold is told once; a date that moved away (an event was recorded) starts afresh. What has passed is marked
        and told no more.
        """
        horizon = fields.Date.add(as_of, days=max(ALERT_DAYS))
        items = self.sudo().search([
            ('company_id', '=', company.id), ('state', '=', 'open'),
            '|', ('limitation_date', '<=', horizon), ('limitation_alert', '!=', False)])
        marks, told = defaultdict(list), defaultdict(lambda: self.browse())
        for item in items:
            reached = alert(item.limitation_date or None, as_of)
            mark = False if reached is None else str(reached)
            if mark != item.limitation_alert:
                marks[mark].append(item.id)
                if reached and (not item.limitation_alert or reached < int(item.limitation_alert)):
                    told[item.case_id] |= item
        for mark, ids in marks.items():
            self.sudo().browse(ids).limitation_alert = mark
        return told
