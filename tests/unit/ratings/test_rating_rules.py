from decimal import Decimal

import pytest

from app.ratings.rules import (
    StepFault,
    fault_of_decisions,
    fault_of_grade,
    fault_of_step,
    last_computed,
    points_of,
)

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


@pytest.mark.parametrize(
    ("grade", "reason", "fault"),
    [
        ("B", REASON, None),
        ("S", REASON, StepFault.NO_GRADE),
        ("", REASON, StepFault.NO_GRADE),
        ("B", "too short", StepFault.NO_REASON),
    ],
)
def test_a_grade_is_one_that_may_be_set_and_has_a_reason(
    grade: str, reason: str, fault: StepFault | None
) -> None:
    assert fault_of_grade(grade=grade, reason=reason, allowed=("A", "B")) is fault


@pytest.mark.parametrize(
    ("decisions", "reason", "fault"),
    [
        ([True, True], "", None),
        ([True, False], REASON, None),
        ([True, False], "too short", StepFault.NO_REASON),
        ([True, None], REASON, StepFault.UNDECIDED),
        ([], REASON, StepFault.UNDECIDED),
    ],
)
def test_every_stale_step_is_decided_and_what_lapses_has_a_reason(
    decisions: list[bool | None], reason: str, fault: StepFault | None
) -> None:
    assert fault_of_decisions(decisions=decisions, reason=reason) is fault


@pytest.mark.parametrize(
    ("decided_on", "newest", "computed"),
    [((), 1, 1), ((1, 2), 3, 1), ((1,), 3, 3), ((1, 3), 4, 3), ((2, 2), 3, 2)],
)
def test_a_version_is_computed_unless_a_step_was_decided_just_before_it(
    decided_on: tuple[int, ...], newest: int, computed: int
) -> None:
    assert last_computed(decided_on=decided_on, newest=newest) == computed
