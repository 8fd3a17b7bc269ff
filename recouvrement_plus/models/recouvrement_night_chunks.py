"""A chunk of a night: decide for some customers and prepare their messages; whose data is bad is left out, and named."""
import logging
from collections import defaultdict

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.gc import disabling_gc

from .sql_arrays import int_array

_logger = logging.getLogger(__name__)

# Texts rendered at a time, and what is read or written for each of them.
MAILS = 250
READ_FOR_TEXTS = (
    'recouvrement.reminder', 'recouvrement.reminder.line', 'mail.mail', 'mail.message', 'account.move', 'account.move.line',
    'recouvrement.item', 'recouvrement.case')


class RecouvrementRun(models.Model):
    _inherit = 'recouvrement.run'

    # === ONE AFTER THE OTHER === #

    def _chunk_or_one_by_one(self, partner_ids):
        """Work a chunk in one go; if it fails, its halves, and so on: only the customer whose data is bad is left out."""
        error = self._guarded(lambda: self._chunk(partner_ids, staged=True)) if partner_ids else None
        if error is None:
            return
        if self._holds_text(error):  # decided anew, its customers are held
            self._chunk_or_one_by_one(partner_ids)
            return
        if len(partner_ids) == 1:
            self._note_error(partner_ids[0], error)
            return
        middle = len(partner_ids) // 2
        self._chunk_or_one_by_one(partner_ids[:middle])
        self._chunk_or_one_by_one(partner_ids[middle:])

    def _holds_text(self, error):
        """Whether the error is of a text and not of a customer, so that the same work can be done without it."""
        return False

    def _chunk(self, partner_ids, staged=False, only=None, waits=False):
        """Collect and decide for some customers, then apply.

        :param staged: what is open is in the table of the night
        :param only: the (case, currency, slot) to prepare, None: all
        :param waits: nothing leaves by itself, whatever its level says: a person reads it first
        """
        with disabling_gc():  # no fact refers to itself, and each search for cycles goes through all of them
            automatic = self._work_out(partner_ids, staged, only)
        if not waits:
            self._queue_texts(automatic)
        self.env.flush_all()

    def _work_out(self, partner_ids, staged, only=None):
        """Decide for some customers and prepare their messages; return those that leave by themselves."""
        lines = self.env['recouvrement.ledger']._staged_lines(partner_ids) if staged else None
        engine = self.env['recouvrement.engine']
        days = engine._plan_traits().days
        horizon = fields.Date.subtract(self.date, days=min(days)) if days else None
        outlooks = engine._decide(self.company_id, self.date, partner_ids, lines=lines, horizon=horizon)
        if not self.replay:
            self.env['recouvrement.case']._follow_up_held(self.company_id, outlooks)
        handled = self._handled([outlook.case_id for outlook in outlooks if outlook.case_id])
        outlooks = [outlook for outlook in outlooks if (key := (outlook.case_id, outlook.currency_id, outlook.slot)) not in handled
                    and (only is None or key in only)]
        self._count_held([outlook for outlook in outlooks if outlook.decision.decision == 'hold'])
        return self._apply([outlook for outlook in outlooks if outlook.decision.decision == 'remind'])

    def _handled(self, case_ids):
        """(case, currency, slot) that already got their message of this night, even withdrawn since: never a second one."""
        self.env['recouvrement.reminder'].flush_model()
        return set(self.env.execute_query(SQL(
            "SELECT case_id, currency_id, COALESCE(slot, 0) FROM recouvrement_reminder WHERE run_id = %s AND case_id = ANY(%s)",
            self.id, int_array(case_ids))))

    def _apply(self, outlooks):
        """Prepare the messages that some decisions ask for; return those that leave by themselves."""
        reminders = self.env['recouvrement.reminder']._prepare(outlooks, self, self.date)
        levels = [outlook.decision.level for outlook in outlooks]
        return reminders.browse(number for number, level in zip(reminders._ids, levels, strict=True) if level.automatic)

    def _queue_texts(self, reminders):
        """Write and queue messages in slices: their texts are what fills the memory."""
        for start in range(0, len(reminders), MAILS):
            more = start + MAILS < len(reminders)
            reminders[start:start + MAILS].with_context(recouvrement_more_to_queue=more)._queue()
            self.env.flush_all()
            for model in READ_FOR_TEXTS:
                self.env[model].invalidate_model(flush=False)

    def _count_held(self, outlooks):
        """Add to the counts of the night by reason, one statement, so that chunks add up."""
        counts = defaultdict(lambda: [0, 0.0])
        for outlook in outlooks:
            count = counts[outlook.decision.reason]
            count[0] += 1
            count[1] += sum(float(line.residual_company) for line in outlook.lines.values() if line.due < self.date)
        if not counts:
            return
        self.env['recouvrement.run.line'].flush_model()
        self.env.cr.execute(SQL(
            """
            INSERT INTO recouvrement_run_line AS known (run_id, company_id, kind, reason, count, amount)
            SELECT %s, %s, 'held', reason, count, amount FROM unnest(%s, %s, %s) AS new (reason, count, amount)
                ON CONFLICT (run_id, reason) WHERE kind = 'held'
                DO UPDATE SET count = known.count + EXCLUDED.count, amount = known.amount + EXCLUDED.amount
            """, self.id, self.company_id.id, list(counts), [one for one, _amount in counts.values()],
            [amount for _one, amount in counts.values()]))
        self.env['recouvrement.run.line'].invalidate_model(['count', 'amount'], flush=False)
        self.invalidate_recordset(['line_ids', 'held_count'], flush=False)

    # === WHO IS LEFT OUT === #

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

    @api.model
    def _settle_apart(self, records, as_of):
        """Settle promises, agreements or offers in one go; if that fails, one by one: {partner id: error} of who could not be."""
        if not records:
            return {}
        known = self.env['recouvrement.ledger']._reductions(records._line_ids(), as_of)
        if self._guarded(lambda: [record._settle_one(as_of, known) for record in records]) is None:
            return {}
        errors = {}
        for record in records:
            error = self._guarded(lambda record=record: record._settle_one(as_of, known))
            if error is not None:
                errors[record.partner_id.id] = error
        return errors

    def _note_error(self, partner_id, error):
        """Name the customer who was left out in the journal of the night (False: what failed concerns all of them)."""
        case = self.env['recouvrement.case'].search(
            [('partner_id', '=', partner_id), ('company_id', '=', self.company_id.id)]) if partner_id else False
        self.env['recouvrement.run.line'].create({
            'run_id': self.id, 'company_id': self.company_id.id, 'kind': 'error', 'partner_id': partner_id,
            'case_id': case and case.id, 'message': self._error_words(error)})

    @api.model
    def _error_words(self, error):
        """An error for who reads the journal: what was written for people as it is, anything else with whom to give it to."""
        if isinstance(error, UserError):
            return str(error)
        return self.env._("Unexpected error; everything else was done. Give this to your administrator: %(error)s",
                          error=f"{type(error).__name__}: {error}")
