"""The rates of each half-year, as published: the list that accountants read."""
from odoo.exceptions import AccessError
from odoo.fields import Date
from odoo.tests import freeze_time, tagged

from ..engine import rates
from ..engine.errors import MissingRate
from .test_rate import RateCommon

# Half-year, ECB on its first day, between professionals, public bodies, legal interest, floor of a clause.
PUBLISHED = """
2009 S1|2.50|12.50|-|-|-
2009 S2|1.00|11.00|-|-|-
2010 S1|1.00|11.00|-|-|-
2010 S2|1.00|11.00|-|-|-
2011 S1|1.00|11.00|-|-|-
2011 S2|1.25|11.25|-|-|-
2012 S1|1.00|11.00|-|-|-
2012 S2|1.00|11.00|-|-|-
2013 S1|0.75|10.75|-|-|-
2013 S2|0.50|10.50|8.50|-|-
2014 S1|0.25|10.25|8.25|-|-
2014 S2|0.15|10.15|8.15|-|-
2015 S1|0.05|10.05|8.05|0.93|2.79
2015 S2|0.05|10.05|8.05|0.99|2.97
2016 S1|0.05|10.05|8.05|1.01|3.03
2016 S2|0.00|10.00|8.00|0.93|2.79
2017 S1|0.00|10.00|8.00|0.90|2.70
2017 S2|0.00|10.00|8.00|0.90|2.70
2018 S1|0.00|10.00|8.00|0.89|2.67
2018 S2|0.00|10.00|8.00|0.88|2.64
2019 S1|0.00|10.00|8.00|0.86|2.58
2019 S2|0.00|10.00|8.00|0.87|2.61
2020 S1|0.00|10.00|8.00|0.87|2.61
2020 S2|0.00|10.00|8.00|0.84|2.52
2021 S1|0.00|10.00|8.00|0.79|2.37
2021 S2|0.00|10.00|8.00|0.76|2.28
2022 S1|0.00|10.00|8.00|0.76|2.28
2022 S2|0.00|10.00|8.00|0.77|2.31
2023 S1|2.50|12.50|10.50|2.06|6.18
2023 S2|4.00|14.00|12.00|4.22|12.66
2024 S1|4.50|14.50|12.50|5.07|15.21
2024 S2|4.25|14.25|12.25|4.92|14.76
2025 S1|3.15|13.15|11.15|3.71|11.13
2025 S2|2.15|12.15|10.15|2.76|8.28
2026 S1|2.15|12.15|10.15|2.62|7.86
2026 S2|2.40|12.40|10.40|2.75|8.25
2027 S1|-|-|-|-|-
"""


@tagged('post_install', '-at_install')
@freeze_time('2026-11-22 10:00:00')
class TestRateSemester(RateCommon):

    def _rows(self):
        return self.env['recouvrement.rate.semester'].search([], order='date_from')

    def _text(self, row):
        def money(value, known):
            return f'{value:.2f}' if known else '-'
        return '|'.join([
            row.name, money(row.ecb, row.ecb_known), money(row.b2b, row.ecb_known), money(row.public, row.public_known),
            money(row.legal, row.legal_known), money(row.floor, row.legal_known)])

    def test_the_published_table(self):
        self.assertEqual([self._text(row) for row in self._rows()], PUBLISHED.split('\n')[1:-1])

    def test_the_list_says_what_the_engine_uses(self):
        book = self.env['recouvrement.engine']._rate_book()
        for row in self._rows():
            for function, value, known in (
                    (rates.b2b_default_rate, row.b2b, row.ecb_known), (rates.public_rate, row.public, row.public_known),
                    (rates.legal_rate, row.legal, row.legal_known), (rates.contract_floor, row.floor, row.legal_known)):
                with self.subTest(half_year=row.name, rate=function.__name__):
                    if known:
                        self.assertEqual(f'{value:.2f}', f'{function(book, row.date_from):.2f}')
                    else:
                        self.assertRaises(MissingRate, function, book, row.date_from)

    def test_what_is_missing_and_what_is_to_confirm(self):
        states = {row.name: row.state for row in self._rows()}
        self.assertEqual((states['2014 S1'], states['2016 S2'], states['2026 S1']), ('none', 'known', 'known'))
        self.assertEqual((states['2026 S2'], states['2027 S1']), ('unconfirmed', 'missing'))
        self._rate('2026-06-17').confirm()
        self._rate('2026-07-01', 'legal_professional').confirm()
        self.env.invalidate_all()
        self.assertEqual(self._rows().filtered(lambda row: row.name == '2026 S2').state, 'known')

    def test_an_entered_rate_is_shown_at_once(self):
        self._rate('2026-09-16').date_to = Date.to_date('2027-01-01')
        row = self._rows()[-1]
        self.assertEqual((self._text(row), row.state), ('2027 S1|2.65|12.65|10.65|-|-', 'missing'))

    def test_officers_read_it_and_others_do_not(self):
        semester = self.env['recouvrement.rate.semester']
        self.assertTrue(semester.with_user(self._make_user('officer')).search([]).read(['name', 'b2b']))
        for role in ('internal', 'portal'):
            with self.assertRaises(AccessError):
                semester.with_user(self._make_user(role)).search([])
