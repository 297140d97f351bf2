"""Published cases of rounding, sharing out, ranking and grading, put to the engine."""

import re
from fractions import Fraction
from typing import Any

from app.scoring.apportion import largest_remainder, quotas, shown_terms
from app.scoring.averages import mean
from app.scoring.grades import Grade, grade_of
from app.scoring.numbers import Rounding, exact, rounded
from app.scoring.ranking import Ties, ranks
from app.scoring.total import coefficient_term
from app.scoring.weights import HUNDRED
from tests.unit.scoring.reference.cases import Case, Figure

# The level table to which a case without one refers.
USUAL_LOWER_BOUNDS = {1: Fraction(1), 2: Fraction(8, 5), 3: Fraction(13, 5)}


def rounding_in(mode: Rounding | None) -> Any:
    """The function for a group that always rounds one way, or, with None, as each case says."""

    def solve(case: Case) -> Any:
        chosen = mode or Rounding(case.given["mode"])
        places = int(case.number("dp"))
        given = case.given["x"]
        if isinstance(given, list):
            return [rounded(exact(one), places, chosen) for one in given]
        return rounded(exact(given), places, chosen)

    return solve


def solve_coefficient(case: Case) -> list[Figure]:
    factor = case.number("modifier_pct") / HUNDRED
    plain = [exact(value) for name, value in case.given.items() if name != "modifier_pct"]
    return [one + coefficient_term(one, factor) for one in plain]


def solve_grade(case: Case) -> Any:
    grades = _grades(case)
    if case.has("ratings"):
        return int(grade_of(mean(case.numbers("ratings")), grades))
    return [int(grade_of(score, grades)) for score in case.numbers("scores")]


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
    if case.has("percent"):
        shares = {f"{place:03}": share for place, share in enumerate(case.numbers("percent"))}
        return list(quotas(shares, people=people).values())
    return quotas(_separate(case.given["guidelines"]), people=people)


def _separate(guidelines: dict[str, object]) -> dict[str, Fraction]:
    """``a<=`` and ``a+b=`` name a cumulated share; here each grade gets its own."""
    shares: dict[str, Fraction] = {}
    for name, share in guidelines.items():
        *known, last = name.rstrip("<>=").split("+")
        shares[last] = exact(share) - sum((shares[one] for one in known), start=Fraction())
    return shares


def solve_largest_remainder(case: Case) -> list[int]:
    weights = {f"{place:03}": weight for place, weight in enumerate(case.numbers("weights"))}
    return list(largest_remainder(weights, seats=int(case.number("total"))).values())


def solve_terms(case: Case) -> Any:
    terms = {f"{i:03}": Fraction(term) for i, term in enumerate(case.given["terms"])}
    places = int(case.number("dp"))
    total = rounded(sum(terms.values(), start=Fraction()), places)
    return [list(shown_terms(terms, total=total, places=places).values()), total]


def solve_ranks(case: Case) -> list[Fraction]:
    return ranks(case.numbers("x"), ties=Ties(case.given["method"]))
