# SPDX-License-Identifier: LGPL-3.0-only
"""A CSV file as rows of our own column names, whatever its encoding, delimiter and headers."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from _ledger_text import plain

DELIMITERS = ";,\t|"

# Our column names, with the headers that are understood without --map (compared without case, accents, blanks).
LEDGER_COLUMNS = {
    "customer": ("customer", "customerid", "client", "codeclient", "compte"),
    "invoice": ("invoice", "invoicenumber", "facture", "numero", "numerofacture", "nfacture"),
    "issued": ("issued", "issue", "issuedate", "issuedon", "invoicedate", "datefacture", "emission", "datedemission"),
    "due": ("due", "duedate", "echeance", "dateecheance", "datedecheance"),
    "amount": ("amount", "invoiceamount", "montant", "montantttc", "totalttc"),
    "currency": ("currency", "devise"),
    "settled": (
        "settled", "settleddate", "settledon", "paidon", "paiddate", "paymentdate", "datereglement", "datedereglement",
        "datepaiement", "datedepaiement", "dateregelement", "regle", "payele"),
    "paid": ("paid", "paidamount", "montantregle", "montantpaye"),
    "disputed": ("disputed", "litige"),
    "name": ("name", "customername", "nom", "raisonsociale"),
    "email": ("email", "courriel", "mail"),
    "street": ("street", "rue", "adresse"),
    "zip": ("zip", "codepostal", "cp"),
    "city": ("city", "ville"),
    "country": ("country", "pays"),
    "vat": ("vat", "tva", "numerotva"),
    "siret": ("siret",),
    "regime": ("regime",),
}
LEDGER_REQUIRED = ("customer", "invoice", "issued", "due", "amount")
PAYMENT_COLUMNS = {
    "invoice": LEDGER_COLUMNS["invoice"],
    "date": ("date", "paymentdate", "datepaiement", "datereglement"),
    "amount": ("amount", "montant", "montantregle"),
    "reference": ("reference", "ref", "libelle"),
}
PAYMENT_REQUIRED = ("invoice", "date", "amount")


class ConfigurationError(Exception):
    """The file as a whole cannot be read as asked; the text says what to change."""


@dataclass(frozen=True)
class Row:
    """One record of the file. `line`: the line of the file where it starts; `cells`: our column name -> text;
    `raw`: the cells as they stand; `problem`: why the record as a whole is unusable, or ''."""

    line: int
    cells: dict
    raw: tuple
    problem: str = ""

    def get(self, column):
        """The text of `column` without outer blanks, '' when the file has no such column."""
        return self.cells.get(column, "").strip()


@dataclass(frozen=True)
class Table:
    """A file: its `header`, its `rows`, and which of our `columns` it has."""

    header: tuple
    rows: list
    columns: frozenset


def read_table(path, columns, required, mapping=None, delimiter="", encoding=""):
    """Read the CSV file `path` as a :class:`Table`.

    `columns`: our names with the headers understood for each; `mapping`: our name -> the file's header, which wins.
    Raises :class:`ConfigurationError` (unreadable file, unknown or missing columns).
    """
    text = decode(Path(path), encoding)
    if not text.strip():
        raise ConfigurationError(f"{path} is empty")
    delimiter = {"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter) or sniff_delimiter(text)
    if len(delimiter) != 1:
        raise ConfigurationError(f"--delimiter {delimiter!r}: give one character, or tab")
    records = _records(text, delimiter)
    try:
        _line, header = next(records)
    except StopIteration:
        raise ConfigurationError(f"{path} is empty") from None
    positions = _positions(path, header, columns, required, mapping or {})
    return Table(tuple(header), [_row(line, cells, header, positions) for line, cells in records], frozenset(positions))


def decode(path, encoding=""):
    """The text of `path`: as `encoding`, else as its byte order mark says, else UTF-8, else Windows-1252."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"cannot read {path}: {error.strerror}") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and not encoding:
        encoding = "utf-16"
    for candidate in (encoding,) if encoding else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(candidate)
        except LookupError:
            raise ConfigurationError(f"unknown encoding {candidate!r}") from None
        except UnicodeDecodeError:
            continue
    raise ConfigurationError(f"{path} is not in {encoding or 'UTF-8 nor in Windows-1252'}: give --encoding")


def sniff_delimiter(text):
    """The delimiter that cuts the first lines into the same, largest number of cells."""
    def quality(delimiter):
        widths = [len(cells) for _line, cells in _records(text[:20000], delimiter)][:50]
        return (widths[0] > 1 and widths.count(widths[0]) / len(widths), widths[0]) if widths else (0, 0)
    best = max(DELIMITERS, key=quality)
    if not quality(best)[0]:
        raise ConfigurationError("no delimiter found (tried ; , tab |): give --delimiter")
    return best


def _records(text, delimiter):
    """``(line where it starts, cells)`` of each record that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise ConfigurationError(f"line {reader.line_num}: {error}") from error


def _squeeze(header):
    return "".join(c for c in plain(header) if c.isalnum())


def _positions(path, header, columns, required, mapping):
    """Our column name -> its position in the file."""
    names = [name.strip() for name in header]
    squeezed = [_squeeze(name) for name in header]
    positions = {}
    for column, wanted in mapping.items():
        if column not in columns:
            raise ConfigurationError(f"--map: no column {column!r} here; known: {', '.join(columns)}")
        if names.count(wanted) != 1:
            trouble = "no column" if wanted not in names else "several columns"
            raise ConfigurationError(f"{path} has {trouble} {wanted!r}; it has: {', '.join(names)}")
        positions[column] = names.index(wanted)
    for column, understood in columns.items():
        found = [index for index, name in enumerate(squeezed) if name in understood and index not in positions.values()]
        if column not in positions and len(found) > 1 and column in required:
            raise ConfigurationError(f"{path} has several columns for {column}: {', '.join(names[index] for index in found)}. "
                                     f"Use --map {column}=HEADER")
        if column not in positions and len(found) == 1:
            positions[column] = found[0]
    missing = [column for column in required if column not in positions]
    if missing:
        raise ConfigurationError(f"{path}: no column for {', '.join(missing)}; it has: {', '.join(names)}. "
                                 f"Use --map {missing[0]}=HEADER")
    return positions


def _row(line, cells, header, positions):
    problem = ""
    if len(cells) != len(header):
        problem = f"{len(cells)} cells where the header has {len(header)}"
    values = {column: cells[index] for column, index in positions.items() if index < len(cells)}
    return Row(line, values, tuple(cells), problem)
