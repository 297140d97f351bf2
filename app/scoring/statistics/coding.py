"""Agreement of coders beyond chance: Krippendorff's α, Cohen's and Fleiss' κ."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import permutations

from app.scoring.averages import mean

FEWEST_TO_PAIR = 2


class Metric(StrEnum):
    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


def krippendorff_alpha(
    coders: Sequence[Sequence[Fraction | None]], metric: Metric
) -> Fraction | None:
    """1 − D_o/D_e over coders × units, with missing codes (Krippendorff 2011).

    None where only one value occurs, or none twice in a unit. Ordinal distances are Krippendorff's
    own, by ranks; the ratio metric is for figures of 0 and above.
    """
    units = [[one for one in unit if one is not None] for unit in zip(*coders, strict=True)]
    paired = [unit for unit in units if len(unit) >= FEWEST_TO_PAIR]
    counts = Counter(one for unit in paired for one in unit)
    total = sum(counts.values())
    observed = sum((_within(unit, counts, metric) for unit in paired), start=Fraction())
    expected = sum(
        (
            counts[one] * counts[other] * _distance(one, other, counts, metric)
            for one, other in permutations(counts, 2)
        ),
        start=Fraction(),
    )
    return None if expected == 0 else 1 - (total - 1) * observed / expected


def _within(unit: Sequence[Fraction], counts: Mapping[Fraction, int], metric: Metric) -> Fraction:
    pairs = permutations(unit, 2)
    distance = sum((_distance(a, b, counts, metric) for a, b in pairs), start=Fraction())
    return distance / (len(unit) - 1)


def _distance(
    one: Fraction, other: Fraction, counts: Mapping[Fraction, int], metric: Metric
) -> Fraction:
    """The squared difference of two values under the metric."""
    if one == other:
        return Fraction()
    match metric:
        case Metric.NOMINAL:
            return Fraction(1)
        case Metric.ORDINAL:
            low, high = sorted((one, other))
            between = sum(n for value, n in counts.items() if low <= value <= high)
            return (between - Fraction(counts[one] + counts[other], 2)) ** 2
        case Metric.INTERVAL:
            return (one - other) ** 2
        case _:
            return ((one - other) / (one + other)) ** 2


def fleiss_kappa(table: Sequence[Sequence[int]]) -> Fraction | None:
    """Of subjects × categories, each row counting the same number of raters (Fleiss 1971).

    None for no subject, one rater, or one category.
    """
    raters = sum(table[0]) if table else 0
    if raters < FEWEST_TO_PAIR:
        return None
    cells = len(table) * raters
    agreed = mean([Fraction(sum(n * (n - 1) for n in row), raters * (raters - 1)) for row in table])
    by_chance = sum(
        (Fraction(sum(column), cells) ** 2 for column in zip(*table, strict=True)),
        start=Fraction(),
    )
    return _beyond_chance(agreed, by_chance)


def cohen_kappa(one: Sequence[str], other: Sequence[str]) -> Fraction | None:
    """Of two raters who put the same things into categories (Cohen 1960).

    None for nothing, or where both only ever use the same category.
    """
    count = len(one)
    if not count:
        return None
    agreed = Fraction(sum(a == b for a, b in zip(one, other, strict=True)), count)
    shares, other_shares = Counter(one), Counter(other)
    by_chance = Fraction(sum(shares[name] * other_shares[name] for name in shares), count**2)
    return _beyond_chance(agreed, by_chance)


def _beyond_chance(agreed: Fraction, by_chance: Fraction) -> Fraction | None:
    return None if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)
