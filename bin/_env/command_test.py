"""bin/test: the test layers.

usage: bin/test [LAYER] [arguments for pytest]

  engine   tests/engine, tests/scripts: the law, the decisions, the reading of files, without Odoo and without a
           database; seconds
  odoo     recouvrement_plus*/tests: models, scenarios and screens (in Chromium) on a new database
  rpc      tests/rpc: a real server, spoken to from outside over odoorpc and /json/2

Without a layer all of them run; the path of a test runs that one in its layer. Nothing is skipped silently: a skipped
test is a failed test. The odoo layer uses every core, up to four: each takes the next class of tests, on a clone of the
database. The path of a file runs in one process; so does everything with `-n 0`. The rpc tests find the server in the
variables RECOUVREMENT_TEST_URL, _DB, _LOGIN, _PASSWORD and _API_KEY; _CONFIG is bin/odoo's configuration file, and
_PRISTINE_DB a database that no test has touched, to be copied by those that need one of their own.
examples: bin/test engine -k semester      bin/test odoo -k merge -x
          bin/test recouvrement_plus/tests/test_run.py
"""

import contextlib
import os
import secrets
import sys
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import cache
import databases
import python_env
import system_packages
import workshop
from console import Failure, in_parallel, say

NOTHING_COLLECTED = 5  # pytest's exit code
LAYERS = ('engine', 'odoo', 'rpc')
ADDON = 'recouvrement_plus'
FOLDERS = {'engine': ('tests/engine', 'tests/scripts'), 'odoo': (ADDON + '*/tests',), 'rpc': ('tests/rpc',)}
# Add-ons whose tests need applications that the other tests do without: installed after those have run.
LATER = (ADDON + '_sale',)
MOST_PROCESSES = 4  # one takes about 0.7 GB with its Chromium
# pytest-odoo imports Odoo as soon as pytest starts: pyproject.toml leaves it out, the odoo layer asks for it
PYTEST_ODOO = ('-p', 'pytest_odoo')
COMPANIES = f'''
from odoo.addons.{ADDON}.tests.companies import make_companies
make_companies(env)
'''
API_KEY = '''
import datetime
key = env['res.users.apikeys'].with_user(env.ref('base.user_admin'))._generate(
    None, 'tests', datetime.datetime.now() + datetime.timedelta(days=1))
import os
with open(os.environ['KEY_FILE'], 'w') as stream:
    stream.write(key)
'''


def main(arguments):
    """Run the layers; returns pytest's exit code, the worst one of several."""
    if arguments and arguments[0] in ('-h', '--help'):
        sys.stdout.write(__doc__)
        return 0
    layers, paths, options = _split(arguments)
    results = [_run_layer(layer, paths or _folders(layer), options) for layer in layers]
    if len(results) > 1:
        _print_sum(results)
    codes = [result.code for result in results]
    if len(codes) > 1 and min(codes) == 0:  # with -k, a layer may have nothing of that name
        codes = [0 if code == NOTHING_COLLECTED and options else code for code in codes]
    return max(codes)


def _split(arguments):
    """(layers, paths, other arguments): a layer by its name, or by the path of one of its tests."""
    if arguments and arguments[0] in LAYERS:
        layers, arguments = (arguments[0],), arguments[1:]
    else:
        layers = ()
    paths = [word for word in arguments if (cache.CHECKOUT / word.split('::')[0]).exists() and not word.startswith('-')]
    others = [word for word in arguments if word not in paths]
    of_paths = {_layer_of(path) for path in paths}
    return layers or [layer for layer in LAYERS if layer in of_paths] or LAYERS, paths, others


def _layer_of(path):
    folder = '/'.join(Path(path).parts[:2])
    return next((layer for layer, patterns in FOLDERS.items() if folder in patterns), 'odoo')


def _folders(layer):
    """The folders of a layer's tests."""
    return [
        str(path.relative_to(cache.CHECKOUT))
        for pattern in FOLDERS[layer]
        for path in sorted(cache.CHECKOUT.glob(pattern))
    ]


class Result(NamedTuple):
    """What pytest said about one layer: its exit code, and how many tests there were and failed."""

    layer: str
    code: int
    tests: int
    failed: int
    seconds: float


def _run_layer(layer, paths, options):
    say(f"tests: {layer}")
    report = cache.log(f'pytest-{layer}').with_suffix('.xml')
    report.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    try:
        if not paths:
            raise Failure(f"the layer {layer} has no tests in this checkout")
        code = RUNNERS[layer]([*paths, f'--junitxml={report}', *options])
    except Failure as failure:  # the other layers still run
        say(f"failed: {failure}")
        code = 1
    return Result(layer, code, *_counts(report), time.monotonic() - began)


def _counts(report):
    """(tests, failed ones) in pytest's report; (0, 0) when pytest did not get that far."""
    if not report.exists():
        return 0, 0
    suites = ElementTree.parse(report).getroot().iter('testsuite')
    numbers = [[int(suite.get(name, 0)) for name in ('tests', 'failures', 'errors')] for suite in suites]
    report.unlink()
    return sum(row[0] for row in numbers), sum(row[1] + row[2] for row in numbers)


def _print_sum(results):
    """The closing line of several layers, in pytest's form."""
    for result in results:
        verdict = {0: 'passed', NOTHING_COLLECTED: 'nothing selected'}.get(result.code, f'FAILED, code {result.code}')
        print(f"{result.layer}: {result.tests} tests in {result.seconds:.0f}s, {verdict}")
    failed = sum(result.failed for result in results)
    passed = sum(result.tests for result in results) - failed
    words = [f"{failed} failed"] * bool(failed) + [f"{passed} passed"]
    print(f" {', '.join(words)} in {sum(result.seconds for result in results):.2f}s ".center(80, '='), flush=True)


def run_engine(arguments):
    """The engine's tests: neither Odoo nor its path is there."""
    environment = python_env.ensure()
    variables = {name: value for name, value in os.environ.items() if name != 'PYTHONPATH'}
    return _pytest(python_env.python(environment), arguments, {**variables, **python_env.keep_compiled()})


def run_odoo(arguments):
    """Odoo's tests on a clone of the template on which the add-on is installed."""
    with workshop.open_workshop() as shop:
        in_parallel(lambda: system_packages.need('browser', 'letters'), lambda: databases.template(shop))
        return _run_odoo(shop, arguments)


def _run_odoo(shop, arguments):
    with databases.scratch(shop, 'odoo') as database:
        install(shop, database)
        shop.script("odoo: companies for the tests", database, COMPANIES)
        plugin = [*PYTEST_ODOO, '--odoo-http', f'--odoo-config={shop.config}', f'--odoo-database={database}']
        later = [word for word in arguments if word.split('/')[0] in LATER]
        first = [word for word in arguments if word not in later]
        code = 0
        if not later or any(_is_path(word) for word in first):
            code = _pytest(shop.python, [*plugin, *_side_by_side(first), *first], shop.variables())
        if later:
            install(shop, database, *LATER)
            options = [word for word in first if not _is_path(word) and not word.startswith('--junitxml')]
            code = max(code, _pytest(shop.python, [*plugin, *later, *options], shop.variables()))
        return code


def _side_by_side(words):
    """pytest-xdist's options for whole folders: the classes are handed out to one process for each core."""
    count = min(len(os.sched_getaffinity(0)), MOST_PROCESSES)
    if count == 1 or not any((cache.CHECKOUT / word).is_dir() for word in words):
        return []
    return ['-n', str(count), '--dist', 'loadscope']


def _is_path(word):
    return not word.startswith('-') and (cache.CHECKOUT / word.split('::')[0]).exists()


def run_rpc(arguments):
    """The tests from outside, against a server that lives as long as they do."""
    system_packages.need('letters')
    with workshop.open_workshop() as shop, databases.scratch(shop, 'rpc') as database:
        install(shop, database)
        key = _api_key(shop, database)
        with databases.copied(shop, database, database + '_pristine') as pristine, served(shop, database) as url:
            variables = shop.variables(
                RECOUVREMENT_TEST_URL=url,
                RECOUVREMENT_TEST_DB=database,
                RECOUVREMENT_TEST_PRISTINE_DB=pristine,
                RECOUVREMENT_TEST_LOGIN='admin',
                RECOUVREMENT_TEST_PASSWORD='admin',
                RECOUVREMENT_TEST_API_KEY=key,
                RECOUVREMENT_TEST_CONFIG=str(shop.config),
            )
            return _pytest(shop.python, arguments, variables)


RUNNERS = {'engine': run_engine, 'odoo': run_odoo, 'rpc': run_rpc}


def install(shop, database, *names):
    """Install add-ons on a database, the main one when none is named; any error in Odoo's log is a failure."""
    if not (cache.CHECKOUT / ADDON / '__manifest__.py').is_file():
        raise Failure(f"there is no {ADDON}/__manifest__.py in this checkout")
    wanted = ','.join(names or [ADDON])
    shop.run_odoo(f"odoo: installing {wanted}", 'install', '-d', database, '-i', wanted, '--stop-after-init', '--no-http')


@contextlib.contextmanager
def served(shop, database, *options):
    """An Odoo server on a free port for the time of a `with` block; gives its address."""
    port, log = workshop.free_port(), cache.log('server')
    command = shop.odoo('-d', database, f'--db-filter=^{database}$', f'--http-port={port}', '--log-level=warn', *options)
    with workshop.in_background(command, log, env=shop.variables(), cwd=cache.CHECKOUT) as process:
        url = f'http://127.0.0.1:{port}'
        _wait_for(url + '/web/health', process, log)
        yield url


def _wait_for(address, process, log):
    for _attempt in range(300):
        if process.poll() is not None:
            raise Failure(f"the server ended with code {process.returncode}; see {log}")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise Failure(f"the server does not answer; see {log}")


def _api_key(shop, database):
    file = cache.path('logs', f"key.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        shop.script("odoo: API key for the tests", database, API_KEY, KEY_FILE=str(file))
        return file.read_text(encoding='ascii')
    finally:
        file.unlink(missing_ok=True)


def _pytest(python, arguments, variables):
    sys.stdout.flush()
    return workshop.run_in_front([python, '-m', 'pytest', *arguments], env=variables, cwd=cache.CHECKOUT)
