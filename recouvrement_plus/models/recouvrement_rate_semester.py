"""The rates of each half-year as an accountant reads them: what is owed by whom, and what is not known yet."""
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..engine.rates import B2B_MARGIN, B2B_MARGIN_SINCE, FLOOR_MULTIPLE, PUBLIC_MARGIN, PUBLIC_MARGIN_SINCE, semester_end


class RecouvrementRateSemester(models.Model):
    """One row for each half-year from 2009 to the next one, computed from the known rates. Read only, stores nothing."""

    _name = 'recouvrement.rate.semester'
    _description = "Rates by half-year"
    _auto = False
    _depends = {'recouvrement.rate': ['code', 'date_from', 'date_to', 'percent', 'confirmed']}
    _order = 'date_from desc'
    _rec_name = 'name'

    name = fields.Char(string="Half-year", readonly=True)
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", readonly=True)
    ecb = fields.Float(string="ECB on the first day (%)", digits=(6, 2), readonly=True, aggregator=None)
    b2b = fields.Float(
        string="Between professionals (%)", digits=(6, 2), readonly=True, aggregator=None,
        help="ECB rate plus 10 points (C. com. L441-10 II).")
    public = fields.Float(
        string="Public bodies (%)", digits=(6, 2), readonly=True, aggregator=None,
        help="ECB rate plus 8 points, for the whole of a delay that begins in this half-year (CCP R2192-31).")
    legal = fields.Float(
        string="Legal interest (%)", digits=(6, 2), readonly=True, aggregator=None,
        help="Of a professional creditor (CMF L313-2).")
    floor = fields.Float(
        string="Lowest clause (%)", digits=(6, 2), readonly=True, aggregator=None,
        help="Three times the legal interest rate (C. com. L441-10 II): for clauses only.")
    ecb_known = fields.Boolean(string="ECB rate known", readonly=True)
    public_known = fields.Boolean(string="Public rate known", readonly=True)
    legal_known = fields.Boolean(string="Legal rate known", readonly=True)
    state = fields.Selection(
        selection=[('known', "Known"), ('unconfirmed', "To confirm"), ('missing', "To enter"), ('none', "Before the text")],
        string="Status", readonly=True)

    @property
    def _table_query(self):
        """A row for each half-year up to the one after today's; a rate that no row covers is empty, never carried on."""
        last = semester_end(fields.Date.context_today(self)) + timedelta(days=1)
        return SQL(
            """SELECT extract(year FROM half.day)::int * 10 + (extract(month FROM half.day)::int + 5) / 6 AS id,
                      to_char(half.day, 'YYYY') || ' S' || (extract(month FROM half.day)::int + 5) / 6 AS name,
                      half.day AS date_from, (half.day + interval '6 months - 1 day')::date AS date_to,
                      ecb.percent AS ecb, ecb.percent + %(b2b)s AS b2b,
                      CASE WHEN half.day >= %(public_since)s THEN ecb.percent + %(public)s END AS public,
                      legal.percent AS legal, legal.percent * %(multiple)s AS floor,
                      ecb.id IS NOT NULL AS ecb_known, ecb.id IS NOT NULL AND half.day >= %(public_since)s AS public_known,
                      legal.id IS NOT NULL AS legal_known,
                      CASE WHEN ecb.id IS NULL OR (legal.id IS NULL AND half.day > first_legal.day) THEN 'missing'
                           WHEN legal.id IS NULL THEN 'none'
                           WHEN ecb.confirmed AND legal.confirmed THEN 'known' ELSE 'unconfirmed' END AS state
                 FROM (SELECT step::date AS day
                         FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '6 months') step) half
                 LEFT JOIN recouvrement_rate ecb ON ecb.code = 'ecb_mro' AND half.day BETWEEN ecb.date_from AND ecb.date_to
                 LEFT JOIN recouvrement_rate legal
                   ON legal.code = 'legal_professional' AND half.day BETWEEN legal.date_from AND legal.date_to
                 CROSS JOIN (SELECT min(date_from) AS day FROM recouvrement_rate
                              WHERE code = 'legal_professional') first_legal""",
            b2b=B2B_MARGIN, public=PUBLIC_MARGIN, multiple=FLOOR_MULTIPLE, public_since=PUBLIC_MARGIN_SINCE,
            first=B2B_MARGIN_SINCE, last=last)
