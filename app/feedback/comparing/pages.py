"""One competency, question by question, with a row for each of several people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.feedback.answers import DraftState
from app.feedback.callers import Asked
from app.feedback.comparing.rules import FEWEST, Waiting, sets_to_compare
from app.feedback.drafts import read_drafts
from app.feedback.pages import FormPage, Section, Visit, form_pages


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """A person on a page of several, with the form and what has been saved of it."""

    asked: Asked
    form: FormPage
    draft: DraftState


@dataclass(frozen=True, kw_only=True, slots=True)
class ComparePage:
    """`number` counts from 1 over all competencies of all sets of people."""

    number: int
    total: int
    section: Section
    people: tuple[Compared, ...]
    following: Section | None  # the next competency, of whichever people

    @property
    def levels(self) -> tuple[tuple[str, str], ...]:
        return self.people[0].form.levels

    @property
    def answered(self) -> int:
        fields = [item.field for item in self.section.items]
        return sum(bool(one.draft.values.get(field)) for one in self.people for field in fields)

    @property
    def questions(self) -> int:
        return len(self.people) * len(self.section.items)


def may_compare(visit: Visit) -> bool:
    """Whether any of the reviewer's people may be laid question by question beside another."""
    return bool(_sets(visit))


def compare_page(visit: Visit, number: int) -> ComparePage | None:
    """The page of this number; None where there is none (any more)."""
    together = _sets(visit)
    rows = [row for ids in together for row in visit.open_ones if row.id in ids]
    forms = dict(zip([row.id for row in rows], form_pages(visit, rows), strict=True))
    drafts = read_drafts(visit.token, [row.id for row in rows])
    pages = [
        (people, section)
        for ids in together
        for people in [_alike([row for row in rows if row.id in ids], forms)]
        for section in (forms[people[0].id].sections if len(people) >= FEWEST else ())
    ]
    if not 1 <= number <= len(pages):
        return None
    people, section = pages[number - 1]
    return ComparePage(
        number=number,
        total=len(pages),
        section=section,
        people=tuple(
            Compared(asked=row, form=forms[row.id], draft=drafts[row.id]) for row in people
        ),
        following=pages[number][1] if number < len(pages) else None,
    )


def _alike(rows: Sequence[Asked], forms: Mapping[int, FormPage]) -> list[Asked]:
    """Those whose form asks the same as the first one's; a scheme may ask a group otherwise."""
    return [row for row in rows if forms[row.id].shape == forms[rows[0].id].shape]


def _sets(visit: Visit) -> list[list[int]]:
    if not visit.cycle.compares:
        return []
    return sets_to_compare(
        [
            Waiting(request_id=row.id, group=row.group, questionnaire_id=row.questionnaire_id)
            for row in visit.open_ones
        ]
    )
