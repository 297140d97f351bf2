from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.errors import Code, ScoringError
from app.scoring.numbers import Rounding, decimal_text, exact, fixed_text, is_on_grid, rounded

decimals = st.decimals(-1000, 1000, places=4)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7, Fraction(7)),
        ("0.1", Fraction(1, 10)),
        ("-2.50", Fraction(-5, 2)),
        (Decimal("1e2"), Fraction(100)),
        (Fraction(1, 3), Fraction(1, 3)),
    ],
)
def test_numbers_are_read_without_loss(value: object, expected: Fraction) -> None:
    assert exact(value) == expected


@pytest.mark.parametrize("value", [0.1, 4.0, float("nan"), float("inf")])
def test_binary_floats_are_refused(value: float) -> None:
    with pytest.raises(ScoringError) as caught:
        exact(value, "/here")

    assert (caught.value.code, caught.value.where) == (Code.FLOAT_INPUT, "/here")


@pytest.mark.parametrize(
    "value",
    [None, True, "", "1/3", "1,5", "NaN", Decimal("Infinity"), "１", "0x10", [], "1_000", " 1"],
)
def test_what_is_no_decimal_number_is_refused(value: object) -> None:
    with pytest.raises(ScoringError) as caught:
        exact(value)

    assert caught.value.code is Code.BAD_VALUE


@given(decimals, st.integers(0, 3))
def test_rounding_agrees_with_the_decimal_module(value: Decimal, places: int) -> None:
    unit = Decimal(1).scaleb(-places)

    half_up = rounded(exact(value), places, Rounding.HALF_UP)
    half_even = rounded(exact(value), places, Rounding.HALF_EVEN)

    assert half_up == exact(value.quantize(unit, ROUND_HALF_UP))
    assert half_even == exact(value.quantize(unit, ROUND_HALF_EVEN))


@pytest.mark.parametrize("mode", list(Rounding))
@given(value=decimals)
def test_rounding_is_near_and_is_done_once(mode: Rounding, value: Decimal) -> None:
    once = rounded(exact(value), 2, mode)

    assert abs(once - exact(value)) < Fraction(1, 100)
    assert rounded(once, 2, mode) == once
    assert is_on_grid(once, 2)


def test_halves_go_where_the_mode_says() -> None:
    halves = [Fraction(5, 2), Fraction(-5, 2), Fraction(7, 2)]

    assert [rounded(one, 0, Rounding.HALF_UP) for one in halves] == [3, -3, 4]
    assert [rounded(one, 0, Rounding.HALF_DOWN) for one in halves] == [2, -2, 3]
    assert [rounded(one, 0, Rounding.HALF_EVEN) for one in halves] == [2, -2, 4]
    assert [rounded(one, 0, Rounding.CEILING) for one in halves] == [3, -2, 4]
    assert [rounded(one, 0, Rounding.FLOOR) for one in halves] == [2, -3, 3]
    assert [rounded(one, 0, Rounding.UP) for one in halves] == [3, -3, 4]
    assert [rounded(one, 0, Rounding.DOWN) for one in halves] == [2, -2, 3]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(63591629, 690000), "92.1617811594"),
        (Fraction(1, 3), "0.333333333333"),
        (Fraction(120), "120"),
        (Fraction(0), "0"),
        (Fraction(-1, 2), "-0.5"),
        (Fraction(10**15), "1000000000000000"),
        (Fraction(1, 10**9), "0.000000001"),
    ],
)
def test_decimal_text_has_twelve_digits_and_nothing_needless(value: Fraction, text: str) -> None:
    assert decimal_text(value) == text


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [("0.005", 2, "0.01"), ("-0.004", 2, "0.00"), ("-1.5", 0, "-2"), ("12", 1, "12.0")],
)
def test_fixed_text_shows_exactly_so_many_places(value: str, places: int, text: str) -> None:
    assert fixed_text(exact(value), places) == text
