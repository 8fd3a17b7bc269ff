# SPDX-License-Identifier: LGPL-3.0-only
"""Whole files of several habits: what is loaded, and each bad line with its number and its reason."""

from datetime import date
from decimal import Decimal

import _ledger_csv
import import_ledger
import pytest
from _ledger import Known, Reading, build
from _ledger_text import Ambiguous

KNOWN = Known(currencies={"EUR": 2, "USD": 2, "JPY": 0}, inactive=frozenset({"CHF"}),
              countries={"fr": "FR", "france": "FR"}, company_currency="EUR")
TODAY = date(2014, 6, 30)


@pytest.fixture
def read(tmp_path):
    """``read(text, payments text, **Reading options)`` -> Ledger."""
    def inner(text, payments=None, mapping=None, encoding="utf-8", known=KNOWN, **options):
        def table(name, content, columns, required, names=None):
            path = tmp_path / name
            path.write_bytes(content.encode(encoding))
            return _ledger_csv.read_table(path, columns, required, names)
        main = table("ledger.csv", text, _ledger_csv.LEDGER_COLUMNS, _ledger_csv.LEDGER_REQUIRED, mapping)
        second = payments and table(
            "payments.csv", payments, _ledger_csv.PAYMENT_COLUMNS, _ledger_csv.PAYMENT_REQUIRED)
        return build(main, Reading(TODAY, **options), known, second)
    return inner


HEADER = "customer,invoice,issued,due,amount,settled,paid,currency\n"


def refused(ledger):
    return [str(refusal) for refusal in ledger.refusals]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_french_export(read, encoding):
    """Semicolons, comma decimals, day first, accents in the headers, in the encodings of common tools."""
    ledger = read(
        "Client;N° facture;Date facture;Échéance;Montant TTC;Réglé;Raison sociale\n"
        "C1;FA-001;03/01/2013;28/02/2013;1 234,50;;Société Générée\n"
        "C2;FA-002;04/01/2013;31/01/2013;99,90 €;15/02/2013;Café d'Été\n", encoding=encoding)
    assert not ledger.refusals
    first, second = ledger.invoices
    assert (first.number, first.issued, first.due, first.amount, first.residual) == (
        "FA-001", date(2013, 1, 3), date(2013, 2, 28), Decimal("1234.50"), Decimal("1234.50"))
    assert (second.payments[0].date, second.residual, second.currency) == (date(2013, 2, 15), 0, "")
    assert ledger.customers["C2"].details == {"name": "Café d'Été"}


def test_a_mapping_wins_over_the_headers_that_are_understood(read):
    ledger = read(
        "customerID|invoiceNumber|InvoiceDate|DueDate|InvoiceAmount|SettledDate\n"
        "0379-NEVHP|0000611365|1/2/2013|2/1/2013|55.94|1/15/2013\n",
        mapping={"customer": "customerID", "settled": "SettledDate"})
    assert ledger.invoices[0].number == "0000611365"
    assert ledger.invoices[0].due == date(2013, 2, 1)


def test_each_bad_line_has_its_number_and_its_reason(read):
    ledger = read(
        HEADER
        + "C1,A1,2013-01-02,2013-02-01,10.00,,,\n"
        + "C1,A2,2013-02-30,2013-03-01,10.00,,,\n"
        + "C1,A3,2013-01-02,soon,10.00,,,\n"
        + "C1,A4,2013-01-02,2013-02-01,10.00,,,XXX\n"
        + "C1,A5,2013-01-02,2013-02-01,10.00,,,CHF\n"
        + "C1,A1,2013-01-09,2013-02-09,12.00,,,\n"
        + "C1,A6,2013-01-02,2013-02-01,10.00,2013-01-01,,\n"
        + "C1,A7,2013-02-02,2013-02-01,10.00,,,\n"
        + "C1,A8,2013-01-02,2013-02-01,0.00,,,\n"
        + "C1,A9,2013-01-02,2013-02-01,-10.00,,,\n"
        + ",A10,2013-01-02,2013-02-01,10.00,,,\n"
        + "C1,A11,2013-01-02,2013-02-01,10.00,2013-02-03,10.01,\n"
        + "C1,A12,2013-01-02,2013-02-01,ten,,,\n"
        + "C1,A13,2013-01-02,2013-02-01,10.00\n"
        + "C1,A14,2013-01-02,2013-02-01,10.005,,,\n"
        + "C1,A15,2013-01-02,2013-02-01,10.00,,5.00,\n"
        + "C1,A16,2014-07-01,2014-08-01,10.00,,,\n"
        + "C1,A17,2013-01-02,2013-02-01,10.00,2014-07-01,,\n"
        + "C1,,2013-01-02,2013-02-01,10.00,,,\n"
        + "C1,A18,2013-01-02,2113-02-01,10.00,,,\n"
        + "C1,A19,2013-01-02,2013-02-01,10.50,,,JPY\n"
        + "C1,A20,2013-01-02,2013-02-01,10 $,,,EUR\n"
        + "C2,A21,2013-01-02,2013-02-01,10.00,2013-02-03,,USD\n")
    assert [invoice.number for invoice in ledger.invoices] == ["A1", "A21"]
    assert refused(ledger) == [
        "line 3: invoice A2: invoice date: '2013-02-30' is not a date (no such day in the calendar)",
        "line 4: invoice A3: due date: 'soon' is not a date (no known form)",
        "line 5: invoice A4: unknown currency XXX",
        "line 6: invoice A5: currency CHF is not active in this database",
        "line 7: invoice A1: duplicate invoice number, first on line 2",
        "line 8: invoice A6: payment dated 2013-01-01 is before the invoice date 2013-01-02",
        "line 9: invoice A7: due date 2013-02-01 is before the invoice date 2013-02-02",
        "line 10: invoice A8: amount is zero",
        "line 11: invoice A9: amount -10.00 is not positive (--credit-notes loads negative amounts as credit notes)",
        "line 12: invoice A10: no customer",
        "line 13: invoice A11: overpayment: 10.01 paid for 10.00",
        "line 14: invoice A12: 'ten' is not an amount",
        "line 15: invoice A13: 5 cells where the header has 8",
        "line 16: invoice A14: amount 10.005 has more decimals than EUR",
        "line 17: invoice A15: 5.00 paid without a settlement date",
        "line 18: invoice A16: invoice dated 2014-07-01, after today",
        "line 19: invoice A17: payment dated 2014-07-01, after today",
        "line 20: no invoice number",
        "line 21: invoice A18: due date: '2113-02-01' is not a date (year 2113 is out of range)",
        "line 22: invoice A19: amount 10.50 has more decimals than JPY",
        "line 23: invoice A20: the amount is written in USD, the currency column says EUR",
    ]


def test_line_numbers_survive_blank_lines_and_cells_of_several_lines(read):
    ledger = read("customer,invoice,issued,due,amount,street\n\n"
                  'C1,A1,2013-01-02,2013-02-01,10.00,"1 rue X\nBat. B"\n\n'
                  "C1,A2,bad,2013-02-01,10.00,\n")
    assert [refusal.lines for refusal in ledger.refusals] == [(6,)]
    assert ledger.invoices[0].line == 3


def test_partial_payments_from_the_second_file(read):
    ledger = read(
        HEADER + "C1,A1,2013-01-02,2013-02-01,100.00,,,\nC1,A2,2013-01-02,2013-02-01,50.00,,,\n",
        "invoice;date;amount;reference\nA1;25/02/2013;30,00;VIR 2\nA1;03/02/2013;20,50;VIR 1\n")
    first, second = ledger.invoices
    assert [(payment.date, payment.amount, payment.reference) for payment in first.payments] == [
        (date(2013, 2, 3), Decimal("20.50"), "VIR 1"), (date(2013, 2, 25), Decimal("30.00"), "VIR 2")]
    assert (first.residual, second.residual) == (Decimal("49.50"), 50)


def test_a_bad_payment_line_refuses_its_invoice_and_its_other_payments(read):
    ledger = read(
        HEADER + "C1,A1,2013-01-02,2013-02-01,100.00,,,\nC1,A2,2013-01-02,2013-02-01,50.00,2013-02-02,,\n"
        "C1,A3,2013-01-02,2013-02-01,50.00,,,\n",
        "invoice,date,amount\nA1,2013-02-31,30.00\nA1,2013-02-03,20.00\nA2,2013-02-03,50.00\nA9,2013-02-03,5.00\n")
    assert [invoice.number for invoice in ledger.invoices] == ["A3"]
    assert refused(ledger) == [
        "line 2: invoice A1: its payment is refused (payments line 2)",
        "line 3: invoice A2: settled here and also in the payments file",
        "payments line 2: invoice A1: '2013-02-31' is not a date (no such day in the calendar)",
        "payments line 3: invoice A1: its invoice is refused",
        "payments line 4: invoice A2: its invoice is refused",
        "payments line 5: invoice A9: payment of an invoice that the ledger does not have",
    ]


def test_a_partial_settlement_in_the_ledger_itself(read):
    ledger = read(HEADER + "C1,A1,2013-01-02,2013-02-01,100.00,2013-02-03,40.00,\n")
    assert ledger.invoices[0].residual == 60


def test_credit_notes_on_request(read):
    ledger = read(HEADER + "C1,A1,2013-01-02,2013-01-02,-100.00,2013-02-03,,\n", credit_notes=True)
    assert (ledger.invoices[0].amount, ledger.invoices[0].residual) == (-100, 0)


def test_an_ambiguous_file_is_refused_as_a_whole(read):
    with pytest.raises(Ambiguous, match="--date-format"):
        read(HEADER + "C1,A1,03/04/2013,05/06/2013,10.00,,,\n")
    assert read(HEADER + "C1,A1,03/04/2013,05/06/2013,10.00,,,\n", date_format="D/M/Y").invoices[0].due.month == 6


def test_missing_columns_name_the_headers_of_the_file(read):
    with pytest.raises(_ledger_csv.ConfigurationError, match="no column for customer, due.*who, invoice"):
        read("who,invoice,issued,amount\nC1,A1,2013-01-02,10\n")


def test_unknown_regime_and_country(read):
    ledger = read("customer,invoice,issued,due,amount,regime,country\nC1,A1,2013-01-02,2013-02-01,1.00,b2b,France\n"
                  "C1,A2,2013-01-02,2013-02-01,1.00,pro,FR\nC1,A3,2013-01-02,2013-02-01,1.00,,Atlantis\n")
    assert ledger.customers["C1"].country == "FR"
    assert refused(ledger) == ["line 3: invoice A2: unknown regime 'pro' (b2b, b2c, public or empty)",
                               "line 4: invoice A3: unknown country 'Atlantis'"]


def test_one_currency_for_a_file_with_a_foreign_sign(read):
    """A ledger that writes dollars, loaded on request in the company's currency."""
    text = HEADER + "C1,A1,2013-01-02,2013-02-01,$10.00,,,\nC1,A2,2013-01-02,2013-02-01,$10.00,,,USD\n"
    assert [invoice.currency for invoice in read(text).invoices] == ["USD", "USD"]
    assert [invoice.currency for invoice in read(text, currency="EUR").invoices] == ["", "USD"]


def test_mapping_syntax():
    assert import_ledger.parse_mapping(["a=X, b=Y Z", 'c=q,"d=e, f"']) == {"a": "X", "b": "Y Z", "c": "q", "d": "e, f"}
    with pytest.raises(_ledger_csv.ConfigurationError):
        import_ledger.parse_mapping(["a"])


def test_offline_dry_run_reports_and_writes_the_refused_lines(tmp_path, capsys):
    ledger = tmp_path / "l.csv"
    ledger.write_text(HEADER + "C1,A1,2013-01-02,2013-02-01,10.00,,,\nC1,A2,x,2013-02-01,10.00,,,\n")
    target = tmp_path / "refused.csv"
    code = import_ledger.main([str(ledger), "--dry-run", "--offline", "--refused", str(target)])
    assert code == 1
    assert capsys.readouterr().out.splitlines() == [
        "dry run: 1 invoices of 1 customers can be loaded",
        "refused: line 3: invoice A2: invoice date: 'x' is not a date (no known form)",
        "1 refused"]
    assert target.read_text(encoding="utf-8-sig").splitlines()[1] == (
        "ledger,3,invoice date: 'x' is not a date (no known form),C1,A2,x,2013-02-01,10.00,,,")


@pytest.mark.parametrize(("arguments", "message"), [
    (["missing.csv", "--dry-run", "--offline"], "cannot read missing.csv"),
    (["{ledger}", "--url", "http://127.0.0.1:9", "--db", "x", "--api-key", "k"], "does not answer"),
    (["{ledger}", "--dry-run", "--offline", "--map", "customer=Nobody"], "no column 'Nobody'"),
])
def test_expected_troubles_are_one_line_and_code_2(tmp_path, capsys, arguments, message, monkeypatch):
    monkeypatch.setattr("_transport.PAUSES", ())
    ledger = tmp_path / "l.csv"
    ledger.write_text(HEADER + "C1,A1,2013-01-02,2013-02-01,10.00,,,\n")
    assert import_ledger.main([argument.format(ledger=ledger) for argument in arguments]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1
