"""Fetch a small file from an address that a person typed: https, certificate verified, bounded in time and size."""
import http.client
import ssl
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from .errors import FetchError

LOOPBACK = ('127.0.0.1', 'localhost', '::1')
REDIRECTS = (301, 302, 303, 307, 308)
MAX_REDIRECTS = 3
ACCEPT = 'text/csv, application/vnd.sdmx.data+csv;q=0.9, application/xml;q=0.8'


@dataclass(frozen=True)
class Limits:
    """Seconds for one network operation, seconds in all, and bytes of a body. The series has about 20 kB."""

    operation: float = 15
    total: float = 45
    size: int = 1_000_000


def fetch(address, limits=None, accept=ACCEPT):
    """Return the body found at `address`, following at most three redirects that keep its scheme.

    Plain http is accepted from this machine only (a local copy); no file, ftp or data address ever is.

    :raises FetchError: whatever goes wrong, with its reason
    """
    limits = limits or Limits()
    deadline = time.monotonic() + limits.total
    for _hop in range(MAX_REDIRECTS + 1):
        _check_address(address)
        with _open(address, limits, accept) as response:
            if response.status not in REDIRECTS:
                return _body(response, limits, deadline)
            address = _next_address(address, response.headers.get('Location'))
    raise FetchError('redirect', "too many")


def _check_address(address):
    try:
        parts = urlsplit(address or '')
        host = parts.hostname
    except ValueError:
        raise FetchError('bad_address', address) from None
    if not host or parts.username or not (parts.scheme == 'https' or (parts.scheme == 'http' and host in LOOPBACK)):
        raise FetchError('bad_address', address)


def _next_address(address, location):
    target = urljoin(address, location or '')
    if not location or urlsplit(target).scheme != urlsplit(address).scheme:
        raise FetchError('redirect', location)
    try:
        _check_address(target)
    except FetchError:
        raise FetchError('redirect', location) from None
    return target


def _open(address, limits, accept):
    proxies = {} if urlsplit(address).hostname in LOOPBACK else None
    opener = urllib.request.OpenerDirector()  # without the handlers of redirects, files and ftp: `fetch` decides
    for handler in (urllib.request.ProxyHandler(proxies), urllib.request.HTTPHandler(),
                    urllib.request.HTTPSHandler(context=ssl.create_default_context())):
        opener.add_handler(handler)
    request = urllib.request.Request(address, headers={
        'User-Agent': 'recouvrement_plus', 'Accept': accept, 'Accept-Encoding': 'identity'})
    try:
        response = opener.open(request, timeout=limits.operation)
    except TimeoutError as error:
        raise FetchError('too_slow', error) from None
    except urllib.error.URLError as error:
        slow = isinstance(error.reason, TimeoutError)
        raise FetchError('too_slow' if slow else 'unreachable', error.reason) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FetchError('unreachable', error) from None
    if response is None:
        raise FetchError('unreachable', "no answer")
    return response


def _body(response, limits, deadline):
    if response.status != 200:
        raise FetchError('http_status', response.status)
    if response.headers.get('Content-Encoding', 'identity').lower() != 'identity':
        raise FetchError('unreadable', "compressed")
    try:
        body = _read(response, limits, deadline)
    except TimeoutError as error:
        raise FetchError('too_slow', error) from None
    except (http.client.HTTPException, ValueError) as error:
        raise FetchError('truncated', error) from None
    except OSError as error:
        raise FetchError('unreachable', error) from None
    announced = response.headers.get('Content-Length') or ''
    if announced.isdigit() and len(body) < int(announced):
        raise FetchError('truncated', f"{len(body)}/{announced}")
    return body


def _read(response, limits, deadline):
    """One network read at a time, so that a server that drips is cut at the deadline."""
    chunks, size = [], 0
    while chunk := response.read1(65536):
        chunks.append(chunk)
        size += len(chunk)
        if size > limits.size:
            raise FetchError('too_large', limits.size)
        if time.monotonic() > deadline:
            raise FetchError('too_slow', limits.total)
    return b''.join(chunks)
