"""What may be told of a cycle's answering quality: how many raters show a sign, never who."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from app.scoring.disclosure.thresholds import SMALLEST_K


class RaterFlag(StrEnum):
    SEVERITY = "severity"
    HALO = "halo"
    CENTRAL_TENDENCY = "central_tendency"
    STRAIGHT_LINE = "straight_line"
    OUTLIER = "outlier"
    DUPLICATE = "duplicate"
    TOO_FAST = "too_fast"


def count_flags(
    flags: Mapping[str, Collection[RaterFlag]], *, k: int = SMALLEST_K
) -> dict[RaterFlag, int] | None:
    """How many of a cycle's raters show each sign; a rater counts once, however often flagged.

    ``flags`` names every rater, with no flag too. None for fewer than ``k`` raters, of whom never
    fewer than three are taken.
    """
    if len(flags) < max(k, SMALLEST_K):
        return None
    return {flag: sum(flag in shown for shown in flags.values()) for flag in RaterFlag}
