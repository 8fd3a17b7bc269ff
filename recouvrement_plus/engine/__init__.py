"""The law and the decisions, in pure Python (and the library ``holidays``): no ORM, no clock, no file, no database.

Dates and rates come in as arguments; codes and ``Decimal`` numbers go out. Importable on its own as ``engine``
with ``recouvrement_plus/`` on the path, and from the add-on as ``odoo.addons.recouvrement_plus.engine``.
"""

from . import (
    calendars,
    claims,
    deadlines,
    debtors,
    errors,
    facts,
    ladder,
    law,
    limitation,
    limitation_clock,
    limitation_facts,
    limitation_rules,
    money,
    payment_terms,
    penalties,
    proceedings,
    promises,
    rate_watch,
    rates,
    schedules,
    scoring,
    term_caps,
    types,
)

__all__ = [
    "calendars",
    "claims",
    "deadlines",
    "debtors",
    "errors",
    "facts",
    "ladder",
    "law",
    "limitation",
    "limitation_clock",
    "limitation_facts",
    "limitation_rules",
    "money",
    "payment_terms",
    "penalties",
    "proceedings",
    "promises",
    "rate_watch",
    "rates",
    "schedules",
    "scoring",
    "term_caps",
    "types",
]
