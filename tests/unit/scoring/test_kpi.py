import itertools
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.curves import Band, Knot, band_of, curve_through, require_partition
from app.scoring.errors import ScoringError
from app.scoring.kpi import Limits
from app.scoring.kpi_document import METHODS, read_kpi
from app.scoring.node import Node
from app.scoring.scales import Scale

SCALE = Scale(
    lowest=Fraction(1),
    highest=Fraction(5),
    anchors={Fraction(answer): Fraction(20 * answer) for answer in range(1, 6)},
)
KNOTS = [[5, 60], [12, 100], [15, 120]]
FALLING = [[35, 120], [45, 100], [60, 60]]
BANDS = [
    {"lo": 60, "score": 100},
    {"lo": 50, "hi": 60, "score": 80},
    {"hi": 50, "score": 0},
]
DAYS = [
    {"hi": 25, "hi_inc": True, "score": 100},
    {"lo": 25, "lo_inc": False, "hi": 30, "hi_inc": True, "score": 60},
    {"lo": 30, "lo_inc": False, "score": 0},
]
STEPS = {"method": "step_delta", "base": 100, "unit": 3, "per": 1, "target": 860}


def score_of(**kpi: Any) -> Fraction | None:
    return read_kpi(Node(kpi), name="K", scale=SCALE, limits=Limits()).score


@pytest.mark.parametrize(
    ("kpi", "score"),
    [
        ({"method": "ratio", "target": 1200, "actual": 1134}, "94.5"),
        ({"method": "ratio", "target": 18, "actual": 23}, "120"),
        ({"method": "ratio", "target": 18, "actual": 0}, "0"),
        ({"method": "ratio_signed", "target": -100, "actual": -90}, "110"),
        ({"method": "ratio_signed", "target": -100, "actual": -300}, "0"),
        ({"method": "ratio_signed", "target": 50, "actual": 40}, "80"),
        ({"method": "mirror", "target": 60, "actual": 66}, "90"),
        ({"method": "mirror", "target": 60, "actual": 0}, "120"),
        ({"method": "mirror", "target": 60, "actual": 130}, "0"),
        ({"method": "inverse", "target": 75, "actual": 60}, "120"),
        ({"method": "inverse", "target": 75, "actual": 100}, "75"),
        ({"method": "interpolate", "knots": KNOTS, "actual": "8.5"}, "80"),
        ({"method": "interpolate", "knots": KNOTS, "actual": 4}, "60"),
        ({"method": "interpolate", "knots": KNOTS, "actual": 4, "below": 0}, "0"),
        ({"method": "interpolate", "knots": KNOTS, "actual": 99}, "120"),
        ({"method": "interpolate", "knots": FALLING, "actual": 48}, "92"),
        ({"method": "interpolate", "knots": FALLING[::-1], "actual": 48}, "92"),
        ({"method": "interpolate", "knots": FALLING, "actual": 61, "above": 0}, "0"),
        ({"method": "band", "bands": BANDS, "actual": 60}, "100"),
        ({"method": "band", "bands": BANDS, "actual": "59.99"}, "80"),
        ({"method": "band", "bands": BANDS[::-1], "actual": -7}, "0"),
        ({"method": "band", "bands": DAYS, "actual": 25}, "100"),
        ({"method": "band", "bands": DAYS, "actual": 30}, "60"),
        ({"method": "band", "bands": DAYS, "actual": "30.01"}, "0"),
        ({**STEPS, "full_steps": True, "actual": "934.5"}, "102"),
        ({**STEPS, "full_steps": False, "actual": "937.4"}, "103"),
        ({**STEPS, "full_steps": True, "actual": "785.5"}, "98"),
        ({**STEPS, "full_steps": True, "actual": 0, "cap_down": 20}, "80"),
        ({**STEPS, "full_steps": True, "actual": 1720, "cap_up": 15}, "115"),
        ({**STEPS, "full_steps": True, "actual": 0, "floor_at": 75}, "75"),
        ({**STEPS, "full_steps": True, "actual": 867, "delta": "points"}, "102"),
        ({**STEPS, "full_steps": True, "actual": 860, "delta": "percent"}, "100"),
        ({"method": "deduct", "base": 100, "events": [["late", 10, 2]]}, "80"),
        ({"method": "deduct", "base": 100, "events": [["a", 5, 3], ["b", 20, 1]]}, "65"),
        ({"method": "deduct", "base": 100, "events": [["late", 10, 20]]}, "0"),
        ({"method": "deduct", "base": 100, "events": [["late", 10, 20]], "floor": 40}, "40"),
        ({"method": "all_or_nothing", "target": 24, "actual": 24}, "100"),
        ({"method": "all_or_nothing", "target": 24, "actual": 23, "full": 110}, "0"),
        ({"method": "all_or_nothing", "target": 0, "actual": 0, "full": 110}, "110"),
        ({"method": "manual", "actual": 4, "reason": "steady all year"}, "80"),
        ({"method": "ratio", "target": 10, "actual": 12, "cap": 110}, "110"),
        ({"method": "ratio", "target": 10, "actual": 20, "cap": 500}, "120"),
        ({"method": "ratio", "target": 10, "actual": 1, "floor": 40}, "40"),
        ({"method": "ratio", "target": 10, "actual": 0, "floor": -40}, "0"),
        ({"method": "ratio", "status": "zero"}, "0"),
        ({"method": "ratio", "target": 10, "actual": 12, "cap": 100}, "100"),
        ({"method": "ratio", "target": 10, "actual": 1, "floor": 100}, "100"),
        ({"method": "manual", "actual": 4, "reason": "稳定"}, "80"),
        ({"method": "ratio", "status": "scored", "target": 10, "actual": 9}, "90"),
    ],
)
def test_each_method_gives_its_points(kpi: dict[str, Any], score: str) -> None:
    assert score_of(**kpi) == Fraction(score)


def test_a_kpi_that_does_not_apply_has_no_score() -> None:
    assert score_of(method="ratio", status="not_applicable", target=0, actual=None) is None


@pytest.mark.parametrize("status", ["zero", "not_applicable"])
@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"method": "band", "bands": BANDS[:2]}, "band_gap"),
        ({"method": "interpolate", "knots": [[1, 2]]}, "knot_order"),
    ],
)
def test_a_faulty_rule_is_refused_even_where_nothing_is_put_to_it(
    rule: dict[str, Any], code: str, status: str
) -> None:
    with pytest.raises(ScoringError, match=code):
        score_of(**rule, status=status)


def test_who_approved_that_a_kpi_does_not_apply_is_kept() -> None:
    kpi = {"method": "ratio", "status": "not_applicable", "approved_by": "李总"}

    read = read_kpi(Node(kpi), name="K", scale=SCALE, limits=Limits())

    assert (read.approved_by, read.score) == ("李总", None)


ON_TARGET: dict[str, dict[str, Any]] = {
    "ratio": {},
    "ratio_signed": {},
    "mirror": {},
    "inverse": {},
    "all_or_nothing": {},
    "step_delta": {"base": 100, "unit": 3, "per": 1, "full_steps": True},
    "interpolate": {"knots": [[6, 60], [7, 100]]},
    "band": {"bands": [{"lo": 7, "score": 100}, {"hi": 7, "score": 0}]},
    "deduct": {"base": 100, "events": []},
    "manual": {"actual": 5, "reason": "as good as it gets"},
}


@pytest.mark.parametrize("method", list(METHODS))
def test_on_target_is_exactly_one_hundred_by_every_method(method: str) -> None:
    figures = {"target": 7, "actual": 7, **ON_TARGET[method]}

    assert score_of(method=method, **figures) == 100


amounts = st.decimals("0.01", 1000, places=2)


@given(amounts, amounts, amounts)
def test_more_is_never_worse_and_for_falling_methods_never_better(
    target: Decimal, one: Decimal, other: Decimal
) -> None:
    low, high = sorted((one, other))
    for method, rising in [("ratio", True), ("ratio_signed", True), ("mirror", False)]:
        less = score_of(method=method, target=target, actual=low)
        more = score_of(method=method, target=target, actual=high)
        assert less is not None
        assert more is not None
        assert (less <= more) if rising else (less >= more)
        assert 0 <= less <= 120


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=6, unique=True), st.integers(-60, 60))
def test_bands_that_are_a_partition_hold_every_figure_once(cuts: list[int], actual: int) -> None:
    ends = [None, *(Fraction(cut) for cut in sorted(cuts)), None]
    bands = [
        Band(lo=low, hi=high, points=Fraction(place))
        for place, (low, high) in enumerate(itertools.pairwise(ends))
    ]
    require_partition(bands)

    assert sum(band.holds(Fraction(actual)) for band in bands) == 1
    assert band_of(Fraction(actual), bands).points == sum(cut <= actual for cut in cuts)


def test_a_single_point_may_be_a_band_of_its_own() -> None:
    bands = [
        Band(lo=None, hi=Fraction(5), points=Fraction(1)),
        Band(lo=Fraction(5), hi=Fraction(5), hi_inc=True, points=Fraction(2)),
        Band(lo=Fraction(5), lo_inc=False, hi=None, points=Fraction(3)),
    ]
    require_partition(bands)

    assert [band_of(Fraction(one), bands).points for one in (4, 5, 6)] == [1, 2, 3]


def test_two_bands_without_a_lower_end_overlap() -> None:
    bands = [
        Band(lo=None, hi=Fraction(5), points=Fraction(1)),
        Band(lo=None, hi=None, points=Fraction(2)),
    ]
    with pytest.raises(ScoringError, match="band_overlap"):
        require_partition(bands)
    with pytest.raises(ScoringError, match="band_overlap"):
        require_partition(bands[::-1])
    with pytest.raises(ScoringError, match="band_overlap"):
        require_partition([bands[1], bands[1]])


@given(st.fractions(0, 20))
def test_a_curve_meets_its_knots_and_stays_between_them(actual: Fraction) -> None:
    knots = [Knot(at=Fraction(at), points=Fraction(points)) for at, points in KNOTS]
    curve = curve_through(knots)

    assert [curve.points(knot.at) for knot in knots] == [knot.points for knot in knots]
    assert 60 <= curve.points(actual) <= 120


def test_a_value_that_stands_at_two_knots_is_refused() -> None:
    twice = [Knot(at=Fraction(at), points=Fraction(at)) for at in (1, 2, 2, 3)]

    with pytest.raises(ScoringError, match="knot_order"):
        curve_through(twice)
