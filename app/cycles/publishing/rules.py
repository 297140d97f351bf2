"""What keeps a draft from being published: a scheme would have nothing to compute from. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.people.groups import RaterGroup
from app.questionnaires.rules import Audience
from app.schemes.findings import Table, number_in, tables_in
from app.scoring.kpi_document import SURVEY_METHOD

Asked = Mapping[str, Collection[Audience]]
"""Code of a competency → who is asked at least one of its items."""


class PublishProblem(StrEnum):
    NO_ITEMS = "no_items"  # nobody is asked anything
    GROUP_WITHOUT_ITEMS = "group_without_items"  # a group that weighs would get an empty form
    COMPETENCY_WITHOUT_ITEMS = "competency_without_items"  # weighs, and nobody who weighs is asked
    KPI_WITHOUT_ITEMS = "kpi_without_items"  # is read from answers that nobody would give


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishFinding:
    """`scheme` is the place of the scheme in the list; the names are of its group or element."""

    problem: PublishProblem
    scheme: int = 0
    name_zh: str = ""
    name_en: str = ""


def check_publishing(asked: Asked, definitions: Sequence[Table]) -> tuple[PublishFinding, ...]:
    """All that stands in the way, for the schemes that would ask with the draft."""
    if not any(asked.values()):
        return (PublishFinding(problem=PublishProblem.NO_ITEMS),)
    return tuple(
        found for place, table in enumerate(definitions) for found in _check(asked, table, place)
    )


def _check(asked: Asked, definition: Table, place: int) -> Iterator[PublishFinding]:
    groups = [row for row in tables_in(definition, "groups") if _weighs(row)]
    elements = [
        element
        for dimension in tables_in(definition, "dimensions")
        for element in tables_in(dimension, "elements")
    ]
    scored = [str(row["competency"]) for row in elements if row.get("competency") is not None]
    for group in groups:
        if not _is_asked(asked, scored, [group]):
            yield _finding(PublishProblem.GROUP_WITHOUT_ITEMS, place, group)
    for element in elements:
        code, kpi = element.get("competency"), element.get("kpi")
        if code is not None and not _is_asked(asked, [str(code)], groups):
            yield _finding(PublishProblem.COMPETENCY_WITHOUT_ITEMS, place, element)
        if isinstance(kpi, Mapping) and kpi.get("method") == SURVEY_METHOD:
            source = [group for group in groups if group.get("id") == kpi.get("group")]
            if not _is_asked(asked, _codes(kpi, scored), source):
                yield _finding(PublishProblem.KPI_WITHOUT_ITEMS, place, element)


def _weighs(group: Table) -> bool:
    return (number_in(group.get("weight")) or 0) > 0 and group.get("id") != RaterGroup.SELF


def _codes(kpi: Table, scored: Sequence[str]) -> Sequence[str]:
    named = kpi.get("competencies")
    return [str(code) for code in named] if isinstance(named, list | tuple) else scored


def _is_asked(asked: Asked, codes: Sequence[str], groups: Sequence[Table]) -> bool:
    """Whether one of these groups is asked an item of one of these competencies."""
    audiences = {group.get("audience") for group in groups}
    return any(audience in audiences for code in codes for audience in asked.get(code, ()))


def _finding(problem: PublishProblem, place: int, row: Table) -> PublishFinding:
    return PublishFinding(
        problem=problem,
        scheme=place,
        name_zh=str(row.get("name_zh", "")),
        name_en=str(row.get("name_en", "")),
    )
