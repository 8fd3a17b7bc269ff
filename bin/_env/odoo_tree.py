"""Odoo 19 itself: where it comes from, and the three gaps of Debian's package.

In this order: `ODOO_HOME` (a source tree), `ODOO_DEB` (Debian's package file `odoo-19`), the package from Debian's
suite sid, a shallow clone of the branch 19.0.
"""

import contextlib
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import apt_download
import cache
from console import Failure, run_logged, say, temporary_beside

SUITE, PACKAGE = 'sid', 'odoo-19'
BRANCH, REPOSITORY = '19.0', 'https://github.com/odoo/odoo.git'
# what Odoo's package links to, in other packages: the scripts are needed, the fonts are for looks
SCRIPTS = ('libjs-jquery', 'libjs-jquery-form', 'libjs-underscore')
FONTS = ('fonts-roboto-unhinted', 'fonts-inconsolata', 'fonts-montserrat', 'fonts-ocr-b')
REPAIR = 1  # raise when _fill_gaps changes: trees are then made anew


class Tree(NamedTuple):
    """A usable Odoo: `library` goes on Python's path, `addons` are its folders of modules, `key` tells its content."""

    library: Path
    addons: tuple
    key: str


def fetch():
    """Download what the tree is made of, if it has to be made; needs no environment, so both go on at the same time."""
    if os.environ.get('ODOO_HOME'):
        return
    if os.environ.get('ODOO_DEB'):
        package, sha256 = _checked(Path(os.environ['ODOO_DEB']).expanduser().absolute())
        if not _folder(sha256).exists():
            _linked_packages()
    elif not _remembered():
        with (
            cache.lock('odoo-fetch'),
            contextlib.suppress(Failure),
        ):  # `ensure` meets the same failure, and has another way
            _package_of_sid()
            _linked_packages()


def ensure(environment):
    """The Odoo tree to work with, downloaded and unpacked when missing; `environment` is the virtual environment."""
    if os.environ.get('ODOO_HOME'):
        return _source_tree(Path(os.environ['ODOO_HOME']).expanduser().absolute())
    if os.environ.get('ODOO_DEB'):
        return _from_package(_checked(Path(os.environ['ODOO_DEB']).expanduser().absolute()), environment)
    return _remembered() or _fetched(environment)


def _source_tree(home):
    addons = tuple(folder for folder in (home / 'addons', home / 'odoo' / 'addons') if folder.is_dir())
    release = home / 'odoo' / 'release.py'
    if not release.is_file() or not addons:
        raise Failure(f"{home} is not a source tree of Odoo: it has no odoo/release.py")
    if 'version_info = (19, 0' not in release.read_text(encoding='utf-8'):
        raise Failure(f"{home} is not Odoo 19.0")
    return Tree(home, addons, cache.digest(home, release, _head(home)))


def _head(home):
    head = home / '.git' / 'logs' / 'HEAD'
    return head.read_text(encoding='utf-8').splitlines()[-1] if head.is_file() else ''


def _checked(package):
    """The SHA-256 of a package file, compared with `ODOO_DEB_SHA256` or with the `.sha256` file beside it."""
    if not package.is_file():
        raise Failure(f"ODOO_DEB names {package}, which is not a file")
    beside = package.with_name(package.name + '.sha256')
    wanted = os.environ.get('ODOO_DEB_SHA256') or (beside.read_text().split()[0] if beside.is_file() else None)
    found = cache.file_sha256(package)
    if wanted and wanted.strip().lower() != found:
        raise Failure(f"{package} has the SHA-256 {found}, expected {wanted}: damaged or another file")
    if not wanted:
        say(f"odoo: {package.name} is not verified (no ODOO_DEB_SHA256, no .sha256 file beside it): {found}")
    return package, found


def _from_package(checked, environment):
    package, sha256 = checked
    folder = _folder(sha256)
    key = folder.name.removeprefix('odoo-')
    cache.once('odoo', key, folder, lambda target: _unpack(package, target, environment))
    library = folder / 'usr' / 'lib' / 'python3' / 'dist-packages'
    return Tree(library, (library / 'odoo' / 'addons',), key)


def _folder(sha256):
    return cache.path('odoo-' + cache.digest(sha256, REPAIR))


def _remembered():
    """The tree that an earlier start fetched: a second start asks no server."""
    known = cache.read_json(cache.path('stamps', 'odoo-fetched.json'))
    if not known or known['repair'] != REPAIR or not Path(known['library']).is_dir():
        return None
    return Tree(Path(known['library']), tuple(map(Path, known['addons'])), known['key'])


def _fetched(environment):
    with cache.lock('odoo-fetch'):
        tree = _remembered()
        if tree:
            return tree
        try:
            tree = _from_sid(environment)
        except Failure as failure:
            say(f"odoo: Debian's package cannot be had ({str(failure).splitlines()[0]}); cloning branch {BRANCH}")
            tree = _cloned()
        cache.write_json(
            cache.path('stamps', 'odoo-fetched.json'),
            {'library': str(tree.library), 'addons': list(map(str, tree.addons)), 'key': tree.key, 'repair': REPAIR},
        )
    return tree


def _from_sid(environment):
    package = _package_of_sid()
    tree = _from_package((package, cache.file_sha256(package)), environment)
    cache.remove(package.parent)
    return tree


def _package_of_sid():
    folder = cache.path('packages', PACKAGE)
    if not folder.exists():
        apt_download.download(SUITE, [PACKAGE], folder)
    return next(folder.glob('*.deb'))


def _cloned():
    target = cache.path(f"odoo-{BRANCH}")
    if not target.exists():
        draft = temporary_beside(target)
        try:
            run_logged(
                f"odoo: clone of branch {BRANCH}",
                ['git', 'clone', '--progress', '--depth', '1', '--branch', BRANCH, REPOSITORY, draft],
                cache.log('odoo-clone'),
                watch=draft,
            )
            draft.rename(target)
        finally:
            cache.remove(draft)
    return _source_tree(target)


def _unpack(package, target, environment):
    _linked_packages()
    draft = temporary_beside(target)
    try:
        draft.chmod(0o755)
        run_logged(
            f"odoo: unpacking {package.name}", ['dpkg-deb', '-x', package, draft], cache.log('odoo-unpack'), watch=None
        )
        _fill_gaps(draft, environment)
        cache.remove(target)
        draft.rename(target)
    finally:
        cache.remove(draft)


def _linked_packages():
    """The folder of the packages that Odoo's links point into; the machine's own suite serves when sid has changed."""
    folder = cache.path('packages', 'linked')
    if not folder.exists():
        try:
            apt_download.download(SUITE, SCRIPTS + FONTS, folder)
        except Failure as failure:
            say(f"odoo: {str(failure).splitlines()[0]}; taking the scripts from the machine's own suite, without fonts")
            apt_download.download(None, SCRIPTS, folder)
    return folder


def _fill_gaps(tree, environment):
    """Add what Debian's package leaves out.

    The missing video-call script breaks the bundle of the whole web client; an empty one is enough. The links to Font
    Awesome expect version 4.7 under the names of its own distribution. Scripts and fonts come from their own packages.
    """
    apt_download.unpack(_linked_packages(), tree)
    fonts = tree / 'usr' / 'share' / 'fonts-font-awesome' / 'fonts'
    fonts.mkdir(parents=True, exist_ok=True)
    source = next(environment.glob('lib/python3*/site-packages/xstatic/pkg/font_awesome/data/fonts'))
    for font in source.iterdir():
        shutil.copy(font, fonts)
    modules = tree / 'usr' / 'lib' / 'python3' / 'dist-packages' / 'odoo' / 'addons'
    script = modules / 'mail' / 'static' / 'lib' / 'selfie_segmentation' / 'selfie_segmentation.js'
    script.parent.mkdir(parents=True, exist_ok=True)
    script.touch()
    dangling = [link for link in modules.rglob('*') if link.is_symlink() and not link.exists()]
    if dangling:
        say(f"odoo: {len(dangling)} linked files are missing, the first is {dangling[0].relative_to(modules)}")
