"""Small rounds of feedback in the worked-input form: who answered what, in few words."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.unit.scoring.generated import GRADES, SCALE

WEIGHTS = {"supervisor": 40, "peer": 25, "subordinate": 10, "customer": 25, "self": 0}
POOLED = ("peer", "subordinate")

Given = Mapping[str, Sequence[int | None]]
"""Item → answer, in the order of the raters of a group."""


def groups(**changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The usual groups, with members changed by group."""
    return [
        {"id": name, "weight": weight, "pool": "colleague" if name in POOLED else None}
        | dict(changes.get(name, {}))
        for name, weight in WEIGHTS.items()
    ]


def competency(name: str, weight: int = 100) -> dict[str, Any]:
    """A competency with one item, which has the competency's name in small letters."""
    return {"id": name, "weight": weight, "items": [{"id": name.lower()}]}


def raters(answers: Mapping[str, Sequence[Mapping[str, int | None]]]) -> list[dict[str, Any]]:
    """Group → the answers of each of its raters."""
    return [
        {"id": f"{group}{place}", "group": group, "a": dict(given)}
        for group, listed in answers.items()
        for place, given in enumerate(listed)
    ]


def round_of(
    answers: Mapping[str, Sequence[Mapping[str, int | None]]],
    *elements: Mapping[str, Any],
    **changes: Any,
) -> dict[str, Any]:
    """One dimension with these elements, by default the competency C alone."""
    listed = [dict(one) for one in elements] or [competency("C")]
    return {
        "id": "X",
        "scale": SCALE,
        "grades": GRADES,
        "groups": groups(),
        "dimensions": [{"id": "D", "weight": 100, "elements": listed}],
        "raters": raters(answers),
        **changes,
    }


def each(item: str, *answers: int | None) -> list[dict[str, int | None]]:
    """One rater for every answer to the one item."""
    return [{item: answer} for answer in answers]
