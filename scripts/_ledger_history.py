# SPDX-License-Identifier: LGPL-3.0-only
"""A ledger as the engine's replay reads it: whose, issued, due, settled, for each line. No Odoo, no package to install."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import _ledger_csv
from _engine import Entry
from _ledger_text import AmountReader, DateReader, Unreadable, is_empty
from import_ledger import parse_mapping

ALIASES = {"issue": "issued", "invoice_date": "issued", "due_date": "due", "paid_on": "settled"}
REQUIRED = ("customer", "issued", "due", "settled")
MAX_TERM_DAYS = 3653


@dataclass
class History:
    """``lines[i]`` is the line of the file of ``entries[i]``, in the order of the file; an unreadable line has the entry
    None and a text in ``problems`` ([(line, what is wrong)])."""

    lines: list = field(default_factory=list)
    entries: list = field(default_factory=list)
    problems: list = field(default_factory=list)


def read_history(path, mapping, date_format="", decimal="", delimiter="", encoding=""):
    """Read the CSV file ``path`` as a :class:`History`.

    Raises `ConfigurationError` (unreadable file, missing columns), `Ambiguous` (day or month first? comma or point?).
    """
    mapping = {ALIASES.get(column, column): header for column, header in mapping.items()}
    table = _ledger_csv.read_table(path, _ledger_csv.LEDGER_COLUMNS, REQUIRED, mapping, delimiter, encoding)
    columns = ("issued", "due", "settled")
    texts = [(row.line, row.get(column)) for row in table.rows for column in columns if not is_empty(row.get(column))]
    read_date = lru_cache(maxsize=None)(DateReader(texts, date_format).read)
    read_amount = _amount_reader(table, decimal)
    history = History()
    for row in table.rows:
        history.lines.append(row.line)
        try:
            history.entries.append(_entry(row, read_date, read_amount))
        except Unreadable as error:
            history.entries.append(None)
            history.problems.append((row.line, str(error)))
    return history


def _entry(row, read_date, read_amount):
    if row.problem:
        raise Unreadable(row.problem)
    if not row.get("customer"):
        raise Unreadable("no customer")
    issued, due = (_day(row, column, read_date) for column in ("issued", "due"))
    if due is None or issued is None:
        raise Unreadable("no due date" if due is None else "no invoice date")
    if abs(due - issued) > MAX_TERM_DAYS:
        raise Unreadable(f"due date {date.fromordinal(due)} is more than ten years from the invoice date")
    settled = _day(row, "settled", read_date)
    amount = read_amount(row.get("amount"))
    return Entry(row.get("customer"), issued, due, settled, amount is None or amount >= 0, amount)


def _day(row, column, read_date):
    text = row.get(column)
    if is_empty(text):
        return None
    try:
        return read_date(text).toordinal()
    except Unreadable as error:
        raise Unreadable(f"{column}: {error}") from error


def _amount_reader(table, decimal):
    """A function from the text of an amount to a number, or to None for what is empty."""
    texts = [(row.line, row.get("amount")) for row in table.rows if not is_empty(row.get("amount"))]
    reader = AmountReader(texts, decimal)

    def read(text):
        return None if is_empty(text) else float(reader.read(text)[0])
    return read


def add_arguments(parser):
    """The options that say how the file is written, the same as those of import_ledger.py."""
    parser.add_argument("ledger", help="the CSV file: one line per invoice (customer, issued, due, settled, amount)")
    parser.add_argument("--map", action="append", metavar="COLUMN=HEADER,...", help="our column = the file's header")
    parser.add_argument("--date-format", default="", help="D/M/Y, M/D/Y or a strptime pattern such as %%d.%%m.%%Y")
    parser.add_argument("--decimal", choices=("comma", "point"), default="")
    parser.add_argument("--delimiter", default="", help="; , tab |")
    parser.add_argument("--encoding", default="", help="utf-8, cp1252 ...")


def history_of(options):
    """:func:`read_history` as the options of :func:`add_arguments` say."""
    return read_history(options.ledger, parse_mapping(options.map), options.date_format, options.decimal,
                        options.delimiter, options.encoding)
