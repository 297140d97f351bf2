"""From a KPI's actual figure to points, where 100 means on target. Closed forms, all exact.

The functions give the points before cap and floor; ``Kpi.score`` applies those. Curves and bands
live in ``app.scoring.curves``. A refusal points to ``/target`` or ``/actual`` of the KPI.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.scoring.errors import Complaint, ScoringError
from app.scoring.numbers import clamped, decimal_text
from app.scoring.weights import HUNDRED
from app.scoring.workings import Working


class KpiStatus(StrEnum):
    """What is known about a KPI; only not_applicable leaves the rating, a zero is a real 0."""

    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"
    PENDING = "pending"
    ZERO = "zero"


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The lowest and the highest score a KPI may have."""

    floor: Fraction = Fraction(0)
    cap: Fraction = Fraction(120)

    def narrowed(self, *, floor: Fraction | None, cap: Fraction | None) -> "Limits":
        """With a KPI's own limits, which may only be narrower than the common ones."""
        return Limits(
            floor=self.floor if floor is None else max(self.floor, floor),
            cap=self.cap if cap is None else min(self.cap, cap),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Kpi:
    """One KPI's result: its method, what is known, and its points before cap and floor.

    ``approved_by`` is who agreed that it does not apply, ``working`` where the points come from.
    """

    method: str
    status: KpiStatus
    points: Fraction | None
    limits: Limits = Limits()
    approved_by: str = ""
    working: Working | None = None

    @property
    def score(self) -> Fraction | None:
        """The points within floor and cap, or None where the KPI is not applicable."""
        if self.points is None:
            return None
        return clamped(self.points, self.limits.floor, self.limits.cap)


@dataclass(frozen=True, kw_only=True, slots=True)
class Steps:
    """加减分: ``per`` points for every ``unit`` of deviation, up to a cap on either side.

    ``full_steps`` settles the ambiguity of 每超过3%加1分: whole steps only, or in proportion.
    A cap of None is no cap.
    """

    base: Fraction
    unit: Fraction
    per: Fraction
    full_steps: bool
    cap_up: Fraction | None = None
    cap_down: Fraction | None = None
    floor_at: Fraction | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Deduction:
    """So many occurrences of something that costs so many points each."""

    name: str
    points: Fraction
    count: int


def require_limits(limits: Limits, *, floor_at: str = "/floor", cap_at: str = "/cap") -> None:
    """Refuse a floor above 100 or a cap below it, pointing to the one that is wrong."""
    if limits.floor <= HUNDRED <= limits.cap:
        return
    where = cap_at if limits.cap < HUNDRED else floor_at
    floor, cap = decimal_text(limits.floor), decimal_text(limits.cap)
    raise ScoringError(Complaint.CAP_FLOOR, where, floor=floor, cap=cap)


def ratio(*, actual: Fraction, target: Fraction) -> Fraction:
    """比率法: 100·A/T."""
    _require_positive_target(target)
    _require_not_negative(actual)
    return HUNDRED * actual / target


def ratio_signed(*, actual: Fraction, target: Fraction) -> Fraction:
    """100·(1+(A−T)/|T|), for targets below zero such as a smaller loss (减亏)."""
    _require_target(target)
    return HUNDRED * (1 + (actual - target) / abs(target))


def mirror(*, actual: Fraction, target: Fraction) -> Fraction:
    """100·(2−A/T), for lower is better: linear, and finite at nothing at all."""
    _require_positive_target(target)
    return HUNDRED * (2 - actual / target)


def inverse(*, actual: Fraction, target: Fraction) -> Fraction:
    """100·T/A, for lower is better; grows without end near 0, so that it needs its cap."""
    _require_positive_target(target)
    if actual <= 0:
        found = decimal_text(actual)
        raise ScoringError(Complaint.ACTUAL_NOT_POSITIVE, "/actual", found=found)
    return HUNDRED * target / actual


def all_or_nothing(*, actual: Fraction, target: Fraction, full: Fraction = HUNDRED) -> Fraction:
    """非此即彼: the full points if the target is reached, else 0."""
    return full if actual >= target else Fraction()


def percent_deviation(*, actual: Fraction, target: Fraction) -> Fraction:
    """How far the actual figure lies from its target, in percent of the target's size."""
    _require_target(target)
    return HUNDRED * (actual - target) / abs(target)


def step_delta(deviation: Fraction, steps: Steps) -> Fraction:
    """加减分: the base and what the deviation (in percent or in points) earns or costs."""
    points = steps.base + earned_by(deviation, steps)
    return points if steps.floor_at is None else max(points, steps.floor_at)


def step_count(deviation: Fraction, steps: Steps) -> Fraction:
    """How many units the deviation holds, on either side; only whole ones where that is agreed."""
    count = abs(deviation) / steps.unit
    return Fraction(int(count)) if steps.full_steps else count


def earned_by(deviation: Fraction, steps: Steps) -> Fraction:
    """The points above or below the base, within their cap on either side."""
    change = steps.per * step_count(deviation, steps)
    return -_capped(change, steps.cap_down) if deviation < 0 else _capped(change, steps.cap_up)


def deduct(
    *, base: Fraction, deductions: Iterable[Deduction], floor: Fraction | None = None
) -> Fraction:
    """扣分法: the base less what every occurrence costs, never below the floor."""
    costs = sum((one.points * one.count for one in deductions), start=Fraction())
    points = base - costs
    return points if floor is None else max(points, floor)


def _capped(change: Fraction, cap: Fraction | None) -> Fraction:
    return change if cap is None else min(change, cap)


def _require_target(target: Fraction) -> None:
    if target == 0:
        raise ScoringError(Complaint.TARGET_ZERO, "/target")


def _require_positive_target(target: Fraction) -> None:
    _require_target(target)
    if target < 0:
        found = decimal_text(target)
        raise ScoringError(Complaint.TARGET_NEGATIVE, "/target", found=found)


def _require_not_negative(actual: Fraction) -> None:
    if actual < 0:
        raise ScoringError(Complaint.ACTUAL_NEGATIVE, "/actual", found=decimal_text(actual))
