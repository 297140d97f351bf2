"""Writing XLSX files that are safe to open: text stays text, and no name is in the metadata."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

PRODUCT = "Roundview"
FIXED_MOMENT = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Equal content gives equal bytes, and the file does not tell when it was made."""
MAX_CELL = 32_767
MAX_SHEET_NAME = 31
FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]|^'|'$")
LOOKS_LIKE_FORMULA = re.compile(r"[\s\"']*[=+\-@＝＋－＠\x00\t\r\n]")
MIN_WIDTH, MAX_WIDTH = 8, 40

Value = str | int | Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetContent:
    """A sheet to write: header, rows, and the rows (0-based) that are only examples."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Value]]
    example_rows: frozenset[int] = field(default=frozenset())


class SafeWorkbook:
    """An XLSX file in the making. Strings are written as strings, whatever they begin with."""

    def __init__(self) -> None:
        self._buffer = BytesIO()
        self.book = xlsxwriter.Workbook(
            self._buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.book.set_properties({"author": PRODUCT, "created": FIXED_MOMENT})
        self._names: set[str] = set()
        self._formats: dict[str, Format] = {}

    def add_sheet(self, name: str) -> Worksheet:
        """A new sheet under the nearest name that spreadsheet programs accept."""
        wanted = FORBIDDEN_IN_NAME.sub("_", name)[:MAX_SHEET_NAME] or "_"
        unique, count = wanted, 1
        while unique.casefold() in self._names:
            count += 1
            unique = f"{wanted[: MAX_SHEET_NAME - 4]}_{count}"
        self._names.add(unique.casefold())
        return self.book.add_worksheet(unique)

    def style(self, **properties: object) -> Format:
        """A cell format, made once per set of properties."""
        key = repr(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]

    def write(
        self, sheet: Worksheet, row: int, column: int, value: Value, **properties: object
    ) -> None:
        """Write one cell (0-based place). Text like a formula is marked as text by a quote too."""
        if value is None or value == "":
            if properties:
                sheet.write_blank(row, column, None, self.style(**properties))
        elif isinstance(value, str):
            if LOOKS_LIKE_FORMULA.match(value):
                properties["quote_prefix"] = True
            style = self.style(**properties) if properties else None
            sheet.write_string(row, column, value[:MAX_CELL], style)
        else:
            sheet.write_number(row, column, float(value), self.style(**properties))

    def close(self) -> bytes:
        """Finish the file and give its bytes."""
        self.book.close()
        return self._buffer.getvalue()


def write_workbook(
    sheets: Iterable[SheetContent],
    *,
    decorate: Callable[[SafeWorkbook, SheetContent, Worksheet], None] | None = None,
) -> bytes:
    """The bytes of an XLSX file with these sheets; `decorate` may add to each of them."""
    workbook = SafeWorkbook()
    for content in sheets:
        sheet = workbook.add_sheet(content.name)
        for column, text in enumerate(content.header):
            workbook.write(sheet, 0, column, text, bold=True, bottom=1)
        for index, cells in enumerate(content.rows):
            grey = (
                {"font_color": "#6B7680", "italic": True} if index in content.example_rows else {}
            )
            for column, value in enumerate(cells):
                workbook.write(sheet, index + 1, column, value, **grey)
        sheet.freeze_panes(1, 0)
        set_widths(sheet, [content.header, *content.rows[:50]])
        if decorate is not None:
            decorate(workbook, content, sheet)
    return workbook.close()


def set_widths(sheet: Worksheet, rows: Iterable[Sequence[Value]]) -> None:
    """Make the columns about as wide as these rows need; Chinese characters count double."""
    widths: dict[int, int] = {}
    for cells in rows:
        for column, value in enumerate(cells):
            text = str(value or "")
            widths[column] = max(widths.get(column, 0), len(text) + sum(c > "\u2e80" for c in text))
    for column, width in widths.items():
        sheet.set_column(column, column, min(max(width + 2, MIN_WIDTH), MAX_WIDTH))
