"""The 360 part of a publication: surviving cells, item figures, and what had to stay out. Pure.

A cell is a rater group, or groups merged, that survived the group minimum in a competency. Figures
come from the very raters that the competency counted, so that nothing can be solved for by
comparing an item with its competency.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from app.ratings.item_figures import protected_item_texts
from app.scoring.averages import mean
from app.scoring.cells import Cell
from app.scoring.disclosure.terms import goes_with_items, slope_of
from app.scoring.disclosure.thresholds import Thresholds, headcount_band, may_show_spread
from app.scoring.example import SELF, Element, Example, Item, Rater
from app.scoring.numbers import fixed_text
from app.scoring.results import ElementResult, GroupResult, Rating
from app.scoring.statistics.self_other import is_blind_spot, is_hidden_strength
from app.scoring.survey import surveyed_lines
from app.scoring.tally import tally_of
from app.scoring.trace import percent_text

NOT_OBSERVED = "–"

Table = Mapping[str, Any]


def competencies(document: Table, example: Example, rating: Rating) -> list[dict[str, Any]]:
    """Every competency, in the order of the scheme."""
    rows = {one["id"]: one for row in document["dimensions"] for one in row["elements"]}
    elements = {one.id: one for dimension in example.dimensions for one in dimension.elements}
    return [
        _competency(document, example, elements[result.id], result, rows[result.id])
        for dimension in rating.dimensions
        for result in dimension.elements
        if elements[result.id].items
    ]


def answers_behind(document: Table, example: Example) -> dict[str, list[dict[str, Any]]]:
    """Whose answers each KPI read from the feedback is made of: its lines, with bands of raters.

    A line stands once, with every band that it has in the competencies.
    """
    groups = {group["id"]: group for group in document["groups"]}
    return {
        element.id: _bands(surveyed_lines(example, element.survey), groups)
        for dimension in example.dimensions
        for element in dimension.elements
        if element.survey is not None
    }


def _bands(lines: Sequence[Cell], groups: Mapping[str, Table]) -> list[dict[str, Any]]:
    bands: dict[tuple[str, ...], list[str]] = {}
    for line in sorted(lines, key=lambda one: (one.members, one.n)):
        seen = bands.setdefault(line.members, [])
        band = _headcount(line.members, line.n, groups)
        if band not in seen:
            seen.append(band)
    return [{**_label(of, groups), "raters": " / ".join(seen)} for of, seen in bands.items()]


def _competency(
    document: Table, example: Example, element: Element, result: ElementResult, row: Table
) -> dict[str, Any]:
    groups = {group["id"]: group for group in document["groups"]}
    untold = [cell for cell in result.groups if _is_untold(example, cell, groups)]
    own, others = result.self_score, None if untold else result.others_raw
    items = _items(example, element, result, row, groups)
    gap = None if own is None or others is None else own - others
    return {
        "id": result.id,
        "zh": row["name_zh"],
        "en": row["name_en"],
        "cells": [_cell(cell, groups) for cell in result.groups if cell not in untold],
        "others": _mean(others),
        "own": _mean(own),
        "gap": _mean(gap),
        "is_blind_spot": is_blind_spot(own=own, others=others),
        "is_hidden_strength": is_hidden_strength(own=own, others=others),
        "items": items,
        "withheld": [
            *_withheld(result, untold, row, groups),
            *_blank_items(result, items, groups),
        ],
    }


def _is_untold(example: Example, cell: GroupResult, groups: Mapping[str, Table]) -> bool:
    """Whether a cell's mean on the scale must not stand beside the competency's points.

    Where the anchors lie on no line, mean and points are two different sums over the same answers,
    which tell as much as a mean with its spread: that needs 2k raters. The points are in the
    total, so the mean goes, and with it what others say on the scale, which contains it.
    """
    return (
        slope_of(example.scale) is None
        and _protects(cell, groups)
        and not may_show_spread(cell.n, _thresholds(cell, groups))
    )


def _cell(cell: GroupResult, groups: Mapping[str, Table]) -> dict[str, Any]:
    return {
        **_label(cell.members, groups),
        "mean": fixed_text(cell.mean),
        "raters": _headcount(cell.members, cell.n, groups),
        "weight": percent_text(cell.weight).removesuffix("%"),
    }


def _headcount(members: Sequence[str], n: int, groups: Mapping[str, Table]) -> str:
    """How many raters a line has: a band where they are protected, else the number itself."""
    if not _protected(members, groups):
        return str(n)
    band = headcount_band(n, Thresholds(k=_least(members, groups)))
    return band.text if band else ""


def _protects(cell: GroupResult, groups: Mapping[str, Table]) -> bool:
    return _protected(cell.members, groups)


def _protected(members: Sequence[str], groups: Mapping[str, Table]) -> bool:
    return any(groups[member]["protected"] for member in members)


def _thresholds(cell: GroupResult, groups: Mapping[str, Table]) -> Thresholds:
    return Thresholds(k=_least(cell.members, groups))


def _label(members: Sequence[str], groups: Mapping[str, Table]) -> dict[str, Any]:
    return {
        "groups": list(members),
        "zh": " + ".join(groups[member]["name_zh"] for member in members),
        "en": " + ".join(groups[member]["name_en"] for member in members),
    }


def _withheld(
    result: ElementResult,
    untold: Sequence[GroupResult],
    row: Table,
    groups: Mapping[str, Table],
) -> list[dict[str, Any]]:
    """A note for each merger, and for each group that was asked but has no figure of its own.

    Nobody and too few read alike. Only a group whose pool survives without it goes unmentioned:
    nobody of it answered, perhaps because there is nobody.
    """
    notes = [
        {"kind": "merged", "least": _least(cell.members, groups), **_each(cell.members, groups)}
        for cell in result.groups
        if len(cell.members) > 1 and cell not in untold
    ]
    notes += [
        {"kind": "group", "least": 2 * _least(cell.members, groups), **_each((member,), groups)}
        for cell in untold
        for member in cell.members
    ]
    alive = {member for cell in result.groups for member in cell.members}
    pools = {groups[member].get("pool") for member in alive} - {None}
    for group in groups.values():
        counts = Fraction(group["weight"]) > 0 and _is_asked(group, row["items"])
        if (
            group["protected"]
            and counts
            and group["id"] not in alive
            and group.get("pool") not in pools
        ):
            names = _each((group["id"],), groups)
            notes.append({"kind": "group", "least": group["k_min"], **names})
    if not result.groups:
        notes.append({"kind": "competency", "least": 0, "zh": [], "en": []})
    return notes


def _is_asked(group: Table, items: Sequence[Table]) -> bool:
    """Whether any of these items is on the group's form."""
    return any(
        group["id"] in item["groups"] if "groups" in item else group["audience"] == item["audience"]
        for item in items
    )


def _blank_items(
    result: ElementResult, items: Sequence[Table], groups: Mapping[str, Table]
) -> list[dict[str, Any]]:
    """One note where any item is blank."""
    if all(figure["text"] for item in items for figure in item["figures"]):
        return []
    least = max(_least(cell.members, groups) for cell in result.groups)
    return [{"kind": "item", "least": least, "zh": [], "en": []}]


def _each(members: Sequence[str], groups: Mapping[str, Table]) -> dict[str, Any]:
    return {
        "zh": [groups[member]["name_zh"] for member in members],
        "en": [groups[member]["name_en"] for member in members],
    }


def _least(members: Sequence[str], groups: Mapping[str, Table]) -> int:
    return max(int(groups[member]["k_min"]) for member in members)


def _items(
    example: Example,
    element: Element,
    result: ElementResult,
    row: Table,
    groups: Mapping[str, Table],
) -> list[dict[str, Any]]:
    figures: dict[str, list[dict[str, Any]]] = {item.id: [] for item in element.items}
    counted = _counted(example, element)
    for cell in result.groups:
        raters = [rater for rater in counted if rater.group in cell.members]
        for item_id, text in _figures_of_cell(example, element, cell, raters, groups).items():
            figures[item_id].append({**_label(cell.members, groups), "text": text})
    own = [rater for rater in counted if rater.group == SELF]
    return [
        {
            "zh": source["text_zh"],
            "en": source["text_en"],
            "is_reversed": item.reverse,
            "figures": figures[item.id],
            "own": _own_text(example, item, own),
        }
        for item, source in zip(element.items, row["items"], strict=True)
        if figures[item.id]
    ]


def _figures_of_cell(
    example: Example,
    element: Element,
    cell: GroupResult,
    raters: Sequence[Rater],
    groups: Mapping[str, Table],
) -> dict[str, str]:
    """Item id → shown mean, for the items on this cell's form."""
    asked = [item for item in element.items if any(item.id in one.answers for one in raters)]
    if _hides_items(example, cell, groups):
        texts = [""] * len(asked)
    elif _protects(cell, groups):
        texts = protected_item_texts(
            [[_answer(example, item, one) for item in asked] for one in raters],
            counts=[one.contact for one in raters],
            items=asked,
            ends=(example.scale.lowest, example.scale.highest),
            thresholds=_thresholds(cell, groups),
        )
    else:
        texts = [_plain_text(_answers(example, item, raters)) for item in asked]
    return {item.id: text for item, text in zip(asked, texts, strict=True)}


def _hides_items(example: Example, cell: GroupResult, groups: Mapping[str, Table]) -> bool:
    """Whether no item may stand beside the figures of a protected cell."""
    with_items = goes_with_items(example, cell.n)
    return _protects(cell, groups) and (not with_items or _is_untold(example, cell, groups))


def _plain_text(given: Sequence[Fraction]) -> str:
    """A dash where the supervisor did not observe it."""
    return fixed_text(mean(given), 1).removesuffix(".0") if given else NOT_OBSERVED


def _counted(example: Example, element: Element) -> list[Rater]:
    """Those whose answers the competency counted."""
    tally, coverage = tally_of(element.items, example.scale), example.policy.min_coverage
    return [
        rater
        for rater in example.raters
        if tally.mean(rater.answers, min_coverage=coverage) is not None
    ]


def _answers(example: Example, item: Item, raters: Sequence[Rater]) -> list[Fraction]:
    given = [_answer(example, item, rater) for rater in raters]
    return [answer for answer in given if answer is not None]


def _answer(example: Example, item: Item, rater: Rater) -> Fraction | None:
    answer = rater.answers.get(item.id)
    if answer is None or not item.reverse:
        return answer
    return example.scale.reversed_answer(answer)


def _own_text(example: Example, item: Item, own: Sequence[Rater]) -> str:
    given = _answers(example, item, own)
    return fixed_text(given[0], 0) if given else ""


def _mean(value: Fraction | None) -> str | None:
    return None if value is None else fixed_text(value)
