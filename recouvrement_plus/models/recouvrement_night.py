"""The work of a night: collect, decide, apply, in chunks that stand alone, safe to cut and to run again."""
import itertools
import logging
import random
import time

import psycopg2

from odoo import api, fields, models, modules
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .night_memo import for_a_night
from .recouvrement_case import SETTLED
from .recouvrement_ledger import STAGED_OPEN

_logger = logging.getLogger(__name__)

CHUNK = 5000
# How often a part of a night is done again when somebody else wrote the same row meanwhile, and how long it waits then.
TRIES = 5
WAIT_SECONDS = 1.0
GO_ON_MINUTES = 5
# Namespace of the advisory locks of runs (any constant that nobody else uses).
LOCK_CLASS = 1380012112


class RecouvrementRun(models.Model):
    _inherit = 'recouvrement.run'

    @api.model
    def _cron_run_night(self):
        """Today's night of the companies that are switched on, and the nights that were cut. Called by the scheduled action."""
        self.sudo()._look_after_sending()
        for company in self.env['res.company']._recouvrement_of_the_night():
            self.sudo()._night_of(company)

    @api.model
    def _cron_finish_nights(self):
        """Go on with the nights that were cut. A past one is not: tonight's run catches up what it missed."""
        self.sudo()._look_after_sending()
        for run in self.sudo().search([('state', '=', 'running')]):
            if run.replay or run.date == run.company_id._recouvrement_today():
                run._work_apart()

    def _look_after_sending(self):
        """Messages whose sender died; one that cannot be looked after costs nobody the night."""
        try:
            self._retried(self._mark_uncertain)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            _logger.warning("The messages that were leaving could not be looked after", exc_info=True)

    def _mark_uncertain(self):
        self._guarded(self.env['recouvrement.reminder']._mark_uncertain)
        self._commit()

    @api.model
    def _night_of(self, company):
        """Tonight's night of one company; whatever is wrong with it, the others get theirs."""
        self = for_a_night(self)
        company = company.with_env(self.env)
        try:
            run = self._start(company, company._recouvrement_today()) if company._recouvrement_plan() else self
        except Exception:
            _logger.exception("The collection night of %s could not begin", company.name)
            self._rollback()
            return
        if run:
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
        """The run of a company and date, created once whoever asks first. Tonight's night does what those before it left: they
        are closed, unless some process is still at work on them (it holds their lock)."""
        self.flush_model()
        self = for_a_night(self)
        company = company.with_env(self.env)
        company._ask_for_a_night()
        # one that is known is not inserted: PostgreSQL would wait for the night that is at work on it
        query = SQL(
            """
            WITH known AS (SELECT id FROM recouvrement_run WHERE company_id = %(company)s AND date = %(day)s),
            cut AS MATERIALIZED (
                SELECT id FROM recouvrement_run WHERE company_id = %(company)s AND date < %(day)s AND NOT %(replay)s
                   AND replay IS NOT TRUE AND state IN ('running', 'by_hand')),
            closed AS (
                UPDATE recouvrement_run SET state = 'taken_over' WHERE id IN (
                    SELECT id FROM cut WHERE pg_try_advisory_xact_lock(%(lock)s, id))),
            made AS (
                INSERT INTO recouvrement_run (company_id, date, state, replay, create_uid, create_date, write_uid, write_date)
                SELECT %(company)s, %(day)s, 'running', %(replay)s, %(user)s, now() at time zone 'utc', %(user)s,
                       now() at time zone 'utc' WHERE NOT EXISTS (SELECT FROM known)
                    ON CONFLICT (company_id, date) DO NOTHING RETURNING id)
            SELECT id FROM known UNION ALL SELECT id FROM made
            """, company=company.id, day=day, replay=day < company._recouvrement_today(), user=self.env.uid,
            lock=LOCK_CLASS)
        try:
            found = self.env.execute_query(query)
            self._commit()
        except psycopg2.errors.SerializationFailure:
            self._rollback()  # another process was first: look again, in a transaction that sees it
            found = self.env.execute_query(query)
        self.invalidate_model(['state'], flush=False)
        return self.browse(found[0])

    def _work(self, deadline):
        """Do the night, or what is left of it. Return False when the time ran out or someone else is at it, or at its rows."""
        self.ensure_one()
        if not self._lock():
            return False
        try:
            return self._work_locked(deadline)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            _logger.warning("The collection night of %s goes on in a few minutes", self.company_id.name, exc_info=True)
            self._rollback()
            self._go_on_soon()
            return False
        finally:
            self._unlock()

    def _go_on_soon(self):
        """Have the scheduled action go on with what is left."""
        self.env.ref('recouvrement_plus.ir_cron_recouvrement_finish_night').sudo()._trigger(
            at=fields.Datetime.add(fields.Datetime.now(), minutes=GO_ON_MINUTES))
        self._commit()

    def _work_locked(self, deadline):
        # A fresh transaction: what the previous holder of the lock committed must be seen.
        self._commit()
        self.env.invalidate_all()
        # a scheduled action has no language: what is noted is in that of the company, messages in their customer's
        self = for_a_night(self.with_company(self.company_id).with_context(lang=self.company_id._recouvrement_lang()))
        started = time.monotonic()
        todo = self._retried(self._begin)
        for start in range(0, len(todo), CHUNK):
            self._retried(lambda start=start: self._do(todo[start:start + CHUNK]))
            if start + CHUNK < len(todo):
                self.env.invalidate_all(flush=False)  # what is done with must not fill the memory
                if deadline and time.monotonic() > deadline:
                    return False
        self._retried(lambda: self._end(started))
        return True

    def _begin(self):
        """Bring the books and the scores up to date; return the customers that are left to be looked at."""
        if self.state == 'done' or not self.date_start:
            self._restart()
        self._note_bank_news()
        partner_ids, done = self._prepare_ledger(self.company_id, self.date), self.last_partner_id
        return [partner for partner in partner_ids if partner > done]

    def _do(self, partner_ids):
        """A chunk of customers, and where to go on."""
        self._chunk_or_one_by_one(partner_ids)
        self.last_partner_id = partner_ids[-1]
        self._commit()

    def _end(self, started):
        """What concerns all customers, once all are done; the table of the night stays until nothing can be undone any more."""
        self.env['recouvrement.case']._refresh_all(self.company_id, self.date, STAGED_OPEN)
        self._finish()
        self.env['recouvrement.ledger']._unstage()
        self.write({'state': 'done', **self._ended(time.monotonic() - started)})
        self._commit()

    def _restart(self):
        """Begin a night, or go through one again, finished or prepared by hand: the counts of what is held start afresh.

        When it began, when it ended and how long it took stay those of the first time; `date_again` says when it was last gone
        through again.
        """
        if self.state != 'running':
            self.line_ids.unlink()
        begun = {} if self.date_end else {'date_start': fields.Datetime.now(), 'duration': 0.0}
        self.write({'state': 'running', 'last_partner_id': 0, **begun})

    def _ended(self, seconds):
        """What the journal keeps of a night that has just been worked to its end: of its first time, or that it was again."""
        now = fields.Datetime.now()
        return {'date_again': now} if self.date_end else {'date_end': now, 'duration': self.duration + seconds}

    def _finish(self):
        """What the night does beside messages, once all customers are done."""

    def _prepare_ledger(self, company, as_of):
        """Sync with the ledger and score; return the customers that may have something due, in order.

        What is open on the day is read once, into a temporary table that the chunks read too. Those whose answer can
        only be "nothing" are left out: see `recouvrement.engine._may_be_due`.
        """
        today, Ledger = company._recouvrement_today(), self.env['recouvrement.ledger']
        live = Ledger._stage(company, today, today)
        if self._guarded(lambda: self._catch_up(company, as_of, live)) is not None:
            self._catch_up_apart(company, as_of, live)
        self._commit()
        engine = self.env['recouvrement.engine']
        if as_of < today:
            live = Ledger._stage(company, as_of, today)
            self._commit()  # the table of that day must be there for a chunk that is done again
        return [row[0] for row in self.env.execute_query(SQL(
            "SELECT DISTINCT open.partner_id FROM %s LEFT JOIN recouvrement_item item ON item.move_line_id = open.id "
            "LEFT JOIN recouvrement_case held ON held.id = item.case_id "
            # who was held is looked at again, to say so no more when it is over; who is held, to say so
            "WHERE open.amount > 0 AND (%s OR held.held_reason IS NOT NULL OR item.held_reason IS NOT NULL "
            "OR held.id IN (SELECT case_id FROM recouvrement_hold WHERE company_id = %s AND item_id IS NULL "
            "AND date_from <= %s AND (date_to IS NULL OR date_to >= %s))) ORDER BY 1",
            live, engine._may_be_due(company, as_of, engine._plan_traits()), company.id, as_of, as_of))]

    def _catch_up(self, company, as_of, live):
        """Bring items, promises, agreements and scores in step with the ledger, all of them together."""
        self.env['recouvrement.item']._sync(company, as_of=as_of, live=live)
        self._settle(company, as_of)
        self._score(company, as_of, apart=False)

    def _catch_up_apart(self, company, as_of, live):
        """The same where somebody's data breaks it: each step alone, and only who breaks it is left out of a step."""
        self._sync_or_one_by_one(company, as_of, live)
        for model in SETTLED:
            for partner_id, error in self.env[model]._settle(company, as_of).items():
                self._note_error(partner_id, error)
        error = self._guarded(lambda: self._score(company, as_of))
        if error is not None:  # the scores stay those of the night before; what is owed does not depend on them
            self._note_error(False, error)

    @api.model
    def _settle(self, company, as_of):
        """Look at all that was promised in the light of what came, read once for all of it."""
        found = [self.env[model]._to_settle(company, as_of) for model in SETTLED]
        claimed = self.env['recouvrement.item'].union(*(records.item_ids for records in found if 'item_ids' in records._fields))
        claimed.fetch(['move_line_id'])
        lines = [line for records in found for line in records._line_ids()]
        known = self.env['recouvrement.ledger']._reductions(lines, as_of)
        for record in itertools.chain(*found):
            record._settle_one(as_of, known)

    def _sync_or_one_by_one(self, company, as_of, live):
        """Bring the items in step with the ledger; if one customer's data breaks that, leave out that one only."""
        Item = self.env['recouvrement.item']
        if self._guarded(lambda: Item._sync(company, as_of=as_of, live=live)) is None:
            return
        lines = self.env['recouvrement.ledger']._open_lines(company, as_of, company._recouvrement_today())
        known = Item.search([('company_id', '=', company.id), ('state', '=', 'open')]).partner_id.ids
        for partner in self.env['res.partner'].browse(sorted({line.partner_id for line in lines} | set(known))):
            error = self._guarded(lambda partner=partner: Item._sync(company, partner, as_of))
            if error is not None:
                self._note_error(partner.id, error)

    def _score(self, company, as_of, apart=True):
        """Score the customers whose history changed, and what is to be expected of their open instalments.

        :param apart: leave out who cannot be scored; else the first of them stops it
        """
        Case, Ledger = self.env['recouvrement.case'], self.env['recouvrement.ledger']
        mark = Ledger._mark(company, as_of)
        last = None if self.replay else self._last_mark() or company.recouvrement_ledger_mark or None
        errors = Case._score_night(company, as_of, Case._to_score(company, as_of, last), last, self.replay, apart)
        for partner_id, error in errors.items():
            self._note_error(partner_id, error)
        if not self.replay:
            self.ledger_mark = mark

    def _last_mark(self):
        """How far the ledger had come when the last night scored it; this night's own when it is gone through again."""
        last = self.search_fetch([
            ('company_id', '=', self.company_id.id), ('replay', '=', False), ('ledger_mark', '!=', False),
            ('date', '<=', self.date)], ['ledger_mark'], limit=1)
        return last.ledger_mark or None

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
    def _retried(self, work):
        """Do a part of a night that ends with a commit, and its result. When somebody else wrote the same row meanwhile, all of
        the part is undone and done again in a new transaction, as core does with what a user asks. The lock of the night and
        what `once` keeps outlive that: the one is the session's, the other only read.
        """
        for attempt in range(1, TRIES):
            try:
                return work()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                self._rollback()
                _logger.info("A part of the collection night is done again: %s", error)
                time.sleep(random.uniform(0.0, WAIT_SECONDS * attempt))
        return work()

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
