"""Uploaded spreadsheets, read safely: XLSX and CSV become sheets of plain text cells."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from app.workbooks.archives import MAX_UPLOAD, MEBIBYTE, Places, check_archive, sheet_members
from app.workbooks.csvfiles import read_csv
from app.workbooks.problems import FileProblem, WorkbookError

ZIP_MARK = b"PK\x03\x04"
OLE_MARK = b"\xd0\xcf\x11\xe0"
CSV_SHEET = "CSV"
FORMULA_ERROR = "#ERROR!"
"""What a cell holds whose formula gives #N/A, #REF! and the like."""

CellValue = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetRow:
    """One row that is not blank, under the number that the spreadsheet program shows."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A sheet: its header row, if any row is filled, and the filled rows below it."""

    name: str
    header: SheetRow
    rows: tuple[SheetRow, ...]
    is_csv: bool = False


def read_workbook(content: bytes) -> tuple[Sheet, ...]:
    """The sheets of an XLSX file, or the one sheet of a CSV file, in their order.

    Cells are text exactly as stored: numbers without a needless ".0", dates as ISO, formulas as
    their last result. What the file is, is told from its content; its name is not trusted.
    Raises `WorkbookError` for everything that is neither, is damaged, or exceeds a limit.
    """
    if not content.strip():
        raise WorkbookError(FileProblem.EMPTY)
    if len(content) > MAX_UPLOAD:
        raise WorkbookError(FileProblem.TOO_LARGE, limit=MAX_UPLOAD // MEBIBYTE)
    if content.startswith(OLE_MARK):
        raise WorkbookError(FileProblem.OLD_OR_PROTECTED)
    if content.startswith(ZIP_MARK):
        return _read_xlsx(content, errors=check_archive(content))
    return (_sheet(CSV_SHEET, read_csv(content), is_csv=True),)


def _read_xlsx(content: bytes, *, errors: Mapping[str, Places]) -> tuple[Sheet, ...]:
    members = sheet_members(content)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as workbook:
            return tuple(
                _sheet(
                    name,
                    _records(
                        workbook.get_sheet_by_name(name).to_python(skip_empty_area=False),
                        errors.get(members.get(name, ""), frozenset()),
                    ),
                )
                for name in workbook.sheet_names
            )
    except CalamineError as error:
        raise WorkbookError(FileProblem.DAMAGED) from error


def _records(rows: Iterable[Sequence[CellValue]], errors: Places) -> Iterator[list[str]]:
    for number, row in enumerate(rows, start=1):
        cells = [_text(cell) for cell in row]
        if errors:
            cells = [
                FORMULA_ERROR if (number, column) in errors else cell
                for column, cell in enumerate(cells, start=1)
            ]
        yield cells


def _sheet(name: str, records: Iterable[Sequence[str]], *, is_csv: bool = False) -> Sheet:
    filled = [
        SheetRow(number=number, cells=tuple(record))
        for number, record in enumerate(records, start=1)
        if any(cell.strip() for cell in record)
    ]
    if not filled:
        return Sheet(name=name, header=SheetRow(number=1, cells=()), rows=(), is_csv=is_csv)
    return Sheet(name=name, header=filled[0], rows=tuple(filled[1:]), is_csv=is_csv)


def _text(cell: CellValue) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return _plain_number(cell)
    if isinstance(cell, datetime):
        is_midnight = cell.time() == time(0)
        return cell.date().isoformat() if is_midnight else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _plain_number(value: float) -> str:
    """The shortest decimal that is this number, never in exponent form: 18.7, 10086, 100000."""
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")
