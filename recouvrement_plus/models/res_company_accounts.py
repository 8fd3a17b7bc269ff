"""The journals and accounts that what we book goes to: chosen by the company or its parents, else made or of the chart."""
from odoo import models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = 'res.company'

    def _recouvrement_own_journal(self, field, values):
        """The journal in ``field`` of this company (a branch has its own), found by its code or made on first use."""
        self.ensure_one()
        company = self.sudo()
        if not company[field]:
            Journal = self.env['account.journal'].sudo().with_company(self)
            company[field] = Journal.search(
                [('company_id', '=', self.id), ('code', '=', values['code']), ('type', '=', values['type'])], limit=1
            ) or Journal.create({'company_id': self.id, 'show_on_dashboard': False, **values})
        return company[field]

    def _recouvrement_own_account(self, field, references):
        """The account in ``field`` of the company or of its parents, else the first of the chart's ``references``.

        :raises UserError: when the chart has none of them and nobody chose one
        """
        self.ensure_one()
        for company in (self | self.parent_ids).sudo().sorted(lambda company: -len(company.parent_path or '')):
            if company[field]:
                return company[field]
        chart = self.env['account.chart.template'].sudo().with_company(self)
        for reference in references:
            account = chart.ref(reference, raise_if_not_found=False)
            if account:
                return account
        raise UserError(self.env._(
            "No account to book on: choose one under Settings / Collections / “%(field)s”.",
            field=self._fields[field]._description_string(self.env)))
