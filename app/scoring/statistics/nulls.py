"""What answers would vary if raters did not agree at all: the null variances behind r_wg."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction

FIVE_OPTIONS = 5


class NullShape(StrEnum):
    """How answers without any agreement are supposed to be spread over the scale."""

    UNIFORM = "uniform"
    SLIGHT_SKEW = "slight_skew"
    MODERATE_SKEW = "moderate_skew"
    HEAVY_SKEW = "heavy_skew"
    TRIANGULAR = "triangular"
    NORMAL = "normal"


# LeBreton & Senter 2008, Table 2: the shares, in percent, of the answers 1 to 5.
FIVE_POINT_PERCENTAGES: Mapping[NullShape, tuple[int, ...]] = {
    NullShape.SLIGHT_SKEW: (5, 15, 20, 35, 25),
    NullShape.MODERATE_SKEW: (0, 10, 15, 40, 35),
    NullShape.HEAVY_SKEW: (0, 0, 10, 40, 50),
    NullShape.TRIANGULAR: (11, 22, 34, 22, 11),
    NullShape.NORMAL: (7, 24, 38, 24, 7),
}


def null_variance(shape: NullShape, *, options: int) -> Fraction | None:
    """σ²_E of the shape; None where none is published: all but uniform need five options."""
    if shape is NullShape.UNIFORM:
        return uniform_variance(options)
    if options != FIVE_OPTIONS:
        return None
    return expected_variance([Fraction(one, 100) for one in FIVE_POINT_PERCENTAGES[shape]])


def uniform_variance(options: int) -> Fraction:
    """σ²_EU: answers spread over ``options`` by chance alone (James, Demaree & Wolf 1984)."""
    return Fraction(options**2 - 1, 12)


def expected_variance(probabilities: Sequence[Fraction]) -> Fraction:
    """The variance of answers 1, 2, … of these probabilities, for a null other than uniform."""
    first = sum((p * one for one, p in enumerate(probabilities, start=1)), start=Fraction())
    second = sum((p * one**2 for one, p in enumerate(probabilities, start=1)), start=Fraction())
    return second - first**2


def largest_variance(low: Fraction, high: Fraction) -> Fraction:
    """σ²_MV: half of the raters at either end of the scale (Lindell 1999)."""
    return (high - low) ** 2 / 4
