from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.statistics.self_other import (
    Quadrant,
    SelfView,
    is_blind_spot,
    is_hidden_strength,
    johari_quadrant,
    self_view,
    standardised_gap,
    typical_gap,
)
from tests.unit.scoring.statistics_samples import many, whole


@pytest.mark.parametrize(
    ("own", "others", "blind", "hidden"),
    [
        ("4", "3.4", True, False),
        ("3.5", "3", True, False),  # both ends belong
        ("4", "3.5", False, False),  # others see a strength too
        ("3.5", "3.1", False, False),  # too near
        ("3.4", "4", False, True),
        ("3", "3.5", False, True),
        ("3.5", "4.5", False, False),
        ("2", "3", False, False),
    ],
)
def test_a_strength_only_one_side_sees_is_named(
    own: str, others: str, blind: bool, hidden: bool
) -> None:
    given_views = {"own": Fraction(own), "others": Fraction(others)}

    assert is_blind_spot(**given_views) is blind
    assert is_hidden_strength(**given_views) is hidden


def test_nothing_is_named_where_one_view_is_unknown() -> None:
    assert not is_blind_spot(own=None, others=Fraction(3))
    assert not is_hidden_strength(own=Fraction(3), others=None)
    assert johari_quadrant(own=None, others=Fraction(3)) is None
    assert johari_quadrant(own=Fraction(3), others=None) is None
    assert self_view(own=None, others=Fraction(3)) is None
    assert self_view(own=Fraction(3), others=None) is None


@pytest.mark.parametrize(
    ("own", "others", "quadrant"),
    [
        ("3.5", "3.5", Quadrant.OPEN),
        ("3.5", "3.49", Quadrant.BLIND),
        ("3.49", "3.5", Quadrant.HIDDEN),
        ("3.49", "3.49", Quadrant.UNKNOWN),
    ],
)
def test_the_cut_itself_is_good(own: str, others: str, quadrant: Quadrant) -> None:
    assert johari_quadrant(own=Fraction(own), others=Fraction(others)) is quadrant


@many
@given(st.integers(0, 401 * 401 - 1))
def test_every_item_lies_in_one_quadrant_and_only_notable_gaps_are_named(drawn: int) -> None:
    """Changing sides swaps blind with hidden and leaves the rest."""
    own, others = (Fraction(100 + one, 100) for one in divmod(drawn, 401))
    quadrant = johari_quadrant(own=own, others=others)
    swapped = {Quadrant.BLIND: Quadrant.HIDDEN, Quadrant.HIDDEN: Quadrant.BLIND}
    notable = abs(own - others) >= Fraction("0.5")

    assert quadrant is not None
    assert johari_quadrant(own=others, others=own) is swapped.get(quadrant, quadrant)
    assert (own >= Fraction("3.5")) == (quadrant in {Quadrant.OPEN, Quadrant.BLIND})
    assert (others >= Fraction("3.5")) == (quadrant in {Quadrant.OPEN, Quadrant.HIDDEN})
    assert is_blind_spot(own=own, others=others) == (quadrant is Quadrant.BLIND and notable)
    assert is_hidden_strength(own=own, others=others) == (quadrant is Quadrant.HIDDEN and notable)


@pytest.mark.parametrize(
    ("own", "others", "view"),
    [
        ("4.0", "3.5", SelfView.OVER_ESTIMATOR),
        ("3.99", "3.5", SelfView.IN_AGREEMENT_HIGH),
        ("3.49", "3.49", SelfView.IN_AGREEMENT_LOW),
        ("3.51", "4", SelfView.IN_AGREEMENT_HIGH),
        ("3.5", "4", SelfView.UNDER_ESTIMATOR),
    ],
)
def test_half_a_point_apart_is_no_agreement(own: str, others: str, view: SelfView) -> None:
    assert self_view(own=Fraction(own), others=Fraction(others)) is view


def test_in_a_large_population_half_its_standard_deviation_decides() -> None:
    views_of = {"own": Fraction("4.4"), "others": Fraction(4)}

    assert self_view(**views_of, typical=Fraction("0.8")) is SelfView.OVER_ESTIMATOR
    assert self_view(**views_of, typical=Fraction("0.81")) is SelfView.IN_AGREEMENT_HIGH


def test_thirty_people_are_a_population_unless_their_gaps_are_all_alike() -> None:
    gaps = whole(*[0, 1] * 15)

    assert typical_gap(gaps[:29]) is None
    assert typical_gap(whole(*[1] * 30)) is None
    typical = typical_gap(gaps)
    assert typical is not None
    assert abs(typical**2 - Fraction(15, 58)) < Fraction(1, 10**25)


def test_a_gap_is_told_in_standard_deviations_where_there_is_one() -> None:
    half = Fraction(1, 2)

    assert standardised_gap(own=Fraction(4), others=Fraction(3), typical=half) == 2
    assert standardised_gap(own=Fraction(4), others=Fraction(3), typical=None) is None
    assert standardised_gap(own=None, others=Fraction(3), typical=half) is None
    assert standardised_gap(own=Fraction(4), others=None, typical=half) is None
