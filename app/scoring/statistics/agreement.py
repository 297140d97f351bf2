"""How far raters of the same person agree: r_wg and its kin, and average deviations."""

from collections.abc import Sequence
from fractions import Fraction

from app.scoring.averages import mean, median
from app.scoring.statistics.spread import FEWEST_FOR_SPREAD, mean_deviation, variance

Row = Sequence[Fraction | None]


def r_wg(answers: Sequence[Fraction], null_variance: Fraction) -> Fraction | None:
    """1 − s²/σ²_E, cut at 0; None for fewer than two raters (James, Demaree & Wolf 1984)."""
    spread = variance(answers)
    return None if spread is None else max(Fraction(), 1 - spread / null_variance)


def r_wg_items(rows: Sequence[Row], null_variance: Fraction) -> Fraction | None:
    """r_wg(J) of raters × items (James, Demaree & Wolf 1984); None for fewer than two raters.

    Raters with a missing item are left out. It grows with the number of items alone: show
    ``r_wg_star`` beside it.
    """
    share = _error_share(rows, null_variance)
    if share is None:
        return None
    q = min(Fraction(1), share)
    items = len(rows[0])
    return items * (1 - q) / (items * (1 - q) + q)


def r_wg_star(rows: Sequence[Row], null_variance: Fraction) -> Fraction | None:
    """r*_wg(J), linear in the mean variance, cut at 0 (Lindell, Brandt & Whitney 1999)."""
    share = _error_share(rows, null_variance)
    return None if share is None else max(Fraction(), 1 - share)


def a_wg(answers: Sequence[Fraction], *, low: Fraction, high: Fraction) -> Fraction | None:
    """Agreement against the largest variance possible at this mean (Brown & Hauenstein 2005).

    From −1 to 1; None for fewer than two raters and where the mean is an end of the scale.
    """
    spread = variance(answers)
    if spread is None:
        return None
    middle, count = mean(answers), len(answers)
    possible = ((high + low) * middle - middle**2 - high * low) * Fraction(count, count - 1)
    return None if possible == 0 else 1 - 2 * spread / possible


def average_deviation(answers: Sequence[Fraction]) -> Fraction | None:
    """AD_M, in points of the scale (Burke, Finkelstein & Dusig 1999); None below two raters."""
    if len(answers) < FEWEST_FOR_SPREAD:
        return None
    return mean_deviation(answers, mean(answers))


def average_deviation_from_median(answers: Sequence[Fraction]) -> Fraction | None:
    """AD_Md, in points of the scale (Burke, Finkelstein & Dusig 1999); None below two raters."""
    if len(answers) < FEWEST_FOR_SPREAD:
        return None
    return mean_deviation(answers, median(answers))


def average_deviation_items(rows: Sequence[Row]) -> Fraction | None:
    """AD_M(J): the mean over items, of the raters who answered all; None below two of them."""
    deviations = [average_deviation(column) for column in zip(*complete_rows(rows), strict=True)]
    known = [one for one in deviations if one is not None]
    return mean(known) if known else None


def complete_rows(rows: Sequence[Row]) -> list[list[Fraction]]:
    """The rows without a missing answer."""
    kept = [[one for one in row if one is not None] for row in rows]
    return [row for row, given in zip(kept, rows, strict=True) if len(row) == len(given)]


def _error_share(rows: Sequence[Row], null_variance: Fraction) -> Fraction | None:
    """The items' mean variance as a share of the null variance."""
    spreads = [variance(column) for column in zip(*complete_rows(rows), strict=True)]
    known = [spread for spread in spreads if spread is not None]
    return mean(known) / null_variance if known else None
