"""The guarantor's file: who guarantees what, by which deed, until when, and the notices that are due to him.

Which notices the law makes due, and what their lack costs, was not read: each is entered by the legal role with its text.
"""
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

KINDS = [
    ('simple', "Simple surety"), ('joint', "Joint and several surety"), ('first_demand', "First demand guarantee"),
    ('other', "Other security")]
NOTICE_ACTIVITY = 'mail.mail_activity_data_todo'


class RecouvrementClause(models.Model):
    _inherit = 'recouvrement.clause'

    guarantor_id = fields.Many2one('res.partner', string="Contact of the guarantor", ondelete='restrict')
    guarantee_kind = fields.Selection(KINDS, string="Kind of guarantee", help="As the deed says.")
    date_expiry = fields.Date(string="To be called by", help="Last day on which the guarantee may be called, as the deed says. "
                              "Empty: the deed fixes none.")
    notice_ids = fields.One2many('recouvrement.guarantee.notice', 'clause_id', string="Notices to the guarantor")

    @api.constrains('kind', 'guarantee_kind', 'date_expiry', 'guarantor_id')
    def _check_guarantee(self):
        for clause in self:
            if clause.kind != 'guarantee' and (clause.guarantee_kind or clause.date_expiry or clause.guarantor_id):
                raise ValidationError(self.env._("Guarantor, kind and last day are those of a guarantee."))
            if clause.date_expiry and clause.date_expiry < clause.date_accepted:
                raise ValidationError(self.env._("A guarantee cannot end before it was given."))

    def _still_open(self):
        """Without the guarantees that may no longer be called."""
        return self.filtered(lambda clause: not clause.date_expiry or clause.date_expiry >= clause.company_id._recouvrement_today())


class RecouvrementGuaranteeNotice(models.Model):
    """What is due to a guarantor by a day, and when it was given."""

    _name = 'recouvrement.guarantee.notice'
    _description = "Notice to a guarantor"
    _order = 'date_due, id'

    clause_id = fields.Many2one('recouvrement.clause', string="Guarantee", required=True, index=True, ondelete='restrict')
    case_id = fields.Many2one(related='clause_id.case_id', store=True, index=True)
    company_id = fields.Many2one(related='clause_id.company_id', store=True, index=True)
    name = fields.Char(string="Notice", required=True)
    source = fields.Char(string="Text", help="Article or clause of the deed, as counsel gave it.")
    date_due = fields.Date(string="Due on", required=True)
    date_given = fields.Date(string="Given on", readonly=True)
    attachment_id = fields.Many2one('ir.attachment', string="Proof", readonly=True, ondelete='restrict')
    activity_id = fields.Many2one('mail.activity', readonly=True, ondelete='set null')

    @api.constrains('clause_id')
    def _check_clause(self):
        if self.clause_id.filtered(lambda clause: clause.kind != 'guarantee'):
            raise ValidationError(self.env._("A notice to a guarantor belongs to a guarantee."))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any({'date_given', 'attachment_id', 'activity_id'} & set(vals) for vals in vals_list):
            raise UserError(self.env._("A notice is given with its day and its proof: use “Given”."))
        notices = super().create(vals_list)
        notices.sudo()._plan_activity()
        return notices

    def write(self, vals):
        """What was given is a fact; its day and proof come from `mark_given` alone."""
        if not self.env.su and (self.filtered('date_given') or {'date_given', 'attachment_id', 'clause_id'} & set(vals)):
            raise UserError(self.env._("A notice is given with its day and its proof: use “Given”."))
        result = super().write(vals)
        if {'date_due', 'name'} & set(vals):
            self.sudo()._plan_activity()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A notice stays in the file of the guarantor."))

    def _plan_activity(self):
        """One task on the case, on the day."""
        for notice in self.filtered(lambda notice: not notice.date_given):
            notice.activity_id.unlink()
            notice.activity_id = notice.case_id.with_context(mail_activity_quick_update=True).activity_schedule(
                NOTICE_ACTIVITY, date_deadline=notice.date_due, user_id=(notice.case_id.user_id or self.env.user).id,
                summary=self.env._("Notice to the guarantor %(guarantor)s: %(notice)s", guarantor=notice.clause_id.guarantor,
                                   notice=notice.name))

    def mark_given(self, date, proof):
        """Record that the notice was given.

        :param date: date or 'YYYY-MM-DD', today at the latest
        :param proof: {filename, datas (base64)}
        :return: {id, date_given}; given already, it stays as it is
        :raises AccessError: without the legal role or for another company
        :raises UserError: for a day to come, or without proof
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('legal', self.company_id)
        self.check_access('write')
        notice = self.sudo()
        if not notice.date_given:
            day = notice.company_id._recouvrement_past_day(date)
            notice.write({'date_given': day, 'attachment_id': notice._keep(proof).id})
            notice.activity_id.unlink()
        return {'id': self.id, 'date_given': str(notice.date_given)}

    def _keep(self, proof):
        name, content = self.env['ir.attachment']._recouvrement_file(proof)
        if not name or not content:
            raise UserError(self.env._("The proof is a file: its name and its content."))
        return self.env['ir.attachment'].create({'name': name, 'raw': content, 'res_model': self._name, 'res_id': self.id})

    def action_mark_given(self):
        """Ask for the day and the proof."""
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'name': self.env._("Notice given"), 'res_model': 'recouvrement.guarantee.step',
                'view_mode': 'form', 'target': 'new', 'context': {'default_notice_id': self.id}}
