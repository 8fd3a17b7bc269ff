from odoo import api, fields, models
from odoo.exceptions import UserError


class RecouvrementReminderLine(models.Model):
    """One line of a reminder as it was claimed: the evidence, and the key that keeps a step from being sent twice.

    `moved` lines carry the key (item, level, cycle) while active; `listed` lines are other overdue instalments shown for
    the total; `credit` lines are unallocated credits deducted from it.
    """

    _name = 'recouvrement.reminder.line'
    _description = "Reminder line"
    _order = 'reminder_id, kind desc, date_maturity, id'
    _log_access = False  # who and when is on the reminder

    reminder_id = fields.Many2one('recouvrement.reminder', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='reminder_id.company_id')
    date = fields.Date(string="Night", required=True)
    item_id = fields.Many2one('recouvrement.item', string="Instalment", index='btree_not_null', ondelete='restrict')
    move_line_id = fields.Many2one('account.move.line', string="Journal item", ondelete='set null', index='btree_not_null')
    name = fields.Char(string="Document")
    kind = fields.Selection(
        selection=[('moved', "Claimed"), ('listed', "Also open"), ('credit', "Credit")], default='moved', required=True)
    level_id = fields.Many2one('recouvrement.plan.level', ondelete='restrict')
    level = fields.Integer(string="Rank")
    level_days = fields.Integer()
    cycle = fields.Integer(default=1)
    date_issued = fields.Date(string="Date")
    date_maturity = fields.Date(string="Due date")
    days_late = fields.Integer()
    currency_id = fields.Many2one(related='reminder_id.currency_id')
    amount_residual = fields.Monetary(string="Still owed", help="Without what is in dispute.")
    amount_disputed = fields.Monetary(string="In dispute", help="Not claimed by this message.")
    interest = fields.Monetary()
    indemnity = fields.Monetary()
    active = fields.Boolean(default=True)
    dropped_reason = fields.Char(help="Why the line was taken out before the message left.")
    dropped_label = fields.Char(string="Taken out because", compute='_compute_dropped_label')

    _key = models.UniqueIndex(
        "(item_id, level_id, cycle) WHERE active AND kind = 'moved'",
        "This instalment was already reminded at this level.")

    def _auto_init(self):
        """Company and currency were repeated on each line by earlier versions: PostgreSQL looked for both at each insertion."""
        result = super()._auto_init()
        self.env.cr.execute(
            "ALTER TABLE recouvrement_reminder_line DROP COLUMN IF EXISTS company_id, DROP COLUMN IF EXISTS currency_id")
        return result

    @api.depends('dropped_reason')
    @api.depends_context('lang')
    def _compute_dropped_label(self):
        for line in self:
            line.dropped_label = self.env['recouvrement.run']._any_reason_label(line.dropped_reason)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A reminder line is evidence: it is withdrawn, never deleted."))
