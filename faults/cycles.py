"""Random review rounds of one person, as documents that the rating engine reads.

Meant to be nasty rather than usual: tiny groups, skipped answers, pools, groups with customers'
questions, items for single groups, thresholds from 3 to 5, anchors on a line and bent ones, every
way to average.
"""

from random import Random
from typing import Any

Document = dict[str, Any]

STRAIGHT = ([20, 40, 60, 80, 100], [0, 25, 50, 75, 100])
BENT = ([0, 30, 60, 85, 100], [20, 40, 55, 80, 120])
NAMES = ("peer", "subordinate", "customer", "project", "partner", "director")
SKIPPING = (0.0, 0.0, 0.05, 0.2, 0.5)
CONTACT = ("daily", "weekly", "seldom")
AVERAGES = (
    *({"aggregate": "mean"},) * 9,
    {"aggregate": "contact_weighted", "contact_weights": {"daily": 3, "weekly": 2, "seldom": 1}},
    {"aggregate": "trimmed", "trim": "0.15"},
    {"aggregate": "drop_k_each_side"},
    {"aggregate": "median"},
)


PLAIN = ("mean", "contact_weighted")


def random_cycle(seed: int) -> Document:
    """The same document for the same seed. Every eighth one is tiny.

    Overall views and a KPI read from the feedback never meet: no product shows both, since their
    difference may tell about few.
    """
    random = Random(seed)  # noqa: S311 - chance has to be repeatable here
    is_tiny = _one_in(random, 8)
    groups = _groups(random, is_tiny=is_tiny)
    dimensions = _dimensions(random, is_tiny=is_tiny)
    average, order = random.choice(AVERAGES), "competency_first"
    if average["aggregate"] in PLAIN and _one_in(random, 10):
        order = "rater_overall_first"
    elif _one_in(random, 4):
        _read_a_kpi_from_feedback(random, groups, dimensions)
    return {
        "id": f"cycle-{seed}",
        "title": f"Random cycle {seed}",
        "scale": _scale(random),
        "grades": [["A", 90], ["B", 75], ["C", 60], ["D", 0]],
        "groups": groups,
        **average,
        "order": order,
        "missing_policy": random.choice(["renormalise", "renormalise", "fixed_fallback"]),
        "min_coverage": random.choice(["0.5", "0.5", "0", "0.8"]),
        "min_group_weight": random.choice(["50", "50", "0"]),
        "dimensions": dimensions,
        "raters": _raters(random, groups, dimensions, is_tiny=is_tiny),
        "adjustments": random.choice([[], [{"name": "bonus", "points": "1.5"}]]),
        "coefficient": random.choice([None, None, "0.95"]),
        "k_comment": 5,
        "comments": [],
    }


def _scale(random: Random) -> Document:
    points = random.choice(random.choice([STRAIGHT, STRAIGHT, BENT]))
    return {"min": 1, "max": 5, "anchors": [[step, worth] for step, worth in enumerate(points, 1)]}


def _groups(random: Random, *, is_tiny: bool) -> list[Document]:
    names = list(NAMES[: random.randint(1, 2 if is_tiny else 5)])
    usual = random.choice([3, 3, 3, 4, 5])
    rows = [
        _group(
            name,
            protected=True,
            k_min=max(usual, random.choice([3, 3, 3, 4, 5])) if _one_in(random, 5) else usual,
            pool="colleague" if _one_in(random, 2) else None,
        )
        for name in names
    ]
    if not _one_in(random, 10):
        rows.insert(0, _group("supervisor", protected=False, k_min=1))
    for row, weight in zip(rows, _hundred(random, len(rows)), strict=True):
        row["weight"] = str(weight)
    return [*rows, _group("self", protected=False, k_min=1)]


def _group(name: str, *, protected: bool, k_min: int, pool: str | None = None) -> Document:
    return {
        "id": name,
        "name": name,
        "name_zh": name,
        "name_en": name.title(),
        "weight": "0",
        "k_min": k_min,
        "protected": protected,
        "audience": "customer" if name == "customer" else "internal",
        **({"pool": pool} if pool else {}),
    }


def _hundred(random: Random, count: int) -> list[int]:
    """Whole weights from 0 up that sum to 100; seldom one is 0."""
    cuts = sorted(random.randint(0, 100) for _ in range(count - 1))
    return [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]


def _dimensions(random: Random, *, is_tiny: bool) -> list[Document]:
    count = 1 if is_tiny else random.randint(1, 3)
    return [
        {
            "id": f"D{number}",
            "name_zh": f"维度{number}",
            "name_en": f"Dimension {number}",
            "weight": str(weight),
            "elements": _elements(random, number, is_tiny=is_tiny),
        }
        for number, weight in enumerate(_hundred(random, count), 1)
    ]


def _elements(random: Random, dimension: int, *, is_tiny: bool) -> list[Document]:
    count = 1 if is_tiny else random.randint(1, 3)
    return [
        {
            "id": f"E{dimension}{place}",
            "name_zh": f"要素{dimension}{place}",
            "name_en": f"Element {dimension}{place}",
            "weight": str(weight),
            **_contents(random, f"q{dimension}{place}", is_tiny=is_tiny),
        }
        for place, weight in enumerate(_hundred(random, count))
    ]


def _contents(random: Random, name: str, *, is_tiny: bool) -> Document:
    if not is_tiny and _one_in(random, 4):
        actual = str(random.randint(50, 130))
        return {
            "kpi": {"method": "ratio", "target": "100", "actual": actual},
            "target_text": "100",
            "actual_text": actual,
        }
    internal = [
        _item(random, f"{name}{place}", "internal")
        for place in range(random.randint(1, 3 if is_tiny else 5))
    ]
    customers = [
        _item(random, f"{name}{place}c", "customer") for place in range(random.randint(0, 2))
    ]
    return {"items": internal + customers}


def _read_a_kpi_from_feedback(
    random: Random, groups: list[Document], dimensions: list[Document]
) -> None:
    """Turn one KPI, where there is any, into the points that a group gave."""
    elements = [one for row in dimensions for one in row["elements"]]
    kpis = [one for one in elements if "kpi" in one]
    asked = [group["id"] for group in groups if group["protected"] and group["weight"] != "0"]
    if kpis and asked and any("items" in one for one in elements):
        kpis[0]["kpi"] = {"method": "from_feedback", "group": random.choice(asked)}


def _item(random: Random, name: str, audience: str) -> Document:
    return {
        "id": name,
        "w": random.choice([1, 1, 1, 2, 3]),
        "reverse": _one_in(random, 5),
        **_asked(random, audience),
        "text_zh": f"行为 {name}",
        "text_en": f"Behaviour {name}",
    }


def _asked(random: Random, audience: str) -> Document:
    """Who is asked an item: a whole audience, or single rater groups, also ones nobody is in."""
    if audience == "customer" or _one_in(random, 2):
        return {"audience": audience}
    names = ["supervisor", "self", *(name for name in NAMES if name != "customer")]
    return {"groups": random.sample(names, random.randint(1, 3))}


def _is_asked(group: Document, item: Document) -> bool:
    if "groups" in item:
        return group["id"] in item["groups"]
    return bool(group["audience"] == item["audience"])


def _raters(
    random: Random, groups: list[Document], dimensions: list[Document], *, is_tiny: bool
) -> list[Document]:
    items = [one for row in dimensions for e in row["elements"] for one in e.get("items", [])]
    skipping, level = random.choice(SKIPPING), random.randint(2, 4)
    raters: list[Document] = []
    for group in groups:
        asked = [one["id"] for one in items if _is_asked(group, one)]
        for _ in range(_size(random, group, is_tiny=is_tiny)):
            raters.append(
                {
                    "id": f"r{len(raters)}",
                    "group": group["id"],
                    "contact": random.choice(CONTACT),
                    "a": {item: _answer(random, skipping, level) for item in asked},
                }
            )
    random.shuffle(raters)
    return raters[:60]


def _size(random: Random, group: Document, *, is_tiny: bool) -> int:
    if not group["protected"]:
        return random.choice([0, 1, 1, 1])
    if is_tiny:
        return random.randint(0, 4)
    return random.randint(8, 25) if _one_in(random, 7) else random.randint(0, 8)


def _answer(random: Random, skipping: float, level: int) -> int | None:
    if random.random() < skipping:
        return None
    return min(5, max(1, level + random.choice([-2, -1, 0, 0, 1, 2])))


def _one_in(random: Random, many: int) -> bool:
    return random.randrange(many) == 0
