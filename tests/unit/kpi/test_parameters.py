from collections.abc import Mapping
from typing import Any

import pytest

from app.kpi.problems import ParameterError, ParameterProblem
from app.kpi.rules import method_of, read_parameters, write_parameters
from app.kpi.words import METHODS, Wording
from app.schemes.rules import Method

P = ParameterProblem


def read(
    method: str,
    text: str = "",
    *,
    target: str | None = None,
    actual: str | None = "1",
    defaults: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    return read_parameters(method, text, target=target, actual=actual, defaults=defaults)


def refusal(method: str, text: str = "", **cells: Any) -> ParameterError:
    with pytest.raises(ParameterError) as raised:
        read(method, text, **cells)
    return raised.value


@pytest.mark.parametrize(
    ("word", "method"),
    [
        ("比率法", Method.RATIO),
        ("线性插值", Method.INTERPOLATE),
        ("层差法", Method.BAND),
        ("加减分", Method.STEP_DELTA),
        ("扣分法", Method.DEDUCT),
        ("非此即彼", Method.ALL_OR_NOTHING),
        ("反向线性", Method.MIRROR),
        ("反比", Method.INVERSE),
        ("说明法", Method.MANUAL),
        (" RATIO ", Method.RATIO),
        ("ＲＡＴＩＯ", Method.RATIO),
        ("All or nothing", Method.ALL_OR_NOTHING),
    ],
)
def test_a_method_is_known_by_its_name_in_either_language(word: str, method: Method) -> None:
    assert method_of(word) is method


def test_every_method_has_a_word_in_both_languages() -> None:
    """One that is read from the feedback has no row, and so needs no word."""
    assert set(METHODS) == set(Method) - {Method.FROM_FEEDBACK}
    assert all(set(words) == set(Wording) and all(words.values()) for words in METHODS.values())


@pytest.mark.parametrize("word", ["360", "３６０", "360 度评价"])
def test_360_is_a_competency_and_not_a_kpi(word: str) -> None:
    assert method_of(word) is None
    assert refusal(word).problem is P.COMPETENCY


def test_an_unknown_method_is_named() -> None:
    error = refusal("抽签法")

    assert error.problem is P.UNKNOWN_METHOD
    assert error.params == {"found": "抽签法"}


def test_a_ratio_needs_no_parameters() -> None:
    assert read("比率法", target=" １２００ ", actual="1134.50") == {
        "method": "ratio",
        "target": "1200",
        "actual": "1134.5",
    }


def test_knots_may_stand_in_any_order() -> None:
    assert read("线性插值", "20＝120；15％=60\n18：100分；低于=0", actual="18.7%") == {
        "method": "interpolate",
        "knots": [["15", "60"], ["18", "100"], ["20", "120"]],
        "below": "0",
        "actual": "18.7",
    }


@pytest.mark.parametrize(
    "text",
    [
        "<40=0; 40-50=60; 50-60=80; >=60=100",
        "≥60：100；50～60：80；40～50：60；＜40：0",
        "60以上=100; 50至60=80; 40到50=60; 不满40=0",
        "低于40=0; [40,50)=60; [50，60)=80; 不低于60=100",
    ],
)
def test_bands_may_be_written_in_many_ways(text: str) -> None:
    assert read("层差法", text, actual="57")["bands"] == [
        {"hi": "40", "score": "0"},
        {"lo": "40", "hi": "50", "score": "60"},
        {"lo": "50", "hi": "60", "score": "80"},
        {"lo": "60", "score": "100"},
    ]


def test_bands_that_are_closed_above_say_so() -> None:
    assert read("层差法", "≤25=15; (25,30]=10; >30=0")["bands"] == [
        {"hi": "25", "hi_inc": True, "score": "15"},
        {"lo": "25", "lo_inc": False, "hi": "30", "hi_inc": True, "score": "10"},
        {"lo": "30", "lo_inc": False, "score": "0"},
    ]


def test_bands_of_figures_below_zero() -> None:
    kpi = read("band", "<-10=0; -10~0=60; >=0=100")

    assert kpi["bands"][1] == {"lo": "-10", "hi": "0", "score": "60"}


@pytest.mark.parametrize(
    "text",
    [
        "base=100; unit=3; per=1; up=20; down=20; full",
        "基本分=100；每=3%；加扣=1；最多加=20；最多扣=20；整步",
    ],
)
def test_steps_in_english_and_chinese(text: str) -> None:
    assert read("加减分", text, target="860", actual="934.5") == {
        "method": "step_delta",
        "base": "100",
        "unit": "3",
        "per": "1",
        "cap_up": "20",
        "cap_down": "20",
        "full_steps": True,
        "target": "860",
        "actual": "934.5",
    }


def test_steps_in_proportion_with_a_lowest_score() -> None:
    kpi = read("加减分", "基本分=100; 每=3; 加扣=1; 最低分=60; 按比例", target="860")

    assert kpi["full_steps"] is False
    assert kpi["floor_at"] == "60"


@pytest.mark.parametrize(
    "text", ["一般投诉:5x3; 重大投诉:20x1", "一般投诉：５分×3起；重大投诉=20*1"]
)
def test_deductions_name_the_event_its_points_and_its_count(text: str) -> None:
    assert read("扣分法", text, actual=None) == {
        "method": "deduct",
        "base": "100",
        "events": [["一般投诉", "5", 3], ["重大投诉", "20", 1]],
    }


def test_the_count_of_a_single_event_may_stand_in_the_actual_column() -> None:
    assert read("扣分法", "超时:10", actual="2")["events"] == [["超时", "10", 2]]
    assert read("扣分法", "超时:10x2", actual="2.0")["events"] == [["超时", "10", 2]]


def test_counts_that_are_written_must_sum_to_the_actual_figure() -> None:
    assert read("扣分法", "一般:5x3; 重大:20x1", actual="4")["events"][1][2] == 1

    error = refusal("扣分法", "一般:5x3; 重大:20x1", actual="5")
    assert error.problem is P.COUNT_CONFLICT
    assert error.params == {"found": "4", "actual": "5"}


def test_a_deduction_without_any_count_waits_for_it() -> None:
    assert read("扣分法", "超时:10; base=90; 最低分=40", actual="") == {
        "method": "deduct",
        "base": "90",
        "floor": "40",
        "events": [["超时", "10", 0]],
        "status": "pending",
    }


@pytest.mark.parametrize(
    "text", ["超额来自新渠道", "理由：超额来自新渠道", " reason: 超额来自新渠道 "]
)
def test_the_parameter_of_a_manual_score_is_its_reason(text: str) -> None:
    assert read("说明法", text, actual="4") == {
        "method": "manual",
        "reason": "超额来自新渠道",
        "actual": "4",
    }


def test_all_or_nothing_compares_with_its_target() -> None:
    assert read("非此即彼", target="24", actual="24") == {
        "method": "all_or_nothing",
        "target": "24",
        "actual": "24",
    }


@pytest.mark.parametrize(
    ("text", "actual"), [("", "不适用"), ("不适用", ""), ("不适用", "N/A"), ("n/a", None)]
)
def test_not_applicable_may_stand_in_either_column(text: str, actual: str | None) -> None:
    assert read("比率法", text, target="20", actual=actual) == {
        "method": "ratio",
        "target": "20",
        "actual": None,
        "status": "not_applicable",
    }


def test_what_is_not_applicable_needs_no_parameters_and_no_target() -> None:
    assert read("线性插值", "不适用", actual=None)["status"] == "not_applicable"
    assert read("比率法", "", actual="不适用") == {
        "method": "ratio",
        "actual": None,
        "status": "not_applicable",
    }


@pytest.mark.parametrize("actual", [None, "", "  ", "待定", "TBD"])
def test_a_row_without_an_actual_figure_is_pending(actual: str | None) -> None:
    kpi = read("比率法", target="20", actual=actual)

    assert (kpi["actual"], kpi["status"]) == (None, "pending")


def test_zero_is_a_figure_and_not_a_missing_one() -> None:
    assert read("比率法", target="20", actual="-0.0") == {
        "method": "ratio",
        "target": "20",
        "actual": "0",
    }


def test_empty_cells_take_the_schemes_parameters() -> None:
    scheme = {"method": "deduct", "base": "100", "events": [["超时", "10", 0]]}

    assert read("扣分法", actual="2", defaults=scheme)["events"] == [["超时", "10", 2]]
    assert read("ratio", actual="3", defaults={"method": "ratio", "target": "5"})["target"] == "5"


def test_what_a_row_says_itself_wins_over_the_scheme() -> None:
    scheme = {"method": "band", "bands": [{"hi": "1", "score": "0"}, {"lo": "1", "score": "9"}]}

    assert read("band", "<2=0; >=2=100", defaults=scheme)["bands"][0]["hi"] == "2"
    assert refusal("interpolate", defaults=scheme).problem is P.KNOTS_TOO_FEW


STEPS = "base=100; unit=3; per=1; full"
REFUSALS: list[tuple[str, str, dict[str, Any], ParameterProblem, dict[str, str]]] = [
    ("ratio", "15=60", {"target": "1"}, P.UNEXPECTED, {"found": "15=60"}),
    ("ratio", "", {}, P.TARGET_MISSING, {}),
    ("ratio", "", {"target": " "}, P.TARGET_MISSING, {}),
    ("ratio", "", {"target": "0"}, P.TARGET_ZERO, {}),
    ("ratio", "", {"target": "0", "actual": None}, P.TARGET_ZERO, {}),
    ("ratio", "", {"target": "-5"}, P.TARGET_NEGATIVE, {"found": "-5"}),
    ("ratio", "", {"target": "5", "actual": "-1"}, P.ACTUAL_NEGATIVE, {"found": "-1"}),
    ("inverse", "", {"target": "5", "actual": "0"}, P.ACTUAL_NOT_POSITIVE, {"found": "0"}),
    ("step_delta", STEPS, {"target": "0"}, P.TARGET_ZERO, {}),
    ("ratio", "", {"target": "1,200"}, P.BAD_NUMBER, {"found": "1,200"}),
    ("ratio", "", {"target": "5", "actual": "1e5"}, P.BAD_NUMBER, {"found": "1e5"}),
    ("ratio", "", {"target": "5", "actual": "约 4"}, P.BAD_NUMBER, {"found": "约 4"}),
    ("ratio", "", {"target": "9" * 16}, P.BAD_NUMBER, {"found": "9" * 16}),
    ("ratio", "不适用", {"target": "5", "actual": "4"}, P.STATUS_CONFLICT, {"found": "4"}),
    ("ratio", "不适用", {"target": "5", "actual": "待定"}, P.STATUS_CONFLICT, {"found": "待定"}),
    ("interpolate", "", {}, P.KNOTS_TOO_FEW, {}),
    ("interpolate", "15=60", {}, P.KNOTS_TOO_FEW, {}),
    ("interpolate", "15=60; 15.0=70", {}, P.TWICE, {"found": "15.0=70"}),
    ("interpolate", "15=60; 18=100; below=0; 低于=1", {}, P.TWICE, {"found": "低于=1"}),
    ("interpolate", "15=60; 18=100; 20=90", {}, P.KNOTS_NOT_MONOTONE, {}),
    ("interpolate", "15=60, 18=100", {}, P.BAD_NUMBER, {"found": "15=60, 18"}),
    ("interpolate", "15=60; 18", {}, P.NOT_A_PAIR, {"found": "18"}),
    ("band", "<40=0; 50-60=80; >=60=100", {}, P.BAND_GAP, {"found": "40"}),
    ("band", "<40=0; 30-60=80; >=60=100", {}, P.BAND_OVERLAP, {"found": "30"}),
    ("band", "40以下=0; >=40=80", {}, P.BAND_OVERLAP, {"found": "40"}),
    ("band", "<40=0; 60-40=80", {}, P.BAND_EMPTY, {"lo": "60", "hi": "40"}),
    ("band", "", {}, P.BAND_GAP, {"found": "−∞"}),
    ("band", "四十以下=0", {}, P.BAD_RANGE, {"found": "四十以下=0"}),
    ("step_delta", "base=100; unit=3; full", {"target": "5"}, P.MISSING_KEY, {"key": "per"}),
    ("step_delta", f"{STEPS}; cap=9", {"target": "5"}, P.UNKNOWN_KEY, {"found": "cap"}),
    ("step_delta", f"{STEPS}; below=9", {"target": "5"}, P.UNKNOWN_KEY, {"found": "below"}),
    ("step_delta", f"{STEPS}; 按比例", {"target": "5"}, P.TWICE, {"found": "按比例"}),
    ("step_delta", "base=100; unit=3; per=1", {"target": "5"}, P.STEPS_UNSTATED, {}),
    (
        "step_delta",
        "base=100; unit=0; per=1; full",
        {"target": "5"},
        P.NOT_POSITIVE,
        {"key": "unit", "found": "0"},
    ),
    ("deduct", "base=100", {}, P.NO_EVENTS, {}),
    ("deduct", "超时:十分", {}, P.BAD_EVENT, {"found": "超时:十分"}),
    ("deduct", ":10x2", {}, P.BAD_EVENT, {"found": ":10x2"}),
    ("deduct", "超时:-10x2", {}, P.BAD_EVENT, {"found": "超时:-10x2"}),
    ("deduct", "超时:10x1; 超时:5x2", {}, P.TWICE, {"found": "超时:5x2"}),
    ("deduct", "超时:10", {"actual": "1.5"}, P.BAD_COUNT, {"found": "1.5"}),
    ("deduct", "超时:10; 重大:20", {"actual": "2"}, P.COUNT_MISSING, {"found": "超时"}),
    ("deduct", "超时:10; 重大:20x1", {"actual": ""}, P.COUNT_MISSING, {"found": "超时"}),
    ("deduct", "超时:10x1", {"actual": "2"}, P.COUNT_CONFLICT, {"found": "1", "actual": "2"}),
    ("manual", "", {"actual": "4"}, P.REASON_MISSING, {}),
]


@pytest.mark.parametrize(("method", "text", "cells", "problem", "params"), REFUSALS)
def test_what_cannot_be_understood_is_refused_with_its_reason(
    method: str,
    text: str,
    cells: dict[str, Any],
    problem: ParameterProblem,
    params: dict[str, str],
) -> None:
    error = refusal(method, text, **cells)

    assert (error.problem, dict(error.params)) == (problem, params)


def test_every_problem_is_reached_by_a_test() -> None:
    elsewhere = {P.UNKNOWN_METHOD, P.COMPETENCY, P.UNWRITABLE}

    assert {row[3] for row in REFUSALS} | elsewhere == set(ParameterProblem)


def test_parameters_are_written_in_either_language() -> None:
    kpi = read("step_delta", f"{STEPS}; up=20; floor=60", target="5")

    assert write_parameters(kpi) == "base=100; unit=3; per=1; up=20; floor=60; full"
    assert write_parameters(kpi, wording=Wording.ZH) == (
        "基本分=100; 每=3; 加扣=1; 最多加=20; 最低分=60; 整步"
    )


@pytest.mark.parametrize("name", ["", "base", "不适用", "甲;乙"])
def test_an_event_that_would_be_read_as_something_else_is_not_written(name: str) -> None:
    with pytest.raises(ParameterError, match="unwritable"):
        write_parameters({"method": "deduct", "base": "100", "events": [[name, "5", 1]]})


def test_a_band_without_ends_is_not_written() -> None:
    with pytest.raises(ParameterError, match="unwritable"):
        write_parameters({"method": "band", "bands": [{"score": "100"}]})


def test_a_refusal_can_be_read_by_a_person_in_a_log() -> None:
    assert str(refusal("ratio", target="1,200")) == "bad_number: {'found': '1,200'}"
