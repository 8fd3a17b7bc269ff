# SPDX-License-Identifier: LGPL-3.0-only
"""Dispute holds for the invoices that the ledger calls disputed. Needs the add-on.

A hold stands on an item of the collection, and items are made by the nights: an invoice that no night has seen yet is
counted and reported, and gets its hold when the same command runs again after a night.
"""

from dataclasses import dataclass

from _odoo_target import CannotLoad

NOTE = "Disputed, as the imported ledger says"


@dataclass
class DisputeResult:
    """How many holds were `placed`, were there `already`, and how many invoices have no item yet (`waiting`)."""

    placed: int = 0
    already: int = 0
    waiting: int = 0


def place_holds(rpc, journal_id, invoices):
    """Put a dispute hold on each item of the disputed `invoices` of the import journal; returns a DisputeResult.

    The hold begins with the invoice and ends with the day of its full settlement, if there is one.
    Raises CannotLoad without the add-on.
    """
    if not rpc.has_model("recouvrement.hold"):
        raise CannotLoad("--disputes needs the add-on recouvrement_plus in this database")
    disputed = {invoice.number: invoice for invoice in invoices if invoice.disputed}
    items = rpc.search_read(
        "recouvrement.item", [("move_id.journal_id", "=", journal_id), ("move_id.name", "in", list(disputed))],
        ["case_id", "move_id"])
    numbers = _numbers(rpc, items)
    of_items = [("item_id", "in", [item["id"] for item in items]), ("kind", "=", "dispute")]
    held = {row["item_id"][0] for row in rpc.search_read("recouvrement.hold", of_items, ["item_id"])}
    missing = [item for item in items if item["id"] not in held]
    rpc.create("recouvrement.hold", [_hold(item, disputed[numbers[item["move_id"][0]]]) for item in missing])
    return DisputeResult(len(missing), len(held), len(disputed) - len(numbers))


def _numbers(rpc, items):
    """Id of an invoice -> its number, for the invoices of `items`."""
    move_ids = list({item["move_id"][0] for item in items})
    return {row["id"]: row["name"] for row in rpc.search_read("account.move", [("id", "in", move_ids)], ["name"])}


def _hold(item, invoice):
    vals = {"case_id": item["case_id"][0], "item_id": item["id"], "kind": "dispute",
            "date_from": str(invoice.issued), "note": NOTE}
    if not invoice.residual:
        vals["date_to"] = str(max(payment.date for payment in invoice.payments))
    return vals
