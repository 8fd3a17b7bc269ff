# SPDX-License-Identifier: LGPL-3.0-only
"""Money at the bank that nobody matched: whose is it probably, and what does it probably pay?"""

from decimal import Decimal

import pytest

from engine.receipts import (
    Debt,
    Debtor,
    Receipt,
    bears_name,
    names,
    plain,
    probable_receipts,
    reference,
    references,
    valid_reference,
)

D = Decimal
DEBTOR = Debtor(
    "blanc", "SARL Menuiserie Blanc",
    (Debt(1, "FAC/2026/00012", D("1000.00"), (reference("REL0000042"),)), Debt(2, "FAC/2026/00013", D("250.00"))),
    ("FR76 3000 4000 0312 3456 7890 143",))

# receipt -> (ground, debts) or None
SHAPES = [
    ({"label": f"VIR SEPA {reference('REL0000042')} MERCI", "amount": "10"}, ("reference", (1,))),
    ({"label": "VIR RF99REL0000042", "amount": "10"}, None),  # the check digits are wrong
    ({"label": "REGLEMENT FAC/2026/00012", "amount": "1000"}, ("invoice_number", (1,))),
    ({"label": "vir fac 2026 00012 et FAC-2026-00013", "amount": "1250"}, ("invoice_number", (1, 2))),
    ({"label": "FAC/2026/000123", "amount": "1000"}, None),  # another invoice
    ({"label": "XFAC/2026/00012", "amount": "1000"}, None),
    ({"label": "Virement", "amount": "33", "partner": "blanc"}, ("partner", ())),
    ({"label": "Virement", "amount": "250", "partner": "blanc"}, ("partner", (2,))),
    ({"label": "Virement", "amount": "250", "partner": "noir"}, None),
    ({"label": "FAC/2026/00013", "amount": "250", "partner": "noir"}, ("invoice_number", (2,))),  # someone else may pay
    ({"label": "Virement", "amount": "7", "account": "fr7630004000031234567890143"}, ("account", ())),
    ({"label": "Virement", "amount": "1000", "account": "FR7699999"}, None),
    ({"label": "VIR DE MENUISERIE BLANC", "amount": "1250"}, ("name_and_amount", ())),
    ({"label": "VIR", "name": "Ménuiserie BLANC", "amount": "250"}, ("name_and_amount", (2,))),
    ({"label": "VIR DE MENUISERIE BLANC", "amount": "77"}, None),  # the name alone proves nothing
    ({"label": "VIR DE MENUISERIE NOIRE", "amount": "1000"}, None),
    ({"label": "Virement", "amount": "1000"}, None),  # neither does the amount
    # already on the account: it is netted, it holds only what it settles
    ({"label": "Acompte", "amount": "400", "partner": "blanc", "posted": True}, None),
    ({"label": "Virement", "amount": "250", "partner": "blanc", "posted": True}, ("partner", (2,))),
    ({"label": "FAC/2026/00012", "amount": "400", "partner": "blanc", "posted": True}, None),
    ({"label": "FAC/2026/00012", "amount": "1000", "partner": "blanc", "posted": True}, ("invoice_number", (1,))),
    ({"label": "Virement", "amount": "250", "partner": "noir", "posted": True}, None),
]


@pytest.mark.parametrize(("shape", "expected"), SHAPES)
def test_whose_money(shape, expected):
    receipt = Receipt("r", D(shape["amount"]), **{name: value for name, value in shape.items() if name != "amount"})
    findings = probable_receipts([receipt], DEBTOR)
    assert [(one.ground, one.debts) for one in findings] == ([expected] if expected else [])


def test_two_instalments_of_the_same_amount_are_not_told_apart():
    debtor = Debtor("x", "X", (Debt(1, "A/00001", D(50)), Debt(2, "A/00002", D(50))))
    [finding] = probable_receipts([Receipt("r", D(50), partner="x")], debtor)
    assert finding.debts == (), "the money is his, one cannot say for which: the whole customer waits"
    assert not probable_receipts([Receipt("r", D(50), partner="x", posted=True)], debtor)


@pytest.mark.parametrize("number", ["12", "ABCDE", "", "/"])
def test_a_number_too_common_proves_nothing(number):
    assert not names(plain(f"VIR {number}"), number)


def test_words_that_every_company_bears_prove_nothing():
    assert not bears_name("VIR SARL SERVICES FRANCE", "SARL Services France")


def test_the_reference_of_a_reminder_is_a_valid_creditor_reference():
    """The example of ISO 11649, then ours."""
    assert reference("539007547034") == "RF18539007547034"
    assert all(valid_reference(reference(f"REL{number:07d}")) for number in range(300))
    assert not valid_reference("RF19539007547034") and not valid_reference("RF")


def test_a_reference_is_found_in_a_label_that_runs_on():
    assert reference("REL0000042") in references(f"/ROC/NOTPROVIDED {reference('REL0000042')[:10]} 0042 DE BLANC")
