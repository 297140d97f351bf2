"""How far raters of the same person agree: r_wg and its kin, and average deviations."""

from collections.abc import Sequence
from fractions import Fraction

from app.scoring.averages import mean, median
from app.scoring.statistics.spread import mean_deviation, variance

Row = Sequence[Fraction | None]


def uniform_variance(options: int) -> Fraction:
    """σ²_EU: what answers spread over ``options`` by chance alone would vary."""
    return Fraction(options**2 - 1, 12)


def expected_variance(probabilities: Sequence[Fraction]) -> Fraction:
    """The variance of answers 1, 2, … of these probabilities, for a null other than uniform."""
    first = sum((p * one for one, p in enumerate(probabilities, start=1)), start=Fraction())
    second = sum((p * one**2 for one, p in enumerate(probabilities, start=1)), start=Fraction())
    return second - first**2


def largest_variance(low: Fraction, high: Fraction) -> Fraction:
    """σ²_MV: half of the raters at either end of the scale."""
    return (high - low) ** 2 / 4


def r_wg(answers: Sequence[Fraction], null_variance: Fraction) -> Fraction | None:
    """1 − s²/σ²_E, cut at 0; None for fewer than two raters."""
    spread = variance(answers)
    return None if spread is None else max(Fraction(), 1 - spread / null_variance)


def r_wg_items(rows: Sequence[Row], null_variance: Fraction) -> Fraction | None:
    """r_wg(J) of raters × items. Grows with the number of items alone: show ``r_wg_star`` too."""
    share = _error_share(rows, null_variance)
    if share is None:
        return None
    q = min(Fraction(1), share)
    items = len(rows[0])
    return items * (1 - q) / (items * (1 - q) + q)


def r_wg_star(rows: Sequence[Row], null_variance: Fraction) -> Fraction | None:
    """r*_wg(J), linear in the mean variance, cut at 0."""
    share = _error_share(rows, null_variance)
    return None if share is None else max(Fraction(), 1 - share)


def a_wg(answers: Sequence[Fraction], *, low: Fraction, high: Fraction) -> Fraction | None:
    """Agreement against the largest variance possible at this mean; None at the scale's ends."""
    spread = variance(answers)
    if spread is None:
        return None
    middle, count = mean(answers), len(answers)
    possible = ((high + low) * middle - middle**2 - high * low) * Fraction(count, count - 1)
    return None if possible == 0 else 1 - 2 * spread / possible


def average_deviation(answers: Sequence[Fraction]) -> Fraction:
    """AD_M, in points of the scale; up to a sixth of the options is practical agreement."""
    return mean_deviation(answers, mean(answers))


def average_deviation_from_median(answers: Sequence[Fraction]) -> Fraction:
    """AD_Md."""
    return mean_deviation(answers, median(answers))


def average_deviation_items(rows: Sequence[Row]) -> Fraction | None:
    """AD_M(J): the mean over items, of the raters who answered all of them."""
    complete = complete_rows(rows)
    if not complete:
        return None
    return mean([average_deviation(column) for column in zip(*complete, strict=True)])


def complete_rows(rows: Sequence[Row]) -> list[list[Fraction]]:
    """The rows without a missing answer."""
    kept = [[one for one in row if one is not None] for row in rows]
    return [row for row, given in zip(kept, rows, strict=True) if len(row) == len(given)]


def _error_share(rows: Sequence[Row], null_variance: Fraction) -> Fraction | None:
    """The items' mean variance as a share of the null variance."""
    spreads = [variance(column) for column in zip(*complete_rows(rows), strict=True)]
    known = [spread for spread in spreads if spread is not None]
    return mean(known) / null_variance if known else None
