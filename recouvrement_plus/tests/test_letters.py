"""Letters printed together: each customer gets its own sheets, all of them, and no one else's."""
import base64
import io
from unittest.mock import patch

from pypdf import PdfReader

from odoo.tests import freeze_time, tagged

from .common import NOW, RecouvrementCommon, day


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestLetters(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._level(15).channel = 'letter'
        cls.template.body_html = '<p>Dear customer</p><t t-out="object.items_table"/>'

    def _letters(self, many=(1, 40, 2, 1)):
        """One letter for each number of invoices; forty lines take more than one sheet."""
        self.invoices = {}
        for number, count in enumerate(many):
            debtor = self._make_debtor(f"Letter {number}", street="3 rue Haute", city="Paris", zip='75011')
            self.invoices[debtor] = [self._make_invoice(day(-20), 100.0 + number, partner=debtor) for _index in range(count)]
        return self._night().reminder_ids.sorted('id')

    def _text(self, attachment):
        sheets = PdfReader(io.BytesIO(base64.b64decode(attachment.datas))).pages
        return len(sheets), ' '.join(sheet.extract_text() for sheet in sheets)

    def _processes(self):
        report = type(self.env['ir.actions.report'])
        return patch.object(report, '_run_wkhtmltopdf', autospec=True, side_effect=report._run_wkhtmltopdf)

    def test_one_process_and_everybody_has_all_of_its_own_sheets(self):
        letters = self._letters()
        with self._processes() as processes:
            letters.send()
        self.assertEqual((set(letters.mapped('state')), processes.call_count), ({'sent'}, 1))
        for letter in letters:
            sheets, text = self._text(letter.attachment_id)
            own = {invoice.name for invoice in self.invoices[letter.partner_id]}
            others = {invoice.name for partner, moves in self.invoices.items() if partner != letter.partner_id for invoice in moves}
            with self.subTest(letter.partner_id.name):
                self.assertEqual({name for name in own if name not in text}, set())
                self.assertEqual({name for name in others if name in text.split()}, set())
                self.assertEqual(sheets > 1, len(own) > 30)

    def test_formal_notices_are_printed_by_one_process(self):
        """Those of the night, and those of a mailing with its deposit slip: each keeps its own pages."""
        for number in range(6):
            debtor = self._make_debtor(f"Notice {number}", street="3 rue Haute", city="Paris", zip='75011')
            self._make_invoice(day(-50), 100.0 + number, partner=debtor)
        notices = self._night().reminder_ids.filtered('formal_notice')
        notices.approve()
        with self._processes() as processes:
            notices[:3].send()
        self.assertEqual((set(notices[:3].mapped('state')), processes.call_count), ({'sent'}, 1))
        proceedings = self.env['recouvrement.proceeding'].search([('reminder_id', 'in', notices[3:].ids)])
        with self._processes() as processes:
            answer = self.env['recouvrement.mailing'].make(proceedings.ids)
        self.assertEqual((len(answer['sent']), processes.call_count), (3, 2), "one for the letters, one for the slip")
        for proceeding in self.env['recouvrement.proceeding'].search([('reminder_id', 'in', notices.ids)]):
            self.assertIn(proceeding.item_ids.move_id.name, self._text(proceeding._notice_letter())[1])
            self.assertEqual(len(proceeding.event_ids.filtered(lambda event: event.action == 'send_notice')), 1)

    def test_what_changed_before_it_left_is_printed_as_it_is_now(self):
        letters = self._letters((1, 1))
        first, second = self.invoices.values()
        printed = letters._print_together()
        self.assertEqual(len(printed), 2)
        self.assertEqual(set(letters.mapped('state')), {'queued'}, "printing together leaves no trace")
        self._pay(first[0], 40.0)
        letters.with_context(recouvrement_printed=printed)[0]._send_isolated()
        self.assertIn('60.00', self._text(letters[0].attachment_id)[1])

    def test_one_bad_letter_does_not_stop_the_others(self):
        letters = self._letters((1, 1, 1))
        letters[1].contact_id.write({'street': False, 'city': False, 'zip': False, 'country_id': False})
        letters.send()
        self.assertEqual(letters.mapped('state'), ['sent', 'failed', 'sent'])

    def test_letters_that_cannot_be_told_apart_are_printed_alone(self):
        letters = self._letters((1, 1))
        with patch.object(type(self.env['recouvrement.letter']), '_split', lambda *args: None):
            letters.send()
        for letter in letters:
            self.assertIn(self.invoices[letter.partner_id][0].name, self._text(letter.attachment_id)[1])
