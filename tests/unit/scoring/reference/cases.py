"""Reading a file of published cases: where it lies, what a case asks, what data it borrows."""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.scoring.numbers import exact

DEFAULT_FILE = Path(__file__).parents[3] / "data" / "scoring_cases.json"
MOST_HOPS = 10
# The members under which cases keep a table of figures; one case may call it what another does not.
TABLES = ("rows", "ratings", "groups", "coders_by_units", "table", "x", "a")
# A figure of the engine is exact; a statistic with a root in it is a float.
Figure = Fraction | float


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case; ``given`` is its input after names of other cases have been followed."""

    id: str
    group: str
    given: Mapping[str, Any]
    quantity: str
    source: str
    note: str
    expected: Any
    tolerance: Fraction
    anti: bool

    def number(self, name: str, default: object = None) -> Fraction:
        found = self.given.get(name)
        return exact(default if found is None else found)

    def numbers(self, name: str) -> list[Fraction]:
        """The figures of a list that are not missing."""
        return [exact(one) for one in self.given[name] if one is not None]

    def has(self, *names: str) -> bool:
        return all(self.given.get(name) is not None for name in names)

    def asks(self, *words: str) -> bool:
        """Whether the quantity, or where that is silent its source, speaks of one of these."""
        text = f"{self.quantity} {self.source}".lower()
        return any(re.search(word, text) for word in words)


# What a group's function gives: a figure, or lists and objects of figures like the expected ones.
Solve = Callable[[Case], Any]


def read_cases(path: Path | None = None) -> list[Case]:
    """The cases of a file; without one, of that which SCORING_CASES names, or of our own copy."""
    path = path or Path(os.environ.get("SCORING_CASES", DEFAULT_FILE))  # noqa: TID251
    document = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    listed = document["cases"] if isinstance(document, dict) else document
    inputs = {one["id"]: one["input"] for one in listed}
    return [_case(one, inputs) for one in listed]


def _case(one: Mapping[str, Any], inputs: Mapping[str, Any]) -> Case:
    return Case(
        id=one["id"],
        group=one["group"],
        given=_followed(one["input"], inputs),
        quantity=one.get("quantity", ""),
        source=one.get("source", ""),
        note=one.get("note", ""),
        expected=one["expected"],
        tolerance=exact(one.get("tolerance", 0)),
        anti=one.get("anti", False),
    )


def _followed(given: Any, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The input with the data of the case that it, or one of its members, names."""
    for _ in range(MOST_HOPS):
        if isinstance(given, str):
            given = inputs[given]
            continue
        named = [key for key, value in given.items() if _names_a_case(value, inputs)]
        if not named:
            return dict(given)
        lent = {key: _lent(key, inputs[given[key]], inputs) for key in named}
        own = {key: value for key, value in given.items() if key not in named}
        own |= {key: lent[key][key] for key in named if key in lent[key]}
        given = {name: one for other in lent.values() for name, one in other.items()} | own
    raise ValueError("the cases name each other in a circle")


def _lent(key: str, other: Any, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What the other case gives to the member ``key``.

    All it has where it has such a member itself, or where no case has one; else its table under
    that name, or, where it is one, the whole of it.
    """
    if isinstance(other, str):
        return _lent(key, inputs[other], inputs)
    known = {name for one in inputs.values() if isinstance(one, dict) for name in one}
    if key in other or key not in known:
        return dict(other)
    tables = [value for name, value in other.items() if name in TABLES]
    return {key: tables[0] if tables else other}


def _names_a_case(value: object, inputs: Mapping[str, Any]) -> bool:
    return isinstance(value, str) and value in inputs
