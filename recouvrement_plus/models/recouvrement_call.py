"""A phone call with a customer: who, what was said, and what follows. Append-only."""
from odoo import api, fields, models
from odoo.exceptions import UserError

# Those whom nobody reached come last; the others count as a contact with the customer.
RESULTS = [
    ('promise', "Promises a payment"),
    ('announced', "Says that the payment has left"),
    ('agreement', "Asks for time to pay"),
    ('dispute', "Contests the debt"),
    ('not_received', "Has not received the invoice"),
    ('callback', "Asks to be called back"),
    ('refusal', "Refuses to pay"),
    ('informed', "Informed, nothing agreed"),
    ('wrong_contact', "Wrong contact or number"),
    ('voicemail', "Voicemail"),
    ('no_answer', "No answer"),
]
UNANSWERED = ('voicemail', 'no_answer')
UNREACHED = ('wrong_contact', *UNANSWERED)
#: After so many calls in a row that nobody answered, another way is tried.
ATTEMPTS = 3


class RecouvrementCall(models.Model):
    _name = 'recouvrement.call'
    _description = "Phone call"
    _order = 'date desc, id desc'

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='case_id.company_id', store=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id', store=True, index=True, string="Customer")
    contact_id = fields.Many2one('res.partner', string="Called", readonly=True, ondelete='restrict')
    phone = fields.Char(string="Number", readonly=True)
    said_by = fields.Char(string="Spoke with", readonly=True)
    date = fields.Date(required=True, readonly=True)
    user_id = fields.Many2one('res.users', string="By", required=True, readonly=True)
    result = fields.Selection(RESULTS, required=True, readonly=True, index=True)
    reached = fields.Boolean(readonly=True, help="Somebody of the customer was on the phone.")
    note = fields.Text(string="What was said", readonly=True)
    next_step = fields.Char(string="What comes next", readonly=True)
    next_date = fields.Date(string="On", readonly=True)
    reminder_id = fields.Many2one('recouvrement.reminder', readonly=True, ondelete='restrict', index='btree_not_null')
    promise_id = fields.Many2one('recouvrement.promise', readonly=True, ondelete='restrict', index='btree_not_null')
    dispute_ids = fields.Many2many('recouvrement.dispute', readonly=True)
    key = fields.Char(
        readonly=True,
        help="Name that the caller of the method gave, unique in the company: the same call told twice is kept once.")

    _one_key = models.UniqueIndex("(company_id, key) WHERE key IS NOT NULL", "This call is recorded already.")

    @api.depends('date', 'result')
    def _compute_display_name(self):
        labels = dict(self._fields['result']._description_selection(self.env))
        for call in self:
            call.display_name = labels.get(call.result, '')

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A call is kept with the history of the case: what was said is evidence."))

    def _plain(self):
        """The call as plain data."""
        self.ensure_one()
        text = fields.Date.to_string
        return {
            'id': self.id, 'date': text(self.date), 'result': self.result, 'reached': self.reached,
            'next_step': self.next_step or '', 'next_date': text(self.next_date) if self.next_date else '',
            'reminder_id': self.reminder_id.id or False, 'promise_id': self.promise_id.id or False,
            'dispute_ids': self.dispute_ids.ids}
