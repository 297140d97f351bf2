from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.averages import Aggregate, Averaging, drop_each_side, mean, median
from app.scoring.ranking import Ties, ranks

figures = st.lists(st.fractions(1, 5, max_denominator=12), min_size=1, max_size=12)
averagings = st.builds(
    Averaging,
    kind=st.sampled_from(Aggregate),
    trim=st.fractions(0, Fraction(49, 100)),
    drop_k=st.integers(0, 4),
)


@given(averagings, figures)
def test_every_average_lies_within_what_was_given(
    averaging: Averaging, given_figures: list[Fraction]
) -> None:
    assert min(given_figures) <= averaging.of(given_figures) <= max(given_figures)


@given(averagings, figures)
def test_no_average_depends_on_the_order(
    averaging: Averaging, given_figures: list[Fraction]
) -> None:
    assert averaging.of(given_figures) == averaging.of(given_figures[::-1])


@given(averagings, figures, st.fractions(1, 3), st.fractions(-2, 2))
def test_averages_move_with_the_scale(
    averaging: Averaging, given_figures: list[Fraction], factor: Fraction, shift: Fraction
) -> None:
    moved = [factor * one + shift for one in given_figures]

    assert averaging.of(moved) == factor * averaging.of(given_figures) + shift


@given(figures)
def test_one_more_at_the_mean_leaves_the_mean(given_figures: list[Fraction]) -> None:
    average = mean(given_figures)

    assert mean([*given_figures, average]) == average


def _of(kind: Aggregate, *whole: int, trim: str = "0.2", drop_k: int = 1) -> Fraction:
    averaging = Averaging(kind=kind, trim=Fraction(trim), drop_k=drop_k)
    return averaging.of([Fraction(one) for one in whole])


def test_one_outlier_is_dropped_from_five_but_not_from_four() -> None:
    assert _of(Aggregate.DROP_K_EACH_SIDE, 1, 4, 4, 4, 5) == 4
    assert _of(Aggregate.DROP_K_EACH_SIDE, 1, 4, 4, 5) == Fraction(7, 2)


def test_trimming_by_share_is_a_cliff() -> None:
    assert _of(Aggregate.TRIMMED, 1, 4, 4, 4, 4, 5, trim="0.15") == Fraction(22, 6)
    assert _of(Aggregate.TRIMMED, 1, 4, 4, 4, 4, 4, 5, trim="0.15") == 4


def test_the_median_of_an_even_number_is_in_the_middle() -> None:
    assert median([Fraction(1), Fraction(2)]) == Fraction(3, 2)
    assert _of(Aggregate.MEDIAN, 5, 1, 2) == 2


def test_dropping_everybody_leaves_the_median() -> None:
    assert drop_each_side([Fraction(1), Fraction(2), Fraction(9)], count=2) == 2


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        (Ties.AVERAGE, [1, Fraction(5, 2), 4, Fraction(5, 2)]),
        (Ties.MIN, [1, 2, 4, 2]),
        (Ties.MAX, [1, 3, 4, 3]),
        (Ties.DENSE, [1, 2, 3, 2]),
        (Ties.ORDINAL, [1, 2, 4, 3]),
    ],
)
def test_equals_share_a_rank_in_every_usual_way(ties: Ties, expected: list[Fraction]) -> None:
    assert ranks([Fraction(one) for one in (0, 2, 3, 2)], ties=ties) == expected
