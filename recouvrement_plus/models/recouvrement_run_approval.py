"""What waits for a person: looked at again each night, and for what waits for an approval one task for each who may give it."""
from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from .night_memo import afresh
from .recouvrement_run import ROLE_GROUPS

APPROVE = 'recouvrement_plus.mail_activity_type_approve'
# Holds under which what waits is looked at again: the others put a message off, or are told when it is sent.
TAKES_BACK = (
    'insolvency', 'proceeding', 'doubtful', 'no_followup', 'agreement', 'promise', 'announced', 'dispute', 'replied', 'snoozed',
    'payment_in_process', 'probable_receipt', 'net_credit')


class Waiting(NamedTuple):
    """Drafts that wait for the same person."""

    count: int
    notices: int  # formal notices among them
    since: date  # day of the oldest

    def __add__(self, other):
        return Waiting(self.count + other.count, self.notices + other.notices, min(self.since, other.since))


class Found(NamedTuple):
    """What waits for a person in a company."""

    drafts: dict  # {user id of the collector, or None: Waiting}
    managers: dict  # {user id: language} of those who may approve
    stale: list  # ids of drafts and calls of which something was paid or is held by now, or without a task


class RecouvrementRun(models.Model):
    _name = 'recouvrement.run'
    _inherit = ['recouvrement.run', 'mail.thread', 'mail.activity.mixin']
    # nobody writes on a night, who reads it may comment it
    _mail_post_access = 'read'

    waiting_count = fields.Integer(string="To approve", compute='_compute_waiting_count')

    @api.model
    def _forget_tasks_of_before(self):
        """Once, in a database of before: there was a task on the case of each formal notice, which nothing closed."""
        kind = self.env.ref(APPROVE, raise_if_not_found=False)
        if kind and kind.res_model == 'recouvrement.case':
            self.env['mail.activity'].search([('activity_type_id', '=', kind.id)]).unlink()
            kind.write({'res_model': 'recouvrement.run', 'name': "Approve reminders"})
            for lang, _name in self.env['res.lang'].get_installed():
                if lang.startswith('fr'):
                    kind.with_context(lang=lang).name = "Approuver des relances"

    def _compute_waiting_count(self):
        """Of the whole company: a draft waits whichever night made it."""
        counts = dict(self.env['recouvrement.reminder']._read_group(
            [('company_id', 'in', self.company_id.ids), ('state', '=', 'draft')], ['company_id'], ['__count']))
        for run in self:
            run.waiting_count = counts.get(run.company_id, 0)

    def action_open_waiting(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('recouvrement_plus.recouvrement_reminder_action')
        return action | {'domain': [('company_id', '=', self.company_id.id), ('state', '=', 'draft')], 'context': {}}

    def _message_auto_subscribe(self, updated_values, followers_existing_policy='skip'):
        """Nobody follows a night because of what it writes on itself: it does so at each step."""
        return True

    def _finish(self):  # pylint: disable=missing-return
        super()._finish()
        if self.replay:
            return
        found = self._waiting(self.company_id)
        if found.stale:
            self._look_again(found.stale)
            found = None  # as it is now
        self._ask_approval(self.company_id, found)

    def _look_again(self, ids):
        """What waits and was paid or held meanwhile leaves the lists: nobody calls who has paid; one at a time, each alone."""
        for reminder in afresh(self.env['recouvrement.reminder'].browse(ids)):
            error = self._guarded(reminder._look_again)
            if error is not None:
                self._note_error(reminder.partner_id.id, error)
            self._commit()

    # === TASKS === #

    @api.model
    def _ask_approval(self, company, found=None):
        """Open, renew or close the tasks of those who may approve, by what waits now; twice changes nothing.

        :param found: what `_waiting` said a moment ago
        """
        found = found or self._waiting(company)
        tasks, new, changed = self._approval_tasks(company), [], {}
        for (user_id, lang), share in self._share_out(company, found.drafts, found.managers).items():
            vals = {'summary': self._approval_words(share, lang), 'date_deadline': share.since}
            task = tasks.filtered(lambda task, user_id=user_id: task.user_id.id == user_id)
            tasks -= task
            if not task:
                new.append(vals | {'user_id': user_id})
            elif any(task[0][name] != value for name, value in vals.items()):
                changed[task] = vals
        if new or changed or tasks:
            self._guarded(lambda: self._change_approvals(company, new, changed, tasks))

    def _change_approvals(self, company, new, changed, over):
        for task, vals in changed.items():
            task.write(vals)
        self._open_approval(company, new)
        if over:
            over.action_feedback()

    @api.model
    def _waiting(self, company):
        """:class:`Found`: what waits for a person in a company, in one statement."""
        for model in ('recouvrement.reminder', 'recouvrement.reminder.line', 'recouvrement.item', 'recouvrement.case',
                      'recouvrement.hold', 'res.users', 'res.partner'):
            self.env[model].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT waiting.*, manager.*, stale.ids
              FROM (%(stale)s) AS stale
              LEFT JOIN (SELECT owner.user_id, COUNT(*) AS number, COUNT(*) FILTER (WHERE level.formal_notice), MIN(reminder.date)
                           FROM recouvrement_reminder reminder JOIN recouvrement_case owner ON owner.id = reminder.case_id
                           JOIN recouvrement_plan_level level ON level.id = reminder.level_id
                          WHERE reminder.state = 'draft' AND reminder.company_id = %(company)s GROUP BY 1) AS waiting ON TRUE
              LEFT JOIN (%(managers)s) AS manager ON waiting.number > 0
             ORDER BY manager.id
            """, company=company.id, stale=self._stale_query(company), managers=self._managers_query(company)))
        return Found({row[0]: Waiting(*row[1:4]) for row in rows if row[1]}, {row[4]: row[5] for row in rows if row[4]},
                     rows[0][6] or [])

    @api.model
    def _managers_query(self, company):
        """id and language of those who may approve in a company; who has the role by another one too."""
        module, name = ROLE_GROUPS['manager'].split('.')
        return SQL(
            """
            WITH RECURSIVE role (id) AS (
                 SELECT res_id FROM ir_model_data WHERE module = %s AND name = %s
                  UNION SELECT implied.gid FROM res_groups_implied_rel implied JOIN role ON role.id = implied.hid)
            SELECT users.id, partner.lang
              FROM res_users users JOIN res_partner partner ON partner.id = users.partner_id
              JOIN res_company_users_rel own ON own.user_id = users.id AND own.cid = %s
             WHERE users.active AND NOT users.share
               AND EXISTS (SELECT FROM res_groups_users_rel rel JOIN role ON role.id = rel.gid WHERE rel.uid = users.id)
            """, module, name, company.id)

    @api.model
    def _stale_query(self, company):
        """ids of the drafts and calls that claim something settled since, or of who is held, and of the calls whose task was
        deleted: to be looked at one by one."""
        today = company._recouvrement_today()
        held = SQL("kind = ANY(%s) AND date_from <= %s AND (date_to IS NULL OR date_to >= %s)", list(TAKES_BACK), today, today)
        return SQL(
            """
            SELECT ARRAY_AGG(id) AS ids FROM (
                SELECT reminder.id
                  FROM recouvrement_reminder reminder JOIN recouvrement_case owner ON owner.id = reminder.case_id
                  -- OFFSET 0: else the planner reads the whole unique index of claimed lines for each message
                  JOIN LATERAL (SELECT item_id, active, kind FROM recouvrement_reminder_line
                                 WHERE reminder_id = reminder.id OFFSET 0) AS line ON line.active AND line.kind = 'moved'
                  JOIN recouvrement_item item ON item.id = line.item_id
                 WHERE reminder.company_id = %(company)s AND (
                       reminder.state = 'draft'
                       OR reminder.state IN ('approved', 'queued') AND reminder.channel IN ('phone', 'activity'))
                   AND (item.state <> 'open' OR item.held_reason = ANY(%(reasons)s) OR owner.held_reason = ANY(%(reasons)s)
                        OR item.id IN (%(claimed)s) OR owner.id IN (SELECT case_id FROM recouvrement_hold WHERE %(held)s)
                        OR owner.partner_id IN (SELECT partner_id FROM recouvrement_hold WHERE kind = 'insolvency' AND %(held)s))
                 UNION
                SELECT id FROM recouvrement_reminder
                 WHERE company_id = %(company)s AND state IN ('approved', 'queued') AND channel IN ('phone', 'activity')
                   AND activity_id IS NULL) AS found
            """, company=company.id, reasons=list(TAKES_BACK), held=held,
            claimed=self.env['recouvrement.engine']._in_proceeding_query(company))

    @api.model
    def _share_out(self, company, waiting, managers):
        """{(user id, its language): Waiting}: a collector who may approve (the substitute, during an absence) gets what waits
        of his own customers, every manager of the company what waits of the others'; without any manager nobody is asked."""
        who = self.env['recouvrement.case']._who_gets_tasks(
            company, {user: user for user in waiting}, others=managers) if waiting else {}
        shares = {}
        for collector, share in waiting.items():
            person = who[collector]
            for user in {person: managers[person]}.items() if person in managers else managers.items():
                shares[user] = shares[user] + share if user in shares else share
        return shares

    @api.model
    def _approval_words(self, share, lang):
        env = self.with_context(lang=lang or self.env.lang).env
        if not share.notices:
            return env._("Reminders to approve: %(count)s", count=share.count)
        return env._("Reminders to approve: %(count)s (formal notices: %(notices)s)", count=share.count, notices=share.notices)

    @api.model
    def _approval_tasks(self, company):
        runs, Activity = self.with_context(active_test=False)._search([('company_id', '=', company.id)]), self.env['mail.activity']
        return Activity.search_fetch(
            [('activity_type_id', '=', self._approval_type()), ('res_model', '=', self._name), ('res_id', 'in', runs)],
            # with what a change of them reads besides
            [name for name, field in Activity._fields.items() if field.prefetch is True and field.column_type])

    @api.model
    def _approval_type(self):
        return self.env['ir.model.data']._xmlid_to_res_id(APPROVE, raise_if_not_found=True)

    @api.model
    def _open_approval(self, company, vals_list):
        """The tasks are on the night that asks, else on the last one of the company."""
        run = self[:1] or self.search([('company_id', '=', company.id)], limit=1) if vals_list else self
        if run:
            kind = self._approval_type()
            self.env['mail.activity']._recouvrement_open([vals | {
                'activity_type_id': kind, 'res_id': run.id, 'res_name': run.display_name} for vals in vals_list], run._name)
