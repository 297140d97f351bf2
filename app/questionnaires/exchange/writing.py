"""A version as a workbook that can be read back without a change."""

from collections.abc import Iterator, Sequence

from xlsxwriter.worksheet import Worksheet

from app.questionnaires.editing.rules import YES
from app.questionnaires.exchange.layout import (
    AUDIENCES_ZH,
    BOXES,
    ITEMS,
    SHEETS,
    TEXTS,
    groups_entry,
)
from app.questionnaires.exchange.rules import CompetencyLine, Content
from app.workbooks.layout import CellKind, SheetLayout
from app.workbooks.writing import SafeWorkbook, SheetContent, Value, write_workbook

PREPARED_ROWS = 500


def write_questionnaire(content: Content) -> bytes:
    """An XLSX file with every sheet, lists to choose from, and notes at the headers."""
    boxes = [
        (box.code, box.zh, box.en, box.prompt_zh, box.prompt_en, AUDIENCES_ZH[box.audience])
        for box in content.boxes or ()
    ]
    texts = [(line.code, line.zh, line.en) for line in content.texts or ()]
    items = [row for line in content.competencies or () for row in _rows_of(line)]
    return write_workbook(
        [_sheet(ITEMS, items), _sheet(BOXES, boxes), _sheet(TEXTS, texts)], decorate=_decorate
    )


def _sheet(layout: SheetLayout, rows: Sequence[Sequence[Value]]) -> SheetContent:
    return SheetContent(name=layout.zh, header=[column.zh for column in layout.columns], rows=rows)


def _rows_of(line: CompetencyLine) -> Iterator[tuple[Value, ...]]:
    """A competency without items has a row of its own."""
    if not line.items:
        yield (line.code, line.zh, line.en)
    for item in line.items:
        yield (
            line.code,
            line.zh,
            line.en,
            item.code,
            item.zh,
            item.en,
            groups_entry(item.groups),
            int(item.weight),
            "是" if item.reverse == YES else "否",
            "是" if item.critical == YES else "否",
        )


def _decorate(workbook: SafeWorkbook, content: SheetContent, sheet: Worksheet) -> None:
    layout = next(layout for layout in SHEETS if layout.zh == content.name)
    for index, column in enumerate(layout.columns):
        note = "\n".join(text for text in (column.en, column.note_zh, column.note_en) if text)
        workbook.write(sheet, 0, index, column.zh, bold=True, bottom=1, bg_color="#DCE9F2")
        sheet.write_comment(0, index, note, {"author": ""})
        if column.shown_choices:
            choices = {
                "validate": "list",
                "source": list(column.shown_choices),
                # Where several may stand, the list only proposes: other combinations are fine.
                "show_error": column.kind is not CellKind.CHOICES,
            }
            sheet.data_validation(1, index, PREPARED_ROWS, index, choices)
