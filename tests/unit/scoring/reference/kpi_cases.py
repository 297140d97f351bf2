"""Published KPI rules, put to the formulas of the engine."""

from fractions import Fraction
from typing import Any

from app.scoring.curves import Knot, band_of, curve_through, line_through
from app.scoring.kpi import Steps, all_or_nothing, ratio, step_delta
from app.scoring.numbers import exact
from app.scoring.weights import HUNDRED
from tests.unit.scoring.reference.cases import Case, Figure
from tests.unit.scoring.reference.grammars import bands_of, deduction_per_step, incentive_curve

# The look-up to which a case without bands refers: its source prints "<70:1, 70-95:2, 95-110:3,
# 110-125:4, >125:5", and the ends that two bands claim are read as belonging above.
ACHIEVEMENT_BANDS = "<70:1; <95:2; <110:3; <=125:4; >125:5"
USUAL_UNIT_PERCENT = 3
# What a case about bands states beside the actual figure, which has a name of its own each time.
NOT_ACTUAL = ("bands", "weight_points")


def solve_ratio(case: Case) -> Figure:
    if case.has("attainment"):
        points = case.number("base") * case.number("attainment")
        return min([points, *_cap(case)])
    if case.has("threshold_pct"):
        return case.number("goal") * case.number("threshold_pct") / HUNDRED
    percent = ratio(actual=case.number("actual"), target=case.number("target"))
    return min([percent * case.number("points", HUNDRED) / HUNDRED, *_cap(case)])


def _cap(case: Case) -> list[Fraction]:
    """A figure, or the name of the member that holds it."""
    cap = case.given.get("cap")
    return [] if cap is None else [case.number(cap) if cap in case.given else exact(cap)]


def solve_interpolation(case: Case) -> Any:
    knots = [Knot(at=exact(at), points=exact(points)) for at, points in case.given["knots"]]
    if not case.has("actual"):
        return list(line_through(knots[0], knots[1]))
    below = case.number("below") if case.has("below") else None
    above = case.number("above") if case.has("above") else None
    return curve_through(knots, below=below, above=above).points(case.number("actual"))


def solve_incentive(case: Case) -> Figure:
    curve, most = incentive_curve(case.given["rule"])
    points = curve.points(case.number("attainment_pct"))
    return points if most is None else min(points, most)


def solve_steps(case: Case) -> Figure:
    in_percent = case.has("deviation_pct")
    steps = Steps(
        base=case.number("base", 0),
        unit=case.number("unit_pct", USUAL_UNIT_PERCENT) if in_percent else _unit_points(case),
        per=case.number("per", 1),
        full_steps=case.given.get("full_steps", case.given.get("mode") != "proportional"),
        cap_up=case.number("cap_up") if case.has("cap_up") else None,
        cap_down=case.number("cap_down") if case.has("cap_down") else None,
        floor_at=case.number("floor") if case.has("floor") else None,
    )
    return step_delta(case.number("deviation_pct" if in_percent else "deviation_pp"), steps)


def _unit_points(case: Case) -> Fraction:
    return case.number("unit_pp", 1)


def solve_deduction(case: Case) -> Figure:
    per, unit, below = deduction_per_step(case.given["deduct"])
    steps = Steps(
        base=case.number("base"),
        unit=unit,
        per=per,
        full_steps=case.given.get("mode") != "proportional",
        cap_up=Fraction(),
        floor_at=case.number("floor") if case.has("floor") else None,
    )
    deviation = case.number("deviation_pct" if case.has("deviation_pct") else "deviation_pp")
    return step_delta(deviation if below else -deviation, steps)


def solve_band(case: Case) -> Figure:
    rule = case.given.get("bands", ACHIEVEMENT_BANDS)
    actual = next(exact(value) for name, value in case.given.items() if name not in NOT_ACTUAL)
    return band_of(abs(actual) if "|d|" in rule else actual, bands_of(rule)).points


def solve_all_or_nothing(case: Case) -> Figure:
    return all_or_nothing(actual=case.number("actual"), target=case.number("target"))
