"""Files handed over by a caller; and evidence, which stays what it was: its bytes, its name, the record it belongs to."""
import base64

from odoo import api, models
from odoo.exceptions import AccessError, UserError

#: What makes a document another one, or shows it to others.
CONTENT = {'raw', 'datas', 'db_datas', 'store_fname', 'checksum', 'name', 'mimetype', 'type', 'url', 'res_model', 'res_id',
           'res_field', 'company_id', 'public'}


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

    # === EVIDENCE === #

    def write(self, vals):
        if CONTENT & set(vals):
            self._recouvrement_check_kept()
        return super().write(vals)

    def unlink(self):
        self._recouvrement_check_kept()
        return super().unlink()

    def _delete_and_notify(self, message=None):
        """The bin of the chatter deletes with elevated rights, in the name of a person."""
        self.sudo(False)._recouvrement_check_kept()
        return super()._delete_and_notify(message)

    def _recouvrement_check_kept(self):
        """Refuse to change evidence, to whoever may write on the record that it belongs to.

        The software itself (elevated rights) may: the end of what is known of a person blanks his documents.

        :raises UserError: naming the document
        :raises AccessError: for the document of an open dispute, to all but managers
        """
        own = () if self.env.su else self.sudo().filtered(lambda one: (one.res_model or '').startswith('recouvrement.'))
        if not own:
            return
        self._recouvrement_check_disputes(own.filtered(lambda one: one.res_model == 'recouvrement.dispute'))
        for model, field in self._recouvrement_evidence():
            found = self.env[model].sudo().with_context(active_test=False).search([(field, 'in', own.ids)], limit=1)
            if found:
                self._recouvrement_refuse((found[field] & own)[:1], found)

    def _recouvrement_check_disputes(self, own):
        """What shows why nothing was asked: a manager takes a wrong file away while the dispute is open, nobody afterwards."""
        for document in own:
            dispute = self.env['recouvrement.dispute'].sudo().browse(document.res_id).exists()
            if dispute.state == 'closed':
                self._recouvrement_refuse(document, dispute)
            if dispute and not self.env.user.has_group('recouvrement_plus.recouvrement_plus_group_manager'):
                raise AccessError(self.env._("“%(document)s” belongs to a dispute: a collection manager changes or deletes it.",
                                             document=document.name))

    def _recouvrement_refuse(self, document, record):
        raise UserError(self.env._("“%(document)s” is kept as evidence with “%(record)s”: it is not changed nor deleted.",
                                   document=document.name, record=record.display_name))

    def _recouvrement_evidence(self):
        """[(model, field)]: every link of a lasting record of ours to its documents."""
        return [
            (name, field.name) for name, model in self.env.registry.items()
            if name.startswith('recouvrement.') and model._auto and not model._transient
            for field in model._fields.values()
            if field.comodel_name == self._name and field.store and field.type in ('many2one', 'many2many')
            and not field.related and field.name != 'message_main_attachment_id']
