"""Facts of an invoice that the law on payment terms asks for and that core does not hold: stated by a person."""
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import payment_terms

# Delay types of core's payment terms that stipulate an end of month.
END_OF_MONTH_DELAYS = ('days_after_end_of_month', 'days_after_end_of_next_month', 'days_end_of_month_on_the')
# Our kinds of public bodies as the engine names them (30, 50 and 60 days).
BODY_OF_KIND = {'state_local': 'authority', 'hospital': 'health', 'public_company': 'company'}


class AccountMove(models.Model):
    _inherit = 'account.move'

    recouvrement_no_term_agreed = fields.Boolean(
        string="No term was agreed", copy=False, tracking=True,
        help="Neither terms of sale nor contract say when to pay: 30 days after delivery or performance (C. com. art. L441-10 I).")
    recouvrement_periodic = fields.Boolean(
        string="Periodic invoice", copy=False, tracking=True,
        help="A summary of several deliveries (CGI art. 289 I 3): 45 days after issue, no end of month.")
    recouvrement_export = fields.Boolean(
        string="Export of goods bought free of VAT", copy=False, tracking=True,
        help="Bought free of VAT (CGI art. 275) and delivered as such outside the European Union: up to 90 days when agreed, "
             "not for large companies (C. com. art. L441-12).")
    recouvrement_receipt_date = fields.Date(
        string="Received by the public body on", copy=False, tracking=True,
        help="Day from which its payment period runs (CCP art. R2192-12): on Chorus Pro, that of the notification. "
             "Empty: two days after the invoice date (art. R2192-15).")
    recouvrement_receipt_uncertain = fields.Boolean(
        string="Receipt uncertain", copy=False, tracking=True,
        help="The period then runs from the delivery date of the invoice (CCP art. R2192-13).")
    recouvrement_interruption_date = fields.Date(
        string="Period interrupted on", copy=False, tracking=True,
        help="Day on which you received the one notice of missing documents (CCP art. R2192-27).")
    recouvrement_completion_date = fields.Date(
        string="Completed on", copy=False, tracking=True,
        help="Day on which the public body had received everything it asked for: a new period opens (CCP art. R2192-29).")
    recouvrement_debtor_regime = fields.Selection(
        related='commercial_partner_id.recouvrement_regime', string="Regime of the debtor")
    recouvrement_disputed_from = fields.Date(
        string="Disputed from", copy=False, tracking=True,
        help="Supplier's invoice that you contest. It is counted apart in the payment-delay table (C. com. art. D441-6).")
    recouvrement_disputed_to = fields.Date(string="Disputed until", copy=False, tracking=True, help="Empty: still disputed.")

    @api.constrains('recouvrement_interruption_date', 'recouvrement_completion_date')
    def _check_recouvrement_interruption(self):
        for move in self:
            stop, done = move.recouvrement_interruption_date, move.recouvrement_completion_date
            if done and not (stop and stop <= done):
                raise ValidationError(self.env._(
                    "%(invoice)s: the documents asked for cannot be complete before the period was interrupted.",
                    invoice=move.display_name))

    @api.constrains('recouvrement_disputed_from', 'recouvrement_disputed_to')
    def _check_recouvrement_disputed(self):
        for move in self:
            since, until = move.recouvrement_disputed_from, move.recouvrement_disputed_to
            if until and not (since and since <= until):
                raise ValidationError(self.env._("%(invoice)s: the dispute ends before it begins.", invoice=move.display_name))

    # === FACTS FOR THE ENGINE === #

    def _recouvrement_term_facts(self, sector=None, as_of=None):
        """What is known of one invoice, of the agreement behind it and of its debtor.

        :raises EngineError: when the customer is not classified
        """
        company, partner = self.company_id, self.commercial_partner_id
        bought = self.move_type == 'in_invoice'
        public = not bought and partner.recouvrement_regime == 'public'
        return payment_terms.TermFacts(
            # On a supplier's invoice the debtor is the company itself: a professional.
            regime='b2b' if bought else partner.recouvrement_regime or '',
            issue_date=self.invoice_date, agreed_due_date=self._recouvrement_agreed_due_date(),
            end_of_month=company.recouvrement_end_of_month_method if self._recouvrement_is_end_of_month() else None,
            delivery_date=self.delivery_date or None, performance_date=self.delivery_date or None,
            sector=sector, periodic=self.recouvrement_periodic, export=self.recouvrement_export,
            # L441-12 looks at who buys: ourselves on a supplier's invoice
            large_company=(company if bought else partner).recouvrement_large_company,
            public_body=BODY_OF_KIND.get(partner.recouvrement_public_kind) if public else None,
            **(self._recouvrement_public_facts(as_of) if public else {}))

    def _recouvrement_public_facts(self, as_of=None):
        def known(day):
            return day if day and (not as_of or day <= as_of) else None

        return {
            'receipt_date': self.recouvrement_receipt_date or None, 'receipt_uncertain': self.recouvrement_receipt_uncertain,
            'interruption_date': known(self.recouvrement_interruption_date),
            'completion_date': known(self.recouvrement_completion_date)}

    def _recouvrement_sectors(self):
        """Sectors of what is invoiced, by product category, else that of the company; None for the general rule."""
        default = self.company_id.recouvrement_sector or None
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == 'product')
        found = {line.product_id.categ_id._recouvrement_sector() or default for line in lines} or {default}
        return {None if sector == 'general' else sector for sector in found}

    def _recouvrement_agreed_due_date(self):
        """The last day on which the invoice is to be paid: that of its last instalment; None when nothing was agreed."""
        if self.recouvrement_no_term_agreed:
            return None
        if self.state == 'draft' and self.invoice_date_due:
            return self.invoice_date_due  # the lines follow when the form is saved
        days = self.line_ids.filtered(lambda line: line.display_type == 'payment_term').mapped('date_maturity')
        return max((day for day in days if day), default=self.invoice_date_due or None)

    def _recouvrement_is_end_of_month(self):
        return any(line.delay_type in END_OF_MONTH_DELAYS for line in self.invoice_payment_term_id.line_ids)
