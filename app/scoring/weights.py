"""Weights: what they must sum to, and what is left of them when something is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.scoring.errors import Complaint, ScoringError
from app.scoring.numbers import decimal_text, exact_sum, sum_of_ratios

HUNDRED = Fraction(100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighted:
    """A figure and how much it counts; None is a figure that does not exist, never a 0."""

    value: Fraction | None
    weight: Fraction


def require_hundred(weights: Sequence[Fraction], where: str = "") -> None:
    """Refuse weights of which one is negative or which do not sum to exactly 100."""
    for weight in weights:
        require_not_negative(weight, where)
    total = exact_sum(weights)
    if total != HUNDRED:
        raise ScoringError(Complaint.WEIGHTS_NOT_100, where, found=decimal_text(total))


def require_not_negative(weight: Fraction, where: str = "") -> None:
    if weight.numerator < 0:
        raise ScoringError(Complaint.NEGATIVE_WEIGHT, where, found=decimal_text(weight))


def effective_weights(parts: Sequence[Weighted]) -> list[Fraction]:
    """Percentages over the parts that exist, in the same order; a missing part has 0.

    They sum to 100, or are all 0 where nothing with a weight exists.
    """
    total = surviving_weight(parts)
    if total == 0:
        return [Fraction() for _ in parts]
    alive = [_weight_alive(part) for part in parts]
    return alive if total == HUNDRED else [weight * HUNDRED / total for weight in alive]


def surviving_weight(parts: Iterable[Weighted]) -> Fraction:
    """The sum of the weights of the parts that exist."""
    return exact_sum(part.weight for part in parts if part.value is not None)


def weighted_mean(parts: Sequence[Weighted]) -> Fraction | None:
    """The mean over the parts that exist, or None where nothing with a weight exists."""
    total = surviving_weight(parts)
    if total == 0:
        return None
    return sum_of_ratios(_product(part.weight, part.value) for part in parts) / total


def _product(weight: Fraction, value: Fraction | None) -> tuple[int, int]:
    """As a ratio that need not be in lowest terms."""
    if value is None:
        return 0, 1
    (weight_over, weight_under), (over, under) = weight.as_integer_ratio(), value.as_integer_ratio()
    return weight_over * over, weight_under * under


def _weight_alive(part: Weighted) -> Fraction:
    return Fraction() if part.value is None else part.weight
