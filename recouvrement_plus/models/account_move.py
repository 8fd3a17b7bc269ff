"""Links and mirrors on the invoice: computed, searchable, never stored there (a write on an invoice is costly and visible)."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.proceeding_types import RUNNING_STATES

STAGES = [
    ('none', "Nothing to collect"),
    ('current', "Not due"),
    ('overdue', "Overdue"),
    ('amicable', "Reminders"),
    ('mise_en_demeure', "Formal notice, proceedings"),
]
MIRRORS = ('recouvrement_stage', 'recouvrement_score', 'recouvrement_grade')


class AccountMove(models.Model):
    _inherit = 'account.move'

    recouvrement_item_ids = fields.One2many(
        'recouvrement.item', 'move_id', string="Collection", groups='recouvrement_plus.recouvrement_plus_group_officer')
    recouvrement_reminder_ids = fields.Many2many(
        'recouvrement.reminder', string="Reminders", compute='_compute_recouvrement_reminder_ids',
        groups='recouvrement_plus.recouvrement_plus_group_officer')
    recouvrement_case_id = fields.Many2one(
        'recouvrement.case', string="Customer case", compute='_compute_recouvrement_case_id',
        groups='recouvrement_plus.recouvrement_plus_group_officer')
    recouvrement_stage = fields.Selection(
        STAGES, string="Collection stage", compute='_compute_recouvrement_mirrors', search='_search_recouvrement_stage',
        groups='recouvrement_plus.recouvrement_plus_group_officer')
    recouvrement_score = fields.Float(
        string="Customer risk score", digits=(5, 1), compute='_compute_recouvrement_mirrors', search='_search_recouvrement_score',
        groups='recouvrement_plus.recouvrement_plus_group_officer')
    recouvrement_grade = fields.Selection(
        selection=[('A', "A"), ('B', "B"), ('C', "C"), ('D', "D"), ('E', "E")], string="Customer grade",
        compute='_compute_recouvrement_mirrors', search='_search_recouvrement_grade',
        groups='recouvrement_plus.recouvrement_plus_group_officer')

    # === COMPUTE === #

    def _compute_recouvrement_reminder_ids(self):
        for move in self:
            move.recouvrement_reminder_ids = move.recouvrement_item_ids.line_ids.reminder_id

    def _compute_recouvrement_case_id(self):
        cases = self.env['recouvrement.case'].search([
            ('partner_id', 'in', self.commercial_partner_id.ids), ('company_id', 'in', self.company_id.ids)])
        found = {(case.partner_id, case.company_id): case for case in cases}
        for move in self:
            move.recouvrement_case_id = found.get((move.commercial_partner_id, move.company_id), False)

    def _compute_recouvrement_mirrors(self):
        """Read the three mirrors with the expressions that search and group them: one statement for the list."""
        rows = {}
        if self.ids:
            self.env['recouvrement.item'].flush_model()
            self.env['recouvrement.case'].flush_model()
            self.flush_model(['partner_id', 'company_id'])
            self.env['account.move.line'].flush_model(['amount_residual', 'date_maturity', 'reconciled'])
            rows = {row[0]: row[1:] for row in self.env.execute_query(SQL(
                "SELECT account_move.id, %s, %s, %s FROM account_move WHERE id = ANY(%s)",
                *(self._recouvrement_mirror_sql('account_move', name) for name in MIRRORS), list(self.ids)))}
        for move in self:
            stage, score, grade = rows.get(move.id, ('none', 0.0, False))
            move.recouvrement_stage = stage
            move.recouvrement_score = score or 0.0
            move.recouvrement_grade = grade or False

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr in MIRRORS:
            self._check_field_access(self._fields[field_expr], 'read')
            return self._recouvrement_mirror_sql(alias, field_expr)
        return super()._field_to_sql(alias, field_expr, query)

    @api.model
    def _recouvrement_mirror_sql(self, alias, name):
        """The mirror of an invoice as an SQL expression; only companies of the user are looked at."""
        move = SQL.identifier(alias)
        companies = list(self.env.companies.ids)
        if name == 'recouvrement_stage':
            return self._recouvrement_stage_sql(move, companies)
        column = SQL.identifier(name.removeprefix('recouvrement_'))
        return SQL(
            """(SELECT rp_case.%s FROM recouvrement_case rp_case
                  JOIN res_partner rp_partner ON rp_partner.commercial_partner_id = rp_case.partner_id
                 WHERE rp_partner.id = %s.partner_id AND rp_case.company_id = %s.company_id AND rp_case.company_id = ANY(%s))""",
            column, move, move, companies)

    @api.model
    def _recouvrement_stage_sql(self, move, companies):
        """Worst stage among the instalments that the ledger shows open now."""
        today = self.env.company._recouvrement_today()
        return SQL(
            """COALESCE((SELECT (ARRAY['current', 'overdue', 'amicable', 'mise_en_demeure'])[MAX(
                        CASE WHEN EXISTS (%s) THEN 4
                             WHEN rp_item.level > 0 AND rp_item.level_days >= 0 THEN 3
                             WHEN COALESCE(line.date_maturity, line.date) < %s THEN 2 ELSE 1 END)]
                   FROM recouvrement_item rp_item
                   JOIN account_move_line line ON line.id = rp_item.move_line_id
                  WHERE rp_item.move_id = %s.id AND line.reconciled IS NOT TRUE AND line.parent_state = 'posted'
                    AND rp_item.company_id = ANY(%s)), 'none')""",
            self._recouvrement_noticed_sql(), today, move, companies)

    @api.model
    def _recouvrement_noticed_sql(self):
        """Is the item `rp_item` claimed by a formal notice that was sent?"""
        relation = self.env['recouvrement.proceeding']._fields['item_ids']
        return SQL(
            "SELECT 1 FROM %s link JOIN recouvrement_proceeding proceeding ON proceeding.id = link.%s "
            "WHERE link.%s = rp_item.id AND proceeding.state = ANY(%s)",
            SQL.identifier(relation.relation), SQL.identifier(relation.column1), SQL.identifier(relation.column2),
            list(RUNNING_STATES))

    def _search_recouvrement_mirror(self, name, operator, value):
        if operator not in ('in', '=', '<', '>', '<=', '>='):
            return NotImplemented
        self._check_field_access(self._fields[name], 'read')  # the ORM does not do it for fields with a search method
        expression = self._recouvrement_mirror_sql('account_move', name)
        if operator == 'in':
            wanted = [False if item is None else item for item in value]
            condition = SQL("%s = ANY(%s)", expression, [item for item in wanted if item is not False])
            if False in wanted:
                condition = SQL("(%s OR %s IS NULL)", condition, expression)
        else:
            condition = SQL("%s %s %s", expression, SQL(operator), value)
        return [('id', 'in', SQL("(SELECT account_move.id FROM account_move WHERE %s)", condition))]

    def _search_recouvrement_stage(self, operator, value):
        return self._search_recouvrement_mirror('recouvrement_stage', operator, value)

    def _search_recouvrement_score(self, operator, value):
        return self._search_recouvrement_mirror('recouvrement_score', operator, value)

    def _search_recouvrement_grade(self, operator, value):
        return self._search_recouvrement_mirror('recouvrement_grade', operator, value)

    # === PUBLIC METHODS === #

    def recouvrement_penalty_statement(self, as_of):
        """Late-payment penalties of one invoice up to a date, each slice explained.

        :param as_of: date or 'YYYY-MM-DD'; interest runs up to this day, or to each payment
        :return: {regime, method, currency, principal, interest, indemnity, total, days_late, lines: [{date_from, date_to,
            days, base, rate, amount, source}], warnings, sources}; money and rates as strings, in the invoice's currency;
            `total` = unpaid principal + interest + indemnity; and what `account_move_statement` adds: payments with what
            each covered, totals in the company's currency on that day
        :raises AccessError: without the officer role or for another company
        :raises UserError: for anything but one posted customer invoice, an unclassified customer, or an unknown rate
            (C. com. art. L441-10 II, D441-5; CCP art. R2192-31; C. civ. art. 1231-6)
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        day = self.env['recouvrement.run']._parse_date(as_of)
        self._recouvrement_check_penalised()
        statement = self.env['recouvrement.engine']._statements(self.sudo(), day)[self.id]
        if not hasattr(statement, 'slices'):
            raise UserError(self._recouvrement_refusal_text(statement))
        return self._recouvrement_statement_data(statement, day)

    def _recouvrement_check_penalised(self):
        if self.move_type != 'out_invoice' or self.state != 'posted':
            raise UserError(
                self.env._("Penalties are computed on a posted customer invoice; %(name)s is not one.", name=self.display_name))

    def _recouvrement_statement_data(self, statement, as_of, rates=None):
        money = self.currency_id._recouvrement_text
        return {
            'regime': statement.regime, 'method': statement.method, 'currency': statement.currency,
            'principal': money(statement.principal), 'interest': money(statement.interest),
            'indemnity': money(statement.indemnity), 'total': money(statement.total), 'days_late': statement.days_late,
            'lines': [{
                'date_from': fields.Date.to_string(part.date_from), 'date_to': fields.Date.to_string(
                    part.date_to), 'days': part.days,
                'base': money(part.base), 'rate': str(part.rate), 'amount': money(part.amount), 'source': part.source,
            } for part in statement.slices],
            'warnings': list(statement.warnings), 'sources': list(statement.sources),
        }

    def _recouvrement_refusal_text(self, error):
        """What is missing, where, and what to do."""
        if error.code == 'regime_unknown':
            return self.env._(
                "%(customer)s is not classified: penalties differ between companies, consumers and public bodies. "
                "Set the field “Penalty regime” on the customer.", customer=self.commercial_partner_id.display_name)
        if error.code == 'rate_unknown':
            labels = dict(self.env['recouvrement.rate']._fields['code']._description_selection(self.env))
            return self.env._(
                "The rate “%(rate)s” is not known for %(day)s. "
                "Enter or confirm it under Collections / Configuration / Legal rates.",
                rate=labels.get(error.params.get('series')), day=error.params.get('day'))
        if error.code == 'penalty_document':
            return self.env._("%(invoice)s bills penalties: they bear no interest and no second indemnity (C. civ. art. 1343-2).",
                              invoice=self.display_name)
        return self.env._("The facts of %(invoice)s contradict each other: %(error)s", invoice=self.display_name, error=error)

    def action_recouvrement_open_case(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'res_model': 'recouvrement.case', 'res_id': self.recouvrement_case_id.id,
            'view_mode': 'form'}
