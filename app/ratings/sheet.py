"""From a scheme and a person's KPI sheet to the dimensions of a scoring document. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from app.questionnaires.rules import Audience, groups_of
from app.schemes.rules import Method

COMPETENCY_METHOD = "360"
BONUS_METHOD = "bonus"  # points after weighting, in no dimension
PENDING = "pending"
NOT_APPLICABLE = "not_applicable"

Table = Mapping[str, Any]


class SheetProblem(StrEnum):
    """What keeps a sheet from being rated under a scheme."""

    UNKNOWN_DIMENSION = "unknown_dimension"
    UNKNOWN_COMPETENCY = "unknown_competency"


class SheetError(Exception):
    """A line that the scheme has no place for; `found` is the name that it gives."""

    def __init__(self, problem: SheetProblem, found: str) -> None:
        super().__init__(f"{problem}: {found}")
        self.problem = problem
        self.found = found


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetLine:
    """A line of the KPI sheet; method `360` gives a competency's weight, all else is a KPI."""

    dimension: str
    name: str
    weight: str  # percent inside the dimension
    method: str
    parameters: Mapping[str, Any]  # the kpi object of the scoring document
    status: str
    target: str = ""  # as typed
    actual: str = ""  # as typed
    source: str = ""
    evidence: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FormItem:
    """A behaviour of the questionnaire, and the rater groups that are asked it."""

    code: str
    groups: tuple[str, ...]
    text_zh: str
    text_en: str
    weight: int
    reverse: bool
    critical: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FormCompetency:
    code: str
    name_zh: str
    name_en: str
    items: tuple[FormItem, ...]


def dimension_rows(
    dimensions: Sequence[Table], lines: Sequence[SheetLine], form: Sequence[FormCompetency]
) -> list[dict[str, Any]]:
    """The scheme's dimensions, each with the elements of the person's sheet.

    A dimension that the sheet does not touch keeps the scheme's own elements; their KPIs then wait
    for figures. One whose lines name no competency keeps the scheme's competencies, as the check of
    the workbook counts them. A KPI that the scheme reads from the feedback is always kept; of a
    line for it, from before the scheme did so, only the weight counts. Raises SheetError for a line
    that fits nowhere.
    """
    by_dimension: dict[str, list[SheetLine]] = {str(row["id"]): [] for row in dimensions}
    for line in lines:
        by_dimension[_dimension_id(line, dimensions)].append(line)
    rows = [
        {
            **_named(row),
            "weight": str(row["weight"]),
            "elements": _elements(row, by_dimension[row["id"]], dimensions, form),
        }
        for row in dimensions
    ]
    _read_only_what_is_asked(rows)
    return rows


def _read_only_what_is_asked(rows: Iterable[Table]) -> None:
    """Take competencies that the person's sheet leaves out from the KPIs read from the feedback."""
    elements = [element for row in rows for element in row["elements"]]
    asked = {element["id"] for element in elements if "items" in element}
    for element in elements:
        if is_read_from_feedback(element) and "competencies" in element["kpi"]:
            kpi = dict(element["kpi"])
            named = [code for code in kpi.pop("competencies") if code in asked]
            element["kpi"] = kpi | (
                {"competencies": named} if named else {"status": NOT_APPLICABLE}
            )


def is_read_from_feedback(row: Table) -> bool:
    """Whether an element is a KPI whose points come from the feedback of the same round."""
    return bool(row.get("kpi")) and row["kpi"]["method"] == Method.FROM_FEEDBACK


def missing_figures(dimensions: Iterable[Table]) -> list[Table]:
    """The elements that still wait for a figure, in document order."""
    return [
        element
        for dimension in dimensions
        for element in dimension["elements"]
        if "kpi" in element and _is_pending(element["kpi"])
    ]


def _is_pending(kpi: Table) -> bool:
    status = kpi.get("status")
    return status == PENDING or (status is None and "actual" in kpi and kpi["actual"] is None)


def _dimension_id(line: SheetLine, dimensions: Sequence[Table]) -> str:
    row = _find(line.dimension, dimensions)
    if row is None:
        raise SheetError(SheetProblem.UNKNOWN_DIMENSION, line.dimension)
    return str(row["id"])


def _elements(
    dimension: Table,
    lines: Sequence[SheetLine],
    dimensions: Sequence[Table],
    form: Sequence[FormCompetency],
) -> list[dict[str, Any]]:
    if not lines:
        return [_from_scheme(row, form) for row in dimension["elements"]]
    everywhere = [element for row in dimensions for element in row["elements"]]
    surveys = [row for row in dimension["elements"] if is_read_from_feedback(row)]
    own = [
        _competency_of_sheet(line, everywhere, form)
        if line.method == COMPETENCY_METHOD
        else _kpi_of_sheet(line, dimension, position)
        for position, line in enumerate(lines, start=1)
        if _find(line.name, surveys) is None
    ]
    own += [_from_scheme(row, form) | _weight_in(lines, row) for row in surveys]
    if any(line.method == COMPETENCY_METHOD for line in lines):
        return own
    return own + [_from_scheme(row, form) for row in dimension["elements"] if row.get("competency")]


def _weight_in(lines: Iterable[SheetLine], survey: Table) -> dict[str, str]:
    """The weight that the sheet gives such a KPI, if it has a line for it."""
    own = [line.weight for line in lines if _find(line.name, [survey]) is not None]
    return {"weight": own[0]} if own else {}


def _from_scheme(row: Table, form: Sequence[FormCompetency]) -> dict[str, Any]:
    element = {**_named(row), "weight": str(row["weight"])}
    code = row.get("competency")
    if code is not None:
        return element | {"items": _items(_competency(code, form))}
    if is_read_from_feedback(row):
        return element | {"kpi": dict(row["kpi"])}
    kpi = {**row["kpi"], "actual": None, "status": PENDING}
    return element | _units(row) | {"kpi": kpi, "target_text": str(kpi.get("target", ""))}


def _kpi_of_sheet(line: SheetLine, dimension: Table, position: int) -> dict[str, Any]:
    known = _find(line.name, [row for row in dimension["elements"] if "kpi" in row])
    own = {"id": f"{dimension['id']}-{position}", "name_zh": line.name, "name_en": line.name}
    kpi = {"method": line.method, **line.parameters}
    if line.status in {PENDING, NOT_APPLICABLE}:
        kpi["status"] = line.status
    return {
        **_named(known or own),
        **_units(known or {}),
        "weight": line.weight,
        "kpi": kpi,
        "target_text": line.target,
        "actual_text": line.actual,
        "source": line.source,
        "evidence": line.evidence,
    }


def _competency_of_sheet(
    line: SheetLine, elements: Sequence[Table], form: Sequence[FormCompetency]
) -> dict[str, Any]:
    competency = _competency(line.name, form)
    rows = [row for row in elements if row.get("competency") == competency.code]
    own = {
        "id": competency.code,
        "name_zh": competency.name_zh,
        "name_en": competency.name_en,
    }
    named = _named(rows[0] if rows else own)
    return {**named, "weight": line.weight, "items": _items(competency)}


def _competency(name: str, form: Sequence[FormCompetency]) -> FormCompetency:
    wanted = _plain(name)
    for competency in form:
        if wanted in {_plain(competency.code), _plain(competency.name_zh)}:
            return competency
        if wanted == _plain(competency.name_en):
            return competency
    raise SheetError(SheetProblem.UNKNOWN_COMPETENCY, name)


@lru_cache(maxsize=256)
def _items(competency: FormCompetency) -> tuple[dict[str, Any], ...]:
    """One value for everybody who is asked the same; nobody changes what is in a document."""
    return tuple(
        {
            "id": item.code,
            "w": item.weight,
            "reverse": item.reverse,
            **_asked(item),
            "text_zh": item.text_zh,
            "text_en": item.text_en,
        }
        for item in competency.items
    )


def _asked(item: FormItem) -> dict[str, Any]:
    """Who is asked: an audience as a whole by its name, so that documents from before items could
    name single groups come out the same."""
    whole = [one.value for one in Audience if set(item.groups) == set(groups_of(one))]
    return {"audience": whole[0]} if whole else {"groups": list(item.groups)}


def _named(row: Table) -> dict[str, Any]:
    """`name` is what the scoring format knows; the others serve the reader's language."""
    return {
        "id": row["id"],
        "name": row["name_zh"],
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
    }


def _units(row: Table) -> dict[str, str]:
    return {"unit_zh": row.get("unit_zh", ""), "unit_en": row.get("unit_en", "")}


def _find(name: str, rows: Sequence[Table]) -> Table | None:
    wanted = _plain(name)
    names = ("id", "name_zh", "name_en")
    return next((row for row in rows if wanted in {_plain(row[key]) for key in names}), None)


@lru_cache(maxsize=4096)  # a round asks for a few names over and over
def _plain(name: str) -> str:
    return " ".join(str(name).split()).casefold()
