"""bin/test: the test layers.

usage: bin/test [LAYER] [arguments for pytest]

  engine   tests/engine: the law and the decisions, without Odoo and without a database; seconds
  odoo     recouvrement_plus*/tests: models, scenarios and screens (in Chromium) on a new database
  rpc      tests/rpc: a real server, spoken to from outside over odoorpc and /json/2

Without a layer all of them run. Nothing is skipped silently: a skipped test is a failed test.
examples: bin/test engine -k semester      bin/test odoo -k merge -x
"""

import contextlib
import os
import secrets
import sys
import time
import urllib.request

import cache
import databases
import python_env
import workshop
from console import Failure, say

LAYERS = ('engine', 'odoo', 'rpc')
ADDON = 'recouvrement_plus'
# pytest-odoo imports Odoo as soon as pytest starts: pyproject.toml leaves it out, the odoo layer asks for it
PYTEST_ODOO = ('-p', 'pytest_odoo')
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
    layers = LAYERS
    if arguments and arguments[0] in LAYERS:
        layers, arguments = arguments[:1], arguments[1:]
    codes = {}
    for layer in layers:
        say(f"tests: {layer}")
        began = time.monotonic()
        codes[layer] = globals()['run_' + layer](arguments)
        say(f"tests: {layer} ended with code {codes[layer]} after {time.monotonic() - began:.0f} s")
    if len(codes) > 1:
        say(
            "tests: "
            + ', '.join(f"{layer} {f'FAILED ({code})' if code else 'passed'}" for layer, code in codes.items())
        )
    return max(codes.values())


def run_engine(arguments):
    """The engine's tests: neither Odoo nor its path is there."""
    environment = python_env.ensure()
    variables = {name: value for name, value in os.environ.items() if name != 'PYTHONPATH'}
    return _pytest(python_env.python(environment), ['tests/engine'], arguments, variables)


def run_odoo(arguments):
    """Odoo's tests on a clone of the template on which the add-on is installed."""
    with workshop.open_workshop('browser', 'letters') as shop, databases.scratch(shop, 'odoo') as database:
        install(shop, database)
        folders = [str(path.relative_to(cache.CHECKOUT)) for path in sorted(cache.CHECKOUT.glob(ADDON + '*/tests'))]
        plugin = [*PYTEST_ODOO, '--odoo-http', f'--odoo-config={shop.config}', f'--odoo-database={database}']
        return _pytest(shop.python, [*plugin, *folders], arguments, shop.variables())


def run_rpc(arguments):
    """The tests from outside, against a server that lives as long as they do."""
    with workshop.open_workshop('letters') as shop, databases.scratch(shop, 'rpc') as database:
        install(shop, database)
        with served(shop, database) as url:
            variables = shop.variables(
                RECOUVREMENT_TEST_URL=url,
                RECOUVREMENT_TEST_DB=database,
                RECOUVREMENT_TEST_LOGIN='admin',
                RECOUVREMENT_TEST_PASSWORD='admin',
                RECOUVREMENT_TEST_API_KEY=_api_key(shop, database),
                RECOUVREMENT_TEST_CONFIG=str(shop.config),
            )
            return _pytest(shop.python, ['tests/rpc'], arguments, variables)


def install(shop, database):
    """Install the add-on, and those beside it, on a database; any error in Odoo's log is a failure."""
    if not (cache.CHECKOUT / ADDON / '__manifest__.py').is_file():
        raise Failure(f"there is no {ADDON}/__manifest__.py in this checkout")
    shop.run_odoo(f"odoo: installing {ADDON}", 'install', '-d', database, '-i', ADDON, '--stop-after-init', '--no-http')


@contextlib.contextmanager
def served(shop, database):
    """An Odoo server on a free port for the time of a `with` block; gives its address."""
    port, log = workshop.free_port(), cache.log('server')
    command = shop.odoo('-d', database, f'--db-filter=^{database}$', f'--http-port={port}', '--log-level=warn')
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


def _pytest(python, selection, arguments, variables):
    paths = [word for word in selection if not word.startswith('-') and '/' in word]
    if not paths or not all((cache.CHECKOUT / path).exists() for path in paths):
        raise Failure(f"there are no tests at {', '.join(paths) or ADDON + '*/tests'}")
    sys.stdout.flush()
    return workshop.run_in_front([python, '-m', 'pytest', *selection, *arguments], env=variables, cwd=cache.CHECKOUT)
