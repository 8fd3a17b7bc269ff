"""Who can get an SMS: a mobile number."""
from odoo import models

try:
    import phonenumbers
except ImportError:  # module phone_validation does without as well
    phonenumbers = None


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def _recouvrement_mobile(self):
        """The number for an SMS in international form, '' for a land line or no number at all."""
        self.ensure_one()
        number = self._phone_format(fname='phone') or ''
        if not number or phonenumbers is None:
            return number
        kind = phonenumbers.number_type(phonenumbers.parse(number))
        mobile = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
        return number if kind in mobile else ''

    def _recouvrement_mobiles(self):
        return {partner.id for partner in self.browse(super()._recouvrement_mobiles()) if partner._recouvrement_mobile()}
