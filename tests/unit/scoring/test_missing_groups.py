"""What becomes of a group that is too small or absent, under each published policy."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.document import read_example
from app.scoring.errors import Code, ScoringError
from app.scoring.output import as_json
from app.scoring.rating import require_grade
from app.scoring.results import ElementStatus, Rating, Status
from app.scoring.trace import explain_note
from tests.unit.scoring.generated import examples
from tests.unit.scoring.rounds import competency, each, groups, round_of
from tests.unit.scoring.worked import rating_of

ENOUGH = {"supervisor": each("c", 4), "peer": each("c", 3, 3, 3), "subordinate": each("c", 3, 3, 3)}
FEW_CUSTOMERS = ENOUGH | {"customer": each("c", 1, 1)}
ALL = ENOUGH | {"customer": each("c", 5, 5, 5)}

few = settings(max_examples=60, deadline=None)


def _lines(rating: Rating) -> dict[str, Fraction]:
    return {one.group: one.weight for one in rating.dimensions[0].elements[0].groups}


def _rated(answers: Any, policy: str, **changes: Any) -> Rating:
    return rating_of(round_of(answers, missing_policy=policy, **changes))


def test_renormalising_is_what_happens_unless_a_scheme_says_otherwise() -> None:
    assert rating_of(round_of(FEW_CUSTOMERS)) == _rated(FEW_CUSTOMERS, "renormalise")


@pytest.mark.parametrize("policy", ["renormalise", "fixed_fallback", "hold"])
def test_no_policy_changes_anything_where_nobody_is_missing(policy: str) -> None:
    assert _rated(ALL, policy) == rating_of(round_of(ALL))


def test_with_a_fallback_the_weight_of_a_lost_group_goes_to_the_supervisor() -> None:
    rating = _rated(FEW_CUSTOMERS, "fixed_fallback")

    assert _lines(rating) == {"supervisor": 65, "peer": 25, "subordinate": 10}
    assert rating.exact == Fraction(65 * 80 + 35 * 60, 100)
    assert rating.audit == ("C: customer: n=2<k_min -> suppressed, weight to supervisor",)


def test_nobody_and_too_few_fall_back_alike() -> None:
    few_answered, nobody = _rated(FEW_CUSTOMERS, "fixed_fallback"), _rated(ENOUGH, "fixed_fallback")

    assert (few_answered.exact, few_answered.dimensions) == (nobody.exact, nobody.dimensions)
    assert nobody.audit == ("C: customer: absent -> weight to supervisor",)


def test_without_a_supervisor_there_is_nobody_to_fall_back_on() -> None:
    answers = {name: given_ for name, given_ in FEW_CUSTOMERS.items() if name != "supervisor"}
    both = [_rated(answers, one, min_group_weight=35) for one in ("fixed_fallback", "renormalise")]

    assert both[0] == both[1]
    assert _lines(both[0]) == {"peer": Fraction(2500, 35), "subordinate": Fraction(1000, 35)}


def test_a_supervisor_who_stands_in_does_not_make_up_for_the_weight_that_must_survive() -> None:
    rating = _rated({"supervisor": each("c", 4)}, "fixed_fallback")

    assert rating.status is Status.INSUFFICIENT
    assert "C: surviving weight 40<50 -> insufficient" in rating.audit


def test_a_held_competency_holds_the_rating_and_nothing_is_guessed() -> None:
    rating = _rated(FEW_CUSTOMERS, "hold")
    output = as_json(rating)

    assert rating.status is Status.HELD
    assert (rating.exact, rating.computed, rating.final, rating.grade) == (None,) * 4
    assert rating.terms == rating.totals == ()
    assert rating.dimensions[0].elements[0].status is ElementStatus.HELD
    assert rating.dimensions[0].elements[0].groups == ()
    assert rating.audit == ("C: customer: n=2<k_min -> held",)
    assert (output["status"], output["grade"]) == ("held", None)


def test_nobody_is_waited_for_like_too_few() -> None:
    rating = _rated(ENOUGH, "hold")

    assert rating.status is Status.HELD
    assert rating.audit == ("C: customer: absent -> held",)


@pytest.mark.parametrize("policy", ["renormalise", "fixed_fallback", "hold"])
def test_a_group_that_does_not_exist_is_neither_waited_for_nor_stood_in_for(policy: str) -> None:
    rating = _rated(ENOUGH, policy, groups=groups(customer={"absent": True}))

    assert rating.status is Status.RATED
    assert _lines(rating)["supervisor"] == Fraction(4000, 75)
    assert rating.audit == ("C: customer: absent -> renormalised",)


def test_what_is_held_keeps_its_place_among_the_weights() -> None:
    rating = rating_of(
        round_of(
            FEW_CUSTOMERS,
            competency("C", 60),
            {"id": "K", "weight": 40, "kpi": {"method": "ratio", "target": 10, "actual": 9}},
            missing_policy="hold",
        )
    )
    held, kpi = rating.dimensions[0].elements

    assert [held.effective_weight, kpi.effective_weight] == [60, 40]
    assert [held.contribution, kpi.score] == [0, 90]
    assert rating.dimensions[0].score is None
    assert rating.dimensions[0].effective_weight == 100


def test_a_competency_without_weight_holds_nothing_up() -> None:
    rating = rating_of(
        round_of(
            FEW_CUSTOMERS,
            competency("C", 0),
            {"id": "K", "weight": 100, "kpi": {"method": "ratio", "target": 10, "actual": 9}},
            missing_policy="hold",
        )
    )

    assert rating.status is Status.RATED
    assert rating.computed == 90
    assert rating.dimensions[0].elements[0].status is ElementStatus.HELD


def test_a_grade_that_waits_is_refused_by_name_and_without_a_count() -> None:
    document = round_of(FEW_CUSTOMERS, missing_policy="hold")

    with pytest.raises(ScoringError) as caught:
        require_grade(read_example(document), rating_of(document))

    assert caught.value.code is Code.INSUFFICIENT_RATERS
    assert caught.value.message_en.startswith("Too few raters answered for C,")
    assert "2" not in caught.value.message_en + caught.value.message_zh


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("fixed_fallback", ("权重转由上级承担", "the supervisor has its weight")),
        ("hold", ("等待更多作答", "waits for more answers")),
    ],
)
def test_pages_read_why_and_cannot_tell_nobody_from_a_few(
    policy: str, words: tuple[str, str]
) -> None:
    said = {
        explain_note(note, names_zh={"customer": "客户"}, names_en={"customer": "Customers"})
        for answers in (ENOUGH, FEW_CUSTOMERS)
        for note in _rated(answers, policy).notes
    }
    [sentence] = said

    assert words[0] in sentence.zh
    assert words[1] in sentence.en
    assert sentence.zh.startswith("客户：")
    assert "2" not in sentence.zh + sentence.en


@few
@given(examples(), st.sampled_from(["fixed_fallback", "hold"]))
def test_every_policy_keeps_the_weights_at_one_hundred(
    document: dict[str, Any], policy: str
) -> None:
    document["missing_policy"] = policy
    rating = rating_of(document)

    for dimension in rating.dimensions:
        for element in dimension.elements:
            assert sum(one.weight for one in element.groups) in (0, 100)
        assert sum(one.effective_weight for one in dimension.elements) in (0, 100)
    assert (rating.status is Status.HELD) <= (rating.exact is None)


@few
@given(examples(), st.sampled_from(["fixed_fallback", "hold"]), st.integers(1, 5))
def test_no_policy_lets_the_answers_of_a_lost_group_into_a_figure(
    document: dict[str, Any], policy: str, answer: int
) -> None:
    """Customers are in no pool: fewer than three of them are nowhere, whatever they said."""
    document["missing_policy"] = policy
    customers = [one for one in document["raters"] if one["group"] == "customer"]
    document["raters"] = [
        one for one in document["raters"] if one["group"] != "customer"
    ] + customers[:2]
    before = as_json(rating_of(document))
    for rater in customers[:2]:
        rater["a"] = {
            item: None if given_ is None else answer for item, given_ in rater["a"].items()
        }

    assert as_json(rating_of(document)) == before
