from fractions import Fraction
from typing import Any

import pytest

from app.scoring.document import read_example
from app.scoring.example import Item
from app.scoring.feedback import CompetencyScore, ItemMean, item_means, rater_mean, score_competency
from app.scoring.scales import Scale
from tests.unit.scoring.generated import GRADES, SCALE
from tests.unit.scoring.worked import KEY_ACCOUNT, worked_input

WEIGHTS = {"supervisor": 40, "peer": 25, "subordinate": 10, "customer": 25, "self": 0}
POOLED = ("peer", "subordinate")


def competency(answers: dict[str, list[int | None]], **changes: Any) -> CompetencyScore:
    """The score of one competency with one item, from each group's answers to it."""
    document = {
        "id": "X",
        "scale": SCALE,
        "grades": GRADES,
        "groups": [
            {"id": name, "weight": weight, "pool": "colleague" if name in POOLED else None}
            for name, weight in WEIGHTS.items()
        ],
        "dimensions": [
            {
                "id": "D",
                "weight": 100,
                "elements": [{"id": "C", "weight": 100, "items": [{"id": "q"}]}],
            }
        ],
        "raters": [
            {"id": f"{group}{place}", "group": group, "a": {"q": answer}}
            for group, given in answers.items()
            for place, answer in enumerate(given)
        ],
        **changes,
    }
    example = read_example(document)
    return score_competency(example, example.dimensions[0].elements[0])


def _lines(score: CompetencyScore) -> dict[str, tuple[int, Fraction]]:
    return {cell.label: (cell.n, cell.weight) for cell in score.cells}


def _audit(score: CompetencyScore) -> set[str]:
    return {note.text() for note in score.notes}


def test_complete_groups_keep_their_weights() -> None:
    score = competency(
        {"supervisor": [4], "peer": [4, 4, 4], "subordinate": [5, 5, 5], "customer": [3, 3, 3]}
    )

    assert _lines(score) == {
        "supervisor": (1, Fraction(40)),
        "peer": (3, Fraction(25)),
        "subordinate": (3, Fraction(10)),
        "customer": (3, Fraction(25)),
    }
    assert score.score == Fraction(40 * 80 + 25 * 80 + 10 * 100 + 25 * 60, 100)
    assert _audit(score) == set()


def test_a_small_group_joins_its_pool_person_by_person() -> None:
    score = competency(
        {"supervisor": [4], "peer": [4, 4, 4], "subordinate": [5], "customer": [3, 3, 3]}
    )
    pool = score.cells[1]

    assert (pool.label, pool.n) == ("peer+subordinate", 4)
    assert pool.weight == 35
    assert pool.raw == Fraction(17, 4)
    assert _audit(score) == {"C: pooled peer+subordinate"}


def test_two_small_groups_may_be_enough_together() -> None:
    score = competency({"supervisor": [4], "peer": [4], "subordinate": [5, 5]})

    assert _lines(score)["peer+subordinate"][0] == 3


def test_a_pool_that_is_still_too_small_enters_no_number() -> None:
    given: dict[str, list[int | None]] = {"supervisor": [4], "customer": [3, 3, 3]}
    score = competency({**given, "peer": [1], "subordinate": [1]})
    absent = competency(given)

    assert score.score == absent.score
    assert _lines(score) == _lines(absent)
    assert "C: peer+subordinate: n=2<k_min -> suppressed, renormalised" in _audit(score)


def test_a_group_alone_in_its_pool_is_suppressed_under_its_own_name() -> None:
    score = competency({"supervisor": [4], "peer": [1, 1], "customer": [3, 3, 3]})

    assert _audit(score) == {
        "C: peer: n=2<k_min -> suppressed, renormalised",
        "C: subordinate: absent -> renormalised",
    }


def test_a_small_group_without_a_pool_leaves_and_the_others_renormalise() -> None:
    score = competency({"supervisor": [4], "peer": [4, 4, 4], "customer": [1, 1]})

    assert _lines(score) == {
        "supervisor": (1, Fraction(4000, 65)),
        "peer": (3, Fraction(2500, 65)),
    }
    assert "C: customer: n=2<k_min -> suppressed, renormalised" in _audit(score)


def test_not_observed_is_taken_off_the_count_before_the_minimum() -> None:
    score = competency({"supervisor": [4], "peer": [4, 4, 4], "customer": [5, 5, None]})

    assert "C: customer: n=2<k_min -> suppressed, renormalised" in _audit(score)


def test_too_little_surviving_weight_is_insufficient() -> None:
    score = competency({"supervisor": [4], "customer": [5], "self": [5]})

    assert score.score is None
    assert score.cells == ()
    assert score.others_raw is None
    assert score.self_raw == 5
    assert "C: surviving weight 40<50 -> insufficient" in _audit(score)


def test_the_weight_that_must_survive_is_the_schemes_to_set() -> None:
    assert competency({"supervisor": [4]}, min_group_weight=40).score == 80


def test_nobody_at_all_is_insufficient_even_where_no_weight_must_survive() -> None:
    assert competency({}, min_group_weight=0).score is None


def test_leaving_extremes_out_asks_for_five_who_count_in_this_competency() -> None:
    """Of six peers one observed nothing of it: five are left. Of five, four, and all four count."""
    five = competency({"supervisor": [4], "peer": [1, 4, 4, 4, 5, None]}, **DROP_ONE)
    four = competency({"supervisor": [4], "peer": [1, 4, 4, 5, None]}, **DROP_ONE)

    assert [one.raw for one in (five.cells[1], four.cells[1])] == [4, Fraction(7, 2)]


def test_four_in_one_group_are_not_helped_by_five_in_another() -> None:
    score = competency({"peer": [1, 4, 4, 5], "customer": [1, 4, 4, 4, 5]}, **DROP_ONE)

    assert [one.raw for one in score.cells] == [Fraction(7, 2), 4]


DROP_ONE = {"aggregate": "drop_k_each_side", "drop_k": 1}


def test_self_alone_is_never_a_score() -> None:
    score = competency({"self": [5]}, min_group_weight=0)

    assert score.score is None
    assert score.self_raw == 5


ITEMS = [Item(id="a"), Item(id="b"), Item(id="c", weight=Fraction(2), reverse=True)]
ONE_TO_FIVE = Scale(
    lowest=Fraction(1),
    highest=Fraction(5),
    anchors={Fraction(n): Fraction(n * n) for n in range(1, 6)},
)


def _mean(**answers: int | None) -> tuple[Fraction, Fraction] | None:
    given = {name: None if one is None else Fraction(one) for name, one in answers.items()}
    mean = rater_mean(given, ITEMS, scale=ONE_TO_FIVE, min_coverage=Fraction(1, 2))
    return None if mean is None else (mean.raw, mean.points)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"a": 1, "b": 3, "c": 1}, (Fraction(14, 4), Fraction(60, 4))),
        ({"a": 5, "b": None, "c": 5}, (Fraction(7, 3), Fraction(27, 3))),
        ({"a": None, "b": None, "c": 2}, (Fraction(4), Fraction(16))),
        ({"a": 5, "b": 5, "c": None}, (Fraction(5), Fraction(25))),
        ({"a": 5, "b": None, "c": None}, None),
        ({"a": 5}, (Fraction(5), Fraction(25))),
        ({"a": 5, "b": None}, (Fraction(5), Fraction(25))),
        ({"a": None, "b": None, "c": None}, None),
        ({}, None),
    ],
)
def test_a_rater_counts_with_half_of_the_weight_asked(
    answers: dict[str, int | None], expected: tuple[Fraction, Fraction] | None
) -> None:
    """An absent key was not asked, null was not observed: only the latter lowers coverage."""
    assert _mean(**answers) == expected


def test_item_means_rest_on_the_raters_who_count_in_the_competency() -> None:
    """p2 answered one item of three and does not count; q3 is reversed."""
    example = read_example(worked_input(KEY_ACCOUNT))
    competency_of_relations = example.dimensions[1].elements[4]

    means = item_means(example, competency_of_relations, {"peer", "subordinate"})

    assert means == {
        "q1": ItemMean(n=5, mean=Fraction(22, 5)),
        "q2": ItemMean(n=5, mean=Fraction(20, 5)),
        "q3": ItemMean(n=5, mean=Fraction(22, 5)),
    }


def test_an_item_that_nobody_answered_has_no_mean() -> None:
    document = worked_input(KEY_ACCOUNT)
    for rater in document["raters"]:
        rater["a"].pop("q1")
    example = read_example(document)

    means = item_means(example, example.dimensions[1].elements[4], {"customer"})

    assert means["q1"] == ItemMean(n=0, mean=None)
    assert means["q2"].n == 3
