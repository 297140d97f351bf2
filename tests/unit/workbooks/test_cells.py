"""Cells are tidied where nothing can be lost, and refused where one would have to guess."""

import pytest

from app.questionnaires.exchange.layout import GROUPS
from app.workbooks.cells import is_time_zone, read_number, tidy_cell
from app.workbooks.layout import KPI, PEOPLE, RELATIONS, SheetLayout
from app.workbooks.problems import Adjustment, RowProblem


@pytest.mark.parametrize(
    ("layout", "key", "raw", "text", "adjusted"),
    [
        (PEOPLE, "staff_number", "10086", "10086", ()),
        (PEOPLE, "staff_number", " 10086\u00a0", "10086", (Adjustment.TRIMMED,)),
        (PEOPLE, "staff_number", "１００８６", "10086", (Adjustment.HALF_WIDTH,)),
        (PEOPLE, "staff_number", "00123", "00123", ()),
        (PEOPLE, "staff_number", "A\u200b1", "A1", (Adjustment.TRIMMED,)),
        (PEOPLE, "name", "张\u3000喆", "张 喆", (Adjustment.TRIMMED,)),
        (PEOPLE, "name", "Ａｎｎ", "Ａｎｎ", ()),
        (PEOPLE, "name", "a\u202eb\x00c\x07", "abc", (Adjustment.TRIMMED,)),
        (PEOPLE, "name", "欧阳 祎", "欧阳 祎", ()),
        (PEOPLE, "email", "Anna@Firm.Example", "anna@firm.example", (Adjustment.LOWER_CASE_EMAIL,)),
        (PEOPLE, "email", "a＠b.example", "a@b.example", (Adjustment.HALF_WIDTH,)),
        (PEOPLE, "joined_on", "45352", "2024-03-01", (Adjustment.EXCEL_DATE,)),
        (PEOPLE, "joined_on", "2024/3/1", "2024-03-01", ()),
        (PEOPLE, "joined_on", "2024年3月1日", "2024-03-01", ()),
        (PEOPLE, "joined_on", "2024.03.01", "2024-03-01", ()),
        (PEOPLE, "joined_on", "２０２４-03-01", "2024-03-01", (Adjustment.HALF_WIDTH,)),
        (PEOPLE, "joined_on", "", "", ()),
        (PEOPLE, "locale", "中文", "zh", ()),
        (PEOPLE, "locale", "EN", "en", ()),
        (PEOPLE, "kind", "Customer", "customer", ()),
        (PEOPLE, "time_zone", "Europe/Berlin", "Europe/Berlin", ()),
        (RELATIONS, "relation", "同级", "peer", ()),
        (RELATIONS, "relation", "同事", "peer", (Adjustment.RELATION_WORD,)),
        (RELATIONS, "relation", "Manager", "supervisor", (Adjustment.RELATION_WORD,)),
        (
            RELATIONS,
            "reviewer",
            "Zhou@Customer.example",
            "zhou@customer.example",
            (Adjustment.LOWER_CASE_EMAIL,),
        ),
        (RELATIONS, "reviewer", "10086", "10086", ()),
        (KPI, "weight", "12.5", "12.5", ()),
        (KPI, "parameters", " 15=60\n18=100 ", "15=60\n18=100", (Adjustment.TRIMMED,)),
        (KPI, "parameters", "超时=10", "超时=10", ()),
    ],
)
def test_a_cell_is_tidied(
    layout: SheetLayout, key: str, raw: str, text: str, adjusted: tuple[Adjustment, ...]
) -> None:
    cell = tidy_cell(raw, layout.column(key))

    assert (cell.text, cell.adjusted, cell.problem) == (text, adjusted, None)


@pytest.mark.parametrize(
    ("layout", "key", "raw", "problem"),
    [
        (PEOPLE, "name", "", RowProblem.REQUIRED),
        (PEOPLE, "name", " \u200b ", RowProblem.REQUIRED),
        (PEOPLE, "name", "x" * 201, RowProblem.TOO_LONG),
        (PEOPLE, "name", "#ERROR!", RowProblem.FORMULA_ERROR),
        (PEOPLE, "staff_number", "10 086", RowProblem.BAD_STAFF_NO),
        (PEOPLE, "staff_number", "a@b", RowProblem.BAD_STAFF_NO),
        (PEOPLE, "email", "anna", RowProblem.BAD_EMAIL),
        (PEOPLE, "email", "anna@firm", RowProblem.BAD_EMAIL),
        (PEOPLE, "email", "a b@firm.example", RowProblem.BAD_EMAIL),
        (PEOPLE, "email", "a@firm..example", RowProblem.BAD_EMAIL),
        (PEOPLE, "email", "安娜@firm.example", RowProblem.BAD_EMAIL),
        (PEOPLE, "email", "a@b.example\r\nBcc: c@d.example", RowProblem.BAD_EMAIL),
        (PEOPLE, "email", "a" * 65 + "@firm.example", RowProblem.BAD_EMAIL),
        (PEOPLE, "joined_on", "2024-02-30", RowProblem.BAD_DATE),
        (PEOPLE, "joined_on", "03/04/2024", RowProblem.BAD_DATE),
        (PEOPLE, "joined_on", "5", RowProblem.BAD_DATE),
        (PEOPLE, "joined_on", "soon", RowProblem.BAD_DATE),
        (PEOPLE, "locale", "fr", RowProblem.BAD_LOCALE),
        (PEOPLE, "kind", "供应商", RowProblem.BAD_KIND),
        (PEOPLE, "time_zone", "Beijing", RowProblem.BAD_TIME_ZONE),
        (PEOPLE, "time_zone", "EST", RowProblem.BAD_TIME_ZONE),
        (RELATIONS, "relation", "朋友", RowProblem.BAD_RELATION),
        (RELATIONS, "relation", "", RowProblem.REQUIRED),
        (RELATIONS, "reviewer", "zhou@", RowProblem.BAD_EMAIL),
        (KPI, "weight", "1,5", RowProblem.BAD_NUMBER),
        (KPI, "weight", "1,200", RowProblem.BAD_NUMBER),
        (KPI, "weight", "95%", RowProblem.BAD_NUMBER),
        (KPI, "weight", "1e5", RowProblem.BAD_NUMBER),
        (KPI, "weight", "NaN", RowProblem.BAD_NUMBER),
        (KPI, "weight", "٣", RowProblem.BAD_NUMBER),
        (KPI, "weight", "", RowProblem.REQUIRED),
    ],
)
def test_what_is_unclear_is_refused(
    layout: SheetLayout, key: str, raw: str, problem: RowProblem
) -> None:
    assert tidy_cell(raw, layout.column(key)).problem is problem


def test_numbers_and_zones_are_told_from_other_texts() -> None:
    assert str(read_number("-12.50")) == "-12.50"
    assert read_number("12.") is None
    assert is_time_zone("UTC")
    assert not is_time_zone("Mars/Olympus")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("同事", "self supervisor peer subordinate"),
        ("Customers", "customer"),
        ("客户、同事", "self supervisor peer subordinate customer"),
        ("下级，上级", "supervisor subordinate"),
        ("peer / self; direct report", "self peer subordinate"),
        ("同级、同级", "peer"),
    ],
)
def test_several_words_in_one_cell_name_who_is_asked(raw: str, text: str) -> None:
    cell = tidy_cell(raw, GROUPS)

    assert (cell.text, cell.problem) == (text, None)


@pytest.mark.parametrize("raw", ["朋友", "同级、", "上级 同级", "、"])
def test_a_word_that_names_nobody_is_refused_with_the_whole_cell(raw: str) -> None:
    cell = tidy_cell(raw, GROUPS)

    assert (cell.text, cell.problem) == (raw, RowProblem.BAD_GROUPS)
