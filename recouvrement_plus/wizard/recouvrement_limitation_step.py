from odoo import api, fields, models

from ..models.recouvrement_limitation_event import KINDS, TITLES


class RecouvrementLimitationStep(models.TransientModel):
    """What a person states when proposing, recording, refusing, ending or revoking events of a limitation."""

    _name = 'recouvrement.limitation.step'
    _inherit = 'recouvrement.window'
    _description = "Step of a limitation event"

    action = fields.Selection(
        selection=[('propose', "Propose an event"), ('record', "Record with its proof"), ('refuse', "Refuse"),
                   ('end', "Record the end"), ('revoke', "Revoke")], required=True, readonly=True)
    event_ids = fields.Many2many('recouvrement.limitation.event', string="Events")
    move_id = fields.Many2one('account.move', string="Invoice")
    proven = fields.Boolean(compute='_compute_proven')
    kind = fields.Selection(KINDS, default='acknowledgement')
    title = fields.Selection(TITLES, string="Kind of title")
    item_ids = fields.One2many(related='move_id.recouvrement_item_ids')
    item_id = fields.Many2one('recouvrement.item', string="Instalment", domain="[('id', 'in', item_ids)]")
    date = fields.Date(string="Happened on", default=fields.Date.context_today)
    date_end = fields.Date(string="Ended on")
    void = fields.Boolean(string="It came to nothing", help="Withdrawn, lapsed or finally dismissed (C. civ. art. 2243).")
    note = fields.Char()
    reason = fields.Char()
    proof = fields.Binary(attachment=False)
    proof_name = fields.Char()

    @api.depends('event_ids')
    def _compute_proven(self):
        for step in self:
            step.proven = bool(step.event_ids) and all(step.event_ids.mapped('attachment_id'))

    @api.model
    def _open(self, action, events=None, move=None):
        label = dict(self._fields['action']._description_selection(self.env)).get(action)
        step = self.create({
            'action': action, 'event_ids': [fields.Command.set(events.ids if events else [])],
            'move_id': move.id if move else False})
        return {'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': step.id, 'view_mode': 'form', 'target': 'new',
                'name': label}

    def action_apply(self):
        self.ensure_one()
        proof = {'filename': self.proof_name, 'datas': self.proof.decode()} if self.proof else None
        if self.action == 'propose':
            self.move_id.recouvrement_propose_limitation_event(self.kind, self.date, {
                'item_id': self.item_id.id, 'date_end': self.date_end, 'note': self.note, 'proof': proof,
                'title': self.title if self.kind == 'title' else False})
        elif self.action == 'record':
            self.event_ids.record(proof)
        elif self.action == 'end':
            self.event_ids.end(self.date_end, self.void, proof)
        elif self.action == 'refuse':
            self.event_ids.refuse(self.reason)
        elif self.action == 'revoke':
            self.event_ids.revoke(self.reason)
        return {'type': 'ir.actions.act_window_close'}
