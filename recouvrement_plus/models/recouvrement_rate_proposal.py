"""A value that waits for a person: read in a publication, or entered to correct a rate. It counts for nothing until then."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..engine.rates import ONE_DAY

KIND_SELECTION = [
    ('new', "New rate"), ('change', "Other value"), ('extend', "Known longer"), ('confirm', "Same value, official")]


class RecouvrementRateProposal(models.Model):
    """One proposed difference with `recouvrement.rate`. Statements read `recouvrement.rate` only."""

    _name = 'recouvrement.rate.proposal'
    _description = "Proposed legal rate"
    _order = 'date_from desc, code, id desc'
    _rec_name = 'source'

    code = fields.Selection(
        selection=lambda self: self.env['recouvrement.rate']._fields['code']._description_selection(self.env), string="Legal rate",
        required=True, default='ecb_mro')
    kind = fields.Selection(selection=KIND_SELECTION, required=True, readonly=True, default='new')
    rate_id = fields.Many2one('recouvrement.rate', compute='_compute_rate', string="Known rate")
    current_percent = fields.Float(string="Known (%)", digits=(6, 2), compute='_compute_rate')
    claim_count = fields.Integer(
        string="Claims made with the known value", compute='_compute_claim_count',
        help="They keep the figures they were made with.")
    date_from = fields.Date(required=True, help="First day on which the rate is in force.")
    date_to = fields.Date(required=True, help="Last day for which the source vouches.")
    percent = fields.Float(string="Rate (%)", digits=(6, 2), required=True, aggregator=None)
    source = fields.Char(required=True, help="Where the figure was read.")
    state = fields.Selection(
        selection=[('proposed', "To confirm"), ('accepted', "Confirmed"), ('refused', "Refused"), ('replaced', "Replaced")],
        default='proposed', required=True, readonly=True, index=True)
    decided_by_id = fields.Many2one('res.users', string="Decided by", readonly=True)
    decided_on = fields.Datetime(readonly=True)

    _one_open = models.UniqueIndex("(code, date_from) WHERE state = 'proposed'", "A proposal for this rate is already waiting.")
    _dates_in_order = models.Constraint('CHECK(date_to >= date_from)', "A rate cannot end before it starts.")
    _not_negative = models.Constraint('CHECK(percent >= 0)', "A legal rate is not negative.")

    @api.depends('code', 'date_from', 'kind', 'state')
    def _compute_rate(self):
        for proposal in self:
            rate = proposal._known()
            proposal.rate_id, proposal.current_percent = rate, rate.percent

    @api.depends('rate_id')
    def _compute_claim_count(self):
        for proposal in self:
            changed = proposal.kind == 'change' and proposal.rate_id
            proposal.claim_count = len(changed._claims()) if changed else 0

    def _known(self):
        """The known row that starts on the same day."""
        return self.env['recouvrement.rate'].search([('code', '=', self.code), ('date_from', '=', self.date_from)], limit=1)

    # === GUARDS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            decided = ('kind', 'state', 'decided_by_id', 'decided_on')
            vals_list = [{name: value for name, value in vals.items() if name not in decided} for vals in vals_list]
        proposals = super().create(vals_list)
        if not self.env.su:
            for proposal in proposals:
                proposal.sudo().kind = proposal._kind()
        return proposals

    def _kind(self):
        """What a proposal entered by a person does to the known rates."""
        rate = self._known()
        if not rate:
            return 'new'
        if f'{rate.percent:.2f}' != f'{self.percent:.2f}':
            return 'change'
        return 'extend' if self.date_to > rate.date_to else 'confirm'

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("Proposals are kept: refuse what is wrong."))

    # === PROPOSE === #

    @api.model
    def _propose(self, code, found, source):
        """Make proposals of differences (`engine.rate_watch.Proposed`) unless they wait already or were refused."""
        made = self.browse()
        for one in found:
            vals = {
                'code': code, 'kind': one.kind, 'date_from': one.date_from, 'date_to': one.date_to, 'percent': float(one.percent)}
            if self.search_count(Domain.AND(Domain(name, '=', value) for name, value in vals.items())
                                 & Domain('state', 'in', ('proposed', 'refused')), limit=1):
                continue
            waiting = self.search([('code', '=', code), ('date_from', '=', one.date_from), ('state', '=', 'proposed')])
            waiting.write({'state': 'replaced', 'decided_by_id': self.env.uid, 'decided_on': fields.Datetime.now()})
            waiting.flush_recordset()
            made |= self.create({**vals, 'source': source})
        return made

    # === DECIDE === #

    def confirm(self):
        """Take proposals over into the rates, oldest first; from then on statements use them. Managers only.

        :return: [{id, state}]
        :raises UserError: when a proposal was decided already, or the rates changed since so that it makes no sense
        """
        self._decide('accepted')
        for proposal in self.sudo().sorted('date_from'):
            proposal._apply()
        return [{'id': proposal.id, 'state': proposal.state} for proposal in self]

    def refuse(self):
        """Turn proposals down: the same values are not proposed again. Managers only.

        :return: [{id, state}]
        """
        self._decide('refused')
        return [{'id': proposal.id, 'state': proposal.state} for proposal in self]

    def action_confirm(self):
        """The button of `confirm`."""
        self.confirm()
        return True

    def action_refuse(self):
        """The button of `refuse`."""
        self.refuse()
        return True

    def _decide(self, state):
        self.env['recouvrement.run']._check_user('manager')
        self.check_access('read')
        self.sudo().lock_for_update()
        if self.filtered(lambda proposal: proposal.state != 'proposed'):
            raise UserError(self.env._("This proposal is decided already."))
        self.sudo().write({'state': state, 'decided_by_id': self.env.uid, 'decided_on': fields.Datetime.now()})

    def _apply(self):
        rate, vals = self._known(), {'percent': self.percent, 'source': self.source, 'confirmed': True}
        if self.kind == 'new' and not rate:
            self._make_room()
            rate.create({**vals, 'code': self.code, 'date_from': self.date_from, 'date_to': self.date_to})
        elif self.kind != 'new' and rate and (self.kind == 'change' or f'{rate.percent:.2f}' == f'{self.percent:.2f}'):
            rate.write({**vals, 'date_to': max(rate.date_to, self.date_to)})
        else:
            raise UserError(self.env._(
                "The rates changed since “%(publication)s” was read: refuse this proposal and look the publication up again.",
                publication=self.source))

    def _make_room(self):
        """A new rate ends the one that was thought to go on."""
        running = self.env['recouvrement.rate'].search([
            ('code', '=', self.code), ('date_from', '<', self.date_from), ('date_to', '>=', self.date_from)])
        running.write({'date_to': self.date_from - ONE_DAY})
