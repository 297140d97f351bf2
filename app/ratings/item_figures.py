"""Which item means of a protected cell may stand beside its competency's exact mean. Pure.

A competency shows two decimals, and most often that is an exact sum. Item means beside it must
not let a reader work out what single raters answered. Of a large cell single items are blanked
until nobody can be solved for. Of a small one, where a single figure tells more than sums do,
all go together.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from app.scoring.averages import mean
from app.scoring.disclosure.blanking import CellShape, items_to_blank
from app.scoring.disclosure.thresholds import (
    ShownFigure,
    Thresholds,
    item_mean_shown,
    may_show_spread,
)
from app.scoring.example import Item

Answers = Sequence[Fraction | None]
"""One rater's answers, reversed items turned round, in the order of the items; None: skipped."""


def protected_item_texts(
    raters: Sequence[Answers],
    *,
    counts: Sequence[Fraction],
    items: Sequence[Item],
    ends: tuple[Fraction, Fraction],
    thresholds: Thresholds,
) -> list[str]:
    """The shown mean of each item, empty where it is withheld.

    Needs the very raters whom the competency counted, for how much each of them counts there, and
    the items on their form.
    """
    columns = [_given(column) for column in zip(*raters, strict=True)]
    shown = [_shown(given, ends=ends, thresholds=thresholds) for given in columns]
    is_small = not may_show_spread(len(raters), thresholds)
    if is_small and (len(set(counts)) > 1 or _tells_of_few(raters, shown)):
        return [""] * len(shown)
    shape = _shape(raters, shown, counts=counts, items=items, least=thresholds.k)
    blank = items_to_blank(shape)
    return [
        one.text if one and item.id not in blank else ""
        for one, item in zip(shown, items, strict=True)
    ]


def _tells_of_few(raters: Sequence[Answers], shown: Sequence[ShownFigure | None]) -> bool:
    """Whether the items of a cell below 2k must go: one at an end of the scale, or one skipped.

    A single item is the competency itself, whose mean shows no ends.
    """
    hides_an_end = any(one is None or one.bound for one in shown)
    is_skipped = any(answer is None for answers in raters for answer in answers)
    return hides_an_end or is_skipped or len(shown) == 1


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


def _shape(
    raters: Sequence[Answers],
    shown: Sequence[ShownFigure | None],
    *,
    counts: Sequence[Fraction],
    items: Sequence[Item],
    least: int,
) -> CellShape:
    patterns = Counter(
        (
            tuple(
                item.id for item, answer in zip(items, answers, strict=True) if answer is not None
            ),
            weight,
        )
        for answers, weight in zip(raters, counts, strict=True)
    )
    return CellShape(
        least=least,
        weights=tuple((item.id, item.weight) for item in items),
        patterns=tuple(sorted(patterns.items())),
        wanted=frozenset(item.id for item, one in zip(items, shown, strict=True) if one),
    )
