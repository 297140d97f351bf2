"""What must hold of every method of a KPI, tried on random figures.

The number before each test is the invariant of section 5 of the description that it shows.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.kpi import Limits
from app.scoring.kpi_document import METHODS, read_kpi
from app.scoring.node import Node
from app.scoring.scales import Scale
from tests.unit.scoring.generated import KPIS, Document, Tape
from tests.unit.scoring.properties import many

SCALE = Scale(
    lowest=Fraction(1),
    highest=Fraction(5),
    anchors={Fraction(answer): Fraction(20 * answer) for answer in range(1, 6)},
)
USUAL = Limits()
ROWS = st.binary(min_size=24, max_size=24)
FACTORS = st.fractions(min_value=Fraction(1, 50), max_value=50, max_denominator=60)


def kpi_points(kpi: Document, limits: Limits = USUAL) -> Fraction:
    read = read_kpi(Node(kpi), name="K", scale=SCALE, limits=limits)
    assert read.points is not None
    return read.points


def kpi_score(kpi: Document, limits: Limits = USUAL) -> Fraction:
    score = read_kpi(Node(kpi), name="K", scale=SCALE, limits=limits).score
    assert score is not None
    return score


def _with_actual(method: str, make: Callable[[Tape], Document], row: bytes) -> tuple[Document, ...]:
    """A KPI of the method twice, with two different actual figures: the lower one first."""
    tape = Tape(row)
    kpi: dict[str, Any] = make(tape) | {"method": method}
    if method == "manual":
        low = 1 + tape.below(5)
        high = low + tape.below(6 - low)
    else:
        low = tape.wide(1, 400) if method in ("ratio", "mirror", "inverse") else tape.wide(-60, 400)
        high = low + tape.wide(0, 90)
    return kpi | {"actual": low}, kpi | {"actual": high}


MAKERS = {"mirror": KPIS["ratio"], "inverse": KPIS["ratio"], **KPIS}
FALLING = {"mirror", "inverse"}


# 1
@pytest.mark.parametrize("method", sorted(MAKERS.keys() - {"deduct"}))
@many
@given(ROWS)
def test_a_better_actual_figure_is_never_worth_less(method: str, row: bytes) -> None:
    lower, higher = _with_actual(method, MAKERS[method], row)

    if method in FALLING:
        lower, higher = higher, lower
    assert kpi_points(lower) <= kpi_points(higher)
    assert kpi_score(lower) <= kpi_score(higher)


# 1
@many
@given(ROWS, st.integers(0, 1), st.integers(1, 9))
def test_one_more_event_always_costs_its_points(row: bytes, which: int, more: int) -> None:
    kpi = KPIS["deduct"](Tape(row))
    before = kpi_points(kpi)
    event = kpi["events"][which]
    event[2] += more

    assert before - kpi_points(kpi) == Fraction(str(event[1])) * more


# 1
@many
@given(ROWS)
def test_a_curve_that_falls_is_never_worth_more_at_a_higher_figure(row: bytes) -> None:
    lower, higher = _with_actual("interpolate", KPIS["interpolate"], row)
    for kpi in (lower, higher):
        kpi["knots"] = [[at, 120 - points] for at, points in kpi["knots"]]
        kpi.pop("below", None)
        kpi.pop("above", None)

    assert kpi_points(lower) >= kpi_points(higher)


# 3
@many
@given(st.sampled_from(sorted(KPIS)), ROWS, st.integers(0, 100), st.integers(100, 150))
def test_every_score_lies_between_floor_and_cap_and_is_its_points_within(
    method: str, row: bytes, floor: int, cap: int
) -> None:
    kpi = KPIS[method](Tape(row))
    limits = Limits(floor=Fraction(floor), cap=Fraction(cap))
    points, score = kpi_points(kpi, limits), kpi_score(kpi, limits)

    assert floor <= score <= cap
    assert score == points or (points < floor == score) or (points > cap == score)


# 3
@many
@given(
    st.sampled_from(sorted(KPIS)),
    ROWS,
    st.tuples(*[st.integers(0, 100)] * 2),
    st.tuples(*[st.integers(100, 150)] * 2),
)
def test_a_kpis_own_limits_only_narrow_those_of_the_scheme(
    method: str, row: bytes, floors: tuple[int, int], caps: tuple[int, int]
) -> None:
    kpi = KPIS[method](Tape(row))
    scheme = Limits(floor=Fraction(floors[0]), cap=Fraction(caps[0]))
    both = Limits(floor=Fraction(max(floors)), cap=Fraction(min(caps)))

    narrowed = kpi_score({**kpi, "floor": floors[1], "cap": caps[1]}, scheme)

    assert narrowed == kpi_score(kpi, both)


# 18
@many
@given(
    st.sampled_from(["ratio", "mirror", "inverse", "ratio_signed", "all_or_nothing", "step_delta"]),
    FACTORS,
    st.booleans(),
)
def test_on_target_is_exactly_one_hundred(method: str, target: Fraction, full: bool) -> None:
    steps = {"base": 100, "unit": 3, "per": 1, "full_steps": full}
    kpi = {"method": method, "target": target, "actual": target}

    assert kpi_score(kpi | (steps if method == "step_delta" else {})) == 100


# 4
@many
@given(
    st.sampled_from(["ratio", "mirror", "inverse", "ratio_signed", "step_delta"]),
    FACTORS,
    FACTORS,
    FACTORS,
)
def test_the_unit_in_which_target_and_actual_are_counted_does_not_matter(
    method: str, target: Fraction, actual: Fraction, factor: Fraction
) -> None:
    kpi = {"method": method, "base": 100, "unit": 3, "per": 1, "full_steps": True}
    small = kpi | {"target": target, "actual": actual}
    large = kpi | {"target": factor * target, "actual": factor * actual}

    assert kpi_points(small) == kpi_points(large)


# 4
@many
@given(FACTORS, FACTORS)
def test_the_simple_methods_are_what_their_names_say(target: Fraction, actual: Fraction) -> None:
    figures = {"target": target, "actual": actual}
    ratio = kpi_points({"method": "ratio", **figures})

    assert ratio == 100 * actual / target
    assert kpi_points({"method": "mirror", **figures}) + ratio == 200
    assert kpi_points({"method": "inverse", **figures}) * ratio == 100 * 100
    assert kpi_points({"method": "ratio_signed", **figures}) == ratio


# 4
@many
@given(st.integers(1, 300), st.integers(-500, 500))
def test_a_loss_smaller_than_planned_is_worth_as_much_as_a_gain_that_is_larger(
    target: int, change: int
) -> None:
    signed = {"method": "ratio_signed"}
    loss = kpi_points({**signed, "target": -target, "actual": -target + change})
    gain = kpi_points({**signed, "target": target, "actual": target + change})

    assert loss == gain == 100 + Fraction(100 * change, target)


# 1
@many
@given(ROWS)
def test_whole_steps_are_worth_the_proportional_points_but_for_less_than_one_step(
    row: bytes,
) -> None:
    kpi = KPIS["step_delta"](Tape(row))
    for limit in ("cap_up", "cap_down", "floor_at"):
        kpi.pop(limit, None)
    whole = kpi_points(kpi | {"full_steps": True})
    share = kpi_points(kpi | {"full_steps": False})
    per = Fraction(str(kpi["per"]))

    assert abs(whole - 100) <= abs(share - 100) < abs(whole - 100) + per or per == 0
    assert (whole - 100) * (share - 100) >= 0
    assert per == 0 or ((whole - 100) / per).denominator == 1


# 3
@many
@given(ROWS, st.integers(0, 20), st.integers(0, 20), st.integers(60, 100))
def test_steps_keep_their_own_caps_and_floor(row: bytes, up: int, down: int, floor: int) -> None:
    kpi = KPIS["step_delta"](Tape(row))
    for limit in ("cap_up", "cap_down", "floor_at"):
        kpi.pop(limit, None)
    free = kpi_points(kpi)
    kept = kpi_points(kpi | {"cap_up": up, "cap_down": down, "floor_at": floor})

    assert kept == max(floor, min(max(free, 100 - down), 100 + up))


# 2
@many
@given(ROWS, st.integers(0, 5))
def test_the_order_of_bands_knots_and_events_does_not_matter(row: bytes, turn: int) -> None:
    tape = Tape(row)
    band, curve, deduct = (KPIS[name](tape) for name in ("band", "interpolate", "deduct"))
    bands = band["bands"]

    assert kpi_points(band | {"bands": bands[turn % 3 :] + bands[: turn % 3]}) == kpi_points(band)
    assert kpi_points(curve | {"knots": curve["knots"][::-1]}) == kpi_points(curve)
    assert kpi_points(deduct | {"events": deduct["events"][::-1]}) == kpi_points(deduct)


# 3
@many
@given(ROWS)
def test_a_curve_meets_its_knots_and_stays_between_its_neighbours(row: bytes) -> None:
    kpi = KPIS["interpolate"](Tape(row))
    knots = kpi["knots"]
    (left, low), (right, high) = knots[0], knots[1]
    middle = Fraction(left + right, 2)

    assert [kpi_points(kpi | {"actual": at}) for at, _ in knots] == [own for _, own in knots]
    assert kpi_points(kpi | {"actual": middle}) == Fraction(low + high, 2)


# 12
@many
@given(ROWS)
def test_an_end_belongs_to_the_band_that_claims_it(row: bytes) -> None:
    kpi = KPIS["band"](Tape(row))
    first, second, third = kpi["bands"]
    owner, near = first if first["hi_inc"] else second, Fraction(1, 9)

    for bands in (kpi["bands"], kpi["bands"][::-1]):
        listed = kpi | {"bands": bands}
        assert kpi_points(listed | {"actual": first["hi"]}) == owner["score"]
        assert kpi_points(listed | {"actual": second["hi"]}) == third["score"]
        assert kpi_points(listed | {"actual": first["hi"] - near}) == first["score"]
        assert kpi_points(listed | {"actual": second["hi"] - near}) == second["score"]


def test_every_method_is_tried_here() -> None:
    assert MAKERS.keys() == METHODS.keys()
