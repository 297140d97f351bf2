"""Published figures of agreement among raters and coders, put to the engine."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from app.scoring.statistics.agreement import (
    average_deviation,
    average_deviation_from_median,
    average_deviation_items,
    r_wg,
    r_wg_items,
    r_wg_star,
)
from app.scoring.statistics.coding import Metric, cohen_kappa, fleiss_kappa, krippendorff_alpha
from app.scoring.statistics.nulls import expected_variance, largest_variance, uniform_variance
from tests.unit.scoring.reference.cases import Case
from tests.unit.scoring.reference.tables import full, is_flat, row, rows, table_of

USUAL_OPTIONS = 5
NO_CODE = (None, "*", "")


def _of_one_item(case: Case, statistic: Callable[[list[Fraction]], Any]) -> Any:
    """For each group of raters, of the item that the case names; without groups, for each row."""
    item = case.given.get("item")
    if case.has("groups"):
        groups = case.given["groups"]
        return {name: statistic(_answers(given, item)) for name, given in groups.items()}
    table = table_of(case)
    if item is not None or is_flat(table):
        return statistic(_answers(table, item))
    return [statistic(full(one)) for one in table]


def _answers(given: Sequence[Any], item: int | None) -> list[Fraction]:
    return full(given if is_flat(given) else [one[item or 0] for one in given])


def _of_all_items(case: Case, statistic: Callable[[Any], Any]) -> Any:
    """For each group of raters × items; without groups, of the one table."""
    if not case.has("groups"):
        return statistic(rows(table_of(case)))
    return {name: statistic(rows(given)) for name, given in case.given["groups"].items()}


def _null_variance(case: Case) -> Fraction:
    """As the case gives it, or that of chance on its options, of five where it names none."""
    if case.has("ranvar"):
        return case.number("ranvar")
    if case.has("probabilities"):
        return expected_variance(case.numbers("probabilities"))
    if case.has("L", "H"):
        return largest_variance(case.number("L"), case.number("H"))
    return uniform_variance(int(case.number("A", USUAL_OPTIONS)))


def solve_null_variance(case: Case) -> Fraction:
    return _null_variance(case)


def solve_r_wg(case: Case) -> Any:
    return _of_one_item(case, lambda answers: r_wg(answers, _null_variance(case)))


def solve_r_wg_items(case: Case) -> Any:
    return _of_all_items(case, lambda table: r_wg_items(table, _null_variance(case)))


def solve_r_wg_star(case: Case) -> Any:
    return _of_all_items(case, lambda table: r_wg_star(table, _null_variance(case)))


def solve_average_deviation(case: Case) -> Any:
    return _of_one_item(case, average_deviation)


def solve_average_deviation_from_median(case: Case) -> Any:
    return _of_one_item(case, average_deviation_from_median)


def solve_average_deviation_items(case: Case) -> Any:
    return _of_all_items(case, average_deviation_items)


def solve_krippendorff(case: Case) -> Any:
    words = f"{case.quantity} {case.given.get('metric', '')} {case.source}".lower()
    metric = min((one for one in Metric if one in words), key=words.index)
    return krippendorff_alpha(_codes(table_of(case)), metric)


def _codes(given: Sequence[Sequence[Any]]) -> list[list[Fraction | None]]:
    """Names of categories stand for numbers of their own; only the nominal metric makes sense."""
    names = sorted({one for unit in given for one in unit if isinstance(one, str)} - {*NO_CODE})
    numbers = {name: place for place, name in enumerate(names)}
    return [
        row([None if one in NO_CODE else numbers.get(one, one) for one in unit]) for unit in given
    ]


def solve_kappa(case: Case) -> Any:
    """Fleiss' of subjects × categories; Cohen's of the categories of one rater × the other's."""
    table = [[int(one) for one in given] for given in table_of(case)]
    if not case.asks("cohen"):
        return fleiss_kappa(table)
    pairs = [(i, j) for i, line in enumerate(table) for j, n in enumerate(line) for _ in range(n)]
    return cohen_kappa([str(one) for one, _ in pairs], [str(other) for _, other in pairs])
