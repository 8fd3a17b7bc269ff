"""A text is tried on a message before it is accepted: the last one, or where there is none yet on a sample, made and undone."""
import contextlib

from odoo import fields, models

from .mail_template import REMINDER, root_of


class MailTemplate(models.Model):
    _inherit = 'mail.template'

    def _recouvrement_render_problem(self):
        """Why the text cannot be written for the last record that it may be about; '' when it can."""
        record = self.env[self.model].sudo().search([], order='id desc', limit=1)
        if record:
            return self._recouvrement_try(record)
        if not self.pool.ready:
            return ''  # an installation: the pages that the texts quote are not there yet
        with contextlib.closing(self.env.cr.savepoint()):
            return self._recouvrement_try(self._recouvrement_sample())

    def _recouvrement_try(self, record):
        for name in ('subject', 'body_html'):
            try:
                self.sudo()._render_field(name, record.ids, set_lang=self.env.lang)
            except Exception as error:  # whatever an expression may raise
                return self._recouvrement_problem_words(name, root_of(error))
        return ''

    def _recouvrement_broken_words(self, problem):
        return self.env._("Text “%(template)s” cannot be written. %(problem)s", template=self.name, problem=problem)

    def _recouvrement_sample(self):
        """A record as the text will find them: a message that claims an instalment, or its case."""
        self = self.sudo().with_context(tracking_disable=True)
        case, day = self._recouvrement_sample_case(), fields.Date.today()
        if self.model != REMINDER:
            return case
        level = self._recouvrement_sample_level()
        return self.env[REMINDER].create({
            'case_id': case.id, 'company_id': case.company_id.id, 'partner_id': case.partner_id.id,
            'contact_id': case.partner_id.id, 'date': day, 'level_id': level.id, 'channel': 'email',
            'currency_id': case.company_id.currency_id.id, 'amount_due': 100.0,
            'line_ids': [fields.Command.create({
                'date': day, 'level_id': level.id, 'name': "INV/0001", 'date_issued': day, 'date_maturity': day,
                'days_late': 1, 'amount_residual': 100.0})]})

    def _recouvrement_sample_case(self):
        """The company as its own customer: no customer's data is needed for it, nor breaks it."""
        company = self.env.company
        partner = company.partner_id.commercial_partner_id
        return self.env['recouvrement.case']._get_or_create(company, [partner.id])[partner.id]

    def _recouvrement_sample_level(self):
        Level = self.env['recouvrement.plan.level']
        return Level.search([], limit=1) or Level.create(
            {'name': "Sample", 'days': 1, 'plan_id': self.env['recouvrement.plan'].create({'name': "Sample"}).id})
