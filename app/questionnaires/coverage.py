"""What each rater group is asked of each competency: where that is too little or much. Pure.

The findings advise the person who edits a questionnaire; the ready packs have none.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.people.groups import RaterGroup
from app.questionnaires.rules import COLLEAGUES, CUSTOMERS, Audience, groups_of

LEAST_ITEMS = 3  # of a competency, for a rater group whose view is to mean something
MOST_ITEMS = 40
MOST_FOR_CUSTOMERS = 8
MOST_CRITICAL = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """Of one competency, how many items each rater group is asked; absent means none.

    `critical` counts those whose worst answer asks for an example.
    """

    code: str
    counts: Mapping[RaterGroup, int]
    critical: Mapping[RaterGroup, int] = field(default_factory=dict)


class FormProblem(StrEnum):
    """The comment names what else a finding has."""

    NOT_ASKED = "not_asked"  # groups that have a form, and nothing about the competency on it
    FEW_ITEMS = "few_items"  # items, limit
    LONG_FORM = "long_form"  # items, limit; about the whole form
    MANY_CRITICAL = "many_critical"  # items, limit; about the whole form
    NO_BOX = "no_box"  # items: critical, on a form without comment boxes; about the whole form


@dataclass(frozen=True, kw_only=True, slots=True)
class FormFinding:
    """`competency` is empty where a whole form is meant."""

    problem: FormProblem
    groups: tuple[RaterGroup, ...]
    competency: str = ""
    items: int = 0
    limit: int = 0


def check_forms(
    rows: Sequence[Coverage], boxes: Collection[Audience] = tuple(Audience)
) -> tuple[FormFinding, ...]:
    """What to improve in who is asked what, first about whole forms, then by competency.

    `boxes` are the audiences that have comment boxes. Customers have a short form by design, so
    only its length is looked at, and what it asks to be written.
    """
    totals = {group: sum(row.counts.get(group, 0) for row in rows) for group in RaterGroup}
    asked = [group for group in COLLEAGUES if totals[group]]
    found = [*_long(totals, COLLEAGUES, MOST_ITEMS), *_long(totals, CUSTOMERS, MOST_FOR_CUSTOMERS)]
    critical = {group: sum(row.critical.get(group, 0) for row in rows) for group in RaterGroup}
    for audience in Audience:
        found += _critical(critical, groups_of(audience), has_box=audience in boxes)
    for row in rows:
        if any(row.counts.values()):
            found += _few(row, asked)
    return tuple(found)


def _long(
    totals: Mapping[RaterGroup, int], groups: Sequence[RaterGroup], limit: int
) -> Iterator[FormFinding]:
    for items, together in _by_number({group: totals[group] for group in groups}).items():
        if items > limit:
            yield FormFinding(
                problem=FormProblem.LONG_FORM, groups=together, items=items, limit=limit
            )


def _critical(
    totals: Mapping[RaterGroup, int], groups: Sequence[RaterGroup], *, has_box: bool
) -> Iterator[FormFinding]:
    """Many examples are more than most people write; without comments beside them none is asked."""
    problem, limit = (
        (FormProblem.MANY_CRITICAL, MOST_CRITICAL) if has_box else (FormProblem.NO_BOX, 0)
    )
    for items, together in _by_number({group: totals[group] for group in groups}).items():
        if items > limit:
            yield FormFinding(problem=problem, groups=together, items=items, limit=limit)


def _few(row: Coverage, asked: Sequence[RaterGroup]) -> Iterator[FormFinding]:
    counts = {group: row.counts.get(group, 0) for group in asked}
    for items, together in sorted(_by_number(counts).items()):
        if items < LEAST_ITEMS:
            yield FormFinding(
                problem=FormProblem.FEW_ITEMS if items else FormProblem.NOT_ASKED,
                groups=together,
                competency=row.code,
                items=items,
                limit=LEAST_ITEMS,
            )


def _by_number(counts: Mapping[RaterGroup, int]) -> dict[int, tuple[RaterGroup, ...]]:
    found: dict[int, tuple[RaterGroup, ...]] = {}
    for group, items in counts.items():
        found[items] = (*found.get(items, ()), group)
    return found
