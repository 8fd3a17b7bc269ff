from odoo import api, fields, models


class RecouvrementSignatory(models.Model):
    """Who signs formal notices and requests: name, capacity, delegation, image of the signature."""

    _name = 'recouvrement.signatory'
    _description = "Signatory"
    _order = 'sequence, id'

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company, index=True)
    user_id = fields.Many2one('res.users', help="Signs what this user approves. Empty: what nobody else signs.")
    capacity = fields.Char(required=True, help="Manager, head of credit, lawyer …")
    delegation = fields.Char(help="By whom and since when the power to sign was delegated; empty for a legal representative.")
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="Until")
    signature = fields.Binary(attachment=True)

    @api.model
    def _of(self, company, user):
        """The signatory of what a user approves today: his own, else that of nobody in particular."""
        today = company._recouvrement_today()
        found = self.sudo().search([('company_id', '=', company.id), ('user_id', 'in', (user.id, False))]).filtered(
            lambda line: (not line.date_from or line.date_from <= today) and (not line.date_to or today <= line.date_to))
        return found.sorted(lambda line: (not line.user_id, line.sequence, line.id))[:1]
