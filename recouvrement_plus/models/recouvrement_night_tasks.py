"""What a night does beside messages: closes tasks to match credits, a word on broken texts, thanks to who paid."""
import logging

import psycopg2

from odoo import api, models
from odoo.tools import SQL

from .mail_template import BrokenText
from .night_memo import once

_logger = logging.getLogger(__name__)

# Why a customer has a task to match its credits.
CREDITS = ('net_credit', 'probable_receipt')
MATCH = 'mail_activity_type_match'
# Tasks to ask a customer for money that it announced: over once nothing is overdue.
CALLS = ('mail_activity_type_promise', 'mail_activity_type_announced')


class RecouvrementRun(models.Model):
    _inherit = 'recouvrement.run'

    def _prepare_ledger(self, company, as_of):
        self._thanks()
        result = super()._prepare_ledger(company, as_of)
        self._note_broken_texts(company)
        return result

    def _thanks(self):
        """Whether the company thanks who paid."""
        return once(self, 'thanks', lambda: self.company_id.recouvrement_thanks)

    def _finish(self):  # pylint: disable=missing-return
        super()._finish()
        matching, calls = self._tasks_over()
        if matching:
            self._guarded_noted(lambda: self._close_matching_tasks(matching))
        if calls:
            self._guarded_noted(lambda: calls.action_feedback(feedback=self.env._("Nothing is overdue any more.")))
        if self._thanks():
            self._thank()

    def _guarded_noted(self, work, partner_id=False):
        """Do a piece of work in a savepoint; the journal names what undid it. Returns whether it went well."""
        error = self._guarded(work)
        if error is not None:
            self._note_error(partner_id, error)
        return error is None

    def _thank(self):
        """Thank who paid, together; where somebody's data breaks that, one by one, and only who breaks it gets no thanks."""
        Thanks, company, day = self.env['recouvrement.thanks'], self.company_id, self.date
        if self._guarded(lambda: Thanks._thank(company, day)) is not None:
            for case in Thanks._reminded(company, day):
                self._guarded_noted(lambda case=case: Thanks._thank(company, day, case), case.partner_id.id)

    # === TEXTS === #

    def _note_broken_texts(self, company):
        """Name in the journal each level whose text cannot be written: its messages wait, the others leave."""
        try:
            problems = self._broken_texts(company)
        except psycopg2.Error:
            raise  # the transaction is lost: the part is done again, or the night stops and says so
        except Exception as error:  # whatever a text holds costs nobody the night; it only reads: there is nothing to undo
            _logger.warning("The texts of %s could not be looked at", company.name, exc_info=True)
            self._note_error(False, error)
            problems = []
        if problems:
            self._note_texts(problems)
            self._commit()  # a chunk that is done again must not undo it

    def _broken_texts(self, company):
        Level = self.env['recouvrement.plan.level']
        levels = Level.search_fetch([*Level._check_company_domain(company), ('plan_id.active', '=', True)])
        return [problem for problem in levels._broken_levels().values() if problem]

    def _note_texts(self, problems):
        """One line of the journal for each, however often the night is gone through."""
        known = set(self.line_ids.filtered(lambda line: line.kind == 'error').mapped('message')) if problems else ()
        self.env['recouvrement.run.line'].create([{
            'run_id': self.id, 'company_id': self.company_id.id, 'kind': 'error', 'message': problem,
        } for problem in dict.fromkeys(problems) if problem not in known])

    def _holds_text(self, error):
        """Whether what failed is a text that cannot be written for anybody: from now on its levels are held tonight."""
        if not isinstance(error, BrokenText):
            return super()._holds_text(error)
        template = self.env['mail.template'].sudo().browse(error.template_id)
        problem = template._recouvrement_problem(render=True)
        levels = self.env['recouvrement.plan.level'].sudo().search([('template_id', '=', template.id)]) if problem else ()
        words = {level.id: level._broken_words(problem) for level in levels}
        if not words:
            return False
        once(self, 'broken texts', dict).update(words)
        self._note_texts([template._recouvrement_broken_words(problem)])
        return True

    # === CREDITS TO MATCH === #

    def _tasks_over(self):
        """(tasks to match credits, tasks to call about money that was announced) that may be over.

        Of customers whom this night, by the reason that it stored, did not hold for their credits; of those who owe nothing
        overdue any more.
        """
        for model in ('mail.activity', 'recouvrement.case', 'recouvrement.item'):
            self.env[model].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT task.id, kind.name = %(match)s
              FROM mail_activity task JOIN recouvrement_case owner ON owner.id = task.res_id
              JOIN ir_model_data kind ON kind.model = 'mail.activity.type' AND kind.module = 'recouvrement_plus'
                                     AND kind.res_id = task.activity_type_id
             WHERE task.res_model = 'recouvrement.case' AND task.active AND owner.company_id = %(company)s
               AND (kind.name = %(match)s AND (%(replay)s OR NOT (
                        COALESCE(owner.held_reason, '') = ANY(%(credits)s) OR EXISTS (
                            SELECT FROM recouvrement_item item WHERE item.case_id = owner.id AND item.state = 'open'
                               AND item.held_reason = ANY(%(credits)s))))
                    OR kind.name = ANY(%(calls)s) AND NOT %(replay)s AND NOT EXISTS (
                        SELECT FROM recouvrement_item item WHERE item.case_id = owner.id AND item.state = 'open'
                           AND item.date_maturity < %(as_of)s))
            """, match=MATCH, calls=list(CALLS), credits=list(CREDITS), company=self.company_id.id, replay=self.replay,
            as_of=self.date))
        tasks = self.env['mail.activity']
        return tasks.browse(task for task, match in rows if match), tasks.browse(task for task, match in rows if not match)

    def _close_matching_tasks(self, tasks):
        """Close the tasks of customers whose credits were matched, refunded or reserved meanwhile."""
        partners = self.env['recouvrement.case'].browse(tasks.mapped('res_id')).partner_id
        outlooks = self.env['recouvrement.engine']._decide(self.company_id, self.date, partners.ids)
        reasons = self.env['recouvrement.case']._reasons
        still = {one.case_id for one in outlooks if reasons(one) & {*CREDITS}}
        tasks.filtered(lambda task: task.res_id not in still).action_feedback(
            feedback=self.env._("The credits no longer cover what is overdue."))


class RecouvrementThanks(models.AbstractModel):
    """A short thank-you to a late customer who has paid everything that was reminded. Off by default."""

    _name = 'recouvrement.thanks'
    _description = "Thanks to customers who paid"

    @api.model
    def _thank(self, company, as_of, cases=None):
        """Queue one message for each customer who paid since the last one, of these or of all; return their cases."""
        cases = self._who_paid(company, as_of, self._reminded(company, as_of) if cases is None else cases)
        template = self.env.ref('recouvrement_plus.mail_template_thanks').sudo()
        if not cases or template._recouvrement_problem():
            return cases.browse()
        cases.write({'date_thanked': as_of})
        self.env['mail.mail'].create([self._mail_vals(case, template) for case in cases])
        return cases

    @api.model
    def _reminded(self, company, as_of):
        """Cases reminded after the due date since the last thanks."""
        if not company.recouvrement_thanks or not company.recouvrement_thanks_since:
            return self.env['recouvrement.case']
        last = dict(self.env['recouvrement.reminder']._read_group(
            [('company_id', '=', company.id), ('state', '=', 'sent'), ('level_id.days', '>=', 0),
             ('date', '>=', company.recouvrement_thanks_since), ('date', '<', as_of)], ['case_id'], ['date:max']))
        return self.env['recouvrement.case'].browse(
            [case.id for case, day in last.items() if not case.date_thanked or case.date_thanked <= day])

    @api.model
    def _who_paid(self, company, as_of, cases):
        """Those of these cases with nothing overdue now and money received for it; none under an opening judgment, which
        forbids to pay what was owed before it (C. com. art. L622-7)."""
        if not cases:
            return cases
        judgments = self.env['recouvrement.hold']._in_force_on(company, as_of, cases.ids, cases.partner_id.ids)[-1]
        cases = cases.filtered(lambda case: case.partner_id.id not in judgments)
        late = self.env['recouvrement.item'].search(
            [('case_id', 'in', cases.ids), ('state', '=', 'open'), ('date_maturity', '<', as_of)]).case_id
        return (cases - late).filtered(
            lambda case: self._money_came(case, as_of) and case._thanks_contact().email and case._recouvrement_sender())

    @api.model
    def _money_came(self, case, as_of):
        """Whether a payment, not only a credit note, settled what the last reminders claimed."""
        since = case.company_id.recouvrement_thanks_since
        reminders = case.reminder_ids.filtered(lambda one: one.state == 'sent' and one.date >= since)
        lines = reminders.line_ids.filtered(lambda line: line.kind == 'moved' and line.active).move_line_id
        reductions = self.env['recouvrement.ledger']._reductions(lines.ids, as_of)
        return any(kind == 'payment' for parts in reductions.values() for _day, _amount, kind, _move in parts)

    @api.model
    def _mail_vals(self, case, template):
        contact = case._thanks_contact()
        lang = contact.lang or case.partner_id.lang or self.env.lang
        text = {name: template.with_context(lang=lang)._render_field(name, case.ids, set_lang=lang)[case.id]
                for name in ('subject', 'body_html')}
        moment = case.company_id._recouvrement_next_moment('email', case.partner_id)
        return {
            **text, 'body': text['body_html'], 'model': 'recouvrement.case', 'res_id': case.id, 'auto_delete': False,
            'email_from': case._recouvrement_sender(), 'author_id': case.company_id.partner_id.id,
            'recipient_ids': [(6, 0, contact.ids)], 'scheduled_date': moment or False, 'message_type': 'email_outgoing',
            'is_notification': False}
