"""Side by side: what the drafts say about several people, and which of them can be submitted.

Only drafts are read. What was submitted is shown to nobody again, not even to whoever wrote it: a
mail that was passed on must not show it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.feedback.answers import NOT_OBSERVED, Body, comments_of, read_body
from app.feedback.callers import Asked
from app.feedback.comparing.rules import FEWEST
from app.feedback.drafts import read_drafts
from app.feedback.hinting.service import hints_for_all
from app.feedback.notices import Notice, notices_about
from app.feedback.pages import FormPage, Section, Visit, form_pages, places_of
from app.feedback.submitting.rules import (
    MOST_AT_ONCE,
    MOST_BYTES,
    Wait,
    Why,
    bytes_in_body,
    examples_left,
    wait_of,
)


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
class _Drafted:
    """An open form with what has been saved of it, which may be nothing."""

    asked: Asked
    page: FormPage
    body: Body
    revision: int

    @property
    def values(self) -> Mapping[str, str]:
        return self.body.values


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """A form that can be submitted as it is, with what would be submitted and nothing else."""

    asked: Asked
    page: FormPage
    values: Mapping[str, str]
    revision: int
    version: str  # of the notice that holds for it

    @property
    def comments(self) -> list[tuple[str, str]]:
        """Fields of the comments on it, with their labels; without the examples."""
        return [(box.field, box.label) for box in self.page.boxes if box.field in self.values]

    @property
    def texts(self) -> int:
        """How many comments and examples there are."""
        return len(self.values) - len(self.page.shape.items)

    @property
    def examples_left(self) -> list[tuple[str, int]]:
        """Fields of examples that are asked for and not given, with their questions' numbers."""
        left = examples_left(self.page.shape, self.values)
        items = [item for section in self.page.sections for item in section.items]
        return [(item.example, item.number) for item in items if item.example in left]


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A form that waits, why, and the place on its page that this leads to; empty for its top."""

    asked: Asked
    wait: Wait
    place: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckPage:
    tables: list[Table]
    ready: list[Ready]
    waiting: list[Waiting]
    notices: list[Notice]  # of what is ready


def check_page(visit: Visit) -> CheckPage:
    """All open forms of a reviewer, in as many statements for many as for two."""
    rows = visit.open_ones
    drafts = read_drafts(visit.token, [row.id for row in rows])
    forms = [
        _Drafted(
            asked=row,
            page=page,
            body=read_body(page.shape, drafts[row.id].values.items()),
            revision=drafts[row.id].revision,
        )
        for row, page in zip(rows, form_pages(visit, rows), strict=True)
    ]
    ready, waiting = _sorted_out(visit, forms)
    beside = {row.id for row in visit.begun}
    promised = [(one.page.promise, one.asked) for one in ready]
    return CheckPage(
        tables=_tables([one for one in forms if one.asked.id in beside]),
        ready=ready,
        waiting=waiting,
        notices=notices_about(visit, promised) if promised else [],
    )


def _tables(forms: Sequence[_Drafted]) -> list[Table]:
    """A table for each questionnaire with answers about at least two people."""
    alike: dict[object, list[_Drafted]] = {}
    for one in forms:
        if any(one.values.get(name) for name in one.page.shape.item_fields):
            key = (one.page.questionnaire_id, one.page.promise.audience)
            alike.setdefault(key, []).append(one)
    return [_table(filled) for filled in alike.values() if len(filled) >= FEWEST]


def _sorted_out(visit: Visit, forms: Sequence[_Drafted]) -> tuple[list[Ready], list[Waiting]]:
    """What can be submitted now, and what waits."""
    hints = hints_for_all(visit, [(one.asked, one.page, one.values) for one in forms])
    ready: list[Ready] = []
    waiting = []
    taken = 0
    for one in forms:
        shape = one.page.shape
        is_begun = one.asked.touched_at is not None
        telling = hints.get(one.asked.id, ())
        wait = wait_of(shape, one.body, is_begun=is_begun, telling=telling)
        if wait is None:
            complete = _ready(visit, one)
            size = bytes_in_body(complete.values)
            if len(ready) < MOST_AT_ONCE and taken + size <= MOST_BYTES:
                ready.append(complete)
                taken += size
            else:
                wait = Wait(why=Why.NEXT)
        if wait is not None:
            place = places_of(one.page).get(wait.field, "")
            waiting.append(Waiting(asked=one.asked, wait=wait, place=place))
    return ready, waiting


def _ready(visit: Visit, one: _Drafted) -> Ready:
    ratings = {field: one.values[field] for field in one.page.shape.item_fields}
    texts = comments_of(one.page.shape, one.values)
    return Ready(
        asked=one.asked,
        page=one.page,
        values={**ratings, **{f"c-{code}": text for code, text in texts.items()}},
        revision=one.revision,
        version=one.page.promise.version(visit.cycle.mode),
    )


def _table(filled: Sequence[_Drafted]) -> Table:
    names = {section.code: section.name for one in filled for section in one.page.sections}
    return Table(
        people=tuple(one.asked for one in filled),
        lines=tuple(
            Line(name=name, cells=tuple(_cell_of(one, code) for one in filled))
            for code, name in names.items()
        ),
        levels=len(filled[0].page.levels),
    )


def _cell_of(one: _Drafted, code: str) -> Cell | None:
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
