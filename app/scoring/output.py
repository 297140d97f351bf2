"""A rating as JSON: exact fractions beside decimals, shown terms beside exact ones."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from app.scoring.calibration import HASHES, members_of
from app.scoring.calibration_replay import Replayed
from app.scoring.calibration_trace import explain_step
from app.scoring.derivations import (
    explain_dimension,
    explain_dimension_score,
    explain_final,
    explain_goal,
    explain_goal_part,
    explain_grade,
    explain_group,
    explain_group_score,
    explain_score,
    explain_term,
    explain_weight,
)
from app.scoring.numbers import decimal_text, fraction_text
from app.scoring.results import (
    DimensionResult,
    ElementResult,
    GoalResult,
    GroupResult,
    Rating,
    Term,
)
from app.scoring.trace import explain_element, explain_total
from app.scoring.workings import Explanation

Json = dict[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Style:
    places: int
    explains: bool

    def said(self, **sentences: Callable[[], Explanation]) -> Json:
        """The sentences by their keys, worked out only where they are wanted."""
        if not self.explains:
            return {}
        return {name: _both(sentence()) for name, sentence in sentences.items()}


def as_json(rating: Rating, *, explains: bool = True) -> Json:
    """The form that ``flask score`` prints. ``leaf`` is always empty; old readers expect it.

    Without ``explains`` only the figures, for whoever wants the sentences later or not at all.
    """
    style = _Style(places=rating.places, explains=explains)
    return {
        "id": rating.id,
        "title": rating.title,
        "status": rating.status.value,
        "dimensions": [_dimension(one, style) for one in rating.dimensions],
        "leaf": [],
        "audit": list(rating.audit),
        "exact": _figure(rating.exact),
        "adjustment": _figure(rating.adjustment),
        "computed": _figure(rating.computed),
        "computed_grade": rating.computed_grade,
        "calibration": _figure(rating.calibration),
        "calibration_steps": [_step(step, rating.places) for step in rating.steps],
        "final": _figure(rating.final),
        "grade": rating.grade,
        "terms": [_term(one, style) for one in rating.terms],
        "dimension_shown": [_figure(shown) for shown in rating.dimension_shown],
        "surviving_weight": _figure(rating.surviving_weight),
        **style.said(
            explain=lambda: explain_total(rating),
            explain_final=lambda: explain_final(rating),
            explain_grade=lambda: explain_grade(rating),
        ),
    }


def _dimension(one: DimensionResult, style: _Style) -> Json:
    return {
        "id": one.id,
        "name": one.name,
        "weight": _plain(one.weight),
        "effective_weight": _figure(one.effective_weight),
        "score": _figure(one.score),
        "contribution": _figure(one.contribution),
        "shown": _figure(one.shown),
        "elements": [_element(one, element, style) for element in one.elements],
        **style.said(
            explain=lambda: explain_dimension(one, style.places),
            explain_score=lambda: explain_dimension_score(one),
            explain_weight=lambda: explain_weight(one.effective_weight, one.weight),
        ),
    }


def _element(dimension: DimensionResult, one: ElementResult, style: _Style) -> Json:
    return {
        "id": one.id,
        "name": one.name,
        "status": one.status.value,
        "nominal_weight": _plain(one.nominal_weight),
        "effective_weight": _figure(one.effective_weight),
        "score": _figure(one.score),
        "contribution": _figure(one.contribution),
        "shown": _figure(one.shown),
        "groups": [_group(dimension, one, group, style) for group in one.groups],
        "self_score": _figure(one.self_score),
        "others_raw": _figure(one.others_raw),
        **_of_its_kind(dimension, one, style),
        **style.said(
            explain=lambda: explain_element(dimension, one, places=style.places),
            explain_score=lambda: explain_score(one),
            explain_weight=lambda: explain_weight(one.effective_weight, one.nominal_weight),
        ),
    }


def _of_its_kind(dimension: DimensionResult, one: ElementResult, style: _Style) -> Json:
    """What only some elements have: a KPI its method, a list of goals its goals."""
    members: Json = {}
    if one.kpi is not None:
        members["method"] = one.kpi.method
        members |= _approval(one.kpi.approved_by)
    if one.goals:
        members["goals"] = [_goal(dimension, one, goal, style) for goal in one.goals]
    return members


def _goal(
    dimension: DimensionResult, element: ElementResult, one: GoalResult, style: _Style
) -> Json:
    return {
        "id": one.id,
        "name": one.name,
        "status": one.result.status.value,
        **_approval(one.result.approved_by),
        "nominal_weight": _plain(one.nominal_weight),
        "effective_weight": _figure(one.effective_weight),
        "score": _figure(one.result.score),
        "contribution": _figure(one.contribution),
        "shown": _figure(one.shown),
        **style.said(
            explain=lambda: explain_goal_part(dimension, element, one, style.places),
            explain_score=lambda: explain_goal(one),
            explain_weight=lambda: explain_weight(one.effective_weight, one.nominal_weight),
        ),
    }


def _approval(approved_by: str) -> Json:
    return {"approved_by": approved_by} if approved_by else {}


def _group(
    dimension: DimensionResult, element: ElementResult, one: GroupResult, style: _Style
) -> Json:
    return {
        "group": one.group,
        "weight": _figure(one.weight),
        "n": one.n,
        "mean": _figure(one.mean),
        "score": _figure(one.score),
        "contribution": _figure(one.contribution),
        "shown": _figure(one.shown),
        **style.said(
            explain=lambda: explain_group(dimension, element, one, style.places),
            explain_score=lambda: explain_group_score(one),
            explain_weight=lambda: explain_weight(one.weight, one.nominal_weight),
        ),
    }


def _term(one: Term, style: _Style) -> Json:
    """An element's part is explained with the element; the further terms are here."""
    said: Json = {}
    if (how := one.working) is not None:
        said = style.said(explain=lambda: explain_term(one.shown, how, style.places))
    return {"term": one.name, "exact": _figure(one.exact), "shown": _figure(one.shown), **said}


def _step(step: Replayed, places: int) -> dict[str, object]:
    """A row of calibration with what stood before and after it; its hashes stay in the input."""
    return {
        **{name: text for name, text in members_of(step.row).items() if name not in HASHES},
        "before": step.before,
        "after": step.after,
        "stands": step.stands,
        "explain": _both(explain_step(step, places=places)),
    }


def _both(explanation: Explanation) -> dict[str, str]:
    return {"zh": explanation.zh, "en": explanation.en}


def _figure(value: Fraction | None) -> dict[str, str] | None:
    if value is None:
        return None
    return {"frac": fraction_text(value), "dec": decimal_text(value)}


def _plain(value: Fraction) -> int | float | str:
    """A configured figure as a JSON number, or as text where a number would not be exact."""
    if value.denominator == 1:
        return int(value)
    text = decimal_text(value)
    as_number = float(text)
    return as_number if Fraction(repr(as_number)) == value else fraction_text(value)
