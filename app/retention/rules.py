"""What is deleted when its time is over. Days are those of the round's own time zone. Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.cycles.rules import opening

ANSWERS_MONTHS = 12  # after the release; after the close where there was none
LINKS_DAYS = 30  # after the close
LETTERS_KEPT = timedelta(days=30)  # the text, after a letter left or was given up
DRAFTS_KEPT = timedelta(days=7)  # after the deadline of a round that nobody closes
WARNING_DAYS = 60  # before answers go, HR is told
# When tables are written anew that everybody uses: where most rounds are at home it is night.
NIGHT, NIGHT_ZONE = time(3), "Asia/Shanghai"


@dataclass(frozen=True, kw_only=True, slots=True)
class Moments:
    """What happened to a round, and when; `closes_at` is its deadline."""

    time_zone: str
    closes_at: datetime
    closed_at: datetime | None = None
    released_at: datetime | None = None
    answers_deleted_on: date | None = None
    links_deleted_on: date | None = None
    # Collected while reviewers were told of no day without a release: HR is told first.
    waits_for_warning: bool = False
    warned_of: date | None = None  # the day that the last letter to HR named

    @property
    def waits(self) -> bool:
        """Whether no day counts of which HR was not told."""
        return self.waits_for_warning and self.released_at is None


class AnswersStand(StrEnum):
    """What HR is told about the answers of a round."""

    COLLECTED = "collected"  # the deadline is still to come: nothing to tell yet
    UNCLOSED = "unclosed"  # past its deadline; would be closed, and the answers deleted
    UNRELEASED = "unreleased"  # would be deleted with all that was computed from them
    RELEASED = "released"
    DELETED = "deleted"


def months_later(day: date, months: int) -> date:
    """The day of the same number so many months later, or the last one of a month without it."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def answers_go_on(round_: Moments) -> date:
    """The day on which the answers of a round are deleted.

    It counts from the release, which opens all results of a round at once and only once; from the
    close where nothing was released, and from the deadline where nobody has even closed. Where the
    round waits for a warning, it is not before the day that the warning named.
    """
    began = round_.released_at or round_.closed_at or round_.closes_at
    day = months_later(_day(began, round_.time_zone), ANSWERS_MONTHS)
    return max(day, round_.warned_of) if round_.waits and round_.warned_of else day


def day_to_name(round_: Moments, now: datetime) -> date:
    """The day that HR reads. Of a round that waits it is the one a warning of today would name."""
    day = answers_go_on(round_)
    if not round_.waits or round_.warned_of is not None:
        return day
    return max(day, today_in(round_.time_zone, now) + timedelta(days=WARNING_DAYS))


def day_to_warn_of(round_: Moments, now: datetime) -> date | None:
    """The day of which HR is to be told by letter now; None where there is nothing to tell.

    Told once of each day: a release moves it, and so does a late close. A day that is already over
    is not told, because the answers go at once.
    """
    if stand_of_answers(round_, now) in {AnswersStand.COLLECTED, AnswersStand.DELETED}:
        return None
    day = day_to_name(round_, now)
    days = (day - today_in(round_.time_zone, now)).days
    return day if 0 < days <= WARNING_DAYS and day != round_.warned_of else None


def answers_are_due(round_: Moments, now: datetime) -> bool:
    """Whether the answers are still there and their day has begun, where the round is at home."""
    if round_.answers_deleted_on is not None or (round_.waits and round_.warned_of is None):
        return False
    return now >= opening(answers_go_on(round_), round_.time_zone)


def links_go_on(round_: Moments) -> date | None:
    """The day on which the links of a round are deleted; None while it is not closed."""
    if round_.closed_at is None:
        return None
    return _day(round_.closed_at, round_.time_zone) + timedelta(days=LINKS_DAYS)


def links_are_due(round_: Moments, now: datetime) -> bool:
    """Whether the links are still there and their day has begun, where the round is at home."""
    day = links_go_on(round_)
    if day is None or round_.links_deleted_on is not None:
        return False
    return now >= opening(day, round_.time_zone)


def stand_of_answers(round_: Moments, now: datetime) -> AnswersStand:
    """Which of the sentences about the answers is true at this moment."""
    if round_.answers_deleted_on is not None:
        return AnswersStand.DELETED
    if round_.released_at is not None:
        return AnswersStand.RELEASED
    if round_.closed_at is not None:
        return AnswersStand.UNRELEASED
    return AnswersStand.UNCLOSED if now >= round_.closes_at else AnswersStand.COLLECTED


def needs_warning(round_: Moments, now: datetime) -> bool:
    """Whether answers of which nobody has seen a result will be deleted soon."""
    if stand_of_answers(round_, now) not in {AnswersStand.UNCLOSED, AnswersStand.UNRELEASED}:
        return False
    last = opening(day_to_name(round_, now), round_.time_zone)
    return now >= last - timedelta(days=WARNING_DAYS)


def next_night(now: datetime) -> datetime:
    """The next moment to write anew what everybody uses; at most a day from now."""
    here = now.astimezone(ZoneInfo(NIGHT_ZONE))
    day = here.date() if here.time() < NIGHT else here.date() + timedelta(days=1)
    return datetime.combine(day, NIGHT, tzinfo=ZoneInfo(NIGHT_ZONE))


def today_in(time_zone: str, now: datetime) -> date:
    """Which day it is where a round is at home."""
    return _day(now, time_zone)


def _day(moment: datetime, time_zone: str) -> date:
    return moment.astimezone(ZoneInfo(time_zone)).date()
