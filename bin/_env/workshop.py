"""Everything that an Odoo command needs, in one object: environment, Odoo's tree, database server, configuration."""

import contextlib
import itertools
import os
import signal
import socket
import subprocess
from pathlib import Path
from typing import NamedTuple

import cache
import odoo_tree
import postgres
import python_env
from console import Failure, bound, in_parallel, run_logged


class Workshop(NamedTuple):
    """What `open_workshop` has set up."""

    environment: Path
    tree: odoo_tree.Tree
    server: postgres.Server
    config: Path

    @property
    def python(self):
        """The interpreter of the virtual environment."""
        return python_env.python(self.environment)

    def variables(self, **more):
        """The environment of Odoo processes: Odoo on Python's path, and the database server for libpq's tools."""
        own = self.server.environment()
        own.pop('ODOO_RC', None)
        path = [str(self.environment / 'bin'), str(self.server.tools), own.get('PATH', os.defpath)]
        own |= python_env.keep_compiled()
        return {**own, 'PYTHONPATH': str(self.tree.library), 'PATH': os.pathsep.join(path), **more}

    def odoo(self, *arguments):
        """The command line of Odoo with our configuration; a subcommand (shell, db, module …) may come first."""
        options = ['-c', str(self.config)]
        arguments = list(map(str, arguments))
        words = list(itertools.takewhile(lambda word: not word.startswith('-'), arguments[:2]))
        at = min(len(words), 2 if words[:1] in (['i18n'], ['module']) else 1)
        return [self.python, '-m', 'odoo', *arguments[:at], *options, *arguments[at:]]

    def run_odoo(self, title, log_name, *arguments):
        """Run Odoo to its end with a sign of life; raises Failure when it fails or when its log has an error."""
        log = cache.log(log_name)
        run_logged(title, self.odoo(*arguments), log, env=self.variables(), cwd=cache.CHECKOUT)
        refuse_errors(title, log)

    def script(self, title, database, code, options=(), **variables):
        """Run Python code in `odoo shell` on a database and commit; `variables` reach it as environment variables.

        Raises Failure when the code raises; nothing after its own last commit is kept then.
        """
        log = cache.log('script')
        source = cache.path('logs', f"script.{os.getpid()}.py")
        # the shell swallows exceptions when it reads a program from its input: we end it with a code of our own
        cache.write_text(source, _SCRIPT.format(code=code))
        command = self.odoo('shell', '-d', database, '--no-http', '--log-level=warn', *options)
        with open(source, encoding='utf-8') as program:
            run_logged(title, command, log, stdin=program, env=self.variables(**variables), cwd=cache.CHECKOUT)
        source.unlink()
        return log


_SCRIPT = '''import os, sys, traceback
try:
    exec({code!r}, {{'env': env, '__name__': '__script__'}})
    env.cr.commit()
except BaseException:
    traceback.print_exc()
    sys.stderr.flush()
    os._exit(1)
'''


def refuse_errors(title, log):
    """Raise Failure when an Odoo log has a line of level ERROR or CRITICAL: Odoo itself ends with code 0 on some."""
    bad = [
        line
        for line in log.read_text(encoding='utf-8', errors='replace').splitlines()
        if ' ERROR ' in line[:60] or ' CRITICAL ' in line[:60]
    ]
    if bad:
        raise Failure(f"{title}: {len(bad)} errors in {log}, the first:\n{bad[0]}")


@contextlib.contextmanager
def open_workshop():
    """Set up what is missing and start the database server; yields a Workshop."""
    in_parallel(python_env.ensure, odoo_tree.fetch)
    environment = python_env.ensure()
    tree = odoo_tree.ensure(environment)
    with postgres.running(environment) as server:
        yield Workshop(environment, tree, server, _write_config(tree, server))


def _write_config(tree, server):
    """The configuration file of this checkout; written again at each start, since ports and folders may have moved."""
    addons = [*tree.addons, cache.CHECKOUT]
    options = {
        'addons_path': ','.join(map(str, addons)),
        'data_dir': cache.path('data'),
        'db_host': server.host,
        'db_port': server.port,
        'db_user': server.user,
        'http_interface': '127.0.0.1',
        # nothing listens there: a database of this environment never sends mail out, unless it names a server itself
        'smtp_server': '127.0.0.1',
        'smtp_port': '1',
        'limit_time_real': '1800',
        'limit_time_cpu': '1800',
        'max_cron_threads': '0',
    }
    if server.password:
        options['db_password'] = server.password
    text = '[options]\n' + ''.join(f"{name} = {value}\n" for name, value in options.items())
    file = cache.path('config', f"odoo-{cache.CHECKOUT_ID}-{cache.digest(text)}.conf")
    cache.write_text(file, text)
    return file


@contextlib.contextmanager
def in_background(command, log, **options):
    """A helper process for the time of the block, its output in `log`; it is ended with the block."""
    with open(log, 'w', encoding='utf-8') as output:
        process = subprocess.Popen(
            bound(command),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            **options,
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port(preferred=0):
    """A free TCP port of this machine, `preferred` or the next ones when that is given."""
    for port in range(preferred, preferred + 200) if preferred else (0,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(('127.0.0.1', port))
                return probe.getsockname()[1]
            except OSError:
                continue
    raise Failure(f"no free port from {preferred} on")


def run_in_front(command, **options):
    """Run a command that owns the terminal (a shell, a server, pytest) and gets its Ctrl-C; returns its exit code."""
    process = subprocess.Popen(bound(command), **options)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
        if process.poll() is None:  # we were told to end: so is the child
            process.terminate()
            process.wait()
