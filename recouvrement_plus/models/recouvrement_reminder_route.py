"""How a message reaches the customer: by which channel, to whom, with a copy to whom, at which hour; tasks for the rest."""
from odoo import api, fields, models

from ..engine import calendar_days, recipients
from .recouvrement_plan_level_rules import WRITTEN

# Channels that a person works through: the message is a task on the case, done when the task is.
TASKS = ('phone', 'activity')
# States in which a message waits for a person or for its turn.
WAITING = ('draft', 'approved', 'queued')


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    contact_ids = fields.Many2many('res.partner', string="Recipients", readonly=True, help="When there are several.")
    activity_id = fields.Many2one('mail.activity', string="Task", readonly=True, ondelete='set null', index='btree_not_null')
    grace_date = fields.Date(string="Asks to pay by", readonly=True)

    # === WHO, HOW === #

    @api.model
    def _available_channels(self):
        """Channels that this database can use; SMS takes a module of its own."""
        return tuple(channel for channel in recipients.CHANNELS if channel != 'sms')

    @api.model
    def _route(self, level, partner):
        """(channel, contacts) of a message: the first channel of the fallback chain that reaches somebody."""
        people = partner._recouvrement_people()[0][partner.id]
        channel, ranks = self._way(people, level._way_out(), level.recipient)
        return channel, partner.browse([people[rank].id for rank in ranks]) or self._recipient(partner)

    @api.model
    def _channel(self, level, partner):
        return self._route(level, partner)[0]

    @api.model
    def _grace_date(self, company, level, day):
        """The working day by which a message of a level asks to be paid, False when it names none."""
        if not level.grace_days:
            return False
        zone = company._recouvrement_zone() or calendar_days.METROPOLE
        return calendar_days.next_open_day(fields.Date.add(day, days=level.grace_days), calendar_days.DayRules(zones=(zone,)))

    def _render_content(self):  # pylint: disable=missing-return
        """Tasks have no text of ours; the date to pay by counts from the day the message leaves."""
        for reminder in self:
            grace_date = reminder._grace_date(reminder.company_id, reminder.level_id, reminder._as_of())
            if reminder.grace_date != grace_date:
                reminder.grace_date = grace_date
        super(RecouvrementReminder, self.filtered(lambda reminder: reminder.channel in WRITTEN))._render_content()

    def _next_moment(self, channel, after=None):
        """When the message may leave by the calendars that decided on it: the company's and the customer's; False: now."""
        return False if self.run_id.replay else self.company_id._recouvrement_next_moment(
            channel, self.partner_id.commercial_partner_id, after)

    # === E-MAIL === #

    def _mail_vals(self, reply_to):
        vals = super()._mail_vals(reply_to)
        if self.contact_ids:
            vals['recipient_ids'] = [fields.Command.set(self.contact_ids.ids)]
        moment = self._next_moment('email')
        return vals | ({'scheduled_date': moment} if moment else {})

    def _after_sending(self, *args, **kwargs):
        result = super()._after_sending(*args, **kwargs)
        self.filtered(lambda reminder: reminder.state == 'sent')._queue_copies()
        return result

    def _queue_copies(self):
        """A copy to colleagues once the customer's message has left: its failure never concerns the customer's."""
        vals_list = []
        for reminder in self:
            addresses = reminder._copy_addresses()
            if addresses:
                vals_list.append({
                    'email_to': ', '.join(addresses), 'subject': reminder.subject, 'body_html': reminder.body_html,
                    'email_from': reminder._sender(), 'auto_delete': True,
                    'attachment_ids': [fields.Command.set(reminder.mail_id.attachment_ids.ids)]})
        self.env['mail.mail'].create(vals_list)

    def _copy_addresses(self):
        level = self.level_id
        addresses = [part.strip() for part in (level.cc_emails or '').split(',') if part.strip()]
        if level.cc_salesperson:
            moves = self.line_ids.filtered('active').move_line_id.move_id
            people = moves.invoice_user_id or self.partner_id.user_id
            addresses += [user.email_formatted for user in people if user.email and user.active]
        return list(dict.fromkeys(addresses))

    # === TASKS === #

    def _queue(self):  # pylint: disable=missing-return
        super()._queue()
        self._ask_tasks()

    def _approve_one(self):  # pylint: disable=missing-return
        super()._approve_one()
        if self.channel in TASKS:
            self._queue()

    def _ask_tasks(self):
        """A task for the collector: the message itself (call, visit), or beside it when the level says so."""
        wanted = self.filtered(lambda one: not one.activity_id and (
            one.channel in TASKS or one.level_id.task or one._lacks_address()))
        if not wanted:
            return
        collectors = wanted.case_id._collectors()
        activities = self.env['mail.activity'].with_context(mail_activity_quick_update=True).create(
            [reminder._task_vals(collectors[reminder.case_id.id]) for reminder in wanted])
        for reminder, activity in zip(wanted, activities, strict=True):
            reminder.activity_id = activity

    def _lacks_address(self):
        """A letter that cannot leave: no postal address is known; the name of a country is none."""
        return self.channel in ('letter', 'registered') and not self.contact_id._recouvrement_has_address()

    def _task_vals(self, collector):
        lost = self._lacks_address() and self.env._("Find an address: the reminder cannot leave")
        call = self.channel == 'phone'
        kind = self.env.ref('mail.mail_activity_data_call' if call else 'mail.mail_activity_data_todo')
        moment, company = self._next_moment('phone'), self.company_id
        return {
            'activity_type_id': kind.id, 'res_model_id': self.env['ir.model']._get_id('recouvrement.case'),
            'res_id': self.case_id.id, 'user_id': collector.id,
            'summary': lost or self.level_id.task_summary or self.level_id.name,
            'date_deadline': max(company._recouvrement_day(moment) if moment else self.date, company._recouvrement_today())}

    def _send_letter(self):
        """What a person does is done when the person says so; the facts are read again first."""
        if self.channel not in TASKS:
            return super()._send_letter()
        if self._refuse_or_refresh():
            return None
        self._log_done()
        self._count_as_done()
        return None

    def _log_done(self, words=False):
        self._log_event('call' if self.channel == 'phone' else 'sent', words)

    def _count_as_done(self, words=False):
        """What a person did has left; its task is over."""
        self.write({'state': 'sent', 'reason': False, 'date_sent': fields.Datetime.now(), 'sent_by_id': self.env.uid})
        self.activity_id.filtered('active').action_feedback(feedback=words)

    def _done_by_person(self, words=False):
        """A call or a visit was made: that is a fact. What it claimed is what is owed at this second, and nothing else."""
        self._log_done(words)
        if not self._refuse_or_refresh():
            self._count_as_done()

    def _look_again(self):
        """Read the facts again, while it still waits: what left or was done meanwhile is evidence.

        Who deleted the task of a call did not call: it is asked for again. To give the call up, the reminder is withdrawn.
        """
        if not self.try_lock_for_update() or self.state not in WAITING:
            return
        if not self._refuse_or_refresh() and self.state != 'draft' and self.channel in TASKS:
            self._ask_tasks()

    def _withdraw_one(self, reason, note=False):  # pylint: disable=missing-return
        super()._withdraw_one(reason, note)
        self.activity_id.filtered('active').unlink()  # one that was done stays done


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    def _look_again_at_waiting(self):
        """Once something was recorded that holds these customers: what waits for them goes, or says what is still asked."""
        answered = self.env.context.get('recouvrement_call_of', ())  # the call of that reminder is being recorded
        waiting = self.sudo().reminder_ids.filtered(
            lambda reminder: reminder.state in WAITING and reminder.id not in answered)
        for reminder in waiting:  # one that cannot be looked at keeps nothing from being recorded: it is looked at when it leaves
            self.env['recouvrement.run'].sudo()._guarded(reminder._look_again)
        if waiting:
            waiting._renew_approval_tasks()


class MailActivity(models.Model):
    _inherit = 'mail.activity'

    def _action_done(self, feedback=False, attachment_ids=None):
        """A call or a visit that was done is a reminder that has left, with what is owed by now."""
        reminders = self.env['recouvrement.reminder'].sudo().search(
            [('activity_id', 'in', self.ids), ('channel', 'in', TASKS), ('state', 'in', ('approved', 'queued'))])
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        for reminder in reminders:
            reminder._done_by_person(feedback)
        return result
