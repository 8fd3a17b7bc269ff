"""The customer's file in one company: what is owed, how likely it is to be late, who follows it, what comes next."""
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, formatLang

from ..engine.proceeding_types import NOTICE_STATES, RUNNING_STATES

# Worst last: the case shows the worst of its instalments.
STATES = [
    ('closed', "Settled"),
    ('current', "Not due"),
    ('overdue', "Overdue"),
    ('amicable', "Reminders"),
    ('mise_en_demeure', "Formal notice, proceedings"),
    ('insolvency', "Insolvency"),
]

# What the nights find; people choose the plan, the collector and the holds.
FOUND_FIELDS = {'partner_id', 'company_id', 'state', 'score', 'grade', 'probability_late', 'probability_late_30',
                'score_evidence', 'score_known_count', 'score_date', 'score_time', 'priority',
                'over_limit', 'over_limit_since', 'solvency_checked_on', 'invoicing_gaps', 'held_reason', 'date_thanked'}

# A customer whose ledger did not change is scored again within so many nights, a part of them each night.
SCORE_DAYS = 28

# What the money that came keeps or breaks, in this order: models with `_to_settle`, `_line_ids` and `_settle_one`.
SETTLED = ('recouvrement.concession', 'recouvrement.promise', 'recouvrement.agreement')


class RecouvrementCase(models.Model):
    _name = 'recouvrement.case'
    _description = "Customer collection case"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _check_company_auto = True
    _order = 'priority desc, id'
    _rec_names_search = ['partner_id.display_name', 'partner_id.ref']

    partner_id = fields.Many2one('res.partner', string="Customer", required=True, readonly=True, index=True, ondelete='restrict')
    # found by the unique index that begins with it
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    plan_id = fields.Many2one('recouvrement.plan', string="Reminder plan", check_company=True, tracking=True,
                              help="Empty: the plan of the company.")
    user_id = fields.Many2one('res.users', string="Collector", tracking=True, index='btree_not_null')
    state = fields.Selection(
        STATES, string="Stage", default='closed', required=True, readonly=True, group_expand='_group_expand_state')
    regime = fields.Selection(related='partner_id.recouvrement_regime', readonly=False)
    item_ids = fields.One2many('recouvrement.item', 'case_id', string="Instalments", readonly=True)
    open_item_ids = fields.One2many('recouvrement.item', 'case_id', string="Open instalments",
                                    domain=[('state', '=', 'open')], readonly=True)
    hold_ids = fields.One2many('recouvrement.hold', 'case_id', string="Holds")
    reminder_ids = fields.One2many('recouvrement.reminder', 'case_id', string="Reminders", readonly=True)
    penalty_ids = fields.One2many('recouvrement.penalty', 'case_id', string="Penalty claims", readonly=True)
    proceeding_ids = fields.One2many('recouvrement.proceeding', 'case_id', string="Proceedings", readonly=True)
    clause_ids = fields.One2many('recouvrement.clause', 'case_id', string="Contract clauses")
    score_ids = fields.One2many('recouvrement.score', 'case_id', string="Score history", readonly=True)

    amount_open = fields.Monetary(
        string="Outstanding", compute='_compute_amounts',
        help="Overdue and not due yet, less the credits to match.")
    amount_overdue = fields.Monetary(
        string="Overdue", compute='_compute_amounts',
        help="What is left of the instalments past their due date, before credits to match: it may be more than the outstanding.")
    amount_not_due = fields.Monetary(string="Not due yet", compute='_compute_amounts', help="Before credits to match.")
    amount_credit = fields.Monetary(string="Credits to match", compute='_compute_amounts',
                                    help="Credit notes and payments not matched with an invoice: the outstanding is less them.")
    days_late_max = fields.Integer(string="Oldest delay (days)", compute='_compute_amounts')
    priority = fields.Float(
        readonly=True,
        help="Overdue amount weighted by the probability of paying late, as of the last night: the call list is in this order.")
    score = fields.Float(
        digits=(5, 1), readonly=True, aggregator='avg',
        help="0 to 100. 50: one chance in two of paying late; 10 points more double the odds.")
    grade = fields.Selection(selection=[('A', "A"), ('B', "B"), ('C', "C"), ('D', "D"), ('E', "E")], readonly=True,
                             help="Chances of paying late. A: under 20 %, B: 20 to 33 %, C: 33 to 50 %, D: 50 to 74 %, E: above. "
                                  "Empty: not enough history.")
    probability_late = fields.Float(string="Probability of late payment", digits=(6, 4), readonly=True, aggregator='avg')
    score_date = fields.Date(string="Scored on", readonly=True, help="Night that last looked at the score of this customer.")
    score_time = fields.Datetime(readonly=True, help="When that was: what changed later is looked at again.")
    score_known_count = fields.Integer(string="Known outcomes", readonly=True)
    last_reminder_date = fields.Date(compute='_compute_last_reminder')
    next_step = fields.Char(compute='_compute_next_step', help="What the night would do today, and why.")

    _unique_customer = models.Constraint('UNIQUE(company_id, partner_id)', "This customer already has a case in this company.")

    @api.model
    def _auto_init(self):
        """Half of each page stays free: a night writes score, stage and order of most rows, in the row's own page no index has to
        follow (a quarter of the time)."""
        result = super()._auto_init()
        self.env.cr.execute("ALTER TABLE recouvrement_case SET (fillfactor = 50)")
        return result

    # === COMPUTE === #

    @api.model
    def _group_expand_state(self, states, domain):
        """Stages of the kanban: those that need work even when empty, the others when something is in them."""
        return [state for state, _label in STATES if state in states or state not in ('closed', 'current', 'insolvency')]

    @api.depends('partner_id')
    def _compute_display_name(self):
        for case in self:
            case.display_name = case.partner_id.display_name

    def _compute_amounts(self):
        """Live figures in company currency, one reading of the ledger for each company."""
        totals = defaultdict(lambda: [0.0, 0.0, 0.0, 0])
        for company, cases in self.grouped('company_id').items():
            today = company._recouvrement_today()
            lines = self.env['recouvrement.ledger'].sudo()._open_lines(company, today, today, cases.partner_id.ids)
            for line in lines:
                total = totals[company.id, line.partner_id]
                amount = float(line.residual_company)
                if line.residual < 0:
                    total[2] -= amount
                elif line.due < today:
                    total[0] += amount
                    total[3] = max(total[3], (today - line.due).days)
                else:
                    total[1] += amount
        for case in self:
            overdue, not_due, credit, days = totals[case.company_id.id, case.partner_id.id]
            case.amount_overdue = overdue
            case.amount_not_due = not_due
            case.amount_credit = credit
            case.amount_open = overdue + not_due - credit
            case.days_late_max = days

    @api.depends('reminder_ids.date', 'reminder_ids.state', 'proceeding_ids.date_notice')
    def _compute_last_reminder(self):
        """A formal notice that a person began is one too, and leaves no message of a night."""
        sent = dict(self.env['recouvrement.reminder']._read_group(
            [('case_id', 'in', self.ids), ('state', '=', 'sent')], ['case_id'], ['date:max']))
        noticed = dict(self.env['recouvrement.proceeding'].sudo()._read_group(
            [('case_id', 'in', self.ids)], ['case_id'], ['date_notice:max']))
        for case in self:
            case.last_reminder_date = max(filter(None, (sent.get(case), noticed.get(case))), default=False)

    def _compute_next_step(self):
        texts = defaultdict(list)
        for company, cases in self.grouped('company_id').items():
            today = company._recouvrement_today()
            for outlook in self.env['recouvrement.engine']._decide(company, today, cases.partner_id.ids):
                texts[outlook.case_id].append(self._outlook_text(outlook))
        for case_id, pending in self._pending_texts().items():
            texts[case_id] = pending
        for case in self:
            case.next_step = " / ".join(texts.get(case.id, [])) or self.env._("Nothing owed")

    def _outlook_text(self, outlook):
        decision = outlook.decision
        if decision.decision == 'remind':
            level = self.env['recouvrement.plan.level'].sudo().browse(decision.level.key)
            currency = self.env['res.currency'].browse(outlook.currency_id)
            return self.env._("Remind: %(level)s, %(amount)s", level=level.name,
                              amount=formatLang(self.env, float(decision.amount_due), currency_obj=currency))
        return self.env['recouvrement.run']._reason_label(decision.decision, decision.reason)

    def _pending_texts(self):
        """{case id: [texts]} of the messages that are prepared and have not left: they are what comes next."""
        labels = dict(self.env['recouvrement.reminder']._fields['state']._description_selection(self.env))
        pending = self.env['recouvrement.reminder']._read_group(
            [('case_id', 'in', self.ids), ('state', 'in', ('draft', 'approved', 'queued', 'failed', 'uncertain'))],
            ['case_id', 'state', 'level_id'])
        texts = defaultdict(list)
        for case, state, level in pending:
            texts[case.id].append(self.env._("%(state)s: %(level)s", state=labels[state], level=level.name))
        return texts

    # === CRUD === #

    def write(self, vals):
        if not self.env.su and FOUND_FIELDS & set(vals):
            raise AccessError(self.env._("The score and the stage of a case are found by the night; they are not written by hand."))
        return super().write(vals)

    # === BUSINESS METHODS === #

    @api.model
    def _get_or_create(self, company, partner_ids):
        """{partner id: case} of a company, missing ones created in one batch without chatter noise."""
        known = {case.partner_id.id: case for case in self.search_fetch(
            [('company_id', '=', company.id), ('partner_id', 'in', list(partner_ids))], ['partner_id'])}
        missing = [partner for partner in sorted(partner_ids) if partner not in known]
        if not missing:
            return known
        created = self.env['recouvrement.bulk']._insert(
            self, [{'partner_id': partner, 'company_id': company.id} for partner in missing])
        return known | dict(zip(missing, created, strict=True))

    def _refresh_state(self, as_of):
        """Store the worst stage of the open instalments, for the kanban and the filters; what is settled is held no longer."""
        self._refresh_found(SQL("row.id = ANY(%s)", self.ids), as_of, SQL("row.priority"))

    @api.model
    def _refresh_all(self, company, as_of, live):
        """`_refresh_state` of a company's cases, and the order of the call list: overdue amount times the chance of being late.

        :param live: what is open, as `recouvrement.ledger._stage` gives it
        """
        overdue = SQL(
            """LEFT JOIN (SELECT open.partner_id, SUM(open.residual_company) AS amount FROM %s
                           WHERE open.residual > 0 AND open.due < %s GROUP BY 1) AS late ON late.partner_id = row.partner_id""",
            live, as_of)
        self._refresh_found(SQL("row.company_id = %s", company.id), as_of, SQL(
            "ROUND(COALESCE(late.amount, 0) * COALESCE(NULLIF(row.probability_late::numeric, 0), 0.5), 2)::float"), overdue)

    @api.model
    def _refresh_found(self, which, as_of, priority, beside=None):
        """Write what the night finds on the cases where it changed.

        :param which: a condition on `row`
        :param priority: an expression on `row` and on `beside`, what is joined to it
        """
        for model in ('recouvrement.item', 'recouvrement.hold', 'recouvrement.proceeding', self._name):
            self.env[model].flush_model()
        rows = self.env.execute_query(SQL(
            """
            UPDATE recouvrement_case AS found SET state = new.state, priority = new.priority, write_uid = %(user)s,
                   write_date = %(now)s, held_reason = CASE WHEN new.state <> 'closed' THEN found.held_reason END
              FROM (SELECT row.id, %(priority)s AS priority,
                           CASE WHEN owed.first IS NULL THEN 'closed'
                                WHEN row.id IN (SELECT case_id FROM recouvrement_hold
                                                 WHERE kind = 'insolvency' AND date_from <= %(as_of)s
                                                   AND (date_to IS NULL OR date_to >= %(as_of)s)) THEN 'insolvency'
                                WHEN row.id IN (SELECT case_id FROM recouvrement_proceeding WHERE state = ANY(%(running)s))
                                     THEN 'mise_en_demeure'
                                WHEN owed.reminded THEN 'amicable'
                                WHEN owed.first < %(as_of)s THEN 'overdue' ELSE 'current' END AS state
                      FROM recouvrement_case AS row
                      LEFT JOIN (SELECT item.case_id, MIN(date_maturity) AS first,
                                        BOOL_OR(level > 0 AND level_days >= 0) AS reminded
                                   FROM recouvrement_item item JOIN recouvrement_case AS row ON row.id = item.case_id
                                  WHERE item.state = 'open' AND %(which)s GROUP BY item.case_id) AS owed ON owed.case_id = row.id
                      %(beside)s
                     WHERE %(which)s OFFSET 0) AS new
             WHERE new.id = found.id AND (found.state <> new.state OR found.priority IS DISTINCT FROM new.priority
                                          OR new.state = 'closed' AND found.held_reason > '')
            RETURNING found.id
            """, which=which, priority=priority, beside=beside or SQL(), running=list(RUNNING_STATES), as_of=as_of,
            user=self.env.uid, now=self.env.cr.now()))
        self.browse([row[0] for row in rows]).invalidate_recordset(
            ['state', 'priority', 'held_reason', 'write_uid', 'write_date'], flush=False)

    @api.model
    def _to_score(self, company, as_of, mark):
        """Customers whose score may have changed since the last night, and one in 28 of the others, in turn.

        A score changes with the entries and reconciliations of the customer, when an instalment becomes late or 30 days
        late, and slowly with time: old instalments count less every day, 5 % less in 28 days. What leaves no trace in
        the books (a reconciliation undone, a due date changed) is seen when it touches an open instalment, at the latest
        at the customer's turn.

        :param mark: what the last night had seen of the ledger (see `recouvrement.ledger._mark`), None: score everybody
        """
        self.flush_model()
        self.env['recouvrement.item'].flush_model()
        everybody = SQL("SELECT partner_id FROM recouvrement_case WHERE company_id = %s", company.id)
        query = everybody if mark is None else SQL(
            """
            %(everybody)s AND (score_date IS NULL OR score_date > %(as_of)s OR score_date <= %(long_ago)s
                              OR score_date < %(as_of)s AND (id + %(number)s) %% %(every)s = 0)
             UNION
            SELECT found.partner_id FROM recouvrement_item item JOIN recouvrement_case found ON found.id = item.case_id
             WHERE item.company_id = %(company)s AND item.state = 'open' AND (
                   item.write_date > found.score_time
                   OR item.date_maturity + 1 > found.score_date AND item.date_maturity + 1 <= %(as_of)s
                   OR item.date_maturity + 31 > found.score_date AND item.date_maturity + 31 <= %(as_of)s)
             UNION
            SELECT found.partner_id FROM (%(changed)s) AS moved (partner_id)
              JOIN recouvrement_case found ON found.partner_id = moved.partner_id AND found.company_id = %(company)s
            """,
            everybody=everybody, as_of=as_of, long_ago=fields.Date.subtract(as_of, days=SCORE_DAYS), company=company.id,
            number=as_of.toordinal(), every=SCORE_DAYS,
            changed=self.env['recouvrement.ledger']._changed_since(company, mark))
        return [row[0] for row in self.env.execute_query(SQL("SELECT partner_id FROM (%s) AS found ORDER BY 1", query))]

    # === PUBLIC ACTIONS === #

    def action_sync(self):
        """Look at the ledger now, for these customers."""
        self.env['recouvrement.run']._check_user('officer')
        for company, cases in self.grouped('company_id').items():
            today = company._recouvrement_today()
            self.env['recouvrement.item']._sync(company, cases.partner_id)
            cases.sudo()._refresh_state(today)
            for model in SETTLED:
                self.env[model].sudo()._settle(company, today)
            cases._refresh_held()
        return True

    def action_open_invoices(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('account.action_move_out_invoice_type')
        action['domain'] = [
            ('commercial_partner_id', '=', self.partner_id.id), ('company_id', '=', self.company_id.id),
            ('move_type', 'in', ('out_invoice', 'out_refund'))]
        return action

    def action_open_formal_notice(self):
        """Start a proceeding on the overdue instalments that nothing holds, or open the notice that is being prepared."""
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.action_sync()
        # The calendar puts messages off, not a person who acts; doubtful claims are for legal steps.
        free = (False, 'closed_day', 'sensitive_period', 'doubtful')
        items = self.open_item_ids.filtered(lambda item: item.days_late > 0 and item.hold_reason in free)
        if not items:
            raise UserError(self.env._("%(customer)s has no overdue instalment free of any hold: nothing to give notice of.",
                                       customer=self.display_name))
        # One notice for each currency, that of the company first.
        currency = self.currency_id if self.currency_id in items.currency_id else items.currency_id[0]
        items = items.filtered(lambda item: item.currency_id == currency)
        found = self._notice_under_way(items) or self._new_notice(items)
        return {'type': 'ir.actions.act_window', 'res_model': found._name, 'res_id': found.id, 'view_mode': 'form'}

    def _notice_under_way(self, items):
        """The proceeding that is being prepared for some of these instalments, else the formal notice of a night that waits for
        its approval: there is one letter, whoever begins it."""
        proceeding = self.env['recouvrement.proceeding'].sudo().search([
            ('case_id', '=', self.id), ('item_ids', 'in', items.ids), ('state', 'in', NOTICE_STATES)], limit=1)
        return proceeding or self.env['recouvrement.reminder'].sudo().search([
            ('case_id', '=', self.id), ('item_ids', 'in', items.ids), ('state', '=', 'draft'),
            ('formal_notice', '=', True)], limit=1)

    def _new_notice(self, items):
        proceeding = self.env['recouvrement.proceeding'].sudo().create({
            'case_id': self.id, 'company_id': self.company_id.id, 'item_ids': [fields.Command.set(items.ids)]})
        proceeding._take_credits()
        return proceeding

    # === MERGE === #

    def _merge_into(self, target):
        """Move everything of these cases to `target` (same company, its customer is the one kept) and remove them."""
        # Both may have a message of the same night: the moved ones say so, else they would break the key.
        self.env['recouvrement.reminder'].search([('case_id', 'in', self.ids)]).write({'case_id': target.id, 'merged': True})
        for name in self._followers():
            self.env[name].search([('case_id', 'in', self.ids)]).write({'case_id': target.id})
        self.env['recouvrement.score']._move_history(self, target)
        for case in self:
            target._message_log(body=self.env._("Case of %(customer)s merged into this one.", customer=case.display_name))
            case.message_change_thread(target)
        self.env['mail.activity'].search([('res_model', '=', self._name), ('res_id', 'in', self.ids)]).write({'res_id': target.id})
        self.invalidate_recordset()
        self.unlink()

    @api.model
    def _followers(self):
        """Models whose records belong to a case and follow it when it is merged; instalments first, what is on them after."""
        apart = ('recouvrement.reminder', 'recouvrement.score', 'recouvrement.item')
        return ['recouvrement.item'] + sorted(
            name for name, model in self.env.registry.items()
            if name.startswith('recouvrement.') and name not in apart and model._auto and not model._transient
            and (field := model._fields.get('case_id')) and field.comodel_name == self._name and field.store and not field.related)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_empty(self):
        if self.sudo().reminder_ids or self.sudo().proceeding_ids:
            raise UserError(self.env._("A case with reminders or proceedings is kept: it is the proof of what was asked."))
