"""The printed form carries every figure of the rating under its own name, exact beside decimal."""

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from app.scoring.errors import Code
from app.scoring.numbers import decimal_text
from app.scoring.output import as_json
from app.scoring.results import ElementStatus
from app.scoring.worked import score_bytes, score_text
from tests.unit.scoring.worked import KEY_ACCOUNT, SALES_REP, changed, rating_of, worked_input


def _figure(value: Fraction | None) -> object:
    return None if value is None else {"frac": str(value), "dec": decimal_text(value)}


def _carries(printed: Any, result: Any, *names: str) -> None:
    assert {name: printed[name] for name in names} == {
        name: _figure(getattr(result, name)) for name in names
    }


@pytest.mark.parametrize("which", [KEY_ACCOUNT, SALES_REP])
def test_every_figure_of_a_rating_is_printed_under_its_own_name(which: int) -> None:
    rating = rating_of(worked_input(which))
    printed: Any = as_json(rating)

    _carries(printed, rating, "exact", "adjustment", "computed", "calibration", "final")
    _carries(printed, rating, "surviving_weight")
    for name in ("id", "title", "grade", "computed_grade"):
        assert printed[name] == getattr(rating, name)
    assert (printed["status"], printed["leaf"]) == ("rated", [])
    for row, dimension in zip(printed["dimensions"], rating.dimensions, strict=True):
        _carries(row, dimension, "effective_weight", "score", "contribution", "shown")
        assert (row["id"], row["name"]) == (dimension.id, dimension.name)
        for cell, element in zip(row["elements"], dimension.elements, strict=True):
            _carries(cell, element, "effective_weight", "score", "contribution", "shown")
            _carries(cell, element, "self_score", "others_raw")
            assert (cell["id"], cell["name"]) == (element.id, element.name)
            assert cell["status"] == element.status.value
            assert cell["nominal_weight"] == element.nominal_weight
            for line, group in zip(cell["groups"], element.groups, strict=True):
                _carries(line, group, "weight", "mean", "score", "contribution", "shown")
                assert (line["group"], line["n"]) == (group.group, group.n)
    for row, term in zip(printed["terms"], rating.terms, strict=True):
        assert row["term"] == term.name
        _carries(row, term, "exact", "shown")


def test_a_competency_shows_self_beside_the_others_and_a_kpi_shows_neither() -> None:
    elements = [one for d in rating_of(worked_input(KEY_ACCOUNT)).dimensions for one in d.elements]
    by_id = {one.id: one for one in elements}

    assert by_id["C1"].self_score == 5
    assert decimal_text(by_id["C1"].others_raw or Fraction()) == "4.23222222222"
    assert by_id["K1"].self_score is None
    assert by_id["K1"].others_raw is None


def test_without_sentences_only_the_figures_are_printed() -> None:
    rating = rating_of(worked_input(SALES_REP))
    with_sentences, figures = as_json(rating), as_json(rating, explains=False)

    assert "explain" in json.dumps(with_sentences)
    assert "explain" not in json.dumps(figures)
    assert {name: with_sentences[name] for name in ("exact", "grade", "audit")} == {
        name: figures[name] for name in ("exact", "grade", "audit")
    }


@pytest.mark.parametrize(
    ("weight", "printed"), [("55", 55), ("55.5", 55.5), ("33.125", 33.125), (Decimal("55.0"), 55)]
)
def test_a_configured_weight_is_a_plain_number(weight: object, printed: float) -> None:
    document = worked_input(KEY_ACCOUNT)
    document["dimensions"][0]["weight"] = weight
    document["dimensions"][1]["weight"] = Decimal(77) - Decimal(str(weight))
    result: Any = as_json(rating_of(document))

    assert result["dimensions"][0]["weight"] == printed
    assert type(result["dimensions"][0]["weight"]) is type(printed)


def _refusal(text: str) -> tuple[int, Any]:
    outcome = score_text(text)
    return outcome.exit_code, json.loads(outcome.output)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{", "line 1, column 2: Expecting property name enclosed in double quotes"),
        ('{"a": 1,\n "b": }', "line 2, column 7: Expecting value"),
        ('{"a": NaN}', "NaN"),
        ('{"a": -Infinity}', "-Infinity"),
        ('{"a": 1, "b": 2, "a": 3}', "“a” ×2"),
    ],
)
def test_unreadable_json_says_what_is_wrong_and_where(text: str, found: str) -> None:
    code, report = _refusal(text)

    assert code == 2
    assert report == {
        "error": Code.BAD_JSON.value,
        "where": "",
        "message": f"This is not a readable JSON file: {found}.",
        "message_zh": f"文件不是可读取的 JSON：{found}。",
    }


def test_a_mark_of_the_byte_order_is_no_part_of_the_file() -> None:
    text = json.dumps(worked_input(KEY_ACCOUNT), default=str)

    assert score_text("\ufeff" + text) == score_text(text)
    assert score_bytes(text.encode()) == score_text(text)


def test_in_a_file_of_examples_a_refusal_points_into_its_example() -> None:
    good = worked_input(SALES_REP)
    bad = changed(KEY_ACCOUNT, "/dimensions/0/weight", 54)
    code, report = _refusal(json.dumps({"examples": [good, bad]}, default=str))
    twice, again = _refusal(json.dumps({"examples": [good, good]}, default=str))

    assert (code, report["where"]) == (2, "/examples/1/dimensions")
    assert (twice, again["error"], again["where"]) == (2, "duplicate_id", "/examples/1/id")


def test_an_element_that_leaves_is_printed_with_its_status_and_without_a_score() -> None:
    elements: Any = as_json(rating_of(worked_input(SALES_REP)))["dimensions"]
    leaves = elements[0]["elements"][4]

    assert leaves["status"] == ElementStatus.NOT_APPLICABLE.value
    assert (leaves["score"], leaves["groups"], leaves["nominal_weight"]) == (None, [], 10)
    assert leaves["effective_weight"] == {"frac": "0", "dec": "0"}
