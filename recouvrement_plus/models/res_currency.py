from decimal import Decimal

from odoo import models

from ..engine.money import round_cents


class ResCurrency(models.Model):
    _inherit = 'res.currency'

    def _recouvrement_text(self, amount):
        """An amount as text at the precision of the currency: how money leaves the public methods."""
        self.ensure_one()
        return str(round_cents(Decimal(str(amount)), self.decimal_places))
