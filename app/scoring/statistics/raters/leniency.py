"""Leniency and severity: whether somebody rates everybody higher, or lower, than others do."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.scoring.averages import mean
from app.scoring.statistics.agreement import Row
from app.scoring.statistics.raters.cutoffs import USUAL, Cutoffs
from app.scoring.statistics.spread import root, variance, z_scores


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What one rater gave one target as a member of one group; once for each such triple."""

    rater: str
    target: str
    group: str
    score: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class Severity:
    """How far one rater lies from the others of the same group, over the targets they share.

    ``distance`` is in points, above 0 for a lenient rater. ``z`` is distance/(s/√m), None for one
    target or where the distance is the same for all.
    """

    targets: int
    distance: Fraction
    z: Fraction | None
    is_flagged: bool


def severities(judgements: Sequence[Judgement], cutoffs: Cutoffs = USUAL) -> dict[str, Severity]:
    """By rater. Targets whom nobody else of the group rated say nothing, nor do raters of such
    only.

    The others' mean is the group's sum without the own score, so the work grows with the number
    of judgements and no faster.
    """
    sums: defaultdict[tuple[str, str], Fraction] = defaultdict(Fraction)
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    for one in judgements:
        sums[one.target, one.group] += one.score
        counts[one.target, one.group] += 1
    distances: defaultdict[str, list[Fraction]] = defaultdict(list)
    for one in judgements:
        others = counts[one.target, one.group] - 1
        if others:
            rest = sums[one.target, one.group] - one.score
            distances[one.rater].append(one.score - rest / others)
    return {rater: _severity(found, cutoffs) for rater, found in distances.items()}


def _severity(distances: Sequence[Fraction], cutoffs: Cutoffs) -> Severity:
    """Flagged where |z| and |distance| are both large, z compared as a square without a root.

    Somebody at the same large distance everywhere has no z, which is then beyond any limit.
    """
    count, distance, spread = len(distances), mean(distances), variance(distances)
    is_far = abs(distance) >= cutoffs.severity_points
    enough = count >= cutoffs.severity_targets
    is_steady = distance**2 * count > cutoffs.severity_z**2 * (spread or 0)
    return Severity(
        targets=count,
        distance=distance,
        z=distance / root(spread / count) if spread else None,
        is_flagged=enough and is_far and is_steady,
    )


def mean_severity(ratings: Iterable[Row]) -> tuple[list[Fraction | None], list[Fraction] | None]:
    """Each rater's mean over targets × raters, and how far it lies from the others' means, as z.

    For a panel that rates all alike. A rater without an answer has no mean, and then no z either.
    """
    columns = [[one for one in column if one is not None] for column in zip(*ratings, strict=True)]
    means = [mean(column) if column else None for column in columns]
    known = [one for one in means if one is not None]
    return means, z_scores(known) if len(known) == len(means) else None
