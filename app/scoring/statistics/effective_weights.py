"""What a weight is worth in truth: how much of the differences in the total it makes.

Where all reach the same cap, a dimension tells nobody from anybody, whatever its weight says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.scoring.statistics.spread import covariance, variance
from app.scoring.weights import HUNDRED


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoredPerson:
    """One person's exact total and scores of dimensions; a missing one is None or absent."""

    total: Fraction
    scores: Mapping[str, Fraction | None]


def effective_weights_of_dimensions(
    people: Sequence[ScoredPerson], weights: Mapping[str, Fraction]
) -> dict[str, Fraction] | None:
    """Percentages w_d·SD(S_d)·r(S_d, total)/SD(total) by dimension, for nominal ``weights``.

    Computed as w_d·cov(S_d, total)/var(total), which needs no root. They sum to 100 where the
    total is the weighted sum of the dimensions, and one may be negative. Weights are taken as
    shares of their sum. People who lack a dimension are left out. None where fewer than two are
    left, the total does not vary, or nothing has weight.
    """
    complete = [one for one in people if all(one.scores.get(name) is not None for name in weights)]
    totals = [one.total for one in complete]
    spread, whole = variance(totals), sum(weights.values(), start=Fraction())
    if not spread or not whole:
        return None
    return {
        name: HUNDRED * weight / whole * (covariance(_scores(complete, name), totals) or 0) / spread
        for name, weight in weights.items()
    }


def _scores(people: Sequence[ScoredPerson], name: str) -> list[Fraction]:
    return [score for one in people if (score := one.scores.get(name)) is not None]
