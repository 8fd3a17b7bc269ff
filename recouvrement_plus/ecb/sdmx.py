"""Read the ECB's series 'main refinancing operations, rate level' as it is published: SDMX, as CSV or as XML."""
import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from lxml import etree

from .errors import FetchError

# Dimensions of the dataflow FM that tell this series from the deposit facility, the marginal lending or the changes.
DIMENSIONS = {'PROVIDER_FM_ID': 'MRR_FR', 'DATA_TYPE_FM': 'LEV'}
KEY = re.compile(r'(^|\.)MRR_FR\.LEV$')
DAY = re.compile(r'\d{4}-\d{2}-\d{2}')
HIGHEST = Decimal(20)
# A decision takes effect within weeks of its announcement: a later day is a mistake.
AHEAD = timedelta(days=180)


def parse(body, as_of):
    """Return the published points `[(day, percent)]` in order, read on `as_of`.

    :raises FetchError: `unreadable`, `hostile` (a document type, entities), `truncated`, `other_series`, `implausible`
    """
    try:
        text = body.decode('utf-8-sig')
    except UnicodeDecodeError:
        raise FetchError('unreadable', "not UTF-8") from None
    read = _from_xml if text.lstrip().startswith('<') else _from_csv
    return _checked([_point(day, value) for day, value in read(text)], as_of)


def _from_csv(text):
    if not text.endswith('\n'):
        raise FetchError('truncated', "last line")  # a cut value would read as another rate
    rows = csv.DictReader(io.StringIO(text, newline=''))
    try:
        names = set(rows.fieldnames or ())
        if not {'TIME_PERIOD', 'OBS_VALUE'} <= names:
            raise FetchError('unreadable', "columns")
        found = []
        for row in rows:
            _check_series(row)
            found.append((row['TIME_PERIOD'], row['OBS_VALUE']))
        return found
    except csv.Error as error:
        raise FetchError('unreadable', error) from None


def _from_xml(text):
    if '<!DOCTYPE' in text or '<!ENTITY' in text:
        raise FetchError('hostile', "document type")
    if re.search(r'<html[\s>]', text[:2000], re.IGNORECASE):
        raise FetchError('unreadable', "HTML page")
    parser = etree.XMLParser(
        encoding='utf-8', resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        recover=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise FetchError('unreadable', error) from None
    if root.getroottree().docinfo.doctype:
        raise FetchError('hostile', "document type")
    series = root.findall('.//{*}Series')
    if len(series) != 1:
        raise FetchError('other_series' if series else 'unreadable', f"{len(series)} series")
    dimensions = {node.get('id'): node.get('value') for node in series[0].iterfind('{*}SeriesKey/{*}Value')}
    _check_series({**series[0].attrib, **dimensions})
    return [_observation(node) for node in series[0].iterfind('{*}Obs')]


def _observation(node):
    """Day and value of an observation: attributes (structure-specific SDMX) or children (generic SDMX)."""
    if 'OBS_VALUE' in node.attrib:
        return node.get('TIME_PERIOD'), node.get('OBS_VALUE')
    day, value = node.find('{*}ObsDimension'), node.find('{*}ObsValue')
    return (day.get('value') if day is not None else None), (value.get('value') if value is not None else None)


def _check_series(labels):
    """The publication must say that it is this series: another rate of the ECB looks just the same."""
    named = {name: labels[name] for name in DIMENSIONS if labels.get(name)}
    if named != DIMENSIONS and not (not named and KEY.search(labels.get('KEY') or '')):
        raise FetchError('other_series', labels.get('KEY') or named)


def _point(day, value):
    try:
        if not DAY.fullmatch(day or ''):
            raise ValueError
        return date.fromisoformat(day), Decimal(value or '')
    except (ValueError, TypeError, InvalidOperation):
        raise FetchError('unreadable', f"{day} {value}") from None


def _checked(points, as_of):
    points = sorted(points)
    days = [day for day, _percent in points]
    if not points:
        raise FetchError('unreadable', "no observation")
    if len(set(days)) < len(days):
        raise FetchError('implausible', "one day twice")
    for day, percent in points:
        if not percent.is_finite() or not 0 <= percent <= HIGHEST or percent != round(percent, 2) or day > as_of + AHEAD:
            raise FetchError('implausible', f"{day} {percent}")
    return points
