"""From a published score to a grade: half-open bands kept as lower bounds, so no hole exists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from app.scoring.errors import Complaint, ScoringError
from app.scoring.numbers import decimal_text


@dataclass(frozen=True, kw_only=True, slots=True)
class Grade:
    """A grade and the lowest score that earns it."""

    name: str
    lower: Fraction


def grade_of(score: Fraction, grades: Iterable[Grade]) -> str:
    """The best grade whose lower bound the score reaches; the lowest grade takes the rest."""
    best_first = sorted(grades, key=lambda grade: grade.lower, reverse=True)
    return next((grade.name for grade in best_first if score >= grade.lower), best_first[-1].name)


def at_most(name: str, ceiling: str | None, grades: Sequence[Grade]) -> str:
    """The worse of two grades; None as the ceiling changes nothing."""
    if ceiling is None:
        return name
    lower = {grade.name: grade.lower for grade in grades}
    return min(name, ceiling, key=lambda one: lower[one])


def require_ladder(grades: Sequence[Grade], *, lowest: Fraction, where: str = "") -> None:
    """Refuse grades that share a bound or that leave scores from ``lowest`` up without a grade."""
    bounds = sorted(grade.lower for grade in grades)
    for one, other in pairwise(bounds):
        if one == other:
            raise ScoringError(Complaint.BAND_OVERLAP, where, found=decimal_text(one))
    if not bounds or bounds[0] > lowest:
        raise ScoringError(Complaint.BAND_GAP, where, found=decimal_text(lowest))
