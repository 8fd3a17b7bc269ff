"""What an instalment agreement does to the penalties: they go on, they stop while it is kept, or they are dropped at its end."""
from odoo import api, models
from odoo.tools import format_date

from ..engine.delays import AgreedDelay


class RecouvrementEngine(models.AbstractModel):
    _inherit = 'recouvrement.engine'

    @api.model
    def _debtor_events(self, company, moves):
        """An agreement that freezes the penalties of an invoice does so from its signature until it ends."""
        events = super()._debtor_events(company, moves)
        agreements = self.env['recouvrement.agreement'].sudo().search([
            ('company_id', '=', company.id), ('item_ids.move_id', 'in', moves.ids), ('date_signed', '!=', False),
            ('interest_mode', '=', 'frozen')], order='date_signed, id')
        for agreement in agreements:
            if agreement.partner_id.recouvrement_regime == 'public':
                continue  # classified since: a waiver of its penalties is void (CCP art. L2192-14)
            delay = AgreedDelay(agreement.date_signed, agreement._frozen_until())
            for move in agreement.item_ids.move_id & moves:
                events[move.id]['agreed_delays'] = (*events[move.id].get('agreed_delays', ()), delay)
        return events


class RecouvrementAgreement(models.Model):
    _inherit = 'recouvrement.agreement'

    def _frozen_until(self):
        """The last day that the agreement covers, None while it runs. A lapse ends it on the day of the missed payment."""
        if self.state == 'running':
            return None
        missed = self._missed_line()
        last = missed.date if self.state == 'lapsed' and missed else self.date_end
        return max(last, self.date_signed)

    def _tell_end(self, state):  # pylint: disable=missing-return
        super()._tell_end(state)
        if state == 'kept' and self.interest_mode == 'waived' and self.partner_id.recouvrement_regime not in (False, 'public'):
            self._drop_penalties()

    def _drop_penalties(self):
        """Waive, in the name of who agreed, the penalties of these invoices that are claimed or not claimed yet, not billed."""
        Penalty, moves = self.env['recouvrement.penalty'], self.item_ids.move_id
        Penalty._claim(self.case_id, moves, self.date_end, {})
        claims = Penalty.search(
            [('case_id', '=', self.case_id.id), ('state', '=', 'claimed'), ('line_ids.move_id', 'in', moves.ids)])
        reason = self.env._("Instalment agreement of %(day)s kept", day=format_date(self.env, self.date_signed))
        for claim in claims.filtered(lambda claim: claim.line_ids.move_id <= moves):
            claim._end({'state': 'waived', 'waived_by_id': self.user_id.id, 'waive_reason': reason})
