"""What waits for a person's approval: one task for each who may approve, open as long as something waits."""
from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from .recouvrement_run import ROLE_GROUPS

APPROVE = 'recouvrement_plus.mail_activity_type_approve'


class Waiting(NamedTuple):
    """Drafts that wait for the same person."""

    count: int
    notices: int  # formal notices among them
    since: date  # day of the oldest

    def __add__(self, other):
        return Waiting(self.count + other.count, self.notices + other.notices, min(self.since, other.since))


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
        if not self.replay:
            self._ask_approval(self.company_id)

    # === TASKS === #

    @api.model
    def _ask_approval(self, company):
        """Open, renew or close the tasks of those who may approve, by what waits now; twice changes nothing."""
        tasks, new, changed = self._approval_tasks(company), [], {}
        for (user_id, lang), share in self._share_out(company, *self._waiting(company)).items():
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
        """What waits for an approval in a company, and who may give it.

        :return: ({user id of the collector, or None: Waiting}, {user id: language} of those who may approve)
        """
        for model, names in (('recouvrement.reminder', None), ('recouvrement.case', ['user_id']), ('res.partner', ['lang']),
                             ('res.users', ['active', 'share', 'company_ids', 'group_ids'])):
            self.env[model].flush_model(names)
        rows = self.env.execute_query(SQL(
            """
            WITH RECURSIVE role (id) AS (
                 SELECT res_id FROM ir_model_data WHERE module = %(module)s AND name = %(role)s
                  UNION SELECT implied.gid FROM res_groups_implied_rel implied JOIN role ON role.id = implied.hid),
            manager (id, lang) AS (
                 SELECT users.id, partner.lang
                   FROM res_users users JOIN res_partner partner ON partner.id = users.partner_id
                   JOIN res_company_users_rel own ON own.user_id = users.id AND own.cid = %(company)s
                  WHERE users.active AND NOT users.share
                    AND EXISTS (SELECT FROM res_groups_users_rel rel JOIN role ON role.id = rel.gid WHERE rel.uid = users.id)),
            waiting AS (
                 SELECT owner.user_id, count(*), count(*) FILTER (WHERE level.formal_notice) AS notices, min(reminder.date) AS since
                   FROM recouvrement_reminder reminder JOIN recouvrement_case owner ON owner.id = reminder.case_id
                   JOIN recouvrement_plan_level level ON level.id = reminder.level_id
                  WHERE reminder.state = 'draft' AND reminder.company_id = %(company)s GROUP BY 1)
            SELECT waiting.*, manager.* FROM waiting LEFT JOIN manager ON TRUE ORDER BY manager.id
            """, company=company.id, **dict(zip(('module', 'role'), ROLE_GROUPS['manager'].split('.'), strict=True))))
        return ({row[0]: Waiting(*row[1:4]) for row in rows}, {row[4]: row[5] for row in rows if row[4]})

    @api.model
    def _share_out(self, company, waiting, managers):
        """{(user id, its language): Waiting}: a collector who may approve (the substitute, during an absence) gets what waits
        of his own customers, every manager of the company what waits of the others'; without any manager nobody is asked."""
        who = self.env['recouvrement.case']._who_gets_tasks(company, {user: user for user in waiting}) if waiting else {}
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
        runs = self.with_context(active_test=False)._search([('company_id', '=', company.id)])
        return self.env['mail.activity'].search_fetch(
            [('activity_type_id', '=', self._approval_type()), ('res_model', '=', self._name), ('res_id', 'in', runs)],
            ['user_id', 'summary', 'date_deadline'])

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
