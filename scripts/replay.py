#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-only
"""Run the collection nights of a past period, one after the other, and print what each one did.

Each night is `recouvrement.run.execute(as_of)`, called until its state is `done`: the add-on counts an invoice as paid
only from its settlement date on. Past nights are refused unless the system parameter
`recouvrement_plus.allow_replay` is set: a replay belongs on a copy of a database, never on the books in use.
Nothing may leave: use a database without an outgoing mail server.

Exit code: 0 all nights done, 1 some nights had errors (or changed something when run twice), 2 nothing done.
"""

import argparse
import sys
import time
from datetime import date, timedelta

import _transport
from _odoo_target import CannotLoad, find_company

PARAMETER = "recouvrement_plus.allow_replay"
COLUMNS = ("night", "state", "reminders", "held", "errors", "seconds")


def parser():
    """The command line."""
    result = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    result.add_argument("--from", dest="first", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD")
    result.add_argument("--to", dest="last", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD")
    result.add_argument("--company", default="", help="name or id; by default the company of the user")
    result.add_argument("--twice", action="store_true",
                        help="run each night again at once and check that nothing more happens")
    result.add_argument("--allow-replay", action="store_true", help=f"set {PARAMETER} first (administrators only)")
    result.add_argument("--pause", type=float, default=1.0, help="seconds between two questions to a running night")
    result.add_argument("--patience", type=float, default=1800, help="seconds before a night is given up (%(default)s)")
    _transport.add_arguments(result)
    return result


def nights(first, last):
    """Every date from `first` to `last`, both included."""
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def run_night(rpc, night, company_id, pause, patience):
    """Execute one night until it is done. Returns the last answer of `execute`.

    `execute` may be called again at any time, so a broken connection is answered by calling it again.
    Raises `_transport.TransportError` when the night is not done after `patience` seconds.
    """
    give_up = time.monotonic() + patience
    while True:
        try:
            answer = rpc.call("recouvrement.run", "execute", as_of=str(night), company_id=company_id)
            if answer["state"] == "done":
                return answer
            trouble = f"still {answer['state']}"
        except _transport.Unreachable as error:
            trouble = str(error)
        if time.monotonic() > give_up:
            raise _transport.TransportError(f"night {night} is not done after {patience:.0f} s: {trouble}")
        time.sleep(pause)


def picture(rpc, company_id):
    """What a night may not change when it is run again: how many reminders and lines there are."""
    company = [("case_id.company_id", "=", company_id)]
    lines = [("reminder_id.case_id.company_id", "=", company_id)]
    return rpc.search_count("recouvrement.reminder", company), rpc.search_count("recouvrement.reminder.line", lines)


def replay(rpc, options, company_id, out=print):
    """All nights, a table line for each; returns how many went wrong."""
    wrong = 0
    out(table_line(COLUMNS))
    for night in nights(options.first, options.last):
        start = time.monotonic()
        answer = run_night(rpc, night, company_id, options.pause, options.patience)
        seconds = time.monotonic() - start
        out(table_line((night, answer["state"], count(answer["reminders"]), count(answer["held"]),
                        count(answer["errors"]), f"{seconds:.1f}")))
        wrong += bool(answer["errors"])
        if options.twice:
            wrong += not same_again(rpc, night, company_id, options, out)
    return wrong


def same_again(rpc, night, company_id, options, out):
    """Run `night` again; True when it changed nothing, else one line says what changed."""
    before = picture(rpc, company_id)
    run_night(rpc, night, company_id, options.pause, options.patience)
    after = picture(rpc, company_id)
    if after != before:
        out(f"{night} again: (reminders, lines) went from {before} to {after}")
    return after == before


def count(value):
    """`execute` gives numbers or lists; a table wants numbers."""
    return value if isinstance(value, int) else len(value)


def table_line(cells):
    """One line of the table, first column left, the others right aligned."""
    return f"{cells[0]!s:<12}{cells[1]!s:>9}" + "".join(f"{cell!s:>11}" for cell in cells[2:])


def totals(rpc, company_id, out=print):
    """Reminders by level and state, for all nights together."""
    rows = rpc.call("recouvrement.reminder", "formatted_read_group", domain=[("case_id.company_id", "=", company_id)],
                    groupby=["level_id", "state"], aggregates=["__count"])
    for row in rows:
        level = row["level_id"][1] if row["level_id"] else "-"
        out(f"{level:<40}{row['state']:<12}{row['__count']:>8}")


def main(arguments=None):
    """Entry point; expected troubles become one line on the error output."""
    options = parser().parse_args(arguments)
    if options.last < options.first:
        parser().error("--to is before --from")
    try:
        rpc = _transport.connect(options)
        company = find_company(rpc, options.company)
        rpc.context = {**rpc.context, "allowed_company_ids": [company["id"]]}
        if options.allow_replay:
            rpc.call("ir.config_parameter", "set_param", key=PARAMETER, value="1")
        wrong = replay(rpc, options, company["id"])
        totals(rpc, company["id"])
        return 1 if wrong else 0
    except (CannotLoad, _transport.TransportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
