"""What announced probabilities were worth, against what happened: pure figures, for the screen and the scripts."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10
RISKIEST = 5  # one in five


@dataclass(frozen=True)
class Bin:
    """One point of the calibration curve: ``n`` outcomes, mean probability announced, share that was late."""

    n: int
    announced: float
    observed: float


@dataclass(frozen=True)
class Quality:
    """``skill``: share of the Brier score of a constant that is gained; ``error``: expected calibration error (0..1);
    ``riskiest``: late share of the fifth judged riskiest. None where one of the two kinds is missing."""

    n: int
    late_rate: float
    announced: float
    auc: float | None
    brier: float
    skill: float | None
    error: float
    riskiest: float
    bins: tuple


def measure(announced: Sequence, late: Sequence, constant: float | None = None) -> Quality | None:
    """:class:`Quality` of the probabilities ``announced`` for outcomes ``late`` (0 or 1); None without any.

    ``constant``: the rate that skill is measured against, by default the one of these outcomes (the hardest to beat).
    """
    if not late:
        return None
    number = len(late)
    bins = calibration_bins(announced, late)
    return Quality(
        n=number,
        late_rate=sum(late) / number,
        announced=sum(announced) / number,
        auc=auc(announced, late),
        brier=brier(announced, late),
        skill=brier_skill(announced, late, constant),
        error=sum(one.n * abs(one.announced - one.observed) for one in bins) / number,
        riskiest=late_among_riskiest(announced, late),
        bins=bins,
    )


def auc(announced, late):
    """Chance that a late one was judged riskier than one on time (ties count half); None without both kinds."""
    good = sorted(chance for chance, outcome in zip(announced, late, strict=True) if not outcome)
    bad = sorted(chance for chance, outcome in zip(announced, late, strict=True) if outcome)
    if not good or not bad:
        return None
    pairs = sum(bisect_left(good, chance) + bisect_right(good, chance) for chance in bad)
    return pairs / (2 * len(good) * len(bad))


def brier(announced, late):
    """Mean square distance between what was announced and what happened."""
    return sum((chance - outcome) ** 2 for chance, outcome in zip(announced, late, strict=True)) / len(late)


def brier_skill(announced, late, constant=None):
    """Share of the Brier score of a ``constant`` probability (by default the rate itself) that is gained, or None."""
    rate = sum(late) / len(late) if constant is None else constant
    reference = brier([rate] * len(late), late)
    return 1 - brier(announced, late) / reference if reference else None


def calibration_bins(announced, late, number=BINS):
    """Outcomes in order of risk cut in ``number`` groups of the same size: a tuple of :class:`Bin`."""
    order = sorted(zip(announced, late, strict=True), key=lambda pair: pair[0])
    cuts = [len(order) * rank // number for rank in range(number + 1)]
    groups = [order[first:last] for first, last in zip(cuts, cuts[1:], strict=False) if last > first]
    return tuple(
        Bin(len(group), sum(chance for chance, _ in group) / len(group), sum(outcome for _, outcome in group) / len(group))
        for group in groups
    )


def late_among_riskiest(announced, late, one_in=RISKIEST):
    """Late share of the riskiest one in ``one_in``; equal risks keep the order given."""
    order = sorted(range(len(late)), key=lambda row: -announced[row])[: max(1, len(late) // one_in)]
    return sum(late[row] for row in order) / len(order)
