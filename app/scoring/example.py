"""Everything that one rating is computed from, as immutable values.

An example holds one person's scheme (dimensions, elements, weights, groups, grades), answers and
KPI results. ``app.scoring.document`` reads one from JSON and checks it; ``app.scoring.rating``
rates it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.scoring.averages import Averaging
from app.scoring.grades import Grade
from app.scoring.kpi import Kpi
from app.scoring.numbers import Rounding
from app.scoring.scales import Scale

SELF = "self"


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A kind of rater. Below ``k_min`` answers it joins its pool, or leaves the rating."""

    id: str
    name: str
    weight: Fraction
    k_min: int
    pool: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A question of a competency; a reversed one is turned round before it scores."""

    id: str
    weight: Fraction = Fraction(1)
    reverse: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """一票否决: caps the final score or the grade, and never adds."""

    max_grade: str | None = None
    max_score: Fraction | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """A part of a dimension: a KPI, a competency asked of raters, or a mere gate."""

    id: str
    name: str
    weight: Fraction
    kpi: Kpi | None = None
    items: tuple[Item, ...] = ()
    gate: Gate | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Dimension:
    id: str
    name: str
    weight: Fraction
    elements: tuple[Element, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rater:
    """One rater's answers: an absent item was not asked, None was not observed."""

    id: str
    group: str
    answers: Mapping[str, Fraction | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Adjustment:
    """加减分: points added after weighting."""

    name: str
    points: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """A change of the published figure that people agreed on, with its reason."""

    by: str
    delta: Fraction
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """How the final figure is rounded, and between which ends it lies."""

    places: int = 2
    mode: Rounding = Rounding.HALF_UP
    lowest: Fraction = Fraction(0)
    highest: Fraction = Fraction(120)


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """The scheme's published rules about people: who counts, and when too few answered.

    ``min_coverage`` is the share of item weight on a rater's own form that must be answered;
    ``min_group_weight`` and ``min_dimension_weight`` are percentages that must survive.
    """

    averaging: Averaging
    min_coverage: Fraction = Fraction(1, 2)
    min_group_weight: Fraction = Fraction(50)
    min_dimension_weight: Fraction = Fraction(60)


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    id: str
    title: str
    scale: Scale
    publication: Publication
    grades: tuple[Grade, ...]
    groups: tuple[Group, ...]
    policy: Policy
    dimensions: tuple[Dimension, ...]
    raters: tuple[Rater, ...]
    adjustments: tuple[Adjustment, ...] = ()
    adjust_cap: Fraction = Fraction(5)
    coefficient: Fraction | None = None
    calibration: tuple[Calibration, ...] = ()
