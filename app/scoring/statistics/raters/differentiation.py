"""Whether a rater tells things apart: halo, central tendency, restriction of range."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from app.scoring.scales import Scale
from app.scoring.statistics.raters.cutoffs import USUAL, Cutoffs
from app.scoring.statistics.spread import standard_deviation, variance


def is_halo(own: Sequence[Fraction], group: Sequence[Fraction], cutoffs: Cutoffs = USUAL) -> bool:
    """The rater sees no difference between competencies where the group sees one.

    ``own`` are one rater's means of one target's competencies, ``group`` those of all the group's
    raters. Compared as variances, without a root; two competencies are the least.
    """
    spread, usual = variance(own), variance(group)
    if spread is None or usual is None:
        return False
    return spread < cutoffs.halo_own_spread**2 and usual >= cutoffs.halo_group_spread**2


def is_central(answers: Sequence[Fraction | None], scale: Scale, cutoffs: Cutoffs = USUAL) -> bool:
    """Nearly all answers in the middle, and hardly any spread.

    The middle is the middle answer, or the middle two of a scale with an even number of them.
    """
    given = _given(answers)
    ends = scale.lowest + scale.highest
    counts = Counter(given)
    middle = sum(n for answer, n in counts.items() if abs(2 * answer - ends) <= 1)
    if middle < cutoffs.central_share * len(given):
        return False
    spread = variance(given)
    return spread is not None and spread < cutoffs.central_spread**2


def answer_spread(answers: Sequence[Fraction | None]) -> Fraction | None:
    """The standard deviation over one rater's answers; None for fewer than two.

    Over all answers a sign of restricted range; over one form in shown order IRV, 0 for a
    straight line (Dunn et al. 2018).
    """
    return standard_deviation(_given(answers))


def _given(answers: Sequence[Fraction | None]) -> list[Fraction]:
    return [answer for answer in answers if answer is not None]
