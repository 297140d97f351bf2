"""How many raters a group needs: Spearman–Brown, and the advice that follows from it.

Advice is for planning, on the number of people invited. Once answers are in, "indicative" would
tell a protected group of three from one of four: do not print it then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from app.scoring.numbers import fixed_text
from app.scoring.workings import Explanation

# Conway & Huffcutt 1997: how reliable one rater of each group is.
SINGLE_RATER_RELIABILITY: Mapping[str, Fraction] = {
    "supervisor": Fraction("0.50"),
    "peer": Fraction("0.37"),
    "subordinate": Fraction("0.30"),
}
SUGGESTED_INVITATIONS: Mapping[str, int] = {"peer": 5, "customer": 3}
TARGET_RELIABILITY = Fraction("0.70")
FEWEST_FOR_MORE_THAN_INDICATIVE = 4

ESTIMATE = Explanation(
    zh="已邀请 {n} 位：均值信度约为 {estimate}；要达到 {target} 需要 {needed} 位。",
    en="{n} invited: their mean has a reliability of about {estimate}; {target} takes {needed}.",
)
NO_ESTIMATE = Explanation(
    zh="已邀请 {n} 位：该类评价人没有已发表的信度估计。",
    en="{n} invited: no reliability of such raters is published.",
)
SUGGESTION = Explanation(zh="建议至少邀请 {suggested} 位。", en="Invite at least {suggested}.")
INDICATIVE = Explanation(
    zh="不足 {fewest} 位，结果仅供参考。", en="With fewer than {fewest} the result is indicative."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RaterCountAdvice:
    """What ``raters`` people of a group are worth; None where no reliability is published."""

    raters: int
    estimate: Fraction | None
    needed: int | None
    suggested: int | None
    is_indicative: bool
    explanation: Explanation


def spearman_brown(single: Fraction, *, raters: Fraction) -> Fraction | None:
    """The reliability k·r/(1 + (k − 1)·r) of a mean of k raters, from that of one.

    None where no variance of one sign is left: r ≤ −1/(k − 1).
    """
    below = 1 + (raters - 1) * single
    return None if below <= 0 else raters * single / below


def raters_needed(single: Fraction, *, target: Fraction) -> int | None:
    """How many raters, at least one, make their mean as reliable as ``target``, below 1.

    None where no number does, because one rater says nothing.
    """
    if single <= 0 or target >= 1:
        return None
    return max(1, ceil(target * (1 - single) / ((1 - target) * single)))


def advise_rater_count(
    group: str,
    *,
    raters: int,
    reliabilities: Mapping[str, Fraction] = SINGLE_RATER_RELIABILITY,
    target: Fraction = TARGET_RELIABILITY,
) -> RaterCountAdvice:
    """Advice for so many invited raters of a group, known by its id."""
    single = reliabilities.get(group)
    estimate = None if single is None else spearman_brown(single, raters=Fraction(raters))
    needed = None if single is None else raters_needed(single, target=target)
    suggested = SUGGESTED_INVITATIONS.get(group)
    too_few = None if suggested is None or raters >= suggested else suggested
    is_indicative = raters < FEWEST_FOR_MORE_THAN_INDICATIVE
    parts = [
        NO_ESTIMATE if estimate is None or needed is None else ESTIMATE,
        *([] if too_few is None else [SUGGESTION]),
        *([INDICATIVE] if is_indicative else []),
    ]
    joined = Explanation(zh="".join(one.zh for one in parts), en=" ".join(one.en for one in parts))
    return RaterCountAdvice(
        raters=raters,
        estimate=estimate,
        needed=needed,
        suggested=suggested,
        is_indicative=is_indicative,
        explanation=joined.filled(
            n=raters,
            estimate="" if estimate is None else fixed_text(estimate),
            target=fixed_text(target),
            needed=needed,
            suggested=suggested,
            fewest=FEWEST_FOR_MORE_THAN_INDICATIVE,
        ),
    )
