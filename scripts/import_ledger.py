#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-only
"""Load a CSV ledger into Odoo 19: customers, posted invoices, dated and reconciled payments.

Columns, options and examples: README.md beside this file. Exit code: 0 everything loaded (or loadable, with
--dry-run), 1 some lines refused and the others loaded, 2 nothing done (bad option, ambiguous file, no server).
"""

import argparse
import csv
import io
import sys
from datetime import date
from pathlib import Path

import _ledger
import _ledger_csv
import _odoo_target
import _outputs
import _transport
from _disputes import place_holds
from _ledger_load import Loader
from _ledger_text import Ambiguous
from _progress import Progress


def parse_mapping(texts):
    """``["a=x,b=y"]`` as ``{"a": "x", "b": "y"}``; a header with a comma goes in double quotes."""
    mapping = {}
    for text in texts or ():
        for part in next(csv.reader([text], skipinitialspace=True)):
            column, equal, header = part.partition("=")
            if not equal:
                raise _ledger_csv.ConfigurationError(f"--map: {part!r} is not COLUMN=HEADER")
            mapping[column.strip()] = header.strip()
    return mapping


def parser():
    """The command line."""
    result = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    result.add_argument("ledger", help="the CSV file of the invoices")
    result.add_argument("--payments", metavar="FILE", help="a second CSV: invoice, date, amount, reference")
    result.add_argument("--map", action="append", metavar="COLUMN=HEADER,...", help="our column = the file's header")
    result.add_argument("--map-payments", action="append", metavar="COLUMN=HEADER,...", help="the same for --payments")
    result.add_argument("--dry-run", action="store_true", help="report the bad lines and write nothing")
    result.add_argument("--offline", action="store_true",
                        help="with --dry-run: do not ask a server about currencies and countries")
    result.add_argument("--refused", metavar="FILE", help="write the refused lines there, with their reasons")
    form = result.add_argument_group("how the file is written (each is found out when the whole file proves it)")
    form.add_argument("--date-format", default="", help="D/M/Y, M/D/Y or a strptime pattern such as %%d.%%m.%%Y")
    form.add_argument("--decimal", choices=("comma", "point"), default="")
    form.add_argument("--delimiter", default="", help="; , tab |")
    form.add_argument("--encoding", default="", help="utf-8, cp1252 ...")
    what = result.add_argument_group("what it becomes")
    what.add_argument("--default-regime", choices=("", *_ledger.REGIMES), default="", help="for customers without one")
    what.add_argument("--currency", default="", type=str.upper, metavar="CODE",
                      help="of the lines without one in their own column, whatever sign stands beside the amounts")
    what.add_argument("--credit-notes", action="store_true",
                      help="load negative amounts as credit notes (else refused)")
    what.add_argument("--disputes", action="store_true",
                      help="put a dispute hold on the disputed invoices that a night has seen (needs the add-on)")
    what.add_argument("--company", default="", help="name or id; by default the company of the user")
    what.add_argument("--journal", default="IMP", type=_journal,
                      help="code of the sales journal, created if missing; one per ledger (%(default)s)")
    what.add_argument("--bank-journal", default="",
                      help="code of the journal of the payments; by default the first bank journal")
    what.add_argument("--batch", type=_number, default=100, help="invoices per transaction (%(default)s)")
    _transport.add_arguments(result)
    return result


def _journal(text):
    if not 0 < len(text) <= 5:
        raise argparse.ArgumentTypeError(f"{text!r}: the code of a journal has five characters at most")
    return text


def _number(text):
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of invoices")
    return int(text)


def read_files(options):
    """The two files as tables (the second may be None)."""
    same = {"delimiter": options.delimiter, "encoding": options.encoding}
    ledger = _ledger_csv.read_table(options.ledger, _ledger_csv.LEDGER_COLUMNS, _ledger_csv.LEDGER_REQUIRED,
                                    parse_mapping(options.map), **same)
    if not options.payments:
        return ledger, None
    return ledger, _ledger_csv.read_table(options.payments, _ledger_csv.PAYMENT_COLUMNS, _ledger_csv.PAYMENT_REQUIRED,
                                          parse_mapping(options.map_payments), **same)


def write_refused(path, refusals, table, payments_table):
    """The refused lines as CSV, as they stood, with their file, line number and reason in front."""
    cells = {False: {row.line: row.raw for row in table.rows},
             True: {row.line: row.raw for row in payments_table.rows} if payments_table else {}}
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["file", "line", "reason", *table.header])
    for refusal in refusals:
        for line in refusal.lines:
            name = "payments" if refusal.payments else "ledger"
            writer.writerow([name, line, refusal.reason, *cells[refusal.payments].get(line, ())])
    _outputs.write(path, text.getvalue(), encoding="utf-8-sig")


def run(options):
    """The whole import; returns the exit code."""
    if options.refused:
        _outputs.check("--refused", options.refused, options.ledger, *filter(None, [options.payments]))
    table, payments_table = read_files(options)
    rpc = None if options.dry_run and options.offline else _transport.connect(options)
    known = _ledger.Known()
    if rpc:
        known = _odoo_target.read_known(rpc, _odoo_target.find_company(rpc, options.company))
    reading = _ledger.Reading(
        today=date.today(), date_format=options.date_format, decimal=options.decimal,
        default_regime=options.default_regime, credit_notes=options.credit_notes,
        currency=options.currency)
    ledger = _ledger.build(table, reading, known, payments_table)
    if options.dry_run:
        print(f"dry run: {len(ledger.invoices)} invoices of {len(ledger.customers)} customers can be loaded")
        refusals = ledger.refusals
    else:
        refusals = ledger.refusals + load(rpc, options, ledger)
    report(options, refusals, table, payments_table)
    return 1 if refusals else 0


def load(rpc, options, ledger):
    """Write `ledger` into Odoo, print what was done, return the refusals of Odoo."""
    target = _odoo_target.Target(
        Path(options.ledger).stem, options.company, options.journal, options.bank_journal, options.batch)
    loader = Loader(rpc, target)
    loader.load_customers(ledger.customers, Progress("customers", len(ledger.customers)))
    loader.load(ledger.invoices, Progress("invoices ", len(ledger.invoices)))
    done = loader.result
    print(f"created: {done.customers} customers, {done.invoices} invoices, {done.payments} payments; "
          f"already there: {done.already} invoices; completed: {done.completed}")
    if options.disputes:
        holds = place_holds(rpc, loader.journal.id, ledger.invoices)
        print(f"disputes: {holds.placed} holds placed, {holds.already} already there, {holds.waiting} invoices "
              "wait for a first night (run the same command again after it)")
    return loader.refusals


def report(options, refusals, table, payments_table):
    """Print every refusal, and write the --refused file."""
    for refusal in refusals:
        print(f"refused: {refusal}")
    if refusals:
        print(f"{len(refusals)} refused")
    if options.refused:
        write_refused(options.refused, refusals, table, payments_table)


def main(arguments=None):
    """Entry point; expected troubles become one line on the error output."""
    options = parser().parse_args(arguments)
    try:
        return run(options)
    except _transport.Unreachable as error:
        print(f"error: {error}; when the server is back, the same command goes on", file=sys.stderr)
        return 2
    except (_ledger_csv.ConfigurationError, Ambiguous, _odoo_target.CannotLoad, _transport.TransportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopped; run the same command again to go on", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
