"""The open item: one row per instalment being collected, kept in step with the ledger by `_sync`."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .recouvrement_engine import HOLD_SELECTION
from .sql_arrays import int_array


class RecouvrementItem(models.Model):
    _name = 'recouvrement.item'
    _description = "Open item"
    _order = 'date_maturity, id'

    case_id = fields.Many2one('recouvrement.case', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True)
    partner_id = fields.Many2one('res.partner', related='case_id.partner_id', store=True, index=True)
    # found by its unique index
    move_line_id = fields.Many2one('account.move.line', string="Journal item", ondelete='set null', readonly=True)
    move_id = fields.Many2one('account.move', string="Invoice", index=True, ondelete='set null', readonly=True)
    move_name = fields.Char(string="Number", readonly=True, help="Kept even if the invoice is deleted.")
    rank = fields.Integer(
        string="Instalment", default=1, readonly=True, help="Position among the instalments of the invoice, from 1.")
    date_maturity = fields.Date(string="Due date", required=True, readonly=True)
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    amount = fields.Monetary(string="Instalment amount", readonly=True)
    amount_residual = fields.Monetary(
        string="Still owed", compute='_compute_amount_residual', help="Read from the journal item, now.")
    days_late = fields.Integer(compute='_compute_days_late', search='_search_days_late')
    state = fields.Selection(
        selection=[('open', "Open"), ('closed', "Closed")], default='open', required=True, readonly=True,
        help="As of the last look at the ledger.")
    cycle = fields.Integer(
        default=1, readonly=True, help="Grows when the reminders start again: a postponed due date, another customer.")
    line_ids = fields.One2many('recouvrement.reminder.line', 'item_id', string="Reminders", readonly=True)
    level_id = fields.Many2one('recouvrement.plan.level', string="Last level", readonly=True, ondelete='set null')
    level = fields.Integer(
        string="Rank", readonly=True, help="Position in its plan of the highest level reached in this cycle; 0: none.")
    level_days = fields.Integer(readonly=True)
    hold_reason = fields.Selection(selection=HOLD_SELECTION, string="Held because", compute='_compute_hold_reason',
                                   help="Why nothing would be sent for this instalment today.")
    hold_ids = fields.One2many('recouvrement.hold', 'item_id', string="Holds")

    _unique_line = models.UniqueIndex('(move_line_id) WHERE move_line_id IS NOT NULL', "This instalment is already followed.")
    _open_idx = models.Index("(company_id, case_id) WHERE state = 'open'")

    @api.model
    def _auto_init(self):
        """The night writes each row several times: with room in its page that costs no entry in any index."""
        result = super()._auto_init()
        self.env.cr.execute("ALTER TABLE recouvrement_item SET (fillfactor = 50)")
        return result

    # === COMPUTE === #

    @api.depends('move_name', 'rank', 'date_maturity')
    def _compute_display_name(self):
        for item in self:
            item.display_name = f"{item.move_name or '/'} ({format_date(self.env, item.date_maturity)})"

    @api.depends('move_line_id.amount_residual_currency', 'move_line_id.parent_state')
    def _compute_amount_residual(self):
        for item in self:
            line = item.sudo().move_line_id
            item.amount_residual = line.amount_residual_currency if line.parent_state == 'posted' else 0.0

    @api.depends('date_maturity', 'state')
    def _compute_days_late(self):
        for item in self:
            today = item.company_id._recouvrement_today()
            item.days_late = (today - item.date_maturity).days if item.date_maturity else 0

    def _search_days_late(self, operator, value):
        today = self.env.company._recouvrement_today()
        if operator == 'in':
            return [('date_maturity', 'in', [fields.Date.subtract(today, days=int(days)) for days in value])]
        if operator not in ('>', '>=', '<', '<='):
            return NotImplemented
        limit = fields.Date.subtract(today, days=int(value))
        mirrored = {'>': '<', '>=': '<=', '<': '>', '<=': '>='}[operator]
        return [('date_maturity', mirrored, limit)]

    def _compute_hold_reason(self):
        """Ask the same decision as the night, today: what the screen says is what the night would do."""
        for item in self:
            item.hold_reason = False
        for company, items in self.grouped('company_id').items():
            open_items = items.filtered(lambda item: item.state == 'open')
            if not open_items:
                continue
            today = company._recouvrement_today()
            plans = self.env['recouvrement.engine']._decide(company, today, open_items.partner_id.ids)
            reasons = {
                line.key: line.reason for plan in plans for line in plan.decision.items if line.decision == 'hold'
            }
            for item in open_items:
                item.hold_reason = reasons.get(item.move_line_id.id, False)

    # === CONSTRAINTS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reminded(self):
        if self.sudo().line_ids:
            raise UserError(self.env._("An instalment that was reminded is kept with its history."))

    # === SYNC === #

    @api.model
    def _sync(self, company, partners=None, as_of=None, live=None):
        """Bring items and cases in step with the ledger. The only place that creates, closes and reopens items.

        Idempotent; called by the night, the case screen and the check before sending. On a past date it only adds the
        items that were open then: open or closed always tells the ledger of now.

        :param company: one `res.company`
        :param partners: restrict to these commercial entities (a recordset), or everything
        :param as_of: date, today of the company when left out
        :param live: the lines open today when the caller has staged them already (see `recouvrement.ledger._stage`)
        """
        self = self.sudo().with_company(company)
        today = company._recouvrement_today()
        as_of = as_of or today
        partner_ids = None if partners is None else partners.commercial_partner_id.ids
        if partner_ids == []:
            return True
        Ledger = self.env['recouvrement.ledger']
        self.env['recouvrement.case'].flush_model()
        self.flush_model()
        stage = live is None and partner_ids is None
        if stage:
            live = Ledger._stage(company, today, today)
        elif live is None:
            live = SQL("(%s) AS open", Ledger._open_query(company, today, today, partner_ids))
        wanted = live if as_of >= today else SQL("(%s) AS open", Ledger._open_query(company, as_of, today, partner_ids))
        self._follow(company, wanted, as_of)
        self._close_and_reopen(company, live, partner_ids)
        if stage:
            Ledger._unstage()
        return True

    @api.model
    def _follow(self, company, source, as_of):
        """Create the missing items, whose invoice left no item behind, in one statement; look at the others one by one.

        :param source: open lines, SQL of a FROM clause as `open`
        """
        # An open item: a debit on an account whose role is `collect`, not excluded by core's `no_followup`.
        collected = SQL("open.residual > 0 AND open.amount > 0 AND NOT open.no_followup")
        orphan = SQL("""EXISTS (SELECT 1 FROM recouvrement_item orphan WHERE orphan.company_id = %s
                                   AND orphan.move_line_id IS NULL AND orphan.move_id = open.move_id)""", company.id)
        missing = SQL("""%s LEFT JOIN recouvrement_item item ON item.move_line_id = open.id
                         WHERE item.id IS NULL AND %s AND NOT %s""", source, collected, orphan)
        self._create_missing(company, source, missing)
        changed = SQL(
            """(SELECT open.* FROM %s
                  LEFT JOIN recouvrement_item item ON item.move_line_id = open.id
                  LEFT JOIN recouvrement_case kept ON kept.id = item.case_id
                 WHERE %s AND (item.id IS NULL OR kept.partner_id <> open.partner_id OR item.date_maturity <> open.due
                       OR item.move_name IS DISTINCT FROM open.move_name OR item.amount IS DISTINCT FROM open.amount)) AS open""",
            source, collected)
        self._follow_changed(company, self.env['recouvrement.ledger']._fetch_lines(changed), as_of)

    @api.model
    def _create_missing(self, company, source, missing):
        """Insert cases and items of lines that nobody follows yet."""
        partners = [row[0] for row in self.env.execute_query(SQL("SELECT DISTINCT open.partner_id FROM %s", missing))]
        if not partners:
            return
        self.env['recouvrement.case']._get_or_create(company, partners)
        self.env['recouvrement.case'].flush_model()
        self.env['recouvrement.bulk']._insert_select(self, {
            'case_id': SQL("found.id"), 'company_id': SQL("%s", company.id), 'partner_id': SQL("open.partner_id"),
            'move_line_id': SQL("open.id"), 'move_id': SQL("open.move_id"), 'move_name': SQL("open.move_name"),
            'rank': SQL("open.rank"), 'date_maturity': SQL("open.due"), 'currency_id': SQL("open.currency_id"),
            'amount': SQL("open.amount"),
        }, SQL(
            """(SELECT open.*, (%s) AS rank FROM %s) AS open
                 JOIN recouvrement_case found ON found.partner_id = open.partner_id AND found.company_id = %s""",
            self.env['recouvrement.ledger']._rank_query(), missing, company.id))

    @api.model
    def _follow_changed(self, company, lines, as_of):
        """Bring items up to date (customer, due date, amount), one line at a time; find again those that lost their line."""
        if not lines:
            return
        known = {item.move_line_id.id: item for item in self.search([
            ('company_id', '=', company.id), ('move_line_id', 'in', [line.id for line in lines])])}
        known |= self._relink(company, lines, known)
        missing = [line for line in lines if line.id not in known]
        cases = self.env['recouvrement.case']._get_or_create(company, {line.partner_id for line in lines})
        vals_list = []
        ranks = self._ranks({line.move_id for line in missing})
        for line in lines:
            item = known.get(line.id)
            if item:
                item._update_from_line(line, cases[line.partner_id], as_of)
            else:
                vals_list.append(self._vals_from_line(company, line, cases[line.partner_id], ranks))
        self.create(vals_list)

    @api.model
    def _vals_from_line(self, company, line, case, ranks):
        return {
            'case_id': case.id, 'company_id': company.id, 'move_line_id': line.id, 'move_id': line.move_id,
            'move_name': line.move_name, 'rank': ranks.get(line.id, 1), 'date_maturity': line.due,
            'currency_id': line.currency_id, 'amount': float(line.amount),
        }

    @api.model
    def _ranks(self, move_ids):
        """Position of each receivable debit of the moves: {line id: rank from 1, by due date}."""
        if not move_ids:
            return {}
        rows = self.env.execute_query(SQL(
            """
            SELECT line.id, ROW_NUMBER() OVER (PARTITION BY line.move_id ORDER BY line.date_maturity, line.id)
              FROM account_move_line line JOIN account_account account ON account.id = line.account_id
             WHERE line.move_id = ANY(%s) AND account.recouvrement_role IS NOT NULL AND line.amount_currency > 0
            """, list(move_ids)))
        return dict(rows)

    @api.model
    def _relink(self, company, lines, known):
        """Find again the items whose journal item core deleted: by (invoice, due date), then by (invoice, rank).

        Resetting an invoice to draft and changing its terms may delete its instalment lines, create others, or give
        one of them the due date of another; the history of an instalment must survive that. `known` is {line id: item}
        as linked now; returns what changes in it.
        """
        orphans = self.search([
            ('company_id', '=', company.id), ('move_line_id', '=', False), ('move_id', 'in', [line.move_id for line in lines])])
        moves = set(orphans.move_id.ids)
        lines = [line for line in lines if line.move_id in moves and (
            line.id not in known or known[line.id].date_maturity != line.due)]
        ranks = self._ranks({line.move_id for line in lines})
        free = [*orphans, *(known[line.id] for line in lines if line.id in known)]
        found = {}
        for key_of_line, key_of_item in (
            (lambda line: (line.move_id, line.due), lambda item: (item.move_id.id, item.date_maturity)),
            (lambda line: line.id, lambda item: item.move_line_id.id),
            (lambda line: (line.move_id, ranks.get(line.id)), lambda item: (item.move_id.id, item.rank)),
        ):
            for line in lines:
                match = next((item for item in free if key_of_item(item) == key_of_line(line)), None)
                if match is not None and line.id not in found:
                    free.remove(match)
                    found[line.id] = match
        self._write_links(found, ranks)
        return found

    @api.model
    def _write_links(self, found, ranks):
        """Link {line id: item}; lines change hands only once nobody holds them (the link is unique)."""
        changed = {line_id: item for line_id, item in found.items() if item.move_line_id.id != line_id}
        holders = self.search([('move_line_id', 'in', list(changed))])
        (holders | self.browse([item.id for item in changed.values()])).move_line_id = False
        self.flush_model(['move_line_id'])
        for line_id, item in changed.items():
            item.write({'move_line_id': line_id, 'rank': ranks.get(line_id, item.rank)})

    def _update_from_line(self, line, case, as_of):
        vals = {}
        if self.case_id != case:
            vals['case_id'] = case.id
        if self.move_name != line.move_name:
            vals['move_name'] = line.move_name
        if float(line.amount) != self.amount:
            vals['amount'] = float(line.amount)
        if self.date_maturity != line.due:
            vals |= self._vals_of_new_due_date(line.due, as_of)
        new_debtor = 'case_id' in vals and self._has_new_debtor(line)
        if new_debtor:
            vals |= self._vals_of_new_debtor()
        former = self.case_id
        if vals:
            self.write(vals)
        if 'case_id' in vals:
            self.env['recouvrement.hold'].search([('item_id', '=', self.id)]).case_id = case
            if not new_debtor:
                former.hold_ids._follow_item(self, line)

    def _vals_of_new_due_date(self, due, as_of):
        """A due date moved beyond the level reached starts a new cycle; the lines of the old one stay as history."""
        vals = {'date_maturity': due}
        if self.level_id and (as_of - due).days < self.level_days:
            vals |= self._vals_of_new_cycle()
        return vals

    def _has_new_debtor(self, line):
        """Whether the instalment is now somebody else's debt: its invoice was posted again to another customer.

        A contact that gets a parent is the same debtor going on, and keeps its levels: its commercial entity, read now, is
        the customer of the line (core has rewritten both). So is one that was merged: its case went to the other with it. Of
        a customer who was written on the invoice in the place of another nothing of the kind is true: what was reached with
        the former one, whose reminders stay with it, was never told to the new one.
        """
        return self.case_id.partner_id.commercial_partner_id.id != line.partner_id

    def _vals_of_new_debtor(self):
        return self._vals_of_new_cycle() if self.level_id else {}

    def _vals_of_new_cycle(self):
        """The reminders start again; the lines of the former cycle stay as history."""
        return {'cycle': self.cycle + 1, 'level_id': False, 'level': 0, 'level_days': 0}

    @api.model
    def _close_and_reopen(self, company, live, partner_ids):
        """Close what the ledger no longer shows open, reopen what it shows again (same item, same levels).

        From what is open on either side: what was closed years ago is not read.
        """
        self.flush_model()
        mine = SQL("item.company_id = %s AND %s", company.id, SQL("TRUE") if partner_ids is None else SQL(
            "item.partner_id = ANY(%s)", partner_ids))
        rows = self.env.execute_query(SQL(
            """
            SELECT item.id, item.state FROM recouvrement_item item
             WHERE item.state = 'open' AND %(mine)s
               AND NOT EXISTS (SELECT 1 FROM %(live)s WHERE open.id = item.move_line_id AND open.residual > 0)
             UNION ALL
            SELECT item.id, item.state FROM %(live)s JOIN recouvrement_item item ON item.move_line_id = open.id
             WHERE open.residual > 0 AND item.state <> 'open' AND %(mine)s
            """, live=live, mine=mine))
        self.browse([item for item, state in rows if state == 'open']).write({'state': 'closed', 'held_reason': False})
        self.browse([item for item, state in rows if state != 'open']).write({'state': 'open'})

    def _refresh_level(self):
        """Recompute the level reached from the active reminder lines of the current cycle."""
        if not self:
            return
        self.env['recouvrement.reminder.line'].flush_model()
        self.flush_model()
        self.env.cr.execute(SQL(
            """
            UPDATE recouvrement_item item
               SET level_id = reached.level_id, level = COALESCE(reached.level, 0), level_days = COALESCE(reached.level_days, 0)
              FROM (SELECT DISTINCT ON (own.id) own.id, line.level_id, line.level, line.level_days
                      FROM recouvrement_item own
                      LEFT JOIN recouvrement_reminder_line line
                             ON line.item_id = own.id AND line.kind = 'moved' AND line.active AND line.cycle = own.cycle
                     WHERE own.id = ANY(%(ids)s)
                     ORDER BY own.id, line.level_days DESC, line.id) AS reached
             WHERE item.id = reached.id AND item.id = ANY(%(ids)s)
            """, ids=int_array(self.ids)))
        self.invalidate_recordset(['level_id', 'level', 'level_days'], flush=False)

    # === PUBLIC ACTIONS === #

    def action_open_invoice(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': 'account.move', 'res_id': self.move_id.id, 'view_mode': 'form'}
