"""Files handed over and what comes back: a documented file out, notes and proposals in, nothing booked by itself."""
import base64
import io
import zipfile

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import file_open

from .common import TODAY, day
from .test_case_file import CaseFileCommon

HEAD = "reference;kind;date;amount;label;id\n"


class HandoffCommon(CaseFileCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agency = cls.env['res.partner'].create({'name': "Cabinet Rive Droite", 'is_company': True, 'city': "Lyon"})

    def _handed(self, **values):
        proceeding = self._ripe()
        answer = self.env['recouvrement.handoff'].make(
            proceeding.ids, self.agency.id, mandate="M-12 of 2026-01-05", commission='12.5', **values)
        return proceeding, answer

    def _b64(self, text):
        return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()

    def _record(self, text, agency=None):
        return self.env['recouvrement.handoff.return'].record((agency or self.agency).id, "retour.csv", self._b64(text))

    def _schema(self, name):
        with file_open(f'recouvrement_plus/data/handoff/{name}', 'rb') as file:
            return etree.XMLSchema(etree.parse(file))


@tagged('post_install', '-at_install')
class TestHandoff(HandoffCommon):

    def test_handoff_is_a_step_and_a_file_of_the_schema(self):
        proceeding, answer = self._handed()
        self.assertEqual(proceeding.state, 'agency')
        event = proceeding.event_ids[0]
        self.assertEqual((event.action, event.professional), ('hand_to_agency', "Cabinet Rive Droite"))
        files = self._zip(answer)
        document = etree.fromstring(files['handoff.xml'])
        self._schema('handoff-1.xsd').assertValid(document)
        space = {'h': 'urn:recouvrement-plus:handoff:1'}
        [claim] = document.xpath('//h:case/h:claim', namespaces=space)
        statement = self.invoice.recouvrement_penalty_statement(TODAY)
        self.assertEqual((claim.get('principal'), claim.get('interest'), claim.get('total')),
                         (statement['principal'], statement['interest'], statement['total']))
        [recipient] = document.xpath('//h:recipient', namespaces=space)
        self.assertEqual((recipient.get('commission-percent'), recipient.get('mandate')), ('12.500', "M-12 of 2026-01-05"))
        named = {node.get('file') for node in document.xpath('//h:document', namespaces=space)}
        self.assertTrue(named and named <= set(files), "every document named is in the zip")
        [row] = self._rows(files['claims.csv'])
        self.assertEqual((row['reference'], row['debtor'], row['principal']), (proceeding.reference, self.debtor.name, '1000.00'))
        self.assertIn('schema/return-1.xsd', files)

    def test_handoff_holds_ordinary_reminders(self):
        self._handed()
        self.assertEqual(self._reasons(), {self.invoice.name: ('hold', 'proceeding')})

    def test_handoff_to_a_commissaire_stays_where_it_is(self):
        proceeding = self._ripe()
        answer = self.env['recouvrement.handoff'].make(proceeding.ids, self.agency.id, 'officer')
        self.assertEqual((proceeding.state, proceeding.event_ids[0].action), ('mise_en_demeure', 'hand_to_officer'))
        self.assertEqual(answer['handed'], proceeding.ids)

    def test_handoff_what_cannot_be_is_left_out_and_nothing_is_half_done(self):
        proceeding = self._ripe()
        self._hold('dispute')
        with self.assertRaisesRegex(UserError, "a dispute is open"):
            self.env['recouvrement.handoff'].make(proceeding.ids, self.agency.id, mandate="M")
        self.assertEqual(proceeding.state, 'mise_en_demeure')

    def test_handoff_terms_are_checked(self):
        proceeding = self._ripe()
        make = self.env['recouvrement.handoff'].make
        for kwargs, words in (
                ({}, "written mandate"), ({'mandate': "M", 'commission': '101'}, "percentage"),
                ({'mandate': "M", 'commission': 'x'}, "not negative"), ({'kind': 'friend'}, "not one of"),
                ({'mandate': "M", 'done_on': str(day(2))}, "still to come")):
            with self.subTest(kwargs=kwargs), self.assertRaisesRegex(UserError, words):
                make(proceeding.ids, self.agency.id, **kwargs)
        with self.assertRaises(AccessError):
            self.env['recouvrement.handoff'].with_user(self._make_user('officer')).make(
                proceeding.ids, self.agency.id, mandate="M")

    def test_handoff_through_the_window(self):
        proceeding = self._ripe()
        with Form(self.env['recouvrement.handoff.step'].with_context(default_proceeding_ids=proceeding.ids)) as form:
            form.professional_id = self.agency
            form.mandate = "M-1"
            form.commission = 10
        action = form.record.action_apply()
        self.assertEqual(self.env['recouvrement.handoff'].browse(action['res_id']).proceeding_ids, proceeding)

    # === WHAT COMES BACK === #

    def _file(self, proceeding):
        return (f"{HEAD}{proceeding.reference};action;{TODAY};;Letter sent;A1\n"
                f"{proceeding.reference};receipt;16/03/2026;300,00;Transfer;A2\n"
                f"{proceeding.reference};commission;{TODAY};37.50;12.5 %;A3\n"
                f"{proceeding.reference};withdrawal;{TODAY};;Debtor unknown;A4\n")

    def test_return_is_looked_at_without_writing(self):
        proceeding, _answer = self._handed()
        count = len(proceeding.message_ids)
        found = self.env['recouvrement.handoff.return'].preview(self.agency.id, self._b64(self._file(proceeding)))
        self.assertEqual([row['kind'] for row in found['lines']], ['action', 'receipt', 'commission', 'withdrawal'])
        self.assertEqual(found['totals'], {'action': '1', 'receipt': '300.00', 'commission': '37.50', 'withdrawal': '1'})
        self.assertFalse(found['errors'])
        self.assertEqual(len(proceeding.message_ids), count)
        self.assertFalse(self.env['recouvrement.handoff.line'].search([]))

    def test_return_makes_notes_and_proposals_and_books_nothing(self):
        proceeding, _answer = self._handed()
        before = self.env['account.move.line'].search_count([]), self.invoice.amount_residual
        answer = self._record(self._file(proceeding))
        self.assertEqual((answer['recorded'], answer['known'], answer['errors']), (4, 0, []))
        lines = self.env['recouvrement.handoff.line'].search([('proceeding_id', '=', proceeding.id)])
        self.assertEqual({line.kind: line.state for line in lines}, {
            'action': 'noted', 'receipt': 'proposed', 'commission': 'proposed', 'withdrawal': 'proposed'})
        self.assertEqual((self.env['account.move.line'].search_count([]), self.invoice.amount_residual), before)
        self.assertEqual(proceeding.state, 'agency', "given back only once a person agrees")
        self.assertTrue(proceeding.activity_ids.filtered(lambda task: "Cabinet" in task.summary))

    def test_return_twice_does_nothing_twice(self):
        proceeding, _answer = self._handed()
        text = self._file(proceeding)
        self._record(text)
        messages = len(proceeding.message_ids)
        again = self._record(text)
        self.assertEqual((again['return_id'], again['recorded'], again['known']), (False, 0, 4))
        self.assertEqual(len(proceeding.message_ids), messages)
        more = self._record(text + f"{proceeding.reference};receipt;{TODAY};300.00;Transfer;A9\n")
        self.assertEqual((more['recorded'], more['known']), (1, 4))

    def test_return_errors_name_their_line(self):
        proceeding, _answer = self._handed()
        ref = proceeding.reference
        answer = self._record(
            f"{HEAD}P999999;action;{TODAY};;x;\n{ref};gift;{TODAY};;x;\n{ref};receipt;32/01/2026;1;x;\n{ref};receipt;{day(3)};1;x;\n"
            f"{ref};receipt;{TODAY};-5;x;\n{ref};receipt;{TODAY};;x;\n{ref};action;{TODAY};;;\n{ref};receipt;{TODAY};10;ok;\n")
        self.assertEqual([(row['line'], row['code']) for row in answer['errors']], [
            (2, 'reference'), (3, 'kind'), (4, 'date'), (5, 'future'), (6, 'amount'), (7, 'amount'), (8, 'label')])
        self.assertIn("P999999", answer['errors'][0]['reason'])
        self.assertEqual(answer['recorded'], 1)

    def test_return_in_xml_of_the_schema(self):
        proceeding, _answer = self._handed()
        text = (f'<return xmlns="urn:recouvrement-plus:return:1"><line reference="{proceeding.reference}" kind="receipt" '
                f'date="{TODAY}" amount="300.00" id="A2">Transfer</line></return>')
        self._schema('return-1.xsd').assertValid(etree.fromstring(text))
        self.assertEqual(self._record(text)['recorded'], 1)
        csv = self._record(f"{HEAD}{proceeding.reference};receipt;{TODAY};300;Transfer;A2\n")
        self.assertEqual(csv['known'], 1, "the same fact in the other format")

    def test_return_hostile_files_are_refused(self):
        self._handed()
        bomb = ('<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
                '<return xmlns="urn:recouvrement-plus:return:1"><line>&b;</line></return>')
        outside = ('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
                   '<return xmlns="urn:recouvrement-plus:return:1"><line>&x;</line></return>')
        for text, words in (
                (bomb, "entities"), (outside, "entities"), (bomb.encode('utf-16'), "columns|text|entities"),
                ("<return/>", "schema"), ("<a", "cannot be read"), ("a;b\n1;2\n", "columns"), (b'\xff\x00' * 9, "text|columns"),
                (b'x' * 2_000_001, "large"), (HEAD + "x;y;z\n" * 5001, "too many")):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self._record(text)
        with self.assertRaisesRegex(UserError, "base64"):
            self.env['recouvrement.handoff.return'].preview(self.agency.id, "é")

    def test_return_names_only_files_of_its_sender(self):
        proceeding, _answer = self._handed()
        stranger = self.env['res.partner'].create({'name': "Other agency"})
        answer = self._record(self._file(proceeding), stranger)
        self.assertEqual((answer['recorded'], len(answer['errors'])), (0, 4))

    def test_return_words_are_text(self):
        proceeding, _answer = self._handed()
        self._record(f'{HEAD}{proceeding.reference};receipt;{TODAY};5;<img src=x onerror=alert(1)>;\n')
        shown = "".join(proceeding.message_ids.mapped('body')) + "".join(map(str, proceeding.activity_ids.mapped('note')))
        self.assertNotIn('<img', shown)
        self.assertIn('&lt;img', shown)

    def test_return_a_person_decides(self):
        proceeding, _answer = self._handed()
        self._record(self._file(proceeding))
        lines = {line.kind: line for line in self.env['recouvrement.handoff.line'].search([])}
        with self.assertRaises(AccessError):
            lines['withdrawal'].with_user(self._make_user('officer')).accept()
        lines['withdrawal'].with_user(self._make_user('manager')).accept()
        self.assertEqual((proceeding.state, proceeding.event_ids[0].action), ('mise_en_demeure', 'recall_from_agency'))
        with self.assertRaisesRegex(UserError, "why"):
            lines['commission'].refuse(" ")
        lines['commission'].refuse("10 % was agreed")
        with self.assertRaisesRegex(UserError, "not waiting"):
            lines['commission'].accept()
        residual = self.invoice.amount_residual
        lines['receipt'].accept()
        self.assertEqual(self.invoice.amount_residual, residual, "the accountant books it")
        with self.assertRaises(UserError):
            lines['receipt'].unlink()

    def test_return_preview_in_the_window(self):
        proceeding, _answer = self._handed()
        step = self.env['recouvrement.handoff.return.step'].create({
            'professional_id': self.agency.id, 'filename': "r.csv", 'file': self._b64(self._file(proceeding))})
        self.assertIn(self.debtor.name, str(step.preview_html))
        step.action_record()
        self.assertIn("known already", str(step.browse(step.id).copy().preview_html))

    def test_handoff_zip_is_kept_as_it_left(self):
        _proceeding, answer = self._handed()
        self._pay(self.invoice)
        handoff = self.env['recouvrement.handoff'].browse(answer['handoff_id'])
        self.assertEqual(handoff.attachment_id.id, answer['attachment_id'])
        self.assertIsNone(zipfile.ZipFile(io.BytesIO(handoff.attachment_id.raw)).testzip())
