"""The exact check against a plain one that tries every set of too few raters."""

from collections.abc import Sequence
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.disclosure.audit import Finding, find_exposed, seen_by_insider
from app.scoring.disclosure.equations import Equation, Figure, FigureKind
from app.scoring.disclosure.spans import Span, direction_of
from app.scoring.disclosure.terms import Unknown
from faults.plain import is_exposed_plainly

many = settings(max_examples=300, deadline=None)

Row = dict[tuple[int, int], int]
"""Rater and number of the unknown → factor."""


def equations(rows: Sequence[Row]) -> list[Equation]:
    return [
        Equation(
            figure=Figure(kind=FigureKind.ITEM, item=f"f{number}"),
            terms={
                Unknown(rater=f"r{rater}", subject=f"q{subject}"): Fraction(factor, number + 1)
                for (rater, subject), factor in row.items()
            },
        )
        for number, row in enumerate(rows)
    ]


def mean_of(*raters: int, subject: int = 0) -> Row:
    return {(rater, subject): 1 for rater in raters}


def exposed(*rows: Row, k: int = 3, n: int = 12) -> Finding | None:
    return find_exposed(equations(rows), {f"r{rater}": k for rater in range(n)})


def test_a_single_mean_of_enough_raters_exposes_nobody() -> None:
    assert exposed(mean_of(0, 1, 2)) is None


def test_a_single_mean_of_too_few_exposes_them() -> None:
    finding = exposed(mean_of(0, 1), mean_of(3, 4, 5))

    assert finding is not None
    assert (finding.raters, finding.least) == (("r0", "r1"), 3)
    assert [figure.item for figure in finding.figures] == ["f0"]


def test_what_is_left_of_an_overall_mean_is_found() -> None:
    finding = exposed(mean_of(0, 1, 2, 3, 4), mean_of(0, 1, 2), mean_of(7, 8, 9))

    assert finding is not None
    assert finding.raters == ("r3", "r4")
    assert [figure.item for figure in finding.figures] == ["f0", "f1"]


def test_figures_that_say_the_same_twice_expose_nobody() -> None:
    assert exposed(mean_of(0, 1, 2), mean_of(0, 1, 2)) is None


def test_a_rater_without_a_threshold_is_known_anyway() -> None:
    rows = [mean_of(0, 1, 2, 3)]

    assert find_exposed(equations(rows), {"r1": 3, "r2": 3}) is not None
    assert find_exposed(equations(rows), {"r1": 3, "r2": 3, "r3": 3}) is None


def test_the_threshold_that_counts_is_that_of_those_who_show() -> None:
    rows = [mean_of(0, 1, 2), mean_of(3, 4, 5)]
    careful = {"r0": 3, "r1": 3, "r2": 3, "r3": 4, "r4": 3, "r5": 3}

    finding = find_exposed(equations(rows), careful)

    assert finding is not None
    assert (finding.raters, finding.least) == (("r3", "r4", "r5"), 4)


def test_a_colleague_among_the_many_cannot_be_reached_over_three_figures() -> None:
    chain = [mean_of(0, 1, 2, 3), mean_of(3, 4, 5, 6), mean_of(6, 7, 8, 0)]

    assert exposed(*chain, k=3) is None
    assert exposed(*chain, mean_of(0, 1, 2, 9), k=3) is not None


def test_the_finding_depends_on_no_order() -> None:
    rows = [mean_of(0, 1, 2, 3, 4), mean_of(0, 1, 2), mean_of(2, 3, 4), mean_of(5, 6)]
    minimum = {f"r{rater}": 3 for rater in range(9)}
    found = equations(rows)

    turned = find_exposed(found[::-1], dict(reversed(minimum.items())))

    assert turned == find_exposed(found, minimum)


def test_sixty_raters_who_all_skipped_something_else_are_checked_in_few_steps() -> None:
    random = Random(1)  # noqa: S311 - the same sixty every time
    items = range(10)
    answered = {rater: random.sample(items, k=random.randint(5, 10)) for rater in range(60)}
    mean = {
        (rater, item): 2520 // len(given) for rater, given in answered.items() for item in given
    }
    columns = [
        mean_of(*(rater for rater, given in answered.items() if item in given), subject=item)
        for item in items
    ]

    assert exposed(mean, *columns, k=5, n=60) is None
    assert exposed(mean, *columns, mean_of(*range(57)), k=5, n=60) is None
    assert exposed(mean, *columns, mean_of(*range(57)), mean_of(*range(60)), k=5, n=60) is not None


ROWS = st.lists(
    st.dictionaries(
        st.tuples(st.integers(0, 4), st.integers(0, 1)), st.integers(1, 3), min_size=1, max_size=8
    ),
    min_size=1,
    max_size=4,
)


@many
@given(ROWS, st.lists(st.integers(2, 4), min_size=5, max_size=5))
def test_the_check_finds_exactly_what_trying_all_sets_finds(
    rows: list[Row], least: list[int]
) -> None:
    minimum = {f"r{rater}": k for rater, k in enumerate(least)}
    found = equations(rows)

    finding = find_exposed(found, minimum)

    assert (finding is not None) == is_exposed_plainly(found, minimum)
    if finding is not None:
        assert len(finding.raters) < finding.least
        told = [one for one in found if one.figure in finding.figures]
        assert is_exposed_plainly(told, minimum)


def test_an_insider_hides_one_person_less_and_not_themselves() -> None:
    assert seen_by_insider({"r1": 3, "r2": 4, "r3": 3}, "r1") == {"r2": 3, "r3": 2}


@many
@given(ROWS, st.integers(3, 4))
def test_an_insider_finds_nobody_whom_the_check_did_not(rows: list[Row], k: int) -> None:
    minimum = {f"r{rater}": k for rater in range(5)}
    found = equations(rows)
    if find_exposed(found, minimum) is None:
        for rater in minimum:
            assert find_exposed(found, seen_by_insider(minimum, rater)) is None


def test_all_but_one_together_do_learn_what_the_last_one_answered() -> None:
    # The limit of any threshold, and the proof that the check would see it.
    two_insiders = {"r2": 2}

    assert find_exposed(equations([mean_of(0, 1, 2)]), two_insiders) is not None


@pytest.mark.parametrize(
    ("entries", "direction"),
    [
        ({2: -4, 1: 6}, ((1, 3), (2, -2))),
        ({3: -5}, ((3, 1),)),
        ({1: 0}, ()),
    ],
)
def test_vectors_of_different_length_are_one_direction(
    entries: dict[int, int], direction: tuple[tuple[int, int], ...]
) -> None:
    assert direction_of(entries) == direction


@many
@given(st.lists(st.dictionaries(st.integers(0, 4), st.integers(-3, 3)), max_size=5))
def test_a_span_holds_its_vectors_and_knows_what_is_orthogonal(
    vectors: list[dict[int, int]],
) -> None:
    span = Span()
    grown = [span.add(direction_of(vector)) for vector in vectors]
    orthogonal = span.orthogonal(range(5))

    assert sum(grown) == span.rank == 5 - len(orthogonal)
    assert all(span.holds(direction_of(vector)) for vector in vectors)
    for vector in vectors:
        for other in orthogonal:
            assert sum(other.get(place, 0) * entry for place, entry in vector.items()) == 0
