"""What must hold of every rating, tried on random examples."""

import copy
import json
import random
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.scoring.document import read_example
from app.scoring.feedback import score_competency
from app.scoring.grades import Grade, grade_of
from app.scoring.output import as_json
from app.scoring.rating import rate
from app.scoring.results import ElementStatus, Rating, Status
from tests.unit.scoring.generated import GRADES, examples
from tests.unit.scoring.worked import KEY_ACCOUNT, SALES_REP, rating_of, worked_input

CENT = Fraction(1, 100)
ORDER = [name for name, _ in reversed(GRADES)]

few = settings(max_examples=60, deadline=None)


def _json(document: dict[str, Any]) -> str:
    return json.dumps(as_json(rating_of(document)), ensure_ascii=False, sort_keys=True)


def _figures(rating: Rating) -> object:
    """All that is computed, in an order of its own."""
    return (
        rating.exact,
        rating.computed,
        rating.grade,
        sorted((term.name, term.exact, term.shown) for term in rating.terms),
        sorted((term.name, term.exact, term.shown) for term in rating.totals),
        rating.audit,
    )


@few
@given(examples())
def test_a_rating_is_the_same_every_time(document: dict[str, Any]) -> None:
    assert _json(document) == _json(copy.deepcopy(document))


@few
@given(examples(), st.randoms(use_true_random=False))
def test_no_order_of_anything_changes_a_figure(
    document: dict[str, Any], chance: random.Random
) -> None:
    before = _figures(rating_of(document))
    for members in (document["raters"], document["groups"], document["dimensions"]):
        chance.shuffle(members)
    for dimension in document["dimensions"]:
        chance.shuffle(dimension["elements"])
        for element in dimension["elements"]:
            chance.shuffle(element.get("items", []))

    assert _figures(rating_of(document)) == before


@few
@given(examples())
def test_every_score_and_every_total_keeps_its_bounds(document: dict[str, Any]) -> None:
    rating = rating_of(document)

    for dimension in rating.dimensions:
        for element in dimension.elements:
            assert element.score is None or 0 <= element.score <= 120
            for group in element.groups:
                assert 1 <= group.mean <= 5
                assert 20 <= group.score <= 100
    assert rating.final is None or 0 <= rating.final <= 120


@few
@given(examples())
def test_the_shown_terms_add_up_at_every_level(document: dict[str, Any]) -> None:
    rating = rating_of(document)
    assume(rating.computed is not None)

    assert sum(rating.dimension_shown) == rating.computed
    assert sum(term.shown for term in rating.terms) == rating.computed
    assert sum(term.exact for term in rating.terms) == rating.exact
    for term in (*rating.terms, *rating.totals):
        assert abs(term.shown - term.exact) < CENT
    for dimension in rating.dimensions:
        assert sum(element.shown for element in dimension.elements) == dimension.shown
        for element in dimension.elements:
            shown = [group.shown for group in element.groups]
            assert sum(shown) == element.shown or not shown
            exact = [group.contribution for group in element.groups]
            assert sum(exact) == element.contribution or not exact
            assert all(abs(one.shown - one.contribution) < CENT for one in element.groups)


@few
@given(examples())
def test_effective_weights_sum_to_one_hundred_at_every_level(document: dict[str, Any]) -> None:
    rating = rating_of(document)
    levels = [
        [one.effective_weight for one in rating.dimensions],
        *([e.effective_weight for e in one.elements] for one in rating.dimensions),
        *([g.weight for g in e.groups] for one in rating.dimensions for e in one.elements),
    ]

    assert all(sum(weights) in (0, 100) for weights in levels)
    assert sum(levels[0]) == 100 or rating.exact is None


@few
@given(examples(), st.data())
def test_a_suppressed_group_changes_no_figure_at_all(
    document: dict[str, Any], data: st.DataObject
) -> None:
    """Its answers may be anything, as long as it stays as small as it is."""
    before = rating_of(document)
    seen = {
        (element.id, member)
        for dimension in before.dimensions
        for element in dimension.elements
        for group in element.groups
        for member in group.members
    }
    for rater in document["raters"]:
        if rater["group"] == "self":
            continue
        for element in (e for one in document["dimensions"] for e in one["elements"]):
            if (element["id"], rater["group"]) in seen:
                continue
            for item in element.get("items", []):
                if rater["a"][item["id"]] is not None:
                    rater["a"][item["id"]] = data.draw(st.integers(1, 5))

    assert as_json(rating_of(document)) == as_json(before)


@few
@given(examples())
def test_a_rater_who_observed_nothing_might_as_well_be_absent(document: dict[str, Any]) -> None:
    before = rating_of(document)
    items = [
        i["id"]
        for one in document["dimensions"]
        for e in one["elements"]
        for i in e.get("items", [])
    ]
    document["raters"].append({"id": "silent", "group": "peer", "a": dict.fromkeys(items)})

    assert rating_of(document) == before


@few
@given(examples(), st.integers(1, 5))
def test_self_never_matters_at_weight_zero(document: dict[str, Any], answer: int) -> None:
    before = _figures(rating_of(document))
    for rater in document["raters"]:
        if rater["group"] == "self":
            rater["a"] = dict.fromkeys(rater["a"], answer)

    assert _figures(rating_of(document)) == before


@few
@given(examples(), st.data())
def test_a_better_answer_never_lowers_the_total(
    document: dict[str, Any], data: st.DataObject
) -> None:
    reversed_items = {
        item["id"]
        for one in document["dimensions"]
        for element in one["elements"]
        for item in element.get("items", [])
        if item["reverse"]
    }
    answers = [
        (rater["a"], item)
        for rater in document["raters"]
        for item, answer in rater["a"].items()
        if answer is not None
    ]
    assume(answers)
    before = rating_of(document)
    given_answers, item = data.draw(st.sampled_from(answers))
    best = 1 if item in reversed_items else 5
    given_answers[item] = best

    after = rating_of(document)

    assert before.exact is None or (after.exact is not None and after.exact >= before.exact)


@few
@given(examples(), st.integers(2, 9))
def test_the_scale_of_item_weights_does_not_matter(document: dict[str, Any], factor: int) -> None:
    before = rating_of(document)
    for element in (e for one in document["dimensions"] for e in one["elements"]):
        for item in element.get("items", []):
            item["w"] *= factor

    assert rating_of(document) == before


def _all_best(document: dict[str, Any]) -> None:
    """Every KPI on its target, every answer the best one."""
    turned = set()
    for element in (e for one in document["dimensions"] for e in one["elements"]):
        turned |= {item["id"] for item in element.get("items", []) if item["reverse"]}
        if "kpi" in element:
            element["kpi"] = {"method": element["kpi"]["method"], "target": 7, "actual": 7}
    for rater in document["raters"]:
        rater["a"] = {item: 1 if item in turned else 5 for item in rater["a"]}


@few
@given(examples())
def test_on_target_everywhere_with_the_best_answers_is_exactly_one_hundred(
    document: dict[str, Any],
) -> None:
    _all_best(document)
    document["adjustments"], document["coefficient"] = [], None
    rating = rating_of(document)

    assert rating.computed in (100, None)
    if rating.status is Status.RATED:
        assert rating.grade == "S"


@given(st.lists(st.fractions(0, 120), min_size=2))
def test_a_better_score_never_has_a_worse_grade(scores: list[Fraction]) -> None:
    grades = [Grade(name=str(name), lower=Fraction(str(lower))) for name, lower in GRADES]
    names = [grade_of(score, grades) for score in sorted(scores)]

    assert all(ORDER.index(worse) <= ORDER.index(better) for worse, better in pairwise(names))


def _with_answer(answer: int | None) -> Fraction:
    document = worked_input(KEY_ACCOUNT)
    document["raters"][0]["a"]["q1"] = answer
    rating = rating_of(document)
    assert rating.exact is not None
    return rating.exact


def test_not_observed_is_never_the_lowest_answer() -> None:
    assert _with_answer(None) == _with_answer(4)
    assert _with_answer(1) < _with_answer(None)


def test_a_kpi_of_nothing_is_not_a_kpi_that_does_not_apply() -> None:
    nothing, inapplicable = worked_input(SALES_REP), worked_input(SALES_REP)
    nothing["dimensions"][0]["elements"][4]["kpi"] = {"method": "ratio", "target": 20, "actual": 0}
    zero = rating_of(nothing).dimensions[0].elements[4]
    absent = rating_of(inapplicable).dimensions[0].elements[4]

    assert zero.score == 0
    assert zero.effective_weight == 10
    assert absent.score is None
    assert absent.effective_weight == 0
    assert absent.status is ElementStatus.NOT_APPLICABLE


@few
@given(examples())
def test_competency_first_is_rater_first_on_complete_data(document: dict[str, Any]) -> None:
    """With one weight for all items, the mean over raters of their means is the mean of all."""
    document["aggregate"] = "mean"
    for element in (e for one in document["dimensions"] for e in one["elements"]):
        for item in element.get("items", []):
            item.update(w=1, reverse=False)
    for rater in document["raters"]:
        rater["a"] = {item: answer or 3 for item, answer in rater["a"].items()}
    example = read_example(document)
    for element in (e for one in example.dimensions for e in one.elements if e.items):
        for cell in score_competency(example, element).cells:
            answers = [
                rater.answers[item.id]
                for rater in example.raters
                if rater.group in cell.members
                for item in element.items
            ]
            given_answers = [answer for answer in answers if answer is not None]
            assert cell.raw == sum(given_answers) / Fraction(len(given_answers))


def test_a_rating_is_frozen_together_with_its_example() -> None:
    example = read_example(worked_input(KEY_ACCOUNT))

    assert rate(example) == rate(example)
    assert example == read_example(worked_input(KEY_ACCOUNT))
