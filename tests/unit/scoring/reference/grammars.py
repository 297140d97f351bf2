"""The small languages in which published cases write their rules."""

import re
from fractions import Fraction
from itertools import pairwise

from app.scoring.curves import Band, Curve, Knot, curve_through, require_partition
from app.scoring.numbers import exact

NUMBER = r"(-?\d+(?:\.\d+)?)"
INTERVAL = re.compile(rf"([\[(]){NUMBER},\s*{NUMBER}([\])])")
ONE_SIDED = re.compile(rf"(<=|<|>=|>)\s*{NUMBER}")
PROPORTIONAL = re.compile(rf"{NUMBER}-{NUMBER}:\s*a\*{NUMBER}%")
RISING = re.compile(rf"{NUMBER}-{NUMBER}:\s*\+{NUMBER}pp per {NUMBER}%")
BELOW = re.compile(rf"<{NUMBER}:\s*{NUMBER}")
AT_MOST = re.compile(rf"max {NUMBER}")
PER_BELOW = re.compile(rf"{NUMBER} per {NUMBER}% below")


def parts_of(rule: str) -> list[str]:
    return [part.strip() for part in rule.split(";") if part.strip()]


def bands_of(rule: str) -> list[Band]:
    """``<=25:15; (25,30]:10; >30:0``: each part begins where the one before ended; what no part
    claims is worth nothing."""
    bands: list[Band] = []
    for part in parts_of(rule.replace("|d|", "")):
        condition, points = part.rsplit(":", 1)
        bands.append(_band(condition.strip(), exact(points.strip()), bands))
    if bands[0].lo is not None and bands[-1].lo is None:
        bands = _rising(bands)
    if bands[-1].hi is not None:
        rest = Band(lo=bands[-1].hi, hi=None, points=Fraction(), lo_inc=not bands[-1].hi_inc)
        bands.append(rest)
    require_partition(bands)
    return bands


def _rising(bands: list[Band]) -> list[Band]:
    """A table from the best band down, written so that it rises."""
    ordered = list(reversed(bands))
    return [
        Band(lo=one.lo, hi=above.lo, points=one.points, lo_inc=one.lo_inc, hi_inc=not above.lo_inc)
        for one, above in pairwise(ordered)
    ] + [ordered[-1]]


def _band(condition: str, points: Fraction, before: list[Band]) -> Band:
    interval = INTERVAL.fullmatch(condition)
    if interval:
        opening, low, high, closing = interval.groups()
        return Band(
            lo=exact(low),
            hi=exact(high),
            points=points,
            lo_inc=opening == "[",
            hi_inc=closing == "]",
        )
    one_sided = ONE_SIDED.fullmatch(condition)
    assert one_sided, condition
    sign, end = one_sided.groups()
    if sign.startswith(">"):
        return Band(lo=exact(end), hi=None, points=points, lo_inc=sign == ">=")
    start = before[-1].hi if before else None
    starts_within = not before[-1].hi_inc if before else True
    return Band(lo=start, hi=exact(end), points=points, lo_inc=starts_within, hi_inc=sign == "<=")


def incentive_curve(rule: str) -> Curve:
    """``<80:0; 80-100: a*50%; 100-120: +1.5pp per 1%; max 80``."""
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
    if ceiling is not None:
        knots = [Knot(at=knot.at, points=min(knot.points, ceiling)) for knot in knots]
    return curve_through(knots, below=below)


def deduction_per_step(rule: str) -> tuple[Fraction, Fraction]:
    """``1 per 2% below``: what a step costs, and how large it is."""
    match = PER_BELOW.fullmatch(rule)
    assert match, rule
    return exact(match[1]), exact(match[2])
