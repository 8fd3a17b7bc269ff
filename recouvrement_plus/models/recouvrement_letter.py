from markupsafe import Markup

from odoo import api, models


class RecouvrementLetter(models.AbstractModel):
    """Letters as PDF from a page that stands alone: no style sheet to fetch, so the night prints without a web server."""

    _name = 'recouvrement.letter'
    _description = "Printing of letters"

    @api.model
    def _pdf(self, template, name, record, lang):
        """Render the letter of one record.

        :param template: xmlid of the body
        :param name: name of the record in the template
        :param lang: language of the letter
        :return: PDF, bytes
        """
        record = record.with_context(lang=lang)
        body = self.env['ir.qweb'].with_context(lang=lang)._render(template, {name: record, 'lang': lang})
        page = self.env['ir.qweb']._render('recouvrement_plus.letter_page', {'body': body, 'lang': (lang or 'fr').split('_')[0]})
        html = Markup('<!DOCTYPE html>') + page
        return self.env['ir.actions.report']._run_wkhtmltopdf(
            [str(html)], report_ref='recouvrement_plus.action_report_formal_notice')
