"""The empty workbook that HR fills in: lists to choose from, grey examples, and notes."""

from collections.abc import Mapping, Sequence

from xlsxwriter.worksheet import Worksheet

from app.workbooks.layout import LAYOUTS, CellKind, Part, SheetLayout
from app.workbooks.writing import SafeWorkbook, SheetContent, write_workbook

PREPARED_ROWS = 5_000
NOTES_SHEET = "说明 notes"
NOTES_HEADER = ("表 sheet", "列 column", "英文表头 English header", "说明", "notes")
GENERAL_NOTES = (
    (
        "灰色示例行以“示例”开头，不会被导入，可保留或删除。",
        "Grey rows that begin with 示例 are examples; they are not imported.",
    ),
    (
        "同一文件可重复导入；内容没有变化时不会改动任何资料。",
        "The same file may be imported again; where nothing changed, nothing is written.",
    ),
    (
        "文件中出现的被评人，其评价关系以文件为准；出现的员工，其指标以文件为准。",
        "For people who appear in it, the sheet replaces their relations and KPI lines.",
    ),
)
EXAMPLES: Mapping[Part, Sequence[str]] = {
    Part.PEOPLE: (
        "示例1|李明|li.ming@company.example|华东销售部||销售总监|M3|zh|Asia/Shanghai|2018-03-01|员工",
        "示例2|Anna Weber|anna.weber@company.example|华东销售部|示例1|大客户经理|P5|en"
        "|Europe/Berlin|2021-09-15|员工",
        "示例（客户此格留空）|周琳|zhou.lin@customer.example|||采购经理||zh|Asia/Shanghai||客户"
        "|恒信机械|示例2",
    ),
    Part.RELATIONS: (
        "示例2|示例1|上级",
        "示例2|zhou.lin@customer.example|客户",
        "示例2|示例2|本人",
    ),
    Part.KPI: ("示例2|销售业绩指标|销售额达成率|1200|1134|40|比率法||财务系统|2024Q3 销售台账",),
}


def write_template() -> bytes:
    """The template as XLSX, in both languages at once."""
    sheets = [
        SheetContent(
            name=layout.zh,
            header=[column.zh for column in layout.columns],
            rows=[line.split("|") for line in EXAMPLES[part]],
            example_rows=frozenset(range(len(EXAMPLES[part]))),
        )
        for part, layout in LAYOUTS.items()
    ]
    notes = SheetContent(name=NOTES_SHEET, header=NOTES_HEADER, rows=_notes())
    return write_workbook([*sheets, notes], decorate=_decorate)


def _notes() -> list[tuple[str, ...]]:
    general: list[tuple[str, ...]] = [("", "", "", zh, en) for zh, en in GENERAL_NOTES]
    columns: list[tuple[str, ...]] = [
        (f"{layout.zh} {layout.en}", column.zh, column.en, column.note_zh, column.note_en)
        for layout in LAYOUTS.values()
        for column in layout.columns
    ]
    return general + columns


def _decorate(workbook: SafeWorkbook, content: SheetContent, sheet: Worksheet) -> None:
    layout = next((layout for layout in LAYOUTS.values() if layout.zh == content.name), None)
    if layout is None:
        return
    _mark_headers(workbook, layout, sheet)
    _add_validation(layout, sheet)


def _mark_headers(workbook: SafeWorkbook, layout: SheetLayout, sheet: Worksheet) -> None:
    """Required columns stand on a tinted ground; each header explains itself in a comment."""
    for index, column in enumerate(layout.columns):
        ground = "#DCE9F2" if column.is_header_required else "#F2F4F5"
        workbook.write(sheet, 0, index, column.zh, bold=True, bottom=1, bg_color=ground)
        note = "\n".join(text for text in (column.note_zh, column.note_en) if text)
        sheet.write_comment(0, index, f"{column.en}\n{note}", {"author": ""})


def _add_validation(layout: SheetLayout, sheet: Worksheet) -> None:
    for index, column in enumerate(layout.columns):
        rule: dict[str, object]
        if column.shown_choices:
            rule = {"validate": "list", "source": list(column.shown_choices)}
        elif column.kind is CellKind.NUMBER:
            rule = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
        else:
            continue
        sheet.data_validation(
            1,
            index,
            PREPARED_ROWS,
            index,
            {**rule, "error_title": column.zh, "error_message": column.note_zh},
        )
