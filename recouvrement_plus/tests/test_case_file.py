"""The case file: complete, the same bytes from the same facts, another as soon as a fact changes."""
import csv
import io
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools.pdf import PdfFileReader

from ..exchange.archive import zip_bytes
from .common import TODAY, day
from .test_proceeding_track import TrackCommon

INVOICE_PDF = b'%PDF-1.4 the invoice as it was sent'


class CaseFileCommon(TrackCommon):

    def setUp(self):
        super().setUp()
        self._keep_pdf(self.invoice)

    def _keep_pdf(self, move):
        self.env['ir.attachment'].create({
            'name': "INV.pdf", 'raw': INVOICE_PDF, 'res_model': 'account.move', 'res_id': move.id,
            'res_field': 'invoice_pdf_report_file'})
        move.invalidate_recordset(['invoice_pdf_report_id', 'invoice_pdf_report_file'])

    def _content(self, answer):
        return self.env['ir.attachment'].browse(answer['attachment_id']).raw

    def _zip(self, answer):
        archive = zipfile.ZipFile(io.BytesIO(self._content(answer)))
        return {name: archive.read(name) for name in archive.namelist()}

    def _rows(self, content):
        return list(csv.DictReader(io.StringIO(content.decode('utf-8-sig')), delimiter=';'))


@tagged('post_install', '-at_install')
class TestCaseFile(CaseFileCommon):

    def test_case_file_twice_the_same_bytes(self):
        proceeding = self._ripe()
        first = proceeding.export_file()
        again = proceeding.export_file()
        self.assertEqual(again, first)
        with freeze_time('2026-03-17 11:00:00'):
            self.env.registry.clear_all_caches()
            self.env.invalidate_all()
            legal = proceeding.with_user(self._make_user('legal'))
            later = legal.export_file()
        self.assertEqual(later, first, "the next day, by someone else, from an empty cache")
        self.assertEqual(len(proceeding.paper_ids.filtered(lambda paper: paper.kind == 'file')), 1)

    def test_case_file_prints_an_invoice_without_pdf_once(self):
        partner = self._partner_with_invoice()
        proceeding = self._ripe(partner)
        first = proceeding.export_file()
        self.assertEqual([row['kind'] for row in self._rows(self._zip(first)['index.csv'])][:2], ['statement', 'invoice'])
        self.assertEqual(proceeding.export_file(), first)

    def _partner_with_invoice(self):
        partner = self._make_debtor("Sans PDF")
        self._make_invoice(day(-60), partner=partner)
        self._identify(partner)
        self._sync()
        return partner

    def test_case_file_is_built_the_same_from_kept_papers(self):
        """Not only found again: built again from what is kept, it is the same bytes."""
        proceeding = self._ripe()
        answer = proceeding.export_file()
        side = proceeding.sudo()._for_the_file()
        facts = side._file_facts(TODAY)
        self.assertEqual(zip_bytes(side._zip_content(facts, side._file_key(facts), TODAY)[1]), self._content(answer))

    def test_case_file_a_changed_fact_changes_it(self):
        proceeding = self._ripe()
        first = proceeding.export_file()['sha256']
        seen = {first}
        for change in (
            lambda: proceeding.apply_transition('record_deposit', {'done_on': str(day(-20)), 'reference': "1A 234"}),
            lambda: self._pay(self.invoice, 100.0),
            lambda: self.debtor.write({'street': "9 quai Neuf"}),
            lambda: self.env['ir.attachment'].create({
                'name': "bon.pdf", 'raw': b'signed', 'res_model': 'account.move', 'res_id': self.invoice.id}),
        ):
            change()
            self.env.invalidate_all()
            seen.add(proceeding.export_file()['sha256'])
        self.assertEqual(len(seen), 5)

    def test_case_file_figures_of_another_day(self):
        proceeding = self._ripe()
        first = proceeding.export_file(str(day(-1)))
        today = proceeding.export_file(TODAY)
        self.assertNotEqual(today['sha256'], first['sha256'], "one more day of interest")
        self.assertEqual(proceeding.export_file(str(day(-1))), first)
        with self.assertRaises(UserError):
            proceeding.export_file(str(day(1)))

    def test_case_file_holds_every_document_once(self):
        self.env['ir.attachment'].create([
            {'name': "Bon de livraison.pdf", 'raw': b'delivered', 'res_model': 'account.move', 'res_id': self.invoice.id}])
        proof = self.env['ir.attachment'].create({'name': "cgv.pdf", 'raw': b'terms'})
        self.env['recouvrement.clause'].create({
            'case_id': self._case().id, 'kind': 'retention_of_title', 'date_accepted': day(-300), 'proof': "Order 12",
            'attachment_id': proof.id})
        proceeding = self._ripe()
        proceeding.apply_transition('record_deposit', {
            'done_on': str(day(-20)), 'reference': "1A 2", 'document': {'filename': "depot.pdf", 'datas': 'UERG'}})
        given = self.invoice.recouvrement_propose_limitation_event(
            'acknowledgement', str(day(-5)), {'proof': {'filename': "aveu.pdf", 'datas': 'YXZldQ=='}})
        self.env['recouvrement.limitation.event'].browse(given['id']).record()
        self.env.invalidate_all()
        files = self._zip(proceeding.export_file())
        rows = self._rows(files['index.csv'])
        self.assertEqual({row['kind'] for row in rows}, {'statement', 'invoice', 'delivery', 'step', 'limitation', 'clause'})
        self.assertEqual([row['number'] for row in rows], [str(number) for number in range(1, len(rows) + 1)])
        self.assertEqual({row['file'] for row in rows}, {name for name in files if name.startswith('pieces/')})
        for content in (INVOICE_PDF, b'delivered', b'PDF', b'terms', b'aveu'):
            self.assertEqual(list(files.values()).count(content), 1, content)
        actions = [row['event'] for row in self._rows(files['chronology.csv'])]
        self.assertEqual(len(actions), len(proceeding.event_ids))
        self.assertEqual(self._rows(files['claim.csv'])[0]['principal'], '1000.00')

    def test_case_file_zip_names_no_clock_nor_path(self):
        archive = zipfile.ZipFile(io.BytesIO(self._content(self._ripe().export_file())))
        self.assertIsNone(archive.testzip())
        self.assertEqual({info.date_time for info in archive.infolist()}, {(1980, 1, 1, 0, 0, 0)})
        self.assertEqual(archive.namelist(), sorted(archive.namelist()))
        for name in archive.namelist():
            self.assertRegex(name, r'^(pieces/)?[A-Za-z0-9.-]+$')

    def test_case_file_is_for_managers_and_jurists_of_the_company(self):
        proceeding = self._ripe()
        with self.assertRaises(AccessError):
            proceeding.with_user(self._make_user('officer')).export_file()
        other = self.setup_other_company(name="Second company")['company']
        with self.assertRaises(AccessError):
            proceeding.with_user(self._make_user('manager', other)).export_file()
        for role in ('manager', 'legal'):
            proceeding.with_user(self._make_user(role)).export_file()

    def test_case_file_papers_are_evidence(self):
        proceeding = self._ripe()
        proceeding.export_file()
        for role in ('officer', 'manager', 'legal'):
            with self.assertRaises(AccessError):
                proceeding.paper_ids.with_user(self._make_user(role)).write({'sha256': 'x'})
        with self.assertRaises(UserError):
            proceeding.paper_ids.unlink()


@tagged('post_install', '-at_install')
class TestCaseFilePages(CaseFileCommon):
    """With the real printing: what a judge reads."""

    def _fake_pdf(self):
        """The letters are printed here."""

    def test_case_file_pdfs_have_the_figures_of_the_statement(self):
        proceeding = self._ripe()
        statement = self.invoice.recouvrement_penalty_statement(TODAY)
        files = self._zip(proceeding.export_file())
        [name] = [name for name in files if 'Statement' in name or 'Decompte' in name]
        pages = {key: " ".join("".join(page.extract_text() for page in PdfFileReader(io.BytesIO(files[key])).pages).split())
                 for key in (name, 'bordereau.pdf')}
        for amount in (statement['principal'], statement['interest'], statement['indemnity'], statement['total']):
            text = f'{float(amount):,.2f}'.replace(',', ' ').replace('.', ',')
            for key, page in pages.items():
                page = page.replace('\u202f', ' ').replace('\xa0', ' ')
                self.assertTrue(text in page or f'{float(amount):,.2f}' in page, f"{text} in {key}: {page}")
        self.assertIn(self.debtor.name, pages['bordereau.pdf'])
        self.assertIn(self.invoice.name, pages['bordereau.pdf'])
