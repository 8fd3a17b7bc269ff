import io
import logging
import re

from markupsafe import Markup
from pypdf import PdfReader, PdfWriter

from odoo import api, models

_logger = logging.getLogger(__name__)

# Letters printed by one process.
BATCH = 50
# The mark at the top of a letter: a dot of one pixel, near white, whose blue tells which letter of the batch it is. A colour
# is written in clear in the PDF, where text is not: it is found without reading the fonts of each sheet.
MARK = "width:1px; height:1px; background-color:rgb(254,253,%d);"
MARKED = re.compile(rb'0?\.9960[78]\d* 0?\.9921[56]\d* (1|0?\.\d+) (?:scn|rg)')


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
        """The pages as one PDF. What `_printed` has made already is taken from there; `_noted` only notes them."""
        noted = self.env.context.get('recouvrement_noted')
        if noted is not None:
            noted.extend(pages)
            return b'%PDF'
        ready = self.env.context.get('recouvrement_printed', {})
        if len(pages) == 1 and pages[0] in ready:
            return ready[pages[0]]
        return self._run([self._together(pages)] if len(pages) > 1 else pages)

    @api.model
    def _run(self, bodies):
        return self.env['ir.actions.report']._run_wkhtmltopdf(bodies, report_ref='recouvrement_plus.action_report_formal_notice')

    # === MANY AT ONCE === #

    @api.model
    def _noted(self, record, work):
        """The first page that a piece of work on a record would print, '' when it prints none; the work is undone.

        :param work: called with the record
        """
        pages, savepoint = [], self.env.cr.savepoint()
        try:
            work(record.with_context(recouvrement_noted=pages))
            self.env.flush_all()
        except Exception:  # told when the letter is made for good
            _logger.info("The letter of %s is printed alone", record, exc_info=True)
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
        return pages[0] if pages else ''

    @api.model
    def _printed(self, pages):
        """{page: PDF} of letters that stand alone, by one process for each `BATCH` of them; starting it is what costs.

        A batch that cannot be printed, or whose letters cannot be told apart, is left out: its letters are printed alone.
        """
        done, pages = {}, list(dict.fromkeys(pages))
        for start in range(0, len(pages), BATCH):
            batch = pages[start:start + BATCH]
            try:
                parts = self._split(self._run([self._together(batch, marked=True)]), len(batch)) if len(batch) > 1 else None
            except Exception:
                _logger.warning("%s letters could not be printed together", len(batch), exc_info=True)
                parts = None
            done |= dict(zip(batch, parts or (), strict=False))
        return done

    @api.model
    def _together(self, pages, marked=False):
        """One page of HTML for several letters, each on a sheet of its own: a plain wkhtmltopdf reads one file only.

        :param marked: write at the top of each letter which one it is, by a dot that is not seen
        """
        head, _body, end = self._cut(pages[0])
        letters = []
        for number, page in enumerate(pages):
            mark = f'<div style="{MARK % (255 - number)}"></div>' if marked else ''
            rule = ' style="page-break-before: always"' if number else ''
            letters.append(f'<div{rule}>{mark}{self._cut(page)[1]}</div>')
        return head + ''.join(letters) + end

    @api.model
    def _cut(self, page):
        head, tag, rest = page.partition('<body>')
        body, closing, end = rest.rpartition('</body>')
        return head + tag, body, closing + end

    @api.model
    def _split(self, content, count):
        """The PDF of each of `count` letters, by the marks on their first sheets; None when they are not all found in order."""
        sheets = PdfReader(io.BytesIO(content)).pages
        found = [MARKED.search(sheet.get_contents().get_data()) for sheet in sheets]
        starts = {255 - round(255 * float(mark.group(1))): index for index, mark in enumerate(found) if mark}
        if sorted(starts) != list(range(count)) or list(starts) != sorted(starts) or starts[0]:
            return None
        ends = [*[starts[number] for number in range(1, count)], len(sheets)]
        return [self._part(sheets, starts[number], ends[number]) for number in range(count)]

    @api.model
    def _part(self, sheets, start, end):
        writer, stream = PdfWriter(), io.BytesIO()
        for index in range(start, end):
            writer.add_page(sheets[index])
        writer.write(stream)
        return stream.getvalue()
