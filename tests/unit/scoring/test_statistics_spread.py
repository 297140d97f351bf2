from fractions import Fraction
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.statistics.effective_weights import ScoredPerson, effective_weights_of_dimensions
from app.scoring.statistics.percentiles import (
    PercentileRank,
    peer_percentile_rank,
    percent_rank_inclusive,
    percentile_rank,
    quantile,
)
from app.scoring.statistics.precision import combined_error, standard_error
from app.scoring.statistics.spread import covariance, root, variance, z_scores
from app.scoring.weights import Weighted
from tests.unit.scoring.statistics_samples import many, panels, read, whole


@many
@given(st.integers(0, 10**15), st.integers(1, 1000))
def test_a_root_squared_is_the_figure_and_that_of_a_square_exact(
    numerator: int, denominator: int
) -> None:
    figure = Fraction(numerator, denominator)

    assert abs(root(figure) ** 2 - figure) <= figure / 10**25
    assert root(figure**2) == figure


def test_one_figure_has_no_spread() -> None:
    assert variance(whole(3)) is None
    assert covariance(whole(3), whole(4)) is None
    assert standard_error(whole(3)) is None
    assert z_scores(whole(3, 3)) is None
    assert z_scores(whole(3)) is None


@pytest.mark.parametrize("kind", list(PercentileRank))
def test_among_nobody_there_is_no_percentile(kind: PercentileRank) -> None:
    assert percentile_rank([], Fraction(3), kind) is None


@pytest.mark.parametrize(
    ("kind", "rank"),
    [
        (PercentileRank.MEAN, Fraction(50)),
        (PercentileRank.RANK, Fraction(125, 2)),
        (PercentileRank.WEAK, Fraction(75)),
        (PercentileRank.STRICT, Fraction(25)),
    ],
)
def test_equals_are_settled_as_asked(kind: PercentileRank, rank: Fraction) -> None:
    assert percentile_rank(whole(1, 2, 2, 3), Fraction(2), kind) == rank


def test_figures_that_move_together_covary() -> None:
    assert covariance(whole(1, 2, 3), whole(2, 4, 6)) == 2
    assert covariance(whole(1, 2, 3), whole(3, 2, 1)) == -1


def test_the_error_of_a_mean_falls_with_the_raters_and_the_share_who_answered() -> None:
    answers = whole(1, 2, 3, 4, 5)

    assert standard_error(answers) == root(Fraction(1, 2))
    assert standard_error(answers, population=10) == Fraction(1, 2)
    assert standard_error(answers, population=5) == 0
    assert standard_error(answers, population=4) == 0


def test_a_weighted_mean_of_groups_takes_each_group_s_error_by_its_weight() -> None:
    groups = [
        Weighted(value=Fraction(3), weight=Fraction(40)),
        Weighted(value=Fraction(4), weight=Fraction(40)),
    ]

    assert combined_error(groups) == Fraction(5, 2)
    assert combined_error([*groups, Weighted(value=None, weight=Fraction(0))]) == Fraction(5, 2)


def test_a_group_of_one_leaves_the_whole_without_an_error() -> None:
    single = Weighted(value=None, weight=Fraction(20))

    assert combined_error([Weighted(value=Fraction(3), weight=Fraction(80)), single]) is None
    assert combined_error([Weighted(value=Fraction(3), weight=Fraction(0))]) is None
    assert combined_error([]) is None


@many
@given(st.binary(min_size=2, max_size=12))
def test_percentile_ranks_differ_only_by_the_equals(drawn: bytes) -> None:
    own, *figures = read(drawn)
    strict, middle, weak, by_rank = (
        percentile_rank(figures, own, kind)
        for kind in (
            PercentileRank.STRICT,
            PercentileRank.MEAN,
            PercentileRank.WEAK,
            PercentileRank.RANK,
        )
    )
    equals = Fraction(100 * figures.count(own), len(figures))

    assert strict is not None
    assert middle is not None
    assert weak is not None
    assert by_rank is not None
    assert 0 <= strict <= middle <= by_rank <= weak <= 100
    assert weak - strict == equals
    assert middle - strict == equals / 2


def test_a_percentile_rank_among_fewer_than_ten_peers_is_hidden() -> None:
    peers = whole(*range(1, 10))

    assert peer_percentile_rank(peers, Fraction(5)) is None
    assert peer_percentile_rank([*peers, Fraction(10)], Fraction(5)) == 45
    assert percentile_rank([], Fraction(5)) is None


def test_a_rank_outside_the_figures_is_unknown() -> None:
    assert percent_rank_inclusive(whole(1, 2, 3), Fraction(4)) is None
    assert percent_rank_inclusive(whole(1, 2, 3), Fraction(0)) is None
    assert percent_rank_inclusive(whole(1), Fraction(1)) is None


def test_a_spreadsheet_s_rank_goes_from_none_at_the_lowest_to_all_at_the_highest() -> None:
    figures = whole(1, 2, 2, 4)

    assert percent_rank_inclusive(figures, Fraction(1)) == 0
    assert percent_rank_inclusive(figures, Fraction(2)) == Fraction(1, 3)
    assert percent_rank_inclusive(figures, Fraction(3)) == Fraction(2, 3)
    assert percent_rank_inclusive(figures, Fraction(4)) == 1
    assert percent_rank_inclusive(whole(1, 1, 2, 4), Fraction(3)) == Fraction(5, 6)


@many
@given(panels, st.integers(1, 9))
def test_quantiles_rise_from_the_least_to_the_greatest(figures: list[Fraction], kind: int) -> None:
    cuts = [quantile(figures, Fraction(eighth, 8), kind=kind) for eighth in range(9)]
    known = [cut for cut in cuts if cut is not None]

    assert known == sorted(known)
    assert (cuts[0], cuts[-1]) == (min(figures), max(figures))


@many
@given(panels)
def test_quantiles_agree_with_the_standard_library(figures: list[Fraction]) -> None:
    quarters = [Fraction(quarter, 4) for quarter in (1, 2, 3)]

    assert [quantile(figures, one) for one in quarters] == quantiles(
        figures, n=4, method="inclusive"
    )


@pytest.mark.parametrize(
    ("kind", "median", "quarter"),
    [
        (1, "2", "1"),
        (2, "5/2", "3/2"),
        (3, "2", "1"),
        (4, "2", "1"),
        (5, "5/2", "3/2"),
        (6, "5/2", "5/4"),
        (7, "5/2", "7/4"),
        (8, "5/2", "17/12"),
        (9, "5/2", "23/16"),
    ],
)
def test_each_type_of_quantile_takes_its_own_place(kind: int, median: str, quarter: str) -> None:
    """As R prints for ``quantile(1:4, c(.5, .25), type = kind)``."""
    figures = whole(1, 2, 3, 4)

    assert quantile(figures, Fraction(1, 2), kind=kind) == Fraction(median)
    assert quantile(figures, Fraction(1, 4), kind=kind) == Fraction(quarter)


@pytest.mark.parametrize(("kind", "third"), [(1, 2), (2, 2), (3, 1)])
def test_types_that_step_differ_between_two_figures(kind: int, third: int) -> None:
    """1.2 figures lie below three tenths of four."""
    assert quantile(whole(1, 2, 3, 4), Fraction(3, 10), kind=kind) == third


@pytest.mark.parametrize("kind", [0, 10])
def test_a_type_of_quantile_that_does_not_exist_is_refused(kind: int) -> None:
    with pytest.raises(ValueError, match="type"):
        quantile(whole(1, 2), Fraction(1, 2), kind=kind)


def test_no_figures_have_no_quantile() -> None:
    assert quantile([], Fraction(1, 2)) is None


def _people(rows: list[list[Fraction]], weights: dict[str, Fraction]) -> list[ScoredPerson]:
    """Whose totals are the weighted sums of their scores."""
    whole_weight = sum(weights.values(), start=Fraction())
    return [
        ScoredPerson(
            total=sum((score * weights[name] for name, score in named.items()), start=Fraction())
            / whole_weight,
            scores=named,
        )
        for named in ({f"D{place}": score for place, score in enumerate(row)} for row in rows)
    ]


@many
@given(st.binary(min_size=9, max_size=24))
def test_effective_weights_of_a_weighted_sum_are_the_whole(drawn: bytes) -> None:
    weights = {f"D{place}": Fraction(1 + drawn[place]) for place in range(3)}
    rest = [Fraction(byte) for byte in drawn[3:]]
    rows = [rest[at : at + 3] for at in range(0, len(rest) - 2, 3)]
    people = _people(rows, weights)

    found = effective_weights_of_dimensions(people, weights)

    assert (found is None) == (len({one.total for one in people}) == 1)
    assert found is None or sum(found.values()) == 100
    assert found == effective_weights_of_dimensions(people[::-1], weights)


def test_a_dimension_in_which_all_reach_the_cap_weighs_nothing() -> None:
    weights = {"D0": Fraction(55), "D1": Fraction(45)}
    people = _people([whole(120, 80), whole(120, 60), whole(120, 90)], weights)

    assert effective_weights_of_dimensions(people, weights) == {
        "D0": Fraction(0),
        "D1": Fraction(100),
    }


def test_effective_weights_follow_the_spread_and_may_be_negative() -> None:
    weights = {"D0": Fraction(50), "D1": Fraction(50)}

    louder = effective_weights_of_dimensions(
        _people([whole(0, 0), whole(30, 10)], weights), weights
    )
    against = effective_weights_of_dimensions(
        _people([whole(0, 10), whole(30, 0)], weights), weights
    )

    assert louder == {"D0": Fraction(75), "D1": Fraction(25)}
    assert against == {"D0": Fraction(150), "D1": Fraction(-50)}


def test_who_lacks_a_dimension_says_nothing_about_its_weight() -> None:
    weights = {"D0": Fraction(50), "D1": Fraction(50)}
    complete = _people([whole(0, 0), whole(30, 10)], weights)
    without = ScoredPerson(total=Fraction(77), scores={"D0": Fraction(77), "D1": None})

    assert effective_weights_of_dimensions(
        [*complete, without], weights
    ) == effective_weights_of_dimensions(complete, weights)
    assert effective_weights_of_dimensions([*complete[:1], without], weights) is None


def test_totals_that_do_not_vary_or_weigh_nothing_have_no_effective_weights() -> None:
    weights = {"D0": Fraction(1), "D1": Fraction(1)}
    alike = _people([whole(10, 20), whole(20, 10)], weights)
    differing = [ScoredPerson(total=Fraction(one), scores={"D0": Fraction(one)}) for one in (1, 2)]

    assert effective_weights_of_dimensions(alike, weights) is None
    assert effective_weights_of_dimensions([], weights) is None
    assert effective_weights_of_dimensions(differing, {"D0": Fraction(0)}) is None
