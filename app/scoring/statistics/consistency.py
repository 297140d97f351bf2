"""Whether the items of a competency measure the same: Cronbach's α, raw and standardised."""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from app.scoring.averages import mean
from app.scoring.statistics.agreement import Row, complete_rows
from app.scoring.statistics.spread import covariance, root

FEWEST_ITEMS = 2
FEWEST_ITEMS_TO_REPORT = 3
FEWEST_PEOPLE_TO_REPORT = 30


class Missing(StrEnum):
    """Whether somebody with a missing answer is left out wholly, or only where it is missing."""

    LISTWISE = "listwise"
    PAIRWISE = "pairwise"


def cronbach_alpha(rows: Sequence[Row], missing: Missing = Missing.LISTWISE) -> Fraction | None:
    """α of respondents × items (Cronbach 1951); None where the sums do not vary.

    Items must have been reversed before.
    """
    table = _covariances(rows, missing)
    total = sum((one for row in table for one in row), start=Fraction())
    if len(table) < FEWEST_ITEMS or total <= 0:
        return None
    own = sum((row[place] for place, row in enumerate(table)), start=Fraction())
    return Fraction(len(table), len(table) - 1) * (1 - own / total)


def standardised_alpha(rows: Sequence[Row], missing: Missing = Missing.LISTWISE) -> Fraction | None:
    """k·r̄/(1 + (k − 1)·r̄) from the items' mean correlation; None where an item does not vary."""
    table = _covariances(rows, missing)
    if len(table) < FEWEST_ITEMS or not all(row[place] for place, row in enumerate(table)):
        return None
    alike = mean(
        [
            table[one][other] / root(table[one][one] * table[other][other])
            for one, other in combinations(range(len(table)), 2)
        ]
    )
    below = 1 + (len(table) - 1) * alike
    return None if below <= 0 else len(table) * alike / below


def reported_alpha(rows: Sequence[Row]) -> Fraction | None:
    """α as a report may print it; None, “not reported”, below 3 items or 30 complete people."""
    complete = complete_rows(rows)
    items = len(complete[0]) if complete else 0
    if items < FEWEST_ITEMS_TO_REPORT or len(complete) < FEWEST_PEOPLE_TO_REPORT:
        return None
    return cronbach_alpha(complete)


def _covariances(rows: Sequence[Row], missing: Missing) -> list[list[Fraction]]:
    """The items' covariances; empty where a pair of them shares fewer than two respondents."""
    kept = rows if missing is Missing.PAIRWISE else complete_rows(rows)
    columns = list(zip(*kept, strict=True))
    table = [[_covariance(one, other) for other in columns] for one in columns]
    known = [[one for one in row if one is not None] for row in table]
    return known if all(len(row) == len(columns) for row in known) else []


def _covariance(one: Row, other: Row) -> Fraction | None:
    both = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    return covariance([a for a, _ in both], [b for _, b in both])
