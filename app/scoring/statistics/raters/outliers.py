"""Raters far from the others of one target, by the modified z of Iglewicz & Hoaglin 1993."""

from collections.abc import Sequence
from fractions import Fraction

from app.scoring.averages import median
from app.scoring.statistics.raters.cutoffs import USUAL, Cutoffs
from app.scoring.statistics.spread import mean_deviation, median_deviation

# They turn either deviation into the standard deviation of a normal distribution.
MAD_FACTOR = Fraction("0.6745")
MEAN_DEVIATION_FACTOR = Fraction("1.2533")


def outliers(figures: Sequence[Fraction], cutoffs: Cutoffs = USUAL) -> list[bool] | None:
    """Whether each figure lies beyond ±3.5; None for fewer than five, which show nothing."""
    if len(figures) < cutoffs.outlier_raters:
        return None
    return [abs(z) > cutoffs.outlier_z for z in modified_z(figures)]


def modified_z(figures: Sequence[Fraction]) -> list[Fraction]:
    """0.6745(x − Md)/MAD; where more than half agree, (x − Md)/(1.2533 · mean distance) instead.

    All are 0 where all figures are alike.
    """
    if not figures:
        return []
    middle = median(figures)
    deviation = median_deviation(figures)
    if deviation == 0:
        deviation = MEAN_DEVIATION_FACTOR * mean_deviation(figures, middle)
        return [(one - middle) / deviation if deviation else Fraction() for one in figures]
    return [MAD_FACTOR * (one - middle) / deviation for one in figures]
