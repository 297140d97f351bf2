"""Side by side: what the drafts say about several people, competency by competency.

Only drafts are read. What was submitted is shown to nobody again, not even to whoever wrote it: a
mail that was passed on must not show it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.feedback.answers import NOT_OBSERVED
from app.feedback.callers import Asked
from app.feedback.comparing.rules import FEWEST
from app.feedback.drafts import read_drafts
from app.feedback.pages import FormPage, Section, Visit, form_pages


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """The answers about one person in one competency."""

    counts: tuple[tuple[str, int], ...]  # label of a level → how often, lowest first, no zeros
    dots: tuple[tuple[int, int], ...]  # (place of the level, height), both from 0; one per answer
    not_observed: int
    missing: int
    place: str  # of the first question on the form


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One competency; None for people whose form does not ask about it."""

    name: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    people: tuple[Asked, ...]
    lines: tuple[Line, ...]
    levels: int

    @property
    def height(self) -> int:
        """Of the highest pile of dots in the table, so that piles compare."""
        dots = (dot for line in self.lines for cell in line.cells if cell for dot in cell.dots)
        return max((height for _level, height in dots), default=0) + 1


@dataclass(frozen=True, kw_only=True, slots=True)
class _Filled:
    asked: Asked
    page: FormPage
    values: Mapping[str, str]


def tables_for(visit: Visit) -> list[Table]:
    """A table for each questionnaire with drafts about at least two people."""
    rows = visit.begun
    drafts = read_drafts(visit.token, [row.id for row in rows])
    alike: dict[object, list[_Filled]] = {}
    for row, page in zip(rows, form_pages(visit, rows), strict=True):
        values = drafts[row.id].values
        if any(values.get(name) for name in page.shape.item_fields):
            key = (page.questionnaire_id, page.promise.audience)
            alike.setdefault(key, []).append(_Filled(asked=row, page=page, values=values))
    return [_table(filled) for filled in alike.values() if len(filled) >= FEWEST]


def _table(filled: Sequence[_Filled]) -> Table:
    names = {section.code: section.name for one in filled for section in one.page.sections}
    return Table(
        people=tuple(one.asked for one in filled),
        lines=tuple(
            Line(name=name, cells=tuple(_cell_of(one, code) for one in filled))
            for code, name in names.items()
        ),
        levels=len(filled[0].page.levels),
    )


def _cell_of(one: _Filled, code: str) -> Cell | None:
    found = (section for section in one.page.sections if section.code == code)
    section = next(found, None)
    return None if section is None else _cell(section, one.page.levels, one.values)


def _cell(section: Section, levels: Sequence[tuple[str, str]], values: Mapping[str, str]) -> Cell:
    given = Counter(values.get(item.field, "") for item in section.items)
    piles = [(label, given[level]) for level, label in levels]
    return Cell(
        counts=tuple((label, number) for label, number in piles if number),
        dots=tuple(
            (level, height)
            for level, (_label, number) in enumerate(piles)
            for height in range(number)
        ),
        not_observed=given[NOT_OBSERVED],
        missing=given[""],
        place=f"q{section.items[0].number}",
    )
