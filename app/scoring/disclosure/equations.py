"""What each figure of a rating says about single answers: one linear equation per figure.

Unknown is every answer of every rater. Who answered what is taken as known to the reader, and a
rounded figure as if it were exact: whatever a reader can solve for, the equations can be solved
for too. Where the points of the anchors do not lie on a line, an answer and its points count as
two unknowns.

An average that leaves raters out tells about an order that nobody sees. It stands for an unknown
of each rater that no other kind of figure contains, so it is compared with figures made of that
same average only. Item means count everybody and must never stand beside it: see
``goes_with_items``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.scoring.cells import cells_of
from app.scoring.disclosure.terms import (
    Covered,
    Measure,
    Terms,
    combined,
    counted_in,
    item_terms,
    leaves_somebody_out,
    mean_terms,
    own_means,
    slope_of,
    unknown_averages,
)
from app.scoring.example import Dimension, Element, Example, Order, Survey
from app.scoring.feedback import means_by_group, score_competency
from app.scoring.results import DimensionResult, ElementResult, GroupResult, Rating
from app.scoring.weights import HUNDRED


class FigureKind(StrEnum):
    ITEM = "item"
    CELL = "cell"
    OTHERS = "others"
    COMPETENCY = "competency"
    SURVEY = "survey"
    DIMENSION = "dimension"
    TOTAL = "total"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Figure:
    """Which figure it is. ``of`` is an element or a dimension, ``members`` a cell's groups."""

    kind: FigureKind
    of: str = ""
    members: tuple[str, ...] = ()
    item: str = ""
    release: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Equation:
    """A figure as the weighted sum of unknowns, up to what the reader knows anyway."""

    figure: Figure
    terms: Terms


def equations_of(example: Example, rating: Rating) -> list[Equation]:
    """One equation for every figure that a page could show of the feedback in a rating.

    A gap (own minus others) says what ``others`` says, and a term of the total what its element
    or dimension says; they have no equation of their own.
    """
    elements = {one.id: one for dimension in example.dimensions for one in dimension.elements}
    points: dict[str, Terms] = {}
    equations: list[Equation] = []
    for result in (one for dimension in rating.dimensions for one in dimension.elements):
        element = elements[result.id]
        if result.groups:
            found = _of_competency(example, element, result)
        elif element.survey is not None and result.score is not None:
            found = [_equation(FigureKind.SURVEY, element.id, _survey(example, element.survey))]
        else:
            continue
        equations += found
        points[result.id] = found[-1].terms
    return [*equations, *_of_dimensions(rating, points)]


def _of_competency(example: Example, competency: Element, result: ElementResult) -> list[Equation]:
    """Its item means, its cells, what others say, and last its points."""
    raw = [_cell_terms(example, competency, cell, Measure.RAW) for cell in result.groups]
    slope = slope_of(example.scale)
    points = (
        [_cell_terms(example, competency, cell, Measure.POINTS) for cell in result.groups]
        if slope is None
        else [combined([(slope, terms)]) for terms in raw]
    )
    shares = [cell.weight / HUNDRED for cell in result.groups]
    return [
        *(one for cell in result.groups for one in _of_items(example, competency, cell)),
        *(
            _equation(FigureKind.CELL, result.id, terms, members=cell.members)
            for cell, terms in zip(result.groups, raw, strict=True)
        ),
        _equation(FigureKind.OTHERS, result.id, combined(zip(shares, raw, strict=True))),
        _equation(FigureKind.COMPETENCY, result.id, combined(zip(shares, points, strict=True))),
    ]


def _of_items(example: Example, competency: Element, cell: GroupResult) -> list[Equation]:
    covered = counted_in(example, competency, cell.members)
    return [
        Equation(
            figure=Figure(
                kind=FigureKind.ITEM, of=competency.id, members=cell.members, item=item.id
            ),
            terms=terms,
        )
        for item in competency.items
        if (terms := item_terms(covered, item.id))
    ]


def _survey(example: Example, survey: Survey) -> Terms:
    """The mean, over competencies, of the points of the line that holds the group."""
    elements = (one for dimension in example.dimensions for one in dimension.elements)
    lines = [
        _points_terms(example, element, cell.members)
        for element in elements
        if element.id in survey.competencies
        for cell in cells_of(example.groups, means_by_group(example, element.items))
        if cell.survives and survey.group in cell.members
    ]
    return combined((Fraction(1, len(lines)), line) for line in lines)


def _points_terms(example: Example, competency: Element, members: tuple[str, ...]) -> Terms:
    slope = slope_of(example.scale)
    if slope is None:
        return _average_terms(example, competency, members, Measure.POINTS)
    return combined([(slope, _average_terms(example, competency, members, Measure.RAW))])


def _cell_terms(
    example: Example, competency: Element, cell: GroupResult, measure: Measure
) -> Terms:
    if example.policy.order is Order.RATER_OVERALL_FIRST and competency.weight > 0:
        dimension = next(one for one in example.dimensions if competency in one.elements)
        return _overall_terms(example, dimension, cell.members, measure)
    return _average_terms(example, competency, cell.members, measure)


def _average_terms(
    example: Example, competency: Element, members: tuple[str, ...], measure: Measure
) -> Terms:
    covered = counted_in(example, competency, members)
    if leaves_somebody_out(example.policy.averaging, len(covered)):
        return unknown_averages([one.rater for one in covered], competency.id, measure)
    return mean_terms(covered, {item.id: item.weight for item in competency.items}, measure)


def _overall_terms(
    example: Example, dimension: Dimension, members: tuple[str, ...], measure: Measure
) -> Terms:
    """The mean over raters of each one's mean over the competencies in which the rater counts."""
    views = _overall_views(example, dimension, members)
    counts = {one.rater: one.counts for _, covered in views for one in covered}
    if leaves_somebody_out(example.policy.averaging, len(counts)):
        return unknown_averages(counts, dimension.id, measure)
    everybody = sum(counts.values(), start=Fraction())
    weights = dict.fromkeys(counts, Fraction())
    for competency, covered in views:
        for one in covered:
            weights[one.rater] += competency.weight
    return combined(
        (
            competency.weight,
            own_means(
                covered,
                {item.id: item.weight for item in competency.items},
                {one: counts[one] / everybody / weights[one] for one in counts},
                measure,
            ),
        )
        for competency, covered in views
    )


def _overall_views(
    example: Example, dimension: Dimension, members: tuple[str, ...]
) -> list[tuple[Element, list[Covered]]]:
    """The dimension's competencies, each with those who count in it and whose group does."""
    views = []
    for competency in (one for one in dimension.elements if one.items and one.weight > 0):
        cells = score_competency(example, competency).cells
        alive = {member for cell in cells for member in cell.members}
        views.append((competency, counted_in(example, competency, alive & set(members))))
    return views


def _of_dimensions(rating: Rating, points: Mapping[str, Terms]) -> list[Equation]:
    """The scores of the dimensions, and the total: combinations of the competencies' points."""
    dimensions = [_dimension_terms(one, points) for one in rating.dimensions]
    weights = [one.effective_weight / HUNDRED for one in rating.dimensions]
    total = combined(zip(weights, dimensions, strict=True))
    equations = [
        _equation(FigureKind.DIMENSION, one.id, terms)
        for one, terms in zip(rating.dimensions, dimensions, strict=True)
    ]
    return [*equations, _equation(FigureKind.TOTAL, "", total)]


def _dimension_terms(dimension: DimensionResult, points: Mapping[str, Terms]) -> Terms:
    return combined(
        (one.effective_weight / HUNDRED, points[one.id])
        for one in dimension.elements
        if one.id in points
    )


def _equation(kind: FigureKind, of: str, terms: Terms, members: tuple[str, ...] = ()) -> Equation:
    return Equation(figure=Figure(kind=kind, of=of, members=members), terms=terms)
