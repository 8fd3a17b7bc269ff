"""How the follow-up is run is said once for a company and its branches: a branch has the settings of its root."""
from odoo import api, models
from odoo.exceptions import ValidationError

FOLLOWED = (
    'recouvrement_working_days', 'recouvrement_email_from', 'recouvrement_email_to', 'recouvrement_phone_from',
    'recouvrement_phone_to', 'recouvrement_person_calls', 'recouvrement_person_calls_max', 'recouvrement_thanks',
    'recouvrement_thanks_since', 'recouvrement_bank_check', 'recouvrement_bank_days', 'recouvrement_receipt_days',
    'recouvrement_reply_pause_days', 'recouvrement_grace_days', 'recouvrement_promise_max_days',
    'recouvrement_promise_grace_days', 'recouvrement_agreement_max_months', 'recouvrement_agreement_grace_days',
    'recouvrement_notice_days')


class ResCompany(models.Model):
    _inherit = 'res.company'

    @api.model_create_multi
    def create(self, vals_list):
        """A new branch begins with the settings of its root."""
        for vals in vals_list:
            if vals.get('parent_id'):
                root = self.sudo().browse(vals['parent_id']).root_id
                for name in FOLLOWED:
                    vals.setdefault(name, root[name])
        return super().create(vals_list)

    def write(self, vals):
        """The branches follow, all that changed at once."""
        result = super().write(vals)
        shared = {name: vals[name] for name in FOLLOWED if name in vals}
        roots = self.filtered(lambda company: not company.parent_id)
        if shared and roots:
            self.sudo()._recouvrement_branches(roots).write(shared)
        return result

    @api.model
    def _recouvrement_branches(self, roots):
        return self.with_context(active_test=False).search([('id', 'child_of', roots.ids), ('id', 'not in', roots.ids)])

    @api.constrains(*FOLLOWED)
    def _check_recouvrement_followed(self):
        for branch in self.sudo().filtered('parent_id'):
            other = next((name for name in FOLLOWED if branch[name] != branch.root_id[name]), None)
            if other:
                raise ValidationError(self.env._(
                    "“%(setting)s” is set in %(root)s: its branches follow.", root=branch.root_id.name,
                    setting=self.env['ir.model.fields']._get('res.company', other).field_description))

    @api.model
    def _recouvrement_align_branches(self):
        """Once, in a database of before, where a branch had values of its own that nobody had set, most of the time."""
        roots = self.sudo().with_context(active_test=False).search([('parent_id', '=', False)])
        for root in roots:
            self.sudo()._recouvrement_branches(root).write({name: root[name] for name in FOLLOWED})
