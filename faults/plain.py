"""The check of disclosure as slowly and plainly as can be: all sets, textbook elimination."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations

from app.scoring.disclosure.equations import Equation


def rank(rows: Sequence[Sequence[Fraction]]) -> int:
    """Gaussian elimination as in the textbook."""
    left, found = [list(row) for row in rows], 0
    for place in range(len(left[0]) if left else 0):
        pivot = next((row for row in left if row[place]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        found += 1
        left = [
            [
                entry - row[place] / pivot[place] * other
                for entry, other in zip(row, pivot, strict=True)
            ]
            for row in left
        ]
    return found


def is_exposed_plainly(found: Sequence[Equation], minimum: dict[str, int]) -> bool:
    """Whether some set of raters shows who are too few for one of them: all sets are tried."""
    unknowns = sorted(
        {unknown for one in found for unknown in one.terms if unknown.rater in minimum},
        key=lambda one: (one.rater, one.subject, one.measure, one.occasion),
    )

    @cache
    def rank_over(raters: frozenset[str]) -> int:
        kept = [unknown for unknown in unknowns if unknown.rater in raters]
        columns = {tuple(one.terms.get(unknown, Fraction()) for one in found) for unknown in kept}
        return rank(sorted(columns))

    everybody = frozenset(minimum)
    return any(
        rank_over(everybody - set(few)) < rank_over((everybody - set(few)) | {one})
        for size in range(1, max(minimum.values()))
        for few in combinations(sorted(everybody), size)
        for one in few
        if size < minimum[one]
    )
