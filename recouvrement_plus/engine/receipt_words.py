"""What the words of a bank label say: numbers of invoices, names, structured references."""

import re
import unicodedata

# Words of a company name that say nothing about which company it is.
_COMMON = frozenset((
    "SA", "SAS", "SASU", "SARL", "EURL", "SCI", "SNC", "SELARL", "SCOP", "GMBH", "LTD", "LIMITED", "INC", "BV", "NV", "SPA",
    "SRL", "ET", "AND", "THE", "LES", "DES", "DU", "DE", "LA", "LE", "FRANCE", "GROUPE", "GROUP", "SOCIETE", "COMPANY",
    "ENTREPRISE", "ETABLISSEMENTS", "ETS", "CABINET", "MAISON", "SERVICES", "SERVICE", "INTERNATIONAL",
))
# Words to which banks that take the spaces out glue a number.
_GLUED = "FACTURES?|FACT?|INVOICE|REFERENCE|REF|REGLEMENT|PAIEMENT|VIREMENT|VIR|NUMERO|NO|NUM"
_REFERENCE = re.compile(r"RF\d{2}[A-Z0-9]{1,21}")


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
    if not tells(compact) or compact not in text.replace(" ", ""):
        return False
    # After another number only a number that begins with letters can begin.
    before = "(?<![A-Z])" if compact[0].isalpha() else "(?<![A-Z0-9])"
    return bool(re.search(rf"(?:{before}|{_GLUED}){' ?'.join(parts)}(?![0-9])", text))


def tells(compact):
    """Whether a number is long enough, and a number, to prove anything."""
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
