"""Published cases of rounding, sharing out, ranking and grading, put to the engine."""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from app.scoring.apportion import largest_remainder, quotas, shown_terms
from app.scoring.averages import mean
from app.scoring.grades import Grade, grade_of
from app.scoring.numbers import Rounding, exact, rounded
from app.scoring.ranking import Ties, ranks
from app.scoring.total import coefficient_term
from app.scoring.weights import HUNDRED
from tests.unit.scoring.reference.cases import Case

# Other products' names for ways that the engine knows.
NEAREST_NAMES = {
    "nearest": "half_up",
    "half_away": "half_up",
    "truncate": "down",
    "ceil": "ceiling",
}
TIES = {"first": "ordinal", "competition": "min"}
# The level table to which a case without one refers.
USUAL_LOWER_BOUNDS = {1: Fraction(1), 2: Fraction(8, 5), 3: Fraction(13, 5)}


def rounding_in(mode: Rounding | None) -> Any:
    """The function for a group that always rounds one way, or, with None, as each case says."""

    def solve(case: Case) -> Any:
        chosen = _mode(case.given["mode"]) if case.has("mode") else mode or Rounding.HALF_UP
        places = int(case.number("dp", 0))
        given = case.given["x"]
        if isinstance(given, list):
            return [rounded(exact(one), places, chosen) for one in given]
        return rounded(exact(given), places, chosen)

    return solve


def _mode(name: str) -> Rounding:
    """``ROUND_HALF_UP`` and ``half-up`` are the same way."""
    plain = name.lower().replace("-", "_").removeprefix("round_")
    return Rounding(NEAREST_NAMES.get(plain, plain))


def solve_coefficient(case: Case) -> Any:
    factor = case.number("modifier_pct") / HUNDRED
    plain = [exact(value) for name, value in case.given.items() if name != "modifier_pct"]
    found = [one + coefficient_term(one, factor) for one in plain]
    return found if isinstance(case.expected, list) else found[0]


def solve_grade(case: Case) -> Any:
    grades = _grades(case)
    if not case.has("ratings"):
        levels = [_level(grade_of(score, grades)) for score in _list(case.given["scores"])]
        return levels if isinstance(case.expected, list) else levels[0]
    average = mean(case.numbers("ratings"))
    if case.has("num_decimal_places") and not case.anti:
        average = rounded(average, int(case.number("num_decimal_places")))
    return _level(grade_of(average, grades))


def _level(name: str) -> int | str:
    return int(name) if name.isdigit() else name


def _list(given: object) -> list[Fraction]:
    return [exact(one) for one in (given if isinstance(given, list) else [given])]


def _grades(case: Case) -> list[Grade]:
    """Lower bounds only: of the case's bands, of the table in its source, or the usual ones."""
    if case.has("bands"):
        return [Grade(name=str(level), lower=exact(low)) for low, _, level in case.given["bands"]]
    table = re.findall(r"(\d+(?:\.\d+)?)-\d+(?:\.\d+)?(?=/|$)", case.source)
    if table:
        return [Grade(name=str(i), lower=exact(low)) for i, low in enumerate(table, start=1)]
    return [Grade(name=str(level), lower=low) for level, low in USUAL_LOWER_BOUNDS.items()]


def solve_quota(case: Case) -> Any:
    people = int(case.number("n"))
    if not case.has("percent"):
        return _cumulated(case.given["guidelines"], people=people)
    return _as_given(case.given["percent"], lambda shares: quotas(shares, people=people))


def _as_given(given: Any, share_out: Callable[[dict[str, Fraction]], dict[str, Any]]) -> Any:
    """Shared out by name, or in order where the case lists its figures without names."""
    if isinstance(given, dict):
        return share_out({name: _fraction(one) for name, one in given.items()})
    return list(share_out({f"{i:03}": _fraction(one) for i, one in enumerate(given)}).values())


def _fraction(given: object) -> Fraction:
    """Of a figure, or of a text such as ``1/3``."""
    return Fraction(given) if isinstance(given, str) else exact(given)


def _cumulated(guidelines: dict[str, object], *, people: int) -> dict[str, int]:
    """``a<=`` and ``a+b=`` name a cumulated share: each grade gets its own quota, then they add."""
    shares: dict[str, Fraction] = {}
    members = {name.rstrip("<>="): name.rstrip("<>=").split("+") for name in guidelines}
    for (*known, last), share in zip(members.values(), guidelines.values(), strict=True):
        shares[last] = exact(share) - sum((shares[one] for one in known), start=Fraction())
    found = quotas(shares, people=people)
    return {name: sum(found[one] for one in grades) for name, grades in members.items()}


def solve_largest_remainder(case: Case) -> Any:
    seats, weights = int(case.number("total")), case.given["weights"]
    if isinstance(case.expected, dict) and case.has("states"):
        weights = dict(zip(case.given["states"].split(), weights, strict=True))
    return _as_given(weights, lambda shares: largest_remainder(shares, seats=seats))


def solve_terms(case: Case) -> Any:
    places = int(case.number("dp", 2))
    given = case.given["terms"]
    every = given.values() if isinstance(given, dict) else given
    total = rounded(sum((_fraction(one) for one in every), start=Fraction()), places)
    return [_as_given(given, lambda terms: shown_terms(terms, total=total, places=places)), total]


def solve_ranks(case: Case) -> Any:
    """Ascending unless the case says otherwise; what is missing has no rank."""
    turn = -1 if case.asks("descending") else 1
    method = case.given.get("method", "average")
    found = iter(
        ranks([turn * one for one in case.numbers("x")], ties=Ties(TIES.get(method, method)))
    )
    return [None if one is None else next(found) for one in case.given["x"]]
