"""From the legal track to the books: what ends as irrecoverable proposes its write-off; a person prepares it."""
from odoo import models
from odoo.tools import format_date

from ..engine.insolvency_table import LIQUIDATIONS


class RecouvrementProceeding(models.Model):
    _inherit = 'recouvrement.proceeding'

    def _take_step(self, action, stated):
        result = super()._take_step(action, stated)
        if self.state == 'irrecoverable':
            self._propose_write_off()
        return result

    def _propose_write_off(self):
        """A task on the case: look at the write-off of what this proceeding claimed."""
        self.case_id.activity_schedule(
            'recouvrement_plus.mail_activity_type_bad_debt', date_deadline=self.company_id._recouvrement_today(),
            summary=self.env._("Irrecoverable: prepare the write-off"), user_id=(self.case_id.user_id or self.env.user).id)

    def action_prepare_write_off(self):
        """The window of the case, for what this proceeding claimed."""
        self.ensure_one()
        self.env['recouvrement.run']._check_user('manager', self.company_id)
        action = self.env['ir.actions.act_window']._for_xml_id('recouvrement_plus.recouvrement_bad_debt_step_action')
        ground, day, words = self._bad_debt_ground()
        return action | {'context': {
            'default_case_id': self.case_id.id, 'default_proceeding_id': self.id, 'default_kind': 'write_off',
            'default_ground': ground, 'default_event_date': day, 'default_reason': words}}

    def _bad_debt_ground(self):
        """(ground, day since which it is irrecoverable, words) that the records show; who prepares the write-off may say otherwise.

        Nothing recorded makes the claim irrecoverable in the sense of CGI art. 272-1: `abandoned`, which recovers no VAT.
        """
        found = self.sudo().case_id.insolvency_id._bad_debt_ground()
        if found:
            return found
        if self.state == 'prescribed':
            return 'prescribed', False, False
        enforced = self.sudo().event_ids.filtered(lambda event: event.state_from == 'enforcement')[:1]
        return ('enforcement', enforced.day, False) if enforced else ('abandoned', False, False)

    def propose_write_off(self):
        """What writing off the claim of this proceeding would book, with the ground that its history shows. Writes nothing.

        :return: as `recouvrement.case.prepare_write_off`, with `ground`, `event_date` and `proceeding_id`; {} when nothing is owed
        :raises AccessError: for who is no manager of the company
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('manager', self.company_id)
        self.check_access('read')
        items = self.sudo().item_ids.filtered(lambda item: item.amount_residual > 0)
        if not items:
            return {}
        ground, day, _words = self._bad_debt_ground()
        preview = self.case_id.prepare_write_off(
            ground, {item.id: item.amount_residual for item in items}, event_date=day, preview=True)
        return {**preview, 'ground': ground, 'event_date': str(day or ''), 'proceeding_id': self.id}


class RecouvrementInsolvency(models.Model):
    _inherit = 'recouvrement.insolvency'

    def _bad_debt_ground(self):
        """As that of a proceeding, empty without insolvency proceedings.

        A liquidation makes the claim irrecoverable from the judgment that pronounces it, without waiting for its closing; in
        the other proceedings only a certificate does (BOI-TVA-DED-40-10-20).
        """
        if not self:
            return ()
        certificate = self.event_ids.filtered(lambda event: event.action == 'record_certificate').sorted('id')[-1:]
        if self.kind in LIQUIDATIONS:
            day = self.date_conversion or self.date_judgment
            return 'liquidation', day, self.env._("Judgment of liquidation of %(day)s, %(court)s", day=format_date(self.env, day),
                                                  court=self.court)
        if certificate:
            return 'certificate', certificate.day, self.env._(
                "Certificate of irrecoverability of %(day)s", day=format_date(self.env, certificate.day))
        return 'abandoned', False, False
