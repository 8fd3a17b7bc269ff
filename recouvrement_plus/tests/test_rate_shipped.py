"""Legal rates: shipped with their source, never guessed, never overwritten, never deleted."""
import csv

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Date
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from .common import RecouvrementCommon


@tagged('post_install', '-at_install')
class TestRate(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rate = cls.env['recouvrement.rate']

    def test_the_shipped_rates_are_there_with_their_source(self):
        for name in ('ecb_mro.csv', 'legal_interest_fr.csv'):
            with file_open(f'recouvrement_plus/data/rates/{name}', 'r') as stream:
                rows = list(csv.DictReader(stream))
            self.assertTrue(rows)
            for row in rows:
                rate = self.Rate.search([('code', '=', row['code']), ('date_from', '=', row['date_from'])])
                self.assertAlmostEqual(rate.percent, float(row['rate_percent']), 2)
                self.assertTrue(rate.source)

    def test_no_rate_covers_2027(self):
        self.assertFalse(self.Rate.search([('date_to', '>=', '2027-01-01')]))

    def test_a_second_load_keeps_what_a_person_entered(self):
        last = self.Rate.search([('code', '=', 'ecb_mro')], limit=1)
        last.write({'date_to': '2027-06-30', 'percent': 9.99, 'confirmed': True})
        count = self.Rate.search_count([])
        self.Rate.sudo()._load_shipped()
        self.assertEqual(self.Rate.search_count([]), count)
        self.assertRecordValues(last, [{'date_to': Date.to_date('2027-06-30'), 'percent': 9.99, 'confirmed': True}])

    def test_two_values_of_one_day_are_refused(self):
        last = self.Rate.search([('code', '=', 'ecb_mro')], limit=1)
        with self.assertRaisesRegex(ValidationError, "overlap"):
            self.Rate.create({'code': 'ecb_mro', 'date_from': Date.add(last.date_to, days=-1),
                              'date_to': Date.add(last.date_to, days=30), 'percent': 2.0, 'source': "test"})
        with self.assertRaises(ValidationError):
            last.date_from = Date.add(last.date_from, days=-30)

    def test_a_rate_is_never_deleted(self):
        with self.assertRaisesRegex(UserError, "Rates are kept"):
            self.Rate.search([], limit=1).sudo().unlink()

    def test_a_rate_in_disorder_is_refused(self):
        for vals in ({'date_from': '2027-06-30', 'date_to': '2027-01-01'}, {'percent': -1.0}):
            good = {'code': 'ecb_mro', 'date_from': '2027-01-01', 'date_to': '2027-06-30', 'percent': 2.0, 'source': "test"}
            with self.subTest(vals=vals), self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
                self.Rate.create(good | vals)
                self.env.flush_all()
