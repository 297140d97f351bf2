"""Sharing out a fixed total: shown terms that add up, and quotas that lose nobody.

Largest remainder (Hamilton). Ties go by id, so that the order of configuration never matters.
"""

from collections.abc import Mapping
from fractions import Fraction

from app.scoring.errors import Complaint, ScoringError
from app.scoring.numbers import decimal_text
from app.scoring.weights import HUNDRED


def shown_terms(
    terms: Mapping[str, Fraction], *, total: Fraction, places: int = 2
) -> dict[str, Fraction]:
    """Each term cut to ``places`` decimals, with the rest of ``total`` handed out in units.

    ``total`` is the shown sum: within one unit of the exact sum of the terms. Every shown term is
    then less than one unit away from its exact value, and the shown terms sum to ``total``.
    """
    units = 10**places
    wholes = {name: one.numerator * units // one.denominator for name, one in terms.items()}
    left = int(total * units) - sum(wholes.values())
    if left:
        rests = {name: one * units - wholes[name] for name, one in terms.items()}
        for name in _largest_first(rests)[:left]:
            wholes[name] += 1
    return {name: Fraction(whole, units) for name, whole in wholes.items()}


def largest_remainder(
    weights: Mapping[str, Fraction], *, seats: int, where: str = ""
) -> dict[str, int]:
    """Whole seats in proportion to the weights; exactly ``seats`` are given."""
    total = sum(weights.values(), start=Fraction())
    if total <= 0:
        raise ScoringError(Complaint.NO_WEIGHT, where)
    ideals = {name: weight * seats / total for name, weight in weights.items()}
    floors = {name: int(ideal) for name, ideal in ideals.items()}
    left = seats - sum(floors.values())
    for name in _largest_first({name: ideals[name] - floors[name] for name in ideals})[:left]:
        floors[name] += 1
    return floors


def quotas(percentages: Mapping[str, Fraction], *, people: int, where: str = "") -> dict[str, int]:
    """How many of ``people`` each grade may hold; refuses percentages that do not sum to 100."""
    total = sum(percentages.values(), start=Fraction())
    if total != HUNDRED:
        raise ScoringError(Complaint.QUOTA_SUM, where, found=decimal_text(total))
    return largest_remainder(percentages, seats=people)


def _largest_first(remainders: Mapping[str, Fraction]) -> list[str]:
    return sorted(sorted(remainders), key=lambda name: remainders[name], reverse=True)
