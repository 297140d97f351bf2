"""What must hold of every rating, tried on random examples: sections 4 and 5 of the description.

The number before each test is the invariant of section 5 that it shows. Their neighbours are
``test_invariants_groups`` (raters and groups), ``_kpi``, ``_publishing``, ``_reading``, ``_people``
(statistics, distribution, calibration) and ``_model`` (the engine beside a plain model).
"""

import copy
import json
import random
from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from app.scoring.document import read_example
from app.scoring.output import as_json
from app.scoring.rating import rate
from app.scoring.results import ElementStatus, Rating, Status
from tests.unit.scoring.generated import (
    Document,
    elements_of,
    examples,
    items_of,
    rich_examples,
)
from tests.unit.scoring.properties import many
from tests.unit.scoring.worked import KEY_ACCOUNT, SALES_REP, rating_of, worked_input

SEEDS = st.integers(0, 2**32)


def _json(document: Document) -> str:
    return json.dumps(as_json(rating_of(document)), ensure_ascii=False)


def _figures(rating: Rating, *, without: str = "nothing") -> object:
    """All that is computed, in an order of its own; but for terms of that name."""
    terms = (*rating.terms, *rating.totals)
    return (
        rating.exact,
        rating.computed,
        rating.grade,
        sorted((one.name, one.exact, one.shown) for one in terms if without not in one.name),
        sorted(
            (element.id, group.group, group.mean, group.score, group.weight, group.shown)
            for dimension in rating.dimensions
            for element in dimension.elements
            for group in element.groups
        ),
        rating.audit,
    )


def _turned_items(document: Document) -> set[str]:
    return {item["id"] for item in items_of(document) if item["reverse"]}


# 10
@many
@given(rich_examples())
def test_a_rating_is_the_same_every_time(document: Document) -> None:
    assert _json(document) == _json(copy.deepcopy(document))


# 2
@many
@given(rich_examples(), SEEDS)
def test_no_order_of_anything_changes_a_figure(document: Document, seed: int) -> None:
    before = _figures(rating_of(document))
    shuffle = random.Random(seed).shuffle  # noqa: S311
    for members in (document["raters"], document["groups"], document["dimensions"]):
        shuffle(members)
    for dimension in document["dimensions"]:
        shuffle(dimension["elements"])
    for element in elements_of(document):
        shuffle(element.get("items", []))

    assert _figures(rating_of(document)) == before


# 3
@many
@given(rich_examples())
def test_every_score_and_every_total_keeps_its_bounds(document: Document) -> None:
    rating = rating_of(document)
    points = [Fraction(str(row[1])) for row in document["scale"]["anchors"]]
    floor, cap = Fraction(document["kpi_floor"]), Fraction(document["kpi_cap"])

    for dimension in rating.dimensions:
        scores = [one.score for one in dimension.elements if one.score is not None]
        assert dimension.score is None or min(scores) <= dimension.score <= max(scores)
        for element in dimension.elements:
            if element.score is not None and not element.groups:
                assert floor <= element.score <= cap
            for group in element.groups:
                assert 1 <= group.mean <= 5
                assert points[0] <= group.score <= points[-1]
    assert rating.computed is None or 0 <= rating.computed <= document["final"]["max"]
    assert rating.final == rating.computed


# 11
@many
@given(rich_examples())
def test_the_shown_terms_add_up_at_every_level_and_none_is_a_whole_unit_off(
    document: Document,
) -> None:
    rating = rating_of(document)
    assume(rating.computed is not None)
    unit = Fraction(1, 10 ** document["final"]["dp"])

    assert sum(rating.dimension_shown) == rating.computed
    assert sum(term.shown for term in rating.terms) == rating.computed
    assert all(abs(term.shown - term.exact) < unit for term in rating.totals)
    for dimension in rating.dimensions:
        assert sum(element.shown for element in dimension.elements) == dimension.shown
        for element in dimension.elements:
            assert abs(element.shown - element.contribution) < unit
            shown = [group.shown for group in element.groups]
            assert sum(shown) == element.shown or not shown
            assert all(abs(one.shown - one.contribution) < unit for one in element.groups)


# 11
@many
@given(rich_examples())
def test_the_exact_terms_add_up_at_every_level(document: Document) -> None:
    rating = rating_of(document)
    assume(rating.exact is not None)

    assert sum(term.exact for term in rating.terms) == rating.exact
    assert sum(term.exact for term in rating.totals) == rating.exact
    for dimension in rating.dimensions:
        assert sum(one.contribution for one in dimension.elements) == dimension.contribution
        for element in dimension.elements:
            exact = [group.contribution for group in element.groups]
            assert sum(exact) == element.contribution or not exact


# 17
@many
@given(rich_examples())
def test_effective_weights_sum_to_one_hundred_at_every_level(document: Document) -> None:
    rating = rating_of(document)

    total = sum(one.effective_weight for one in rating.dimensions)
    assert total == (100 if rating.surviving_weight else 0)
    for dimension in rating.dimensions:
        alive = any(one.score is not None for one in dimension.elements)
        assert sum(one.effective_weight for one in dimension.elements) == (100 if alive else 0)
        for element in dimension.elements:
            shares = [group.weight for group in element.groups]
            assert not shares or sum(shares) == 100


# 9
@many
@given(rich_examples(), st.integers(1, 5))
def test_self_never_matters_at_weight_zero(document: Document, answer: int) -> None:
    before = _figures(rating_of(document))
    for rater in document["raters"]:
        if rater["group"] == "self":
            rater["a"] = dict.fromkeys(rater["a"], answer)

    assert _figures(rating_of(document)) == before


# 1
@many
@given(rich_examples(), SEEDS)
def test_better_answers_never_lower_the_total(document: Document, seed: int) -> None:
    """At a fixed pattern of what was not observed: only answers that were given change."""
    before, turned = rating_of(document), _turned_items(document)
    chance = random.Random(seed)  # noqa: S311
    for rater in document["raters"]:
        for item, answer in rater["a"].items():
            if answer is not None and chance.random() < 0.3:
                low, high = (1, answer) if item in turned else (answer, 5)
                rater["a"][item] = chance.randint(low, high)

    after = rating_of(document)

    assert (before.exact is None) == (after.exact is None)
    if before.exact is not None and after.exact is not None:
        assert after.exact >= before.exact


# 6
@many
@given(rich_examples(), st.integers(2, 9))
def test_the_scale_of_item_weights_does_not_matter(document: Document, factor: int) -> None:
    before = rating_of(document)
    for place, element in enumerate(elements_of(document)):
        for item in element.get("items", []):
            item["w"] *= factor + place

    assert rating_of(document) == before


# 6
@many
@given(rich_examples())
def test_parts_of_weight_zero_might_as_well_be_absent(document: Document) -> None:
    """At every level: a dimension, an element of a dimension, and an item of a competency."""
    before = _figures(rating_of(document))
    kpi = {"method": "ratio", "target": 3, "actual": 7}
    element = {"id": "light", "weight": 0, "kpi": kpi}
    for place, one in enumerate(document["dimensions"]):
        one["elements"].append({**element, "id": f"light{place}"})
    for place, one in enumerate(elements_of(document)):
        if "items" in one:
            one["items"].append({"id": f"qlight{place}", "w": 0, "reverse": False})
            for rater in document["raters"]:
                rater["a"][f"qlight{place}"] = 1 + place % 5
    document["dimensions"].append(
        {"id": "D-light", "weight": 0, "elements": [{**element, "weight": 100}]}
    )
    after = rating_of(document)
    light = [term for term in (*after.terms, *after.totals) if "light" in term.name]

    assert all(term.exact == term.shown == 0 for term in light)
    assert _figures(after, without="light") == before


# 6
@many
@given(rich_examples(), SEEDS)
def test_not_applicable_and_weight_zero_leave_the_same_total(document: Document, seed: int) -> None:
    """What leaves gives its weight to its siblings in proportion; so does what weighs nothing."""
    kpi = {"method": "ratio", "target": 3, "actual": 2}
    for place, dimension in enumerate(document["dimensions"]):
        for element in dimension["elements"]:
            element["weight"] = Fraction(element["weight"], 2)
        extra = {"id": f"K{place}", "weight": 50, "kpi": {**kpi, "status": "not_applicable"}}
        dimension["elements"].append(extra)
    left = rating_of(document)
    for dimension in document["dimensions"]:
        for element in dimension["elements"][:-1]:
            element["weight"] *= 2
        dimension["elements"][-1] |= {"weight": 0}
    weightless = rating_of(document)

    assert left.exact == weightless.exact
    assert left.grade == weightless.grade


# 17
@many
@given(rich_examples())
def test_renormalised_weights_keep_their_proportions(document: Document) -> None:
    for dimension in rating_of(document).dimensions:
        alive = [one for one in dimension.elements if one.score is not None]
        total = sum(one.nominal_weight for one in alive)
        for one in dimension.elements:
            share = 100 * one.nominal_weight / total if one in alive else 0
            assert one.effective_weight == share


def _all_best(document: Document) -> None:
    """Every KPI on its target, every answer the best one."""
    turned = _turned_items(document)
    for element in elements_of(document):
        if "kpi" in element:
            element["kpi"] = {"method": element["kpi"]["method"], "target": 7, "actual": 7}
    for rater in document["raters"]:
        rater["a"] = {item: 1 if item in turned else 5 for item in rater["a"]}


# 18
@many
@given(examples())
def test_on_target_everywhere_with_the_best_answers_is_exactly_one_hundred(
    document: Document,
) -> None:
    _all_best(document)
    document["adjustments"], document["coefficient"] = [], None
    rating = rating_of(document)

    assert rating.computed in (100, None)
    if rating.status is Status.RATED:
        assert rating.grade == "S"


# 8
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


# 10
@many
@given(rich_examples())
def test_rating_leaves_its_inputs_as_they_were(document: Document) -> None:
    untouched: dict[str, Any] = copy.deepcopy(document)
    example = read_example(document)
    rate(example)

    assert document == untouched
    assert example == read_example(untouched)
