"""What an instalment agreement does to the penalties: they go on, they stop while it is kept, or they are dropped at its end."""
from odoo import api, models
from odoo.tools import SQL, format_date

from ..engine.delays import AgreedDelay


class RecouvrementEngine(models.AbstractModel):
    _inherit = 'recouvrement.engine'

    @api.model
    def _event_queries(self, company, move_ids):
        return super()._event_queries(company, move_ids) + [self._frozen_query(company, move_ids)]

    @api.model
    def _frozen_query(self, company, move_ids):
        """Agreements that freeze the penalties of an invoice; not those of a body classified as public since, of whom a waiver
        of penalties is void (CCP art. L2192-14)."""
        for model in ('recouvrement.agreement', 'res.partner'):
            self.env[model].flush_model()
        link = self.env['recouvrement.agreement']._fields['item_ids']
        return SQL(
            """
            SELECT DISTINCT item.move_id, 'agreement', agreement.date_signed, NULL::date, FALSE, agreement.id
              FROM recouvrement_agreement agreement JOIN %(link)s link ON link.%(agreement)s = agreement.id
              JOIN recouvrement_item item ON item.id = link.%(item)s
              JOIN res_partner partner ON partner.id = agreement.partner_id
             WHERE agreement.company_id = %(company)s AND agreement.date_signed IS NOT NULL
               AND agreement.interest_mode = 'frozen' AND partner.recouvrement_regime IS DISTINCT FROM 'public'
               AND item.move_id = ANY(%(moves)s)
            """, link=SQL.identifier(link.relation), agreement=SQL.identifier(link.column1), item=SQL.identifier(link.column2),
            company=company.id, moves=move_ids)

    @api.model
    def _add_events(self, events, found):  # pylint: disable=missing-return
        """An agreement freezes from its signature until it ends."""
        frozen = [event for event in found if event.kind == 'agreement']
        super()._add_events(events, [event for event in found if event.kind != 'agreement'])
        agreements = self.env['recouvrement.agreement'].sudo().browse({event.source for event in frozen})
        ends = {agreement.id: agreement._frozen_until() for agreement in agreements}
        for event in frozen:
            fields = events[event.move_id]
            fields['agreed_delays'] = (*fields.get('agreed_delays', ()), AgreedDelay(event.day, ends[event.source]))


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
