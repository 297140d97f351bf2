"""Answers on a scale of 1 to 5 for the property tests of statistics.

Each sample is read off one row of bytes: drawing one long value is far cheaper than drawing many
small ones. A byte of 0 is the answer 1.
"""

from collections.abc import Iterable
from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st

LOW, HIGH = Fraction(1), Fraction(5)
ANSWERS = [Fraction(one) for one in range(1, 6)]

many = settings(max_examples=300, deadline=None)


def whole(*figures: int) -> list[Fraction]:
    return [Fraction(one) for one in figures]


def read(drawn: Iterable[int]) -> list[Fraction]:
    return [ANSWERS[byte % 5] for byte in drawn]


def rows_of(width: int) -> st.SearchStrategy[list[list[Fraction]]]:
    """Two to seven rows of so many answers."""
    drawn = st.binary(min_size=2 * width, max_size=7 * width)
    return drawn.map(lambda found: _cut(read(found), width))


def _cut(figures: list[Fraction], width: int) -> list[list[Fraction]]:
    return [figures[at : at + width] for at in range(0, len(figures) - width + 1, width)]


def _groups(drawn: bytes) -> list[list[Fraction]]:
    """Two groups or more, each of two to five: the first byte of each tells its size."""
    found, rest = [], drawn
    while len(rest) > 2:
        size = min(rest[0] % 4 + 2, len(rest) - 1)
        found.append(read(rest[1 : size + 1]))
        rest = rest[size + 1 :]
    return found if len(found) > 1 else [*found, read(drawn)]


panels = st.binary(min_size=2, max_size=10).map(read)
tables = rows_of(3)
groups = st.binary(min_size=6, max_size=25).map(_groups)
