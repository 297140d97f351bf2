from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.disclosure.comments import comment_headings, may_show_comments
from app.scoring.disclosure.thresholds import (
    Thresholds,
    competency_mean_shown,
    headcount_band,
    item_mean_shown,
    may_show_spread,
)

USUAL = Thresholds()
ENDS = (Fraction(1), Fraction(5))


def _shown(mean: str, n: int, *, protected: bool = True) -> str | None:
    figure = item_mean_shown(Fraction(mean), n=n, protected=protected, ends=ENDS, thresholds=USUAL)
    return None if figure is None else figure.text


@pytest.mark.parametrize(
    ("n", "text"), [(3, "3–5"), (5, "3–5"), (6, "6–9"), (9, "6–9"), (10, "10+"), (400, "10+")]
)
def test_the_number_of_protected_raters_is_told_in_bands(n: int, text: str) -> None:
    band = headcount_band(n, USUAL)

    assert band is not None
    assert band.text == text


@pytest.mark.parametrize("n", [0, 1, 2])
def test_below_the_minimum_nobody_looks_like_somebody(n: int) -> None:
    assert headcount_band(n, USUAL) is None


@pytest.mark.parametrize(
    ("k", "n", "text"), [(4, 4, "4–5"), (5, 5, "5"), (7, 7, "7–9"), (12, 12, "12+"), (7, 10, "10+")]
)
def test_a_raised_minimum_raises_the_lowest_band(k: int, n: int, text: str) -> None:
    band = headcount_band(n, Thresholds(k=k))

    assert band is not None
    assert band.text == text


@pytest.mark.parametrize(("k", "k_comment"), [(2, 5), (3, 2), (0, 0)])
def test_no_threshold_below_three_can_be_chosen(k: int, k_comment: int) -> None:
    with pytest.raises(ValueError, match="protects nobody"):
        Thresholds(k=k, k_comment=k_comment)


@pytest.mark.parametrize(
    ("mean", "n", "text"),
    [
        ("4.26", 3, "4.3"),
        ("4.26", 2, None),
        ("1", 3, "≤ 1.5"),
        ("1.54", 5, "≤ 1.5"),
        ("1.55", 5, "1.6"),
        ("4.45", 5, "≥ 4.5"),
        ("5", 5, "≥ 4.5"),
        ("5", 6, "5.0"),
        ("1", 6, "1.0"),
    ],
)
def test_an_item_mean_has_one_decimal_and_hides_the_ends_of_small_groups(
    mean: str, n: int, text: str | None
) -> None:
    assert _shown(mean, n) == text


def test_the_supervisor_is_never_promised_to_be_hidden() -> None:
    assert _shown("5", 1, protected=False) == "5.0"


@pytest.mark.parametrize("n", [3, 4, 5])
def test_a_unanimous_small_group_always_looks_like_another_one(n: int) -> None:
    shown: dict[str | None, list[tuple[int, ...]]] = {}
    for answers in combinations_with_replacement(range(1, 6), n):
        shown.setdefault(_shown(str(Fraction(sum(answers), n)), n), []).append(answers)

    assert len(shown[_shown("1", n)]) > 1
    assert len(shown[_shown("5", n)]) > 1


def test_a_competency_figure_has_two_decimals_and_needs_the_minimum() -> None:
    mean = Fraction(64, 15)
    shown = competency_mean_shown(mean, n=3, protected=True, thresholds=USUAL)
    alone = competency_mean_shown(mean, n=1, protected=False, thresholds=USUAL)

    assert shown is not None
    assert shown.text == "4.27"
    assert alone == shown
    assert competency_mean_shown(mean, n=2, protected=True, thresholds=USUAL) is None


@pytest.mark.parametrize(("n", "allowed"), [(5, False), (6, True)])
def test_spread_needs_twice_the_minimum(n: int, allowed: bool) -> None:
    assert may_show_spread(n, USUAL) is allowed


@pytest.mark.parametrize(("n", "allowed"), [(4, False), (5, True)])
def test_comments_need_enough_protected_raters_together(n: int, allowed: bool) -> None:
    assert may_show_comments(n, USUAL) is allowed


def test_a_heading_over_comments_needs_its_own_crowd() -> None:
    assert comment_headings({"peer": 6, "customer": 5}, USUAL) == {"peer", "customer"}
    assert comment_headings({"peer": 6}, USUAL) == {"peer"}
    assert comment_headings({"peer": 4, "customer": 4}, USUAL) == set()
    assert comment_headings({"peer": 6, "customer": 3, "other": 2}, USUAL) == {"peer"}


def test_a_heading_that_would_expose_the_remaining_few_is_left_out() -> None:
    assert comment_headings({"peer": 6, "customer": 2}, USUAL) == set()
    assert comment_headings({"peer": 9, "customer": 5, "subordinate": 2}, USUAL) == {"peer"}


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12)))
def test_headings_never_set_a_few_apart(raters: dict[str, int]) -> None:
    headed = comment_headings(raters, USUAL)
    rest = sum(n for group, n in raters.items() if group not in headed)

    assert all(raters[group] >= USUAL.k_comment for group in headed)
    assert not headed or rest == 0 or rest >= USUAL.k_comment
