# SPDX-License-Identifier: LGPL-3.0-only
"""Dates and amounts as people write them, read without guessing.

A column is looked at as a whole before the first value is read: `3/4/2013` means nothing alone, but one `25/4/2013`
beside it proves the day comes first. What the whole column does not prove is refused with the option that settles it.
"""

import re
import unicodedata
from collections import Counter
from datetime import date, datetime
from decimal import Decimal

EMPTY = frozenset({"", "-", "--", "null", "none", "nan", "nat", "n/a"})
YEARS = range(1980, 2101)  # outside: a typing error, not a receivable
DATE_FORMATS = ("D/M/Y", "M/D/Y")
MONTHS = {}
for _number, _names in enumerate((
        "january janvier jan janv", "february fevrier feb fev fevr", "march mars mar", "april avril apr avr",
        "may mai", "june juin jun", "july juillet jul juil", "august aout aug aou", "september septembre sep sept",
        "october octobre oct", "november novembre nov", "december decembre dec"), 1):
    MONTHS.update(dict.fromkeys(_names.split(), _number))

ISO_DATE = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})$")
NUMERIC_DATE = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})$")
DAY_FIRST = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?[-/. ]*([a-z]+)\.?[-/., ]*(\d{4}|\d{2})$")
MONTH_FIRST = re.compile(r"([a-z]+)\.?[-/. ]*(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4}|\d{2})$")
TIME_OF_DAY = re.compile(r"[ t]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]m)?(z|[+-]\d{2}:?\d{2})?$")

SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
SPACES = dict.fromkeys(map(ord, " \u00a0\u202f\u2009\u2007'’"))


class Unreadable(ValueError):
    """One value cannot be read; the text says why."""


class Ambiguous(Exception):
    """A whole column can be read in two ways; the text names the option that settles it."""


def is_empty(text):
    """Whether `text` is one of the ways of writing nothing."""
    return text.strip().lower() in EMPTY


def plain(text):
    """`text` in lower case without accents, non-breaking spaces, outer blanks."""
    decomposed = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).lower().split())


def _year(text):
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _date(year, month, day):
    try:
        value = date(year, month, day)
    except ValueError as error:
        raise Unreadable("no such day in the calendar") from error
    if value.year not in YEARS:
        raise Unreadable(f"year {value.year} is out of range")
    return value


class DateReader:
    """Reads the dates of one file.

    `values`: every date text of the file as ``[(line number, text)]``; `order`: ``D/M/Y``, ``M/D/Y``, a `strptime`
    pattern (it holds a ``%``), or empty: then the file itself must prove the order of day and month, else
    :class:`Ambiguous` is raised. Dates with the year first or with a month's name (French, English) need no proof.
    """

    def __init__(self, values, order=""):
        self.pattern = order if "%" in order else ""
        self.order = "" if self.pattern else order.strip().upper()
        if self.order and self.order not in DATE_FORMATS:
            raise Ambiguous(f"unknown date format {order!r}: use D/M/Y, M/D/Y or a strptime pattern such as %d.%m.%Y")
        if not order:
            self.order = proven_order(values)

    def read(self, text):
        """The date that `text` writes. Raises :class:`Unreadable`."""
        if self.pattern:
            try:
                return _in_range(datetime.strptime(text.strip(), self.pattern).date())
            except ValueError as error:
                raise Unreadable(f"{text!r} does not follow {self.pattern}") from error
        try:
            return self._read_free(TIME_OF_DAY.sub("", plain(text)))
        except Unreadable as error:
            raise Unreadable(f"{text!r} is not a date ({error})") from error

    def _read_free(self, text):
        if match := ISO_DATE.match(text):
            return _date(int(match[1]), int(match[3]), int(match[4]))
        if match := NUMERIC_DATE.match(text):
            return self._read_numeric(int(match[1]), int(match[3]), _year(match[4]))
        if match := DAY_FIRST.match(text):
            return _date(_year(match[3]), _month(match[2]), int(match[1]))
        if match := MONTH_FIRST.match(text):
            return _date(_year(match[3]), _month(match[1]), int(match[2]))
        raise Unreadable("no known form")

    def _read_numeric(self, first, second, year):
        if first == second:
            return _date(year, first, first)
        if not self.order:
            raise Unreadable("day or month first? give --date-format")
        return _date(year, second, first) if self.order == "D/M/Y" else _date(year, first, second)


def _in_range(value):
    if value.year not in YEARS:
        raise ValueError("year out of range")
    return value


def _month(name):
    if name not in MONTHS:
        raise Unreadable(f"unknown month {name!r}")
    return MONTHS[name]


def proven_order(values):
    """``D/M/Y`` or ``M/D/Y`` as proved by `values`, or '' when nothing depends on it.

    Raises :class:`Ambiguous` when the file proves both, or when it writes no date in any other way and proves neither.
    """
    proofs = {"D/M/Y": [], "M/D/Y": []}
    undecided, clear = [], 0
    for line, text in values:
        match = NUMERIC_DATE.match(TIME_OF_DAY.sub("", plain(text)))
        if not match:
            clear += bool(ISO_DATE.match(plain(text)) or re.search("[a-z]{3}", plain(text)))
            continue
        first, second = int(match[1]), int(match[3])
        short_year = len(match[4]) == 2 and match[2] != "/"  # 13-01-12 may even start with the year
        if short_year or (first != second and first <= 12 and second <= 12):
            undecided.append((line, text))
        elif 12 < first <= 31 and second <= 12:
            proofs["D/M/Y"].append((line, text))
        elif 12 < second <= 31 and first <= 12:
            proofs["M/D/Y"].append((line, text))
    return _verdict(proofs, undecided, clear)


def _verdict(proofs, undecided, clear):
    proved = [order for order, found in proofs.items() if found]
    if len(proved) == 2:
        parts = [f"{len(proofs[order])} value(s) can only be {order} (line {proofs[order][0][0]}: "
                 f"{proofs[order][0][1]!r})" for order in proved]
        raise Ambiguous(f"the dates contradict each other: {' and '.join(parts)}; "
                        "give --date-format, and the lines that do not follow it will be refused")
    if proved:
        return proved[0]
    if undecided and not clear:
        line, text = undecided[0]
        raise Ambiguous(f"{text!r} (line {line}) may be D/M/Y or M/D/Y and no line of the file proves which: "
                        "give --date-format")
    return ""


MAX_DIGITS = 13  # before the decimals: Odoo keeps larger amounts no longer to the cent


class AmountReader:
    """Reads the amounts of one file.

    `values` as for :class:`DateReader`; `decimal`: ``comma`` or ``point``, or empty: then the file must prove it when
    it matters (`1,234` alone proves nothing).
    """

    def __init__(self, values, decimal=""):
        self.mark = {"comma": ",", "point": ".", "": ""}[decimal] or proven_mark(values)

    def read(self, text):
        """``(amount, currency code or '')`` of `text`. Raises :class:`Unreadable`."""
        number, currency = _without_currency(text)
        negative = number.startswith(("-", "(")) or number.endswith("-")
        number = number.strip("-+()")
        grouping = "," if self.mark == "." else "."
        whole, _mark, fraction = number.partition(self.mark or "\0")
        groups = whole.split(grouping)
        well_grouped = len(groups) == 1 or (0 < len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]))
        digits = "".join(groups)
        if not well_grouped or not (digits + fraction).isdecimal() or not (digits + fraction).isascii():
            raise Unreadable(f"{text!r} is not an amount")
        if len(digits.lstrip("0")) > MAX_DIGITS:
            raise Unreadable(f"{text[:30]!r} is too large an amount")
        amount = Decimal(f"{digits or '0'}.{fraction or '0'}")
        return (-amount if negative else amount), currency


def _without_currency(text):
    """``(number, ISO code or '')``: the symbol or the code may stand on either side, spaces and apostrophes go."""
    number = text.replace("−", "-").translate(SPACES).strip()
    for symbol, code in SYMBOLS.items():
        if symbol in number:
            return number.replace(symbol, "", 1), code
    if match := re.fullmatch(r"([A-Za-z]{3})?([-+(]?[\d.,]+[-)]?)([A-Za-z]{3})?", number):
        return match[2], (match[1] or match[3] or "").upper()
    return number, ""


def proven_mark(values):
    """``,`` or ``.`` as proved by `values`; ``.`` when nothing depends on it. Raises :class:`Ambiguous`."""
    proofs, undecided = {}, None
    for line, text in values:
        number = _without_currency(text)[0].strip("-+()")
        count = Counter(c for c in number if c in ",.")
        last = next((c for c in reversed(number) if c in ",."), "")
        if len(count) == 2 and count[last] == 1:
            proofs.setdefault(last, (line, text))
        elif len(count) == 1 and count[last] > 1:
            proofs.setdefault("." if last == "," else ",", (line, text))
        elif len(count) == 1 and (len(number.rpartition(last)[2]) != 3 or number.startswith((last, "0" + last))):
            proofs.setdefault(last, (line, text))
        elif len(count) == 1:
            undecided = undecided or (line, text)
    if len(proofs) == 2:
        both = " and ".join(f"{text!r} (line {line})" for line, text in proofs.values())
        raise Ambiguous(f"the amounts write decimals in two ways, {both}: give --decimal comma or --decimal point")
    if undecided and not proofs:
        raise Ambiguous(f"{undecided[1]!r} (line {undecided[0]}) may have a decimal or a thousands mark and no line of "
                        "the file proves which: give --decimal comma or --decimal point")
    return next(iter(proofs), ".")
