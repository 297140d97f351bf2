"""Forced distribution by example: seats, ties, ceilings, who is counted, what is refused."""

from fractions import Fraction
from typing import Any

import pytest

from app.scoring.distribution import Distribution, Guideline, Mode, distribute
from app.scoring.distribution_trace import (
    explain_decision,
    explain_distribution,
    explain_line,
    explain_outside,
    explain_placement,
)
from app.scoring.document import read_example
from app.scoring.errors import ScoringError
from app.scoring.numbers import exact
from app.scoring.rating import rate
from app.scoring.seating import Share, TiePolicy, seats
from app.scoring.standings import Outside, Standing, standing_of
from tests.unit.scoring.worked import KEY_ACCOUNT, worked_input


def _shares(*rows: tuple[str, int] | tuple[str, int, bool]) -> tuple[Share, ...]:
    return tuple(
        Share(grade=row[0], percent=Fraction(row[1]), hard=len(row) > 2 and bool(row[-1]))
        for row in rows
    )


THIRDS = _shares(("A", 30), ("B", 40), ("C", 30))
TOP_HARD = _shares(("A", 20, True), ("B", 60), ("C", 20))


def _people(*totals: object, grade: str = "B") -> list[Standing]:
    return [
        Standing(id=f"p{place:02}", total=None if one is None else exact(one), grade=grade)
        for place, one in enumerate(totals)
    ]


def _suggested(
    people: list[Standing],
    shares: tuple[Share, ...] = THIRDS,
    ties: TiePolicy = TiePolicy.FAVOUR,
    mode: Mode = Mode.ADVISORY,
) -> str:
    """One letter for each person in the order given."""
    result = distribute(people, Guideline(shares=shares, ties=ties, mode=mode))
    grades = {one.id: one.suggested for one in result.placements}
    return "".join(grades[one.id] for one in people if one.id in grades)


def _actual(result: Distribution) -> dict[str, tuple[int, int, int]]:
    return {one.share.grade: (one.quota, one.actual, one.earned) for one in result.lines}


def test_seats_are_laid_out_from_the_best_to_the_last() -> None:
    assert _suggested(_people(*range(100, 90, -1))) == "AAABBBBCCC"


def test_totals_that_round_to_the_same_figure_are_not_equal() -> None:
    people = _people("90.004", "90.001", "90.002", "80", "70", "60", "50", "40", "30", "90.003")

    assert _suggested(people) == "ABABBBCCCA"


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        (TiePolicy.UP, "AAAAAAAACC"),
        (TiePolicy.FAVOUR, "ABBBBBBBCC"),
        (TiePolicy.DOWN, "ACCCCCCCCC"),
    ],
)
def test_a_block_over_three_grades_goes_where_its_policy_says(
    ties: TiePolicy, expected: str
) -> None:
    people = _people(100, *[90] * 7, 80, 70)

    assert _suggested(people, ties=ties) == expected


@pytest.mark.parametrize(
    ("above", "equal", "expected"),
    [(2, 2, "AAAA"), (2, 3, "AABBB"), (1, 4, "AAAAA"), (1, 5, "ABBBBB"), (0, 6, "AAAAAA")],
)
def test_a_tie_takes_the_better_grade_when_half_of_it_fits(
    above: int, equal: int, expected: str
) -> None:
    rest = range(10 - above - equal)
    people = _people(*range(110, 110 - above, -1), *[95] * equal, *rest)

    assert _suggested(people).startswith(expected)


def test_a_hard_ceiling_sends_a_tie_down_that_half_fits() -> None:
    people = _people(100, 90, 90, 80, 70, 60, 50, 40, 30, 20)

    assert _suggested(people, shares=_shares(("A", 20), ("B", 60), ("C", 20))) == "AAABBBBBCC"
    assert _suggested(people, shares=TOP_HARD) == "ABBBBBBBCC"


def test_a_tie_that_may_not_go_into_a_hard_grade_is_judged_on_by_its_policy() -> None:
    people = _people(*[90] * 9, 10)

    assert _suggested(people, shares=TOP_HARD) == "BBBBBBBBBC"
    assert _suggested(people, shares=TOP_HARD, ties=TiePolicy.DOWN) == "CCCCCCCCCC"


def test_a_hard_ceiling_counts_those_who_fell_from_above() -> None:
    shares = _shares(("S", 30, True), ("A", 30, True), ("B", 40))
    people = _people(*[90] * 4, 80, 70, 60, 50, 40, 30)

    result = distribute(people, Guideline(shares=shares))

    assert _suggested(people, shares=shares) == "BBBBBBBBBB"
    assert result.decisions[1].after == "B"
    assert explain_decision(result.decisions[1], ties=TiePolicy.FAVOUR).en == (
        "Place 5 takes B: people with better totals stand in B, so nobody behind them goes higher."
    )


def test_a_hard_grade_is_full_with_those_who_fell_into_it() -> None:
    shares = _shares(("S", 30, True), ("A", 30, True), ("B", 40))
    people = _people(100, 99, 90, 90, 80, 70, 60, 50, 40, 30)

    assert _suggested(people, shares=shares) == "SSAAABBBBB"


def test_a_block_that_fills_a_hard_grade_exactly_goes_into_it() -> None:
    shares = _shares(("S", 30, True), ("A", 30, True), ("B", 40))
    people = _people(100, 99, 98, 90, 90, 90, 60, 50, 40, 30)

    assert _suggested(people, shares=shares) == "SSSAAABBBB"


def test_a_hard_share_is_cut_down_and_the_others_share_the_rest() -> None:
    assert seats(TOP_HARD, people=29) == {"A": 5, "B": 18, "C": 6}
    assert seats(_shares(("A", 20), ("B", 60), ("C", 20)), people=29) == {"A": 6, "B": 17, "C": 6}


def test_published_keys_part_equals_and_nothing_else_does() -> None:
    totals = [100, 95, 90, 90, 70, 60, 50, 40, 30, 20]
    keys = {2: (exact(80), exact(10)), 3: (exact(80), exact(11))}
    people = [
        Standing(id=f"p{place}", total=exact(one), grade="B", keys=keys.get(place, ()))
        for place, one in enumerate(totals)
    ]

    result = distribute(people, Guideline(shares=THIRDS))

    assert _suggested(people) == "AABABBBCCC"
    assert [one.rank for one in result.placements][:5] == [1, 2, 3, 4, 5]
    assert result.decisions == ()


def test_the_first_key_that_differs_decides() -> None:
    people = [
        Standing(id=name, total=exact(90), grade="B", keys=(exact(one), exact(other)))
        for name, one, other in [("a", 1, 3), ("b", 2, 1), ("c", 2, 2)]
    ]

    assert [one.id for one in distribute(people, Guideline(shares=THIRDS)).placements] == [
        "c",
        "b",
        "a",
    ]


def test_a_key_that_one_of_the_equals_lacks_parts_nobody() -> None:
    people = [
        Standing(id=name, total=exact(90), grade="B", keys=(key, exact(1)))
        for name, key in [("a", exact(5)), ("b", None), ("c", exact(7))]
    ]

    assert {one.rank for one in distribute(people, Guideline(shares=THIRDS)).placements} == {1}


def test_advisory_shows_who_would_move_and_moves_nobody() -> None:
    people = [
        Standing(id="a", total=exact(95), grade="A"),
        Standing(id="b", total=exact(94), grade="A"),
        Standing(id="c", total=exact(93), grade="A"),
    ]

    result = distribute(people, Guideline(shares=THIRDS))

    assert [(one.id, one.earned, one.suggested, one.grade) for one in result.moved] == [
        ("b", "A", "B", "A"),
        ("c", "A", "C", "A"),
    ]
    assert _actual(result) == {"A": (1, 1, 3), "B": (1, 1, 0), "C": (1, 1, 0)}


def test_enforced_takes_the_suggested_grades() -> None:
    guideline = Guideline(shares=THIRDS, mode=Mode.ENFORCED)

    result = distribute(_people(*range(30)), guideline)

    assert {one.grade for one in result.placements} == {"A", "B", "C"}
    assert all(one.grade == one.suggested for one in result.placements)


def test_quotas_are_not_enforced_over_fewer_than_twenty_five_people() -> None:
    guideline = Guideline(shares=THIRDS, mode=Mode.ENFORCED)

    with pytest.raises(ScoringError) as refusal:
        distribute(_people(*range(24), None, None), guideline)

    assert (refusal.value.code, refusal.value.where) == ("bad_value", "/people")
    assert "24" in refusal.value.message_en
    assert "25" in refusal.value.message_zh
    assert distribute(_people(*range(25)), guideline).people == 25


def test_who_is_not_rated_or_is_held_by_a_veto_takes_no_seat() -> None:
    people = [
        Standing(id="v", total=exact(99), grade="C", vetoed=True),
        *_people(90, None, 80),
    ]

    result = distribute(people, Guideline(shares=THIRDS))

    assert result.people == 2
    assert result.outside == {"p01": Outside.UNRATED, "v": Outside.VETOED}
    assert [one.en for one in explain_outside({"p01": "Li"}, result)] == [
        "Li: not rated, so not ranked and not counted.",
        "v: a veto holds the grade, which stays; not ranked and not counted.",
    ]


def test_nobody_at_all_is_a_distribution_without_places() -> None:
    result = distribute([], Guideline(shares=THIRDS))

    assert result.placements == ()
    assert _actual(result) == {"A": (0, 0, 0), "B": (0, 0, 0), "C": (0, 0, 0)}


def _standing(**changes: Any) -> Standing:
    document = {**worked_input(KEY_ACCOUNT), **changes}
    example = read_example(document)
    return standing_of(rate(example), grades=example.grades, tie_dimensions=["D1", "D9"])


def test_a_rating_stands_by_its_exact_total_and_its_dimension_scores() -> None:
    standing = _standing()

    assert standing.total == Fraction(63591629, 690000)
    assert standing.grade == "A"
    assert standing.keys == (Fraction("91.65"), None)
    assert not standing.vetoed


@pytest.mark.parametrize("gate", [{"max_grade": "B"}, {"max_score": "80"}])
def test_a_rating_under_a_veto_is_not_ranked(gate: dict[str, str]) -> None:
    document = worked_input(KEY_ACCOUNT)
    document["dimensions"][0]["elements"][0]["gate"] = gate

    assert _standing(**document).vetoed


def test_an_unrated_example_has_no_place() -> None:
    document = worked_input(KEY_ACCOUNT)
    for dimension in document["dimensions"]:
        for element in dimension["elements"]:
            if "kpi" in element:
                element["kpi"]["status"] = "not_applicable"

    standing = _standing(**{**document, "raters": []})

    assert standing.total is None
    assert not standing.vetoed


@pytest.mark.parametrize(
    ("people", "shares", "code", "where"),
    [
        (_people(1), _shares(("A", 20), ("B", 79)), "quota_sum", "/shares"),
        ([], (), "quota_sum", "/shares"),
        (_people(1), _shares(("A", 60), ("B", 40, True)), "bad_value", "/shares/1/hard"),
        (_people(1), _shares(("A", 100, True), ("B", 0)), "bad_value", "/shares"),
        (_people(1), _shares(("A", 120), ("B", -20)), "negative_weight", "/shares/1/percent"),
        (_people(1), _shares(("A", 50), ("A", 50)), "duplicate_id", "/shares/1/grade"),
        (_people(1) * 2, THIRDS, "duplicate_id", "/people/1/id"),
        (_people(1, grade="Z"), THIRDS, "bad_value", "/people/0/grade"),
    ],
)
def test_what_cannot_be_laid_out_is_refused(
    people: list[Standing], shares: tuple[Share, ...], code: str, where: str
) -> None:
    with pytest.raises(ScoringError) as refusal:
        distribute(people, Guideline(shares=shares))

    assert (refusal.value.code, refusal.value.where) == (code, where)


def test_the_lowest_grade_is_named_where_it_cannot_have_a_ceiling() -> None:
    with pytest.raises(ScoringError, match="B is the lowest grade"):
        distribute([], Guideline(shares=_shares(("A", 60), ("B", 40, True))))


def test_binary_floats_are_no_totals_no_keys_and_no_percentages() -> None:
    floating: Any = 0.5
    whole = Guideline(shares=THIRDS)
    for person, where in [
        (Standing(id="a", total=floating, grade="A"), "/people/0/total"),
        (Standing(id="a", total=exact(1), grade="A", keys=(floating,)), "/people/0/keys/0"),
    ]:
        with pytest.raises(ScoringError) as refusal:
            distribute([person], whole)
        assert (refusal.value.code, refusal.value.where) == ("float_input", where)
    with pytest.raises(ScoringError) as refusal:
        distribute([], Guideline(shares=(Share(grade="A", percent=floating),)))
    assert (refusal.value.code, refusal.value.where) == ("float_input", "/shares/0/percent")


def test_a_tie_is_explained_by_the_room_that_was_counted() -> None:
    people = _people(100, *[90] * 5, 80, 70, 60, 50)

    result = distribute(people, Guideline(shares=THIRDS))
    (decision,) = result.decisions
    text = explain_decision(decision, ties=TiePolicy.FAVOUR)

    assert text.en == (
        "Places 2–6, 5 equal, all take B: "
        "A or better has room for 2 of 5 (room for at least half is needed): no; "
        "B or better has room for 5 of 5 (room for at least half is needed): yes."
    )
    assert text.zh == (
        "第 2–6 名共 5 人得分相同，同评“B”："
        "“A”及以上可容纳 2/5 人（须容纳至少一半）：否；"
        "“B”及以上可容纳 5/5 人（须容纳至少一半）：是。"
    )


def test_a_hard_ceiling_is_named_where_it_decides() -> None:
    (decision,) = distribute(
        _people(100, 90, 90, *range(80, 10, -10)), Guideline(shares=TOP_HARD)
    ).decisions

    text = explain_decision(decision, ties=TiePolicy.UP)

    assert (
        "A or better has room for 1 of 2 (a hard ceiling, which needs room for all): no" in text.en
    )
    assert "“A”及以上可容纳 1/2 人（硬上限，须全部容纳）：否" in text.zh


def test_the_whole_is_explained_and_few_people_are_warned_of() -> None:
    few = explain_distribution(distribute(_people(*range(10)), Guideline(shares=THIRDS)))
    many = explain_distribution(
        distribute(_people(*range(25)), Guideline(shares=THIRDS, mode=Mode.ENFORCED))
    )

    assert few.en == (
        "The distribution is advisory: of 10 people, 6 would have another grade than by score; "
        "no grade changes. With fewer than 25 people quotas say little, and they may not be "
        "enforced."
    )
    assert few.zh == (
        "强制分布仅供参考：10 人中 6 人的建议等级与按分数所得等级不同；等级不变。"
        "少于 25 人，配额参考意义有限，不得强制执行。"
    )
    assert many.zh == "按强制分布定级：25 人中 15 人的等级与按分数所得等级不同。"
    assert "With fewer" not in many.en


def test_a_grade_and_a_place_are_explained() -> None:
    result = distribute(_people(*range(10)), Guideline(shares=TOP_HARD))

    line, place = (
        explain_line(result.lines[0], people=10),
        explain_placement(result.placements[1], people=10),
    )

    assert line.en == "A: quota 2 (20% of 10, a hard ceiling), 2 placed, 0 by score."
    assert line.zh == "A：配额 2 人（10 人的 20%，硬上限），列入 2 人，按分数应为 0 人。"
    assert place.en == "Place 2 of 10: B by score, A suggested; the grade is B."
    assert place.zh == "10 人中第 2 名：按分数为 B，分布建议 A；等级为 B。"
    assert "hard" not in explain_line(result.lines[1], people=10).en
