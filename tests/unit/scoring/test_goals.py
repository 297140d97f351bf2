"""Personal development goals as an element, and KPIs read from the feedback itself."""

from fractions import Fraction
from typing import Any

import pytest

from app.scoring.errors import ScoringError
from app.scoring.output import as_json
from app.scoring.results import ElementStatus, Rating
from tests.unit.scoring.rounds import competency, each, groups, round_of
from tests.unit.scoring.worked import rating_of

ENOUGH = {"supervisor": each("c", 4), "peer": each("c", 3, 3, 3), "customer": each("c", 5, 5, 2)}


def _goals(*goals: dict[str, Any], **changes: Any) -> dict[str, Any]:
    listed = [{"id": f"G{place}", **goal} for place, goal in enumerate(goals)]
    element = {"id": "E", "weight": 100, "goals": listed, **changes}
    return round_of({}, element)


def _rated(*goals: dict[str, Any]) -> Rating:
    return rating_of(_goals(*goals))


def _refused(document: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(ScoringError) as caught:
        rating_of(document)
    return caught.value.code.value, caught.value.where


def test_goals_are_weighed_by_progress_and_by_rating() -> None:
    rating = _rated(
        {"weight": 50, "progress": "80"},
        {"weight": 30, "rating": 5},
        {"weight": 20, "status": "zero"},
    )
    [element] = rating.dimensions[0].elements

    assert element.score == 70
    assert [one.contribution for one in element.goals] == [40, 30, 0]
    assert rating.computed == 70
    assert rating.grade == "C"


def test_progress_beyond_the_goal_stops_at_the_cap() -> None:
    assert _rated({"weight": 100, "progress": 110}).computed == 110
    assert _rated({"weight": 100, "progress": 150}).computed == 120


def test_a_goal_that_does_not_apply_leaves_its_weight_to_the_others() -> None:
    rating = _rated(
        {"weight": 60, "progress": 90},
        {"weight": 40, "status": "not_applicable", "approved_by": "王主管"},
    )
    [element] = rating.dimensions[0].elements
    [goal, absent] = element.goals

    assert element.score == 90
    assert [goal.effective_weight, absent.effective_weight] == [100, 0]
    assert absent.result.approved_by == "王主管"


def test_an_element_without_any_goal_that_applies_leaves_too() -> None:
    [element] = _rated({"weight": 100, "status": "not_applicable"}).dimensions[0].elements

    assert (element.status, element.score) == (ElementStatus.NOT_APPLICABLE, None)


def test_goals_have_rows_of_their_own_that_add_up() -> None:
    rating = _rated(*({"weight": weight, "progress": "66.67"} for weight in (34, 33, 33)))
    output: Any = as_json(rating)
    [element] = output["dimensions"][0]["elements"]
    [row, *_] = element["goals"]

    assert sum(Fraction(one["shown"]["frac"]) for one in element["goals"]) == Fraction("66.67")
    assert row["status"] == "scored"
    assert row["explain"]["en"] == "22.67 = 100% × 100% × 34% × 66.67"
    assert row["explain_score"]["zh"] == "66.67：完成度 66.67%"


@pytest.mark.parametrize(
    ("goal", "refusal"),
    [
        ({"weight": 99, "progress": 1}, ("weights_not_100", "/goals")),
        ({"weight": -1, "progress": 1}, ("negative_weight", "/goals/0/weight")),
        ({"weight": 100}, ("pending_kpi", "/goals/0")),
        ({"weight": 100, "progress": None}, ("pending_kpi", "/goals/0")),
        ({"weight": 100, "rating": None}, ("pending_kpi", "/goals/0")),
        ({"weight": 100, "progress": 5, "status": "pending"}, ("pending_kpi", "/goals/0")),
        ({"weight": 100, "progress": -1}, ("bad_value", "/goals/0/progress")),
        ({"weight": 100, "rating": 6}, ("answer_out_of_scale", "/goals/0/rating")),
        ({"weight": 100, "rating": 5, "progress": 5}, ("bad_value", "/goals/0")),
    ],
)
def test_a_faulty_goal_is_refused_where_it_stands(
    goal: dict[str, Any], refusal: tuple[str, str]
) -> None:
    code, where = refusal

    assert _refused(_goals(goal)) == (code, f"/dimensions/0/elements/0{where}")


def test_no_goals_and_goals_beside_a_kpi_are_refused() -> None:
    beside = _goals({"weight": 100, "progress": 1}, kpi={"method": "ratio", "status": "zero"})

    assert _refused(_goals()) == ("bad_value", "/dimensions/0/elements/0/goals")
    assert _refused(beside) == ("bad_value", "/dimensions/0/elements/0")


def test_goals_may_carry_a_veto() -> None:
    rating = rating_of(_goals({"weight": 100, "progress": 95}, gate={"max_grade": "C"}))

    assert rating.computed == 95
    assert rating.grade == "C"


def _satisfaction(**kpi: Any) -> dict[str, Any]:
    return {
        "id": "K",
        "weight": 40,
        "kpi": {"method": "from_feedback", "group": "customer", **kpi},
    }


def _surveyed(answers: Any, **changes: Any) -> Rating:
    return rating_of(round_of(answers, competency("C", 60), _satisfaction(), **changes))


def test_satisfaction_is_the_mean_of_the_answers_that_count_anyway() -> None:
    rating = _surveyed(ENOUGH)
    one, kpi = rating.dimensions[0].elements

    assert kpi.score == one.groups[2].score == 80
    assert kpi.status is ElementStatus.SCORED


def test_below_the_minimum_satisfaction_does_not_apply_and_tells_nothing() -> None:
    ratings = [_surveyed(ENOUGH | {"customer": each("c", *given)}) for given in ((1, 1), (5, 5))]
    kpi = ratings[0].dimensions[0].elements[1]

    assert (kpi.status, kpi.score) == (ElementStatus.NOT_APPLICABLE, None)
    assert as_json(ratings[0]) == as_json(ratings[1])


def test_a_pooled_group_is_heard_only_as_the_pool_that_every_page_shows() -> None:
    answers = ENOUGH | {"customer": each("c", 1, 1)}
    pooled = groups(peer={"pool": "others"}, customer={"pool": "others"})
    one, kpi = _surveyed(answers, groups=pooled).dimensions[0].elements

    assert one.groups[1].group == "customer+peer"
    assert kpi.score == one.groups[1].score


def test_satisfaction_stands_where_the_competency_itself_has_too_little_weight() -> None:
    one, kpi = _surveyed({"customer": each("c", 5, 4, 4)}).dimensions[0].elements

    assert one.status is ElementStatus.INSUFFICIENT
    assert kpi.score == Fraction(260, 3)


def test_several_competencies_count_once_each_and_only_where_enough_answered() -> None:
    answers = {
        "supervisor": [{"a": 3, "b": 3, "c": 3}],
        "customer": [{"a": 5, "b": 3, "c": 1}, {"a": 5, "b": 3, "c": 1}, {"a": 5, "b": 3}],
    }
    listed = [competency("A", 30), competency("B", 20), competency("C", 10)]
    one_named = _satisfaction(competencies=["B"])
    both = [
        rating_of(round_of(answers, *listed, kpi)).dimensions[0].elements[3].score
        for kpi in (_satisfaction(), one_named)
    ]

    assert both == [80, 60]


def test_a_stated_status_settles_it_before_any_answer() -> None:
    zero = round_of(ENOUGH, competency("C", 60), _satisfaction(status="zero"))

    assert rating_of(zero).dimensions[0].elements[1].score == 0


@pytest.mark.parametrize(
    ("kpi", "refusal"),
    [
        ({"group": "friend"}, ("unknown_group", "/group")),
        ({"group": "self"}, ("unknown_group", "/group")),
        ({"competencies": ["K"]}, ("bad_value", "/competencies/0")),
        ({"competencies": ["C", "C"]}, ("duplicate_id", "/competencies/1")),
        ({"competencies": []}, ("bad_value", "/competencies")),
        ({"status": "pending"}, ("pending_kpi", "")),
    ],
)
def test_satisfaction_names_a_group_and_competencies_that_exist(
    kpi: dict[str, Any], refusal: tuple[str, str]
) -> None:
    document = round_of(ENOUGH, competency("C", 60), _satisfaction(**kpi))
    code, where = refusal

    assert _refused(document) == (code, f"/dimensions/0/elements/1/kpi{where}")
