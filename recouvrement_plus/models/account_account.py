from odoo import api, fields, models

#: Accounts of the French chart that core types as receivable (or not) without telling whether they are dunned.
ROLE_OF_FRENCH_CODE = (
    ('4117', 'retention'),   # holdbacks: due on their own release date
    ('413', 'effect'),       # accepted bills: paid at maturity by the bank, never dunned
    ('416', 'legal'),        # doubtful customers: out of the amicable ladder
)


class AccountAccount(models.Model):
    _inherit = 'account.account'

    recouvrement_role = fields.Selection(
        selection=[
            ('collect', "To collect"),
            ('effect', "Bills in progress"),
            ('retention', "Retention"),
            ('legal', "Legal only"),
        ],
        string="Collection role",
        compute='_compute_recouvrement_role', store=True, readonly=False, index='btree_not_null',
        help="What a debit on this account means for collections. To collect: instalments are reminded. Bills in "
             "progress, retentions and doubtful accounts are not. Empty: not a receivable.",
    )

    @api.depends('account_type')
    def _compute_recouvrement_role(self):
        """Propose the role from the type and, in the French chart, from the code; a person may change it."""
        for account in self:
            account.recouvrement_role = account._propose_recouvrement_role()

    def _propose_recouvrement_role(self):
        company = self.company_ids[:1]
        code = self.with_company(company).code if company else self.code
        french = (company.chart_template or '').startswith('fr') or company.country_code in self._french_countries()
        if french and code:
            for prefix, role in ROLE_OF_FRENCH_CODE:
                if code.startswith(prefix):
                    return role
        return 'collect' if self.account_type == 'asset_receivable' else False

    @api.model
    def _french_countries(self):
        """France and its overseas territories, which share the chart of accounts."""
        return ('FR', 'MF', 'MQ', 'NC', 'PF', 'RE', 'GF', 'GP', 'TF', 'BL', 'PM', 'YT', 'WF')
