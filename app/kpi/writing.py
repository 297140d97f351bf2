"""How each scoring method's parameters are written into the column 参数. Pure."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from app.kpi.grammar import SEPARATORS, number
from app.kpi.problems import ParameterError, ParameterProblem
from app.kpi.words import DELTA_POINTS, FULL_STEPS, KEY_OF, KEYS, STATUS_OF, Key, Wording, plain
from app.schemes.rules import Method

Row = Mapping[str, Any]
Entries = list[str]


def _assigned(row: Row, keys: Mapping[str, Key], wording: Wording) -> Entries:
    """Write those keys that the row has, each as word=number."""
    return [
        f"{KEYS[key][wording][0]}={number(row[name])}"
        for name, key in keys.items()
        if row.get(name) is not None
    ]


def write_nothing(_row: Row, _wording: Wording) -> Entries:
    return []


def write_knots(row: Row, wording: Wording) -> Entries:
    knots = [f"{number(at)}={number(worth)}" for at, worth in row.get("knots", [])]
    return [*knots, *_assigned(row, {"below": Key.BELOW, "above": Key.ABOVE}, wording)]


def write_bands(row: Row, _wording: Wording) -> Entries:
    return [f"{_range(band)}={number(band['score'])}" for band in row.get("bands", [])]


def write_steps(row: Row, wording: Wording) -> Entries:
    keys = {
        "base": Key.BASE,
        "unit": Key.UNIT,
        "per": Key.PER,
        "cap_up": Key.CAP_UP,
        "cap_down": Key.CAP_DOWN,
        "floor_at": Key.FLOOR,
    }
    steps = [FULL_STEPS[row["full_steps"]][wording][0]] if "full_steps" in row else []
    delta = [DELTA_POINTS[wording][0]] if row.get("delta") == "points" else []
    return [*_assigned(row, keys, wording), *steps, *delta]


def write_deductions(row: Row, wording: Wording) -> Entries:
    events = [_event(*event) for event in row.get("events", [])]
    return [*_assigned(row, {"base": Key.BASE, "floor": Key.FLOOR}, wording), *events]


def write_reason(row: Row, wording: Wording) -> Entries:
    colon = "：" if wording is Wording.ZH else ": "
    return [f"{KEYS[Key.REASON][wording][0]}{colon}{row['reason']}"] if "reason" in row else []


WRITERS: dict[Method, Callable[[Row, Wording], Entries]] = {
    Method.RATIO: write_nothing,
    Method.RATIO_SIGNED: write_nothing,
    Method.MIRROR: write_nothing,
    Method.INVERSE: write_nothing,
    Method.INTERPOLATE: write_knots,
    Method.BAND: write_bands,
    Method.STEP_DELTA: write_steps,
    Method.DEDUCT: write_deductions,
    Method.ALL_OR_NOTHING: write_nothing,
    Method.MANUAL: write_reason,
}


def _range(band: Row) -> str:
    lo, hi = band.get("lo"), band.get("hi")
    lo_inc, hi_inc = band.get("lo_inc", True), band.get("hi_inc", False)
    if lo is None and hi is None:
        raise ParameterError(ParameterProblem.UNWRITABLE, found="−∞ – +∞")
    if lo is None:
        return f"{'<=' if hi_inc else '<'}{number(hi)}"
    if hi is None:
        return f"{'>=' if lo_inc else '>'}{number(lo)}"
    if lo_inc and not hi_inc:
        dash = "-" if Decimal(number(lo)) >= 0 else "~"
        return f"{number(lo)}{dash}{number(hi)}"
    return f"{'[' if lo_inc else '('}{number(lo)},{number(hi)}{']' if hi_inc else ')'}"


def _event(name: str, points: object, count: int | None) -> str:
    word = plain(name)
    if not word or word in KEY_OF or word in STATUS_OF or SEPARATORS.search(name):
        raise ParameterError(ParameterProblem.UNWRITABLE, found=name)
    times = "" if count is None else f"x{count}"
    return f"{name.strip()}:{number(points)}{times}"
