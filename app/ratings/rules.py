"""What a profile points out, and what a calibration may do. Pure."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction

GOOD = Fraction(7, 2)  # on the answer scale of 1 to 5
NOTABLE_GAP = Fraction(1, 2)
CALIBRATION_LIMIT = Decimal(5)
SHORTEST_REASON = 10
CENT = Decimal("0.01")


class StepFault(StrEnum):
    """Why a calibration step cannot be taken."""

    NOT_A_NUMBER = "not_a_number"
    NOTHING = "nothing"
    TOO_FAR = "too_far"
    NO_REASON = "no_reason"


def is_blind_spot(*, own: Fraction | None, others: Fraction | None) -> bool:
    """The person sees a strength where others do not; never where either is unknown."""
    if own is None or others is None:
        return False
    return own >= GOOD > others and own - others >= NOTABLE_GAP


def is_hidden_strength(*, own: Fraction | None, others: Fraction | None) -> bool:
    """Others see a strength where the person does not; never where either is unknown."""
    if own is None or others is None:
        return False
    return others >= GOOD > own and others - own >= NOTABLE_GAP


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
