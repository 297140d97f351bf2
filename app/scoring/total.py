"""The total as a sum of signed terms, its limits and vetoes, and the grade it earns."""

from collections.abc import Mapping
from fractions import Fraction

from app.scoring.calibration_replay import Bounds
from app.scoring.example import Example
from app.scoring.numbers import clamped, decimal_text, rounded
from app.scoring.results import TermKind
from app.scoring.workings import Formula, Working, rounded_text, sum_text, working


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
    gated = bounds_of(example).limited(limited)
    if gated != limited:
        terms[TermKind.GATE.value] = gated - limited
    return terms


def workings_of(example: Example, terms: Mapping[str, Fraction]) -> dict[str, Working]:
    """How the further terms of the total came about, by their names."""
    kinds = [kind for kind in TermKind if kind.value in terms]
    return {kind.value: _working(example, terms, kind) for kind in kinds}


def _working(example: Example, terms: Mapping[str, Fraction], kind: TermKind) -> Working:
    places = example.publication.places
    before = rounded_text(_sum_before(terms, kind.value), places)
    after = rounded_text(_sum_before(terms, kind.value) + terms[kind.value], places)
    match kind:
        case TermKind.COEFFICIENT:
            coefficient = example.coefficient or Fraction()
            return working(Formula.COEFFICIENT, coefficient=coefficient, plain=before)
        case TermKind.ADJUSTMENT:
            return _adjustment_working(example)
        case TermKind.LIMIT:
            return working(Formula.LIMIT, limit=after, total=before)
        case _:
            return working(Formula.VETO, ceiling=after, total=before)


def _sum_before(terms: Mapping[str, Fraction], name: str) -> Fraction:
    names = list(terms)
    return sum((terms[one] for one in names[: names.index(name)]), start=Fraction())


def _adjustment_working(example: Example) -> Working:
    listed = example.adjustments
    points = sum_text(
        (f"{one.name} {decimal_text(abs(one.points))}".strip(), one.points) for one in listed
    )
    formula = Formula.ADJUSTMENT
    if adjustment(example) != sum((one.points for one in listed), start=Fraction()):
        formula = Formula.ADJUSTMENT_CAPPED
    return working(formula, points=points or "0", cap=example.adjust_cap)


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


def bounds_of(example: Example) -> Bounds:
    """What a published figure and its grade stay within, calibrated or not: a veto outlasts all."""
    elements = (element for one in example.dimensions for element in one.elements)
    gates = [element.gate for element in elements if element.gate is not None]
    lower = {grade.name: grade.lower for grade in example.grades}
    scores = [gate.max_score for gate in gates if gate.max_score is not None]
    grades = [gate.max_grade for gate in gates if gate.max_grade is not None]
    return Bounds(
        grades=example.grades,
        lowest=example.publication.lowest,
        highest=example.publication.highest,
        places=example.publication.places,
        limit=example.calibration_limit,
        max_score=min(scores, default=None),
        max_grade=min(grades, key=lambda name: lower[name], default=None),
    )
