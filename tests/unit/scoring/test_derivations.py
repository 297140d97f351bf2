"""Every figure says where it comes from, in zh and en, and no sentence tells a count of raters."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from app.scoring.output import as_json
from app.scoring.results import Rating
from tests.unit.scoring.rounds import competency, each, round_of
from tests.unit.scoring.worked import KEY_ACCOUNT, SALES_REP, rating_of, worked_input

ANSWERS = {"supervisor": each("c", 4), "peer": each("c", 3, 3, 3), "customer": each("c", 5, 5, 4)}
ADJUSTED = [{"name": "表扬", "points": 2}, {"name": "迟到", "points": "-0.5"}]


def _output(document: dict[str, Any]) -> Any:
    return as_json(rating_of(document))


def _scored(**kpi: Any) -> tuple[str, str]:
    element = {"id": "K", "weight": 100, "kpi": kpi}
    sentence = _output(round_of({}, element))["dimensions"][0]["elements"][0]["explain_score"]
    return sentence["zh"], sentence["en"]


@pytest.mark.parametrize(
    ("kpi", "sentence"),
    [
        ({"method": "ratio", "actual": 1134, "target": 1200}, "94.50 = 100 × 1134 ÷ 1200"),
        (
            {"method": "ratio_signed", "actual": -90, "target": -100},
            "110.00 = 100 × (1 + ((−90) − (−100)) ÷ 100)",
        ),
        ({"method": "mirror", "actual": 66, "target": 60}, "90.00 = 100 × (2 − 66 ÷ 60)"),
        ({"method": "inverse", "actual": 100, "target": 75}, "75.00 = 100 × 75 ÷ 100"),
        (
            {"method": "interpolate", "actual": 48, "knots": [[35, 120], [45, 100], [60, 60]]},
            "92.00 = 100 + (48 − 45) ÷ (60 − 45) × (60 − 100)",
        ),
        (
            {"method": "deduct", "base": 100, "events": [["a", 5, 3], ["b", 20, 1]]},
            "65.00 = 100 − (5 × 3 + 20 × 1)",
        ),
        ({"method": "deduct", "base": 100, "events": []}, "100.00 = 100 − (0)"),
    ],
)
def test_arithmetic_reads_the_same_in_both_languages(kpi: dict[str, Any], sentence: str) -> None:
    assert _scored(**kpi) == (sentence, sentence)


STEPS = {"method": "step_delta", "base": 100, "unit": 3, "per": 1, "full_steps": True}
BANDS = [{"lo": 60, "score": 100}, {"lo": 50, "hi": 60, "score": 80}, {"hi": 50, "score": 0}]
CLOSED = [{"hi": 5, "hi_inc": True, "score": 100}, {"lo": 5, "lo_inc": False, "score": 0}]


@pytest.mark.parametrize(
    ("kpi", "zh", "en"),
    [
        (
            {**STEPS, "actual": "934.5", "target": 860},
            "102.00：偏差 8.66279069767%，每 3% 计 1 分，计 2 次：100 + 2",
            "102.00: deviation 8.66279069767%, steps of 3%: 2 × 1; 100 + 2",
        ),
        (
            {**STEPS, "actual": 5, "target": 12, "delta": "points"},
            "98.00：偏差 (−7)，每 3 计 1 分，计 2 次：100 + (−2)",
            "98.00: deviation (−7), steps of 3: 2 × 1; 100 + (−2)",
        ),
        (
            {"method": "band", "actual": 57, "bands": BANDS},
            "80.00：实际值 57 落在区间 [50, 60) 内，计 80 分",
            "80.00: the actual figure 57 lies in the band [50, 60): 80 points",
        ),
        (
            {"method": "band", "actual": 61, "bands": BANDS},
            "100.00：实际值 61 落在区间 [60, +∞) 内，计 100 分",
            "100.00: the actual figure 61 lies in the band [60, +∞): 100 points",
        ),
        (
            {"method": "band", "actual": 5, "bands": CLOSED},
            "100.00：实际值 5 落在区间 (−∞, 5] 内，计 100 分",
            "100.00: the actual figure 5 lies in the band (−∞, 5]: 100 points",
        ),
        (
            {"method": "band", "actual": 6, "bands": CLOSED},
            "0.00：实际值 6 落在区间 (5, +∞) 内，计 0 分",
            "0.00: the actual figure 6 lies in the band (5, +∞): 0 points",
        ),
        (
            {"method": "interpolate", "actual": 99, "knots": [[5, 60], [12, 100]]},
            "100.00：实际值 99 在节点范围 5–12 之外，计 100 分",
            "100.00: the actual figure 99 lies outside the knots 5 to 12: 100 points",
        ),
        (
            {"method": "all_or_nothing", "actual": 24, "target": 24},
            "100.00：实际值 24 达到目标 24，计 100 分",
            "100.00: the actual figure 24 reaches the target 24: 100 points",
        ),
        (
            {"method": "all_or_nothing", "actual": 23, "target": 24},
            "0.00：实际值 23 未达到目标 24，计 0 分",
            "0.00: the actual figure 23 misses the target 24: 0 points",
        ),
        (
            {"method": "manual", "actual": 4, "reason": "steady {all} year"},
            "80.00：评分 4 对应 80 分；理由：steady {all} year",
            "80.00: the rating 4 is worth 80 points; reason: steady {all} year",
        ),
        (
            {"method": "ratio", "actual": 23, "target": 18},
            "120.00：封顶；127.78 = 100 × 23 ÷ 18",
            "120.00: the cap; 127.78 = 100 × 23 ÷ 18",
        ),
        (
            {"method": "ratio", "actual": 1, "target": 10, "floor": 40},
            "40.00：保底；10.00 = 100 × 1 ÷ 10",
            "40.00: the floor; 10.00 = 100 × 1 ÷ 10",
        ),
        ({"method": "ratio", "status": "zero"}, "0.00：认定为零分", "0.00: set to zero"),
        (
            {"method": "ratio", "status": "not_applicable", "approved_by": "李总"},
            "不适用，其权重由同一维度的其他要素按比例分担（批准人：李总）",
            "not applicable; the others of its dimension share its weight (approved by 李总)",
        ),
    ],
)
def test_every_method_tells_its_figures(kpi: dict[str, Any], zh: str, en: str) -> None:
    assert _scored(**kpi) == (zh, en)


def test_who_approved_that_a_kpi_does_not_apply_stays_in_the_record() -> None:
    approved = {"method": "ratio", "status": "not_applicable", "approved_by": "李总"}
    elements = [{"id": "K", "weight": 50, "kpi": approved}, competency("C", 50)]
    [kpi, asked] = _output(round_of(ANSWERS, *elements))["dimensions"][0]["elements"]

    assert (kpi["method"], kpi["approved_by"]) == ("ratio", "李总")
    assert "approved_by" not in asked
    assert kpi["explain_weight"]["en"] == "left out, so it weighs nothing"
    assert asked["explain_weight"]["en"] == "100% = 50 ÷ 50"


def test_a_competency_is_told_group_by_group() -> None:
    [element] = _output(round_of(ANSWERS))["dimensions"][0]["elements"]
    peer = element["groups"][1]

    assert element["explain_score"]["zh"] == (
        "78.15 = 44.44% × 80.00 + 27.78% × 60.00 + 27.78% × 93.33"
    )
    assert peer["explain"]["en"] == "16.67 = 100% × 100% × 27.78% × 60.00"
    assert peer["explain_weight"]["en"] == "27.78% = 25 ÷ 90"
    assert peer["explain_score"]["zh"] == "60.00：各评价人得分的平均（量表均值 3.00）"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"aggregate": "median"}, "the median of the raters"),
        ({"aggregate": "trimmed", "trim": "0.15"}, "without 15% on each side"),
        ({"aggregate": "drop_k_each_side", "drop_k": 2}, "without the 2 highest and lowest"),
        (
            {"aggregate": "contact_weighted", "contact_weights": {"often": 3, "seldom": 1}},
            "weighted by contact (often 3, seldom 1; 3.00 on the scale)",
        ),
    ],
)
def test_the_rule_of_averaging_is_named_and_not_what_it_did_to_so_many(
    rule: dict[str, Any], words: str
) -> None:
    [element] = _output(round_of(ANSWERS, **rule))["dimensions"][0]["elements"]

    assert words in element["groups"][1]["explain_score"]["en"]


def test_the_further_terms_of_the_total_explain_themselves() -> None:
    document = worked_input(KEY_ACCOUNT) | {"coefficient": "0.9", "adjustments": ADJUSTED}
    document["dimensions"][0]["elements"][0]["gate"] = {"max_score": "80"}
    terms = {one["term"]: one.get("explain") for one in _output(document)["terms"]}

    assert terms["COEF"]["en"] == "−9.07 = (0.9 − 1) × 90.66"
    assert terms["ADJ"]["zh"] == "1.50 = 表扬 2 − 迟到 0.5"
    assert terms["GATE"]["en"] == "−3.09 = 80.00 − 83.10"
    assert terms["D1/K1"] is None


def test_capped_extra_points_and_the_end_of_the_scale_say_so() -> None:
    kpi = {"id": "K", "weight": 100, "kpi": {"method": "ratio", "actual": 118, "target": 100}}
    capped = _output(round_of({}, kpi, adjustments=[{"points": 9}, {"points": -1}]))
    terms = {one["term"]: one.get("explain") for one in capped["terms"]}

    assert terms["ADJ"]["en"] == "5.00 = 9 − 1, at most 5 either way"
    assert terms["CLAMP"]["zh"] == "−3.00 = 120.00 − 123.00"


def test_dimension_calibration_and_grade_are_told_too() -> None:
    output = _output(worked_input(KEY_ACCOUNT))
    [first, *_] = output["dimensions"]

    assert first["explain"]["zh"] == "50.41 = 55% × 91.65"
    assert first["explain_score"]["zh"] == (
        "91.65 = 40% × 94.50 + 30% × 80.00 + 15% × 107.00 + 15% × 92.00"
    )
    assert first["explain_weight"]["zh"] == "55% = 55 ÷ 100"
    assert output["explain_final"]["en"] == "91.66 = 92.16 − 0.50"
    assert output["explain_grade"]["zh"] == "A：最终得分 91.66 对应的等级"


def test_calibration_that_meets_the_end_of_the_scale_says_so() -> None:
    kpi = {"id": "K", "weight": 100, "kpi": {"method": "ratio", "actual": 119, "target": 100}}
    agreed = [{"by": "board", "delta": "3", "reason": "agreed in the meeting"}]
    output = _output(round_of({}, kpi, calibration=agreed))

    assert output["explain_final"]["en"] == "120.00 = 119.00 + 3.00, within the scale and any veto"


@pytest.mark.parametrize(
    ("changes", "final", "grade", "dimension"),
    [
        ({"missing_policy": "hold"}, "Nothing could", "the scheme waits", "a competency waits"),
        ({}, "Nothing could", "too few raters", "nothing could be scored"),
    ],
)
def test_what_does_not_exist_says_why(
    changes: dict[str, Any], final: str, grade: str, dimension: str
) -> None:
    output = _output(round_of({}, **changes))
    [first] = output["dimensions"]

    assert output["explain_final"]["en"].startswith(final)
    assert output["explain_grade"]["en"].startswith(grade)
    assert first["explain"]["en"].startswith(dimension)
    assert first["elements"][0]["explain_score"]["en"].startswith("too few raters")


def test_an_incomplete_result_says_how_much_was_left() -> None:
    gone = {"method": "ratio", "status": "not_applicable"}
    document = round_of(ANSWERS)
    document["dimensions"] = [
        {"id": "D", "weight": 50, "elements": document["dimensions"][0]["elements"]},
        {"id": "E", "weight": 50, "elements": [{"id": "K", "weight": 100, "kpi": gone}]},
    ]

    assert "weighing only 50%" in _output(document)["explain_grade"]["en"]


def test_a_goal_that_does_not_count_says_so() -> None:
    goals = [
        {"id": "G1", "weight": 60, "progress": 90},
        {"id": "G2", "weight": 40, "status": "not_applicable", "approved_by": "李总"},
    ]
    element = {"id": "E", "weight": 100, "goals": goals}
    [row] = _output(round_of({}, element))["dimensions"][0]["elements"]

    assert row["explain_score"]["en"] == "90.00 = 100% × 90.00"
    assert row["goals"][1]["explain"]["zh"].startswith("不适用")
    assert row["goals"][1]["explain_score"]["en"].endswith("(approved by 李总)")
    assert row["goals"][1]["approved_by"] == "李总"


def test_satisfaction_names_the_group_and_its_lines() -> None:
    kpi = {"method": "from_feedback", "group": "customer"}
    elements = [competency("C", 60), {"id": "K", "weight": 40, "kpi": kpi}]
    [_, row] = _output(round_of(ANSWERS, *elements))["dimensions"][0]["elements"]

    assert (
        row["explain_score"]["en"]
        == "93.33: the mean points of the answers of customer: (93.33) ÷ 1"
    )


def test_figures_alone_are_to_be_had_too() -> None:
    rating = rating_of(worked_input(SALES_REP))
    plain = as_json(rating, explains=False)

    assert not list(_sentences(plain))
    assert plain["terms"] == [
        {name: member for name, member in one.items() if name != "explain"}
        for one in _members(as_json(rating)["terms"])
    ]


def _members(value: object) -> list[dict[str, object]]:
    assert isinstance(value, list)
    return value


@pytest.mark.parametrize("which", [KEY_ACCOUNT, SALES_REP])
def test_both_worked_examples_explain_every_part_in_both_languages(which: int) -> None:
    rating = rating_of(worked_input(which))
    sentences = list(_sentences(as_json(rating)))

    assert len(sentences) > 70
    for one in sentences:
        assert one["zh"]
        assert one["en"]
        assert not re.search(r"[{}]|None|Fraction", one["zh"] + one["en"])


def test_no_sentence_tells_how_many_raters_there_were() -> None:
    """The same answers from three peers and from six read the same, word for word."""
    three, six = (
        rating_of(round_of(ANSWERS | {"peer": each("c", *[3] * count)})) for count in (3, 6)
    )

    assert list(_sentences(as_json(three))) == list(_sentences(as_json(six)))
    assert _count(three, "peer") != _count(six, "peer")


def _count(rating: Rating, group: str) -> int:
    return next(one.n for one in rating.dimensions[0].elements[0].groups if one.group == group)


def _sentences(value: object) -> Iterator[dict[str, str]]:
    if isinstance(value, list):
        for one in value:
            yield from _sentences(one)
    elif isinstance(value, dict):
        for name, member in value.items():
            if name.startswith("explain"):
                yield member
            else:
                yield from _sentences(member)


def test_the_arithmetic_of_a_competency_comes_out_as_told() -> None:
    for dimension in rating_of(worked_input(KEY_ACCOUNT)).dimensions:
        for element in dimension.elements:
            told = sum(one.weight * one.score for one in element.groups) / Fraction(100)
            assert told == element.score or not element.groups
