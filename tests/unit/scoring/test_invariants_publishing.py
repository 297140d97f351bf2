"""What must hold between the exact total and what is published: terms, limits, vetoes, rounding.

The number before each test is the invariant of section 5 of the description that it shows.
"""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from app.scoring.apportion import largest_remainder, shown_terms
from app.scoring.grades import Grade, grade_of
from app.scoring.numbers import rounded
from app.scoring.results import Rating, TermKind
from app.scoring.weights import Weighted, effective_weights, weighted_mean
from tests.unit.scoring.generated import GRADES, Document, elements_of, rich_examples
from tests.unit.scoring.properties import many
from tests.unit.scoring.worked import rating_of

CENT = Fraction(1, 100)
ORDER = [name for name, _ in reversed(GRADES)]
PARTS = st.binary(min_size=2, max_size=12)
MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}


def _terms(rating: Rating) -> dict[str, Fraction]:
    return {term.name: term.exact for term in rating.totals}


def _without_gates(document: Document) -> Document:
    for element in elements_of(document):
        element.pop("gate", None)
    return document


def _fractions(row: bytes) -> list[Fraction]:
    """Signed figures with awkward denominators, some of them equal."""
    return [Fraction((one - 60) * 7, 1 + one % 9) for one in row]


# 3
@many
@given(rich_examples(), st.integers(0, 120), st.sampled_from(ORDER))
def test_a_gate_never_adds(document: Document, ceiling: int, worst: str) -> None:
    free = rating_of(_without_gates(document))
    assume(free.computed is not None)
    gate = {"max_score": ceiling, "max_grade": worst}
    elements_of(document)[0]["gate"] = gate
    gated = rating_of(document)

    assert free.exact is not None
    assert gated.exact == min(free.exact, Fraction(ceiling))
    if gated.grade is not None and free.grade is not None:
        assert ORDER.index(gated.grade) <= min(ORDER.index(free.grade), ORDER.index(worst))


# 3
@many
@given(rich_examples(), st.lists(st.integers(-900, 900), max_size=4), st.integers(0, 6))
def test_the_bonus_is_one_clamped_sum(document: Document, points: list[int], cap: int) -> None:
    document["adjustments"] = [{"points": f"{one}e-2"} for one in points]
    rating = rating_of(document | {"adjust_cap": cap})
    term = max(Fraction(-cap), min(Fraction(sum(points), 100), Fraction(cap)))

    assert rating.adjustment == term
    assert rating.exact is None or _terms(rating)[TermKind.ADJUSTMENT] == term


# 11
@many
@given(rich_examples(), st.fractions(0, 2, max_denominator=50))
def test_the_coefficient_multiplies_before_the_bonus_and_shows_what_it_changes(
    document: Document, coefficient: Fraction
) -> None:
    rating = rating_of(document | {"coefficient": coefficient})
    assume(rating.exact is not None)
    terms = _terms(rating)
    plain = sum(term for name, term in terms.items() if name.startswith("D"))

    assert terms["COEF"] == (coefficient - 1) * plain
    assert plain + terms["COEF"] == coefficient * plain


# 11
@many
@given(rich_examples())
def test_a_limit_that_bites_closes_the_sum_and_one_that_does_not_is_no_term(
    document: Document,
) -> None:
    rating = rating_of(document)
    assume(rating.exact is not None)
    terms = _terms(rating)
    limit, gate = terms.pop("CLAMP", None), terms.pop("GATE", None)
    free, highest = sum(terms.values(), start=Fraction()), document["final"]["max"]

    assert limit != 0
    assert (limit is not None) == (not 0 <= free <= highest)
    assert gate is None or gate < 0
    assert rating.exact == free + (limit or 0) + (gate or 0)


# 11
@many
@given(rich_examples())
def test_what_is_published_is_the_exact_total_rounded_once(document: Document) -> None:
    final = document["final"]
    rating = rating_of(document)
    assume(rating.exact is not None)
    assert rating.exact is not None
    # Far more digits than a total of these examples can need to tell a half from no half.
    exact = Decimal(rating.exact.numerator * 10**40 // rating.exact.denominator).scaleb(-40)
    inexact = (rating.exact * 10**40).denominator != 1
    unit = Decimal(1).scaleb(-final["dp"])
    mode = ROUND_HALF_UP if inexact else MODES[final["mode"]]

    assert rating.computed == Fraction(exact.quantize(unit, rounding=mode))


# 11
@many
@given(st.fractions(-200, 200, max_denominator=4000), st.integers(0, 3))
def test_rounding_is_near_and_idempotent_and_halves_leave_zero(value: Fraction, dp: int) -> None:
    shown = rounded(value, dp)

    assert abs(shown - value) <= Fraction(1, 2 * 10**dp)
    assert rounded(shown, dp) == shown
    assert rounded(-value, dp) == -shown


# 12
@many
@given(PARTS)
def test_grades_are_monotone_and_every_score_has_one(row: bytes) -> None:
    ladder = [Grade(name=str(name), lower=Fraction(str(lower))) for name, lower in GRADES]
    scores = sorted(Fraction(one * 120, 255) for one in row)
    names = [ORDER.index(grade_of(score, ladder)) for score in scores]

    assert names == sorted(names)


# 12
@many
@given(st.lists(st.integers(1, 11_999), min_size=1, max_size=6, unique=True))
def test_a_bound_belongs_to_the_grade_above_it_and_no_hole_is_below(bounds: list[int]) -> None:
    ladder = [Grade(name=str(one), lower=one * CENT) for one in [0, *sorted(bounds)]]
    for below, grade in pairwise(ladder):
        assert grade_of(grade.lower, ladder) == grade.name
        assert grade_of(grade.lower - CENT / 1000, ladder) == below.name


# 12
@many
@given(rich_examples())
def test_the_grade_is_read_from_the_published_score(document: Document) -> None:
    rating = rating_of(_without_gates(document))
    ladder = [(str(name), Fraction(str(lower))) for name, lower in GRADES]
    assume(rating.grade is not None)

    assert rating.computed is not None
    assert rating.grade == next(name for name, lower in ladder if rating.computed >= lower)


# 13
@many
@given(PARTS, st.integers(0, 2000))
def test_largest_remainder_loses_nobody_and_keeps_the_quota(row: bytes, seats: int) -> None:
    weights = {f"g{place}": Fraction(one, 7) for place, one in enumerate(row)}
    assume(any(row))
    given_seats = largest_remainder(weights, seats=seats)
    total = sum(weights.values())

    assert sum(given_seats.values()) == seats
    for name, weight in weights.items():
        assert abs(given_seats[name] - weight * seats / total) < 1


# 2, 13
@many
@given(PARTS, st.integers(0, 60))
def test_the_order_of_what_is_apportioned_does_not_matter(row: bytes, seats: int) -> None:
    weights = {f"g{place}": Fraction(1 + one % 3) for place, one in enumerate(row)}
    turned = dict(reversed(weights.items()))

    assert largest_remainder(turned, seats=seats) == largest_remainder(weights, seats=seats)


# 11
@many
@given(PARTS, st.sampled_from([0, 2, 3]))
def test_shown_terms_add_up_and_none_is_a_whole_unit_off(row: bytes, places: int) -> None:
    terms = {f"t{place}": value for place, value in enumerate(_fractions(row))}
    total = rounded(sum(terms.values(), start=Fraction()), places)
    shown = shown_terms(terms, total=total, places=places)
    unit = Fraction(1, 10**places)

    assert list(shown) == list(terms)
    assert sum(shown.values()) == total
    assert all(abs(shown[name] - terms[name]) < unit for name in terms)
    assert all((own / unit).denominator == 1 for own in shown.values())


# 11
@many
@given(PARTS)
def test_of_equal_terms_the_earlier_name_is_shown_no_lower(row: bytes) -> None:
    terms = {f"t{place:02}": value for place, value in enumerate(_fractions(row[:3] * 4))}
    total = rounded(sum(terms.values(), start=Fraction()), 2)
    shown = shown_terms(dict(reversed(terms.items())), total=total)

    for one, other in pairwise(sorted(terms)):
        if terms[one] == terms[other]:
            assert shown[one] >= shown[other]


# 3, 4, 6
@many
@given(PARTS, st.integers(1, 9), st.integers(-9, 9))
def test_weighted_means_are_bounded_affine_and_free_of_the_scale_of_weights(
    row: bytes, factor: int, shift: int
) -> None:
    figures = _fractions(row)
    weights = [Fraction(1 + one % 11) for one in row]

    def middle(values: list[Fraction], scale: int = 1) -> Any:
        pairs = zip(values, weights, strict=True)
        return weighted_mean([Weighted(value=v, weight=scale * w) for v, w in pairs])

    assert min(figures) <= middle(figures) <= max(figures)
    assert middle(figures, factor) == middle(figures)
    moved = [factor * one + shift for one in figures]
    assert middle(moved) == factor * middle(figures) + shift


# 6, 17
@many
@given(PARTS)
def test_a_part_without_a_figure_is_a_part_of_weight_zero_is_no_part(row: bytes) -> None:
    parts = [
        Weighted(value=None if one % 3 == 0 else Fraction(one), weight=Fraction(one % 5))
        for one in row
    ]
    alive = [part for part in parts if part.value is not None and part.weight > 0]
    weights = effective_weights(parts)

    assert weighted_mean(parts) == weighted_mean(alive)
    assert [weight for weight in weights if weight] == effective_weights(alive)
    assert sum(weights) == (100 if alive else 0)
