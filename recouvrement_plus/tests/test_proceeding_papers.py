"""What a proceeding puts on paper: registered letters, deposit slip, documents for the court."""
import io
import re

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools.pdf import PdfFileReader

from .common import NOW, TODAY, day
from .test_proceeding import ProceedingCommon
from .test_proceeding_track import TrackCommon


@tagged('post_install', '-at_install')
class TestMailing(TrackCommon):

    def test_mailing_letters_slip_and_tracking(self):
        self.patch(self.env.registry['recouvrement.letter'], '_pdf', lambda *args, **kwargs: self._blank())
        disputed = self._make_debtor("Contesté")
        self._make_invoice(day(-40), partner=disputed)
        self._identify(disputed)
        self._sync()
        good, bad = self._open(), self._open(disputed)
        for proceeding in good | bad:
            proceeding.apply_transition('prepare_notice')
            proceeding.apply_transition('approve_notice')
        self._hold('dispute', disputed)
        result = self.env['recouvrement.mailing'].make((good | bad).ids)
        self.assertEqual((result['sent'], [row['id'] for row in result['left_out']]), (good.ids, bad.ids))
        mailing = self.env['recouvrement.mailing'].browse(result['mailing_id'])
        self.assertRecordValues(good, [{
            'state': 'mise_en_demeure', 'notice_channel': 'registered_letter', 'mailing_id': mailing.id}])
        self.assertEqual(bad.state, 'notice_approved')
        self.assertIn("dispute", mailing.left_out)
        self.assertTrue(mailing.letters_id.raw.startswith(b'%PDF') and mailing.slip_id.raw.startswith(b'%PDF'))
        text = (f"reference;number;deposited_on;received_on\n{good.reference};1A 234 567 8901 2;16/03/2026;\nP999999;1A;;\n"
                f"{good.reference};1A 234 567 8901 2;;2026-03-30\n")
        answer = mailing.import_tracking(text)
        self.assertEqual((answer['updated'], [row['line'] for row in answer['errors']]), (1, [3, 4]))
        self.assertIn("still to come", answer['errors'][1]['reason'])
        self.assertRecordValues(good, [{'registered_number': "1A 234 567 8901 2", 'date_deposited': TODAY, 'date_received': False}])
        self.assertEqual(mailing.import_tracking(text)['updated'], 0, "read twice, nothing more")
        with freeze_time('2026-04-01 10:00:00'):
            self.assertEqual(mailing.import_tracking(text)['updated'], 1)
        self.assertEqual(str(good.date_received), '2026-03-30')
        with self.assertRaisesRegex(UserError, "columns"):
            mailing.import_tracking("a;b\n1;2\n")

    def _blank(self):
        from odoo.tools.pdf import PdfFileWriter
        writer, stream = PdfFileWriter(), io.BytesIO()
        writer.add_blank_page(width=200, height=200)
        writer.write(stream)
        return stream.getvalue()


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestTrackDocuments(TrackCommon):
    """What each paper says, read back from its PDF."""

    def setUp(self):
        super(ProceedingCommon, self).setUp()
        self.env['res.lang']._activate_lang('fr_FR')
        self.debtor.lang = 'fr_FR'
        self.company.write({'street': "5 quai Sud", 'zip': '69001', 'city': "Lyon", 'company_registry': '35600000000048'})
        self.env['recouvrement.signatory'].create({
            'name': "Anne Roy", 'capacity': "Directrice financière", 'delegation': "Par délégation du 2 janvier 2026"})

    def _text(self, attachment):
        pages = PdfFileReader(io.BytesIO(attachment.raw)).pages
        return re.sub(r'\s+', ' ', ' '.join(page.extract_text() for page in pages))

    def _letters(self):
        with self.allow_pdf_render():
            proceeding = self._ripe()
            self._do(proceeding, ('grant_time', {'done_on': str(day(-8)), 'until': str(day(-1))}),
                     ('refuse_time', {'done_on': str(TODAY), 'reason': "déjà accordé une fois"}),
                     ('prepare_order', {'court': "Tribunal de commerce de Lyon"}))
            self._pay(self.invoice)
            self._do(proceeding, ('close_paid', {}), ('issue_release', {}))
        return {event.action: self._text(event.attachment_id) for event in proceeding.event_ids if event.attachment_id}

    def test_documents_say_what_they_must_and_nothing_else(self):
        self.env['recouvrement.clause'].create({
            'case_id': self._case().id, 'kind': 'penalty', 'percent': 10.0, 'date_accepted': day(-300),
            'proof': "Bon de commande 12"})
        texts = self._letters()
        notice = texts['send_notice']
        for words in ("MISE EN DEMEURE", "SAS", "55210055400013", self.invoice.name, "Anne Roy", "Directrice financière",
                      "Par délégation", "avant le 04/03/2026", "1 rue du Port"):
            self.assertIn(words.lower(), notice.lower())
        for words in ("saisie", "huissier", "ordonnance", "au nom du peuple", "L111-8", "poursuites pénales"):
            self.assertNotIn(words.lower(), notice.lower(), "nothing that looks like a court's paper, nor an invented sanction")
        request = texts['prepare_order']
        for words in ("Tribunal de commerce de Lyon", "1405", "1408", self.invoice.name, "Bon de commande 12", "100,00",
                      "Décompte", "représenté"):
            self.assertIn(words.lower(), request.lower())
        self.assertIn("15/03/2026", texts['grant_time'])
        self.assertIn("déjà accordé une fois", texts['refuse_time'])
        self.assertIn(self.invoice.name, texts['issue_release'])
