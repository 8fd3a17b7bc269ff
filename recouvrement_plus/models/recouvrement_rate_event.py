"""The journal of the legal rates: every change with who and when, every look-up, every warning. Only ever added to."""
from odoo import api, fields, models
from odoo.exceptions import UserError

# One sentence for each reason of ecb/errors.py; a test compares the two lists.
ERROR_SELECTION = [
    ('bad_address', "The address is not an https address"),
    ('unreachable', "No answer, or a certificate that cannot be verified"),
    ('too_slow', "The answer takes too long"),
    ('too_large', "The answer is too large to be this series"),
    ('redirect', "The address leads elsewhere and was not followed"),
    ('http_status', "The server answers with an error"),
    ('truncated', "The answer is cut"),
    ('unreadable', "The answer is not a series of rates"),
    ('hostile', "The answer holds a document type or entities and was not opened"),
    ('other_series', "The answer is another series than the main refinancing rate"),
    ('implausible', "The values are not those of the main refinancing rate"),
    ('internal', "An error of the software, see the server's log"),
]


class RecouvrementRateEvent(models.Model):
    """What happened to the rates. Rows are written by the methods of `recouvrement.rate` and never changed."""

    _name = 'recouvrement.rate.event'
    _description = "Journal of the legal rates"
    _order = 'date desc, id desc'

    kind = fields.Selection(
        selection=[
            ('created', "Entered"), ('changed', "Changed"), ('fetched', "Publication read"),
            ('fetch_error', "Publication not read"), ('warned_ahead', "Missing in one month"), ('warned_missing', "Missing"),
        ], required=True, readonly=True, index=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one('res.users', string="By", required=True, readonly=True, default=lambda self: self.env.uid)
    rate_id = fields.Many2one('recouvrement.rate', string="Legal rate", readonly=True, index='btree_not_null', ondelete='restrict')
    changes = fields.Json(readonly=True, help="{field: [before, after]}, as text.")
    description = fields.Char(compute='_compute_description')
    claims = fields.Integer(
        string="Claims made with the old value", readonly=True, help="They keep the figures they were made with.")
    error = fields.Selection(selection=ERROR_SELECTION, readonly=True)
    note = fields.Char(string="Details", readonly=True)
    semester = fields.Date(string="Half-year from", readonly=True, help="First day of the half-year of the warning.")

    _one_warning = models.UniqueIndex('(kind, semester) WHERE semester IS NOT NULL', "This warning was already given.")

    @api.depends('changes')
    def _compute_description(self):
        labels = {name: field._description_string(self.env) for name, field in self.env['recouvrement.rate']._fields.items()}
        for event in self:
            event.description = ", ".join(
                f"{labels.get(name, name)}: {before or '-'} → {after or '-'}"
                for name, (before, after) in (event.changes or {}).items())

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("The journal of the rates is kept: it says who changed what."))
