"""How far a mean of raters can be relied on: the ICCs of Shrout & Fleiss and of Bliese."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction

from app.scoring.averages import mean
from app.scoring.statistics.spread import sum_of_squares

FEWEST_TO_COMPARE = 2


class Form(IntEnum):
    """Who rates whom, as Shrout & Fleiss 1979 number their models.

    Nested: other raters for each target, as in most 360 reviews. Panel: the same raters rate
    all; a sampled one stands for other raters like them, a fixed one only for itself.
    """

    NESTED = 1
    SAMPLED_PANEL = 2
    FIXED_PANEL = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class MeanSquares:
    """Two-way analysis of targets × raters: between, within, raters, residual."""

    between: Fraction
    within: Fraction
    raters: Fraction
    residual: Fraction
    targets: int
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OneWay:
    """One-way analysis of groups: mean squares between and within, and the sizes.

    ``typical_size`` is n₀, None where only the mean squares are known.
    """

    between: Fraction
    within: Fraction
    total: int
    groups: int
    typical_size: Fraction | None = None

    @property
    def mean_size(self) -> Fraction:
        """n̄, the arithmetic mean of the groups' sizes, as R's multilevel takes it."""
        return Fraction(self.total, self.groups)

    @property
    def icc1(self) -> Fraction | None:
        """ICC(1) with n̄ (Bliese 2000); may be negative, which is shown and not cut."""
        return self._icc1(self.mean_size)

    @property
    def icc1_anova(self) -> Fraction | None:
        """ICC(1) with n₀ instead of n̄, the estimate from the analysis of variance."""
        return None if self.typical_size is None else self._icc1(self.typical_size)

    @property
    def icc2(self) -> Fraction | None:
        """ICC(2), the reliability of a group's mean; None where the groups do not differ."""
        return None if self.between == 0 else (self.between - self.within) / self.between

    def _icc1(self, size: Fraction) -> Fraction | None:
        below = self.between + (size - 1) * self.within
        return None if below == 0 else (self.between - self.within) / below


def two_way(ratings: Sequence[Sequence[Fraction]]) -> MeanSquares | None:
    """The mean squares of a complete table with one row per target, one column per rater.

    None for fewer than two targets or two raters.
    """
    targets, count = len(ratings), len(ratings[0]) if ratings else 0
    if min(targets, count) < FEWEST_TO_COMPARE:
        return None
    everything = [one for row in ratings for one in row]
    between = count * sum_of_squares([mean(row) for row in ratings])
    raters = targets * sum_of_squares([mean(column) for column in zip(*ratings, strict=True)])
    within = sum_of_squares(everything) - between
    return MeanSquares(
        between=between / (targets - 1),
        within=within / (targets * (count - 1)),
        raters=raters / (count - 1),
        residual=(within - raters) / ((targets - 1) * (count - 1)),
        targets=targets,
        count=count,
    )


def icc(squares: MeanSquares, *, form: Form, of_mean: bool) -> Fraction | None:
    """ICC(form, 1) of one rater, or ICC(form, k) of the mean of all (Shrout & Fleiss 1979).

    May be negative. None where the variance it is a share of is estimated as 0 or less: then
    nothing varies, or raters differ less than chance would have it.
    """
    between, residual = squares.between, squares.residual
    error = squares.within if form is Form.NESTED else residual
    sampled = form is Form.SAMPLED_PANEL
    panel = (squares.raters - residual) / squares.targets if sampled else Fraction()
    below = between + panel if of_mean else _single(squares, error, panel)
    return None if below <= 0 else (between - error) / below


def _single(squares: MeanSquares, error: Fraction, panel: Fraction) -> Fraction:
    return squares.between + (squares.count - 1) * error + squares.count * panel


def one_way(groups: Sequence[Sequence[Fraction]]) -> OneWay | None:
    """The mean squares of groups of any sizes; empty groups are as if absent.

    None for fewer than two groups, or where no group has a second member.
    """
    present = [group for group in groups if group]
    everything = [one for group in present for one in group]
    if len(present) < FEWEST_TO_COMPARE or len(everything) == len(present):
        return None
    within = sum((sum_of_squares(group) for group in present), start=Fraction())
    between = sum_of_squares(everything) - within
    return OneWay(
        between=between / (len(present) - 1),
        within=within / (len(everything) - len(present)),
        total=len(everything),
        groups=len(present),
        typical_size=typical_size([len(group) for group in present]),
    )


def typical_size(sizes: Sequence[int]) -> Fraction:
    """n₀ = (N − Σn²/N)/(k − 1) of at least two groups; the mean size where all are equal."""
    total = sum(sizes)
    return (total - Fraction(sum(n * n for n in sizes), total)) / (len(sizes) - 1)
