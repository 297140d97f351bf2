"""What a calibration may do. Pure."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum

CALIBRATION_LIMIT = Decimal(5)
SHORTEST_REASON = 10
CENT = Decimal("0.01")


class StepFault(StrEnum):
    """Why a calibration step cannot be taken."""

    NOT_A_NUMBER = "not_a_number"
    NOTHING = "nothing"
    TOO_FAR = "too_far"
    NO_REASON = "no_reason"
    NO_GRADE = "no_grade"
    UNDECIDED = "undecided"


def points_of(text: str) -> Decimal | None:
    """A signed figure as people type it, with two decimals; None for what is none."""
    try:
        points = Decimal(text.strip().replace("−", "-"))
    except InvalidOperation:
        return None
    within_reach = points.is_finite() and abs(points) < CALIBRATION_LIMIT * 100
    return points.quantize(CENT) if within_reach and points == points.quantize(CENT) else None


def fault_of_step(*, delta: str, reason: str, earlier: Iterable[Decimal]) -> StepFault | None:
    """What is wrong with a further step, given the ones before; None where it may be taken."""
    points = points_of(delta)
    if points is None:
        return StepFault.NOT_A_NUMBER
    if not points:
        return StepFault.NOTHING
    if abs(sum(earlier, start=points)) > CALIBRATION_LIMIT:
        return StepFault.TOO_FAR
    return StepFault.NO_REASON if len(reason.strip()) < SHORTEST_REASON else None


def fault_of_grade(*, grade: str, reason: str, allowed: Collection[str]) -> StepFault | None:
    """What is wrong with setting a grade; None where it may be set."""
    if grade not in allowed:
        return StepFault.NO_GRADE
    return StepFault.NO_REASON if len(reason.strip()) < SHORTEST_REASON else None


def fault_of_decisions(*, decisions: Sequence[bool | None], reason: str) -> StepFault | None:
    """What is wrong with confirming (True) and letting lapse (False) stale steps.

    There are some, and every one has to be decided; the reason is for those that lapse.
    """
    if not decisions or None in decisions:
        return StepFault.UNDECIDED
    lacks_reason = len(reason.strip()) < SHORTEST_REASON
    return StepFault.NO_REASON if False in decisions and lacks_reason else None


def last_computed(*, decided_on: Collection[int], newest: int) -> int:
    """The newest version of a rating that a computation made.

    A calibration decided on version v made version v + 1; every other version was computed.
    """
    return max(version for version in range(1, newest + 1) if version - 1 not in decided_on)
