from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.scoring.statistics.consistency import (
    Missing,
    cronbach_alpha,
    reported_alpha,
    standardised_alpha,
)
from app.scoring.statistics.rater_counts import advise_rater_count, raters_needed, spearman_brown
from app.scoring.statistics.reliability import (
    Form,
    MeanSquares,
    OneWay,
    icc,
    one_way,
    two_way,
    typical_size,
)
from app.scoring.statistics.shrinkage import (
    LABEL,
    Components,
    components,
    random_effects,
    shrinkage_factor,
)
from tests.unit.scoring.statistics_samples import groups, many, tables, whole

OF_ALL_FORMS = [(form, of_mean) for form in Form for of_mean in (False, True)]


@many
@given(tables, st.sampled_from(list(Form)))
def test_a_mean_of_raters_is_more_reliable_than_one_rater(
    table: list[list[Fraction]], form: Form
) -> None:
    squares = two_way(table)
    assert squares is not None
    single, together = icc(squares, form=form, of_mean=False), icc(squares, form=form, of_mean=True)
    assume(single is not None and single > 0)

    assert single is not None
    assert together is not None
    assert single <= together <= 1
    assert together == spearman_brown(single, raters=Fraction(3))


@many
@given(tables)
def test_reliability_does_not_depend_on_order_or_on_where_the_scale_begins(
    table: list[list[Fraction]],
) -> None:
    turned = [[one + 7 for one in reversed(row)] for row in reversed(table)]

    assert two_way(turned) == two_way(table)
    assert one_way(turned) == one_way(table)
    assert cronbach_alpha(turned) == cronbach_alpha(table)


@pytest.mark.parametrize(("form", "of_mean"), OF_ALL_FORMS)
def test_reliability_of_nothing_that_varies_is_unknown(form: Form, of_mean: bool) -> None:
    alike = two_way([whole(3, 3), whole(3, 3)])

    assert alike is not None
    assert icc(alike, form=form, of_mean=of_mean) is None


def test_targets_that_differ_less_than_chance_have_no_reliable_mean() -> None:
    """Without the guard the sampled panel's formula would print a reliability of 2."""
    crossed = two_way([whole(1, 2), whole(2, 1)])

    assert crossed is not None
    assert crossed.between == crossed.raters == 0
    assert [icc(crossed, form=form, of_mean=True) for form in Form] == [None, None, None]
    assert icc(crossed, form=Form.NESTED, of_mean=False) == -1
    assert icc(crossed, form=Form.FIXED_PANEL, of_mean=False) == -1
    assert icc(crossed, form=Form.SAMPLED_PANEL, of_mean=False) is None


def test_a_panel_s_level_counts_only_where_the_panel_is_a_sample() -> None:
    squares = MeanSquares(
        between=Fraction(10),
        within=Fraction(4),
        raters=Fraction(14),
        residual=Fraction(2),
        targets=6,
        count=4,
    )

    assert icc(squares, form=Form.NESTED, of_mean=True) == Fraction(6, 10)
    assert icc(squares, form=Form.SAMPLED_PANEL, of_mean=True) == Fraction(8, 12)
    assert icc(squares, form=Form.FIXED_PANEL, of_mean=True) == Fraction(8, 10)
    assert icc(squares, form=Form.NESTED, of_mean=False) == Fraction(6, 22)
    assert icc(squares, form=Form.SAMPLED_PANEL, of_mean=False) == Fraction(8, 24)
    assert icc(squares, form=Form.FIXED_PANEL, of_mean=False) == Fraction(8, 16)


@pytest.mark.parametrize("table", [[], [whole(1, 2)], [whole(1), whole(2)]])
def test_two_targets_and_two_raters_are_the_least(table: list[list[Fraction]]) -> None:
    assert two_way(table) is None


def test_groups_that_do_not_differ_have_no_reliable_mean() -> None:
    alike = OneWay(between=Fraction(0), within=Fraction(1), total=4, groups=2)

    assert alike.icc2 is None
    assert alike.icc1 == -1
    assert OneWay(between=Fraction(0), within=Fraction(0), total=4, groups=2).icc1 is None


def test_groups_of_unequal_size_take_the_mean_size_or_that_of_the_analysis() -> None:
    found = one_way([whole(1, 2), whole(3, 4, 5, 5), []])

    assert found is not None
    assert found.mean_size == 3
    assert found.typical_size == Fraction(8, 3)
    assert found.icc1 != found.icc1_anova
    assert OneWay(between=Fraction(2), within=Fraction(1), total=4, groups=2).icc1_anova is None


def test_equal_groups_have_their_own_size_as_the_typical_one() -> None:
    found = one_way([whole(1, 2, 2), whole(3, 4, 5)])

    assert typical_size([3, 3, 3]) == 3
    assert found is not None
    assert found.icc1 == found.icc1_anova


@pytest.mark.parametrize("given", [[], [whole(1, 2)], [whole(1), whole(2)], [whole(1, 2), []]])
def test_groups_need_company_within_and_beside(given: list[list[Fraction]]) -> None:
    assert one_way(given) is None
    assert components({str(place): group for place, group in enumerate(given)}) is None


@pytest.mark.parametrize("rows", [[], [whole(1), whole(2)], [whole(1, 2)], [[None, None]]])
@pytest.mark.parametrize("missing", list(Missing))
def test_alpha_needs_two_items_and_two_people(
    rows: list[list[Fraction | None]], missing: Missing
) -> None:
    assert cronbach_alpha(rows, missing) is None
    assert standardised_alpha(rows, missing) is None


def test_alpha_of_sums_that_do_not_vary_is_unknown() -> None:
    assert cronbach_alpha([whole(3, 3), whole(3, 3)]) is None
    assert cronbach_alpha([whole(1, 2), whole(2, 1)]) is None
    assert standardised_alpha([whole(3, 1), whole(3, 2)]) is None
    assert standardised_alpha([whole(1, 2), whole(2, 1)]) is None


def test_alpha_of_items_that_say_the_same_is_one() -> None:
    rows = [whole(1, 1, 1), whole(3, 3, 3), whole(4, 4, 4)]

    assert cronbach_alpha(rows) == 1
    assert standardised_alpha(rows) == 1


def test_alpha_of_answers_that_hardly_vary_is_known() -> None:
    assert cronbach_alpha([whole(0, 0), whole(0, 1), whole(1, 1)]) == Fraction(2, 3)


def test_standardising_takes_the_items_spread_out_of_alpha() -> None:
    """The second item says the same ten times louder: correlation 1, unequal variances."""
    rows = [whole(1, 10), whole(2, 20), whole(4, 40)]
    raw, standardised = cronbach_alpha(rows), standardised_alpha(rows)

    assert raw == Fraction(40, 121)
    assert standardised is not None
    assert abs(standardised - 1) < Fraction(1, 10**25)


def test_who_misses_an_answer_is_left_out_wholly_or_only_there() -> None:
    rows: list[list[Fraction | None]] = [
        [*whole(1, 2, 1)],
        [*whole(2, 2, 3)],
        [*whole(4, 3, 4)],
        [*whole(5, 5, 4)],
        [None, *whole(1, 5)],
    ]

    assert cronbach_alpha(rows) == cronbach_alpha(rows[:4])
    pairwise = cronbach_alpha(rows, Missing.PAIRWISE)
    assert pairwise is not None
    assert pairwise != cronbach_alpha(rows)


def test_pairs_of_items_that_nobody_answered_have_no_alpha() -> None:
    rows: list[list[Fraction | None]] = [[*whole(1), None], [None, *whole(2)], [*whole(2, 3)]]

    assert cronbach_alpha(rows, Missing.PAIRWISE) is None


@pytest.mark.parametrize(("items", "people", "is_reported"), [(3, 30, True), (2, 30, False)])
def test_alpha_is_reported_from_three_items_on(items: int, people: int, is_reported: bool) -> None:
    rows = [whole(*([1 + person % 5] * items)) for person in range(people)]

    assert (reported_alpha(rows) is not None) is is_reported


def test_alpha_is_reported_from_thirty_complete_people_on() -> None:
    others: list[list[Fraction | None]] = [[*whole(3, 4, 4)] for _ in range(29)]
    rows: list[list[Fraction | None]] = [[*whole(1, 2, 2)], *others]

    assert reported_alpha(rows) is not None
    assert reported_alpha([[None, *whole(2, 2)], *others]) is None
    assert reported_alpha([]) is None


@many
@given(st.integers(100, 900))
def test_so_many_raters_reach_the_target_and_one_fewer_does_not(permille: int) -> None:
    single, target = Fraction(permille, 1000), Fraction(7, 10)
    needed = raters_needed(single, target=target)

    assert needed is not None
    reached = spearman_brown(single, raters=Fraction(needed))
    before = spearman_brown(single, raters=Fraction(needed - 1))
    assert reached is not None
    assert before is not None
    assert before < target <= reached or needed == 1


@pytest.mark.parametrize(
    ("single", "target", "needed"),
    [("0", "0.7", None), ("-0.1", "0.7", None), ("0.5", "1", None), ("1", "0.7", 1)],
)
def test_no_number_of_raters_makes_something_out_of_nothing(
    single: str, target: str, needed: int | None
) -> None:
    assert raters_needed(Fraction(single), target=Fraction(target)) == needed


def test_raters_who_contradict_each_other_have_no_reliability_together() -> None:
    assert spearman_brown(Fraction(-1, 2), raters=Fraction(3)) is None


@pytest.mark.parametrize(("group", "needed"), [("supervisor", 3), ("peer", 4), ("subordinate", 6)])
def test_advice_names_the_raters_needed_as_published(group: str, needed: int) -> None:
    advice = advise_rater_count(group, raters=needed)

    assert advice.needed == needed
    assert advice.estimate is not None
    assert advice.estimate >= Fraction(7, 10)


def test_advice_reads_in_both_languages() -> None:
    few = advise_rater_count("peer", raters=3)

    assert few.is_indicative
    assert few.suggested == 5
    assert few.explanation.en == (
        "3 invited: their mean has a reliability of about 0.64; 0.70 takes 4. Invite at least 5. "
        "With fewer than 4 the result is indicative."
    )
    assert few.explanation.zh == (
        "已邀请 3 位：均值信度约为 0.64；要达到 0.70 需要 4 位。建议至少邀请 5 位。"
        "不足 4 位，结果仅供参考。"
    )


def test_enough_raters_draw_neither_suggestion_nor_caveat() -> None:
    enough = advise_rater_count("peer", raters=5)

    assert not enough.is_indicative
    assert enough.explanation.en.endswith("0.75; 0.70 takes 4.")


def test_customers_have_a_suggestion_but_no_published_reliability() -> None:
    advice = advise_rater_count("customer", raters=2)

    assert (advice.estimate, advice.needed, advice.suggested) == (None, None, 3)
    assert "no reliability" in advice.explanation.en
    assert "Invite at least 3." in advice.explanation.en


def test_raters_who_say_nothing_have_no_estimate_to_advise_by() -> None:
    advice = advise_rater_count("peer", raters=5, reliabilities={"peer": Fraction(0)})

    assert advice.estimate == 0
    assert advice.needed is None
    assert "no reliability" in advice.explanation.en


@many
@given(groups)
def test_shrinking_draws_every_group_towards_the_middle(given: list[list[Fraction]]) -> None:
    found = components({str(place): group for place, group in enumerate(given)})

    assert found is not None
    for group in given:
        own, estimate = sum(group) / Fraction(len(group)), found.estimate(group)
        assert min(own, found.middle) <= estimate <= max(own, found.middle)
        assert found.error(len(group)) >= 0


@many
@given(st.binary(min_size=3, max_size=3))
def test_trust_in_a_group_lies_between_none_and_all_and_rises_with_its_size(drawn: bytes) -> None:
    between, within, size = Fraction(drawn[0], 50), Fraction(drawn[1], 50), drawn[2] + 1
    found = Components(between=between, within=within, middle=Fraction(3))

    assert 0 <= found.trust(size) <= 1
    assert found.trust(size) <= found.trust(size + 1)
    assert found.trust(size) < found.trust(size + 1) or not between or not within


def test_a_larger_group_counts_for_more_in_the_grand_mean() -> None:
    """σ² = 1 and τ² = 141/8, so the means 2 of two and 8 of four weigh 8/145 and 8/143."""
    found = components({"a": whole(1, 3), "b": whole(7, 9, 8, 8)})

    assert found == Components(
        between=Fraction(141, 8), within=Fraction(1), middle=Fraction(241, 48)
    )


def test_the_error_of_an_estimate_is_what_trust_leaves_of_the_spread_between() -> None:
    found = Components(between=Fraction(2), within=Fraction(2), middle=Fraction(3))

    assert found.trust(1) == Fraction(1, 2)
    assert found.error(1) == 1


def test_a_group_nobody_belongs_to_changes_no_estimate() -> None:
    given = {"a": whole(1, 2), "b": whole(4, 5)}

    assert components({**given, "c": []}) == components(given)


def test_a_shrunken_estimate_is_called_one() -> None:
    assert (LABEL.en, LABEL.zh) == ("shrunken estimate", "收缩估计")


def test_one_study_and_equal_shares_have_nothing_to_shrink() -> None:
    assert random_effects(whole(3), whole(1)) is None
    assert shrinkage_factor([Fraction(1, 4)] * 5, trials=45) is None
    assert shrinkage_factor([], trials=45) is None
