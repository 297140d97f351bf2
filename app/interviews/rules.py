"""What a record still lacks before it may be frozen, and where it stands. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from app.cycles.rules import MONDAY_TO_FRIDAY, WorkCalendar, add_working_days
from app.interviews.parts import (
    PlanRow,
    achievements,
    clock_of,
    day_of,
    goal_rows,
    plan_rows,
    shortcomings,
    support_rows,
)

SHORTEST_COMMENT, LONGEST_COMMENT = 30, 300
FEWEST_MINUTES = 30
DAYS_TO_ANSWER = 5  # working days
DAYS_TO_TALK = 21
LONGEST_WAIT = timedelta(days=60)  # no five working days take longer
MISSED_BY = Decimal("0.1")
ON_TARGET = Decimal(100)
QUARTER_DAYS = 100
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
# Judgements that name nothing anybody saw. What is left of a text without them must say something.
JUDGEMENTS = re.compile(
    r"态度|不好|不佳|较差|很差|太差|不够|不足|不积极|积极性|不认真|不负责|责任心|不主动|主动性|"
    r"懒散|散漫|一般|欠缺|缺乏|有待|提高|加强|能力|工作|表现|比较|非常|有些|有点|差|很|太|不|弱|"
    r"poor|bad|weak|lazy|attitude|motivation|performance|careless|passive|unmotivated|lack|lacks|"
    r"lacking|insufficient|low|not|very|too|rather|quite|somewhat|the|his|her|is|was|of|and|a|"
    r"work|good|enough|proactive|responsible",
    re.IGNORECASE,
)
FEWEST_LETTERS = 4

Part = Mapping[str, Any]


class Lack(StrEnum):
    """Something that keeps a record from being frozen."""

    NOT_SHARED = "not_shared"
    DAY = "day"
    TIMES = "times"
    END_BEFORE_START = "end_before_start"
    PLACE = "place"
    EVIDENCE = "evidence"
    VARIANCE = "variance"
    ACHIEVEMENT = "achievement"
    EFFECT = "effect"
    SHORTCOMING = "shortcoming"
    ADJECTIVES = "adjectives"
    CAUSE = "cause"
    SUPPORT = "support"
    PLAN = "plan"
    PLAN_GOAL = "plan_goal"
    PLAN_ACTION = "plan_action"
    PLAN_MEASURE = "plan_measure"
    PLAN_DUE = "plan_due"
    PLAN_DUE_PAST = "plan_due_past"
    PLAN_OWNER = "plan_owner"
    PLAN_CHECK = "plan_check"
    PLAN_CHECK_OUTSIDE = "plan_check_outside"
    OWN_DUTY = "own_duty"
    GOAL_WEIGHTS = "goal_weights"
    COMMENT = "comment"


class Caution(StrEnum):
    """Something worth a second look that stops nothing."""

    SHORT_TALK = "short_talk"
    LATE_MATERIAL = "late_material"
    ADJECTIVES = "adjectives"


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """One lack: the field to go to, and the row's number or element's name it is about."""

    lack: Lack
    field: str
    about: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class KpiFact:
    """What the rules ask of a scored KPI line."""

    id: str
    name: str
    target: str
    actual: str
    score: Decimal
    has_evidence: bool


class RecordState(StrEnum):
    """Where a record stands, computed from what has happened."""

    PREPARED = "prepared"
    DRAFT = "draft"
    SHARED = "shared"
    TO_ANSWER = "to_answer"
    TO_SIGN = "to_sign"
    TO_COUNTERSIGN = "to_countersign"
    FILED = "filed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """The moments that decide a record's state; those of the newest version, if any."""

    has_draft: bool
    shared_at: datetime | None
    is_reopened: bool
    frozen_at: datetime | None
    employee_signed_at: datetime | None
    manager_signed_at: datetime | None
    hr_signed_at: datetime | None


def state_of(progress: Progress) -> RecordState:
    """Where the record stands."""
    if progress.frozen_at is None or progress.is_reopened:
        if progress.shared_at is not None:
            return RecordState.SHARED
        return RecordState.DRAFT if progress.has_draft else RecordState.PREPARED
    if progress.hr_signed_at is not None:
        return RecordState.FILED
    if progress.employee_signed_at is None:
        return RecordState.TO_ANSWER
    if progress.manager_signed_at is None:
        return RecordState.TO_SIGN
    return RecordState.TO_COUNTERSIGN


def last_day_to_answer(
    since: datetime, *, zone: str, calendar: WorkCalendar = MONDAY_TO_FRIDAY
) -> date:
    """The last of the working days after a moment, where the employee is at home."""
    day = since.astimezone(ZoneInfo(zone)).date()
    return add_working_days(day, DAYS_TO_ANSWER, calendar=calendar)


def is_overdue(
    state: RecordState,
    *,
    opened_at: datetime | None,
    frozen_at: datetime | None,
    now: datetime,
    zone: str,
    calendar: WorkCalendar = MONDAY_TO_FRIDAY,
) -> bool:
    """Whether HR should ask: no record three weeks on, or no signature after 5 working days.

    `zone` and `calendar` are the employee's.
    """
    if state is RecordState.FILED:
        return False
    if frozen_at is None:
        return opened_at is not None and now > opened_at + timedelta(days=DAYS_TO_TALK)
    last = last_day_to_answer(frozen_at, zone=zone, calendar=calendar)
    return now.astimezone(ZoneInfo(zone)).date() > last


def is_quarterly(period_from: date, period_to: date) -> bool:
    """Whether a review period is a quarter rather than a year."""
    return (period_to - period_from).days <= QUARTER_DAYS


def needs_variance_note(kpi: KpiFact) -> bool:
    """Whether the actual misses the target by more than a tenth, whichever way is better.

    Where the two cannot be compared as numbers, the score stands for them.
    """
    if kpi.score >= ON_TARGET:
        return False
    target, actual = _number(kpi.target), _number(kpi.actual)
    if target is None or actual is None:
        return kpi.score < ON_TARGET * (1 - MISSED_BY)
    return abs(actual - target) > abs(target) * MISSED_BY


def _number(text: str) -> Decimal | None:
    found = NUMBER.search(text.replace(",", "").replace("，", ""))
    return Decimal(found[0]) if found else None


def only_judges(text: str) -> bool:
    """Whether a text merely judges ("态度不好", "poor attitude") and tells nothing seen."""
    if not text or any(sign.isdigit() for sign in text):
        return False
    rest = "".join(re.findall(r"\w", JUDGEMENTS.sub(" ", text)))
    return len(rest) < FEWEST_LETTERS


def cautions(
    part: Part, *, material_given_at: datetime | None, held_at: datetime | None
) -> list[Caution]:
    """What the manager may want to look at again."""
    start, end = clock_of(part.get("held_from", "")), clock_of(part.get("held_to", ""))
    found = []
    if start and end and 0 < _minutes(end) - _minutes(start) < FEWEST_MINUTES:
        found.append(Caution.SHORT_TALK)
    if material_given_at and held_at and held_at - material_given_at < timedelta(hours=24):
        found.append(Caution.LATE_MATERIAL)
    if any(only_judges(row.fact) for row in shortcomings(part)):
        found.append(Caution.ADJECTIVES)
    return found


def _minutes(clock: Any) -> int:
    return int(clock.hour) * 60 + int(clock.minute)


def gaps(*, employee: Part, manager: Part, kpis: Iterable[KpiFact], shared: bool) -> list[Gap]:
    """Everything that is missing before the record may be frozen, in the order of the page."""
    found = [
        *_gaps_of_talk(manager),
        *_gaps_of_results(manager, kpis),
        *_gaps_of_achievements(manager),
        *_gaps_of_shortcomings(manager),
        *_gaps_of_support(employee, manager),
        *_gaps_of_plan(employee, manager),
        *_gaps_of_goals(manager),
    ]
    if not SHORTEST_COMMENT <= len(manager.get("comment", "")) <= LONGEST_COMMENT:
        found.append(Gap(lack=Lack.COMMENT, field="comment"))
    if not shared:
        found.append(Gap(lack=Lack.NOT_SHARED, field="share"))
    return found


def _gaps_of_talk(part: Part) -> Iterator[Gap]:
    if "held_on" not in part:
        yield Gap(lack=Lack.DAY, field="held_on")
    start, end = clock_of(part.get("held_from", "")), clock_of(part.get("held_to", ""))
    if start is None or end is None:
        yield Gap(lack=Lack.TIMES, field="held_from" if start is None else "held_to")
    elif end <= start:
        yield Gap(lack=Lack.END_BEFORE_START, field="held_to")
    if "place" not in part and "mode" not in part:
        yield Gap(lack=Lack.PLACE, field="place")


def _gaps_of_results(part: Part, kpis: Iterable[KpiFact]) -> Iterator[Gap]:
    for kpi in kpis:
        if not kpi.has_evidence and f"evidence_{kpi.id}" not in part:
            yield Gap(lack=Lack.EVIDENCE, field=f"evidence_{kpi.id}", about=kpi.name)
        if needs_variance_note(kpi) and f"variance_{kpi.id}" not in part:
            yield Gap(lack=Lack.VARIANCE, field=f"variance_{kpi.id}", about=kpi.name)


def _gaps_of_achievements(part: Part) -> Iterator[Gap]:
    rows = achievements(part)
    if not rows:
        yield Gap(lack=Lack.ACHIEVEMENT, field="achievement_1_fact", about="1")
    for row in rows:
        start = f"achievement_{row.number}"
        if not row.fact:
            yield Gap(lack=Lack.ACHIEVEMENT, field=f"{start}_fact", about=str(row.number))
        if not row.effect:
            yield Gap(lack=Lack.EFFECT, field=f"{start}_effect", about=str(row.number))


def _gaps_of_shortcomings(part: Part) -> Iterator[Gap]:
    rows = shortcomings(part)
    if not rows:
        yield Gap(lack=Lack.SHORTCOMING, field="shortcoming_1_fact", about="1")
    for row in rows:
        start, about = f"shortcoming_{row.number}", str(row.number)
        if not row.fact:
            yield Gap(lack=Lack.SHORTCOMING, field=f"{start}_fact", about=about)
        elif only_judges(row.fact):
            yield Gap(lack=Lack.ADJECTIVES, field=f"{start}_fact", about=about)
        if not row.causes:
            yield Gap(lack=Lack.CAUSE, field=f"{start}_causes", about=about)


def _gaps_of_support(employee: Part, manager: Part) -> Iterator[Gap]:
    for row in support_rows(employee, manager):
        if not row.answer or not row.terms:
            field = f"support_{row.number}_{'terms' if row.answer else 'answer'}"
            yield Gap(lack=Lack.SUPPORT, field=field, about=str(row.number))


def _gaps_of_plan(employee: Part, manager: Part) -> Iterator[Gap]:
    rows = plan_rows(manager)
    if not rows and "plan_none_reason" not in manager:
        yield Gap(lack=Lack.PLAN, field="plan_1_goal")
    for row in rows:
        yield from _gaps_of_plan_row(row, held_on=day_of(manager.get("held_on", "")))
    promised = any(row.answer == "agreed" for row in support_rows(employee, manager))
    if promised and rows and all(row.owner != "manager" for row in rows):
        yield Gap(lack=Lack.OWN_DUTY, field=f"plan_{rows[-1].number}_owner")


def _gaps_of_plan_row(row: PlanRow, *, held_on: date | None) -> Iterator[Gap]:
    start, about = f"plan_{row.number}", str(row.number)
    if not row.goal:
        yield Gap(lack=Lack.PLAN_GOAL, field=f"{start}_goal", about=about)
    if not row.action:
        yield Gap(lack=Lack.PLAN_ACTION, field=f"{start}_action", about=about)
    if not row.start or not row.target:
        field = f"{start}_to" if row.start else f"{start}_from"
        yield Gap(lack=Lack.PLAN_MEASURE, field=field, about=about)
    if not row.owner:
        yield Gap(lack=Lack.PLAN_OWNER, field=f"{start}_owner", about=about)
    yield from _gaps_of_plan_days(row, held_on=held_on)


def _gaps_of_plan_days(row: PlanRow, *, held_on: date | None) -> Iterator[Gap]:
    start, about = f"plan_{row.number}", str(row.number)
    if row.due is None:
        yield Gap(lack=Lack.PLAN_DUE, field=f"{start}_due", about=about)
    elif held_on and row.due <= held_on:
        yield Gap(lack=Lack.PLAN_DUE_PAST, field=f"{start}_due", about=about)
    if not row.check_ins:
        yield Gap(lack=Lack.PLAN_CHECK, field=f"{start}_check_1", about=about)
    outside = (
        (held_on is not None and day <= held_on) or (row.due is not None and day > row.due)
        for day in row.check_ins
    )
    if any(outside):
        yield Gap(lack=Lack.PLAN_CHECK_OUTSIDE, field=f"{start}_check_1", about=about)


def _gaps_of_goals(part: Part) -> Iterator[Gap]:
    rows = goal_rows(part)
    if rows and total_weight(part) != ON_TARGET:
        yield Gap(lack=Lack.GOAL_WEIGHTS, field=f"goal_{rows[0].number}_weight")


def total_weight(part: Part) -> Decimal:
    """The sum of the next period's weights, in percent."""
    return sum((Decimal(row.weight) for row in goal_rows(part) if row.weight), Decimal(0))
