"""Files that leave and come back: the same bytes for the same content, and nothing that comes in is trusted."""
import datetime
import io
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "recouvrement_plus"))
from exchange import archive, returns  # noqa: E402

TODAY = datetime.date(2026, 3, 16)
HEAD = b"reference;kind;date;amount;label;id\n"


def read(text, references=("P000001",)):
    return returns.read(text if isinstance(text, bytes) else text.encode(), set(references), TODAY)


def test_a_zip_does_not_know_the_order_nor_the_day():
    files = [("b/2.pdf", b"two"), ("a.csv", b"one")]
    content = archive.zip_bytes(files)
    assert content == archive.zip_bytes(files[::-1])
    assert zipfile.ZipFile(io.BytesIO(content)).namelist() == ["a.csv", "b/2.pdf"]


@pytest.mark.parametrize(("value", "cell"), [
    ("=1+1", "'=1+1"), ("@x", "'@x"), ("+33 4", "'+33 4"), ("-5.00", "-5.00"), ("-cmd", "'-cmd"), (None, ""), (False, ""), (0, "0"),
    ("a;b", '"a;b"')])
def test_a_csv_cell_is_never_a_formula(value, cell):
    assert archive.csv_bytes(("x", "y"), [{"x": value}]).decode("utf-8-sig") == f"x;y\r\n{cell};\r\n"


@pytest.mark.parametrize(("label", "name"), [
    ("Décompte été/2026", "Decompte-ete-2026"), ("../../etc/passwd", "etc-passwd"), ("", "document"), ("é" * 99, "e" * 60)])
def test_a_file_name_goes_nowhere(label, name):
    assert archive.file_name(label) == name


@pytest.mark.parametrize(("amount", "value"), [
    ("1 234,50", Decimal("1234.50")), ("0.01", Decimal("0.01")), ("1\u202f000", Decimal("1000.00"))])
def test_amounts_as_people_write_them(amount, value):
    lines, faults = read(HEAD + f"P000001;receipt;2026-03-01;{amount};x;\n".encode())
    assert faults == () and lines[0].amount == value


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e999", "0", "-1", "1.234", "12,34,5", "0x10"])
def test_what_is_no_amount(amount):
    _lines, faults = read(HEAD + f"P000001;receipt;2026-03-01;{amount};x;\n".encode())
    assert [(fault.number, fault.code) for fault in faults] == [(2, "amount")]


def test_the_same_words_twice_are_two_facts_and_stay_two():
    text = HEAD + b"P000001;receipt;2026-03-01;10;x;\n" * 2
    first, second = read(text)[0], read(text)[0]
    assert len({line.digest for line in first}) == 2
    assert [line.digest for line in first] == [line.digest for line in second]


def test_a_number_of_the_sender_is_one_fact():
    lines, faults = read(HEAD + b"P000001;receipt;2026-03-01;10;x;A1\n" * 2)
    assert len(lines) == 1 and faults[0].code == "twice"


def test_an_old_windows_file_is_read():
    lines, _faults = read(HEAD + "P000001;action;2026-03-01;;Courrier envoyé;\n".encode("cp1252"))
    assert lines[0].label == "Courrier envoyé"


@pytest.mark.parametrize(("content", "why"), [
    (b'<!DOCTYPE r><return xmlns="urn:recouvrement-plus:return:1"/>', "doctype"), (b"<return/>", "schema"), (b"<", "xml"),
    (b'<return xmlns="urn:recouvrement-plus:return:1"><other/></return>', "schema"), (b"a\n", "columns"), (b"", "columns"),
    (b"\x00" * 10, "encoding"), (b"x" * 2_000_001, "size")])
def test_what_cannot_be_read_at_all(content, why):
    with pytest.raises(returns.UnreadableReturn) as refusal:
        read(content)
    assert refusal.value.why == why
