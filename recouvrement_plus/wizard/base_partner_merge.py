from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = 'base.partner.merge.automatic.wizard'

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merge the cases company by company first: core's generic update would break on, or delete, the second case."""
        self._recouvrement_merge_cases(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _recouvrement_merge_cases(self, src_partners, dst_partner):
        Case = self.env['recouvrement.case'].sudo()
        cases = Case.search([('partner_id', 'in', (src_partners | dst_partner).ids)])
        for _company, group in cases.grouped('company_id').items():
            kept = group.filtered(lambda case: case.partner_id == dst_partner)[:1] or group[:1]
            (group - kept)._merge_into(kept)
            if kept.partner_id != dst_partner:
                kept.partner_id = dst_partner
        self.env.flush_all()
