"""Which item means of a protected cell may stand beside its competency's exact mean. Pure.

A competency shows two decimals, and most often that is an exact sum. Item means beside it must
not let a reader work out what single raters answered, so they go together wherever they would.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import floor

from app.ratings.rules import with_cover
from app.scoring.averages import FEWEST_FOR_LEAVING_OUT, Aggregate, Averaging, mean
from app.scoring.disclosure.thresholds import (
    ShownFigure,
    Thresholds,
    item_mean_shown,
    may_show_spread,
)

Answers = Sequence[Fraction | None]
"""One rater's answers, reversed items turned round, in the order of the items; None: skipped."""


def protected_item_texts(
    raters: Sequence[Answers],
    *,
    weights: Sequence[Fraction],
    ends: tuple[Fraction, Fraction],
    averaging: Averaging,
    thresholds: Thresholds,
) -> list[str]:
    """The shown mean of each item, empty where it is withheld.

    Needs the very raters whom the competency counted, and the weight of each item.
    """
    n, columns = len(raters), [_given(column) for column in zip(*raters, strict=True)]
    shown = [_shown(given, ends=ends, thresholds=thresholds) for given in columns]
    covered = [_weight_covered(one, weights) for one in raters]
    everything = sum(weights, start=Fraction())
    is_partial = any(one is None or one.bound for one in shown)
    if (
        leaves_somebody_out(averaging, n)
        or tells_by_skipping(covered, everything=everything, k=thresholds.k)
        or (is_partial and not may_show_spread(n, thresholds))
    ):
        return [""] * len(shown)
    texts = [one.text if one else "" for one in shown]
    return with_cover(texts, [len(given) for given in columns])


def _given(column: Answers) -> list[Fraction]:
    return [answer for answer in column if answer is not None]


def _shown(
    given: Sequence[Fraction], *, ends: tuple[Fraction, Fraction], thresholds: Thresholds
) -> ShownFigure | None:
    if not given:
        return None
    return item_mean_shown(
        mean(given), n=len(given), protected=True, ends=ends, thresholds=thresholds
    )


def _weight_covered(one: Answers, weights: Sequence[Fraction]) -> Fraction:
    pairs = zip(one, weights, strict=True)
    return sum((weight for answer, weight in pairs if answer is not None), start=Fraction())


def leaves_somebody_out(averaging: Averaging, n: int) -> bool:
    """Whether the average of ``n`` raters is not that of all of them.

    Item means count everybody: set against such an average they would show the raters left out.
    """
    few = n < FEWEST_FOR_LEAVING_OUT
    match averaging.kind:
        case Aggregate.MEAN:
            return False
        case Aggregate.MEDIAN:
            return n > 1
        case Aggregate.TRIMMED:
            return not few and floor(averaging.trim * n) > 0
        case _:
            return not few and averaging.drop_k > 0


def tells_by_skipping(covered: Sequence[Fraction], *, everything: Fraction, k: int) -> bool:
    """Whether item means beside the competency's mean tell about fewer than ``k`` raters.

    ``covered`` is the weight of the items that each rater answered, of ``everything`` asked. Each
    answer enters a rater's own mean over that weight, but every item mean alike: the difference of
    the two is about those alone who covered another weight than the others. These must be nobody
    or at least ``k``; below 2k raters, where a single figure tells more, nobody.
    """
    if len(covered) < 2 * k:
        return any(weight != everything for weight in covered)
    return any(0 < len(covered) - alike < k for alike in Counter(covered).values())
