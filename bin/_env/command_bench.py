"""bin/bench: the add-on's timings on a generated ledger, as ratios to bare SQL on the same database in the same run."""

import argparse
import dataclasses
import datetime
import os
import sys
import time

import cache
import databases
import workshop
from command_test import install, served
from console import run_logged

SUBJECTS = ('night', 'statement', 'decompte', 'screens', 'load', 'import')
DESCRIPTION = """Fills a scratch database with a generated ledger and measures the add-on on it.

  night       collect, score, decide, create reminders, against one SQL statement for each of these steps
  statement   penalty statements of 1,000 invoices, and of one
  decompte    the engine alone: one invoice with 60 payments over four years
  screens     a list of 80 invoices, one customer's file
  load        invoices and payments through the ORM, against the same rows copied by SQL
  import      scripts/import_ledger.py with a CSV, from outside, over /jsonrpc

Ratios travel between machines, seconds do not. The scratch database is dropped at the end."""
BUILD = '''
import datetime, os, sys
sys.path.insert(0, os.environ['CHECKOUT'])
from bench import run
run.build(env, datetime.date.fromisoformat(os.environ['AS_OF']), int(os.environ['SIZE']))
'''
MEASURE = '''
import datetime, os, sys
sys.path.insert(0, os.environ['CHECKOUT'])
from bench import run
run.measure(env, datetime.date.fromisoformat(os.environ['AS_OF']), os.environ['SUBJECTS'].split(), os.environ['TABLE'])
'''


def main(arguments):
    """Build, measure, print the table; returns the exit code."""
    options = _options(arguments)
    # the clock is read here, once; a night is measured on its own day
    as_of = datetime.date.today().isoformat()
    table = cache.path('logs', f'bench.{os.getpid()}.txt')
    wanted = options.subjects or SUBJECTS
    inside = [name for name in wanted if name != 'import']
    with workshop.open_workshop() as shop:
        if inside:
            _measure(shop, inside, options.size, as_of, table)
            sys.stdout.write(table.read_text(encoding='utf-8'))
        if 'import' in wanted:
            print(_import(shop, as_of))
    if options.json and inside:
        os.replace(f'{table}.json', options.json)
    return 0


def _measure(shop, names, size, as_of, table):
    """Build a scratch ledger and write the table of `names` to the file `table`."""
    common = {'CHECKOUT': str(cache.CHECKOUT), 'AS_OF': as_of}
    with databases.scratch(shop, 'bench') as database:
        install(shop, database)
        shop.script(f"bench: a ledger of {size:,} invoices", database, BUILD, SIZE=str(size), **common)
        common |= {'SUBJECTS': ' '.join(names), 'TABLE': str(table)}
        shop.script(f"bench: {', '.join(names)}", database, MEASURE, **common)


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
    parser.add_argument('--size', type=int, default=10_000, help="number of invoices, about (default: 10,000)")
    parser.add_argument('--json', metavar='FILE', help="also write the figures there")
    options = parser.parse_args(arguments)
    if options.size < 50:
        parser.error("--size: 50 invoices at least")
    return options
