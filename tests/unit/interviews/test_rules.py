"""What a record lacks before the freeze, and where it stands."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cycles.rules import WorkCalendar, add_working_days
from app.interviews.rules import (
    Caution,
    KpiFact,
    Lack,
    Progress,
    RecordState,
    cautions,
    gaps,
    is_overdue,
    is_quarterly,
    last_day_to_answer,
    needs_variance_note,
    only_judges,
    state_of,
)
from tests.factories import at
from tests.record_world import EMPLOYEE, MANAGER

NOON = at("2026-12-18T12:00")


def kpi(
    *, target: str = "100", actual: str = "80", score: str = "80", has_evidence: bool = True
) -> KpiFact:
    return KpiFact(
        id="K1",
        name="销售额",
        target=target,
        actual=actual,
        score=Decimal(score),
        has_evidence=has_evidence,
    )


def lacks(*kpis: KpiFact, without: str = "", shared: bool = True, **changes: Any) -> list[Lack]:
    """What is missing from a complete record after the changes; None removes a field."""
    changed = {**MANAGER, **changes}
    part = {
        name: value
        for name, value in changed.items()
        if value is not None and not (without and name.startswith(without))
    }
    found = gaps(employee=EMPLOYEE, manager=part, kpis=kpis, shared=shared)
    return [gap.lack for gap in found]


def test_a_complete_record_lacks_nothing() -> None:
    assert lacks() == []


@pytest.mark.parametrize(
    ("changes", "lack"),
    [
        ({"held_on": None}, Lack.DAY),
        ({"held_from": None}, Lack.TIMES),
        ({"held_to": None}, Lack.TIMES),
        ({"held_to": "14:00"}, Lack.END_BEFORE_START),
        ({"place": None, "mode": None}, Lack.PLACE),
        ({"achievement_1_fact": None}, Lack.ACHIEVEMENT),
        ({"achievement_1_effect": None}, Lack.EFFECT),
        ({"shortcoming_1_fact": None}, Lack.SHORTCOMING),
        ({"shortcoming_1_fact": "态度不好，工作不够积极"}, Lack.ADJECTIVES),
        ({"shortcoming_1_causes": None}, Lack.CAUSE),
        ({"support_1_answer": None}, Lack.SUPPORT),
        ({"support_1_terms": None}, Lack.SUPPORT),
        ({"plan_1_goal": None}, Lack.PLAN_GOAL),
        ({"plan_1_action": None}, Lack.PLAN_ACTION),
        ({"plan_1_from": None}, Lack.PLAN_MEASURE),
        ({"plan_1_to": None}, Lack.PLAN_MEASURE),
        ({"plan_1_due": None}, Lack.PLAN_DUE),
        ({"plan_1_owner": None}, Lack.PLAN_OWNER),
        ({"plan_1_check_1": None, "plan_1_check_2": None}, Lack.PLAN_CHECK),
        ({"plan_1_check_2": "2027-07-01"}, Lack.PLAN_CHECK_OUTSIDE),
        ({"plan_1_check_1": "2027-01-12"}, Lack.PLAN_CHECK_OUTSIDE),
        ({"plan_2_owner": "employee"}, Lack.OWN_DUTY),
        ({"goal_2_weight": "39"}, Lack.GOAL_WEIGHTS),
        ({"comment": "字" * 29}, Lack.COMMENT),
        ({"comment": "字" * 301}, Lack.COMMENT),
    ],
)
def test_each_thing_that_is_missing_is_named(changes: dict[str, Any], lack: Lack) -> None:
    assert lacks(**changes) == [lack]


def test_a_deadline_before_the_interview_is_named() -> None:
    assert Lack.PLAN_DUE_PAST in lacks(plan_1_due="2027-01-12")


def test_an_empty_record_asks_for_an_entry_of_every_required_section() -> None:
    found = gaps(employee={}, manager={}, kpis=[kpi(has_evidence=False)], shared=False)

    assert {gap.lack for gap in found} == {
        Lack.DAY,
        Lack.TIMES,
        Lack.PLACE,
        Lack.EVIDENCE,
        Lack.VARIANCE,
        Lack.ACHIEVEMENT,
        Lack.SHORTCOMING,
        Lack.PLAN,
        Lack.COMMENT,
        Lack.NOT_SHARED,
    }


def test_no_plan_is_complete_with_its_reason() -> None:
    assert lacks(without="plan_", plan_none_reason=None) == [Lack.PLAN]
    part = {name: value for name, value in MANAGER.items() if not name.startswith("plan_")}
    reasoned = {**part, "plan_none_reason": "本期无改进事项。"}
    assert gaps(employee=EMPLOYEE, manager=reasoned, kpis=(), shared=True) == []


def test_a_missing_evidence_can_be_given_by_the_manager() -> None:
    reached = kpi(actual="100", score="100", has_evidence=False)

    assert lacks(reached) == [Lack.EVIDENCE]
    assert lacks(reached, evidence_K1="财务确认单，2026-12-31") == []


@pytest.mark.parametrize(
    ("target", "actual", "score", "needed"),
    [
        ("1,200", "1,134", "94.50", False),  # missed by 5.5 %
        ("5", "4", "80", True),
        ("45", "48.6", "92", False),  # lower is better, missed by 8 %
        ("45", "50", "88", True),
        ("45", "30", "110", False),  # lower is better, far better than asked
        ("100", "90", "90", False),  # missed by exactly a tenth
        ("0", "2", "80", True),
        ("按时完成", "晚两周", "85", True),
        ("按时完成", "晚一天", "95", False),
    ],
)
def test_a_note_is_needed_where_the_target_is_missed_by_more_than_a_tenth(
    target: str, actual: str, score: str, needed: bool
) -> None:
    assert needs_variance_note(kpi(target=target, actual=actual, score=score)) is needed


@pytest.mark.parametrize(
    "text", ["态度不好", "工作态度很差，不够积极", "poor attitude", "Not proactive enough"]
)
def test_a_mere_judgement_is_recognised(text: str) -> None:
    assert only_judges(text)


@pytest.mark.parametrize(
    "text", ["", "9月两次迟到", "客户例会没有提前发材料", "Sent the client file after the meeting"]
)
def test_a_fact_is_not_taken_for_a_judgement(text: str) -> None:
    assert not only_judges(text)


def test_the_page_warns_of_a_short_talk_late_material_and_mere_judgements() -> None:
    part = {"held_from": "14:00", "held_to": "14:29", "shortcoming_1_fact": "态度不好"}

    found = cautions(part, material_given_at=NOON, held_at=NOON + timedelta(hours=23))

    assert found == [Caution.SHORT_TALK, Caution.LATE_MATERIAL, Caution.ADJECTIVES]


def test_a_good_talk_gets_no_warning() -> None:
    held_at = NOON + timedelta(hours=24)

    assert cautions(MANAGER, material_given_at=NOON, held_at=held_at) == []
    assert cautions({}, material_given_at=NOON, held_at=None) == []


def progress(**facts: Any) -> Progress:
    nothing: dict[str, Any] = {
        "has_draft": False,
        "shared_at": None,
        "is_reopened": False,
        "frozen_at": None,
        "employee_signed_at": None,
        "manager_signed_at": None,
        "hr_signed_at": None,
    }
    return Progress(**{**nothing, **facts})


def test_the_state_follows_from_what_has_happened() -> None:
    frozen = {"frozen_at": NOON}
    answered = {**frozen, "employee_signed_at": NOON}
    signed = {**answered, "manager_signed_at": NOON}

    assert state_of(progress()) is RecordState.PREPARED
    assert state_of(progress(has_draft=True)) is RecordState.DRAFT
    assert state_of(progress(shared_at=NOON)) is RecordState.SHARED
    assert state_of(progress(**frozen)) is RecordState.TO_ANSWER
    assert state_of(progress(**answered)) is RecordState.TO_SIGN
    assert state_of(progress(**signed)) is RecordState.TO_COUNTERSIGN
    assert state_of(progress(**signed, hr_signed_at=NOON)) is RecordState.FILED
    assert state_of(progress(**signed, is_reopened=True, has_draft=True)) is RecordState.DRAFT


def test_a_record_is_overdue_three_weeks_after_the_opening() -> None:
    opened = NOON - timedelta(days=21)

    def overdue(opened_at: Any) -> bool:
        return is_overdue(
            RecordState.DRAFT, opened_at=opened_at, frozen_at=None, now=NOON, zone="UTC"
        )

    assert not overdue(opened)
    assert overdue(opened - timedelta(seconds=1))
    assert not overdue(None)


def test_a_signature_is_overdue_after_five_working_days() -> None:
    friday = at("2026-12-11T12:00")

    def overdue(state: RecordState, now: Any) -> bool:
        return is_overdue(state, opened_at=friday, frozen_at=friday, now=now, zone="UTC")

    assert not overdue(RecordState.TO_ANSWER, at("2026-12-18T23:00"))
    assert overdue(RecordState.TO_ANSWER, at("2026-12-19T00:00"))
    assert not overdue(RecordState.FILED, at("2027-12-19T00:00"))


def test_the_days_to_answer_are_those_of_the_employees_calendar_and_clock() -> None:
    late = at("2026-09-28T20:00")  # Tuesday the 29th in Shanghai
    week = frozenset(date(2026, 10, day) for day in range(1, 8))
    holidays = WorkCalendar(free=week, worked=frozenset({date(2026, 10, 10)}))

    assert last_day_to_answer(late, zone="UTC") == date(2026, 10, 5)
    assert last_day_to_answer(late, zone="Asia/Shanghai") == date(2026, 10, 6)
    # Wednesday, then after the week off Thursday, Friday, the Saturday that is worked, and Monday.
    last = last_day_to_answer(late, zone="Asia/Shanghai", calendar=holidays)
    assert last == date(2026, 10, 12)

    def overdue(now: Any) -> bool:
        return is_overdue(
            RecordState.TO_SIGN,
            opened_at=late,
            frozen_at=late,
            now=now,
            zone="Asia/Shanghai",
            calendar=holidays,
        )

    assert not overdue(at("2026-10-12T15:59"))
    assert overdue(at("2026-10-12T16:00"))


@given(st.dates(max_value=date(2999, 1, 1)), st.integers(1, 30))
def test_working_days_never_end_on_a_weekend(day: date, count: int) -> None:
    last = add_working_days(day, count)

    between = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert last.weekday() < 5
    assert sum(one.weekday() < 5 for one in between) == count


def test_a_quarter_is_told_from_a_year() -> None:
    assert is_quarterly(date(2026, 7, 1), date(2026, 9, 30))
    assert not is_quarterly(date(2026, 1, 1), date(2026, 12, 31))
