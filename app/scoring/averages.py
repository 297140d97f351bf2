"""Averages over people: mean, median, and means without the extremes.

Leaving extremes out changes who counts, so a scheme must name it before its cycle opens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor

from app.scoring.numbers import exact_sum, sum_of_ratios

FEWEST_FOR_LEAVING_OUT = 5


class Aggregate(StrEnum):
    MEAN = "mean"
    MEDIAN = "median"
    TRIMMED = "trimmed"
    DROP_K_EACH_SIDE = "drop_k_each_side"
    CONTACT_WEIGHTED = "contact_weighted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Averaging:
    """A named way to average, with the share or the number of people left out on each side.

    ``contact`` says what a rater counts for by the contact that the rater declares.
    """

    kind: Aggregate = Aggregate.MEAN
    trim: Fraction = Fraction()
    drop_k: int = 1
    contact: tuple[tuple[str, Fraction], ...] = ()

    def of(
        self, figures: Sequence[Fraction], *, contacts: Sequence[Fraction] | None = None
    ) -> Fraction:
        """The average of at least one figure; extremes count where there are fewer than five.

        ``contacts`` are the weights by contact, which only ``contact_weighted`` heeds.
        """
        few = len(figures) < FEWEST_FOR_LEAVING_OUT
        match self.kind:
            case Aggregate.TRIMMED | Aggregate.DROP_K_EACH_SIDE if few:
                return mean(figures)
            case Aggregate.MEAN:
                return mean(figures)
            case Aggregate.CONTACT_WEIGHTED:
                return weighted_by(contacts or [Fraction(1)] * len(figures), figures)
            case Aggregate.MEDIAN:
                return median(figures)
            case Aggregate.TRIMMED:
                return trimmed_mean(figures, share=self.trim)
            case _:
                return drop_each_side(figures, count=self.drop_k)


def mean(figures: Sequence[Fraction]) -> Fraction:
    return sum_of_ratios((one.as_integer_ratio() for one in figures), over=len(figures))


def weighted_by(weights: Sequence[Fraction], figures: Sequence[Fraction]) -> Fraction:
    """Σ weight·figure / Σ weight; every weight is above 0."""
    products = (weight * figure for weight, figure in zip(weights, figures, strict=True))
    return exact_sum(products) / exact_sum(weights)


def median(figures: Sequence[Fraction]) -> Fraction:
    ordered = sorted(figures)
    middle, odd = divmod(len(ordered), 2)
    return ordered[middle] if odd else (ordered[middle - 1] + ordered[middle]) / 2


def drop_each_side(figures: Sequence[Fraction], *, count: int) -> Fraction:
    """去掉最高最低: the mean without the ``count`` highest and lowest.

    Where nobody would be left, the median, to which ever more dropping leads.
    """
    if 2 * count >= len(figures):
        return median(figures)
    return mean(sorted(figures)[count : len(figures) - count])


def trimmed_mean(figures: Sequence[Fraction], *, share: Fraction) -> Fraction:
    """The mean without ``⌊share·n⌋`` figures on each side."""
    return drop_each_side(figures, count=floor(share * len(figures)))
