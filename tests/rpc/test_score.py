# SPDX-License-Identifier: LGPL-3.0-only
"""The score from outside, over both transports: explained in plain data, measured on demand, in the background."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

TODAY = date.today()


@pytest.fixture
def case(rpc, tag):
    """A customer with one invoice, overdue for forty days."""
    partner, = rpc.create("res.partner", [{"name": tag, "is_company": True}])
    due = TODAY - timedelta(days=40)
    move, = rpc.create("account.move", [{
        "move_type": "out_invoice", "partner_id": partner, "invoice_date": str(due - timedelta(days=30)),
        "invoice_payment_term_id": False, "invoice_date_due": str(due),
        "invoice_line_ids": [[0, 0, {"name": "Work", "quantity": 1, "price_unit": 1000, "tax_ids": [[6, 0, []]]}]]}])
    rpc.call("account.move", "action_post", [move])
    return rpc.call("res.partner", "action_recouvrement_open_case", [partner])["res_id"]


def test_the_points_make_the_score(rpc, case):
    answer = rpc.call("recouvrement.case", "score_breakdown", [case], as_of=str(TODAY))
    assert sum(Decimal(factor["points"]) for factor in answer["factors"]) == Decimal(answer["score"])
    assert answer["known_count"] == 1
    assert len(next(factor for factor in answer["factors"] if factor["code"] == "overdue")["move_line_ids"]) == 1


def test_the_instalments_behind_open_by_their_kind(rpc, case):
    action = rpc.call("recouvrement.case", "action_open_score_instalments", [case], kind="known")
    assert action["res_model"] == "recouvrement.outcome"


def test_a_measure_is_asked_once(rpc):
    asked = rpc.call("recouvrement.score.weights", "measure")
    assert [row["threshold"] for row in asked] == [0, 30]
    assert {row["state"] for row in asked} <= {"waiting", "running"}
