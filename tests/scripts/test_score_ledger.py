# SPDX-License-Identifier: LGPL-3.0-only
"""The score of a CSV: one probability a line, in the order of the file, from what was visible; and the page of a backtest."""

import csv
import random
from datetime import date, timedelta

import backtest_ledger
import pytest
import score_ledger

HEADER = ["customer", "invoice", "issued", "due", "amount", "settled"]


def rows(number=900, seed=5):
    """Two kinds of customers, one always late, issued over two years."""
    rng = random.Random(seed)
    for row in range(number):
        issued = date(2024, 1, 1) + timedelta(days=rng.randrange(700))
        who = rng.randrange(12)
        settled = issued + timedelta(days=30 + round(rng.gauss(12 if who < 4 else -8, 8)))
        yield [f"C{who}", f"F{row}", issued, issued + timedelta(days=30), rng.randrange(50, 900),
               settled if settled < date(2025, 12, 15) else ""]


@pytest.fixture
def score(tmp_path):
    """``score(rows, *options)`` -> (exit code, [(row, probability text)])."""
    def inner(lines, *options, header=HEADER):
        source, target = tmp_path / "ledger.csv", tmp_path / "out.csv"
        with open(source, "w", newline="", encoding="utf-8") as handle:
            csv.writer(handle).writerows([header, *lines])
        code = score_ledger.main([str(source), "--out", str(target), *options])
        if code == 2:
            return code, None
        with open(target, newline="", encoding="utf-8") as handle:
            header, *found = csv.reader(handle)
        assert header == ["row", "probability"]
        return code, found
    return inner


def test_one_probability_a_line_in_the_order_of_the_file(score):
    lines = list(rows())
    code, found = score(lines)
    assert code == 0 and [row for row, _ in found] == [str(number) for number in range(1, len(lines) + 1)]
    late = [float(chance) for (_, chance), line in zip(found, lines, strict=True)
            if line[0] in ("C0", "C1", "C2", "C3") and line[2] > date(2025, 1, 1)]
    others = [float(chance) for (_, chance), line in zip(found, lines, strict=True)
              if line[0] not in ("C0", "C1", "C2", "C3") and line[2] > date(2025, 1, 1)]
    assert min(late) > 0.5 > max(others)
    assert score(lines) == (code, found)


def test_hiding_what_came_later_changes_no_line(score):
    evening = date(2025, 6, 1)
    lines = list(rows())
    past = [[*line[:5], line[5] if line[5] and line[5] < evening else ""] for line in lines if line[2] <= evening]
    _, whole = score(lines)
    _, hidden = score(past)
    assert [chance for _, chance in hidden] == [
        chance for (_, chance), line in zip(whole, lines, strict=True) if line[2] <= evening]


def test_threshold_and_train_until(score):
    lines = list(rows())
    plain, thirty = score(lines)[1], score(lines, "--threshold", "30")[1]
    assert sum(float(chance) for _, chance in thirty) < sum(float(chance) for _, chance in plain) / 2
    frozen, raw = score(lines, "--train-until", "2025-09-01")[1], score(lines, "--no-learning")[1]
    assert len({tuple(chance for _, chance in found) for found in (plain, frozen, raw)}) == 3


def test_the_columns_by_their_plain_names_need_no_map(score):
    lines = [[line[0], *line[2:4], line[5], line[4]] for line in rows(60)]
    plain = score(lines, header=["customer", "issue", "due", "settled", "amount"])
    assert plain[0] == 0
    assert score(lines, header=["customer_id", "issue_date", "due_date", "paid_on", "amount"]) == plain


def test_the_order_of_the_file_changes_nothing(score):
    lines = list(rows())
    order = random.Random(3).sample(range(len(lines)), len(lines))
    plain, turned = score(lines)[1], score([lines[row] for row in order])[1]
    assert [chance for _, chance in turned] == [plain[row][1] for row in order]


def test_headers_and_dates_as_the_importer_reads_them(score):
    lines = [["Dupont", "31/01/2024", "01/03/2024", "1 234,50", ""], ["Dupont", "15/02/2024", "16/03/2024", "99,90", "20/03/2024"]]
    assert score(lines, header=["Client", "Date facture", "Échéance", "Montant TTC", "Réglé"])[0] == 0
    mapping = "customer=Who,issue=Made,due=End,settled=Paid,amount=Sum"
    assert score(lines, "--map", mapping, header=["Who", "Made", "End", "Sum", "Paid"])[0] == 0


def test_unreadable_lines_are_named_and_the_others_scored(score, capsys):
    lines = [["A", "1", "2024-01-31", "2024-03-01", "10", ""], ["", "2", "2024-01-31", "2024-03-01", "10", ""],
             ["A", "3", "2024-02-31", "2024-03-01", "10", ""], ["A", "1", "2024-02-01", "2024-03-01", "-5", ""]]
    code, found = score(lines)
    assert code == 1 and [bool(chance) for _, chance in found] == [True, False, False, True]
    message = capsys.readouterr().err
    assert "line 3: no customer" in message and "line 4: issued: '2024-02-31' is not a date" in message


@pytest.mark.parametrize(("options", "message"), [
    (["--map", "settled=Nowhere"], "no column 'Nowhere'"), (["--delimiter", ";"], "no column for customer")])
def test_a_file_that_cannot_be_read_scores_nothing(score, capsys, options, message):
    assert score(list(rows(3)), *options)[0] == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--threshold", "-1"], ["--train-until", "10/04/2013"]])
def test_impossible_options_are_refused(score, option):
    with pytest.raises(SystemExit):
        score(list(rows(3)), *option)


@pytest.mark.parametrize("settled", ["2024-06-01", "2026-01-01", ""])
def test_ledgers_of_one_kind(score, settled):
    """All on time, all late, nothing ever paid, one customer, the same number twice: a probability all the same."""
    lines = [["A", "1", date(2024, 6, 1) + timedelta(days=day), date(2024, 7, 1) + timedelta(days=day), "10", settled]
             for day in range(450)]
    code, found = score(lines)
    assert code == 0 and all(0 < float(chance) < 1 for _, chance in found)


@pytest.mark.parametrize("threshold", ["0", "30"])
def test_never_certain_however_clear_the_habits(score, threshold):
    """One always pays months late, the others weeks early: nothing is written as 0 or 1."""
    lines = [[f"C{day % 3}", str(day), issued := date(2024, 1, 1) + timedelta(days=day // 2), issued + timedelta(days=60), "10",
              issued + timedelta(days=150 if day % 3 else 1)] for day in range(1500)]
    chances = [float(chance) for _, chance in score(lines, "--threshold", threshold)[1]]
    assert all(0 < chance < 1 for chance in chances) and min(chances) < 0.02 and max(chances) > 0.98


def test_an_empty_ledger_is_an_empty_answer(score):
    assert score([]) == (0, [])


def test_the_page_of_a_backtest(tmp_path, monkeypatch):
    monkeypatch.setattr(backtest_ledger, "SHUFFLES", 1)
    source, page = tmp_path / "ledger.csv", tmp_path / "score.md"
    with open(source, "w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([HEADER, *rows(700)])
    assert backtest_ledger.main([str(source), "--out", str(page), "--thresholds", "0"]) == 0
    text = page.read_text(encoding="utf-8")
    assert "700 invoices of 12 customers" in text and "learned each month" in text and "at random" in text
    assert (tmp_path / "images" / "score-late-0.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_ledger_too_short_to_be_tested_says_so(tmp_path, capsys):
    source = tmp_path / "ledger.csv"
    with open(source, "w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([HEADER, ["A", "1", "2024-01-01", "2024-01-31", "10", "2024-02-01"]])
    assert backtest_ledger.main([str(source)]) == 2
    assert "too short" in capsys.readouterr().err
