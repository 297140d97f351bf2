from collections.abc import Sequence
from fractions import Fraction
from statistics import quantiles

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.scoring.document import read_example
from app.scoring.feedback import rater_mean
from app.scoring.statistics.agreement import (
    a_wg,
    average_deviation,
    average_deviation_from_median,
    average_deviation_items,
    r_wg,
    r_wg_items,
    r_wg_star,
    uniform_variance,
)
from app.scoring.statistics.coding import Metric, cohen_kappa, fleiss_kappa, krippendorff_alpha
from app.scoring.statistics.raters import longest_run, rater_severity, response_variability
from app.scoring.statistics.reliability import (
    OneWay,
    cronbach_alpha,
    icc,
    one_way,
    raters_needed,
    spearman_brown,
    two_way,
)
from app.scoring.statistics.shrinkage import components
from app.scoring.statistics.spread import (
    PercentileRank,
    modified_z,
    percent_rank_inclusive,
    percentile_rank,
    quantile,
    root,
    standard_error,
    variance,
    z_scores,
)
from tests.unit.scoring.worked import SALES_REP, worked_input

LOW, HIGH = Fraction(1), Fraction(5)
UNIFORM = uniform_variance(5)

answers = st.integers(1, 5).map(Fraction)
panels = st.lists(answers, min_size=2, max_size=10)
tables = st.lists(st.lists(answers, min_size=3, max_size=3), min_size=2, max_size=7)


def _whole(*figures: int) -> list[Fraction]:
    return [Fraction(one) for one in figures]


@given(panels)
def test_agreement_within_a_group_lies_between_none_and_all(panel: list[Fraction]) -> None:
    agreement = r_wg(panel, UNIFORM)

    assert agreement is not None
    assert 0 <= agreement <= 1
    assert 0 <= average_deviation(panel) <= (HIGH - LOW) / 2
    assert 0 <= average_deviation_from_median(panel) <= average_deviation(panel)
    assert (agreement == 1) == (average_deviation(panel) == 0) == (len(set(panel)) == 1)


@given(panels, st.integers(-3, 3))
def test_agreement_does_not_depend_on_where_the_scale_begins(
    panel: list[Fraction], shift: int
) -> None:
    moved = [one + shift for one in panel]

    assert r_wg(moved, UNIFORM) == r_wg(panel, UNIFORM)
    assert average_deviation(moved) == average_deviation(panel)


@given(tables)
def test_agreement_over_items_lies_between_none_and_all(table: list[list[Fraction]]) -> None:
    together, star = r_wg_items(table, UNIFORM), r_wg_star(table, UNIFORM)

    assert together is not None
    assert star is not None
    assert 0 <= star <= together <= 1


def test_agreement_of_one_rater_is_unknown() -> None:
    assert r_wg(_whole(4), UNIFORM) is None
    assert a_wg(_whole(4), low=LOW, high=HIGH) is None
    assert r_wg_items([_whole(4, 5)], UNIFORM) is None
    assert r_wg_star([], UNIFORM) is None
    assert average_deviation_items([[Fraction(4), None]]) is None


def test_agreement_against_the_possible_knows_all_and_none() -> None:
    assert a_wg(_whole(3, 3, 3), low=LOW, high=HIGH) == 1
    assert a_wg(_whole(1, 5, 1, 5), low=LOW, high=HIGH) == -1
    assert a_wg(_whole(5, 5), low=LOW, high=HIGH) is None


@given(tables)
def test_a_mean_of_raters_is_more_reliable_than_one_rater(table: list[list[Fraction]]) -> None:
    squares = two_way(table)
    assert squares is not None
    single, together = icc(squares, form=1, of_mean=False), icc(squares, form=1, of_mean=True)
    assume(single is not None and together is not None and single > 0)

    assert together is not None
    assert single is not None
    assert together >= single


def test_reliability_of_nothing_that_varies_is_unknown() -> None:
    alike = two_way([_whole(3, 3), _whole(3, 3)])

    assert alike is not None
    assert icc(alike, form=2, of_mean=True) is None
    assert icc(alike, form=3, of_mean=False) is None
    assert cronbach_alpha([_whole(3, 3), _whole(3, 3)]) is None
    assert OneWay(between=Fraction(0), within=Fraction(0), total=4, groups=2).icc1 is None
    assert OneWay(between=Fraction(0), within=Fraction(1), total=4, groups=2).icc2 is None


@pytest.mark.parametrize("table", [[], [_whole(1, 2)], [_whole(1), _whole(2)]])
def test_two_targets_and_two_raters_are_the_least(table: list[list[Fraction]]) -> None:
    assert two_way(table) is None


@pytest.mark.parametrize("groups", [[], [_whole(1, 2)], [_whole(1), _whole(2)]])
def test_groups_need_company_within_and_beside(groups: list[list[Fraction]]) -> None:
    assert one_way(groups) is None
    assert components({str(place): group for place, group in enumerate(groups)}) is None


@pytest.mark.parametrize("rows", [[], [_whole(1), _whole(2)], [_whole(1, 2)], [[None, None]]])
def test_alpha_needs_two_items_and_two_people(rows: list[list[Fraction | None]]) -> None:
    assert cronbach_alpha(rows) is None


def test_alpha_of_items_that_say_the_same_is_one() -> None:
    assert cronbach_alpha([_whole(1, 1, 1), _whole(3, 3, 3), _whole(4, 4, 4)]) == 1


@given(st.fractions(Fraction(1, 10), Fraction(9, 10), max_denominator=20))
def test_so_many_raters_reach_the_target_and_one_fewer_does_not(single: Fraction) -> None:
    target = Fraction(7, 10)
    needed = raters_needed(single, target=target)

    assert spearman_brown(single, raters=Fraction(needed)) >= target
    assert needed == 1 or spearman_brown(single, raters=Fraction(needed - 1)) < target


@pytest.mark.parametrize("metric", list(Metric))
def test_coders_who_agree_have_an_alpha_of_one(metric: Metric) -> None:
    assert krippendorff_alpha([_whole(1, 2, 3), _whole(1, 2, 3)], metric) == 1


def test_coders_who_only_ever_use_one_value_have_no_alpha() -> None:
    assert krippendorff_alpha([_whole(2, 2), _whole(2, 2)], Metric.NOMINAL) is None


def test_kappa_takes_chance_off() -> None:
    assert cohen_kappa("aabb", "aabb") == 1
    assert cohen_kappa("aabb", "abab") == 0
    assert cohen_kappa("aaaa", "aaaa") is None
    assert fleiss_kappa([[2, 0], [0, 2]]) == 1
    assert fleiss_kappa([[2, 0], [2, 0]]) is None
    assert fleiss_kappa([[1, 0], [0, 1]]) is None


@given(st.lists(st.lists(answers, min_size=2, max_size=5), min_size=2, max_size=5))
def test_shrinking_draws_every_group_towards_the_middle(groups: list[list[Fraction]]) -> None:
    found = components({str(place): group for place, group in enumerate(groups)})

    assert found is not None
    for group in groups:
        own, estimate = sum(group) / Fraction(len(group)), found.estimate(group)
        assert min(own, found.middle) <= estimate <= max(own, found.middle)
        assert 0 <= found.trust(len(group)) <= 1
        assert found.trust(len(group)) <= found.trust(len(group) + 1)
        assert found.error(len(group)) >= 0


@given(st.fractions(0, 10**6, max_denominator=1000))
def test_a_root_squared_is_the_figure(figure: Fraction) -> None:
    assert abs(root(figure) ** 2 - figure) <= figure / 10**25


def test_one_figure_has_no_spread() -> None:
    assert variance(_whole(3)) is None
    assert standard_error(_whole(3)) is None
    assert response_variability([Fraction(3), None]) is None
    assert z_scores(_whole(3, 3)) is None
    assert z_scores(_whole(3)) is None


def test_outliers_are_measured_even_where_most_agree() -> None:
    assert modified_z(_whole(3, 3, 3)) == [0, 0, 0]
    assert modified_z(_whole(4, 4, 4, 4, 1))[4] < -3


@given(st.lists(answers, min_size=1), answers)
def test_percentile_ranks_differ_only_by_the_equals(figures: list[Fraction], own: Fraction) -> None:
    strict, middle, weak = (
        percentile_rank(figures, own, kind)
        for kind in (PercentileRank.STRICT, PercentileRank.MEAN, PercentileRank.WEAK)
    )
    equals = Fraction(100 * figures.count(own), len(figures))

    assert 0 <= strict <= middle <= weak <= 100
    assert weak - strict == equals
    assert middle - strict == equals / 2


def test_a_rank_outside_the_figures_is_unknown() -> None:
    assert percent_rank_inclusive(_whole(1, 2, 3), Fraction(4)) is None
    assert percent_rank_inclusive(_whole(1, 2, 3), Fraction(0)) is None
    assert percent_rank_inclusive(_whole(1), Fraction(1)) is None
    assert percent_rank_inclusive(_whole(1, 1, 2, 4), Fraction(3)) == Fraction(5, 6)


@given(st.lists(answers, min_size=2, max_size=20), st.sampled_from([4, 5, 6, 7, 8, 9]))
def test_quantiles_rise_from_the_least_to_the_greatest(figures: list[Fraction], kind: int) -> None:
    cuts = [quantile(figures, Fraction(tenth, 10), kind=kind) for tenth in range(11)]

    assert cuts == sorted(cuts)
    assert (cuts[0], cuts[-1]) == (min(figures), max(figures))


@given(st.lists(answers, min_size=2, max_size=20))
def test_quantiles_agree_with_the_standard_library(figures: list[Fraction]) -> None:
    quarters = [Fraction(quarter, 4) for quarter in (1, 2, 3)]

    assert [quantile(figures, one) for one in quarters] == quantiles(
        figures, n=4, method="inclusive"
    )


def test_not_observed_breaks_a_straight_line() -> None:
    run: list[Fraction | None] = [Fraction(3)] * 4

    assert longest_run(run) == 4
    assert longest_run([*run[:2], None, *run[:2]]) == 2
    assert longest_run([None, None]) == longest_run([]) == 0


def test_raters_who_are_all_alike_have_no_distance() -> None:
    means, distances = rater_severity([_whole(3, 3), _whole(5, 5)])

    assert means == [4, 4]
    assert distances is None


def _peers(items: Sequence[str]) -> list[Fraction]:
    """The means of the peers of the second worked example who count in these items."""
    example = read_example(worked_input(SALES_REP))
    asked = [i for d in example.dimensions for e in d.elements for i in e.items if i.id in items]
    means = [
        rater_mean(rater.answers, asked, scale=example.scale, min_coverage=Fraction(1, 2))
        for rater in example.raters
        if rater.group == "peer"
    ]
    return [one.raw for one in means if one is not None]


@pytest.mark.parametrize(
    ("items", "lowest"),
    [(["q1", "q2", "q3"], "-3.60"), (["q4", "q5"], "-3.37"), (["q6"], "-3.35")],
)
def test_the_severe_peer_of_the_worked_example_stands_out_as_published(
    items: list[str], lowest: str
) -> None:
    """Against the published cut of 3.5 only the first competency flags the rater."""
    furthest = min(modified_z(_peers(items)))

    assert round(furthest, 2) == Fraction(lowest)
    assert (furthest < Fraction(-7, 2)) == (items == ["q1", "q2", "q3"])


def test_a_consistent_severe_rater_draws_no_straight_line() -> None:
    answered = worked_input(SALES_REP)["raters"][4]["a"].values()

    assert longest_run([Fraction(answer) for answer in answered]) < 10
    assert response_variability([Fraction(answer) for answer in answered]) != 0
