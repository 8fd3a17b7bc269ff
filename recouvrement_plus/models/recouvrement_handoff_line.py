"""One fact that an agency or a commissaire de justice reported: a note, or a proposal for a person. It books nothing."""
from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [('action', "Action taken"), ('receipt', "Money received"), ('commission', "Commission kept"),
         ('withdrawal', "File given back")]
STATES = [('noted', "Noted"), ('proposed', "To be looked at"), ('accepted', "Accepted"), ('refused', "Refused")]


class RecouvrementHandoffLine(models.Model):
    _name = 'recouvrement.handoff.line'
    _description = "Line of a return file"
    _order = 'date desc, id desc'

    handoff_id = fields.Many2one('recouvrement.handoff', required=True, readonly=True, index=True, ondelete='restrict')
    return_id = fields.Many2one('recouvrement.handoff.return', required=True, readonly=True, index=True, ondelete='restrict')
    proceeding_id = fields.Many2one('recouvrement.proceeding', required=True, readonly=True, index=True, ondelete='restrict')
    # found by the unique index that begins with it
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    partner_id = fields.Many2one(related='proceeding_id.partner_id', string="Customer")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    name = fields.Char(string="What was reported", readonly=True)
    external_id = fields.Char(string="Their number", readonly=True)
    digest = fields.Char(required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, index=True)
    decided_by_id = fields.Many2one('res.users', string="Decided by", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    reason = fields.Char(readonly=True)

    _once = models.Constraint('UNIQUE(company_id, digest)', "This line of a return file is recorded already.")

    @api.depends('kind', 'date')
    def _compute_display_name(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for line in self:
            line.display_name = f"{labels.get(line.kind, '')} ({line.date})"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("What was reported on a file stays recorded."))

    # === PUBLIC METHODS === #

    def accept(self):
        """A person agrees to what was reported. Money and commission are booked by the accountant, never from here; a file
        given back is taken back from the agency.

        :return: True
        :raises AccessError: without the manager or legal role, or for another company
        :raises UserError: for a line that is no proposal, or was decided
        """
        self._check_decider()
        for line in self.sudo():
            line._decide('accepted')
            if line.kind == 'withdrawal' and line.proceeding_id.state == 'agency':
                line.proceeding_id._take_step('recall_from_agency', {
                    'done_on': fields.Date.to_string(line.date), 'professional': line.handoff_id.professional_id.name,
                    'reference': line.external_id})
        return True

    def refuse(self, reason):
        """A person does not agree to what was reported.

        :param reason: why, in words
        :return: True
        :raises AccessError: without the manager or legal role, or for another company
        :raises UserError: without a reason, for a line that is no proposal, or was decided
        """
        self._check_decider()
        if not (reason or '').strip():
            raise UserError(self.env._("Say why it is refused."))
        for line in self.sudo():
            line._decide('refused', reason.strip())
        return True

    def _check_decider(self):
        if not self.env.user.has_group('recouvrement_plus.recouvrement_plus_group_legal'):
            self.env['recouvrement.run']._check_user('manager', self.company_id)
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')

    def _decide(self, state, reason=False):
        if self.state != 'proposed':
            raise UserError(self.env._("“%(line)s” is not waiting for a decision.", line=self.display_name))
        self.write({'state': state, 'decided_by_id': self.env.uid, 'decided_on': fields.Datetime.now(), 'reason': reason})
        labels = dict(self._fields['state']._description_selection(self.env))
        self.proceeding_id._message_log(body=" · ".join(filter(None, (self._words(), labels[state], reason or ''))))

    def _words(self):
        """The line as a note: who, what, how much."""
        labels = dict(self._fields['kind']._description_selection(self.env))
        amount = self.currency_id.format(self.amount) if self.amount else ''
        return " · ".join(filter(None, (
            self.handoff_id.professional_id.name, fields.Date.to_string(self.date), labels[self.kind], amount, self.name)))

    def action_accept(self):
        """Accept from the list."""
        return self.accept()

    def action_refuse(self):
        """Refuse from the list, in a word."""
        return self.refuse(self.env._("Not in accordance with our books"))
