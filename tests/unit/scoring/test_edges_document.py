"""The edges of what a scheme may say: the last value that is taken, and what stands without one."""

from fractions import Fraction
from typing import Any

import pytest

from app.scoring.averages import Aggregate
from app.scoring.document import read_example
from app.scoring.errors import ScoringError
from app.scoring.example import Example
from app.scoring.kpi import Kpi
from app.scoring.numbers import Rounding
from tests.unit.scoring.worked import KEY_ACCOUNT, changed, worked_input

KPI = "/dimensions/0/elements/0/kpi"
STEPS = {
    "method": "step_delta",
    "base": 100,
    "unit": 3,
    "per": 1,
    "full_steps": True,
    "target": 10,
    "actual": 12,
}


def _read(pointer: str, value: object) -> Example:
    return read_example(changed(KEY_ACCOUNT, pointer, value))


def _refused_at(pointer: str, value: object) -> str:
    with pytest.raises(ScoringError) as caught:
        _read(pointer, value)
    return caught.value.where


def _kpi(kpi: dict[str, Any]) -> Kpi:
    found = _read(KPI, kpi).dimensions[0].elements[0].kpi
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["min_coverage", "min_group_weight", "min_dimension_weight"])
def test_a_share_that_must_survive_may_be_nothing_but_never_less(name: str) -> None:
    assert getattr(_read(f"/{name}", 0).policy, name) == 0
    assert _refused_at(f"/{name}", "-0.001") == f"/{name}"


@pytest.mark.parametrize(
    ("name", "all_of_it", "more"),
    [
        ("min_coverage", 1, "1.001"),
        ("min_group_weight", 100, "100.001"),
        ("min_dimension_weight", 100, "100.001"),
    ],
)
def test_a_share_that_must_survive_may_be_all_but_never_more(
    name: str, all_of_it: int, more: str
) -> None:
    assert getattr(_read(f"/{name}", all_of_it).policy, name) == all_of_it
    assert _refused_at(f"/{name}", more) == f"/{name}"


def test_a_published_score_has_none_to_six_decimals() -> None:
    document = worked_input(KEY_ACCOUNT) | {"calibration": None}
    for places in (0, 6):
        document["final"] = {"dp": places}
        assert read_example(document).publication.places == places
    assert _refused_at("/final/dp", 7) == "/final/dp"


def test_the_ends_of_the_scale_may_be_close_but_not_the_same() -> None:
    document = changed(KEY_ACCOUNT, "/final", {"min": "99.99", "max": 100})
    document["grades"][-1][1] = 0

    assert read_example(document).publication.lowest == Fraction("99.99")
    assert _refused_at("/final", {"min": 100, "max": 100}) == "/final"


def test_a_scheme_that_says_nothing_has_the_usual_rules() -> None:
    document = worked_input(KEY_ACCOUNT)
    usual = ("final", "kpi_cap", "kpi_floor", "adjustments", "adjust_cap", "aggregate", "title")
    for name in (*usual, "min_coverage", "min_group_weight", "calibration"):
        document.pop(name, None)
    for group in document["groups"]:
        del group["k_min"]
    example = read_example(document)

    assert (example.publication.places, example.publication.mode) == (2, Rounding.HALF_UP)
    assert example.publication.lowest == 0
    assert example.publication.highest == 120
    assert example.adjust_cap == 5
    assert example.policy.averaging.kind is Aggregate.MEAN
    assert example.policy.min_coverage == Fraction(1, 2)
    assert example.policy.min_group_weight == 50
    assert example.policy.min_dimension_weight == 60
    assert not example.adjustments
    assert example.coefficient is None
    assert {group.id: group.k_min for group in example.groups} == {
        "supervisor": 1,
        "peer": 3,
        "subordinate": 3,
        "customer": 3,
        "self": 1,
    }
    assert not example.title
    assert not example.calibration
    kpi = example.dimensions[0].elements[0].kpi
    assert kpi is not None
    assert kpi.limits.floor == 0
    assert kpi.limits.cap == 120


@pytest.mark.parametrize("method", ["drop_k_each_side", "median", "mean"])
def test_one_on_each_side_is_dropped_unless_more_is_asked_for(method: str) -> None:
    assert _read("/aggregate", method).policy.averaging.drop_k == 1
    document = changed(KEY_ACCOUNT, "/aggregate", method) | {"drop_k": 2}
    assert read_example(document).policy.averaging.drop_k == 2


def test_less_than_half_may_be_trimmed_on_each_side() -> None:
    document = changed(KEY_ACCOUNT, "/aggregate", "trimmed")

    assert read_example(document | {"trim": "0.499"}).policy.averaging.trim == Fraction("0.499")
    for trim in ("0.5", "-0.001"):
        with pytest.raises(ScoringError) as caught:
            read_example(document | {"trim": trim})
        assert caught.value.where == "/trim"
        assert caught.value.facts == {"found": trim, "expected": "0 ≤ trim < 0.5"}


def test_a_reason_of_just_enough_characters_is_enough() -> None:
    assert _read("/calibration/0/reason", "1234567890").calibration[0].reason == "1234567890"
    assert _refused_at("/calibration/0/reason", "123456789  ") == "/calibration/0/reason"
    manual = {"method": "manual", "actual": 4, "reason": "ok"}
    assert _kpi(manual).points == 80
    assert _refused_at(KPI, manual | {"reason": "x "}) == f"{KPI}/reason"


def test_calibration_may_go_as_far_as_its_limit() -> None:
    assert _read("/calibration/0/delta", "-5").calibration[0].delta == -5
    assert _read("/calibration/0/delta", 5).calibration[0].delta == 5
    assert _refused_at("/calibration/0/delta", "5.01") == "/calibration"


@pytest.mark.parametrize(
    ("change", "points"),
    [
        ({"actual": "10.3"}, "101"),
        ({"actual": "10.29"}, "100"),
        ({"actual": "9.7"}, "99"),
        ({"actual": "9.71"}, "100"),
        ({"delta": "points", "actual": 13}, "101"),
        ({"delta": "points", "actual": "12.99"}, "100"),
        ({"delta": "percent", "actual": 13}, "110"),
        ({"full_steps": False, "actual": 11}, "310/3"),
        ({"cap_up": 4}, "104"),
        ({"cap_up": 6}, "106"),
        ({"cap_up": 0}, "100"),
        ({"cap_down": 0}, "106"),
        ({"cap_down": 2, "actual": 8}, "98"),
        ({"cap_up": 2, "actual": 8}, "94"),
        ({"floor_at": 95, "actual": 8}, "95"),
        ({"floor_at": 94, "actual": 8}, "94"),
        ({"target": -10, "actual": -8}, "106"),
        ({"per": 0}, "100"),
    ],
)
def test_steps_count_from_the_first_whole_one(change: dict[str, Any], points: str) -> None:
    assert _kpi(STEPS | change).points == Fraction(points)


@pytest.mark.parametrize(
    ("actual", "points"),
    [("14.99", 0), (15, 60), ("16.5", 80), (18, 100), (20, 120), ("20.01", 130)],
)
def test_outside_its_knots_a_curve_has_its_own_points(actual: object, points: int) -> None:
    kpi = {"method": "interpolate", "knots": [[15, 60], [18, 100], [20, 120]], "actual": actual}

    assert _kpi(kpi | {"below": 0, "above": 130}).points == points
    assert _kpi(kpi).points == min(max(points, 60), 120)


def test_an_event_that_never_happened_costs_nothing() -> None:
    kpi = {"method": "deduct", "base": 90, "events": [["late", 10, 0], ["lost", "2.5", 2]]}

    assert _kpi(kpi).points == 85
    assert _kpi(kpi | {"events": []}).points == 90


@pytest.mark.parametrize(("actual", "points"), [("9.99", 0), (10, 100), (11, 100)])
def test_all_or_nothing_is_all_on_the_target(actual: object, points: int) -> None:
    kpi = {"method": "all_or_nothing", "target": 10, "actual": actual}

    assert _kpi(kpi).points == points
    assert _kpi(kpi | {"full": 80}).points == points * Fraction(4, 5)


@pytest.mark.parametrize(("floor", "cap"), [(100, 120), (0, 100), (100, 100)])
def test_one_hundred_may_be_an_end_of_a_kpis_scores(floor: int, cap: int) -> None:
    kpi = {"method": "ratio", "target": 10, "actual": 10, "floor": floor, "cap": cap}

    assert _kpi(kpi).score == 100


def test_every_status_says_what_it_says() -> None:
    kpi = {"method": "ratio", "target": 10, "actual": 5}

    assert _kpi(kpi | {"status": "scored"}).score == 50
    assert _kpi(kpi | {"status": "zero"}).score == 0
    assert _kpi(kpi | {"status": "not_applicable"}).score is None
    assert _kpi(kpi | {"status": None}).score == 50
