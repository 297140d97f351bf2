"""Reading the ``kpi`` part of an element: its method, its figures, its status."""

from collections.abc import Callable
from enum import StrEnum
from fractions import Fraction

from app.scoring.curves import Band, Knot, curve_through, points_in_bands, require_partition
from app.scoring.errors import Complaint, ScoringError
from app.scoring.kpi import (
    Deduction,
    Kpi,
    KpiStatus,
    Limits,
    Steps,
    all_or_nothing,
    deduct,
    inverse,
    mirror,
    percent_deviation,
    ratio,
    ratio_signed,
    require_limits,
    step_delta,
)
from app.scoring.node import Node
from app.scoring.scales import Scale
from app.scoring.weights import HUNDRED

SHORTEST_REASON = 2


class Deviation(StrEnum):
    """What a step counts: percent of the target, or the figure's own (percentage) points."""

    PERCENT = "percent"
    POINTS = "points"


def read_kpi(node: Node, *, name: str, scale: Scale, limits: Limits) -> Kpi:
    """Read and check one KPI; refuses one that is still pending.

    ``limits`` are the scheme's cap and floor, which a KPI's own may only narrow.
    """
    method = node.field("method")
    reader = METHODS.get(method.text())
    if reader is None:
        raise ScoringError(Complaint.UNKNOWN_METHOD, method.where, found=method.value)
    own = limits.narrowed(floor=node.number_or_none("floor"), cap=node.number_or_none("cap"))
    require_limits(own, floor_at=f"{node.where}/floor", cap_at=f"{node.where}/cap")
    status = _status(node)
    if status is KpiStatus.PENDING:
        raise ScoringError(Complaint.PENDING_KPI, node.where, found=name)
    return Kpi(
        method=method.text(), status=status, points=_points(node, reader, status, scale), limits=own
    )


def _status(node: Node) -> KpiStatus:
    """As stated; without a statement, an actual figure of null is one that is still to come."""
    stated = node.optional("status")
    if stated is not None:
        return stated.choice(KpiStatus)
    if node.has("actual") and node.optional("actual") is None:
        return KpiStatus.PENDING
    return KpiStatus.SCORED


def _points(node: Node, reader: "Reader", status: KpiStatus, scale: Scale) -> Fraction | None:
    match status:
        case KpiStatus.SCORED:
            try:
                return reader(Node(node.value), scale)
            except ScoringError as refusal:
                # Within a method all places are relative to the KPI.
                raise refusal.under(node.where) from None
        case KpiStatus.ZERO:
            return Fraction()
        case _:
            return None


def _ratio(node: Node, _: Scale) -> Fraction:
    return ratio(actual=_actual(node), target=_target(node))


def _ratio_signed(node: Node, _: Scale) -> Fraction:
    return ratio_signed(actual=_actual(node), target=_target(node))


def _mirror(node: Node, _: Scale) -> Fraction:
    return mirror(actual=_actual(node), target=_target(node))


def _inverse(node: Node, _: Scale) -> Fraction:
    return inverse(actual=_actual(node), target=_target(node))


def _interpolate(node: Node, _: Scale) -> Fraction:
    knots = []
    for knot in node.field("knots").items():
        at, points = knot.row(2)
        knots.append(Knot(at=at.number(), points=points.number()))
    below, above = node.number_or_none("below"), node.number_or_none("above")
    return curve_through(knots, below=below, above=above).points(_actual(node))


def _band(node: Node, _: Scale) -> Fraction:
    bands = [_one_band(band) for band in node.field("bands").items()]
    require_partition(bands)
    return points_in_bands(_actual(node), bands)


def _one_band(node: Node) -> Band:
    return Band(
        lo=node.number_or_none("lo"),
        hi=node.number_or_none("hi"),
        points=node.field("score").number(),
        lo_inc=node.flag_or("lo_inc", default=True),
        hi_inc=node.flag_or("hi_inc", default=False),
    )


def _step_delta(node: Node, _: Scale) -> Fraction:
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
    return step_delta(_deviation(node), steps)


def _deviation(node: Node) -> Fraction:
    counted = node.optional("delta")
    actual, target = _actual(node), _target(node)
    if counted is not None and counted.choice(Deviation) is Deviation.POINTS:
        return actual - target
    return percent_deviation(actual=actual, target=target)


def _deduct(node: Node, _: Scale) -> Fraction:
    deductions = []
    for event in node.field("events").items():
        name, points, count = event.row(3)
        deductions.append(Deduction(name=name.text(), points=points.weight(), count=count.whole()))
    return deduct(base=node.field("base").number(), deductions=deductions)


def _all_or_nothing(node: Node, _: Scale) -> Fraction:
    full = node.number_or_none("full")
    return all_or_nothing(
        actual=_actual(node), target=_target(node), full=HUNDRED if full is None else full
    )


def _manual(node: Node, scale: Scale) -> Fraction:
    reason = node.field("reason")
    if len(reason.text().strip()) < SHORTEST_REASON:
        raise ScoringError(Complaint.TEXT_TOO_SHORT, reason.where, expected=SHORTEST_REASON)
    actual = node.field("actual")
    return scale.points(actual.number(), where=actual.where)


Reader = Callable[[Node, Scale], Fraction]

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
