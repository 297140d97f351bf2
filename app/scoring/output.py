"""A rating as JSON: exact fractions beside decimals, shown terms beside exact ones."""

from fractions import Fraction

from app.scoring.calibration import HASHES, members_of
from app.scoring.calibration_replay import Replayed
from app.scoring.calibration_trace import explain_step
from app.scoring.numbers import decimal_text, fraction_text
from app.scoring.results import (
    DimensionResult,
    ElementResult,
    GroupResult,
    Rating,
    Term,
)
from app.scoring.trace import explain_element, explain_total
from app.scoring.workings import Explanation


def as_json(rating: Rating) -> dict[str, object]:
    """The form that ``flask score`` prints. ``leaf`` is always empty; old readers expect it."""
    return {
        "id": rating.id,
        "title": rating.title,
        "status": rating.status.value,
        "dimensions": [_dimension(one, rating.places) for one in rating.dimensions],
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
        "terms": [_term(one) for one in rating.terms],
        "dimension_shown": [_figure(shown) for shown in rating.dimension_shown],
        "surviving_weight": _figure(rating.surviving_weight),
        "explain": _both(explain_total(rating)),
    }


def _dimension(one: DimensionResult, places: int) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "weight": _plain(one.weight),
        "effective_weight": _figure(one.effective_weight),
        "score": _figure(one.score),
        "contribution": _figure(one.contribution),
        "shown": _figure(one.shown),
        "elements": [_element(one, element, places) for element in one.elements],
    }


def _element(dimension: DimensionResult, one: ElementResult, places: int) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "status": one.status.value,
        "nominal_weight": _plain(one.nominal_weight),
        "effective_weight": _figure(one.effective_weight),
        "score": _figure(one.score),
        "contribution": _figure(one.contribution),
        "shown": _figure(one.shown),
        "explain": _both(explain_element(dimension, one, places=places)),
        "groups": [_group(group) for group in one.groups],
        "self_score": _figure(one.self_score),
        "others_raw": _figure(one.others_raw),
    }


def _group(one: GroupResult) -> dict[str, object]:
    return {
        "group": one.group,
        "weight": _figure(one.weight),
        "n": one.n,
        "mean": _figure(one.mean),
        "score": _figure(one.score),
        "contribution": _figure(one.contribution),
        "shown": _figure(one.shown),
    }


def _term(one: Term) -> dict[str, object]:
    return {"term": one.name, "exact": _figure(one.exact), "shown": _figure(one.shown)}


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
