"""Insolvency proceedings of a customer: the judgment, who holds office, and the life of our claim in them.

The table of steps is in the engine (`insolvency_table`). Facts: `recouvrement_insolvency_facts`; what a step writes:
`…_effects`; what is declared: `…_claim`; what it changes for reminders and figures: `…_debtor`.
"""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine import insolvency
from ..engine.errors import EngineError
from .recouvrement_insolvency_codes import CLOSURES, KINDS, MISSIONS, STAGES, STATES, TERRITORIES

#: What `record_insolvency` takes.
RECORDED = ('kind', 'court', 'court_territory', 'court_reference', 'holder_id', 'administrator_id', 'mission', 'bodacc_reference',
            'security', 'note')


class RecouvrementInsolvency(models.Model):
    _name = 'recouvrement.insolvency'
    _description = "Insolvency proceedings of a customer"
    _inherit = ['recouvrement.track', 'mail.thread', 'mail.activity.mixin']
    _order = 'date_judgment desc, id desc'

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id', store=True, index=True, string="Customer")
    currency_id = fields.Many2one(related='company_id.currency_id')
    kind = fields.Selection(KINDS, string="Kind of proceedings", required=True, readonly=True)
    state = fields.Selection(STATES, string="Our claim", default='to_declare', required=True, readonly=True, index=True)
    stage = fields.Selection(STAGES, string="Proceedings", default='open', required=True, readonly=True)
    date_judgment = fields.Date(string="Opening judgment of", required=True, readonly=True)
    date_conversion = fields.Date(string="Converted on", readonly=True)
    court = fields.Char(required=True, readonly=True)
    court_territory = fields.Selection(
        TERRITORIES, readonly=True, string="Overseas territory of the court",
        help="Empty: metropolitan France. A creditor elsewhere than the court has four months to declare (C. com. art. R622-24).")
    court_reference = fields.Char(string="Number of the case", readonly=True)
    holder_id = fields.Many2one(
        'res.partner', string="Office-holder", readonly=True, ondelete='restrict',
        help="The mandataire judiciaire or the liquidator: receives the declarations of claims.")
    administrator_id = fields.Many2one('res.partner', readonly=True, ondelete='restrict')
    mission = fields.Selection(MISSIONS, string="Mission of the administrator", readonly=True)
    date_published = fields.Date(string="Published in the BODACC on", readonly=True)
    bodacc_reference = fields.Char(string="BODACC announcement", readonly=True)
    date_warned = fields.Date(
        string="Personal warning received on", readonly=True,
        help="A creditor with a published security or contract is warned in person: his time runs from then "
             "(C. com. art. L622-24).")
    date_declare = fields.Date(string="To declare by", readonly=True)
    security = fields.Char(
        string="Privilege or security", readonly=True, help="Its nature and date. Empty: an ordinary (unsecured) claim.")
    date_plan = fields.Date(string="Plan adopted on", readonly=True)
    date_closed = fields.Date(string="Closed on", readonly=True)
    closure = fields.Selection(CLOSURES, string="Closed because of", readonly=True)
    note = fields.Char(readonly=True)
    user_id = fields.Many2one('res.users', string="Recorded by", required=True, readonly=True)
    hold_id = fields.Many2one('recouvrement.hold', readonly=True, ondelete='set null')
    signatory_id = fields.Many2one('recouvrement.signatory', readonly=True, ondelete='restrict')
    line_ids = fields.One2many('recouvrement.insolvency.line', 'insolvency_id', string="Claim", readonly=True)
    event_ids = fields.One2many('recouvrement.insolvency.event', 'insolvency_id', string="Events", readonly=True)
    deadline_ids = fields.One2many('recouvrement.proceeding.deadline', 'insolvency_id', string="Deadlines", readonly=True)
    connected_line_ids = fields.Many2many(
        'account.move.line', string="Connected credits", readonly=True,
        help="Credits of after the judgment that a person found connected with earlier debts: they reduce these.")
    amount_declared = fields.Monetary(compute='_compute_amount_declared', store=True)
    amount_admitted = fields.Monetary(readonly=True)

    # === COMPUTE === #

    @api.depends('partner_id', 'kind', 'date_judgment')
    @api.depends_context('lang')
    def _compute_display_name(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for record in self:
            record.display_name = f"{record.partner_id.name or ''} - {labels.get(record.kind, '')}"

    @api.depends('line_ids.amount')
    def _compute_amount_declared(self):
        for record in self:
            record.amount_declared = sum(record.line_ids.mapped('amount'))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("Insolvency proceedings are kept with their events: cancelled when a mistake, never deleted."))

    # === RECORD === #

    @api.model
    def record(self, case_id, date_judgment, kind, court, document=None, source='', date_published=None, date_warned=None, **vals):
        """Record that insolvency proceedings were opened for a customer: what was born before is held from that day on.

        Running legal proceedings on these debts are stayed, the deadlines are set with their tasks.

        :param case_id: the customer's case
        :param date_judgment: day of the opening judgment
        :param kind: sauvegarde, sauvegarde_acceleree, redressement, liquidation or liquidation_simplifiee
        :param court: the court that opened them
        :param document: {filename, datas (base64)}: judgment, letter of the office-holder or announcement
        :param source: where it was read, in words, when there is no file (number of the BODACC announcement)
        :param date_published: day of publication in the BODACC, when it is known
        :param date_warned: receipt of the personal warning (published security or contract)
        :param vals: holder_id, administrator_id, mission, court_territory, court_reference, bodacc_reference, security, note
        :return: {id, deadlines: [{code, date, source}]}
        :raises AccessError: without the manager or the legal role
        :raises UserError: a day to come, no source, proceedings recorded already
        """
        case = self.env['recouvrement.case'].browse(case_id).exists()
        self._check_role('manager', case.company_id)
        case.check_access('read')
        unknown = sorted(set(vals) - set(RECORDED))
        if unknown:
            raise UserError(self.env._("This is no part of insolvency proceedings: %(names)s.", names=", ".join(unknown)))
        record = self.sudo()._record(case.sudo(), {
            **vals, 'date_judgment': date_judgment, 'date_published': date_published, 'date_warned': date_warned,
            'kind': kind, 'court': court}, document, source)
        return {'id': record.id, 'deadlines': record._deadline_rows()}

    def _record(self, case, vals, document, source):
        vals = self._checked_vals(case, vals)
        if not document and not (source or '').strip():
            raise UserError(self.env._("Give the judgment, the letter or the announcement, or say where it was read."))
        record = self.create({**vals, 'case_id': case.id, 'company_id': case.company_id.id, 'user_id': self.env.uid})
        record._hold()
        record._set_deadlines(insolvency.opening_deadlines(record._facts({})))
        record._event('record', 'to_declare', 'to_declare', {
            'reason': source, 'done_on': record.date_judgment, 'reference': record.bodacc_reference,
            'today': case.company_id._recouvrement_today()}, document=document)
        record._stay_proceedings()
        case._refresh_state(case.company_id._recouvrement_today())
        case._message_log(body=self.env._("Insolvency proceedings recorded: %(kind)s, judgment of %(day)s.",
                                          kind=record.display_name, day=format_date(self.env, record.date_judgment)))
        return record

    def _checked_vals(self, case, vals):
        """The values, typed.

        :raises UserError: days to come or before the judgment, unknown codes, a second record of open proceedings
        """
        blank = self.new({'company_id': case.company_id.id})
        values = {name: value for name, value in vals.items() if value}
        for name in ('date_judgment', 'date_published', 'date_warned'):
            if name in values:
                values[name] = blank._parse_past_date(name, values[name])
        if not values.get('date_judgment') or not (values.get('court') or '').strip():
            raise UserError(self.env._("The day of the opening judgment and the court are needed."))
        if any(values[name] < values['date_judgment'] for name in ('date_published', 'date_warned') if name in values):
            raise UserError(self.env._("Nothing is published or notified before the judgment: check the days."))
        for name, options in (('kind', KINDS), ('mission', MISSIONS), ('court_territory', TERRITORIES)):
            if values.get(name) and values[name] not in dict(options):
                raise UserError(self.env._("“%(value)s” is not one of: %(choices)s.", value=values[name], choices=", ".join(
                    code for code, _label in options)))
        if not values.get('kind'):
            raise UserError(self.env._("Say which kind of proceedings were opened."))
        for name in ('holder_id', 'administrator_id'):
            if name in values:
                values[name] = blank._parse_partner(name, values[name]).id
        if self.search_count([('case_id', '=', case.id), ('state', '!=', 'cancelled'), ('stage', '!=', 'closed')], limit=1):
            raise UserError(self.env._("Insolvency proceedings of this customer are recorded already: record what follows there."))
        return values

    # === STEPS === #

    def _take_step(self, action, stated):
        if not self.try_lock_for_update():
            raise UserError(self.env._("Someone is working on these proceedings at this moment. Try again."))
        facts, origin = self._facts(stated), self.state
        try:
            applied = insolvency.apply(origin, action, facts)
        except EngineError as error:
            raise UserError(self._refusal_text(action, error)) from error
        self._check_facts_asked(origin, action, stated)
        self._close_deadlines(applied.closes)
        self._set_deadlines(applied.deadlines, facts)
        self._note_facts(action, facts)
        attachment = self._effects(action, facts)
        self.write({'state': applied.target})
        self._event(action, origin, applied.target, facts, applied, attachment, facts.get('document'))
        self.case_id._refresh_state(self.company_id._recouvrement_today())
        return {'state': self.state, 'deadlines': self._deadlines_text(applied.deadlines)}

    # === CONNECTED CREDITS === #

    def connect_credits(self, line_ids, reason):
        """State that credits of after the judgment are connected with debts of before it: they reduce these.

        Setting off unconnected debts is forbidden (C. com. art. L622-7): without this decision they never do.

        :param line_ids: open credits of this customer (journal items)
        :param reason: why they are connected (same contract, correction of an earlier invoice)
        :return: {connected: [ids]}
        :raises AccessError: without the legal role
        :raises UserError: without a reason, or for a line that is no credit of this customer
        """
        self.ensure_one()
        self._check_role('legal', self.company_id)
        self.check_access('read')
        if not (reason or '').strip():
            raise UserError(self.env._("Say why these credits are connected: the reason stays in the history."))
        record = self.sudo()
        lines = self.env['account.move.line'].sudo().browse(line_ids).exists()
        wrong = lines.filtered(lambda line: (
            line.partner_id.commercial_partner_id != record.partner_id or line.company_id != record.company_id
            or line.parent_state != 'posted' or line.balance >= 0 or line.account_type != 'asset_receivable'))
        if not lines or wrong:
            raise UserError(self.env._("Choose posted credits of this customer: credit notes or payments on its account."))
        record.connected_line_ids |= lines
        record._event('connect_credits', record.state, record.state, {
            'reason': reason, 'reference': ", ".join(lines.mapped('move_name')), 'today': record.company_id._recouvrement_today()})
        return {'connected': record.connected_line_ids.ids}
