"""Debian packages that are downloaded and unpacked, not installed: no root needed, nothing on the machine changes.

A private apt configuration (own sources, lists and cache; otherwise the machine's own settings, so its proxy and its
certificates) is made from the mirror that the machine's apt already uses. Signatures are verified as usual.
"""

import os
import shutil
import subprocess

import cache
import system_packages
from console import Failure, run_logged, temporary_beside


def download(suite, packages, folder):
    """Download the latest `packages` of `suite` into the new folder `folder`.

    `suite` is a Debian suite, or None for the machine's own. Raises Failure when apt is not there or a package is not.
    """
    if not shutil.which('apt-get'):
        raise Failure("apt is not on this machine: set ODOO_HOME to a source tree of Odoo 19")
    mirror, own_suite = _mirror()
    suite = suite or own_suite
    private = cache.path('apt', suite)
    for part in ('lists/partial', 'cache/archives/partial'):
        (private / part).mkdir(parents=True, exist_ok=True)
    cache.write_text(private / 'sources.list', f"deb {mirror} {suite} main\n")
    options = _options(private)
    draft = temporary_beside(folder)
    try:
        _give_to_apt(draft, private)
        with cache.lock(f"apt-{suite}"):
            run_logged(
                f"download: package list of {suite}",
                ['apt-get', *options, 'update', '-q'],
                cache.log(f"apt-update-{suite}"),
                watch=private / 'lists',
            )
        run_logged(
            f"download: {', '.join(packages)}",
            ['apt-get', *options, 'download', '-q', *packages],
            cache.log(f"apt-download-{suite}"),
            watch=draft,
            cwd=draft,
        )
        draft.chmod(0o755)
        cache.remove(folder)
        draft.rename(folder)
    finally:
        cache.remove(draft)


def _options(private):
    settings = {
        'Dir::Etc::sourcelist': private / 'sources.list',
        'Dir::Etc::sourceparts': '/dev/null',
        'Dir::State::lists': private / 'lists',
        'Dir::Cache': private / 'cache',
        'Acquire::Languages': 'none',
        'Acquire::Retries': '3',
    }
    return [word for name, value in settings.items() for word in ('-o', f'{name}={value}')]


def _give_to_apt(draft, private):
    # apt drops root's rights for downloads; it needs to write there or it complains
    for folder in (draft, private / 'lists' / 'partial', private / 'cache' / 'archives' / 'partial'):
        folder.chmod(0o755)
        if cache.is_root():
            try:
                shutil.chown(folder, '_apt')
            except LookupError:
                return


def _mirror():
    """(address, suite) of the distribution's main archive in the machine's own apt configuration."""
    targets = _targets()
    if not targets and cache.is_root():
        system_packages.refresh_lists()
        targets = _targets()
    own = _distribution()
    for site, suite, component, origin in targets:
        known = origin == 'Debian' or (not origin and 'debian' in site)
        if known and component == 'main' and suite == own and 'security' not in site:
            return site, suite
    raise Failure("no Debian mirror in this machine's apt configuration: set ODOO_HOME to a source tree of Odoo 19")


def _targets():
    listing = subprocess.run(
        [
            'apt-get',
            'indextargets',
            '--format',
            '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)',
            'Created-By: Packages',
        ],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return sorted({tuple(line.split('|')) for line in listing.splitlines() if line.count('|') == 3})


def _distribution():
    with open('/etc/os-release', encoding='utf-8') as stream:
        facts = dict(line.strip().split('=', 1) for line in stream if '=' in line)
    return facts.get('VERSION_CODENAME', '').strip('"')


def unpack(packages, folder):
    """Unpack the package files of the folder `packages` over `folder`."""
    for package in sorted(packages.glob('*.deb')):
        result = subprocess.run(
            ['dpkg-deb', '-x', package, folder],
            capture_output=True,
            text=True,
            check=False,
            env=dict(os.environ, LC_ALL='C'),
        )
        if result.returncode:
            raise Failure(f"{package.name} could not be unpacked: {result.stderr.strip()}")
