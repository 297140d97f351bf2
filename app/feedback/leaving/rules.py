"""When invitations leave: in the morning where each reader is, a day after other letters. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.cycles.rules import MONDAY_TO_FRIDAY, WorkCalendar
from app.feedback.launching.rules import LEAST_WORKING_DAYS
from app.feedback.reminding.rules import first_moment_apart

MORNING, WORK_ENDS = time(9, 30), time(18)
TUESDAY, THURSDAY = 1, 3
# Any working morning is waited for as long as a day is left after it.
LEAST_AFTER_ANY = 2
A_DAY = timedelta(days=1)


class Leaving(StrEnum):
    """When HR lets the invitations of a round leave."""

    IN_THE_MORNING = "in_the_morning"
    AT_ONCE = "at_once"  # of a round that opens later: on the first morning after its opening


@dataclass(frozen=True, kw_only=True, slots=True)
class Departures:
    """When the letters of a round leave; those of people who stand in no mapping leave at once."""

    letters: int
    mornings: Mapping[int, datetime] = field(default_factory=dict)  # person → the one waited for
    later: Mapping[int, datetime] = field(default_factory=dict)  # person → a day after another one
    working_days: int = 0  # left to answer when the first letter leaves

    def of(self, person_id: int) -> datetime | None:
        """The moment at which somebody's letter leaves; None when it does not wait."""
        return self.later.get(person_id) or self.mornings.get(person_id)

    def are_like(self, others: "Departures") -> bool:
        """Whether everybody's letter leaves at the same moment, for whatever reason it waits."""
        waiting = {*self.mornings, *self.later, *others.mornings, *others.later}
        return all(self.of(person) == others.of(person) for person in waiting)

    @property
    def on_time(self) -> list[datetime]:
        """When those leave that wait for a morning and for nothing else, the first one first."""
        return sorted(at for person, at in self.mornings.items() if person not in self.later)

    @property
    def at_once(self) -> int:
        """How many letters wait for nothing."""
        return self.letters - len({*self.mornings, *self.later})


def morning_for(
    opens_at: datetime,
    *,
    closes_at: datetime,
    zone: str,
    now: datetime,
    calendar: WorkCalendar = MONDAY_TO_FRIDAY,
) -> datetime | None:
    """The morning that an invitation to `zone` waits for, where HR wants a good one.

    Half past nine on the reader's own clock on a Tuesday, Wednesday or Thursday that is worked
    there, if five working mornings are left then, this one counted, or if no working day passes
    meanwhile. Otherwise the next working morning whatever its weekday, if another one follows or
    no working day passes. Otherwise the letter leaves as if nobody had chosen: at once (None),
    or on the first morning after a later opening. `calendar` is the one of the zone.
    """
    earliest = max(opens_at, now)
    clock = ZoneInfo(zone)
    working = [
        morning
        for morning in _mornings(earliest, closes_at, clock)
        if calendar.is_working_day(morning.date())
    ]
    under_way = _is_under_way(earliest.astimezone(clock), calendar)
    good = (n for n, morning in enumerate(working) if TUESDAY <= morning.weekday() <= THURSDAY)
    wanted = ((next(good, None), LEAST_WORKING_DAYS), (0 if working else None, LEAST_AFTER_ANY))
    for place, least in wanted:
        if place is None:
            continue
        costs_a_day = place > 0 or under_way
        if len(working) - place >= least or not costs_a_day:
            return working[place]
    return morning_of_opening(opens_at, zone=zone, now=now)


def _mornings(earliest: datetime, closes_at: datetime, clock: ZoneInfo) -> Iterator[datetime]:
    """Half past nine on every day from one moment to before another."""
    day, last = earliest.astimezone(clock).date(), closes_at.astimezone(clock).date()
    while day <= last:
        morning = morning_on(day, clock)
        if earliest <= morning < closes_at:
            yield morning
        day += A_DAY


def _is_under_way(here: datetime, calendar: WorkCalendar) -> bool:
    """Whether work has begun and not ended on the clock of a place."""
    return calendar.is_working_day(here.date()) and MORNING < here.time() < WORK_ENDS


def morning_on(day: date, clock: ZoneInfo) -> datetime:
    """Half past nine of a day on a clock."""
    return datetime.combine(day, MORNING, tzinfo=clock)


def morning_of_opening(opens_at: datetime, *, zone: str, now: datetime) -> datetime | None:
    """Half past nine on the reader's own clock, the first time after the round opens.

    None when the round is open already: letters that need not wait leave at once then.
    """
    if opens_at <= now:
        return None
    clock = ZoneInfo(zone)
    first = opens_at.astimezone(clock).date()
    mornings = (morning_on(first + n * A_DAY, clock) for n in (0, 1))
    return next(morning for morning in mornings if morning >= opens_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Others:
    """How far the invitations to the readers of one zone are."""

    zone: str
    left: int  # those that wait for nothing any more
    waits_until: datetime | None  # when the first leaves of those that wait for their time


def morning_with(others: list[Others], *, zone: str) -> datetime | None:
    """When somebody in `zone` is invited together with the others of the round.

    With those of the same zone, if any are there; else on the same morning as the first. None
    once one of these has left: whoever is asked from then on is asked at once.
    """
    same = [row for row in others if row.zone == zone] or others
    waiting = [
        (row.waits_until, row.zone) for row in same if row.waits_until is not None and not row.left
    ]
    if not waiting or len(waiting) < len(same):
        return None
    moment, there = min(waiting)
    if there == zone:
        return moment
    return morning_on(moment.astimezone(ZoneInfo(there)).date(), ZoneInfo(zone))


def moment_of_letter(
    *,
    now: datetime,
    opening: datetime | None,
    others: Collection[datetime],
    closes_at: datetime,
) -> datetime | None:
    """When a letter to somebody may leave; None when that is not before the collection ends.

    `opening` is the morning on which the letters of a round leave, if they wait for one; `others`
    is when letters to the same person have left of late or are to leave, over all rounds.
    """
    moment = first_moment_apart(max(now, opening or now), others)
    return moment if moment < closes_at else None


def later_moment(
    *,
    now: datetime,
    opening: datetime | None,
    others: Collection[datetime],
    closes_at: datetime,
) -> datetime | None:
    """When an invitation leaves that has to keep its distance; None when it need not wait for it.

    It need not either where the collection would be over by then: to be asked comes first.
    """
    moment = moment_of_letter(now=now, opening=opening, others=others, closes_at=closes_at)
    return moment if moment is not None and moment > (opening or now) else None
