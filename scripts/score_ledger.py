#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-only
"""For each invoice of a CSV ledger: the probability that it would be paid late, as it was seen on its issue date.

Each invoice is scored from what was visible the evening before it was issued: payments, open invoices, and the outcomes
that had matured by then, nothing later. The engine of the add-on does it, without Odoo. Columns and options are those of
import_ledger.py; the output has one line per invoice in the order of the file: its number (1, 2 ...) and the probability.

Exit code: 0 every line scored, 1 some lines could not be read (named, with an empty probability), 2 nothing done.
"""

import argparse
import csv
import io
import sys
from datetime import date

import _ledger_csv
import _outputs
from _engine import replay
from _ledger_history import add_arguments, history_of
from _ledger_text import Ambiguous

LEAST = 0.0001  # the least chance that is told, of being late or of being on time


def parser():
    """The command line."""
    result = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(result)
    result.add_argument("--out", required=True, metavar="FILE", help="the CSV to write: row, probability")
    result.add_argument("--threshold", type=_days, default=0, metavar="DAYS", help="late by more than so many days (%(default)s)")
    result.add_argument("--train-until", type=_date, metavar="YYYY-MM-DD",
                        help="learn nothing more from that day on: the weights stay, what was paid since is still seen")
    result.add_argument("--no-learning", action="store_true", help="the starting weights all along")
    return result


def _days(text):
    if not text.isdecimal() or int(text) > 3650:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days")
    return int(text)


def _date(text):
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date: write it as 2013-04-10") from None


def run(options):
    """Read, score, write; returns the exit code."""
    _outputs.check("--out", options.out, options.ledger)
    history = history_of(options)
    readable = [entry for entry in history.entries if entry]
    until = options.train_until.toordinal() if options.train_until else None
    announced = iter(replay(readable, options.threshold, until, not options.no_learning))
    chances = [told(next(announced).probability) if entry else "" for entry in history.entries]
    _outputs.write(options.out, text_of(chances))
    for line, problem in history.problems:
        print(f"line {line}: {problem}", file=sys.stderr)
    print(f"{len(readable)} invoices scored, {len(history.problems)} lines not readable")
    return 1 if history.problems else 0


def told(chance):
    """A probability as text, never 0 nor 1: nothing is certain before the due date."""
    return f"{min(max(chance, LEAST), 1 - LEAST):.6f}"


def text_of(chances):
    """The CSV of the probabilities."""
    result = io.StringIO(newline="")
    writer = csv.writer(result)
    writer.writerow(("row", "probability"))
    writer.writerows(enumerate(chances, start=1))
    return result.getvalue()


def main(arguments=None):
    """Entry point; expected troubles become one line on the error output."""
    options = parser().parse_args(arguments)
    try:
        return run(options)
    except (_ledger_csv.ConfigurationError, Ambiguous) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
