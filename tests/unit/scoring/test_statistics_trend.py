from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.example import Group, Item
from app.scoring.scales import Scale
from app.scoring.statistics.trend import (
    Arrow,
    Fingerprint,
    Obstacle,
    PeriodFigure,
    Trend,
    fingerprint_of,
    trend,
)
from tests.unit.scoring.statistics_samples import many

ITEMS = (Item(id="q1"), Item(id="q2", reverse=True))
SCALE = Scale(
    lowest=Fraction(1),
    highest=Fraction(5),
    anchors={Fraction(one): Fraction(20 * one) for one in range(1, 6)},
)
PEERS = Group(id="peer", name="Peers", weight=Fraction(60), k_min=3, pool="colleague")
BOSS = Group(id="supervisor", name="Supervisor", weight=Fraction(40), k_min=1)
FINGERPRINT = fingerprint_of(ITEMS, SCALE, (PEERS, BOSS))


def _figure(mean: str | None, error: str | None = "0.1", raters: int = 5) -> PeriodFigure:
    return PeriodFigure(
        mean=None if mean is None else Fraction(mean),
        error=None if error is None else Fraction(error),
        raters=raters,
        fingerprint=FINGERPRINT,
    )


@pytest.mark.parametrize(
    ("later", "arrow"),
    [
        ("3.980001", Arrow.UP),
        ("3.98", None),
        ("3", None),
        ("2.02", None),
        ("2.019999", Arrow.DOWN),
    ],
)
def test_an_arrow_needs_more_than_chance(later: str, arrow: Arrow | None) -> None:
    """Errors of 0.3 and 0.4 make one of 0.5, so 0.98 is just not enough."""
    found = trend(_figure("3", "0.3"), _figure(later, "0.4"))

    difference = Fraction(later) - 3
    assert found == Trend(difference=difference, error=Fraction(1, 2), arrow=arrow)


def test_a_mean_without_an_error_gives_a_difference_without_an_arrow() -> None:
    plain = Trend(difference=Fraction(1), error=None, arrow=None)

    assert trend(_figure("3", None), _figure("4")) == plain
    assert trend(_figure("3"), _figure("4", None)) == plain


@pytest.mark.parametrize(
    ("other", "obstacle"),
    [
        (fingerprint_of(ITEMS[:1], SCALE, (PEERS, BOSS)), Obstacle.OTHER_ITEMS),
        (fingerprint_of((ITEMS[0], Item(id="q2")), SCALE, (PEERS, BOSS)), Obstacle.OTHER_ITEMS),
        (
            fingerprint_of(ITEMS, replace(SCALE, highest=Fraction(6)), (PEERS, BOSS)),
            Obstacle.OTHER_SCALE,
        ),
        (
            fingerprint_of(
                ITEMS,
                replace(SCALE, anchors={**SCALE.anchors, Fraction(3): Fraction(50)}),
                (PEERS, BOSS),
            ),
            Obstacle.OTHER_SCALE,
        ),
        (fingerprint_of(ITEMS, SCALE, (PEERS,)), Obstacle.OTHER_GROUPS),
        (fingerprint_of(ITEMS, SCALE, (replace(PEERS, pool=None), BOSS)), Obstacle.OTHER_GROUPS),
    ],
)
def test_periods_that_asked_something_else_are_not_comparable(
    other: Fingerprint, obstacle: Obstacle
) -> None:
    later = _figure("4")

    assert trend(_figure("3"), replace(later, fingerprint=other)) is obstacle


def test_names_and_the_order_of_configuration_make_no_other_fingerprint() -> None:
    renamed = replace(PEERS, name="同事")

    assert fingerprint_of(ITEMS[::-1], SCALE, (BOSS, renamed)) == FINGERPRINT


@pytest.mark.parametrize(("earlier", "later"), [(2, 5), (5, 2)])
def test_both_periods_need_enough_raters(earlier: int, later: int) -> None:
    found = trend(_figure("3", raters=earlier), _figure("4", raters=later))

    assert found is Obstacle.TOO_FEW_RATERS
    assert isinstance(trend(_figure("3", raters=3), _figure("4", raters=3)), Trend)


def test_a_period_without_a_figure_has_no_trend() -> None:
    assert trend(_figure(None), _figure("4")) is Obstacle.NO_FIGURE
    assert trend(_figure("3"), _figure(None)) is Obstacle.NO_FIGURE


@many
@given(st.binary(min_size=4, max_size=4))
def test_a_trend_read_backwards_points_the_other_way(drawn: bytes) -> None:
    one, other = (_figure(f"{drawn[i]}/64", f"{drawn[i + 1]}/256") for i in (0, 2))
    there, back = trend(one, other), trend(other, one)

    assert isinstance(there, Trend)
    assert isinstance(back, Trend)
    assert back.difference == -there.difference
    assert back.error == there.error
    assert (there.arrow, back.arrow) in [
        (None, None),
        (Arrow.UP, Arrow.DOWN),
        (Arrow.DOWN, Arrow.UP),
    ]
