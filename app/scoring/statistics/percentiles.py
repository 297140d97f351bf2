"""Where one figure lies among others: percentile ranks and quantiles."""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from app.scoring.numbers import Rounding, clamped, rounded
from app.scoring.weights import HUNDRED

FEWEST_TO_INTERPOLATE = 2
FEWEST_PEERS = 10
NEAREST_EVEN = 3


class PercentileRank(StrEnum):
    """Whether equals count as below (weak), as above (strict), as half, or by average rank."""

    MEAN = "mean"
    RANK = "rank"
    WEAK = "weak"
    STRICT = "strict"


def peer_percentile_rank(
    peers: Sequence[Fraction], own: Fraction, *, fewest: int = FEWEST_PEERS
) -> Fraction | None:
    """The mid-rank among peers, from 0 to 100; None, to be hidden, for fewer than ten."""
    return None if len(peers) < fewest else percentile_rank(peers, own)


def percentile_rank(
    figures: Sequence[Fraction], own: Fraction, kind: PercentileRank = PercentileRank.MEAN
) -> Fraction | None:
    """The percentage of figures that ``own`` lies above; None among no figures.

    Equals are settled as ``kind`` says; the mid-rank is 100·(L + ½E)/N.
    """
    if not figures:
        return None
    below = sum(one < own for one in figures)
    up_to = sum(one <= own for one in figures)
    match kind:
        case PercentileRank.MEAN:
            counted = Fraction(below + up_to, 2)
        case PercentileRank.RANK:
            counted = Fraction(below + up_to + (below < up_to), 2)
        case PercentileRank.WEAK:
            counted = Fraction(up_to)
        case _:
            counted = Fraction(below)
    return HUNDRED * counted / len(figures)


def percent_rank_inclusive(figures: Sequence[Fraction], own: Fraction) -> Fraction | None:
    """As a spreadsheet's PERCENTRANK.INC, from 0 to 1; None outside the figures or for one."""
    ordered = sorted(figures)
    if len(ordered) < FEWEST_TO_INTERPOLATE or not ordered[0] <= own <= ordered[-1]:
        return None
    below = sum(one < own for one in ordered)
    if own in ordered:
        return Fraction(below, len(ordered) - 1)
    low, high = ordered[below - 1], ordered[below]
    first = ordered.index(low)
    share = (own - low) / (high - low)
    return (first + share * (below - first)) / (len(ordered) - 1)


STEPPED_TYPES = (1, 2, NEAREST_EVEN)
# Hyndman & Fan 1996: the place of p among n ordered figures, for the continuous types.
CONTINUOUS_TYPES: dict[int, tuple[Fraction, Fraction]] = {
    4: (Fraction(0), Fraction(0)),
    5: (Fraction(0), Fraction(1, 2)),
    6: (Fraction(1), Fraction(0)),
    7: (Fraction(-1), Fraction(1)),
    8: (Fraction(1, 3), Fraction(1, 3)),
    9: (Fraction(1, 4), Fraction(3, 8)),
}


def quantile(figures: Sequence[Fraction], share: Fraction, *, kind: int = 7) -> Fraction | None:
    """The quantile of a type of Hyndman & Fan 1996, 1 to 9; None of no figures.

    7 is the spreadsheet's, 6 that of NIST; 1 to 3 give only figures that occur, or, in type 2,
    the middle of two. Raises ValueError for a type that does not exist.
    """
    if kind not in STEPPED_TYPES and kind not in CONTINUOUS_TYPES:
        raise ValueError(f"there is no quantile of type {kind}")
    if not figures:
        return None
    ordered, count = sorted(figures), len(figures)
    if kind in STEPPED_TYPES:
        return _stepped(ordered, share, kind)
    more, shift = CONTINUOUS_TYPES[kind]
    place = clamped((count + more) * share + shift, Fraction(1), Fraction(count))
    lower = floor(place)
    upper = min(lower + 1, count)
    return ordered[lower - 1] + (place - lower) * (ordered[upper - 1] - ordered[lower - 1])


def _stepped(ordered: Sequence[Fraction], share: Fraction, kind: int) -> Fraction:
    """Types 1 to 3: the inverse of the empirical distribution, its steps settled three ways."""
    place = len(ordered) * share
    if kind == NEAREST_EVEN:
        nearest = int(rounded(place, 0, Rounding.HALF_EVEN))
        return ordered[max(nearest, 1) - 1]
    first = ordered[max(ceil(place), 1) - 1]
    if kind == 1 or place.denominator != 1:
        return first
    following = ordered[min(int(place) + 1, len(ordered)) - 1]
    return (first + following) / 2 if place else first
