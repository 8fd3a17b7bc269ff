"""What a judge or a contract says about interest: an enforceable decision, time to pay, compounding. Each with its proof."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.delays import COURT_DELAY_YEARS, CourtDelay
from ..engine.errors import InconsistentInput

KINDS = [
    ('decision', "Enforceable decision"),
    ('delay', "Time to pay granted by a judge"),
    ('compounding', "Interest for a whole year bears interest"),
    ('long_contract', "Contract of a year or more: no judgment stops its interest"),
]
GROUNDS = [('decision', "A court decision"), ('contract', "A clause of the contract")]


class RecouvrementInterestFact(models.Model):
    """Recorded by the legal role with its proof, never changed: cancelled with a reason when it was wrong."""

    _name = 'recouvrement.interest.fact'
    _description = "Fact that changes the interest"
    _order = 'date desc, id desc'

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    partner_id = fields.Many2one('res.partner', string="Customer", required=True, readonly=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    ground = fields.Selection(GROUNDS, required=True, readonly=True, default='decision')
    move_ids = fields.Many2many('account.move', string="Invoices", readonly=True)
    date = fields.Date(
        required=True, readonly=True,
        help="Decision: the day it became enforceable, normally its service. Time to pay: its first day. Compounding: the day "
             "from which interest due for a whole year bears interest.")
    date_to = fields.Date(string="Last day", readonly=True, help="Of the time to pay, two years at most.")
    surcharge_remitted = fields.Boolean(
        string="Five points remitted", readonly=True, help="The judge exempted the debtor of the increase (CMF art. L313-3).")
    note = fields.Char(readonly=True)
    attachment_id = fields.Many2one('ir.attachment', string="Proof", required=True, readonly=True, ondelete='restrict')
    user_id = fields.Many2one('res.users', string="Recorded by", required=True, readonly=True)
    active = fields.Boolean(default=True, readonly=True)
    cancelled_by_id = fields.Many2one('res.users', readonly=True)
    cancel_reason = fields.Char(readonly=True)

    @api.depends('kind', 'partner_id')
    def _compute_display_name(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for fact in self:
            fact.display_name = f"{fact.partner_id.name} - {labels.get(fact.kind, '')}"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("What a judge or a contract says is evidence: it is cancelled with a reason, never deleted."))

    @api.model
    def _events_query(self, company, move_ids):
        """The facts of these invoices, for `recouvrement.engine._event_queries`."""
        self.flush_model()
        link = self._fields['move_ids']
        return SQL(
            """
            SELECT link.%(move)s, fact.kind, fact.date, fact.date_to, COALESCE(fact.surcharge_remitted, FALSE), fact.id
              FROM recouvrement_interest_fact fact JOIN %(link)s link ON link.%(fact)s = fact.id
             WHERE fact.active AND fact.company_id = %(company)s AND link.%(move)s = ANY(%(moves)s)
            """, link=SQL.identifier(link.relation), fact=SQL.identifier(link.column1), move=SQL.identifier(link.column2),
            company=company.id, moves=move_ids)

    @api.model
    def _add_event(self, fields, event):
        """Add a fact to the fields of the engine's `Claim`; `flag`: the five points were remitted."""
        if event.kind == 'delay':
            fields['court_delays'] = (*fields.get('court_delays', ()), CourtDelay(event.day, event.other_day))
        elif event.kind == 'compounding':
            fields.setdefault('compound_from', event.day)
        elif event.kind == 'long_contract':
            fields['interest_goes_on'] = True
        elif not event.flag:
            fields.setdefault('enforceable_since', event.day)

    # === PUBLIC METHODS === #

    @api.model
    def record(self, move_ids, kind, date, proof, date_to=None, ground='decision', surcharge_remitted=False, note=''):
        """Record what a judge or a contract says about the interest of some invoices of one customer.

        Nothing is deduced: a person of the legal role has read the document and attaches it. The same fact twice is one.

        :param move_ids: posted customer invoices of one customer in one company
        :param kind: `decision` (legal interest rises by five points two months later, CMF art. L313-3), `delay` (penalties
            are not incurred meanwhile, C. civ. art. 1343-5), `compounding` (C. civ. art. 1343-2) or `long_contract`
            (payment deferred by a year or more: an opening judgment does not stop the interest, C. com. art. L622-28)
        :param date: day it became enforceable, first day of the time to pay, or day from which interest compounds
        :param proof: {filename, datas (base64)}
        :param date_to: last day of the time to pay
        :param ground: `decision` or `contract`; a contract can only order compounding, and only between professionals
        :return: {id, case_id, kind, date, date_to, move_ids}
        :raises AccessError: without the legal role or for another company
        :raises UserError: contradictory facts, no proof, invoices of several customers
        """
        moves = self.env['account.move'].browse(move_ids).exists()
        self.env['recouvrement.run']._check_user('legal', moves.company_id)
        moves.check_access('read')
        parse = self.env['recouvrement.run']._parse_date
        vals = {'kind': kind, 'ground': ground, 'date': parse(date), 'date_to': parse(date_to) if date_to else False,
                'surcharge_remitted': bool(surcharge_remitted) and kind == 'decision', 'note': note or False}
        moves = moves.sudo()
        self._check_fact(moves, vals)
        partner, company = moves.commercial_partner_id, moves.company_id
        case = self.env['recouvrement.case'].sudo()._get_or_create(company, {partner.id})[partner.id]
        fact = self._same(case, moves, vals) or self.sudo().create({
            **vals, 'case_id': case.id, 'company_id': company.id, 'partner_id': partner.id, 'user_id': self.env.uid,
            'move_ids': [fields.Command.set(moves.ids)], 'attachment_id': self._proof(proof).id})
        fact.attachment_id.res_id = fact.attachment_id.res_id or fact.id
        return {'id': fact.id, 'case_id': case.id, 'kind': fact.kind, 'date': fields.Date.to_string(fact.date),
                'date_to': fields.Date.to_string(fact.date_to) or '', 'move_ids': fact.move_ids.ids}

    def cancel(self, reason):
        """Take back facts recorded by mistake; they stay in the history with the reason.

        :return: [{id, active}]
        :raises AccessError: without the legal role or for another company
        """
        self.env['recouvrement.run']._check_user('legal', self.company_id)
        self.check_access('read')
        if not (reason or '').strip():
            raise UserError(self.env._("Say why it is taken back: the reason stays in the history."))
        for fact in self.sudo().filtered('active'):
            fact.write({'active': False, 'cancelled_by_id': self.env.uid, 'cancel_reason': reason})
        return [{'id': fact.id, 'active': fact.active} for fact in self.sudo()]

    @api.model
    def _same(self, case, moves, vals):
        known = self.sudo().search([('case_id', '=', case.id), ('kind', '=', vals['kind']), ('date', '=', vals['date']),
                                    ('date_to', '=', vals['date_to']), ('ground', '=', vals['ground'])])
        return known.filtered(lambda fact: fact.move_ids == moves)[:1]

    @api.model
    def _check_fact(self, moves, vals):
        if vals['kind'] not in dict(KINDS) or vals['ground'] not in dict(GROUNDS):
            raise UserError(self.env._("“%(kind)s” is no fact that changes the interest.", kind=vals['kind']))
        if not moves or len(moves.commercial_partner_id) > 1 or len(moves.company_id) > 1:
            raise UserError(self.env._("Name the invoices concerned, of one customer and one company."))
        for move in moves:
            move._recouvrement_check_penalised()
        if vals['ground'] == 'contract' and vals['kind'] not in ('compounding', 'long_contract'):
            raise UserError(self.env._("The five points and time to pay stand on a court decision, not on a contract."))
        regime = moves.commercial_partner_id.recouvrement_regime
        if vals['ground'] == 'contract' and vals['kind'] == 'compounding' and regime != 'b2b':
            raise UserError(self.env._(
                "A clause makes interest compound between professionals only; for %(customer)s a court decision is needed.",
                customer=moves.commercial_partner_id.display_name))
        if vals['kind'] == 'delay':
            self._check_delay(vals)

    @api.model
    def _check_delay(self, vals):
        try:
            if not vals['date_to']:
                raise InconsistentInput(what='court_delay')
            CourtDelay(vals['date'], vals['date_to'])
        except InconsistentInput:
            raise UserError(self.env._(
                "A judge grants time to pay from a first to a last day, %(years)s years at most (C. civ. art. 1343-5).",
                years=COURT_DELAY_YEARS)) from None

    @api.model
    def _proof(self, proof):
        name, content = self.env['ir.attachment']._recouvrement_file(proof)
        if not content:
            raise UserError(self.env._("Attach the decision or the contract: what it says counts only with its proof."))
        return self.env['ir.attachment'].sudo().create({'name': name, 'raw': content, 'res_model': self._name})

    def action_cancel(self):
        """Ask the reason."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Take back"), 'res_model': 'recouvrement.interest.fact.step',
            'view_mode': 'form', 'target': 'new', 'context': {'default_fact_id': self.id}}
