"""Credits that a claim deducts: each once, by the claim that deducts it as long as something of it is open."""
from odoo import fields, models
from odoo.tools import SQL

from ..engine.proceedings import OPEN_STATES

#: Steps that state what is owed to the debtor or to a court: the credits known by then are taken in.
STATING_STEPS = ('prepare_notice', 'approve_notice', 'send_notice', 'prepare_order')


class RecouvrementProceeding(models.Model):
    _inherit = 'recouvrement.proceeding'

    def _take_step(self, action, stated):
        if action in STATING_STEPS:
            self._take_credits()
        return super()._take_step(action, stated)

    def _take_credits(self):
        """Note which credits reduce this claim now: those of its message, which has just looked at them, else those that
        nothing else deducts and nobody reserved."""
        for proceeding in self.sudo():
            if proceeding.reminder_id.state in ('draft', 'approved', 'queued', 'failed'):
                lines = proceeding.reminder_id.line_ids.filtered(lambda line: line.active and line.kind == 'credit')
                found = lines.move_line_id.ids
            else:
                found = self.env['recouvrement.engine']._credits_of_claim(proceeding.company_id, proceeding.item_ids)
            proceeding.credit_ids = [fields.Command.set(found)]

    def _credit_rows(self):
        """[{name, date, amount}] of what is left of the credits deducted, oldest first, together no more than the principal."""
        left, rows = max(self.amount_due, 0.0), []
        for line in self.sudo().credit_ids.sorted(lambda line: (line.date, line.id)):
            amount = min(-line.amount_residual_currency, left) if line.parent_state == 'posted' else 0.0
            if self.currency_id.compare_amounts(amount, 0.0) > 0:
                rows.append({'name': line.move_id.name, 'date': line.move_id.invoice_date or line.date, 'amount': amount})
                left -= amount
        return rows

    def _statement_documents(self, day):
        """The statements behind a letter or a petition; what they add up to is less the credits, as in the letter."""
        return self.item_ids.move_id._recouvrement_documents(day, credits=self._credit_rows())

    def _credits_query(self, company):
        """SQL of the pairs (credit, item) of the claims under way of a company."""
        self.flush_model()
        credit, item = self._fields['credit_ids'], self._fields['item_ids']
        return SQL(
            """
            SELECT deducted.%(credit)s AS credit, claimed.%(item)s AS item
              FROM recouvrement_proceeding proceeding
              JOIN %(credits)s AS deducted ON deducted.%(credit_of)s = proceeding.id
              JOIN %(items)s AS claimed ON claimed.%(item_of)s = proceeding.id
             WHERE proceeding.company_id = %(company)s AND proceeding.state = ANY(%(states)s)
            """, credit=SQL.identifier(credit.column2), credits=SQL.identifier(credit.relation),
            credit_of=SQL.identifier(credit.column1), item=SQL.identifier(item.column2), items=SQL.identifier(item.relation),
            item_of=SQL.identifier(item.column1), company=company.id, states=list(OPEN_STATES))


class RecouvrementEngine(models.AbstractModel):
    _inherit = 'recouvrement.engine'

    def _credits_of_claim(self, company, items):
        """Ids of the credits that a claim of these items deducts today; none of them deducts anything else."""
        keys = set(items.move_line_id.ids)
        outlooks = self._decide(company, company._recouvrement_today(), items.partner_id.commercial_partner_id.ids)
        return [line.id for outlook in outlooks if outlook.currency_id == items.currency_id[:1].id
                for line in outlook.deducted_from(keys) if line.id]
