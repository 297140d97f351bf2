"""Everything that one rating is computed from, as immutable values.

An example holds one person's scheme (dimensions, elements, weights, groups, grades), answers and
KPI results. ``app.scoring.document`` reads one from JSON and checks it; ``app.scoring.rating``
rates it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.scoring.averages import Averaging
from app.scoring.calibration import Calibration
from app.scoring.goals import Goal
from app.scoring.grades import Grade
from app.scoring.kpi import Kpi
from app.scoring.numbers import Rounding
from app.scoring.scales import Scale

USUAL_GROUP_WEIGHT = Fraction(50)
SELF = "self"
SUPERVISOR = "supervisor"


class MissingPolicy(StrEnum):
    """What becomes of a group that too few answered for: see ``app.scoring.missing``."""

    RENORMALISE = "renormalise"
    FIXED_FALLBACK = "fixed_fallback"
    HOLD = "hold"


class Order(StrEnum):
    """What is averaged first: a competency's groups, or each rater over all competencies.

    See ``app.scoring.overall`` for the second.
    """

    COMPETENCY_FIRST = "competency_first"
    RATER_OVERALL_FIRST = "rater_overall_first"


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A kind of rater. Below ``k_min`` answers it joins its pool, or leaves the rating.

    ``absent`` declares that this person has nobody of the kind, so that nobody is waited for.
    """

    id: str
    name: str
    weight: Fraction
    k_min: int
    pool: str | None = None
    absent: bool = False


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
class Survey:
    """Where a KPI is read from: one group's answers to some competencies of the same rating."""

    group: str
    competencies: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """A part of a dimension: a KPI, a competency asked of raters, goals, or a mere gate.

    With a ``survey`` the KPI has its limits, and its points come from the feedback.
    """

    id: str
    name: str
    weight: Fraction
    kpi: Kpi | None = None
    survey: Survey | None = None
    items: tuple[Item, ...] = ()
    goals: tuple[Goal, ...] = ()
    gate: Gate | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Dimension:
    id: str
    name: str
    weight: Fraction
    elements: tuple[Element, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rater:
    """One rater's answers: an absent item was not asked, None was not observed.

    ``contact`` is what the answers count for where the scheme weighs raters by contact.
    """

    id: str
    group: str
    answers: Mapping[str, Fraction | None]
    contact: Fraction = Fraction(1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Adjustment:
    """加减分: points added after weighting."""

    name: str
    points: Fraction


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
    missing: MissingPolicy = MissingPolicy.RENORMALISE
    order: Order = Order.COMPETENCY_FIRST
    min_coverage: Fraction = Fraction(1, 2)
    min_group_weight: Fraction = USUAL_GROUP_WEIGHT
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
    calibration_limit: Fraction = Fraction(5)
