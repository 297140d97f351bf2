"""Published figures of answering patterns, spread and place among others, put to the engine."""

import re
from fractions import Fraction
from itertools import groupby
from typing import Any

from app.scoring.averages import mean
from app.scoring.numbers import Rounding, exact, rounded
from app.scoring.statistics.percentiles import (
    PercentileRank,
    percent_rank_inclusive,
    percentile_rank,
    quantile,
)
from app.scoring.statistics.precision import standard_error
from app.scoring.statistics.raters.differentiation import answer_spread
from app.scoring.statistics.raters.leniency import mean_severity
from app.scoring.statistics.raters.outliers import modified_z, outliers
from app.scoring.statistics.raters.straight_lining import longest_run
from app.scoring.statistics.spread import median_deviation
from app.scoring.weights import HUNDRED
from tests.unit.scoring.reference.cases import Case
from tests.unit.scoring.reference.tables import asked, full, groups_of, row, rows, table_of

RUN = re.compile(r"(-?\d+)x(\d+)")
PATTERN = re.compile(r"([-\d,]+) alternating to (\d+)")
BLOCKS = re.compile(r"blocks of (\w+) ([-\d,]+),\.\.\.(?: to (\d+))?")
SIZES = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "twenty": 20}
BLOCKS_UP_TO = 100
SPREADSHEET_DIGITS = 3


def solve_straight_lining(case: Case) -> Any:
    """The longest run of each row, its mean run, or IRV."""
    unrolled = case.given.get("rows_rle")
    given = rows(table_of(case)) if unrolled is None else [_unrolled(text) for text in unrolled]
    if case.asks(r"\birv\b", "variability"):
        return [answer_spread(one) for one in given]
    if re.search("average|mean", case.quantity):
        return [_mean_run(one) for one in given]
    return [longest_run(one) for one in given]


def _mean_run(given: list[Fraction | None]) -> Fraction | None:
    runs = [len(list(run)) for one, run in groupby(given) if one is not None]
    return Fraction(sum(runs), len(runs)) if runs else None


def _unrolled(text: str) -> list[Fraction | None]:
    """``1x10 then 0,1 alternating to 100``, ``1x10 then 2x5``, or ``blocks of ten 1,0,1,0,...``."""
    if blocks := BLOCKS.fullmatch(text):
        size = SIZES.get(blocks[1]) or int(blocks[1])
        pattern = row(blocks[2].split(","))
        return [pattern[at // size % len(pattern)] for at in range(int(blocks[3] or BLOCKS_UP_TO))]
    found: list[Fraction | None] = []
    for part in text.split(" then "):
        if run := RUN.fullmatch(part):
            found += [exact(run[1])] * int(run[2])
            continue
        alternating = PATTERN.fullmatch(part)
        assert alternating, text
        pattern, left = row(alternating[1].split(",")), int(alternating[2]) - len(found)
        found += [pattern[place % len(pattern)] for place in range(left)]
    return found


def solve_severity(case: Case) -> Any:
    means, distances = mean_severity(rows(table_of(case)))
    return asked(case, {"means?": lambda: means, r"\bz\b": lambda: distances})


def solve_standard_error(case: Case) -> Any:
    groups = {name: full(group) for name, group in groups_of(case).items()}
    population = int(case.number("population")) if case.has("population") else None
    errors = {name: standard_error(one, population=population) for name, one in groups.items()}
    means = {name: mean(one) if one else None for name, one in groups.items()}
    if isinstance(case.expected, dict):
        return means if "error" not in case.quantity else errors
    return asked(
        case,
        {
            r"means?\b": lambda: list(means.values()),
            r"errors?\b|\bSE\b": lambda: list(errors.values()),
        },
    )


def solve_outlier(case: Case) -> Any:
    figures = case.numbers("x")
    if case.has("constant"):
        return case.number("constant") * median_deviation(figures)
    if case.expected and isinstance(case.expected[0], bool):
        return outliers(figures)
    return modified_z(figures)


def solve_percentile(case: Case) -> Any:
    kind, shares = int(case.number("type", 7)), case.given["p"]
    found = [
        quantile(case.numbers("x"), _share(exact(one)), kind=kind)
        for one in (shares if isinstance(shares, list) else [shares])
    ]
    return found if isinstance(shares, list) else found[0]


def _share(given: Fraction) -> Fraction:
    """A share as it is, a percentage as a share."""
    return given if given <= 1 else given / HUNDRED


def solve_percentile_rank(case: Case) -> Any:
    own = case.given["score" if case.has("score") else "x"]
    found = [_rank(case, exact(one)) for one in (own if isinstance(own, list) else [own])]
    return found if isinstance(own, list) else found[0]


def _rank(case: Case, own: Fraction) -> Fraction | None:
    """As SciPy gives it for a ``score``, else as a spreadsheet for an ``x``, cut to its digits."""
    figures = case.numbers("a")
    if case.has("score") or case.has("kind"):
        usual = "rank" if "scipy" in case.source else "mean"
        return percentile_rank(figures, own, PercentileRank(case.given.get("kind") or usual))
    digits = int(case.number("significance", SPREADSHEET_DIGITS))
    share = percent_rank_inclusive(figures, own)
    return None if share is None else rounded(share, digits, Rounding.DOWN)
