"""The concession: principal paid within some days, penalties dropped. It lapses by itself."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

# A payment booked late counts for its value date: a lapsed concession is looked at again for this time.
LATE_BOOKING_DAYS = 60


class RecouvrementConcession(models.Model):
    _name = 'recouvrement.concession'
    _description = "Concession on penalties"
    _order = 'date desc, id desc'

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='case_id.company_id', store=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id')
    date = fields.Date(string="Offered on", required=True, readonly=True)
    date_to = fields.Date(string="Principal paid by", required=True, readonly=True, help="This day included, by value date.")
    user_id = fields.Many2one('res.users', string="Offered by", required=True, readonly=True)
    line_ids = fields.Many2many('account.move.line', string="Instalments", readonly=True)
    date_kept = fields.Date(string="Penalties dropped on", readonly=True)
    state = fields.Selection(
        selection=[('running', "Running"), ('kept', "Kept"), ('lapsed', "Lapsed")], compute='_compute_state')

    @api.depends('date_to', 'date_kept')
    def _compute_state(self):
        for concession in self:
            today = concession.company_id._recouvrement_today()
            open_state = 'running' if concession.date_to and concession.date_to >= today else 'lapsed'
            concession.state = 'kept' if concession.date_kept else open_state

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A concession is kept with the history of the case: it lapses by itself."))

    @api.model
    def _settle(self, company, as_of):
        """Drop the penalties of the concessions whose principal was paid in time; the others lapse without a word.

        :return: {partner id: error} of those that could not be looked at
        """
        return self.env['recouvrement.run']._settle_apart(self._to_settle(company, as_of), as_of)

    @api.model
    def _to_settle(self, company, as_of):
        return self.search([
            ('company_id', '=', company.id), ('date_kept', '=', False), ('date', '<=', as_of),
            ('date_to', '>=', fields.Date.subtract(as_of, days=LATE_BOOKING_DAYS))])

    def _line_ids(self):
        return self.line_ids.ids

    def _settle_one(self, as_of, known):
        if self._is_kept(as_of, known) and self.partner_id.recouvrement_regime != 'public':
            self._drop_penalties(as_of)

    def _is_kept(self, as_of, known):
        """Whether all instalments of the offer were settled by its last day, by what is known to have reduced them."""
        last = min(as_of, self.date_to)
        return bool(self.line_ids) and all(
            line.currency_id.compare_amounts(
                float(sum(amount for day, amount, *_what in known.get(line.id, ()) if day <= last)), line.amount_currency) >= 0
            for line in self.line_ids)

    def _drop_penalties(self, as_of):
        """Waive, in the name of who offered, what is claimed on these invoices only, and what was not claimed yet."""
        moves = self.line_ids.move_id
        Penalty = self.env['recouvrement.penalty']
        self._part_from_others(moves)
        Penalty._claim(self.case_id, moves, as_of, {})
        claims = Penalty.search(
            [('case_id', '=', self.case_id.id), ('state', '=', 'claimed'), ('line_ids.move_id', 'in', moves.ids)])
        reason = self.env._("Concession of %(day)s: principal paid by %(limit)s", day=format_date(self.env, self.date),
                            limit=format_date(self.env, self.date_to))
        for claim in claims.filtered(lambda claim: claim.line_ids.move_id <= moves):
            claim._end({'state': 'waived', 'waived_by_id': self.user_id.id, 'waive_reason': reason})
        self.date_kept = as_of

    def _part_from_others(self, moves):
        """A claim that also counts other invoices is taken back and claimed again for them alone, up to its own day."""
        Penalty = self.env['recouvrement.penalty']
        mixed = Penalty.search(
            [('case_id', '=', self.case_id.id), ('state', '=', 'claimed'), ('line_ids.move_id', 'in', moves.ids)])
        for claim in mixed.filtered(lambda claim: claim.line_ids.move_id - moves):
            costs = claim.line_ids.filtered('cost')
            claim._end({'state': 'cancelled', 'cancelled_by_id': self.user_id.id, 'cancel_reason': self.env._(
                "Concession on a part of its invoices: claimed again for the others")})
            again = Penalty._claim(self.case_id, claim.line_ids.move_id - moves, claim.date, {})
            for line in costs.filtered(lambda line: line.move_id not in moves) if again else costs.browse():
                line.copy({'penalty_id': again[0].id})


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    concession_ids = fields.One2many('recouvrement.concession', 'case_id', string="Concessions", readonly=True)
    concession_date_to = fields.Date(string="Concession until", compute='_compute_concession_date_to')

    @api.depends('concession_ids.date_to', 'concession_ids.date_kept')
    def _compute_concession_date_to(self):
        for case in self:
            case.concession_date_to = case._running_concession().date_to

    def _running_concession(self, as_of=None):
        """The concession that holds on a day (today when left out), empty when there is none."""
        as_of = as_of or self.company_id._recouvrement_today()
        return self.sudo().concession_ids.filtered(
            lambda concession: not concession.date_kept and concession.date <= as_of <= concession.date_to)[:1]

    def offer_concession(self, days=None):
        """Offer to drop the penalties if the principal overdue today is paid within some days.

        Penalties that are not billed yet are dropped by themselves once it is; otherwise the offer lapses by itself. While
        it runs nothing is billed, and messages say so. Called twice while one runs, it returns that one.

        :param days: days from today, the company's setting when left out
        :return: [{case_id, concession_id, date_to, state}]
        :raises AccessError: for an officer: a manager offers
        :raises UserError: for a public body (CCP art. L2192-14), an unclassified customer, or when nothing is overdue
        """
        self.env['recouvrement.run']._check_user('manager', self.company_id)
        self.check_access('read')
        concessions = [case._running_concession() or case._offer_concession(days) for case in self.sudo()]
        return [{
            'case_id': concession.case_id.id, 'concession_id': concession.id,
            'date_to': fields.Date.to_string(concession.date_to), 'state': concession.state} for concession in concessions]

    def _offer_concession(self, days):
        if self.partner_id.recouvrement_regime == 'public':
            raise UserError(self.env._(
                "%(customer)s is a public body: a waiver of its penalties is void (CCP art. L2192-14), so is a promise of one.",
                customer=self.display_name))
        if not self.partner_id.recouvrement_regime:
            raise UserError(self.env._("%(customer)s is not classified: it may be a public body, whose penalties are not waived.",
                                       customer=self.display_name))
        today = self.company_id._recouvrement_today()
        days = self.company_id.recouvrement_concession_days if days is None else days
        if not isinstance(days, int) or days <= 0:
            raise UserError(self.env._("A concession gives a number of days, 1 or more."))
        self.env['recouvrement.item']._sync(self.company_id, self.partner_id)
        lines = self.open_item_ids.filtered(
            lambda item: item.date_maturity < today and not item.move_id.recouvrement_penalty_id).move_line_id
        if not lines:
            raise UserError(
                self.env._("%(customer)s has no overdue principal: there is nothing to wait for.", customer=self.display_name))
        billed = self.penalty_ids.filtered(
            lambda claim: claim.state == 'billed' and claim.line_ids.move_id & lines.move_id and not claim.reversed_by_hand)
        if billed:
            raise UserError(self.env._(
                "%(claims)s: billed already, which a concession does not drop. Waive or cancel first, or the promise would "
                "not be kept.", claims=", ".join(billed.mapped('name'))))
        return self.env['recouvrement.concession'].create({
            'case_id': self.id, 'date': today, 'date_to': fields.Date.add(today, days=days), 'user_id': self.env.uid,
            'line_ids': [fields.Command.set(lines.ids)]})

    def action_offer_concession(self):
        self.offer_concession()
        return True
