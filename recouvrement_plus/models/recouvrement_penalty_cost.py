"""Costs above the fixed indemnity: by hand, one by one, each with its proof."""
from odoo import models
from odoo.exceptions import UserError

SOURCES = {'b2b': 'C. com. art. L441-10 II', 'public': 'CCP art. L2192-13'}


class RecouvrementPenalty(models.Model):
    _inherit = 'recouvrement.penalty'

    def add_cost(self, amount, nature, proof, move_id=None):
        """Add to a claim the collection costs that exceed the fixed indemnity, on justification.

        :param amount: what is claimed beyond the 40 euros, in the claim's currency, above 0 (number or text)
        :param nature: what the costs are
        :param proof: id of an attachment that the user may read, or {filename, datas (base64)}
        :param move_id: invoice of the claim that caused them; the first one when left out
        :return: [{id, name, state, currency, amount, move_id, move_name, reversal_id}]
        :raises UserError: without proof; for a consumer, from whom asking such costs is forbidden (C. conso art. L121-21,
            CPCE art. L111-8); once the claim has its document
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        claim = self.sudo()
        claim._check_cost(nature)
        value = claim._cost_amount(amount)
        invoice = claim.line_ids.move_id.filtered(lambda move: move.id == move_id) if move_id else claim.line_ids.move_id[:1]
        if not invoice:
            raise UserError(self.env._("The costs belong to an invoice of the claim."))
        self.env['recouvrement.penalty.line'].sudo().create({
            'penalty_id': self.id, 'move_id': invoice.id, 'cost': value, 'name': nature.strip(),
            'attachment_id': self._cost_proof(proof).id, 'source': SOURCES[claim.partner_id.recouvrement_regime]})
        return self._results()

    def _check_cost(self, nature):
        regime = self.partner_id.recouvrement_regime
        if regime not in SOURCES:
            raise UserError(self.env._(
                "Collection costs are not asked of %(customer)s: without a title they stay with the creditor (CPCE art. L111-8), "
                "asking a consumer for them is forbidden (C. conso. art. L121-21), and an unclassified customer may be one.",
                customer=self.partner_id.display_name))
        if self.state != 'claimed' or self._document():
            raise UserError(self.env._("Costs are added before the claim is billed, waived or cancelled."))
        if not (nature or '').strip():
            raise UserError(self.env._("Say what the costs are."))

    def _cost_amount(self, amount):
        try:
            value = self.currency_id.round(float(amount))
        except (TypeError, ValueError, OverflowError):
            value = 0.0
        if not 0.0 < value < float('inf'):
            raise UserError(self.env._("The amount of the costs is a number above 0."))
        return value

    def _cost_proof(self, proof):
        """The proof, kept with the claim: a copy of an attachment that the user may read, or the file handed over."""
        name, content = self.env['ir.attachment']._recouvrement_proof(proof)
        if not content:
            raise UserError(self.env._("Additional costs are only due on justification: attach the proof."))
        return self.env['ir.attachment'].sudo().create({
            'name': name or self.env._("Proof"), 'raw': content, 'res_model': 'recouvrement.penalty', 'res_id': self.id})
