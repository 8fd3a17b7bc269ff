"""Whether the due date of an invoice, sent or received, is one that the law allows."""
import csv

from odoo import api, models, tools
from odoo.exceptions import UserError
from odoo.tools import file_open, format_date

from ..engine import payment_terms, term_caps
from ..engine.errors import EngineError

# Delay types of core's payment terms that stipulate an end of month.
END_OF_MONTH_DELAYS = ('days_after_end_of_month', 'days_after_end_of_next_month', 'days_end_of_month_on_the')
# Our kinds of public bodies as the engine names them (30, 50 and 60 days).
BODY_OF_KIND = {'state_local': 'authority', 'hospital': 'health', 'public_company': 'company'}


class AccountMove(models.Model):
    _inherit = 'account.move'

    # === PUBLIC METHODS === #

    def recouvrement_payment_term_check(self):
        """Is the agreed due date of a customer or supplier invoice lawful, and which is the latest lawful one?

        :return: {compliant, latest_due_date ('' when the law sets none), rule, source, excess_days, agreed_due_date, warnings}
        :raises AccessError: without the officer role or for another company
        :raises UserError: for anything but one customer or supplier invoice with a date, for an unclassified customer, or
            when a fact that the rule needs is missing (C. com. art. L441-10 I, L441-11, L441-12; CCP art. R2192-10 ff)
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        if self.move_type not in ('out_invoice', 'in_invoice') or not self.invoice_date or self.recouvrement_penalty_id:
            raise UserError(self.env._("Payment terms are checked on a dated customer or supplier invoice; %(name)s is not one.",
                                       name=self.display_name))
        try:
            check = self._recouvrement_term_check()
        except EngineError as error:
            raise UserError(self._recouvrement_term_refusal(error)) from error
        due = self._recouvrement_agreed_due_date()
        return {
            'compliant': check.compliant, 'latest_due_date': str(check.latest_due_date or ''), 'rule': check.rule,
            'source': check.source, 'excess_days': check.excess_days, 'agreed_due_date': str(due or ''),
            'warnings': list(check.warnings),
        }

    # === FACTS === #

    def _recouvrement_term_check(self):
        """The engine's verdict on one invoice.

        :raises EngineError: when a fact is unknown or no rule covers the case
        """
        company = self.company_id
        return payment_terms.check_term(
            self._recouvrement_term_facts(), self._recouvrement_sector_caps(),
            accept_unconfirmed=company.recouvrement_accept_unconfirmed_cap)

    def _recouvrement_term_facts(self):
        company, partner = self.company_id, self.commercial_partner_id
        bought = self.move_type == 'in_invoice'
        return payment_terms.TermFacts(
            # On a supplier's invoice the debtor is the company itself: a professional.
            regime='b2b' if bought else partner.recouvrement_regime or '',
            issue_date=self.invoice_date, agreed_due_date=self._recouvrement_agreed_due_date(),
            end_of_month=company.recouvrement_end_of_month_method if self._recouvrement_is_end_of_month() else None,
            delivery_date=self.delivery_date or None, performance_date=self.delivery_date or None,
            sector=company.recouvrement_sector or None,
            public_body=None if bought else BODY_OF_KIND.get(self._recouvrement_public_kind(partner)))

    @api.model
    def _recouvrement_public_kind(self, partner):
        return partner.recouvrement_public_kind if 'recouvrement_public_kind' in partner._fields else None

    def _recouvrement_agreed_due_date(self):
        """The last day on which the invoice is to be paid: that of its last instalment."""
        days = self.line_ids.filtered(lambda line: line.display_type == 'payment_term').mapped('date_maturity')
        return max((day for day in days if day), default=self.invoice_date_due or None)

    def _recouvrement_is_end_of_month(self):
        return any(line.delay_type in END_OF_MONTH_DELAYS for line in self.invoice_payment_term_id.line_ids)

    @api.model
    @tools.ormcache()
    def _recouvrement_sector_caps(self):
        """The shipped caps of the sectors (C. com. art. L441-11 and its decrees)."""
        with file_open('recouvrement_plus/data/law/payment_term_caps.csv', 'r') as stream:
            return term_caps.CapBook(term_caps.caps_from_rows(csv.DictReader(stream)))

    def _recouvrement_term_refusal(self, error):
        if error.code == 'regime_unknown':
            return self._recouvrement_refusal_text(error)
        if error.code == 'fact_unknown':
            facts = {
                'performance_date': self.env._("the delivery date of the invoice"),
                'public_body': self.env._("the kind of public body, on the customer"),
            }
            return self.env._("The lawful term of %(invoice)s cannot be told without %(fact)s.", invoice=self.display_name,
                              fact=facts.get(error.params.get('fact'), error.params.get('fact')))
        if error.code == 'rule_unconfirmed':
            return self.env._("The cap of this sector was not read in its own text. Check it, then accept it in the settings.")
        return self.env._("No payment-term rule is known for %(invoice)s on its date.", invoice=self.display_name)

    # === BANNER === #

    def _get_alerts(self):
        """Warn on an invoice whose due date goes beyond the law; stay silent when nothing can be said."""
        alerts = super()._get_alerts()
        if self.env.user.has_group('recouvrement_plus.recouvrement_plus_group_officer'):
            text = self.sudo()._recouvrement_term_alert()
            if text:
                alerts['recouvrement_payment_term'] = {'level': 'warning', 'message': text}
        return alerts

    def _recouvrement_has_legal_term(self):
        """A dated invoice, sent or received, of a French company; documents that bill penalties have no payment term."""
        french = self.company_id.country_code in self.env['account.account']._french_countries()
        return (self.move_type in ('out_invoice', 'in_invoice') and bool(self.invoice_date) and french
                and self.state != 'cancel' and not self.recouvrement_penalty_id)

    def _recouvrement_term_alert(self):
        if not self._recouvrement_has_legal_term():
            return ''
        try:
            check = self._recouvrement_term_check()
        except EngineError:
            return ''
        if check.compliant:
            return ''
        return self.env._(
            "The due date goes %(days)s days beyond the legal maximum: %(date)s at the latest (%(article)s). "
            "The excess has no effect and is punished by an administrative fine.",
            days=check.excess_days, date=format_date(self.env, check.latest_due_date), article=check.source)
