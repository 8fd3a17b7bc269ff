"""What a level and a plan ask of the night beyond their days: waits, quiet periods, who receives, what goes with it."""
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize, email_split

from .mail_template import REMINDER
from .night_memo import once

# Channels whose message is a text of ours; the others are a task for the collector.
WRITTEN = ('email', 'letter', 'registered', 'sms')


class RecouvrementPlan(models.Model):
    _inherit = 'recouvrement.plan'

    grouping = fields.Selection(
        selection=[('customer', "One message, at the highest level"), ('level', "One message for each level")],
        string="Each night a customer gets", default='customer', required=True,
        help="May be changed at any time: what was sent stays, no instalment is reminded twice at a level.")
    predue_scope = fields.Selection(
        selection=[('targeted', "New, large or risky customers"), ('everyone', "Everyone"), ('nobody', "Nobody")],
        string="Before the due date, write to", default='targeted', required=True,
        help="New: fewer than three invoices whose outcome is known. Risky: grade D or E.")
    climb_when_broken = fields.Boolean(
        string="One level up after a broken promise",
        help="The message that follows a promise which was not kept is one level above the one that the days call for.")
    predue_amount = fields.Monetary(
        string="Large from", default=10000.0, help="Amount open from which a customer is large. 0: no amount makes it so.")


class RecouvrementPlanLevel(models.Model):
    _inherit = 'recouvrement.plan.level'

    count_from = fields.Selection(
        selection=[('due', "From the due date"), ('previous', "From the previous reminder")], string="Counts",
        default='due', required=True,
        help="From the previous reminder: once the invoice has the days above, and so many days after its last reminder. The "
             "first level has none before it: it counts from the due date.")
    wait_days = fields.Integer(string="Days after the previous reminder", default=7)
    min_interval_days = fields.Integer(
        string="Days since any contact", help="At least so many days since the last message to the customer. 0: as the plan says.")
    recipient = fields.Selection(
        selection=[('ladder', "The contact for reminders"), ('manager', "A manager"), ('all_billing', "Every billing contact")],
        string="Who receives", default='ladder', required=True,
        help="Contact for reminders, else accounting or invoice contact, else manager, else the company. Contacts that are "
             "robots receive nothing.")
    cc_salesperson = fields.Boolean(string="Copy to the salesperson")
    cc_emails = fields.Char(string="Copy to", help="E-mail addresses, separated by commas.")
    attach_invoices = fields.Boolean(string="Attach the invoices")
    attach_account = fields.Boolean(string="Attach the statement of account")
    attach_penalties = fields.Boolean(string="Attach the penalty statement")
    task = fields.Boolean(string="Task for the collector", help="A task on the customer's case when the message is on its way.")
    task_summary = fields.Char(string="What to do", translate=True)
    grace_days = fields.Integer(
        string="Days to pay", help="The message asks to pay by a date: so many days later, moved to a working day. 0: no date.")

    _waits_not_negative = models.Constraint(
        'CHECK(wait_days >= 0 AND min_interval_days >= 0 AND grace_days >= 0)', "Days to wait are 0 or more.")

    @api.constrains('cc_emails')
    def _check_cc_emails(self):
        for level in self:
            bad = [part.strip() for part in (level.cc_emails or '').split(',') if part.strip() and not email_normalize(part)]
            if bad or (level.cc_emails or '').strip() and not email_split(level.cc_emails):
                raise ValidationError(self.env._(
                    "Level “%(level)s”, copy to: “%(address)s” is not an e-mail address.", level=level.name,
                    address=', '.join(bad) or level.cc_emails))

    @api.constrains('template_id')
    def _check_template(self):
        for level in self.filtered('template_id'):
            if level.sudo().template_id.model != REMINDER:
                raise ValidationError(self.env._(
                    "Level “%(level)s”: the text “%(template)s” is about something else than reminders.", level=level.name,
                    template=level.sudo().template_id.name))

    def _rule_extras(self):
        """{level id: fields of the engine's `LevelRule` that this file adds}."""
        broken = self._broken_levels()
        return {level.id: level._rule_extra(broken[level.id]) for level in self}

    def _rule_extra(self, broken):
        return {
            'firm': self.tone in ('firm', 'last'),
            'wait_days': self.wait_days if self.count_from == 'previous' else None,
            'min_interval_days': self.min_interval_days or None,
            'broken': bool(broken),
        }

    def _broken_levels(self):
        """{level id: what is wrong with its text, in words, or ''}; the texts are read together, in a night once."""
        known = once(self, 'broken texts', dict)
        missing = self.filtered(lambda level: level.id not in known)
        texts = missing.sudo().template_id._recouvrement_texts()
        known.update((level.id, level._broken(texts)) for level in missing)
        return {level.id: known[level.id] for level in self}

    def _broken(self, texts):
        if self.channel not in WRITTEN:
            return ''
        if not self.template_id:
            return self.env._("Level “%(level)s” has no text: choose a template in its plan.", level=self.name)
        template = self.sudo().template_id
        about = texts[template.id, 'model']
        problem = self.env._("its text is about something else than reminders.") if about and about != REMINDER else (
            template._recouvrement_problem(texts))
        return problem and self._broken_words(problem)

    def _broken_words(self, problem):
        return self.env._("Level “%(level)s”: %(problem)s", level=self.name, problem=problem)
