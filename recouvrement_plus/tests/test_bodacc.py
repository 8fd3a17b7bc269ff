"""Announcements of the BODACC: matched by SIREN, proposed, never applied alone; a bad answer proposes nothing."""
import base64
import json
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged

from ..bodacc import announcements, ask
from ..ecb.download import Limits
from ..ecb.errors import REASONS, FetchError
from .bodacc_server import BodaccServer, announcement
from .common import TODAY, RecouvrementCommon, day

SIREN, OTHER = '552100554', '732829320'


@tagged('post_install', '-at_install')
class TestAnnouncements(RecouvrementCommon):
    """What the words of an announcement say, and what is refused."""

    def _parse(self, *rows, **answer):
        body = json.dumps({'total_count': len(rows), 'results': list(rows), **answer}).encode()
        return announcements.parse(body, TODAY)[0]

    def test_an_opening(self):
        [one] = self._parse(announcement(SIREN))
        self.assertEqual((one.sirens, one.event, one.kind, one.judgment, one.published),
                         ((SIREN,), 'opening', 'liquidation', date(2026, 3, 2), date(2026, 3, 10)))
        self.assertIn("SELARL Durand", one.text)

    def test_the_words_of_judgments(self):
        for nature, event, kind in (
                ("Jugement d'ouverture d'une procédure de redressement judiciaire", 'opening', 'redressement'),
                ("Jugement d'ouverture d'une procédure de sauvegarde", 'opening', 'sauvegarde'),
                ("Jugement d'ouverture d'une procédure de sauvegarde accélérée", 'opening', 'sauvegarde_acceleree'),
                ("Jugement d’ouverture d’une procédure de liquidation judiciaire simplifiée", 'opening', 'liquidation_simplifiee'),
                ("Jugement de conversion en liquidation judiciaire de la procédure de sauvegarde", 'conversion', 'liquidation'),
                ("Jugement de conversion en liquidation judiciaire", 'conversion', 'liquidation'),
                ("Jugement arrêtant le plan de redressement", 'plan', 'redressement'),
                ("Jugement de clôture pour insuffisance d'actif", 'closing', ''),
                ("Dépôt de l'état des créances", 'claims', '')):
            [one] = self._parse(announcement(SIREN, nature=nature))
            with self.subTest(nature=nature):
                self.assertEqual((one.event, one.kind), (event, kind))

    def test_days_in_words_and_days_unknown(self):
        for text, found in (("2 mars 2026", date(2026, 3, 2)), ("1er février 2026", date(2026, 2, 1)), ("", None), ("mars", None),
                            ("2026-02-30", None)):
            [one] = self._parse(announcement(SIREN, day=text))
            self.assertEqual(one.judgment, found)

    def test_other_families_are_left_aside(self):
        self.assertEqual(self._parse(announcement(SIREN, familleavis='vente')), [])

    def test_a_bad_identifier_matches_nobody(self):
        [one] = self._parse(announcement(SIREN, registre=["552100555", "12 34", None]))
        self.assertEqual(one.sirens, ())

    def test_what_cannot_be_is_refused(self):
        for row, reason in (
                (announcement(SIREN, published='2026-03-17'), 'implausible'),
                (announcement(SIREN, published='1998-01-01'), 'implausible'),
                (announcement(SIREN, day='2026-03-11'), 'implausible'), (announcement(SIREN, published='soon'), 'unreadable'),
                (announcement(SIREN, id=None), 'unreadable'), (announcement(SIREN, tribunal={'a': 1}), 'unreadable'),
                (announcement(SIREN, jugement='[1]'), 'unreadable'), (announcement(SIREN, jugement='{"nature"'), 'truncated'),
                ("text", 'unreadable')):
            with self.subTest(row=str(row)[:60]), self.assertRaises(FetchError) as refusal:
                self._parse(row)
            self.assertEqual(refusal.exception.reason, reason)

    def test_what_is_no_answer_is_refused(self):
        for body, reason in (
                (b'<html></html>', 'unreadable'), (b'\xff\xfe', 'unreadable'),
                (b'{"total_count": 1, "results": [{"id"', 'truncated'),
                (b'{"total_count": true, "results": []}', 'unreadable'), (b'{"total_count": 1}', 'unreadable'),
                (b'3', 'unreadable'),
                (b'{"total_count": NaN, "results": []}', 'unreadable'), (b'[' * 200_000 + b']' * 200_000, 'hostile')):
            with self.subTest(body=body[:40]), self.assertRaises(FetchError) as refusal:
                announcements.parse(body, TODAY)
            self.assertEqual(refusal.exception.reason, reason)
            self.assertIn(reason, REASONS)


@tagged('post_install', '-at_install')
class TestBodacc(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor.company_registry = f'{SIREN}00013'
        cls.invoice = cls._make_invoice(day(-60), 1000.0)
        cls._sync()
        cls._case().sudo()._refresh_state(TODAY)
        cls.server = BodaccServer()
        cls.addClassCleanup(cls.server.stop)
        cls.env['ir.config_parameter'].sudo().set_param('recouvrement_plus.bodacc_address', cls.server.address)
        cls.Bodacc = cls.env['recouvrement.bodacc']

    def setUp(self):
        super().setUp()
        self.server.rows, self.server.total, self.server.body, self.server.questions = [], None, b'', []
        self.server.status, self.server.headers, self.server.drip, self.server.announced = 200, {}, 0, None
        self._fake_pdf()

    def _found(self):
        return self.Bodacc.search([('case_id', '=', self._case().id)])

    def test_an_announcement_is_proposed_and_changes_nothing(self):
        self.server.rows = [announcement(SIREN), announcement(OTHER, 'A202600429999')]
        result = self.Bodacc.look_up()
        self.assertEqual(result['error'], '')
        proposal = self._found()
        self.assertRecordValues(proposal, [{
            'state': 'proposed', 'event': 'opening', 'kind': 'liquidation', 'date_judgment': date(2026, 3, 2), 'siren': SIREN}])
        self.assertFalse(self._case().insolvency_ids)
        self.assertEqual(self._case().state, 'overdue')
        self.assertIn(proposal.reference, self._case().activity_ids.summary)
        self.assertEqual(self.Bodacc.look_up()['proposals'], [], "once")

    def test_only_customers_who_owe_something_are_asked_about(self):
        nobody = self._make_debtor("Nobody", company_registry=OTHER)
        self.Bodacc.look_up()
        [question] = self.server.questions
        self.assertIn(f'registre="{SIREN}"', question['where'])
        self.assertIn('familleavis="collective"', question['where'])
        self.assertNotIn(nobody.company_registry, question['where'])

    def test_accepting_opens_the_record_filled_in(self):
        self.server.rows = [announcement(SIREN)]
        self.Bodacc.look_up()
        proposal = self._found()
        action = proposal.action_accept()
        self.assertEqual(proposal.state, 'proposed', "nothing before the person confirms")
        wizard = self.env[action['res_model']].with_context(**action['context']).create({})
        self.assertEqual((wizard.kind, wizard.date_judgment, wizard.date_published),
                         ('liquidation', date(2026, 3, 2), date(2026, 3, 10)))
        wizard.action_record()
        record = self._case().insolvency_ids
        self.assertEqual((record.bodacc_reference, record.date_published), (proposal.reference, date(2026, 3, 10)))
        self.assertRecordValues(proposal, [{'state': 'accepted', 'insolvency_id': record.id, 'decided_by_id': self.env.uid}])
        self.assertFalse(self._case().activity_ids)

    def test_a_later_announcement_opens_the_step(self):
        record = self.env['recouvrement.insolvency'].browse(self.env['recouvrement.insolvency'].record(
            self._case().id, '2026-02-02', 'redressement', "Lyon", source="Letter")['id'])
        self.server.rows = [announcement(SIREN, nature="Jugement de conversion en liquidation judiciaire")]
        self.Bodacc.look_up()
        action = self._found().action_accept()
        wizard = self.env[action['res_model']].with_context(**action['context']).create({})
        self.assertEqual((wizard.action, wizard.kind, wizard.done_on), ('convert', 'liquidation', date(2026, 3, 2)))
        wizard.action_apply()
        self.assertEqual((record.kind, self._found().state), ('liquidation', 'accepted'))

    def test_refused_ones_do_not_come_back(self):
        self.server.rows = [announcement(SIREN)]
        self.Bodacc.look_up()
        with self.assertRaises(UserError):
            self._found().refuse('')
        self._found().refuse("Another company")
        self.assertEqual(self.Bodacc.look_up()['proposals'], [])
        self.assertEqual(self._found().state, 'refused')
        with self.assertRaises(UserError):
            self._found().action_accept()

    def test_many_pages(self):
        self.server.rows = [announcement(OTHER, f'A2026{number:06}') for number in range(230)] + [announcement(SIREN)]
        self.assertEqual(len(self.Bodacc.look_up()['proposals']), 1)
        self.assertEqual([question['offset'] for question in self.server.questions], ['0', '100', '200'])

    def test_bad_answers_propose_nothing_and_tell_the_managers(self):
        manager = self._make_user('manager')
        good = announcement(SIREN)
        for vals, reason in (
                ({'status': 503}, 'http_status'), ({'body': b'<html>'}, 'unreadable'),
                ({'rows': [good], 'announced': 10 ** 5}, 'truncated'),
                ({'rows': [good], 'total': 3}, 'truncated'), ({'body': b' ' * 5_000_001}, 'too_large'),
                ({'status': 302, 'headers': {'Location': 'file:///etc/passwd'}}, 'redirect'),
                ({'rows': [good, announcement(SIREN, 'A2', published='2027-01-01')]}, 'unreadable'),
                ({'rows': [good, announcement(SIREN, 'A20260001', published='2027-01-01')]}, 'implausible'),
                ({'headers': {'Content-Encoding': 'gzip'}, 'rows': [good]}, 'unreadable')):
            self.setUp()
            for name, value in vals.items():
                setattr(self.server, name, value)
            with self.subTest(reason=reason):
                self.assertEqual(self.Bodacc.look_up(), {'proposals': [], 'error': reason})
                self.assertFalse(self._found())
        told = self.env['mail.activity'].search([
            ('activity_type_id', '=', self.env.ref('recouvrement_plus.mail_activity_type_bodacc_fetch').id),
            ('user_id', '=', manager.id)])
        self.assertEqual(len(told), 1, "told once")

    def test_addresses_that_are_none(self):
        for address in ('', 'http://example.org/records', 'file:///etc/passwd', 'ftp://example.org'):
            self.env['ir.config_parameter'].sudo().set_param('recouvrement_plus.bodacc_address', address)
            with self.subTest(address=address):
                self.assertEqual(self.Bodacc.look_up()['error'], 'bad_address')

    def test_a_file(self):
        def imported(rows, **kwargs):
            content = base64.b64encode(json.dumps(rows).encode()).decode()
            return self.Bodacc.import_file(content, 'export.json', **kwargs)

        result = imported([announcement(SIREN), announcement(OTHER, 'A202600429999')])
        self.assertEqual((result['read'], len(result['proposals'])), (2, 1))
        self.assertEqual(self._found().origin, 'export.json')
        self.assertEqual(imported({'total_count': 1, 'results': [announcement(SIREN)]})['proposals'], [])
        for content in ('###', base64.b64encode(b'{"total_count": 1, "results"').decode(), ''):
            with self.subTest(content=content), self.assertRaises(UserError):
                self.Bodacc.import_file(content)

    def test_roles_and_companies(self):
        officer = self._make_user('officer')
        for call in (lambda model: model.look_up(), lambda model: model.import_file('W10='),
                     lambda model: model.look_up(self.setup_other_company(name="Second company")['company'].id)):
            with self.assertRaises(AccessError):
                call(self.Bodacc.with_user(officer))
        self.server.rows = [announcement(SIREN)]
        self.Bodacc.with_user(self._make_user('legal')).look_up()
        with self.assertRaises(AccessError):
            self._found().with_user(officer).refuse("No")
        with self.assertRaises(AccessError):
            self._found().with_user(officer).action_accept()

    def test_the_scheduled_look_up_is_off_until_a_manager_switches_it_on(self):
        cron = self.env.ref('recouvrement_plus.ir_cron_recouvrement_bodacc')
        self.assertFalse(cron.active)
        self.server.rows = [announcement(SIREN)]
        self.Bodacc._cron_look_up()
        self.assertEqual(self._found().state, 'proposed')

    def test_the_scheduled_look_up_writes_in_the_language_of_the_company(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.company.partner_id.lang = 'fr_FR'
        self.server.rows = [announcement(SIREN)]
        self.Bodacc.with_context(lang=None)._cron_look_up()
        self.assertIn("annonce", self._case().activity_ids.summary)


@tagged('post_install', '-at_install')
class TestSlowAnswers(BaseCase):
    """On the real clock."""

    def test_a_server_that_drips_is_cut(self):
        server = BodaccServer()
        self.addCleanup(server.stop)
        server.rows = [announcement(SIREN)]
        for drip in (0.05, 2):
            server.drip = drip
            with self.subTest(drip=drip), self.assertRaises(FetchError) as refusal:
                ask.announced(server.address, [SIREN], day(-90), TODAY, Limits(operation=0.3, total=0.5, size=10 ** 6))
            self.assertEqual(refusal.exception.reason, 'too_slow')
