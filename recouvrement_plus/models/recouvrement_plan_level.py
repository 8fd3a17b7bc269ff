from odoo import api, fields, models
from odoo.exceptions import ValidationError

CHANNEL_SELECTION = [
    ('email', "E-mail"), ('letter', "Letter"), ('registered', "Registered letter"), ('phone', "Phone call"), ('sms', "SMS"),
    ('activity', "Task (a visit …)"),
]


class RecouvrementPlanLevel(models.Model):
    """One step of a plan: when, by which channel, in which tone, and whether a person must approve it."""

    _name = 'recouvrement.plan.level'
    _description = "Reminder plan level"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of
    _order = 'plan_id, days, id'

    name = fields.Char(required=True, translate=True)
    plan_id = fields.Many2one('recouvrement.plan', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='plan_id.company_id', store=True, index=True)
    active = fields.Boolean(default=True)
    days = fields.Integer(
        string="Days after the due date", required=True,
        help="Negative: before the due date. The order of levels is the order of their days, however they were created.")
    rank = fields.Integer(compute='_compute_rank', help="Position in the plan, from 1.")
    channel = fields.Selection(
        selection=CHANNEL_SELECTION, default='email', required=True,
        help="Without e-mail address it becomes a letter, without postal address a task for the collector.")
    tone = fields.Selection(
        selection=[('courteous', "Courteous"), ('neutral', "Neutral"), ('firm', "Firm"), ('last', "Last")],
        default='courteous', required=True)
    template_id = fields.Many2one(
        'mail.template', string="Text", domain="[('model', '=', 'recouvrement.reminder')]", ondelete='restrict')
    automatic = fields.Boolean(default=True, help="Leaves by itself in the night. Otherwise a manager approves each message.")
    formal_notice = fields.Boolean(
        string="Formal notice", help="Mise en demeure (C. civ. art. 1344): prepared by the night, never sent without approval.")
    needs_statement = fields.Boolean(
        string="With penalty statement",
        help="The message claims penalties: it waits while they cannot be computed (unknown rate, unclassified customer).")
    min_amount = fields.Monetary(string="Minimum amount", currency_field='currency_id')
    currency_id = fields.Many2one('res.currency', related='plan_id.currency_id')

    @api.depends('days', 'plan_id.level_ids.days', 'plan_id.level_ids.active')
    def _compute_rank(self):
        for level in self:
            ordered = level.plan_id.level_ids.sorted('days').ids
            level.rank = ordered.index(level.id) + 1 if level.id in ordered else 0

    @api.constrains('formal_notice', 'automatic', 'days', 'channel')
    def _check_formal_notice(self):
        for level in self.filtered('formal_notice'):
            if level.automatic:
                raise ValidationError(self.env._(
                    "Level “%(level)s” is a formal notice: it cannot be automatic, a person approves each one.", level=level.name))
            if level.channel not in ('letter', 'registered'):
                raise ValidationError(self.env._(
                    "Level “%(level)s” is a formal notice: it leaves as a letter, whose sending can be proved.", level=level.name))
            if level.days <= 0:
                raise ValidationError(self.env._(
                    "Level “%(level)s” is a formal notice: it comes after the due date.", level=level.name))

    def _way_out(self):
        """The channel of its messages: the letter of a formal notice is a registered one, as it says itself and as its sending
        is recorded."""
        return 'registered' if self.formal_notice and self.channel == 'letter' else self.channel

    @api.constrains('days', 'plan_id', 'active')
    def _check_days(self):
        self.plan_id._check_levels()
