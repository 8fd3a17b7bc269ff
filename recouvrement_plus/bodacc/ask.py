"""Ask the open data for the announcements of some companies, page by page, through the fetching code of the rates."""
from datetime import date
from urllib.parse import urlencode

from ..ecb.download import Limits, fetch
from ..ecb.errors import FetchError
from . import announcements

ACCEPT = 'application/json'
#: SIREN in one question, rows in one answer (the most that the interface gives), pages before it is no answer to it any more.
SIRENS, ROWS, PAGES = 25, 100, 10
LIMITS = Limits(operation=15, total=45, size=5_000_000)


def announced(address, sirens, since, as_of, limits=LIMITS):
    """Announcements of insolvency about `sirens` published since a day, oldest first.

    :param address: that of the records of the data set; the question is added to it
    :raises FetchError: whatever goes wrong, with its reason; nothing is returned then
    """
    found, sirens = {}, sorted(set(sirens))
    for start in range(0, len(sirens), SIRENS):
        for one in _chunk(address, sirens[start:start + SIRENS], since, as_of, limits):
            found[one.reference] = one
    return sorted(found.values(), key=lambda one: (one.published, one.reference))


def _chunk(address, sirens, since, as_of, limits):
    found, seen = [], 0
    for page in range(PAGES):
        body = fetch(question(address, sirens, since, page * ROWS), limits, ACCEPT)
        rows, total = announcements.parse(body, as_of)
        if total is None:
            raise FetchError('unreadable', "total_count")
        got = announcements.count(body)
        seen += got
        found += [one for one in rows if set(one.sirens) & set(sirens)]
        if seen >= total:
            return found
        if got < ROWS:
            raise FetchError('truncated', f"{seen}/{total}")
    raise FetchError('too_large', f"{PAGES} pages")


def question(address, sirens, since: date, offset):
    """The address with its query (ODSQL): family, companies, day of publication."""
    companies = ' or '.join(f'registre="{siren}"' for siren in sirens)
    where = f'familleavis="{announcements.FAMILY}" and dateparution>=date\'{since.isoformat()}\' and ({companies})'
    query = urlencode({'where': where, 'order_by': 'dateparution,id', 'limit': ROWS, 'offset': offset})
    return f"{address}{'&' if '?' in address else '?'}{query}" if address else address
