"""Seats of a forced distribution: how many each grade has, and which one a block of equals takes.

Seats are laid out from the best grade to the lowest. Whoever cannot be told apart is one block and
takes one grade, so that equals are never parted by chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate
from math import floor

from app.scoring.apportion import largest_remainder, quotas
from app.scoring.weights import HUNDRED


class TiePolicy(StrEnum):
    """When a block goes into the better of two grades: if any, all, or half of it fits there."""

    UP = "up"
    DOWN = "down"
    FAVOUR = "favour"


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A grade's share in percent. A hard one (优秀≤20%) is never exceeded, not by one person."""

    grade: str
    percent: Fraction
    hard: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether ``room`` places in this grade or better were enough to take the whole block."""

    grade: str
    room: int
    hard: bool
    passed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """The grade of one block, whose places count from 1.

    ``verdicts`` say how it was settled where the seats alone did not; ``after`` is set where
    people with better totals already stand in that lower grade.
    """

    ids: tuple[str, ...]
    first: int
    last: int
    grade: str
    verdicts: tuple[Verdict, ...] = ()
    after: str | None = None

    @property
    def was_open(self) -> bool:
        """Whether the grade followed from a rule, not from the seats alone."""
        return bool(self.verdicts) or self.after is not None


def seats(shares: Sequence[Share], *, people: int) -> dict[str, int]:
    """How many of ``people`` each grade may hold: a hard share ⌊p·n⌋, the others what is left.

    Every person has a seat, by largest remainder; equal remainders go by the grade's name.
    """
    plain = quotas({one.grade: one.percent for one in shares}, people=people, where="/shares")
    hard = {one.grade: floor(one.percent * people / HUNDRED) for one in shares if one.hard}
    if not hard:
        return plain
    free = {one.grade: one.percent for one in shares if not one.hard}
    held = hard | largest_remainder(free, seats=people - sum(hard.values()), where="/shares")
    return {one.grade: held[one.grade] for one in shares}


class Seating:
    """Walks from the best block to the last, and never back to a better grade."""

    def __init__(self, shares: Sequence[Share], *, people: int, ties: TiePolicy) -> None:
        self._shares = shares
        self._ties = ties
        self.quota = seats(shares, people=people)
        self._ends = list(accumulate(self.quota.values()))
        self._next_seat = 0
        self._grade = 0
        self._taken = 0

    def place(self, ids: Sequence[str]) -> Decision:
        """Seat the next block behind those already placed."""
        first, last = self._next_seat, self._next_seat + len(ids) - 1
        best, worst = self._grade_of(first), self._grade_of(last)
        start = max(best, self._grade)
        verdicts = self._judged(start, len(ids))
        passed = bool(verdicts) and verdicts[-1].passed
        grade = start + len(verdicts) - passed
        self._taken = len(ids) + (self._taken if grade == self._grade else 0)
        self._grade, self._next_seat = grade, last + 1
        plain = best == worst == grade
        return Decision(
            ids=tuple(ids),
            first=first + 1,
            last=last + 1,
            grade=self._shares[grade].grade,
            verdicts=() if plain else tuple(verdicts),
            after=self._shares[start].grade if start > best else None,
        )

    def _judged(self, start: int, size: int) -> list[Verdict]:
        """The grades asked in turn, from the best still open, until one takes the block.

        The lowest grade is not asked: it takes whoever is left.
        """
        verdicts: list[Verdict] = []
        for grade in range(start, len(self._shares) - 1):
            verdicts.append(self._verdict(grade, size))
            if verdicts[-1].passed:
                break
        return verdicts

    def _verdict(self, grade: int, size: int) -> Verdict:
        share = self._shares[grade]
        room = self._ends[grade] - self._next_seat
        if share.hard:
            taken = self._taken if grade == self._grade else 0
            room = min(room, self.quota[share.grade] - taken)
        room = min(room, size)
        ties = TiePolicy.DOWN if share.hard else self._ties
        return Verdict(
            grade=share.grade, room=room, hard=share.hard, passed=_is_enough(room, size, ties)
        )

    def _grade_of(self, seat: int) -> int:
        return next(place for place, end in enumerate(self._ends) if seat < end)


def _is_enough(room: int, size: int, ties: TiePolicy) -> bool:
    """At least one of the block always fits: no grade above its first seat's is asked."""
    match ties:
        case TiePolicy.UP:
            return True
        case TiePolicy.DOWN:
            return room == size
        case _:
            return 2 * room >= size
