# SPDX-License-Identifier: LGPL-3.0-only
"""Files and options that cannot be right: one clear line, exit code 2, and nothing is written, not even a half."""

import backtest_ledger
import import_ledger
import pytest
import replay
import score_ledger

HEADER = "customer,invoice,issued,due,amount,settled\n"
LINE = "C1,A1,2024-01-02,2024-02-01,10.00,\n"
PROGRAMS = ["score", "backtest", "import"]


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """``run(program, content, *options)`` -> (exit code, error output); `{folder}` in an option is an empty folder."""
    def inner(program, content, *options):
        (tmp_path / "ledger.csv").write_text(content, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        main, needed = {
            "score": (score_ledger.main, ["--out", "out.csv"]), "backtest": (backtest_ledger.main, ["--out", "page.md"]),
            "import": (import_ledger.main, ["--dry-run", "--offline"])}[program]
        try:
            code = main(["ledger.csv", *needed, *options])
        except SystemExit as end:
            code = end.code
        return code, capsys.readouterr().err
    return inner


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(("content", "options", "message"), [
    ("", (), "ledger.csv is empty"),
    (" \n\n", (), "ledger.csv is empty"),
    ("just words\n", (), "no delimiter found"),
    ("a,b,c\n1,2,3\n", (), "no column for customer"),
    ("customer,client,invoice,issued,due,amount,settled\n", (), "several columns for customer: customer, client"),
    (HEADER + LINE, ("--delimiter", "::"), "--delimiter '::'"),
])
def test_a_wrong_file_is_one_clear_line(run, tmp_path, program, content, options, message):
    code, error = run(program, content, *options)
    assert (code, len(error.splitlines())) == (2, 1) and message in error
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.csv"]


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_result_never_replaces_the_ledger(run, tmp_path, program):
    option = "--refused" if program == "import" else "--out"
    code, error = run(program, HEADER + LINE, option, "ledger.csv")
    assert code == 2 and f"{option} is the ledger itself" in error
    assert (tmp_path / "ledger.csv").read_text(encoding="utf-8") == HEADER + LINE


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(("where", "why"), [("nowhere/file.csv", "no folder nowhere"), (".", "a folder")])
def test_a_place_that_takes_no_file_is_told_before_any_work(run, program, where, why):
    """The import too: what was refused would otherwise be lost after everything was loaded."""
    code, error = run(program, HEADER + LINE, "--refused" if program == "import" else "--out", where)
    assert code == 2 and why in error and len(error.splitlines()) == 1


@pytest.mark.parametrize("program", ["score", "import"])
@pytest.mark.parametrize("amount", ["1" * 17, "9" * 400, "-" + "1" * 15 + ".00"], ids=["large", "huge", "negative"])
def test_an_amount_that_no_ledger_holds_is_refused_alone(run, program, amount):
    code, _error = run(program, HEADER + LINE + f"C1,A2,2024-01-02,2024-02-01,{amount},\n", "--decimal", "point")
    assert code == 1


def test_a_day_before_the_first_one_makes_no_empty_replay(capsys):
    with pytest.raises(SystemExit) as end:
        replay.main(["--from", "2024-01-02", "--to", "2024-01-01"])
    assert end.value.code == 2 and "--to is before --from" in capsys.readouterr().err


@pytest.mark.parametrize(("program", "option", "message"), [
    ("backtest", ("--thresholds", "0,soon"), "'soon' is not a number of days"),
    ("import", ("--batch", "0"), "'0' is not a number of invoices"),
    ("import", ("--journal", "TOOLONG"), "five characters at most"),
])
def test_impossible_options_say_what_is_wanted(run, program, option, message):
    code, error = run(program, HEADER + LINE, *option)
    assert code == 2 and message in error
