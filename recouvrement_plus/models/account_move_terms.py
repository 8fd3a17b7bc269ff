"""Whether the due date of an invoice, sent or received, is one that the law allows."""
import csv
from datetime import date

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import file_open, format_date

from ..engine import payment_terms, term_caps
from ..engine.errors import EngineError

# What the verdict is made of: the screen follows it before the invoice is saved.
TERM_DEPENDS = (
    'invoice_date', 'invoice_date_due', 'invoice_payment_term_id', 'delivery_date', 'partner_id', 'state',
    'line_ids.date_maturity', 'invoice_line_ids.product_id', 'partner_id.recouvrement_regime', 'recouvrement_no_term_agreed',
    'recouvrement_periodic', 'recouvrement_export', 'recouvrement_receipt_date', 'recouvrement_receipt_uncertain',
    'recouvrement_interruption_date', 'recouvrement_completion_date')
OFFICER = 'recouvrement_plus.recouvrement_plus_group_officer'
# How each rule is called on the screen; a test compares them with the engine's.
RULES = [
    ('no_cap', "no legal maximum"), ('nothing_agreed_30', "nothing agreed: 30 days after delivery"),
    ('agreed_60', "60 days after issue"), ('end_of_month_45', "45 days end of month"),
    ('periodic_45', "periodic invoice: 45 days after issue"), ('sector', "cap of the sector"),
    ('export_90', "export: 90 days after issue"), ('public_30', "public body: 30 days"),
    ('public_50', "public hospital: 50 days"), ('public_60', "public company: 60 days"),
    ('public_interrupted', "public body: period interrupted")]


class AccountMove(models.Model):
    _inherit = 'account.move'

    recouvrement_term_rule = fields.Selection(
        RULES, string="Rule on the payment term", compute='_compute_recouvrement_term', groups=OFFICER)
    recouvrement_term_text = fields.Char(string="Legal payment term", compute='_compute_recouvrement_term', groups=OFFICER)

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

    # === VERDICT === #

    def _recouvrement_term_check(self, as_of=None):
        """The engine's verdict on one invoice; with goods of several sectors, that of the strictest.

        :param as_of: day after which nothing is known yet of a public body's period; everything when left out
        :raises EngineError: when a fact is unknown or no rule covers the case
        """
        caps, accept = self._recouvrement_sector_caps(), self.company_id.recouvrement_accept_unconfirmed_cap
        checks = [payment_terms.check_term(self._recouvrement_term_facts(sector, as_of), caps, accept_unconfirmed=accept)
                  for sector in self._recouvrement_sectors()]
        return min(checks, key=lambda check: (check.latest_due_date or date.max, check.rule_code))

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

    # === SCREEN === #

    @api.depends(*TERM_DEPENDS)
    def _compute_recouvrement_term(self):
        for move in self:
            move.recouvrement_term_rule, move.recouvrement_term_text = move.sudo()._recouvrement_term_answer()

    def _recouvrement_term_answer(self):
        """(rule, sentence) for the screen: the latest lawful date, or why it cannot be told."""
        if not self._recouvrement_has_legal_term():
            return False, False
        try:
            check = self._recouvrement_term_check()
        except EngineError as error:
            return False, self._recouvrement_term_refusal(error)
        if check.rule == 'no_cap':
            return check.rule, self.env._("No legal maximum: the customer is a consumer.")
        if not check.latest_due_date:
            return check.rule, self.env._("The period is interrupted until everything asked for is received (%(article)s).",
                                          article=check.source)
        return check.rule, self.env._("%(date)s at the latest (%(article)s)",
                                      date=format_date(self.env, check.latest_due_date), article=check.source)

    # === BANNER === #

    @api.depends(*TERM_DEPENDS)
    def _compute_alerts(self):
        return super()._compute_alerts()

    def _get_alerts(self):
        """Warn on an invoice whose due date goes beyond the law; stay silent when nothing can be said."""
        alerts = super()._get_alerts()
        if self.env.user.has_group(OFFICER):
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
        values = {'days': check.excess_days, 'date': format_date(self.env, check.latest_due_date), 'article': check.source}
        if check.rule.startswith('public'):
            return self.env._(
                "The due date goes %(days)s days beyond the legal maximum: %(date)s at the latest (%(article)s). "
                "Interest may be owed from the day after it.", **values)
        return self.env._(
            "The due date goes %(days)s days beyond the legal maximum: %(date)s at the latest (%(article)s). Penalties may be owed "
            "from the day after it, and an administrative fine is possible (C. com. art. L441-16).", **values)
