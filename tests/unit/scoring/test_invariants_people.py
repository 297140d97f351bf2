"""What must hold where people stand beside each other: ranks, calibration, agreement, shrinkage.

The number before each test is the invariant of section 5 of the description that it shows.
"""

from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from app.scoring.averages import Aggregate, Averaging
from app.scoring.distribution import Guideline, distribute
from app.scoring.ranking import Ties, ranks
from app.scoring.seating import Share, TiePolicy
from app.scoring.standings import Standing
from app.scoring.statistics.agreement import (
    average_deviation,
    average_deviation_from_median,
    r_wg,
    r_wg_items,
    r_wg_star,
)
from app.scoring.statistics.reliability import Form, icc, two_way
from app.scoring.statistics.shrinkage import components
from tests.unit.scoring.generated import Document, rich_examples
from tests.unit.scoring.properties import many
from tests.unit.scoring.worked import rating_of

UNIFORM = Fraction(2)
REASON = "agreed in the round of managers"
FIGURES = st.binary(min_size=1, max_size=12).map(lambda row: [Fraction(one % 40, 3) for one in row])
ANSWERS = st.binary(min_size=2, max_size=9).map(lambda row: [Fraction(1 + one % 5) for one in row])
TABLES = st.binary(min_size=12, max_size=12).map(
    lambda row: [[Fraction(1 + one % 5) for one in row[at : at + 3]] for at in (0, 3, 6, 9)]
)


# 3, 4, 5
@many
@given(FIGURES, st.sampled_from([Aggregate.MEAN, Aggregate.MEDIAN, Aggregate.DROP_K_EACH_SIDE]))
def test_averages_are_bounded_and_move_with_their_scale(
    figures: list[Fraction], kind: Aggregate
) -> None:
    averaging = Averaging(kind=kind)
    middle = averaging.of(figures)

    assert min(figures) <= middle <= max(figures)
    assert averaging.of([7 - 3 * one for one in figures]) == 7 - 3 * middle
    assert averaging.of(figures[::-1]) == middle
    if kind is Aggregate.MEAN:
        assert averaging.of([*figures, middle]) == middle


# 14
@many
@given(FIGURES)
def test_ranks_follow_the_figures_and_equals_share_one(figures: list[Fraction]) -> None:
    for ties in (Ties.AVERAGE, Ties.MIN, Ties.MAX, Ties.DENSE):
        found = sorted(zip(figures, ranks(figures, ties=ties), strict=True))
        for (one, rank), (other, next_rank) in pairwise(found):
            assert (one == other) == (rank == next_rank)
            assert rank <= next_rank


# 13, 14
@many
@given(st.binary(min_size=1, max_size=30), st.sampled_from(TiePolicy))
def test_forced_grades_are_monotone_and_equal_for_equals(row: bytes, ties: TiePolicy) -> None:
    shares = tuple(
        Share(grade=name, percent=Fraction(percent))
        for name, percent in (("A", 20), ("B", 70), ("C", 10))
    )
    people = [
        Standing(id=f"p{place}", total=Fraction(one % 9), grade="B")
        for place, one in enumerate(row)
    ]
    result = distribute(people, Guideline(shares=shares, ties=ties))

    assert sum(line.actual for line in result.lines) == len(people)
    assert sum(line.quota for line in result.lines) == len(people)
    for better, worse in pairwise(result.placements):
        assert better.total >= worse.total
        assert better.suggested <= worse.suggested
        assert better.total > worse.total or better.suggested == worse.suggested


# 19
@many
@given(rich_examples(), st.lists(st.integers(-120, 120), max_size=4))
def test_replaying_the_calibration_gives_the_final_figure(
    document: Document, hundredths: list[int]
) -> None:
    document["final"]["dp"] = 2
    computed = rating_of(document).computed
    rows = [{"delta": f"{one}e-2", "reason": REASON, "by": "HR"} for one in hundredths]
    rating = rating_of(document | {"calibration": rows})
    ceilings = [
        Fraction(element["gate"]["max_score"])
        for dimension in document["dimensions"]
        for element in dimension["elements"]
        if element.get("gate", {}).get("triggered") and "max_score" in element["gate"]
    ]
    assume(computed is not None)

    assert computed is not None
    assert rating.computed == computed
    assert rating.calibration == Fraction(sum(hundredths), 100)
    moved = max(Fraction(0), computed + rating.calibration)
    assert rating.final == min([moved, Fraction(document["final"]["max"]), *ceilings])
    assert rating_of(document | {"calibration": rows[::-1]}).final == rating.final


# 20
@many
@given(TABLES)
def test_agreement_lies_between_none_and_full(table: list[list[Fraction]]) -> None:
    columns = [list(column) for column in zip(*table, strict=True)]
    unanimous = all(len(set(column)) == 1 for column in columns)
    singles = [r_wg(column, UNIFORM) for column in columns]
    together = [r_wg_items(table, UNIFORM), r_wg_star(table, UNIFORM)]

    for one in (*singles, *together):
        assert one is not None
        assert 0 <= one <= 1
    assert all((one == 1) == unanimous for one in together)


# 20
@many
@given(ANSWERS, st.integers(-9, 9))
def test_deviations_are_at_most_half_the_scale_and_nothing_exactly_where_all_agree(
    answers: list[Fraction], shift: int
) -> None:
    moved = [one + shift for one in answers]
    for deviation in (average_deviation, average_deviation_from_median):
        found = deviation(answers)
        assert found is not None
        assert 0 <= found <= 2
        assert (found == 0) == (len(set(answers)) == 1)
        assert deviation(moved) == found
    assert r_wg(moved, UNIFORM) == r_wg(answers, UNIFORM)


# 20
@many
@given(TABLES)
def test_a_mean_of_raters_is_at_least_as_reliable_as_one_of_them(
    table: list[list[Fraction]],
) -> None:
    squares = two_way(table)
    assert squares is not None
    single, averaged = (icc(squares, form=Form.NESTED, of_mean=mean) for mean in (False, True))
    assume(single is not None and single > 0)

    assert single is not None
    assert averaged is not None
    assert single <= averaged <= 1


# 21
@many
@given(TABLES)
def test_trust_in_a_groups_mean_lies_between_none_and_full_and_rises_with_its_size(
    table: list[list[Fraction]],
) -> None:
    found = components({f"g{place}": row for place, row in enumerate(table)})
    assert found is not None
    trusts = [found.trust(size) for size in range(1, 9)]

    assert all(0 <= trust <= 1 for trust in trusts)
    for fewer, more in pairwise(trusts):
        assert fewer <= more
        assert fewer < more or fewer in (0, 1)
    for row in table:
        own = sum(row, start=Fraction()) / len(row)
        assert min(own, found.middle) <= found.estimate(row) <= max(own, found.middle)
