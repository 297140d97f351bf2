"""The total as a sum of signed terms, its limits and vetoes, and the grade it earns."""

from collections.abc import Mapping
from fractions import Fraction

from app.scoring.example import Example, Gate
from app.scoring.grades import at_most, grade_of
from app.scoring.numbers import clamped, rounded
from app.scoring.results import TermKind


def total_terms(example: Example, dimensions: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The exact terms whose sum is the total, in the order in which they apply.

    After the dimensions' contributions: the coefficient as (c − 1)·X, the adjustments, and, only
    where they bite, the limits of the scale and the gates.
    """
    terms = dict(dimensions)
    if example.coefficient is not None:
        plain = sum(terms.values(), start=Fraction())
        terms[TermKind.COEFFICIENT.value] = coefficient_term(plain, example.coefficient)
    terms[TermKind.ADJUSTMENT.value] = adjustment(example)
    total = sum(terms.values(), start=Fraction())
    limited = clamped(total, example.publication.lowest, example.publication.highest)
    if limited != total:
        terms[TermKind.LIMIT.value] = limited - total
    gated = _gated(example, limited)
    if gated != limited:
        terms[TermKind.GATE.value] = gated - limited
    return terms


def coefficient_term(plain: Fraction, coefficient: Fraction) -> Fraction:
    """What a coefficient of difficulty or attendance adds to the plain total: (c − 1)·X."""
    return (coefficient - 1) * plain


def adjustment(example: Example) -> Fraction:
    """The sum of 加减分, within its cap on either side."""
    points = sum((one.points for one in example.adjustments), start=Fraction())
    return clamped(points, -example.adjust_cap, example.adjust_cap)


def published(example: Example, total: Fraction) -> Fraction:
    """The one rounding."""
    return rounded(total, example.publication.places, example.publication.mode)


def calibrated(example: Example, score: Fraction) -> Fraction:
    """Within the ends of the scale, and under a gate: a veto outlasts calibration."""
    limits = example.publication
    return _gated(example, clamped(score, limits.lowest, limits.highest))


def grade_under_gates(example: Example, score: Fraction) -> str:
    """The grade of a published score, no better than any veto allows."""
    grade = grade_of(score, example.grades)
    for gate in _gates(example):
        grade = at_most(grade, gate.max_grade, example.grades)
    return grade


def _gated(example: Example, score: Fraction) -> Fraction:
    ceilings = [gate.max_score for gate in _gates(example) if gate.max_score is not None]
    return min([score, *ceilings])


def _gates(example: Example) -> list[Gate]:
    elements = (element for one in example.dimensions for element in one.elements)
    return [element.gate for element in elements if element.gate is not None]
