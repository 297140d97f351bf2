"""How far a mean of raters or of items can be relied on: ICC, Cronbach's α, Spearman–Brown."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from app.scoring.averages import mean
from app.scoring.statistics.agreement import Row, complete_rows
from app.scoring.statistics.spread import sum_of_squares, variance

FEWEST_TO_COMPARE = 2
FORM_OF_PANEL = 2


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
    """One-way analysis of groups: mean squares between and within, and the sizes."""

    between: Fraction
    within: Fraction
    total: int
    groups: int

    @property
    def mean_size(self) -> Fraction:
        """The arithmetic mean of the groups' sizes."""
        return Fraction(self.total, self.groups)

    @property
    def icc1(self) -> Fraction | None:
        """ICC(1); may be negative, which is shown and not cut."""
        below = self.between + (self.mean_size - 1) * self.within
        return None if below == 0 else (self.between - self.within) / below

    @property
    def icc2(self) -> Fraction | None:
        """ICC(2), the reliability of a group's mean; None where the groups do not differ."""
        return None if self.between == 0 else (self.between - self.within) / self.between


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


def icc(squares: MeanSquares, *, form: int, of_mean: bool) -> Fraction | None:
    """Shrout–Fleiss ICC(form, 1) of one rater, or ICC(form, k) of the mean of all.

    Form 1: other raters for each target, as in most 360 reviews; 2: the same panel, standing for
    others; 3: the same panel, standing for itself. None where nothing varies.
    """
    between, residual = squares.between, squares.residual
    error = squares.within if form == 1 else residual
    panel = (squares.raters - residual) / squares.targets if form == FORM_OF_PANEL else Fraction()
    below = between + panel if of_mean else _single(squares, error, panel)
    return None if below == 0 else (between - error) / below


def _single(squares: MeanSquares, error: Fraction, panel: Fraction) -> Fraction:
    return squares.between + (squares.count - 1) * error + squares.count * panel


def one_way(groups: Sequence[Sequence[Fraction]]) -> OneWay | None:
    """The mean squares of groups of any sizes above 0.

    None for fewer than two groups, or where no group has a second member.
    """
    everything = [one for group in groups for one in group]
    if len(groups) < FEWEST_TO_COMPARE or len(everything) == len(groups):
        return None
    within = sum((sum_of_squares(group) for group in groups), start=Fraction())
    between = sum_of_squares(everything) - within
    return OneWay(
        between=between / (len(groups) - 1),
        within=within / (len(everything) - len(groups)),
        total=len(everything),
        groups=len(groups),
    )


def cronbach_alpha(rows: Sequence[Row]) -> Fraction | None:
    """α of respondents × items, those with a missing answer left out; None where undefined.

    Items must have been reversed before.
    """
    complete = complete_rows(rows)
    spread = variance([sum(row, start=Fraction()) for row in complete])
    items = len(complete[0]) if complete else 0
    if items < FEWEST_TO_COMPARE or not spread:
        return None
    spreads = [variance(column) or Fraction() for column in zip(*complete, strict=True)]
    return Fraction(items, items - 1) * (1 - sum(spreads, start=Fraction()) / spread)


def spearman_brown(single: Fraction, *, raters: Fraction) -> Fraction:
    """The reliability of a mean of so many raters, from that of one."""
    return raters * single / (1 + (raters - 1) * single)


def raters_needed(single: Fraction, *, target: Fraction) -> int:
    """How many raters make their mean as reliable as ``target``."""
    return ceil(target * (1 - single) / ((1 - target) * single))
