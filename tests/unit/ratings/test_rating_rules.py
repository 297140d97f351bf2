from decimal import Decimal
from fractions import Fraction

import pytest

from app.ratings.rules import (
    StepFault,
    fault_of_step,
    is_blind_spot,
    is_hidden_strength,
    points_of,
)

REASON = "Aligned with the others"


@pytest.mark.parametrize(
    ("own", "others", "blind", "hidden"),
    [
        ("4", "3.4", True, False),
        ("4", "3.5", False, False),  # others see a strength too
        ("3.5", "3.1", False, False),  # too near
        ("3.4", "4", False, True),
        ("3.5", "4.5", False, False),
        ("2", "3", False, False),
    ],
)
def test_a_strength_only_one_side_sees_is_named(
    own: str, others: str, blind: bool, hidden: bool
) -> None:
    views = {"own": Fraction(own), "others": Fraction(others)}

    assert is_blind_spot(**views) is blind
    assert is_hidden_strength(**views) is hidden


def test_nothing_is_named_where_one_view_is_unknown() -> None:
    assert not is_blind_spot(own=None, others=Fraction(3))
    assert not is_hidden_strength(own=Fraction(3), others=None)


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
