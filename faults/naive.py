"""A policy as many products have it, planted so that the check has something to find.

Every group from k up is shown with its items from k answers up, beside the mean of all who
answered and the weighted total of all groups. It leaks in more than half of all random rounds.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from app.scoring.disclosure.equations import Equation, Figure, FigureKind
from faults.oracle import Oracle, summed


def naive_equations(oracle: Oracle) -> Iterator[Equation]:
    """What a reader would see under that policy; for means, whatever the round averages by."""
    for competency, element in oracle.elements.items():
        if "items" in element:
            yield from _of_competency(oracle, competency, element["items"])


def _of_competency(
    oracle: Oracle, competency: str, items: list[dict[str, Any]]
) -> Iterator[Equation]:
    present = [
        group
        for group in oracle.groups.values()
        if group["id"] != "self" and oracle.counted(competency, [group["id"]])
    ]
    for group in present:
        yield from _of_group(oracle, competency, group, items)
    everybody = [group["id"] for group in present]
    weighted = [(Fraction(group["weight"]), group["id"]) for group in present]
    total = summed((weight, oracle.mean(competency, [group])) for weight, group in weighted)
    yield Equation(
        figure=Figure(kind=FigureKind.OTHERS, of=competency),
        terms=oracle.mean(competency, everybody),
    )
    yield Equation(figure=Figure(kind=FigureKind.COMPETENCY, of=competency), terms=total)


def _of_group(
    oracle: Oracle, competency: str, group: dict[str, Any], items: list[dict[str, Any]]
) -> Iterator[Equation]:
    members = (group["id"],)
    counted = oracle.counted(competency, members)
    if len(counted) < group["k_min"]:
        return
    yield oracle.equation(Figure(kind=FigureKind.CELL, of=competency, members=members))
    for item in items:
        if sum(item["id"] in answers for answers in counted.values()) >= group["k_min"]:
            yield oracle.equation(
                Figure(kind=FigureKind.ITEM, of=competency, members=members, item=item["id"])
            )
