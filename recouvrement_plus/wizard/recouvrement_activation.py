"""The start of the follow-up: who is late already, where each would enter, what the books leave out, what to check first."""
from collections import defaultdict
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

# Modules of other products that send reminders too.
OTHER_TOOLS = ('account_followup', 'account_credit_control', 'account_invoice_overdue_reminder', 'om_account_followup')
SHOWN_LINES = 500


class Start(NamedTuple):
    """An instalment that is late at the start."""

    item_id: int
    plan_id: int | None
    own: models.Model  # the level of its age, empty when it has none


def _only_here(host):
    """Whether a host name means this machine or its own network, which no customer can reach."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return '.' not in host or host.endswith(('.local', '.localhost', '.internal'))


class RecouvrementActivation(models.TransientModel):
    _name = 'recouvrement.activation'
    _inherit = 'recouvrement.window'
    _description = "Start of the follow-up"

    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    late_count = fields.Integer(string="Customers late", readonly=True)
    amount_late = fields.Monetary(string="Overdue", readonly=True)
    quiet = fields.Boolean(
        string="Start quietly", default=True,
        help="Each overdue invoice enters at the level below without any message; the next level comes at its own day.")
    night = fields.Boolean(string="Switch the nightly run on", default=True)
    working_days = fields.Boolean(
        string="Only on working days", default=True,
        help="Nothing on week-ends and public holidays: it goes on the next working day.")
    office_hours = fields.Boolean(string="E-mails leave from 8 to 19 h", default=True)
    follows_root = fields.Boolean(compute='_compute_follows_root')
    line_ids = fields.One2many('recouvrement.activation.line', 'activation_id', string="Customers late already")
    opening_ids = fields.Many2many(
        'account.move.line', string="Entries left out",
        help="Open entries of general journals (an opening balance, most of the time) that the books exclude from follow-up.")
    level_table = fields.Html(compute='_compute_tables', sanitize=False)
    check_table = fields.Html(compute='_compute_tables', sanitize=False)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        survey = self.survey(self.env.company.id)
        values |= {
            'late_count': survey['customers'], 'amount_late': float(survey['amount']),
            'line_ids': [Command.create({
                'case_id': row['case_id'], 'days_late': row['days_late'], 'amount': float(row['amount']),
                'level_id': row['level_id'], 'proposed_id': row['level_id']}) for row in survey['rows'][:SHOWN_LINES]],
            'opening_ids': [Command.set(survey['opening_ids'])]}
        return {name: value for name, value in values.items() if name in fields}

    @api.depends('company_id')
    def _compute_follows_root(self):
        """The days and hours of a branch are those of its root."""
        for wizard in self:
            wizard.follows_root = bool(wizard.company_id.sudo().parent_id)

    @api.depends('line_ids.level_id', 'company_id')
    def _compute_tables(self):
        for wizard in self:
            rows = defaultdict(lambda: [0, 0.0])
            for line in wizard.line_ids:
                rows[line.level_id][0] += 1
                rows[line.level_id][1] += line.amount
            table = [{'level': level.name or self.env._("Enters by itself"), 'count': count, 'amount': amount}
                     for level, (count, amount) in sorted(rows.items(), key=lambda row: row[0].days)]
            wizard.level_table = table and self.env['ir.qweb']._render(
                'recouvrement_plus.activation_levels', {'rows': table, 'currency': wizard.currency_id})
            wizard.check_table = self.env['ir.qweb']._render(
                'recouvrement_plus.activation_checks', {'rows': wizard._checks(wizard.company_id)})

    # === PUBLIC METHODS === #

    @api.model
    def survey(self, company_id=None):
        """Who is late already and where each would enter. Brings the open items up to date, sends nothing.

        :return: {customers, amount, rows: [{case_id, partner_name, days_late, amount, level_id, level_name}],
            by_level: {level id: customers}, opening_ids}, money as strings in company currency, largest first
        :raises AccessError: without the manager role or for another company
        """
        self.env['recouvrement.run']._check_user('manager')
        company = self.env['recouvrement.run']._company(company_id)
        today = company._recouvrement_today()
        self.env['recouvrement.item']._sync(company)
        rows = self._late_rows(company, today)
        by_level = defaultdict(int)
        for row in rows:
            by_level[str(row['level_id'])] += 1
        money = company.currency_id._recouvrement_text
        total = sum(row['amount'] for row in rows)
        rows = [row | {'amount': money(row['amount'])} for row in sorted(rows, key=lambda row: -row['amount'])]
        return {'customers': len(rows), 'amount': money(total), 'rows': rows, 'by_level': dict(by_level),
                'opening_ids': self._opening_entries(company).ids}

    @api.model
    def start_quietly(self, company_id=None, levels=None):
        """Count a level as reached for everything overdue, without sending. Items already reminded are left alone.

        :param levels: {case id: level id}: another start than that of the age of the debt. A level above it is that of
            all that the customer owes late; one below it holds back what is older, what is younger enters at its own; False:
            nothing is counted as reached
        :return: {customers, items}
        :raises AccessError: without the manager role or for another company
        :raises UserError: for a level at which the customer cannot start; nothing is written then
        """
        self.env['recouvrement.run']._check_user('manager')
        company = self.env['recouvrement.run']._company(company_id)
        today = company._recouvrement_today()
        asked = self._levels_asked(levels)
        self.env['recouvrement.item']._sync(company)
        starts = self._late_starts(company, today)
        chosen = self._chosen_levels(asked, starts)
        items = self.env['recouvrement.item'].sudo()
        entries = defaultdict(items.browse)
        for case_id, late in starts.items():
            highest = max(start.own.days if start.own else -1 for start in late)
            for start in late:
                level = self._start_level(start, chosen.get(case_id), highest)
                entries[level] |= items.browse(start.item_id)
        for level, late in entries.items():
            fresh = late.filtered(lambda item: not item.level_id) if level else items.browse()
            fresh._enter(level, today)
            items |= fresh
        return {'customers': len(items.case_id), 'items': len(items)}

    @api.model
    def _levels_asked(self, levels):
        """{case id: level id} as a script gives it; JSON makes a text of each key.

        :raises UserError: for anything else
        """
        try:
            return {int(case): int(level or 0) for case, level in (levels or {}).items()}
        except (AttributeError, TypeError, ValueError):
            raise UserError(self.env._("“%(name)s”: give for each case the number of a level.", name='levels')) from None

    @api.model
    def _late_starts(self, company, today):
        """{case id: [Start]} of the instalments that are late already."""
        engine, Level = self.env['recouvrement.engine'].sudo(), self.env['recouvrement.plan.level'].sudo()
        starts = defaultdict(list)
        for outlook in engine._decide(company, today):
            for key, level_id in engine._entry_levels(outlook, today).items():
                if outlook.lines[key].due < today and outlook.items.get(key):
                    choice = outlook.choices.get(key) or outlook.choices[None]
                    starts[outlook.case_id].append(Start(outlook.items[key].id, choice.plan, Level.browse(level_id or [])))
        return starts

    @api.model
    def _start_level(self, start, chosen, highest):
        """Where an instalment enters when a level was chosen for its customer, `highest` days being proposed for it."""
        if chosen is None or chosen and chosen.plan_id.id != start.plan_id:  # an instalment with a plan of its own
            return start.own
        if not chosen or chosen.days > highest:
            return chosen
        return min(start.own, chosen, key=lambda level: level.days) if start.own else start.own

    @api.model
    def _chosen_levels(self, levels, starts):
        """{case id: level} of what was asked for.

        :raises UserError: for a level that is none, a formal notice, or of a plan that the customer does not follow
        """
        Level, chosen = self.env['recouvrement.plan.level'].sudo(), {}
        for case_id, level_id in levels.items():
            level = Level.browse(level_id or []).exists()
            plans = {start.plan_id for start in starts.get(case_id, ())}
            wrong = not level or level.formal_notice or level.days < 0 or plans and level.plan_id.id not in plans
            if level_id and wrong:
                raise UserError(self.env._(
                    "%(customer)s cannot start at “%(level)s”: give an ordinary level, after the due date, of the plan that this "
                    "customer follows.", customer=self.env['recouvrement.case'].browse(case_id).exists().display_name or case_id,
                    level=level.name or level_id))
            chosen[case_id] = level
        return chosen

    @api.model
    def include_entries(self, move_line_ids):
        """Follow entries that the books exclude by default (opening balances of general journals).

        :return: {entries}
        :raises AccessError: without the manager role or for another company
        """
        Run = self.env['recouvrement.run']
        Run._check_user('manager')
        Run._check_ids('move_line_ids', move_line_ids)
        lines = self.env['account.move.line'].browse(move_line_ids).exists()
        Run._check_user('manager', lines.company_id)
        wanted = lines & self.env['account.move.line'].browse(
            [line.id for company in lines.company_id for line in self._opening_entries(company)])
        wanted.sudo().no_followup = False
        for company in wanted.company_id:
            self.env['recouvrement.item']._sync(company, wanted.partner_id)
        return {'entries': len(wanted)}

    # === WHAT THE SCREEN SHOWS === #

    @api.model
    def _late_rows(self, company, today):
        """One row for each customer with something overdue that the follow-up concerns: its worst entry level."""
        Level = self.env['recouvrement.plan.level'].sudo()
        rows = {}
        for outlook in self.env['recouvrement.engine'].sudo()._decide(company, today):
            late = {key: line for key, line in outlook.lines.items() if line.due < today and not line.no_followup}
            if not late:
                continue
            levels = self.env['recouvrement.engine'].sudo()._entry_levels(outlook, today)
            known = Level.browse([levels[key] for key in late if levels.get(key)])
            row = rows.setdefault(outlook.case_id, {
                'case_id': outlook.case_id, 'partner_name': self.env['res.partner'].sudo().browse(outlook.partner_id).display_name,
                'days_late': 0, 'amount': 0, 'level': Level})
            row['days_late'] = max([row['days_late'], *((today - line.due).days for line in late.values())])
            row['amount'] += sum(line.residual_company for line in late.values())
            row['level'] = max([row['level'], *known], key=lambda level: level.days if level else -1)
        for row in rows.values():
            level = row.pop('level')
            row |= {'level_id': level.id, 'level_name': level.name or ''}
        return list(rows.values())

    @api.model
    def _opening_entries(self, company):
        """Open debits of collected accounts, in general journals, that the books exclude from follow-up."""
        today = company._recouvrement_today()
        lines = self.env['recouvrement.ledger'].sudo()._open_lines(company, today, today)
        left_out = self.env['account.move.line'].sudo().browse(
            [line.id for line in lines if line.no_followup and line.residual > 0])
        general = left_out.filtered(lambda line: line.journal_id.type == 'general')
        return self.env['account.move.line'].browse(general.ids)

    @api.model
    def _checks(self, company):
        """What to look at before the first night: [{label, detail, ok}]."""
        return [self._check_bank(company), self._check_account(company), self._check_mail(company), self._check_links(company),
                self._check_texts(company), self._check_regimes(company), self._check_other_tools()]

    @api.model
    def _check_bank(self, company):
        today = company._recouvrement_today()
        news = self.env['recouvrement.ledger'].sudo()._bank_news(company, today)
        what = self.env._("last bank line") if news.source == 'statement' else self.env._("last receipt recorded")
        detail = self.env._("no receipt in the books")
        if news.day:
            detail = self.env._("%(what)s: %(date)s", what=what, date=format_date(self.env, news.day))
        return {'label': self.env._("Bank up to date"), 'detail': detail, 'ok': not company._recouvrement_bank_stale(today, news)}

    @api.model
    def _check_account(self, company):
        """The account that each reminder prints, with its code for banking apps."""
        account = company._recouvrement_bank_account()
        detail = account.acc_number if account else self.env._("no bank account: reminders cannot say where to pay")
        return {'label': self.env._("Account to pay to"), 'detail': detail, 'ok': bool(account)}

    @api.model
    def _check_mail(self, company):
        server = self.env['ir.mail_server'].sudo().search_count([], limit=1)
        detail = [] if server else [self.env._("no outgoing mail server")]
        if not company.email:
            detail.append(self.env._("the company has no e-mail address"))
        if not company.alias_domain_id:
            detail.append(self.env._("no alias domain: answers will not reach the cases"))
        return {'label': self.env._("E-mail"), 'detail': ', '.join(detail), 'ok': not detail}

    @api.model
    def _check_links(self, company):
        """Links and codes of the messages are made with the address of this server: customers must be able to open it."""
        address = company.get_base_url()
        local = _only_here(urlsplit(address).hostname or '')
        detail = self.env._("%(address)s opens on this machine only: the links and payment codes of the messages would not work "
                            "(system parameter web.base.url)", address=address) if local else address
        return {'label': self.env._("Links in the messages"), 'detail': detail, 'ok': not local}

    @api.model
    def _check_texts(self, company):
        plans = self.env['recouvrement.plan'].sudo().search(self.env['recouvrement.plan']._check_company_domain(company))
        problems = [problem for problem in plans.level_ids._broken_levels().values() if problem]
        return {'label': self.env._("Texts of the levels"), 'detail': ' '.join(problems), 'ok': not problems}

    @api.model
    def _check_regimes(self, company):
        count = self.env['recouvrement.case'].sudo().search_count(
            [('company_id', '=', company.id), ('partner_id.recouvrement_regime', '=', False), ('item_ids.state', '=', 'open')])
        detail = self.env._("%(count)s customers to classify: their penalties wait", count=count) if count else ''
        return {'label': self.env._("Regime of the customers"), 'detail': detail, 'ok': not count}

    @api.model
    def _check_other_tools(self):
        others = self.env['ir.module.module'].sudo().search([('name', 'in', OTHER_TOOLS), ('state', '=', 'installed')])
        detail = self.env._("also installed: %(modules)s. Switch their reminders off first, customers would get two.",
                            modules=', '.join(others.mapped('shortdesc'))) if others else ''
        return {'label': self.env._("No other tool sends reminders"), 'detail': detail, 'ok': not others}

    # === BUTTONS === #

    def action_include(self):
        """Follow the entries of the list, and look again."""
        self.ensure_one()
        if not self.opening_ids:
            raise UserError(self.env._("No entry is left out of the follow-up."))
        self.include_entries(self.opening_ids.ids)
        return self.env['ir.actions.act_window']._for_xml_id('recouvrement_plus.recouvrement_activation_action')

    def action_start(self):
        """Start: quietly when asked, then the nights."""
        self.ensure_one()
        self.env['recouvrement.run']._check_user('manager', self.company_id)
        message = self.env._("The follow-up has started.")
        if self.quiet:
            levels = {str(line.case_id.id): line.level_id.id for line in self.line_ids if line.level_id != line.proposed_id}
            result = self.start_quietly(self.company_id.id, levels)
            message = self.env._("The follow-up has started. Customers who entered without any message: %(count)s",
                                 count=result['customers'])
        if not self.follows_root:
            self.company_id.sudo().recouvrement_working_days = self.working_days
            if self.office_hours:
                self.company_id.sudo().write({'recouvrement_email_from': 8, 'recouvrement_email_to': 19})
        self.env.ref('recouvrement_plus.ir_cron_recouvrement_score_first').sudo()._trigger()
        if self.night:
            self.company_id.sudo().recouvrement_night = True
        return {'type': 'ir.actions.client', 'tag': 'display_notification', 'params': {
            'type': 'success', 'message': message, 'next': {'type': 'ir.actions.act_window_close'}}}


class RecouvrementActivationLine(models.TransientModel):
    _name = 'recouvrement.activation.line'
    _inherit = 'recouvrement.window'
    _description = "Customer late at the start"
    _order = 'amount desc, id'

    activation_id = fields.Many2one('recouvrement.activation', required=True, ondelete='cascade')
    case_id = fields.Many2one('recouvrement.case', string="Customer", required=True, readonly=True, ondelete='cascade')
    currency_id = fields.Many2one(related='activation_id.currency_id')
    days_late = fields.Integer(readonly=True)
    amount = fields.Monetary(string="Overdue", readonly=True)
    plan_id = fields.Many2one(related='case_id.plan_used_id')
    proposed_id = fields.Many2one('recouvrement.plan.level', readonly=True)
    level_id = fields.Many2one(
        'recouvrement.plan.level', string="Would start at", domain="[('plan_id', '=', plan_id), ('formal_notice', '=', False)]")
