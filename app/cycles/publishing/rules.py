"""What keeps a draft from being published: a scheme would have nothing to compute from. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from app.people.groups import RaterGroup
from app.schemes.findings import Table, number_in, tables_in
from app.scoring.example import USUAL_GROUP_WEIGHT
from app.scoring.kpi_document import SURVEY_METHOD

Asked = Mapping[str, Collection[RaterGroup]]
"""Code of a competency → the rater groups that are asked at least one of its items."""


class PublishProblem(StrEnum):
    NO_ITEMS = "no_items"  # nobody is asked anything
    GROUP_WITHOUT_ITEMS = "group_without_items"  # a group that weighs would get an empty form
    COMPETENCY_WITHOUT_ITEMS = "competency_without_items"  # weighs, and nobody who weighs is asked
    COMPETENCY_TOO_LIGHT = "competency_too_light"  # weight, needed: of all who are asked, percent
    KPI_WITHOUT_ITEMS = "kpi_without_items"  # is read from answers that nobody would give


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishFinding:
    """`scheme` is the place of the scheme in the list; the names are of its group or element."""

    problem: PublishProblem
    scheme: int = 0
    name_zh: str = ""
    name_en: str = ""
    weight: str = ""
    needed: str = ""


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
        if code is not None:
            yield from _check_weight(asked.get(str(code), ()), groups, place, element)
        if isinstance(kpi, Mapping) and kpi.get("method") == SURVEY_METHOD:
            source = [group for group in groups if group.get("id") == kpi.get("group")]
            if not _is_asked(asked, _codes(kpi, scored), source):
                yield _finding(PublishProblem.KPI_WITHOUT_ITEMS, place, element)


def _check_weight(
    asked: Collection[RaterGroup], groups: Sequence[Table], place: int, element: Table
) -> Iterator[PublishFinding]:
    """Even where everybody answers, a score needs that those who are asked weigh enough."""
    weights = (number_in(row.get("weight")) for row in groups if row.get("id") in asked)
    weight = sum((one for one in weights if one is not None), start=Decimal())
    if not weight:
        yield _finding(PublishProblem.COMPETENCY_WITHOUT_ITEMS, place, element)
    elif weight < USUAL_GROUP_WEIGHT:
        found = _finding(PublishProblem.COMPETENCY_TOO_LIGHT, place, element)
        yield replace(found, weight=f"{weight.normalize():f}", needed=str(USUAL_GROUP_WEIGHT))


def _weighs(group: Table) -> bool:
    return (number_in(group.get("weight")) or 0) > 0 and group.get("id") != RaterGroup.SELF


def _codes(kpi: Table, scored: Sequence[str]) -> Sequence[str]:
    named = kpi.get("competencies")
    return [str(code) for code in named] if isinstance(named, list | tuple) else scored


def _is_asked(asked: Asked, codes: Sequence[str], groups: Sequence[Table]) -> bool:
    """Whether one of these groups is asked an item of one of these competencies."""
    named = {group.get("id") for group in groups}
    return any(group in named for code in codes for group in asked.get(code, ()))


def _finding(problem: PublishProblem, place: int, row: Table) -> PublishFinding:
    return PublishFinding(
        problem=problem,
        scheme=place,
        name_zh=str(row.get("name_zh", "")),
        name_en=str(row.get("name_en", "")),
    )
