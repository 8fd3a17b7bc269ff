"""What a payment term can exceed before any invoice uses it."""
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ..engine.errors import EngineError
from ..engine.law import citation
from ..engine.payment_terms import PERIODIC, PUBLIC_DAYS
from ..engine.term_scan import worst_case
from .account_move_term_facts import END_OF_MONTH_DELAYS

OFFICER = 'recouvrement_plus.recouvrement_plus_group_officer'
# Four years of issue dates: every length of month, a leap year among them.
SCANNED_DAYS = 1461


class AccountPaymentTerm(models.Model):
    _inherit = 'account.payment.term'

    recouvrement_term_warning = fields.Text(
        string="Legal maximum exceeded", compute='_compute_recouvrement_term', groups=OFFICER)
    recouvrement_term_note = fields.Text(
        string="Shorter legal maxima", compute='_compute_recouvrement_term', groups=OFFICER)

    @api.depends('company_id', 'line_ids.delay_type', 'line_ids.nb_days', 'line_ids.days_next_month')
    @api.depends_context('company', 'lang')
    def _compute_recouvrement_term(self):
        for term in self:
            term.recouvrement_term_warning, term.recouvrement_term_note = term.sudo()._recouvrement_term_texts()

    def _recouvrement_term_texts(self):
        """(warning, note): what the term can exceed between professionals, and whom it is too long for."""
        company = self.company_id or self.env.company
        if not self.line_ids or company.country_code not in self.env['account.account']._french_countries():
            return False, False
        today = company._recouvrement_today()
        try:
            case = self._recouvrement_worst_case(company, today)
        except EngineError:
            # a cap that runs from delivery, or that nobody read: told on each invoice
            return False, self.env._("The sector of the company has its own cap: it is checked on each invoice.")
        return self._recouvrement_term_warning(case), self._recouvrement_term_note(case, today)

    def _recouvrement_worst_case(self, company, today):
        """The invoice, of the four years from today, that this term takes furthest beyond the law."""
        days = [today + timedelta(days=number) for number in range(SCANNED_DAYS)]
        end_of_month = any(line.delay_type in END_OF_MONTH_DELAYS for line in self.line_ids)
        return worst_case(
            [(day, max(line._get_due_date(day) for line in self.line_ids)) for day in days],
            self.env['account.move']._recouvrement_sector_caps(), company.recouvrement_accept_unconfirmed_cap,
            regime='b2b', sector=company.recouvrement_sector or None,
            end_of_month=company.recouvrement_end_of_month_method if end_of_month else None)

    def _recouvrement_term_warning(self, case):
        if case.check.compliant:
            return False
        return self.env._(
            "This term can exceed the legal maximum: an invoice of %(issued)s would be due on %(due)s, %(days)s days after "
            "%(latest)s, the latest lawful date (%(article)s). Penalties may be owed from the day after it, and an administrative "
            "fine is possible (C. com. art. L441-16).",
            issued=format_date(self.env, case.issue_date), due=format_date(self.env, case.due_date),
            days=case.check.excess_days, latest=format_date(self.env, case.check.latest_due_date), article=case.check.source)

    def _recouvrement_term_note(self, case, today):
        """Whom a term that is lawful between professionals is too long for."""
        days = (case.due_date - case.issue_date).days
        parts = []
        if days > PERIODIC.days:
            parts.append(self.env._("periodic invoices: 45 days (%(article)s)", article=citation('term_general', today)))
        if days > PUBLIC_DAYS['authority']:
            parts.append(self.env._("State and local authorities: 30 days from receipt (%(article)s)",
                                    article=citation('term_public_30', today)))
        return self.env._("Shorter legal maxima: %(list)s.", list=", ".join(parts)) if parts else False
