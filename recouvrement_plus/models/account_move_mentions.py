"""The legal mentions on late payment that the printed invoice carries, by regime of the customer and date of the invoice."""
from odoo import models
from odoo.tools import format_date, formatLang

from ..engine.errors import UnknownRegime
from ..engine.mentions import invoice_mentions
from ..engine.money import to_decimal


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _recouvrement_legal_mentions(self):
        """Sentences to print, in the language of the environment; none on other documents than French customer invoices.

        None either when the customer is not classified: a consumer must not read of the 40 euros, so nothing is guessed.
        """
        move = self.sudo()
        if not move._recouvrement_bears_mentions():
            return []
        try:
            mentions = move._recouvrement_mentions()
        except UnknownRegime:
            return []
        return [move._recouvrement_mention_text(mention) for mention in mentions]

    def _recouvrement_bears_mentions(self):
        french = self.company_id.country_code in self.env['account.account']._french_countries()
        return (self.move_type == 'out_invoice' and french and self.company_id.recouvrement_print_mentions
                and not self.recouvrement_penalty_id)

    def _recouvrement_mentions(self):
        """The engine's answer for one invoice: a draft without date is one of today.

        :raises UnknownRegime: when the customer is not classified
        """
        company = self.company_id
        rate = company.recouvrement_contract_rate
        return invoice_mentions(
            self.commercial_partner_id.recouvrement_regime or '', self.invoice_date or company._recouvrement_today(),
            to_decimal(f'{rate:.2f}') if rate else None, company.recouvrement_contract_floor)

    def _recouvrement_mention_text(self, mention):
        """One mention in words: the company's own wording where it has one."""
        company = self.company_id
        if mention.code == 'discount':
            return self._recouvrement_discount_text()
        if mention.code == 'indemnity':
            return self.env._("Fixed indemnity for collection costs in case of late payment: 40 € (%(article)s).",
                              article=mention.citation)
        if mention.code != 'public_rate' and company.recouvrement_rate_wording:
            return company.recouvrement_rate_wording
        rate = formatLang(self.env, float(mention.percent), digits=2) if mention.percent is not None else ''
        return {
            'legal_rate': lambda: self.env._(
                "Penalties for late payment, due without reminder from the day after the due date: rate applied by the European "
                "Central Bank to its most recent refinancing operation plus 10 percentage points (%(article)s).",
                article=mention.citation),
            'contract_rate': lambda: self.env._(
                "Penalties for late payment, due without reminder from the day after the due date: %(rate)s %% a year "
                "(%(article)s).", rate=rate, article=mention.citation),
            'contract_floor': lambda: self.env._(
                "Penalties for late payment, due without reminder from the day after the due date: %(rate)s %% a year, and never "
                "less than three times the legal interest rate (%(article)s).", rate=rate, article=mention.citation),
            'contract_fallback': lambda: self.env._(
                "Penalties for late payment, due without reminder from the day after the due date: %(rate)s %% a year or, where "
                "that is less than three times the legal interest rate, rate applied by the European Central Bank to its most "
                "recent refinancing operation plus 10 percentage points (%(article)s).", rate=rate, article=mention.citation),
            'public_rate': lambda: self.env._(
                "Interest for late payment, due without formality from the day after the end of the payment period: rate of the "
                "European Central Bank on the first day of the half-year in which it began to run, plus 8 percentage points "
                "(%(article)s).", article=mention.citation),
        }[mention.code]()

    def _recouvrement_discount_text(self):
        """Conditions of the discount: those of the payment term go before the company's general ones."""
        term, company = self.invoice_payment_term_id, self.company_id
        if term.early_discount:
            return self.env._(
                "Discount for early payment: %(percent)s %% for payment by %(date)s.",
                percent=formatLang(self.env, term.discount_percentage, digits=2),
                date=format_date(self.env, term._get_last_discount_date(self.invoice_date or company._recouvrement_today())))
        return company.recouvrement_discount_wording or self.env._("No discount for early payment.")

    def _get_alerts(self):
        """Say why an invoice will be printed without the mentions: nobody classified the customer."""
        alerts = super()._get_alerts()
        move = self.sudo()
        partner = move.commercial_partner_id
        if partner and not partner.recouvrement_regime and move.state != 'cancel' and move._recouvrement_bears_mentions():
            alerts['recouvrement_mentions'] = {
                'level': 'info',
                'message': self.env._(
                    "%(customer)s is not classified: the legal mentions on late payment are not printed. They are due on invoices "
                    "to professionals and must not appear on those of consumers. State the penalty regime of the customer.",
                    customer=partner.display_name),
                'action_text': self.env._("Open the customer"),
                'action': self.with_user(self.env.user).commercial_partner_id._get_records_action(),
            }
        return alerts
