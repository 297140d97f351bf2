"""From sheets of text to tables of tidy rows, with every bad cell named."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.workbooks.archives import column_letters
from app.workbooks.cells import tidy_cell
from app.workbooks.layout import LAYOUTS, Column, Part, SheetLayout
from app.workbooks.problems import Adjustment, FileProblem, RowError, RowProblem, WorkbookError
from app.workbooks.reading import Sheet, SheetRow
from app.workbooks.words import EXAMPLE_MARKS

HEADER_NOISE = re.compile(r"[\s_*＊\-]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row: tidy text per column key, and the keys whose cell already has an error."""

    number: int
    values: Mapping[str, str]
    bad: frozenset[str] = frozenset()

    def get(self, key: str) -> str:
        """The tidy text of a cell; empty where the cell or its column is missing."""
        return self.values.get(key, "")

    def good(self, key: str) -> str:
        """As `get`, but empty where the cell has an error: it is not checked a second time."""
        return "" if key in self.bad else self.values.get(key, "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a column stands in the file and what its header says there."""

    index: int
    letter: str
    header: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """One sheet, read: its rows and what was found wrong or tidied up on the way."""

    layout: SheetLayout
    sheet: str
    places: Mapping[str, Place]
    rows: list[Row]
    errors: list[RowError]
    adjusted: Counter[Adjustment]
    ignored: tuple[str, ...] = field(default=())
    """Headers of columns that the layout does not know."""

    @property
    def part(self) -> str:
        return self.layout.part

    def error(
        self,
        row: Row | int,
        key: str,
        problem: RowProblem,
        *,
        found: str | None = None,
        **params: object,
    ) -> RowError:
        """The finding for one cell of this table; `found` is by default the cell's own text."""
        place = self.places.get(key) or _absent(self.layout.column(key), self.places)
        text = row.get(key) if found is None and isinstance(row, Row) else found
        return RowError(
            sheet=self.sheet,
            row=row.number if isinstance(row, Row) else row,
            column_letter=place.letter,
            column_name=place.header,
            problem=problem,
            found=text or "",
            params=params,
        )


def read_tables(sheets: Sequence[Sheet], *, only: Iterable[Part] = tuple(Part)) -> list[Table]:
    """The tables of the wanted parts, in the order people, relations, kpi.

    A sheet is known by its name, a CSV file by its headers. Raises `WorkbookError` where none fits.
    """
    return read_layouts(sheets, [LAYOUTS[part] for part in Part if part in set(only)])


def read_layouts(sheets: Sequence[Sheet], layouts: Sequence[SheetLayout]) -> list[Table]:
    """The same for sheets of any subject, in the order of the layouts."""
    found = [(layout, _find_sheet(sheets, layout)) for layout in layouts]
    tables = [read_table(sheet, layout) for layout, sheet in found if sheet is not None]
    if not tables and any(sheet.is_csv for sheet in sheets):  # whatever is text reads as CSV
        raise WorkbookError(FileProblem.NO_KNOWN_COLUMNS)
    if not tables:
        raise WorkbookError(
            FileProblem.NO_KNOWN_SHEET, sheets="、".join(layout.zh for layout in layouts)
        )
    return tables


def _find_sheet(sheets: Sequence[Sheet], layout: SheetLayout) -> Sheet | None:
    names = {_plain(name) for name in (layout.zh, layout.en, *layout.aliases)}
    for sheet in sheets:
        if sheet.is_csv and _has_required_headers(sheet, layout):
            return sheet
        if not sheet.is_csv and _plain(sheet.name) in names:
            return sheet
    return None


def _has_required_headers(sheet: Sheet, layout: SheetLayout) -> bool:
    present = {_plain(text) for text in sheet.header.cells}
    return all(present & _headers(column) for column in layout.columns if column.is_header_required)


def read_table(sheet: Sheet, layout: SheetLayout) -> Table:
    """Find the columns by their headers, then tidy and check every cell of every row."""
    places, errors, ignored = _find_columns(sheet, layout)
    table = Table(
        layout=layout,
        sheet=layout.zh if sheet.is_csv else sheet.name,
        places=places,
        rows=[],
        errors=[],
        adjusted=Counter(),
        ignored=ignored,
    )
    table.errors.extend(
        table.error(sheet.header.number, column.key, problem, found=found)
        for column, problem, found in errors
    )
    columns = [(column, places[column.key]) for column in layout.columns if column.key in places]
    table.rows.extend(
        _read_row(raw, columns, table) for raw in sheet.rows if not _is_example(raw, table)
    )
    return table


def _read_row(raw: SheetRow, columns: Iterable[tuple[Column, Place]], table: Table) -> Row:
    values: dict[str, str] = {}
    bad: list[tuple[str, RowProblem]] = []
    for column, place in columns:
        text = raw.cells[place.index] if place.index < len(raw.cells) else ""
        cell = tidy_cell(text, column)
        values[column.key] = cell.text
        table.adjusted.update(cell.adjusted)
        if cell.problem is not None:
            bad.append((column.key, cell.problem))
    row = Row(number=raw.number, values=values, bad=frozenset(key for key, _ in bad))
    table.errors.extend(table.error(row, key, problem) for key, problem in bad)
    return row


def _is_example(raw: SheetRow, table: Table) -> bool:
    if not table.layout.has_examples:
        return False
    first = next((cell.strip().lower() for cell in raw.cells if cell.strip()), "")
    if not first.startswith(EXAMPLE_MARKS):
        return False
    table.adjusted[Adjustment.EXAMPLE_SKIPPED] += 1
    return True


def _find_columns(
    sheet: Sheet, layout: SheetLayout
) -> tuple[dict[str, Place], list[tuple[Column, RowProblem, str]], tuple[str, ...]]:
    keys = {name: column for column in layout.columns for name in _headers(column)}
    places: dict[str, Place] = {}
    errors: list[tuple[Column, RowProblem, str]] = []
    ignored: list[str] = []
    for index, text in enumerate(sheet.header.cells):
        column = keys.get(_plain(text))
        if column is None:
            ignored += [text.strip()] if text.strip() else []
        elif column.key in places:
            errors.append((column, RowProblem.HEADER_TWICE, text.strip()))
        else:
            places[column.key] = Place(
                index=index, letter=column_letters(index + 1), header=text.strip()
            )
    errors += [
        (column, RowProblem.HEADER_MISSING, "")
        for column in layout.columns
        if column.is_header_required and column.key not in places
    ]
    return places, errors, tuple(ignored)


def _absent(column: Column, places: Mapping[str, Place]) -> Place:
    """Where a missing column would be added: right of all the others."""
    index = max((place.index for place in places.values()), default=-1) + 1
    return Place(index=index, letter=column_letters(index + 1), header=column.zh)


def _headers(column: Column) -> set[str]:
    return {_plain(name) for name in (column.zh, column.en, *column.aliases)}


def _plain(text: str) -> str:
    """A header or sheet name without what does not matter: case, width, spaces, a required *."""
    return HEADER_NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()
