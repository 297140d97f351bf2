"""KPI points read from a curve through knots (线性插值) or from bands (层差法)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from app.scoring.errors import Complaint, ScoringError
from app.scoring.numbers import decimal_text

FEWEST_KNOTS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Knot:
    """At the actual figure ``at`` the KPI is worth ``points``."""

    at: Fraction
    points: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """Straight lines through knots in rising order; None outside means the nearest knot."""

    knots: tuple[Knot, ...]
    below: Fraction | None = None
    above: Fraction | None = None

    def points(self, actual: Fraction) -> Fraction:
        ends = self.between(actual)
        if ends is None:
            return self._outside(actual)
        slope, intercept = line_through(*ends)
        return slope * actual + intercept

    def between(self, actual: Fraction) -> tuple[Knot, Knot] | None:
        """The two knots on whose line the figure lies; None outside of all knots."""
        if not self.knots[0].at <= actual <= self.knots[-1].at:
            return None
        return next(pair for pair in pairwise(self.knots) if actual <= pair[1].at)

    def _outside(self, actual: Fraction) -> Fraction:
        first, last = self.knots[0], self.knots[-1]
        if actual < first.at:
            return first.points if self.below is None else self.below
        return last.points if self.above is None else self.above


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """An interval of actual figures and its points; None as an end is without end."""

    lo: Fraction | None
    hi: Fraction | None
    points: Fraction
    lo_inc: bool = True
    hi_inc: bool = False

    def holds(self, actual: Fraction) -> bool:
        above = self.lo is None or actual > self.lo or (actual == self.lo and self.lo_inc)
        below = self.hi is None or actual < self.hi or (actual == self.hi and self.hi_inc)
        return above and below

    @property
    def text(self) -> str:
        """``[50, 60)`` in the notation of intervals."""
        lo = "(−∞" if self.lo is None else ("[" if self.lo_inc else "(") + decimal_text(self.lo)
        hi = "+∞)" if self.hi is None else decimal_text(self.hi) + ("]" if self.hi_inc else ")")
        return f"{lo}, {hi}"


def line_through(left: Knot, right: Knot) -> tuple[Fraction, Fraction]:
    """Slope and intercept of the straight line through two knots."""
    slope = (right.points - left.points) / (right.at - left.at)
    return slope, left.points - slope * left.at


def curve_through(
    knots: Sequence[Knot], *, below: Fraction | None = None, above: Fraction | None = None
) -> Curve:
    """The curve, or a refusal of knots that are too few, jumbled, doubled or turn back.

    Knots may be listed from low to high or from high to low.
    """
    if len(knots) < FEWEST_KNOTS:
        raise ScoringError(Complaint.KNOTS_TOO_FEW, "/knots")
    rising = list(knots) if knots[0].at < knots[-1].at else list(reversed(knots))
    if any(one.at >= other.at for one, other in pairwise(rising)):
        raise ScoringError(Complaint.KNOTS_UNORDERED, "/knots")
    levels = [knot.points for knot in rising]
    outside_in = [*_given(below), *levels, *_given(above)]
    if outside_in not in (sorted(outside_in), sorted(outside_in, reverse=True)):
        raise ScoringError(Complaint.KNOTS_NOT_MONOTONE, "/knots")
    return Curve(knots=tuple(rising), below=below, above=above)


def band_of(actual: Fraction, bands: Sequence[Band]) -> Band:
    """The one band that holds the actual figure."""
    return next(band for band in bands if band.holds(actual))


def require_partition(bands: Sequence[Band]) -> None:
    """Refuse bands that do not cover every number exactly once."""
    for band in bands:
        _require_not_empty(band)
    ordered = sorted(bands, key=_start)
    if not ordered or ordered[0].lo is not None:
        raise ScoringError(Complaint.BAND_GAP, "/bands", found="−∞")
    for one, following in pairwise(ordered):
        _require_meeting(one, following)
    if ordered[-1].hi is not None:
        raise ScoringError(Complaint.BAND_GAP, "/bands", found="+∞")


def _start(band: Band) -> tuple[bool, Fraction, bool]:
    return band.lo is not None, band.lo or Fraction(), not band.lo_inc


def _require_not_empty(band: Band) -> None:
    if band.lo is None or band.hi is None:
        return
    if band.lo > band.hi or (band.lo == band.hi and not (band.lo_inc and band.hi_inc)):
        lo, hi = decimal_text(band.lo), decimal_text(band.hi)
        raise ScoringError(Complaint.BAND_EMPTY, "/bands", lo=lo, hi=hi)


def _require_meeting(one: Band, following: Band) -> None:
    """``following`` begins exactly where ``one`` ends, and the common end belongs to one."""
    if one.hi is None or following.lo is None:
        end = following.lo if following.lo is not None else one.hi
        found = "−∞" if end is None else decimal_text(end)
        raise ScoringError(Complaint.BAND_OVERLAP, "/bands", found=found)
    found = decimal_text(following.lo)
    if following.lo < one.hi or (following.lo == one.hi and one.hi_inc and following.lo_inc):
        raise ScoringError(Complaint.BAND_OVERLAP, "/bands", found=found)
    if following.lo > one.hi or not (one.hi_inc or following.lo_inc):
        raise ScoringError(Complaint.BAND_GAP, "/bands", found=decimal_text(one.hi))


def _given(points: Fraction | None) -> list[Fraction]:
    return [] if points is None else [points]
