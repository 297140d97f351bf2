"""Stages, days and what a plan must hold."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.cycles.holidays import holidays_between
from app.cycles.rules import (
    CyclePlan,
    PlanFault,
    Stage,
    WorkCalendar,
    accepts_answers,
    add_working_days,
    deadline,
    faults_of_plan,
    last_promised,
    opening,
    scheme_for_job,
    stage_of,
    wall_time,
    working_days_between,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAN = CyclePlan(
    name="2026",
    period_from=date(2026, 1, 1),
    period_to=date(2026, 12, 31),
    opens_on=date(2026, 12, 1),
    closes_on=date(2026, 12, 18),
)


def stage(**moments: datetime | None) -> Stage:
    names = (
        "launched_at",
        "closed_at",
        "rated_at",
        "released_at",
        "interviews_at",
        "archived_at",
    )
    opens_at = moments.pop("opens_at", None) or NOON - HOUR
    given: dict[str, datetime | None] = {name: moments.get(name) for name in names}
    return stage_of(
        now=NOON,
        opens_at=opens_at,
        launched_at=given["launched_at"],
        closed_at=given["closed_at"],
        rated_at=given["rated_at"],
        released_at=given["released_at"],
        interviews_at=given["interviews_at"],
        archived_at=given["archived_at"],
    )


def test_a_round_is_a_draft_until_it_is_launched() -> None:
    assert stage() is Stage.DRAFT
    assert stage(launched_at=NOON) is Stage.COLLECTING
    assert stage(launched_at=NOON, opens_at=NOON + HOUR) is Stage.LAUNCHED


@pytest.mark.parametrize("step", ["closed", "rated", "released", "interviews", "archived"])
def test_the_latest_step_taken_is_the_stage(step: str) -> None:
    assert stage(**{"launched_at": NOON, "closed_at": NOON, f"{step}_at": NOON}) == step


def test_a_deadline_ends_its_day_on_the_wall_clock_even_when_the_clock_changes() -> None:
    assert deadline(date(2026, 12, 18), "Asia/Shanghai") == (
        "2026-12-18T24:00",
        datetime(2026, 12, 18, 16, tzinfo=UTC),
    )
    assert deadline(date(2027, 3, 28), "Europe/Berlin")[1] == datetime(2027, 3, 28, 22, tzinfo=UTC)
    assert opening(date(2026, 12, 1), "Asia/Shanghai") == datetime(2026, 11, 30, 16, tzinfo=UTC)


def accepts(
    now: datetime,
    *,
    touched: datetime | None = None,
    launched: bool = True,
    closed: bool = False,
) -> bool:
    return accepts_answers(
        now=now,
        opens_at=NOON - HOUR,
        closes_at=NOON,
        launched_at=NOON - HOUR if launched else None,
        closed_at=NOON if closed else None,
        draft_touched_at=touched,
    )


def test_answers_count_until_five_minutes_after_the_deadline() -> None:
    assert accepts(NOON + timedelta(minutes=5))
    assert not accepts(NOON + timedelta(minutes=5, seconds=1))


def test_somebody_who_is_typing_at_the_deadline_has_a_day_more() -> None:
    assert accepts(NOON + timedelta(hours=24), touched=NOON - HOUR)
    assert not accepts(NOON + timedelta(hours=24, seconds=1), touched=NOON - HOUR)
    assert not accepts(NOON + HOUR, touched=NOON - 2 * HOUR)


def test_what_was_promised_to_typists_lasts_a_day_from_the_latest_deadline_that_is_over() -> None:
    later, a_day = NOON + 3 * HOUR, timedelta(hours=24)

    def promised(moment: datetime) -> datetime | None:
        return last_promised({NOON, later}, now=moment)

    assert promised(NOON - HOUR) is None
    assert promised(NOON + HOUR) == NOON + a_day
    assert promised(later) == later + a_day
    assert promised(later + a_day) == later + a_day
    assert promised(later + a_day + HOUR) is None


def test_answers_never_count_before_the_opening_or_after_the_close() -> None:
    assert not accepts(NOON, launched=False)
    assert not accepts(NOON, closed=True)
    assert not accepts(NOON - 2 * HOUR)


def test_a_sound_plan_has_no_faults() -> None:
    assert faults_of_plan(PLAN) == []


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        (replace(PLAN, name="  "), PlanFault.NAME_EMPTY),
        (replace(PLAN, period_to=date(2025, 1, 1)), PlanFault.PERIOD_ENDS_FIRST),
        (replace(PLAN, closes_on=date(2026, 11, 30)), PlanFault.CLOSES_BEFORE_OPENING),
        (replace(PLAN, time_zone="Mars/Olympus"), PlanFault.UNKNOWN_ZONE),
        (replace(PLAN, mode="secret"), PlanFault.UNKNOWN_MODE),
        (replace(PLAN, k_min=2), PlanFault.GROUP_MINIMUM_TOO_LOW),
        (replace(PLAN, customer_rest_days=-1), PlanFault.REST_OUT_OF_RANGE),
        (replace(PLAN, customer_rest_days=731), PlanFault.REST_OUT_OF_RANGE),
        (replace(PLAN, customer_most_forms=0), PlanFault.FORMS_OUT_OF_RANGE),
        (replace(PLAN, customer_most_forms=21), PlanFault.FORMS_OUT_OF_RANGE),
    ],
)
def test_each_fault_of_a_plan_is_named(plan: CyclePlan, fault: PlanFault) -> None:
    assert faults_of_plan(plan) == [fault]


def test_a_scheme_is_found_by_job_title_whatever_its_case_or_spacing() -> None:
    jobs = {1: ["大客户经理", "Key Account Manager"], 2: ["销售代表"]}

    assert scheme_for_job("key  account manager ", jobs) == 1
    assert scheme_for_job("销售代表", jobs) == 2
    assert scheme_for_job("销售总监", jobs) is None
    assert scheme_for_job("", {1: [""]}) is None


def test_working_days_leave_out_saturday_and_sunday() -> None:
    friday = date(2026, 12, 18)

    assert add_working_days(friday, 1) == date(2026, 12, 21)
    assert add_working_days(friday, 10) == date(2027, 1, 1)
    assert working_days_between(friday, date(2026, 12, 21)) == 2
    assert working_days_between(friday, date(2026, 12, 17)) == 0


def test_a_holiday_is_no_working_day_and_a_weekend_worked_for_it_is_one() -> None:
    friday, saturday, monday = date(2027, 2, 5), date(2027, 2, 6), date(2027, 2, 8)
    calendar = WorkCalendar(free=frozenset({monday}), worked=frozenset({saturday}))

    assert add_working_days(friday, 1, calendar=calendar) == saturday
    assert add_working_days(friday, 2, calendar=calendar) == date(2027, 2, 9)
    assert working_days_between(friday, date(2027, 2, 9), calendar=calendar) == 3


def test_holidays_are_found_when_one_of_their_days_falls_into_the_window() -> None:
    found = holidays_between(date(2027, 1, 1), date(2027, 2, 5))

    assert [holiday.name_en for holiday in found] == ["New Year's Day", "Spring Festival"]
    assert holidays_between(date(2026, 12, 1), date(2026, 12, 31)) == []
    beyond_the_lists = holidays_between(date(2031, 9, 1), date(2031, 10, 8))
    assert [holiday.name_zh for holiday in beyond_the_lists] == ["国庆节"]


def test_a_wall_time_is_written_as_a_deadline_is() -> None:
    local, closes_at = deadline(date(2026, 12, 18), "Asia/Shanghai")

    assert wall_time(closes_at, "Asia/Shanghai") == local == "2026-12-18T24:00"
    assert wall_time(closes_at, "Europe/Berlin") == "2026-12-18T17:00"
