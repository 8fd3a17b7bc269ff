"""Which penalty regime a customer falls under: what is stated, what is deduced, who accepted it. Never guessed."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..engine.debtors import DebtorFacts, Proposal, propose

OFFICER = 'recouvrement_plus.recouvrement_plus_group_officer'
REGIMES = [('b2b', "Company (professional)"), ('b2c', "Consumer"), ('public', "Public body")]
PUBLIC_KINDS = [
    ('state_local', "State, local authority, public establishment"), ('hospital', "Public hospital"),
    ('public_company', "Public company")]
FACTS = [
    ('legal_category', "legal category"), ('siret', "valid SIREN or SIRET"), ('vat', "valid French VAT number"),
    ('siren_series', "SIREN of the public series"), ('foreign_vat', "foreign VAT number"), ('person', "a person, no number"),
    ('name', "name only"), ('company', "company without number"), ('number', "number that does not check")]
# Who said it and when: written by this file only. Open to all who read contacts: core copies commercial fields as any user.
ORIGIN_FIELDS = (
    'recouvrement_regime_origin', 'recouvrement_regime_fact', 'recouvrement_regime_user_id', 'recouvrement_regime_date')


class ResPartner(models.Model):
    _inherit = 'res.partner'

    recouvrement_regime = fields.Selection(
        REGIMES, string="Penalty regime", tracking=True,
        help="Which law governs late payment: professionals C. com. art. L441-10, public bodies CCP art. R2192-10 ff, "
             "consumers the legal interest rate from the formal notice. Empty: not classified, penalties wait.")
    recouvrement_public_kind = fields.Selection(
        PUBLIC_KINDS, string="Kind of public body",
        help="Fixes the longest payment term: 30 days, 50 for public hospitals, 60 for public companies "
             "(CCP art. R2192-10, R2192-11).")
    recouvrement_legal_category = fields.Char(
        string="Legal category", size=4, groups=OFFICER,
        help="Four digits of the SIRENE register (catégorie juridique), when known: 5710 a SAS, 7210 a commune.")
    recouvrement_regime_origin = fields.Selection(
        [('stated', "Stated"), ('deduced', "Deduced")], string="Origin of the regime", readonly=True, copy=False)
    recouvrement_regime_fact = fields.Selection(FACTS, string="Deduced from", readonly=True, copy=False)
    recouvrement_regime_user_id = fields.Many2one(
        'res.users', string="Regime stated or accepted by", readonly=True, copy=False)
    recouvrement_regime_date = fields.Date(string="Regime stated or accepted on", readonly=True, copy=False)
    recouvrement_regime_origin_text = fields.Char(
        string="Where the regime comes from", compute='_compute_recouvrement_regime_origin_text', groups=OFFICER)
    recouvrement_proposed_regime = fields.Selection(
        REGIMES, string="Proposal", compute='_compute_recouvrement_proposal', store=True, groups=OFFICER)
    recouvrement_proposal_strength = fields.Selection(
        [('firm', "Firm"), ('weak', "Weak")], string="Strength", compute='_compute_recouvrement_proposal', store=True,
        groups=OFFICER,
        help="A weak proposal (a name, a company without number) is never accepted in bulk: a person states it.")
    recouvrement_proposal_fact = fields.Selection(
        FACTS, string="Because", compute='_compute_recouvrement_proposal', store=True, groups=OFFICER)
    recouvrement_amount_owed = fields.Monetary(
        string="Amount owed", compute='_compute_recouvrement_amount_owed', search='_search_recouvrement_amount_owed',
        groups=OFFICER, help="Open customer entries of the current company, credits deducted.")

    # === COMPUTE === #

    @api.depends('name', 'is_company', 'vat', 'company_registry', 'recouvrement_legal_category', 'parent_id')
    def _compute_recouvrement_proposal(self):
        for partner in self:
            found = partner._recouvrement_propose()
            partner.recouvrement_proposed_regime = found.regime or False
            partner.recouvrement_proposal_strength = found.strength or False
            partner.recouvrement_proposal_fact = found.fact or False

    def _recouvrement_propose(self):
        """The engine's proposal for a commercial entity; its contacts take what it has."""
        self.ensure_one()
        if self.parent_id and not self.is_company:
            return Proposal()
        return propose(DebtorFacts(
            self.name or '', self.is_company, self.company_registry or '', self.vat or '', self.recouvrement_legal_category or ''))

    @api.depends(*ORIGIN_FIELDS)
    def _compute_recouvrement_regime_origin_text(self):
        facts = dict(self._fields['recouvrement_regime_fact']._description_selection(self.env))
        for partner in self:
            values = {'who': partner.recouvrement_regime_user_id.sudo().name or '',
                      'day': format_date(self.env, partner.recouvrement_regime_date)}
            if partner.recouvrement_regime_origin == 'deduced':
                text = self.env._("Deduced (%(fact)s), accepted by %(who)s on %(day)s",
                                  fact=facts.get(partner.recouvrement_regime_fact, ''), **values)
            elif partner.recouvrement_regime_origin:
                text = self.env._("Stated by %(who)s on %(day)s", **values)
            else:
                text = False
            partner.recouvrement_regime_origin_text = text

    def _compute_recouvrement_amount_owed(self):
        rows = {}
        if self.ids:
            self._recouvrement_flush_owed()
            rows = dict(self.env.execute_query(SQL(
                "SELECT id, %s FROM res_partner WHERE id = ANY(%s)", self._recouvrement_owed_sql('res_partner'), list(self.ids))))
        for partner in self:
            partner.recouvrement_amount_owed = rows.get(partner.id, 0.0)

    def _recouvrement_flush_owed(self):
        self.env['account.move.line'].flush_model(
            ['amount_residual', 'reconciled', 'partner_id', 'account_id', 'company_id', 'parent_state'])

    @api.model
    def _recouvrement_owed_sql(self, alias):
        """What a customer owes the current company, as SQL: the list sorts on it, which core's `credit` cannot."""
        return SQL(
            """COALESCE((SELECT SUM(line.amount_residual) FROM account_move_line line
                 JOIN account_account account ON account.id = line.account_id AND account.recouvrement_role = 'collect'
                WHERE line.partner_id = %s.id AND line.company_id = %s AND line.parent_state = 'posted'
                  AND line.reconciled IS NOT TRUE), 0)""", SQL.identifier(alias), self.env.company.id)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr == 'recouvrement_amount_owed':
            self._check_field_access(self._fields[field_expr], 'read')
            self._recouvrement_flush_owed()
            return self._recouvrement_owed_sql(alias)
        return super()._field_to_sql(alias, field_expr, query)

    def _search_recouvrement_amount_owed(self, operator, value):
        if operator not in ('<', '>', '<=', '>='):
            return NotImplemented
        self._recouvrement_flush_owed()
        return [('id', 'in', SQL("(SELECT res_partner.id FROM res_partner WHERE %s %s %s)",
                                 self._recouvrement_owed_sql('res_partner'), SQL(operator), value))]

    # === ORIGIN === #

    def _commercial_fields(self):
        """Contacts take regime, kind and origin of their commercial entity."""
        return super()._commercial_fields() + ['recouvrement_regime', 'recouvrement_public_kind', *ORIGIN_FIELDS]

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create([self._recouvrement_without_forged(vals) for vals in vals_list])
        for partner, vals in zip(partners, vals_list, strict=True):
            if self._recouvrement_is_statement(vals) and partner.commercial_partner_id == partner:
                # pylint: disable-next=super-method-mismatch
                super(ResPartner, partner.sudo()).write(self._recouvrement_stated(vals['recouvrement_regime']))
        return partners

    def write(self, vals):
        """Whoever writes a regime states it; only this module's own acceptance says 'deduced'."""
        result = super().write(self._recouvrement_without_forged(vals))
        if self._recouvrement_is_statement(vals):
            super(ResPartner, self.sudo()).write(self._recouvrement_stated(vals['recouvrement_regime']))
        return result

    @api.model
    def _recouvrement_without_forged(self, vals):
        """The origin is a record of who acted: what a caller says of it is not taken."""
        return vals if self.env.su else {name: value for name, value in vals.items() if name not in ORIGIN_FIELDS}

    @api.model
    def _recouvrement_is_statement(self, vals):
        return 'recouvrement_regime' in vals and not (self.env.su and 'recouvrement_regime_origin' in vals)

    @api.model
    def _recouvrement_stated(self, regime, fact=False):
        """Values of the origin of a regime set now by the user."""
        return {
            'recouvrement_regime_origin': ('deduced' if fact else 'stated') if regime else False, 'recouvrement_regime_fact': fact,
            'recouvrement_regime_user_id': self.env.uid if regime else False,
            'recouvrement_regime_date': self.env.company._recouvrement_today() if regime else False}

    # === PUBLIC METHODS === #

    def recouvrement_accept_proposals(self):
        """Accept the firm proposals of unclassified customers; weak ones wait for a person's own statement.

        :return: {accepted: number of customers, left: [{partner_id, proposal, strength}]}
        :raises AccessError: without the officer role
        """
        self.env['recouvrement.run']._check_user('officer')
        self.check_access('read')
        customers = self.commercial_partner_id.sudo().filtered(lambda partner: not partner.recouvrement_regime)
        firm = customers.filtered(lambda partner: partner.recouvrement_proposal_strength == 'firm')
        groups = firm.grouped(lambda partner: (
            partner.recouvrement_proposed_regime, partner.recouvrement_proposal_fact, partner._recouvrement_propose().public_kind))
        for (regime, fact, kind), partners in groups.items():
            partners.write({
                'recouvrement_regime': regime, **self._recouvrement_stated(regime, fact),
                **({'recouvrement_public_kind': kind} if kind else {})})
        return {'accepted': len(firm), 'left': [{
            'partner_id': partner.id, 'proposal': partner.recouvrement_proposed_regime or '',
            'strength': partner.recouvrement_proposal_strength or ''} for partner in customers - firm]}

    def recouvrement_set_regime(self, regime, public_kind=None):
        """State the regime of these customers.

        :param regime: `b2b`, `b2c`, `public`, or False to take the classification back
        :param public_kind: `state_local`, `hospital`, `public_company`, for public bodies
        :return: {changed: number of customers}
        :raises AccessError: without the officer role
        :raises UserError: for a regime or a kind that does not exist
        """
        self.env['recouvrement.run']._check_user('officer')
        self.check_access('read')
        if (regime or False) not in (False, *dict(REGIMES)) or (public_kind or False) not in (False, *dict(PUBLIC_KINDS)):
            raise UserError(self.env._("“%(regime)s” is not a penalty regime: b2b, b2c or public.", regime=public_kind or regime))
        customers = self.commercial_partner_id.sudo()
        values = {'recouvrement_regime': regime or False, **self._recouvrement_stated(regime or False)}
        if public_kind or regime != 'public':
            values['recouvrement_public_kind'] = public_kind if regime == 'public' else False
        customers.write(values)
        return {'changed': len(customers)}

    def action_recouvrement_accept_proposals(self):
        """Button of the list: accept, say what is left."""
        result = self.recouvrement_accept_proposals()
        return self._recouvrement_notice(self.env._(
            "%(accepted)s customers classified as proposed; %(left)s left for you to decide.",
            accepted=result['accepted'], left=len(result['left'])))

    def action_recouvrement_set_b2b(self):
        return self._recouvrement_set_and_say('b2b')

    def action_recouvrement_set_b2c(self):
        return self._recouvrement_set_and_say('b2c')

    def action_recouvrement_set_public(self):
        return self._recouvrement_set_and_say('public')

    def _recouvrement_set_and_say(self, regime):
        result = self.recouvrement_set_regime(regime)
        return self._recouvrement_notice(self.env._("%(count)s customers classified.", count=result['changed']))

    @api.model
    def _recouvrement_notice(self, message):
        return {'type': 'ir.actions.client', 'tag': 'display_notification', 'params': {
            'message': message, 'type': 'success', 'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'}}}
