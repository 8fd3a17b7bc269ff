# SPDX-License-Identifier: LGPL-3.0-only
"""The one file of `scripts/` that talks to Odoo.

Two ways to the same server, one small interface:

* ``jsonrpc``: OdooRPC over ``/jsonrpc`` with a login and a password (or an API key in its place). Odoo 19 still
  serves it, Odoo 20 removes it;
* ``json2``: ``/json/2`` with an API key, standard library only. It knows named arguments only, hence :meth:`call`
  takes the record ids and *named* arguments on both.

Nothing that writes is ever sent twice: after a broken connection nobody knows whether the server has committed. Only
reads, and calls that certainly never reached the server (connection refused), are tried again.
"""

import http.client
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request

READ_METHODS = frozenset({
    "search_read", "search", "search_count", "read", "fields_get", "has_access", "context_get", "formatted_read_group",
    "name_search", "simulate", "simulate_summary", "score_breakdown", "recouvrement_penalty_statement",
})
PAUSES = (0.5, 2.0, 5.0)  # seconds before the second, third and fourth attempt
GATEWAY_TROUBLE = (429, 502, 503, 504)


class TransportError(Exception):
    """Base class of everything this file raises; its text is one line, meant for the person at the terminal."""

    def __init__(self, message):
        super().__init__(" ".join(str(message).split()))


class Unreachable(TransportError):
    """No answer. ``sent`` is False when the call certainly did not reach the server."""

    def __init__(self, message, sent=True):
        super().__init__(message)
        self.sent = sent


class LoginRefused(TransportError):
    """Wrong database, login, password or API key, or a key that has expired."""


class ServerError(TransportError):
    """Odoo answered with an error.

    ``name``: the exception's Python name (``odoo.exceptions.UserError``); ``debug``: the server's traceback, if given.
    """

    def __init__(self, message, name="", debug=""):
        super().__init__(message)
        self.name = name
        self.debug = debug


class AccessRefused(ServerError):
    """The user may not do that: no use in trying the next record."""


class Connection:
    """A session on one database as one user. Subclasses implement ``_send`` for one attempt of one call."""

    def __init__(self, url, db, timeout=600):
        self.url = url.rstrip("/")
        self.db = db
        self.timeout = timeout
        self.context = {}

    def call(self, model, method, ids=None, **named):
        """Call a public method: `ids` for a method of a recordset, None for a class-level one.

        Returns plain data. Raises :class:`ServerError` when Odoo refuses, :class:`Unreachable` without an answer.
        """
        context = {**self.context, **named.pop("context", {})}
        safe = method in READ_METHODS
        for pause in PAUSES:
            try:
                return self._send(model, method, ids, named, context)
            except Unreachable as error:
                if error.sent and not safe:
                    raise
            time.sleep(pause)
        return self._send(model, method, ids, named, context)

    def search_read(self, model, domain, fields, **named):
        """Rows of `model` as dictionaries; many2one values are ``[id, name]`` or False."""
        return self.call(model, "search_read", domain=domain, fields=list(fields), **named)

    def search_count(self, model, domain):
        """How many records of `model` match `domain`."""
        return self.call(model, "search_count", domain=domain)

    def create(self, model, vals_list):
        """Create all of `vals_list` in one transaction, or nothing. Returns the ids, in order."""
        return self.call(model, "create", vals_list=vals_list) if vals_list else []

    def has_model(self, model):
        """Whether `model` exists on that database (some add-ons are optional)."""
        return bool(self.fields_of(model))

    def fields_of(self, model):
        """Names of the fields of `model` that this user sees; an empty set when the model does not exist."""
        try:
            return set(self.call(model, "fields_get", attributes=["type"]))
        except ServerError as error:
            if error.name.endswith(("KeyError", "NotFound")) or "does not exist" in str(error):
                return set()
            raise

    def _send(self, model, method, ids, named, context):
        raise NotImplementedError


class JsonRpc(Connection):
    """OdooRPC over ``/jsonrpc``."""

    def __init__(self, url, db, login, password, timeout=600):
        super().__init__(url, db, timeout)
        self._odoo = self._login(login, password)

    def _login(self, login, password):
        try:
            import odoorpc
        except ImportError:
            raise TransportError("OdooRPC is missing: pip install odoorpc, or use --transport json2") from None
        parts = urllib.parse.urlsplit(self.url)
        secure = parts.scheme == "https"
        try:
            odoo = odoorpc.ODOO(
                parts.hostname, port=parts.port or (443 if secure else 80), timeout=self.timeout,
                protocol="jsonrpc+ssl" if secure else "jsonrpc")
            odoo.login(self.db, login, password)
        except odoorpc.error.RPCError as error:
            raise LoginRefused(f"login refused on database {self.db!r} of {self.url}: {error}") from error
        except (OSError, http.client.HTTPException) as error:
            raise unreachable(self.url, error) from error
        self._rpc_error = odoorpc.error.RPCError
        self.context = {key: value for key, value in odoo.env.context.items() if key in ("lang", "tz")}
        return odoo

    def _send(self, model, method, ids, named, context):
        positional = [] if ids is None else [list(ids)]
        if method == "create":  # the server looks at the first positional argument to shape its answer
            named = dict(named)
            positional = [named.pop("vals_list")]
        try:
            return self._odoo.execute_kw(model, method, positional, {**named, "context": context})
        except self._rpc_error as error:
            info = error.info if isinstance(error.info, dict) else {}
            info = info.get("data") or info  # what Odoo said is inside; outside there is only "Odoo Server Error"
            message = info.get("message") or str(error)
            raise server_error(message, info.get("name", ""), info.get("debug", "")) from error
        except (OSError, http.client.HTTPException) as error:
            raise unreachable(self.url, error) from error


class Json2(Connection):
    """``/json/2`` with an API key."""

    def __init__(self, url, db, api_key, timeout=600):
        super().__init__(url, db, timeout)
        self._headers = {
            "Authorization": f"Bearer {api_key}", "Content-Type": "application/json", "X-Odoo-Database": db,
        }
        user_context = self.call("res.users", "context_get")
        self.context = {key: value for key, value in user_context.items() if key in ("lang", "tz")}

    def _send(self, model, method, ids, named, context):
        body = {**named, "context": context}
        if ids is not None:
            body["ids"] = list(ids)
        request = urllib.request.Request(
            f"{self.url}/json/2/{model}/{method}", json.dumps(body).encode(), self._headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise self._http_error(error) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise unreachable(self.url, error) from error

    def _http_error(self, error):
        text = error.read().decode(errors="replace")
        if error.code == 401:
            return LoginRefused(f"API key refused on database {self.db!r} of {self.url} (wrong, expired or revoked)")
        if error.code in GATEWAY_TROUBLE:
            return Unreachable(f"{self.url} answered HTTP {error.code}")
        try:
            data = json.loads(text)
            return server_error(data.get("message") or text, data.get("name", ""), data.get("debug", ""))
        except (ValueError, AttributeError):
            return ServerError(f"HTTP {error.code}: {text[:300]}")


def server_error(message, name, debug):
    """The exception for what Odoo answered; `name` is the name of Odoo's own exception."""
    kind = AccessRefused if name.endswith("AccessError") else ServerError
    return kind(message, name, debug)


def unreachable(url, error):
    """The :class:`Unreachable` for a low-level `error`; tells whether the call can have reached the server."""
    reason = getattr(error, "reason", error)
    refused = isinstance(reason, ConnectionRefusedError)
    return Unreachable(f"{url} does not answer: {reason!r}", sent=not refused)


def add_arguments(parser):
    """Add the connection options, each with its environment variable, to an argparse parser."""
    env = os.environ.get
    group = parser.add_argument_group("connection (each option can also be an environment variable)")
    group.add_argument("--url", default=env("ODOO_URL", "http://127.0.0.1:8069"), help="ODOO_URL; %(default)s")
    group.add_argument("--db", default=env("ODOO_DB"), help="ODOO_DB")
    group.add_argument("--login", default=env("ODOO_LOGIN"), help="ODOO_LOGIN (jsonrpc)")
    group.add_argument("--password", default=env("ODOO_PASSWORD"),
                       help="ODOO_PASSWORD (jsonrpc); the variable keeps it out of the list of processes")
    group.add_argument("--api-key", default=env("ODOO_API_KEY"), help="ODOO_API_KEY (json2, or in place of a password)")
    group.add_argument("--transport", choices=("jsonrpc", "json2"), default=env("ODOO_TRANSPORT"),
                       help="ODOO_TRANSPORT; by default json2 when only an API key is given, else jsonrpc")
    group.add_argument("--timeout", type=int, default=600, help="seconds before a call is given up (%(default)s)")


def connect(options):
    """Open the connection that the parsed `options` describe. Raises :class:`TransportError` with a clear text."""
    transport = options.transport or ("json2" if options.api_key and not options.password else "jsonrpc")
    if not options.db:
        raise TransportError("which database? give --db or ODOO_DB")
    if transport == "json2":
        if not options.api_key:
            raise TransportError("the json2 transport needs --api-key or ODOO_API_KEY")
        return Json2(options.url, options.db, options.api_key, options.timeout)
    password = options.password or options.api_key
    if not (options.login and password):
        raise TransportError("the jsonrpc transport needs --login and --password (ODOO_LOGIN, ODOO_PASSWORD)")
    return JsonRpc(options.url, options.db, options.login, password, options.timeout)


def in_batches(items, size):
    """Cut the list `items` into lists of at most `size`."""
    return [items[start:start + size] for start in range(0, len(items), size)]
