"""Published reliabilities, put to the engine. What a case asks for stands in its ``quantity``."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from app.scoring.averages import mean
from app.scoring.numbers import exact
from app.scoring.statistics.agreement import Row
from app.scoring.statistics.consistency import Missing, cronbach_alpha, standardised_alpha
from app.scoring.statistics.rater_counts import raters_needed, spearman_brown
from app.scoring.statistics.reliability import Form, OneWay, icc, one_way, two_way
from tests.unit.scoring.reference.cases import Case
from tests.unit.scoring.reference.tables import (
    asked,
    complete,
    full,
    groups_of,
    rows,
    table_of,
)

# ICC(2,1), ICC(2,k) and ICC(2,4) alike; A and C are other names of the forms 2 and 3.
ICC = re.compile(r"ICC\(([123AC]),\s*(\d+|k)\)")
PSYCH_ICC = re.compile(r"ICC([123])(k?)\b")
FORMS = {"A": Form.SAMPLED_PANEL, "C": Form.FIXED_PANEL}


def solve_icc(case: Case) -> Any:
    squares = two_way(complete(table_of(case)))
    if squares is None:
        return None
    forms = ICC.findall(case.quantity) or PSYCH_ICC.findall(case.quantity)
    found = [
        icc(squares, form=FORMS.get(form) or Form(int(form)), of_mean=of not in {"1", ""})
        for form, of in forms
    ]
    if found:
        return found if isinstance(case.expected, list) else found[0]
    return asked(
        case,
        {
            "BMS|MSB": lambda: squares.between,
            "WMS|MSW": lambda: squares.within,
            "JMS|MSJ": lambda: squares.raters,
            "EMS|MSE": lambda: squares.residual,
        },
    )


def solve_icc1_icc2(case: Case) -> Any:
    analysis = _given_analysis(case) if case.has("MSB") else _analysis(case)
    if analysis is None:
        return [None] * len(case.expected) if isinstance(case.expected, list) else None
    single = analysis.icc1_anova if case.asks("n0", "n₀") else analysis.icc1
    return asked(case, {r"ICC\(?1": lambda: single, r"ICC\(?2": lambda: analysis.icc2})


def _given_analysis(case: Case) -> OneWay:
    return OneWay(
        between=case.number("MSB"),
        within=case.number("MSW"),
        total=int(case.number("N")),
        groups=int(case.number("groups")),
    )


def _analysis(case: Case) -> OneWay | None:
    return one_way([full(group) for group in groups_of(case).values()])


def solve_cronbach_alpha(case: Case) -> Any:
    table = rows(table_of(case))
    dropped = case.given.get("drop_column")
    if dropped is not None:
        table = [row[:dropped] + row[dropped + 1 :] for row in table]
    return _alpha(case, table)


def _alpha(case: Case, table: list[list[Fraction | None]]) -> Fraction | None:
    missing = Missing.PAIRWISE if case.asks("pairwise") else Missing.LISTWISE
    if re.search(r"standardi[sz]ed|std", case.quantity):
        return standardised_alpha(table, missing)
    return cronbach_alpha(table, missing)


def solve_reversed(case: Case) -> Any:
    turned = rows(table_of(case))
    if not case.asks("unreversed", "not reversed", "without revers"):
        turned = _turned(case, turned)
    if "alpha" in case.quantity:
        return _alpha(case, turned)
    given = [[one for one in row if one is not None] for row in turned]
    if re.search(r"\b(sum|total)", case.quantity):
        return [sum(row, start=Fraction()) for row in given]
    return [mean(row) if row else None for row in given]


def _turned(case: Case, table: list[list[Fraction | None]]) -> list[list[Fraction | None]]:
    ends = case.number("min") + case.number("max")
    places = set(case.given.get("reverse") or [])
    return [_turned_row(row, ends, places) for row in table]


def _turned_row(row: Row, ends: Fraction, places: set[int]) -> list[Fraction | None]:
    return [
        ends - one if one is not None and place in places else one for place, one in enumerate(row)
    ]


def solve_raters_needed(case: Case) -> Any:
    """For one reliability or several by name, for one number, or target, or a list of them."""
    single = case.given["r1"]
    if isinstance(single, Mapping):
        return {name: _raters(case, exact(one)) for name, one in single.items()}
    if isinstance(single, list):
        return [_raters(case, exact(one)) for one in single]
    return _raters(case, exact(single))


def _raters(case: Case, single: Fraction) -> Any:
    name = "k" if case.has("k") else "target"
    wanted = case.given[name]
    figures = full(wanted if isinstance(wanted, list) else [wanted])
    found = [
        spearman_brown(single, raters=one) if name == "k" else raters_needed(single, target=one)
        for one in figures
    ]
    return found if isinstance(wanted, list) else found[0]
