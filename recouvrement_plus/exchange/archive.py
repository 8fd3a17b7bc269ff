"""Files that are the same bytes for the same content: a zip without clocks, a CSV that no spreadsheet executes."""

import csv
import io
import re
import unicodedata
import zipfile

#: The oldest day that a zip can name: the archive says nothing about when it was made.
EPOCH = (1980, 1, 1, 0, 0, 0)


def zip_bytes(files) -> bytes:
    """Pack ``files`` ([(name, content)]) in order of name, without dates, owners or other traces of the machine."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in sorted(files):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, content)
    return buffer.getvalue()


def csv_bytes(columns, rows) -> bytes:
    """``rows`` (dicts) as CSV: UTF-8 with its mark, semicolons, as French spreadsheets open it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return buffer.getvalue().encode("utf-8-sig")


def _cell(value):
    """A text that begins like a formula is kept as text."""
    text = "" if value is None or value is False else str(value)
    if re.fullmatch(r"-?\d+([.,]\d+)?", text):
        return text
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def file_name(label: str, extension: str = "") -> str:
    """A name that every system stores: letters without accents, digits, hyphens, at most sixty of them."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "document"
    return f"{stem}.{extension}" if extension else stem
