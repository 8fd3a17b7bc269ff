"""What is missing for an invoice to be paid on time: each gap is one that the seller could have closed."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

GAPS = (
    "no_contact", "no_email", "invalid_email", "no_address", "no_order_number", "no_terms", "no_identifier", "invoiced_late")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]{2,}")
# Days between delivery and invoice beyond which it is late: the next day is in time.
LATEST_DAYS = 1


@dataclass(frozen=True)
class InvoicingFacts:
    """A customer as invoices meet it, and one invoice when there is one.

    ``contact``: somebody is named for invoices; ``address``: street, postcode and town; ``terms``: terms of sale signed and
    on file; ``order_number``: what the invoice carries, None when the question is about the customer in general.
    ``days_since_delivery``: from delivery to the date of the invoice (to today on a draft), None when unknown.
    """

    natural_person: bool = False
    public: bool = False
    contact: bool = False
    email: str = ""
    portal: bool = False
    address: bool = False
    identifier: bool = False
    terms: bool = False
    order_required: bool = False
    order_number: str | None = None
    days_since_delivery: int | None = None


def gaps(facts: InvoicingFacts) -> tuple:
    """Codes of `GAPS`, in their order. A person has no accounts department, a public body signs no terms of sale."""
    found = set()
    if not facts.contact and not facts.natural_person and not facts.portal:
        found.add("no_contact")
    if not facts.email:
        found.add("no_email")
    elif not is_email(facts.email):
        found.add("invalid_email")
    if not facts.address:
        found.add("no_address")
    if facts.order_required and facts.order_number is not None and not facts.order_number.strip():
        found.add("no_order_number")
    if not facts.terms and not facts.public:
        found.add("no_terms")
    if not facts.identifier and not facts.natural_person:
        found.add("no_identifier")
    if facts.days_since_delivery is not None and facts.days_since_delivery > LATEST_DAYS:
        found.add("invoiced_late")
    if facts.portal:
        found -= {"no_email", "invalid_email"}
    return tuple(code for code in GAPS if code in found)


def is_email(text: str) -> bool:
    """Whether every address of a list separated by commas or semicolons has the form of one."""
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    return bool(parts) and all(_EMAIL.fullmatch(part) for part in parts)


def payment_run(day, run_days):
    """The first day from ``day`` on when the customer pays, by the days of the month of its payment runs.

    A day that a month lacks (31 in June) is its last one. None when the days are not known.

    :param run_days: days of the month, 1 to 31
    """
    if not run_days:
        return None
    year, month = day.year, day.month
    for _turn in range(2):
        last = calendar.monthrange(year, month)[1]
        found = sorted({date(year, month, min(one, last)) for one in run_days})
        coming = [one for one in found if one >= day]
        if coming:
            return coming[0]
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return None
