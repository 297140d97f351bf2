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
        return _combined(case, given["value_weight"])
    if case.has("x", "w"):
        return _combined(case, list(zip(given["x"], given["w"], strict=True)))
    if case.has("levels"):
        return _on_levels(case)
    if case.has("score_weight"):
        return _contributions(case, given["score_weight"])
    if all(isinstance(value, list) for value in given.values()):
        return _contributions(case, list(given.values()))
    return _equal_mean(given.values())


def _combined(case: Case, pairs: Sequence[Sequence[object]]) -> Figure | None:
    """The weighted mean, unless the case asks for the sum of points, or of the plain ratings."""
    words = case.quantity.lower()
    terms = [(exact(value), exact(weight)) for value, weight in pairs if value is not None]
    if "friendly" in words:
        return sum((value for value, _ in terms), start=Fraction())
    if "sum" in words and "average" not in words and "mean" not in words:
        return sum((value * weight for value, weight in terms), start=Fraction()) / HUNDRED
    return _mean_of_pairs(pairs)


def _contributions(case: Case, pairs: Sequence[Sequence[object]]) -> Any:
    """What each part adds in percent of its weight; with the total, or alone that, where asked."""
    terms = [
        None if score is None else exact(score) * exact(weight) / HUNDRED for score, weight in pairs
    ]
    total = sum((term for term in terms if term is not None), start=Fraction())
    if not isinstance(case.expected, list):
        return total
    return [*terms, total] if len(case.expected) > len(terms) else terms


def _on_levels(case: Case) -> Any:
    """The share of all points, and on the overall levels that share, or the scale stretched."""
    scores, levels, overall = (
        case.numbers("scores"),
        case.number("levels"),
        case.number("overall_levels"),
    )
    total = sum(scores, start=Fraction())
    share = percent_of_levels(total, levels=int(levels), count=len(scores)) / HUNDRED
    ends = {"old": (Fraction(1), levels), "new": (Fraction(1), overall)}
    level = rescaled(mean(scores), **ends) if "linear" in case.quantity else share * overall
    if isinstance(case.expected, list):
        return [share, level]
    return share if "percent" in case.quantity else level


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


def solve_rater_groups(case: Case) -> Any:
    means = {name: _equal_mean(one["ratings"]) for name, one in case.given.items()}
    if isinstance(case.expected, dict):
        return means
    if isinstance(case.expected, list):
        return list(means.values())
    return weighted_mean(
        [
            Weighted(value=means[name], weight=exact(one["weight"]))
            for name, one in case.given.items()
        ]
    )


def solve_missing(case: Case) -> Any:
    """Raters × behaviours: a mean of each behaviour, of each rater, or one over all."""
    own = {name: value for name, value in case.given.items() if name != "items"}
    ratings = case.given.get("ratings", own)
    if isinstance(ratings, list):
        return _rater_mean(ratings, case.given.get("items") or range(len(ratings)))
    items = case.given.get("items") or range(len(next(iter(ratings.values()))))
    by_rater = {name: _rater_mean(answers, items) for name, answers in ratings.items()}
    by_item = [_equal_mean([answers[item] for answers in ratings.values()]) for item in items]
    if isinstance(case.expected, dict):
        return by_rater
    if isinstance(case.expected, list):
        return list(by_rater.values()) if case.asks("each (rater|user)") else by_item
    return _equal_mean(by_item if case.asks("item-first", "method 2") else by_rater.values())


def _rater_mean(answers: Sequence[object], items: Iterable[int]) -> Fraction | None:
    asked = [Item(id=str(place)) for place in items]
    given = {item.id: _or_none(answers[int(item.id)]) for item in asked}
    found = rater_mean(given, asked, scale=_scale_of(answers), min_coverage=EVERYTHING_COUNTS)
    return None if found is None else found.raw


def _scale_of(answers: Sequence[object]) -> Scale:
    """A scale on which every answer is worth itself."""
    given = [exact(one) for one in answers if one is not None] or [Fraction()]
    worth = {one: one for one in given}
    return Scale(lowest=min(worth), highest=max(worth), anchors=worth)


def solve_scale_conversion(case: Case) -> Any:
    if case.has("rating_0_1_weight"):
        average = _mean_of_pairs(case.given["rating_0_1_weight"])
        return None if average is None else Fraction(average) * case.number("times")
    low, high = case.numbers("from")
    new_low, new_high = case.numbers("to")
    values = case.given["value"]
    found = [
        None if one is None else rescaled(exact(one), old=(low, high), new=(new_low, new_high))
        for one in (values if isinstance(values, list) else [values])
    ]
    return found if isinstance(values, list) else found[0]


def solve_trimmed_mean(case: Case) -> Figure:
    figures = case.numbers("x")
    if case.has("excel_percent"):
        return trimmed_mean(figures, share=case.number("excel_percent") / 2)
    share = case.number("trim")
    return median(figures) if 2 * share >= 1 else trimmed_mean(figures, share=share)


def solve_no_double_rounding(case: Case) -> Any:
    """The exact figure: the comparison rounds it, once."""
    if not case.has("ratings"):
        given = case.given["x"]
        return [exact(one) for one in given] if isinstance(given, list) else exact(given)
    ratings = case.given["ratings"]
    parts = [_equal_mean(ratings[:ITEMS_OF_FIRST]), _equal_mean(ratings[ITEMS_OF_FIRST:])]
    return _equal_mean(parts)
