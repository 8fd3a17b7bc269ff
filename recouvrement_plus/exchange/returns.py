"""The file that an agency or a commissaire de justice sends back: read without trust, line by line.

Nothing here knows the records: the caller says which references it gave, and gets codes, never sentences.
"""

import csv
import hashlib
import io
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

NAMESPACE = "urn:recouvrement-plus:return:1"
KINDS = ("action", "receipt", "commission", "withdrawal")
WITH_AMOUNT = ("receipt", "commission")
COLUMNS = ("reference", "kind", "date", "amount", "label", "id")
MAX_BYTES = 2_000_000
MAX_LINES = 5_000
MAX_TEXT = 500
MAX_AMOUNT = Decimal("1e12")


class UnreadableReturn(Exception):
    """The file as a whole cannot be read; ``why`` is the code of the reason."""

    def __init__(self, why):
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Line:
    """One fact reported. ``digest`` is the same whenever the same fact of the same file comes back."""

    number: int
    reference: str
    kind: str
    day: date
    amount: Decimal | None
    label: str
    external_id: str
    digest: str


@dataclass(frozen=True)
class Fault:
    """What is wrong with one line: its number in the file, a code, the value."""

    number: int
    code: str
    value: str = ""


def read(content: bytes, references, today: date) -> tuple:
    """Read a return file, CSV or XML by its content.

    :param references: the references that were handed over
    :param today: no fact is of a later day
    :return: (lines, faults), each in the order of the file
    :raises UnreadableReturn: too large, too many lines, no CSV with the columns nor XML of the schema
    """
    if len(content) > MAX_BYTES:
        raise UnreadableReturn("size")
    rows = _xml_rows(content) if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else _csv_rows(content)
    if len(rows) > MAX_LINES:
        raise UnreadableReturn("lines")
    lines, faults, seen = [], [], Counter()
    for number, row in rows:
        found = _line(number, row, references, today, seen)
        (lines if isinstance(found, Line) else faults).append(found)
    return tuple(lines), tuple(faults)


def _csv_rows(content):
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError as error:
            raise UnreadableReturn("encoding") from error
    if "\0" in text:
        raise UnreadableReturn("encoding")
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in head else ",")
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        if not {"reference", "kind", "date"} <= set(names):
            raise UnreadableReturn("columns")
        return [(reader.line_num, dict(zip(names, map(str.strip, row), strict=False))) for row in reader if any(row)]
    except csv.Error as error:
        raise UnreadableReturn("csv") from error


def _xml_rows(content):
    """No entity, no document type, no network: such a file is refused, not cleaned."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
                             remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableReturn("xml") from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableReturn("doctype")
    if root.tag != f"{{{NAMESPACE}}}return":
        raise UnreadableReturn("schema")
    rows = []
    for node in root:
        if node.tag != f"{{{NAMESPACE}}}line":
            raise UnreadableReturn("schema")
        values = {name: node.get(name, "").strip() for name in COLUMNS if name != "label"}
        rows.append((node.sourceline, {**values, "label": (node.text or "").strip()}))
    return rows


def _line(number, row, references, today, seen):
    reference, kind, text = row.get("reference", ""), row.get("kind", "").lower(), row.get("label", "")
    if reference not in references:
        return Fault(number, "reference", reference[:80])
    if kind not in KINDS:
        return Fault(number, "kind", kind[:80])
    day = _day(row.get("date", ""))
    if day is None:
        return Fault(number, "date", row.get("date", "")[:80])
    if day > today:
        return Fault(number, "future", day.isoformat())
    amount = _amount(row.get("amount", ""))
    if amount is False or (kind in WITH_AMOUNT) != bool(amount):
        return Fault(number, "amount" if amount is False or kind in WITH_AMOUNT else "no_amount", row.get("amount", "")[:80])
    if len(text) > MAX_TEXT or len(row.get("id", "")) > 80:
        return Fault(number, "text")
    if kind in ("action", "withdrawal") and not text:
        return Fault(number, "label")
    facts = (reference, kind, day.isoformat(), str(amount or ""), text, row.get("id", ""))
    seen[facts] += 1
    # Twice the same words on the same day are two facts, unless the sender's own number says that they are one.
    if row.get("id") and seen[facts] > 1:
        return Fault(number, "twice", row["id"])
    digest = hashlib.sha256("\x1f".join((*facts, str(seen[facts]))).encode()).hexdigest()
    return Line(number, reference, kind, day, amount or None, text, row.get("id", ""), digest)


def _day(text):
    parts = text.split("/")
    try:
        return date.fromisoformat("-".join(reversed(parts)) if len(parts) == 3 else text)
    except ValueError:
        return None


def _amount(text):
    """Decimal, None when empty, False when it is no amount: more than cents, negative, not a number."""
    if not text:
        return None
    try:
        amount = Decimal(text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace(",", "."))
    except InvalidOperation:
        return False
    if not amount.is_finite() or amount <= 0 or amount > MAX_AMOUNT or amount != amount.quantize(Decimal("0.01")):
        return False
    return amount.quantize(Decimal("0.01"))
