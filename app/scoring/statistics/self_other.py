"""How a person's view of themselves meets the others': gaps, categories, Johari quadrants.

Others are the official weighted mean without self. Cut-offs are for a scale of 1 to 5; another
scale needs its own.
"""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

from app.scoring.statistics.spread import standard_deviation

GOOD = Fraction(7, 2)
NOTABLE_GAP = Fraction(1, 2)
# Half a standard deviation, and the fallback in points of the scale, happen to be one number.
NOTABLE_STANDARD_GAP = Fraction(1, 2)
FEWEST_TO_STANDARDISE = 30


class SelfView(StrEnum):
    """Atwater & Yammarino 1992."""

    OVER_ESTIMATOR = "over_estimator"
    IN_AGREEMENT_HIGH = "in_agreement_high"
    IN_AGREEMENT_LOW = "in_agreement_low"
    UNDER_ESTIMATOR = "under_estimator"


class Quadrant(StrEnum):
    """The Johari window: who sees a strength. Luft & Ingham 1955."""

    OPEN = "open"
    BLIND = "blind"
    HIDDEN = "hidden"
    UNKNOWN = "unknown"


def typical_gap(gaps: Sequence[Fraction]) -> Fraction | None:
    """The standard deviation of self − others over a population.

    None below 30 people, or where all gaps are alike: then gaps are judged in points of the scale.
    """
    if len(gaps) < FEWEST_TO_STANDARDISE:
        return None
    return standard_deviation(gaps) or None


def standardised_gap(
    *, own: Fraction | None, others: Fraction | None, typical: Fraction | None
) -> Fraction | None:
    """d = (self − others)/``typical``; None where any of them is unknown."""
    if own is None or others is None or typical is None:
        return None
    return (own - others) / typical


def self_view(
    *,
    own: Fraction | None,
    others: Fraction | None,
    typical: Fraction | None = None,
    good: Fraction = GOOD,
) -> SelfView | None:
    """The category: a gap of half a ``typical`` one, or of 0.5 points without one, is notable.

    In agreement is split by whether the others' mean reaches ``good``. None where a view is
    unknown.
    """
    if own is None or others is None:
        return None
    threshold = NOTABLE_GAP if typical is None else NOTABLE_STANDARD_GAP * typical
    if own - others >= threshold:
        return SelfView.OVER_ESTIMATOR
    if others - own >= threshold:
        return SelfView.UNDER_ESTIMATOR
    return SelfView.IN_AGREEMENT_HIGH if others >= good else SelfView.IN_AGREEMENT_LOW


def johari_quadrant(
    *, own: Fraction | None, others: Fraction | None, good: Fraction = GOOD
) -> Quadrant | None:
    """Exactly one quadrant, by whether each side reaches ``good``; None where one is unknown."""
    if own is None or others is None:
        return None
    if own >= good:
        return Quadrant.OPEN if others >= good else Quadrant.BLIND
    return Quadrant.HIDDEN if others >= good else Quadrant.UNKNOWN


def is_blind_spot(
    *,
    own: Fraction | None,
    others: Fraction | None,
    good: Fraction = GOOD,
    notable: Fraction = NOTABLE_GAP,
) -> bool:
    """The person sees a strength where others do not; never where either is unknown."""
    if own is None or others is None:
        return False
    return own >= good > others and own - others >= notable


def is_hidden_strength(
    *,
    own: Fraction | None,
    others: Fraction | None,
    good: Fraction = GOOD,
    notable: Fraction = NOTABLE_GAP,
) -> bool:
    """Others see a strength where the person does not; never where either is unknown."""
    return is_blind_spot(own=others, others=own, good=good, notable=notable)
