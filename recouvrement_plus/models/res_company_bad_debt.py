"""Where bad debts are booked: a journal of their own, and the accounts of the chart."""
from odoo import fields, models

JOURNAL_CODE = 'DOUT'
# The French chart's own accounts, the most precise one first; what another chart calls them is a setting.
CHART_ACCOUNTS = {
    'doubtful': ('pcg_416',), 'impairment': ('pcg_491',), 'allowance': ('pcg_68174', 'pcg_6817'),
    'release': ('pcg_78174', 'pcg_7817'), 'loss': ('pcg_6541', 'pcg_654'), 'old_loss': ('pcg_6544', 'pcg_6541', 'pcg_654')}


class ResCompany(models.Model):
    _inherit = 'res.company'

    recouvrement_bad_debt_journal_id = fields.Many2one(
        'account.journal', string="Journal of bad debts", check_company=True, domain="[('type', '=', 'general')]",
        help="Empty: a journal “Créances douteuses” is made the first time that an entry is prepared.")
    recouvrement_doubtful_account_id = fields.Many2one(
        'account.account', string="Account of doubtful customers", check_company=True,
        help="Empty: account 416 of the French chart.")
    recouvrement_impairment_account_id = fields.Many2one(
        'account.account', string="Impairment of receivables", check_company=True,
        help="Empty: account 491 of the French chart.")
    recouvrement_allowance_account_id = fields.Many2one(
        'account.account', string="Allowance for impairment", check_company=True,
        help="Empty: account 68174 of the French chart.")
    recouvrement_release_account_id = fields.Many2one(
        'account.account', string="Release of impairment", check_company=True,
        help="Empty: account 78174 of the French chart.")
    recouvrement_loss_account_id = fields.Many2one(
        'account.account', string="Losses on bad debts", check_company=True,
        help="Empty: account 6541 of the French chart for invoices of the fiscal year, 6544 for older ones.")

    def _recouvrement_bad_debt_journal(self):
        """The journal of bad debts of this company, made on first use."""
        return self._recouvrement_own_journal(
            'recouvrement_bad_debt_journal_id', {'name': "Créances douteuses", 'code': JOURNAL_CODE, 'type': 'general'})

    def _recouvrement_bad_debt_account(self, kind):
        """An account of `CHART_ACCOUNTS`: chosen by the company or its parents, else that of the chart."""
        return self._recouvrement_own_account(
            f"recouvrement_{kind.removeprefix('old_')}_account_id", CHART_ACCOUNTS[kind])
