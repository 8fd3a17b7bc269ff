"""The work of a night: collect, decide, apply, in chunks that stand alone, safe to cut and to run again."""
import logging
import time
from collections import defaultdict

import psycopg2

from odoo import api, fields, models, modules
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

CHUNK = 500
# Namespace of the advisory locks of runs (any constant that nobody else uses).
LOCK_CLASS = 1380012112


class RecouvrementRun(models.Model):
    _inherit = 'recouvrement.run'

    @api.model
    def _cron_run_night(self):
        """Today's night of every company, and the nights that were cut. Called by the scheduled action."""
        self.env['recouvrement.reminder'].sudo()._mark_uncertain()
        self._commit()
        for company in self.env['res.company'].sudo().search([('active', '=', True)]):
            if not company._recouvrement_plan():
                continue
            self.sudo()._start(company, company._recouvrement_today())._work_apart()

    @api.model
    def _cron_finish_nights(self):
        """Go on with the nights that were cut. A past one is not: tonight's run catches up what it missed."""
        self.env['recouvrement.reminder'].sudo()._mark_uncertain()
        self._commit()
        for run in self.sudo().search([('state', '=', 'running')]):
            if run.replay or run.date == run.company_id._recouvrement_today():
                run._work_apart()

    def _work_apart(self):
        """Work one night; its trouble must not cost the others theirs: the journal stays `running`."""
        try:
            self._work(deadline=None)
        except Exception:
            _logger.exception("The collection night of %s stopped", self.company_id.name)
            self._rollback()

    @api.model
    def _start(self, company, day):
        """The run of a company and date, created once whoever asks first."""
        domain = [('company_id', '=', company.id), ('date', '=', day)]
        run = self.search(domain)
        if run:
            return run
        try:
            with self.env.cr.savepoint():
                run = self.create({'company_id': company.id, 'date': day, 'replay': day < company._recouvrement_today()})
            self._commit()
            return run
        except psycopg2.errors.UniqueViolation:
            self._rollback()  # another process was first: look again, in a transaction that sees it
            return self.search(domain)

    def _work(self, deadline):
        """Do the night, or what is left of it. Return False when the time ran out or someone else is at it."""
        self.ensure_one()
        if not self._lock():
            return False
        try:
            return self._work_locked(deadline)
        finally:
            self._unlock()

    def _work_locked(self, deadline):
        # A fresh transaction: what the previous holder of the lock committed must be seen.
        self._commit()
        self.env.invalidate_all()
        company, as_of, started = self.company_id, self.date, time.monotonic()
        if self.state == 'done' or not self.date_start:
            self._restart()
        partner_ids = self._prepare_ledger(company, as_of)
        todo = [partner for partner in partner_ids if partner > self.last_partner_id]
        for start in range(0, len(todo), CHUNK):
            self._chunk_or_one_by_one(todo[start:start + CHUNK])
            self.last_partner_id = todo[start:start + CHUNK][-1]
            self._commit()
            if deadline and time.monotonic() > deadline and start + CHUNK < len(todo):
                return False
        self.env['recouvrement.case'].search([('company_id', '=', company.id)])._refresh_state(as_of)
        self.env['recouvrement.case']._forget_held(company)
        self._note_bank_news()
        self.write({'state': 'done', 'date_end': fields.Datetime.now(), 'duration': self.duration + time.monotonic() - started})
        self._commit()
        return True

    def _restart(self):
        """Begin a night, or go through a finished one again: the counts of what is held start afresh."""
        self.line_ids.unlink()
        self.write(
            {'state': 'running', 'last_partner_id': 0, 'date_start': fields.Datetime.now(), 'date_end': False, 'duration': 0.0})
        self._commit()

    def _prepare_ledger(self, company, as_of):
        """Sync with the ledger and score; return the customers that have something open, in order."""
        today = company._recouvrement_today()
        self._sync_or_one_by_one(company, as_of)
        self._guarded(lambda: self.env['recouvrement.concession']._settle(company, as_of))
        for model in ('recouvrement.promise', 'recouvrement.agreement'):
            for partner_id, error in self.env[model]._settle(company, as_of).items():
                self._note_error(partner_id, error)
        lines = self.env['recouvrement.ledger']._open_lines(company, as_of, today)
        self._score(company, as_of, lines)
        self._commit()
        return sorted({line.partner_id for line in lines if line.amount > 0})

    def _sync_or_one_by_one(self, company, as_of):
        """Bring the items in step with the ledger; if one customer's data breaks that, leave out that one only."""
        Item = self.env['recouvrement.item']
        if self._guarded(lambda: Item._sync(company, as_of=as_of)) is None:
            return
        lines = self.env['recouvrement.ledger']._open_lines(company, as_of, company._recouvrement_today())
        known = Item.search([('company_id', '=', company.id), ('state', '=', 'open')]).partner_id.ids
        for partner in self.env['res.partner'].browse(sorted({line.partner_id for line in lines} | set(known))):
            error = self._guarded(lambda partner=partner: Item._sync(company, partner, as_of))
            if error is not None:
                self._note_error(partner.id, error)

    def _score(self, company, as_of, lines):
        """Score every customer; one whose data cannot be scored keeps the last score and is named in the journal."""
        overdue = defaultdict(float)
        for line in lines:
            if line.residual > 0 and line.due < as_of:
                overdue[line.partner_id] += float(line.residual_company)
        cases = self.env['recouvrement.case'].search([('company_id', '=', company.id)])
        scores, errors = self.env['recouvrement.engine']._scores_or_errors(company, as_of)
        for partner_id, error in errors.items():
            self._note_error(partner_id, error)
        cases._apply_scores(scores, as_of)
        for case in cases:
            priority = round(overdue[case.partner_id.id] * (case.probability_late or 0.5), 2)
            if case.priority != priority:
                case.priority = priority

    # === CHUNKS === #

    def _chunk_or_one_by_one(self, partner_ids):
        """Work a chunk in one go; if it fails, customer by customer, so that only the bad one is left out."""
        if self._guarded(lambda: self._chunk(partner_ids)) is None:
            return
        for partner_id in partner_ids:
            error = self._guarded(lambda partner_id=partner_id: self._chunk([partner_id]))
            if error is not None:
                self._note_error(partner_id, error)

    def _guarded(self, work):
        """Do a piece of work in a savepoint; return the exception that undid it, None when it went well."""
        try:
            with self.env.cr.savepoint():
                work()
        except psycopg2.OperationalError:
            raise  # serialization or lost connection: the whole transaction is retried, not the customer
        except Exception as error:
            _logger.warning("A part of the collection night of %s failed", self.company_id.name, exc_info=True)
            self.env.invalidate_all()
            return error
        return None

    def _note_error(self, partner_id, error):
        """Name the customer who was left out in the journal of the night."""
        case = self.env['recouvrement.case'].search([('partner_id', '=', partner_id), ('company_id', '=', self.company_id.id)])
        self.env['recouvrement.run.line'].create({
            'run_id': self.id, 'company_id': self.company_id.id, 'kind': 'error', 'partner_id': partner_id,
            'case_id': case.id, 'message': f"{type(error).__name__}: {error}"})

    def _chunk(self, partner_ids):
        """Collect and decide for some customers, then apply."""
        outlooks = self.env['recouvrement.engine']._decide(self.company_id, self.date, partner_ids)
        if not self.replay:
            self.env['recouvrement.case']._follow_up_held(self.company_id, outlooks)
        handled = self._handled([outlook.case_id for outlook in outlooks])
        outlooks = [outlook for outlook in outlooks if (outlook.case_id, outlook.currency_id, outlook.slot) not in handled]
        self._apply([outlook for outlook in outlooks if outlook.decision.decision == 'remind'])
        self._count_held([outlook for outlook in outlooks if outlook.decision.decision == 'hold'])
        self.env.flush_all()

    def _handled(self, case_ids):
        """(case, currency, slot) that already got their message of this night, even withdrawn since: never a second one."""
        reminders = self.env['recouvrement.reminder'].search_fetch(
            [('run_id', '=', self.id), ('case_id', 'in', case_ids)], ['case_id', 'currency_id', 'slot'])
        return {(reminder.case_id.id, reminder.currency_id.id, reminder.slot) for reminder in reminders}

    def _apply(self, outlooks):
        reminders = self.env['recouvrement.reminder']._prepare(outlooks, self, self.date)
        reminders.filtered(lambda reminder: reminder.level_id.automatic)._queue()
        self._ask_approval(reminders.filtered('formal_notice'))

    def _ask_approval(self, notices):
        """One task for each prepared formal notice, made in one batch and without an e-mail for each."""
        kind = self.env.ref('recouvrement_plus.mail_activity_type_approve')
        self.env['mail.activity'].with_context(mail_activity_quick_update=True).create([{
            'activity_type_id': kind.id, 'res_model_id': self.env['ir.model']._get_id('recouvrement.case'),
            'res_id': notice.case_id.id, 'user_id': notice.case_id._collector().id,
            'date_deadline': self.company_id._recouvrement_today(),
        } for notice in notices])

    def _count_held(self, outlooks):
        """Add to the counts of the night by reason, one statement, so that chunks add up."""
        counts = defaultdict(lambda: [0, 0.0])
        for outlook in outlooks:
            count = counts[outlook.decision.reason]
            count[0] += 1
            count[1] += sum(float(line.residual_company) for line in outlook.lines.values() if line.due < self.date)
        Line = self.env['recouvrement.run.line']
        known = {line.reason: line for line in Line.search([('run_id', '=', self.id), ('kind', '=', 'held')])}
        for reason, (count, amount) in counts.items():
            if reason in known:
                known[reason].write({'count': known[reason].count + count, 'amount': known[reason].amount + amount})
            else:
                Line.create({'run_id': self.id, 'company_id': self.company_id.id, 'kind': 'held', 'reason': reason,
                             'count': count, 'amount': amount})

    # === TRANSACTIONS === #

    def _lock(self):
        """Take the lock of this run for the session: it outlives commits, and dies with the process."""
        return self.env.execute_query(SQL("SELECT pg_try_advisory_lock(%s, %s)", LOCK_CLASS, self.id))[0][0]

    def _unlock(self):
        query = SQL("SELECT pg_advisory_unlock(%s, %s)", LOCK_CLASS, self._origin.id)
        try:
            self.env.cr.execute(query)
        except psycopg2.Error:
            self._rollback()  # the transaction had failed: the lock is the session's, free it all the same
            self.env.cr.execute(query)

    @api.model
    def _commit(self):
        """End a unit of work that stands alone. Tests keep one transaction."""
        self.env.flush_all()
        if not modules.module.current_test:
            self.env['ir.cron']._commit_progress()

    @api.model
    def _rollback(self):
        if not modules.module.current_test:
            self.env.cr.rollback()
        self.env.invalidate_all()
