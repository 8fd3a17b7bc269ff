"""A declaration of claim is proposed as an interruption, with the declaration as its proof: the legal role records it."""
from odoo import api, fields, models


class RecouvrementLimitationEvent(models.Model):
    _inherit = 'recouvrement.limitation.event'

    source_declaration_id = fields.Many2one(
        'recouvrement.insolvency.event', string="Declaration", readonly=True, index='btree_not_null', ondelete='set null')

    _one_declaration = models.UniqueIndex(
        '(item_id, source_declaration_id) WHERE source_declaration_id IS NOT NULL',
        "This declaration is already proposed for the instalment.")

    @api.model
    def _propose_declarations(self, company):
        """Each declaration sent, for the instalments in it. It lasts until the closing, which the legal role records."""
        events = self.env['recouvrement.insolvency.event'].search([
            ('company_id', '=', company.id), ('limitation_kind', '=', 'claim_declaration')])
        standing = events.filtered(lambda event: event.insolvency_id.state != 'cancelled')
        known = self._known('source_declaration_id', standing)
        env = self.with_context(lang=company.partner_id.lang or self.env.lang).env
        note = env._("C. com. art. L622-25-1: article to be verified by counsel")
        return self.create([
            self._proposal(item, 'claim_declaration', event.day, 'declaration', source_declaration_id=event.id, note=note,
                           attachment_id=event._declaration().id)
            for event in standing for item in event._declared_items()
            if (item.id, event.id) not in known and item.state == 'open' and item.move_id])


class RecouvrementInsolvencyEvent(models.Model):
    _inherit = 'recouvrement.insolvency.event'

    def _declared_items(self):
        """The instalments that the declaration lists; none once another one was prepared: its lines are not what was sent."""
        if self.insolvency_id.event_ids.filtered(lambda event: event.action == 'prepare_declaration' and event.id > self.id):
            return self.env['recouvrement.item']
        lines = self.insolvency_id.line_ids.filtered(lambda line: not line.is_credit).move_line_id
        return self.env['recouvrement.item'].search([('move_line_id', 'in', lines.ids)])

    def _declaration(self):
        """The proof of the sending, else the declaration that was approved before it."""
        approved = self.insolvency_id.event_ids.filtered(
            lambda event: event.action == 'approve_declaration' and event.id < self.id).sorted('id')[-1:]
        return self.document_id or approved.attachment_id
