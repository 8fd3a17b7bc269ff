# SPDX-License-Identifier: LGPL-3.0-only
"""The case file, the handover and what comes back from outside, over both transports: same bytes, figures, nothing twice."""

import base64
import csv
import datetime
import hashlib
import io
import zipfile

import _transport
import pytest
from pypdf import PdfReader
from test_proceeding import identified, opened, step
from test_sending import today


@pytest.fixture
def noticed(rpc):
    """A formal notice of a hundred days ago on an invoice two hundred days late."""
    customer = identified(rpc)
    customer.move = customer.invoice(1000, 200)
    track = opened(rpc, customer)
    now = today(rpc)
    step(rpc, track, "prepare_notice")
    step(rpc, track, "approve_notice")
    step(rpc, track, "send_notice", sent_on=str(now - datetime.timedelta(days=100)), channel="registered_letter")
    step(rpc, track, "record_receipt", received_on=str(now - datetime.timedelta(days=98)))
    return customer, track


def content(rpc, answer):
    [row] = rpc.search_read("ir.attachment", [("id", "=", answer["attachment_id"])], ["datas"])
    raw = base64.b64decode(row["datas"])
    assert hashlib.sha256(raw).hexdigest() == answer["sha256"] and len(raw) == answer["size"]
    return raw


def text_of(raw):
    words = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages).split())
    return words.replace("\xa0", " ").replace("\u202f", " ")


def written(amount):
    """An amount as a French or an English page writes it."""
    english = f"{float(amount):,.2f}"
    return {english, english.replace(",", " ").replace(".", ",")}


def test_the_zip_opens_with_the_figures_of_the_statement_and_is_the_same_twice(rpc, noticed):
    customer, track = noticed
    answer = rpc.call("recouvrement.proceeding", "export_file", [track])
    archive = zipfile.ZipFile(io.BytesIO(content(rpc, answer)))
    assert archive.testzip() is None
    rows = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8-sig")), delimiter=";"))
    assert [row["kind"] for row in rows][:2] == ["statement", "invoice"]
    for row in rows:
        raw = archive.read(row["file"])
        assert hashlib.sha256(raw).hexdigest() == row["sha256"]
        assert not row["file"].endswith(".pdf") or raw.startswith(b"%PDF")
    statement = rpc.call("account.move", "recouvrement_penalty_statement", ids=[customer.move], as_of=answer["as_of"])
    for name in (rows[0]["file"], "bordereau.pdf"):
        page = text_of(archive.read(name))
        for part in ("principal", "interest", "indemnity", "total"):
            assert any(form in page for form in written(statement[part])), (name, part, page)
    assert rpc.call("recouvrement.proceeding", "export_file", [track]) == answer
    step(rpc, track, "record_deposit", done_on=str(today(rpc) - datetime.timedelta(days=100)), reference="1A 234 567")
    assert rpc.call("recouvrement.proceeding", "export_file", [track])["sha256"] != answer["sha256"]


def test_handed_over_and_reported_without_booking_anything(rpc, noticed, tag):
    customer, track = noticed
    agency, = rpc.create("res.partner", [{"name": f"{tag} agency", "is_company": True}])
    handed = rpc.call("recouvrement.handoff", "make", proceeding_ids=[track], professional_id=agency, commission="12.5",
                      mandate="M-1 of 2026-01-05")
    archive = zipfile.ZipFile(io.BytesIO(content(rpc, handed)))
    assert {"handoff.xml", "claims.csv", "schema/handoff-1.xsd"} <= set(archive.namelist())
    reference = f"P{track:06d}"
    assert f"{reference}/index.csv" in archive.namelist()
    now = today(rpc)
    text = ("reference;kind;date;amount;label;id\n"
            f"{reference};action;{now};;Letter;{tag}1\n{reference};receipt;{now};300;Wire;{tag}2\n"
            f"P9999999;action;{now};;Nobody's;\n")
    file = {"professional_id": agency, "content": base64.b64encode(text.encode()).decode()}
    seen = rpc.call("recouvrement.handoff.return", "preview", **file)
    assert [row["known"] for row in seen["lines"]] == [False, False] and [row["line"] for row in seen["errors"]] == [4]
    first = rpc.call("recouvrement.handoff.return", "record", filename="r.csv", **file)
    assert (first["recorded"], first["known"]) == (2, 0)
    again = rpc.call("recouvrement.handoff.return", "record", filename="r.csv", **file)
    assert (again["recorded"], again["known"], again["return_id"]) == (0, 2, False)
    [move] = rpc.search_read("account.move", [("id", "=", customer.move)], ["amount_residual"])
    assert move["amount_residual"] == 1000
    lines = rpc.search_read("recouvrement.handoff.line", [("proceeding_id", "=", track)], ["kind", "state"], order="id")
    assert [(line["kind"], line["state"]) for line in lines] == [("action", "noted"), ("receipt", "proposed")]
    for call in (
        lambda: rpc.call("recouvrement.handoff.line", "write", [lines[1]["id"]], vals={"state": "accepted"}),
        lambda: rpc.call("recouvrement.handoff.line", "_decide", [lines[1]["id"]], state="accepted"),
        lambda: rpc.call("recouvrement.proceeding.paper", "_keep", proceeding=track, kind="file", key="x", day=False, filename="x",
                         content="x"),
        lambda: rpc.call("recouvrement.handoff.return", "record", filename="x.xml", professional_id=agency,
                         content=base64.b64encode(b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>').decode()),
    ):
        with pytest.raises(_transport.TransportError):
            call()


def test_a_person_reads_what_is_known(rpc, tag):
    customer, = rpc.create("res.partner", [{"name": f"{tag} Jeanne", "is_company": False, "recouvrement_regime": "b2c"}])
    rpc.call("res.partner", "action_recouvrement_open_case", [customer])
    answer = rpc.call("res.partner", "recouvrement_person_export", [customer])
    assert "data.json" in zipfile.ZipFile(io.BytesIO(content(rpc, answer))).namelist()
    [case] = rpc.search_read("recouvrement.case", [("partner_id", "=", customer)], ["id"])
    assert rpc.call("recouvrement.case", "retention_check", [case["id"]])[0]["case_id"] == case["id"]
    assert rpc.call("recouvrement.case", "call_check", [case["id"]], at="2026-03-14 10:00:00")["allowed"] is False
