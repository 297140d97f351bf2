"""From answers to a competency's score: rater first, then group, then groups together.

Null is never 0: what was not observed leaves numerator and denominator alike. A group that is too
small joins its pool; what is still too small enters no number at all, so that nobody can solve for
it. Counts are taken per competency after "not observed", not per form.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.scoring.averages import Averaging, mean
from app.scoring.cells import Cell, Means, Note, cells_of
from app.scoring.example import SELF, Element, Example, Item, Rater
from app.scoring.missing import Survivors, survivors_of
from app.scoring.scales import Scale
from app.scoring.tally import RaterMean, tally_of
from app.scoring.weights import Weighted, effective_weights, weighted_mean


@dataclass(frozen=True, kw_only=True, slots=True)
class CellScore:
    """A surviving cell with its share (percent) among the survivors.

    ``nominal_weight`` is what it weighs before the others' shares are known.
    """

    label: str
    members: tuple[str, ...]
    nominal_weight: Fraction
    weight: Fraction
    n: int
    raw: Fraction
    points: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemMean:
    """The mean of one item on the scale (after reversing), and how many answered it."""

    n: int
    mean: Fraction | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CompetencyScore:
    """A competency's points, or None where too little weight survived or the score waits."""

    score: Fraction | None
    cells: tuple[CellScore, ...]
    others_raw: Fraction | None
    self_raw: Fraction | None
    notes: tuple[Note, ...]
    is_held: bool = False


def score_competency(example: Example, competency: Element) -> CompetencyScore:
    means = means_by_group(example, competency.items)
    survivors = survivors_of(competency.id, cells_of(example.groups, means), example.policy)
    return score_of(survivors, means, example.policy.averaging)


def score_of(survivors: Survivors, means: Means, averaging: Averaging) -> CompetencyScore:
    """The cells' averages under their weights; none where too little survived or it waits."""
    own = averaging_of(means.get(SELF, ()), averaging)
    scores = cell_scores(survivors.cells, averaging) if survivors.is_enough else []
    return CompetencyScore(
        score=weighted_mean([Weighted(value=s.points, weight=s.weight) for s in scores]),
        cells=tuple(scores),
        others_raw=weighted_mean([Weighted(value=s.raw, weight=s.weight) for s in scores]),
        self_raw=None if own is None else own.raw,
        notes=survivors.notes,
        is_held=survivors.is_held,
    )


def item_means(
    example: Example, competency: Element, members: Collection[str]
) -> dict[str, ItemMean]:
    """Each item's mean over the raters of one cell who count in the competency.

    Exact, for the engine and its callers; what of it may be shown ``app.scoring.disclosure`` says.
    """
    tally, coverage = tally_of(competency.items, example.scale), example.policy.min_coverage
    counted = [
        rater
        for rater in example.raters
        if rater.group in members and tally.mean(rater.answers, min_coverage=coverage) is not None
    ]
    means = {}
    for item in competency.items:
        given = [_raw(rater.answers.get(item.id), item, example.scale) for rater in counted]
        answers = [answer for answer in given if answer is not None]
        means[item.id] = ItemMean(n=len(answers), mean=mean(answers) if answers else None)
    return means


def rater_mean(
    answers: Mapping[str, Fraction | None],
    items: Sequence[Item],
    *,
    scale: Scale,
    min_coverage: Fraction,
) -> RaterMean | None:
    """A rater's mean over the items answered; None where too few of those asked were."""
    return tally_of(items, scale).mean(answers, min_coverage=min_coverage)


def _raw(answer: Fraction | None, item: Item, scale: Scale) -> Fraction | None:
    if answer is None or not item.reverse:
        return answer
    return scale.reversed_answer(answer)


def rater_views(example: Example, items: Sequence[Item]) -> list[tuple[Rater, RaterMean]]:
    """Every rater who counts in the competency that these items make, with what they think."""
    tally, coverage = tally_of(items, example.scale), example.policy.min_coverage
    views = []
    for rater in example.raters:
        own = tally.mean(rater.answers, min_coverage=coverage)
        if own is not None:
            weighed = own if rater.contact == 1 else replace(own, contact=rater.contact)
            views.append((rater, weighed))
    return views


def means_by_group(example: Example, items: Sequence[Item]) -> dict[str, list[RaterMean]]:
    means: dict[str, list[RaterMean]] = {}
    for rater, view in rater_views(example, items):
        means.setdefault(rater.group, []).append(view)
    return means


def cell_scores(cells: Sequence[Cell], averaging: Averaging) -> list[CellScore]:
    """The cells with their averages and their shares (percent) among each other."""
    averages = [averaging_of(cell.means, averaging) for cell in cells]
    parts = [Weighted(value=Fraction(), weight=cell.weight) for cell in cells]
    return [
        CellScore(
            label=cell.label,
            members=cell.members,
            nominal_weight=cell.weight,
            weight=weight,
            n=cell.n,
            raw=average.raw,
            points=average.points,
        )
        for cell, weight, average in zip(cells, effective_weights(parts), averages, strict=True)
        if average is not None
    ]


def averaging_of(means: Sequence[RaterMean], averaging: Averaging) -> RaterMean | None:
    """The average view of some raters, on the scale and in points; None of nobody."""
    if not means:
        return None
    contacts = [one.contact for one in means]
    return RaterMean(
        raw=averaging.of([one.raw for one in means], contacts=contacts),
        points=averaging.of([one.points for one in means], contacts=contacts),
    )
