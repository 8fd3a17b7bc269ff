"""Two French companies made once per database: a chart of accounts takes longer to load than most tests to run."""
from odoo.addons.account.tests.common import AccountTestInvoicingCommon

READY = "Company made for the tests"


def make_companies(env):
    """Make them, before the tests (`bin/test` does). Where nobody has, each class loads charts of its own."""
    france = env.ref('base.fr')
    env = env(context={'tracking_disable': True})
    for number in (1, 2):
        company = env['res.company'].create({
            'name': f"{READY}, {number}", 'country_id': france.id, 'currency_id': france.currency_id.id})
        env['account.chart.template'].try_loading('fr', company=company, install_demo=False)


class FrenchCompany(AccountTestInvoicingCommon):
    """Core's company of accounting tests, a French one, and `setup_other_company`: both ready-made where they can be."""

    country_code = 'FR'

    @classmethod
    def _create_company(cls, **values):
        ready = cls.env['res.company'].sudo().search([('name', '=like', READY + '%')], order='id', limit=1)
        if not ready or set(values) != {'name'}:
            return super()._create_company(**values)
        ready.name = values['name']  # which takes it; the end of the test, or of its class, gives it back
        company = ready.with_env(cls.env)
        cls.env.user.company_ids += company
        return company
