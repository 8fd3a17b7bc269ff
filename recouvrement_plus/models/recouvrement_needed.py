"""Shipped records that the product finds by their name: renamed, archived and changed at will, they are not deleted."""
from odoo import api, models
from odoo.exceptions import UserError

# Of the texts only these are found by their name; the others belong to the levels of the plans, which may go.
NEEDED_TEMPLATES = ('mail_template_correction', 'mail_template_thanks')


class RecouvrementNeeded(models.AbstractModel):
    _name = 'recouvrement.needed'
    _description = "Record that the product needs"

    @api.model
    def _needed_domain(self):
        return [('model', '=', self._name), ('module', '=like', 'recouvrement_plus%')]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_needed(self):
        shipped = self.env['ir.model.data'].sudo().search([*self._needed_domain(), ('res_id', 'in', self.ids)], limit=1)
        if shipped:
            raise UserError(self.env._(
                "“%(name)s” belongs to the follow-up of receivables, which cannot work without it: archive or change it instead.",
                name=self.browse(shipped.res_id).display_name))


class MailActivityType(models.Model):
    _name = 'mail.activity.type'
    _inherit = ['mail.activity.type', 'recouvrement.needed']


class MailTemplate(models.Model):
    _name = 'mail.template'
    _inherit = ['mail.template', 'recouvrement.needed']

    @api.model
    def _needed_domain(self):
        return [*super()._needed_domain(), ('name', 'in', NEEDED_TEMPLATES)]


class IrCron(models.Model):
    _name = 'ir.cron'
    _inherit = ['ir.cron', 'recouvrement.needed']


class IrSequence(models.Model):
    _name = 'ir.sequence'
    _inherit = ['ir.sequence', 'recouvrement.needed']


class IrRule(models.Model):
    _inherit = 'ir.rule'

    @api.model
    def _recouvrement_make_updatable(self):
        """Rules of versions before were loaded once for all: a rule that was corrected since would never arrive."""
        kept = self.env['ir.model.data'].sudo().search([
            ('model', '=', 'ir.rule'), ('module', '=like', 'recouvrement_plus%'), ('noupdate', '=', True)])
        kept.noupdate = False
        kept.flush_recordset()
