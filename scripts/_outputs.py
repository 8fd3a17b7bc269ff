# SPDX-License-Identifier: LGPL-3.0-only
"""What a script writes: told before the work when it cannot be written there, and whole or not at all."""

import os
from pathlib import Path

from _ledger_csv import ConfigurationError


def check(option, path, *inputs):
    """Refuse to write `path`, given with `option`, over one of the `inputs` or where no file can be.

    Raises :class:`ConfigurationError`. Nothing is written.
    """
    target = Path(path)
    if target.is_dir():
        raise ConfigurationError(f"{option}: {path} is a folder")
    if not target.parent.is_dir():
        raise ConfigurationError(f"{option}: there is no folder {target.parent}")
    if target.exists() and any(os.path.samefile(target, name) for name in inputs if os.path.exists(name)):
        raise ConfigurationError(f"{option} is the ledger itself: give another file")


def write(path, text, encoding="utf-8"):
    """Write `text` beside `path` and put it in its place when it is complete. Raises :class:`ConfigurationError`."""
    target = Path(path)
    special = target.is_symlink() or (target.exists() and not target.is_file())  # /dev/stdout is written, not replaced
    beside = target if special else target.with_name(target.name + ".part")
    try:
        beside.write_text(text, encoding=encoding, newline="")
        if not special:
            beside.replace(target)
    except OSError as error:
        raise ConfigurationError(f"cannot write {path}: {error.strerror}") from error
