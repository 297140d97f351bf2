"""That a file of published cases is read as its conventions say, whoever wrote it."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.unit.scoring.reference.cases import Case, read_cases
from tests.unit.scoring.reference.comparing import passes


def _case(**changes: Any) -> dict[str, Any]:
    return {"id": "one", "group": "rwg", "input": {"A": 5}, "expected": 1, **changes}


def _read(folder: Path, *cases: dict[str, Any]) -> list[Case]:
    path = folder / "cases.json"
    path.write_text(json.dumps({"cases": cases}), encoding="utf-8")
    return read_cases(path)


def test_an_input_may_name_the_case_whose_data_it_reuses(tmp_path: Path) -> None:
    rows = {"rows": [[1, 2], [3, None]], "A": 7}
    lender, whole, member, renamed, _ = _read(
        tmp_path,
        _case(id="lender", input=rows),
        _case(id="whole", input="lender"),
        _case(id="member", input={"rows": "lender", "A": 5}),
        _case(id="renamed", input={"ratings": "whole"}),
        _case(id="other", input={"ratings": [[1]]}),
    )

    assert lender.given == whole.given == rows
    assert member.given == {**rows, "A": 5}
    assert renamed.given == {"ratings": rows["rows"]}


def test_an_input_may_borrow_from_two_cases(tmp_path: Path) -> None:
    *_, both = _read(
        tmp_path,
        _case(id="figures", input={"x": [1, 2], "w": [1, 1]}),
        _case(id="weights", input={"x": [8, 9], "w": [3, 4]}),
        _case(id="both", input={"x": "figures", "w": "weights"}),
    )

    assert both.given == {"x": [1, 2], "w": [3, 4]}


def test_cases_that_name_each_other_in_a_circle_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="circle"):
        _read(tmp_path, _case(id="a", input="b"), _case(id="b", input="a"))


def _expecting(tmp_path: Path, expected: object, **changes: Any) -> Case:
    return _read(tmp_path, _case(expected=expected, **changes))[0]


@pytest.mark.parametrize(
    ("expected", "answer", "agrees"),
    [
        ("2.83", "2.8333", True),  # rounded as the case prints it
        ("2.84", "2.8333", False),
        ([1, 2], [1, 2], True),
        ([1, 2], [1], False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1}, [1], False),
        (1, [1], False),
        (None, None, True),
        (0, None, False),
        (True, True, True),
        ("A", "A", True),
        ("A", "B", False),
    ],
)
def test_answers_are_compared_as_the_case_prints_them(
    tmp_path: Path, expected: object, answer: object, agrees: bool
) -> None:
    given = Decimal(answer) if isinstance(answer, str) and answer[0].isdigit() else answer

    assert passes(_expecting(tmp_path, expected), given) is agrees


def test_an_anti_case_passes_where_the_engine_gives_something_else(tmp_path: Path) -> None:
    case = _expecting(tmp_path, 2, anti=True)

    assert passes(case, 3)
    assert not passes(case, 2)


@pytest.mark.parametrize(
    ("note", "right"), [("published 2.84 is wrong", True), ("the source prints 2.83", False)]
)
def test_an_anti_case_of_double_rounding_holds_the_right_figure_unless_it_says_otherwise(
    tmp_path: Path, note: str, right: bool
) -> None:
    case = _expecting(tmp_path, "2.83", anti=True, group="no_double_rounding", note=note)

    assert passes(case, Decimal("2.83")) is right
