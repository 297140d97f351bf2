"""Ranks among people, with every usual way to treat equals named."""

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
    return [Fraction(_rank(figures, place, ties)) for place in range(len(figures))]


def _rank(figures: Sequence[Fraction], place: int, ties: Ties) -> Fraction | int:
    own = figures[place]
    lower = sum(one < own for one in figures)
    equal = sum(one == own for one in figures)
    match ties:
        case Ties.AVERAGE:
            return lower + Fraction(equal + 1, 2)
        case Ties.MIN:
            return lower + 1
        case Ties.MAX:
            return lower + equal
        case Ties.DENSE:
            return len({one for one in figures if one < own}) + 1
        case _:
            return lower + 1 + sum(one == own for one in figures[:place])
