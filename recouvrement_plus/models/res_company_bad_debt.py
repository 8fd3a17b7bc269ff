"""Where bad debts are booked: a journal of their own, and the accounts of the chart."""
from odoo import fields, models
from odoo.exceptions import UserError

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
        """The journal of bad debts of this company (a branch has its own), made on first use."""
        self.ensure_one()
        company = self.sudo()
        if not company.recouvrement_bad_debt_journal_id:
            Journal = self.env['account.journal'].sudo().with_company(self)
            company.recouvrement_bad_debt_journal_id = Journal.search(
                [('company_id', '=', self.id), ('code', '=', JOURNAL_CODE), ('type', '=', 'general')], limit=1
            ) or Journal.create({
                'name': "Créances douteuses", 'code': JOURNAL_CODE, 'type': 'general', 'company_id': self.id,
                'show_on_dashboard': False})
        return company.recouvrement_bad_debt_journal_id

    def _recouvrement_bad_debt_account(self, kind):
        """An account of `CHART_ACCOUNTS`: chosen by the company or its parents, else that of the chart.

        :raises UserError: when the chart has none and nobody chose one
        """
        self.ensure_one()
        field = f"recouvrement_{kind.removeprefix('old_')}_account_id"
        for company in (self | self.parent_ids).sudo().sorted(lambda company: -len(company.parent_path or '')):
            if company[field]:
                return company[field]
        chart = self.env['account.chart.template'].sudo().with_company(self)
        for reference in CHART_ACCOUNTS[kind]:
            account = chart.ref(reference, raise_if_not_found=False)
            if account:
                return account
        raise UserError(self.env._(
            "No account to book bad debts on: choose one under Settings / Collections / “%(field)s”.",
            field=self._fields[field]._description_string(self.env)))
