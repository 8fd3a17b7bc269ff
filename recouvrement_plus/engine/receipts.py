"""Does the money that the bank shows, and that nobody matched, pay what we are about to claim? It compares, never allocates."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

# Words of a company name that say nothing about which company it is.
_COMMON = frozenset((
    "SA", "SAS", "SASU", "SARL", "EURL", "SCI", "SNC", "SELARL", "SCOP", "GMBH", "LTD", "LIMITED", "INC", "BV", "NV", "SPA",
    "SRL", "ET", "AND", "THE", "LES", "DES", "DU", "DE", "LA", "LE", "FRANCE", "GROUPE", "GROUP", "SOCIETE", "COMPANY",
    "ENTREPRISE", "ETABLISSEMENTS", "ETS", "CABINET", "MAISON", "SERVICES", "SERVICE", "INTERNATIONAL",
))
_REFERENCE = re.compile(r"RF\d{2}[A-Z0-9]{1,21}")


@dataclass(frozen=True)
class Receipt:
    """Money in that is matched with nothing. ``posted``: it is already on the customer's account, and netted.

    ``account``: IBAN of the payer; ``name``: his name as the bank gives it; ``partner``: the customer it was given to.
    """

    key: object
    amount: Decimal
    label: str = ""
    account: str = ""
    name: str = ""
    partner: object = None
    posted: bool = False


@dataclass(frozen=True)
class Debt:
    """An open instalment: its invoice ``number``, what is still owed, the payment ``references`` of its reminders."""

    key: object
    number: str
    residual: Decimal
    references: tuple = ()


@dataclass(frozen=True)
class Debtor:
    """A customer in one currency: his bank ``accounts``, his name, what he owes."""

    key: object
    name: str
    debts: tuple
    accounts: tuple = ()


@dataclass(frozen=True)
class Finding:
    """A receipt that probably pays this debtor's ``debts`` (keys; empty: one cannot say which), on which ``ground``."""

    receipt: object
    ground: str
    debts: tuple
    posted: bool


def probable_receipts(receipts, debtor):
    """The receipts that probably come from ``debtor``, each with its ground, the strongest first (``RECEIPT_GROUNDS``).

    * money on his account (``posted``) is netted anyway: it only counts when it names invoices or equals what one
      instalment, and one only, still owes;
    * money at the bank counts when it quotes a reminder's reference, names an invoice, is given to him or comes from his
      account, or bears his name with exactly the amount of an instalment or of the whole.
    """
    findings = (_finding(receipt, debtor) for receipt in receipts)
    return tuple(finding for finding in findings if finding)


def _finding(receipt, debtor):
    if receipt.partner is not None and receipt.partner != debtor.key and receipt.posted:
        return None
    ground, debts = _ground(receipt, debtor)
    if not ground or (receipt.posted and not _settles(receipt, debtor, debts)):
        return None
    return Finding(receipt.key, ground, debts, receipt.posted)


def _ground(receipt, debtor):
    quoted = tuple(debt.key for debt in debtor.debts if debt.references and set(debt.references) & references(receipt.label))
    if quoted:
        return "reference", quoted
    text = plain(receipt.label)
    named = tuple(debt.key for debt in debtor.debts if names(text, debt.number))
    if named:
        return "invoice_number", named
    equal = _of_that_amount(receipt, debtor)
    if receipt.partner == debtor.key:
        return "partner", equal
    if receipt.account and squeezed(receipt.account) in {squeezed(account) for account in debtor.accounts}:
        return "account", equal
    whole = sum((debt.residual for debt in debtor.debts), Decimal(0))
    exact = equal or receipt.amount == whole
    if receipt.partner is None and exact and bears_name(f"{receipt.label} {receipt.name}", debtor.name):
        return "name_and_amount", equal
    return "", ()


def _of_that_amount(receipt, debtor):
    """The one instalment that still owes exactly this amount; nothing when there are several."""
    equal = tuple(debt.key for debt in debtor.debts if debt.residual == receipt.amount)
    return equal if len(equal) == 1 else ()


def _settles(receipt, debtor, debts):
    """Whether the amount is exactly what these debts still owe."""
    return bool(debts) and sum((debt.residual for debt in debtor.debts if debt.key in debts), Decimal(0)) == receipt.amount


def plain(text):
    """Capitals without accents, one space between words."""
    decomposed = unicodedata.normalize("NFKD", text or "")
    return re.sub(r"[^A-Z0-9]+", " ", "".join(c for c in decomposed if not unicodedata.combining(c)).upper()).strip()


def squeezed(text):
    """Capitals and digits only."""
    return plain(text).replace(" ", "")


def names(text, number):
    """Whether a bank label (``plain``) contains an invoice number, however its separators were written.

    A number shorter than five signs, or without a digit, is too common to prove anything.
    """
    parts = plain(number).split()
    compact = "".join(parts)
    if len(compact) < 5 or not any(c.isdigit() for c in compact) or compact not in text.replace(" ", ""):
        return False
    return bool(re.search(rf"(?<![A-Z0-9]){' ?'.join(parts)}(?![0-9])", text))


def bears_name(text, name):
    """Whether a text contains all the telling words of a company name."""
    words = [word for word in plain(name).split() if word not in _COMMON and len(word) > 2]
    found = set(plain(text).split())
    return bool(words) and all(word in found for word in words)


def references(text):
    """The structured references (ISO 11649) that a bank label quotes, spaces or not."""
    return {start for found in _REFERENCE.findall(squeezed(text)) for start in _prefixes(found) if valid_reference(start)}


def _prefixes(text):
    """A label may run on after the reference: every beginning of it that could be one."""
    return [text[:length] for length in range(5, len(text) + 1)]


def reference(number):
    """The structured creditor reference (ISO 11649, mod 97) of a number made of capitals and digits."""
    digits = 98 - _mod97(f"{number}RF00")
    return f"RF{digits:02d}{number}"


def valid_reference(text):
    """Whether the check digits of a structured creditor reference are right."""
    return bool(re.fullmatch(r"RF\d{2}[A-Z0-9]{1,21}", text)) and _mod97(text[4:] + text[:4]) == 1


def _mod97(text):
    return int("".join(str(int(c, 36)) for c in text)) % 97

