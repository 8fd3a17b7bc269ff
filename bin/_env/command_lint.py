"""bin/lint: the checks of form.

usage: bin/lint [CHECK …]

  ruff         style and common mistakes, all Python files
  lessons      docs/lessons.md has every lesson, and the tests that it names exist
  documents    what the documents link to and the files that they name exist; every decision is in its index
  collisions   no method of a model is defined in two files without super(): one of the two would be lost
  addresses    no package mirror's address and no absolute path of a particular machine in the repository
  pylint       pylint-odoo, and the checkers of Odoo's own test_lint (SQL injection, translations, unlink)
  test_lint    the other checks of Odoo's test_lint, on a new database: manifest, indexes, signatures, routes, tests
  translation  i18n/fr.po has a French text for every source text of the add-ons, and nothing fuzzy

Without a check all of them run, and all of them are run even when one fails.
"""

import os
import re
import subprocess
import sys

import cache
import databases
import python_env
import workshop
from command_test import ADDON, PYTEST_ODOO, install
from console import Failure, say

CHECKS = ('ruff', 'lessons', 'documents', 'collisions', 'addresses', 'pylint', 'test_lint', 'translation')
NEED_ODOO = {'pylint', 'test_lint', 'translation'}
# written in pieces, so that this file passes its own check
FORBIDDEN = re.compile(
    '|'.join(
        first + second
        for first, second in (
            ('/wor', 'k/'),
            ('/ho', r'me/\w'),
            ('/var/cache/r', 'p-'),
            (r'pypi\.', 'org'),
            ('python', r'hosted\.'),
            ('npm', r'js\.'),
            (r'deb\.', 'debian'),
            (r'snapshot\.', 'debian'),
            (r'archive\.', 'ubuntu'),
            (r'proxy\.', 'golang'),
        )
    )
)
# test files of test_lint; those left out need npm, look at Odoo's own release, or are run in another way (pylint)
TEST_LINT = (
    'dunderinit',
    'i18n',
    'index',
    'jstranslate',
    'manifests',
    'markers',
    'naming',
    'onchange_domains',
    'orm_import',
    'override_signatures',
    'pofile',
    'routes',
    'test_holes',
)
CORE_PYLINT = (
    'used-before-assignment',
    'undefined-variable',
    'eval-used',
    'unreachable',
    'function-redefined',
    'sql-injection',
    'missing-gettext',
    'gettext-variable',
    'gettext-placeholders',
    'gettext-repr',
    'raise-unlink-override',
)


def main(arguments):
    """Run the checks; returns 0 when all pass, else 1."""
    if arguments and arguments[0] in ('-h', '--help'):
        sys.stdout.write(__doc__)
        return 0
    unknown = set(arguments) - set(CHECKS)
    if unknown:
        raise Failure(f"no such check: {', '.join(sorted(unknown))}; there are {', '.join(CHECKS)}")
    wanted = [check for check in CHECKS if check in (arguments or CHECKS)]
    failed = [check for check in wanted if check not in NEED_ODOO and not _report(check, globals()['check_' + check])]
    if NEED_ODOO.intersection(wanted):
        failed += _with_odoo([check for check in wanted if check in NEED_ODOO])
    say(f"lint: {', '.join(failed)} FAILED" if failed else f"lint: {', '.join(wanted)} passed")
    return 1 if failed else 0


def _with_odoo(wanted):
    with workshop.open_workshop() as shop:
        failed = [] if 'pylint' not in wanted or _report('pylint', check_pylint, shop) else ['pylint']
        database_checks = [check for check in wanted if check != 'pylint']
        if database_checks:
            with databases.scratch(shop, 'lint') as database:
                install(shop, database, *addons())
                failed += [
                    check
                    for check in database_checks
                    if not _report(check, globals()['check_' + check], shop, database)
                ]
    return failed


def _report(check, function, *arguments):
    passed = function(*arguments)
    say(f"lint: {check} {'passed' if passed else 'FAILED'}")
    return passed


def _run(command, **options):
    sys.stdout.flush()
    return subprocess.run(command, cwd=cache.CHECKOUT, check=False, **options).returncode == 0


def check_ruff():
    """ruff on the whole checkout."""
    return _run([python_env.ensure() / 'bin' / 'ruff', 'check', '--no-cache', '--quiet', '.'])


def check_documents():
    """Whether the files that the documents name are there."""
    return _run([sys.executable, cache.CHECKOUT / 'bin' / '_env' / 'lint' / 'documents.py', cache.CHECKOUT])


def check_lessons():
    """Whether docs/lessons.md names tests that exist."""
    return _run([sys.executable, cache.CHECKOUT / 'bin' / '_env' / 'lint' / 'lessons.py', cache.CHECKOUT])


def check_collisions():
    """Whether every method of a model that is defined in several files calls `super()` in all but one."""
    return _run([sys.executable, cache.CHECKOUT / 'bin' / '_env' / 'lint' / 'collisions.py', cache.CHECKOUT])


def check_addresses():
    """Whether no tracked file names a machine's path or a package mirror."""
    found = []
    listing = ['git', 'ls-files', '-z']
    files = subprocess.run(listing, cwd=cache.CHECKOUT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, files.split('\0')):
        file = cache.CHECKOUT / name
        if not file.is_file():
            continue
        for number, line in enumerate(file.read_text(encoding='utf-8', errors='replace').splitlines(), 1):
            if FORBIDDEN.search(line):
                found.append(f"{name}:{number}: {line.strip()[:120]}")
    print('\n'.join(found), end='\n' if found else '')
    return not found


def addons():
    """The names of the add-ons in this checkout."""
    return sorted(path.parent.name for path in cache.CHECKOUT.glob(ADDON + '*/__manifest__.py'))


def check_pylint(shop):
    """pylint-odoo with our settings, then the checkers that Odoo runs on itself."""
    pylint = [shop.python, '-m', 'pylint', '--score=n', '--jobs=1']
    ours = _run([*pylint, '--rcfile=.pylintrc', *addons()], env=shop.variables())
    checkers = _core_checks(shop)
    variables = shop.variables(ADDONS_PATH=os.pathsep.join(map(str, [*shop.tree.addons, cache.CHECKOUT])))
    variables['PYTHONPATH'] = os.pathsep.join([str(checkers), variables['PYTHONPATH']])
    core = _run(
        [
            *pylint,
            '--rcfile=' + os.devnull,
            '--disable=all,unknown-option-value',
            '--enable=' + ','.join(CORE_PYLINT),
            '--reports=n',
            '--load-plugins=_pylint_path_setup,_odoo_checker_sql_injection,_odoo_checker_gettext,'
            '_odoo_checker_unlink_override',
            *addons(),
        ],
        env=variables,
    )
    return ours and core


def _core_checks(shop):
    return next(folder / 'test_lint' / 'tests' for folder in shop.tree.addons if (folder / 'test_lint').is_dir())


def check_test_lint(shop, database):
    """The files of Odoo's test_lint that fit an add-on, by pytest."""
    variables = shop.variables(RECOUVREMENT_LINT=','.join(addons()))
    variables['PYTHONPATH'] = os.pathsep.join([variables['PYTHONPATH'], str(cache.CHECKOUT / 'bin' / '_env' / 'lint')])
    return _run(
        [
            shop.python,
            '-m',
            'pytest',
            *PYTEST_ODOO,
            '-p',
            'only_ours',
            f'--odoo-config={shop.config}',
            f'--odoo-database={database}',
            f'--rootdir={cache.CHECKOUT}',
            '-c',
            'pyproject.toml',
            *(_core_checks(shop) / f'test_{name}.py' for name in TEST_LINT),
        ],
        env=variables,
    )


def check_translation(shop, database):
    """Whether the French translation of each add-on is complete."""
    complete = True
    for addon in addons():
        template = cache.path('logs', f"{addon}.{os.getpid()}.pot")
        shop.run_odoo(
            f"lint: source texts of {addon}",
            'i18n-export',
            'i18n',
            'export',
            '-d',
            database,
            '-l',
            'pot',
            '-o',
            template,
            addon,
        )
        complete &= _translated(shop, addon, template)
        template.unlink(missing_ok=True)
    return complete


def _translated(shop, addon, template):
    translation = cache.CHECKOUT / addon / 'i18n' / 'fr.po'
    if not translation.is_file():
        print(f"{addon}/i18n/fr.po is missing")
        return False
    return _run(
        [
            shop.python,
            cache.CHECKOUT / 'bin' / '_env' / 'lint' / 'translation.py',
            translation.relative_to(cache.CHECKOUT),
            template,
        ]
    )
