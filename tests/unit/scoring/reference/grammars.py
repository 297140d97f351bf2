"""The small languages in which published cases write their rules."""

import re
from dataclasses import replace
from fractions import Fraction

from app.scoring.curves import Band, Curve, Knot, curve_through, require_partition
from app.scoring.numbers import exact

NUMBER = r"(-?\d+(?:\.\d+)?)"
INTERVAL = re.compile(rf"([\[(])\s*{NUMBER}\s*,\s*{NUMBER}\s*([\])])")
ONE_SIDED = re.compile(rf"(<=|<|>=|>)\s*{NUMBER}")
PROPORTIONAL = re.compile(rf"{NUMBER}-{NUMBER}:\s*a\*{NUMBER}%")
RISING = re.compile(rf"{NUMBER}-{NUMBER}:\s*\+{NUMBER}pp per {NUMBER}%")
BELOW = re.compile(rf"<{NUMBER}:\s*{NUMBER}")
AT_MOST = re.compile(rf"max {NUMBER}")
PER_STEP = re.compile(rf"{NUMBER} per {NUMBER}\s*(?:%|pp) (below|above)")
FROM_TO = re.compile(rf"{NUMBER}-{NUMBER}")


def parts_of(rule: str) -> list[str]:
    return [part.strip() for part in rule.split(";") if part.strip()]


def bands_of(rule: str) -> list[Band]:
    """``<=25:15; (25,30]:10; >30:0``: each part begins where its neighbour ends; what lies beyond
    the ends is worth nothing.

    ``70-95:2`` begins at its first figure, and its last belongs above where the next part takes
    it. Parts may be listed from the lowest up or from the highest down.
    """
    bands = [_band(part) for part in parts_of(rule.replace("|d|", ""))]
    if _comes_first(bands[-1], bands[0]):
        bands.reverse()
    bands = [_begun(band, before) for band, before in zip(bands, [None, *bands], strict=False)]
    bands = [_ended(band, after) for band, after in zip(bands, [*bands[1:], None], strict=True)]
    first, last = bands[0], bands[-1]
    if first.lo is not None:
        bands.insert(0, Band(lo=None, hi=first.lo, points=Fraction(), hi_inc=not first.lo_inc))
    if last.hi is not None:
        bands.append(Band(lo=last.hi, hi=None, points=Fraction(), lo_inc=not last.hi_inc))
    require_partition(bands)
    return bands


def _comes_first(one: Band, other: Band) -> bool:
    """By the ends they state; what has no lower end lies below what has no upper one."""
    if one.hi is not None and other.hi is not None:
        return one.hi < other.hi
    if one.lo is not None and other.lo is not None:
        return one.lo < other.lo
    return one.lo is None


def _begun(band: Band, before: Band | None) -> Band:
    """``<=35`` after ``<=30`` begins above 30, and so does ``30-35``."""
    if before is None or before.hi is None:
        return band
    if band.lo is None or (band.lo == before.hi and before.hi_inc):
        return replace(band, lo=before.hi, lo_inc=not before.hi_inc)
    return band


def _ended(band: Band, after: Band | None) -> Band:
    """``>=80`` below ``>=90`` ends under 90; ``110-125`` below ``>125`` ends at 125."""
    if after is None or after.lo is None:
        return band
    if band.hi is None or (band.hi == after.lo and not after.lo_inc):
        return replace(band, hi=after.lo, hi_inc=not after.lo_inc)
    return band


def _band(part: str) -> Band:
    """One part as it stands; its open side is filled in by the neighbours."""
    condition, _, points = (piece.strip() for piece in part.rpartition(":"))
    if interval := INTERVAL.fullmatch(condition):
        opening, low, high, closing = interval.groups()
        inclusive = {"lo_inc": opening == "[", "hi_inc": closing == "]"}
        return Band(lo=exact(low), hi=exact(high), points=exact(points), **inclusive)
    if from_to := FROM_TO.fullmatch(condition):
        return Band(lo=exact(from_to[1]), hi=exact(from_to[2]), points=exact(points))
    one_sided = ONE_SIDED.fullmatch(condition)
    assert one_sided, condition
    sign, end = one_sided.groups()
    if sign.startswith(">"):
        return Band(lo=exact(end), hi=None, points=exact(points), lo_inc=sign == ">=")
    return Band(lo=None, hi=exact(end), points=exact(points), hi_inc=sign == "<=")


def incentive_curve(rule: str) -> tuple[Curve, Fraction | None]:
    """``<80:0; 80-100: a*50%; 100-120: +1.5pp per 1%; max 80``: the curve and the maximum."""
    knots: list[Knot] = []
    below = None
    ceiling = None
    for part in parts_of(rule):
        if match := BELOW.fullmatch(part):
            below = exact(match[2])
        elif match := PROPORTIONAL.fullmatch(part):
            rate = exact(match[3]) / 100
            knots += [Knot(at=exact(end), points=exact(end) * rate) for end in match.groups()[:2]]
        elif match := RISING.fullmatch(part):
            start, end, per, unit = map(exact, match.groups())
            gain = (end - start) / unit * per
            knots.append(Knot(at=end, points=knots[-1].points + gain))
        else:
            match = AT_MOST.fullmatch(part)
            assert match, part
            ceiling = exact(match[1])
    return curve_through(knots, below=below), ceiling


def deduction_per_step(rule: str) -> tuple[Fraction, Fraction, bool]:
    """``1 per 2% below``: what a step costs, how large it is, whether falling below costs."""
    match = PER_STEP.fullmatch(rule)
    assert match, rule
    return exact(match[1]), exact(match[2]), match[3] == "below"
