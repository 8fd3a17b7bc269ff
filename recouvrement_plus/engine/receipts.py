"""Does the money that the bank shows, and that nobody matched, pay what we are about to claim? It compares, never allocates."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal

# Words of a company name that say nothing about which company it is.
_COMMON = frozenset((
    "SA", "SAS", "SASU", "SARL", "EURL", "SCI", "SNC", "SELARL", "SCOP", "GMBH", "LTD", "LIMITED", "INC", "BV", "NV", "SPA",
    "SRL", "ET", "AND", "THE", "LES", "DES", "DU", "DE", "LA", "LE", "FRANCE", "GROUPE", "GROUP", "SOCIETE", "COMPANY",
    "ENTREPRISE", "ETABLISSEMENTS", "ETS", "CABINET", "MAISON", "SERVICES", "SERVICE", "INTERNATIONAL",
))
# Words to which banks that take the spaces out glue a number.
_GLUED = "FACTURES?|FACT?|INVOICE|REFERENCE|REF|REGLEMENT|PAIEMENT|VIREMENT|VIR|NUMERO|NO|NUM"
_REFERENCE = re.compile(r"RF\d{2}[A-Z0-9]{1,21}")


@dataclass(frozen=True)
class Payment:
    """A payment that somebody entered by hand, which may be the money of a line of the bank.

    ``days`` between the two; ``invoices`` (keys) that it was set against.
    """

    key: object
    days: int
    invoices: tuple = ()


@dataclass(frozen=True)
class Receipt:
    """Money in that is matched with nothing. ``posted``: it is already on the customer's account, and netted.

    ``account``: IBAN of the payer; ``name``: his name as the bank gives it; ``partner``: the customer it was given to;
    ``payments``: those of the same customer and amount that were entered around that day.
    """

    key: object
    amount: Decimal
    label: str = ""
    account: str = ""
    name: str = ""
    partner: object = None
    posted: bool = False
    currency: object = None
    payments: tuple = ()


@dataclass(frozen=True)
class Debt:
    """An open instalment: its invoice's ``number``, what is still owed, the structured ``references`` that the customer was
    asked to quote (of our reminders, of the invoice), the free ``words`` that the invoice asks to quote, its ``invoice`` (key).
    """

    key: object
    number: str
    residual: Decimal
    references: tuple = ()
    words: str = ""
    invoice: object = None


@dataclass(frozen=True)
class Debtor:
    """A customer in one currency: his bank ``accounts``, his name, what he owes; ``others``: the currencies, besides this
    one, in which he owes something too.
    """

    key: object
    name: str
    debts: tuple
    accounts: tuple = ()
    currency: object = None
    others: frozenset = frozenset()


@dataclass(frozen=True)
class Finding:
    """A receipt that probably pays this debtor's ``debts`` (keys; empty: one cannot say which), on which ``ground``."""

    receipt: object
    ground: str
    debts: tuple
    posted: bool


def probable_receipts(receipts, debtors):
    """The receipts that probably come from each debtor: {(key, currency): (Finding, ...)}, in the order of the receipts.

    * money on his account (``posted``) is netted anyway: it only counts when it names invoices or equals what one
      instalment, and one only, still owes;
    * money at the bank counts when it quotes a reference, names an invoice, is given to him or comes from his account, or
      bears his name with exactly the amount of an instalment or of the whole;
    * in another currency it counts when it quotes or names, else only where nothing is owed in the currency of the money;
    * a line whose money was entered by hand as a payment is known already, each payment being the money of one line only.
    """
    pile = _Pile(receipts)
    return {(debtor.key, debtor.currency): tuple(pile.findings(debtor)) for debtor in debtors}


class _Pile:
    """Receipts arranged by what may tell whose they are: thousands are not compared with thousands of customers."""

    def __init__(self, receipts):
        self.receipts = list(receipts)
        self.entered = _entered_by_hand(self.receipts)
        self.by_partner, self.by_account, self.by_reference, self.by_word = ({} for _index in range(4))
        self.ends, self.labels = [], ""
        self._arrange()

    def _arrange(self):
        labels, end = [], 0
        for place, receipt in enumerate(self.receipts):
            _add(self.by_partner, place, [receipt.partner])
            _add(self.by_account, place, [squeezed(receipt.account)])
            _add(self.by_reference, place, references(receipt.label))
            _add(self.by_word, place, set(plain(f"{receipt.label} {receipt.name}").split()))
            labels.append(squeezed(receipt.label))
            end += len(labels[-1]) + 1
            self.ends.append(end)
        self.labels = "\n".join(labels)

    def findings(self, debtor):
        for place in sorted(self._candidates(debtor)):
            finding = _finding(self.receipts[place], debtor, self.entered.get(place))
            if finding:
                yield finding

    def _candidates(self, debtor):
        found = set(self.by_partner.get(debtor.key, ()))
        for account in debtor.accounts:
            found.update(self.by_account.get(squeezed(account), ()))
        for debt in debtor.debts:
            for quoted in debt.references:
                found.update(self.by_reference.get(quoted, ()))
            found.update(self._naming(debt.number), self._naming(debt.words))
        words = telling_words(debtor.name)
        if words:
            found.update(set.intersection(*(set(self.by_word.get(word, ())) for word in words)))
        return found

    def _naming(self, number):
        """Places of the receipts whose label contains a number, whatever stands around it."""
        compact = squeezed(number)
        place = self.labels.find(compact) if _tells(compact) else -1
        while place >= 0:
            yield bisect_right(self.ends, place)
            place = self.labels.find(compact, place + 1)


def _add(index, place, keys):
    for key in keys:
        if key:
            index.setdefault(key, []).append(place)


def _entered_by_hand(receipts):
    """{place of a receipt: the Payment that is the same money}: nearest in days first, each payment and receipt once."""
    pairs = sorted(((payment.days, place, payment) for place, receipt in enumerate(receipts) for payment in receipt.payments),
                   key=lambda pair: pair[:2])
    entered, taken = {}, set()
    for _days, place, payment in pairs:
        if place not in entered and payment.key not in taken:
            entered[place] = payment
            taken.add(payment.key)
    return entered


def _finding(receipt, debtor, entered=None):
    if receipt.posted and (receipt.partner not in (None, debtor.key) or receipt.currency != debtor.currency):
        return None
    ground, debts = _ground(receipt, debtor)
    if not ground or (receipt.posted and not _settles(receipt, debtor, debts)):
        return None
    if entered and not _paid_something_else(entered, ground, debts, debtor):
        return None
    return Finding(receipt.key, ground, debts, receipt.posted)


def _paid_something_else(entered, ground, debts, debtor):
    """Whether a line names invoices of which the payment that looks like the same money paid none."""
    named = {debt.invoice for debt in debtor.debts if debt.key in debts}
    return ground == "invoice_number" and named.isdisjoint(entered.invoices)


def _ground(receipt, debtor):
    quoted = tuple(debt.key for debt in debtor.debts if debt.references and set(debt.references) & references(receipt.label))
    if quoted:
        return "reference", quoted
    text = plain(receipt.label)
    named = tuple(debt.key for debt in debtor.debts if names(text, debt.number) or _quotes(receipt, text, debt, debtor))
    if named:
        return "invoice_number", named
    return _ground_of_the_payer(receipt, debtor)


def _quotes(receipt, text, debt, debtor):
    """Whether it quotes the words that an invoice asks for; such words may be anybody's: the customer or the amount agrees."""
    if not names(text, debt.words) or receipt.partner not in (None, debtor.key):
        return False
    return receipt.partner == debtor.key or _equals(receipt, debt.residual, debtor) or bears_name(
        f"{receipt.label} {receipt.name}", debtor.name)


def _ground_of_the_payer(receipt, debtor):
    if receipt.currency != debtor.currency and receipt.currency in debtor.others:
        return "", ()
    equal = _of_that_amount(receipt, debtor)
    if receipt.partner == debtor.key:
        return "partner", equal
    if receipt.account and squeezed(receipt.account) in {squeezed(account) for account in debtor.accounts}:
        return "account", equal
    whole = sum((debt.residual for debt in debtor.debts), Decimal(0))
    exact = equal or _equals(receipt, whole, debtor)
    if receipt.partner is None and exact and bears_name(f"{receipt.label} {receipt.name}", debtor.name):
        return "name_and_amount", equal
    return "", ()


def _equals(receipt, amount, debtor):
    return receipt.currency == debtor.currency and receipt.amount == amount


def _of_that_amount(receipt, debtor):
    """The one instalment that still owes exactly this amount; nothing when there are several."""
    equal = tuple(debt.key for debt in debtor.debts if _equals(receipt, debt.residual, debtor))
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
    if not _tells(compact) or compact not in text.replace(" ", ""):
        return False
    # After another number only a number that begins with letters can begin.
    before = "(?<![A-Z])" if compact[0].isalpha() else "(?<![A-Z0-9])"
    return bool(re.search(rf"(?:{before}|{_GLUED}){' ?'.join(parts)}(?![0-9])", text))


def _tells(compact):
    return len(compact) >= 5 and any(c.isdigit() for c in compact)


def bears_name(text, name):
    """Whether a text contains all the telling words of a company name."""
    words = telling_words(name)
    found = set(plain(text).split())
    return bool(words) and all(word in found for word in words)


def telling_words(name):
    """The words of a company name that say which company it is."""
    return [word for word in plain(name).split() if word not in _COMMON and len(word) > 2]


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

