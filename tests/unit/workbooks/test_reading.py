"""What is read is what stands in the file, whatever wrote it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from xlsxwriter.worksheet import Worksheet

from app.workbooks.problems import FileProblem, WorkbookError
from app.workbooks.reading import FORMULA_ERROR, read_workbook
from app.workbooks.writing import SafeWorkbook
from tests.workbook_files import make_workbook, repack, sheet_named

DAY_AND_TIME = datetime(2024, 3, 1, 8, 30, tzinfo=UTC).replace(tzinfo=None)
HEADER = "工号,姓名,邮箱"


def sheet_with(write: object) -> tuple[str, ...]:
    workbook = SafeWorkbook()
    sheet: Worksheet = workbook.add_sheet("人员")
    assert callable(write)
    write(workbook, sheet)
    return read_workbook(workbook.close())[0].header.cells


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10086, "10086"),
        (Decimal("18.7"), "18.7"),
        (100000, "100000"),
        (Decimal("1E+5"), "100000"),
        (Decimal("1E+21"), "1000000000000000000000"),
        (Decimal("-0.5"), "-0.5"),
        ("00123", "00123"),
        ("=1+1", "=1+1"),
        (" 张 喆 ", " 张 喆 "),
        ("𠮷野家", "𠮷野家"),
    ],
)
def test_a_cell_is_read_exactly(value: str | int | Decimal, text: str) -> None:
    cells = sheet_with(lambda workbook, sheet: workbook.write(sheet, 0, 0, value))

    assert cells == (text,)


def test_dates_are_read_as_iso() -> None:
    def write(workbook: SafeWorkbook, sheet: Worksheet) -> None:
        sheet.write_datetime(0, 0, date(2024, 3, 1), workbook.style(num_format="yyyy-mm-dd"))
        sheet.write_datetime(0, 1, DAY_AND_TIME, workbook.style(num_format="d h:mm"))
        sheet.write_boolean(0, 2, True)
        sheet.write_boolean(0, 3, False)
        sheet.write_number(0, 4, 0.5, workbook.style(num_format="hh:mm"))

    assert sheet_with(write) == (
        "2024-03-01",
        "2024-03-01 08:30:00",
        "TRUE",
        "FALSE",
        "12:00:00",
    )


def test_a_formula_gives_its_last_result_and_its_error_is_not_taken_for_an_empty_cell() -> None:
    def write(_: SafeWorkbook, sheet: Worksheet) -> None:
        sheet.write_formula(0, 0, "=6*7", None, 42)
        sheet.write_formula(0, 1, "=1/0", None, "#DIV/0!")

    assert sheet_with(write) == ("42", FORMULA_ERROR)


def test_rows_keep_the_number_that_the_spreadsheet_shows() -> None:
    workbook = SafeWorkbook()
    sheet = workbook.add_sheet("人员")
    workbook.write(sheet, 2, 1, "header")
    workbook.write(sheet, 5, 1, "row")

    read = read_workbook(workbook.close())[0]

    assert read.header.number == 3
    assert read.header.cells == ("", "header")
    assert [row.number for row in read.rows] == [6]


def test_an_empty_sheet_has_no_header() -> None:
    workbook = SafeWorkbook()
    workbook.add_sheet("人员")

    assert read_workbook(workbook.close())[0].header.cells == ()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"], ids=lambda name: name
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_csv_is_read_in_the_encodings_and_delimiters_in_use(encoding: str, delimiter: str) -> None:
    text = f'{HEADER}\r\n007,张喆,a@b.example\r\n\r\n8,"李, 玥",c@d.example\r\n'
    content = text.replace(",", delimiter).encode(encoding)

    sheet = read_workbook(content)[0]

    assert sheet.is_csv
    assert sheet.header.cells == ("工号", "姓名", "邮箱")
    assert [row.number for row in sheet.rows] == [2, 4]
    assert sheet.rows[0].cells == ("007", "张喆", "a@b.example")
    assert sheet.rows[1].cells[1] == f"李{delimiter} 玥"


def refused(content: bytes) -> FileProblem:
    with pytest.raises(WorkbookError) as caught:
        read_workbook(content)
    return caught.value.problem


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", FileProblem.EMPTY),
        (b" \r\n", FileProblem.EMPTY),
        (b"a" * (10 * 1024 * 1024 + 1), FileProblem.TOO_LARGE),
        (b"\xd0\xcf\x11\xe0 an old workbook", FileProblem.OLD_OR_PROTECTED),
        (b"<!DOCTYPE html><table><tr><td>a</td></tr></table>", FileProblem.NOT_A_WORKBOOK),
        (b"\n<HTML><body>", FileProblem.NOT_A_WORKBOOK),
        (b"<?xml version='1.0'?><a/>", FileProblem.NOT_A_WORKBOOK),
        (b"%PDF-1.7", FileProblem.NOT_A_WORKBOOK),
        (b"a,b\n\0,c", FileProblem.NOT_A_WORKBOOK),
        (b"a,b\n\xff\xff,c", FileProblem.UNKNOWN_ENCODING),
        (b"\xef\xbb\xbfa,\xff", FileProblem.UNKNOWN_ENCODING),
        (b"a,b\n" + b'"' + b"x" * 200_000 + b'"', FileProblem.DAMAGED),
        (b",".join([b"a"] * 201), FileProblem.TOO_MANY_COLUMNS),
        (b"a\n" * 200_001, FileProblem.TOO_MANY_ROWS),
        (b"PK\x03\x04 not really", FileProblem.DAMAGED),
    ],
    ids=lambda value: value if isinstance(value, FileProblem) else "",
)
def test_what_is_no_table_is_refused_with_its_reason(content: bytes, problem: FileProblem) -> None:
    assert refused(content) is problem


def test_a_zip_file_without_a_workbook_is_refused() -> None:
    content = repack(make_workbook(), {"xl/workbook.xml": None})

    assert refused(content) is FileProblem.NOT_A_WORKBOOK


def test_all_three_sheets_are_read() -> None:
    sheets = read_workbook(make_workbook())

    assert [sheet.name for sheet in sheets] == ["人员", "评价关系", "指标"]
    assert len(sheet_named(sheets, "人员").rows) == 4
