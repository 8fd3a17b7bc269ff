import base64

from odoo import api, models


class IrAttachment(models.Model):
    _inherit = 'ir.attachment'

    @api.model
    def _recouvrement_file(self, given):
        """(name, content) of a file handed over as {filename, datas in base64}; ('', b'') for what cannot be read."""
        try:
            return given.get('filename') or '', base64.b64decode(given.get('datas') or '', validate=True)
        except (AttributeError, TypeError, ValueError):
            return '', b''

    @api.model
    def _recouvrement_proof(self, proof):
        """(name, content) of a proof: a file handed over, or the id of an attachment that the user may read.

        :raises AccessError: for an attachment that is not his to read
        """
        if isinstance(proof, dict):
            return self._recouvrement_file(proof)
        attachment = self.browse(proof or []).exists()
        attachment.check_access('read')
        return attachment.name, attachment.raw
