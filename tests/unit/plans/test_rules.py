"""When a check-in is filled in, and when it is missed."""

from datetime import date

from app.plans.models import GoalStatus
from app.plans.rules import Answers, CheckInFault, faults_of, is_missed


def answers(
    *, status: str = "on_track", done: str = "两次例会都提前发了材料", result: str = ""
) -> Answers:
    return Answers(status=status, done=done, result=result, next_step="")


def test_a_status_and_what_was_done_are_enough() -> None:
    assert faults_of(answers(), GoalStatus) == []


def test_each_missing_answer_is_named() -> None:
    nothing = answers(status="", done="")

    assert faults_of(nothing, GoalStatus) == [CheckInFault.STATUS, CheckInFault.DONE]


def test_an_unknown_status_is_none() -> None:
    assert faults_of(answers(status="great"), GoalStatus) == [CheckInFault.STATUS]


def test_a_very_long_answer_is_refused() -> None:
    assert faults_of(answers(result="字" * 2001), GoalStatus) == [CheckInFault.TOO_LONG]


def test_a_check_in_is_missed_from_the_day_after() -> None:
    day = date(2027, 2, 15)

    assert not is_missed(day, is_filled=False, today=day)
    assert is_missed(day, is_filled=False, today=date(2027, 2, 16))
    assert not is_missed(day, is_filled=True, today=date(2027, 2, 16))
