"""Where penalties are booked: a journal of their own, and the income accounts of the chart."""
from odoo import fields, models
from odoo.exceptions import UserError

JOURNAL_CODE = 'NPEN'
# The French chart's own accounts: income from trade receivables, and penalties received.
CHART_ACCOUNTS = {'interest': 'pcg_7631', 'indemnity': 'pcg_7581'}


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_penalty_journal_id = fields.Many2one(
        'account.journal', string="Journal of penalties", check_company=True, domain="[('type', '=', 'sale')]",
        help="Empty: a journal “Note de pénalités” is made the first time that penalties are billed.")
    recouvrement_interest_account_id = fields.Many2one(
        'account.account', string="Income account of penalty interest", check_company=True,
        help="Empty: account 7631 of the French chart.")
    recouvrement_indemnity_account_id = fields.Many2one(
        'account.account', string="Income account of the indemnity", check_company=True,
        help="For the 40 euros and for additional costs. Empty: account 7581 of the French chart.")
    recouvrement_concession_days = fields.Integer(
        string="Days of a concession", default=8,
        help="Days in which the principal must be paid for the penalties to be dropped.")

    def _recouvrement_penalty_journal(self):
        """The journal that penalties of this company (a branch has its own) are billed in, made on first use."""
        self.ensure_one()
        company = self.sudo()
        if not company.recouvrement_penalty_journal_id:
            Journal = self.env['account.journal'].sudo().with_company(self)
            company.recouvrement_penalty_journal_id = Journal.search(
                [('company_id', '=', self.id), ('code', '=', JOURNAL_CODE), ('type', '=', 'sale')], limit=1
            ) or Journal.create({
                # the name is a French term of art; one numbering whether or not the document is tied to one invoice
                'name': "Note de pénalités", 'code': JOURNAL_CODE, 'type': 'sale', 'company_id': self.id,
                'debit_sequence': False, 'show_on_dashboard': False})
        return company.recouvrement_penalty_journal_id

    def _recouvrement_penalty_account(self, kind):
        """Income account of `interest` or `indemnity`: of the company, of its parents, else of the chart.

        :raises UserError: when the chart has none and nobody chose one
        """
        self.ensure_one()
        field = f'recouvrement_{kind}_account_id'
        for company in (self | self.parent_ids).sudo().sorted(lambda company: -len(company.parent_path or '')):
            if company[field]:
                return company[field]
        account = self.env['account.chart.template'].sudo().with_company(self).ref(CHART_ACCOUNTS[kind], raise_if_not_found=False)
        if not account:
            raise UserError(self.env._(
                "No account to book penalties on: choose one under Settings / Collections / “%(field)s”.",
                field=self._fields[field]._description_string(self.env)))
        return account
