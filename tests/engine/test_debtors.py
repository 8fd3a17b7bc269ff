"""What the facts of a customer propose. Numbers are made up but for the published example 732 829 320 00074."""

import pytest

from engine.debtors import DebtorFacts, propose, siren_of, siren_of_vat

SIRET = "732 829 320 00074"


def luhn_complete(start):
    """Nine or fourteen digits with the right last one."""
    return next(start + digit for digit in "0123456789" if siren_of(start + digit))


@pytest.mark.parametrize("text, siren", [
    (SIRET, "732829320"), ("73282932000074", "732829320"), ("732.829.320", "732829320"), ("732829320\u00a000074", "732829320"),
    ("73282932000075", ""), ("732829321", ""), ("", ""), ("00000000000000", ""), ("7328293200007", ""), ("Ⅷ32829320", ""),
    ("35600000000048", "356000000"), ("35600000049837", "356000000"), ("35600000049838", ""),
])
def test_a_siret_is_checked_by_luhn(text, siren):
    assert siren_of(text) == siren


@pytest.mark.parametrize("text, siren", [
    ("FR44732829320", "732829320"), ("fr 44 732 829 320", "732829320"), ("FR45732829320", ""), ("FR44732829321", ""),
    ("BE0477472701", ""), ("", ""),
])
def test_a_french_vat_number_is_checked_by_its_key(text, siren):
    assert siren_of_vat(text) == siren


@pytest.mark.parametrize("facts, expected", [
    (DebtorFacts("Menuiserie Blanc", True, SIRET), ("b2b", "", "firm", "siret")),
    (DebtorFacts("Menuiserie Blanc", True, "", "FR44732829320"), ("b2b", "", "firm", "vat")),
    (DebtorFacts("Paul Blanc", False, SIRET), ("b2b", "", "firm", "siret")),
    (DebtorFacts("Paul Blanc"), ("b2c", "", "weak", "person")),
    (DebtorFacts("Menuiserie Blanc", True), ("b2b", "", "weak", "company")),
    (DebtorFacts("Blanc SARL"), ("b2b", "", "weak", "company")),
    (DebtorFacts("Bois du Nord", True, "", "BE0477472701"), ("b2b", "", "weak", "foreign_vat")),
    (DebtorFacts("Paul Blanc", False, "73282932000075"), ("b2b", "", "weak", "number")),
    (DebtorFacts("Mairie de Saint-Exemple", True), ("public", "state_local", "weak", "name")),
    (DebtorFacts("COMMUNE DE SAINT-EXEMPLE", True, SIRET), ("public", "state_local", "weak", "name")),
    (DebtorFacts("Communauté d'agglomération du Test"), ("public", "state_local", "weak", "name")),
    (DebtorFacts("Centre-Hospitalier de Test", True), ("public", "hospital", "weak", "name")),
    (DebtorFacts("Hôpital Nord", True), ("public", "hospital", "weak", "name")),
    (DebtorFacts("Office public de l’habitat du Test", True), ("public", "public_company", "weak", "name")),
    (DebtorFacts("Boulangerie de la Mairie SARL", True), ("b2b", "", "weak", "company")),
    (DebtorFacts("Boulangerie de la Mairie", True), ("b2b", "", "weak", "company")),
    (DebtorFacts("Régal", True, luhn_complete("21690123")), ("public", "", "weak", "siren_series")),
    (DebtorFacts("X", True, SIRET, "", "7210"), ("public", "state_local", "weak", "legal_category")),
    (DebtorFacts("X", True, SIRET, "", "7364"), ("public", "hospital", "weak", "legal_category")),
    (DebtorFacts("X", True, SIRET, "", "4110"), ("public", "public_company", "weak", "legal_category")),
    (DebtorFacts("Mairie", True, SIRET, "", "5710"), ("b2b", "", "weak", "legal_category")),
    (DebtorFacts("X", True, SIRET, "", "57"), ("b2b", "", "firm", "siret")),
])
def test_what_the_facts_propose(facts, expected):
    found = propose(facts)
    assert (found.regime, found.public_kind, found.strength, found.fact) == expected


def test_no_name_is_ever_a_firm_ground():
    for name in ("Mairie", "Ville de Test", "Hôpital", "Rectorat", "Blanc SAS", "Lycée Test"):
        for is_company in (True, False):
            assert propose(DebtorFacts(name, is_company)).strength == "weak", name
