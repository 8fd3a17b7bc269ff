"""The life of a limitation event: anyone of the collection proposes, the legal role records, refuses, ends or revokes."""
from odoo import fields, models
from odoo.exceptions import UserError

from ..engine.limitation_rules import EVENT_KINDS
from .recouvrement_engine_limitation import FACT_KINDS


class RecouvrementLimitationEvent(models.Model):
    _inherit = 'recouvrement.limitation.event'

    # === PUBLIC METHODS === #

    def record(self, proof=None):
        """Record proposed events with their proof: from now on they count. One proof may serve several invoices.

        :param proof: id of an attachment that the user may read, or {filename, datas (base64)}; not needed for an event
            that was proposed with its proof
        :return: [{id, state, move_id, safe_expiry ('' while the time stands still)}]
        :raises AccessError: without the legal role or for another company
        :raises UserError: without proof; for an event already refused; for a payment that is matched no more
            (C. civ. art. 2238 to 2244)
        """
        self._check_legal()
        for event in self.filtered(lambda one: one.state != 'recorded'):
            event._check_state('proposed')
            event._check_source()
            vals = {'state': 'recorded', 'decided_by_id': self.env.uid, 'decided_on': fields.Datetime.now()}
            if proof or not event.attachment_id:
                vals['attachment_id'] = event._proof(proof).id
            event.sudo().write(vals)
        return self._applied()

    def refuse(self, reason):
        """Refuse proposed events: they never count. Kept with who, when and why.

        :return: as `record`
        :raises AccessError: without the legal role or for another company
        :raises UserError: without a reason, or for an event that is not proposed
        """
        return self._decide_against('proposed', 'refused', reason)

    def revoke(self, reason):
        """Take back recorded events that should not have been: they count no more. Kept with who, when and why.

        :return: as `record`
        :raises AccessError: without the legal role or for another company
        :raises UserError: without a reason, or for an event that is not recorded
        """
        return self._decide_against('recorded', 'revoked', reason)

    def end(self, day, void=False, proof=None):
        """Say when a recorded case or suspension ended, or that an action came to nothing. Once, with its proof.

        :param day: date or 'YYYY-MM-DD' of the end
        :param void: withdrawn, lapsed or finally dismissed: as if it had not been (C. civ. art. 2243)
        :param proof: as for `record`
        :return: as `record`
        :raises AccessError: without the legal role or for another company
        :raises UserError: without proof, for a day to come or before the beginning, for an event that has no end
        """
        self._check_legal()
        for event in self:
            event._check_state('recorded')
            vals = event._end_vals(day, void)
            event.sudo().write({**vals, 'ended_by_id': self.env.uid, 'end_attachment_id': event._proof(proof).id})
        return self._applied()

    # === CHECKS === #

    def _check_legal(self):
        self.env['recouvrement.run']._check_user('legal', self.company_id)
        self.check_access('read')
        if not self.sudo().try_lock_for_update() == self.sudo():
            raise UserError(self.env._("Someone is working on these events at this moment. Try again."))

    def _check_state(self, wanted):
        if self.state != wanted:
            labels = dict(self._fields['state']._description_selection(self.env))
            raise UserError(self.env._("“%(event)s” is in the state “%(state)s”: only what is “%(wanted)s” can be changed so.",
                                       event=self.display_name, state=labels[self.state], wanted=labels[wanted]))

    def _check_source(self):
        """A payment proposed by the software must still be matched with the instalment."""
        event = self.sudo()
        if event.source_line_id and not self.env['recouvrement.ledger']._still_matched(
                event.item_id.move_line_id, event.source_line_id):
            raise UserError(self.env._(
                "The payment is matched with %(invoice)s no more: it admits nothing. Refuse the proposal.",
                invoice=event.move_name))

    def _reason(self, reason):
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Give the reason: it is kept with the event."))
        return reason.strip()

    def _decide_against(self, wanted, state, reason):
        self._check_legal()
        reason = self._reason(reason)
        for event in self.filtered(lambda one: one.state != state):
            event._check_state(wanted)
            event.sudo().write({
                'state': state, 'reason': reason, 'decided_by_id': self.env.uid, 'decided_on': fields.Datetime.now()})
        return self._applied()

    def _end_vals(self, day, void):
        kind = EVENT_KINDS.get(self.kind)
        may_end = self.kind not in FACT_KINDS and (kind.effect == 'suspends' or kind.lasting or void and kind.judicial)
        if not may_end or self.date_end or self.void:
            raise UserError(self.env._("“%(event)s” has no end to record, or has it already.", event=self.display_name))
        day = self.company_id._recouvrement_past_day(day)
        if day < self.date:
            raise UserError(self.env._("“%(event)s” cannot end before it began.", event=self.display_name))
        return {'date_end': day, 'void': bool(void) and kind.judicial}

    def _applied(self):
        """Bring the dates of the instalments in step, and say what they are now."""
        for company, events in self.sudo().grouped('company_id').items():
            self.env['recouvrement.item']._refresh_limitation(company, events.move_id.ids)
        return [event._result() for event in self.sudo()]

    def _result(self):
        answer = self.move_id._recouvrement_limitation_of_invoice() if self.move_id else None
        expiry = answer.safe.expiry if hasattr(answer, 'safe') else None
        return {'id': self.id, 'state': self.state, 'move_id': self.move_id.id, 'safe_expiry': fields.Date.to_string(expiry) or ''}

    # === PUBLIC ACTIONS === #

    def action_step(self):
        """Open the window of one step (its code is in the context key `recouvrement_step`)."""
        return self.env['recouvrement.limitation.step']._open(self.env.context.get('recouvrement_step'), events=self)
