"""Each rater's overall view first, then the groups (SAP KBA 2956013), dimension by dimension.

y_rc is the points of rater r in competency c, w_c the weight of c in its dimension. Over the
competencies in which r counts, o_r = Σ w_c·y_rc / Σ w_c. A group's figure is the average of its
raters' o_r, and the groups' weighted mean is one score that stands for every competency of the
dimension that has enough raters.

Disclosure is not loosened by this: r counts in c only where r's group survives in c, as decided
competency by competency, and the groups of the dimension are then pooled or left out on their own
counts again. So the answers of a group that is too small in a competency enter no number here
either. Where everybody answered everything, dimensions and total are those of competency-first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.scoring.cells import cells_of
from app.scoring.example import SELF, Dimension, Element, Example
from app.scoring.feedback import CompetencyScore, rater_views, score_competency, score_of
from app.scoring.missing import survivors_of
from app.scoring.tally import RaterMean
from app.scoring.weights import Weighted, weighted_mean

Views = Mapping[str, Mapping[str, RaterMean]]
"""Competency → rater → that rater's view of it, where it counts."""


def score_overall_first(example: Example, dimension: Dimension) -> dict[str, CompetencyScore]:
    """Every competency of the dimension by its id; those with enough raters share one score.

    A competency without weight has no part in an overall view and keeps the score of its own.
    """
    asked = [element for element in dimension.elements if element.items]
    alone = {element.id: score_competency(example, element) for element in asked}
    alive = [one for one in asked if one.weight > 0 and alone[one.id].score is not None]
    if not alive:
        return alone
    means = _overall_means(example, alive, alone)
    survivors = survivors_of(dimension.id, cells_of(example.groups, means), example.policy)
    overall = score_of(survivors, means, example.policy.averaging)
    first, *others = [element.id for element in alive]
    shared = {one: replace(overall, notes=alone[one].notes) for one in others}
    notes = (*alone[first].notes, *overall.notes)
    return alone | {first: replace(overall, notes=notes)} | shared


def _overall_means(
    example: Example, alive: Sequence[Element], alone: Mapping[str, CompetencyScore]
) -> dict[str, list[RaterMean]]:
    views = {element.id: _counted_views(example, element, alone[element.id]) for element in alive}
    means: dict[str, list[RaterMean]] = {}
    for rater in example.raters:
        overall = _overall_view(rater.id, alive, views)
        if overall is not None:
            means.setdefault(rater.group, []).append(overall)
    return means


def _counted_views(
    example: Example, competency: Element, score: CompetencyScore
) -> dict[str, RaterMean]:
    """The views of those whose group survives in the competency, and of the person rated."""
    groups = {SELF, *(member for cell in score.cells for member in cell.members)}
    views = rater_views(example, competency.items)
    return {rater.id: view for rater, view in views if rater.group in groups}


def _overall_view(rater: str, alive: Sequence[Element], views: Views) -> RaterMean | None:
    own = [(one.weight, views[one.id][rater]) for one in alive if rater in views[one.id]]
    raw = weighted_mean([Weighted(value=view.raw, weight=weight) for weight, view in own])
    points = weighted_mean([Weighted(value=view.points, weight=weight) for weight, view in own])
    if raw is None or points is None:
        return None
    return RaterMean(raw=raw, points=points, contact=own[0][1].contact)
