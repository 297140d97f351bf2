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
from app.scoring.example import Example
from app.scoring.feedback import CompetencyScore
from app.scoring.goals import Goal
from app.scoring.numbers import decimal_text
from app.scoring.results import (
    DimensionResult,
    ElementResult,
    ElementStatus,
    GoalResult,
    GroupResult,
    Rating,
    Status,
    Term,
)
from app.scoring.total import adjustment, bounds_of, published, total_terms, workings_of
from app.scoring.weighing import WeighedDimension, part_of, status_of, surviving, weigh
from app.scoring.weights import HUNDRED, Weighted, effective_weights


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sum:
    """The total: its exact terms, what they show as, and both sums; None where nothing counts."""

    exact: Fraction | None = None
    computed: Fraction | None = None
    terms: tuple[Term, ...] = ()


def rate(example: Example) -> Rating:
    """Compute the rating. The same example gives the same rating, to the last bit."""
    weighed = weigh(example)
    survives = surviving(weighed)
    status = status_of(example, weighed)
    total = _total(example, weighed) if survives and status is not Status.HELD else _Sum()
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
    if rating.status is Status.HELD:
        raise ScoringError(Complaint.RESULT_HELD, found=", ".join(_held(rating)))
    if rating.grade is None:
        raise ScoringError(
            Complaint.INCOMPLETE_RESULT,
            found=decimal_text(rating.surviving_weight),
            expected=decimal_text(example.policy.min_dimension_weight),
        )
    return rating.grade


def _held(rating: Rating) -> list[str]:
    elements = (element for one in rating.dimensions for element in one.elements)
    return sorted(one.name or one.id for one in elements if one.status is ElementStatus.HELD)


def _total(example: Example, weighed: Sequence[WeighedDimension]) -> _Sum:
    terms = total_terms(example, {one.dimension.id: one.contribution for one in weighed})
    total = sum(terms.values(), start=Fraction())
    computed = published(example, total)
    shown = shown_terms(terms, total=computed, places=example.publication.places)
    workings = workings_of(example, terms)
    return _Sum(
        exact=total,
        computed=computed,
        terms=tuple(
            Term(name=name, exact=terms[name], shown=shown[name], working=workings.get(name))
            for name in terms
        ),
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
    example: Example, weighed: Sequence[WeighedDimension], total: _Sum
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
    example: Example, weighed: WeighedDimension, shown: Fraction
) -> tuple[ElementResult, ...]:
    shares = [weighed.weight * weight / HUNDRED for weight in weighed.weights]
    terms = {
        one.element.id: part_of(share, one.score)
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
                kpi=one.kpi,
                goals=_goal_results(example, one.element.goals, share, own),
                self_score=competency.self_raw if competency else None,
                others_raw=competency.others_raw if competency else None,
            )
        )
    return tuple(results)


def _group_results(
    example: Example, competency: CompetencyScore, share: Fraction, shown: Fraction
) -> tuple[GroupResult, ...]:
    terms = {
        cell.label: part_of(share * cell.weight / HUNDRED, cell.points) for cell in competency.cells
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
            nominal_weight=cell.nominal_weight,
            averaging=example.policy.averaging,
        )
        for cell in competency.cells
    )


def _goal_results(
    example: Example, goals: Sequence[Goal], share: Fraction, shown: Fraction
) -> tuple[GoalResult, ...]:
    weights = effective_weights([Weighted(value=g.result.score, weight=g.weight) for g in goals])
    terms = {
        goal.id: part_of(share * weight / HUNDRED, goal.result.score)
        for goal, weight in zip(goals, weights, strict=True)
    }
    shown_by_id = shown_terms(terms, total=shown, places=example.publication.places)
    return tuple(
        GoalResult(
            id=goal.id,
            name=goal.name,
            result=goal.result,
            nominal_weight=goal.weight,
            effective_weight=weight,
            contribution=terms[goal.id],
            shown=shown_by_id[goal.id],
        )
        for goal, weight in zip(goals, weights, strict=True)
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


def _notes(weighed: Sequence[WeighedDimension]) -> tuple[Note, ...]:
    """Sorted, so that the order of configuration never matters."""
    notes = (
        note
        for dimension in weighed
        for one in dimension.elements
        if one.competency is not None
        for note in one.competency.notes
    )
    return tuple(sorted(notes, key=Note.text))
