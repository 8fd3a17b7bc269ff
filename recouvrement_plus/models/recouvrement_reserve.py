from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .night_memo import once


class RecouvrementReserve(models.Model):
    """A credit set apart by a person: it does not pay what is owed, so it hides no overdue invoice."""

    _name = 'recouvrement.reserve'
    _description = "Reserved credit"
    _order = 'date_from desc, id desc'
    _rec_name = 'move_line_id'

    move_line_id = fields.Many2one('account.move.line', string="Credit", required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='move_line_id.company_id', store=True, index=True)
    case_id = fields.Many2one('recouvrement.case', required=True, index=True, ondelete='cascade')
    currency_id = fields.Many2one(related='move_line_id.currency_id')
    amount = fields.Monetary(string="Open credit", compute='_compute_amount')
    reason = fields.Selection(
        selection=[
            ('deposit', "Deposit for an open order"), ('disputed', "Disputed credit note"),
            ('rebate', "Year-end rebate"), ('other', "Other")], required=True)
    note = fields.Char()
    date_from = fields.Date(string="Since", required=True, default=lambda self: self.env.company._recouvrement_today())
    date_to = fields.Date(string="Until", help="Last day. Empty: until someone frees it.")
    user_id = fields.Many2one('res.users', string="Reserved by", default=lambda self: self.env.user, readonly=True)

    _dates_in_order = models.Constraint('CHECK(date_to IS NULL OR date_to >= date_from - 1)', "It ends before it starts.")

    @api.depends('move_line_id.amount_residual_currency')
    def _compute_amount(self):
        for reserve in self:
            reserve.amount = -reserve.sudo().move_line_id.amount_residual_currency

    @api.constrains('move_line_id', 'case_id')
    def _check_line(self):
        for reserve in self.sudo():
            line, case = reserve.move_line_id, reserve.case_id
            if line.partner_id.commercial_partner_id != case.partner_id or line.company_id != case.company_id:
                raise ValidationError(self.env._("This credit belongs to another customer or to another company."))
            if line.balance >= 0 and line.amount_currency >= 0:
                raise ValidationError(self.env._("Only a credit of the customer can be reserved."))

    def write(self, vals):
        """What a reserve said about past nights stays: only its end and its words can change once it has begun."""
        frozen = {'move_line_id', 'case_id', 'reason', 'date_from'} & set(vals)
        if frozen and not self.env.su and any(one.date_from < one.company_id._recouvrement_today() for one in self):
            raise UserError(self.env._("This reserved credit explains past nights: free it and reserve it anew instead."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A reserved credit explains past nights: it is freed, never deleted."))

    def action_free(self):
        """The credit pays what is owed again, from today."""
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        for reserve in self:
            yesterday = fields.Date.subtract(reserve.company_id._recouvrement_today(), days=1)
            reserve.date_to = max(yesterday, fields.Date.subtract(reserve.date_from, days=1))
        return True

    @api.model
    def _set_apart(self, company, as_of):
        """Credits that do not simply reduce what is owed, in one statement for a batch of decisions: (ids of the journal items
        reserved on a day, {journal item id: ids of the instalments of the formal notice or proceeding that deducts it already}).

        A formal notice that waits for its approval deducts them by its lines, a proceeding by `credit_ids`; neither does any
        more once nothing that it claims is open.
        """
        return once(self, ('set apart', company.id, as_of), lambda: self._read_set_apart(company, as_of))

    @api.model
    def _read_set_apart(self, company, as_of):
        for model in (self._name, 'recouvrement.reminder', 'recouvrement.reminder.line', 'recouvrement.item'):
            self.env[model].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT move_line_id, NULL::int[] FROM recouvrement_reserve
             WHERE company_id = %(company)s AND date_from <= %(day)s AND (date_to IS NULL OR date_to >= %(day)s)
             UNION ALL
            SELECT claim.credit, ARRAY_AGG(item.move_line_id)
              FROM (SELECT credit.move_line_id AS credit, moved.item_id AS item
                      FROM recouvrement_reminder reminder
                      JOIN recouvrement_reminder_line credit
                           ON credit.reminder_id = reminder.id AND credit.kind = 'credit' AND credit.active
                      JOIN recouvrement_reminder_line moved
                           ON moved.reminder_id = reminder.id AND moved.kind = 'moved' AND moved.active
                     WHERE reminder.state = 'draft' AND reminder.formal_notice AND reminder.company_id = %(company)s
                       AND reminder.date <= %(day)s
                     UNION ALL
                    %(claimed)s) AS claim
              JOIN recouvrement_item item ON item.id = claim.item AND item.state = 'open' AND item.move_line_id IS NOT NULL
             WHERE claim.credit IS NOT NULL GROUP BY claim.credit
            """, company=company.id, day=as_of, claimed=self.env['recouvrement.proceeding']._credits_query(company)))
        return ({credit for credit, claimed in rows if claimed is None},
                {credit: frozenset(claimed) for credit, claimed in rows if claimed is not None})


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    reserve_ids = fields.One2many('recouvrement.reserve', 'case_id', string="Reserved credits")
