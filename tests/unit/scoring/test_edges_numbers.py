"""The edges of reading, rounding and writing numbers, where one step further is something else."""

from decimal import Decimal
from fractions import Fraction

import pytest

from app.scoring.apportion import largest_remainder, quotas, shown_terms
from app.scoring.errors import Complaint, ScoringError
from app.scoring.numbers import (
    Rounding,
    clamped,
    decimal_text,
    exact,
    fixed_text,
    is_on_grid,
    rounded,
    sum_of_ratios,
)
from app.scoring.scales import Scale, require_whole_scale, rescaled


def _complaint(value: object) -> Complaint:
    with pytest.raises(ScoringError) as caught:
        exact(value)
    return caught.value.complaint


@pytest.mark.parametrize(
    ("longest", "longer"),
    [
        ("1" + "0" * 30, "1" + "0" * 31),
        ("1e30", "1e31"),
        ("1e-30", "1e-31"),
        ("0." + "0" * 29 + "1", "0." + "0" * 30 + "1"),
        ("1." + "1" * 58, "1." + "1" * 59),
        ("9" * 31, "9" * 32),
    ],
)
def test_a_figure_has_at_most_thirty_orders_and_sixty_signs(longest: str, longer: str) -> None:
    assert exact(longest) == Fraction(longest)
    assert _complaint(longer) is Complaint.NUMBER_TOO_LONG


def test_whole_numbers_are_held_to_the_same_limits_as_their_text() -> None:
    assert exact(10**30) == 10**30
    assert _complaint(10**31) is Complaint.NUMBER_TOO_LONG
    assert _complaint(10**60) is Complaint.NUMBER_TOO_LONG
    assert _complaint(-(10**60)) is Complaint.NUMBER_TOO_LONG


@pytest.mark.parametrize("value", [[], {}, b"1", 1j, object(), ()])
def test_what_is_no_number_at_all_is_refused_as_such(value: object) -> None:
    assert _complaint(value) is Complaint.NOT_A_NUMBER


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("+1.50", "3/2"),
        ("-0", "0"),
        ("1E2", "100"),
        ("1e+2", "100"),
        ("007", "7"),
        ("2e-2", "1/50"),
    ],
)
def test_decimal_text_may_have_a_sign_zeros_and_an_exponent(text: str, value: str) -> None:
    assert exact(text) == Fraction(value)


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", ".5", "5.", "1_000", "1,5", "٣", "1e", "--1", "1\n"]
)
def test_everything_else_is_no_decimal_text(text: str) -> None:
    assert _complaint(text) is Complaint.NOT_A_NUMBER


@pytest.mark.parametrize(
    ("mode", "up", "down"),
    [
        (Rounding.HALF_UP, "0.13", "-0.13"),
        (Rounding.HALF_EVEN, "0.12", "-0.12"),
        (Rounding.HALF_DOWN, "0.12", "-0.12"),
        (Rounding.UP, "0.13", "-0.13"),
        (Rounding.DOWN, "0.12", "-0.12"),
        (Rounding.CEILING, "0.13", "-0.12"),
        (Rounding.FLOOR, "0.12", "-0.13"),
    ],
)
def test_a_half_goes_where_its_mode_says_on_either_side(mode: Rounding, up: str, down: str) -> None:
    assert rounded(Fraction("0.125"), 2, mode) == Fraction(up)
    assert rounded(Fraction("-0.125"), 2, mode) == Fraction(down)


def test_whole_figures_and_tens_are_rounded_like_decimals() -> None:
    assert rounded(Fraction("2.5"), 0) == 3
    assert rounded(Fraction("2.5"), 0, Rounding.HALF_EVEN) == 2
    assert rounded(Fraction(1250), -2) == 1300
    assert rounded(Fraction(1250), -2, Rounding.HALF_EVEN) == 1200
    assert rounded(Fraction(1249), -1) == 1250


def test_shown_figures_have_two_decimals_unless_asked_otherwise() -> None:
    assert fixed_text(Fraction(1, 3)) == "0.33"
    assert fixed_text(Fraction(-1, 200)) == "-0.01"
    assert fixed_text(Fraction(5), 0) == "5"
    assert fixed_text(Fraction(1, 8), mode=Rounding.HALF_EVEN) == "0.12"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(100), "100"),
        (Fraction("100.50"), "100.5"),
        (Fraction(1, 3), "0.333333333333"),
        (Fraction(2, 3), "0.666666666667"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(10**14), "100000000000000"),
        (Fraction(0), "0"),
    ],
)
def test_decimals_show_twelve_digits_without_needless_zeros(value: Fraction, text: str) -> None:
    assert decimal_text(value) == text


def test_a_sum_of_ratios_takes_any_denominators_in_any_order() -> None:
    assert sum_of_ratios([(1, 2), (1, 3), (1, 6), (2, 4)]) == Fraction(3, 2)
    assert sum_of_ratios([]) == 0


def test_the_grid_has_as_many_places_as_it_says() -> None:
    assert is_on_grid(Fraction("0.25"), 2)
    assert not is_on_grid(Fraction("0.25"), 1)
    assert not is_on_grid(Fraction(1, 3), 9)


def test_what_lies_between_its_ends_stays_and_ends_belong_to_it() -> None:
    low, high = Fraction(0), Fraction(1)

    assert [clamped(Fraction(one, 2), low, high) for one in (-1, 0, 1, 2, 3)] == [
        0,
        0,
        Fraction(1, 2),
        1,
        1,
    ]


def test_shown_terms_have_two_decimals_unless_asked_otherwise() -> None:
    terms = {"a": Fraction(1, 3), "b": Fraction(1, 3), "c": Fraction(1, 3)}

    assert list(shown_terms(terms, total=Fraction(1)).values()) == [
        Fraction("0.34"),
        Fraction("0.33"),
        Fraction("0.33"),
    ]


def test_quotas_tell_their_sum_and_where_they_stand() -> None:
    with pytest.raises(ScoringError) as caught:
        quotas({"A": Fraction("20.5"), "B": Fraction(70)}, people=10, where="/shares")

    assert (caught.value.where, caught.value.facts) == ("/shares", {"found": "90.5"})


@pytest.mark.parametrize("weights", [{}, {"A": Fraction(0)}, {"A": Fraction(-1)}])
def test_seats_need_some_weight(weights: dict[str, Fraction]) -> None:
    with pytest.raises(ScoringError) as caught:
        largest_remainder(weights, seats=3, where="/quota")

    assert (caught.value.complaint, caught.value.where) == (Complaint.NO_WEIGHT, "/quota")


def test_without_a_place_a_refusal_points_to_the_top() -> None:
    with pytest.raises(ScoringError) as seats:
        largest_remainder({}, seats=1)
    with pytest.raises(ScoringError) as shares:
        quotas({}, people=1)

    assert not seats.value.where
    assert not shares.value.where


def test_a_scale_may_have_anchors_between_its_steps_as_long_as_each_can_be_reversed() -> None:
    half = Fraction(1, 2)
    anchors = {half * step: Fraction(step) for step in range(2, 7)}
    scale = Scale(lowest=Fraction(1), highest=Fraction(3), anchors=anchors)
    require_whole_scale(scale)
    lopsided = {answer: points for answer, points in anchors.items() if answer != 3 * half}

    with pytest.raises(ScoringError) as caught:
        require_whole_scale(
            Scale(lowest=Fraction(1), highest=Fraction(3), anchors=lopsided), "/scale"
        )

    assert (caught.value.where, caught.value.facts) == ("/scale/anchors", {"found": "1.5"})


def test_equal_points_for_neighbours_do_not_fall() -> None:
    anchors = {Fraction(answer): Fraction(50) for answer in (1, 2, 3)}

    scale = Scale(lowest=Fraction(1), highest=Fraction(3), anchors=anchors)
    require_whole_scale(scale)

    assert {scale.points(answer) for answer in anchors} == {Fraction(50)}


def test_min_max_maps_ends_to_ends_and_the_rest_in_proportion() -> None:
    old, new = (Fraction(1), Fraction(5)), (Fraction(20), Fraction(100))

    assert [rescaled(Fraction(one), old=old, new=new) for one in (1, 2, 5)] == [20, 40, 100]


def test_a_decimal_reads_as_its_digits() -> None:
    assert exact(Decimal("1.10")) == Fraction(11, 10)
    assert exact(Fraction(1, 3)) == Fraction(1, 3)
