from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.averages import mean
from app.scoring.statistics.raters.cutoffs import Cutoffs
from app.scoring.statistics.raters.leniency import Judgement, Severity, mean_severity, severities
from tests.unit.scoring.statistics_samples import many, whole


def _judgements(scores: dict[str, Sequence[int | None]]) -> list[Judgement]:
    """By rater: the scores of targets 0, 1, 2, …, all in the group of peers."""
    return [
        Judgement(rater=rater, target=str(target), group="peer", score=Fraction(score))
        for rater, given in scores.items()
        for target, score in enumerate(given)
        if score is not None
    ]


def test_a_rater_is_measured_against_the_others_of_the_same_targets() -> None:
    found = severities(_judgements({"a": [5, 4, 5], "b": [3, 3, 3], "c": [3, 3, 4]}))

    assert found["a"].targets == 3
    assert found["a"].distance == mean([Fraction(2), Fraction(1), Fraction(3, 2)])
    assert found["a"].is_flagged
    assert found["a"].z is not None
    assert found["a"].z > 2
    assert not found["c"].is_flagged


def test_a_severe_rater_lies_below() -> None:
    found = severities(_judgements({"a": [1, 2, 1], "b": [4, 4, 4], "c": [4, 4, 3]}))

    assert found["a"].distance < 0
    assert found["a"].is_flagged


def test_two_targets_are_too_few_to_call_anybody_lenient() -> None:
    found = severities(_judgements({"a": [5, 5], "b": [1, 1], "c": [1, 1]}))

    assert found["a"] == Severity(targets=2, distance=Fraction(4), z=None, is_flagged=False)


@pytest.mark.parametrize(("own", "flagged"), [("3.4", False), ("3.5", True)])
def test_a_steady_distance_draws_a_flag_from_half_a_point_on(own: str, flagged: bool) -> None:
    """The same above everybody everywhere leaves no z, and is beyond any."""
    judged = [
        Judgement(rater=rater, target=target, group="peer", score=Fraction(score))
        for rater, score in (("a", own), ("b", "3"))
        for target in "xyz"
    ]
    found = severities(judged)["a"]

    assert (found.distance, found.z) == (Fraction(own) - 3, None)
    assert found.is_flagged is flagged


def test_a_large_distance_that_varies_as_much_draws_no_flag() -> None:
    found = severities(_judgements({"a": [5, 1, 5], "b": [1, 2, 3]}))

    assert found["a"].distance >= Fraction(1, 2)
    assert found["a"].z is not None
    assert found["a"].z <= 2
    assert not found["a"].is_flagged


def test_a_z_of_exactly_two_is_not_beyond_it() -> None:
    judged = _judgements({"a": [5, 1, 1, 1], "b": [0, 0, 0, 0]})
    found = severities(judged)["a"]

    assert found.distance == found.z == 2
    assert not found.is_flagged
    assert severities(judged, Cutoffs(severity_z=Fraction("1.9")))["a"].is_flagged


def test_who_rates_alone_is_compared_with_nobody() -> None:
    found = severities(_judgements({"a": [5, None], "b": [None, 1]}))

    assert found == {}


def test_groups_do_not_mix() -> None:
    boss = Judgement(rater="boss", target="0", group="supervisor", score=Fraction(1))

    assert severities([*_judgements({"a": [5], "b": [5]}), boss]) == severities(
        _judgements({"a": [5], "b": [5]})
    )


def _all_pairs(judged: Sequence[Judgement]) -> dict[str, Fraction]:
    """Each rater's distance by comparing everybody with everybody, as defined."""
    distances: dict[str, list[Fraction]] = {}
    for one in judged:
        others = [
            other.score
            for other in judged
            if (other.target, other.group) == (one.target, one.group) and other.rater != one.rater
        ]
        if others:
            distances.setdefault(one.rater, []).append(one.score - mean(others))
    return {rater: mean(found) for rater, found in distances.items()}


def _drawn_judgements(drawn: bytes) -> list[Judgement]:
    """Of up to four raters and four targets in two groups; a byte of 0 is no judgement."""
    return [
        Judgement(
            rater=str(place % 4),
            target=str(place // 4),
            group="peer" if place % 4 < 3 else "customer",
            score=Fraction(byte % 6),
        )
        for place, byte in enumerate(drawn)
        if byte % 6
    ]


@many
@given(st.binary(min_size=4, max_size=16))
def test_severity_by_sums_is_severity_by_definition_in_any_order(drawn: bytes) -> None:
    """And wherever the scale begins."""
    judged = _drawn_judgements(drawn)
    moved = [
        Judgement(rater=one.rater, target=one.target, group=one.group, score=one.score + 3)
        for one in judged[::-1]
    ]
    found = severities(judged)

    assert {rater: one.distance for rater, one in found.items()} == _all_pairs(judged)
    assert severities(moved) == found


def test_raters_who_are_all_alike_have_no_distance() -> None:
    means, distances = mean_severity([whole(3, 3), whole(5, 5)])

    assert means == [4, 4]
    assert distances is None


def test_a_rater_without_an_answer_has_no_mean() -> None:
    rows: list[list[Fraction | None]] = [[Fraction(3), None], [Fraction(5), None]]

    assert mean_severity(rows) == ([4, None], None)
