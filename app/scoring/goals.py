"""Personal development goals as an element: each goal has its weight, its progress, its status.

A goal's score is its progress in percent of what was agreed, or a rating on the cycle's scale by
the anchor table. The element's score is Σ weight·score / Σ weight over the goals that apply.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.scoring.errors import Complaint, ScoringError
from app.scoring.kpi import Kpi, KpiStatus, Limits
from app.scoring.node import Node, require_distinct, require_filled
from app.scoring.scales import Scale
from app.scoring.weights import Weighted, require_hundred, weighted_mean
from app.scoring.workings import Formula, Working, working

PROGRESS = "progress"
RATING = "rating"


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """One goal; its weight is a percentage within the element, its result is scored like a KPI."""

    id: str
    name: str
    weight: Fraction
    result: Kpi


def goals_score(goals: Sequence[Goal]) -> Fraction | None:
    """The weighted mean of the goals that apply, or None where none does."""
    return weighted_mean([Weighted(value=one.result.score, weight=one.weight) for one in goals])


def read_goals(node: Node, *, scale: Scale, limits: Limits) -> tuple[Goal, ...]:
    """Read the goals of an element; refuses weights off 100, and a goal without its result."""
    nodes = node.items()
    require_filled(nodes, node)
    require_distinct(one.field("id") for one in nodes)
    goals = tuple(_goal(one, scale, limits) for one in nodes)
    require_hundred([goal.weight for goal in goals], node.where)
    return goals


def _goal(node: Node, scale: Scale, limits: Limits) -> Goal:
    goal_id = node.field("id").text()
    name = node.text_or("name")
    return Goal(
        id=goal_id,
        name=name,
        weight=node.field("weight").weight(),
        result=_result(node, name or goal_id, scale, limits),
    )


def _result(node: Node, name: str, scale: Scale, limits: Limits) -> Kpi:
    method = RATING if node.has(RATING) else PROGRESS
    status = _status(node, method)
    if status is KpiStatus.PENDING:
        raise ScoringError(Complaint.PENDING_GOAL, node.where, found=name)
    points, how = _points(node, status, scale)
    return Kpi(
        method=method,
        status=status,
        points=points,
        limits=limits,
        approved_by=node.text_or("approved_by"),
        working=how,
    )


def _status(node: Node, method: str) -> KpiStatus:
    """As stated; a result of null, or none at all, is still to come."""
    stated = node.optional("status")
    if stated is not None:
        return stated.choice(KpiStatus)
    return KpiStatus.PENDING if node.optional(method) is None else KpiStatus.SCORED


def _points(node: Node, status: KpiStatus, scale: Scale) -> tuple[Fraction | None, Working | None]:
    if status is KpiStatus.ZERO:
        return Fraction(), None
    if status is KpiStatus.NOT_APPLICABLE:
        return None, None
    if node.has(RATING) and node.has(PROGRESS):
        raise ScoringError(Complaint.PROGRESS_AND_RATING, node.where)
    if node.has(RATING):
        rated = node.field(RATING)
        points = scale.points(rated.number(), where=rated.where)
        return points, working(Formula.RATED, answer=rated.number(), points=points)
    progress = node.field(PROGRESS)
    if progress.number() < 0:
        raise progress.out_of_range("≥ 0")
    return progress.number(), working(Formula.PROGRESS, progress=progress.number())
