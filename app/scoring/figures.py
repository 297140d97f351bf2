"""What a list of results needs of a rating, without the trace that a page explains it by."""

from dataclasses import dataclass
from fractions import Fraction

from app.scoring.calibration_replay import replay, replay_steps, require_replayed
from app.scoring.example import Example
from app.scoring.numbers import exact_sum
from app.scoring.results import Status
from app.scoring.total import bounds_of, published, total_terms
from app.scoring.weighing import status_of, surviving, weigh


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """The very figures of ``app.scoring.rating.rate``: exact, published, after calibration."""

    status: Status
    exact: Fraction | None = None
    computed: Fraction | None = None
    final: Fraction | None = None
    grade: str | None = None


def figures_of(example: Example) -> Figures:
    """Rate without apportioning what is shown and without noting why. Refuses what rate refuses."""
    weighed = weigh(example)
    status = status_of(example, weighed)
    if status is Status.HELD or not surviving(weighed):
        return Figures(status=status)
    terms = total_terms(example, {one.dimension.id: one.contribution for one in weighed})
    exact = exact_sum(terms.values())
    computed, bounds = published(example, exact), bounds_of(example)
    require_replayed(replay_steps(example.calibration, computed, bounds))
    outcome = replay(example.calibration, computed, bounds)
    return Figures(
        status=status,
        exact=exact,
        computed=computed,
        final=outcome.final,
        grade=outcome.grade if status is Status.RATED else None,
    )
