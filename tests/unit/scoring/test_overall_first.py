"""Each rater's overall view first, then the groups."""

from fractions import Fraction
from typing import Any

from hypothesis import given, settings

from app.scoring.output import as_json
from app.scoring.results import ElementStatus, Rating, Status
from tests.unit.scoring.generated import examples
from tests.unit.scoring.rounds import competency, groups, round_of
from tests.unit.scoring.worked import KEY_ACCOUNT, rating_of, worked_input

OVERALL = "rater_overall_first"
TWO = (competency("A", 75), competency("B", 25))

few = settings(max_examples=60, deadline=None)


def _both(*given_: int | None) -> dict[str, int | None]:
    return dict(zip("ab", given_, strict=True))


def _rated(answers: Any, **changes: Any) -> Rating:
    return rating_of(round_of(answers, *TWO, order=OVERALL, **changes))


def test_a_rater_who_observed_less_counts_as_much_as_every_other() -> None:
    """Overall views are 5, 3 and 3.5; competency-first A would be 4, B 3.5, and 3.875 together."""
    answers = {"supervisor": [_both(5, 5)], "peer": [_both(5, None), _both(3, 3), _both(4, 2)]}
    rating = _rated(answers, groups=groups(peer={"k_min": 2}))
    [one, other] = rating.dimensions[0].elements

    peers = Fraction(100 + 60 + 70, 3)
    assert one.score == other.score == Fraction(40 * 100 + 25 * peers, 65)
    assert [(line.group, line.score) for line in one.groups] == [
        ("supervisor", 100),
        ("peer", peers),
    ]
    assert rating.exact == one.score


def test_the_lines_of_every_competency_are_those_of_the_overall_view() -> None:
    answers = {"supervisor": [_both(4, 2)], "peer": [_both(5, 3)] * 3, "self": [_both(5, 1)]}
    [one, other] = _rated(answers).dimensions[0].elements

    assert [(line.group, line.n, line.mean) for line in one.groups] == [
        (line.group, line.n, line.mean) for line in other.groups
    ]
    assert one.self_score == other.self_score == 4
    assert one.others_raw == Fraction(40 * Fraction(7, 2) + 25 * Fraction(9, 2), 65)


def test_a_group_that_is_too_small_in_a_competency_adds_nothing_of_it_to_any_view() -> None:
    """Three customers answered A, two of them B: their answers to B are nowhere."""
    told = {"supervisor": [_both(4, 4)], "peer": [_both(4, 4)] * 3}
    ratings = [
        _rated(told | {"customer": [_both(3, answer), _both(3, answer), _both(3, None)]})
        for answer in (1, 5)
    ]

    assert as_json(ratings[0]) == as_json(ratings[1])
    assert ratings[0].dimensions[0].elements[0].groups[2].score == 60
    assert "B: customer: n=2<k_min -> suppressed, renormalised" in ratings[0].audit


def test_pools_are_formed_on_the_overall_counts_too() -> None:
    answers = {
        "supervisor": [_both(4, 4)],
        "peer": [_both(4, 4)] * 3,
        "subordinate": [_both(2, 2)] * 2,
    }
    rating = _rated(answers)

    assert [line.group for line in rating.dimensions[0].elements[0].groups] == [
        "supervisor",
        "peer+subordinate",
    ]
    assert "D: pooled peer+subordinate" in rating.audit


def test_a_competency_that_too_few_observed_leaves_and_the_other_stands_alone() -> None:
    answers = {"supervisor": [_both(4, None)], "peer": [_both(3, None)] * 3}
    [one, other] = _rated(answers).dimensions[0].elements

    assert other.status is ElementStatus.INSUFFICIENT
    assert [one.effective_weight, one.score] == [100, Fraction(40 * 80 + 25 * 60, 65)]


def test_waiting_goes_before_any_overall_view() -> None:
    answers = {"supervisor": [_both(4, 4)], "peer": [_both(3, 3)] * 3}

    assert _rated(answers, missing_policy="hold").status is Status.HELD


def test_a_competency_without_weight_keeps_a_score_of_its_own() -> None:
    answers = {"supervisor": [_both(4, 2)], "peer": [_both(4, 2)] * 3}
    elements = (competency("A", 100), competency("B", 0))
    rating = rating_of(round_of(answers, *elements, order=OVERALL))

    assert [one.score for one in rating.dimensions[0].elements] == [80, 40]


def test_the_worked_example_differs_only_where_somebody_observed_less() -> None:
    plain, overall = (
        rating_of(worked_input(KEY_ACCOUNT) | {"order": order})
        for order in ("competency_first", OVERALL)
    )

    assert plain == rating_of(worked_input(KEY_ACCOUNT))
    assert [one.score for one in plain.dimensions[:1]] == [overall.dimensions[0].score]
    assert plain.dimensions[3].score != overall.dimensions[3].score


@few
@given(examples())
def test_on_complete_data_both_orders_give_the_same_dimensions_and_total(
    document: dict[str, Any],
) -> None:
    document["aggregate"] = "mean"
    elements = [one for dimension in document["dimensions"] for one in dimension["elements"]]
    items = [item["id"] for one in elements for item in one.get("items", [])]
    for rater in document["raters"]:
        rater["a"] = {item: rater["a"].get(item) or 3 for item in items}
    plain = rating_of(document)
    overall = rating_of(document | {"order": OVERALL})

    assert [one.score for one in overall.dimensions] == [one.score for one in plain.dimensions]
    assert (overall.exact, overall.grade) == (plain.exact, plain.grade)


@few
@given(examples())
def test_overall_first_keeps_its_bounds_and_adds_up(document: dict[str, Any]) -> None:
    rating = rating_of(document | {"order": OVERALL})

    for dimension in rating.dimensions:
        assert sum(one.shown for one in dimension.elements) == dimension.shown
        for element in dimension.elements:
            assert sum(one.shown for one in element.groups) == element.shown or not element.groups
            assert all(20 <= one.score <= 100 for one in element.groups)
