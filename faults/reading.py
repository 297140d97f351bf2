"""Reads every number back out of a published result, and refuses one that it cannot explain."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.scoring.disclosure.equations import Figure, FigureKind

Table = Mapping[str, Any]

NAMES = {"id", "zh", "en"}
KEYS = {
    "view": {"dimensions", "terms", "competencies", "comments", "calibration"},
    "dimension": NAMES | {"weight", "score", "points", "elements"},
    "element": NAMES
    | {"kind", "nominal_weight", "weight", "score", "points", "explain_zh", "explain_en"}
    | {"target", "actual", "unit_zh", "unit_en", "source", "evidence", "answers"}
    | {"from_feedback"},  # as the scheme says, whatever was answered
    "answers": {"groups", "zh", "en", "raters"},
    "competency": NAMES
    | {"cells", "others", "own", "gap", "is_blind_spot", "is_hidden_strength"}
    | {"items", "withheld"},
    "cell": {"groups", "zh", "en", "mean", "raters", "weight"},
    "item": {"zh", "en", "is_reversed", "figures", "own"},
    "figure": {"groups", "zh", "en", "text"},
    "withheld": {"kind", "least", "zh", "en"},
}
BAND = r"(\d–\d|10\+|5)"  # a band of one where five is the minimum
BANDS = re.compile(f"{BAND}( / {BAND})*")
NUMBER = re.compile(r"\d+\.\d+")
NUMBER_OR_WHOLE = re.compile(r"\d")


class UnexplainedError(Exception):
    """A part of the result that this reader does not know: it may tell something."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A figure as it is printed."""

    figure: Figure
    text: str


def figures_seen(result: Table, surveys: Collection[str] = ()) -> list[Seen]:
    """All numbers that the answers of others went into; ``surveys`` are KPIs made of them."""
    view = _known(result["view"], "view")
    seen = [one for row in view["competencies"] for one in _of_competency(row)]
    for row in view["dimensions"]:
        seen += _of_dimension(row, surveys)
    if view["dimensions"]:
        total = result["computed"]["dec"]
        seen.append(Seen(figure=Figure(kind=FigureKind.TOTAL), text=total))
    return seen


def numbers_in(text: str) -> set[str]:
    """The decimal numbers in a text, without their signs."""
    return set(NUMBER.findall(text))


def texts_in(value: object) -> Iterator[str]:
    """All texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts_of(value.values())
    elif isinstance(value, list):
        yield from _texts_of(value)


def _texts_of(values: Iterable[object]) -> Iterator[str]:
    for one in values:
        yield from texts_in(one)


def _of_competency(row: Table) -> Iterator[Seen]:
    competency = _known(row, "competency")["id"]
    if row["others"] is not None:
        yield Seen(figure=Figure(kind=FigureKind.OTHERS, of=competency), text=row["others"])
    elif row["gap"] is not None:
        raise UnexplainedError(f"{competency}: a gap to nothing")
    for note in row["withheld"]:
        _known(note, "withheld")
    for cell in row["cells"]:
        members = tuple(_known(cell, "cell")["groups"])
        figure = Figure(kind=FigureKind.CELL, of=competency, members=members)
        yield Seen(figure=figure, text=cell["mean"])
    for item in row["items"]:
        yield from _of_item(competency, item)


def _of_item(competency: str, row: Table) -> Iterator[Seen]:
    """Item means by cell; the generator's questions end with the id of their item."""
    item = _known(row, "item")["en"].split()[-1]
    for one in row["figures"]:
        members = tuple(_known(one, "figure")["groups"])
        if NUMBER_OR_WHOLE.search(one["text"]):
            figure = Figure(kind=FigureKind.ITEM, of=competency, members=members, item=item)
            yield Seen(figure=figure, text=one["text"])


def _of_dimension(row: Table, surveys: Collection[str]) -> Iterator[Seen]:
    dimension = _known(row, "dimension")["id"]
    if row["score"] is not None:
        yield Seen(figure=Figure(kind=FigureKind.DIMENSION, of=dimension), text=row["score"])
    for element in row["elements"]:
        of = _known(element, "element")["id"]
        for line in element["answers"]:
            if not BANDS.fullmatch(_known(line, "answers")["raters"]):
                raise UnexplainedError(f"{of}: a number of raters that is no band")
        kind = FigureKind.SURVEY if of in surveys else FigureKind.COMPETENCY
        if element["score"] is not None and (element["kind"] == "competency" or of in surveys):
            yield Seen(figure=Figure(kind=kind, of=of), text=element["score"])


def _known(row: Table, kind: str) -> Table:
    if unknown := set(row) - KEYS[kind]:
        raise UnexplainedError(f"{kind}: {', '.join(sorted(unknown))}")
    return row
