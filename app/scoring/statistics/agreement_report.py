"""How agreement is told in a report: from three raters on, under two nulls, with its reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.scoring.statistics.agreement import average_deviation, r_wg
from app.scoring.statistics.nulls import NullShape, null_variance, uniform_variance

FEWEST_TO_REPORT = 3


class AgreementLevel(StrEnum):
    """How LeBreton & Senter 2008 read an r_wg."""

    NONE = "none"
    WEAK = "weak"
    MODERATE = "moderate"
    STRONG = "strong"
    VERY_STRONG = "very_strong"


# The highest r_wg of each level; what lies above the last is very strong.
UPPER_ENDS = {
    AgreementLevel.NONE: Fraction(3, 10),
    AgreementLevel.WEAK: Fraction(1, 2),
    AgreementLevel.MODERATE: Fraction(7, 10),
    AgreementLevel.STRONG: Fraction(9, 10),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementReport:
    """Agreement on one item. Read the average deviation first: it is in points of the scale.

    ``slight_skew`` is None on a scale for which no such null is published.
    """

    uniform: Fraction
    slight_skew: Fraction | None
    deviation: Fraction
    limit: Fraction

    @property
    def level(self) -> AgreementLevel:
        """The reading of the more cautious of the two r_wg."""
        known = [self.uniform] if self.slight_skew is None else [self.uniform, self.slight_skew]
        return agreement_level(min(known))

    @property
    def is_practical(self) -> bool:
        """Whether the raters agree for practical purposes: AD_M is at most a sixth of A."""
        return self.deviation <= self.limit


def agreement_level(agreement: Fraction) -> AgreementLevel:
    """Half-open levels, each with its upper end: .30 is none, .31 weak, .50 still weak."""
    levels = (level for level, upper in UPPER_ENDS.items() if agreement <= upper)
    return next(levels, AgreementLevel.VERY_STRONG)


def practical_limit(options: int) -> Fraction:
    """A/6 points of average deviation, .83 for five options (Burke & Dunlap 2002)."""
    return Fraction(options, 6)


def report_agreement(answers: Sequence[Fraction], *, options: int) -> AgreementReport | None:
    """What a report says about agreement on one item; None for fewer than three raters."""
    uniform, deviation = r_wg(answers, uniform_variance(options)), average_deviation(answers)
    if len(answers) < FEWEST_TO_REPORT or uniform is None or deviation is None:
        return None
    skewed = null_variance(NullShape.SLIGHT_SKEW, options=options)
    return AgreementReport(
        uniform=uniform,
        slight_skew=None if skewed is None else r_wg(answers, skewed),
        deviation=deviation,
        limit=practical_limit(options),
    )
