"""How figures lie about their middle, and where one lies among them."""

from collections.abc import Sequence
from decimal import Context, Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor

from app.scoring.averages import mean, median
from app.scoring.numbers import clamped
from app.scoring.weights import HUNDRED

ROOT_DIGITS = 30
FEWEST_FOR_SPREAD = 2
# Iglewicz & Hoaglin: 0.6745 and 1.2533 turn either deviation into one of a normal distribution.
MAD_FACTOR = Fraction("0.6745")
MEAN_DEVIATION_FACTOR = Fraction("1.2533")


class PercentileRank(StrEnum):
    """Whether equals count as below (weak), as above (strict), as half, or by average rank."""

    MEAN = "mean"
    RANK = "rank"
    WEAK = "weak"
    STRICT = "strict"


def root(value: Fraction) -> Fraction:
    """The square root to thirty digits."""
    context = Context(prec=ROOT_DIGITS)
    quotient = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Fraction(context.sqrt(quotient))


def variance(figures: Sequence[Fraction]) -> Fraction | None:
    """With n − 1 below; None for fewer than two figures."""
    if len(figures) < FEWEST_FOR_SPREAD:
        return None
    return sum_of_squares(figures) / (len(figures) - 1)


def sum_of_squares(figures: Sequence[Fraction]) -> Fraction:
    """The squared deviations from the mean, added up."""
    middle = mean(figures)
    return sum(((one - middle) ** 2 for one in figures), start=Fraction())


def standard_deviation(figures: Sequence[Fraction]) -> Fraction | None:
    spread = variance(figures)
    return None if spread is None else root(spread)


def standard_error(figures: Sequence[Fraction]) -> Fraction | None:
    """Of the mean: s/√n; one rater has none."""
    spread = variance(figures)
    return None if spread is None else root(spread / len(figures))


def mean_deviation(figures: Sequence[Fraction], middle: Fraction) -> Fraction:
    """The mean distance from ``middle``."""
    return mean([abs(one - middle) for one in figures])


def median_deviation(figures: Sequence[Fraction]) -> Fraction:
    """MAD: the median distance from the median."""
    middle = median(figures)
    return median([abs(one - middle) for one in figures])


def modified_z(figures: Sequence[Fraction]) -> list[Fraction]:
    """0.6745(x − Md)/MAD; where more than half agree, by the mean distance instead."""
    middle = median(figures)
    deviation = median_deviation(figures)
    if deviation == 0:
        deviation = MEAN_DEVIATION_FACTOR * mean_deviation(figures, middle)
        return [(one - middle) / deviation if deviation else Fraction() for one in figures]
    return [MAD_FACTOR * (one - middle) / deviation for one in figures]


def z_scores(figures: Sequence[Fraction]) -> list[Fraction] | None:
    """Distances from the mean in standard deviations; None where all figures are alike."""
    spread = standard_deviation(figures)
    if not spread:
        return None
    middle = mean(figures)
    return [(one - middle) / spread for one in figures]


def percentile_rank(
    figures: Sequence[Fraction], own: Fraction, kind: PercentileRank = PercentileRank.MEAN
) -> Fraction:
    """The percentage of figures that ``own`` lies above, equals settled as ``kind`` says."""
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
    if len(ordered) < FEWEST_FOR_SPREAD or not ordered[0] <= own <= ordered[-1]:
        return None
    below = sum(one < own for one in ordered)
    if own in ordered:
        return Fraction(below, len(ordered) - 1)
    low, high = ordered[below - 1], ordered[below]
    first = ordered.index(low)
    share = (own - low) / (high - low)
    return (first + share * (below - first)) / (len(ordered) - 1)


# Hyndman & Fan 1996: the place of p among n ordered figures, for the continuous types.
QUANTILE_TYPES: dict[int, tuple[Fraction, Fraction]] = {
    4: (Fraction(0), Fraction(0)),
    5: (Fraction(0), Fraction(1, 2)),
    6: (Fraction(1), Fraction(0)),
    7: (Fraction(-1), Fraction(1)),
    8: (Fraction(1, 3), Fraction(1, 3)),
    9: (Fraction(1, 4), Fraction(3, 8)),
}


def quantile(figures: Sequence[Fraction], share: Fraction, *, kind: int = 7) -> Fraction:
    """The quantile of type 4 to 9; 7 is the spreadsheet's, 6 that of NIST."""
    more, shift = QUANTILE_TYPES[kind]
    ordered = sorted(figures)
    count = len(ordered)
    place = clamped((count + more) * share + shift, Fraction(1), Fraction(count))
    lower = floor(place)
    upper = min(lower + 1, count)
    return ordered[lower - 1] + (place - lower) * (ordered[upper - 1] - ordered[lower - 1])
