"""Does a sentence say that money has left? In doubt it does not: a person reads every answer anyway."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from .reply_phrases import any_of


@dataclass(frozen=True)
class Announcement:
    """A payment that the customer says has left: on which ``day``, in which ``words``."""

    day: date
    words: str


_WEEKDAYS = {name: number for number, names in enumerate((
    ("lundi", "monday"), ("mardi", "tuesday"), ("mercredi", "wednesday"), ("jeudi", "thursday"), ("vendredi", "friday"),
    ("samedi", "saturday"), ("dimanche", "sunday"))) for name in names}
_WEEKDAY = "|".join(_WEEKDAYS)


# === WHAT TAKES AN ANNOUNCEMENT BACK === #

# Polite words whose "pas", "si" or "not" denies nothing: left out before anything is read.
_POLITE = any_of(
    r"\bn'h[eé]sitez pas\b[^,.;!?]*", r"\b(?:si|en cas de) (?:besoin|n[eé]cessaire|probl[eè]me|question)\b[^,.;!?]*",
    r"\bs'il (?:vous|te) pla[iî]t\b", r"\bsauf erreur\b[^,.;!?]*", r"\bif (?:needed|necessary|you need|you have any)\b[^,.;!?]*",
    r"\b(?:merci de|veuillez|pri[eè]re de) (?:bien vouloir )?ne (?:pas|plus)\b[^,.;!?]*",
    r"\b(?:please )?(?:do not|don't) hesitate\b[^,.;!?]*", r"\bplease (?:do not|don't)\b[^,.;!?]*")
# The day of a paper is not that of its payment.
_PAPER_DAY = any_of(
    r"\b(?:factures?|commandes?|devis|[eé]ch[eé]ances?|relances?|courriers?|e-?mails?|mails?|rappels?|avis|contrats?|invoices?|orders?|"
    r"bills?|reminders?|letters?)(?: (?:n[°o]\s*)?\S*\d\S*)? (?:du|des|dat[eé]e?s? du|of|dated|from) "
    r"(?:\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|\d{4}-\d{2}-\d{2}|\d{1,2}(?:er)? [a-zéû]{3,9}\.?(?: \d{4})?)")
# The whole answer says that money came back or was stopped.
_CAME_BACK = any_of(
    r"\bannul\w+", r"\brejet\w*", r"\brevenue?s?\b", r"\bretourn[eé]\w*", r"\brappel[eé]e?s? par\b", r"\bbloqu\w+", r"\bcancel\w*",
    r"\brejected\b", r"\breturned\b", r"\brecalled\b", r"\bblocked\b", r"\bbounced\b", r"\b[eé]chou\w+", r"\bfailed\b")
# It was not done.
_DENIED = any_of(
    r"\bpas\b", r"\bjamais\b", r"\baucune?\b", r"\bni\b", r"\bsans\b", r"\bne\b", r"\bn'", r"\bnot\b", r"\bnever\b",
    r"\bno (?:payment|transfer|money)", r"\w+n't\b",
    r"\bwithout\b", r"\bimpossible\b", r"\bunable\b", r"\bcannot\b", r"\brefus\w*", r"\bfaill[ie]\w*", r"\bcens[eé]\w*",
    r"\bsuppos\w+")
# It is still to be done, or only wished.
_TO_COME = any_of(
    r"\b(?:sera|seront|serai|serons|allons|vais|va|vont|ferons|ferai|fera|partira|aura|aurai|aurons)\b", r"\b(?:prochain|next)\w*",
    r"\b(?:will|shall|going to)\b", r"'ll\b", r"\b(?:intend|plan|planning|expect|hope)\b",
    r"\b(?:pr[eé]vu|program|planif|diff[eé]r|report[eé])\w*",
    r"\b(?:planned|scheduled|delayed|postponed|pending|due)\b",
    r"\b(?:attente|attend\w*|await\w*|[aà] (?:faire|payer|r[eé]gler))\b",
    r"\b(?:comptons|pensons|devons|voulons|souhaitons|je (?:compte|pense|dois|veux|souhaite)|essa\w+|afin|pour que)\b",
    r"\b(?:pour|avant|d'ici|jusqu'au|jusqu'[aà]|until|before|by|for) (?:le |the |on )?"
    rf"(?:\d{{1,2}}[/.-]\d|(?<=le )\d|{_WEEKDAY}|demain|tomorrow)", r"\b(?:demain|tomorrow)\b")
# It would be done, or may have been.
_CONDITIONAL = any_of(
    r"\b(?:si|if|whether|unless|quand|when|d[eè]s|lorsque|une fois|once|as soon as)\b", r"\bs'il\b",
    r"\b(?:devrai|pourrai|aurai|serai|ferai|voudrai)\w+", r"\b(?:would|should|could|might|can)\b", r"\bmay (?:be|have)\b",
    r"\b(?:peut|peuvent|pouv\w+|pourr\w+|devait|devaient|normalement|probablement|probably|maybe|perhaps)\b")
# It is about other people's money, another paper, or the rule of the house.
_ELSEWHERE = any_of(
    r"\b(?:notre|nos|mon|mes|our|my) (?:propres? )?(?:clients?|customers?|d[eé]biteurs?|ma[iî]tres? d'ouvrage)\b",
    r"\b(?:nous a|nous ont|m'a|m'ont)\b",
    r"\bpaid us\b", r"\bvous (?:nous |m')?(?:avez|aviez)\b", r"\byou (?:have |had )?(?:paid|made|sent|received)\b",
    r"\bautres? (?:factures?|commandes?|dossiers?)\b", r"\b(?:an)?other (?:invoice|order|bill)",
    r"\bremboursement\b", r"\b(?:[aà] tort|par erreur|by mistake)\b", r"\bcaution\b",
    r"\brefund\w*",
    r"\b(?:un|votre|l'|d'un|notre|cet) ?avoir\b", r"\bcredit note", r"\bcontest\w+", r"\blitiges?\b", r"\bdisput\w+",
    r"d[eé]saccord",
    r"\bchaque\b", r"\bevery\b", r"\b(?:du|de chaque|fin de) mois\b", r"\b\d+ (?:jours|days)\b",
    r"\b(?:nos|les|tous les|toutes les|our|all) (?:\w+ )?(?:r[eè]glements|paiements|virements|factures|payments|transfers|"
    r"invoices|bills) (?:\w+ ){0,3}(?:sont|se font|are)\b")
# It is asked, not said.
_ASKED = any_of(
    r"\?", r"\b(?:avez|pouvez|pourriez|voulez|auriez|savez)-vous\b", r"\b(?:a|ont|est|sont)-(?:t-)?(?:ils?|elles?|ce)\b",
    r"\best-ce que\b",
    r"^\W*(?:was|were|has|have|had|did|do|does|is|are) (?:the|our|my|your|you|it|this|that)\b",
    r"\b(?:dites|savoir|confirmez|v[eé]rifiez)\b",
    r"\b(?:merci de|veuillez|please) (?:nous |me |bien vouloir )*(?:confirm|v[eé]rifi|check)\w* (?:que |that )?"
    r"(?:le|the|notre|our|avoir)\b")
_DOUBTS = (_DENIED, _TO_COME, _CONDITIONAL, _ELSEWHERE, _ASKED)


# === ON WHICH DAY === #

_MONTHS = {name: number for number, names in enumerate((
    ("janvier", "janv", "january", "jan"), ("fevrier", "février", "fevr", "févr", "february", "feb"), ("mars", "march", "mar"),
    ("avril", "avr", "april", "apr"), ("mai", "may"), ("juin", "june", "jun"), ("juillet", "juil", "july", "jul"),
    ("aout", "août", "august", "aug"), ("septembre", "sept", "september", "sep"), ("octobre", "oct", "october"),
    ("novembre", "nov", "november"), ("decembre", "décembre", "dec", "déc", "december")), 1) for name in names}
_NUMERIC = r"\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|\d{4}-\d{2}-\d{2}"
_LITERAL = (
    r"(?:\d{1,2}|1er)(?:st|nd|rd|th)?\s+(?:of\s+)?[a-zéû]{3,9}\.?(?:\s+\d{4})?|[A-Z][a-z]{2,8}\.?\s+\d{1,2}(?:st|"
    r"nd|rd|th)?(?:,?\s+\d{4})?")
_LEAD = r"\b(?:le|du|on|of|en date du|depuis le|dat[eé] du|dated)"


def _written_day(text, received):
    """A written day, the year nearest to ``received`` when it has none; None when it is no date."""
    parts = re.findall(r"\d+|[^\W\d_]+", text.lower().replace("1er", "1"))
    parts = [part for part in parts if part not in ("st", "nd", "rd", "th", "of")]
    if len(parts) >= 3 and len(parts[0]) == 4 and parts[0].isdigit():
        return _date(int(parts[0]), parts[1], parts[2])
    if len(parts) < 2:
        return None
    day, month = (parts[1], parts[0]) if not parts[0].isdigit() else (parts[0], parts[1])
    if len(parts) > 2:
        year = int(parts[2])
        return _date(year + 2000 if year < 100 else year, month, day)
    candidates = [_date(year, month, day) for year in (received.year - 1, received.year, received.year + 1)]
    return min((one for one in candidates if one), key=lambda one: abs(one - received), default=None)


def _date(year, month, day):
    number = int(month) if month.isdigit() else _MONTHS.get(month)
    try:
        return date(year, number, int(day))
    except (TypeError, ValueError):
        return None


def _same_day(text, received):
    return received


def _day_before(text, received):
    return received - timedelta(days=1)


def _last_weekday(text, received):
    """The last day of that name: who means today says today."""
    back = (received.weekday() - _WEEKDAYS[text.lower()]) % 7
    return received - timedelta(days=back or 7)


# Ways of saying when: (what is written, how it is read).
_WRITTEN = (
    rf"(?:{_LEAD}\s+(?:(?:{_WEEKDAY}|\w+day),?\s*)?|\b(?:{_WEEKDAY}),?\s+(?:le\s+)?)(?P<when>{_NUMERIC}|{_LITERAL})",
    _written_day)
_TODAY = (r"\b(?P<when>ce jour|aujourd'?hui|ce matin|today|this morning)", _same_day)
_YESTERDAY = (r"\b(?P<when>hier|yesterday)", _day_before)
_NAMED = (rf"\b(?P<when>{_WEEKDAY})\b(?! ?,? ?(?:le )?\d)", _last_weekday)


# === WHAT HAS LEFT === #

_MEANS = (
    r"\b(?:virements?|transferts?|r[eè]glements?|paiements?|ch[eè]ques?|prlv|(?:bank |wire )?transfers?|payments?|"
    r"wires?|cheques?|remittances?|sommes?|montants?)")
# Participles that tell nothing apart from the noun that they go with.
_DONE = (
    r"\b(?:effectu[eé]|fait|faite|[eé]mis|envoy[eé]|pass[eé]|partie?|ordonn[eé]|initi[eé]|r[eé]alis[eé]|ex[eé]cut[eé]|post[eé]|"
    r"lanc[eé]|valid[eé]|transmis|adress[eé]|vers[eé]|d[eé]pos[eé]|proc[eé]d[eé]|mis en paiement|made|sent|done|issued|processed|"
    r"initiated|executed|completed|posted|gone(?: out)?|left|went out)e?s?\b")
# Who did it: before a participle that alone might be a verb of today.
_DID = r"\b(?:ai|avons|a|ont|have|has|we|i|they|'ve)\b(?: \w+){0,2}? "
_PAID = (
    r"\b(?:pay(?:é|ée|ees?)s?|r[eéè]gl(?:é|ée|ees?)s?|sold(?:é|ée|ees?)s?|vir(?:é|ée|ees?)s?|vers(?:é|ée|ees?)s?|paid|settled|"
    r"wired|transferred)(?!\w)")
# The participle without its accent, after its auxiliary.
_PAID_PLAIN = r"\b(?:a|ai|avons|ont|[eé]t[eé]) (?:\w+ )?(?:paye|regle|solde|vire|verse)e?s?\b"
_SAID = (
    rf"{_MEANS}.{{0,60}}?{_DONE}.{{0,40}}?",
    rf"{_DID}{_DONE}.{{0,40}}?{_MEANS}.{{0,40}}?",
    rf"{_PAID}.{{0,50}}?",
    rf"{_PAID_PLAIN}.{{0,50}}?",
)
_AMOUNT = r"(?: (?:bancaire|sepa|de [\d .,]+ ?(?:€|eur|euros)?))*"
# "The transfer of 20/11": said by the words before it, or by nothing else in the sentence.
_SHOWN = (
    r"(?:\b(?:confirm\w*|voici|ci-joint\w*|joint|attached|enclosed|justificatif|preuve|avis|proof)\b.{0,40}?|"
    rf"^\W*(?:bonjour\W+)?(?:le |notre |un )?){_MEANS}{_AMOUNT} ")
_SHOWN_END = r"\W*(?:merci|cordialement|thanks|thank you)?\W*$"
# "Transfer made.": nothing else in the sentence, it left on the day of the message.
_UNDATED = re.compile(
    rf"^\W*(?:bonjour|hello)?\W*(?:le |notre |un |the |our )?{_MEANS}{_AMOUNT} "
    rf"(?:(?:a (?:bien )?[eé]t[eé]|est|has been|was|has) )?(?:bien )?{_DONE}{_SHOWN_END}", re.I)
# "The transfer is made on Friday" speaks of the Friday to come: without a date, only what is past counts.
_PRESENT = re.compile(rf"\b(?:est|sont|is|are) (?:bien )?(?!partie?s?\b|gone\b)(?:{_DONE}|{_PAID})", re.I)


def payment_said_to_have_left(words, received):
    """The payment that these words announce as already made, None when they say nothing of the kind.

    A day to come is never one: it may be a promise, which a person records. Nor is a day more than a year back.

    :param words: what the customer wrote, without the message he answers
    :param received: the day it arrived; days without a year are the nearest to it
    """
    if _CAME_BACK.search(words):
        return None
    for sentence in _sentences(words):
        day = _day_left(sentence, received)
        if day and received - timedelta(days=365) <= day <= received:
            return Announcement(day, sentence[:200])
    return None


def _sentences(words):
    """Sentences on one line each; a line that starts with a small letter or a digit goes on with the one before."""
    joined = re.sub(r"\s*\n\s*(?=[a-zà-ÿ0-9])", " ", words)
    return [" ".join(sentence.split()) for sentence in re.split(r"(?<=[.;!?])\s(?!\d)|\n", joined)]


def _day_left(sentence, received):
    """The day that a sentence gives for a payment already made, None when it gives none or leaves a doubt."""
    said = _POLITE.sub("", sentence.replace("’", "'"))
    said = " ".join(_PAPER_DAY.sub("", said).split())
    if any(doubt.search(said) for doubt in _DOUBTS):
        return None
    whens = (_WRITTEN, _TODAY, _YESTERDAY) if _PRESENT.search(said) else (_WRITTEN, _TODAY, _YESTERDAY, _NAMED)
    for before in _SAID:
        day = _first_day(said, [(before + when, read) for when, read in whens], received)
        if day:
            return day
    day = _first_day(said, [(_SHOWN + when + _SHOWN_END, read) for when, read in (_WRITTEN, _TODAY, _YESTERDAY)], received)
    return day or (received if _UNDATED.match(said) else None)


def _first_day(said, patterns, received):
    """The first day that one of these patterns finds, the nearest to the verb when several do."""
    found = [(match.start("when"), read(match["when"], received))
             for pattern, read in patterns for match in [re.search(pattern, said, re.I)] if match]
    return min(found, default=(0, None), key=lambda one: one[0])[1]
