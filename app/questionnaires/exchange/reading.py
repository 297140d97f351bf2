"""From the tables of a workbook to the content of a questionnaire, every bad cell named."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.questionnaires.editing.rules import LONGEST_LABEL, LONGEST_NAME, MOST_WEIGHT, WHOLE, YES
from app.questionnaires.exchange.layout import NAME_ENTRY, SHEETS, Sheets, level_entry
from app.questionnaires.exchange.rules import (
    BoxLine,
    CompetencyLine,
    Content,
    ItemLine,
    TextLine,
)
from app.workbooks.problems import FileProblem, RowError, RowProblem, WorkbookError
from app.workbooks.reading import Sheet
from app.workbooks.tables import Row, Table, read_layouts

MOST_ROWS = 500
PLAIN_WEIGHT = "1"


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownCodes:
    """What the questionnaire has or ever had: only such codes may stand in a workbook."""

    competencies: Mapping[str, str]  # code → its Chinese name now; empty where it is gone
    items: Collection[str]
    critical: Collection[str]  # items that are marked so now
    boxes: Collection[str]
    entries: Sequence[str]  # of the sheet of names, all of which the draft has


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What the workbook holds; to be used only where nothing was found wrong."""

    content: Content
    errors: tuple[RowError, ...]


def check_sheets(sheets: Sequence[Sheet], known: KnownCodes) -> Checked:
    """Raises WorkbookError where no sheet is one of a questionnaire's, or one is far too long."""
    tables = read_layouts(sheets, SHEETS)
    if any(len(table.rows) > MOST_ROWS for table in tables):
        raise WorkbookError(FileProblem.TOO_MANY_ROWS, limit=MOST_ROWS)
    by_part = {table.part: table for table in tables}
    errors = [error for table in tables for error in table.errors]
    items, boxes, texts = (by_part.get(part) for part in Sheets)
    if items is not None:
        errors += [*_check_items(items, known), *_check_names(items, known)]
    if boxes is not None:
        errors += _check_codes(boxes, "box", known.boxes)
        errors += _check_pairs(boxes, "prompt_")
    if texts is not None:
        errors += _check_texts(texts, known.entries)
    content = Content(
        competencies=_competencies(items, known) if items is not None else None,
        boxes=_boxes(boxes) if boxes is not None else None,
        texts=_texts(texts) if texts is not None else None,
    )
    return Checked(content=content, errors=tuple(sorted(errors, key=_place)))


def _place(error: RowError) -> tuple[str, int, str]:
    return error.sheet, error.row, error.column_letter


def _check_items(table: Table, known: KnownCodes) -> Iterator[RowError]:
    yield from _check_codes(table, "item", known.items)
    for row in table.rows:
        code = row.good("competency")
        if code and code not in known.competencies:
            yield table.error(row, "competency", RowProblem.UNKNOWN_CODE)
        if not _has_item(row):
            continue
        for name in ("zh", "en", "groups"):
            if not row.get(name):
                yield table.error(row, name, RowProblem.REQUIRED)
        weight = row.good("weight") or PLAIN_WEIGHT
        if not (WHOLE.fullmatch(weight) and 1 <= int(weight) <= MOST_WEIGHT):
            yield table.error(row, "weight", RowProblem.BAD_ITEM_WEIGHT, maximum=MOST_WEIGHT)


def _has_item(row: Row) -> bool:
    """Without one, a row says only that there is such a competency."""
    return any(row.get(name) for name in ("item", "zh", "en"))


def _check_codes(table: Table, column: str, known: Collection[str]) -> Iterator[RowError]:
    first_in: dict[str, int] = {}
    for row in table.rows:
        code = row.good(column)
        if code and code not in known:
            yield table.error(row, column, RowProblem.UNKNOWN_CODE)
        elif code and first_in.setdefault(code, row.number) != row.number:
            yield table.error(row, column, RowProblem.DUPLICATE_CODE, first=first_in[code])


def _check_names(table: Table, known: KnownCodes) -> Iterator[RowError]:
    """The rows of one competency give it the same names."""
    first_with: dict[str, Row] = {}
    for row, key in _with_keys(table, known):
        first = first_with.setdefault(key, row)
        for name in ("competency_zh", "competency_en"):
            found, stated = row.good(name), first.good(name)
            if found and stated and found != stated:
                yield table.error(row, name, RowProblem.OTHER_NAME, first=first.number, name=stated)


def _check_pairs(table: Table, prefix: str) -> Iterator[RowError]:
    """An optional text is there in both languages or in neither."""
    for row in table.rows:
        texts = {f"{prefix}{lang}": row.get(f"{prefix}{lang}") for lang in ("zh", "en")}
        if any(texts.values()):
            for name in (name for name, text in texts.items() if not text):
                yield table.error(row, name, RowProblem.ONE_LANGUAGE)


def _check_texts(table: Table, entries: Sequence[str]) -> Iterator[RowError]:
    first_in: dict[str, int] = {}
    for row in table.rows:
        entry = row.good("entry")
        if not entry:
            continue
        if entry not in entries:
            shown = "、".join(entries)
            yield table.error(row, "entry", RowProblem.UNKNOWN_ENTRY, known=shown)
        elif first_in.setdefault(entry, row.number) != row.number:
            yield table.error(row, "entry", RowProblem.DUPLICATE_ENTRY, first=first_in[entry])
        yield from _check_length(table, row, entry)
    yield from _check_pairs(table, "")
    yield from _check_labels(table)


def _check_length(table: Table, row: Row, entry: str) -> Iterator[RowError]:
    """Names and levels must be there, and short."""
    longest = LONGEST_NAME if entry == NAME_ENTRY else LONGEST_LABEL
    if entry != NAME_ENTRY and not _is_level(entry):
        return
    for name in ("zh", "en"):
        if not row.get("zh") and not row.get("en"):
            yield table.error(row, name, RowProblem.REQUIRED)
        elif len(row.good(name)) > longest:
            yield table.error(row, name, RowProblem.TOO_LONG)


def _check_labels(table: Table) -> Iterator[RowError]:
    levels = [row for row in table.rows if _is_level(row.good("entry"))]
    for name in ("zh", "en"):
        first_with: dict[str, Row] = {}
        for row in levels:
            label = row.get(name).casefold()
            first = first_with.setdefault(label, row)
            if label and first is not row:
                level = first.get("entry").split()[1]
                yield table.error(row, name, RowProblem.SAME_LABEL, first=level)


def _is_level(entry: str) -> bool:
    return entry.startswith(level_entry("").split()[0])


def _with_keys(table: Table, known: KnownCodes) -> list[tuple[Row, str]]:
    """Each row with the code of its competency, by its name where the cell is empty.

    The key of a competency that is new is its Chinese name.
    """
    by_name = {name: code for code, name in known.competencies.items() if name}
    by_name |= {
        row.get("competency_zh"): row.get("competency")
        for row in table.rows[::-1]
        if row.get("competency")
    }
    return [
        (row, row.get("competency") or by_name.get(name, name))
        for row in table.rows
        for name in [row.get("competency_zh")]
    ]


def _competencies(table: Table, known: KnownCodes) -> tuple[CompetencyLine, ...]:
    # A workbook from before there was such a column says nothing about it.
    marked: Collection[str] = () if "critical" in table.places else known.critical
    grouped: dict[str, list[Row]] = {}
    for row, key in _with_keys(table, known):
        grouped.setdefault(key, []).append(row)
    return tuple(
        CompetencyLine(
            code=key if key in known.competencies else "",
            zh=rows[0].get("competency_zh"),
            en=rows[0].get("competency_en"),
            items=tuple(_item(row, marked) for row in rows if _has_item(row)),
        )
        for key, rows in grouped.items()
    )


def _item(row: Row, marked: Collection[str]) -> ItemLine:
    return ItemLine(
        code=row.get("item"),
        zh=row.get("zh"),
        en=row.get("en"),
        groups=row.get("groups"),
        weight=row.get("weight") or PLAIN_WEIGHT,
        reverse=row.get("reverse"),
        critical=YES if row.get("item") in marked else row.get("critical"),
        competency=row.get("competency_zh"),
    )


def _boxes(table: Table) -> tuple[BoxLine, ...]:
    names: Mapping[str, str] = {"code": "box"}
    keys = ("code", "zh", "en", "prompt_zh", "prompt_en", "audience")
    return tuple(
        BoxLine(**{key: row.get(names.get(key, key)) for key in keys}) for row in table.rows
    )


def _texts(table: Table) -> tuple[TextLine, ...]:
    return tuple(
        TextLine(code=row.get("entry"), zh=row.get("zh"), en=row.get("en")) for row in table.rows
    )
