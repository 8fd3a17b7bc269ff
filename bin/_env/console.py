"""What the user sees while things are set up, and how other programs are run."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

START = time.monotonic()
HEARTBEAT = 3  # seconds between two signs of life
LOG_PREFIX = re.compile(r'^[-0-9]{10} [0-9:,]+ \d+ [A-Z]+ \S+ ')  # what Odoo puts before each message


class Failure(Exception):
    """Something that the user must read and mend; ends the command with code 1."""


def say(text):
    """Print one line with the seconds since the start, on stderr: stdout belongs to the command itself."""
    print(f"[{time.monotonic() - START:6.1f} s] {text}", file=sys.stderr, flush=True)


def run_logged(title, command, log, watch=None, **options):
    """Run `command` with its output in the file `log`, and a sign of life every few seconds.

    `watch` is a folder that grows meanwhile (downloads): its size is shown. Raises Failure with the end of the log when
    the command fails.
    """
    say(title)
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, 'w', encoding='utf-8') as output:
        options = {'stdin': subprocess.DEVNULL, **options}
        process = subprocess.Popen(bound(command), stdout=output, stderr=subprocess.STDOUT, **options)
        try:
            _wait_visibly(process, title.split(':')[0], log, watch)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if process.returncode:
        raise Failure(f"{title}: code {process.returncode}. The end of {log}:\n" + '\n'.join(_tail(log, 30)))


def bound(command):
    """The same command, ended by the system when this process ends, `kill -9` included: nothing works on unseen."""
    return ['setpriv', '--pdeathsig', 'TERM', *command] if shutil.which('setpriv') else list(command)


def _wait_visibly(process, label, log, watch):
    began = time.monotonic()
    while True:
        try:
            process.wait(HEARTBEAT)
            return
        except subprocess.TimeoutExpired:
            size = f"{_size(watch) / 1e6:.0f} MB, " if watch else ''
            last = LOG_PREFIX.sub('', (_tail(log, 1) or [''])[-1].strip())
            say(f"  {label}: {size}{time.monotonic() - began:.0f} s … {last[:90]}")


def _tail(path, count):
    with open(path, 'rb') as stream:
        stream.seek(max(0, os.path.getsize(path) - 20_000))
        text = stream.read().decode('utf-8', 'replace').replace('\r', '\n')
    return [line for line in text.splitlines() if line.strip()][-count:]


def _size(folder):
    total = 0
    for path in Path(folder).rglob('*'):
        try:
            total += path.stat().st_size
        except OSError:  # moved away between listing and reading
            continue
    return total


def in_parallel(*tasks):
    """Run functions without arguments at the same time; the first failure is raised once all have ended."""
    failures = []

    def guarded(task):
        try:
            task()
        except BaseException as failure:  # noqa: BLE001 - carried over to the caller's thread
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(task,), daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():  # a plain join would not let Ctrl-C through
            thread.join(0.2)
    if failures:
        raise failures[0]


def temporary_beside(path):
    """A new empty folder next to `path`, to be renamed to it once complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
