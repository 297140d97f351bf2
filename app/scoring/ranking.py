"""Ranks among people, with every usual way to treat equals named."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction


class Ties(StrEnum):
    """Which rank equals share; ordinal gives each its own, in the order in which they stand."""

    AVERAGE = "average"
    MIN = "min"
    MAX = "max"
    DENSE = "dense"
    ORDINAL = "ordinal"


def ranks(figures: Sequence[Fraction], *, ties: Ties = Ties.MIN) -> list[Fraction]:
    """The rank of each figure from the lowest (1) up, in the order in which they stand."""
    if ties is Ties.ORDINAL:
        return _ordinal(figures)
    ordered = sorted(set(figures)) if ties is Ties.DENSE else sorted(figures)
    return [_rank(ordered, own, ties) for own in figures]


def _rank(ordered: Sequence[Fraction], own: Fraction, ties: Ties) -> Fraction:
    lower, not_higher = bisect_left(ordered, own), bisect_right(ordered, own)
    match ties:
        case Ties.AVERAGE:
            return Fraction(lower + 1 + not_higher, 2)
        case Ties.MAX:
            return Fraction(not_higher)
        case _:
            return Fraction(lower + 1)


def _ordinal(figures: Sequence[Fraction]) -> list[Fraction]:
    ordered, seen = sorted(figures), Counter[Fraction]()
    places = []
    for own in figures:
        seen[own] += 1
        places.append(Fraction(bisect_left(ordered, own) + seen[own]))
    return places
