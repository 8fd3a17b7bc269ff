"""The law and the decisions, in pure Python: no ORM, no clock, no file, no database.

Dates and rates come in as arguments; codes and ``Decimal`` numbers go out. Importable on its own as ``engine``
with ``recouvrement_plus/`` on the path, and from the add-on as ``odoo.addons.recouvrement_plus.engine``.
"""

from . import (
    claims,
    errors,
    facts,
    ladder,
    law,
    money,
    penalties,
    proceedings,
    rate_watch,
    rates,
    schedules,
    scoring,
    types,
)

__all__ = [
    "claims",
    "errors",
    "facts",
    "ladder",
    "law",
    "money",
    "penalties",
    "proceedings",
    "rate_watch",
    "rates",
    "schedules",
    "scoring",
    "types",
]
