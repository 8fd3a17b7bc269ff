"""The folder outside the checkout in which everything is built once: paths, locks, stamps.

`RECOUVREMENT_CACHE` names it. Root's default is /var/cache/recouvrement-plus, because the database server runs as a
user of its own and must be able to read it; other users' default is ~/.cache/recouvrement-plus.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import time
from pathlib import Path

from console import Failure, say

CHECKOUT = Path(__file__).resolve().parents[2]
LOG_SECONDS = 7 * 24 * 3600
CHECKOUT_ID = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:8]


def is_root():
    """Whether this process may install packages."""
    return os.geteuid() == 0


def root():
    """The cache folder, created when missing. Raises Failure when it cannot be written."""
    default = '/var/cache/recouvrement-plus' if is_root() else '~/.cache/recouvrement-plus'
    folder = Path(os.environ.get('RECOUVREMENT_CACHE') or default).expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(
            f"the cache folder {folder} cannot be created ({error.strerror}); name another one with RECOUVREMENT_CACHE"
        ) from error
    if not os.access(folder, os.W_OK):
        raise Failure(f"the cache folder {folder} is not writable; name another one with RECOUVREMENT_CACHE")
    return folder


def path(*parts):
    """A path inside the cache."""
    return root().joinpath(*parts)


def log(name):
    """The log file of one step of this run."""
    return path('logs', f"{name}.{os.getpid()}.log")


def prune_logs():
    """Delete the logs of more than a week ago."""
    for file in path('logs').glob('*'):
        with contextlib.suppress(OSError):  # another run was quicker
            if time.time() - file.stat().st_mtime > LOG_SECONDS:
                file.unlink()


def digest(*inputs):
    """A short content hash of texts and files: the key under which what is built from them is kept."""
    total = hashlib.sha256()
    for item in inputs:
        total.update(item.read_bytes() if isinstance(item, Path) else str(item).encode())
        total.update(b'\0')
    return total.hexdigest()[:12]


def file_sha256(file):
    """SHA-256 of a file, as 64 hexadecimal digits."""
    total = hashlib.sha256()
    with open(file, 'rb') as stream:
        while chunk := stream.read(1 << 20):
            total.update(chunk)
    return total.hexdigest()


@contextlib.contextmanager
def lock(name, shared=False):
    """Hold the lock `name` of this cache; another run that holds it is waited for, visibly.

    The lock belongs to the process: it is gone when the process is killed.
    """
    file = path('locks', f"{name}.lock")
    file.parent.mkdir(exist_ok=True)
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with open(file, 'a', encoding='ascii') as stream:
        try:
            fcntl.flock(stream, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"  another run is busy with '{name}': waiting")
            fcntl.flock(stream, kind)
        yield stream


def once(name, key, target, build):
    """Build the folder `target` by `build(target)` unless the stamp says that it was built from the same inputs.

    The stamp is written last: a build that was interrupted starts over.
    """
    stamp = path('stamps', f"{name}-{key}.json")
    if stamp.exists() and target.exists():
        return
    with lock(f"{name}-{key}"):
        if stamp.exists() and target.exists():
            return
        build(target)
        write_json(stamp, {'built': str(target)})


def write_json(file, data):
    """Write `data` as JSON; the file is either the old one or the new one, never half of it."""
    write_text(file, json.dumps(data))


def write_text(file, text):
    """Write `text`; the file is either the old one or the new one, never half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.write_text(text, encoding='utf-8')
    draft.replace(file)


def read_json(file):
    """The data of a JSON file, or None when there is none."""
    try:
        return json.loads(file.read_text(encoding='utf-8'))
    except FileNotFoundError:
        return None


def remove(folder):
    """Delete a folder that may not exist."""
    shutil.rmtree(folder, ignore_errors=True)
