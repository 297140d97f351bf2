"""Reading a file of published cases: where it lies, what a case asks, how answers compare."""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.scoring.numbers import exact, rounded

DEFAULT_FILE = Path(__file__).parents[3] / "data" / "scoring_cases.json"
MOST_HOPS = 10
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
    expected: Any
    tolerance: Fraction
    anti: bool

    def number(self, name: str, default: object = None) -> Fraction:
        return exact(self.given.get(name, default))

    def numbers(self, name: str) -> list[Fraction]:
        return [exact(one) for one in self.given[name]]

    def has(self, *names: str) -> bool:
        return all(name in self.given for name in names)


# What a group's function gives: a figure, or lists and objects of figures like the expected ones.
Solve = Callable[[Case], Any]


def read_cases() -> list[Case]:
    """The cases of the file that SCORING_CASES names, or of our own copy."""
    path = Path(os.environ.get("SCORING_CASES", DEFAULT_FILE))  # noqa: TID251
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
        own = {key: value for key, value in given.items() if key not in named}
        for key in named:
            other = inputs[given[key]]
            lent = dict(other) if isinstance(other, dict) else {key: other}
            given = {**lent, **own}
    raise ValueError("the cases name each other in a circle")


def _names_a_case(value: object, inputs: Mapping[str, Any]) -> bool:
    return isinstance(value, str) and value in inputs


def agrees(case: Case, answer: Any) -> bool:
    """Whether an answer is the expected one, after the stated rounding or within tolerance."""
    places = [int(digits) for digits in re.findall(r"(\d) dp", case.quantity)]
    return _agrees(answer, case.expected, case.tolerance, places)


def _agrees(answer: Any, expected: Any, tolerance: Fraction, places: list[int]) -> bool:
    if isinstance(expected, dict):
        return answer.keys() == expected.keys() and all(
            _agrees(answer[key], expected[key], tolerance, places) for key in expected
        )
    if isinstance(expected, list):
        each = [[one] for one in places] if len(places) == len(expected) > 1 else None
        return len(answer) == len(expected) and all(
            _agrees(one, other, tolerance, each[i] if each else places)
            for i, (one, other) in enumerate(zip(answer, expected, strict=True))
        )
    if expected is None or answer is None:
        return answer is expected
    return _same_figure(answer, expected, tolerance, places)


def _same_figure(
    answer: Figure, expected: int | Decimal, tolerance: Fraction, places: list[int]
) -> bool:
    wanted = exact(expected)
    given = Fraction(answer)
    if tolerance > 0:
        return abs(given - wanted) <= tolerance
    return rounded(given, places[0] if places else _printed_places(expected)) == wanted


def _printed_places(expected: int | Decimal) -> int:
    if isinstance(expected, int):
        return 0
    exponent = expected.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
