# SPDX-License-Identifier: LGPL-3.0-only
"""Money at the bank that nobody matched: whose is it probably, and what does it probably pay?"""

from decimal import Decimal

import pytest

from engine.receipt_words import bears_name, names, plain, reference, references, valid_reference
from engine.receipts import Debt, Debtor, Payment, Receipt, probable_receipts

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
    ({"label": "FACTUREFAC202600012", "amount": "1000"}, ("invoice_number", (1,))),  # a bank that takes the spaces out
    ({"label": "FAC202600012FAC202600013", "amount": "1250"}, ("invoice_number", (1, 2))),
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


def found(receipts, debtor):
    return probable_receipts(receipts, [debtor])[debtor.key, debtor.currency]


@pytest.mark.parametrize(("shape", "expected"), SHAPES)
def test_whose_money(shape, expected):
    receipt = Receipt("r", D(shape["amount"]), **{name: value for name, value in shape.items() if name != "amount"})
    findings = found([receipt], DEBTOR)
    assert [(one.ground, one.debts) for one in findings] == ([expected] if expected else [])


def test_two_instalments_of_the_same_amount_are_not_told_apart():
    debtor = Debtor("x", "X", (Debt(1, "A/00001", D(50)), Debt(2, "A/00002", D(50))))
    [finding] = found([Receipt("r", D(50), partner="x")], debtor)
    assert finding.debts == (), "the money is his, one cannot say for which: the whole customer waits"
    assert not found([Receipt("r", D(50), partner="x", posted=True)], debtor)


def by_hand(number, days, *invoices):
    return Payment(number, days, invoices)


def test_a_payment_entered_by_hand_is_the_money_of_its_nearest_line_and_of_no_other():
    receipts = [Receipt("first", D(50), partner="x", payments=(by_hand(7, 4),)),
                Receipt("second", D(50), partner="x", payments=(by_hand(7, 1),))]
    debtor = Debtor("x", "X", (Debt(1, "A/00001", D(50)),))
    assert [one.receipt for one in found(receipts, debtor)] == ["first"]


@pytest.mark.parametrize(("label", "paid", "known"), [
    ("VIR", "other", True), ("VIR A/00001", "mine", True), ("VIR A/00001", "other", False), ("VIR A/00002", "other", True)])
def test_a_line_that_names_an_invoice_is_other_money_than_a_payment_of_another_one(label, paid, known):
    debtor = Debtor("x", "X", (Debt(1, "A/00001", D(50), invoice="mine"),))
    receipt = Receipt("r", D(50), label=label, partner="x", payments=(by_hand(7, 1, paid),))
    assert bool(found([receipt], debtor)) is not known


@pytest.mark.parametrize(("label", "others", "hit"), [
    ("VIR", (), True), ("VIR", ("EUR",), False), ("VIR A/00001", ("EUR",), True)])
def test_money_in_another_currency(label, others, hit):
    debtor = Debtor("x", "X", (Debt(1, "A/00001", D(50)),), currency="USD", others=frozenset(others))
    assert bool(found([Receipt("r", D(50), label=label, partner="x", currency="EUR")], debtor)) is hit


@pytest.mark.parametrize(("shape", "hit"), [
    ({"label": "VIR COMMANDE 4711"}, True), ({"label": "VIR COMMANDE 4711", "partner": "y"}, False),
    ({"label": "VIR COMMANDE 4711", "amount": D(3)}, False), ({"label": "COMMANDE 4711 NOIR", "amount": D(3)}, True),
    ({"label": "VIR COMMANDE 4711", "amount": D(3), "partner": "x"}, True)])
def test_the_words_that_an_invoice_asks_to_quote(shape, hit):
    """They may be anybody's: the customer or the amount has to agree."""
    debtor = Debtor("x", "SARL Noir", (Debt(1, "A/00001", D(50), words="Commande 4711"), Debt(2, "A/00002", D(70))))
    findings = found([Receipt("r", **({"amount": D(50)} | shape))], debtor)
    assert [one.debts for one in findings] == ([(1,)] if hit else [])


def test_many_receipts_and_many_customers_are_told_apart_as_one_by_one():
    receipts = [Receipt(place, D(100 + place % 3), label=f"VIR CLIENT{place} FAC/2026/{place * 7 % 40:05d}",
                        account=f"FR{place:05d}", partner=place if place % 4 == 0 else None) for place in range(60)]
    debtors = [
        Debtor(number, f"Client{number}", (Debt(number, f"FAC/2026/{number:05d}", D(100 + number % 3)),), (f"FR{number:05d}",))
        for number in range(60)]
    together = probable_receipts(receipts, debtors)
    assert sum(len(findings) for findings in together.values()) > 60
    for debtor in debtors:
        alone = [found([receipt], debtor) for receipt in receipts]
        assert together[debtor.key, None] == tuple(one for findings in alone for one in findings)


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
