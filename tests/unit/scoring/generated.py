"""Random but sensible examples for property tests, in the worked-input form."""

from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

GROUPS = ("supervisor", "peer", "subordinate", "customer", "self")
ANSWERS = st.sampled_from([1, 2, 3, 4, 5, None])
SCALE = {"min": 1, "max": 5, "anchors": [[answer, 20 * answer] for answer in range(1, 6)]}
GRADES = [["S", 100], ["A", 90], ["B", 80], ["C", 60], ["D", 0]]


@st.composite
def hundred(draw: st.DrawFn, count: int) -> list[int]:
    """``count`` whole weights above 0 that sum to 100."""
    cuts = draw(st.lists(st.integers(1, 99), min_size=count - 1, max_size=count - 1, unique=True))
    ends = [0, *sorted(cuts), 100]
    return [high - low for low, high in pairwise(ends)]


@st.composite
def kpis(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.integers(0, 7)) == 0:
        return {"method": "ratio", "target": 1, "actual": None, "status": "not_applicable"}
    method = draw(st.sampled_from(["ratio", "mirror", "inverse"]))
    return {
        "method": method,
        "target": draw(st.integers(1, 500)),
        "actual": draw(st.integers(1, 900)),
    }


@st.composite
def dimensions(draw: st.DrawFn) -> list[dict[str, Any]]:
    weights = draw(hundred(draw(st.integers(1, 4))))
    return [
        {"id": f"D{number}", "weight": weight, "elements": draw(elements(number))}
        for number, weight in enumerate(weights)
    ]


@st.composite
def elements(draw: st.DrawFn, dimension: int) -> list[dict[str, Any]]:
    weights = draw(hundred(draw(st.integers(1, 4))))
    return [
        {"id": f"E{dimension}{place}", "weight": weight, **draw(contents(f"{dimension}{place}"))}
        for place, weight in enumerate(weights)
    ]


@st.composite
def contents(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """A KPI, or the items of a competency."""
    if draw(st.booleans()):
        return {"kpi": draw(kpis())}
    flags = draw(st.lists(st.booleans(), min_size=1, max_size=3))
    return {
        "items": [
            {"id": f"q{name}{place}", "w": draw(st.integers(1, 3)), "reverse": flag}
            for place, flag in enumerate(flags)
        ]
    }


@st.composite
def examples(draw: st.DrawFn) -> dict[str, Any]:
    made = draw(dimensions())
    asked = [item["id"] for one in made for e in one["elements"] for item in e.get("items", [])]
    raters = [
        {
            "id": f"r{number}",
            "group": group,
            "a": {item: draw(ANSWERS) for item in asked},
        }
        for number, group in enumerate(draw(st.lists(st.sampled_from(GROUPS), max_size=14)))
    ]
    groups = [
        {"id": name, "weight": weight, "pool": "colleague" if name in GROUPS[1:3] else None}
        for name, weight in zip(GROUPS, [*draw(hundred(4)), 0], strict=True)
    ]
    return {
        "id": "X",
        "scale": SCALE,
        "grades": GRADES,
        "groups": groups,
        "aggregate": draw(st.sampled_from(["mean", "median", "drop_k_each_side"])),
        "dimensions": made,
        "raters": raters,
        "adjustments": [{"points": f"{draw(st.integers(-900, 900))}e-2"}],
        "coefficient": draw(st.sampled_from([None, "0.9", "1.1"])),
    }
