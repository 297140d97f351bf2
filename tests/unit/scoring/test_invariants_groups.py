"""What must hold of raters and groups: who counts, who is pooled, who is left out of every number.

The number before each test is the invariant of section 5 of the description that it shows.
"""

import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from app.scoring.averages import mean
from app.scoring.document import read_example
from app.scoring.feedback import score_competency
from app.scoring.output import as_json
from app.scoring.results import ElementResult, GroupResult, Rating, Status
from tests.unit.scoring.generated import (
    GRADES,
    SCALE,
    Document,
    elements_of,
    examples,
    items_of,
    rich_examples,
)
from tests.unit.scoring.properties import many
from tests.unit.scoring.worked import rating_of

SEEDS = st.integers(0, 2**32)
ANSWERS = st.binary(min_size=1, max_size=9).map(lambda row: [1 + one % 5 for one in row])
WEIGHTS = {"supervisor": 40, "peer": 25, "subordinate": 10, "customer": 25}
WIDE = {"min": 0, "max": 40, "anchors": [[answer, 2 * answer] for answer in range(41)]}


def competency(
    answers: dict[str, Sequence[int | None]],
    *,
    items: Sequence[dict[str, Any]] = ({"id": "q"},),
    k_min: int = 3,
    **changes: Any,
) -> Document:
    """One competency; each rater gives all its items the same answer."""
    groups = [
        {
            "id": name,
            "weight": weight,
            "k_min": 1 if name == "supervisor" else k_min,
            "pool": "colleagues" if name in ("peer", "subordinate") else None,
        }
        for name, weight in WEIGHTS.items()
    ]
    raters = [
        {"id": f"{name}{place}", "group": name, "a": {item["id"]: answer for item in items}}
        for name, given_answers in answers.items()
        for place, answer in enumerate(given_answers)
    ]
    element = {"id": "C", "weight": 100, "items": list(items)}
    return {
        "id": "X",
        "scale": SCALE,
        "grades": GRADES,
        "groups": groups,
        "dimensions": [{"id": "D", "weight": 100, "elements": [element]}],
        "raters": raters,
        **changes,
    }


def only_element(document: Document) -> ElementResult:
    return rating_of(document).dimensions[0].elements[0]


def lines(document: Document) -> dict[str, GroupResult]:
    return {group.group: group for group in only_element(document).groups}


def _seen(rating: Rating) -> set[tuple[str, str]]:
    """Which groups enter which competency."""
    return {
        (element.id, member)
        for dimension in rating.dimensions
        for element in dimension.elements
        for group in element.groups
        for member in group.members
    }


# 16
@many
@given(rich_examples(), SEEDS)
def test_a_suppressed_group_changes_no_figure_at_all(document: Document, seed: int) -> None:
    """Its answers may be anything, as long as it stays as small as it is."""
    before, chance = rating_of(document), random.Random(seed)  # noqa: S311
    seen = _seen(before)
    for rater in document["raters"]:
        for element in elements_of(document):
            if rater["group"] == "self" or (element["id"], rater["group"]) in seen:
                continue
            for item in element.get("items", []):
                if rater["a"].get(item["id"]) is not None:
                    rater["a"][item["id"]] = chance.randint(1, 5)

    assert as_json(rating_of(document)) == as_json(before)


# 7
@many
@given(rich_examples(), st.sampled_from(["supervisor", "peer", "customer", "self"]))
def test_a_rater_who_observed_nothing_might_as_well_be_absent(
    document: Document, group: str
) -> None:
    before = rating_of(document)
    nothing = dict.fromkeys(item["id"] for item in items_of(document))
    document["raters"].append({"id": "silent", "group": group, "a": nothing})
    document["raters"].insert(0, {"id": "unasked", "group": group, "a": {}})

    assert rating_of(document) == before


# 5
@many
@given(st.integers(9, 31), st.binary(min_size=3, max_size=6))
def test_one_more_rater_at_the_groups_mean_leaves_it(middle: int, spreads: bytes) -> None:
    apart = [one % 10 for one in spreads]
    peers = [middle + one for one in apart] + [middle - one for one in apart]
    before = lines(competency({"supervisor": [9], "peer": peers}, scale=WIDE))["peer"]
    after = lines(competency({"supervisor": [9], "peer": [*peers, middle]}, scale=WIDE))["peer"]

    assert before.mean == after.mean == middle
    assert after.score == before.score
    assert after.n == before.n + 1


# 4
@many
@given(examples(), st.integers(1, 7), st.integers(0, 30))
def test_points_on_another_line_move_every_competency_along_it(
    document: Document, slope: int, start: int
) -> None:
    """Affine: anchors a·y + b give every group and every competency a·s + b."""
    before = rating_of(document)
    anchors = [[answer, slope * points + start] for answer, points in SCALE["anchors"]]  # type: ignore[attr-defined]
    after = rating_of(document | {"scale": {"min": 1, "max": 5, "anchors": anchors}})

    for one, other in zip(before.dimensions, after.dimensions, strict=True):
        for old, new in zip(one.elements, other.elements, strict=True):
            if old.groups:
                assert old.score is not None
                assert new.score == slope * old.score + start
            for group, moved in zip(old.groups, new.groups, strict=True):
                assert moved.score == slope * group.score + start
                assert moved.mean == group.mean


# 1, 2
@many
@given(rich_examples())
def test_a_reversed_item_is_the_same_item_answered_the_other_way_round(document: Document) -> None:
    """Reversing twice is the identity."""
    before = rating_of(document)
    for item in items_of(document):
        item["reverse"] = not item["reverse"]
    for rater in document["raters"]:
        rater["a"] = {
            item: None if answer is None else 6 - answer for item, answer in rater["a"].items()
        }

    assert rating_of(document) == before


# 16
@many
@given(st.binary(min_size=6, max_size=6), st.integers(2, 5))
def test_a_group_of_exactly_the_minimum_counts_and_one_fewer_does_not(
    row: bytes, k_min: int
) -> None:
    customers = [1 + one % 5 for one in row][:k_min]
    enough = competency({"supervisor": [4], "customer": customers}, k_min=k_min)
    short = competency({"supervisor": [4], "customer": customers[1:]}, k_min=k_min)

    assert lines(enough)["customer"].n == k_min
    assert lines(enough)["customer"].score == 20 * mean([Fraction(one) for one in customers])
    assert "customer" not in lines(short)


# 16
@many
@given(ANSWERS, ANSWERS)
def test_the_pooled_line_is_the_mean_person_by_person(peers: list[int], below: list[int]) -> None:
    document = competency({"supervisor": [3], "peer": peers, "subordinate": below})
    pooled = lines(document).get("peer+subordinate")
    everybody = [Fraction(one) for one in (*peers, *below)]
    small = min(len(peers), len(below)) < 3

    assert (pooled is not None) == (small and len(everybody) >= 3)
    if pooled is not None:
        assert pooled.n == len(everybody)
        assert pooled.mean == mean(everybody)
        assert pooled.weight == Fraction(100 * (25 + 10), 40 + 25 + 10)
        assert pooled.members == ("peer", "subordinate")


# 16
@many
@given(ANSWERS, ANSWERS)
def test_a_pooled_line_does_not_tell_who_of_the_pool_answered_what(
    peers: list[int], below: list[int]
) -> None:
    """Whoever of a pool gave an answer, the line is the same."""
    assume(min(len(peers), len(below)) < 3)
    together = sorted([*peers, *below])
    one, two = together[: len(peers)], together[len(peers) :]

    assert lines(competency({"supervisor": [3], "peer": peers, "subordinate": below})) == lines(
        competency({"supervisor": [3], "peer": one, "subordinate": two})
    )


# 17
@many
@given(rich_examples())
def test_surviving_groups_keep_the_proportions_of_their_weights(document: Document) -> None:
    weights = {one["id"]: one["weight"] for one in document["groups"]}
    for dimension in rating_of(document).dimensions:
        for element in dimension.elements:
            own = [sum(weights[name] for name in group.members) for group in element.groups]
            for group, weight in zip(element.groups, own, strict=True):
                assert group.weight == Fraction(100 * weight, sum(own))


# 16
@many
@given(rich_examples())
def test_every_line_has_at_least_the_minimum_of_each_of_its_groups(document: Document) -> None:
    minima = {one["id"]: one["k_min"] for one in document["groups"]}
    for dimension in rating_of(document).dimensions:
        for element in dimension.elements:
            for group in element.groups:
                assert group.n >= max(minima[name] for name in group.members)
            members = [name for group in element.groups for name in group.members]
            assert len(members) == len(set(members))
            assert "self" not in members


# 17
@many
@given(ANSWERS, ANSWERS, st.sampled_from([0, 24, 25, 26, 50, 51, 100]))
def test_a_competency_is_insufficient_exactly_below_the_weight_that_must_survive(
    peers: list[int], customers: list[int], needed: int
) -> None:
    document = competency({"peer": peers, "customer": customers}, min_group_weight=needed)
    survives = 25 * (len(peers) >= 3) + 25 * (len(customers) >= 3)
    rating = rating_of(document)

    assert (rating.status is Status.RATED) == (survives > 0 and survives >= needed)
    if rating.status is not Status.RATED:
        assert rating.status is Status.INSUFFICIENT
        assert rating.exact is None


# 17
@many
@given(examples(), st.integers(0, 100))
def test_a_result_is_incomplete_exactly_below_the_weight_that_must_survive(
    document: Document, needed: int
) -> None:
    rating = rating_of(document | {"min_dimension_weight": needed})
    survives = sum(one.weight for one in rating.dimensions if one.score is not None)

    assert rating.surviving_weight == survives
    assert (rating.status is Status.RATED) == (survives > 0 and survives >= needed)
    assert (rating.grade is None) == (rating.status is not Status.RATED)
    assert (rating.exact is None) == (survives == 0)


# 8
@many
@given(st.integers(1, 5), st.integers(0, 2), st.integers(1, 4))
def test_not_observed_among_equal_answers_moves_nothing_and_a_zero_does(
    answer: int, place: int, more: int
) -> None:
    items = [{"id": f"q{number}", "w": 1 + number} for number in range(2 + more)]
    zero = {"min": 1, "max": 5, "anchors": [[1, 0], [2, 20], [3, 50], [4, 70], [5, 100]]}
    document = competency({"supervisor": [answer]}, items=items, min_coverage=0, scale=zero)
    document["groups"][0]["weight"], document["groups"][1]["weight"] = 60, 5
    before = rating_of(document).exact
    answers = document["raters"][0]["a"]
    answers[f"q{place % len(items)}"] = None
    without = rating_of(document).exact
    answers[f"q{place % len(items)}"] = 1
    nothing = rating_of(document).exact

    assert without == before
    assert nothing is not None
    assert before is not None
    assert nothing < before if answer > 1 else nothing == before


# 6
@many
@given(rich_examples(), SEEDS)
def test_an_item_nobody_observed_might_as_well_be_absent(document: Document, seed: int) -> None:
    """Where no share of the form must be answered: then null leaves numerator and denominator."""
    document["min_coverage"] = 0
    before = rating_of(document)
    for place, element in enumerate(elements_of(document)):
        if "items" in element:
            element["items"].insert(
                seed % (1 + len(element["items"])),
                {"id": f"unseen{place}", "w": 2, "reverse": bool(seed % 2)},
            )
            for rater in document["raters"]:
                rater["a"][f"unseen{place}"] = None

    assert rating_of(document) == before


# 15
@many
@given(examples())
def test_competency_first_is_rater_first_on_complete_data(document: Document) -> None:
    """With one weight for all items, the mean over raters of their means is the mean of all."""
    document["aggregate"] = "mean"
    for item in items_of(document):
        item.update(w=1, reverse=False)
    for rater in document["raters"]:
        rater["a"] = {item["id"]: rater["a"].get(item["id"]) or 3 for item in items_of(document)}
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
            assert cell.raw == mean(given_answers)
