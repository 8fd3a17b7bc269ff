"""The words of a reminder by SMS."""
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

PLACES = ('company', 'amount', 'count', 'days', 'reference', 'phone', 'link')
PLACE = re.compile(r'\{(\w*)\}')


class RecouvrementPlanLevel(models.Model):
    _inherit = 'recouvrement.plan.level'

    sms_text = fields.Text(
        string="SMS", translate=True,
        help="Empty: the usual words, in the customer's language. Replaced when it leaves: {company}, {amount}, {count} of "
             "invoices, {days} of the oldest, {reference}, {phone}, {link}.")

    @api.constrains('sms_text')
    def _check_sms_text(self):
        for level in self:
            level._check_sms_places(level.sms_text)

    def _broken(self, texts):
        """Its own words, or the usual ones, are all that an SMS takes."""
        return '' if self._sms_alone() else super()._broken(texts)

    def _sms_alone(self):
        """Whether the words of the SMS are the only text: who has no mobile gets them by e-mail or letter."""
        return self.channel == 'sms' and not self.template_id

    def _check_sms_places(self, words):
        """Refuse words with a place that nothing replaces: the customer would read its name."""
        unknown = sorted(set(PLACE.findall(words or '')) - set(PLACES))
        if unknown:
            raise ValidationError(self.env._(
                "Level “%(level)s”, SMS: {%(name)s} is not known; there are: %(known)s.", level=self.name, name=unknown[0],
                known=", ".join(f"{{{place}}}" for place in PLACES)))

    def _sms_words(self, company):
        """The words of the level in the language of the environment, the usual ones when it has none."""
        own = (self.sms_text or '').strip()
        if own or not company.phone:
            return own or self.env._(
                "{company}: {amount} are overdue, by {days} days for the oldest. Please pay by transfer, reference {reference}.")
        return self.env._(
            "{company}: {amount} are overdue, by {days} days for the oldest. Please pay by transfer, reference {reference}. "
            "A question: {phone}")
