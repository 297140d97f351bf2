"""How each scoring method's parameters are spelled in the column 参数. Pure.

A reader takes the text of one cell and gives the method's own keys of the KPI object.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.kpi.problems import ParameterError, ParameterProblem, check
from app.kpi.words import DELTA_POINTS_WORDS, FULL_STEPS_OF, KEY_OF, Key, plain
from app.schemes.rules import Method
from app.scoring import curves

NUMBER = r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,20})?"
ONE_NUMBER = re.compile(rf"({NUMBER})(?:%|分)?")
WHOLE_NUMBER = re.compile(r"([0-9]{1,6})(?:\.0+)?[起次件个]?")
ASSIGNMENT = re.compile(r"(.*)[:=：＝]([^:=：＝]*)", re.DOTALL)
EVENT = re.compile(rf"({NUMBER})分?(?:/?[起次件个])?(?:x([0-9]{{1,6}})[起次件个]?)?")
SEPARATORS = re.compile(r"[;；\r\n]")
REASON = re.compile(r"\s*(?:理由|原因|reason)\s*[:=：＝](.*)", re.DOTALL | re.IGNORECASE)
LO, HI = rf"(?P<lo>{NUMBER})%?", rf"(?P<hi>{NUMBER})%?"
# What may stand before the points of a band, with the brackets that say which ends belong to it.
# 以上 and 以下 include the figure itself, as in the Civil Code, article 1259.
RANGES = tuple(
    (re.compile(pattern), brackets)
    for pattern, brackets in (
        (rf"(?:<=|≤|不超过){HI}", "(]"),
        (rf"{HI}以下", "(]"),
        (rf"(?:<|低于|小于|不满){HI}", "()"),
        (rf"(?:>=|≥|不低于){LO}", "[)"),
        (rf"{LO}以上", "[)"),
        (rf"(?:>|高于|大于|超过){LO}", "()"),
        (rf"{LO}[-~至到]{HI}", "[)"),
        *((rf"{re.escape(a)}{LO},{HI}{re.escape(b)}", a + b) for a in "[(" for b in "])"),
    )
)
STEP_KEYS = (Key.BASE, Key.UNIT, Key.PER)
STEP_OPTIONS = (Key.CAP_UP, Key.CAP_DOWN, Key.FLOOR)
FULL_BASE = "100"


def number(text: object) -> str:
    """Return decimal text without needless zeros. Commas and exponents are refused, not guessed."""
    match = ONE_NUMBER.fullmatch(plain(str(text)))
    if match is None:
        raise ParameterError(ParameterProblem.BAD_NUMBER, found=str(text).strip())
    value = Decimal(match.group(1))
    digits = f"{value:f}"
    shortened = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return shortened if value else "0"


def whole(text: str) -> int:
    """Read a count, as the number of complaints; refuse what is not a whole number from 0 up."""
    match = WHOLE_NUMBER.fullmatch(plain(text))
    if match is None:
        raise ParameterError(ParameterProblem.BAD_COUNT, found=text.strip())
    return int(match.group(1))


def entries(text: str) -> list[str]:
    """Split at semicolons of either width and at line breaks."""
    return [entry.strip() for entry in SEPARATORS.split(text) if entry.strip()]


def pair(entry: str) -> tuple[str, str]:
    """Split at the last = or : of either width."""
    match = ASSIGNMENT.fullmatch(entry)
    if match is None:
        raise ParameterError(ParameterProblem.NOT_A_PAIR, found=entry)
    return match.group(1).strip(), match.group(2)


def read_nothing(text: str) -> dict[str, Any]:
    if text.strip():
        raise ParameterError(ParameterProblem.UNEXPECTED, found=text.strip())
    return {}


def read_knots(text: str) -> dict[str, Any]:
    """线性插值: 15=60; 18=100; 20=120; below=0, in any order."""
    ends: dict[str, str] = {}
    points: dict[str, str] = {}
    for entry in entries(text):
        left, right = pair(entry)
        key = KEY_OF.get(plain(left))
        if key in {Key.BELOW, Key.ABOVE}:
            _put(ends, str(key), number(right), entry)
        else:
            _put(points, number(left), number(right), entry)
    knots = sorted(points.items(), key=lambda knot: Decimal(knot[0]))
    line = [curves.Knot(at=Fraction(at), points=Fraction(worth)) for at, worth in knots]
    outside = {key: Fraction(worth) for key, worth in ends.items()}
    check(lambda: curves.curve_through(line, **outside))
    return {"knots": [list(knot) for knot in knots], **ends}


def read_bands(text: str) -> dict[str, Any]:
    """层差法: <40=0; 40-50=60; >=50=100. The bands must cover every figure exactly once."""
    bands = [_band(entry) for entry in entries(text)]
    check(lambda: curves.require_partition([_as_curve_band(band) for band in bands]))
    return {"bands": sorted(bands, key=_lower_end)}


def read_steps(text: str) -> dict[str, Any]:
    """加减分: base=100; unit=3; per=1; up=20; down=20; full.

    The unit is percent of the target, or with ``points`` the figure's own (percentage) points.
    """
    found: dict[str, Any] = {}
    for entry in entries(text):
        _put(found, *_step_entry(entry), entry)
    for key in STEP_KEYS:
        if key not in found:
            raise ParameterError(ParameterProblem.MISSING_KEY, key=key)
    for key in (Key.UNIT, Key.PER):
        if Decimal(found[key]) <= 0:
            raise ParameterError(ParameterProblem.NOT_POSITIVE, key=key, found=found[key])
    if "full_steps" not in found:
        raise ParameterError(ParameterProblem.STEPS_UNSTATED)
    return found


def read_deductions(text: str) -> dict[str, Any]:
    """扣分法: base=100; 一般投诉:5x3; 重大投诉:20x1. An event without x has the count None."""
    found: dict[str, Any] = {}
    events: dict[str, list[Any]] = {}
    for entry in entries(text):
        name, worth = pair(entry)
        key = KEY_OF.get(plain(name))
        if key in {Key.BASE, Key.FLOOR}:
            _put(found, str(key), number(worth), entry)
        else:
            _put(events, name, [name, *_event(entry, name, worth)], entry)
    if not events:
        raise ParameterError(ParameterProblem.NO_EVENTS)
    return {"base": FULL_BASE, **found, "events": list(events.values())}


def read_reason(text: str) -> dict[str, Any]:
    """说明法: the whole text is the reason, with or without 理由： before it."""
    match = REASON.fullmatch(text)
    reason = (match.group(1) if match else text).strip()
    return {"reason": reason} if reason else {}


READERS: dict[Method, Callable[[str], dict[str, Any]]] = {
    Method.RATIO: read_nothing,
    Method.RATIO_SIGNED: read_nothing,
    Method.MIRROR: read_nothing,
    Method.INVERSE: read_nothing,
    Method.INTERPOLATE: read_knots,
    Method.BAND: read_bands,
    Method.STEP_DELTA: read_steps,
    Method.DEDUCT: read_deductions,
    Method.ALL_OR_NOTHING: read_nothing,
    Method.MANUAL: read_reason,
}


def _put(row: dict[str, Any], key: str, value: object, entry: str) -> None:
    if key in row:
        raise ParameterError(ParameterProblem.TWICE, found=entry)
    row[key] = value


def _keyed(entry: str, keys: Sequence[Key]) -> tuple[Key, str]:
    name, worth = pair(entry)
    key = KEY_OF.get(plain(name))
    if key is None or key not in keys:
        raise ParameterError(ParameterProblem.UNKNOWN_KEY, found=name)
    return key, number(worth)


def _step_entry(entry: str) -> tuple[str, str | bool]:
    word = plain(entry)
    if word in FULL_STEPS_OF:
        return "full_steps", FULL_STEPS_OF[word]
    if word in DELTA_POINTS_WORDS:
        return "delta", "points"
    key, worth = _keyed(entry, (*STEP_KEYS, *STEP_OPTIONS))
    return "floor_at" if key is Key.FLOOR else str(key), worth


def _event(entry: str, name: str, worth: str) -> tuple[str, int | None]:
    match = EVENT.fullmatch(plain(worth))
    if not name or match is None:
        raise ParameterError(ParameterProblem.BAD_EVENT, found=entry)
    points, count = number(match.group(1)), match.group(2)
    if Decimal(points) < 0:
        raise ParameterError(ParameterProblem.BAD_EVENT, found=entry)
    return points, None if count is None else int(count)


def _band(entry: str) -> dict[str, Any]:
    left, right = pair(entry)
    worth = number(right)
    for pattern, brackets in RANGES:
        match = pattern.fullmatch(plain(left))
        if match is not None:
            ends = {end: number(figure) for end, figure in match.groupdict().items()}
            return {**ends, **_closure(ends, brackets), "score": worth}
    raise ParameterError(ParameterProblem.BAD_RANGE, found=entry)


def _closure(ends: dict[str, str], brackets: str) -> dict[str, bool]:
    """Say which ends belong to the band where that differs from the usual [lo, hi)."""
    said = {}
    if "lo" in ends and brackets[0] == "(":
        said["lo_inc"] = False
    if "hi" in ends and brackets[1] == "]":
        said["hi_inc"] = True
    return said


def _as_curve_band(band: dict[str, Any]) -> curves.Band:
    return curves.Band(
        lo=Fraction(band["lo"]) if "lo" in band else None,
        hi=Fraction(band["hi"]) if "hi" in band else None,
        points=Fraction(band["score"]),
        lo_inc=band.get("lo_inc", True),
        hi_inc=band.get("hi_inc", False),
    )


def _lower_end(band: dict[str, Any]) -> tuple[bool, Decimal, bool]:
    return "lo" in band, Decimal(band.get("lo", 0)), not band.get("lo_inc", True)
