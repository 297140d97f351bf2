"""Scores first, then weights: what each element is worth, and what share each part has.

What is missing leaves numerator and denominator, and the others share its weight. What is held
keeps its place: nothing is weighed again before it is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.scoring.example import Dimension, Element, Example, Order
from app.scoring.feedback import CompetencyScore, score_competency
from app.scoring.goals import goals_score
from app.scoring.kpi import Kpi
from app.scoring.overall import score_overall_first
from app.scoring.results import ElementStatus, Status
from app.scoring.survey import surveyed
from app.scoring.weights import (
    HUNDRED,
    Weighted,
    effective_weights,
    surviving_weight,
    weighted_mean,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoredElement:
    """An element and its score, before anything is weighed."""

    element: Element
    status: ElementStatus
    score: Fraction | None
    kpi: Kpi | None = None
    competency: CompetencyScore | None = None

    @property
    def is_held(self) -> bool:
        return self.status is ElementStatus.HELD

    @property
    def waits(self) -> bool:
        """Whether what it is part of must wait for it."""
        return self.is_held and self.element.weight > 0


@dataclass(frozen=True, kw_only=True, slots=True)
class WeighedDimension:
    """A dimension, its score, its weight and those of its elements (effective, in percent)."""

    dimension: Dimension
    weight: Fraction
    elements: tuple[ScoredElement, ...]
    weights: tuple[Fraction, ...]
    score: Fraction | None

    @property
    def contribution(self) -> Fraction:
        return part_of(self.weight, self.score)

    @property
    def waits(self) -> bool:
        return self.dimension.weight > 0 and any(one.waits for one in self.elements)


def weigh(example: Example) -> list[WeighedDimension]:
    """All dimensions of the example with their scores and what they weigh."""
    scored = [_scored_elements(example, one) for one in example.dimensions]
    scores = [_dimension_score(elements) for elements in scored]
    places = [
        _place(score, dimension.weight, keeps=any(one.waits for one in elements))
        for dimension, elements, score in zip(example.dimensions, scored, scores, strict=True)
    ]
    return [
        WeighedDimension(
            dimension=dimension,
            weight=weight,
            elements=elements,
            weights=tuple(effective_weights([_place_of(one) for one in elements])),
            score=score,
        )
        for dimension, elements, score, weight in zip(
            example.dimensions, scored, scores, effective_weights(places), strict=True
        )
    ]


def surviving(weighed: Sequence[WeighedDimension]) -> Fraction:
    """The configured weight of the dimensions that have a score."""
    return surviving_weight(
        Weighted(value=one.score, weight=one.dimension.weight) for one in weighed
    )


def status_of(example: Example, weighed: Sequence[WeighedDimension]) -> Status:
    survives = surviving(weighed)
    if any(one.waits for one in weighed):
        return Status.HELD
    if survives > 0 and survives >= example.policy.min_dimension_weight:
        return Status.RATED
    statuses = {one.status for dimension in weighed for one in dimension.elements}
    if survives == 0 and ElementStatus.INSUFFICIENT in statuses:
        return Status.INSUFFICIENT
    return Status.INCOMPLETE


def part_of(weight: Fraction, score: Fraction | None) -> Fraction:
    """What a score contributes under a weight in percent; nothing where there is no score."""
    return Fraction() if score is None else weight * score / HUNDRED


def _dimension_score(elements: Sequence[ScoredElement]) -> Fraction | None:
    if any(one.waits for one in elements):
        return None
    return weighted_mean([Weighted(value=one.score, weight=one.element.weight) for one in elements])


def _place_of(one: ScoredElement) -> Weighted:
    return _place(one.score, one.element.weight, keeps=one.is_held)


def _place(score: Fraction | None, weight: Fraction, *, keeps: bool) -> Weighted:
    """A share for what has a score, and for what may still get one; the value is not looked at."""
    return Weighted(value=Fraction() if keeps else score, weight=weight)


def _scored_elements(example: Example, dimension: Dimension) -> tuple[ScoredElement, ...]:
    competencies = _competencies(example, dimension)
    return tuple(_scored(example, one, competencies) for one in dimension.elements)


def _competencies(example: Example, dimension: Dimension) -> dict[str, CompetencyScore]:
    if example.policy.order is Order.RATER_OVERALL_FIRST:
        return score_overall_first(example, dimension)
    asked = [element for element in dimension.elements if element.items]
    return {element.id: score_competency(example, element) for element in asked}


def _scored(
    example: Example, element: Element, competencies: Mapping[str, CompetencyScore]
) -> ScoredElement:
    if element.kpi is not None:
        return _scored_kpi(example, element, element.kpi)
    if element.goals:
        return _scored_goals(element)
    if not element.items:
        return ScoredElement(element=element, status=ElementStatus.GATE, score=None)
    competency = competencies[element.id]
    return ScoredElement(
        element=element,
        status=_competency_status(competency),
        score=competency.score,
        competency=competency,
    )


def _scored_kpi(example: Example, element: Element, kpi: Kpi) -> ScoredElement:
    known = kpi if element.survey is None else surveyed(example, kpi, element.survey)
    return ScoredElement(
        element=element, status=ElementStatus(known.status.value), score=known.score, kpi=known
    )


def _scored_goals(element: Element) -> ScoredElement:
    score = goals_score(element.goals)
    status = ElementStatus.NOT_APPLICABLE if score is None else ElementStatus.SCORED
    return ScoredElement(element=element, status=status, score=score)


def _competency_status(competency: CompetencyScore) -> ElementStatus:
    if competency.is_held:
        return ElementStatus.HELD
    return ElementStatus.INSUFFICIENT if competency.score is None else ElementStatus.SCORED
