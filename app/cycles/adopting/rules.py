"""A scheme that asks with another questionnaire: what is scored in place of what. Pure.

Weights, KPIs, groups and grades stay; only what the scheme's competencies are made of changes.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Table = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """A competency of the questionnaire that is to be asked with."""

    code: str
    name_zh: str
    name_en: str


class ChoiceProblem(StrEnum):
    NOT_CHOSEN = "not_chosen"
    TWICE = "twice"  # it would be counted twice


def scored_elements(definition: Table) -> list[dict[str, Any]]:
    """The elements of a scheme that are scored from answers, in its order."""
    return [
        element
        for dimension in definition["dimensions"]
        for element in dimension["elements"]
        if element.get("competency") is not None
    ]


def proposed(definition: Table, offered: Sequence[Offered]) -> dict[str, str]:
    """Element → the competency of the same name; empty where there is none. Codes say nothing:
    two questionnaires may number quite different things."""
    by_name = {_plain(name): one.code for one in offered for name in (one.name_en, one.name_zh)}
    names = {
        str(element["id"]): by_name.get(_plain(element["name_zh"]))
        or by_name.get(_plain(element["name_en"]), "")
        for element in scored_elements(definition)
    }
    return _each_once(names)


def _each_once(chosen: Mapping[str, str]) -> dict[str, str]:
    """The first element keeps a competency that two would have."""
    taken: set[str] = set()
    kept = {}
    for element, code in chosen.items():
        kept[element] = "" if code in taken else code
        taken.add(code)
    return kept


def problems_of(
    definition: Table, chosen: Mapping[str, str], codes: Collection[str]
) -> dict[str, ChoiceProblem]:
    """Element → why its choice cannot stand."""
    return dict(_problems(definition, chosen, codes))


def _problems(
    definition: Table, chosen: Mapping[str, str], codes: Collection[str]
) -> Iterator[tuple[str, ChoiceProblem]]:
    taken: set[str] = set()
    for element in scored_elements(definition):
        code = chosen.get(str(element["id"]), "")
        if code not in codes:
            yield str(element["id"]), ChoiceProblem.NOT_CHOSEN
        elif code in taken:
            yield str(element["id"]), ChoiceProblem.TWICE
        taken.add(code)


def adopted(
    definition: Table, chosen: Mapping[str, str], offered: Sequence[Offered]
) -> dict[str, Any]:
    """The definition that scores what was chosen. An element keeps its id and weight, by which KPIs
    refer to it, and takes the name of the competency unless it has that competency already."""
    known = {one.code: one for one in offered}
    made: dict[str, Any] = deepcopy(dict(definition))
    for element in scored_elements(made):
        one = known[chosen[str(element["id"])]]
        if one.code != element["competency"] or not _is_named(element, one):
            element.update(competency=one.code, name_zh=one.name_zh, name_en=one.name_en)
    return made


def _is_named(element: Table, one: Offered) -> bool:
    return _plain(element["name_zh"]) == _plain(one.name_zh)


def _plain(name: object) -> str:
    return " ".join(str(name).split()).casefold()
