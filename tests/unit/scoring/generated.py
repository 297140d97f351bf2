"""Random but sensible examples for property tests, in the worked-input form.

An example is read off two rows of bytes, one for the scheme and one for the people: drawing one
long value is far cheaper than drawing many small ones. A byte of 0 always stands for the simplest
choice, so that what fails still shrinks to something small.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

GROUPS = ("supervisor", "peer", "subordinate", "customer", "self")
POOLED = ("peer", "subordinate")
SCALE = {"min": 1, "max": 5, "anchors": [[answer, 20 * answer] for answer in range(1, 6)]}
GRADES = [["S", 100], ["A", 90], ["B", 80], ["C", 60], ["D", 0]]
ANSWERS = (3, 4, 5, 2, 1, None)
AVERAGES: tuple[dict[str, Any], ...] = (
    {"aggregate": "mean"},
    {"aggregate": "median"},
    {"aggregate": "drop_k_each_side"},
    {"aggregate": "trimmed", "trim": "0.2"},
)
ANCHORS = ((20, 40, 60, 80, 100), (0, 25, 60, 85, 100), (0, 0, "33.3", 100, 100))

Document = dict[str, Any]
Option = TypeVar("Option")


class Tape:
    """Reads choices off a row of bytes; past its end every choice is the simplest one."""

    def __init__(self, row: bytes) -> None:
        self._row = iter(row)

    def below(self, count: int) -> int:
        """A whole number from 0 up, of at most 256."""
        return next(self._row, 0) % count

    def wide(self, lowest: int, highest: int) -> int:
        high, low = next(self._row, 0), next(self._row, 0)
        return lowest + (256 * high + low) % (highest - lowest + 1)

    def pick(self, options: Sequence[Option]) -> Option:
        return options[self.below(len(options))]

    def hundred(self, count: int) -> list[int]:
        """``count`` whole weights above 0 that sum to 100."""
        shares = [1 + self.below(30) for _ in range(count)]
        rest = [100 * share // sum(shares) for share in shares[1:]]
        return [100 - sum(rest), *rest]


def _ratio(tape: Tape) -> Document:
    method = tape.pick(["ratio", "mirror", "inverse"])
    return {"method": method, "target": tape.wide(1, 500), "actual": tape.wide(1, 900)}


def _ratio_signed(tape: Tape) -> Document:
    target = tape.wide(1, 300) * tape.pick([1, -1])
    return {"method": "ratio_signed", "target": target, "actual": tape.wide(-400, 400)}


def _interpolate(tape: Tape) -> Document:
    steps, rises = [1 + tape.below(9) for _ in range(3)], [tape.below(40) for _ in range(3)]
    knots = [[sum(steps[: n + 1]), sum(rises[: n + 1])] for n in range(3)]
    outside = tape.pick([{}, {"below": 0}, {"above": 120}, {"below": 0, "above": 120}])
    return {"method": "interpolate", "knots": knots, "actual": tape.below(30), **outside}


def _band(tape: Tape) -> Document:
    low, closed = 1 + tape.below(9), tape.pick([False, True])
    high = low + 1 + tape.below(9)
    bands = [
        {"hi": low, "hi_inc": closed, "score": tape.below(60)},
        {"lo": low, "lo_inc": not closed, "hi": high, "score": 60 + tape.below(30)},
        {"lo": high, "score": 90 + tape.below(40)},
    ]
    return {"method": "band", "bands": bands, "actual": tape.below(20)}


def _step_delta(tape: Tape) -> Document:
    limits: tuple[Document, ...] = ({}, {"cap_up": 10}, {"cap_down": 5}, {"floor_at": 90})
    return {
        "method": "step_delta",
        "base": 100,
        "unit": tape.pick([3, "0.5", 7]),
        "per": tape.pick([1, "1.5", 0]),
        "full_steps": tape.pick([True, False]),
        "delta": tape.pick(["percent", "points"]),
        "target": tape.wide(1, 200),
        "actual": tape.wide(0, 400),
        **tape.pick(limits),
    }


def _deduct(tape: Tape) -> Document:
    events = [["late", 5, tape.below(5)], ["lost", "12.5", tape.below(3)]]
    return {"method": "deduct", "base": 100, "events": events}


def _all_or_nothing(tape: Tape) -> Document:
    full: tuple[Document, ...] = ({}, {"full": 80})
    return {
        "method": "all_or_nothing",
        "target": tape.below(20),
        "actual": tape.below(20),
        **tape.pick(full),
    }


def _manual(tape: Tape) -> Document:
    return {"method": "manual", "actual": 1 + tape.below(5), "reason": "as agreed"}


KPIS = {
    "ratio": _ratio,
    "ratio_signed": _ratio_signed,
    "interpolate": _interpolate,
    "band": _band,
    "step_delta": _step_delta,
    "deduct": _deduct,
    "all_or_nothing": _all_or_nothing,
    "manual": _manual,
}


def _kpi(tape: Tape, methods: Sequence[str]) -> Document:
    kpi = KPIS[tape.pick(methods)](tape)
    status = tape.below(12)
    if status == 1:
        return {**kpi, "actual": None, "status": "not_applicable"}
    return {**kpi, "status": "zero"} if status == 2 else kpi


def _element(tape: Tape, name: str, weight: int, methods: Sequence[str]) -> Document:
    """A competency with its items, or a KPI."""
    element: Document = {"id": f"E{name}", "name": f"Element {name}", "weight": weight}
    if tape.below(3) == 2:
        return {**element, "kpi": _kpi(tape, methods)}
    items = [
        {"id": f"q{name}{place}", "w": 1 + tape.below(3), "reverse": tape.below(3) == 2}
        for place in range(1 + tape.below(2))
    ]
    return {**element, "items": items}


def _dimensions(tape: Tape, methods: Sequence[str]) -> list[Document]:
    dimensions = []
    for place, weight in enumerate(tape.hundred(1 + tape.below(3))):
        parts = tape.hundred(1 + tape.below(3))
        elements = [
            _element(tape, f"{place}{part}", share, methods) for part, share in enumerate(parts)
        ]
        dimensions.append({"id": f"D{place}", "weight": weight, "elements": elements})
    return dimensions


def _groups(tape: Tape) -> list[Document]:
    return [
        {"id": name, "weight": weight, "pool": "colleagues" if name in POOLED else None}
        for name, weight in zip(GROUPS, [*tape.hundred(4), 0], strict=True)
    ]


def items_of(document: Document) -> list[Document]:
    """Every item of every competency."""
    return [item for element in elements_of(document) for item in element.get("items", [])]


def elements_of(document: Document) -> list[Document]:
    return [element for one in document["dimensions"] for element in one["elements"]]


def _raters(tape: Tape, asked: Sequence[str]) -> list[Document]:
    """Up to one supervisor and one self, up to five of every other group."""
    rows: list[Document] = []
    for name in GROUPS:
        count = min(1, tape.below(8)) if name in ("supervisor", "self") else tape.below(6)
        rows += [{"id": f"{name}{place}", "group": name} for place in range(count)]
    silent = tape.below(4)
    for row in rows:
        answers = {item: tape.pick(ANSWERS[:5] if silent else ANSWERS) for item in asked}
        # A key that is absent was not asked.
        row["a"] = answers if tape.below(8) < 7 else dict(list(answers.items())[1:])
    return rows


def plain_example(rows: tuple[bytes, bytes]) -> Document:
    """Usual rules throughout: the anchors are 20 to 100, published with two decimals."""
    scheme, people = map(Tape, rows)
    return {
        "id": "X",
        "scale": SCALE,
        "grades": GRADES,
        **scheme.pick(AVERAGES),
        "adjustments": [{"points": f"{scheme.wide(-900, 900)}e-2"}],
        "coefficient": scheme.pick([None, "0.9", "1.1"]),
        "dimensions": (made := _dimensions(scheme, ["ratio"])),
        "groups": _groups(scheme),
        "raters": _raters(people, [item["id"] for item in items_of({"dimensions": made})]),
    }


def rich_example(rows: tuple[bytes, bytes]) -> Document:
    """Every rule that a scheme may set, and every method of a KPI."""
    scheme, people = map(Tape, rows)
    document = {
        "id": "X",
        "grades": GRADES,
        **scheme.pick(AVERAGES),
        "final": {
            "dp": scheme.pick([2, 1, 0, 3]),
            "mode": scheme.pick(["half_up", "half_even"]),
            "max": scheme.pick([120, 90]),
        },
        "kpi_cap": scheme.pick([120, "103.3"]),
        "kpi_floor": scheme.pick([0, 40]),
        "min_coverage": scheme.pick(["0.5", 0, 1]),
        "min_group_weight": scheme.pick([50, 0, 70]),
        "min_dimension_weight": scheme.pick([60, 0, 100]),
        "scale": {
            "min": 1,
            "max": 5,
            "anchors": [list(row) for row in enumerate(scheme.pick(ANCHORS), start=1)],
        },
        "adjustments": [{"points": f"{scheme.wide(-700, 700)}e-2"} for _ in range(scheme.below(3))],
        "adjust_cap": scheme.pick([5, "2.5", 0]),
        "coefficient": scheme.pick([None, "0.9", "1.1", "1.37"]),
        "dimensions": _dimensions(scheme, sorted(KPIS)),
        "groups": _groups(scheme),
    }
    for group in document["groups"]:
        group["k_min"] = 1 if group["id"] in ("supervisor", "self") else 3 - scheme.below(3)
    for element in elements_of(document):
        gates: tuple[Document, ...] = ({"max_grade": "B"}, {"max_score": 70})
        if scheme.below(8) == 7:
            element["gate"] = {**scheme.pick(gates), "triggered": scheme.below(2) == 0}
    document["raters"] = _raters(people, [item["id"] for item in items_of(document)])
    return document


ROWS = st.tuples(st.binary(min_size=96, max_size=96), st.binary(min_size=160, max_size=160))


def examples() -> st.SearchStrategy[Document]:
    return ROWS.map(plain_example)


def rich_examples() -> st.SearchStrategy[Document]:
    return ROWS.map(rich_example)
