"""Whom a reminder may reach and when one goes by itself, and why somebody is left out. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.cycles.rules import MONDAY_TO_FRIDAY, WorkCalendar, add_working_days

# Between any two invitations or reminders to one person, over all rounds.
LEAST_GAP = timedelta(hours=24)
MOST_REMINDERS = 3
MOST_LETTERS = 5

# Reminders that go by themselves leave in these hours of the reader's own clock.
MORNING, EVENING = time(9), time(20)
FIRST_AFTER_WORKING_DAYS = 3
SECOND_BEFORE = timedelta(days=2)


class Nudge(StrEnum):
    """The reminders that go by themselves, in their order; each at most once per reviewer."""

    FIRST = "first"  # three working days after the invitation
    SECOND = "second"  # two days before the reviewer's last day
    LAST = "last"  # on their last day on which a morning is left

    @property
    def rank(self) -> int:
        """Its place in the order, from 1."""
        return tuple(Nudge).index(self) + 1


class Skip(StrEnum):
    """Why a reviewer gets no reminder; in the order in which it is looked for."""

    DONE = "done"
    DECLINED = "declined"
    OPTED_OUT = "opted_out"
    CUT_OFF = "cut_off"
    TIME_OVER = "time_over"
    BAD_ADDRESS = "bad_address"
    NOT_SENT_YET = "not_sent_yet"
    RECENT = "recent"
    SOON = "soon"
    ENOUGH = "enough"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is known of one reviewer: their forms and the letters they have had."""

    open_forms: int
    submitted_forms: int
    has_declined: bool
    has_opted_out: bool
    is_cut_off: bool
    closes_at: datetime  # a form of theirs counts until shortly after
    last_letter_failed: bool
    has_waiting_letter: bool
    last_mailed_at: datetime | None  # the last that left, over all rounds
    reminders: int  # in this round
    letters: int  # in this round
    invited_at: datetime | None = None  # when the invitation left, or was posted
    next_mail_at: datetime | None = None  # the first that waits, over all rounds
    nudged: int = 0  # rank of the latest reminder that went by itself


def reason_to_skip(standing: Standing, *, now: datetime) -> Skip | None:
    """Why this reviewer is not to be reminded now; None when a reminder may go."""
    last, following = standing.last_mailed_at, standing.next_mail_at
    recent = last is not None and now - last < LEAST_GAP
    soon = following is not None and following - now < LEAST_GAP
    nothing_open = standing.open_forms == 0
    checks = (
        (nothing_open and standing.submitted_forms > 0, Skip.DONE),
        (nothing_open or standing.has_declined, Skip.DECLINED),
        (standing.has_opted_out, Skip.OPTED_OUT),
        (standing.is_cut_off, Skip.CUT_OFF),
        (standing.closes_at < now, Skip.TIME_OVER),
        (standing.last_letter_failed, Skip.BAD_ADDRESS),
        (standing.has_waiting_letter, Skip.NOT_SENT_YET),
        (recent, Skip.RECENT),
        (soon, Skip.SOON),
        (
            standing.reminders >= MOST_REMINDERS or standing.letters >= MOST_LETTERS,
            Skip.ENOUGH,
        ),
    )
    return next((skip for met, skip in checks if met), None)


def first_moment_apart(wished: datetime, others: Collection[datetime]) -> datetime:
    """The first moment from the wished one on that keeps the gap to each of these letters.

    A letter may leave before one that waits for long, and between two that lie far apart.
    """
    ends = sorted(at + LEAST_GAP for at in others if at + LEAST_GAP > wished)
    return next(
        moment for moment in (wished, *ends) if all(abs(moment - at) >= LEAST_GAP for at in others)
    )


def due_nudge(
    standing: Standing,
    *,
    zone: str,
    now: datetime,
    calendar: WorkCalendar = MONDAY_TO_FRIDAY,
) -> Nudge | None:
    """Which reminder is to go by itself now, on the clock of the reader's own zone.

    Days and hours are compared as a wall clock shows them, so that no change of the clocks skips
    or repeats one. A reminder that was missed goes late, unless the next one is due already. One
    for a day that was over before the invitation left does not go at all. `calendar` is the one
    of the zone. Whether the reviewer may be reminded is not asked here.
    """
    clock = ZoneInfo(zone)
    here = now.astimezone(clock)
    is_over = now > standing.closes_at
    if standing.invited_at is None or is_over or not MORNING <= here.time() < EVENING:
        return None
    invited_on = standing.invited_at.astimezone(clock).date()
    last_day = _last_morning(standing.closes_at, clock)
    days = {
        Nudge.FIRST: add_working_days(invited_on, FIRST_AFTER_WORKING_DAYS, calendar=calendar),
        Nudge.SECOND: last_day - SECOND_BEFORE,
        Nudge.LAST: last_day,
    }
    reached = [nudge for nudge, day in days.items() if invited_on < day <= here.date()]
    if not reached or reached[-1].rank <= standing.nudged:
        return None
    return reached[-1]


def _last_morning(closes_at: datetime, clock: ZoneInfo) -> date:
    """The last day whose morning comes before the deadline, which may be early in this zone."""
    last_day = closes_at.astimezone(clock).date()
    morning = datetime.combine(last_day, MORNING, tzinfo=clock)
    return last_day if morning < closes_at else last_day - timedelta(days=1)
