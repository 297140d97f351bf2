"""Published averages over people, items and parts, put to the engine."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from app.scoring.averages import mean, median, trimmed_mean
from app.scoring.example import Item
from app.scoring.feedback import rater_mean
from app.scoring.numbers import exact
from app.scoring.scales import Scale, percent_of_levels, rescaled
from app.scoring.weights import HUNDRED, Weighted, weighted_mean
from tests.unit.scoring.reference.cases import Case, Figure

EVERYTHING_COUNTS = Fraction(0)
# In the source's form the first three items are one competency, what follows is the next.
ITEMS_OF_FIRST = 3


def solve_weighted_mean(case: Case) -> Any:
    given = case.given
    if case.has("value_weight"):
        return _mean_of_pairs(given["value_weight"])
    if case.has("x", "w"):
        return _mean_of_pairs(zip(given["x"], given["w"], strict=True))
    if case.has("levels"):
        return _on_levels(case)
    if case.has("score_weight"):
        terms = [exact(score) * exact(weight) / HUNDRED for score, weight in given["score_weight"]]
        return [*terms, sum(terms)]
    if all(isinstance(value, list) for value in given.values()):
        return [exact(score) * exact(weight) / HUNDRED for score, weight in given.values()]
    return _equal_mean(given.values())


def _on_levels(case: Case) -> list[Figure]:
    scores = case.numbers("scores")
    total = sum(scores, start=Fraction())
    share = percent_of_levels(total, levels=int(case.number("levels")), count=len(scores))
    return [share / HUNDRED, share / HUNDRED * case.number("overall_levels")]


def _mean_of_pairs(pairs: Iterable[Sequence[object]]) -> Figure | None:
    return weighted_mean(
        [Weighted(value=_or_none(value), weight=exact(weight)) for value, weight in pairs]
    )


def _equal_mean(values: Iterable[object]) -> Fraction | None:
    return weighted_mean([Weighted(value=_or_none(one), weight=Fraction(1)) for one in values])


def _or_none(value: object) -> Fraction | None:
    return None if value is None else exact(value)


def solve_na_never_zero(case: Case) -> Figure | None:
    return _equal_mean(case.given.values())


def solve_rater_groups(case: Case) -> Figure | None:
    return weighted_mean(
        [
            Weighted(value=_equal_mean(one["ratings"]), weight=exact(one["weight"]))
            for one in case.given.values()
        ]
    )


def solve_missing(case: Case) -> Any:
    ratings = case.given.get("ratings", case.given)
    if isinstance(ratings, list):
        return _rater_mean(ratings, range(len(ratings)))
    items = case.given.get("items")
    if items is None:
        return [_equal_mean(column) for column in zip(*ratings.values(), strict=True)]
    return _equal_mean(_rater_mean(answers, items) for answers in ratings.values())


def _rater_mean(answers: Sequence[object], items: Iterable[int]) -> Fraction | None:
    asked = [Item(id=str(place)) for place in items]
    given = {item.id: _or_none(answers[int(item.id)]) for item in asked}
    found = rater_mean(given, asked, scale=_scale_of(answers), min_coverage=EVERYTHING_COUNTS)
    return None if found is None else found.raw


def _scale_of(answers: Sequence[object]) -> Scale:
    """A scale on which every answer is worth itself."""
    worth = {exact(one): exact(one) for one in answers if one is not None}
    return Scale(lowest=min(worth), highest=max(worth), anchors=worth)


def solve_scale_conversion(case: Case) -> Figure | None:
    if case.has("rating_0_1_weight"):
        average = _mean_of_pairs(case.given["rating_0_1_weight"])
        return None if average is None else Fraction(average) * case.number("times")
    low, high = case.numbers("from")
    new_low, new_high = case.numbers("to")
    return rescaled(case.number("value"), old=(low, high), new=(new_low, new_high))


def solve_trimmed_mean(case: Case) -> Figure:
    figures = case.numbers("x")
    if case.has("excel_percent"):
        return trimmed_mean(figures, share=case.number("excel_percent") / 2)
    share = case.number("trim")
    return median(figures) if 2 * share >= 1 else trimmed_mean(figures, share=share)


def solve_no_double_rounding(case: Case) -> Figure:
    """The exact figure: the comparison rounds it, once."""
    if not case.has("ratings"):
        return case.number("x")
    ratings = case.numbers("ratings")
    first, second = ratings[:ITEMS_OF_FIRST], ratings[ITEMS_OF_FIRST:]
    return mean([mean(first), mean(second)])
