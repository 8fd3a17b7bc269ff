"""bin/bench: the add-on's timings on a generated ledger, as ratios to bare SQL on the same database in the same run."""

import argparse
import datetime
import os
import sys

import cache
import databases
import workshop
from command_test import install

SUBJECTS = ('night', 'statement', 'screens', 'load')
DESCRIPTION = """Fills a scratch database with a generated ledger and measures the add-on on it.

  night       collect, score, decide, create reminders, against one SQL statement for each of these steps
  statement   penalty statements of 1,000 invoices, and of one
  screens     a list of 80 invoices, one customer's file
  load        invoices and payments through the ORM

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
    with workshop.open_workshop() as shop, databases.scratch(shop, 'bench') as database:
        install(shop, database)
        common = {'CHECKOUT': str(cache.CHECKOUT), 'AS_OF': as_of}
        shop.script(f"bench: a ledger of {options.size:,} invoices", database, BUILD, SIZE=str(options.size), **common)
        names = ' '.join(options.subjects or SUBJECTS)
        shop.script(f"bench: {names}", database, MEASURE, SUBJECTS=names, TABLE=str(table), **common)
    sys.stdout.write(table.read_text(encoding='utf-8'))
    if options.json:
        os.replace(f'{table}.json', options.json)
    return 0


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
