"""Debian packages that must be installed on the machine itself: Chromium, wkhtmltopdf, Python's venv module."""

import importlib.util
import os
import shutil
import sys

import cache
from console import Failure, run_logged, say

PACKAGE_OF = {
    'browser': 'chromium',  # screens are tested in it
    'letters': 'wkhtmltopdf',  # prints letters to PDF
    'pages': 'poppler-utils',  # makes pictures of their pages
    'venv': f'python{sys.version_info.major}.{sys.version_info.minor}-venv',
}
# the names that Odoo's test class looks for
BROWSERS = ('google-chrome', 'chromium', 'chromium-browser', 'google-chrome-stable')


def need(*names):
    """Make sure that the named things (keys of PACKAGE_OF) are there; as root they are installed.

    Raises Failure naming the packages when they are missing and cannot be installed.
    """
    missing = [PACKAGE_OF[name] for name in names if not _present(name)]
    if not missing:
        return
    if not cache.is_root() or not shutil.which('apt-get'):
        raise Failure(
            f"missing on this machine: {', '.join(missing)}. Install with: sudo apt-get install {' '.join(missing)}"
        )
    with cache.lock('apt'):
        _install([PACKAGE_OF[name] for name in names if not _present(name)])
    still = [PACKAGE_OF[name] for name in names if not _present(name)]
    if still:
        raise Failure(f"apt installed {', '.join(still)} but it cannot be found")


def _present(name):
    if name == 'browser':
        return any(shutil.which(browser) for browser in BROWSERS)
    if name == 'letters':
        return bool(shutil.which('wkhtmltopdf'))
    if name == 'pages':
        return bool(shutil.which('pdftoppm'))
    return bool(importlib.util.find_spec('ensurepip'))


def refresh_lists():
    """apt's package lists, fetched when the machine has none yet (a bare container)."""
    run_logged("apt: package lists", ['apt-get', 'update', '-q'], cache.log('apt-update'))


def _install(packages):
    if not packages:
        return
    say(f"apt: {', '.join(packages)} missing, installing")
    refresh_lists()
    environment = dict(os.environ, DEBIAN_FRONTEND='noninteractive')
    # another apt may be at work on the machine: wait for it rather than fail
    run_logged(
        f"apt: {', '.join(packages)}",
        ['apt-get', '-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '-q', '--no-install-recommends', *packages],
        cache.log('apt-install'),
        env=environment,
    )
    importlib.invalidate_caches()
