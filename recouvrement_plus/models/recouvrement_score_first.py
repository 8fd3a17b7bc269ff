"""The scores of a whole ledger, made once and in the background: the first night then scores only who changed."""
import logging

from odoo import api, fields, models, modules

_logger = logging.getLogger(__name__)


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_ledger_mark = fields.Json(
        string="Ledger read up to", readonly=True, groups='base.group_system',
        help="How far the ledger had come when its history was first read; the nights keep their own mark.")


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    @api.model
    def _cron_score_first(self):
        """Score the customers that no night has scored yet. Can be killed and run again: what is scored stays scored."""
        for company in self.env['res.company'].search([('active', '=', True)]):
            if self._waits_for_first_scores(company) and not self._score_first(company):
                return  # the time of the scheduled action is over: it is called again

    @api.model
    def _waits_for_first_scores(self, company):
        """Whether a company has customers to score and the nights have not taken over."""
        ours = [('company_id', '=', company.id)]
        taken_over = ['|', ('ledger_mark', '!=', False), ('state', '=', 'running')]
        return not self.env['recouvrement.run'].search_count([*ours, *taken_over], limit=1) and bool(
            self.search_count([*ours, ('score_date', '=', False)], limit=1))

    @api.model
    def _score_first(self, company):
        """Read the history, then score some customers at a time; return False when the time is over."""
        as_of, Outcome = company._recouvrement_today(), self.env['recouvrement.outcome']
        if not company.recouvrement_ledger_mark:
            self._read_first(company, as_of)
        partner_ids = self.search([('company_id', '=', company.id), ('score_date', '=', False)], order='partner_id').partner_id.ids
        source, left = Outcome._source(company), len(partner_ids)
        basis = self.env['recouvrement.engine']._score_basis(company, as_of, source)
        errors = {}
        for done in self._score_chunks(company, as_of, basis, source, partner_ids, errors):
            left -= done
            if not self._note_progress(done, left):
                return False
            if not self._waits_for_first_scores(company):
                break  # a night has begun: it scores the others itself
        for partner_id, error in errors.items():  # the night tries again, and names them in its journal
            _logger.warning("Customer %s of %s could not be scored: %s", partner_id, company.name, error)
        return True

    @api.model
    def _read_first(self, company, as_of):
        """Write the history of the whole ledger, and how far it goes: the first night reads on from there."""
        Ledger = self.env['recouvrement.ledger']
        evening = Ledger._evening(company, as_of)
        mark = Ledger._mark(company, as_of)
        self.env['recouvrement.outcome']._refresh(company, evening)
        company.recouvrement_ledger_mark = mark
        self._note_progress(0, self.search_count([('company_id', '=', company.id)]))

    @api.model
    def _note_progress(self, done, left):
        """Commit, say how far it is; return False when the scheduled action has no time left. Tests keep one transaction."""
        self.env.flush_all()
        return modules.module.current_test or self.env['ir.cron']._commit_progress(done, remaining=left) > 0
