"""Money: ``Decimal`` only, rounded in one place."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache

from .errors import InconsistentInput


def to_decimal(value) -> Decimal:
    """Return ``value`` as a ``Decimal``.

    Accepts ``int``, ``str`` and ``Decimal``. A binary fraction (``0.1`` the Python number) is refused because its
    cents are not the ones that were typed: the caller turns it into text at the precision of its currency first.

    :raises InconsistentInput: for any other type, for text that is no number, for NaN and infinities.
    """
    if type(value) is Decimal and value.is_finite():
        return value
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise InconsistentInput(what="number_type", value=repr(value))
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise InconsistentInput(what="number", value=repr(value)) from None
    if not number.is_finite():
        raise InconsistentInput(what="number", value=repr(value))
    return number


def round_cents(amount: Decimal, digits: int = 2) -> Decimal:
    """Round ``amount`` to ``digits`` decimals, halves away from zero (5.005 -> 5.01).

    No text says how penalties are rounded; this is the convention of the published worked examples.
    It is the only rounding of money in the engine.

    :raises InconsistentInput: when ``amount`` is not a finite number.
    """
    return to_decimal(amount).quantize(_step(digits), rounding=ROUND_HALF_UP)


@cache
def _step(digits):
    return Decimal(1).scaleb(-digits)
