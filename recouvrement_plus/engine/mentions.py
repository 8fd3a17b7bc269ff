"""What an invoice must say about late payment, by regime and by the day of the invoice: codes, the caller owns the words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .errors import UnknownRegime
from .law import citation
from .types import REGIMES

# Which sentence a stipulated rate needs: a rate below three times the legal one may not stand alone (C. com. L441-10 II).
CONTRACT_CODES = {"raise": "contract_floor", "fallback": "contract_fallback", "ignore": "contract_rate"}


@dataclass(frozen=True)
class Mention:
    """One sentence: its ``code`` (``types.MENTIONS``), the text that asks for it on that day, the rate it states."""

    code: str
    citation: str = ""
    percent: Decimal | None = None


def invoice_mentions(regime: str, day: date, contract_rate: Decimal | None = None, contract_floor: str = "raise") -> tuple:
    """Return the mentions of an invoice of ``day``.

    Professionals: rate of penalties, 40 EUR, discount for early payment (C. com. L441-9 I, L441-10 II, D441-5). Public
    bodies: moratory interest at ECB + 8, whatever the contract says, and the 40 EUR (CCP R2192-31, D2192-35). Consumers:
    none, the 40 EUR least of all. A text that did not exist on that day is not quoted and not mentioned.

    :raises UnknownRegime: when the debtor is not classified: neither text may be printed by guess.
    """
    if regime not in REGIMES:
        raise UnknownRegime(regime=regime or "")
    if regime == "b2c":
        return ()
    if regime == "public":
        rate = Mention("public_rate", citation("public_interest", day))
    elif contract_rate is None:
        rate = Mention("legal_rate", citation("b2b_interest", day))
    else:
        rate = Mention(CONTRACT_CODES[contract_floor], citation("b2b_interest", day), contract_rate)
    indemnity = Mention("indemnity", citation("public_indemnity" if regime == "public" else "b2b_indemnity", day))
    discount = (Mention("discount"),) if regime == "b2b" else ()
    return (*(mention for mention in (rate, indemnity) if mention.citation), *discount)
