"""What must hold of every forced distribution, tried on random people and quotas."""

import random
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.distribution import Distribution, Guideline, Mode, distribute
from app.scoring.seating import Share, TiePolicy, seats
from app.scoring.standings import Standing

many = settings(max_examples=300, deadline=None)

# Few different totals, so that most people are somebody's equal.
TOTALS = st.binary(max_size=12).map(lambda raw: [one % 8 for one in raw])
TIES = st.sampled_from(TiePolicy)


def _shares(raw: bytes, *, ceilings: bool = True) -> tuple[Share, ...]:
    """Percentages in proportion to the bytes; about every third grade but the last is hard."""
    whole = sum(raw) + len(raw)
    return tuple(
        Share(
            grade=f"g{place}",
            percent=Fraction(100 * (one + 1), whole),
            hard=ceilings and one % 3 == 0 and place < len(raw) - 1,
        )
        for place, one in enumerate(raw)
    )


SHARES = st.binary(min_size=2, max_size=5).map(_shares)
FREE_SHARES = st.binary(min_size=2, max_size=5).map(lambda raw: _shares(raw, ceilings=False))


def _people(totals: list[int]) -> list[Standing]:
    return [
        Standing(id=f"p{place}", total=Fraction(one), grade=f"g{one % 2}")
        for place, one in enumerate(totals)
    ]


def _spread(
    totals: list[int], made: tuple[Share, ...], ties: TiePolicy = TiePolicy.FAVOUR
) -> Distribution:
    return distribute(_people(totals), Guideline(shares=made, ties=ties))


def _suggested(result: Distribution) -> dict[str, str]:
    return {one.id: one.suggested for one in result.placements}


@many
@given(SHARES, st.integers(0, 400))
def test_seats_are_as_many_as_people_and_no_hard_share_is_rounded_up(
    made: tuple[Share, ...], people: int
) -> None:
    given_seats = seats(made, people=people)

    assert list(given_seats) == [one.grade for one in made]
    assert sum(given_seats.values()) == people
    for one in made:
        if one.hard:
            assert given_seats[one.grade] == floor(one.percent * people / 100)


@many
@given(FREE_SHARES, st.integers(0, 400))
def test_without_ceilings_every_grade_has_its_share_rounded_up_or_down(
    made: tuple[Share, ...], people: int
) -> None:
    for one in made:
        ideal = one.percent * people / 100
        assert floor(ideal) <= seats(made, people=people)[one.grade] <= ceil(ideal)


@many
@given(TOTALS, SHARES, TIES)
def test_nobody_is_lost_and_no_ceiling_is_exceeded(
    totals: list[int], made: tuple[Share, ...], ties: TiePolicy
) -> None:
    result = _spread(totals, made, ties)

    assert sorted(_suggested(result)) == sorted(one.id for one in _people(totals))
    assert sum(line.actual for line in result.lines) == len(totals)
    assert sum(line.quota for line in result.lines) == len(totals)
    for line in result.lines:
        assert not line.share.hard or line.actual <= line.quota


@many
@given(TOTALS, SHARES, TIES)
def test_a_better_total_never_has_a_lower_grade_and_equals_have_the_same(
    totals: list[int], made: tuple[Share, ...], ties: TiePolicy
) -> None:
    best_first = [one.grade for one in made]
    for one, other in pairwise(_spread(totals, made, ties).placements):
        better, worse = best_first.index(one.suggested), best_first.index(other.suggested)
        assert one.total >= other.total
        assert better <= worse
        assert one.total > other.total or (better == worse and one.rank == other.rank)


@many
@given(TOTALS, FREE_SHARES, TIES)
def test_a_block_takes_the_grade_of_its_first_last_or_middle_seat(
    totals: list[int], made: tuple[Share, ...], ties: TiePolicy
) -> None:
    laid_out = [
        grade for grade, count in seats(made, people=len(totals)).items() for _ in range(count)
    ]
    for one in _spread(totals, made, ties).placements:
        first = sum(other > one.total for other in totals)
        size = totals.count(int(one.total))
        seat = {
            TiePolicy.UP: first,
            TiePolicy.DOWN: first + size - 1,
            TiePolicy.FAVOUR: first + ceil(Fraction(size, 2)) - 1,
        }[ties]
        assert one.suggested == laid_out[seat]


@many
@given(TOTALS, st.integers(1, 99))
def test_a_tie_goes_up_if_and_only_if_at_least_half_of_it_fits(
    totals: list[int], percent: int
) -> None:
    made = (
        Share(grade="g0", percent=Fraction(percent)),
        Share(grade="g1", percent=Fraction(100 - percent)),
    )
    result = _spread(totals, made)
    room = result.lines[0].quota
    for one in result.placements:
        size = totals.count(int(one.total))
        fits = max(0, min(size, room - one.rank + 1))
        assert (one.suggested == "g0") == (2 * fits >= size)


@many
@given(TOTALS, SHARES, TIES, st.randoms(use_true_random=False))
def test_the_order_of_people_never_matters(
    totals: list[int], made: tuple[Share, ...], ties: TiePolicy, chance: random.Random
) -> None:
    people = _people(totals)
    guideline = Guideline(shares=made, ties=ties)
    before = distribute(people, guideline)
    chance.shuffle(people)

    assert distribute(people, guideline) == before


@many
@given(TOTALS, SHARES, TIES)
def test_advisory_never_changes_a_grade_and_enforced_suggests_the_same(
    totals: list[int], made: tuple[Share, ...], ties: TiePolicy
) -> None:
    people = _people([*totals, *range(25)])
    advisory = distribute(people, Guideline(shares=made, ties=ties))
    enforced = distribute(people, Guideline(shares=made, ties=ties, mode=Mode.ENFORCED))

    assert {one.id: one.grade for one in advisory.placements} == {
        one.id: one.grade for one in people
    }
    assert _suggested(advisory) == _suggested(enforced)
    assert all(one.grade == one.suggested for one in enforced.placements)


@many
@given(TOTALS, SHARES, TIES, st.integers(1, 9), st.integers(-50, 50))
def test_only_the_order_of_totals_counts_not_their_size(
    totals: list[int], made: tuple[Share, ...], ties: TiePolicy, factor: int, shift: int
) -> None:
    moved = [one * factor + shift for one in totals]

    assert _suggested(_spread(moved, made, ties)) == _suggested(_spread(totals, made, ties))
