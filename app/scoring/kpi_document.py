"""Reading the ``kpi`` part of an element: its method, its figures, its status."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.scoring.curves import Band, Curve, Knot, band_of, curve_through, require_partition
from app.scoring.errors import Complaint, ScoringError
from app.scoring.kpi import (
    Deduction,
    Kpi,
    KpiStatus,
    Limits,
    Steps,
    all_or_nothing,
    deduct,
    earned_by,
    inverse,
    mirror,
    percent_deviation,
    ratio,
    ratio_signed,
    require_limits,
    step_count,
    step_delta,
)
from app.scoring.node import Node
from app.scoring.numbers import decimal_text
from app.scoring.scales import Scale
from app.scoring.weights import HUNDRED
from app.scoring.workings import Formula, Working, fact_text, working

SHORTEST_REASON = 2
SURVEY_METHOD = "from_feedback"


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """Points before cap and floor, and where they come from; None where others will say."""

    points: Fraction | None
    how: Working | None = None


class Deviation(StrEnum):
    """What a step counts: percent of the target, or the figure's own (percentage) points."""

    PERCENT = "percent"
    POINTS = "points"


def read_kpi(node: Node, *, name: str, scale: Scale, limits: Limits) -> Kpi:
    """Read and check one KPI; refuses one that is still pending.

    ``limits`` are the scheme's cap and floor, which a KPI's own may only narrow. A KPI of the
    method ``from_feedback`` has no points yet: they come when the feedback is counted.
    """
    method = node.field("method")
    reader = METHODS.get(method.text(), _later if method.text() == SURVEY_METHOD else None)
    if reader is None:
        raise ScoringError(Complaint.UNKNOWN_METHOD, method.where, found=method.value)
    own = _limits(node, limits)
    status = _status(node)
    if status is KpiStatus.PENDING:
        raise ScoringError(Complaint.PENDING_KPI, node.where, found=name)
    counted = _counted(node, reader, status, scale)
    return Kpi(
        method=method.text(),
        status=status,
        points=counted.points,
        limits=own,
        approved_by=node.text_or("approved_by"),
        working=counted.how,
    )


def _limits(node: Node, scheme: Limits) -> Limits:
    """The scheme's limits, or what the KPI makes of them."""
    floor, cap = node.number_or_none("floor"), node.number_or_none("cap")
    if floor is None and cap is None:
        return scheme
    own = scheme.narrowed(floor=floor, cap=cap)
    require_limits(own, floor_at=f"{node.where}/floor", cap_at=f"{node.where}/cap")
    return own


def _status(node: Node) -> KpiStatus:
    """As stated; without a statement, an actual figure of null is one that is still to come."""
    stated = node.optional("status")
    if stated is not None:
        return stated.choice(KpiStatus)
    if node.has("actual") and node.optional("actual") is None:
        return KpiStatus.PENDING
    return KpiStatus.SCORED


def _counted(node: Node, reader: "Reader", status: KpiStatus, scale: Scale) -> Counted:
    # Within a method all places are relative to the KPI.
    here = Node(node.value)
    try:
        if status is KpiStatus.SCORED:
            return reader(here, scale)
        _require_sound_rule(here)
    except ScoringError as refusal:
        raise refusal.under(node.where) from None
    return Counted(points=Fraction() if status is KpiStatus.ZERO else None)


def _require_sound_rule(node: Node) -> None:
    """A faulty rule is refused even where nothing is put to it this time."""
    if node.optional("knots") is not None:
        _curve(node)
    if node.optional("bands") is not None:
        _bands(node)


def _later(_node: Node, _scale: Scale) -> Counted:
    return Counted(points=None)


def _ratio(node: Node, _: Scale) -> Counted:
    actual, target = _actual(node), _target(node)
    how = working(Formula.RATIO, actual=actual, target=target)
    return Counted(points=ratio(actual=actual, target=target), how=how)


def _ratio_signed(node: Node, _: Scale) -> Counted:
    actual, target = _actual(node), _target(node)
    how = working(Formula.RATIO_SIGNED, actual=actual, target=target, size=abs(target))
    return Counted(points=ratio_signed(actual=actual, target=target), how=how)


def _mirror(node: Node, _: Scale) -> Counted:
    actual, target = _actual(node), _target(node)
    how = working(Formula.MIRROR, actual=actual, target=target)
    return Counted(points=mirror(actual=actual, target=target), how=how)


def _inverse(node: Node, _: Scale) -> Counted:
    actual, target = _actual(node), _target(node)
    how = working(Formula.INVERSE, actual=actual, target=target)
    return Counted(points=inverse(actual=actual, target=target), how=how)


def _interpolate(node: Node, _: Scale) -> Counted:
    curve, actual = _curve(node), _actual(node)
    points = curve.points(actual)
    return Counted(points=points, how=_on_curve(curve, actual, points))


def _curve(node: Node) -> Curve:
    knots = []
    for knot in node.field("knots").items():
        at, points = knot.row(2)
        knots.append(Knot(at=at.number(), points=points.number()))
    below, above = node.number_or_none("below"), node.number_or_none("above")
    return curve_through(knots, below=below, above=above)


def _on_curve(curve: Curve, actual: Fraction, points: Fraction) -> Working:
    ends = curve.between(actual)
    if ends is None:
        low, high = curve.knots[0].at, curve.knots[-1].at
        return working(Formula.OUTSIDE_KNOTS, actual=actual, low=low, high=high, points=points)
    low_end, high_end = ends
    return working(
        Formula.BETWEEN_KNOTS,
        actual=actual,
        low=low_end.at,
        high=high_end.at,
        low_points=low_end.points,
        high_points=high_end.points,
    )


def _band(node: Node, _: Scale) -> Counted:
    bands, actual = _bands(node), _actual(node)
    band = band_of(actual, bands)
    how = working(Formula.BAND, actual=actual, band=band.text, points=band.points)
    return Counted(points=band.points, how=how)


def _bands(node: Node) -> list[Band]:
    bands = [_one_band(band) for band in node.field("bands").items()]
    require_partition(bands)
    return bands


def _one_band(node: Node) -> Band:
    return Band(
        lo=node.number_or_none("lo"),
        hi=node.number_or_none("hi"),
        points=node.field("score").number(),
        lo_inc=node.flag_or("lo_inc", default=True),
        hi_inc=node.flag_or("hi_inc", default=False),
    )


def _step_delta(node: Node, _: Scale) -> Counted:
    unit = node.field("unit")
    if unit.number() <= 0:
        raise unit.out_of_range("> 0")
    steps = Steps(
        base=node.field("base").number(),
        unit=unit.number(),
        per=node.field("per").weight(),
        full_steps=node.field("full_steps").flag(),
        cap_up=node.weight_or_none("cap_up"),
        cap_down=node.weight_or_none("cap_down"),
        floor_at=node.number_or_none("floor_at"),
    )
    percent = _is_percent(node)
    deviation = _deviation(node, percent=percent)
    return Counted(
        points=step_delta(deviation, steps), how=_in_steps(deviation, steps, percent=percent)
    )


def _in_steps(deviation: Fraction, steps: Steps, *, percent: bool) -> Working:
    unit = "%" if percent else ""
    return working(
        Formula.STEPS,
        deviation=fact_text(deviation) + unit,
        unit=fact_text(steps.unit) + unit,
        per=steps.per,
        count=step_count(deviation, steps),
        base=steps.base,
        earned=earned_by(deviation, steps),
    )


def _is_percent(node: Node) -> bool:
    counted = node.optional("delta")
    return counted is None or counted.choice(Deviation) is Deviation.PERCENT


def _deviation(node: Node, *, percent: bool) -> Fraction:
    actual, target = _actual(node), _target(node)
    return percent_deviation(actual=actual, target=target) if percent else actual - target


def _deduct(node: Node, _: Scale) -> Counted:
    deductions = []
    for event in node.field("events").items():
        name, points, count = event.row(3)
        deductions.append(Deduction(name=name.text(), points=points.weight(), count=count.whole()))
    base = node.field("base").number()
    how = working(Formula.DEDUCTION, base=base, costs=_costs(deductions))
    return Counted(points=deduct(base=base, deductions=deductions), how=how)


def _costs(deductions: Sequence[Deduction]) -> str:
    return " + ".join(f"{decimal_text(one.points)} × {one.count}" for one in deductions) or "0"


def _all_or_nothing(node: Node, _: Scale) -> Counted:
    full, actual, target = node.number_or("full", default=HUNDRED), _actual(node), _target(node)
    points = all_or_nothing(actual=actual, target=target, full=full)
    formula = Formula.REACHED if actual >= target else Formula.MISSED
    how = working(formula, actual=actual, target=target, points=points)
    return Counted(points=points, how=how)


def _manual(node: Node, scale: Scale) -> Counted:
    reason = node.field("reason")
    if len(reason.text().strip()) < SHORTEST_REASON:
        raise ScoringError(Complaint.TEXT_TOO_SHORT, reason.where, expected=SHORTEST_REASON)
    actual = node.field("actual")
    points = scale.points(actual.number(), where=actual.where)
    how = working(
        Formula.MANUAL, answer=actual.number(), points=points, reason=reason.text().strip()
    )
    return Counted(points=points, how=how)


Reader = Callable[[Node, Scale], Counted]

METHODS: dict[str, Reader] = {
    "ratio": _ratio,
    "ratio_signed": _ratio_signed,
    "mirror": _mirror,
    "inverse": _inverse,
    "interpolate": _interpolate,
    "band": _band,
    "step_delta": _step_delta,
    "deduct": _deduct,
    "all_or_nothing": _all_or_nothing,
    "manual": _manual,
}


def _actual(node: Node) -> Fraction:
    return node.field("actual").number()


def _target(node: Node) -> Fraction:
    return node.field("target").number()
