from odoo import api, fields, models
from odoo.exceptions import UserError

from .recouvrement_penalty import LIVE_STATES


class RecouvrementPenaltyLine(models.Model):
    """One slice of interest of one instalment, the fixed indemnity of one invoice, or a cost with its proof, as claimed."""

    _name = 'recouvrement.penalty.line'
    _description = "Penalty claim line"
    _order = 'penalty_id, move_id, date_from, id'

    penalty_id = fields.Many2one('recouvrement.penalty', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='penalty_id.company_id', store=True, index=True)
    state = fields.Selection(related='penalty_id.state', store=True)
    move_id = fields.Many2one('account.move', string="Invoice", index='btree_not_null', ondelete='set null')
    move_line_id = fields.Many2one('account.move.line', string="Instalment", index='btree_not_null', ondelete='set null')
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To")
    days = fields.Integer()
    currency_id = fields.Many2one(related='penalty_id.currency_id')
    base = fields.Monetary()
    rate = fields.Float(string="Rate (%)", digits=(6, 2), aggregator=None)
    interest = fields.Monetary()
    indemnity = fields.Monetary(string="Recovery indemnity")
    cost = fields.Monetary(string="Additional costs")
    name = fields.Char(string="Nature of the costs")
    attachment_id = fields.Many2one('ir.attachment', string="Proof", ondelete='restrict', index='btree_not_null')
    source = fields.Char()

    _cost_with_proof = models.Constraint(
        'CHECK(COALESCE(cost, 0) = 0 OR attachment_id IS NOT NULL)', "Additional costs are claimed with their proof.")

    # One live indemnity for each invoice, whatever the number of claims (C. com. art. D441-5: once per invoice).
    _one_indemnity = models.UniqueIndex(
        "(move_id) WHERE indemnity > 0 AND state IN ('claimed', 'billed', 'collected')",
        "The recovery indemnity of this invoice is already claimed.")

    @api.constrains('move_line_id', 'date_from', 'date_to', 'state')
    def _check_no_overlap(self):
        for line in self.filtered(lambda line: line.move_line_id and line.date_from and line.state in LIVE_STATES):
            if self.search_count([
                ('id', '!=', line.id), ('move_line_id', '=', line.move_line_id.id), ('state', 'in', LIVE_STATES),
                ('date_from', '<=', line.date_to), ('date_to', '>=', line.date_from)], limit=1):
                raise UserError(self.env._("Interest of this instalment is already claimed for a part of that period."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A penalty claim is evidence: it is waived, never deleted."))
