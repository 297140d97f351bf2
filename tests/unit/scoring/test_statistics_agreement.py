from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.statistics.agreement import (
    a_wg,
    average_deviation,
    average_deviation_from_median,
    average_deviation_items,
    r_wg,
    r_wg_items,
    r_wg_star,
)
from app.scoring.statistics.agreement_report import (
    AgreementLevel,
    agreement_level,
    practical_limit,
    report_agreement,
)
from app.scoring.statistics.coding import Metric, cohen_kappa, fleiss_kappa, krippendorff_alpha
from app.scoring.statistics.nulls import (
    NullShape,
    largest_variance,
    null_variance,
    uniform_variance,
)
from tests.unit.scoring.statistics_samples import (
    HIGH,
    LOW,
    many,
    panels,
    rows_of,
    tables,
    whole,
)

UNIFORM = uniform_variance(5)


@many
@given(panels)
def test_agreement_within_a_group_lies_between_none_and_all(panel: list[Fraction]) -> None:
    agreement, deviation = r_wg(panel, UNIFORM), average_deviation(panel)
    from_median = average_deviation_from_median(panel)

    assert agreement is not None
    assert deviation is not None
    assert from_median is not None
    assert 0 <= agreement <= 1
    assert 0 <= from_median <= deviation <= (HIGH - LOW) / 2
    assert (agreement == 1) == (deviation == 0) == (from_median == 0) == (len(set(panel)) == 1)
    of_possible = a_wg(panel, low=LOW, high=HIGH)
    assert (of_possible is None) == (set(panel) in ({LOW}, {HIGH}))
    assert of_possible is None or -1 <= of_possible <= 1
    assert of_possible is None or (of_possible == 1) == (agreement == 1)


@many
@given(panels)
def test_agreement_depends_neither_on_order_nor_on_where_the_scale_begins(
    panel: list[Fraction],
) -> None:
    moved = [one + 3 for one in sorted(panel)]

    assert report_agreement(moved, options=5) == report_agreement(panel, options=5)
    assert r_wg(moved, UNIFORM) == r_wg(panel, UNIFORM)
    assert average_deviation_from_median(moved) == average_deviation_from_median(panel)
    assert a_wg(moved, low=LOW + 3, high=HIGH + 3) == a_wg(panel, low=LOW, high=HIGH)


@many
@given(tables)
def test_agreement_over_items_lies_between_none_and_all(table: list[list[Fraction]]) -> None:
    together, star = r_wg_items(table, UNIFORM), r_wg_star(table, UNIFORM)
    deviation = average_deviation_items(table)

    assert together is not None
    assert star is not None
    assert deviation is not None
    assert 0 <= star <= together <= 1
    assert 0 <= deviation <= (HIGH - LOW) / 2
    assert r_wg_items(table[::-1], UNIFORM) == together


def test_more_items_alone_raise_the_agreement_over_items_but_not_the_linear_one() -> None:
    one_item, three_items = [whole(3), whole(4)], [whole(3, 3, 3), whole(4, 4, 4)]

    assert r_wg_items(one_item, UNIFORM) == Fraction(3, 4)
    assert r_wg_items(three_items, UNIFORM) == Fraction(9, 10)
    assert r_wg_star(one_item, UNIFORM) == r_wg_star(three_items, UNIFORM) == Fraction(3, 4)


def test_agreement_of_one_rater_is_unknown() -> None:
    assert r_wg(whole(4), UNIFORM) is None
    assert a_wg(whole(4), low=LOW, high=HIGH) is None
    assert r_wg_items([whole(4, 5)], UNIFORM) is None
    assert r_wg_star([], UNIFORM) is None
    assert average_deviation(whole(4)) is None
    assert average_deviation_from_median([]) is None
    assert average_deviation_items([[Fraction(4), None]]) is None
    assert average_deviation_items([whole(4, 4), [Fraction(4), None]]) is None


def test_raters_with_a_missing_item_do_not_count_over_items() -> None:
    rows: list[list[Fraction | None]] = [[*whole(3, 4)], [*whole(4, 4)], [*whole(1), None]]

    assert r_wg_items(rows, UNIFORM) == r_wg_items(rows[:2], UNIFORM)
    assert average_deviation_items(rows) == Fraction(1, 4)


def test_agreement_against_the_possible_knows_all_and_none() -> None:
    assert a_wg(whole(3, 3, 3), low=LOW, high=HIGH) == 1
    assert a_wg(whole(1, 5, 1, 5), low=LOW, high=HIGH) == -1
    assert a_wg(whole(5, 5), low=LOW, high=HIGH) is None
    assert a_wg(whole(1, 1), low=LOW, high=HIGH) is None


@pytest.mark.parametrize(
    ("shape", "variance"),
    [
        (NullShape.UNIFORM, "2"),
        (NullShape.SLIGHT_SKEW, "1.34"),
        (NullShape.MODERATE_SKEW, "0.90"),
        (NullShape.HEAVY_SKEW, "0.44"),
        (NullShape.TRIANGULAR, "1.32"),
        (NullShape.NORMAL, "1.04"),
    ],
)
def test_the_nulls_of_five_options_vary_as_published(shape: NullShape, variance: str) -> None:
    assert null_variance(shape, options=5) == Fraction(variance)


def test_only_the_uniform_null_is_known_for_other_scales() -> None:
    assert null_variance(NullShape.UNIFORM, options=7) == 4
    assert null_variance(NullShape.SLIGHT_SKEW, options=7) is None
    assert largest_variance(LOW, HIGH) == 4


@pytest.mark.parametrize(
    ("agreement", "level"),
    [
        ("0", AgreementLevel.NONE),
        ("0.30", AgreementLevel.NONE),
        ("0.31", AgreementLevel.WEAK),
        ("0.50", AgreementLevel.WEAK),
        ("0.51", AgreementLevel.MODERATE),
        ("0.70", AgreementLevel.MODERATE),
        ("0.71", AgreementLevel.STRONG),
        ("0.90", AgreementLevel.STRONG),
        ("0.91", AgreementLevel.VERY_STRONG),
        ("1", AgreementLevel.VERY_STRONG),
    ],
)
def test_agreement_is_read_as_published(agreement: str, level: AgreementLevel) -> None:
    assert agreement_level(Fraction(agreement)) is level


def test_a_report_gives_both_nulls_and_reads_the_more_cautious() -> None:
    report = report_agreement(whole(3, 4, 5), options=5)

    assert report is not None
    assert (report.uniform, report.slight_skew) == (Fraction(1, 2), 1 - 1 / Fraction("1.34"))
    assert report.level is AgreementLevel.NONE
    assert (report.deviation, report.limit) == (Fraction(2, 3), Fraction(5, 6))
    assert report.is_practical


def test_a_report_on_seven_options_reads_the_one_null_it_has() -> None:
    report = report_agreement(whole(3, 4, 5), options=7)

    assert report is not None
    assert report.slight_skew is None
    assert report.level is AgreementLevel.STRONG
    assert report.limit == practical_limit(7) == Fraction(7, 6)


def test_a_report_says_where_raters_do_not_agree_in_practice() -> None:
    report = report_agreement(whole(1, 3, 5), options=5)

    assert report is not None
    assert not report.is_practical


def test_agreement_is_reported_from_three_raters_on() -> None:
    assert report_agreement(whole(4, 4), options=5) is None
    assert report_agreement(whole(4, 4, 4), options=5) is not None


@pytest.mark.parametrize("metric", list(Metric))
def test_coders_who_agree_have_an_alpha_of_one(metric: Metric) -> None:
    assert krippendorff_alpha([whole(1, 2, 3), whole(1, 2, 3)], metric) == 1


@many
@given(rows_of(4), st.sampled_from(list(Metric)))
def test_alpha_of_coders_does_not_depend_on_their_order_and_is_at_most_one(
    coders: list[list[Fraction]], metric: Metric
) -> None:
    alpha = krippendorff_alpha(coders, metric)

    assert alpha == krippendorff_alpha(coders[::-1], metric)
    assert alpha is None or alpha <= 1


def test_coders_without_two_values_or_without_a_pair_have_no_alpha() -> None:
    assert krippendorff_alpha([whole(2, 2), whole(2, 2)], Metric.NOMINAL) is None
    assert krippendorff_alpha([[Fraction(1), None], [None, Fraction(2)]], Metric.NOMINAL) is None
    assert krippendorff_alpha([], Metric.INTERVAL) is None


def test_kappa_takes_chance_off() -> None:
    assert cohen_kappa("aabb", "aabb") == 1
    assert cohen_kappa("aabb", "abab") == 0
    assert fleiss_kappa([[2, 0], [0, 2]]) == 1


def test_kappa_of_what_could_not_differ_is_unknown() -> None:
    assert cohen_kappa("aaaa", "aaaa") is None
    assert cohen_kappa("", "") is None
    assert fleiss_kappa([[2, 0], [2, 0]]) is None
    assert fleiss_kappa([[1, 0], [0, 1]]) is None
    assert fleiss_kappa([]) is None
