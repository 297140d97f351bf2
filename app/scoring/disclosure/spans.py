"""Exact linear algebra on whole numbers: what a set of vectors spans. No rounding, no chance.

A vector is kept as a direction: whole numbers without a common divisor, the first one positive,
zeros left out. Vectors that differ only in length are one direction, and most raters share theirs.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import gcd

Direction = tuple[tuple[int, int], ...]
"""Place and entry, in the order of places; empty for the zero vector."""


def direction_of(entries: Mapping[int, int]) -> Direction:
    """The direction of a vector given as place → entry."""
    filled = sorted((place, entry) for place, entry in entries.items() if entry)
    if not filled:
        return ()
    divisor = gcd(*(entry for _, entry in filled))
    if filled[0][1] < 0:
        divisor = -divisor
    return tuple((place, entry // divisor) for place, entry in filled)


class Span:
    """All combinations of the directions put into it, in echelon form."""

    def __init__(self, rows: Mapping[int, Direction] | None = None) -> None:
        self._rows = dict(rows or {})

    @property
    def rank(self) -> int:
        return len(self._rows)

    def copy(self) -> "Span":
        return Span(self._rows)

    def add(self, direction: Direction) -> bool:
        """Take the direction in; whether it was not a combination of those before."""
        rest = self._rest(direction)
        if rest:
            self._rows[rest[0][0]] = rest
        return bool(rest)

    def holds(self, direction: Direction) -> bool:
        """Whether the direction is a combination of those taken in."""
        return not self._rest(direction)

    def orthogonal(self, places: Iterable[int]) -> list[dict[int, Fraction]]:
        """A basis of the vectors over ``places`` that are orthogonal to the whole span."""
        ordered = sorted(places)
        free = [place for place in ordered if place not in self._rows]
        return [self._completed(place, ordered) for place in free]

    def _rest(self, direction: Direction) -> Direction:
        """What is left of a direction when all that the span explains is taken away."""
        left = dict(direction)
        while left:
            lead = min(left)
            row = self._rows.get(lead)
            if row is None:
                return direction_of(left)
            common = gcd(left[lead], row[0][1])
            factor, divisor = left[lead] // common, row[0][1] // common
            if divisor != 1:
                left = {place: entry * divisor for place, entry in left.items()}
            for place, entry in row:
                remaining = left.pop(place, 0) - entry * factor
                if remaining:
                    left[place] = remaining
        return ()

    def _completed(self, free: int, places: list[int]) -> dict[int, Fraction]:
        """The orthogonal vector that is 1 at ``free`` and 0 at all other free places."""
        vector = {free: Fraction(1)}
        for place in reversed(places):
            if place in self._rows:
                (_, lead), *others = self._rows[place]
                total = sum(entry * vector.get(at, 0) for at, entry in others)
                vector[place] = Fraction(-total) / lead
        return {place: entry for place, entry in vector.items() if entry}
