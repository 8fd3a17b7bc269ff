"""The invoice that bills penalties: what ties it to its claim and keeps it out of what invoices are."""
from odoo import fields, models


class AccountMove(models.Model):
    _inherit = 'account.move'

    # Set when the document is made, never afterwards: no write on a posted invoice.
    recouvrement_penalty_id = fields.Many2one(
        'recouvrement.penalty', string="Penalty claim", copy=False, readonly=True, index='btree_not_null', ondelete='set null',
        groups='recouvrement_plus.recouvrement_plus_group_officer',
        help="The claim that this document bills. Penalties bear no interest and no indemnity of their own.")

    # Billing twice is refused by the database, whoever asks and however often.
    _recouvrement_one_document = models.UniqueIndex(
        "(recouvrement_penalty_id) WHERE recouvrement_penalty_id IS NOT NULL AND move_type = 'out_invoice' AND state <> 'cancel'",
        "This penalty claim is already billed.")

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """What takes a penalty document back, by hand too, belongs to the same claim: it is no ordinary credit note."""
        values_list = default_values_list or [{} for _move in self]
        values_list = [{'recouvrement_penalty_id': move.sudo().recouvrement_penalty_id.id, **values}
                       for move, values in zip(self, values_list, strict=True)]
        return super()._reverse_moves(values_list, cancel=cancel)
