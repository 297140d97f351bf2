"""Whether an answer of the engine is what a published case expects."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.scoring.numbers import exact, rounded
from tests.unit.scoring.reference.cases import Case, Figure


def passes(case: Case, answer: Any) -> bool:
    """Whether the answer is the published one, or, for an anti-case, is not.

    A case about rounding twice prints the right figure, unless it says that its source prints it;
    other anti-cases print the wrong one.
    """
    holds_the_wrong_one = case.anti and not _is_the_right_one(case)
    return agrees(case, answer) is not holds_the_wrong_one


def _is_the_right_one(case: Case) -> bool:
    printed = re.escape(str(case.expected))
    wrong = rf"(?:prints?|published|gives) (?:is )?{printed}(?!\d)"
    text = f"{case.quantity} {case.note}"
    return case.group == "no_double_rounding" and not re.search(wrong, text)


def agrees(case: Case, answer: Any) -> bool:
    """Whether an answer is the expected one, after the stated rounding or within tolerance."""
    places = [int(digits) for digits in re.findall(r"(\d) dp", case.quantity)]
    return _agrees(answer, case.expected, case.tolerance, places)


def _agrees(answer: Any, expected: Any, tolerance: Fraction, places: list[int]) -> bool:
    if isinstance(expected, dict):
        return _agrees_by_name(answer, expected, tolerance, places)
    if isinstance(expected, list):
        return _agrees_in_order(answer, expected, tolerance, places)
    if any(one is None or isinstance(one, bool) for one in (expected, answer)):
        return answer is expected
    if isinstance(answer, str) or (isinstance(expected, str) and not _is_number(expected)):
        return str(answer) == str(expected)
    if isinstance(answer, dict | list):
        return False
    return _same_figure(answer, expected, tolerance, places)


def _agrees_by_name(answer: Any, expected: Any, tolerance: Fraction, places: list[int]) -> bool:
    return (
        isinstance(answer, dict)
        and answer.keys() == expected.keys()
        and all(_agrees(answer[key], expected[key], tolerance, places) for key in expected)
    )


def _agrees_in_order(answer: Any, expected: Any, tolerance: Fraction, places: list[int]) -> bool:
    """As many different roundings as figures are one for each."""
    if not isinstance(answer, list) or len(answer) != len(expected):
        return False
    each = [[one] for one in places] if len(places) == len(expected) > 1 else None
    return all(
        _agrees(one, other, tolerance, each[i] if each else places)
        for i, (one, other) in enumerate(zip(answer, expected, strict=True))
    )


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def _same_figure(
    answer: Figure, expected: int | str | Decimal, tolerance: Fraction, places: list[int]
) -> bool:
    wanted = exact(expected)
    given = Fraction(answer)
    if tolerance > 0:
        return abs(given - wanted) <= tolerance
    return rounded(given, max([_printed_places(expected), *places[:1]])) == wanted


def _printed_places(expected: int | str | Decimal) -> int:
    exponent = Decimal(expected).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
