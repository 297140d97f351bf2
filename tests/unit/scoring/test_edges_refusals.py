"""What a refusal tells about the offending part: the facts that fill its sentences."""

from decimal import Decimal

import pytest

from app.scoring.document import read_example
from app.scoring.errors import ScoringError
from app.scoring.numbers import exact
from tests.unit.scoring.worked import KEY_ACCOUNT, changed, without

ELEMENTS = "/dimensions/0/elements"
KPI = f"{ELEMENTS}/0/kpi"
KNOTS = f"{ELEMENTS}/2/kpi/knots"
BANDS = "/dimensions/2/elements/0/kpi/bands"

# What is set, and what the refusal tells.
TOLD: list[tuple[str, object, dict[str, object]]] = [
    ("/dimensions/0/weight", 54, {"found": "99"}),
    ("/dimensions/0/weight", Decimal("55.0000001"), {"found": "100.0000001"}),
    (f"{ELEMENTS}/1/weight", "30.5", {"found": "100.5"}),
    ("/groups/0/weight", 41, {"found": "101"}),
    ("/dimensions/0/weight", -55, {"found": "-55"}),
    (f"{ELEMENTS}/1/weight", "-30", {"found": "-30"}),
    ("/groups/0/weight", -40, {"found": "-40"}),
    ("/dimensions/1/elements/4/items/0/w", -1, {"found": "-1"}),
    ("/adjust_cap", -1, {"found": "-1"}),
    ("/coefficient", "-0.5", {"found": "-0.5"}),
    (f"{KPI}/target", "-5", {"found": "-5"}),
    (f"{KPI}/actual", "-1", {"found": "-1"}),
    (KPI, {"method": "inverse", "target": 2, "actual": 0}, {"found": "0"}),
    (f"{KPI}/method", "magic", {"found": "magic"}),
    (f"{KPI}/method", 7, {"expected": "Some text", "expected_zh": "非空文字", "found": "“7”"}),
    (f"{KPI}/actual", None, {"found": "营业额与利润贡献·销售额达成率(万元)"}),
    (f"{KPI}/status", "pending", {"found": "营业额与利润贡献·销售额达成率(万元)"}),
    (
        f"{KPI}/status",
        "someday",
        {"found": "someday", "expected": "scored, not_applicable, pending, zero"},
    ),
    (f"{KPI}/cap", 90, {"floor": "0", "cap": "90"}),
    (f"{KPI}/floor", 101, {"floor": "101", "cap": "120"}),
    ("/kpi_cap", 99, {"floor": "0", "cap": "99"}),
    ("/kpi_floor", 101, {"floor": "101", "cap": "120"}),
    (
        f"{ELEMENTS}/2/kpi/knots",
        [[15, 60, 1], [18, 100]],
        {"expected": "A list of 2", "expected_zh": "含 2 项的列表", "found": "[…]"},
    ),
    (BANDS, [], {"found": "−∞"}),
    (f"{BANDS}/3/hi", 39, {"found": "39"}),
    (f"{BANDS}/3/hi", 41, {"found": "40"}),
    (f"{BANDS}/3/hi_inc", True, {"found": "40"}),
    (f"{BANDS}/0/lo_inc", False, {"found": "60"}),
    (f"{BANDS}/0/lo", None, {"found": "−∞"}),
    (f"{BANDS}/0/hi", 90, {"found": "+∞"}),
    (f"{BANDS}/1/hi", None, {"found": "60"}),
    (f"{BANDS}/1/hi", 50, {"lo": "50", "hi": "50"}),
    (f"{BANDS}/1/hi", 40, {"lo": "50", "hi": "40"}),
    (f"{BANDS}/3/lo", 10, {"found": "−∞"}),
    (
        f"{BANDS}/0/lo_inc",
        "yes",
        {"expected": "true or false", "expected_zh": "true 或 false", "found": "“yes”"},
    ),
    (
        "/dimensions/1/elements/2/kpi/events",
        [["late", 10, Decimal("1.5")]],
        {"found": Decimal("1.5")},
    ),
    ("/dimensions/1/elements/2/kpi/events", [["late", 10, -1]], {"found": -1}),
    ("/dimensions/1/elements/2/kpi/events", [["late", -1, 1]], {"found": "-1"}),
    ("/raters/0/a/q1", 6, {"found": "6"}),
    ("/raters/0/a/q1", "4.5", {"found": "4.5"}),
    ("/raters/0/a/q1", "often", {"found": "“often”"}),
    ("/raters/0/a/q1", True, {"found": "“True”"}),
    ("/raters/0/a/q1", 4.0, {"found": 4.0}),
    ("/raters/1/group", "friend", {"found": "friend"}),
    ("/raters/1/id", "s1", {"found": "s1"}),
    ("/dimensions/1/id", "D1", {"found": "D1"}),
    ("/dimensions/1/id", "ADJ", {"found": "ADJ"}),
    (f"{ELEMENTS}/1/id", "K1", {"found": "K1"}),
    ("/dimensions/1/elements/0/id", "K1", {"found": "K1"}),
    ("/dimensions/1/elements/4/items/1/id", "q1", {"found": "q1"}),
    ("/groups/1/id", "supervisor", {"found": "supervisor"}),
    ("/grades/1", ["S", 90], {"found": "S"}),
    ("/scale/anchors/1", [1, 40], {"found": 1}),
    ("/grades/1", ["A", 100], {"found": "100"}),
    ("/grades/4", ["D", 1], {"found": "0"}),
    ("/grades", [], {"found": "0"}),
    ("/scale/anchors", [[1, 20], [5, 100]], {"found": "2"}),
    ("/scale/anchors", [[1, 20], [2, 40], [3, 60], [4, 80], [5, 100], [6, 120]], {"found": "0"}),
    ("/scale/anchors/1", [2, 10], {"found": "2"}),
    ("/scale/min", 5, {"lo": "5", "hi": "5"}),
    ("/scale/max", 1000000000, {"found": "6"}),
    ("/final/dp", 7, {"found": 7, "expected": "0–6"}),
    ("/final/dp", -1, {"found": -1}),
    ("/final/mode", "up", {"found": "up", "expected": "half_up | half_even"}),
    (
        "/final/mode",
        "any",
        {"found": "any", "expected": "half_up, half_even, half_down, up, down, ceiling, floor"},
    ),
    ("/final/max", "119.999", {"found": "119.999", "places": 2}),
    ("/final/min", 120, {"lo": "120", "hi": "120"}),
    (
        "/aggregate",
        "mode",
        {"found": "mode", "expected": "mean, median, trimmed, drop_k_each_side, contact_weighted"},
    ),
    ("/min_coverage", 2, {"found": 2, "expected": "0–1"}),
    ("/min_group_weight", 101, {"found": 101, "expected": "0–100"}),
    ("/groups/1/k_min", 0, {"found": 0, "expected": "≥ 1"}),
    (
        "/groups",
        [],
        {"expected": "A list with something in it", "expected_zh": "非空列表", "found": "[]"},
    ),
    ("/groups", {}, {"expected": "A list", "expected_zh": "列表", "found": "{…}"}),
    (
        "/dimensions",
        [],
        {"expected": "A list with something in it", "expected_zh": "非空列表", "found": "[]"},
    ),
    (
        ELEMENTS,
        [],
        {"expected": "A list with something in it", "expected_zh": "非空列表", "found": "[]"},
    ),
    ("/scale", [], {"expected": "An object", "expected_zh": "对象", "found": "[…]"}),
    ("/scale", None, {"expected": "An object", "expected_zh": "对象", "found": "null"}),
    ("/raters/0", 3, {"expected": "An object", "expected_zh": "对象", "found": "“3”"}),
    ("/id", " ", {"expected": "Some text", "expected_zh": "非空文字", "found": "“ ”"}),
    ("/adjust_cap", 5.0, {"found": 5.0}),
    ("/adjust_cap", [5], {"found": "“[5]”"}),
    ("/adjust_cap", "1/3", {"found": "“1/3”"}),
    ("/calibration/0/delta", "-5.01", {"found": "-5.01", "expected": "5"}),
    ("/calibration/0/delta", "0.005", {"found": "0.005", "places": 2}),
    ("/calibration/0/reason", "too short", {"expected": 10}),
    (f"{ELEMENTS}/0/gate", {"max_grade": "Z"}, {"found": "Z", "expected": "S, A, B, C, D"}),
    (f"{ELEMENTS}/0/gate", {"max_score": "80.001"}, {"found": "80.001", "places": 2}),
    (f"{ELEMENTS}/0/gate", {}, {"found": "max_grade"}),
    (KPI, {"method": "gate", "max_grade": "B", "status": "pending"}, {"found": "K1"}),
    (KPI, {"method": "manual", "actual": 6, "reason": "seen"}, {"found": "6"}),
    (KPI, {"method": "manual", "actual": 4}, {"found": "reason"}),
    (KPI, {"method": "manual", "actual": 4, "reason": "x"}, {"expected": 2}),
]


@pytest.mark.parametrize(("pointer", "value", "facts"), TOLD)
def test_a_refusal_tells_what_was_found_and_what_would_be_right(
    pointer: str, value: object, facts: dict[str, object]
) -> None:
    with pytest.raises(ScoringError) as caught:
        read_example(changed(KEY_ACCOUNT, pointer, value))

    assert caught.value.facts == facts
    for fact in facts.values():
        sentences = caught.value.message_en + caught.value.message_zh
        assert str(fact) in sentences


def test_a_missing_field_is_told_by_its_name() -> None:
    with pytest.raises(ScoringError) as caught:
        read_example(without(KEY_ACCOUNT, "/groups/0/weight"))

    assert caught.value.facts == {"found": "weight"}


def test_a_long_text_is_quoted_by_its_first_forty_characters() -> None:
    with pytest.raises(ScoringError) as caught:
        exact("x" * 41)

    assert caught.value.facts == {"found": f"“{'x' * 40}”"}
    assert not caught.value.where


def test_nothing_is_quoted_as_null() -> None:
    with pytest.raises(ScoringError) as caught:
        exact(None, "/there")

    assert caught.value.facts == {"found": "“null”"}
    assert caught.value.where == "/there"


def test_a_number_that_is_refused_keeps_its_place() -> None:
    for value in ("often", "1e999", [5]):
        with pytest.raises(ScoringError) as caught:
            exact(value, "/there")
        assert caught.value.where == "/there"


def test_a_number_that_is_too_long_is_not_repeated() -> None:
    with pytest.raises(ScoringError) as caught:
        exact("1" * 61)

    assert caught.value.facts == {}
