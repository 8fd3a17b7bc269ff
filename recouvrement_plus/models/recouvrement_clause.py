"""What the debtor accepted before any dispute: a dated clause with the proof of its acceptance."""
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class RecouvrementClause(models.Model):
    _name = 'recouvrement.clause'
    _description = "Contract clause"
    _order = 'date_accepted desc, id desc'
    _check_company_auto = True

    case_id = fields.Many2one('recouvrement.case', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='case_id.company_id', store=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    kind = fields.Selection(
        selection=[
            ('retention_of_title', "Retention of title"), ('acceleration', "Acceleration"), ('penalty', "Penalty clause"),
            ('jurisdiction', "Jurisdiction"), ('guarantee', "Guarantee")],
        required=True)
    date_accepted = fields.Date(string="Accepted on", required=True)
    date_end = fields.Date(string="Until", help="Last day on which an invoice issued is covered. Empty: no end.")
    proof = fields.Char(string="Proof of acceptance", required=True, help="Signed order, terms of sale signed, deed: where it is.")
    attachment_id = fields.Many2one('ir.attachment', string="Document", ondelete='restrict')
    document = fields.Binary(string="Signed document", related='attachment_id.datas')
    percent = fields.Float(string="Penalty (% of the principal)", digits=(6, 2))
    amount = fields.Monetary(string="Fixed penalty or guaranteed amount")
    court = fields.Char(string="Court chosen")
    guarantor = fields.Char()
    consumer_ok = fields.Boolean(
        string="Applies to this consumer", help="A penalty clause against a consumer may be unfair: stated by the legal role.")
    user_id = fields.Many2one('res.users', string="Recorded by", default=lambda self: self.env.user, readonly=True)

    _dates_in_order = models.Constraint(
        'CHECK(date_end IS NULL OR date_end >= date_accepted)', "A clause cannot end before it was accepted.")
    _not_negative = models.Constraint('CHECK(percent >= 0 AND amount >= 0)', "A penalty or guarantee is not negative.")

    @api.constrains('kind', 'percent', 'amount', 'court', 'guarantor')
    def _check_content(self):
        for clause in self:
            missing = {
                'penalty': not (clause.percent or clause.amount), 'jurisdiction': not clause.court,
                'guarantee': not clause.guarantor}.get(clause.kind)
            if missing:
                raise ValidationError(self.env._(
                    "Say what the clause fixes: the penalty (percentage or amount), the court, or the guarantor."))

    @api.model_create_multi
    def create(self, vals_list):
        """The document is a copy: nobody changes it afterwards, and nobody shows one that he may not read."""
        given = [self.env['ir.attachment'].browse(vals.get('attachment_id') or []) for vals in vals_list]
        for document in given:
            document.check_access('read')
        clauses = super().create([{**vals, 'attachment_id': False, 'user_id': self.env.uid} for vals in vals_list])
        for clause, document in zip(clauses, given, strict=True):
            if document:
                clause.sudo().attachment_id = document.sudo().copy({'res_model': self._name, 'res_id': clause.id})
        return clauses

    def write(self, vals):
        """A clause recorded is a fact: only its end can be added, once it is known."""
        if set(vals) - {'date_end'} and not self.env.su:
            raise UserError(self.env._("A clause recorded stays as it is: end it and record another one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A clause recorded stays in the file: end it instead."))

    def _covers(self, move):
        """Whether the clause was accepted when the invoice was issued."""
        issued = move.invoice_date or move.date
        return self.date_accepted <= issued and (not self.date_end or issued <= self.date_end)

    def _kind_label(self):
        return dict(self._fields['kind']._description_selection(self.env))[self.kind]
