"""Sheets and columns are found by any of their names, and what is missing is said."""

import pytest

from app.workbooks.layout import LAYOUTS, Part
from app.workbooks.problems import Adjustment, FileProblem, RowProblem, WorkbookError
from app.workbooks.reading import Sheet, SheetRow, read_workbook
from app.workbooks.tables import read_table, read_tables
from app.workbooks.template import write_template
from tests.workbook_files import make_workbook, person


def sheet(header: str, *rows: str, name: str = "relations") -> Sheet:
    return Sheet(
        name=name,
        header=SheetRow(number=1, cells=tuple(header.split("|"))),
        rows=tuple(
            SheetRow(number=number, cells=tuple(row.split("|")))
            for number, row in enumerate(rows, start=2)
        ),
    )


@pytest.mark.parametrize(
    "header",
    [
        "被评人工号|评价人|关系",
        "Subject staff number|Reviewer|Relation",
        "被评人工号*| 评价人 |关系 *",
        "ＳＵＢＪＥＣＴ|rater|rater_group",
    ],
)
def test_a_column_is_known_by_any_of_its_names(header: str) -> None:
    table = read_table(sheet(header, "2|1|上级"), LAYOUTS[Part.RELATIONS])

    assert table.errors == []
    assert table.rows[0].values == {
        "subject_number": "2",
        "reviewer": "1",
        "relation": "supervisor",
    }


@pytest.mark.parametrize("name", ["评价关系", "Relations", " relations ", "关系"])
def test_a_sheet_is_known_by_any_of_its_names(name: str) -> None:
    tables = read_tables([sheet("被评人工号|评价人|关系", name=name)])

    assert [table.part for table in tables] == [Part.RELATIONS]


def test_missing_and_doubled_headers_are_errors_and_unknown_ones_are_named() -> None:
    table = read_table(
        sheet("被评人工号|备注|备注2|被评人工号|关系", "2|x|y|2|上级"), LAYOUTS[Part.RELATIONS]
    )

    found = {(error.problem, error.column_letter, error.column_name) for error in table.errors}
    assert found == {
        (RowProblem.HEADER_TWICE, "A", "被评人工号"),
        (RowProblem.HEADER_MISSING, "F", "评价人"),
    }
    assert table.ignored == ("备注", "备注2")


def test_an_error_names_sheet_row_column_and_what_was_found() -> None:
    error = read_table(sheet("被评人工号|评价人|关系", "2|1|朋友"), LAYOUTS[Part.RELATIONS]).errors[
        0
    ]

    assert (error.sheet, error.row, error.column_letter, error.column_name, error.found) == (
        "relations",
        2,
        "C",
        "关系",
        "朋友",
    )


def test_short_rows_have_empty_cells() -> None:
    table = read_table(sheet("被评人工号|评价人|关系", "2|1"), LAYOUTS[Part.RELATIONS])

    assert [error.problem for error in table.errors] == [RowProblem.REQUIRED]


def test_the_template_can_be_imported_and_holds_no_row() -> None:
    tables = read_tables(read_workbook(write_template()))

    assert [(table.part, len(table.rows), table.errors) for table in tables] == [
        (part, 0, []) for part in Part
    ]
    assert tables[0].adjusted[Adjustment.EXAMPLE_SKIPPED] == 3


def test_a_csv_file_is_known_by_its_headers() -> None:
    content = "工号,姓名,邮箱\n1,王璟,w@firm.example\n".encode("gb18030")

    tables = read_tables(read_workbook(content))

    assert [(table.part, table.sheet) for table in tables] == [(Part.PEOPLE, "人员")]


def test_only_the_wanted_sheets_are_read() -> None:
    tables = read_tables(read_workbook(make_workbook()), only=[Part.KPI])

    assert [table.part for table in tables] == [Part.KPI]


def test_a_workbook_without_any_known_sheet_is_refused() -> None:
    content = make_workbook(people=[person("1", "王璟")], relations=None, kpis=None)

    with pytest.raises(WorkbookError) as caught:
        read_tables(read_workbook(content), only=[Part.RELATIONS])

    assert caught.value.problem is FileProblem.NO_KNOWN_SHEET
    assert caught.value.params == {"sheets": "评价关系"}
