"""From answers to a competency's score: rater first, then group, then groups together.

Null is never 0: what was not observed leaves numerator and denominator alike. A group that is too
small joins its pool; what is still too small enters no number at all, so that nobody can solve for
it. Counts are taken per competency after "not observed", not per form.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.scoring.averages import Averaging, mean
from app.scoring.example import SELF, Element, Example, Group, Item
from app.scoring.numbers import decimal_text
from app.scoring.scales import Scale
from app.scoring.tally import RaterMean, tally_of
from app.scoring.weights import Weighted, effective_weights, weighted_mean


class Event(StrEnum):
    """What happened to a group, or to a whole competency, on the way to its score."""

    ABSENT = "{group}: absent -> renormalised"
    POOLED = "pooled {group}"
    SUPPRESSED = "{group}: n={n}<k_min -> suppressed, renormalised"
    INSUFFICIENT = "surviving weight {weight}<{needed} -> insufficient"


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A line of the audit: why the weights of a competency are what they are.

    ``group`` is the label of the line, ``members`` the ids of the groups in it.
    """

    competency: str
    event: Event
    group: str = ""
    members: tuple[str, ...] = ()
    n: int = 0
    weight: Fraction = Fraction()
    needed: Fraction = Fraction()

    def text(self) -> str:
        weight, needed = decimal_text(self.weight), decimal_text(self.needed)
        line = self.event.value.format(group=self.group, n=self.n, weight=weight, needed=needed)
        return f"{self.competency}: {line}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """The finest line that is ever shown: a group, or groups pooled person by person."""

    label: str
    members: tuple[str, ...]
    weight: Fraction
    k_min: int
    means: tuple[RaterMean, ...]

    @property
    def n(self) -> int:
        return len(self.means)


@dataclass(frozen=True, kw_only=True, slots=True)
class CellScore:
    """A surviving cell with its share (percent) among the survivors."""

    label: str
    members: tuple[str, ...]
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
    """A competency's points, or None where too little weight survived."""

    score: Fraction | None
    cells: tuple[CellScore, ...]
    others_raw: Fraction | None
    self_raw: Fraction | None
    notes: tuple[Note, ...]


def score_competency(example: Example, competency: Element) -> CompetencyScore:
    means = _means_by_group(example, competency.items)
    self_raw = _raw_average(means.get(SELF, []), example.policy.averaging)
    cells, notes = _cells(competency.id, example.groups, means)
    survivors, suppressed = _without_small(competency.id, cells)
    weight = sum((cell.weight for cell in survivors), start=Fraction())
    notes = [*notes, *suppressed]
    needed = example.policy.min_group_weight
    if weight < needed or weight == 0:
        note = Note(
            competency=competency.id, event=Event.INSUFFICIENT, weight=weight, needed=needed
        )
        return CompetencyScore(
            score=None, cells=(), others_raw=None, self_raw=self_raw, notes=(*notes, note)
        )
    scores = _cell_scores(survivors, example.policy.averaging)
    return CompetencyScore(
        score=weighted_mean([Weighted(value=s.points, weight=s.weight) for s in scores]),
        cells=tuple(scores),
        others_raw=weighted_mean([Weighted(value=s.raw, weight=s.weight) for s in scores]),
        self_raw=self_raw,
        notes=tuple(notes),
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


def _means_by_group(example: Example, items: Sequence[Item]) -> dict[str, list[RaterMean]]:
    tally, coverage = tally_of(items, example.scale), example.policy.min_coverage
    means: dict[str, list[RaterMean]] = {}
    for rater in example.raters:
        own = tally.mean(rater.answers, min_coverage=coverage)
        if own is not None:
            means.setdefault(rater.group, []).append(own)
    return means


def _cells(
    competency: str, groups: Iterable[Group], means: Mapping[str, Sequence[RaterMean]]
) -> tuple[list[Cell], list[Note]]:
    """One cell per group that answered, small ones pooled; a group of weight 0 plays no part."""
    weighing = [group for group in groups if group.weight > 0]
    present = [group for group in weighing if group.id in means]
    notes = [
        Note(competency=competency, event=Event.ABSENT, group=group.id, members=(group.id,))
        for group in weighing
        if group.id not in means
    ]
    cells: list[Cell] = []
    for group in present:
        pooled = _pooled_with(group, present, means)
        if group != pooled[0]:
            continue
        cell = _cell(pooled, means)
        cells.append(cell)
        if len(pooled) > 1 and cell.n >= cell.k_min:
            notes.append(_note(competency, Event.POOLED, cell))
    return cells, notes


def _pooled_with(
    group: Group, present: Sequence[Group], means: Mapping[str, Sequence[RaterMean]]
) -> list[Group]:
    """The groups that share a line with this one: its whole pool once one of it is too small."""
    pool = [other for other in present if group.pool is not None and other.pool == group.pool]
    too_small = any(len(means[other.id]) < other.k_min for other in pool)
    return pool if too_small else [group]


def _cell(groups: Sequence[Group], means: Mapping[str, Sequence[RaterMean]]) -> Cell:
    ids = sorted(group.id for group in groups)
    return Cell(
        label="+".join(ids),
        members=tuple(ids),
        weight=sum((group.weight for group in groups), start=Fraction()),
        k_min=max(group.k_min for group in groups),
        means=tuple(one for group in groups for one in means[group.id]),
    )


def _without_small(competency: str, cells: Iterable[Cell]) -> tuple[list[Cell], list[Note]]:
    """The cells that may enter a number, and a note for each that may not."""
    survivors: list[Cell] = []
    notes: list[Note] = []
    for cell in cells:
        if cell.n >= cell.k_min:
            survivors.append(cell)
        else:
            notes.append(_note(competency, Event.SUPPRESSED, cell))
    return survivors, notes


def _note(competency: str, event: Event, cell: Cell) -> Note:
    return Note(
        competency=competency, event=event, group=cell.label, members=cell.members, n=cell.n
    )


def _cell_scores(cells: Sequence[Cell], averaging: Averaging) -> list[CellScore]:
    points = [averaging.of([one.points for one in cell.means]) for cell in cells]
    parts = [Weighted(value=p, weight=c.weight) for p, c in zip(points, cells, strict=True)]
    return [
        CellScore(
            label=cell.label,
            members=cell.members,
            weight=weight,
            n=cell.n,
            raw=averaging.of([one.raw for one in cell.means]),
            points=score,
        )
        for cell, weight, score in zip(cells, effective_weights(parts), points, strict=True)
    ]


def _raw_average(means: Sequence[RaterMean], averaging: Averaging) -> Fraction | None:
    return averaging.of([one.raw for one in means]) if means else None
