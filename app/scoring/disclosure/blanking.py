"""Which further figures must go so that those left blank cannot be solved for.

Complementary suppression: only figures that take part in solving for somebody are candidates, the
one that rests on the fewest answers first. What turns out to be blank for nothing comes back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from app.scoring.disclosure.audit import find_exposed
from app.scoring.disclosure.equations import Equation, Figure, FigureKind
from app.scoring.disclosure.terms import Covered, item_terms, mean_terms
from app.scoring.errors import Complaint, ScoringError


@dataclass(frozen=True, kw_only=True, slots=True)
class CellShape:
    """All that decides about the items of a cell, and nothing of what anybody answered.

    ``patterns`` says for each combination of answered items, and for what a rater counts, how many
    raters there are; ``wanted`` are the items whose means would be shown. Items have their ids.
    """

    least: int
    weights: tuple[tuple[str, Fraction], ...]
    patterns: tuple[tuple[tuple[tuple[str, ...], Fraction], int], ...]
    wanted: frozenset[str]


def further_blanks(
    equations: Sequence[Equation], minimum: Mapping[str, int], answers: Mapping[Figure, int]
) -> frozenset[Figure]:
    """The figures to leave out so that no set of too few raters can be solved for.

    ``answers`` names the figures that may go, with the number of answers behind each; the fewest
    go first, ties by id. Refuses with ``exposed_raters`` where the others alone would tell.
    """
    hidden: list[Figure] = []
    while (finding := find_exposed(_without(equations, hidden), minimum)) is not None:
        victims = [figure for figure in finding.figures if figure in answers]
        if not victims:
            raise ScoringError(
                Complaint.EXPOSED_RATERS, found=len(finding.raters), expected=finding.least
            )
        hidden.append(min(victims, key=lambda figure: (answers[figure], figure)))
    for figure in list(hidden):
        fewer = [one for one in hidden if one != figure]
        if find_exposed(_without(equations, fewer), minimum) is None:
            hidden = fewer
    return frozenset(hidden)


@lru_cache(maxsize=4096)
def items_to_blank(shape: CellShape) -> frozenset[str]:
    """Which of the wanted items must be blank beside the mean of their cell.

    The mean of a cell, exact where nobody is left out, is the only other figure that holds the
    raw answers to its items: "others", the competency's points, dimensions and the total are sums
    of such means. So a cell may be decided on its own. Most people's cells have a shape that was
    there before, so the decision is remembered.
    """
    covered = [
        Covered(rater=f"{place}-{number}", items=items, counts=counts)
        for place, ((items, counts), count) in enumerate(shape.patterns)
        for number in range(count)
    ]
    mean = Equation(
        figure=Figure(kind=FigureKind.CELL), terms=mean_terms(covered, dict(shape.weights))
    )
    items = [
        Equation(figure=Figure(kind=FigureKind.ITEM, item=item), terms=item_terms(covered, item))
        for item in shape.wanted
    ]
    hidden = further_blanks(
        [mean, *items],
        {one.rater: shape.least for one in covered},
        {one.figure: len(one.terms) for one in items},
    )
    return frozenset(figure.item for figure in hidden)


def _without(equations: Sequence[Equation], hidden: Collection[Figure]) -> list[Equation]:
    return [one for one in equations if one.figure not in hidden]
