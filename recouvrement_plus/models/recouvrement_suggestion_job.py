"""The day's work around the score: limits, expiries, gaps of invoicing, suggestions. Collect, decide, apply, by company."""
import logging
from decimal import Decimal

from odoo import api, models

from ..engine import exposure, suggestions
from ..engine.payment_terms import GENERAL

_logger = logging.getLogger(__name__)
VALUES = ('amount', 'days', 'percent')


class RecouvrementSuggestion(models.Model):
    _inherit = 'recouvrement.suggestion'

    @api.model
    def _cron_refresh(self):
        """Every day, apart from the night: it works where reminders are switched off."""
        for company in self.env['res.company'].search([('active', '=', True)]):
            try:
                with self.env.cr.savepoint():
                    self._refresh_company(company)
            except Exception:
                _logger.exception("the suggestions of company %s could not be looked at", company.id)

    @api.model
    def _refresh_company(self, company):
        day = company._recouvrement_today()
        company_self = company._recouvrement_spoken(self.with_company(company))
        company_self.env['recouvrement.solvency.fact']._warn_expiring(company, day)
        company_self.env['recouvrement.case']._refresh_over_limit(company)
        company_self.env['recouvrement.case']._refresh_gaps(company)
        company_self._refresh(company, day)

    def refresh(self, company_id=None):
        """Look at the suggestions of a company now.

        :return: {proposed: number of open suggestions}
        :raises AccessError: without the officer role or for another company
        """
        self.env['recouvrement.run']._check_user('officer')
        company = self.env['recouvrement.run']._company(company_id)
        self.sudo().with_company(company)._refresh(company, company._recouvrement_today())
        return {'proposed': self.sudo().search_count([('company_id', '=', company.id), ('state', '=', 'proposed')])}

    # === THREE PHASES === #

    @api.model
    def _refresh(self, company, day):
        """Bring the suggestions in step with the figures of the day; twice the same day changes nothing."""
        cases, facts = self._collect(company, day)
        wanted = {case.id: suggestions.suggest(facts[case.id]) for case in cases}
        self._apply(company, day, wanted)
        self._weigh(company)

    @api.model
    def _weigh(self, company):
        """What is at stake with the customers of open suggestions, written where it changed."""
        proposed = self.search([('company_id', '=', company.id), ('state', '=', 'proposed')])
        facts = proposed.case_id._exposure_facts(company)
        stakes = {case: float(exposure.assess(own).total) for case, own in facts.items()}
        self.env['recouvrement.bulk']._update(self, ['stake'], [
            (one.id, stakes[one.case_id.id]) for one in proposed
            if company.currency_id.compare_amounts(one.stake, stakes[one.case_id.id])])

    @api.model
    def _collect(self, company, day):
        """Cases with an outcome in the year or a suggestion, and what the engine reads of each."""
        years = self.env['recouvrement.ledger']._year(company, day)
        cases = self.env['recouvrement.case'].search([('company_id', '=', company.id), ('partner_id', 'in', list(years))])
        cases.fetch(['partner_id', 'grade', 'score_known_count'])
        limits = cases._limits(company, day)
        contested = set(self.env['recouvrement.score.contest'].search([
            ('company_id', '=', company.id), ('result', 'in', ('open', 'set_aside'))]).case_id.ids)
        general = not company.recouvrement_sector and not self.env['product.category'].search_count(
            [('recouvrement_sector', '!=', False)], limit=1)
        facts = {}
        for case in cases:
            known, late, delay, invoiced, term, overdue = years[case.partner_id.id]
            partner = case.partner_id
            facts[case.id] = suggestions.CustomerFacts(
                grade=case.grade or '', regime=partner.recouvrement_regime or '',
                natural_person=partner.recouvrement_natural_person, contested=case.id in contested,
                known=known, late=late, average_delay=Decimal(str(round(delay, 1))), invoiced=Decimal(str(round(invoiced, 2))),
                usual_term=term, overdue=Decimal(str(overdue)), credit_limit=limits[case.id]['credit_limit'],
                insured_limit=limits[case.id]['insured_limit'], direct_debit=partner.recouvrement_payment_means == 'direct_debit',
                lawful_term=GENERAL.days if general and partner.recouvrement_regime == 'b2b' else None)
        return cases, facts

    @api.model
    def _apply(self, company, day, wanted):
        """Create, renew or withdraw; what a person refused or accepted on the same ground, or replaced, is not proposed again."""
        known = self.search([('company_id', '=', company.id)])
        open_ones = {(one.case_id.id, one.kind): one for one in known if one.state == 'proposed'}
        decided = {(one.case_id.id, one.signature) for one in known if one.state in ('accepted', 'refused')}
        edited = {(one.case_id.id, one.kind, one.amount, one.payment_term_id.id) for one in known if one._is_edited()}
        terms, kept, missing = self._terms(company), set(), []
        for case_id, found in wanted.items():
            for suggestion in found:
                vals = self._vals(suggestion, terms)
                value = (case_id, vals['kind'], vals['amount'], vals['payment_term_id'])
                if (case_id, vals['signature']) in decided or value in edited:
                    continue
                kept.add((case_id, suggestion.kind))
                present = open_ones.get((case_id, suggestion.kind))
                if not present:
                    case = self.env['recouvrement.case'].browse(case_id)
                    missing.append(vals | {
                        'case_id': case_id, 'company_id': company.id, 'partner_id': case.partner_id.id, 'date': day})
                elif any(self._differs(present, name, value) for name, value in vals.items()):
                    present.write(vals)
        self.browse([one.id for key, one in open_ones.items() if key not in kept])._withdraw()
        self.env['recouvrement.bulk']._insert(self, missing)

    @api.model
    def _vals(self, suggestion, terms):
        term = False
        if suggestion.kind == 'payment_term':
            term = max((one for one in terms if one[0] <= suggestion.days), default=(0, False))[1]
        return {
            'kind': suggestion.kind, 'payment_term_id': term,
            'reasons': [list(reason) for reason in suggestion.reasons], 'signature': self._signature(suggestion),
            **{name: float(getattr(suggestion, name) or 0) if name != 'days' else suggestion.days or 0 for name in VALUES}}

    @api.model
    def _differs(self, present, name, value):
        if name == 'payment_term_id':
            return present[name].id != value
        return present[name] != value

    @api.model
    def _signature(self, suggestion):
        """Values that a person decided on, and the kinds of reasons: figures that move every day are left out."""
        values = [str(getattr(suggestion, name) if getattr(suggestion, name) is not None else '') for name in VALUES]
        return "|".join([suggestion.kind, *values, *(code for code, _value in suggestion.reasons)])

    @api.model
    def _terms(self, company):
        """[(days, id)] of the payment terms of the company that are one instalment so many days after the invoice."""
        terms = self.env['account.payment.term'].search([('company_id', 'in', [False, *company.parent_ids.ids, company.id])])
        return sorted((term.line_ids.nb_days, term.id) for term in terms if len(term.line_ids) == 1
                      and term.line_ids.delay_type == 'days_after' and not term.early_discount)
