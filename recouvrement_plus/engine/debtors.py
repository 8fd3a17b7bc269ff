"""Which law a debtor falls under: a proposal from facts, never a decision. A person accepts it.

An identifier that official registers give only to legal persons and to professionals is a firm ground; a name is a weak
one, shown and never applied with others. Nothing known: nothing proposed.
"""

import re
import unicodedata
from dataclasses import dataclass

# SIREN of La Poste: the SIRET of its establishments do not follow Luhn's formula, their digits add up to a multiple of 5.
LA_POSTE = "356000000"
# Two letters (the country), then at least one digit: a VAT number of another member state.
FOREIGN_VAT = re.compile(r"(?!FR)[A-Z]{2}[0-9A-Z+*]*[0-9][0-9A-Z+*]*")
# Words of names, without accents: "contains" for phrases of several words, else the name's first words.
NAME_HINTS = (
    ("hospital", r"\b(centre hospitalier|hopital|hopitaux|chu|chr|chru|ehpad public|assistance publique)\b"),
    ("state_local", r"^(ville|commune|mairie|departement|region|communaute|metropole|prefecture|ministere|syndicat mixte)\b"),
    ("state_local", r"\b(conseil departemental|conseil regional|conseil general|communaute de communes|communaute urbaine)\b"),
    ("state_local", r"\b(rectorat|lycee|college|ccas|sdis|tresor public|direction departementale|universite)\b"),
    ("public_company", r"\b(office public de l'habitat|oph|epic|regie municipale|regie communautaire)\b"),
)
COMPANY_FORMS = re.compile(r"\b(sarl|eurl|sas|sasu|sa|sci|snc|scop|scp|selarl|gie|ei|eirl|gmbh|ltd|srl|bv|spa)\b")
# Level I of the INSEE's legal categories: 4 is public law under commercial law, 7 public law under administrative law.
HOSPITAL_CATEGORY = "7364"


@dataclass(frozen=True)
class DebtorFacts:
    """What is known of a customer: ``registry`` a SIREN or SIRET, ``legal_category`` the INSEE's code of four digits."""

    name: str = ""
    is_company: bool = False
    registry: str = ""
    vat: str = ""
    legal_category: str = ""


@dataclass(frozen=True)
class Proposal:
    """A regime with its ground: ``strength`` ``firm`` or ``weak``, ``fact`` the code of what it stands on.

    ``regime`` is empty when nothing is known; ``public_kind`` is empty but for public debtors whose kind shows.
    """

    regime: str = ""
    public_kind: str = ""
    strength: str = ""
    fact: str = ""


def digits(text: str) -> str:
    """The identifier without the spaces, dots and dashes that people write in it."""
    return re.sub(r"[\s.\-\u00a0\u202f]", "", text or "").upper()


def luhn(number: str) -> bool:
    """Whether a string of digits satisfies Luhn's formula (ISO/IEC 7812-1): the check of SIREN and SIRET."""
    total = 0
    for position, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def siren_of(registry: str) -> str:
    """The SIREN of a valid SIREN or SIRET, empty for anything else (a mistyped one included)."""
    number = digits(registry)
    if not re.fullmatch(r"[0-9]{9}|[0-9]{14}", number) or not int(number[:9]) or not luhn(number[:9]):
        return ""
    if len(number) == 14 and not luhn(number) and not _la_poste(number):
        return ""
    return number[:9]


def _la_poste(siret):
    return siret.startswith(LA_POSTE) and sum(map(int, siret)) % 5 == 0


def siren_of_vat(vat: str) -> str:
    """The SIREN in a valid French VAT number (FR, key of two digits, SIREN; key = (12 + 3 SIREN) mod 97), else empty."""
    match = re.fullmatch(r"FR([0-9]{2})([0-9]{9})", digits(vat))
    if not match or int(match[1]) != (12 + 3 * int(match[2])) % 97 or not luhn(match[2]):
        return ""
    return match[2]


def propose(facts: DebtorFacts) -> Proposal:
    """Propose a regime: by the legal category, by an identifier, by the kind of contact, by the name, in this order.

    An identifier whose owner bears a public name, or whose SIREN is in the series of public bodies (first digit 1 or 2,
    a usage of the register that no text promises), is not taken for a professional: the proposal is public and weak.
    """
    category = digits(facts.legal_category)
    if re.fullmatch(r"[0-9]{4}", category):
        return _of_category(category)
    siren = siren_of(facts.registry) or siren_of_vat(facts.vat)
    kind = _public_name(facts.name)
    if kind:
        return Proposal("public", kind, "weak", "name")
    if siren:
        return _of_siren(siren, "siret" if siren_of(facts.registry) else "vat")
    if facts.is_company or COMPANY_FORMS.search(_plain(facts.name)):
        return Proposal("b2b", "", "weak", "foreign_vat" if FOREIGN_VAT.fullmatch(digits(facts.vat)) else "company")
    if digits(facts.vat) or digits(facts.registry):
        return Proposal("b2b", "", "weak", "number")
    # Sole traders are entered as persons too: weak.
    return Proposal("b2c", "", "weak", "person")


def _of_category(category):
    """Weak: the meaning of the codes was not read in the register's own nomenclature."""
    if category[0] == "7":
        return Proposal("public", "hospital" if category == HOSPITAL_CATEGORY else "state_local", "weak", "legal_category")
    if category[0] == "4":
        return Proposal("public", "public_company", "weak", "legal_category")
    return Proposal("b2b", "", "weak", "legal_category")


def _of_siren(siren, fact):
    if siren[0] in "12":
        return Proposal("public", "", "weak", "siren_series")
    return Proposal("b2b", "", "firm", fact)


def _plain(name):
    """Lower case, without accents, hyphens as spaces: 'Centre-Hospitalier' reads like 'centre hospitalier'."""
    decomposed = unicodedata.normalize("NFD", (name or "").lower().replace("’", "'"))
    return " ".join("".join(" " if char in "-_.,()/" else char for char in decomposed if not unicodedata.combining(char)).split())


def _public_name(name):
    plain = _plain(name)
    if COMPANY_FORMS.search(plain):
        return ""
    return next((kind for kind, pattern in NAME_HINTS if re.search(pattern, plain)), "")
