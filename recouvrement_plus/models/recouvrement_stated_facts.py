"""Facts that a person states with a legal step: parsed and checked one by one, before anything is written."""
import base64
import binascii
from decimal import Decimal, InvalidOperation

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

#: No amount of a claim is larger; what is would not be a number any more once it is stored.
MAX_MONEY = Decimal('1e15')


class RecouvrementStatedFacts(models.AbstractModel):
    """For records that have `company_id`; `_fact_label` and `_fact_choices` give the words and the codes of each."""

    _name = 'recouvrement.stated.facts'
    _description = "Facts stated with a step"

    def _fact_choices(self, name):
        """[(code, label)] that a fact may be."""
        raise NotImplementedError

    def _fact_label(self, name):
        """The words of a fact."""
        raise NotImplementedError

    def _check_statable(self, stated, known):
        """Refuse facts that are read from the records, or that have no name.

        :raises UserError: naming them
        """
        if not isinstance(stated, dict):
            raise UserError(self.env._("Facts are given by their name: {name: value}, with the names that the step asks for."))
        unknown = sorted(set(stated) - set(known))
        if unknown:
            raise UserError(
                self.env._("These facts are read from the records and cannot be passed: %(names)s", names=", ".join(unknown)))

    def _order_text(self, label, labels, params):
        """Why an act is refused that is dated before the one that it follows."""
        return self.env._("“%(action)s”: %(day)s is before “%(earlier)s” of %(on)s.", action=label,
                          day=format_date(self.env, params['value']), earlier=labels.get(params['act'], params['act']),
                          on=format_date(self.env, params['on']))

    def _parse_date(self, name, value):
        return self.env['recouvrement.run']._parse_date(value)

    def _parse_past_date(self, name, value):
        """The day of something that has happened.

        :raises UserError: for a day to come, or for what is no date
        """
        day = self._parse_date(name, value)
        if day > self.company_id._recouvrement_today():
            raise UserError(self.env._("%(day)s is still to come: record what has happened.", day=day))
        return day

    def _parse_choice(self, name, value):
        choices = self._fact_choices(name)
        if value not in dict(choices):
            raise UserError(self.env._("“%(value)s” is not one of: %(choices)s.", value=value, choices=", ".join(
                code for code, _label in choices)))
        return value

    def _parse_text(self, name, value):
        if not isinstance(value, str) or not value.strip():
            raise UserError(self.env._("%(fact)s: write a few words.", fact=self._fact_label(name)))
        return value.strip()

    def _parse_money(self, name, value):
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            amount = Decimal(-1)
        if not amount.is_finite() or not 0 <= amount < MAX_MONEY:
            raise UserError(self.env._("%(fact)s: an amount that is not negative.", fact=self._fact_label(name)))
        return amount

    def _parse_document(self, name, value):
        """{filename, datas in base64}."""
        try:
            known = value['filename'] and base64.b64decode(value['datas'], validate=True)
        except (KeyError, TypeError, ValueError, binascii.Error):
            known = False
        if not known:
            raise UserError(self.env._("A document is given by its file name and its content in base64."))
        return value
