"""From one period to the next: a difference, how sure it is, and whether to draw an arrow."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.scoring.example import Group, Item
from app.scoring.scales import Scale
from app.scoring.statistics.spread import root

FEWEST_RATERS = 3
# Two-sided 5 % of a normal distribution.
CLEAR = Fraction("1.96")


class Obstacle(StrEnum):
    """Why two periods cannot be compared."""

    OTHER_ITEMS = "other_items"
    OTHER_SCALE = "other_scale"
    OTHER_GROUPS = "other_groups"
    TOO_FEW_RATERS = "too_few_raters"
    NO_FIGURE = "no_figure"


class Arrow(StrEnum):
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fingerprint:
    """What must be the same for two figures to mean the same: items, scale, group structure.

    Names and the order of configuration do not matter.
    """

    items: frozenset[tuple[str, Fraction, bool]]
    scale: tuple[Fraction, Fraction, frozenset[tuple[Fraction, Fraction]]]
    groups: frozenset[tuple[str, Fraction, str | None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodFigure:
    """A mean of one period, its standard error where it has one, and the raters behind it."""

    mean: Fraction | None
    error: Fraction | None
    raters: int
    fingerprint: Fingerprint


@dataclass(frozen=True, kw_only=True, slots=True)
class Trend:
    """The later mean less the earlier one. No arrow: the difference may well be chance.

    ``error`` is None where either mean has none, and then there is no arrow.
    """

    difference: Fraction
    error: Fraction | None
    arrow: Arrow | None


def fingerprint_of(items: Iterable[Item], scale: Scale, groups: Iterable[Group]) -> Fingerprint:
    return Fingerprint(
        items=frozenset((item.id, item.weight, item.reverse) for item in items),
        scale=(scale.lowest, scale.highest, frozenset(scale.anchors.items())),
        groups=frozenset((group.id, group.weight, group.pool) for group in groups),
    )


def trend(
    earlier: PeriodFigure, later: PeriodFigure, *, fewest: int = FEWEST_RATERS
) -> Trend | Obstacle:
    """The change between two periods, or why they are not comparable.

    An arrow stands only where |Δ| > 1.96·SE_Δ, SE_Δ = √(SE₁² + SE₂²). Whether the change may be
    shown is the disclosure check's to say; ``fewest`` is the least number of raters in each.
    """
    obstacle = _obstacle(earlier.fingerprint, later.fingerprint)
    if obstacle is not None:
        return obstacle
    if min(earlier.raters, later.raters) < fewest:
        return Obstacle.TOO_FEW_RATERS
    if earlier.mean is None or later.mean is None:
        return Obstacle.NO_FIGURE
    difference = later.mean - earlier.mean
    if earlier.error is None or later.error is None:
        return Trend(difference=difference, error=None, arrow=None)
    squared = earlier.error**2 + later.error**2
    return Trend(difference=difference, error=root(squared), arrow=_arrow(difference, squared))


def _obstacle(one: Fingerprint, other: Fingerprint) -> Obstacle | None:
    if one.items != other.items:
        return Obstacle.OTHER_ITEMS
    if one.scale != other.scale:
        return Obstacle.OTHER_SCALE
    return Obstacle.OTHER_GROUPS if one.groups != other.groups else None


def _arrow(difference: Fraction, squared_error: Fraction) -> Arrow | None:
    """Compared as squares, since a root would have to be cut."""
    if difference**2 <= CLEAR**2 * squared_error:
        return None
    return Arrow.UP if difference > 0 else Arrow.DOWN
