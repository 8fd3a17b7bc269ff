# SPDX-License-Identifier: LGPL-3.0-only
"""A server process of our own on a database of our own, for the tests that replay the past or kill the server."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

MASTER_PASSWORD = "admin"  # Odoo's default; the databases of a test run are thrown away with it


def database_service(url, method, *arguments):
    """Call Odoo's database service (``duplicate_database``, ``drop``) of the server at `url`."""
    params = {"service": "db", "method": method, "args": [MASTER_PASSWORD, *arguments]}
    body = json.dumps({"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}).encode()
    request = urllib.request.Request(f"{url}/jsonrpc", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=300) as answer:
        result = json.load(answer)
    if "error" in result:
        raise RuntimeError(result["error"])
    return result["result"]


@contextmanager
def copy_of(url, source, name):
    """The database `name`, a copy of `source` made by the server at `url`, for the time of the block."""
    database_service(url, "duplicate_database", source, name)
    try:
        yield name
    finally:
        database_service(url, "drop", name)


def free_port():
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PrivateServer:
    """An Odoo process on the database `db` with the configuration file of the test run."""

    def __init__(self, db, log):
        self.db, self.log = db, log
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        """Start, and wait until it answers."""
        command = [sys.executable, "-m", "odoo", "-c", os.environ["RECOUVREMENT_TEST_CONFIG"], "-d", self.db,
                   f"--db-filter=^{self.db}$", f"--http-port={self.port}", "--max-cron-threads=0", "--log-level=warn"]
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        for _attempt in range(300):
            try:
                with urllib.request.urlopen(f"{self.url}/web/health", timeout=5):
                    return
            except OSError:
                assert self.process.poll() is None, f"the server ended; see {self.log}"
                time.sleep(0.1)
        raise AssertionError(f"the server does not answer; see {self.log}")

    def kill(self):
        """SIGKILL: no handler runs, no connection is closed in order."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """End in order."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()


@contextmanager
def serving(db, log):
    """A started :class:`PrivateServer` for the time of the block."""
    server = PrivateServer(db, log)
    server.start()
    try:
        yield server
    finally:
        server.stop()
