"""The uploaded workbook once more, with its bad cells marked and a sheet that lists them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from flask_babel import gettext
from xlsxwriter.worksheet import Worksheet

from app.workbooks.archives import column_number
from app.workbooks.messages import expected_text, fix_text, found_text
from app.workbooks.problems import RowError
from app.workbooks.reading import Sheet, SheetRow
from app.workbooks.writing import SafeWorkbook, set_widths

ERROR_STYLE = {"bg_color": "#F8D7DA", "font_color": "#B00020", "border": 1}
WARNING_STYLE = {"bg_color": "#FFF3CD", "font_color": "#8A5A00"}
ERROR_SHEETS = frozenset({"错误", "Errors"})
"""The list of an earlier annotated copy is not copied again."""

Findings = dict[tuple[int, int], list[RowError]]


def write_annotated(sheets: Sequence[Sheet], findings: Sequence[RowError]) -> bytes:
    """An XLSX copy: red cells for errors, yellow for warnings, each with its sentence."""
    workbook = SafeWorkbook()
    _add_list(workbook, findings)
    by_sheet: dict[str, Findings] = defaultdict(lambda: defaultdict(list))
    for finding in findings:
        place = finding.row - 1, column_number(finding.column_letter) - 1
        by_sheet[finding.sheet][place].append(finding)
    for sheet in sheets:
        if sheet.name not in ERROR_SHEETS:
            name = _name_in_findings(sheet, by_sheet)
            _copy_sheet(workbook, sheet, name, by_sheet[name])
    return workbook.close()


def _name_in_findings(sheet: Sheet, by_sheet: Iterable[str]) -> str:
    """The findings of a CSV file carry the name of the sheet it stands for."""
    return next(iter(by_sheet), sheet.name) if sheet.is_csv else sheet.name


def _copy_sheet(workbook: SafeWorkbook, sheet: Sheet, name: str, findings: Findings) -> None:
    copy = workbook.add_sheet(name)
    for row in (sheet.header, *sheet.rows):
        _copy_row(workbook, copy, row)
    for (row_index, column), errors in findings.items():
        _mark(workbook, copy, _row_at(sheet, row_index + 1), (row_index, column), errors)
    copy.freeze_panes(sheet.header.number, 0)
    set_widths(copy, [sheet.header.cells, *(row.cells for row in sheet.rows[:50])])


def _copy_row(workbook: SafeWorkbook, copy: Worksheet, row: SheetRow) -> None:
    for column, text in enumerate(row.cells):
        workbook.write(copy, row.number - 1, column, text)


def _row_at(sheet: Sheet, number: int) -> Sequence[str]:
    """The cells of a row by its number; rows are sorted, but blank ones are left out."""
    if number == sheet.header.number:
        return sheet.header.cells
    low, high = 0, len(sheet.rows)
    while low < high:
        middle = (low + high) // 2
        if sheet.rows[middle].number < number:
            low = middle + 1
        else:
            high = middle
    is_found = low < len(sheet.rows) and sheet.rows[low].number == number
    return sheet.rows[low].cells if is_found else ()


def _mark(
    workbook: SafeWorkbook,
    copy: Worksheet,
    cells: Sequence[str],
    place: tuple[int, int],
    errors: Sequence[RowError],
) -> None:
    row, column = place
    is_warning = all(error.is_warning for error in errors)
    text = cells[column] if column < len(cells) else ""
    workbook.write(copy, row, column, text, **(WARNING_STYLE if is_warning else ERROR_STYLE))
    comment = "\n".join(
        f"{found_text(error)}\n{expected_text(error)}\n{fix_text(error)}" for error in errors
    )
    copy.write_comment(row, column, comment, {"author": "", "x_scale": 2})


def _add_list(workbook: SafeWorkbook, findings: Sequence[RowError]) -> None:
    sheet = workbook.add_sheet(gettext("Errors"))
    header = [
        gettext("Kind"),
        gettext("Sheet"),
        gettext("Row"),
        gettext("Column"),
        gettext("Header"),
        gettext("Found"),
        gettext("Expected"),
        gettext("What to do"),
    ]
    for column, text in enumerate(header):
        workbook.write(sheet, 0, column, text, bold=True, bottom=1)
    lines = [_line(finding) for finding in findings]
    for index, line in enumerate(lines, start=1):
        for column, value in enumerate(line):
            workbook.write(sheet, index, column, value)
    sheet.freeze_panes(1, 0)
    set_widths(sheet, [header, *lines[:50]])


def _line(finding: RowError) -> list[str | int]:
    return [
        gettext("warning") if finding.is_warning else gettext("error"),
        finding.sheet,
        finding.row,
        finding.column_letter,
        finding.column_name,
        found_text(finding),
        expected_text(finding),
        fix_text(finding),
    ]
