from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.document import read_example
from app.scoring.example import Example, Item, Rater
from app.scoring.feedback import rater_mean
from app.scoring.scales import Scale
from app.scoring.statistics.raters.cutoffs import Cutoffs
from app.scoring.statistics.raters.differentiation import answer_spread, is_central, is_halo
from app.scoring.statistics.raters.duplicates import SentForm, is_too_fast, raters_with_duplicates
from app.scoring.statistics.raters.outliers import modified_z, outliers
from app.scoring.statistics.raters.quality import RaterFlag, count_flags
from app.scoring.statistics.raters.straight_lining import RawAnswer, longest_run, straight_line
from app.scoring.statistics.spread import variance
from tests.unit.scoring.statistics_samples import many, panels, whole
from tests.unit.scoring.worked import SALES_REP, worked_input

SCALE = Scale(lowest=Fraction(1), highest=Fraction(5), anchors={})


def test_who_sees_no_difference_where_the_group_does_shows_a_halo() -> None:
    group = [Fraction(one) for one in ("2.5", "3", "3.5")]

    assert variance(group) == Fraction(1, 4)
    assert is_halo(whole(4, 4, 4), group)
    assert not is_halo(whole(4, 4, 4), [Fraction(one) for one in ("2.6", "3", "3.5")])


def test_a_quarter_point_of_spread_is_no_halo() -> None:
    group = whole(1, 3, 5)

    assert not is_halo([Fraction("3.75"), Fraction(4), Fraction("4.25")], group)
    assert is_halo([Fraction("3.76"), Fraction(4), Fraction("4.24")], group)


def test_one_competency_shows_no_halo() -> None:
    assert not is_halo(whole(4), whole(1, 5))
    assert not is_halo(whole(4, 4), whole(1))


@pytest.mark.parametrize(
    ("answers", "central"),
    [
        (whole(*[3] * 9, 4), True),
        (whole(*[3] * 7, 4), True),  # a spread of 0.35
        (whole(*[3] * 5, 4), False),  # five sixths in the middle, but a spread of 0.41
        (whole(*[3] * 8, 4, 2), False),  # four fifths in the middle, but a spread of 0.47
        (whole(*[3] * 3, 4), False),  # only three quarters in the middle
        (whole(*[4] * 10), False),
        (whole(3), False),
    ],
)
def test_nearly_only_middle_answers_are_a_central_tendency(
    answers: list[Fraction], central: bool
) -> None:
    assert is_central([*answers, None], SCALE) is central


def test_four_fifths_in_the_middle_are_enough() -> None:
    loose = Cutoffs(central_spread=Fraction(1, 2))

    assert is_central(whole(3, 3, 3, 3, 4), SCALE, loose)
    assert not is_central(whole(3, 3, 3, 4), SCALE, loose)


def test_a_scale_of_six_has_two_middle_answers() -> None:
    six = Scale(lowest=Fraction(1), highest=Fraction(6), anchors={})

    assert is_central(whole(*[3] * 9, 4), six)
    assert not is_central(whole(*[2] * 9, 3), six)


def test_the_spread_of_one_answer_is_unknown() -> None:
    assert answer_spread([Fraction(3), None]) is None
    assert answer_spread(whole(3, 3)) == 0
    assert answer_spread([*whole(1, 2, 3), None]) == 1


def test_not_observed_breaks_a_straight_line() -> None:
    run: list[Fraction | None] = [Fraction(3)] * 4

    assert longest_run(run) == 4
    assert longest_run([*run[:2], None, *run[:2]]) == 2
    assert longest_run([None, None]) == longest_run([]) == 0


def _form(*figures: int | None, reversed_at: Sequence[int] = ()) -> list[RawAnswer]:
    return [
        RawAnswer(value=None if one is None else Fraction(one), is_reversed=place in reversed_at)
        for place, one in enumerate(figures)
    ]


@pytest.mark.parametrize(
    ("figures", "flagged"),
    [
        ([4] * 10 + [3] * 10, True),
        ([4] * 9 + [3, 2], False),  # a run of nine
        ([4] * 10 + [3, 2] * 5 + [1], False),  # ten of 21 are less than half
        ([4, 4], True),  # flat, however short
        ([4], False),
        ([4] * 5 + [None] + [4] * 5, True),  # flat although broken
        ([4] * 5 + [None] + [4] * 5 + [3], False),
        ([], False),
    ],
)
def test_a_run_of_ten_and_half_the_form_or_nothing_else_is_a_straight_line(
    figures: list[int | None], flagged: bool
) -> None:
    assert straight_line(_form(*figures)).is_flagged is flagged


def test_a_straight_line_over_a_reversed_item_contradicts_itself() -> None:
    plain, reverse_within = [5] * 12, straight_line(_form(*[5] * 12, reversed_at=[3]))

    assert reverse_within.is_contradictory
    assert straight_line(_form(*[5] * 10, *[1] * 10, reversed_at=[3])).is_contradictory
    assert straight_line(_form(5, None, 5, reversed_at=[2])).is_contradictory
    assert not straight_line(_form(*plain)).is_contradictory
    assert not straight_line(_form(*plain, 1, reversed_at=[12])).is_contradictory


def test_a_reversed_item_in_a_run_that_is_not_flagged_contradicts_nothing() -> None:
    found = straight_line(_form(5, 5, 5, 1, 2, reversed_at=[1]))

    assert (found.run, found.is_flagged, found.is_contradictory) == (3, False, False)


@many
@given(st.binary(max_size=24))
def test_a_straight_line_is_as_long_read_backwards(drawn: bytes) -> None:
    figures = [byte % 3 or None for byte in drawn]
    forwards, backwards = straight_line(_form(*figures)), straight_line(_form(*figures[::-1]))

    assert forwards == backwards
    assert 0 <= forwards.run <= len(figures) - figures.count(None)


def test_outliers_are_measured_even_where_most_agree() -> None:
    assert modified_z(whole(3, 3, 3)) == [0, 0, 0]
    assert modified_z(whole(4, 4, 4, 4, 1))[4] < -3
    assert modified_z([]) == []


def test_an_outlier_shows_among_five_raters_but_not_among_four() -> None:
    assert outliers(whole(4, 4, 4, 1)) is None
    assert outliers(whole(4, 4, 4, 4, 1)) == [False] * 4 + [True]
    assert outliers(whole(4, 4, 4, 4, 4, 4, 1)) == [False] * 6 + [True]


@many
@given(panels)
def test_outliers_do_not_depend_on_order_or_on_where_the_scale_begins(
    panel: list[Fraction],
) -> None:
    assert modified_z([one + 2 for one in panel[::-1]]) == modified_z(panel)[::-1]


def _example() -> Example:
    return read_example(worked_input(SALES_REP))


def _peers(items: Sequence[str]) -> dict[str, Fraction]:
    """The means of the peers of the second worked example who count in these items."""
    example = _example()
    asked = [i for d in example.dimensions for e in d.elements for i in e.items if i.id in items]
    means = {
        rater.id: rater_mean(rater.answers, asked, scale=example.scale, min_coverage=Fraction(1, 2))
        for rater in example.raters
        if rater.group == "peer"
    }
    return {name: one.raw for name, one in means.items() if one is not None}


@pytest.mark.parametrize(
    ("items", "lowest", "flagged"),
    [
        (["q1", "q2", "q3"], "-3.60", True),
        (["q4", "q5"], "-3.37", False),
        (["q6"], "-3.35", False),
    ],
)
def test_the_severe_peer_of_the_worked_example_stands_out_as_published(
    items: list[str], lowest: str, flagged: bool
) -> None:
    """In the third competency MAD is 0, so the mean distance takes its place."""
    peers = _peers(items)
    place = list(peers).index("p4")
    flags = outliers(list(peers.values()))

    assert round(modified_z(list(peers.values()))[place], 2) == Fraction(lowest)
    assert flags is not None
    assert [at for at, flag in enumerate(flags) if flag] == ([place] if flagged else [])


def _shown(rater: Rater, items: Sequence[Item]) -> list[RawAnswer]:
    return [
        RawAnswer(value=rater.answers[item.id], is_reversed=item.reverse)
        for item in items
        if item.id in rater.answers
    ]


def test_a_consistent_severe_rater_draws_no_straight_line() -> None:
    """p4 gave 1 to all but the reversed item, which got 5: severe, but read."""
    example = _example()
    items = [item for d in example.dimensions for e in d.elements for item in e.items]
    rater = next(one for one in example.raters if one.id == "p4")
    found = straight_line(_shown(rater, items))

    assert [answer.value for answer in _shown(rater, items)] == whole(1, 1, 5, 1, 1, 1)
    assert (found.run, found.is_flagged) == (3, False)
    assert answer_spread([answer.value for answer in _shown(rater, items)]) != 0


TEN = tuple(whole(1, 2, 3, 4, 5, 1, 2, 3, 4, 5))


def _sent(rater: str, target: str, at: int | None = None, **changes: object) -> SentForm:
    answers = changes.get("answers", TEN)
    assert isinstance(answers, tuple)
    questionnaire = str(changes.get("questionnaire", "q"))
    return SentForm(
        rater=rater, target=target, questionnaire=questionnaire, answers=answers, sent_at=at
    )


def test_the_same_answers_for_two_targets_are_a_duplicate() -> None:
    assert raters_with_duplicates([_sent("a", "x"), _sent("a", "y"), _sent("b", "x")]) == {"a"}
    assert raters_with_duplicates([_sent("a", "x"), _sent("a", "x")]) == set()


def test_two_raters_within_a_minute_are_a_duplicate() -> None:
    first = _sent("a", "x", 100)

    assert raters_with_duplicates([first, _sent("b", "y", 160)]) == {"a", "b"}
    assert raters_with_duplicates([first, _sent("b", "y", 161)]) == set()
    assert raters_with_duplicates([first, _sent("b", "y")]) == set()


def test_short_forms_and_other_questionnaires_are_alike_by_chance() -> None:
    nine = (*TEN[:9], None)

    assert raters_with_duplicates([_sent("a", t, answers=nine) for t in "xy"]) == set()
    assert raters_with_duplicates([_sent("a", t, questionnaire=t) for t in "xy"]) == set()


@many
@given(st.binary(max_size=15))
def test_duplicates_do_not_depend_on_order_and_compare_everybody(drawn: bytes) -> None:
    """Against the definition, which looks at all pairs."""
    rows = [drawn[at : at + 3] for at in range(0, len(drawn) - 2, 3)]
    forms = [_sent(str(r % 3), str(t % 3), at % 200) for r, t, at in rows]
    pairs = [(one, other) for one in forms for other in forms]
    expected = {
        one.rater
        for one, other in pairs
        if (one.rater == other.rater and one.target != other.target)
        or (one.rater != other.rater and abs((one.sent_at or 0) - (other.sent_at or 0)) <= 60)
    }

    assert raters_with_duplicates(forms) == raters_with_duplicates(forms[::-1]) == expected


@pytest.mark.parametrize(
    ("seconds", "answered", "fast"), [(19, 10, True), (20, 10, False), (0, 0, False)]
)
def test_two_seconds_an_item_are_the_least(seconds: int, answered: int, fast: bool) -> None:
    assert is_too_fast(seconds=seconds, answered=answered) is fast


def test_a_cycle_tells_how_many_raters_show_a_sign_and_not_who() -> None:
    counts = count_flags(
        {"a": [RaterFlag.HALO, RaterFlag.HALO], "b": {RaterFlag.HALO, RaterFlag.OUTLIER}, "c": []}
    )

    assert counts is not None
    assert counts[RaterFlag.HALO] == 2
    assert counts[RaterFlag.OUTLIER] == 1
    assert counts[RaterFlag.DUPLICATE] == 0
    assert set(counts) == set(RaterFlag)


@pytest.mark.parametrize(
    ("raters", "k", "told"), [(3, 3, True), (2, 3, False), (2, 1, False), (3, 4, False)]
)
def test_a_cycle_of_few_raters_tells_nothing(raters: int, k: int, told: bool) -> None:
    assert (count_flags({str(one): [] for one in range(raters)}, k=k) is not None) is told
