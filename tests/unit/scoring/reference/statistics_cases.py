"""Published statistics, put to the engine. What a case asks for stands in its ``quantity``."""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from app.scoring.averages import mean
from app.scoring.numbers import Rounding, exact, rounded
from app.scoring.statistics.agreement import (
    Row,
    average_deviation,
    average_deviation_from_median,
    average_deviation_items,
    expected_variance,
    largest_variance,
    r_wg,
    r_wg_items,
    r_wg_star,
    uniform_variance,
)
from app.scoring.statistics.coding import Metric, fleiss_kappa, krippendorff_alpha
from app.scoring.statistics.raters import longest_run, rater_severity, response_variability
from app.scoring.statistics.reliability import (
    OneWay,
    cronbach_alpha,
    icc,
    one_way,
    raters_needed,
    spearman_brown,
    two_way,
)
from app.scoring.statistics.shrinkage import (
    Components,
    components,
    random_effects,
    shrinkage_factor,
)
from app.scoring.statistics.spread import (
    PercentileRank,
    median_deviation,
    modified_z,
    percent_rank_inclusive,
    percentile_rank,
    quantile,
    standard_error,
)
from tests.unit.scoring.reference.cases import Case

USUAL_OPTIONS = 5
RUNS = re.compile(r"(\d+)x(\d+) then ([\d,]+) alternating to (\d+)")
BLOCKS = re.compile(r"blocks of ten ([\d,]+),\.\.\.")
BLOCK = 10


def _row(given: Sequence[object]) -> list[Fraction | None]:
    return [None if one is None else exact(one) for one in given]


def _rows(given: Sequence[Sequence[object]]) -> list[list[Fraction | None]]:
    return [_row(row) for row in given]


def _full(given: Sequence[object]) -> list[Fraction]:
    return [exact(one) for one in given if one is not None]


def _per_group(case: Case, statistic: Callable[[Any], Any]) -> Any:
    """For each group of raters: of one item where the case names one, else of all items."""
    item = case.given.get("item")
    if not case.has("groups"):
        return [statistic(_full(row)) for row in case.given["rows"]]
    return {
        name: statistic(_rows(rows) if item is None else _full([row[item] for row in rows]))
        for name, rows in case.given["groups"].items()
    }


def _null_variance(case: Case) -> Fraction:
    return uniform_variance(int(case.number("A", USUAL_OPTIONS)))


def solve_null_variance(case: Case) -> Fraction:
    if case.has("probabilities"):
        return expected_variance(case.numbers("probabilities"))
    if case.has("L", "H"):
        return largest_variance(case.number("L"), case.number("H"))
    return _null_variance(case)


def solve_r_wg(case: Case) -> Any:
    return _per_group(case, lambda answers: r_wg(answers, _null_variance(case)))


def solve_r_wg_items(case: Case) -> Any:
    return _per_group(case, lambda rows: r_wg_items(rows, _null_variance(case)))


def solve_r_wg_star(case: Case) -> Any:
    return _per_group(case, lambda rows: r_wg_star(rows, _null_variance(case)))


def solve_average_deviation(case: Case) -> Any:
    return _per_group(case, average_deviation)


def solve_average_deviation_from_median(case: Case) -> Any:
    return _per_group(case, average_deviation_from_median)


def solve_average_deviation_items(case: Case) -> Any:
    return _per_group(case, average_deviation_items)


def solve_icc(case: Case) -> Any:
    squares = two_way([_full(row) for row in case.given["ratings"]])
    assert squares is not None
    form = re.search(r"ICC\((\d),([1k])\)", case.quantity)
    if form is None:
        return [squares.between, squares.within, squares.raters, squares.residual]
    return icc(squares, form=int(form[1]), of_mean=form[2] == "k")


def solve_icc1_icc2(case: Case) -> Any:
    if case.has("MSB"):
        analysis = OneWay(
            between=case.number("MSB"),
            within=case.number("MSW"),
            total=int(case.number("N")),
            groups=int(case.number("groups")),
        )
        return [analysis.icc1, analysis.icc2]
    found = one_way(list(_groups(case).values()))
    assert found is not None
    return [found.icc1, found.icc2]


def _groups(case: Case) -> dict[str, list[Fraction]]:
    return {name: _full(group) for name, group in case.given["groups"].items()}


def solve_cronbach_alpha(case: Case) -> Any:
    rows = _rows(case.given["rows"])
    dropped = case.given.get("drop_column")
    if dropped is not None:
        rows = [row[:dropped] + row[dropped + 1 :] for row in rows]
    return cronbach_alpha(rows)


def solve_reversed(case: Case) -> Any:
    turn = case.number("min") + case.number("max")
    places = set(case.given["reverse"])
    rows: list[Row] = [
        [
            turn - one if place in places and one is not None else one
            for place, one in enumerate(row)
        ]
        for row in _rows(case.given["rows"])
    ]
    if "alpha" in case.quantity:
        return cronbach_alpha(rows)
    return [mean([one for one in row if one is not None]) for row in rows]


def solve_krippendorff(case: Case) -> Any:
    metric = next(one for one in Metric if one in case.quantity)
    return krippendorff_alpha(_rows(case.given["coders_by_units"]), metric)


def solve_kappa(case: Case) -> Any:
    return fleiss_kappa(case.given["table"])


def solve_empirical_bayes(case: Case) -> Any:
    if case.has("y"):
        effects = random_effects(case.numbers("y"), case.numbers("se"))
        found = {"Q": effects.heterogeneity, "tau2": effects.between, "mu": effects.middle}
        return [found[name] for name in _asked(case)]
    if case.has("avg45"):
        return _efron_morris(case)
    groups = _groups(case)
    if case.has("tau2"):
        return _deviations(case, groups)
    estimated, analysis = components(groups), one_way(list(groups.values()))
    assert estimated is not None
    assert analysis is not None
    first = next(iter(groups.values()))
    found = {
        "tau2": estimated.between,
        "sigma2": estimated.within,
        "mu": estimated.middle,
        "common estimate": estimated.estimate(first),
        "lambda = ICC(2)": estimated.trust(len(first)),
        "ICC(1)": analysis.icc1 or Fraction(),
    }
    return [found[name] for name in _asked(case)]


def _asked(case: Case) -> list[str]:
    return re.split(r"[,;] ", case.quantity)


def _deviations(case: Case, groups: dict[str, list[Fraction]]) -> dict[str, Fraction]:
    known = Components(
        between=case.number("tau2"), within=case.number("sigma2"), middle=case.number("mu")
    )
    return {name: known.estimate(group) - known.middle for name, group in groups.items()}


def _efron_morris(case: Case) -> list[Fraction]:
    shares = case.numbers("avg45")
    factor = shrinkage_factor(shares, trials=int(case.number("n")))
    own = re.search(r"estimate for (\.\d+)", case.quantity)
    figure = exact(f"0{own[1]}") if own else max(shares)
    return [mean(shares), factor, mean(shares) + factor * (figure - mean(shares))]


def solve_raters_needed(case: Case) -> Any:
    single = case.given["r1"]
    if case.has("k"):
        return spearman_brown(exact(single), raters=case.number("k"))
    target = case.number("target")
    if isinstance(single, dict):
        return {name: raters_needed(exact(one), target=target) for name, one in single.items()}
    return raters_needed(exact(single), target=target)


def solve_straight_lining(case: Case) -> Any:
    if case.has("rows_rle"):
        rows = [_unrolled(text) for text in case.given["rows_rle"]]
    else:
        rows = _rows(case.given["rows"])
    if "IRV" in case.quantity:
        return [response_variability(row) for row in rows]
    return [longest_run(row) for row in rows]


def _unrolled(text: str) -> list[Fraction | None]:
    """``1x10 then 0,1 alternating to 100``, or ``blocks of ten 1,0,1,0,...`` of a hundred."""
    if blocks := BLOCKS.fullmatch(text):
        pattern = _row(blocks[1].split(","))
        return [pattern[place // BLOCK % len(pattern)] for place in range(BLOCK * BLOCK)]
    runs = RUNS.fullmatch(text)
    assert runs, text
    start = [exact(runs[1])] * int(runs[2])
    pattern = _row(runs[3].split(","))
    rest = range(int(runs[4]) - len(start))
    return [*start, *(pattern[place % len(pattern)] for place in rest)]


def solve_severity(case: Case) -> Any:
    return list(rater_severity([_full(row) for row in case.given["ratings"]]))


def solve_standard_error(case: Case) -> Any:
    rows = [_full(row) for row in case.given["ratings"]]
    return [[mean(row) for row in rows], [standard_error(row) for row in rows]]


def solve_outlier(case: Case) -> Any:
    figures = case.numbers("x")
    if case.has("constant"):
        return case.number("constant") * median_deviation(figures)
    return modified_z(figures)


def solve_percentile(case: Case) -> Any:
    return quantile(case.numbers("x"), case.number("p"), kind=int(case.number("type", 7)))


def solve_percentile_rank(case: Case) -> Any:
    figures = case.numbers("a")
    if case.has("score"):
        return percentile_rank(figures, case.number("score"), PercentileRank(case.given["kind"]))
    share = percent_rank_inclusive(figures, case.number("x"))
    return None if share is None else rounded(share, 3, Rounding.DOWN)
