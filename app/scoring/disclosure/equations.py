"""What each figure of a rating says about single answers: one linear equation per figure.

Unknown is every answer of every rater. Who answered what is taken as known to the reader, and a
rounded figure as if it were exact: whatever a reader can solve for, the equations can be solved
for too. Where the points of the anchors do not lie on a line, an answer and its points count as
two unknowns.

An average that leaves raters out tells about an order that nobody sees, and one of overall views
about several competencies at once. Each stands for an unknown of each rater that no other kind of
figure contains, so it is compared with figures made of that same average only. Item means count
everybody and must never stand beside it: see ``goes_with_items``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor

from app.scoring.averages import FEWEST_FOR_LEAVING_OUT, Aggregate, Averaging
from app.scoring.cells import cells_of
from app.scoring.example import Dimension, Element, Example, Order, Survey
from app.scoring.feedback import means_by_group, rater_mean, score_competency
from app.scoring.results import DimensionResult, ElementResult, GroupResult, Rating
from app.scoring.scales import Scale
from app.scoring.weights import HUNDRED


class Measure(StrEnum):
    """What is unknown: an answer, its points, or the place of a rater's mean in an average."""

    RAW = "raw"
    POINTS = "points"
    RAW_AVERAGE = "raw_average"
    POINTS_AVERAGE = "points_average"


AVERAGES = {Measure.RAW: Measure.RAW_AVERAGE, Measure.POINTS: Measure.POINTS_AVERAGE}


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """One thing to be solved for. ``subject`` is an item, or for averages what they are about.

    ``occasion`` tells apart the answers of one rater who answered twice.
    """

    rater: str
    subject: str
    measure: Measure = Measure.RAW
    occasion: str = ""


Terms = Mapping[Unknown, Fraction]


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Covered:
    """A rater who counts in a competency, for how much, and the items this rater answered."""

    rater: str
    items: tuple[str, ...]
    counts: Fraction = Fraction(1)


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


def counted_in(example: Example, competency: Element, members: Iterable[str]) -> list[Covered]:
    """The raters of the groups who count in the competency, with what they answered of it."""
    groups, coverage = set(members), example.policy.min_coverage
    items = competency.items
    return [
        Covered(
            rater=rater.id,
            items=tuple(one.id for one in items if rater.answers.get(one.id) is not None),
            counts=rater.contact,
        )
        for rater in example.raters
        if rater.group in groups
        and rater_mean(rater.answers, items, scale=example.scale, min_coverage=coverage) is not None
    ]


def item_terms(covered: Sequence[Covered], item: str) -> Terms:
    """The mean of an item over those who answered it; empty where nobody did."""
    answered = [one.rater for one in covered if item in one.items]
    return {Unknown(rater=rater, subject=item): Fraction(1, len(answered)) for rater in answered}


def mean_terms(
    covered: Sequence[Covered], weights: Mapping[str, Fraction], measure: Measure = Measure.RAW
) -> Terms:
    """The mean over raters, as much as each counts, of each one's mean over the items answered."""
    everybody = sum((one.counts for one in covered), start=Fraction())
    terms: dict[Unknown, Fraction] = {}
    for one in covered:
        everything = everybody * sum((weights[item] for item in one.items), start=Fraction())
        for item in one.items:
            unknown = Unknown(rater=one.rater, subject=item, measure=measure)
            terms[unknown] = one.counts * weights[item] / everything
    return terms


def slope_of(scale: Scale) -> Fraction | None:
    """Points per step where all anchors lie on one line; None where they do not."""
    lowest, highest = scale.anchors[scale.lowest], scale.anchors[scale.highest]
    slope = (highest - lowest) / (scale.highest - scale.lowest)
    straight = all(
        points == lowest + slope * (answer - scale.lowest)
        for answer, points in scale.anchors.items()
    )
    return slope if straight else None


def goes_with_items(example: Example, n: int) -> bool:
    """Whether the figure of a cell of ``n`` raters is a sum over its items and nothing else."""
    is_own = example.policy.order is Order.COMPETENCY_FIRST
    return is_own and not leaves_somebody_out(example.policy.averaging, n)


def leaves_somebody_out(averaging: Averaging, n: int) -> bool:
    """Whether the average of ``n`` raters is not that of all of them.

    Item means count everybody: set against such an average they would show the raters left out.
    """
    few = n < FEWEST_FOR_LEAVING_OUT
    match averaging.kind:
        case Aggregate.MEAN | Aggregate.CONTACT_WEIGHTED:
            return False
        case Aggregate.MEDIAN:
            return n > 1
        case Aggregate.TRIMMED:
            return not few and floor(averaging.trim * n) > 0
        case _:
            return not few and averaging.drop_k > 0


def _of_competency(example: Example, competency: Element, result: ElementResult) -> list[Equation]:
    """Its item means, its cells, what others say, and last its points."""
    raw = [_cell_terms(example, competency, cell, Measure.RAW) for cell in result.groups]
    slope = slope_of(example.scale)
    points = (
        [_cell_terms(example, competency, cell, Measure.POINTS) for cell in result.groups]
        if slope is None
        else [_combined([(slope, terms)]) for terms in raw]
    )
    shares = [cell.weight / HUNDRED for cell in result.groups]
    return [
        *(one for cell in result.groups for one in _of_items(example, competency, cell)),
        *(
            _equation(FigureKind.CELL, result.id, terms, members=cell.members)
            for cell, terms in zip(result.groups, raw, strict=True)
        ),
        _equation(FigureKind.OTHERS, result.id, _combined(zip(shares, raw, strict=True))),
        _equation(FigureKind.COMPETENCY, result.id, _combined(zip(shares, points, strict=True))),
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
    return _combined((Fraction(1, len(lines)), line) for line in lines)


def _points_terms(example: Example, competency: Element, members: tuple[str, ...]) -> Terms:
    slope = slope_of(example.scale)
    if slope is None:
        return _average_terms(example, competency, members, Measure.POINTS)
    return _combined([(slope, _average_terms(example, competency, members, Measure.RAW))])


def _cell_terms(
    example: Example, competency: Element, cell: GroupResult, measure: Measure
) -> Terms:
    if example.policy.order is Order.RATER_OVERALL_FIRST and competency.weight > 0:
        dimension = next(one for one in example.dimensions if competency in one.elements)
        raters = _overall_raters(example, dimension, cell.members)
        return _unknown_averages(raters, dimension.id, measure)
    return _average_terms(example, competency, cell.members, measure)


def _average_terms(
    example: Example, competency: Element, members: tuple[str, ...], measure: Measure
) -> Terms:
    covered = counted_in(example, competency, members)
    if leaves_somebody_out(example.policy.averaging, len(covered)):
        return _unknown_averages([one.rater for one in covered], competency.id, measure)
    return mean_terms(covered, {item.id: item.weight for item in competency.items}, measure)


def _overall_raters(example: Example, dimension: Dimension, members: tuple[str, ...]) -> list[str]:
    """Those of the groups who count in a competency of the dimension where their group does."""
    found: dict[str, None] = {}
    for competency in (one for one in dimension.elements if one.items and one.weight > 0):
        alive = {
            one for cell in score_competency(example, competency).cells for one in cell.members
        }
        for one in counted_in(example, competency, alive & set(members)):
            found[one.rater] = None
    return list(found)


def _unknown_averages(raters: Iterable[str], subject: str, measure: Measure) -> Terms:
    return {
        Unknown(rater=rater, subject=subject, measure=AVERAGES[measure]): Fraction(1)
        for rater in raters
    }


def _of_dimensions(rating: Rating, points: Mapping[str, Terms]) -> list[Equation]:
    """The scores of the dimensions, and the total: combinations of the competencies' points."""
    dimensions = [_dimension_terms(one, points) for one in rating.dimensions]
    weights = [one.effective_weight / HUNDRED for one in rating.dimensions]
    total = _combined(zip(weights, dimensions, strict=True))
    equations = [
        _equation(FigureKind.DIMENSION, one.id, terms)
        for one, terms in zip(rating.dimensions, dimensions, strict=True)
    ]
    return [*equations, _equation(FigureKind.TOTAL, "", total)]


def _dimension_terms(dimension: DimensionResult, points: Mapping[str, Terms]) -> Terms:
    return _combined(
        (one.effective_weight / HUNDRED, points[one.id])
        for one in dimension.elements
        if one.id in points
    )


def _combined(parts: Iterable[tuple[Fraction, Terms]]) -> Terms:
    total: dict[Unknown, Fraction] = {}
    for factor, terms in parts:
        for unknown, coefficient in terms.items():
            total[unknown] = total.get(unknown, Fraction()) + factor * coefficient
    return total


def _equation(kind: FigureKind, of: str, terms: Terms, members: tuple[str, ...] = ()) -> Equation:
    return Equation(figure=Figure(kind=kind, of=of, members=members), terms=terms)
