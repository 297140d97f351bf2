"""How sure a mean is: standard errors of a group's mean and of a weighted mean of groups."""

from collections.abc import Sequence
from fractions import Fraction

from app.scoring.statistics.spread import root, variance
from app.scoring.weights import Weighted


def standard_error(
    figures: Sequence[Fraction], *, population: int | None = None
) -> Fraction | None:
    """s/√n, the standard error of the mean of n raters; one rater has none.

    ``population`` is how many such raters there are at all: then the correction for a finite
    one, √(1 − n/N), applies (Cochran 1977), and asking everybody leaves no error.
    """
    spread = variance(figures)
    if spread is None:
        return None
    count = len(figures)
    left = Fraction(1) if population is None else max(Fraction(), 1 - Fraction(count, population))
    return root(left * spread / count)


def combined_error(groups: Sequence[Weighted]) -> Fraction | None:
    """√Σ v_g²·SE_g² of a weighted mean of groups, each with its standard error and weight.

    Weights are taken as shares of their sum. None where a group with weight has no error, as one
    rater has none, or where nothing has weight.
    """
    total = sum((group.weight for group in groups), start=Fraction())
    counting = [group for group in groups if group.weight]
    errors = [group.value for group in counting if group.value is not None]
    if not counting or len(errors) < len(counting):
        return None
    squares = (
        (group.weight / total * error) ** 2 for group, error in zip(counting, errors, strict=True)
    )
    return root(sum(squares, start=Fraction()))
