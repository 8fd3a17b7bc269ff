# SPDX-License-Identifier: LGPL-3.0-only
"""A real server, spoken to from outside. `bin/test rpc` starts it and says where it is in the environment."""

import os
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
sys.path.insert(0, str(CHECKOUT / "scripts"))

import _transport  # noqa: E402  (the scripts are plain files, not a package)


@dataclass(frozen=True)
class Server:
    """Where the server under test is and how to get in."""

    url: str
    db: str
    login: str
    password: str
    api_key: str
    pristine_db: str  # no test has touched it: to be copied

    def connect(self, transport):
        """A new connection over `transport` (``jsonrpc`` or ``json2``)."""
        if transport == "json2":
            return _transport.Json2(self.url, self.db, self.api_key)
        return _transport.JsonRpc(self.url, self.db, self.login, self.password)

    def options(self, transport):
        """The same as command line options of the scripts."""
        ways = {"json2": ["--api-key", self.api_key],
                "jsonrpc": ["--login", self.login, "--password", self.password]}
        return ["--url", self.url, "--db", self.db, "--transport", transport, *ways[transport]]


@pytest.fixture(scope="session")
def server():
    """The server of this test run; a missing variable is an error, not a skip."""
    names = {"url": "URL", "db": "DB", "login": "LOGIN", "password": "PASSWORD", "api_key": "API_KEY",
             "pristine_db": "PRISTINE_DB"}
    return Server(**{field: os.environ[f"RECOUVREMENT_TEST_{name}"] for field, name in names.items()})


@pytest.fixture(params=["jsonrpc", "json2"])
def transport(request):
    """Each test that asks for it runs over both ways."""
    return request.param


@pytest.fixture
def rpc(server, transport):
    """A connection over the transport of this test."""
    return server.connect(transport)


@pytest.fixture
def tag():
    """A short text that no other test uses: for journal codes (five letters) and customer references."""
    return "T" + uuid.uuid4().hex[:4].upper()
