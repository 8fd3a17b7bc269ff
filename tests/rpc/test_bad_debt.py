# SPDX-License-Identifier: LGPL-3.0-only
"""Doubtful and bad debts from outside, over both transports: prepared, posted, taken back; the books follow."""

import base64
from datetime import date, timedelta

import _transport
import pytest

PROOF = {"filename": "certificat.pdf", "datas": base64.b64encode(b"%PDF-1.4").decode()}
TODAY = date.today()
EVENT = str(TODAY - timedelta(days=1))


@pytest.fixture
def vat(rpc):
    """{regime: tax id} of the French chart: 20 % on debits and on receipts."""
    taxes = rpc.search_read("account.tax", [
        ("type_tax_use", "=", "sale"), ("amount", "=", 20), ("price_include_override", "!=", "tax_included")], ["tax_exigibility"])
    return {tax["tax_exigibility"]: tax["id"] for tax in reversed(taxes)}


@pytest.fixture
def claim(rpc, tag, vat):
    """``claim(regime)`` -> (case id, item id, invoice id) of 1,200 euros with tax, 200 days late."""
    def inner(regime="on_invoice"):
        partner, = rpc.create("res.partner", [{"name": f"{tag} {regime}", "is_company": True, "recouvrement_regime": "b2b"}])
        move, = rpc.create("account.move", [{
            "move_type": "out_invoice", "partner_id": partner, "invoice_date": str(TODAY - timedelta(days=230)),
            "invoice_payment_term_id": False, "invoice_date_due": str(TODAY - timedelta(days=200)),
            "invoice_line_ids": [[0, 0, {"name": "Work", "quantity": 1, "price_unit": 1000, "tax_ids": [[6, 0, [vat[regime]]]]}]]}])
        rpc.call("account.move", "action_post", [move])
        rpc.call("res.partner", "action_recouvrement_open_case", [partner])
        case, = rpc.call("recouvrement.case", "search", domain=[("partner_id", "=", partner)])
        item, = rpc.call("recouvrement.item", "search", domain=[("case_id", "=", case)])
        return case, item, move
    return inner


def read(rpc, model, record, field):
    return rpc.search_read(model, [("id", "=", record)], [field])[0][field]


def post(rpc, result):
    posted, = rpc.call("recouvrement.bad.debt", "post", ids=[result["id"]])
    assert posted["state"] == "posted"
    return posted


def test_doubtful_posted_and_taken_back(rpc, claim):
    case, item, _move = claim()
    result = rpc.call("recouvrement.case", "prepare_doubtful", ids=[case], item_ids=[item])
    assert (result["state"], result["doubtful_change"], len(result["entry"])) == ("draft", "1200.00", 2)
    post(rpc, result)
    assert read(rpc, "recouvrement.item", item, "hold_reason") == "doubtful"
    assert read(rpc, "recouvrement.item", item, "state") == "open"
    assert rpc.call("recouvrement.case", "prepare_doubtful", ids=[case], item_ids=[item]) == {}
    back, = rpc.call("recouvrement.bad.debt", "cancel", ids=[result["id"]], reason="Paid")
    assert (back["state"], bool(back["reversal_id"])) == ("cancelled", True)
    assert read(rpc, "recouvrement.item", item, "hold_reason") != "doubtful"


def test_provision_proposed_and_booked(rpc, claim):
    case, item, _move = claim()
    row, = rpc.call("recouvrement.case", "propose_provision", ids=[case])
    assert (row["item_id"], row["net"], row["percent"], row["proposed"]) == (item, "1000.00", "50", "500.00")
    result = post(rpc, rpc.call("recouvrement.case", "prepare_provision", ids=[case], percents={str(item): 50}))
    assert result["provision_change"] == "500.00"


@pytest.mark.parametrize("regime, recovered, cancelled", [("on_invoice", "200.00", "0.00"), ("on_payment", "0.00", "200.00")])
def test_write_off_by_regime_of_vat(rpc, claim, regime, recovered, cancelled):
    case, item, move = claim(regime)
    asked = {"ground": "liquidation", "amounts": {str(item): "1200"}, "event_date": EVENT, "proof": PROOF}
    preview = rpc.call("recouvrement.case", "prepare_write_off", ids=[case], **asked, preview=True)
    assert (preview["state"], preview["id"]) == ("preview", False)
    result = post(rpc, rpc.call("recouvrement.case", "prepare_write_off", ids=[case], **asked))
    assert (result["net"], result["vat_recovered"], result["vat_cancelled"]) == ("1000.00", recovered, cancelled)
    assert sum(float(line["debit"]) - float(line["credit"]) for line in result["entry"]) == 0
    assert read(rpc, "account.move", move, "amount_residual") == 0
    assert not rpc.search_read("account.move", [("tax_cash_basis_origin_move_id", "=", move)], ["id"])
    report = rpc.call("recouvrement.bad.debt", "closing_report", as_of=str(TODAY))
    assert result["id"] in [row["debt_id"] for row in report["losses"]]
    if regime == "on_invoice":
        document, = rpc.call("recouvrement.bad.debt", "make_corrective_invoices", ids=[result["id"]])
        assert "qui ne peut faire l'objet d'une déduction (art. 272 du CGI)" in document["mention"]
    rpc.call("recouvrement.bad.debt", "cancel", ids=[result["id"]], reason="Paid after all")
    assert read(rpc, "account.move", move, "amount_residual") == 1200


def test_nothing_is_written_past_the_methods(rpc, claim):
    case, item, _move = claim()
    result = rpc.call("recouvrement.case", "prepare_doubtful", ids=[case], item_ids=[item])
    for method, arguments in (("write", {"vals": {"reason": "x"}}), ("unlink", {})):
        with pytest.raises(_transport.ServerError):
            rpc.call("recouvrement.bad.debt", method, ids=[result["id"]], **arguments)
    workbook = rpc.call("recouvrement.bad.debt", "export_xlsx", as_of=str(TODAY))
    assert base64.b64decode(workbook["content"]).startswith(b"PK")
