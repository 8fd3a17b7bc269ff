# SPDX-License-Identifier: LGPL-3.0-only
"""The payment-term check from outside, over both transports."""

import base64
from decimal import Decimal

from test_sending import Customer


def invoice(rpc, customer, issued, due):
    [move] = rpc.create("account.move", [{
        "move_type": "out_invoice", "partner_id": customer.id, "invoice_date": issued, "invoice_payment_term_id": False,
        "invoice_date_due": due,
        "invoice_line_ids": [[0, 0, {"name": "Work", "quantity": 1, "price_unit": 100, "tax_ids": [[6, 0, []]]}]]}])
    rpc.call("account.move", "action_post", [move])
    return move


def test_sixty_days_and_one_day_more(rpc):
    customer = Customer(rpc)
    good = rpc.call("account.move", "recouvrement_payment_term_check", [invoice(rpc, customer, "2026-01-15", "2026-03-16")])
    bad = rpc.call("account.move", "recouvrement_payment_term_check", [invoice(rpc, customer, "2026-01-15", "2026-03-17")])
    assert (good["compliant"], good["rule"], good["latest_due_date"]) == (True, "agreed_60", "2026-03-16")
    assert (bad["compliant"], bad["excess_days"]) == (False, 1)
    assert "L441-10" in bad["source"]


def test_the_payment_delay_table_of_a_closing(rpc):
    """One late invoice more: one more in its tranche, with its amount; the workbook comes as base64."""
    def cell():
        table = rpc.call("recouvrement.delay.table", "compute", closing_date="2026-06-30")
        return table["options"]["unpaid"]["issued"]["cells"]["1_30"]

    before = cell()
    invoice(rpc, Customer(rpc), "2026-05-15", "2026-06-20")
    after = cell()
    assert after["invoices"] == before["invoices"] + 1
    assert Decimal(after["amount"]) == Decimal(before["amount"]) + 100
    workbook = rpc.call("recouvrement.delay.table", "export_xlsx", closing_date="2026-06-30")
    assert base64.b64decode(workbook["content"])[:2] == b"PK"
