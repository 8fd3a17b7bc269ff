from markupsafe import Markup

from odoo import api, models


class RecouvrementLetter(models.AbstractModel):
    """Letters as PDF from a page that stands alone: no style sheet to fetch, so the night prints without a web server."""

    _name = 'recouvrement.letter'
    _description = "Printing of letters"

    @api.model
    def _pdf(self, template, name, record, lang, **values):
        """Render the letter of one record.

        :param template: xmlid of the body
        :param name: name of the record in the template
        :param lang: language of the letter
        :param values: other names for the template
        :return: PDF, bytes
        """
        return self._print([self._page(template, {name: record.with_context(lang=lang), **values}, lang)])

    @api.model
    def _statement_pdf(self, documents):
        """Penalty statements as one PDF, each on its own pages, in the language of its document."""
        return self._print([
            self._page('recouvrement_plus.report_statement_document', {'document': document}, document['lang'])
            for document in documents])

    @api.model
    def _page(self, template, values, lang):
        body = self.env['ir.qweb'].with_context(lang=lang)._render(template, {**values, 'lang': lang})
        page = self.env['ir.qweb']._render('recouvrement_plus.letter_page', {'body': body, 'lang': (lang or 'fr').split('_')[0]})
        return str(Markup('<!DOCTYPE html>') + page)

    @api.model
    def _print(self, pages):
        return self.env['ir.actions.report']._run_wkhtmltopdf(pages, report_ref='recouvrement_plus.action_report_formal_notice')
