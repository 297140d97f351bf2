"""How figures lie about their middle."""

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from math import isqrt

from app.scoring.averages import mean, median

ROOT_DIGITS = 30
FEWEST_FOR_SPREAD = 2


def root(value: Fraction) -> Fraction:
    """The square root: exact where it is a fraction, else to thirty digits."""
    whole = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    if whole * whole == value:
        return whole
    context = Context(prec=ROOT_DIGITS)
    quotient = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Fraction(context.sqrt(quotient))


def variance(figures: Sequence[Fraction]) -> Fraction | None:
    """With n − 1 below; None for fewer than two figures."""
    if len(figures) < FEWEST_FOR_SPREAD:
        return None
    return sum_of_squares(figures) / (len(figures) - 1)


def covariance(figures: Sequence[Fraction], others: Sequence[Fraction]) -> Fraction | None:
    """Of pairs, with n − 1 below; None for fewer than two."""
    if len(figures) < FEWEST_FOR_SPREAD:
        return None
    middle, other_middle = mean(figures), mean(others)
    products = ((a - middle) * (b - other_middle) for a, b in zip(figures, others, strict=True))
    return sum(products, start=Fraction()) / (len(figures) - 1)


def sum_of_squares(figures: Sequence[Fraction]) -> Fraction:
    """The squared deviations from the mean, added up."""
    middle = mean(figures)
    return sum(((one - middle) ** 2 for one in figures), start=Fraction())


def standard_deviation(figures: Sequence[Fraction]) -> Fraction | None:
    spread = variance(figures)
    return None if spread is None else root(spread)


def mean_deviation(figures: Sequence[Fraction], middle: Fraction) -> Fraction:
    """The mean distance from ``middle``."""
    return mean([abs(one - middle) for one in figures])


def median_deviation(figures: Sequence[Fraction]) -> Fraction:
    """MAD: the median distance from the median."""
    middle = median(figures)
    return median([abs(one - middle) for one in figures])


def z_scores(figures: Sequence[Fraction]) -> list[Fraction] | None:
    """Distances from the mean in standard deviations; None where all figures are alike."""
    spread = standard_deviation(figures)
    if not spread:
        return None
    middle = mean(figures)
    return [(one - middle) / spread for one in figures]
