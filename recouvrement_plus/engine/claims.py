"""What goes into a penalty statement and what comes out of it. Amounts are tax-inclusive (TTC), in one currency."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .errors import InconsistentInput, UnknownRegime
from .money import to_decimal
from .types import REGIMES

ZERO = Decimal(0)
PAYMENT_KINDS = ("payment", "credit_note")
CHOICES = {
    "denominator": ("365", "actual"),
    "semester_method": (None, "per_semester", "fixed_at_start"),
    "imputation": ("principal_first", "interest_first"),
    "contract_floor": ("raise", "fallback", "ignore"),
    "credit_note_date": ("own_date", "invoice_date"),
    "rounding": ("per_slice", "cumulative"),
}


def _amount(record, name, minimum=ZERO):
    """Turn one field of a frozen record into a ``Decimal`` not below ``minimum``."""
    value = to_decimal(getattr(record, name))
    if value < minimum:
        raise InconsistentInput(what="negative_" + name, value=value)
    object.__setattr__(record, name, value)


@dataclass(frozen=True)
class Payment:
    """One dated reduction of one instalment.

    ``date`` is the value date: the day the funds are at the creditor's disposal (C. com. L441-9 I); for a credit
    note, its own date (``Options.credit_note_date`` says from when it reduces what is owed).
    ``kind`` is ``payment`` or ``credit_note``: a credit note is no payment and never covers interest.

    :raises InconsistentInput: negative or inexact amount, unknown kind.
    """

    date: date
    amount: Decimal
    kind: str = "payment"

    def __post_init__(self):
        _amount(self, "amount")
        if self.kind not in PAYMENT_KINDS:
            raise InconsistentInput(what="payment_kind", kind=self.kind)


@dataclass(frozen=True)
class Instalment:
    """One instalment of an invoice: ``amount`` as invoiced, before any payment; ``disputed`` is the part in dispute.

    The disputed part stays in the principal but bears no penalty.

    :raises InconsistentInput: negative or inexact amounts, more disputed than invoiced.
    """

    key: object
    due_date: date
    amount: Decimal
    payments: tuple = ()
    disputed: Decimal = ZERO

    def __post_init__(self):
        _amount(self, "amount")
        _amount(self, "disputed")
        if self.disputed > self.amount:
            raise InconsistentInput(what="disputed_above_amount", instalment=self.key)
        object.__setattr__(self, "payments", tuple(sorted(self.payments, key=lambda payment: payment.date)))


@dataclass(frozen=True)
class Claim:
    """One invoice of one debtor, with its instalments.

    ``regime``: ``b2b``, ``b2c`` or ``public``. ``contract_rate``: percent a year of the clause, None without one.
    ``insolvency_date``: date of the opening judgment, only for claims born before it (later ones are paid at term).
    ``interest_goes_on``: a contract of a year or more with deferred payment, whose interest no judgment stops (L622-28).
    ``formal_notice_date``: day the debtor received the formal notice; only consumers' interest depends on it.
    ``enforceable_since``: day the court decision became enforceable (its service, normally), None without a decision
    or when the judge remitted the five points; only the legal rate, so only consumers' interest, depends on it.
    ``court_delays``: times to pay granted by a judge. ``agreed_delays``: times on which the creditor agreed that no penalty
    runs; refused for a public debtor, to whom that would be a waiver (CCP art. L2192-14).
    ``compound_from``: day from which interest due for a whole year bears interest, as the contract or a decision says
    (C. civ. 1343-2); None, the rule, without either.

    :raises InconsistentInput: an agreed delay of a public debtor.
    :raises UnknownRegime: when the debtor is not classified; it is never taken for a professional.
    :raises InconsistentInput: instalments with the same key, an inexact or negative contract rate.
    """

    reference: str
    regime: str
    currency: str
    instalments: tuple
    contract_rate: Decimal | None = None
    insolvency_date: date | None = None
    formal_notice_date: date | None = None
    enforceable_since: date | None = None
    court_delays: tuple = ()
    agreed_delays: tuple = ()
    compound_from: date | None = None
    interest_goes_on: bool = False

    def __post_init__(self):
        if self.regime not in REGIMES:
            raise UnknownRegime(regime=self.regime or "")
        object.__setattr__(self, "instalments", tuple(self.instalments))
        object.__setattr__(self, "court_delays", tuple(self.court_delays))
        object.__setattr__(self, "agreed_delays", tuple(self.agreed_delays))
        if self.agreed_delays and self.regime == "public":
            raise InconsistentInput(what="agreed_delay_public", reference=self.reference)
        if len({instalment.key for instalment in self.instalments}) != len(self.instalments):
            raise InconsistentInput(what="instalment_keys", reference=self.reference)
        if self.contract_rate is not None:
            _amount(self, "contract_rate")


@dataclass(frozen=True)
class Options:
    """The choices that the texts leave open (see docs/legal-sources.md).

    ``denominator``: ``365`` days every year, or ``actual`` (366 in leap years).
    ``semester_method``: b2b only, None means ``per_semester``; a public debtor is always ``fixed_at_start`` and a
    consumer always ``per_semester``, by law.
    ``imputation``: of part payments, between professionals and others alike.
    ``contract_floor``: what replaces a clause below the legal floor: the floor (``raise``), the default rate
    (``fallback``), or nothing (``ignore``: a contract that the floor does not govern).
    ``credit_note_date``: from when a credit note reduces what is owed: its own date (commercial), or the invoice
    (it corrects an error: what it takes off never bore interest).
    ``rounding``: each slice to the cent (``per_slice``), or the running total of the instalment (``cumulative``: each
    slice is then what it adds to the rounded total, so that the number of slices changes nothing).
    ``indemnity_amount`` is in ``indemnity_currency``; a claim in another currency gets no indemnity but a warning.
    ``digits``: decimals of the currency.

    :raises InconsistentInput: a choice that does not exist.
    """

    denominator: str = "365"
    semester_method: str | None = None
    imputation: str = "principal_first"
    contract_floor: str = "raise"
    indemnity_amount: Decimal = Decimal(40)
    indemnity_currency: str = "EUR"
    digits: int = 2
    credit_note_date: str = "own_date"
    rounding: str = "per_slice"

    def __post_init__(self):
        _amount(self, "indemnity_amount")
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise InconsistentInput(what=name, value=getattr(self, name))


@dataclass(frozen=True)
class Slice:
    """Interest of one instalment over days with one base and one rate.

    ``date_from`` is the first penalty day, ``date_to`` the last, both counted in ``days``; ``rate`` in percent a year;
    ``basis`` one of ``types.RATE_BASES``; ``source`` the address of the rate, empty for a clause; ``capitalised``: the
    part of ``base`` that is interest due for a whole year (C. civ. 1343-2).
    """

    instalment_key: object
    date_from: date
    date_to: date
    days: int
    base: Decimal
    rate: Decimal
    amount: Decimal
    source: str
    basis: str = ""
    capitalised: Decimal = ZERO


@dataclass(frozen=True)
class Imputation:
    """What one reduction covered, in the order in which they came: ``on_interest + on_principal`` is ``amount``.

    ``on_principal`` of the last one may be more than was left to pay (the statement then warns ``overpaid``).
    """

    instalment_key: object
    date: date
    amount: Decimal
    kind: str
    on_interest: Decimal
    on_principal: Decimal


@dataclass(frozen=True)
class Statement:
    """The penalty statement (décompte) of one claim on one day.

    ``principal``: unpaid among the instalments already due (with ``interest_first``, what is left after payments
    covered interest first), ``disputed`` the part of it in dispute; ``interest``: still to be paid;
    ``interest_paid``: covered by part payments, so that the slices add up to ``interest + interest_paid``;
    ``total = principal + interest + indemnity``; ``days_late``: of the oldest instalment that was late, up to its
    full payment or the day of the statement; ``imputations``: every reduction known that day, by instalment and date.
    """

    regime: str
    method: str
    currency: str
    principal: Decimal
    interest: Decimal
    indemnity: Decimal
    total: Decimal
    days_late: int
    slices: tuple
    warnings: tuple
    sources: tuple
    interest_paid: Decimal = ZERO
    disputed: Decimal = ZERO
    imputations: tuple = ()

    def interest_of(self, key) -> Decimal:
        """Interest of one instalment: what its slices add up to."""
        return sum((piece.amount for piece in self.slices if piece.instalment_key == key), ZERO)


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a message says of the penalties of one claim: the interest of each late instalment, and the indemnity."""

    interest: dict
    indemnity: Decimal

    def interest_of(self, key) -> Decimal:
        """Interest of one instalment, as :meth:`Statement.interest_of`."""
        return self.interest.get(key, ZERO)
