"""Reading the tables of published cases: rows of figures, of which some are missing."""

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from app.scoring.numbers import exact
from tests.unit.scoring.reference.cases import Case

# What different cases call their table of figures.
NAMES = ("rows", "ratings", "coders_by_units", "table", "x", "a")


def row(given: Sequence[object]) -> list[Fraction | None]:
    return [None if one is None else exact(one) for one in given]


def rows(given: Sequence[Sequence[object]]) -> list[list[Fraction | None]]:
    return [row(one) for one in given]


def full(given: Sequence[object]) -> list[Fraction]:
    """What is not missing."""
    return [exact(one) for one in given if one is not None]


def complete(given: Sequence[Sequence[object]]) -> list[list[Fraction]]:
    """The rows in which nothing is missing."""
    return [full(one) for one in given if None not in one]


def table_of(case: Case) -> Any:
    return next(case.given[name] for name in NAMES if case.has(name))


def groups_of(case: Case) -> dict[str, Any]:
    """By name, or by place where the case lists its groups without names."""
    given = case.given.get("groups")
    if given is None:
        given = table_of(case)
    if isinstance(given, Mapping):
        return dict(given)
    return {str(place): group for place, group in enumerate(given)}


def is_flat(given: Sequence[object]) -> bool:
    return not any(isinstance(one, list) for one in given)


def asked(case: Case, found: Mapping[str, Callable[[], Any]]) -> Any:
    """The figures that the quantity names, in its order: patterns to what gives the figure.

    All of them where it names none; a single one alone where the case expects no list of them.
    """
    named = sorted(
        (match.start(), place)
        for place, pattern in enumerate(found)
        if (match := re.search(pattern, case.quantity))
    )
    figures = list(found.values())
    chosen = [figures[place]() for _, place in named] or [figure() for figure in figures]
    if len(chosen) > 1 or (isinstance(case.expected, list) and not _is_itself_a_list(chosen, case)):
        return chosen
    return chosen[0]


def _is_itself_a_list(chosen: Sequence[Any], case: Case) -> bool:
    """Whether the expected list is the one figure asked for, such as a mean for each rater."""
    return isinstance(chosen[0], list) and not isinstance(case.expected[0], list)
