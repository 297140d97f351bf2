"""The nine-box: where somebody stands, who has no place, what is refused."""

import random
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.errors import ScoringError
from app.scoring.nine_box import (
    CELL_NAMES,
    Axis,
    NineBox,
    Profile,
    explain_cell,
    explain_not_placed,
    nine_box,
)
from app.scoring.numbers import exact

PERFORMANCE = Axis(middle=exact(60), high=exact(90))
POTENTIAL = Axis(middle=exact("2.5"), high=exact(4))

many = settings(max_examples=300, deadline=None)


def _person(name: str, performance: object, potential: object) -> Profile:
    return Profile(
        id=name,
        name=f"{name}.",
        performance=None if performance is None else exact(performance),
        potential=None if potential is None else exact(potential),
    )


def _box(*people: Profile) -> NineBox:
    return nine_box(people, performance=PERFORMANCE, potential=POTENTIAL)


def _cell_of(performance: object, potential: object) -> int:
    box = _box(_person("a", performance, potential))
    return next(cell.number for cell in box.cells if cell.people)


@pytest.mark.parametrize(
    ("performance", "potential", "cell"),
    [
        ("59.99", "2.49", 0),
        ("60", "2.49", 1),
        ("90", "2.49", 2),
        ("59.99", "2.5", 3),
        ("89.99", "3.99", 4),
        ("120", "2.5", 5),
        ("0", "4", 6),
        ("60", "4", 7),
        ("90", "4", 8),
    ],
)
def test_a_bound_belongs_to_the_higher_band(performance: str, potential: str, cell: int) -> None:
    assert _cell_of(performance, potential) == cell


def test_a_cell_lists_and_counts_its_people() -> None:
    box = _box(_person("b", 95, 5), _person("a", 91, 4), _person("c", 10, 1))

    assert [one.id for one in box.cells[8].people] == ["a", "b"]
    assert [cell.count for cell in box.cells] == [1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert explain_cell(box.cells[8]).en == "Star (performance high, potential high): 2 people"
    assert explain_cell(box.cells[0]).zh == "亟待改进（绩效低、潜力低）：1 人"
    assert explain_cell(box.cells[0]).en.endswith(": 1 person")


def test_nine_cells_have_nine_names_in_each_language() -> None:
    assert len({name.zh for name in CELL_NAMES}) == 9
    assert len({name.en for name in CELL_NAMES}) == 9


def test_who_lacks_a_figure_is_named_and_not_placed() -> None:
    box = _box(_person("c", None, None), _person("a", 95, None), _person("b", None, 4))

    assert all(not cell.people for cell in box.cells)
    assert [one.zh for one in explain_not_placed(box)] == [
        "a.：未入格，没有潜力评估。",
        "b.：未入格，没有绩效得分。",
        "c.：未入格，绩效得分和潜力评估均缺。",
    ]
    assert explain_not_placed(box)[0].en == "a.: not placed, potential was not assessed."


def test_a_missing_figure_is_not_a_zero() -> None:
    assert _cell_of(0, 0) == 0
    assert _box(_person("a", 0, None)).cells[0].count == 0


FLOATING: Any = 0.5


@pytest.mark.parametrize(
    ("people", "performance", "code", "where"),
    [
        ([_person("a", 1, 1)] * 2, PERFORMANCE, "duplicate_id", "/people/1/id"),
        ([], Axis(middle=exact(5), high=exact(5)), "bad_value", "/performance"),
        ([], Axis(middle=FLOATING, high=exact(5)), "float_input", "/performance/middle"),
        ([], Axis(middle=exact(0), high=FLOATING), "float_input", "/performance/high"),
        (
            [Profile(id="a", name="", performance=FLOATING, potential=None)],
            PERFORMANCE,
            "float_input",
            "/people/0/performance",
        ),
    ],
)
def test_what_cannot_be_placed_is_refused(
    people: list[Profile], performance: Axis, code: str, where: str
) -> None:
    with pytest.raises(ScoringError) as refusal:
        nine_box(people, performance=performance, potential=POTENTIAL)

    assert (refusal.value.code, refusal.value.where) == (code, where)


FIGURES = st.binary(max_size=16)


def _many(raw: bytes) -> list[Profile]:
    """People of every kind; a figure of 240 and above is missing."""
    figures = [None if one >= 240 else Fraction(one, 2) for one in raw]
    return [
        Profile(id=f"p{place}", name="", performance=one, potential=other)
        for place, (one, other) in enumerate(pairwise(figures))
    ]


@many
@given(FIGURES, st.randoms(use_true_random=False))
def test_everybody_is_in_one_cell_or_named_in_whatever_order_they_come(
    raw: bytes, chance: random.Random
) -> None:
    people = _many(raw)
    box = nine_box(people, performance=PERFORMANCE, potential=PERFORMANCE)
    found = [one.id for cell in box.cells for one in cell.people]
    found += [one.id for one, _ in box.not_placed]
    chance.shuffle(people)

    assert sorted(found) == sorted(one.id for one in people)
    assert nine_box(people, performance=PERFORMANCE, potential=PERFORMANCE) == box


@many
@given(st.integers(0, 240), st.integers(0, 240), st.integers(0, 40))
def test_a_better_figure_never_has_a_lower_band_and_leaves_the_other_axis_alone(
    performance: int, potential: int, more: int
) -> None:
    one = _box(_person("a", performance, potential), _person("b", performance + more, potential))
    cells = {person.id: cell for cell in one.cells for person in cell.people}

    assert cells["a"].performance_band <= cells["b"].performance_band
    assert cells["a"].potential_band == cells["b"].potential_band
