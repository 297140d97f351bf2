from decimal import Decimal

import pytest

from app.ratings.rules import StepFault, fault_of_step, points_of

REASON = "Aligned with the others"


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("-0.5", Decimal("-0.50")),
        ("−1", Decimal("-1.00")),
        (" 2.25 ", Decimal("2.25")),
        ("0.125", None),
        ("six", None),
        ("NaN", None),
        ("1e30", None),
    ],
)
def test_points_are_read_as_people_type_them(text: str, points: Decimal | None) -> None:
    assert points_of(text) == points


@pytest.mark.parametrize(
    ("delta", "reason", "fault"),
    [
        ("-0.50", REASON, None),
        ("2.00", REASON, None),
        ("2.01", REASON, StepFault.TOO_FAR),
        ("-8.01", REASON, StepFault.TOO_FAR),
        ("0", REASON, StepFault.NOTHING),
        ("much", REASON, StepFault.NOT_A_NUMBER),
        ("1", "too short", StepFault.NO_REASON),
    ],
)
def test_all_steps_together_stay_within_five_points(
    delta: str, reason: str, fault: StepFault | None
) -> None:
    assert fault_of_step(delta=delta, reason=reason, earlier=[Decimal("3.00")]) is fault
