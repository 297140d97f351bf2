"""One person's rating: weighed, summed, published once, and shown so that it adds up.

Exact figures are carried to the very end and rounded once. What is shown is then shared out from
the total to the dimensions, from each dimension's shown figure to its elements, and from there to
the rater groups, so that the shown terms add up at every level.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.scoring.apportion import shown_terms
from app.scoring.calibration_replay import (
    Outcome,
    Replayed,
    points_of,
    replay,
    replay_steps,
    require_replayed,
)
from app.scoring.cells import Note
from app.scoring.errors import Complaint, ScoringError
from app.scoring.example import Dimension, Element, Example
from app.scoring.feedback import CompetencyScore, score_competency
from app.scoring.numbers import decimal_text
from app.scoring.results import (
    DimensionResult,
    ElementResult,
    ElementStatus,
    GroupResult,
    Rating,
    Status,
    Term,
)
from app.scoring.total import adjustment, bounds_of, published, total_terms
from app.scoring.weights import (
    HUNDRED,
    Weighted,
    effective_weights,
    surviving_weight,
    weighted_mean,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Scored:
    """An element and its score, before anything is weighed."""

    element: Element
    status: ElementStatus
    score: Fraction | None
    competency: CompetencyScore | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Weighed:
    """A dimension, its score, its weight and those of its elements (effective, in percent)."""

    dimension: Dimension
    weight: Fraction
    elements: tuple[_Scored, ...]
    weights: tuple[Fraction, ...]
    score: Fraction | None

    @property
    def contribution(self) -> Fraction:
        return _part(self.weight, self.score)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sum:
    """The total: its exact terms, what they show as, and both sums; None where nothing counts."""

    exact: Fraction | None = None
    computed: Fraction | None = None
    terms: tuple[Term, ...] = ()


def rate(example: Example) -> Rating:
    """Compute the rating. The same example gives the same rating, to the last bit."""
    weighed = _weigh(example)
    survives = _survives(weighed)
    status = _status(example, weighed, survives)
    total = _total(example, weighed) if survives else _Sum()
    computed, final, steps = _calibrated(example, total)
    dimensions = _dimension_results(example, weighed, total)
    return Rating(
        id=example.id,
        title=example.title,
        places=example.publication.places,
        status=status,
        exact=total.exact,
        adjustment=adjustment(example),
        computed=total.computed,
        computed_grade=_grade(status, computed),
        calibration=points_of(example.calibration),
        final=None if final is None else final.final,
        grade=_grade(status, final),
        steps=steps,
        surviving_weight=survives,
        dimensions=dimensions,
        terms=_terms(dimensions, total),
        totals=total.terms,
        notes=_notes(weighed),
    )


def require_grade(example: Example, rating: Rating) -> str:
    """The final grade, or a refusal that says why there is none."""
    if rating.status is Status.INSUFFICIENT:
        raise ScoringError(Complaint.INSUFFICIENT_RATERS)
    if rating.grade is None:
        raise ScoringError(
            Complaint.INCOMPLETE_RESULT,
            found=decimal_text(rating.surviving_weight),
            expected=decimal_text(example.policy.min_dimension_weight),
        )
    return rating.grade


def _weigh(example: Example) -> list[_Weighed]:
    scored = [tuple(_scored(example, e) for e in d.elements) for d in example.dimensions]
    parts = [
        Weighted(value=weighted_mean(_parts(elements)), weight=dimension.weight)
        for dimension, elements in zip(example.dimensions, scored, strict=True)
    ]
    weights = effective_weights(parts)
    return [
        _Weighed(
            dimension=dimension,
            weight=weight,
            elements=elements,
            weights=tuple(effective_weights(_parts(elements))),
            score=part.value,
        )
        for dimension, elements, part, weight in zip(
            example.dimensions, scored, parts, weights, strict=True
        )
    ]


def _parts(elements: Sequence[_Scored]) -> list[Weighted]:
    return [Weighted(value=one.score, weight=one.element.weight) for one in elements]


def _scored(example: Example, element: Element) -> _Scored:
    if element.kpi is not None:
        status = ElementStatus(element.kpi.status.value)
        return _Scored(element=element, status=status, score=element.kpi.score)
    if not element.items:
        return _Scored(element=element, status=ElementStatus.GATE, score=None)
    competency = score_competency(example, element)
    enough = competency.score is not None
    return _Scored(
        element=element,
        status=ElementStatus.SCORED if enough else ElementStatus.INSUFFICIENT,
        score=competency.score,
        competency=competency,
    )


def _survives(weighed: Sequence[_Weighed]) -> Fraction:
    return surviving_weight(
        Weighted(value=one.score, weight=one.dimension.weight) for one in weighed
    )


def _status(example: Example, weighed: Sequence[_Weighed], survives: Fraction) -> Status:
    if survives > 0 and survives >= example.policy.min_dimension_weight:
        return Status.RATED
    statuses = {one.status for dimension in weighed for one in dimension.elements}
    if survives == 0 and ElementStatus.INSUFFICIENT in statuses:
        return Status.INSUFFICIENT
    return Status.INCOMPLETE


def _total(example: Example, weighed: Sequence[_Weighed]) -> _Sum:
    terms = total_terms(example, {one.dimension.id: one.contribution for one in weighed})
    total = sum(terms.values(), start=Fraction())
    computed = published(example, total)
    shown = shown_terms(terms, total=computed, places=example.publication.places)
    return _Sum(
        exact=total,
        computed=computed,
        terms=tuple(Term(name=name, exact=terms[name], shown=shown[name]) for name in terms),
    )


def _calibrated(
    example: Example, total: _Sum
) -> tuple[Outcome | None, Outcome | None, tuple[Replayed, ...]]:
    """What was computed, what people made of it, and by which steps; nothing without a total."""
    if total.computed is None:
        return None, None, ()
    bounds = bounds_of(example)
    steps = replay_steps(example.calibration, total.computed, bounds)
    require_replayed(steps)
    computed = replay((), total.computed, bounds)
    return computed, replay(example.calibration, total.computed, bounds), steps


def _grade(status: Status, outcome: Outcome | None) -> str | None:
    return outcome.grade if outcome is not None and status is Status.RATED else None


def _dimension_results(
    example: Example, weighed: Sequence[_Weighed], total: _Sum
) -> tuple[DimensionResult, ...]:
    shown = {term.name: term.shown for term in total.terms}
    return tuple(
        DimensionResult(
            id=one.dimension.id,
            name=one.dimension.name,
            weight=one.dimension.weight,
            effective_weight=one.weight,
            score=one.score,
            contribution=one.contribution,
            shown=shown.get(one.dimension.id, Fraction()),
            elements=_element_results(example, one, shown.get(one.dimension.id, Fraction())),
        )
        for one in weighed
    )


def _element_results(
    example: Example, weighed: _Weighed, shown: Fraction
) -> tuple[ElementResult, ...]:
    shares = [weighed.weight * weight / HUNDRED for weight in weighed.weights]
    terms = {
        one.element.id: _part(share, one.score)
        for one, share in zip(weighed.elements, shares, strict=True)
    }
    shown_by_id = shown_terms(terms, total=shown, places=example.publication.places)
    results = []
    for one, weight, share in zip(weighed.elements, weighed.weights, shares, strict=True):
        own = shown_by_id[one.element.id]
        competency = one.competency
        results.append(
            ElementResult(
                id=one.element.id,
                name=one.element.name,
                status=one.status,
                nominal_weight=one.element.weight,
                effective_weight=weight,
                score=one.score,
                contribution=terms[one.element.id],
                shown=own,
                groups=_group_results(example, competency, share, own) if competency else (),
                self_score=competency.self_raw if competency else None,
                others_raw=competency.others_raw if competency else None,
            )
        )
    return tuple(results)


def _group_results(
    example: Example, competency: CompetencyScore, share: Fraction, shown: Fraction
) -> tuple[GroupResult, ...]:
    terms = {
        cell.label: _part(share * cell.weight / HUNDRED, cell.points) for cell in competency.cells
    }
    shown_by_label = shown_terms(terms, total=shown, places=example.publication.places)
    return tuple(
        GroupResult(
            group=cell.label,
            members=cell.members,
            weight=cell.weight,
            n=cell.n,
            mean=cell.raw,
            score=cell.points,
            contribution=terms[cell.label],
            shown=shown_by_label[cell.label],
        )
        for cell in competency.cells
    )


def _terms(dimensions: Sequence[DimensionResult], total: _Sum) -> tuple[Term, ...]:
    """The elements' terms with the further terms of the first level; they sum to the total."""
    elements = [
        Term(name=f"{dimension.id}/{one.id}", exact=one.contribution, shown=one.shown)
        for dimension in dimensions
        for one in dimension.elements
        if one.score is not None and total.terms
    ]
    return (*elements, *total.terms[len(dimensions) :])


def _notes(weighed: Sequence[_Weighed]) -> tuple[Note, ...]:
    """Sorted, so that the order of configuration never matters."""
    notes = (
        note
        for dimension in weighed
        for one in dimension.elements
        if one.competency is not None
        for note in one.competency.notes
    )
    return tuple(sorted(notes, key=Note.text))


def _part(weight: Fraction, score: Fraction | None) -> Fraction:
    """What a score contributes under a weight in percent; nothing where there is no score."""
    return Fraction() if score is None else weight * score / HUNDRED
