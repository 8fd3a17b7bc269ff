"""Read announcements of the data set `annonces-commerciales` (Opendatasoft, Explore API v2.1): an answer, or an exported file.

Fields read: id, dateparution, familleavis, typeavis, tribunal, registre (SIREN, with and without spaces), commercant,
jugement (JSON as text: famille, nature, date, complementJugement), url_complete. Everything else is left aside.
"""
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from ..ecb.errors import FetchError
from ..engine.debtors import siren_of

FAMILY = 'collective'
#: Kinds of announcements: cancelled and corrected ones are shown as such.
TYPES = {'annonce': 'announcement', 'rectificatif': 'correction', 'annulation': 'cancellation', 'creation': 'announcement'}
MONTHS = ('janvier', 'fevrier', 'mars', 'avril', 'mai', 'juin', 'juillet', 'aout', 'septembre', 'octobre', 'novembre', 'decembre')
IDENTIFIER = re.compile(r'[A-Z]?[A-Za-z0-9_-]{4,40}')
LONGEST = 5000
OLDEST = date(2008, 1, 1)
# What a judgment does and to which proceedings, by words of its nature, the first that fits.
EVENTS = (
    ('conversion', ('conversion', 'convertissant')),
    ('closing', ('cloture',)),
    ('plan', ('arretant le plan', 'arretant un plan', 'plan de sauvegarde', 'plan de redressement', 'plan de continuation')),
    ('claims', ('etat des creances', 'liste des creances')),
    ('opening', ("jugement d'ouverture", 'ouverture', 'prononcant la liquidation', 'jugement prononcant', 'extension')),
)
KINDS = (
    ('liquidation_simplifiee', ('liquidation judiciaire simplifiee',)),
    ('liquidation', ('liquidation',)),
    ('sauvegarde_acceleree', ('sauvegarde acceleree', 'sauvegarde financiere acceleree')),
    ('redressement', ('redressement',)),
    ('sauvegarde', ('sauvegarde',)),
)


@dataclass(frozen=True)
class Announcement:
    """One announcement about insolvency; `event` and `kind` are empty when its words say neither."""

    reference: str
    published: date
    type: str
    sirens: tuple
    name: str
    court: str
    nature: str
    event: str
    kind: str
    judgment: date | None
    text: str
    address: str


def parse(body, as_of):
    """Return (announcements of the family of insolvency, total announced by the answer or None), read on `as_of`.

    :raises FetchError: `unreadable`, `truncated`, `hostile`, `implausible`
    """
    data = _json(body)
    total = None
    if isinstance(data, dict):
        total, data = data.get('total_count'), data.get('results')
        if isinstance(total, bool) or not isinstance(total, int) or total < 0:
            raise FetchError('unreadable', "total_count")
    if not isinstance(data, list):
        raise FetchError('unreadable', "no list of announcements")
    found = [_announcement(row, as_of) for row in data]
    return [one for one in found if one], total


def count(body):
    """How many rows the answer holds, of whatever family."""
    data = _json(body)
    return len(data['results'] if isinstance(data, dict) else data)


def _json(body):
    try:
        text = body.decode('utf-8-sig')
    except UnicodeDecodeError:
        raise FetchError('unreadable', "not UTF-8") from None
    if text.lstrip()[:1] == '<':
        raise FetchError('unreadable', "HTML page")
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise FetchError('hostile', "nested") from None
    except ValueError as error:
        cut = text.lstrip()[:1] in ('{', '[') and text.rstrip()[-1:] not in ('}', ']')
        raise FetchError('truncated' if cut else 'unreadable', error) from None


def _no_constant(name):
    raise ValueError(name)


def _announcement(row, as_of):
    if not isinstance(row, dict):
        raise FetchError('unreadable', "announcement")
    if row.get('familleavis') not in (None, FAMILY):
        return None
    reference, published = _text(row, 'id'), _day(_text(row, 'dateparution'))
    if not IDENTIFIER.fullmatch(reference) or published is None:
        raise FetchError('unreadable', reference or "id")
    if not OLDEST <= published <= as_of:
        raise FetchError('implausible', f"{reference} {published}")
    judgment = _judgment(row.get('jugement'))
    nature = _text(judgment, 'nature') or _text(judgment, 'famille')
    pronounced = _day(_text(judgment, 'date'))
    if pronounced and pronounced > published:
        raise FetchError('implausible', f"{reference} {pronounced}")
    return Announcement(
        reference, published, TYPES.get(_text(row, 'typeavis'), 'announcement'), _sirens(row.get('registre')),
        _text(row, 'commercant')[:300], _text(row, 'tribunal')[:300], nature[:300],
        *_meaning(_text(judgment, 'famille'), nature), pronounced, _text(judgment, 'complementJugement')[:LONGEST],
        _address(_text(row, 'url_complete')))


def _judgment(value):
    """An object, or an object written as text."""
    if isinstance(value, str) and value.strip():
        value = _json(value.encode())
    if value is None or value == '':
        return {}
    if not isinstance(value, dict):
        raise FetchError('unreadable', "jugement")
    return value


def _text(row, name):
    value = row.get(name)
    if value is None:
        return ''
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise FetchError('unreadable', name)
    return str(value).strip()


def _sirens(value):
    """Valid SIREN, each once; the field holds them with and without spaces, as a list or as text."""
    if value is None:
        return ()
    parts = value if isinstance(value, list) else str(value).split(',')
    return tuple(dict.fromkeys(siren for siren in (siren_of(str(part)) for part in parts) if siren))


def _day(text):
    """ISO, or French words as older announcements write them; None for anything else."""
    plain = _plain(text)
    if re.fullmatch(r'\d{4}-\d{2}-\d{2}', plain):
        year, month, number = map(int, plain.split('-'))
    else:
        match = re.fullmatch(r'(\d{1,2})(?:er)? ([a-z]+) (\d{4})', plain)
        if not match or match[2] not in MONTHS:
            return None
        year, month, number = int(match[3]), MONTHS.index(match[2]) + 1, int(match[1])
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _plain(text):
    """Lower case, no accents, one apostrophe, single spaces."""
    text = unicodedata.normalize('NFD', (text or '').replace('\u2019', "'").lower())
    return ' '.join(''.join(letter for letter in text if not unicodedata.combining(letter)).split())


def _meaning(family, nature):
    """(event, kind of proceedings) by the words of the judgment; a conversion is into what it names first."""
    words = f'{_plain(nature)} | {_plain(family)}'
    event = next((code for code, found in EVENTS if any(word in words for word in found)), '')
    plain = _plain(nature)
    if event == 'conversion':
        plain = plain.split(' de la procedure')[0].split(' du redressement')[0]
    kind = next((code for code, found in KINDS if any(word in plain for word in found)), '')
    return event, kind


def _address(text):
    return text[:300] if text.startswith('https://') else ''
