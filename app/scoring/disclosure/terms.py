"""Sums of unknown answers: how a mean over items and raters is made of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor

from app.scoring.averages import FEWEST_FOR_LEAVING_OUT, Aggregate, Averaging
from app.scoring.example import Element, Example, Order
from app.scoring.feedback import rater_mean
from app.scoring.scales import Scale


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Covered:
    """A rater who counts in a competency, for how much, and the items this rater answered."""

    rater: str
    items: tuple[str, ...]
    counts: Fraction = Fraction(1)


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
    shares = {one.rater: one.counts / everybody for one in covered}
    return own_means(covered, weights, shares, measure)


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


def own_means(
    covered: Iterable[Covered],
    weights: Mapping[str, Fraction],
    shares: Mapping[str, Fraction],
    measure: Measure,
) -> Terms:
    """Each rater's mean over the items answered, times the rater's share, added up."""
    terms: dict[Unknown, Fraction] = {}
    for one in covered:
        everything = sum((weights[item] for item in one.items), start=Fraction())
        for item in one.items:
            unknown = Unknown(rater=one.rater, subject=item, measure=measure)
            terms[unknown] = shares[one.rater] * weights[item] / everything
    return terms


def unknown_averages(raters: Iterable[str], subject: str, measure: Measure) -> Terms:
    return {
        Unknown(rater=rater, subject=subject, measure=AVERAGES[measure]): Fraction(1)
        for rater in raters
    }


def combined(parts: Iterable[tuple[Fraction, Terms]]) -> Terms:
    total: dict[Unknown, Fraction] = {}
    for factor, terms in parts:
        for unknown, coefficient in terms.items():
            total[unknown] = total.get(unknown, Fraction()) + factor * coefficient
    return total
