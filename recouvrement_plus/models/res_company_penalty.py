"""Where penalties are booked: a journal of their own, and the income accounts of the chart."""
from odoo import fields, models

JOURNAL_CODE = 'NPEN'
# The French chart's own accounts: income from trade receivables, and penalties received.
CHART_ACCOUNTS = {'interest': ('pcg_7631',), 'indemnity': ('pcg_7581',)}


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
        """The journal that penalties of this company are billed in, made on first use."""
        # the name is a French term of art; one numbering whether or not the document is tied to one invoice
        return self._recouvrement_own_journal('recouvrement_penalty_journal_id', {
            'name': "Note de pénalités", 'code': JOURNAL_CODE, 'type': 'sale', 'debit_sequence': False})

    def _recouvrement_penalty_account(self, kind):
        """Income account of `interest` or `indemnity`: of the company, of its parents, else of the chart."""
        return self._recouvrement_own_account(f'recouvrement_{kind}_account_id', CHART_ACCOUNTS[kind])
