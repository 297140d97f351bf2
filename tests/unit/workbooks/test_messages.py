"""Every finding can be said in both languages, with all its facts."""

import re

import pytest

from app.workbooks import messages
from app.workbooks.problems import Adjustment, FileProblem, RowError, RowProblem, WorkbookError
from tests.workbook_files import speaking

FACTS = {
    "suggestion": "",
    "first": "7",
    "holder": "王璟",
    "loop": "甲 → 乙 → 甲",
    "name": "李喆",
    "subject": "10005",
    "count": "2",
    "minimum": "3",
    "maximum": "8",
    "known": "业绩",
    "reason": "坏了",
    "person": "王璟",
    "dimension": "业绩",
    "total": "99",
    "competencies": "15",
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def finding(problem: RowProblem, *, found: str = "10O86", **facts: str) -> RowError:
    return RowError(
        sheet="评价关系",
        row=42,
        column_letter="C",
        column_name="关系",
        problem=problem,
        found=found,
        params={**FACTS, **facts},
    )


def test_a_mistyped_number_is_reported_as_people_would_say_it() -> None:
    error = finding(RowProblem.UNKNOWN_STAFF_NO, suggestion="10086")
    with speaking("zh"):
        chinese = messages.row_sentence(error)
    with speaking("en"):
        english = messages.row_sentence(error)

    assert (
        chinese == "评价关系 第 42 行 C 列：工号 10O86 不存在。应为 某位员工的工号。是否为 10086？"
    )
    assert english == (
        "评价关系 row 42, column C: staff number 10O86 does not exist. "
        "Expected the staff number of an employee. Did you mean 10086?"
    )


@pytest.mark.parametrize("problem", RowProblem)
def test_every_problem_has_its_sentence_in_both_languages(problem: RowProblem) -> None:
    error = finding(problem)
    with speaking("en"):
        english = messages.row_sentence(error), messages.group_text(problem)
    with speaking("zh"):
        chinese = messages.row_sentence(error), messages.group_text(problem)

    assert all("%(" not in text for text in (*english, *chinese))
    assert all(CHINESE.search(text) for text in chinese)
    assert english[1] != chinese[1]
    assert "Expected" not in chinese[0]
    assert chinese[0].endswith("。")
    assert english[0].endswith(".")


@pytest.mark.parametrize("problem", FileProblem)
def test_every_refusal_of_a_file_has_its_sentence(problem: FileProblem) -> None:
    error = WorkbookError(problem, limit=10, sheets="人员")
    with speaking("en"):
        english = messages.file_sentence(error)
    with speaking("zh"):
        chinese = messages.file_sentence(error)

    assert "%(" not in english + chinese
    assert CHINESE.search(chinese)
    assert chinese != english


def test_an_empty_cell_is_called_empty() -> None:
    with speaking("zh"):
        assert messages.found_text(finding(RowProblem.BAD_KIND, found="")) == "单元格为空"


def test_a_sentence_of_another_subject_fits_into_ours() -> None:
    with speaking("en"):
        text = messages.row_sentence(finding(RowProblem.BAD_PARAMETERS, reason="It is late."))

    assert ": It is late. Expected" in text


def test_every_adjustment_is_named_in_both_languages() -> None:
    for adjustment in Adjustment:
        with speaking("en"):
            english = messages.adjustment_text(adjustment)
        with speaking("zh"):
            assert messages.adjustment_text(adjustment) != english
