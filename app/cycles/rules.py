"""The stages of a review round, which step may follow which, and what a plan must hold. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

# A form on its way at the deadline still counts, and so does one that is being typed.
GRACE = timedelta(minutes=5)
TYPING_GRACE = timedelta(hours=24)
TYPING_WINDOW = timedelta(hours=1)
LOWEST_K = 3
# Customers are asked at most once in a quarter, and about a few people at a time.
USUAL_REST_DAYS = 90
LONGEST_REST_DAYS = 730
USUAL_MOST_FORMS = 3
HIGHEST_MOST_FORMS = 20
FRIDAY = 4


class Stage(StrEnum):
    DRAFT = "draft"
    LAUNCHED = "launched"
    COLLECTING = "collecting"
    CLOSED = "closed"
    RATED = "rated"
    RELEASED = "released"
    INTERVIEWS = "interviews"
    ARCHIVED = "archived"


ORDER = tuple(Stage)


class Mode(StrEnum):
    """How long the tie between an answer and its rater lasts: until the close, or not at all."""

    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"


class PlanFault(StrEnum):
    """Why a round cannot be planned so; each belongs to one field of its form."""

    NAME_EMPTY = "name_empty"
    PERIOD_ENDS_FIRST = "period_ends_first"
    CLOSES_BEFORE_OPENING = "closes_before_opening"
    UNKNOWN_ZONE = "unknown_zone"
    UNKNOWN_MODE = "unknown_mode"
    GROUP_MINIMUM_TOO_LOW = "group_minimum_too_low"
    REST_OUT_OF_RANGE = "rest_out_of_range"
    FORMS_OUT_OF_RANGE = "forms_out_of_range"


@dataclass(frozen=True, kw_only=True, slots=True)
class CyclePlan:
    """What HR fixes about a round. Both days are whole days in `time_zone`, 00:00 to 24:00."""

    name: str
    period_from: date
    period_to: date
    opens_on: date
    closes_on: date
    time_zone: str = "Asia/Shanghai"
    mode: str = Mode.CONFIDENTIAL
    k_min: int = LOWEST_K
    customer_rest_days: int = USUAL_REST_DAYS
    customer_most_forms: int = USUAL_MOST_FORMS
    compares: bool = True
    asks_code: bool = False
    purpose_zh: str = "考核与发展"
    purpose_en: str = "appraisal and development"
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""


def faults_of_plan(plan: CyclePlan) -> list[PlanFault]:
    """Everything that is wrong with a plan, in the order of its form."""
    checks = (
        (not plan.name.strip(), PlanFault.NAME_EMPTY),
        (plan.period_to < plan.period_from, PlanFault.PERIOD_ENDS_FIRST),
        (plan.time_zone not in _time_zones(), PlanFault.UNKNOWN_ZONE),
        (plan.closes_on < plan.opens_on, PlanFault.CLOSES_BEFORE_OPENING),
        (plan.mode not in set(Mode), PlanFault.UNKNOWN_MODE),
        (plan.k_min < LOWEST_K, PlanFault.GROUP_MINIMUM_TOO_LOW),
        (not 0 <= plan.customer_rest_days <= LONGEST_REST_DAYS, PlanFault.REST_OUT_OF_RANGE),
        (not 1 <= plan.customer_most_forms <= HIGHEST_MOST_FORMS, PlanFault.FORMS_OUT_OF_RANGE),
    )
    return [fault for found, fault in checks if found]


@cache
def _time_zones() -> frozenset[str]:
    """The known zones; to list them reads some six hundred files."""
    return frozenset(available_timezones())


def scheme_for_job(job: str, jobs_by_scheme: Mapping[int, Sequence[str]]) -> int | None:
    """The first scheme that proposes itself for a job title, whatever its case or spacing."""
    title = _plain(job)
    for scheme_id, jobs in jobs_by_scheme.items():
        if title and title in {_plain(known) for known in jobs}:
            return scheme_id
    return None


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkCalendar:
    """On which days people work: Monday to Friday but for `free` days, and on `worked` ones."""

    free: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()  # weekend days worked in exchange for a holiday

    def is_working_day(self, day: date) -> bool:
        """A day that is both free and worked is worked."""
        return day in self.worked or (day.weekday() <= FRIDAY and day not in self.free)


MONDAY_TO_FRIDAY = WorkCalendar()


def add_working_days(day: date, count: int, *, calendar: WorkCalendar = MONDAY_TO_FRIDAY) -> date:
    """The day that comes the given number of working days later."""
    while count > 0:
        day += timedelta(days=1)
        count -= calendar.is_working_day(day)
    return day


def working_days_between(
    first: date, last: date, *, calendar: WorkCalendar = MONDAY_TO_FRIDAY
) -> int:
    """How many working days lie from the first day to the last, both counted."""
    days = ((first + timedelta(days=step)) for step in range((last - first).days + 1))
    return sum(calendar.is_working_day(day) for day in days)


def stage_of(
    *,
    now: datetime,
    opens_at: datetime,
    launched_at: datetime | None,
    closed_at: datetime | None,
    rated_at: datetime | None,
    released_at: datetime | None,
    interviews_at: datetime | None,
    archived_at: datetime | None,
) -> Stage:
    """The latest step taken; a launched round collects from its opening moment on."""
    taken = (
        (archived_at, Stage.ARCHIVED),
        (interviews_at, Stage.INTERVIEWS),
        (released_at, Stage.RELEASED),
        (rated_at, Stage.RATED),
        (closed_at, Stage.CLOSED),
    )
    for moment, stage in taken:
        if moment is not None:
            return stage
    if launched_at is None:
        return Stage.DRAFT
    return Stage.COLLECTING if now >= opens_at else Stage.LAUNCHED


def deadline(day: date, zone: str) -> tuple[str, datetime]:
    """The end of a day (24:00) in a zone: as people read it, and as an instant.

    24:00 is the first moment of the next day, so a day shortened or lengthened by a clock change
    still ends when the wall clock says so.
    """
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(zone))
    return f"{day.isoformat()}T24:00", midnight


def wall_time(moment: datetime, zone: str) -> str:
    """A moment as `deadline` writes it: midnight is 24:00 of the day before."""
    here = moment.astimezone(ZoneInfo(zone))
    if here.hour == here.minute == 0:
        return f"{(here - timedelta(days=1)).date().isoformat()}T24:00"
    return f"{here:%Y-%m-%dT%H:%M}"


def opening(day: date, zone: str) -> datetime:
    """The first moment of a day in a zone."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone))


def accepts_answers(
    *,
    now: datetime,
    opens_at: datetime,
    closes_at: datetime,
    launched_at: datetime | None,
    closed_at: datetime | None,
    draft_touched_at: datetime | None = None,
) -> bool:
    """Whether a form sent now counts (five minutes' grace, a day for a typist)."""
    if launched_at is None or closed_at is not None or now < opens_at:
        return False
    return now <= last_moment(closes_at, draft_touched_at)


def last_moment(closes_at: datetime, draft_touched_at: datetime | None) -> datetime:
    """Until when forms count: longer than the deadline, and longest for whoever was typing."""
    typing = draft_touched_at is not None and draft_touched_at >= closes_at - TYPING_WINDOW
    return closes_at + (TYPING_GRACE if typing else GRACE)


def last_promised(deadlines: Collection[datetime], *, now: datetime) -> datetime | None:
    """Until when somebody may still send what they were typing at one of these deadlines.

    None while none is over, and once every one has been over for as long as a typist has.
    """
    ends = [moment + TYPING_GRACE for moment in deadlines if moment <= now <= moment + TYPING_GRACE]
    return max(ends, default=None)
