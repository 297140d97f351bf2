"""What of a round's answering quality may be kept: counts, and only where they point at nobody."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.scoring.disclosure.thresholds import SMALLEST_K
from app.scoring.statistics.raters.quality import RaterFlag, count_flags

# TOO_FAST is no sign of ours: it would take times beside answers, and none are kept.
SIGNS = (
    RaterFlag.STRAIGHT_LINE,
    RaterFlag.DUPLICATE,
    RaterFlag.CENTRAL_TENDENCY,
    RaterFlag.HALO,
    RaterFlag.SEVERITY,
    RaterFlag.OUTLIER,
)


class Band(StrEnum):
    FEW = "few"  # fewer than k
    EXACT = "exact"
    MANY = "many"  # all but k, or more


@dataclass(frozen=True, kw_only=True, slots=True)
class SignCount:
    """How many of a round's raters show a sign; `flagged` is None where only the band is kept."""

    sign: RaterFlag
    band: Band
    flagged: int | None
    judged: int


def counts_to_keep(flags: Mapping[str, Collection[RaterFlag]], *, k: int) -> list[SignCount]:
    """Counts of the signs of all raters named, none for fewer than 2k raters.

    A count below k would point at few who show the sign, one above all but k at few who do not;
    whoever knows of some of them could tell the others. Such counts are kept as a band that says
    no more than its border. Below 2k raters every count is of one kind or the other.
    """
    least, judged = max(k, SMALLEST_K), len(flags)
    counts = count_flags(flags, k=2 * least)
    if counts is None:
        return []
    return [_kept(sign, counts[sign], judged, least) for sign in SIGNS]


def band_of(flagged: int, *, judged: int, k: int) -> Band:
    """What may be told of so many: the number, or a band where it would point at few of either."""
    if flagged < k:
        return Band.FEW
    return Band.MANY if flagged >= judged - k else Band.EXACT


def _kept(sign: RaterFlag, flagged: int, judged: int, k: int) -> SignCount:
    band = band_of(flagged, judged=judged, k=k)
    exact = flagged if band is Band.EXACT else None
    return SignCount(sign=sign, band=band, flagged=exact, judged=judged)
