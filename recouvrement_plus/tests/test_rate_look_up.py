"""The ECB's publication, read from a local server: good, slow, cut, changed, hostile. Nothing is used before a person confirms."""
import time
from datetime import date
from decimal import Decimal
from functools import partial
from unittest.mock import patch

from odoo.fields import Date
from odoo.tests import BaseCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..ecb import download, sdmx
from ..ecb.errors import REASONS, FetchError
from ..models.recouvrement_rate_event import ERROR_SELECTION
from .rate_server import RateServer, as_csv, as_generic_xml, as_specific_xml
from .test_rate import RateCommon

NIGHT = '2026-12-01 05:00:00'
HISTORY = [
    ('2024-10-23', '3.4'), ('2024-12-18', '3.15'), ('2025-02-05', '2.90'), ('2025-03-12', '2.65'), ('2025-04-23', '2.40'),
    ('2025-06-11', '2.15'), ('2026-06-17', '2.40'), ('2026-09-16', '2.65')]
BOMB = ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "2.152.152.152.15">'
        + ''.join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)) + ']><x>&j;</x>')
SECRET = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY s SYSTEM "file:///etc/passwd">]><x>&s;</x>'


@tagged('post_install', '-at_install')
@freeze_time(NIGHT)
class TestRateLookUp(RateCommon):

    def setUp(self):
        super().setUp()
        self.server = RateServer()
        self.addCleanup(self.server.stop)
        self._address(self.server.address)
        self.Rate = self.env['recouvrement.rate']
        self.rates_before = self._rates()

    def _address(self, address):
        self.env['ir.config_parameter'].sudo().set_param('recouvrement_plus.rate_address', address)

    def _rates(self):
        return self.Rate.search([]).read(['code', 'date_from', 'date_to', 'percent', 'confirmed', 'source'])

    def _night(self, body='', **settings):
        """The scheduled look-up: returns what waits for a person."""
        self.server.body = body
        for name, value in settings.items():
            setattr(self.server, name, value)
        self.Rate.with_user(self.env.ref('base.user_root'))._cron_look_up()
        return self._waiting()

    def _waiting(self):
        found = self.env['recouvrement.rate.proposal'].search([('state', '=', 'proposed')], order='date_from')
        return [(one.kind, str(one.date_from), str(one.date_to), f'{one.percent:.2f}') for one in found]

    def _refused(self, reason, body='', **settings):
        """The look-up proposes nothing, changes nothing and says why."""
        self.assertEqual(self._night(body, **settings), [])
        event = self.env['recouvrement.rate.event'].search([], limit=1, order='id desc')
        self.assertEqual((event.kind, event.error), ('fetch_error', reason), event.note)
        self.assertEqual(self._rates(), self.rates_before)
        return event

    def _tasks(self, kind='rate_fetch'):
        return self.env['mail.activity'].search([
            ('res_model', '=', 'recouvrement.rate'),
            ('activity_type_id', '=', self.env.ref(f'recouvrement_plus.mail_activity_type_{kind}').id)])

    # === GOOD === #

    def test_the_three_forms_say_the_same(self):
        expected = [('confirm', '2026-06-17', '2026-09-15', '2.40'), ('extend', '2026-09-16', '2026-12-01', '2.65')]
        for form in (as_csv, as_generic_xml, as_specific_xml):
            with self.subTest(form=form.__name__):
                self.assertEqual(self._night(form(HISTORY)), expected)
                self.assertEqual(self._rates(), self.rates_before, "proposed only")

    def test_a_new_rate_is_used_after_a_person_confirmed_it(self):
        invoice = self._make_invoice(Date.to_date('2026-12-20'), 1000.0)
        self._night(as_csv([*HISTORY, ('2026-12-16', '2.90')]))
        book = self.env['recouvrement.engine']._rate_book
        self.assertFalse([row for row in book().periods if str(row.date_from) == '2026-12-16'], "not used before")
        self.env['recouvrement.rate.proposal'].search([('state', '=', 'proposed')]).confirm()
        self.assertRecordValues(self._rate('2026-12-16'), [
            {'percent': 2.9, 'confirmed': True, 'confirmed_by_id': self.env.uid, 'date_to': Date.to_date('2026-12-16')}])
        self.assertEqual(self._rate('2026-09-16').date_to, Date.to_date('2026-12-15'))
        self.assertTrue(self._rate('2026-06-17').confirmed)
        statement = invoice.recouvrement_penalty_statement('2026-12-31')
        self.assertEqual([line['rate'] for line in statement['lines']], ['12.40'], "a change inside the half-year has no effect")

    def test_read_again_it_proposes_nothing_twice(self):
        first = self._night(as_csv(HISTORY))
        with freeze_time('2026-12-01 06:00:00'):
            self.assertEqual(self._night(as_csv(HISTORY)), first)
        with freeze_time('2027-01-01 05:00:00'):
            self.assertEqual(self._night(as_csv(HISTORY))[1:], [('extend', '2026-09-16', '2027-01-01', '2.65')])
        self.assertEqual(self.env['recouvrement.rate.proposal'].search_count([('state', '=', 'replaced')]), 1)

    def test_what_was_refused_is_not_proposed_again(self):
        self._night(as_csv([*HISTORY[:-1], ('2026-09-16', '2.70')]))
        self.env['recouvrement.rate.proposal'].search([('kind', '=', 'change')]).refuse()
        self.assertNotIn('2026-09-16', [row[1] for row in self._night(as_csv([*HISTORY[:-1], ('2026-09-16', '2.70')]))])

    def test_a_manager_looks_up_when_he_wants(self):
        self.server.body = as_csv(HISTORY)
        result = self.Rate.with_user(self._make_user('manager')).look_up()
        self.assertEqual((len(result['proposals']), result['error']), (2, ''))
        self.assertEqual(self.Rate.look_up()['proposals'], [], "already waiting")

    # === BAD === #

    def test_an_error_is_a_line_of_the_journal_and_one_task(self):
        manager = self._make_user('manager')
        for _night in range(3):
            event = self._refused('http_status', "gone", status=503)
        self.assertIn('503', event.note)
        self.assertEqual(len(self._tasks().filtered(lambda task: task.user_id == manager)), 1)
        self.assertIn("error", self._tasks()[0].note)
        self._night(as_csv(HISTORY), status=200)
        self.assertFalse(self._tasks(), "read at last: the task goes")

    def test_every_way_to_be_cut(self):
        body = as_csv(HISTORY)
        self._refused('truncated', body[:-40], announced=len(body))
        self._refused('truncated', body[:body.rindex('2.65') + 3], announced=None)
        self._refused('unreadable', as_generic_xml(HISTORY)[:-60])
        self._refused('unreadable', body[:body.index('\n') + 1])
        self._refused('truncated', '')

    def test_another_form_or_another_series(self):
        self._refused('unreadable', '<!-- --><html><body>Maintenance</body></html>')
        self._refused('hostile', '<!DOCTYPE html><html><body>Maintenance</body></html>')
        self._refused('unreadable', '{"dataSets": []}\n')
        self._refused('unreadable', as_csv(HISTORY).replace('OBS_VALUE', 'VALUE'))
        self._refused('unreadable', as_csv([*HISTORY, ('2026-Q4', '2.65')]))
        self._refused('unreadable', as_csv([*HISTORY, ('2026-10-01', 'n/a')]))
        self._refused('unreadable', b'\xff\xfe' + as_csv(HISTORY).encode('utf-16-le'))
        self._refused('unreadable', as_csv(HISTORY), headers={'Content-Encoding': 'gzip'})
        self.server.headers = {}
        for form in (as_csv, as_generic_xml, as_specific_xml):
            self._refused('other_series', form(HISTORY, provider='DFR'))
        elsewhere = [(start, '1.05' if i % 2 else '1.00') for i, (start, _value) in enumerate(HISTORY)]
        self._refused('other_series', as_csv(elsewhere))

    def test_values_that_cannot_be(self):
        for point in (('2026-10-01', '265'), ('2026-10-01', '-1'), ('2026-10-01', 'NaN'), ('2026-10-01', '2.651'),
                      ('2029-01-01', '2.65'), ('2026-09-16', '2.40')):
            with self.subTest(point=point):
                self._refused('implausible', as_csv([*HISTORY, point]))

    def test_hostile_xml_is_not_opened(self):
        for body in (BOMB, SECRET, SECRET.replace('file:///etc/passwd', self.server.address)):
            self._refused('hostile', body)
        self._refused('unreadable', BOMB.encode('utf-16'))
        self.assertEqual(self.server.asked, 4, "no entity was fetched")
        self.assertNotIn('root:', str(self.env['recouvrement.rate.event'].search([]).mapped('note')))

    def test_an_endless_answer_is_cut(self):
        with patch.object(download, 'Limits', partial(download.Limits, size=5000)):
            self._refused('too_large', as_csv(HISTORY) + ' ' * 6000)

    def test_redirects_stay_within_their_scheme_and_number(self):
        for target in ('file:///etc/passwd', 'ftp://127.0.0.1/', 'https://127.0.0.1:1/', 'http://ecb.example/', '', '/series'):
            with self.subTest(target=target):
                self._refused('redirect', status=302, headers={'Location': target})
        other = RateServer()
        self.addCleanup(other.stop)
        other.body = as_csv(HISTORY)
        self.assertTrue(self._night(status=302, headers={'Location': other.address}))

    def test_only_https_leaves_this_machine(self):
        for address in ('http://ecb.example/', 'file:///etc/passwd', 'ftp://ecb.example/', 'data:,2.65', '', 'https://',
                        'https://a:b@ecb.example/', 'http://127.0.0.1.ecb.example/', 'https://[bad/'):
            with self.subTest(address=address):
                self._address(address)
                self._refused('bad_address')
        self._address('http://127.0.0.1:1/')
        self._refused('unreachable')

    def test_a_certificate_that_nobody_vouches_for(self):
        """The local server speaks no TLS: an https address of it must not be read as if it did."""
        self._address(self.server.address.replace('http:', 'https:'))
        self._refused('unreachable', as_csv(HISTORY))

    @mute_logger('odoo.addons.recouvrement_plus.models.recouvrement_rate_watch')
    def test_a_defect_of_ours_does_not_raise_in_the_night(self):
        with patch('odoo.addons.recouvrement_plus.models.recouvrement_rate_watch.differences', side_effect=ZeroDivisionError):
            self._refused('internal', as_csv(HISTORY))

    def test_each_reason_has_its_sentence(self):
        self.assertEqual([code for code, _label in ERROR_SELECTION], list(REASONS))

    def test_the_scheduled_actions_only_propose_and_warn(self):
        for name in ('fetch', 'warn'):
            cron = self.env.ref(f'recouvrement_plus.ir_cron_recouvrement_rate_{name}')
            self.assertTrue(cron.active)
        settings = self.env['res.config.settings'].create({})
        settings.recouvrement_rate_fetch_active = False
        settings.execute()
        self.assertFalse(self.env.ref('recouvrement_plus.ir_cron_recouvrement_rate_fetch').active)


@tagged('post_install', '-at_install')
class TestDownload(BaseCase):
    """Where time counts, under the real clock."""

    def setUp(self):
        super().setUp()
        self.server = RateServer()
        self.addCleanup(self.server.stop)
        self.server.body = as_csv(HISTORY)

    def _reason(self, call):
        started = time.monotonic()
        with self.assertRaises(FetchError) as refusal:
            call()
        self.assertLess(time.monotonic() - started, 3)
        return refusal.exception.reason

    def test_a_server_that_drips_is_cut(self):
        for drip in (0.05, 2):  # less, then more than one operation may take
            self.server.drip = drip
            with self.subTest(drip=drip):
                limits = download.Limits(operation=0.3, total=0.5)
                self.assertEqual(self._reason(partial(download.fetch, self.server.address, limits)), 'too_slow')

    def test_entities_are_not_expanded(self):
        for body in (BOMB, SECRET, BOMB.replace('?>', '?><!-- -->')):
            self.assertEqual(self._reason(partial(sdmx.parse, body.encode(), date(2026, 12, 1))), 'hostile')

    def test_a_good_answer(self):
        points = sdmx.parse(download.fetch(self.server.address), date(2026, 12, 1))
        self.assertEqual(points[-1], (date(2026, 9, 16), Decimal('2.65')))
