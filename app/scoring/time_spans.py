"""Stretches of time in whole days, half-open: the first day is in, the day after the last is not.

Days are counted by the calendar, so that a leap year has 366 of them without anybody's doing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from fractions import Fraction
from itertools import pairwise

from app.scoring.errors import Complaint, ScoringError
from app.scoring.node import Node
from app.scoring.weights import HUNDRED

ONE_DAY = timedelta(days=1)
MONTHS_OF_A_YEAR = 12


class PeriodKind(IntEnum):
    """The usual periods, by how many months they have."""

    MONTH = 1
    QUARTER = 3
    HALF_YEAR = 6
    YEAR = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """The days from ``first`` up to, but not including, ``after``."""

    first: date
    after: date

    def __post_init__(self) -> None:
        if self.first >= self.after:
            raise ScoringError(Complaint.OUT_OF_ORDER, lo=self.first, hi=self.after)

    def __str__(self) -> str:
        return f"{self.first} – {self.last}"

    @property
    def last(self) -> date:
        return self.after - ONE_DAY

    @property
    def days(self) -> int:
        return (self.after - self.first).days

    def shared_with(self, other: "Span") -> "Span | None":
        """The days of both, or None where there are none."""
        first, after = max(self.first, other.first), min(self.after, other.after)
        return Span(first=first, after=after) if first < after else None

    def read_days(self, days: int | None, where: str) -> int:
        """So many days of it, checked; None is all of them."""
        if days is None:
            return self.days
        read = Node(days, where)
        if read.whole() > self.days:
            raise read.out_of_range(f"0–{self.days}")
        return read.whole()

    def holds(self, other: "Span") -> bool:
        return self.first <= other.first and other.after <= self.after


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeInPost:
    """When somebody holds a post, and the declared absences that do not count as time in it.

    ``since`` is the first day in post and ``until`` the first day no longer in it; None is open.
    Absences may reach beyond the post; refuses those that overlap.
    """

    since: date | None = None
    until: date | None = None
    absences: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ScoringError(Complaint.OUT_OF_ORDER, "/until", lo=self.since, hi=self.until)
        require_no_overlap(self.absences, "/absences")

    def days_in(self, period: Span) -> int:
        """The days of the period in post, without the absences."""
        held = self._held(period)
        return 0 if held is None else held.days - _days_shared(held, self.absences)

    def absent_days_in(self, period: Span) -> int:
        """The days of the period in post that the absences take."""
        held = self._held(period)
        return 0 if held is None else _days_shared(held, self.absences)

    def _held(self, period: Span) -> Span | None:
        first = period.first if self.since is None else max(period.first, self.since)
        after = period.after if self.until is None else min(period.after, self.until)
        return Span(first=first, after=after) if first < after else None


def through(first: date, last: date) -> Span:
    """The days from ``first`` to ``last``, which is in it."""
    return Span(first=first, after=last + ONE_DAY)


def periods_of_year(year: int, kind: PeriodKind, *, first_month: int = 1) -> list[Span]:
    """The months, quarters or halves of the business year that begins in that month, in order."""
    starts = [
        _month_after(year, first_month + offset)
        for offset in range(0, MONTHS_OF_A_YEAR + kind, kind)
    ]
    return [Span(first=first, after=after) for first, after in pairwise(starts)]


def time_share(days: int, whole: Span) -> Fraction:
    """So many days as a percentage of those of the whole."""
    return HUNDRED * days / whole.days


def require_no_overlap(spans: Sequence[Span], where: str) -> None:
    """Refuse stretches of time that share a day, pointing to the later one."""
    in_order = sorted(range(len(spans)), key=lambda place: (spans[place].first, place))
    for one, other in pairwise(in_order):
        if spans[one].shared_with(spans[other]) is not None:
            found = spans[other].first
            raise ScoringError(Complaint.SPANS_OVERLAP, f"{where}/{other}", found=found)


def _days_shared(span: Span, others: Iterable[Span]) -> int:
    shared = (span.shared_with(other) for other in others)
    return sum(one.days for one in shared if one is not None)


def _month_after(year: int, month: int) -> date:
    """The first of a month, counted on from January of ``year`` beyond its twelfth."""
    return date(year + (month - 1) // MONTHS_OF_A_YEAR, (month - 1) % MONTHS_OF_A_YEAR + 1, 1)
