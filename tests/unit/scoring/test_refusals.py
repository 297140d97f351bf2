"""Every way in which an example is refused: its code, the place it points to, its sentences."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from app.scoring.apportion import largest_remainder, quotas
from app.scoring.document import read_example
from app.scoring.errors import Code, Complaint, ScoringError
from app.scoring.numbers import exact
from app.scoring.rating import require_grade
from app.scoring.worked import score_text
from tests.unit.scoring.worked import KEY_ACCOUNT, changed, rating_of, without, worked_input

ELEMENTS = "/dimensions/0/elements"
KPI = f"{ELEMENTS}/0/kpi"

# What is set, the code it is refused with, and where the refusal points (see _place).
CHANGES: list[tuple[str, object, str, str | None]] = [
    ("/dimensions/0/weight", 54, "weights_not_100", "/dimensions"),
    ("/dimensions/0/weight", Decimal("55.0000001"), "weights_not_100", "/dimensions"),
    (f"{ELEMENTS}/1/weight", "30.5", "weights_not_100", ELEMENTS),
    ("/groups/0/weight", 41, "weights_not_100", "/groups"),
    ("/dimensions/0/weight", -55, "negative_weight", None),
    (f"{ELEMENTS}/1/weight", "-30", "negative_weight", None),
    ("/groups/0/weight", -40, "negative_weight", None),
    ("/dimensions/1/elements/4/items/0/w", -1, "negative_weight", None),
    ("/adjust_cap", -1, "negative_weight", None),
    ("/coefficient", "-0.5", "negative_weight", None),
    ("/dimensions/1/elements/4/items", [{"id": "q1", "w": 0}], "bad_value", None),
    (f"{KPI}/target", 0, "target_zero", None),
    (f"{KPI}/target", "-5", "bad_value", None),
    (f"{KPI}/actual", "-1", "bad_value", None),
    (KPI, {"method": "ratio_signed", "target": 0, "actual": 1}, "target_zero", f"{KPI}/target"),
    (KPI, {"method": "mirror", "target": 0, "actual": 1}, "target_zero", f"{KPI}/target"),
    (KPI, {"method": "inverse", "target": 0, "actual": 1}, "target_zero", f"{KPI}/target"),
    (KPI, {"method": "inverse", "target": 2, "actual": 0}, "bad_value", f"{KPI}/actual"),
    (f"{KPI}/method", "magic", "unknown_method", None),
    (f"{KPI}/method", 7, "bad_value", None),
    (f"{KPI}/actual", None, "pending_kpi", KPI),
    (f"{KPI}/status", "pending", "pending_kpi", KPI),
    (f"{KPI}/status", "someday", "bad_value", None),
    (f"{KPI}/cap", 90, "cap_floor", None),
    (f"{KPI}/floor", 101, "cap_floor", None),
    ("/kpi_cap", 99, "cap_floor", None),
    ("/kpi_floor", 101, "cap_floor", None),
    (f"{ELEMENTS}/2/kpi/knots", [["15", 60]], "knot_order", None),
    (f"{ELEMENTS}/2/kpi/knots", [[15, 60], [20, 120], [18, 100]], "knot_order", None),
    (f"{ELEMENTS}/2/kpi/knots", [[15, 60], [15, 100]], "knot_order", None),
    (f"{ELEMENTS}/2/kpi/knots", [[15, 60], [18, 100], [20, 80]], "knot_order", None),
    (f"{ELEMENTS}/2/kpi/below", 70, "knot_order", f"{ELEMENTS}/2/kpi/knots"),
    (f"{ELEMENTS}/2/kpi/knots", [[15, 60, 1], [18, 100]], "bad_value", "+/0"),
    ("/dimensions/2/elements/0/kpi/bands", [], "band_gap", None),
    ("/dimensions/2/elements/0/kpi/bands/3/hi", 39, "band_gap", ".."),
    ("/dimensions/2/elements/0/kpi/bands/3/hi", 41, "band_overlap", ".."),
    ("/dimensions/2/elements/0/kpi/bands/3/hi_inc", True, "band_overlap", ".."),
    ("/dimensions/2/elements/0/kpi/bands/0/lo_inc", False, "band_gap", ".."),
    ("/dimensions/2/elements/0/kpi/bands/0/lo", None, "band_overlap", ".."),
    ("/dimensions/2/elements/0/kpi/bands/0/hi", 90, "band_gap", ".."),
    ("/dimensions/2/elements/0/kpi/bands/1/hi", None, "band_overlap", ".."),
    ("/dimensions/2/elements/0/kpi/bands/1/hi", 50, "bad_value", ".."),
    ("/dimensions/2/elements/0/kpi/bands/1/hi", 40, "bad_value", ".."),
    ("/dimensions/2/elements/0/kpi/bands/3/lo", 10, "band_gap", ".."),
    ("/dimensions/2/elements/0/kpi/bands/0/lo_inc", "yes", "bad_value", None),
    ("/dimensions/1/elements/2/kpi/events", [["late", 10, Decimal("1.5")]], "bad_value", "+/0/2"),
    ("/dimensions/1/elements/2/kpi/events", [["late", 10, -1]], "bad_value", "+/0/2"),
    ("/dimensions/1/elements/2/kpi/events", [["late", -1, 1]], "negative_weight", "+/0/1"),
    ("/answers_deleted_on", "2027-12-18", "answers_deleted", None),
    ("/raters/0/a/q1", 6, "answer_out_of_scale", None),
    ("/raters/0/a/q1", "4.5", "answer_out_of_scale", None),
    ("/raters/0/a/q1", "often", "bad_value", None),
    ("/raters/0/a/q1", True, "bad_value", None),
    ("/raters/0/a/q1", 4.0, "float_input", None),
    ("/raters/1/group", "friend", "unknown_group", None),
    ("/raters/1/id", "s1", "duplicate_rater", None),
    ("/dimensions/1/id", "D1", "duplicate_id", None),
    ("/dimensions/1/id", "ADJ", "duplicate_id", None),
    (f"{ELEMENTS}/1/id", "K1", "duplicate_id", None),
    ("/dimensions/1/elements/0/id", "K1", "duplicate_id", None),
    ("/dimensions/1/elements/4/items/1/id", "q1", "duplicate_id", None),
    ("/groups/1/id", "supervisor", "duplicate_id", None),
    ("/grades/1", ["S", 90], "duplicate_id", "/grades/1/0"),
    ("/scale/anchors/1", [1, 40], "duplicate_id", "/scale/anchors/1/0"),
    ("/grades/1", ["A", 100], "band_overlap", "/grades"),
    ("/grades/4", ["D", 1], "band_gap", "/grades"),
    ("/grades", [], "band_gap", None),
    ("/scale/anchors", [[1, 20], [5, 100]], "bad_value", None),
    ("/scale/anchors", [[n, 20 * n] for n in range(1, 7)], "bad_value", None),
    ("/scale/anchors/1", [2, 10], "bad_value", "/scale/anchors"),
    ("/scale/min", 5, "bad_value", "/scale"),
    ("/scale/max", 10**9, "bad_value", "/scale/anchors"),
    ("/final/dp", 7, "bad_value", None),
    ("/final/dp", -1, "bad_value", None),
    ("/final/mode", "up", "bad_value", None),
    ("/final/mode", "any", "bad_value", None),
    ("/final/max", "119.999", "bad_value", None),
    ("/final/min", 120, "bad_value", "/final"),
    ("/aggregate", "mode", "bad_value", None),
    ("/min_coverage", 2, "bad_value", None),
    ("/min_group_weight", 101, "bad_value", None),
    ("/groups/1/k_min", 0, "bad_value", None),
    ("/groups", [], "bad_value", None),
    ("/groups", {}, "bad_value", None),
    ("/dimensions", [], "bad_value", None),
    (ELEMENTS, [], "bad_value", None),
    ("/scale", [], "bad_value", None),
    ("/scale", None, "bad_value", None),
    ("/raters/0", 3, "bad_value", None),
    ("/id", " ", "bad_value", None),
    ("/adjust_cap", 5.0, "float_input", None),
    ("/adjust_cap", [5], "bad_value", None),
    ("/adjust_cap", "1/3", "bad_value", None),
    ("/adjust_cap", "1e999", "bad_value", None),
    ("/adjust_cap", "0." + "1" * 99, "bad_value", None),
    ("/adjust_cap", 10**80, "bad_value", None),
    ("/calibration/0/delta", "-5.01", "bad_value", "/calibration"),
    ("/calibration/0/delta", "0.005", "bad_value", None),
    ("/calibration/0/reason", "too short", "bad_value", None),
    ("/calibration/0/base_hash", "0" * 64, "stale_calibration", None),
    (f"{ELEMENTS}/0/items", [{"id": "q"}], "bad_value", f"{ELEMENTS}/0"),
    (f"{ELEMENTS}/0/gate", {"max_grade": "Z"}, "bad_value", "+/max_grade"),
    (f"{ELEMENTS}/0/gate", {"max_score": "80.001"}, "bad_value", "+/max_score"),
    (f"{ELEMENTS}/0/gate", {}, "missing_field", "+/max_grade"),
    (KPI, {"method": "gate", "max_grade": "B", "status": "pending"}, "pending_kpi", None),
    (KPI, {"method": "manual", "actual": 6, "reason": "seen"}, "answer_out_of_scale", "+/actual"),
    (KPI, {"method": "manual", "actual": 4}, "missing_field", "+/reason"),
    (KPI, {"method": "manual", "actual": 4, "reason": "x"}, "bad_value", "+/reason"),
]

STEPS: dict[str, Any] = {
    "method": "step_delta",
    "base": 100,
    "unit": 3,
    "per": 1,
    "full_steps": True,
    "target": 10,
    "actual": 11,
}

MISSING = [
    "/id",
    "/scale",
    "/scale/anchors",
    "/grades",
    "/groups",
    "/dimensions",
    "/raters",
    "/groups/0/weight",
    "/dimensions/0/elements",
    "/dimensions/0/weight",
    f"{ELEMENTS}/0/weight",
    f"{KPI}/method",
    f"{KPI}/target",
    f"{KPI}/actual",
    "/dimensions/1/elements/4/items",
    "/dimensions/1/elements/4/items/0/id",
    "/raters/0/group",
    "/raters/0/a",
    "/adjustments/0/points",
    "/calibration/0/reason",
]


def _refusal(document: dict[str, Any]) -> ScoringError:
    with pytest.raises(ScoringError) as caught:
        read_example(document)
    return caught.value


def _place(pointer: str, where: str | None) -> str:
    """``..`` is the list of bands, ``+`` leads on from what was set, None is what was set."""
    if where is None:
        return pointer
    if where == "..":
        return pointer[: pointer.index("/bands") + len("/bands")]
    return pointer + where.removeprefix("+") if where.startswith("+") else where


@pytest.mark.parametrize(("pointer", "value", "code", "where"), CHANGES)
def test_a_wrong_value_is_refused_with_its_code_and_place(
    pointer: str, value: object, code: str, where: str | None
) -> None:
    refusal = _refusal(changed(KEY_ACCOUNT, pointer, value))

    assert (refusal.code, refusal.where) == (code, _place(pointer, where))


def test_a_pointer_is_written_as_its_standard_says() -> None:
    document = worked_input(KEY_ACCOUNT)
    document["raters"][0]["a"]["nobody~asked/this"] = 4

    assert _refusal(document).where == "/raters/0/a/nobody~0asked~1this"


@pytest.mark.parametrize("pointer", MISSING)
def test_a_missing_field_is_named_where_it_should_stand(pointer: str) -> None:
    refusal = _refusal(without(KEY_ACCOUNT, pointer))

    assert (refusal.code, refusal.where) == (Code.MISSING_FIELD, pointer)
    assert pointer.rsplit("/", 1)[1] in refusal.message_en


def test_steps_must_say_whether_only_whole_ones_count() -> None:
    steps = {name: value for name, value in STEPS.items() if name != "full_steps"}

    refusal = _refusal(changed(KEY_ACCOUNT, KPI, steps))

    assert (refusal.code, refusal.where) == (Code.MISSING_FIELD, f"{KPI}/full_steps")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("unit", 0, "bad_value"),
        ("target", 0, "target_zero"),
        ("per", -1, "negative_weight"),
        ("cap_up", -1, "negative_weight"),
        ("delta", "pp", "bad_value"),
    ],
)
def test_steps_are_checked_part_by_part(name: str, value: object, code: str) -> None:
    refusal = _refusal(changed(KEY_ACCOUNT, KPI, {**STEPS, name: value}))

    assert (refusal.code, refusal.where) == (code, f"{KPI}/{name}")


@pytest.mark.parametrize("trim", ["0.5", "-0.1"])
def test_at_most_half_can_be_trimmed(trim: str) -> None:
    document = changed(KEY_ACCOUNT, "/aggregate", "trimmed")
    document["trim"] = trim

    assert (_refusal(document).code, _refusal(document).where) == (Code.BAD_VALUE, "/trim")


def test_trimming_nobody_is_allowed_and_is_the_mean() -> None:
    document = changed(KEY_ACCOUNT, "/aggregate", "trimmed")
    document["trim"] = 0

    assert rating_of(document) == rating_of(worked_input(KEY_ACCOUNT))


def test_trimming_must_say_how_much() -> None:
    refusal = _refusal(changed(KEY_ACCOUNT, "/aggregate", "trimmed"))

    assert (refusal.code, refusal.where) == (Code.MISSING_FIELD, "/trim")


def test_a_refusal_points_into_the_file_it_came_from() -> None:
    with pytest.raises(ScoringError) as caught:
        read_example(changed(KEY_ACCOUNT, f"{KPI}/target", 0), where="/examples/3")

    assert caught.value.where == f"/examples/3{KPI}/target"


def test_quotas_must_sum_to_one_hundred() -> None:
    with pytest.raises(ScoringError) as caught:
        quotas({"A": exact(20), "B": exact(79)}, people=10)

    assert caught.value.code is Code.QUOTA_SUM


def test_nothing_can_be_shared_out_by_no_weight() -> None:
    with pytest.raises(ScoringError) as caught:
        largest_remainder({"A": exact(0)}, seats=3)

    assert caught.value.code is Code.BAD_VALUE


def test_a_grade_is_refused_where_too_few_raters_answered() -> None:
    document = worked_input(KEY_ACCOUNT)
    document["dimensions"] = [document["dimensions"][3]]
    document["dimensions"][0]["weight"] = 100
    items = {"q6", "q7", "q8", "q9"}
    for rater in document["raters"]:
        rater["a"] = {item: None for item in rater["a"] if item in items}
    example = read_example(document)

    with pytest.raises(ScoringError) as caught:
        require_grade(example, rating_of(document))

    assert caught.value.code is Code.INSUFFICIENT_RATERS


def test_a_grade_is_refused_where_too_little_weight_is_left() -> None:
    document = worked_input(KEY_ACCOUNT)
    for element in document["dimensions"][0]["elements"]:
        element["kpi"]["status"] = "not_applicable"
    example = read_example(document)

    with pytest.raises(ScoringError) as caught:
        require_grade(example, rating_of(document))

    assert caught.value.code is Code.INCOMPLETE_RESULT
    assert "45" in caught.value.message_en


def test_a_rated_example_has_its_grade() -> None:
    document = worked_input(KEY_ACCOUNT)

    assert require_grade(read_example(document), rating_of(document)) == "A"


@pytest.mark.parametrize("complaint", list(Complaint), ids=lambda one: one.name)
def test_every_complaint_is_a_sentence_in_both_languages_with_the_same_facts(
    complaint: Complaint,
) -> None:
    sentence = complaint.value
    facts = re.compile(r"{(found|lo|hi|floor|cap|places)}")

    assert sentence.en.endswith(".")
    assert sentence.zh.endswith("。")
    assert "！" not in sentence.zh
    assert sorted(facts.findall(sentence.en)) == sorted(facts.findall(sentence.zh))


def test_every_code_belongs_to_a_complaint() -> None:
    assert {complaint.value.code for complaint in Complaint} == set(Code)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", ""),
        ("{", ""),
        ("{}}", ""),
        ('{"id": NaN}', ""),
        ('{"id": "a", "id": "b"}', ""),
        ("[" * 100_000, ""),
        ('{"id": ' + "9" * 5000 + "}", ""),
        ('{"id": 1e' + "9" * 30 + "}", ""),
    ],
)
def test_a_file_that_is_not_json_is_refused(text: str, where: str) -> None:
    outcome = score_text(text)
    report = json.loads(outcome.output)

    assert outcome.exit_code == 2
    assert (report["error"], report["where"]) == ("bad_json", where)
    assert report["message"].endswith(".")
    assert report["message_zh"].endswith("。")


@pytest.mark.parametrize(
    ("document", "code", "where"),
    [
        ([], "bad_value", ""),
        (7, "bad_value", ""),
        ({}, "missing_field", "/id"),
        ({"examples": {}}, "bad_value", "/examples"),
        ({"examples": [3]}, "bad_value", "/examples/0"),
        ({"examples": [worked_input(0), worked_input(0)]}, "duplicate_id", "/examples/1/id"),
        (
            {"examples": [worked_input(0), changed(1, f"{KPI}/target", 0)]},
            "target_zero",
            f"/examples/1{KPI}/target",
        ),
    ],
)
def test_the_first_error_of_a_file_is_reported(document: object, code: str, where: str) -> None:
    outcome = score_text(json.dumps(document, default=str))
    report = json.loads(outcome.output)

    assert outcome.exit_code == 2
    assert (report["error"], report["where"]) == (code, where)


def test_json_decimals_are_no_floats() -> None:
    text = json.dumps(worked_input(KEY_ACCOUNT), default=str).replace('"1.5"', "1.5")

    assert score_text(text).exit_code == 0


def test_a_byte_order_mark_is_no_error() -> None:
    assert score_text("\ufeff" + '{"examples": []}').output == "[]"
