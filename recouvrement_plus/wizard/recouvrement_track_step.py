"""The windows of a track of legal steps: the list of what can be done now, and what a person states when taking a step."""
from odoo import api, fields, models


class RecouvrementTrackStep(models.AbstractModel):
    """What a person states with a step: the fields that the table asks for, typed."""

    _name = 'recouvrement.track.step'
    _inherit = 'recouvrement.window'
    _description = "Legal step"

    #: Field that leads to the record whose step it is.
    _link = ''

    company_id = fields.Many2one('res.company')
    currency_id = fields.Many2one(related='company_id.currency_id')
    asked = fields.Char(compute='_compute_row')
    required = fields.Char(compute='_compute_row')
    missing = fields.Char(string="Conditions not met", compute='_compute_row')
    source = fields.Char(string="Text", compute='_compute_row')
    unconfirmed = fields.Boolean(compute='_compute_row')
    sent_on = fields.Date(string="Sent on")
    done_on = fields.Date(string="Date of the act")
    reason = fields.Char()
    reference = fields.Char(string="Reference or number")
    cost = fields.Monetary()
    next_on = fields.Date(string="Next date")
    next_label = fields.Char(string="What the next date is for")
    document = fields.Binary()
    document_name = fields.Char()

    @api.depends(lambda self: ('action', self._link))
    def _compute_row(self):
        for step in self:
            record = step[step._link]
            row = record._rules.ROWS.get((record.state, step.action))
            step.asked = f",{','.join((*row.asks, *row.may_ask))}," if row else ','
            step.required = f",{','.join(row.asks)}," if row else ','
            step.source, step.unconfirmed = (row.source, not row.confirmed) if row else (False, False)
            found = [one for one in record.available_transitions() if one['action'] == step.action] if row else []
            step.missing = ", ".join(
                record._fact_label(name) for one in found for name in one['missing'] if name not in record._rules.STATED)

    def _stated(self):
        """The facts that the step asks for, as `apply_transition` takes them."""
        record = self[self._link]
        row = record._rules.ROWS.get((record.state, self.action))
        names = {*row.asks, *row.may_ask, *record._rules.ALWAYS} - {'document'} if row else set()
        facts = {name: self[name].id if isinstance(self[name], models.BaseModel) else self[name] for name in names if self[name]}
        if self.document:
            facts['document'] = {'filename': self.document_name or self.env._("Document"), 'datas': self.document.decode()}
        return facts

    def action_apply(self):
        self.ensure_one()
        self[self._link].apply_transition(self.action, self._stated())
        return {'type': 'ir.actions.act_window_close'}


class RecouvrementTrackOption(models.AbstractModel):
    """One row of what can be done now."""

    _name = 'recouvrement.track.option'
    _inherit = 'recouvrement.window'
    _description = "Possible legal step"
    _order = 'id'

    #: Field that leads to the record whose step it is.
    _link = ''

    target = fields.Char(string="Leads to")
    who = fields.Char(string="Who may")
    source = fields.Char(string="Text")
    warning = fields.Char()

    def action_choose(self):
        self.ensure_one()
        return self[self._link]._open_step(self.action)
