"""Conduct: letters of a third-party collector, hours of calls, what is kept of a person, what a person may read."""
import io
import json
import zipfile

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .common import TODAY, RecouvrementCommon, day
from .test_handoff import HandoffCommon

LATER = '2032-06-01 10:00:00'


@tagged('post_install', '-at_install')
class TestThirdParty(HandoffCommon):

    def _for_others(self):
        creditor = self.env['res.partner'].create({
            'name': "Scierie du Lac", 'is_company': True, 'street': "3 route du Lac", 'zip': '74000', 'city': "Annecy"})
        self.company.write({'recouvrement_creditor_id': creditor.id, 'recouvrement_creditor_mandate': "M-7 of 2026-01-02",
                            'recouvrement_third_party': True})

    def _page(self):
        return self.env['recouvrement.letter']._page(
            'recouvrement_plus.report_formal_notice_document', {'proceeding': self._ripe()}, 'en_US')

    def test_third_party_own_invoices_say_nothing_of_r124(self):
        page = self._page()
        for words in ("L111-8", "amicable collection", "R124"):
            self.assertNotIn(words, page)
        self.assertIn("still owes us", page)

    def test_third_party_letters_have_the_content_of_r124_4(self):
        self._for_others()
        page = self._page()
        for words in (self.company.name, "amicable collection", "Scierie du Lac", "3 route du Lac", "M-7 of 2026-01-02",
                      "Principal", "article L111-8, alinéas 2 et 3", "restent à la charge du créancier",
                      "débiteur de mauvaise foi"):
            self.assertIn(words, page)
        self.assertNotIn("still owes us", page, "the claim is the creditor's")
        reminder = self.env['recouvrement.reminder'].new({'case_id': self._case().id})
        self.assertEqual(reminder.case_id._third_party()['creditor'].name, "Scierie du Lac")

    def test_third_party_reminders_have_it_too(self):
        self._for_others()
        self._make_invoice(day(-20), 200.0, partner=self._make_debtor("Another"))
        self._night()
        table = str(self.env['recouvrement.reminder'].search([('partner_id.name', '=', "Another")], limit=1).items_table)
        self.assertIn("débiteur de mauvaise foi", table)

    def test_third_party_needs_creditor_and_mandate(self):
        with self.assertRaises(ValidationError):
            self.company.recouvrement_third_party = True


@tagged('post_install', '-at_install')
class TestPersons(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls._make_debtor("Jeanne Martin", regime='b2c')
        cls.person.write({'is_company': False, 'email': 'jeanne@example.com', 'street': "4 rue Basse", 'phone': '0102030405'})
        cls.bill = cls._make_invoice(day(-20), 300.0, partner=cls.person)
        cls._night()
        cls.case = cls._case(cls.person)

    def setUp(self):
        super().setUp()
        self._fake_pdf()

    # === CALLS === #

    def test_calls_hours_days_holidays(self):
        """2026-03-16 is a Monday; Paris is one hour ahead of UTC in winter, two in summer."""
        for at, codes in (
                ('2026-03-16 09:30:00', []), ('2026-03-16 12:30:00', ['call_hours']), ('2026-03-16 08:59:00', ['call_hours']),
                ('2026-03-16 18:59:00', []), ('2026-03-16 19:00:00', ['call_hours']), ('2026-03-14 10:00:00', ['call_weekend']),
                ('2026-05-14 09:30:00', ['call_holiday'])):
            with self.subTest(at=at):
                answer = self.case.call_check(at)
                self.assertEqual([row['code'] for row in answer['reasons']], codes)
                self.assertEqual(answer['allowed'], not codes)

    def test_calls_four_in_thirty_days(self):
        reminder = self._reminders(self.person)[:1]
        for offset in (-40, -20, -10, -5):
            self.env['recouvrement.reminder.event'].sudo().create({
                'reminder_id': reminder.id, 'company_id': self.company.id, 'kind': 'call', 'date': f'{day(offset)} 10:00:00'})
        self.assertEqual(self.case.call_check('2026-03-16 10:00:00')['calls'], 3)
        reminder._log_event('call')
        answer = self.case.call_check('2026-03-16 10:00:00')
        self.assertEqual([row['code'] for row in answer['reasons']], ['call_limit'])
        self.company.recouvrement_person_calls_max = 0
        self.assertTrue(self.case.call_check('2026-03-16 10:00:00')['allowed'])

    def test_calls_to_companies_have_no_such_hours(self):
        self._make_invoice(day(-20), 300.0)
        self._sync()
        self.assertTrue(self._case().call_check('2026-03-14 22:00:00')['allowed'])
        self.assertFalse(self._case().call_warning)
        with self.assertRaises(UserError):
            self._case().call_check('tomorrow')

    # === RETENTION === #

    def _settled(self):
        """Paid, after a reminder that was sent and a talk."""
        self._send(self._reminders(self.person).filtered(lambda one: one.state == 'queued'))
        self.case.message_post(body="Jeanne called about her divorce")
        self._pay(self.bill)
        self._sync()

    def test_retention_not_before_its_time(self):
        for prepare, words in ((lambda: None, "still owed"), (self._settled, "kept until")):
            prepare()
            [row] = self.case.retention_check()
            self.assertFalse(row['due'])
            self.assertIn(words, row['reason'])
            self.assertEqual(self.case.anonymise()['left_out'][0]['case_id'], self.case.id)
        self.assertEqual(self.case.retention_check()[0]['due_on'], '2031-03-16')

    def test_retention_blanks_names_words_and_documents(self):
        self._settled()
        reminder = self.env['recouvrement.reminder'].search([('case_id', '=', self.case.id), ('state', '=', 'sent')], limit=1)
        self.assertTrue(reminder.body_html and reminder.email_to)
        amounts = reminder.amount_due, reminder.date, reminder.line_ids.mapped('amount_residual')
        proofs = reminder.event_ids.mapped('sha256')
        with freeze_time(LATER):
            self.assertEqual(self.case.anonymise(), {'anonymised': self.case.ids, 'left_out': []})
            self.env.invalidate_all()
            self.assertFalse(reminder.body_html or reminder.email_to or reminder.subject)
            self.assertEqual((reminder.amount_due, reminder.date, reminder.line_ids.mapped('amount_residual')), amounts)
            self.assertEqual(reminder.event_ids.mapped('sha256'), proofs)
            for attachment in reminder.event_ids.attachment_id | reminder.attachment_id:
                self.assertEqual(attachment.raw, b'-')
            words = "".join(str(body or '') for body in self.case.message_ids.mapped('body'))
            self.assertNotIn("divorce", words)
            log = self.env['recouvrement.privacy.log'].search([('partner_id', '=', self.person.id), ('kind', '=', 'anonymised')])
            self.assertEqual((log.day, log.user_id), (TODAY, self.env.user))
            self.assertIn('recouvrement.reminder', log.counts)
            self.assertEqual(self.person.name, "Jeanne Martin", "the accounts keep their customer ten years")
            self.assertEqual(self.case.anonymise()['left_out'][0]['reason'], "anonymous already")
            for change in (lambda: log.write({'counts': {}}), log.unlink):
                with self.assertRaises(UserError):
                    change()

    def test_retention_nothing_of_the_file_is_left(self):
        proceeding = self._open_proceeding()
        proceeding.apply_transition('prepare_notice')
        proceeding.apply_transition('withdraw', {'reason': "Jeanne wrote from hospital"})
        proceeding.export_file()
        self._settled()
        papers = set(proceeding.paper_ids.mapped('sha256'))
        with freeze_time(LATER):
            self.case.anonymise()
            self.env.invalidate_all()
            self.assertEqual(set(proceeding.paper_ids.attachment_id.mapped('raw')), {b'-'})
            self.assertEqual(set(proceeding.paper_ids.mapped('sha256')), papers)
            self.assertEqual(proceeding.event_ids[0].facts['reason'], '-')
            self.assertFalse("hospital" in str(proceeding.message_ids.mapped('body')))
            with self.assertRaisesRegex(UserError, "removed"):
                proceeding.export_file()

    def test_retention_no_word_is_left_anywhere(self):
        """Calls, contestations, announcements, events of a whole invoice: every text written about the person goes."""
        secret = "hospital"
        self.case.log_call('informed', {'note': secret, 'said_by': secret})
        self.bill.recouvrement_propose_limitation_event(
            'acknowledgement', TODAY, {'proof': {'filename': "letter.pdf", 'datas': 'UERG'}, 'note': secret})
        self.env['recouvrement.solvency.fact'].create({
            'case_id': self.case.id, 'kind': 'rating', 'rating': "B", 'agency': "Bank", 'source': "Letter", 'note': secret})
        self.env['recouvrement.bodacc'].sudo().create({
            'case_id': self.case.id, 'company_id': self.company.id, 'siren': '552100554', 'reference': "A1", 'text': secret,
            'date_published': TODAY, 'type': 'announcement', 'event': 'other', 'origin': "File", 'name_published': secret})
        self._settled()
        with freeze_time(LATER):
            self.assertEqual(self.case.anonymise()['anonymised'], self.case.ids)
        self.env.flush_all()
        for name, model in self.env.registry.items():
            if name.startswith('recouvrement.') and model._auto and not model._transient:
                for field in model._fields.values():
                    if field.store and field.type in ('char', 'text', 'html', 'json'):
                        self.env.cr.execute(SQL("SELECT id FROM %s WHERE %s::text LIKE %s", SQL.identifier(model._table),
                                                SQL.identifier(field.name), f"%{secret}%"))
                        self.assertFalse(self.env.cr.fetchall(), f"{name}.{field.name}")
        event = self.env['recouvrement.limitation.event'].sudo().search([('move_id', '=', self.bill.id)])
        self.assertEqual(event.attachment_id.raw, b'-')

    def _open_proceeding(self):
        self.env.invalidate_all()
        return self.env['recouvrement.proceeding'].browse(self.case.action_open_formal_notice()['res_id'])

    def test_retention_the_contact_goes_ten_years_after_its_last_entry(self):
        self._settled()
        with freeze_time('2036-04-01 10:00:00'):
            self.case.anonymise()
        self.assertNotIn("Jeanne", self.person.name)
        self.assertFalse(self.person.email or self.person.street or self.person.phone or self.person.active)
        self.assertEqual(self.bill.amount_total, 300.0)
        self.assertEqual(self.bill.partner_id, self.person)

    def test_retention_is_of_persons_and_by_a_manager(self):
        self._make_invoice(day(-20), 300.0)
        self._sync()
        self.assertEqual(self._case().retention_check()[0]['reason'], "not a natural person")
        for role in ('officer', 'legal'):
            with self.assertRaises(AccessError):
                self.case.with_user(self._make_user(role)).anonymise()
        with self.assertRaises(UserError):
            self.case.with_user(self._make_user('manager')).write({'anonymised_on': TODAY})

    # === ACCESS === #

    def test_person_reads_all_that_is_known(self):
        self._settled()
        answer = self.person.recouvrement_person_export()
        archive = zipfile.ZipFile(io.BytesIO(self.env['ir.attachment'].browse(answer['attachment_id']).raw))
        data = json.loads(archive.read('data.json'))
        self.assertEqual(data['person']['email'], 'jeanne@example.com')
        [company] = data['companies']
        self.assertEqual((company['item'][0]['move_name'], company['kept_until']), (self.bill.name, '2031-03-16'))
        self.assertTrue(company['reminder'] and company['reminder'][0]['body_html'])
        self.assertIn('summary.pdf', archive.namelist())
        log = self.env['recouvrement.privacy.log'].search([('kind', '=', 'access'), ('partner_id', '=', self.person.id)])
        self.assertEqual((log.sha256, log.user_id), (answer['sha256'], self.env.user))
        with self.assertRaises(AccessError):
            log.attachment_id.with_user(self._make_user('manager')).read(['raw'])

    def test_person_export_is_given_by_a_manager_for_persons(self):
        for role in ('officer', 'legal', 'portal'):
            with self.assertRaises(AccessError):
                self.person.with_user(self._make_user(role)).recouvrement_person_export()
        with self.assertRaisesRegex(UserError, "natural person"):
            self.debtor.recouvrement_person_export()
        with self.assertRaisesRegex(UserError, "know nothing"):
            self.env['res.partner'].create({'name': "Nobody"}).recouvrement_person_export()
