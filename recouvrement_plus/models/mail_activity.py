"""Tasks that a night opens by the hundred."""
from collections import Counter
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, plaintext2html

from .night_memo import once
from .sql_arrays import int_array

# From how many rows on a plan that was made for few is worth making anew.
MANY = 200


class Person(NamedTuple):
    """Who gets a task."""

    partner_id: int  # whose screens are told
    tz: str | None
    active: bool = True


class MailActivity(models.Model):
    _inherit = 'mail.activity'

    @api.model
    def _recouvrement_open(self, vals_list, model='recouvrement.case'):
        """Open tasks on records of a model, many at once: what core's `create` does, without its cost or an e-mail for each.

        Who is responsible follows the case (a night has no followers), and the counter of the tasks on that person's screen
        moves. Only for the machine: there is no check of access.

        :param vals_list: dicts with the same keys: activity_type_id, res_id, res_name, user_id, date_deadline and others
        """
        if not vals_list:
            return self.browse()
        Model, people = self.env[model], self._recouvrement_people({vals['user_id'] for vals in vals_list})
        tasks = self.env['recouvrement.bulk']._insert(
            self, [vals | {'user_tz': people[vals['user_id']].tz} for vals in vals_list],
            res_model_id=self.env['ir.model']._get_id(model), res_model=model, date_done=None)
        if model == 'recouvrement.case':
            self._recouvrement_subscribe([(vals['res_id'], vals['user_id']) for vals in vals_list])
        stale = [name for name in self.env['mail.activity.mixin']._fields if 'activity' in name]
        Model.invalidate_model([*stale, 'message_follower_ids', 'message_partner_ids'], flush=False)
        today = fields.Date.today()
        due = Counter(vals['user_id'] for vals in vals_list if vals['date_deadline'] <= today)
        for user, count in due.items():
            self.env['res.partner'].browse(people[user].partner_id)._bus_send(
                'mail.activity/updated', {'activity_created': True, 'count_diff': count})
        return tasks

    @api.model
    def _recouvrement_ask(self, case, xmlid, user, note):
        """One task on a case for today, told by a night; as core's `activity_schedule`, at a third of its statements."""
        kind, summary = once(self, ('kind of task', xmlid, self.env.lang), lambda: self._recouvrement_kind(xmlid))
        return self._recouvrement_open([{
            'activity_type_id': kind, 'res_id': case.id, 'res_name': case.partner_id.complete_name, 'user_id': user.id,
            'automated': True, 'note': plaintext2html(note), 'summary': summary,
            'date_deadline': case.company_id._recouvrement_today()}])

    @api.model
    def _recouvrement_kind(self, xmlid):
        """(id, summary or None) of a kind of task, from one statement."""
        self.env['mail.activity.type'].flush_model(['summary'])
        rows = self.env.execute_query(SQL(
            """SELECT kind.id, COALESCE(kind.summary ->> %s, kind.summary ->> 'en_US')
                 FROM ir_model_data data JOIN mail_activity_type kind ON kind.id = data.res_id
                WHERE data.model = 'mail.activity.type' AND data.module = %s AND data.name = %s""",
            self.env.lang or 'en_US', *xmlid.split('.')))
        if not rows:
            raise ValueError(f"The kind of task {xmlid} was deleted: update the module, or restore it.")
        return rows[0]

    @api.model
    def _recouvrement_people(self, user_ids):
        """{user id: Person}."""
        known = once(self, 'people', dict)
        missing = [user for user in user_ids if user not in known]
        if missing:
            self.env['res.partner'].flush_model(['tz'])
            self.env['res.users'].flush_model(['active'])
            known.update((user, Person(*person)) for user, *person in self.env.execute_query(SQL(
                """SELECT users.id, partner.id, partner.tz, users.active
                     FROM res_users users JOIN res_partner partner ON partner.id = users.partner_id
                    WHERE users.id = ANY(%s)""", int_array(missing))))
        return known

    @api.model
    def _recouvrement_subscribe(self, pairs):
        """Who is responsible follows the cases, by core's own choice of what is told to followers.

        Not by core's method: for each case it goes through all that the others have found.

        :param pairs: (case id, user id)
        """
        default, _internal, external = self.env['mail.message.subtype'].default_subtypes('recouvrement.case')
        self.env['mail.followers'].flush_model()
        cases, users = zip(*pairs, strict=True)
        # PostgreSQL keeps how it looks for a follower from when there were few: thousands would be found by reading them all
        forget = SQL("DISCARD PLANS;") if len(pairs) > MANY else SQL()
        self.env.cr.execute(SQL(
            """
            %(forget)s
            WITH made AS (
                 INSERT INTO mail_followers (res_model, res_id, partner_id)
                 SELECT DISTINCT 'recouvrement.case', pair.case_id, partner.id
                   FROM unnest(%(cases)s, %(users)s) AS pair (case_id, user_id)
                   JOIN res_users responsible ON responsible.id = pair.user_id
                   JOIN res_partner partner ON partner.id = responsible.partner_id AND partner.active
                     ON CONFLICT DO NOTHING RETURNING id, partner_id)
            INSERT INTO mail_followers_mail_message_subtype_rel (mail_followers_id, mail_message_subtype_id)
            SELECT made.id, subtype.id
              FROM made JOIN res_partner partner ON partner.id = made.partner_id
              JOIN mail_message_subtype subtype
                ON subtype.id = ANY(CASE WHEN partner.partner_share THEN %(external)s::int[] ELSE %(default)s::int[] END)
            """, cases=int_array(cases), users=int_array(users), external=external.ids, default=default.ids, forget=forget))
