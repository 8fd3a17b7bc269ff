#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-only
"""How well the score would have done on a ledger: figures and curves, as a page of text.

Each invoice is scored on its issue date from what was visible the evening before. The first 70 % of the time teach, the
rest tests; the last 75 days are left out because their outcomes are not all known. Columns and options are those of
import_ledger.py. `--generated` adds the generated ledgers of bench/payers.py.
"""

import argparse
import random
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import _ledger_csv
import _outputs
from _engine import Entry, is_late, measure, probability, replay
from _ledger_history import add_arguments, history_of
from _ledger_text import Ambiguous

UNSETTLED_DAYS = 75
TRAIN_SHARE = 0.7
SHUFFLES = 10
MODES = (
    ("late share alone", {"learning": False}, True),
    ("starting weights", {"learning": False}, False),
    ("learned before the test", {"frozen": True}, False),
    ("learned each month", {}, False),
)
HEADER = ("| probabilities | n | late | AUC | Brier skill | calibration error | late among the riskiest 20 % |\n"
          "|---|---|---|---|---|---|---|")


def parser():
    """The command line."""
    result = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(result)
    result.add_argument("--thresholds", default="0,30", type=_thresholds, help="days late, with commas (%(default)s)")
    result.add_argument("--name", default="", help="what the page calls the ledger (by default its file name)")
    result.add_argument("--generated", action="store_true", help="also the generated ledgers")
    result.add_argument("--out", metavar="FILE", help="write the page there, its curves as SVG beside it in images/")
    return result


def _thresholds(text):
    for part in text.split(","):
        if not part.strip().isdecimal() or int(part) > 3650:
            raise argparse.ArgumentTypeError(f"{part!r} is not a number of days")
    return [int(part) for part in text.split(",")]


class Window:
    """First and last issue date that test the score, and the day until which it learns."""

    def __init__(self, entries):
        self.end = max(max(entry.issued, entry.settled or 0) for entry in entries)
        self.last = self.end - UNSETTLED_DAYS
        first = min(entry.issued for entry in entries)
        self.cut = first + int(TRAIN_SHARE * (self.last - first))

    def tests(self, entry, threshold):
        """Whether this entry is in the test period and its outcome is known."""
        known = entry.settled is not None or entry.due + threshold < self.end
        return entry.counts and self.cut <= entry.issued <= self.last and known

    def base(self, entries, threshold):
        """Late rate of what had matured when the test begins: the constant that has to be beaten."""
        late = [is_late(entry, threshold) for entry in entries if entry.due + threshold < self.cut]
        return sum(late) / len(late)


def qualities(entries, threshold):
    """[(name, Quality)] of the four kinds of probabilities."""
    window = Window(entries)
    rows = [row for row, entry in enumerate(entries) if window.tests(entry, threshold)]
    late = [is_late(entries[row], threshold) for row in rows]
    if not rows or window.cut <= min(entry.due for entry in entries) + threshold:
        raise _ledger_csv.ConfigurationError("the ledger is too short to be tested: it needs about half a year")
    result = []
    for name, mode, alone in MODES:
        until = window.cut if mode.get("frozen") else None
        announced = replay(entries, threshold, until, mode.get("learning", True))
        chances = [probability(announced[row].values[0]) if alone else announced[row].probability for row in rows]
        result.append((name, measure(chances, late, window.base(entries, threshold))))
    return result


def chance_auc(entries, threshold):
    """AUC of the same ledger with its delays dealt out again at random, over some deals together: (lowest, mean, highest)."""
    found = []
    for seed in range(SHUFFLES):
        delays = [None if entry.settled is None else entry.settled - entry.due for entry in entries]
        random.Random(seed).shuffle(delays)
        dealt = [replace(entry, settled=None if delay is None else entry.due + delay)
                 for entry, delay in zip(entries, delays, strict=True)]
        found.append(qualities(dealt, threshold)[2][1].auc or 0.5)
    return min(found), sum(found) / len(found), max(found)


def line(name, quality):
    """One row of the table."""
    ranking = "-" if quality.auc is None else f"{quality.auc:.3f}"
    skill = "-" if quality.skill is None else f"{100 * quality.skill:+.1f} %"
    return (f"| {name} | {quality.n} | {100 * quality.late_rate:.1f} % | {ranking} | {skill} | "
            f"{quality.error:.3f} | {100 * quality.riskiest:.0f} % |")


def curve_table(quality):
    """The calibration curve as text."""
    rows = [f"| {one.n} | {100 * one.announced:.0f} % | {100 * one.observed:.0f} % | {'█' * round(20 * one.observed)} |"
            for one in quality.bins]
    return "\n".join(["| invoices | announced | were late | |", "|---|---|---|---|", *rows])


def curve_svg(title, quality):
    """The calibration curve as a picture: announced from left to right, observed upwards, the diagonal is perfect."""
    def place(one):
        return 40 + 300 * one.announced, 340 - 300 * one.observed
    points = [place(one) for one in quality.bins]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#1f6feb"/>' for x, y in points)
    marks = "".join(
        f'<text x="{40 + 3 * share}" y="356" text-anchor="middle">{share} %</text>'
        f'<text x="34" y="{344 - 3 * share}" text-anchor="end">{share} %</text>' for share in (0, 50, 100))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 380" font-family="sans-serif" font-size="11">'
            f'<rect width="360" height="380" fill="white"/><text x="40" y="24" font-size="13">{title}</text>{marks}'
            '<rect x="40" y="40" width="300" height="300" fill="none" stroke="#999"/>'
            '<line x1="40" y1="340" x2="340" y2="40" stroke="#999" stroke-dasharray="4"/>'
            f'<polyline points="{path}" fill="none" stroke="#1f6feb" stroke-width="2"/>{dots}'
            '<text x="190" y="373" text-anchor="middle">announced / were late (upwards)</text></svg>\n')


def ledger_page(name, entries, thresholds, images=None):
    """The text of one ledger, thresholds one after the other; `images`: the folder of the curves."""
    window = Window(entries)
    customers = len({entry.customer for entry in entries})
    text = [f"## {name}", "", f"{len(entries)} invoices of {customers} customers. Tested on those issued from "
            f"{date.fromordinal(window.cut)} to {date.fromordinal(window.last)}.", ""]
    for threshold in thresholds:
        found = qualities(entries, threshold)
        title = f"Late by more than {threshold} days" if threshold else "Late"
        text += [f"### {title}", "", HEADER, *[line(*row) for row in found], ""]
        learned = found[2][1]
        text += ["Calibration of what was learned before the test, in ten groups of the same size:", "", curve_table(learned), ""]
        if images:
            picture = f"score-late-{threshold}.svg"
            images.mkdir(exist_ok=True)
            _outputs.write(images / picture, curve_svg(title, learned))
            text += [f"![Calibration]({images.name}/{picture})", ""]
        low, mean, high = chance_auc(entries, threshold)
        text += [f"Control: with the delays dealt out at random {SHUFFLES} times, AUC {mean:.3f} on average "
                 f"(between {low:.3f} and {high:.3f}).", ""]
    return text


def generated_page(thresholds):
    """The text of the generated ledgers: one table."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from bench.payers import ledgers
    text = ["## Generated ledgers", "",
            "`bench/payers.py`; the weights \"learned before the test\" against the late share alone.", "",
            "| ledger | late by more than | late | AUC | share alone | skill | share alone | error | share alone |",
            "|---|---|---|---|---|---|---|---|---|"]
    for name, rows in ledgers().items():
        entries = [Entry(*row) for row in rows]
        for threshold in thresholds:
            (_, alone), _start, (_, learned), _monthly = qualities(entries, threshold)
            text.append(f"| {name} | {threshold} d | {100 * learned.late_rate:.0f} % | {learned.auc:.3f} | {alone.auc:.3f} | "
                        f"{100 * learned.skill:+.1f} % | {100 * alone.skill:+.1f} % | {learned.error:.3f} | {alone.error:.3f} |")
    return [*text, ""]


def run(options):
    """Read, test, write; returns the exit code."""
    if options.out:
        _outputs.check("--out", options.out, options.ledger)
    thresholds = options.thresholds
    history = history_of(options)
    for number, problem in history.problems:
        print(f"line {number}: {problem}", file=sys.stderr)
    entries = [entry for entry in history.entries if entry]
    if not entries:
        raise _ledger_csv.ConfigurationError(f"{options.ledger} has no readable invoice")
    images = Path(options.out).parent / "images" if options.out else None
    text = ["# What the score was worth", "", "Made by `scripts/backtest_ledger.py`; the protocol and what the words mean: "
            "[decisions/010](decisions/010-what-the-score-uses.md).", ""]
    text += ledger_page(options.name or Path(options.ledger).name, entries, thresholds, images)
    if options.generated:
        text += generated_page([0, 30])
    if options.out:
        _outputs.write(options.out, "\n".join(text))
    else:
        print("\n".join(text))
    return 1 if history.problems else 0


def main(arguments=None):
    """Entry point; expected troubles become one line on the error output."""
    options = parser().parse_args(arguments)
    try:
        return run(options)
    except (_ledger_csv.ConfigurationError, Ambiguous, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
