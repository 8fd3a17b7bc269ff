"""bin/bench: the add-on's timings on a generated ledger, as ratios to bare SQL on the same database in the same run."""

import argparse
import dataclasses
import datetime
import json
import math
import os
import sys
import time
from pathlib import Path

import cache
import databases
import workshop
from command_test import install, served
from console import run_logged

SUBJECTS = ('night', 'history', 'oca', 'statement', 'decompte', 'letters', 'screens', 'score', 'load', 'import')
EACH_SIZE = ('night', 'oca', 'score')
SIZES = (10_000, 100_000)
OCA_MODULE = 'account_credit_control'
OCA_PACKAGE = 'odoo-addon-account-credit-control==19.0.1.0.0.13'
DESCRIPTION = """Fills a scratch database with a generated ledger and measures the add-on on it.

  night       collect, score, decide, create reminders, against one SQL statement for each of these steps
  history     the same night before and after the settled past was made ten times longer, the open items being the same
  oca         the same evening with OCA's account_credit_control, from its package, on a clone of the same database
  statement   penalty statements of 1,000 invoices, and of one
  decompte    the engine alone: one invoice with 60 payments over four years
  letters     two hundred letters: their pages, then their PDFs by a few processes
  screens     a list of 80 invoices, one customer's file
  score       the score of every customer, of an ordinary night, of one; learning: against the bare SQL aggregation
  load        invoices and payments through the ORM, against the same rows copied by SQL
  import      scripts/import_ledger.py with a CSV, from outside, over /jsonrpc

The night, OCA and the score are measured at each size, the others at the first one. Ratios travel between machines, seconds do
not. The scratch databases are dropped at the end."""
# The day is the company's: by the machine's clock, an hour or two before midnight, a night would be measured as one of the past.
BUILD = '''
import os, sys
sys.path.insert(0, os.environ['CHECKOUT'])
from bench import run
run.build(env, env.company._recouvrement_today(), int(os.environ['SIZE']))
'''
MEASURE = '''
import os, sys
sys.path.insert(0, os.environ['CHECKOUT'])
from bench import run
run.measure(env, env.company._recouvrement_today(), os.environ['SUBJECTS'].split(), os.environ['TABLE'])
'''


def main(arguments):
    """Build, measure, print the table; returns the exit code."""
    options = _options(arguments)
    wanted = options.subjects or SUBJECTS
    inside = [name for name in wanted if name != 'import']
    figures = []
    with workshop.open_workshop() as shop:
        for size in options.size if inside else ():
            names = [name for name in inside if size == options.size[0] or name in EACH_SIZE]
            figures += _measure(shop, names, size) if names else []
        _print_growth(figures)
        if 'import' in wanted:
            print(_import(shop, datetime.date.today().isoformat()))
    if options.json:
        cache.write_json(Path(options.json), figures)
    return 0


def _measure(shop, names, size):
    """Build a scratch ledger, measure `names` on it, print the table; returns its figures: [{invoices, rows}]."""
    common = {'CHECKOUT': str(cache.CHECKOUT)}
    tables = []
    with databases.scratch(shop, 'bench') as database:
        install(shop, database)
        shop.script(f"bench: a ledger of {size:,} invoices", database, BUILD, SIZE=str(size), **common)
        if 'oca' in names:  # before the night: both start from the same books
            with databases.copied(shop, database, database + '_oca') as clone:
                tables.append(_measure_oca(shop, clone, size, common))
        own = [name for name in names if name != 'oca']
        if own:
            table = cache.path('logs', f'bench-{size}.{os.getpid()}.txt')
            shop.script(f"bench: {', '.join(own)}", database, MEASURE, SUBJECTS=' '.join(own), TABLE=str(table), **common)
            tables.insert(0, table)
    for table in tables:
        sys.stdout.write(table.read_text(encoding='utf-8'))
    return [json.loads(Path(f'{table}.json').read_text(encoding='utf-8')) for table in tables]


def _measure_oca(shop, database, size, common):
    """Install OCA's module from its package, kept in the cache, and measure it; returns the table's file."""
    key = cache.digest(OCA_PACKAGE)
    folder = cache.path('packages', f'oca-{key}')
    cache.once('oca', key, folder, lambda target: _download(shop, OCA_PACKAGE, target))
    addons = ','.join(map(str, [*shop.tree.addons, cache.CHECKOUT, folder / 'odoo' / 'addons']))
    options = (f'--addons-path={addons}',)
    shop.run_odoo(f"bench: {OCA_MODULE}", 'bench-oca', *options, '-d', database, '-i', OCA_MODULE, '--stop-after-init', '--no-http')
    table = cache.path('logs', f'bench-oca-{size}.{os.getpid()}.txt')
    shop.script(f"bench: {OCA_MODULE}", database, MEASURE, options, SUBJECTS='oca', TABLE=str(table), **common)
    return table


def _download(shop, package, target):
    """Unpack a package of the package index, without what it depends on."""
    cache.remove(target)
    target.mkdir(parents=True)
    command = [shop.python, '-m', 'pip', 'install', '--quiet', '--no-deps', '--target', target, package]
    run_logged(f"bench: {package}", command, cache.log('bench-package'), cwd=cache.CHECKOUT)


def _print_growth(figures):
    """Exponent of the growth of each row between the smallest and the largest ledger: 1 is linear."""
    figures = sorted((figure for figure in figures if len(figure['rows']) > 1), key=lambda figure: figure['invoices'])
    if len(figures) < 2:
        return
    small, large = figures[0], figures[-1]
    before = {row['label']: row['cpu'] for row in small['rows']}
    for row in large['rows']:
        if before.get(row['label'], 0) > 0 and row['cpu'] > 0:
            exponent = math.log(row['cpu'] / before[row['label']]) / math.log(large['invoices'] / small['invoices'])
            print(f"growth, {row['label']}: exponent {exponent:.2f}")


def _import(shop, as_of):
    """Import the invoices of 30 customers into a database of their own; one line of the table."""
    sys.path[:0] = [str(cache.CHECKOUT), str(cache.CHECKOUT / 'recouvrement_plus')]
    from demo import ledger

    from bench import csv_ledger

    files = [cache.path('logs', f'bench-{name}.{os.getpid()}.csv') for name in ('invoices', 'payments')]
    whole = ledger.generate(datetime.date.fromisoformat(as_of), 30)
    # a currency must be active before an import may use it
    euros = {customer.code for customer in whole.customers if customer.currency == 'EUR'}
    whole = dataclasses.replace(
        whole,
        documents=tuple(document for document in whole.documents if document.customer in euros),
        payments=tuple(payment for payment in whole.payments if payment.customer in euros),
    )
    invoices, payments = csv_ledger.write(whole, *files)
    command = [shop.python, cache.CHECKOUT / 'scripts' / 'import_ledger.py', files[0], '--payments', files[1]]
    with databases.scratch(shop, 'import') as database:
        install(shop, database)
        with served(shop, database) as url:
            variables = shop.variables(ODOO_URL=url, ODOO_DB=database, ODOO_LOGIN='admin', ODOO_PASSWORD='admin')
            started = time.perf_counter()
            run_logged('bench: import', command, cache.log('bench-import'), env=variables, cwd=cache.CHECKOUT)
            seconds = time.perf_counter() - started
    for file in files:
        file.unlink()
    return (
        f"import over /jsonrpc: {invoices} invoices, {payments} payments in {seconds:.1f} s, "
        f"{1000 * seconds / invoices:.0f} ms an invoice"
    )


def _options(arguments):
    parser = argparse.ArgumentParser(
        prog='bin/bench', description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('subjects', nargs='*', choices=[[], *SUBJECTS], help="what to measure (default: everything)")
    parser.add_argument('--size', type=int, nargs='+', default=SIZES, help="numbers of invoices, about (default: 10,000 100,000)")
    parser.add_argument('--json', metavar='FILE', help="also write the figures there")
    options = parser.parse_args(arguments)
    if min(options.size) < 50:
        parser.error("--size: 50 invoices at least")
    return options
