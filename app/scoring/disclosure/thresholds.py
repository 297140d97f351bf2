"""From how many protected raters on something may be shown, and how it then looks.

Protected are all groups but supervisor and self. What enters a number is decided elsewhere
(``app.scoring.feedback``); here is only what may appear on a page, in a file or in an interface.
HR and auditors are readers like others.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.scoring.numbers import fixed_text, rounded

SMALLEST_K = 3
UPPER_ENDS = (5, 9)
ITEM_PLACES = 1
COMPETENCY_PLACES = 2
CLIP = Fraction(1, 2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """How many protected raters a figure (``k``) or a comment (``k_comment``) must rest on.

    Raises ValueError below 3, which nobody may choose.
    """

    k: int = SMALLEST_K
    k_comment: int = 5

    def __post_init__(self) -> None:
        if min(self.k, self.k_comment) < SMALLEST_K:
            raise ValueError(f"a threshold below {SMALLEST_K} protects nobody")


@dataclass(frozen=True, kw_only=True, slots=True)
class HeadcountBand:
    """How many raters, told only roughly; None as the upper end is without end."""

    lowest: int
    highest: int | None

    @property
    def text(self) -> str:
        if self.highest is None:
            return f"{self.lowest}+"
        return str(self.lowest) if self.lowest == self.highest else f"{self.lowest}–{self.highest}"


class Bound(StrEnum):
    """Whether a shown figure is the figure itself or only an end of where it lies."""

    ITSELF = ""
    AT_MOST = "≤"
    AT_LEAST = "≥"


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownFigure:
    """A figure as a page may show it."""

    value: Fraction
    places: int
    bound: Bound = Bound.ITSELF

    @property
    def text(self) -> str:
        """``3.7``, ``≤ 1.5``, ``≥ 4.5``."""
        return f"{self.bound} {fixed_text(self.value, self.places)}".strip()


def headcount_band(n: int, thresholds: Thresholds) -> HeadcountBand | None:
    """3–5, 6–9 or 10+, from k up; None below k, where not even nobody is told from somebody."""
    if n < thresholds.k:
        return None
    lowest = thresholds.k
    for highest in UPPER_ENDS:
        if n <= highest:
            return HeadcountBand(lowest=lowest, highest=highest)
        lowest = max(lowest, highest + 1)
    return HeadcountBand(lowest=lowest, highest=None)


def item_mean_shown(
    mean: Fraction,
    *,
    n: int,
    protected: bool,
    ends: tuple[Fraction, Fraction],
    thresholds: Thresholds,
) -> ShownFigure | None:
    """An item's mean on the scale from ``ends[0]`` to ``ends[1]``, or None as a blank.

    ``n`` counts those who answered this item. One decimal; below 2k the ends of the scale are
    hidden, since a mean at an end would tell what every single rater answered.
    """
    value = rounded(mean, ITEM_PLACES)
    plain = ShownFigure(value=value, places=ITEM_PLACES)
    if not protected:
        return plain
    if n < thresholds.k:
        return None
    if may_show_spread(n, thresholds):
        return plain
    low, high = ends[0] + CLIP, ends[1] - CLIP
    if value <= low:
        return ShownFigure(value=low, places=ITEM_PLACES, bound=Bound.AT_MOST)
    if value >= high:
        return ShownFigure(value=high, places=ITEM_PLACES, bound=Bound.AT_LEAST)
    return plain


def competency_mean_shown(
    mean: Fraction, *, n: int, protected: bool, thresholds: Thresholds
) -> ShownFigure | None:
    """A group's competency figure with two decimals, or None as a blank."""
    if protected and n < thresholds.k:
        return None
    return ShownFigure(value=rounded(mean, COMPETENCY_PLACES), places=COMPETENCY_PLACES)


def may_show_spread(n: int, thresholds: Thresholds) -> bool:
    """Whether a distribution, SD, minimum, maximum or agreement of ``n`` raters may be shown."""
    return n >= 2 * thresholds.k
