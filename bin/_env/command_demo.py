"""bin/demo: a French company with a ledger of two years, collected tonight."""

import argparse
import contextlib
import datetime
import os
import re
import sys

import cache
import databases
import system_packages
import workshop
from command_test import ADDON, install
from console import Failure, in_parallel, say

DESCRIPTION = """Creates (once) the demo database, loads the demo ledger, runs the night and prints what it did;
then serves Odoo.

No e-mail leaves the machine: what the demo sends lands in a folder that is named at the end.
Scheduled actions do not run while the demo is served; the buttons on the screens do their work.
RECOUVREMENT_DB names another database than recouvrement_demo."""
COMPANY = '''
from odoo.addons.recouvrement_plus.demo import names
env.company.company_registry = names.siret(99_999)
# the account number that every French textbook shows: well-formed, nobody's
env['res.partner.bank'].create({'partner_id': env.company.partner_id.id, 'acc_number': 'FR76 3000 6000 0112 3456 7890 189'})
env['ir.default'].set('res.partner', 'lang', 'fr_FR')
env['ir.default'].set('res.partner', 'tz', 'Europe/Paris')
env.ref('base.user_admin').name = "Hélène Rivière"
(env.ref('base.user_admin').partner_id | env.company.partner_id).write({'lang': 'fr_FR', 'tz': 'Europe/Paris'})
env['ir.config_parameter'].set_param('recouvrement_plus.allow_replay', '1')
# electronic invoices stay on this machine too
env['ir.config_parameter'].set_param('account_peppol.edi.mode', 'demo')
'''
DAY = '''
import datetime, os
as_of = datetime.date.fromisoformat(os.environ['AS_OF']) if os.environ['AS_OF'] else env.company._recouvrement_today()
'''
LEDGER = (
    DAY
    + '''
from odoo.addons.recouvrement_plus.demo import loader
loader.load(env, as_of)
'''
)
# the scheduled actions of a day and a month (the score learned, limitation dates, suggestions), around the night;
# one call of it works for half a minute at most, as over RPC; a large ledger takes several
NIGHT = (
    DAY
    + '''
from odoo.addons.recouvrement_plus.demo import followup, report
def scheduled(*names):
    for name in names:
        env.ref('recouvrement_plus.ir_cron_recouvrement_' + name).method_direct_trigger()
        env.cr.commit()
scheduled('score_measure')
Run = env['recouvrement.run']
while Run.execute(as_of)['state'] == 'running':
    env.cr.commit()
followup.assign_collectors(env)
env.cr.commit()
scheduled('limitation', 'suggest')
with open(os.environ['TABLE'], 'w', encoding='utf-8') as stream:
    stream.write(report.render(env, as_of))
'''
)
PREFERRED_PORT = 8069


def main(arguments):
    """Build and run the demo; returns the exit code."""
    options = _options(arguments)
    name = os.environ.get('RECOUVREMENT_DB', 'recouvrement_demo')
    if not re.fullmatch(r'[a-z][a-z0-9_]{0,50}', name):
        raise Failure(f"RECOUVREMENT_DB={name} is not a plain database name (lower case letters, digits, _)")
    with workshop.open_workshop() as shop, mail_folder(shop, name) as mail:
        in_parallel(lambda: system_packages.need('letters'), lambda: databases.template(shop))
        with cache.lock('demo-' + name):
            _prepare(shop, name, options, mail)
            sys.stdout.write(_night(shop, name, options.as_of, mail))
            sys.stdout.flush()
        return 0 if options.no_serve else _serve(shop, name, mail, options.port)


def _options(arguments):
    parser = argparse.ArgumentParser(
        prog='bin/demo', description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--no-serve', action='store_true', help="stop after the table")
    parser.add_argument('--reset', action='store_true', help="start over with a new database")
    parser.add_argument(
        '--as-of',
        metavar='DATE',
        type=_date,
        help="the night to run, YYYY-MM-DD, today at the latest (default: today)",
    )
    parser.add_argument('--port', type=int, help=f"where to serve (default: {PREFERRED_PORT} or the next free one)")
    options = parser.parse_args(arguments)
    if options.as_of and options.as_of > datetime.date.today():
        parser.error("--as-of is in the future: a night is run on its day or later")
    return options


def _date(text):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a date like 2026-01-31") from error


def _iso(date):
    return date.isoformat() if date else ''  # today in the company's timezone, which the company knows


def _prepare(shop, name, options, mail):
    """Make the database, or bring it up to date with the files of this checkout."""
    if options.reset:
        databases.drop(shop, name)
    content = _content()
    if not databases.exists(shop, name):
        _create(shop, name, options.as_of, mail)
    elif databases.note(shop, name) != content:
        shop.run_odoo(
            f"demo: {ADDON} has changed, updating",
            'demo-update',
            '-d',
            name,
            '-u',
            ADDON,
            '--stop-after-init',
            '--no-http',
            *mail.options,
        )
    databases.set_note(shop, name, content)


def _create(shop, name, as_of, mail):
    """Build under another name and rename at the end: an interrupted start leaves no half demo behind."""
    draft = name + '_new'
    databases.clone(shop, databases.template(shop), draft)
    install(shop, draft)
    shop.script("demo: French company", draft, COMPANY)
    shop.script("demo: ledger of 24 months", draft, LEDGER, options=mail.options, AS_OF=_iso(as_of))
    databases.rename(shop, draft, name)


def _night(shop, name, as_of, mail):
    """Run the night of `as_of` and give its table."""
    table = cache.path('logs', f"table.{os.getpid()}.txt")
    try:
        shop.script(
            f"demo: the night of {as_of or 'today'}",
            name,
            NIGHT,
            options=mail.options,
            AS_OF=_iso(as_of),
            TABLE=str(table),
        )
        return table.read_text(encoding='utf-8').rstrip('\n') + '\n'
    finally:
        table.unlink(missing_ok=True)


def _content():
    """A hash of the files of the add-ons in this checkout: what an update of the database depends on."""
    files = sorted(
        path
        for addon in cache.CHECKOUT.glob(ADDON + '*')
        for path in addon.rglob('*')
        if path.is_file() and '__pycache__' not in path.parts and 'tests' not in path.parts
    )
    return cache.digest(*(item for path in files for item in (path.relative_to(cache.CHECKOUT), path)))


class _Mail:
    """The demo's post box: the options that make Odoo deliver there, and the folder where the e-mails lie."""

    def __init__(self, folder, port):
        self.folder = folder
        self.options = ('--smtp=127.0.0.1', f'--smtp-port={port}')


@contextlib.contextmanager
def mail_folder(shop, name):
    """A mail server on this machine that keeps what it is given and passes nothing on."""
    folder, port = cache.path('demo-mail', name), workshop.free_port()
    folder.parent.mkdir(exist_ok=True)
    command = [
        shop.python,
        '-m',
        'aiosmtpd',
        '-n',
        '-l',
        f'127.0.0.1:{port}',
        '-c',
        'aiosmtpd.handlers.Mailbox',
        folder,
    ]
    with workshop.in_background(command, cache.log('mail')):
        yield _Mail(folder, port)


def _serve(shop, name, mail, wanted):
    port = wanted or workshop.free_port(PREFERRED_PORT)
    say(f"demo: e-mails land in {mail.folder / 'new'}; they never leave this machine")
    print(f"\nOdoo is at http://127.0.0.1:{port}/odoo  (login admin, password admin). Ctrl-C ends it.\n", flush=True)
    return workshop.run_in_front(
        shop.odoo(
            '-d',
            name,
            f'--db-filter=^{name}$',
            f'--http-port={port}',
            '--max-cron-threads=0',
            '--workers=0',
            '--log-level=warn',
            *mail.options,
        ),
        env=shop.variables(),
        cwd=cache.CHECKOUT,
    )
