"""A session on a running Odoo: log in, ask for records, fetch a file."""

import http.cookiejar
import json
import urllib.request


class Session:
    """What a browser that has logged in can do."""

    def __init__(self, url, database, login, password):
        self.url = url
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))
        self._rpc('/web/session/authenticate', db=database, login=login, password=password)

    @property
    def cookie(self):
        """The value of the session's cookie."""
        return next(cookie.value for cookie in self._cookies if cookie.name == 'session_id')

    def call(self, model, method, *arguments, **keywords):
        """A public method of a model. Raises RuntimeError with the server's message when it refuses."""
        return self._rpc('/web/dataset/call_kw', model=model, method=method, args=arguments, kwargs=keywords)

    def first(self, model, domain):
        """The id of the first record of a domain. Raises LookupError when there is none."""
        found = self.call(model, 'search', domain, limit=1)
        if not found:
            raise LookupError(f"no {model} with {domain}")
        return found[0]

    def fetch(self, path):
        """The content of an address, as bytes."""
        with self._opener.open(self.url + path, timeout=120) as answer:
            return answer.read()

    def _rpc(self, path, **parameters):
        body = json.dumps({'jsonrpc': '2.0', 'params': parameters}).encode()
        request = urllib.request.Request(self.url + path, body, {'Content-Type': 'application/json'})
        with self._opener.open(request, timeout=300) as answer:
            result = json.load(answer)
        if 'error' in result:
            raise RuntimeError(result['error']['data']['message'])
        return result['result']
